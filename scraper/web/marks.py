"""judge to present: one text of a comparison with its marks: where it differs, stands alone, or was moved.

Alterations may overlap: a text is cut at every edge, and each piece knows all alterations that it belongs to.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from scraper.model import Span

SegmentKind = Literal["same", "changed", "alone"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A stretch of one paragraph. ``alone`` stands on its side only; ``changed`` belongs to alterations."""

    kind: SegmentKind
    words: str
    alterations: tuple[int, ...] = ()
    """Numbers of the alterations that it belongs to, from 1, in ``Table.alterations``; several where they overlap."""
    ends: tuple[int, ...] = ()
    """Those of them that end with it."""
    is_moved: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of a text, or a point in it, and the alterations there; none where the words stand alone."""

    start: int
    end: int
    alterations: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Marked:
    """A text, its paragraphs, its marks in order (no two share a letter), and where moved passages stand."""

    text: str
    paragraphs: tuple[Span, ...]
    marks: tuple[Mark, ...]
    moved: tuple[Span, ...]
    ends: tuple[int, ...] = field(repr=False)
    """Where each mark ends: they grow."""

    def between(self, start: int, until: int) -> Iterator[Mark]:
        """The marks that end at ``start`` or after it and begin before ``until``."""
        return _between(self.marks, self.ends, start, until)


def marked(text: str, changed: Sequence[Span], alone: Iterable[Span], moved: Iterable[Span]) -> Marked:
    """A text with marks for its alterations (numbered from 0 in the order given) and for what stands alone."""
    marks = _changes(changed)
    marks = sorted([*marks, *_free(alone, marks)], key=lambda one: (one.start, one.end))
    return Marked(text, paragraphs_of(text), tuple(marks), tuple(moved), tuple(mark.end for mark in marks))


def paragraphs_of(text: str) -> tuple[Span, ...]:
    """Where the paragraphs of a text stand, blank ones included so that numbers stay those of ``paragraph_of``."""
    spans, at = [], 0
    for part in text.split("\n\n"):
        spans.append(Span(at, at + len(part)))
        at += len(part) + 2
    return tuple(spans)


def _between(marks: Sequence[Mark], ends: Sequence[int], start: int, until: int) -> Iterator[Mark]:
    for place in range(bisect_left(ends, start), len(marks)):
        if marks[place].start >= until:
            return
        yield marks[place]


def _changes(changed: Sequence[Span]) -> list[Mark]:
    """Alterations as marks that share no letter: from edge to edge, with all that cover the stretch."""
    opening: dict[int, list[int]] = defaultdict(list)
    closing: dict[int, list[int]] = defaultdict(list)
    for number, span in enumerate(changed):
        opening[span.start].append(number)
        closing[span.end].append(number)
    marks: list[Mark] = []
    open_now: dict[int, None] = {}
    edges = sorted({*opening, *closing})
    for at, following in pairwise([*edges, *edges[-1:]]):
        for number in closing[at]:
            open_now.pop(number, None)
        marks += [Mark(at, at, (number,), (number,)) for number in opening[at] if changed[number].end == at]
        open_now.update(dict.fromkeys(number for number in opening[at] if changed[number].end > at))
        if open_now and at < following:
            ends = tuple(number for number in closing[following] if number in open_now)
            marks.append(Mark(at, following, tuple(open_now), ends))
    return marks


def _free(alone: Iterable[Span], marks: Sequence[Mark]) -> Iterator[Mark]:
    """What stands alone, less what an alteration holds already, cut where an alteration is but a point."""
    ends = [mark.end for mark in marks]
    at = 0
    for span in sorted(alone):
        at = max(at, span.start)
        for mark in _between(marks, ends, at, span.end):
            if at < mark.start:
                yield Mark(at, mark.start)
            at = max(at, mark.end)
        if at < span.end:
            yield Mark(at, span.end)
            at = span.end


# --- in pieces -----------------------------------------------------------------------------------------------------


def segments(side: Marked, index: int) -> Iterator[Segment]:
    """A paragraph in pieces. What is marked between it and the next belongs to it."""
    span = side.paragraphs[index]
    until = side.paragraphs[index + 1].start if index + 1 < len(side.paragraphs) else len(side.text) + 1
    at = span.start
    for mark in side.between(span.start, until):
        start, end = min(max(mark.start, at), span.end), min(mark.end, span.end)
        is_point = mark.start == mark.end
        if start >= end and not (is_point and mark.start >= span.start):
            continue
        yield from _same(side, Span(at, start))
        yield _segment(side, mark, Span(start, max(start, end)), is_over=mark.end <= until)
        at = max(at, end)
    yield from _same(side, Span(at, span.end))


def _same(side: Marked, span: Span) -> Iterator[Segment]:
    """Equal words, cut where a moved passage begins or ends."""
    edges = {edge for moved in side.moved for edge in moved if span.start < edge < span.end}
    for start, end in pairwise([span.start, *sorted(edges), span.end]):
        if start < end:
            words, is_moved = side.text[start:end], _is_moved(side, Span(start, end))
            yield Segment(kind="same", words=words, is_moved=is_moved)


def _segment(side: Marked, mark: Mark, span: Span, *, is_over: bool) -> Segment:
    return Segment(
        kind="changed" if mark.alterations else "alone",
        words=side.text[span.start : span.end],
        alterations=mark.alterations,
        ends=mark.ends if is_over else (),
        is_moved=_is_moved(side, span),
    )


def _is_moved(side: Marked, span: Span) -> bool:
    return any(moved.start <= span.start and span.end <= moved.end for moved in side.moved)
