"""Who the entries of the index are, and the postings of those that are not in a segment yet: a mirror of two tables.

What is remembered here may have been rolled back since, by the caller or by a crash of another process. Each row
therefore carries a random stamp, and before every use the newest remembered row is looked up: rows are only ever
added behind one another, so that if it still stands all the others do.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from scraper.store.postings import I64, U8, U64
from scraper.store.segments import new_stamp
from scraper.text.fingerprints import HASH_BITS

_HASH_BYTES = HASH_BITS // 8
_ODD = np.uint64(0x9E3779B97F4A7C15)
_COLUMNS = ("version_ids", "document_ids", "outlets")


class Entry(NamedTuple):
    """One version, on its way into the index."""

    version_id: int
    document_id: int
    outlet: int
    text: int
    fingerprint: bytes


def packed(hashes: U64) -> bytes:
    """A fingerprint as it is stored: five bytes for each hash, low byte first."""
    return hashes.astype("<u8", copy=False).view(np.uint8).reshape(-1, 8)[:, :_HASH_BYTES].tobytes()


def unpacked(content: bytes) -> U64:
    """The hashes of one or more stored fingerprints, one behind the other."""
    wide: U8 = np.zeros((len(content) // _HASH_BYTES, 8), dtype=np.uint8)
    wide[:, :_HASH_BYTES] = np.frombuffer(content, dtype=np.uint8).reshape(-1, _HASH_BYTES)
    return wide.view("<u8").reshape(-1).astype(np.uint64, copy=False)


def as_postings(entries: Sequence[Entry], first_entry: int) -> tuple[U64, U64]:
    """All hashes, and the entry of each."""
    counts = np.array([len(entry.fingerprint) // _HASH_BYTES for entry in entries], dtype=np.int64)
    hashes = unpacked(b"".join(entry.fingerprint for entry in entries))
    numbers = np.arange(first_entry, first_entry + len(entries), dtype=np.uint64)
    return hashes, np.repeat(numbers, counts)


def checksums(hashes: U64, owners: U64, first_entry: int, entries: int) -> U64:
    """A number for each of ``entries`` entries that changes when one of its hashes is lost, doubled or damaged."""
    sums = np.zeros(entries, dtype=np.uint64)
    np.add.at(sums, owners - np.uint64(first_entry), (hashes + np.uint64(1)) * _ODD)
    return sums


def write_members(connection: sqlite3.Connection, entries: Sequence[Entry], first_entry: int, sums: U64) -> None:
    """Add a chunk that will not change any more."""
    columns = [np.array([entry[n] for entry in entries], dtype=np.int64).tobytes() for n in range(4)]
    connection.execute(
        "INSERT INTO _members (first_entry, stamp, entries, version_ids, document_ids, outlets, texts, sums)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (first_entry, new_stamp(), len(entries), *columns, sums.tobytes()),
    )


def write_fresh(connection: sqlite3.Connection, number: int, entry: Entry) -> int:
    """Add one entry that waits for the next segment; its stamp."""
    stamp = new_stamp()
    connection.execute("INSERT INTO _fresh VALUES (?, ?, ?, ?, ?, ?, ?)", (number, stamp, *entry))
    return stamp


def read_fresh(connection: sqlite3.Connection) -> list[Entry]:
    """All entries that wait, oldest first."""
    rows = connection.execute(
        "SELECT version_id, document_id, outlet, text, fingerprint FROM _fresh ORDER BY entry"
    ).fetchall()
    return [Entry(*row) for row in rows]


class Roster:
    """Entries by number (from 1; place 0 is nobody's), as arrays, and the postings of the fresh ones."""

    def __init__(self) -> None:
        self._columns: I64 = np.zeros((len(_COLUMNS), 1024), dtype=np.int64)
        self._chunks: list[tuple[int, int]] = []
        self._newest_version = 0
        self.settled = 1
        """The first entry that is in no segment."""
        self.next_entry = 1
        self._stamp = 0
        self._posted: tuple[U64, I64] = np.empty(0, dtype=np.uint64), np.empty(0, dtype=np.int64)
        self._waiting: list[Entry] = []
        """The fresh entries."""
        self._unpacked = 0
        """Of how many of them the postings are there."""

    @property
    def version_ids(self) -> I64:
        """By entry."""
        return self._columns[0, : self.next_entry]

    @property
    def document_ids(self) -> I64:
        """By entry."""
        return self._columns[1, : self.next_entry]

    @property
    def outlets(self) -> I64:
        """By entry: a number for each outlet."""
        return self._columns[2, : self.next_entry]

    @property
    def fresh(self) -> int:
        """How many entries wait for a segment."""
        return self.next_entry - self.settled

    def entry_of(self, version_id: int) -> int | None:
        """The newest entry of a version."""
        if version_id > self._newest_version:
            return None
        places = np.flatnonzero(self.version_ids == version_id)
        return int(places[-1]) if len(places) else None

    def postings(self) -> tuple[U64, I64]:
        """Hashes and entries of what waits for a segment, in no order."""
        if self._unpacked < len(self._waiting):
            hashes, owners = as_postings(self._waiting[self._unpacked :], self.settled + self._unpacked)
            known, entries = self._posted
            self._posted = np.concatenate((known, hashes)), np.concatenate((entries, owners.astype(np.int64)))
            self._unpacked = len(self._waiting)
        return self._posted

    def refresh(self, connection: sqlite3.Connection, *, members_changed: bool) -> None:
        """Read what was added since, and forget what was taken back."""
        if members_changed:
            self._refresh_members(connection)
        # The newest row that is remembered is read again with those behind it: one look tells what came and what went
        rows = self._fresh_from(connection, self.next_entry - 1 if self.fresh else self.next_entry)
        if self.fresh:
            if rows and rows[0][:2] == (self.next_entry - 1, self._stamp):
                del rows[0]
            else:
                self._forget_fresh()
                rows = self._fresh_from(connection, self.next_entry)
        for number, stamp, *entry in rows:
            self.take_fresh(number, stamp, Entry(*entry))

    @staticmethod
    def _fresh_from(connection: sqlite3.Connection, entry: int) -> list[tuple[Any, ...]]:
        return connection.execute("SELECT * FROM _fresh WHERE entry >= ? ORDER BY entry", (entry,)).fetchall()

    def _refresh_members(self, connection: sqlite3.Connection) -> None:
        known = connection.execute("SELECT first_entry, stamp FROM _members ORDER BY first_entry").fetchall()
        if known[: len(self._chunks)] != self._chunks:
            self._forget_members()
        self._forget_fresh()
        for first_entry, stamp in known[len(self._chunks) :]:
            columns = connection.execute(
                "SELECT version_ids, document_ids, outlets FROM _members WHERE first_entry = ?", (first_entry,)
            ).fetchone()
            self._put(first_entry, np.array([np.frombuffer(column, dtype=np.int64) for column in columns]))
            self._chunks.append((first_entry, stamp))
            self.settled = self.next_entry

    def take_fresh(self, number: int, stamp: int, entry: Entry) -> None:
        """Remember the next entry, as it was written."""
        self._make_room(number + 1)
        for row in range(len(_COLUMNS)):
            self._columns[row, number] = entry[row]
        self.next_entry = number + 1
        self._newest_version = max(self._newest_version, entry.version_id)
        self._stamp = stamp
        self._waiting.append(entry)

    def _put(self, first_entry: int, columns: I64) -> None:
        end = first_entry + columns.shape[1]
        self._make_room(end)
        self._columns[:, first_entry:end] = columns
        self.next_entry = end
        self._newest_version = max(self._newest_version, int(columns[0].max(initial=0)))

    def _make_room(self, end: int) -> None:
        if end > self._columns.shape[1]:
            wider = np.zeros((len(_COLUMNS), 2 * end), dtype=np.int64)
            wider[:, : self.next_entry] = self._columns[:, : self.next_entry]
            self._columns = wider

    def _forget_members(self) -> None:
        self._chunks = []
        self.settled = self.next_entry = 1
        self._newest_version = 0
        self._forget_fresh()

    def _forget_fresh(self) -> None:
        self.next_entry = self.settled
        self._stamp = 0
        self._waiting = []
        self._posted = np.empty(0, dtype=np.uint64), np.empty(0, dtype=np.int64)
        self._unpacked = 0
