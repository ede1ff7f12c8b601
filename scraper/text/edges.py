"""Where a passage begins and ends: shorter runs just outside it, stray words of the next sentence, words replaced."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from scraper.text.gaps import Region, equal_blocks, touching_joined
from scraper.text.passages import gap_cost
from scraper.text.runs import Run
from scraper.text.slides import slid, slide
from scraper.text.words import Words

_WINDOW = 24
"""Words outside a passage in which its continuation is looked for."""
_REPLACED = 3
"""Words. So few words between a passage and the end of their sentence are part of it, replaced or left out."""
_STOP = re.compile(r"[.!?:;\u2026\u061f\u06d4\u0589\u0964。！？；：]|\n[ \t\r]*\n")

Found = tuple[list[Run], Region]


def parted_well(groups: list[list[Run]], copy: Words, source: Words) -> list[list[Run]]:
    """Groups with every one-sided gap, inside them and between neighbours, where the text breaks.

    A group of one run that its neighbour takes over is no more.
    """
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
            parted.append(slid(group, copy, source))
            last_rank = rank_of[at]
    return parted


def with_edges(groups: Sequence[list[Run]], copy: Words, source: Words) -> list[Found]:
    """Each group of runs with its edges settled, and the region that it then takes on both sides."""
    regions = [Region(g[0].copy, g[-1].copy + g[-1].length, g[0].source, g[-1].source + g[-1].length) for g in groups]
    by_source = sorted(range(len(groups)), key=lambda at: regions[at].source_start)
    place = {at: rank for rank, at in enumerate(by_source)}
    found: list[Found] = []
    for at, group in enumerate(groups):
        rank = place[at]
        room = Region(
            regions[at - 1].copy_end if at else 0,
            regions[at + 1].copy_start if at + 1 < len(groups) else len(copy),
            regions[by_source[rank - 1]].source_end if rank else 0,
            regions[by_source[rank + 1]].source_start if rank + 1 < len(groups) else len(source),
        )
        runs = touching_joined([*_before(group[0], room, copy, source), *group, *_after(group[-1], room, copy, source)])
        regions[at] = _replaced(runs, room, copy, source)
        found.append((runs, regions[at]))
    return found


def _before(first: Run, room: Region, copy: Words, source: Words) -> list[Run]:
    """Shorter runs that lead up to the first run of a passage."""
    copy_start = max(room.copy_start, first.copy - _WINDOW)
    source_start = max(room.source_start, first.source - _WINDOW)
    if copy_start == first.copy or source_start == first.source:
        return []
    blocks = equal_blocks(copy.keys[copy_start : first.copy], source.keys[source_start : first.source])
    runs = [Run(copy_start + b.copy, source_start + b.source, b.length) for b in blocks]
    return _worthwhile(first, reversed(runs))[::-1]


def _after(last: Run, room: Region, copy: Words, source: Words) -> list[Run]:
    """Shorter runs that follow the last run of a passage."""
    copy_start, source_start = last.copy + last.length, last.source + last.length
    copy_end = min(room.copy_end, copy_start + _WINDOW)
    source_end = min(room.source_end, source_start + _WINDOW)
    if copy_start == copy_end or source_start == source_end:
        return []
    blocks = equal_blocks(copy.keys[copy_start:copy_end], source.keys[source_start:source_end])
    return _worthwhile(last, (Run(copy_start + b.copy, source_start + b.source, b.length) for b in blocks))


def _worthwhile(edge: Run, outward: Iterable[Run]) -> list[Run]:
    """As many runs outward from ``edge`` as share more than lies between them."""
    taken: list[Run] = []
    worth, best, kept, last = 0.0, 0.0, 0, edge
    for run in outward:
        worth += run.length - gap_cost(*sorted((last, run)))
        taken.append(run)
        last = run
        if worth > best:
            best, kept = worth, len(taken)
    return taken[:kept]


def _replaced(runs: list[Run], room: Region, copy: Words, source: Words) -> Region:
    """The region of a passage, with the few words on either side that its first and last sentence have otherwise."""
    first, last = runs[0], runs[-1]
    copy_end, source_end = last.copy + last.length, last.source + last.length
    ours = _back(copy, first.copy, room.copy_start), _back(source, first.source, room.source_start)
    theirs = _on(copy, copy_end, room.copy_end), _on(source, source_end, room.source_end)
    copy_start, source_start = first.copy, first.source
    if max(ours) <= min(_REPLACED, first.length):
        copy_start, source_start = copy_start - ours[0], source_start - ours[1]
    if max(theirs) <= min(_REPLACED, last.length):
        copy_end, source_end = copy_end + theirs[0], source_end + theirs[1]
    return Region(copy_start, copy_end, source_start, source_end)


def _back(words: Words, start: int, least: int) -> int:
    """Words between ``start`` and the beginning of its sentence, or of what is free; ``_REPLACED + 1`` if more."""
    for back in range(_REPLACED + 1):
        if start - back <= least or _STOP.search(words.gaps[start - back]):
            return back
    return _REPLACED + 1


def _on(words: Words, end: int, most: int) -> int:
    """Words between ``end`` and the end of its sentence, or of what is free; ``_REPLACED + 1`` if more."""
    for on in range(_REPLACED + 1):
        if end + on >= most or _STOP.search(words.gaps[end + on]):
            return on
    return _REPLACED + 1
