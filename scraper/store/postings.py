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
U16 = NDArray[np.uint16]
U64 = NDArray[np.uint64]
I64 = NDArray[np.int64]
Flags = NDArray[np.bool_]

_SIEVED_AT_ONCE = 4096
"""Rows."""


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


class Rows(NamedTuple):
    """Some rows of a segment: the low 16 bits of the offsets apart, since nearly all searches end there."""

    low: U16
    """(rows, 128)"""
    rest: U8
    """(rows, width - 256)"""


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


def decode(bases: U64, rows: Rows, shape: Shape) -> tuple[U64, U64]:
    """Hashes and entries of all used places, in order: what ``encode`` was given."""
    offsets = rows.low.astype(np.uint64)
    for byte in range(2, shape.offset_bytes):
        offsets |= rows.rest[:, (byte - 2) * BLOCK : (byte - 1) * BLOCK].astype(np.uint64) << np.uint64(8 * byte)
    used = offsets != np.uint64(shape.unused)
    row, column = np.nonzero(used)
    return (offsets + bases[:, None])[used], entries_at(rows, shape, row, column)


def sieve(bases: U64, rows: Rows, shape: Shape) -> U8:
    """Bits that tell of most hashes that they are not in the rows, four to eight for each place; see ``passes``."""
    bits = max((4 * BLOCK * len(bases) - 1).bit_length(), 3)
    found = np.zeros(1 << (bits - 3), dtype=np.uint8)
    for start in range(0, len(bases), _SIEVED_AT_ONCE):
        part = slice(start, start + _SIEVED_AT_ONCE)
        hashes, _ = decode(bases[part], Rows(rows.low[part], rows.rest[part]), shape)
        place = hashes >> np.uint64(HASH_BITS - bits)
        byte = place >> np.uint64(3)
        firsts = np.concatenate(([0], np.flatnonzero(byte[1:] != byte[:-1]) + 1))
        marks = np.left_shift(1, (place & np.uint64(7)).astype(np.uint8), dtype=np.uint8)
        found[byte[firsts]] |= np.bitwise_or.reduceat(marks, firsts)
    return found


def passes(hashes: U64, bits: U8) -> Flags:
    """Which hashes may be in the rows that a sieve was made of: all that are, and about one in five of the others."""
    place = hashes >> np.uint64(HASH_BITS - 3 - (len(bits) - 1).bit_length())
    marks = bits[place >> np.uint64(3)] >> (place & np.uint64(7)).astype(np.uint8)
    passing: Flags = (marks & np.uint8(1)).astype(np.bool_)
    return passing


def split_rows(content: U8) -> Rows:
    """Rows as they are stored (rows, width), taken apart for searching."""
    low = np.ascontiguousarray(content[:, : 2 * BLOCK]).view(np.dtype("<u2"))
    return Rows(low, np.ascontiguousarray(content[:, 2 * BLOCK :]))


def places_of(offsets: U64, rows: Rows, at: I64, shape: Shape) -> tuple[I64, I64]:
    """Where each offset stands: pairs (index into ``offsets``, column), its row being ``rows[at[index]]``."""
    same = rows.low[at] == (offsets & np.uint64(0xFFFF)).astype(np.uint16)[:, None]
    same[offsets >= np.uint64(shape.unused)] = False
    flat = same.ravel().nonzero()[0]
    index, column = flat // BLOCK, flat % BLOCK
    for byte in range(2, shape.offset_bytes):
        found = rows.rest[at[index], (byte - 2) * BLOCK + column]
        agrees = found == ((offsets[index] >> np.uint64(8 * byte)) & np.uint64(0xFF)).astype(np.uint8)
        index, column = index[agrees], column[agrees]
    return index, column


def entries_at(rows: Rows, shape: Shape, row: I64, column: I64) -> U64:
    """The entries that stand at the given places."""
    start = (shape.offset_bytes - 2) * BLOCK
    low = rows.rest[:, start : start + 2 * BLOCK].view(np.dtype("<u2")) if len(row) else None
    if low is None:
        return np.empty(0, dtype=np.uint64)
    entries = low[row, column].astype(np.uint64)
    for byte in range(2, shape.entry_bytes):
        plane = rows.rest[row, start + byte * BLOCK + column]
        entries |= plane.astype(np.uint64) << np.uint64(8 * byte)
    return entries


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
