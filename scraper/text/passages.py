"""Runs of equal words grouped into passages: which belong together, which are chance, which have moved."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

from scraper.text.runs import Run

WIDEST_GAP = 40
"""Words on either side. Across more than this two runs are never one passage."""
_APART = 1e9


def grouped(tiles: list[Run]) -> list[list[Run]]:
    """Tiles in the order of the copy, as groups that each form one passage.

    Tiles join when they follow one another on both sides and what they have in common outweighs what lies between
    them: all maximal scoring subsequences of Ruzzo and Tompa (1999), a word shared counting one, a word replaced minus
    one, a word left out or added minus a quarter.
    """
    ranks = {tile.source: rank for rank, tile in enumerate(sorted(tiles, key=lambda tile: tile.source))}
    costs = [gap_cost(a, b) if ranks[b.source] == ranks[a.source] + 1 else _APART for a, b in pairwise(tiles)]
    return [tiles[start:end] for start, end in _maximal_segments([tile.length for tile in tiles], costs)]


def gap_cost(before: Run, after: Run) -> float:
    """What joining two runs costs: the words between them."""
    copy = after.copy - before.copy - before.length
    source = after.source - before.source - before.length
    if copy > WIDEST_GAP or source > WIDEST_GAP:
        return _APART
    return min(copy, source) + abs(copy - source) / 4


def _maximal_segments(gains: Sequence[int], costs: Sequence[float]) -> list[tuple[int, int]]:
    """Maximal scoring runs of gains, with a cost between each two neighbours, as (start, end)."""
    # Each candidate: total before it, total with it, start, end, and the last earlier one with a smaller total before.
    found: list[tuple[float, float, int, int, int]] = []
    total = 0.0
    for at, gain in enumerate(gains):
        before = total - (costs[at - 1] if at else 0)
        total = before + gain
        left, right, start = before, total, at
        link = len(found) - 1
        while True:
            while link >= 0 and found[link][0] >= left:
                link = found[link][4]
            if link < 0 or found[link][1] >= right:
                found.append((left, right, start, at + 1, link))
                break
            left, start, link_before = found[link][0], found[link][2], found[link][4]
            del found[link:]
            link = link_before
    return [(start, end) for _, _, start, end, _ in found]


def score(group: Sequence[Run]) -> float:
    """What the runs of a passage share, less what lies between them."""
    shared = sum(run.length for run in group)
    return shared - sum(gap_cost(a, b) for a, b in pairwise(group))


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
