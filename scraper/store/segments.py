"""Segments of the index: sorted postings in SQLite rows, each segment with its directory and its sieve."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from scraper.store.postings import I64, U8, U64, Shape, decode, encode, shape_for, widen
from scraper.store.sieves import sieve_part, words_for

FAN_OUT = 8
"""Segments of one tier that are merged into one of the next."""
SMALLEST = 512
"""Entries in a segment of the lowest tier."""
BLOCK_BITS = 32
"""Bits of the number of a block; the segment stands above them in the id of its row."""


_AT_ONCE = 4096
"""Blocks."""


class DamagedIndexError(Exception):
    """Rows of the index are missing: it has to be built again."""


@dataclass(slots=True)
class Segment:
    """One sorted run of postings. Its sieve is held in memory once it is searched, ``rows`` when there is room."""

    id: int
    stamp: int
    tier: int
    first_entry: int
    postings: int
    shape: Shape
    bases: U64
    """First hash of each block."""
    sieve: U64 | None = None
    rows: U8 | None = None
    """(blocks, width)"""
    reads: int = 0
    """Blocks that were read singly."""

    @property
    def size(self) -> int:
        """Bytes that its rows take in memory."""
        return len(self.bases) * self.shape.width

    def entries_of(self, connection: sqlite3.Connection, value: np.uint64) -> I64:
        """All entries of one hash, however many."""
        _, entries = self.between(connection, int(value), int(value) + 1)
        return entries.astype(np.int64)

    def between(self, connection: sqlite3.Connection, low: int, high: int) -> tuple[U64, U64]:
        """Hashes and entries of all postings with ``low <= hash < high``, in order."""
        edges = np.array([low, high], dtype=np.uint64)
        first, end = np.searchsorted(self.bases, edges).tolist()
        first = max(first - 1, 0)
        rows = self._stretch(connection, first, end) if self.rows is None else self.rows[first:end]
        hashes, entries = decode(self.bases[first:end], rows, self.shape)
        first, end = np.searchsorted(hashes, edges)
        return hashes[first:end], entries[first:end] + np.uint64(self.first_entry)

    def sieved(self, connection: sqlite3.Connection) -> U64:
        """Its sieve, put together from its pieces, of which neighbours share a word."""
        if self.sieve is None:
            self.sieve = np.zeros(1, dtype=np.uint64)
            pieces = connection.execute(
                "SELECT sieve_words, first_word, words FROM _sieves WHERE segment_id = ? ORDER BY first_block",
                (self.id,),
            )
            for sieve_words, first, words in pieces:
                self.sieve = self.sieve if len(self.sieve) == sieve_words else np.zeros(sieve_words, dtype=np.uint64)
                self.sieve[first : first + len(words) // 8] |= np.frombuffer(words, dtype=np.uint64)
        return self.sieve

    def load(self, connection: sqlite3.Connection) -> None:
        """Take all rows into memory."""
        self.rows = self._stretch(connection, 0, len(self.bases))

    def copy_rows(self, connection: sqlite3.Connection, blocks: I64, rows: U8, wide: Shape) -> None:
        """Copy the rows of some blocks (ascending), from memory or from disk, into ``rows``, in a shape as wide."""
        if self.shape != wide:
            widen(self._read(connection, blocks), self.shape, rows, wide)
        elif self.rows is None:
            rows[:] = self._read(connection, blocks)
        else:
            self.rows.take(blocks, axis=0, out=rows, mode="clip")

    def _read(self, connection: sqlite3.Connection, blocks: I64) -> U8:
        if self.rows is not None:
            return self.rows[blocks]
        self.reads += len(blocks)
        contents = connection.execute(
            "SELECT content FROM json_each(?) JOIN _blocks ON _blocks.id = json_each.value ORDER BY json_each.id",
            (json.dumps((blocks + (self.id << BLOCK_BITS)).tolist()),),
        )
        return self._filled(contents, len(blocks))

    def _stretch(self, connection: sqlite3.Connection, first: int, end: int) -> U8:
        start = self.id << BLOCK_BITS
        contents = connection.execute(
            "SELECT content FROM _blocks WHERE id >= ? AND id < ? ORDER BY id", (start + first, start + end)
        )
        return self._filled(contents, end - first)

    def _filled(self, contents: sqlite3.Cursor, count: int) -> U8:
        """Rows as they are stored, a few at a time, so that they are not held twice."""
        rows = np.empty((count, self.shape.width), dtype=np.uint8)
        done = 0
        while some := contents.fetchmany(_AT_ONCE):
            joined = np.frombuffer(b"".join(chain.from_iterable(some)), dtype=np.uint8)
            rows[done : done + len(some)] = joined.reshape(-1, self.shape.width)
            done += len(some)
        if done != count:
            raise DamagedIndexError(f"segment {self.id} lacks {count - done} of its blocks")
        return rows


# --- writing -----------------------------------------------------------------------------------------------------


def write_segment(connection: sqlite3.Connection, hashes: U64, entries: U64, first_entry: int) -> None:
    """Add a live segment from postings in any order. Inside the caller's transaction."""
    order = np.argsort(hashes, kind="stable")
    hashes, entries = hashes[order], entries[order]
    span = int(entries.max()) - first_entry + 1 if len(entries) else 1
    shape = shape_for(len(hashes), span)
    segment_id = new_segment(connection, "live", tier_of(span), first_entry, shape)
    sieve_words = words_for(len(hashes))
    append(connection, segment_id, 0, hashes, entries - np.uint64(first_entry), shape, sieve_words)


