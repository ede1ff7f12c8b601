"""Passages that have moved, looked for in what an alignment in order has left on both sides."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

from scraper.text.gaps import filled
from scraper.text.passages import settled
from scraper.text.runs import Run
from scraper.text.tiling import anchors

_Stretch = tuple[int, int]
_PARTING = "\3", "\4"
"""Stand between the stretches of the copy and of the source: no run reaches over them."""


def with_moved(groups: list[list[Run]], copy: str, source: str, least: float) -> list[list[Run]]:
    """``groups`` with the passages of ``least`` words' evidence that stand out of order, in the order of the copy.

    A passage in whose gap another has moved is parted there.
    """
    tiles = groups[0] if len(groups) == 1 else [run for group in groups for run in group]
    ours, theirs = _left(tiles, len(copy), len(source), least)
    if not ours or not theirs:
        return groups
    found = _anchors_in(ours, theirs, copy, source)
    moved = {run for group in settled(found, least) for run in group}
    if not moved:
        return groups
    groups = settled(sorted([*tiles, *moved]), least)
    # Only now is sure that no word between two runs of a passage is another's
    return [group if moved.isdisjoint(group) else filled(group, copy, source) for group in groups]


def _anchors_in(ours: Sequence[_Stretch], theirs: Sequence[_Stretch], copy: str, source: str) -> list[Run]:
    """Runs of equal letters in any stretch of the copy and any of the source."""
    here = _PARTING[0].join([copy[start:end] for start, end in ours])
    there = _PARTING[1].join([source[start:end] for start, end in theirs])
    found = anchors(here, there)
    if not found:
        return found
    copy_starts, source_starts = _starts(ours), _starts(theirs)
    return [
        Run(_back(at, ours, copy_starts), _back(place, theirs, source_starts), length) for at, place, length in found
    ]


def _starts(stretches: Sequence[_Stretch]) -> list[int]:
    """Where each stretch begins in all of them joined."""
    starts, at = [], 0
    for start, end in stretches:
        starts.append(at)
        at += end - start + 1
    return starts


def _back(place: int, stretches: Sequence[_Stretch], starts: Sequence[int]) -> int:
    """A place in the stretches joined as a place in the text."""
    number = bisect_right(starts, place) - 1
    return stretches[number][0] + place - starts[number]


def _left(tiles: list[Run], copy_words: int, source_words: int, least: float) -> tuple[list[_Stretch], list[_Stretch]]:
    """Stretches of at least ``least`` words that lie in no run, on either side."""
    ours = _between(tiles, copy_words, least)
    return ours, _between([(tile[1], tile[0], tile[2]) for tile in tiles], source_words, least) if ours else []


def _between(taken: Sequence[tuple[int, int, int]], words: int, least: float) -> list[_Stretch]:
    """What lies between rising ranges given by their first word and, last, their length."""
    if not taken:
        return [(0, words)]
    ends = [
        (start + length, after)
        for (start, _, length), (after, _, _) in pairwise(taken)
        if after - start - length >= least
    ]
    last = taken[-1][0] + taken[-1][2]
    if taken[0][0] >= least:
        ends.insert(0, (0, taken[0][0]))
    if words - last >= least:
        ends.append((last, words))
    return ends
