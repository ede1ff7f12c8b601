"""Runs of equal words that two texts share, found with one sort: the anchors of every alignment."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scraper.text.shingles import Hashes

_Positions = NDArray[np.int64]

SHORTEST = 4
"""Words in the shortest run that is looked for."""
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xD6E8FEB86659FD93)
PARTING = "\2"
"""Stands between the two texts: no shingle over it is equal to another."""
_LEAST_BITS = 16
_ZERO = np.zeros(1, dtype=np.int64)
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


def shared_runs(copy: str, source: str) -> list[Candidate]:
    """Maximal runs of at least ``SHORTEST`` equal letters, overlapping ones included; at most 50,000, the longest.

    Where a run of words is repeated many times on both sides, only some of its pairings are found. Words are equal by
    the hashes of their shingles; who must be sure compares the letters.
    """
    if min(len(copy), len(source)) < SHORTEST:
        return []
    copy_at, source_at, singles = _shared_shingles(copy, source)
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
    # Two shingles of one diagonal at most ``SHORTEST`` apart leave no word between them: one run.
    lasts = (diagonals[1:] - diagonals[:-1] > SHORTEST).nonzero()[0]
    firsts = np.concatenate((_ZERO, lasts + 1))
    certain = np.add.reduceat(is_certain, firsts) > 0
    starts = diagonals[firsts]
    lengths = diagonals[np.append(lasts, -1)] - starts + SHORTEST
    sources = (starts >> (shift - 1)) - len(copy)
    starts &= (1 << (shift - 1)) - 1
    sources += starts
    if len(lengths) > _MOST_RUNS:
        longest = np.argpartition(lengths, -_MOST_RUNS)[-_MOST_RUNS:]
        starts, sources, lengths, certain = starts[longest], sources[longest], lengths[longest], certain[longest]
    runs = map(Run, starts.tolist(), sources.tolist(), lengths.tolist())
    return list(map(Candidate, runs, certain.tolist()))


def _shared_shingles(copy: str, source: str) -> tuple[_Positions, _Positions, int]:
    """Where the same shingle begins on both sides; the first pairs, as many as the number says, are the only ones."""
    hashes = _shingles(f"{copy}{PARTING}{source}")
    positions = _doubtful(hashes, len(copy) - SHORTEST + 1, len(copy) + 1)
    count = len(positions)
    if not count:
        return positions, positions, 0
    # Upper bits of the hash, position in the lower ones: sorted, equal shingles lie together, the copy's first.
    low = np.uint64((1 << len(hashes).bit_length()) - 1)
    hashes = hashes[positions]
    hashes |= low
    hashes ^= low
    hashes |= positions.view(np.uint64)
    hashes.sort()
    same = np.zeros(count + 1, dtype=np.bool_)  # whether each equals the one before it
    same[1:-1] = (hashes[1:] ^ hashes[:-1]) <= low
    hashes &= low
    positions = hashes.view(np.int64)
    is_theirs = positions > len(copy)
    pairs = same[:-1].nonzero()[0]
    pairs = pairs[is_theirs[pairs] & ~is_theirs[pairs - 1]]  # first of theirs, behind ours
    is_single = ~(same[pairs - 1] | same[pairs + 1])
    alone = pairs if is_single.all() else pairs[is_single]
    copy_at, source_at = positions[alone - 1], positions[alone]
    if len(alone) < len(pairs):
        edges = (~same).nonzero()[0]
        several = pairs[~is_single]
        group = edges.searchsorted(several, side="right")
        ours_at, theirs_at = _pairings(edges[group - 1], several, edges[group])
        copy_at = np.concatenate((copy_at, positions[ours_at]))
        source_at = np.concatenate((source_at, positions[theirs_at]))
    return copy_at, source_at - (len(copy) + 1), len(alone)


def _shingles(letters: str) -> Hashes:
    """One number per ``SHORTEST`` letters in a row, its upper bits well mixed."""
    numbers = np.frombuffer(letters.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    pairs = numbers[:-1] * _FACTOR
    pairs += numbers[1:]
    pairs *= _MIX
    shingles = pairs[:-2] * _FACTOR
    shingles += pairs[2:]
    shingles *= _MIX
    return shingles


def _doubtful(hashes: Hashes, ours: int, theirs: int) -> _Positions:
    """Places of shingles, up to ``ours`` and from ``theirs`` on, that may stand on both sides; few others."""
    bits = max(_LEAST_BITS, len(hashes).bit_length() + 3)
    places = hashes >> np.uint64(64 - bits)
    copy, source = places[:ours].view(np.int64), places[theirs:].view(np.int64)
    known = np.zeros(1 << bits, dtype=np.bool_)
    known[copy] = True
    in_source = known[source].nonzero()[0]
    if not len(in_source):
        return in_source
    known[copy] = False
    known[source[in_source]] = True
    return np.concatenate((known[copy].nonzero()[0], in_source + theirs))


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
