"""The block format of the index: sorted (hash, entry) pairs in rows of 128, searched without unpacking.

A row holds the low 16 bits of 128 hash offsets, then the higher bytes of the offsets, then the entries, each byte
position side by side. A search compares 16 bits at a time and looks at the rest only where they agree. Offsets count
from the first hash of the row (its *base*), which the directory keeps; unused places have all bits set.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scraper.text.fingerprints import HASH_BITS

BLOCK = 128
"""Postings in a row."""

U8 = NDArray[np.uint8]
U64 = NDArray[np.uint64]
I64 = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Shape(NamedTuple):
    """Bytes for each hash offset and for each entry, the same in all rows of a segment."""

    offset_bytes: int
    entry_bytes: int

    @property
    def width(self) -> int:
        """Bytes in a row."""
        return BLOCK * (self.offset_bytes + self.entry_bytes)

    @property
    def unused(self) -> int:
        """The offset that marks an unused place; real offsets are smaller."""
        return (1 << (8 * self.offset_bytes)) - 1


def shape_for(postings: int, entries: int) -> Shape:
    """The narrowest shape in which nearly every row of that many postings is full.

    Hashes are uniform, so that 128 neighbours span 128 / postings of the range, seldom half as much again.
    """
    offset_bytes = next(
        (size for size in (3, 4) if (postings << (8 * size)) > 3 * BLOCK << (HASH_BITS - 1)), HASH_BITS // 8
    )
    entry_bytes = next(size for size in (2, 3, 4) if entries <= 1 << (8 * size))
    return Shape(offset_bytes, entry_bytes)


def encode(hashes: U64, entries: U64, shape: Shape) -> tuple[U64, U8]:
    """Bases (rows,) and rows (rows, width) of postings in ascending order of hash, entries counted from 0."""
    starts, ends = _bounds(hashes, shape)
    places = starts[:, None] + np.arange(BLOCK)
    used = places < ends[:, None]
    places = np.minimum(places, max(len(hashes) - 1, 0))
    bases = hashes[starts]
    offsets = np.where(used, hashes[places] - bases[:, None], np.uint64(shape.unused))
    return bases, np.hstack((_bytes(offsets, shape.offset_bytes), _bytes(entries[places], shape.entry_bytes)))


def decode(bases: U64, rows: U8, shape: Shape) -> tuple[U64, U64]:
    """Hashes and entries of all used places, in order: what ``encode`` was given."""
    offsets = _column(rows, 0, shape.offset_bytes)
    used = offsets != np.uint64(shape.unused)
    entries = _column(rows, shape.offset_bytes, shape.entry_bytes)
    return (offsets + bases[:, None])[used], entries[used]


def places_of(offsets: U64, rows: U8, shape: Shape) -> tuple[I64, I64]:
    """Where each offset (less than ``unused``) stands in the row beside it: pairs (row, column), by row."""
    same = _low(rows, 0) == (offsets & np.uint64(0xFFFF)).astype(np.uint16)[:, None]
    flat = same.ravel().nonzero()[0]
    row, column = flat // BLOCK, flat % BLOCK
    for byte in range(2, shape.offset_bytes):
        agrees = rows[row, byte * BLOCK + column] == (offsets[row] >> np.uint64(8 * byte)).astype(np.uint8)
        row, column = row[agrees], column[agrees]
    return row, column


def widen(rows: U8, shape: Shape, wide_rows: U8, wide: Shape) -> None:
    """Copy rows into others with as many bytes or more for each value. Unused places do not look so any more."""
    wide_rows[:] = 0
    wide_rows[:, : BLOCK * shape.offset_bytes] = rows[:, : BLOCK * shape.offset_bytes]
    start = BLOCK * wide.offset_bytes
    wide_rows[:, start : start + BLOCK * shape.entry_bytes] = rows[:, BLOCK * shape.offset_bytes :]


def entries_at(rows: U8, shape: Shape, row: I64, column: I64) -> I64:
    """The entries that stand at the given places."""
    entries = _low(rows, shape.offset_bytes)[row, column].astype(np.int64)
    for byte in range(2, shape.entry_bytes):
        plane = rows[row, (shape.offset_bytes + byte) * BLOCK + column]
        entries |= plane.astype(np.int64) << np.int64(8 * byte)
    return entries


def _low(rows: U8, first: int) -> NDArray[np.uint16]:
    """The low 16 bits of the values whose bytes begin at byte position ``first``."""
    return rows[:, first * BLOCK : (first + 2) * BLOCK].view(np.dtype("<u2"))


def _column(rows: U8, first: int, size: int) -> U64:
    """All values of ``size`` bytes from byte position ``first`` on."""
    values = _low(rows, first).astype(np.uint64)
    for byte in range(2, size):
        values |= rows[:, (first + byte) * BLOCK : (first + byte + 1) * BLOCK].astype(np.uint64) << np.uint64(8 * byte)
    return values


def _bounds(hashes: U64, shape: Shape) -> tuple[I64, I64]:
    """First and last (not included) posting of each row: 128 at a time, fewer where offsets would not fit."""
    starts = np.arange(0, len(hashes), BLOCK)
    ends = np.minimum(starts + BLOCK, len(hashes))
    if not len(hashes) or (hashes[ends - 1] - hashes[starts] < np.uint64(shape.unused)).all():
        return starts, ends
    bounds = [0]
    while bounds[-1] < len(hashes):
        reach = hashes[bounds[-1]] + np.uint64(shape.unused)
        bounds.append(min(bounds[-1] + BLOCK, int(np.searchsorted(hashes, reach))))
    return np.array(bounds[:-1], dtype=np.int64), np.array(bounds[1:], dtype=np.int64)


def _bytes(values: U64, size: int) -> U8:
    """Values (rows, 128) as bytes: the low two of each together, then each higher one side by side."""
    planes = [np.ascontiguousarray(values.astype(np.dtype("<u2"))).view(np.uint8)]
    planes += [((values >> np.uint64(8 * byte)) & np.uint64(0xFF)).astype(np.uint8) for byte in range(2, size)]
    return np.hstack(planes)
