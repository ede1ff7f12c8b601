"""Segments of the index: sorted postings in SQLite rows, read from disk or held in memory."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

import numpy as np

from scraper.store.postings import (
    BLOCK,
    I64,
    U8,
    U64,
    Rows,
    Shape,
    decode,
    encode,
    entries_at,
    passes,
    places_of,
    shape_for,
    sieve,
    split_rows,
)

FAN_OUT = 8
"""Segments of one tier that are merged into one of the next."""
SMALLEST = 512
"""Entries in a segment of the lowest tier."""
BLOCK_BITS = 32
"""Bits of the number of a block; the segment stands above them in the id of its row."""


class DamagedIndexError(Exception):
    """Rows of the index are missing: it has to be built again."""


class Hits(NamedTuple):
    """Pairs (index of a probe, entry) that a segment holds, and the probes that it holds too often to list."""

    probe: I64
    entry: I64
    crowded: I64
    crowd: I64
    """How often each crowded probe occurs, at least."""


@dataclass(slots=True)
class Segment:
    """One sorted run of postings. ``rows`` is filled once it has been read so often that memory is cheaper."""

    id: int
    stamp: int
    tier: int
    first_entry: int
    postings: int
    shape: Shape
    bases: U64
    rows: Rows | None = None
    bits: U8 | None = None
    """With the rows: rules out most probes at the cost of one look."""
    reads: int = field(default=0)

    @property
    def size(self) -> int:
        """Bytes that its rows take in memory."""
        return len(self.bases) * (self.shape.width + BLOCK)

    def hits(self, connection: sqlite3.Connection, probes: U64) -> Hits:
        """Where the probes (ascending, distinct) occur; those that fill whole blocks are counted, not listed."""
        if not len(self.bases):
            return Hits(*[np.empty(0, dtype=np.int64)] * 4)
        if self.bits is not None:
            passing = passes(probes, self.bits).nonzero()[0]
            found = self._hits(connection, probes[passing])
            return Hits(passing[found.probe], found.entry, passing[found.crowded], found.crowd)
        return self._hits(connection, probes)

    def _hits(self, connection: sqlite3.Connection, probes: U64) -> Hits:
        last = np.searchsorted(self.bases, probes, side="right") - 1
        opens = (last >= 0) & (self.bases[last] == probes)
        before = last - 1
        crowded = (opens & (before >= 0) & (self.bases[before] == probes)).nonzero()[0]
        listed = last >= 0
        listed[crowded] = False
        probe = listed.nonzero()[0]
        edge = (listed & opens & (before >= 0)).nonzero()[0]
        probe, block = np.concatenate((probe, edge)), np.concatenate((last[probe], before[edge]))
        rows, at = self.read(connection, block)
        index, column = places_of(probes[probe] - self.bases[block], rows, at, self.shape)
        entry = entries_at(rows, self.shape, at[index], column).astype(np.int64) + self.first_entry
        crowd = (last[crowded] - np.searchsorted(self.bases, probes[crowded])) * BLOCK
        return Hits(probe[index], entry, crowded, crowd)

    def entries_of(self, connection: sqlite3.Connection, value: np.uint64) -> I64:
        """All entries of one hash, however many."""
        blocks = self._blocks_between(int(value), int(value) + 1)
        hashes, entries = self._decoded(connection, blocks)
        found: I64 = entries[hashes == value].astype(np.int64)
        return found

    def between(self, connection: sqlite3.Connection, low: int, high: int) -> tuple[U64, U64]:
        """Hashes and entries of all postings with ``low <= hash < high``, in order."""
        hashes, entries = self._decoded(connection, self._blocks_between(low, high))
        first, last = np.searchsorted(hashes, np.array([low, high], dtype=np.uint64))
        return hashes[first:last], entries[first:last]

    def read(self, connection: sqlite3.Connection, blocks: I64) -> tuple[Rows, I64]:
        """Rows that contain the given blocks, and where among them each block is."""
        if self.rows is not None:
            return self.rows, blocks
        wanted, at = np.unique(blocks, return_inverse=True)
        self.reads += len(wanted)
        numbers = json.dumps((wanted + (self.id << BLOCK_BITS)).tolist())
        rows = connection.execute(
            "SELECT content FROM json_each(?) JOIN _blocks ON _blocks.id = json_each.value ORDER BY json_each.id",
            (numbers,),
        )
        found = self._rows_of(content for (content,) in rows)
        if len(found.low) != len(wanted):
            raise DamagedIndexError(f"segment {self.id} lacks {len(wanted) - len(found.low)} of its blocks")
        return found, at

    def load(self, connection: sqlite3.Connection) -> None:
        """Take all rows into memory."""
        start = self.id << BLOCK_BITS
        rows = connection.execute(
            "SELECT content FROM _blocks WHERE id BETWEEN ? AND ? ORDER BY id", (start, start + len(self.bases) - 1)
        )
        low = np.empty((len(self.bases), BLOCK), dtype=np.uint16)
        rest = np.empty((len(self.bases), self.shape.width - 2 * BLOCK), dtype=np.uint8)
        done = 0
        while some := rows.fetchmany(4096):
            part = self._rows_of(content for (content,) in some)
            low[done : done + len(some)], rest[done : done + len(some)] = part
            done += len(some)
        self.rows = Rows(low, rest)
        self.bits = sieve(self.bases, self.rows, self.shape)

    def _rows_of(self, contents: Iterable[bytes]) -> Rows:
        joined = np.frombuffer(b"".join(contents), dtype=np.uint8)
        return split_rows(joined.reshape(-1, self.shape.width))

    def _blocks_between(self, low: int, high: int) -> I64:
        first, last = np.searchsorted(self.bases, np.array([low, high], dtype=np.uint64))
        blocks: I64 = np.arange(max(int(first) - 1, 0), int(last), dtype=np.int64)
        return blocks

    def _decoded(self, connection: sqlite3.Connection, blocks: I64) -> tuple[U64, U64]:
        if not len(blocks):
            return np.empty(0, dtype=np.uint64), np.empty(0, dtype=np.uint64)
        rows, at = self.read(connection, blocks)
        hashes, entries = decode(self.bases[blocks], Rows(rows.low[at], rows.rest[at]), self.shape)
        return hashes, entries + np.uint64(self.first_entry)


# --- writing -----------------------------------------------------------------------------------------------------


def write_segment(connection: sqlite3.Connection, hashes: U64, entries: U64, first_entry: int) -> None:
    """Add a live segment from postings in any order. Inside the caller's transaction."""
    order = np.argsort(hashes, kind="stable")
    hashes, entries = hashes[order], entries[order]
    span = int(entries.max()) - first_entry + 1 if len(entries) else 1
    shape = shape_for(len(hashes), span)
    segment_id = new_segment(connection, "live", tier_of(span), first_entry, shape)
    append(connection, segment_id, 0, hashes, entries - np.uint64(first_entry), shape)


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
    connection: sqlite3.Connection, segment_id: int, first_block: int, hashes: U64, entries: U64, shape: Shape
) -> None:
    """Add postings (ascending, behind all that are there) to a segment."""
    if not len(hashes):
        return
    bases, rows = encode(hashes, entries, shape)
    start = (segment_id << BLOCK_BITS) + first_block
    connection.executemany(
        "INSERT INTO _blocks (id, content) VALUES (?, ?)", ((start + n, row.data) for n, row in enumerate(rows))
    )
    connection.execute("INSERT INTO _directories VALUES (?, ?, ?)", (segment_id, first_block, bases.tobytes()))
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
