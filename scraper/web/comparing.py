"""judge to present: the comparison page of a link, in every form: page, JSON, Markdown, references, report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scraper.chains import node_of, step_of
from scraper.export.references import Reference, bibtex, csl_json, ris
from scraper.model import Comparison
from scraper.store.conclusions import evidence
from scraper.store.database import Row, Store
from scraper.store.documents import Version, document, newest_version, version
from scraper.store.families import copy_row, verdicts
from scraper.store.matches import comparison, match_of
from scraper.store.pages import capture_of, link_head, version_by_hash
from scraper.trace.chain import plain
from scraper.trace.compare import RULES, compare
from scraper.web.asked import Asked, Odd
from scraper.web.page import Elsewhere, File, Page
from scraper.web.rows import Table, table
from scraper.web.strip import strip
from scraper.web.words import lasted, listed, many, moment, share

ONLY = ("differences", "material")
_FORMS = ("json", "md", "bibtex", "ris", "csl")
_REFERENCES = {
    "bibtex": (bibtex, "application/x-bibtex", "bib"),
    "ris": (ris, "application/x-research-info-systems", "ris"),
    "csl": (csl_json, "application/vnd.citationstyles.csl+json", "json"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side of a comparison: who published it, and which text of it was held when."""

    outlet: str
    outlet_id: str | None
    title: str | None
    url: str | None
    document_id: int | None
    state: str
    published_at: str | None
    gone_at: str | None = None
    version: int | None = None
    """Number of the version."""
    version_id: int | None = None
    text_sha256: str | None = None
    words: int | None = None
    language: str | None = None
    captured_at: str | None = None
    last_captured_at: str | None = None
    captures: int = 0
    body_sha256: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Everything that the comparison page of a link shows."""

    head: Row
    source: Side
    copy: Side
    found: Comparison | None
    """``None`` where a text is not held."""
    table: Table
    sentence: str
    decided: Row | None
    """The verdict that stands, as stored: who decided it and when."""
    flat: Row | None
    evidence: tuple[Any, ...]
    compared_with: str
    is_newer: bool
    """Whether the source has changed since it was copied, so that there is another comparison."""


def comparison_page(store: Store, asked: Asked) -> Page | File | Elsewhere:
    """``/links/<id>``: the two texts side by side. ``?copy=`` and ``?source=`` name versions by hash."""
    form = asked.word("format", _FORMS)
    only = asked.word("only", ONLY)
    compared = compared_link(store, asked.number("id"), asked)
    if isinstance(compared, Elsewhere):
        return compared
    if form in _REFERENCES:
        write, media_type, ending = _REFERENCES[form]
        return File(content=write(reference_of(store, compared)), media_type=media_type,
                    name=f"link-{compared.head['id']}.{ending}")  # fmt: skip
    if form == "md":
        return File(content=markdown(compared, asked.base), media_type="text/markdown; charset=utf-8")
    return Page(
        template="comparison.html",
        title=title_of(compared),
        data=data_of(compared),
        shown={
            "c": compared,
            "only": only,
            "strip": strip(compared.table),
            "citation": citation(compared, asked.base),
            "permalink": permalink(compared),
            "path": f"/links/{compared.head['id']}",
        },
    )


def compared_link(store: Store, link_id: int, asked: Asked | None = None) -> Compared | Elsewhere:
    """A link with its two texts compared: as stored where it is, else computed now.

    Raises:
        Odd: there is no such link, or no version with the hash that was asked for.
    """
    head = link_head(store, link_id)
    if head is None:
        raise Odd(f"There is no link {link_id}.", 404)
    if head["superseded_at"] is not None and head["now_id"] is not None:
        return Elsewhere(f"/links/{head['now_id']}")
    said = verdicts(store, link_id)
    with_newest = asked is not None and asked.word("with", ("then", "newest")) == "newest"
    decided = next((row for row in said if row["compared_with"] == ("newest" if with_newest else "then")), None)
    decided = decided or next(iter(said), None)
    copy, source = (_version(store, head, side, decided, asked) for side in ("copy", "source"))
    found = _answer(store, copy, source)
    rows = table(found, copy.text, source.text) if found and copy and source else Table(rows=(), alterations=())
    sides = {side: _side(store, head, side, one) for side, one in (("copy", copy), ("source", source))}
    flat = copy_row(store, link_id)
    return Compared(
        head=head,
        copy=sides["copy"],
        source=sides["source"],
        found=found,
        table=rows,
        sentence=sentence(found, rows, sides["copy"], sides["source"], flat),
        decided=decided,
        flat=flat,
        evidence=evidence(store, link_id),
        compared_with=decided["compared_with"] if decided else "then",
        is_newer=len(said) > 1,
    )


def standing_link(store: Store, link_id: int) -> Compared:
    """A link with its two texts compared, or the one that now stands in its place.

    Raises:
        LookupError: there is no such link.
    """
    head = link_head(store, link_id)
    if head is None:
        raise LookupError(f"no link {link_id}")
    replaced = head["superseded_at"] is not None and head["now_id"] is not None
    found = compared_link(store, head["now_id"] if replaced else link_id)
    if isinstance(found, Elsewhere):
        raise LookupError(f"no link {link_id}")
    return found


def _version(store: Store, head: Row, side: str, decided: Row | None, asked: Asked | None) -> Version | None:
    wanted = asked.text(side, 64) if asked else None
    document_id = head[f"{side}_id"]
    if wanted:
        if len(wanted) < 8 or not all(letter in "0123456789abcdef" for letter in wanted):
            raise Odd(f"{side} is the SHA-256 of a text: 8 to 64 of the letters 0-9 and a-f.")
        found = version_by_hash(store, document_id, wanted)
        if found is None:
            raise Odd(f"No text of document {document_id} has a SHA-256 that begins with {wanted}.", 404)
        return found
    version_id = decided[f"{side}_version_id"] if decided else None
    if version_id is not None:
        return version(store, version_id)
    return newest_version(store, document_id)


def _answer(store: Store, copy: Version | None, source: Version | None) -> Comparison | None:
    if copy is None or source is None:
        return None
    known = match_of(store, copy.id, source.id)
    stored = comparison(store, known["id"]) if known else None
    return stored or compare(copy.text, source.text, language=copy.language)


def _side(store: Store, head: Row, side: str, one: Version | None) -> Side:
    capture = capture_of(store, one.id) if one else None
    return Side(
        outlet=head[f"{side}_outlet"],
        outlet_id=head[f"{side}_outlet_id"],
        title=(one.title if one else None) or head[f"{side}_title"],
        url=head[f"{side}_url"],
        document_id=head[f"{side}_id"],
        state=head[f"{side}_state"],
        published_at=(one.published_at if one else None) or head[f"{side}_published_at"],
        gone_at=head[f"{side}_gone_at"],
        version=one.number if one else None,
        version_id=one.id if one else None,
        text_sha256=one.text_sha256 if one else None,
        words=one.words if one else None,
        language=one.language if one else None,
        captured_at=capture["captured_at"] if capture else None,
        last_captured_at=capture["last_captured_at"] if capture else None,
        captures=capture["captures"] if capture else 0,
        body_sha256=capture["body_sha256"] if capture else None,
    )


# --- in words ------------------------------------------------------------------------------------------------------


def sentence(
    found: Comparison | None, rows: Table, copy: Side, source: Side, flat: Mapping[str, Any] | None = None
) -> str:
    """The verdict in one sentence, counted from the rows that the page shows."""
    when = _when(copy, source, flat)
    if found is None:
        held = " and ".join(side.outlet for side in (source, copy) if side.text_sha256 is None)
        return f"{when}; the two cannot be compared, since no text of {held} is held."
    parts = [f"{when}: {_changes(rows)}", f"{share(found.kept)} of the source is kept"]
    parts.append(f"{share(found.coverage)} of the copy comes from it")
    counted = (
        (rows.count("left out"), "is left out", "are left out"),
        (rows.count("added"), "is added", "are added"),
        (rows.count("moved"), "was moved", "were moved"),
    )
    about = [f"{many(n, 'paragraph')} {one if n == 1 else more}" for n, one, more in counted if n]
    return "; ".join([f"{parts[0]}, {parts[1]}, {parts[2]}", listed(about)] if about else [", ".join(parts)]) + "."


def _when(copy: Side, source: Side, flat: Mapping[str, Any] | None) -> str:
    hours = flat["hours_later"] if flat else None
    taken = f"{copy.outlet} took this from {source.outlet}"
    if hours is None:
        return taken
    if hours == 0:
        return f"{taken} at the same time"
    return f"{taken} {lasted(hours)} {'later' if hours > 0 else 'before its date'}"


def _changes(rows: Table) -> str:
    material = Counter(one.kind for one in rows.alterations if one.is_material)
    other = sum(not one.is_material for one in rows.alterations)
    total = sum(material.values())
    if not total:
        return (
            f"no claim is changed, {many(other, 'wording')} differ{'s' if other == 1 else ''}"
            if other
            else ("not one shared word is changed")
        )
    kinds = listed(many(count, kind) for kind, count in material.most_common())
    return f"{many(total, 'change')} to what is claimed ({kinds})"


def title_of(compared: Compared) -> str:
    """What the browser's tab says."""
    label = compared.found.label if compared.found else "unchecked"
    return f"{label}: {plain(compared.copy.title or compared.copy.outlet)}"


