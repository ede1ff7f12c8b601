"""Judge to present: two compared texts as one run of pieces, in the order of the copy, for whoever draws them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from scraper.model import Alteration, Comparison, Span

PieceKind = Literal["same", "changed", "added", "left out"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of both texts. Words on one side may be empty; ``alteration`` is the row behind a changed piece."""

    kind: PieceKind
    source_words: str
    copy_words: str
    source_span: Span
    copy_span: Span
    alteration: Alteration | None = None
    is_moved: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """The two texts and what to call them."""

    copy_name: str
    copy_text: str
    source_name: str
    source_text: str


def pieces(found: Comparison, copy: str, source: str, *, only: frozenset[str] = frozenset()) -> list[Piece]:
    """Both texts in pieces: every character of the copy once, in order, with what the source has in its place.

    Alterations of other kinds than ``only`` (if there are any) count as equal.

    What the copy leaves out stands behind the passage that it follows in the source. ``source_words`` of an equal piece
    are left empty, since they are the copy's but for what was forgiven.
    """
    marks = sorted(_marks(found, copy, source, only), key=lambda one: (one.copy_span.start, one.copy_span.end))
    moved = sorted(row.copy_span for row in found.moved)
    whole: list[Piece] = []
    at = 0
    for mark in marks:
        if mark.copy_span.start < at:
            if not mark.copy_words:
                whole.append(mark)
            continue
        if mark.copy_span.start > at:
            whole.append(_same(copy, at, mark.copy_span.start, moved))
        whole.append(mark)
        at = mark.copy_span.end
    if at < len(copy):
        whole.append(_same(copy, at, len(copy), moved))
    return whole


def paragraph_of(text: str, at: int) -> int:
    """The number of the paragraph, from 1, in which a character stands."""
    return text.count("\n\n", 0, at) + 1


def _same(copy: str, start: int, end: int, moved: list[Span]) -> Piece:
    is_moved = any(span.start <= start and end <= span.end for span in moved)
    nowhere = Span(0, 0)
    return Piece(
        kind="same",
        source_words="",
        copy_words=copy[start:end],
        source_span=nowhere,
        copy_span=Span(start, end),
        is_moved=is_moved,
    )


def _marks(found: Comparison, copy: str, source: str, only: frozenset[str]) -> Iterator[Piece]:
    for row in found.alterations:
        if only and row.kind not in only:
            continue
        yield Piece(
            kind="changed",
            source_words=source[slice(*row.source_span)],
            copy_words=copy[slice(*row.copy_span)],
            source_span=row.source_span,
            copy_span=row.copy_span,
            alteration=row,
        )
    for passage in found.added:
        point = Span(0, 0)
        yield Piece(
            kind="added",
            source_words="",
            copy_words=copy[slice(*passage.span)],
            source_span=point,
            copy_span=passage.span,
        )
    places = sorted((row.source_span.end, row.copy_span.end) for row in found.alignments)
    ends = [end for end, _ in places]
    for passage in found.left_out:
        before = bisect_right(ends, passage.span.start)
        place = _behind_punctuation(copy, places[before - 1][1]) if before else 0
        yield Piece(
            kind="left out",
            source_words=source[slice(*passage.span)],
            copy_words="",
            source_span=passage.span,
            copy_span=Span(place, place),
        )


def _behind_punctuation(text: str, at: int) -> int:
    """The end of the sentence or the words that end here: what follows them up to the next space is theirs."""
    while at < len(text) and not text[at].isspace() and not text[at].isalnum():
        at += 1
    return at
