"""A link as a citation for papers and reference managers: BibTeX, RIS and CSL-JSON, copy and source one entry each."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from scraper.model import Label
from scraper.trace.chain import Node, change_as_text, plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """What is cited: a copy, its source, and what was found out about them."""

    link_id: int
    copy: Node
    source: Node
    label: Label | None = None
    confidence: float = 0.0
    changed: tuple[tuple[str, str], ...] = ()
    accessed_at: str | None = None
    """When the copy was captured."""
    source_accessed_at: str | None = None


@dataclass(frozen=True, slots=True)
class _Entry:
    key: str
    node: Node
    note: str
    accessed_at: str | None


def bibtex(reference: Reference) -> str:
    """Two ``@online`` entries (BibLaTeX; BibTeX reads them as misc), the copy relating to its source."""
    copy, source = _entries(reference)
    return f"{_bibtex_entry(copy, related=source.key)}\n\n{_bibtex_entry(source)}\n"


def ris(reference: Reference) -> str:
    """Two records of type ``ELEC``, lines ended by CR LF as the format demands."""
    return "".join(_ris_record(entry) for entry in _entries(reference))


def csl_json(reference: Reference) -> str:
    """A list of two items of type ``webpage`` (Citation Style Language 1.0.2)."""
    return json.dumps([_csl_item(entry) for entry in _entries(reference)], ensure_ascii=False, indent=2) + "\n"


def _entries(reference: Reference) -> tuple[_Entry, _Entry]:
    verdict = f", {reference.label}" if reference.label else ""
    words = "; ".join(change_as_text(*words) for words in reference.changed[:5])
    note = f"Taken from {plain(reference.source.outlet)}{verdict}, confidence {reference.confidence:.2f}"
    note += f". Changed: {words}" if words else ""
    key = f"link{reference.link_id}"
    state = {"cited": "Cited, not captured", "presumed": "Presumed, not located"}.get(reference.source.state, "")
    return (
        _Entry(f"{key}copy", reference.copy, note, reference.accessed_at),
        _Entry(f"{key}source", reference.source, state, reference.source_accessed_at),
    )


# --- BibTeX ------------------------------------------------------------------------------------------------------

_TEX = {"\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"} | {
    letter: f"\\{letter}" for letter in "%$&#_"
}


def _bibtex_entry(entry: _Entry, related: str | None = None) -> str:
    node = entry.node
    fields: Sequence[tuple[str, str | None]] = (
        ("title", _tex(node.title or node.outlet)),
        ("organization", _tex(node.outlet)),
        ("date", _day(node.published_at)),
        ("url", node.url and _tex_url(node.url)),
        ("urldate", _day(entry.accessed_at)),
        ("related", related),
        ("note", _tex(entry.note) or None),
    )
    lines = [f"  {name} = {{{value}}}," for name, value in fields if value]
    return "\n".join([f"@online{{{entry.key},", *lines, "}"])


def _tex(text: str) -> str:
    return "".join(_TEX.get(letter, letter) for letter in plain(text))


def _tex_url(url: str) -> str:
    """BibLaTeX prints addresses verbatim; only braces and backslashes could end the field."""
    return plain(url).replace("{", "%7B").replace("}", "%7D").replace("\\", "%5C").replace(" ", "%20")


# --- RIS ---------------------------------------------------------------------------------------------------------


def _ris_record(entry: _Entry) -> str:
    node = entry.node
    day = _day(node.published_at)
    fields = (
        ("TY", "ELEC"),
        ("ID", entry.key),
        ("TI", node.title or node.outlet),
        ("PB", node.outlet),
        ("PY", day and day[:4]),
        ("DA", day and day.replace("-", "/")),
        ("UR", node.url),
        ("Y2", (_day(entry.accessed_at) or "").replace("-", "/")),
        ("N1", entry.note),
        ("ER", ""),
    )
    return "".join(f"{tag}  - {plain(value or '')}\r\n" for tag, value in fields if value or tag == "ER")


# --- CSL ---------------------------------------------------------------------------------------------------------


def _csl_item(entry: _Entry) -> dict[str, object]:
    node = entry.node
    item: dict[str, object] = {
        "id": entry.key,
        "type": "webpage",
        "title": plain(node.title or node.outlet),
        "container-title": plain(node.outlet),
        "URL": node.url and plain(node.url),
        "issued": _csl_date(node.published_at),
        "accessed": _csl_date(entry.accessed_at),
        "note": entry.note,
    }
    return {name: value for name, value in item.items() if value}


def _csl_date(text: str | None) -> dict[str, list[list[int]]] | None:
    day = _day(text)
    return {"date-parts": [[int(part) for part in day.split("-")]]} if day else None


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def _day(text: str | None) -> str | None:
    found = _DAY.match(text or "")
    return found.group() if found else None
