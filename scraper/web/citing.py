"""judge to present: a comparison to be quoted elsewhere: permalink, citation, Markdown, reference managers."""

from __future__ import annotations

from scraper.chains import node_of, step_of
from scraper.export.references import Reference
from scraper.store.database import Store
from scraper.store.documents import document
from scraper.trace.chain import plain
from scraper.trace.compare import RULES
from scraper.web.asked import Odd
from scraper.web.comparing import Compared
from scraper.web.telling import Side
from scraper.web.words import moment


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