def tier_of(entries: int) -> int:
    """0 below ``SMALLEST * FAN_OUT`` entries, one more for each factor of ``FAN_OUT``."""
    tier, bound = 0, SMALLEST * FAN_OUT
    while entries >= bound:
        tier, bound = tier + 1, bound * FAN_OUT
    return tier


def new_segment(connection: sqlite3.Connection, state: str, tier: int, first_entry: int, shape: Shape) -> int:
    cursor = connection.execute(
        "INSERT INTO _segments (stamp, state, tier, first_entry, postings, blocks, offset_bytes, entry_bytes)"
        " VALUES (?, ?, ?, ?, 0, 0, ?, ?)",
        (new_stamp(), state, tier, first_entry, shape.offset_bytes, shape.entry_bytes),
    )
    return int(cursor.lastrowid or 0)


def append(
    connection: sqlite3.Connection,
    segment_id: int,
    first_block: int,
    hashes: U64,
    entries: U64,
    shape: Shape,
    sieve_words: int,
) -> None:
    """Add postings (ascending, behind all that are there) to a segment, whose sieve has so many words in all."""
    if not len(hashes):
        return
    bases, rows = encode(hashes, entries, shape)
    start = (segment_id << BLOCK_BITS) + first_block
    connection.executemany(
        "INSERT INTO _blocks (id, content) VALUES (?, ?)", ((start + n, row.data) for n, row in enumerate(rows))
    )
    connection.execute("INSERT INTO _directories VALUES (?, ?, ?)", (segment_id, first_block, bases.tobytes()))
    first_word, part = sieve_part(hashes, sieve_words)
    connection.execute(
        "INSERT INTO _sieves VALUES (?, ?, ?, ?, ?)", (segment_id, first_block, sieve_words, first_word, part.tobytes())
    )
    connection.execute(
        "UPDATE _segments SET postings = postings + ?, blocks = blocks + ? WHERE id = ?",
        (len(hashes), len(bases), segment_id),
    )


def new_stamp() -> int:
    """A random number that no other row has."""
    return secrets.randbits(63)


# --- reading -----------------------------------------------------------------------------------------------------


def read_segments(
    connection: sqlite3.Connection, known: Sequence[Segment] = (), *, state: str = "live"
) -> list[Segment]:
    """The segments in the given state, oldest entries first; those already known (by stamp) are taken over."""
    by_stamp = {segment.stamp: segment for segment in known}
    rows = connection.execute(
        "SELECT id, stamp, tier, first_entry, postings, offset_bytes, entry_bytes FROM _segments WHERE state = ?"
        " ORDER BY first_entry, id",
        (state,),
    ).fetchall()
    return [by_stamp.get(row[1]) or _segment(connection, *row) for row in rows]


def _segment(
    connection: sqlite3.Connection,
    segment_id: int,
    stamp: int,
    tier: int,
    first_entry: int,
    postings: int,
    *sizes: int,
) -> Segment:
    parts = connection.execute(
        "SELECT bases FROM _directories WHERE segment_id = ? ORDER BY first_block", (segment_id,)
    ).fetchall()
    bases = np.frombuffer(b"".join(chain.from_iterable(parts)), dtype=np.uint64)
    return Segment(segment_id, stamp, tier, first_entry, postings, Shape(*sizes), bases)
