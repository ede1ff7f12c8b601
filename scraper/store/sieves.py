"""The sieve of a segment: one byte for each posting tells of nearly all hashes that they are not there.

A Bloom filter in words of 64 bits (Putze, Sanders and Singler 2007): the hash chooses one word and three bits of it, so
that a look costs one access to memory. Words ascend with the hashes, so that a sieve is made piece by piece while the
segment is written. With eight postings a word some three hashes in a hundred pass that are not there.
"""

from __future__ import annotations

import numpy as np

from scraper.store.postings import U64, Flags
from scraper.text.fingerprints import HASH_BITS

_POSTINGS_A_WORD = 8
_MOST_WORDS = 1 << (64 - HASH_BITS)
"""So that hash * words fits 64 bits."""
_SIX = np.uint64(63)
_ONE = np.uint64(1)


def words_for(postings: int) -> int:
    """Words of 64 bits in the sieve of so many postings."""
    return max(1, min(postings // _POSTINGS_A_WORD, _MOST_WORDS))


def marks_of(hashes: U64) -> U64:
    """The three bits of each hash, in whatever word they stand."""
    bits: U64 = np.left_shift(_ONE, hashes & _SIX)
    bits |= np.left_shift(_ONE, (hashes >> np.uint64(6)) & _SIX)
    bits |= np.left_shift(_ONE, (hashes >> np.uint64(12)) & _SIX)
    return bits


def sieve_part(hashes: U64, words: int) -> tuple[int, U64]:
    """The piece of a sieve of so many words that ascending hashes (at least one) fill: its first word, its words."""
    place = (hashes * np.uint64(words)) >> np.uint64(HASH_BITS)
    first = int(place[0])
    starts = np.concatenate(([0], (place[1:] != place[:-1]).nonzero()[0] + 1))
    part = np.zeros(int(place[-1]) - first + 1, dtype=np.uint64)
    part[(place[starts] - place[0]).astype(np.int64)] = np.bitwise_or.reduceat(marks_of(hashes), starts)
    return first, part


def passes(hashes: U64, sieve: U64) -> Flags:
    """Which hashes may be in the postings that a sieve was made of: all that are, and few others."""
    marks = marks_of(hashes)
    words: U64 = sieve[(hashes * np.uint64(len(sieve))) >> np.uint64(HASH_BITS)]
    passing: Flags = (words & marks) == marks
    return passing
