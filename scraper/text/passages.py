"""Runs of equal words grouped into passages: which belong together, which are chance, which have moved."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate, pairwise

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
    segments = _maximal_segments(tiles, _costs(tiles))
    # What is plainly chance goes first: it may stand between runs that belong together.
    for worth in (min(_PLAIN_CHANCE, least), least):
        kept = [(start, end) for start, end, score in segments if score >= worth]
        if len(kept) < len(segments):
            tiles = [tile for start, end in kept for tile in tiles[start:end]]
            segments = _maximal_segments(tiles, _costs(tiles))
    return [tiles[start:end] for start, end, _ in segments]


def _costs(tiles: list[Run]) -> list[float]:
    """What joining each tile to the one before costs."""
    costs = list(map(gap_cost, tiles, tiles[1:]))
    sources = [tile[1] for tile in tiles]
    by_source = sorted(sources)
    if sources != by_source:
        ranks = {source: rank for rank, source in enumerate(by_source)}
        for at, (before, after) in enumerate(pairwise(sources)):
            if ranks[after] != ranks[before] + 1:
                costs[at] = _APART
    return [0.0, *costs] if tiles else []


def gap_cost(before: Run, after: Run) -> float:
    """What joining two runs costs: the words between them."""
    copy_at, source_at, length = before
    copy, source = after[0] - copy_at - length, after[1] - source_at - length
    if copy > WIDEST_GAP or source > WIDEST_GAP or (copy > _MOST_REPLACED and source > _MOST_REPLACED):
        return _APART
    return copy + (source - copy) / 4 if copy < source else source + (copy - source) / 4


def _maximal_segments(tiles: list[Run], costs: list[float]) -> list[tuple[int, int, float]]:
    """Maximal scoring runs of tiles, as (start, end, score)."""
    rights = list(accumulate(tile[2] - cost for tile, cost in zip(tiles, costs, strict=True)))
    lefts = [right - tile[2] for right, tile in zip(rights, tiles, strict=True)]
    if tiles and min(lefts[1:], default=1) > 0 and max(rights[:-1], default=0) < rights[-1]:
        return [(0, len(tiles), rights[-1])]
    # Each candidate: total before it, total with it, start, end, and the last earlier one with a smaller total before.
    found: list[tuple[float, float, int, int, int]] = []
    for at, (left, right) in enumerate(zip(lefts, rights, strict=True)):
        start = at
        link = len(found) - 1
        while True:
            while link >= 0 and found[link][0] >= left:
                link = found[link][4]
            if link < 0 or found[link][1] >= right:
                found.append((left, right, start, at + 1, link))
                break
            left, _, start, _, earlier = found[link]  # noqa: PLW2901 (the merged candidate is looked at again)
            del found[link:]
            link = earlier
    return [(start, end, right - left) for left, right, start, end, _ in found]


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
