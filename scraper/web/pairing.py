"""judge to present: which paragraphs of two texts belong in one row, by the words that they share."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from re import finditer

from scraper.model import Comparison, Span
from scraper.web.marks import Marked

_SURELY = 0.2
"""Share of the smaller of two paragraphs that must be aligned for them to stand in one row."""


def groups(found: Comparison, sides: tuple[Marked, Marked]) -> list[tuple[list[int], list[int]]]:
    """Groups of paragraph indices, (source, copy), in the order in which they are shown."""
    kept, moved = _weights(found, sides)
    joined = _joined(_links(kept, sides))
    linked = ({i for pair in joined for i in pair[0]}, {j for pair in joined for j in pair[1]})
    carried = [([i], [j]) for i, j in _links(moved, sides, best_only=True) if i not in linked[0] and j not in linked[1]]
    carried = _once(carried)
    grouped = joined + carried
    taken = ({i for pair in grouped for i in pair[0]}, {j for pair in grouped for j in pair[1]})
    before = sorted((max(sources), max(copies)) for sources, copies in joined)
    placed = [((min(copies), 0, min(sources)), (sources, copies)) for sources, copies in grouped]
    placed += [((j, 0, 0), ([], [j])) for j in _others(sides[1], taken[1])]
    for i in _others(sides[0], taken[0]):
        index = bisect_right(before, (i, len(sides[1].paragraphs)))
        after = max((copies for _, copies in before[:index]), default=-1)
        placed.append(((after, 1, i), ([i], [])))
    return [group for _, group in sorted(placed, key=lambda one: one[0])]


def _others(side: Marked, taken: set[int]) -> list[int]:
    return [
        index
        for index, span in enumerate(side.paragraphs)
        if index not in taken and side.text[span.start : span.end].strip()
    ]


Weights = dict[tuple[int, int], int]


def _weights(found: Comparison, sides: tuple[Marked, Marked]) -> tuple[Weights, Weights]:
    """Letters that each pair of paragraphs shares, in order and moved."""
    kept: Weights = defaultdict(int)
    moved: Weights = defaultdict(int)
    starts = [[span.start for span in side.paragraphs] for side in sides]
    for one in found.alignments:
        into = moved if one.is_moved else kept
        for source_at, copy_at, letters in _pairs(one.source_span, one.copy_span, sides, found):
            into[bisect_right(starts[0], source_at) - 1, bisect_right(starts[1], copy_at) - 1] += letters
    return kept, moved


def _pairs(source: Span, copy: Span, sides: tuple[Marked, Marked], found: Comparison) -> Iterator[tuple[int, int, int]]:
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


def _words(side: Marked, span: Span) -> list[tuple[int, int]]:
    """Start and length of each word that does not stand on its side only."""
    alone = [mark for mark in side.between(span.start + 1, span.end) if not mark.alterations]
    found, number = [], 0
    for match in finditer(r"\S+", side.text[span.start : span.end]):
        at = span.start + match.start()
        while number < len(alone) and alone[number].end <= at:
            number += 1
        if number == len(alone) or at < alone[number].start:
            found.append((at, match.end() - match.start()))
    return found


def _links(weights: Weights, sides: tuple[Marked, Marked], *, best_only: bool = False) -> list[tuple[int, int]]:
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
