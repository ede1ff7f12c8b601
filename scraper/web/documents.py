"""seen to present: one document: who carries each sentence, versions, addresses, citations, captures."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from scraper.model import Comparison, Span
from scraper.store.database import Row, Store
from scraper.store.documents import (
    Document,
    Version,
    addresses,
    captures,
    citations,
    document,
    versions,
)
from scraper.store.families import links
from scraper.store.matches import comparison
from scraper.store.pages import capture_of, carriers, document_of_text
from scraper.text.words import words_of
from scraper.trace.chain import plain
from scraper.trace.compare import RULES, compare
from scraper.web.asked import Asked, Odd
from scraper.web.marks import paragraphs_of
from scraper.web.page import Elsewhere, Page
from scraper.web.rows import table
from scraper.web.strip import strip
from scraper.web.telling import Side, version_sentence

_MOST_CARRIERS = 200
_MOST_CAPTURES = 200
_COMPARED = 4
"""So many of the newest versions are compared with the one before on the page of a document."""
_CARRIED = 0.5
"""Share of a sentence's letters that a copy must have for it to carry the sentence."""


def document_page(store: Store, asked: Asked) -> Page:
    """``/documents/<id>``: everything that is known of a document."""
    known = _document(store, asked)
    held = versions(store, known.id)
    shown = _version_asked(held, asked)
    carrying = carriers(store, shown.id)[:_MOST_CARRIERS] if shown else []
    answers = {row["match_id"]: comparison(store, row["match_id"]) for row in carrying}
    paragraphs = list(_paragraphs(shown, carrying, answers)) if shown else []
    return Page(
        template="document.html",
        title=plain(known.title or known.url or known.outlet),
        data={
            "document": known,
            "version": shown,
            "versions": [_version_row(store, one, became) for one, became in _became(held)],
            "paragraphs": paragraphs,
            "carriers": carrying,
            "addresses": addresses(store, known.id),
            "citations": citations(store, shown.id) if shown else [],
            "captures": captures(store, known.id)[-_MOST_CAPTURES:],
            "taken_from": links(store, copy_id=known.id),
            "taken_by": [row for row in links(store, source_id=known.id) if row["rank"] == 1][:_MOST_CARRIERS],
        },
    )


def version_page(store: Store, asked: Asked) -> Page:
    """``/documents/<id>/versions/<n>``: what changed from the version before."""
    known = _document(store, asked)
    held = versions(store, known.id)
    number = asked.number("number")
    index = next((index for index, one in enumerate(held) if one.number == number), None)
    if index is None:
        raise Odd(f"Document {known.id} has no version {number}.", 404)
    if index == 0:
        raise Odd(f"Version {number} is the first of document {known.id}: there is none before it to compare.", 404)
    before, after = held[index - 1], held[index]
    found = compare(after.text, before.text, language=after.language)
    rows = table(found, after.text, before.text)
    sides = [_side(store, known, one) for one in (before, after)]
    return Page(
        template="versions.html",
        title=f"Version {number}: {plain(known.title or known.outlet)}",
        data={
            "document": known,
            "verdict": found.label,
            "sentence": version_sentence(found, rows, before.number, after.number),
            "before": sides[0],
            "after": sides[1],
            "alterations": rows.alterations,
            "rows": rows.rows,
            "rules": RULES,
        },
        shown={"table": rows, "strip": strip(rows), "only": asked.word("only", ("differences", "material"))},
    )


def text_page(store: Store, asked: Asked) -> Elsewhere:
    """``/texts/<sha256>``: the document that has or had this very text."""
    sha256 = str(asked.names["sha256"])
    found = document_of_text(store, sha256)
    if found is None:
        raise Odd("No stored text has that SHA-256.", 404)
    return Elsewhere(f"/documents/{found['document_id']}?version={found['number']}")


def _document(store: Store, asked: Asked) -> Document:
    known = document(store, asked.number("id"))
    if known is None:
        raise Odd(f"There is no document {asked.number('id')}.", 404)
    return known


def _version_asked(held: list[Version], asked: Asked) -> Version | None:
    wanted = asked.text("version", 12)
    if wanted is None:
        return held[-1] if held else None
    for one in held:
        if str(one.number) == wanted:
            return one
    raise Odd(f"There is no version {wanted} of this document.", 404)


