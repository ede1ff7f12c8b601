"""judge to present: two compared texts as rows of aligned paragraphs; every number on a page is counted here.

A row holds what belongs together: usually one paragraph on each side. Paragraphs that stand in another order form one
row, at their place in the copy, and count once. What stands on one side only has a row of its own.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from re import finditer
from typing import Literal

from scraper.model import Alteration, Comparison, Span

RowKind = Literal["same", "changed", "left out", "added", "moved"]
SegmentKind = Literal["same", "changed", "alone"]
_SURELY = 0.2
"""Share of the smaller of two paragraphs that must be aligned for them to stand in one row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A stretch of one paragraph. ``alone`` stands on its side only; ``changed`` belongs to an alteration."""

    kind: SegmentKind
    words: str
    alteration: int | None = None
    """Number of the alteration, from 1, in ``Table.alterations``."""
    is_moved: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """One paragraph of one side, in segments."""

    number: int
    segments: tuple[Segment, ...]
    is_alone: bool = False
    """Nothing of it stands on the other side."""

    @property
    def letters(self) -> int:
        """How long it is, for the map."""
        return sum(len(one.words) for one in self.segments)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of the page."""

    kind: RowKind
    source: tuple[Paragraph, ...] = ()
    copy: tuple[Paragraph, ...] = ()
    alterations: tuple[int, ...] = ()
    is_material: bool = False
    is_moved: bool = False

    @property
    def anchor(self) -> str:
        """The name of the row in addresses: the copy's paragraph, or the source's where the copy has none."""
        return f"c{self.copy[0].number}" if self.copy else f"s{self.source[0].number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """All rows, and the alterations that they show, numbered from 1 in the order of the rows."""

    rows: tuple[Row, ...]
    alterations: tuple[Alteration, ...]

    def count(self, kind: RowKind) -> int:
        """How many rows are of a kind."""
        return sum(row.kind == kind for row in self.rows)


@dataclass(frozen=True, slots=True)
class _Mark:
    start: int
    end: int
    kind: SegmentKind
    alteration: int | None = None


@dataclass(frozen=True, slots=True)
class _Side:
    text: str
    paragraphs: tuple[Span, ...]
    marks: tuple[_Mark, ...]
    moved: tuple[Span, ...]


def table(found: Comparison, copy: str, source: str) -> Table:
    """The rows of a comparison of ``copy`` with ``source``. Alterations that overlap an earlier one are not shown."""
    shown = _apart(found.alterations)
    sides = (
        _side(source, [one.source_span for one in shown], [one.span for one in found.left_out], moved_in(found, 0)),
        _side(copy, [one.copy_span for one in shown], [one.span for one in found.added], moved_in(found, 1)),
    )
    rows = [_row(sides, sources, copies, shown) for sources, copies in _groups(found, sides)]
    return _numbered(rows, shown)


def moved_in(found: Comparison, side: int) -> list[Span]:
    """Where moved passages stand in the source (0) or the copy (1)."""
    return sorted((one.source_span, one.copy_span)[side] for one in found.moved)


def paragraphs_of(text: str) -> tuple[Span, ...]:
    """Where the paragraphs of a text stand, blank ones included so that numbers stay those of ``paragraph_of``."""
    spans, at = [], 0
    for part in text.split("\n\n"):
        spans.append(Span(at, at + len(part)))
        at += len(part) + 2
    return tuple(spans)


def _apart(alterations: Iterable[Alteration]) -> list[Alteration]:
    """Alterations in the order of the copy, without those that overlap one before on either side."""
    kept: list[Alteration] = []
    taken: list[list[Span]] = [[], []]
    for one in sorted(alterations, key=lambda row: (row.copy_span, row.source_span)):
        spans = (one.source_span, one.copy_span)
        if not any(_overlap(span, other) for span, others in zip(spans, taken, strict=True) for other in others[-40:]):
            kept.append(one)
            for span, others in zip(spans, taken, strict=True):
                others.append(span)
    return kept


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _side(text: str, changed: Sequence[Span], alone: Iterable[Span], moved: Iterable[Span]) -> _Side:
    marks = [_Mark(span.start, span.end, "changed", number) for number, span in enumerate(changed)]
    marks += [_Mark(span.start, span.end, "alone") for span in alone]
    flat: list[_Mark] = []
    at = 0
    for mark in sorted(marks, key=lambda one: (one.start, one.end, one.kind != "changed")):
        if mark.start >= at or mark.alteration is not None:
            flat.append(mark)
            at = max(at, mark.end)
        elif mark.end > at:
            flat.append(replace(mark, start=at))
            at = mark.end
    return _Side(text, paragraphs_of(text), tuple(flat), tuple(moved))


# --- which paragraphs belong together ------------------------------------------------------------------------------


def _groups(found: Comparison, sides: tuple[_Side, _Side]) -> list[tuple[list[int], list[int]]]:
    """Groups of paragraph indices, (source, copy), in the order in which they are shown."""
    kept, moved = _weights(found, sides)
    joined = _joined(_links(kept, sides))
    linked = ({i for pair in joined for i in pair[0]}, {j for pair in joined for j in pair[1]})
    carried = [([i], [j]) for i, j in _links(moved, sides, best_only=True) if i not in linked[0] and j not in linked[1]]
    carried = _once(carried)
    groups = joined + carried
    taken = ({i for pair in groups for i in pair[0]}, {j for pair in groups for j in pair[1]})
    before = sorted((max(sources), max(copies)) for sources, copies in joined)
    placed = [((min(copies), 0, min(sources)), (sources, copies)) for sources, copies in groups]
    placed += [((j, 0, 0), ([], [j])) for j in _others(sides[1], taken[1])]
    for i in _others(sides[0], taken[0]):
        index = bisect_right(before, (i, len(sides[1].paragraphs)))
        after = max((copies for _, copies in before[:index]), default=-1)
        placed.append(((after, 1, i), ([i], [])))
    return [group for _, group in sorted(placed, key=lambda one: one[0])]


def _others(side: _Side, taken: set[int]) -> list[int]:
    return [
        index
        for index, span in enumerate(side.paragraphs)
        if index not in taken and side.text[span.start : span.end].strip()
    ]


Weights = dict[tuple[int, int], int]


def _weights(found: Comparison, sides: tuple[_Side, _Side]) -> tuple[Weights, Weights]:
    """Letters that each pair of paragraphs shares, in order and moved."""
    kept: Weights = defaultdict(int)
    moved: Weights = defaultdict(int)
    starts = [[span.start for span in side.paragraphs] for side in sides]
    for one in found.alignments:
        into = moved if one.is_moved else kept
        for source_at, copy_at, letters in _pairs(one.source_span, one.copy_span, sides, found):
            into[bisect_right(starts[0], source_at) - 1, bisect_right(starts[1], copy_at) - 1] += letters
    return kept, moved


def _pairs(source: Span, copy: Span, sides: tuple[_Side, _Side], found: Comparison) -> Iterator[tuple[int, int, int]]:
    """Words that stand in each other's place: between two alterations they go side by side."""
    differences: list[tuple[Span, Span]] = [(one.source_span, one.copy_span) for one in found.alterations]
    differences += [(one.source_span, one.copy_span) for one in found.forgiven]
    anchors = sorted(one for one in differences if _inside(one[0], source) and _inside(one[1], copy))
    at = (source.start, copy.start)
    for source_span, copy_span in [*anchors, (Span(source.end, source.end), Span(copy.end, copy.end))]:
        if source_span.start < at[0] or copy_span.start < at[1]:
            continue
        words = [
            _words(side, Span(start, end))
            for side, start, end in zip(sides, at, (source_span.start, copy_span.start), strict=True)
        ]
        if all(words):
            for index, (start, letters) in enumerate(words[0]):
                yield start, words[1][index * len(words[1]) // len(words[0])][0], letters
        at = (source_span.end, copy_span.end)


def _inside(span: Span, whole: Span) -> bool:
    return whole.start <= span.start and span.end <= whole.end


def _words(side: _Side, span: Span) -> list[tuple[int, int]]:
    """Start and length of each word that does not stand on its side only."""
    alone = [mark for mark in side.marks if mark.kind == "alone" and mark.end > span.start and mark.start < span.end]
    found, number = [], 0
    for match in finditer(r"\S+", side.text[span.start : span.end]):
        at = span.start + match.start()
        while number < len(alone) and alone[number].end <= at:
            number += 1
        if number == len(alone) or at < alone[number].start:
            found.append((at, match.end() - match.start()))
    return found


def _links(weights: Weights, sides: tuple[_Side, _Side], *, best_only: bool = False) -> list[tuple[int, int]]:
    sure = []
    for (i, j), letters in weights.items():
        smaller = min(_length(sides[0].paragraphs[i]), _length(sides[1].paragraphs[j]))
        if letters >= _SURELY * smaller:
            sure.append((-letters, i, j))
    links = [(i, j) for _, i, j in sorted(sure)]
    return links if best_only else sorted(links)


def _length(span: Span) -> int:
    return max(1, span.end - span.start)


def _once(pairs: list[tuple[list[int], list[int]]]) -> list[tuple[list[int], list[int]]]:
    """The best pair of each paragraph; they come best first."""
    met: tuple[set[int], set[int]] = (set(), set())
    kept = []
    for sources, copies in pairs:
        if sources[0] not in met[0] and copies[0] not in met[1]:
            kept.append((sources, copies))
            met[0].add(sources[0])
            met[1].add(copies[0])
    return kept


def _joined(links: list[tuple[int, int]]) -> list[tuple[list[int], list[int]]]:
    """Paragraphs that hang together by links, as groups."""
    group_of: dict[tuple[int, int], int] = {}
    groups: dict[int, set[tuple[int, int]]] = {}
    for number, (i, j) in enumerate(links):
        members = {(0, i), (1, j)}
        for old in {group_of[one] for one in members if one in group_of}:
            members |= groups.pop(old)
        groups[number] = members
        group_of.update(dict.fromkeys(members, number))
    return [
        (sorted(i for side, i in group if side == 0), sorted(j for side, j in group if side == 1))
        for group in groups.values()
    ]


# --- rows ----------------------------------------------------------------------------------------------------------


def _row(sides: tuple[_Side, _Side], sources: list[int], copies: list[int], shown: Sequence[Alteration]) -> Row:
    left = tuple(_paragraph(sides[0], index) for index in sources)
    right = tuple(_paragraph(sides[1], index) for index in copies)
    segments = [segment for paragraph in (*left, *right) for segment in paragraph.segments]
    numbers = tuple(dict.fromkeys(one.alteration for one in segments if one.alteration is not None))
    is_moved = any(one.is_moved for one in segments)
    return Row(
        kind=_kind(left, right, segments),
        source=left,
        copy=right,
        alterations=numbers,
        is_material=any(shown[number].is_material for number in numbers),
        is_moved=is_moved,
    )


def _kind(left: Sequence[Paragraph], right: Sequence[Paragraph], segments: Sequence[Segment]) -> RowKind:
    told = [one for one in segments if one.words.strip() or one.alteration is not None]
    if told and all(one.is_moved or one.kind == "alone" for one in told) and any(one.is_moved for one in told):
        return "moved"
    if not right:
        return "left out"
    if not left:
        return "added"
    return "same" if all(one.kind == "same" for one in told) else "changed"


def _paragraph(side: _Side, index: int) -> Paragraph:
    span = side.paragraphs[index]
    segments = tuple(_segments(side, span))
    told = [one for one in segments if any(letter.isalnum() for letter in one.words)]
    return Paragraph(
        number=index + 1,
        segments=segments,
        is_alone=bool(told) and all(one.kind == "alone" for one in told),
    )


def _segments(side: _Side, span: Span) -> Iterator[Segment]:
    at = span.start
    for mark in side.marks:
        if mark.end < at or mark.start > span.end or (mark.start == span.end and mark.alteration is None):
            continue
        start, end = max(mark.start, at), min(mark.end, span.end)
        if mark.start < mark.end and start >= end:
            continue
        yield from _same(side, Span(at, start))
        yield _segment(side, mark.kind, Span(start, end), mark.alteration)
        at = max(at, end)
    yield from _same(side, Span(at, span.end))


def _same(side: _Side, span: Span) -> Iterator[Segment]:
    """Equal words, cut where a moved passage begins or ends."""
    edges = {edge for moved in side.moved for edge in moved if span.start < edge < span.end}
    cuts = [span.start, *sorted(edges), span.end]
    for start, end in pairwise(cuts):
        if start < end:
            yield _segment(side, "same", Span(start, end))


def _segment(side: _Side, kind: SegmentKind, span: Span, alteration: int | None = None) -> Segment:
    return Segment(
        kind=kind,
        words=side.text[span.start : span.end],
        alteration=alteration,
        is_moved=any(_inside(span, moved) for moved in side.moved),
    )


def _numbered(rows: Sequence[Row], shown: Sequence[Alteration]) -> Table:
    """Alterations are numbered as they are met going down the page."""
    order = list(dict.fromkeys(number for row in rows for number in row.alterations))
    numbers = {old: new for new, old in enumerate(order, 1)}
    return Table(
        rows=tuple(
            replace(
                row,
                alterations=tuple(numbers[one] for one in row.alterations),
                source=tuple(_renumbered(one, numbers) for one in row.source),
                copy=tuple(_renumbered(one, numbers) for one in row.copy),
            )
            for row in rows
        ),
        alterations=tuple(shown[old] for old in order),
    )


def _renumbered(paragraph: Paragraph, numbers: dict[int, int]) -> Paragraph:
    segments = (
        one if one.alteration is None else replace(one, alteration=numbers[one.alteration])
        for one in paragraph.segments
    )
    return replace(paragraph, segments=tuple(segments))
