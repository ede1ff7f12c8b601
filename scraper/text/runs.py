"""Runs of equal words that two texts share, found with one sort: the anchors of every alignment."""

from __future__ import annotations

from bisect import bisect_right
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scraper.text.shingles import Hashes

_Positions = NDArray[np.int64]

_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_ACROSS = np.arange(1, 64, dtype=np.uint64) * np.uint64(0xD6E8FEB86659FD93)
"""Stands for the shingles that begin in the copy and end in the source: equal to nothing."""
_ALL_PAIRS = 16
"""A shingle that stands a times here and b times there is paired in all ways while a x b is at most this; beyond,
the first with the first and the last with the last, so that repetition never costs more than its length."""
_MOST_RUNS = 50_000


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
    """Maximal runs of at least ``size`` equal words, overlapping ones included; at most 50,000, the longest.

    Where a run of words is repeated many times on both sides, only some of its pairings are found. Words are equal by
    their hashes and by those of their shingles; who must be sure compares the words.
    """
    if min(len(copy), len(source)) < size:
        return []
    copy_at, source_at, singles = _shared_shingles(copy, source, size)
    if not len(copy_at):
        return []
    # One number per pair of shingles: its diagonal, its place on it, and whether it is the only pairing there is.
    shift = max(len(copy), len(source)).bit_length() + 1
    diagonals = (source_at - copy_at + len(copy)) << shift
    diagonals |= copy_at << 1
    diagonals[:singles] |= 1
    diagonals.sort()
    is_certain = diagonals & 1
    diagonals >>= 1
    # Two shingles of one diagonal at most ``size`` apart leave no word between them: one run.
    lasts = np.flatnonzero(diagonals[1:] - diagonals[:-1] > size)
    firsts = np.concatenate(([0], lasts + 1))
    certain = np.add.reduceat(is_certain, firsts) > 0
    starts = diagonals[firsts]
    lengths = diagonals[np.append(lasts, -1)] - starts + size
    sources = (starts >> (shift - 1)) - len(copy)
    starts &= (1 << (shift - 1)) - 1
    sources += starts
    if len(lengths) > _MOST_RUNS:
        longest = np.argpartition(lengths, -_MOST_RUNS)[-_MOST_RUNS:]
        starts, sources, lengths, certain = starts[longest], sources[longest], lengths[longest], certain[longest]
    runs = map(Run, starts.tolist(), sources.tolist(), lengths.tolist())
    return list(map(Candidate, runs, certain.tolist()))


def _shared_shingles(copy: Hashes, source: Hashes, size: int) -> tuple[_Positions, _Positions, int]:
    """Where the same shingle begins on both sides; the first pairs, as many as the number says, are the only ones."""
    both = np.concatenate((copy, source))
    count, ours = len(both) - size + 1, len(copy) - size + 1
    hashes = both[:count] * _FACTOR
    for offset in range(1, size - 1):
        hashes += both[offset : offset + count]
        hashes *= _FACTOR
    hashes += both[size - 1 :]
    hashes[ours : len(copy)] = _ACROSS[: size - 1]
    # Upper bits of the hash, position in the lower ones: sorted, equal shingles lie together, the copy's first.
    low = np.uint64((1 << count.bit_length()) - 1)
    hashes |= low
    hashes ^= low
    hashes |= np.arange(count, dtype=np.uint64)
    hashes.sort()
    same = np.zeros(count + 1, dtype=np.bool_)  # whether each equals the one before it
    same[1:-1] = (hashes[1:] ^ hashes[:-1]) <= low
    hashes &= low
    positions = hashes.view(np.int64)
    pairs = np.flatnonzero(same)
    pairs = pairs[(positions[pairs] >= len(copy)) & (positions[pairs - 1] < ours)]  # first of theirs, behind ours
    is_single = ~(same[pairs - 1] | same[pairs + 1])
    alone = pairs if is_single.all() else pairs[is_single]
    copy_at, source_at = positions[alone - 1], positions[alone]
    if len(alone) < len(pairs):
        edges = np.flatnonzero(~same)
        several = pairs[~is_single]
        group = edges.searchsorted(several, side="right")
        ours_at, theirs_at = _pairings(edges[group - 1], several, edges[group])
        copy_at = np.concatenate((copy_at, positions[ours_at]))
        source_at = np.concatenate((source_at, positions[theirs_at]))
    return copy_at, source_at - len(copy), len(alone)


def _pairings(starts: _Positions, middles: _Positions, ends: _Positions) -> tuple[_Positions, _Positions]:
    """Pairs of places in groups of equal shingles: ours from start to middle, theirs from middle to end."""
    ours, theirs = middles - starts, ends - middles
    many = ours * theirs > _ALL_PAIRS
    if not many.any():
        return _all_pairs(starts, middles, theirs, ours * theirs)
    few = ~many
    found = [_all_pairs(starts[few], middles[few], theirs[few], (ours * theirs)[few])]
    group, turn = _counted(np.minimum(ours[many], theirs[many]))
    found.append((starts[many][group] + turn, middles[many][group] + turn))
    found.append((middles[many][group] - 1 - turn, ends[many][group] - 1 - turn))
    return np.concatenate([a for a, _ in found]), np.concatenate([b for _, b in found])


def _all_pairs(
    starts: _Positions, middles: _Positions, width: _Positions, counts: _Positions
) -> tuple[_Positions, _Positions]:
    group, turn = _counted(counts)
    row, column = np.divmod(turn, width[group])
    return starts[group] + row, middles[group] + column


def _counted(counts: _Positions) -> tuple[_Positions, _Positions]:
    """For counts (2, 3): groups (0, 0, 1, 1, 1) and turns (0, 1, 0, 1, 2)."""
    groups = np.arange(len(counts)).repeat(counts)
    firsts = counts.cumsum() - counts
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
    for run in sorted([run for run, is_certain in candidates if is_certain and run[2] >= sure], key=_shorter):
        _lay(run, covered, tiles, shortest)
    tiles.sort()
    ours, theirs = covered
    starts = [tile[0] for tile in tiles]
    ranked = [
        _rank(run, tiles, starts)
        for run, is_certain in candidates
        if not (is_certain and run[2] >= sure)
        and ours.count(0, run[0], run[0] + run[2]) >= shortest
        and theirs.count(0, run[1], run[1] + run[2]) >= shortest
    ]
    if ranked:
        ranked.sort()
        for _, _, run in ranked:
            _lay(run, covered, tiles, shortest)
        tiles.sort()
    return tiles


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


def _lay(run: Run, covered: _Covered, tiles: list[Run], shortest: int) -> None:
    """Lay ``run``, or its longest part that is still free on both sides, if that is long enough."""
    copy, source, length = run
    ours, theirs = covered
    if ours.find(1, copy, copy + length) >= 0 or theirs.find(1, source, source + length) >= 0:
        if length == shortest:
            return
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
