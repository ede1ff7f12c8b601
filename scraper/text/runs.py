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


class Candidate(NamedTuple):
    """A run that may be laid."""

    run: Run
    is_certain: bool
    """Some shingle of it stands once on either side, so that its words can have no other counterpart."""


def shared_runs(copy: Hashes, source: Hashes, size: int) -> list[Candidate]:
    """Maximal runs of at least ``size`` equal words, overlapping ones included; at most 100,000, the longest.

    Where a run of words is repeated many times on both sides, only some of its pairings are found.
    """
    copy_at, source_at, singles = _shared_shingles(copy, source, size)
    if not len(copy_at):
        return []
    # One number per pair of shingles: its diagonal, its place on it, and whether it is the only pairing there is.
    shift = np.int64(max(len(copy), len(source)).bit_length() + 1)
    diagonals = ((source_at - copy_at + len(copy)) << shift) | (copy_at << 1)
    diagonals[:singles] |= 1
    diagonals.sort()
    # Two shingles of one diagonal at most ``size`` apart leave no word between them: one run.
    firsts = np.flatnonzero(np.concatenate(([True], np.diff(diagonals >> 1) > size)))
    certain = np.add.reduceat(diagonals & 1, firsts) > 0
    lasts = diagonals[np.append(firsts[1:] - 1, -1)] >> 1
    starts = diagonals[firsts] >> 1
    lengths = lasts - starts + size
    sources = starts >> (shift - 1)
    starts &= (np.int64(1) << (shift - 1)) - 1
    sources += starts - len(copy)
    if len(lengths) > _MOST_RUNS:
        longest = np.argpartition(lengths, -_MOST_RUNS)[-_MOST_RUNS:]
        starts, sources, lengths, certain = starts[longest], sources[longest], lengths[longest], certain[longest]
    runs = map(Run, starts.tolist(), sources.tolist(), lengths.tolist())
    return list(map(Candidate, runs, certain.tolist()))


def _shared_shingles(copy: Hashes, source: Hashes, size: int) -> tuple[_Positions, _Positions, int]:
    """Where the same shingle begins on both sides; the first pairs, as many as the number says, are the only ones."""
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
        return positions[:0], positions[:0], 0
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
    exact = ours[copy_at] == theirs[source_at]
    return copy_at[exact], source_at[exact], int(np.count_nonzero(exact[: len(alone)]))


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
_IN_LINE = 24
"""Words by which a copy may be longer or shorter between two neighbours in line."""
_WORTH_IN_LINE = 3
"""How many times its length a run in line with its neighbours is worth, where words have several counterparts."""


def tiled(candidates: list[Candidate], copy_words: int, source_words: int, *, shortest: int, sure: int) -> list[Run]:
    """Runs that cover each word of either side once: the longest first, then what is left of the others.

    Those that are certain and ``sure`` words long come first. The others are stock phrases, or repeated, as often as
    not; of these the longest come first too, but a run in line with what is laid before or behind it counts for more.
    None is shorter than ``shortest``. In the order of the copy.
    """
    covered = bytearray(copy_words), bytearray(source_words)
    tiles: list[Run] = []
    first = [run for run, is_certain in candidates if is_certain and run.length >= sure]
    for run in sorted(first, key=_length, reverse=True):
        _lay(run, covered, tiles, shortest)
    if len(first) < len(candidates):
        tiles.sort()
        starts = [tile.copy for tile in tiles]
        laid = list(tiles)
        ranked = [_rank(run, laid, starts) for run, is_certain in candidates if not is_certain or run.length < sure]
        ranked.sort()
        for _, _, run in ranked:
            _lay(run, covered, tiles, shortest)
    tiles.sort()
    return tiles


def _length(run: Run) -> int:
    return run.length


def _rank(run: Run, tiles: list[Run], starts: list[int]) -> tuple[int, int, Run]:
    """The turn of an uncertain run: by its worth, then by how far it is out of line with the tiles around it."""
    at = bisect_right(starts, run.copy)
    diagonal = run.source - run.copy
    shift = min((abs(tile.source - tile.copy - diagonal) for tile in tiles[max(at - 1, 0) : at + 1]), default=_IN_LINE)
    return (-run.length * (_WORTH_IN_LINE if shift < _IN_LINE else 1), shift, run)


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
