"""Where a passage begins and ends: shorter runs just outside it, stray words of the next sentence, words replaced."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from scraper.text.gaps import Region, equal_blocks, touching_joined
from scraper.text.passages import gap_cost, settled
from scraper.text.runs import Run
from scraper.text.slides import Side, slid, slide

_WINDOW = 24
"""Words outside a passage in which its continuation is looked for."""
_REPLACED = 3
"""Words. So few words between a passage and the end of their sentence are part of it, replaced or left out."""
_STOP = re.compile(r"[.!?:;\u2026\u061f\u06d4\u0589\u0964。！？；：]|\n[ \t\r]*\n")

Found = tuple[list[Run], Region]
_Room = tuple[int, int, int, int]
"""What a passage may take: words of the copy from and to, and of the source."""


def parted_well(groups: list[list[Run]], copy: Side, source: Side, least: float) -> list[list[Run]]:
    """Groups with every one-sided gap, inside them and between neighbours, where the text breaks.

    A group of one run that its neighbour takes over is no more.
    """
    if len(groups) == 1:
        return _parted(groups[0], copy, source, least)
    by_source = sorted(range(len(groups)), key=lambda at: groups[at][0].source)
    rank_of = {at: rank for rank, at in enumerate(by_source)}
    parted: list[list[Run]] = []
    last_rank = -1
    for at, group in enumerate(groups):
        if parted and rank_of[at] == last_rank + 1:
            before, after = slide(parted[-1][-1], group[0], copy, source)
            parted[-1][-1:] = [before] if before else []
            group[:1] = [after] if after else []
            if not parted[-1]:
                parted.pop()
        if group:
            parted += _parted(group, copy, source, least)
            last_rank = rank_of[at]
    return parted


def _parted(group: list[Run], copy: Side, source: Side, least: float) -> list[list[Run]]:
    """A group with every gap where the text breaks; settled again where a run was taken over by its neighbour.

    A name that both texts begin with is held by the words behind it only until these are found to stand further on.
    """
    runs = slid(group, copy, source)
    return [runs] if len(runs) == len(group) else settled(runs, least)


def with_edges(groups: Sequence[list[Run]], copy: Side, source: Side) -> list[Found]:
    """Each group of runs with its edges settled, and the region that it then takes on both sides."""
    regions = [Region(g[0][0], g[-1][0] + g[-1][2], g[0][1], g[-1][1] + g[-1][2]) for g in groups]
    copy_words, source_words = len(copy.letters), len(source.letters)
    by_source: Sequence[int] = range(len(groups))
    if any(after[2] < before[2] for before, after in pairwise(regions)):
        by_source = sorted(by_source, key=lambda at: regions[at][2])
    place = {at: rank for rank, at in enumerate(by_source)}
    found: list[Found] = []
    for at, group in enumerate(groups):
        rank = place[at]
        room = (
            regions[at - 1][1] if at else 0,
            regions[at + 1][0] if at + 1 < len(groups) else copy_words,
            regions[by_source[rank - 1]][3] if rank else 0,
            regions[by_source[rank + 1]][2] if rank + 1 < len(groups) else source_words,
        )
        copy_start, copy_end, source_start, source_end = regions[at]
        before = after = None
        if copy_start > room[0] and source_start > room[2]:
            before = _before(group[0], room, copy, source)
        if copy_end < room[1] and source_end < room[3]:
            after = _after(group[-1], room, copy, source)
        runs = touching_joined([*(before or ()), *group, *(after or ())]) if before or after else group
        regions[at] = region = _replaced(runs, room, copy, source)
        found.append((runs, region))
    return found


def _before(first: Run, room: _Room, copy: Side, source: Side) -> list[Run]:
    """Shorter runs that lead up to the first run of a passage."""
    copy_end, source_end, _ = first
    copy_start = max(room[0], copy_end - _WINDOW)
    source_start = max(room[2], source_end - _WINDOW)
    ours, theirs = copy.letters[copy_start:copy_end][::-1], source.letters[source_start:source_end][::-1]
    outward = _worthwhile(equal_blocks(ours, theirs))
    return [Run(copy_end - at - length, source_end - place - length, length) for at, place, length in reversed(outward)]


def _after(last: Run, room: _Room, copy: Side, source: Side) -> list[Run]:
    """Shorter runs that follow the last run of a passage."""
    copy_start, source_start = last[0] + last[2], last[1] + last[2]
    copy_end = min(room[1], copy_start + _WINDOW)
    source_end = min(room[3], source_start + _WINDOW)
    blocks = equal_blocks(copy.letters[copy_start:copy_end], source.letters[source_start:source_end])
    outward = _worthwhile(blocks)
    return [Run(copy_start + at, source_start + place, length) for at, place, length in outward]


def _worthwhile(outward: list[Run]) -> list[Run]:
    """As many runs outward from an edge, at 0 and 0, as share more than lies between them."""
    worth, best, kept = 0.0, 0.0, 0
    left = sum(run[2] for run in outward)
    last = Run(0, 0, 0)
    for count, run in enumerate(outward, 1):
        worth -= gap_cost(last, run)
        if worth + left <= best:
            break
        worth += run[2]
        left -= run[2]
        last = run
        if worth > best:
            best, kept = worth, count
    return outward[:kept]


def _replaced(runs: list[Run], room: _Room, copy: Side, source: Side) -> Region:
    """The region of a passage, with the few words on either side that its first and last sentence have otherwise."""
    copy_start, source_start, length = runs[0]
    if copy_start > room[0] or source_start > room[2]:
        most = min(_REPLACED, length)
        ours = _back(copy.gaps, copy_start, room[0])
        if ours <= most and (theirs := _back(source.gaps, source_start, room[2])) <= most:
            copy_start, source_start = copy_start - ours, source_start - theirs
    copy_end, source_end, length = runs[-1]
    copy_end, source_end = copy_end + length, source_end + length
    if copy_end < room[1] or source_end < room[3]:
        most = min(_REPLACED, length)
        ours = _on(copy.gaps, copy_end, room[1])
        if ours <= most and (theirs := _on(source.gaps, source_end, room[3])) <= most:
            copy_end, source_end = copy_end + ours, source_end + theirs
    return Region(copy_start, copy_end, source_start, source_end)


def _back(gaps: Sequence[str], start: int, least: int) -> int:
    """Words between ``start`` and the beginning of its sentence, or of what is free; ``_REPLACED + 1`` if more."""
    for back in range(_REPLACED + 1):
        if start - back <= least or (gaps[start - back] != " " and _STOP.search(gaps[start - back])):
            return back
    return _REPLACED + 1


def _on(gaps: Sequence[str], end: int, most: int) -> int:
    """Words between ``end`` and the end of its sentence, or of what is free; ``_REPLACED + 1`` if more."""
    for on in range(_REPLACED + 1):
        if end + on >= most or (gaps[end + on] != " " and _STOP.search(gaps[end + on])):
            return on
    return _REPLACED + 1
