"""Inside a passage: the gaps between its runs compared word by word, and lost spaces seen through."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from rapidfuzz.distance import LCSseq

from scraper.text.runs import Run

_WIDEST_JOIN = 12
"""Words on either side of a difference in which lost spaces are looked for."""


class Region(NamedTuple):
    """Words of both sides that belong together, word positions, end not included; either side may be empty."""

    copy_start: int
    copy_end: int
    source_start: int
    source_end: int


def equal_blocks(copy_keys: Sequence[str], source_keys: Sequence[str]) -> Iterator[Run]:
    """The runs of a longest common subsequence of two short lists of words."""
    for block in LCSseq.editops(copy_keys, source_keys).as_matching_blocks():
        if block.size:
            yield Run(block.a, block.b, block.size)


def filled(runs: Sequence[Run], copy_keys: Sequence[str], source_keys: Sequence[str]) -> tuple[list[Run], list[Region]]:
    """The runs of a passage with those in its gaps, maximal and in order, and the places that differ by spaces only."""
    found: list[Run] = []
    joined: list[Region] = []
    for before, after in pairwise(runs):
        _append(found, before)
        region = Region(before.copy + before.length, after.copy, before.source + before.length, after.source)
        for run in _inside(region, copy_keys, source_keys):
            _append(found, run)
    _append(found, runs[-1])
    for before, after in pairwise(found):
        region = Region(before.copy + before.length, after.copy, before.source + before.length, after.source)
        joined += lost_spaces(region, copy_keys, source_keys)
    return found, joined


def _append(runs: list[Run], run: Run) -> None:
    """Append ``run``, or lengthen the last one if they touch on both sides."""
    if runs:
        copy, source, length = runs[-1]
        if copy + length == run.copy and source + length == run.source:
            runs[-1] = Run(copy, source, length + run.length)
            return
    runs.append(run)


def _inside(region: Region, copy_keys: Sequence[str], source_keys: Sequence[str]) -> Iterator[Run]:
    copy, copy_end, source, source_end = region
    if copy == copy_end or source == source_end or (copy + 1 == copy_end and source + 1 == source_end):
        return
    for block in equal_blocks(copy_keys[copy:copy_end], source_keys[source:source_end]):
        yield Run(copy + block.copy, source + block.source, block.length)


def lost_spaces(region: Region, copy_keys: Sequence[str], source_keys: Sequence[str]) -> Iterator[Region]:
    """Places where words of one side, written together, are the words of the other; never across digits."""
    copy, copy_end, source, source_end = region
    sizes = copy_end - copy, source_end - source
    if min(sizes) == 0 or max(sizes) == 1 or max(sizes) > _WIDEST_JOIN:
        return
    while copy < copy_end:
        for start in range(source, source_end):
            if joint := _joint(Region(copy, copy_end, start, source_end), copy_keys, source_keys):
                yield joint
                copy, source = joint.copy_end - 1, joint.source_end
                break
        copy += 1


def _joint(region: Region, copy_keys: Sequence[str], source_keys: Sequence[str]) -> Region | None:
    """The shortest beginnings of both sides that are equal once written together."""
    copy, source = region.copy_start, region.source_start
    ours, theirs = copy_keys[copy], source_keys[source]
    while ours != theirs:
        if ours.startswith(theirs) and source + 1 < region.source_end:
            source += 1
            theirs += source_keys[source]
        elif theirs.startswith(ours) and copy + 1 < region.copy_end:
            copy += 1
            ours += copy_keys[copy]
        else:
            return None
    if any(map(str.isdecimal, ours)):
        return None
    return Region(region.copy_start, copy + 1, region.source_start, source + 1)


def between(edges: Region, parts: Iterable[Region]) -> Iterator[Region]:
    """What of a passage lies outside its equal parts."""
    copy, source = edges.copy_start, edges.source_start
    for part in parts:
        if part.copy_start > copy or part.source_start > source:
            yield Region(copy, part.copy_start, source, part.source_start)
        copy, source = part.copy_end, part.source_end
    if edges.copy_end > copy or edges.source_end > source:
        yield Region(copy, edges.copy_end, source, edges.source_end)
