"""Runs of equal words that two texts share, found with one sort: the anchors of every alignment."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Prefix

from scraper.text.shingles import Hashes

_Positions = NDArray[np.int64]

SHORTEST = 4
"""Words in the shortest run that is looked for."""
SURE = 6
"""Words. Certain runs from this length on are laid before any other."""
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xD6E8FEB86659FD93)
_PARTING = "\2"
"""Stands between the two texts: no shingle over it is equal to another."""
_LEAST_BITS = 16
_LARGEST_TABLE = 4_000_000
"""Words of the copy times words of the source up to which one is looked up in the other."""
_MOST_MISSES = 8
"""So many words of a copy are looked up one by one, in vain, before all are sifted."""
_ODD = np.uint16(40503)
_MOST_PLACES = 8
"""So often a beginning of a run is looked for."""
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
    hashes = _shingles(f"{copy}{_PARTING}{source}")
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
    letters = np.frombuffer(f"{copy}{_PARTING}{source}".encode("utf-32-le"), dtype=np.uint16)[::2]
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
