"""What two texts share, told from the hashes of their words alone: fast enough for every candidate of a search.

Runs of equal words are laid longest first, neighbours in line are joined into passages, and gaps between them are
compared word by word, as ``align`` does it; but the edges of sentences, lost spaces and runs under five words outside
a passage are left to ``align``, which needs the words themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import LCSseq

from scraper.text.runs import Run
from scraper.text.shingles import Hashes, shingle_hashes

I64 = NDArray[np.int64]

SHORTEST = 5
"""Words in the shortest run that is looked for outside a passage."""
LEAST_EVIDENCE = 8
"""Words in common, less those between them, that a passage must have; half of the shorter text if that is less."""
_WIDEST_GAP = 40
_MOST_RUNS = 1_000
_PAIRED_AT_MOST = 4
"""A shingle that stands oftener than this on the other side is paired with its first and last places there."""


_BITS = np.uint64(0xFFFF)


class Shared(NamedTuple):
    """Equal words of a copy and a source, in the order of the copy; each word of either side in one run at most."""

    runs: tuple[Run, ...]
    words: int
    """How many words are in them."""
    longest: int
    """Words in the longest of them."""


NOTHING = Shared((), 0, 0)


class Asked:
    """A text that is compared with several others: its shingles, put in order once."""

    def __init__(self, words: Hashes) -> None:
        self.words = words
        shingles = shingle_hashes(words, SHORTEST)
        self.order: I64 = np.argsort(shingles, kind="stable")
        self.shingles: Hashes = shingles[self.order]
        self.bits = np.zeros(1 << 16, dtype=np.bool_)
        self.bits[shingles & _BITS] = True

    def pairs(self, source: Hashes) -> tuple[I64, I64]:
        """Places of equal shingles in the text and in another; of one that is repeated over and over, only some."""
        theirs = shingle_hashes(source, SHORTEST)
        # Sixteen bits rule out nearly all that is not shared
        some = self.bits[theirs & _BITS].nonzero()[0]
        first = np.searchsorted(self.shingles, theirs[some])
        same = self.shingles[np.minimum(first, len(self.shingles) - 1)] == theirs[some]
        some, first = some[same], first[same]
        count = np.searchsorted(self.shingles, theirs[some], side="right") - first
        copy_at, source_at = [self.order[first]], [some]
        for step in range(1, min(int(count.max(initial=1)), _PAIRED_AT_MOST)):
            more = count > step
            copy_at.append(self.order[first[more] + step])
            source_at.append(some[more])
        many = count > _PAIRED_AT_MOST
        copy_at.append(self.order[first[many] + count[many] - 1])
        return np.concatenate(copy_at), np.concatenate([*source_at, some[many]])


def shared(copy: Hashes | Asked, source: Hashes, *, stock: Sequence[tuple[int, int]] = ()) -> Shared:
    """The passages that two texts share. A passage weighs at least eight words, or half of the shorter text.

    ``stock``: words of the copy, as (start, end), that do not count towards that weight.
    """
    asked = copy if isinstance(copy, Asked) else Asked(copy)
    shorter = min(len(asked.words), len(source))
    if shorter < SHORTEST:
        return NOTHING
    least = min(LEAST_EVIDENCE, max(1, shorter // 2))
    passages = [passage for passage in _passages(_tiles(asked, source)) if _score(passage, stock) >= least]
    runs = [run for passage in passages for run in _with_gaps(passage, asked.words, source)]
    if not runs:
        return NOTHING
    return Shared(tuple(runs), sum(run.length for run in runs), max(run.length for run in runs))


def _tiles(asked: Asked, source: Hashes) -> list[Run]:
    """Runs of equal words, the longest laid first, no word of either side in two; in the order of the copy."""
    ours, theirs = bytearray(len(asked.words)), bytearray(len(source))
    tiles = []
    for copy_at, source_at, length in _maximal_runs(asked, source):
        start, free = 0, length
        if ours.find(1, copy_at, copy_at + length) >= 0 or theirs.find(1, source_at, source_at + length) >= 0:
            if min(ours.count(0, copy_at, copy_at + length), theirs.count(0, source_at, source_at + length)) < SHORTEST:
                continue  # most of what repeats is laid already
            start, free = _longest_free(ours[copy_at : copy_at + length], theirs[source_at : source_at + length])
        if free >= SHORTEST:
            run = Run(copy_at + start, source_at + start, free)
            ours[run.copy : run.copy + free] = theirs[run.source : run.source + free] = b"\1" * free
            tiles.append(run)
    return sorted(tiles)


def _maximal_runs(asked: Asked, source: Hashes) -> list[Run]:
    """Maximal runs of at least ``SHORTEST`` equal words, overlapping ones included, the longest first."""
    copy_at, source_at = asked.pairs(source)
    if not len(copy_at):
        return []
    lines = ((source_at - copy_at + len(asked.words)) << np.int64(32)) | copy_at
    lines.sort()
    breaks = np.flatnonzero(lines[1:] - lines[:-1] != 1) + 1
    starts = np.concatenate(([0], breaks))
    first = lines[starts]
    lengths = np.append(breaks, len(lines)) - starts + SHORTEST - 1
    order = np.argsort(-lengths, kind="stable")[:_MOST_RUNS]
    copy_at = first[order] & np.int64(0xFFFFFFFF)
    source_at = (first[order] >> np.int64(32)) + copy_at - len(asked.words)
    return list(map(Run, copy_at.tolist(), source_at.tolist(), lengths[order].tolist()))


def _longest_free(ours: bytearray, theirs: bytearray) -> tuple[int, int]:
    """Start and length of the longest stretch that is taken on neither side."""
    taken = (int.from_bytes(ours, "big") | int.from_bytes(theirs, "big")).to_bytes(len(ours), "big")
    longest, best, at = 0, 0, 0
    for stretch in taken.split(b"\1"):
        if len(stretch) > longest:
            longest, best = len(stretch), at
        at += len(stretch) + 1
    return best, longest


def _passages(tiles: Sequence[Run]) -> list[list[Run]]:
    """Tiles that follow one another closely on both sides, together."""
    passages: list[list[Run]] = []
    for tile in tiles:
        if passages and _gap(passages[-1][-1], tile) is not None:
            passages[-1].append(tile)
        else:
            passages.append([tile])
    return passages


def _gap(before: Run, after: Run) -> int | None:
    """Words between two runs that count against them; ``None`` if they do not belong together."""
    copy, source = after.copy - before.copy - before.length, after.source - before.source - before.length
    if copy > _WIDEST_GAP or not 0 <= source <= _WIDEST_GAP:
        return None
    return min(copy, source)


def _score(passage: Sequence[Run], stock: Sequence[tuple[int, int]]) -> float:
    """Words in common that are no stock phrase, less half of those between them."""
    between = sum(_gap(before, after) or 0 for before, after in pairwise(passage))
    return sum(run.length for run in passage) - overlap(passage, stock) - between / 2


def _with_gaps(passage: Sequence[Run], copy: Hashes, source: Hashes) -> list[Run]:
    """The runs of a passage, and those between them."""
    found = [passage[0]]
    for before, after in pairwise(passage):
        copy_at, source_at = before.copy + before.length, before.source + before.length
        ours, theirs = copy[copy_at : after.copy].tolist(), source[source_at : after.source].tolist()
        if ours and theirs and max(len(ours), len(theirs)) > 1:
            blocks = LCSseq.editops(ours, theirs).as_matching_blocks()
            found += [Run(copy_at + block.a, source_at + block.b, block.size) for block in blocks if block.size]
        found.append(after)
    return found


def overlap(runs: Sequence[Run], stretches: Sequence[tuple[int, int]]) -> int:
    """Words of the copy that are both in a run and in a stretch; both ascend, and neither overlaps itself."""
    total = at = 0
    for run in runs:
        while at < len(stretches) and stretches[at][1] <= run.copy:
            at += 1
        for start, end in stretches[at:]:
            if start >= run.copy + run.length:
                break
            total += min(end, run.copy + run.length) - max(start, run.copy)
    return total
