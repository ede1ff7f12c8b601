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
    segments = _maximal_segments(tiles)
    # What is plainly chance goes first: it may stand between runs that belong together.
    for worth in (min(_PLAIN_CHANCE, least), least):
        kept = [(start, end) for start, end, score in segments if score >= worth]
        if len(kept) < len(segments):
            tiles = [tile for start, end in kept for tile in tiles[start:end]]
            segments = _maximal_segments(tiles)
    return [tiles[start:end] for start, end, _ in segments]


def _maximal_segments(tiles: list[Run]) -> list[tuple[int, int, float]]:
    """Maximal scoring runs of tiles, as (start, end, score)."""
    strangers = _strangers(tiles)
    # Each candidate: total before it, total with it, start, end, and the last earlier one with a smaller total before.
    found: list[tuple[float, float, int, int, int]] = []
    total: float = 0
    copy_end = source_end = 0
    for at, (copy, source, length) in enumerate(tiles):
        new, lost = copy - copy_end, source - source_end
        copy_end, source_end = copy + length, source + length
        if at in strangers or new > WIDEST_GAP or lost > WIDEST_GAP or (new > _MOST_REPLACED and lost > _MOST_REPLACED):
            left = total - _APART
        else:
            left = total - (new + (lost - new) / 4 if new < lost else lost + (new - lost) / 4)
        total = right = left + length
        start = at
        link = len(found) - 1
        if link >= 0:
            before, best, first, _, earlier = found[link]
            if before < left and best < right and earlier < 0:
                found[link] = before, right, first, at + 1, -1
                continue
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


def _strangers(tiles: list[Run]) -> frozenset[int]:
    """Tiles that do not stand, in the source, right behind the tile before them."""
    sources = [tile[1] for tile in tiles]
    by_source = sorted(sources)
    if sources == by_source:
        return frozenset()
    ranks = {source: rank for rank, source in enumerate(by_source)}
    return frozenset(at for at, (before, after) in enumerate(pairwise(sources), 1) if ranks[after] != ranks[before] + 1)


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
