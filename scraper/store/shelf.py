"""The live segments, searched as one: each step of a search is one operation over all of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from scraper.store.postings import BLOCK, I64, U8, U64, Shape, entries_at, places_of
from scraper.store.segments import Segment
from scraper.store.sieves import marks_of
from scraper.text.fingerprints import HASH_BITS

_HASH_BITS = np.uint64(HASH_BITS)


class Hits(NamedTuple):
    """Pairs (index of a probe, entry); and of probes that some segment holds too often to list, how often at least."""

    probe: I64
    entry: I64
    crowd: I64
    """For each probe."""


class Shelf:
    """Some segments, with their directories and sieves laid side by side."""

    def __init__(self, connection: sqlite3.Connection, segments: Sequence[Segment]) -> None:
        self.segments = segments
        sizes = [len(segment.sieved(connection)) for segment in segments]
        self._words = np.array(sizes, dtype=np.uint64)[:, None]
        self._first_word = np.cumsum([0, *sizes[:-1]], dtype=np.uint64)[:, None]
        self._sieves = _side_by_side(connection, segments)
        self._first_block = np.cumsum([0, *(len(segment.bases) for segment in segments)])[:-1]
        self._first_entry = np.array([segment.first_entry for segment in segments], dtype=np.int64)
        self._unused = np.array([segment.shape.unused for segment in segments], dtype=np.uint64)
        marked = [segment.bases | (np.uint64(n) << _HASH_BITS) for n, segment in enumerate(segments)]
        self._bases: U64 = np.concatenate(marked) if marked else np.empty(0, dtype=np.uint64)
        """Of all blocks, with the number of the segment above the hash."""
        self._wide = Shape(
            max((segment.shape.offset_bytes for segment in segments), default=2),
            max((segment.shape.entry_bytes for segment in segments), default=2),
        )

        self._firsts = self._first_block.tolist()
        self._numbers = np.arange(len(segments) + 1)
        self._buffer: U8 = np.empty((0, self._wide.width), dtype=np.uint8)

    def hits(self, connection: sqlite3.Connection, probes: U64) -> Hits:
        """Where the probes (ascending, distinct) occur; those that fill whole blocks are counted, not listed."""
        number, probe = self._passing(probes)
        keys = probes[probe] | (number.astype(np.uint64) << _HASH_BITS)
        block = self._bases.searchsorted(keys, side="right") - 1
        np.maximum(block, self._first_block[number], out=block)
        crowd = np.zeros(len(probes), dtype=np.int64)
        opening = (self._bases[block] == keys).nonzero()[0]
        if len(opening):
            index, block, full, times = self._with_edges(keys, number, block, opening)
            np.add.at(crowd, probe[full], times)
            number, probe, keys = number[index], probe[index], keys[index]
        pair, entry = self._listed(connection, keys, number, block)
        return Hits(probe[pair], entry, crowd)

    def _with_edges(self, keys: U64, number: I64, block: I64, opening: I64) -> tuple[I64, I64, I64, I64]:
        """Where a key opens its block it may end the one before, which is looked at, too; or it fills whole blocks.

        Indices of keys and their blocks, by segment, without those that fill blocks; these, and how often they occur.
        """
        opening = opening[block[opening] > self._first_block[number[opening]]]
        is_full = self._bases[block[opening] - 1] == keys[opening]
        full, edge = opening[is_full], opening[~is_full]
        kept = np.ones(len(keys), dtype=bool)
        kept[full] = False
        index = np.concatenate((kept.nonzero()[0], edge))
        blocks = np.concatenate((block[kept], block[edge] - 1))
        order = np.argsort(number[index], kind="stable")
        return index[order], blocks[order], full, (block[full] - self._bases.searchsorted(keys[full])) * BLOCK

    def _passing(self, probes: U64) -> tuple[I64, I64]:
        """Pairs (number of a segment, index of a probe) that the sieves let pass, by segment."""
        marks = marks_of(probes)
        places = (probes * self._words) >> _HASH_BITS
        places += self._first_word
        kept = self._sieves.take(places.view(np.int64))
        kept &= marks
        flat = (kept == marks).ravel().nonzero()[0]
        number = flat // max(len(probes), 1)
        return number, flat - number * len(probes)

    def _listed(self, connection: sqlite3.Connection, keys: U64, number: I64, block: I64) -> tuple[I64, I64]:
        """Pairs (index of a key, entry): where keys occur in the blocks beside them."""
        # A key below all of its segment gives a very large offset
        offsets = keys - self._bases[block]
        rows = self._rows(connection, number, block)
        pair, column = places_of(offsets, rows, self._wide)
        entry = entries_at(rows, self._wide, pair, column) + self._first_entry[number[pair]]
        fits = offsets[pair] < self._unused[number[pair]]
        return (pair, entry) if fits.all() else (pair[fits], entry[fits])

    def _rows(self, connection: sqlite3.Connection, number: I64, block: I64) -> U8:
        """The rows of some blocks, by segment, all in one shape; overwritten by the next call."""
        if len(block) > len(self._buffer):  # fresh memory costs more than all that is written to it
            self._buffer = np.empty((2 * len(block), self._wide.width), dtype=np.uint8)
        bounds = number.searchsorted(self._numbers).tolist()
        for segment, first, (start, end) in zip(self.segments, self._firsts, pairwise(bounds), strict=True):
            if start < end:
                segment.copy_rows(connection, block[start:end] - first, self._buffer[start:end], self._wide)
        return self._buffer[: len(block)]


def _side_by_side(connection: sqlite3.Connection, segments: Sequence[Segment]) -> U64:
    """All sieves in one array, of which each segment then holds its part: they are not held twice."""
    if not segments:
        return np.zeros(1, dtype=np.uint64)
    parts = [segment.sieved(connection) for segment in segments]
    sieves = np.concatenate(parts)
    bounds = np.cumsum([len(part) for part in parts])[:-1]
    for segment, part in zip(segments, np.split(sieves, bounds), strict=True):
        segment.sieve = part
    return sieves