def _became(held: list[Version]) -> Iterator[tuple[Version, Comparison | None]]:
    """Each version with what the newest few changed of the one before; the others have a page for that."""
    for index, one in enumerate(held):
        is_compared = index > 0 and index >= len(held) - _COMPARED and one.reread_of is None
        yield one, compare(one.text, held[index - 1].text, language=one.language) if is_compared else None


def _version_row(store: Store, one: Version, became: Comparison | None) -> dict[str, Any]:
    capture = capture_of(store, one.id)
    return {
        "number": one.number,
        "title": one.title,
        "byline": one.byline,
        "published_at": one.published_at,
        "modified_at": one.modified_at,
        "language": one.language,
        "words": one.words,
        "text_sha256": one.text_sha256,
        "reader": one.reader,
        "reread_of": one.reread_of,
        "doubts": one.doubts,
        "first_seen_at": one.first_seen_at,
        "last_seen_at": one.last_seen_at,
        "captures": capture["captures"] if capture else 0,
        "became": became.label if became else None,
        "changed": [row for row in became.alterations if row.is_material] if became else [],
    }


def _side(store: Store, known: Document, one: Version) -> Side:
    capture = capture_of(store, one.id)
    return Side(
        outlet=known.outlet,
        outlet_id=known.outlet_id,
        title=one.title,
        url=known.url,
        document_id=known.id,
        state=known.state,
        published_at=one.published_at,
        version=one.number,
        text_sha256=one.text_sha256,
        words=one.words,
        language=one.language,
        captured_at=capture["captured_at"] if capture else one.first_seen_at,
    )


# --- sentences -----------------------------------------------------------------------------------------------------


def sentences_of(text: str, language: str | None = None) -> list[Span]:
    """Where the sentences of a text stand; each ends where the next begins, or with the text."""
    words = words_of(text, language=language)
    starts = [0] + [
        words.starts[here] - _opening(text[words.ends[before] : words.starts[here]])
        for before, here in itertools.pairwise(range(len(words)))
        if words.sentences[here] != words.sentences[before]
    ]
    return [Span(start, end) for start, end in itertools.pairwise([*starts, len(text)]) if start < end]


def _opening(gap: str) -> int:
    """How many characters of a gap belong to what follows: an opening quotation mark or bracket."""
    return len(gap) - 1 - max(gap.rfind(" "), gap.rfind("\n")) if any(letter in gap for letter in " \n") else 0


def _paragraphs(shown: Version, carrying: list[Row], answers: dict[int, Comparison | None]) -> Iterator[dict[str, Any]]:
    """Paragraphs of sentences, each with the copies that carry it and what they made of it."""
    number = 0
    for paragraph in paragraphs_of(shown.text):
        cut = [
            Span(paragraph.start + one.start, paragraph.start + one.end)
            for one in sentences_of(shown.text[paragraph.start : paragraph.end], shown.language)
        ]
        sentences = []
        for span in cut:
            number += 1
            copies = [carried for row in carrying if (carried := _carried(row, answers[row["match_id"]], span))]
            sentences.append({"number": number, "words": shown.text[slice(*span)], "span": span, "mark": _mark(copies),
                              "copies": copies})  # fmt: skip
        if sentences:
            yield {"sentences": sentences}


def _mark(copies: list[dict[str, Any]]) -> str:
    """What copies made of a sentence: changed what it claims, only its wording, or nothing."""
    changed = [row["is_material"] for copy in copies for row in copy["changed"]]
    return "≠" if any(changed) else "~" if changed else ""


def _carried(row: Row, found: Comparison | None, span: Span) -> dict[str, Any] | None:
    if found is None:
        return None
    inside = [_common(one.source_span, span) for one in found.alignments]
    lacking = sum(_common(one.span, span) for one in found.left_out)
    if sum(inside) - lacking < _CARRIED * max(1, span.end - span.start):
        return None
    changed = [
        {
            "kind": one.kind,
            "is_material": one.is_material,
            "source_words": one.source_words,
            "copy_words": one.copy_words,
        }
        for one in found.alterations
        if span.start <= one.source_span.start < span.end
    ]
    return {"link_id": row["link_id"], "outlet": row["outlet"], "published_at": row["published_at"], "changed": changed}


def _common(one: Span, other: Span) -> int:
    return max(0, min(one.end, other.end) - max(one.start, other.start))
