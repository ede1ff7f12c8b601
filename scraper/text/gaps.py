"""Inside a passage: the gaps between its runs compared word by word, and lost spaces seen through."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from rapidfuzz.distance import LCSseq

from scraper.text.runs import Run

_new = tuple.__new__
"""A named tuple from its values at once: a third of the time of calling its class."""

_END = 6
"""Words at either end of a text by which it is found in another."""
_WORTH_CUTTING = 64
"""Words that one text has more than the other from which it is worth while to cut it."""
_TABLE, _LAST, _FIRM = 2_000, 200, 4
"""Words on either side of one table of a walk; those at its end that the next looks at again; words of a firm run."""
_WIDEST_JOIN = 12
"""Words on either side of a difference in which lost spaces are looked for."""


class Region(NamedTuple):
    """Words of both sides that belong together, word positions, end not included; either side may be empty."""

    copy_start: int
    copy_end: int
    source_start: int
    source_end: int


def equal_blocks(copy: Sequence[str], source: Sequence[str], *, at_least: float = 0) -> list[Run]:
    """The runs of a longest common subsequence of two texts; none if it has fewer than ``at_least`` words.

    Bit-parallel, but quadratic: for short texts. Both are lists of words, or their letters, which are three times as
    fast.
    """
    steps = LCSseq.editops(copy, source)
    if len(copy) + len(source) - len(steps) < 2 * at_least:
        return []
    return [_new(Run, (block.a, block.b, block.size)) for block in steps.as_matching_blocks()[:-1]]


def table_blocks(copy: str, source: str, *, at_least: float) -> list[Run]:
    """``equal_blocks`` of two texts; of one that holds the other, only what lies between the ends of the other."""
    if len(copy) > len(source):
        start, end = _held(copy, source)
        return placed(equal_blocks(copy[start:end], source, at_least=at_least), start, 0)
    start, end = _held(source, copy)
    return placed(equal_blocks(copy, source[start:end], at_least=at_least), 0, start)


def walked_blocks(copy: str, source: str, *, share: float) -> list[Run]:
    """``table_blocks`` of long texts, table after table; none where one has less than ``share`` in common, in order.

    Only runs of some length count towards that: of few words at random most stand in order. Each table begins behind
    the last such run in the one before it. Linear in the number of words.
    """
    found: list[Run] = []
    at = place = 0
    while at < len(copy) and place < len(source):
        ours, theirs = copy[at : at + _TABLE], source[place : place + _TABLE]
        blocks = equal_blocks(ours, theirs)
        if sum([block[2] for block in blocks if block[2] >= _FIRM]) < share * min(len(ours), len(theirs)):
            return []
        if at + _TABLE < len(copy) or place + _TABLE < len(source):
            firm = [n for n, b in enumerate(blocks, 1) if b[2] >= _FIRM and max(b[0], b[1]) <= _TABLE - _LAST]
            blocks = blocks[: firm[-1]] if firm else []
        if not blocks:
            return []
        found += placed(blocks, at, place)
        at, place = found[-1][0] + found[-1][2], found[-1][1] + found[-1][2]
    return touching_joined(found)


def _held(long: str, short: str) -> tuple[int, int]:
    """Where the shorter text begins and ends in the longer, if both its ends stand there once; all of it if not."""
    if len(short) < 2 * _END or len(long) - len(short) < _WORTH_CUTTING:
        return 0, len(long)
    first, last = short[:_END], short[-_END:]
    start, end = long.find(first), long.rfind(last)
    is_held = 0 <= start < end and long.rfind(first) == start and long.find(last) == end
    return (start, end + _END) if is_held else (0, len(long))


def placed(runs: list[Run], copy: int, source: int) -> list[Run]:
    """Runs of stretches that begin at these places."""
    if not copy and not source:
        return runs
    return [_new(Run, (run[0] + copy, run[1] + source, run[2])) for run in runs]


def filled(runs: Sequence[Run], copy: str, source: str) -> list[Run]:
    """The runs of a passage with those in its gaps, maximal and in order."""
    found = [runs[0]]
    for after in runs[1:]:
        copy_at, source_at, length = found[-1]
        copy_at, source_at = copy_at + length, source_at + length
        ours, theirs = copy[copy_at : after[0]], source[source_at : after[1]]
        if ours and theirs and (len(ours) + len(theirs) > 2 or ours == theirs):
            for block in equal_blocks(ours, theirs):
                _append(found, Run(copy_at + block[0], source_at + block[1], block[2]))
        _append(found, after)
    return found


def touching_joined(runs: list[Run]) -> list[Run]:
    """The same runs, those that touch on both sides made one."""
    found = [runs[0]]
    for run in runs[1:]:
        _append(found, run)
    return found


def _append(runs: list[Run], run: Run) -> None:
    """Append ``run``, or lengthen the last one if they touch on both sides."""
    copy, source, length = runs[-1]
    if copy + length == run.copy and source + length == run.source:
        runs[-1] = Run(copy, source, length + run.length)
    else:
        runs.append(run)


def lost_spaces(region: Region, copy_keys: Sequence[str], source_keys: Sequence[str]) -> list[Region]:
    """Places where words of one side, written together, are the words of the other; never across digits."""
    copy, copy_end, source, source_end = region
    found: list[Region] = []
    if max(copy_end - copy, source_end - source) > _WIDEST_JOIN:
        return found
    while copy < copy_end:
        word = copy_keys[copy]
        for at in range(source, source_end):
            other = source_keys[at]
            if word[0] == other[0] and (word.startswith(other) or other.startswith(word)):
                joint = _joint(Region(copy, copy_end, at, source_end), copy_keys, source_keys)
                if joint:
                    found.append(joint)
                    copy, source = joint.copy_end - 1, joint.source_end
                    break
        copy += 1
    return found


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


def between(edges: Region, runs: Sequence[Run]) -> list[Region]:
    """What of a passage lies outside its runs."""
    first_copy, first_source, _ = runs[0]
    copy, source, length = runs[-1]
    found = [
        Region(copy + length, next_copy, source + length, next_source)
        for (copy, source, length), (next_copy, next_source, _) in pairwise(runs)
    ]
    if edges.copy_start < first_copy or edges.source_start < first_source:
        found.insert(0, Region(edges.copy_start, first_copy, edges.source_start, first_source))
    if copy + length < edges.copy_end or source + length < edges.source_end:
        found.append(Region(copy + length, edges.copy_end, source + length, edges.source_end))
    return found


def parted(gaps: Iterable[Region], joined: Sequence[Region]) -> Iterator[Region]:
    """What of the gaps lies outside the joined places in them."""
    for gap in gaps:
        copy, copy_end, source, source_end = gap
        for joint in joined:
            if copy <= joint.copy_start < copy_end:
                if joint.copy_start > copy or joint.source_start > source:
                    yield Region(copy, joint.copy_start, source, joint.source_start)
                copy, source = joint.copy_end, joint.source_end
        if copy_end > copy or source_end > source:
            yield Region(copy, copy_end, source, source_end)