def permalink(compared: Compared) -> str:
    """The address of this comparison of these very texts, whatever is found later."""
    hashes = [
        f"{name}={side.text_sha256[:16]}"
        for name, side in (("copy", compared.copy), ("source", compared.source))
        if side.text_sha256
    ]
    return f"/links/{compared.head['id']}" + ("?" + "&".join(hashes) if hashes else "")


def citation(compared: Compared, base: str) -> str:
    """What a reader quotes: both sides, the verdict, hashes, the moment, the rules."""
    lines = [_cited(compared.copy), "taken from", _cited(compared.source)]
    label = compared.found.label if compared.found else "unchecked"
    address = base.rstrip("/") + permalink(compared)
    return f"{' '.join(lines)}. Verdict: {label} ({RULES}). {address}"


def _cited(side: Side) -> str:
    parts = [plain(side.outlet)]
    if side.title:
        parts.append(f"“{plain(side.title)}”")
    if side.published_at:
        parts.append(moment(side.published_at))
    if side.url:
        parts.append(plain(side.url))
    if side.captured_at:
        parts.append(f"captured {moment(side.captured_at)} UTC")
    if side.text_sha256:
        parts.append(f"SHA-256 {side.text_sha256[:16]}…")
    return ", ".join(parts)


def reference_of(store: Store, compared: Compared) -> Reference:
    """The link as what reference managers take."""
    head = compared.head
    copy, source = document(store, head["copy_id"]), document(store, head["source_id"])
    if copy is None or source is None:
        raise Odd(f"A document of link {head['id']} is missing.", 404)
    step = step_of(store, head, compared.flat)
    return Reference(
        link_id=head["id"],
        copy=node_of(copy),
        source=node_of(source),
        label=step.label,
        confidence=step.link.confidence,
        changed=step.changed,
        accessed_at=compared.copy.captured_at,
        source_accessed_at=compared.source.captured_at,
    )


