"""Fingerprints of words and of runs of words, the same on every machine and in every run."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]

_REMEMBERED = 400_000
_LONGEST_REMEMBERED = 40
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xD6E8FEB86659FD93)
_HALF = np.uint64(32)


class _WordHashes(dict[str, int]):
    """Word to 64-bit hash; forgets everything when full, so that a flood of new words cannot fill the memory."""

    def __missing__(self, key: str) -> int:
        value = int.from_bytes(blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")
        if len(key) <= _LONGEST_REMEMBERED:
            if len(self) >= _REMEMBERED:
                self.clear()
            self[key] = value
        return value


_WORD_HASHES = _WordHashes()


def word_hashes(keys: Sequence[str]) -> Hashes:
    """One 64-bit hash (BLAKE2b) per comparable word. Stable across processes, machines and versions of Python."""
    return np.fromiter(map(_WORD_HASHES.__getitem__, keys), dtype=np.uint64, count=len(keys))


def shingle_hashes(words: Hashes, size: int = 5) -> Hashes:
    """One 64-bit hash per run of ``size`` consecutive words; empty where there are fewer words than that.

    All 64 bits are well mixed, high ones included. Array of ``len(words) - size + 1``.
    """
    count = len(words) - size + 1
    if count <= 0:
        return np.empty(0, dtype=np.uint64)
    hashes = words[:count].copy()
    for offset in range(1, size):
        hashes *= _FACTOR
        hashes += words[offset : offset + count]
    hashes ^= hashes >> _HALF
    hashes *= _MIX
    hashes ^= hashes >> _HALF
    return hashes
