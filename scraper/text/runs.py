"""Runs of equal words that two texts share, found with one sort: the anchors of every alignment."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scraper.text.shingles import Hashes, shingle_hashes

_Positions = NDArray[np.int64]

_ALL_PAIRS = 16
"""A shingle that stands a times here and b times there is paired in all ways while a x b is at most this; beyond,
the first with the first and the last with the last, so that repetition never costs more than its length."""
_MOST_RUNS = 100_000


class Run(NamedTuple):
    """Equal words: ``length`` words from word ``copy`` of the copy and from word ``source`` of the source."""

    copy: int
    source: int
    length: int


def shared_runs(copy: Hashes, source: Hashes, size: int) -> list[Run]:
    """Maximal runs of at least ``size`` equal words, overlapping ones included; at most 100,000, the longest.

    Where a run of words is repeated many times on both sides, only some of its pairings are found.
    """
    copy_at, source_at = _shared_shingles(copy, source, size)
    if not len(copy_at):
        return []
    shift = np.int64(max(len(copy), len(source)).bit_length())
    diagonals = ((source_at - copy_at + len(copy)) << shift) | copy_at
    diagonals.sort()
    # Two shingles of one diagonal at most ``size`` apart leave no word between them: one run.
    breaks = np.flatnonzero(np.diff(diagonals) > size)
    firsts = diagonals[np.concatenate(([0], breaks + 1))]
    lasts = diagonals[np.concatenate((breaks, [len(diagonals) - 1]))]
    lengths = lasts - firsts + size
    if len(lengths) > _MOST_RUNS:
        longest = np.argpartition(lengths, -_MOST_RUNS)[-_MOST_RUNS:]
        firsts, lengths = firsts[longest], lengths[longest]
    starts = firsts & ((np.int64(1) << shift) - 1)
    sources = (firsts >> shift) + starts - len(copy)
    return list(map(Run, starts.tolist(), sources.tolist(), lengths.tolist()))


def _shared_shingles(copy: Hashes, source: Hashes, size: int) -> tuple[_Positions, _Positions]:
    """Where the same shingle begins on both sides, as two arrays of equal length."""
    ours, theirs = shingle_hashes(copy, size), shingle_hashes(source, size)
    # One array of: upper bits of the hash, one bit for the side, position. Sorted, equal shingles lie together.
    bits = max(len(copy), len(source)).bit_length()
    upper = np.uint64(2**64 - 2 ** (bits + 1))
    merged = np.concatenate((ours, theirs))
    merged &= upper
    merged[: len(ours)] |= np.arange(len(ours), dtype=np.uint64)
    merged[len(ours) :] |= np.arange(2**bits, 2**bits + len(theirs), dtype=np.uint64)
    merged.sort()
    positions = (merged & np.uint64(2**bits - 1)).astype(np.int64)
    is_theirs = (merged & np.uint64(2**bits)) != 0
    same = (merged[1:] ^ merged[:-1]) & upper == 0
    turns = np.flatnonzero(same & (is_theirs[1:] != is_theirs[:-1]))  # last of ours, before the first of theirs
    if not len(turns):
        return positions[:0], positions[:0]
    padded = np.concatenate(([False], same, [False]))
    is_single = ~padded[turns] & ~padded[turns + 2]
    alone = turns[is_single]
    found = [(positions[alone], positions[alone + 1])]
    if len(alone) < len(turns):
        edges = np.flatnonzero(~padded)
        several = turns[~is_single]
        group = np.searchsorted(edges, several, side="right") - 1
        found += [(positions[a], positions[b]) for a, b in _pairings(edges[group], several + 1, edges[group + 1])]
    copy_at = np.concatenate([a for a, _ in found])
    source_at = np.concatenate([b for _, b in found])
    exact = (ours[copy_at] == theirs[source_at]) & (copy[copy_at] == source[source_at])
    return copy_at[exact], source_at[exact]


def _pairings(starts: _Positions, middles: _Positions, ends: _Positions) -> Iterator[tuple[_Positions, _Positions]]:
    """Pairs of places in groups of equal shingles: ours from start to middle, theirs from middle to end."""
    ours, theirs = middles - starts, ends - middles
    is_few = ours * theirs <= _ALL_PAIRS
    group, turn = _counted(ours[is_few] * theirs[is_few])
    width = theirs[is_few][group]
    yield starts[is_few][group] + turn // width, middles[is_few][group] + turn % width
    many = ~is_few
    group, turn = _counted(np.minimum(ours[many], theirs[many]))
    yield starts[many][group] + turn, middles[many][group] + turn
    uneven = many & (ours != theirs)
    group, turn = _counted(np.minimum(ours[uneven], theirs[uneven]))
    yield middles[uneven][group] - 1 - turn, ends[uneven][group] - 1 - turn


def _counted(counts: _Positions) -> tuple[_Positions, _Positions]:
    """For counts (2, 3): groups (0, 0, 1, 1, 1) and turns (0, 1, 0, 1, 2)."""
    groups = np.repeat(np.arange(len(counts)), counts)
    firsts = np.cumsum(counts) - counts
    return groups, np.arange(len(groups)) - firsts[groups]


_Covered = tuple[bytearray, bytearray]
_NEAR = 40
"""Words. A short run this close to a longer one may continue it."""
_SHIFTED = 24
"""Words by which the copy may be longer or shorter between a short run and the longer one that it continues."""


def tiled(runs: list[Run], copy_words: int, source_words: int, *, shortest: int, sure: int) -> list[Run]:
    """Runs that cover each word of either side once: the longest first, then what is left of the others.

    Runs shorter than ``sure`` words are stock phrases as often as not; of these, those that continue a longer run
    nearby come first. None is shorter than ``shortest``. In the order of the copy.
    """
    covered = bytearray(copy_words), bytearray(source_words)
    tiles: list[Run] = []
    for run in sorted((run for run in runs if run.length >= sure), key=_length, reverse=True):
        _lay(run, covered, tiles, shortest)
    tiles.sort()
    starts = [tile.copy for tile in tiles]
    ranked = [(_shift(run, tiles, starts), run) for run in runs if run.length < sure]
    ranked.sort(key=lambda item: (item[0] > _SHIFTED, -item[1].length, item[0]))
    for _, run in ranked:
        _lay(run, covered, tiles, shortest)
    tiles.sort()
    return tiles


def _length(run: Run) -> int:
    return run.length


def _shift(run: Run, tiles: list[Run], starts: list[int]) -> int:
    """By how many words ``run`` is out of line with the nearest tile before or behind it; a lot if none is near."""
    at = bisect_right(starts, run.copy)
    shifts = [_NEAR * 1000]
    for tile in tiles[max(at - 1, 0) : at + 1]:
        if tile.copy - _NEAR <= run.copy + run.length and run.copy <= tile.copy + tile.length + _NEAR:
            shifts.append(abs((tile.source - tile.copy) - (run.source - run.copy)))
    return min(shifts)


def _lay(run: Run, covered: _Covered, tiles: list[Run], shortest: int) -> None:
    """Lay ``run``, or its longest part that is still free on both sides, if that is long enough."""
    copy, source, length = run
    ours, theirs = covered
    if ours.find(1, copy, copy + length) >= 0 or theirs.find(1, source, source + length) >= 0:
        start, length = _longest_free(ours[copy : copy + length], theirs[source : source + length])
        if length < shortest:
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