def markdown(compared: Compared, base: str) -> str:
    """The comparison as Markdown: verdict, sides, changes, permalink."""
    found = compared.found
    lines = [f"# {_md(compared.copy.title or compared.copy.outlet)}", "",
             f"**{(found.label if found else 'unchecked').upper()}** {_md(compared.sentence)}", ""]  # fmt: skip
    for name, side in (("Copy", compared.copy), ("Source", compared.source)):
        lines.append(f"- {name}: {_md(_cited(side))}")
    if compared.table.alterations:
        lines += ["", "| kind | source | copy | material |", "|---|---|---|---|"]
        lines += [
            f"| {one.kind} | {_md(one.source_words) or '–'} | {_md(one.copy_words) or '–'} | "
            f"{'yes' if one.is_material else 'no'} |"
            for one in compared.table.alterations
        ]
    return "\n".join([*lines, "", f"Rules {RULES}. <{base.rstrip('/')}{permalink(compared)}>", ""])


def _md(text: str) -> str:
    """Text in one line in which nothing is markup."""
    return "".join(f"\\{letter}" if letter in "\\`*_{}[]()#+-!|<>~" else letter for letter in plain(text))


def data_of(compared: Compared) -> dict[str, Any]:
    """The page as data."""
    return {
        "link_id": compared.head["id"],
        "verdict": compared.found.label if compared.found else "unchecked",
        "sentence": compared.sentence,
        "relation": compared.head["relation"],
        "standing": compared.head["standing"],
        "confidence": compared.head["confidence"],
        "is_credited": bool(compared.flat["is_credited"]) if compared.flat else None,
        "compared_with": compared.compared_with,
        "decided_by": compared.decided["decided_by"] if compared.decided else None,
        "decided_at": compared.decided["decided_at"] if compared.decided else None,
        "rules": RULES,
        "permalink": permalink(compared),
        "copy": compared.copy,
        "source": compared.source,
        "coverage": compared.found.coverage if compared.found else None,
        "kept": compared.found.kept if compared.found else None,
        "doubts": compared.found.doubts if compared.found else (),
        "alterations": compared.table.alterations,
        "rows": compared.table.rows,
        "forgiven": compared.found.forgiven if compared.found else (),
        "evidence": compared.evidence,
    }
