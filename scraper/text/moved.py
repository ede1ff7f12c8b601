"""Passages that have moved, looked for in what an alignment in order has left on both sides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from scraper.text.gaps import equal_blocks
from scraper.text.passages import settled
from scraper.text.runs import Run

_MOST_PAIRS = 64
_LARGEST_PAIR = 300_000
_Stretch = tuple[int, int]


def with_moved(
    groups: list[list[Run]], copy_keys: Sequence[str], source_keys: Sequence[str], least: float
) -> list[list[Run]] | None:
    """``groups`` with the passages of ``least`` words' evidence that stand out of order, in the order of the copy.

    A passage in whose gap another has moved is parted there. None where too much is left to compare each stretch of
    the copy with each of the source.
    """
    while True:
        tiles = [run for group in groups for run in group]
        ours, theirs = _left(tiles, len(copy_keys), len(source_keys), least)
        if not ours or not theirs:
            return groups
        if _nothing_shared(ours, theirs, copy_keys, source_keys):
            return groups
        area = sum(end - start for start, end in ours) * sum(end - start for start, end in theirs)
        if len(ours) * len(theirs) > _MOST_PAIRS or area > _LARGEST_PAIR:
            return None
        found = [
            group
            for copy in ours
            for source in theirs
            for group in settled(_shared(copy, source, copy_keys, source_keys, least), least)
        ]
        if not found:
            return groups
        groups = settled(sorted(tiles + [run for group in _apart(found) for run in group]), least)


def _nothing_shared(
    ours: list[_Stretch], theirs: list[_Stretch], copy_keys: Sequence[str], source_keys: Sequence[str]
) -> bool:
    """Whether no four words in a row stand in a stretch of either side."""
    known = {four for stretch in theirs for four in _fours(source_keys[slice(*stretch)])}
    return all(known.isdisjoint(_fours(copy_keys[slice(*stretch)])) for stretch in ours)


def _fours(keys: Sequence[str]) -> Iterator[tuple[str, ...]]:
    return zip(keys, keys[1:], keys[2:], keys[3:], strict=False)


def _shared(
    copy: _Stretch, source: _Stretch, copy_keys: Sequence[str], source_keys: Sequence[str], least: float
) -> list[Run]:
    blocks = equal_blocks(copy_keys[slice(*copy)], source_keys[slice(*source)], at_least=least)
    return [Run(copy[0] + block.copy, source[0] + block.source, block.length) for block in blocks]


def _apart(found: list[list[Run]]) -> list[list[Run]]:
    """Of groups that may claim the same words, those that share most."""
    taken: list[list[Run]] = []
    for group in sorted(found, key=lambda group: -sum(run.length for run in group)):
        if all(_are_apart(group, other) for other in taken):
            taken.append(group)
    return taken


def _are_apart(a: list[Run], b: list[Run]) -> bool:
    copy_apart = a[-1].copy + a[-1].length <= b[0].copy or b[-1].copy + b[-1].length <= a[0].copy
    source_apart = a[-1].source + a[-1].length <= b[0].source or b[-1].source + b[-1].length <= a[0].source
    return copy_apart and source_apart


def _left(tiles: list[Run], copy_words: int, source_words: int, least: float) -> tuple[list[_Stretch], list[_Stretch]]:
    """Stretches of at least ``least`` words that lie in no run, on either side."""
    ours = _between(tiles, copy_words, least)
    return ours, _between(
        sorted((source, copy, length) for copy, source, length in tiles), source_words, least
    ) if ours else []


def _between(taken: Sequence[tuple[int, int, int]], words: int, least: float) -> list[_Stretch]:
    """What lies between ranges given by their first word and, last, their length."""
    if not taken:
        return [(0, words)]
    ends = [(start + length, after) for (start, _, length), (after, _, _) in pairwise(taken)]
    stretches = [(0, taken[0][0]), *ends, (taken[-1][0] + taken[-1][2], words)]
    return [stretch for stretch in stretches if stretch[1] - stretch[0] >= least]
