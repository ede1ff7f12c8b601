"""Merging of segments, a step at a time: each a transaction of its own, so that it may be killed between any two."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

import numpy as np

from scraper.store.postings import BLOCK, U64, Shape, shape_for
from scraper.store.segments import BLOCK_BITS, FAN_OUT, Segment, append, new_segment, new_stamp
from scraper.store.sieves import words_for
from scraper.text.fingerprints import HASH_BITS

BYTES_PER_MERGED_POSTING = 96
"""What a step of a merge holds for each posting at its peak: both columns read, joined, ordered and packed."""
_END = 1 << HASH_BITS
_CLEARED_AT_ONCE = 20_000
"""Rows."""


def merge_step(connection: sqlite3.Connection, live: Sequence[Segment], memory: int) -> bool:
    """Do a bounded part of the merging that is due, inside the caller's transaction; whether anything was done.

    Each step is complete in itself: killed between two steps (or inside one, which is then rolled back), the next
    call goes on where the last committed one ended. Nothing that is searched changes before the last step of a merge.
    """
    growing = connection.execute(
        "SELECT id, sources, next_hash, blocks, first_entry, offset_bytes, entry_bytes FROM _segments"
        " WHERE state = 'growing'"
    ).fetchone()
    if growing:
        _grow(connection, live, memory, *growing)
        return True
    if sources := due(live):
        _begin(connection, sources)
        return True
    return _clear_spent(connection)


def due(live: Sequence[Segment]) -> list[Segment]:
    """The oldest eight segments of the lowest tier that has as many; empty when there is nothing to merge."""
    for tier in sorted({segment.tier for segment in live}):
        same = [segment for segment in live if segment.tier == tier]
        if len(same) >= FAN_OUT:
            return same[:FAN_OUT]
    return []


def _begin(connection: sqlite3.Connection, sources: Sequence[Segment]) -> None:
    first_entry = sources[0].first_entry
    span = max(segment.first_entry + (1 << (8 * segment.shape.entry_bytes)) for segment in sources) - first_entry
    (newest,) = connection.execute("SELECT max(first_entry + entries) FROM _members").fetchone()
    shape = shape_for(sum(segment.postings for segment in sources), min(span, newest - first_entry))
    segment_id = new_segment(connection, "growing", sources[0].tier + 1, first_entry, shape)
    ids = json.dumps([segment.id for segment in sources])
    connection.execute("UPDATE _segments SET sources = ? WHERE id = ?", (ids, segment_id))


def _grow(
    connection: sqlite3.Connection,
    live: Sequence[Segment],
    memory: int,
    segment_id: int,
    ids: str,
    *numbers: int,
) -> None:
    low, blocks, first_entry, *sizes = numbers
    wanted = set(json.loads(ids))
    sources = [segment for segment in live if segment.id in wanted]
    high = _reach(sources, low, max(memory // BYTES_PER_MERGED_POSTING, BLOCK))
    parts = [segment.between(connection, low, high) for segment in sources]
    hashes, entries = (np.concatenate(column) for column in zip(*parts, strict=True))
    if len(gone := _removed(connection)):
        kept = ~np.isin(entries, gone)
        hashes, entries = hashes[kept], entries[kept]
    # timsort finds the eight sorted runs and merges them; sources stand in the order of their entries
    order = np.argsort(hashes, kind="stable")
    sieve_words = words_for(sum(segment.postings for segment in sources))
    append(
        connection,
        segment_id,
        blocks,
        hashes[order],
        entries[order] - np.uint64(first_entry),
        Shape(*sizes),
        sieve_words,
    )
    if high < _END:
        connection.execute("UPDATE _segments SET next_hash = ? WHERE id = ?", (high, segment_id))
        return
    connection.execute("UPDATE _segments SET state = 'live', stamp = ? WHERE id = ?", (new_stamp(), segment_id))
    connection.executemany("UPDATE _segments SET state = 'spent' WHERE id = ?", [(source,) for source in wanted])
    connection.execute("UPDATE _index SET stamp = ?", (new_stamp(),))


def _reach(sources: Sequence[Segment], low: int, postings: int) -> int:
    """How far a step may go from ``low`` to hold about so many postings; always beyond ``low``."""
    bases = np.concatenate([segment.bases for segment in sources])
    bases = bases[bases > np.uint64(low)]
    blocks = max(postings // BLOCK - len(sources), 1)
    return int(np.partition(bases, blocks - 1)[blocks - 1]) if len(bases) > blocks else _END


def _removed(connection: sqlite3.Connection) -> U64:
    rows = connection.execute("SELECT entry FROM _removed").fetchall()
    return np.array([entry for (entry,) in rows], dtype=np.uint64)


def _clear_spent(connection: sqlite3.Connection) -> bool:
    """Delete some rows of a segment that has been merged into another."""
    spent = connection.execute("SELECT id, blocks FROM _segments WHERE state = 'spent'").fetchone()
    if not spent:
        return False
    segment_id, blocks = spent
    left = max(blocks - _CLEARED_AT_ONCE, 0)
    start = segment_id << BLOCK_BITS
    connection.execute("DELETE FROM _blocks WHERE id BETWEEN ? AND ?", (start + left, start + blocks))
    connection.execute("UPDATE _segments SET blocks = ? WHERE id = ?", (left, segment_id))
    if not left:
        connection.execute("DELETE FROM _directories WHERE segment_id = ?", (segment_id,))
        connection.execute("DELETE FROM _sieves WHERE segment_id = ?", (segment_id,))
        connection.execute("DELETE FROM _segments WHERE id = ?", (segment_id,))
    return True
