"""Runs of equal words grouped into passages: which belong together, which are chance, which have moved."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

from scraper.text.runs import Run

WIDEST_GAP = 40
"""Words on either side. Across more than this two runs are never one passage."""
_MOST_REPLACED = 12
"""Words on both sides. More than this is one text left out and another put in."""
_PLAIN_CHANCE = 4
_APART = 1e9


def settled(tiles: list[Run], least: float) -> list[list[Run]]:
    """Tiles in the order of the copy, as groups that each form one passage of at least ``least`` words' evidence.

    Tiles join when they follow one another on both sides and what they have in common outweighs what lies between
    them: all maximal scoring subsequences of Ruzzo and Tompa (1999), a word shared counting one, a word replaced minus
    one, a word left out or added minus a quarter.
    """
    sources = [tile[1] for tile in tiles]
    strangers = frozenset[int]() if sources == sorted(sources) else _strangers(sources)
    groups = _plainly_settled(tiles, least, strangers)
    if groups is not None:
        return groups
    segments = _maximal_segments(tiles, strangers)
    # What is plainly chance goes first: it may stand between runs that belong together.
    for worth in (min(_PLAIN_CHANCE, least), least):
        kept = [segment for segment in segments if segment[2] >= worth]
        if len(kept) < len(segments):
            tiles = [tile for start, end, _ in kept for tile in tiles[start:end]]
            segments = _maximal_segments(tiles, _strangers([tile[1] for tile in tiles]) if strangers else strangers)
    return [tiles[start:end] for start, end, _ in segments]


def _strangers(sources: list[int]) -> frozenset[int]:
    """Tiles that do not stand, in the source, right behind the tile before them."""
    ranks = {source: rank for rank, source in enumerate(sorted(sources))}
    return frozenset(at for at, (before, after) in enumerate(pairwise(sources), 1) if ranks[after] != ranks[before] + 1)


def _plainly_settled(tiles: list[Run], least: float, strangers: frozenset[int]) -> list[list[Run]] | None:
    """``settled`` where what stands between two wide gaps is one passage or none, as it nearly always is; else None."""
    chance = min(_PLAIN_CHANCE, least)
    groups: list[list[Run]] = []
    group: list[Run] = []
    worth = best = 0.0  # what the group is worth so far, and the most it was, with ``kept`` tiles
    kept = laid = copy_end = source_end = 0
    for at, tile in enumerate(tiles):
        copy, source, length = tile
        new, lost = copy - copy_end, source - source_end
        copy_end, source_end = copy + length, source + length
        is_wide = new > WIDEST_GAP or lost > WIDEST_GAP or (new > _MOST_REPLACED and lost > _MOST_REPLACED)
        worth -= new + (lost - new) / 4 if new < lost else lost + (new - lost) / 4
        if worth > 0 and not is_wide and at not in strangers:
            worth += length
            group.append(tile)
        else:
            if best >= chance and not ((is_wide or at in strangers) and _is_closed(group, kept, chance)):
                return None
            if best >= least:
                groups.append(group[:kept])
                laid += kept
            worth, best, group = length, 0.0, [tile]
        if worth > best:
            best, kept = worth, len(group)
    if best >= chance and not _is_closed(group, kept, chance):
        return None
    if best >= least:
        groups.append(group[:kept])
        laid += kept
    # What is given up may have stood between two that then follow one another.
    return groups if laid == len(tiles) or not strangers else None


def _is_closed(group: list[Run], kept: int, chance: float) -> bool:
    """Whether the tiles behind the first ``kept`` ones are chance, if there are any."""
    return kept == len(group) or sum(tile[2] for tile in group[kept:]) < chance


def _maximal_segments(tiles: list[Run], strangers: frozenset[int]) -> list[tuple[int, int, float]]:
    """Maximal scoring runs of tiles, as (start, end, score)."""
    # Each candidate: total before it, total with it, start, end, and the last earlier one with a smaller total before.
    found: list[tuple[float, float, int, int, int]] = []
    total: float = 0
    copy_end = source_end = 0
    for at, (copy, source, length) in enumerate(tiles):
        new, lost = copy - copy_end, source - source_end
        copy_end, source_end = copy + length, source + length
        if new > WIDEST_GAP or lost > WIDEST_GAP or (new > _MOST_REPLACED and lost > _MOST_REPLACED) or at in strangers:
            left = total - _APART
        else:
            left = total - (new + (lost - new) / 4 if new < lost else lost + (new - lost) / 4)
        total = right = left + length
        start, link = at, len(found) - 1
        while True:
            while link >= 0 and found[link][0] >= left:
                link = found[link][4]
            if link < 0 or found[link][1] >= right:
                found.append((left, right, start, at + 1, link))
                break
            left, _, start, _, earlier = found[link]
            del found[link:]
            link = earlier
    return [(start, end, right - left) for left, right, start, end, _ in found]


def gap_cost(before: Run, after: Run) -> float:
    """What joining two runs costs: the words between them."""
    copy_at, source_at, length = before
    copy, source = after[0] - copy_at - length, after[1] - source_at - length
    if copy > WIDEST_GAP or source > WIDEST_GAP or (copy > _MOST_REPLACED and source > _MOST_REPLACED):
        return _APART
    return copy + (source - copy) / 4 if copy < source else source + (copy - source) / 4


def heaviest_in_order(sources: Sequence[int], weights: Sequence[int]) -> list[bool]:
    """Which passages keep their order: those of the heaviest increasing chain; the others have moved.

    ``sources`` are their places in the source in the order of the copy. With the heaviest chain the fewest words are
    called moved.
    """
    if all(a < b for a, b in pairwise(sources)):
        return [True] * len(sources)
    # Ends of chains so far: places rising, weights rising; a chain that is later and no heavier is forgotten.
    places: list[int] = []
    chains: list[tuple[int, int]] = []
    previous: list[int] = []
    for at, (place, weight) in enumerate(zip(sources, weights, strict=True)):
        below = bisect_left(places, place)
        best, last = chains[below - 1] if below else (0, -1)
        previous.append(last)
        above = below
        while above < len(places) and chains[above][0] <= best + weight:
            above += 1
        places[below:above] = [place]
        chains[below:above] = [(best + weight, at)]
    in_order = [False] * len(sources)
    last = chains[-1][1]
    while last >= 0:
        in_order[last] = True
        last = previous[last]
    return in_order
