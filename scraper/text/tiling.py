"""Runs of equal words laid so that they cover each word of either text once: what is aligned out of order."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from itertools import pairwise
from typing import cast

import numpy as np
from rapidfuzz.distance import Prefix

from scraper.text.runs import PARTING, SHORTEST, Candidate, Run, shared_runs

SURE = 6
"""Words. Certain runs from this length on are laid before any other."""
_LARGEST_TABLE = 4_000_000
"""Words of the copy times words of the source up to which one is looked up in the other."""
_MOST_MISSES = 8
"""So many words of a copy are looked up one by one, in vain, before all are sifted."""
_ODD = np.uint16(40503)
_MOST_PLACES = 8
"""So often a beginning of a run is looked for."""
_Covered = tuple[bytearray, bytearray]
_IN_LINE = 24
"""Words by which a copy may be longer or shorter between two neighbours in line."""
_WORTH_IN_LINE = 3
"""How many times its length a run in line with its neighbours is worth, where words have several counterparts."""


def anchors(copy: str, source: str) -> list[Run]:
    """Runs of equal letters that cover each letter of either side once: the longest first, then what is left of others.

    Those that are certain and ``SURE`` words long come first. The others are stock phrases, or repeated, as often as
    not; of these the longest come first too, but a run in line with what is laid before or behind it counts for more.
    None is shorter than ``SHORTEST``. In the order of the copy.
    """
    if len(copy) * len(source) > _LARGEST_TABLE:
        tiles = _tiled(shared_runs(copy, source), len(copy), len(source))
        return [run for tile in tiles for run in _exact(tile, copy, source)]
    runs = _runs_looked_up(copy, source)
    if _are_apart(runs):
        return sorted(runs)
    return _tiled([Candidate(run, _is_certain(run, copy, source)) for run in runs], len(copy), len(source))


def _are_apart(runs: list[Run]) -> bool:
    """Whether no two of the runs claim the same letter of either side."""
    for side in (0, 1):
        spans = sorted([(run[side], run[side] + run[2]) for run in runs])
        if any(after[0] < before[1] for before, after in pairwise(spans)):
            return False
    return True


def _is_certain(run: Run, copy: str, source: str) -> bool:
    """Whether the beginning of a run stands once on either side."""
    beginning = copy[run[0] : run[0] + SHORTEST]
    return copy.count(beginning) == 1 and source.count(beginning) == 1


def _runs_looked_up(copy: str, source: str) -> list[Run]:
    """``shared_runs`` of shorter texts, looking for one in the other: less work than a sort until both are long."""
    found: list[Run] = []
    at = misses = 0
    while at + SHORTEST <= len(copy):
        if misses > _MOST_MISSES:
            for place in _beginnings(copy, source):
                if place >= at:
                    at = max(at, _look_up(copy, source, place, found))
            break
        end = _look_up(copy, source, at, found)
        misses += end == at
        at = max(end, at + 1)
    return found


def _look_up(copy: str, source: str, at: int, found: list[Run]) -> int:
    """Append the runs that begin at ``at``; where the longest of them ends, ``at`` if there are none."""
    beginning = copy[at : at + SHORTEST]
    place = source.find(beginning)
    if place < 0:
        return at
    rest, longest = copy[at:], 0
    for _ in range(_MOST_PLACES):
        length = Prefix.similarity(rest, source[place:])
        found.append(Run(at, place, length))
        longest = max(longest, length)
        place = source.find(beginning, place + 1)
        if place < 0:
            break
    return at + longest


def _beginnings(copy: str, source: str) -> list[int]:
    """Places of the copy, rising, at which a run may begin: its words stand in the source, two by two."""
    letters = np.frombuffer(f"{copy}{PARTING}{source}".encode("utf-32-le"), dtype=np.uint16)[::2]
    pairs = letters[:-1] * _ODD
    pairs += letters[1:]
    known = np.zeros(1 << 16, dtype=np.bool_)
    known[pairs[len(copy) + 1 :]] = True
    is_shared = known[pairs[: len(copy) - 1]]
    fours = is_shared[:-2] & is_shared[1:-1]
    fours &= is_shared[2:]
    return cast("list[int]", fours.nonzero()[0].tolist())


def _tiled(candidates: list[Candidate], copy_words: int, source_words: int) -> list[Run]:
    covered = bytearray(copy_words), bytearray(source_words)
    tiles: list[Run] = []
    for run in sorted([run for run, is_certain in candidates if is_certain and run[2] >= SURE], key=_shorter):
        _lay(run, covered, tiles)
    tiles.sort()
    ours, theirs = covered
    starts = [tile[0] for tile in tiles]
    ranked = [
        _rank(run, tiles, starts)
        for run, is_certain in candidates
        if not (is_certain and run[2] >= SURE)
        and ours.count(0, run[0], run[0] + run[2]) >= SHORTEST
        and theirs.count(0, run[1], run[1] + run[2]) >= SHORTEST
    ]
    if ranked:
        ranked.sort()
        for _, _, run in ranked:
            _lay(run, covered, tiles)
        tiles.sort()
    return tiles


def _exact(run: Run, copy: str, source: str) -> Iterator[Run]:
    """``run`` itself, or the parts of it that are equal to the letter should two hashes have collided."""
    ours, theirs, length = copy[run[0] : run[0] + run[2]], source[run[1] : run[1] + run[2]], run[2]
    if ours == theirs:
        yield run
        return
    start = 0
    for at in range(length + 1):
        if at == length or ours[at] != theirs[at]:
            if at > start:
                yield Run(run[0] + start, run[1] + start, at - start)
            start = at + 1


def _shorter(run: Run) -> int:
    return -run[2]


def _rank(run: Run, tiles: list[Run], starts: list[int]) -> tuple[int, int, Run]:
    """The turn of an uncertain run: by its worth, then by how far it is out of line with the tiles around it."""
    copy, source, length = run
    shift = _IN_LINE
    at = bisect_right(starts, copy)
    for tile in tiles[max(at - 1, 0) : at + 1]:
        shift = min(shift, abs(tile[1] - tile[0] - source + copy))
    return (-length * (_WORTH_IN_LINE if shift < _IN_LINE else 1), shift, run)


def _lay(run: Run, covered: _Covered, tiles: list[Run]) -> None:
    """Lay ``run``, or its longest part that is still free on both sides, if that is long enough."""
    copy, source, length = run
    ours, theirs = covered
    if ours.find(1, copy, copy + length) >= 0 or theirs.find(1, source, source + length) >= 0:
        if length == SHORTEST:
            return
        start, length = _longest_free(ours[copy : copy + length], theirs[source : source + length])
        if length < SHORTEST:
            return
        copy, source = copy + start, source + start
    ours[copy : copy + length] = theirs[source : source + length] = b"\1" * length
    tiles.append(Run(copy, source, length))


def _longest_free(ours: bytearray, theirs: bytearray) -> tuple[int, int]:
    """Start and length of the longest stretch that neither side has covered."""
    width = len(ours)
    both = (int.from_bytes(ours, "big") | int.from_bytes(theirs, "big")).to_bytes(width, "big")
    start, best = 0, (0, 0)
    for piece in both.split(b"\1"):
        best = max(best, (len(piece), -start))
        start += len(piece) + 1
    return -best[1], best[0]
