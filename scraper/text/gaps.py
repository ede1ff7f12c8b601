"""Inside a passage: the gaps between its runs compared word by word, and lost spaces seen through."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from rapidfuzz.distance import LCSseq

from scraper.text.runs import Run

_AGREED = 24
"""Words in a row behind a difference that are no chance, even in lists of like lines."""
_SKIPS = ((1, 1), (0, 1), (1, 0), (0, 2), (2, 0), (0, 3), (3, 0))
"""Differences that leave no choice which words are equal: one for one, or words on one side only."""
_AHEAD = _AGREED + 3
_WIDEST_JOIN = 12
"""Words on either side of a difference in which lost spaces are looked for."""


class Region(NamedTuple):
    """Words of both sides that belong together, word positions, end not included; either side may be empty."""

    copy_start: int
    copy_end: int
    source_start: int
    source_end: int


def equal_blocks(copy_keys: Sequence[str], source_keys: Sequence[str], *, at_least: float = 0) -> list[Run]:
    """The runs of a longest common subsequence of two lists of words; none if it has fewer than ``at_least`` words.

    Bit-parallel, but quadratic: for short lists.
    """
    steps = LCSseq.editops(copy_keys, source_keys)
    if len(copy_keys) + len(source_keys) - len(steps) < 2 * at_least:
        return []
    return [Run(block.a, block.b, block.size) for block in steps.as_matching_blocks()[:-1]]


def walked_blocks(copy_keys: Sequence[str], source_keys: Sequence[str], *, at_least: float, largest: int) -> list[Run]:
    """As ``equal_blocks``, walking texts that differ in few words from one difference to the next.

    All behind the first difference after which they do not soon agree again is one table; none are found if that is
    larger than ``largest`` words times words.
    """
    found: list[Run] = []
    copy = source = shared = 0
    while True:
        length = _equal_words(copy_keys, source_keys, copy, source)
        if length:
            found.append(Run(copy, source, length))
            copy, source, shared = copy + length, source + length, shared + length
        if copy == len(copy_keys) or source == len(source_keys):
            return found if shared >= at_least else []
        skip = _skipped(copy_keys[copy : copy + _AHEAD], source_keys[source : source + _AHEAD])
        if skip is None and (len(copy_keys) - copy) * (len(source_keys) - source) > largest:
            return []
        if skip is None:
            rest = equal_blocks(copy_keys[copy:], source_keys[source:], at_least=at_least - shared)
            found += [Run(copy + block.copy, source + block.source, block.length) for block in rest]
            return found if rest or shared >= at_least else []
        copy, source = copy + skip[0], source + skip[1]


def _equal_words(copy_keys: Sequence[str], source_keys: Sequence[str], copy: int, source: int) -> int:
    """How many words are equal from two places on: by ever longer stretches, then by ever shorter ones."""
    length, step = 0, 32
    while True:
        ours, theirs = (
            copy_keys[copy + length : copy + length + step],
            source_keys[source + length : source + length + step],
        )
        if ours != theirs:
            break
        length += len(ours)
        if len(ours) < step:
            return length
        step *= 2
    for one, other in zip(ours, theirs, strict=False):
        if one != other:
            return length
        length += 1
    return length


def _skipped(ours: Sequence[str], theirs: Sequence[str]) -> tuple[int, int] | None:
    """How few words of either side to leave so that they agree for long again; None where words repeat themselves."""
    fitting = [
        (copy, source)
        for copy, source in _SKIPS
        if ours[copy : copy + _AGREED] == theirs[source : source + _AGREED] and len(ours) >= copy + _AGREED
    ]
    return fitting[0] if len(fitting) == 1 else None


def filled(runs: Sequence[Run], copy_keys: Sequence[str], source_keys: Sequence[str]) -> list[Run]:
    """The runs of a passage with those in its gaps, maximal and in order."""
    found = [runs[0]]
    for after in runs[1:]:
        copy, source, length = found[-1]
        copy, source = copy + length, source + length
        if copy < after.copy and source < after.source and (copy + 1 < after.copy or source + 1 < after.source):
            for block in equal_blocks(copy_keys[copy : after.copy], source_keys[source : after.source]):
                _append(found, Run(copy + block.copy, source + block.source, block.length))
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
