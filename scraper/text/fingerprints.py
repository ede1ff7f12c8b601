"""Fingerprints: between the words of a text and the index that finds its copies.

Every run of ``SHINGLE`` words is a shingle. Of each ``WINDOW`` neighbouring shingles the smallest is stored
(winnowing: Schleimer, Wilkerson and Aiken 2003), and a search asks for the smallest of each ``ASKED`` neighbours of
its text. What is the smallest of eight is the smallest of any four around it, so that any run of ``SHORTEST_RUN`` words
that two texts share holds a shingle that is stored and asked for, whichever text came first. In shorter runs nine in
ten of the stored ones are asked for: they are small, and seldom have a smaller one beside them.

The smallest is chosen by all 64 bits, high bits first, and the low 40 are stored: the chosen shingles are small
by construction, so that their high bits would crowd at one end of any sorted directory.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scraper.text.hashing import hashes_of_all
from scraper.text.pieces import hashes_of
from scraper.text.shingles import Hashes, shingle_hashes

__all__ = ["HASH_BITS", "SHINGLE", "SHORTEST_RUN", "WINDOW", "Probes", "fingerprint", "fingerprints", "hashes_of",
           "hashes_of_all", "probes"]  # fmt: skip

SHINGLE = 5
"""Words in a shingle."""
WINDOW = 8
"""Neighbouring shingles of which one is stored."""
ASKED = 4
"""Neighbouring shingles of which a search asks for one at least: two in five of them."""
SHORTEST_RUN = SHINGLE + WINDOW - 1
"""Words in a shared run that is found by construction."""
HASH_BITS = 40
_AT_ONCE = 20_000
"""Words of texts treated side by side: what fits a processor's cache."""

_LOW = np.uint64((1 << HASH_BITS) - 1)


class Probes(NamedTuple):
    """What a text asks the index for: distinct shingles in ascending order, and where each first stands."""

    hashes: Hashes
    positions: NDArray[np.int64]
    """The word (counted from 0) at which the shingle begins."""


def fingerprint(word_hashes: Hashes) -> Hashes:
    """The distinct stored shingles of a text in ascending order, 40 bits each; empty below ``SHINGLE`` words."""
    return _distinct(_winnowed(shingle_hashes(word_hashes, SHINGLE)) & _LOW)


def fingerprints(texts: Sequence[Hashes]) -> list[Hashes]:
    """``fingerprint`` of each text, computed side by side: about twice as fast as one at a time."""
    found: list[Hashes] = []
    some: list[Hashes] = []
    words = 0
    for text in texts:
        some.append(text)
        words += len(text)
        if words > _AT_ONCE:
            found += _side_by_side(some)
            some, words = [], 0
    return found + _side_by_side(some)


def _side_by_side(texts: Sequence[Hashes]) -> list[Hashes]:
    lengths = np.array([len(text) for text in texts], dtype=np.int64)
    if not lengths.sum():
        return [np.empty(0, dtype=np.uint64) for _ in texts]
    joined = shingle_hashes(np.concatenate(texts), SHINGLE)
    starts = np.cumsum(lengths) - lengths
    counts = np.maximum(lengths - SHINGLE + 1, 0)
    minima, owners = _winnowed_side_by_side(joined, starts, counts)
    return _split(minima & _LOW, owners, len(texts))


def probes(word_hashes: Hashes) -> Probes:
    """The shingles of a text that are the smallest of ``ASKED`` neighbours, as the index stores them."""
    shingles = shingle_hashes(word_hashes, SHINGLE)
    places = _smallest_nearby(shingles)
    shingles = shingles[places] & _LOW
    order = np.argsort(shingles, kind="stable")
    ordered = shingles[order]
    first = np.ones(len(ordered), dtype=bool)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return Probes(ordered[first], places[order[first]])


def _smallest_nearby(shingles: Hashes) -> NDArray[np.int64]:
    """Places of all that are the smallest in some window of ``ASKED``; all places where there is no such window."""
    if len(shingles) <= ASKED:
        return np.arange(len(shingles))
    # The largest of the minima of all windows around a shingle is the shingle itself, or it is in none the smallest
    padded = np.zeros(len(shingles) + ASKED - 1, dtype=np.uint64)
    padded[ASKED - 1 : 1 - ASKED] = _extremes(shingles, ASKED, np.minimum)
    places: NDArray[np.int64] = (_extremes(padded, ASKED, np.maximum) == shingles).nonzero()[0]
    return places


def _winnowed(shingles: Hashes) -> Hashes:
    """The smallest shingle of each window, in the order of the text; a text shorter than a window has one."""
    if len(shingles) < WINDOW:
        return shingles.min(keepdims=True) if len(shingles) else shingles
    return _extremes(shingles, WINDOW, np.minimum)


def _extremes(values: Hashes, window: int, extreme: np.ufunc) -> Hashes:
    """Minimum or maximum of each window (a power of two): three doublings (2, 4, 8) instead of seven comparisons."""
    width = 1
    while width < window:
        values = extreme(values[:-width], values[width:])
        width *= 2
    return values


def _winnowed_side_by_side(
    joined: Hashes, starts: NDArray[np.int64], counts: NDArray[np.int64]
) -> tuple[Hashes, NDArray[np.int64]]:
    """Window minima of many texts laid end to end, and the number of the text each belongs to.

    Windows that reach over the end of a text are left out; a text shorter than a window is one window.
    """
    owners = np.repeat(np.arange(len(counts)), np.maximum(counts - WINDOW + 1, 0))
    first = np.cumsum(np.maximum(counts - WINDOW + 1, 0)) - np.maximum(counts - WINDOW + 1, 0)
    places = np.arange(len(owners)) - first[owners] + starts[owners]
    minima = _extremes(joined, WINDOW, np.minimum)[places] if len(places) else np.empty(0, dtype=np.uint64)
    short = np.flatnonzero((counts > 0) & (counts < WINDOW))
    if not len(short):
        return minima, owners
    lone = np.array([joined[starts[n] : starts[n] + counts[n]].min() for n in short], dtype=np.uint64)
    return np.concatenate((minima, lone)), np.concatenate((owners, short))


def _split(hashes: Hashes, owners: NDArray[np.int64], texts: int) -> list[Hashes]:
    """Distinct hashes of each owner, ascending. Repeats stand mostly side by side, so they go before the sort."""
    fresh = np.ones(len(hashes), dtype=bool)
    fresh[1:] = (hashes[1:] != hashes[:-1]) | (owners[1:] != owners[:-1])
    hashes, owners = hashes[fresh], owners[fresh]
    # 40 bits of hash leave 24 for the owner: one sort instead of one for each text
    keys = _distinct((owners.astype(np.uint64) << np.uint64(HASH_BITS)) | hashes)
    bounds = np.searchsorted(keys, np.arange(1, texts, dtype=np.uint64) << np.uint64(HASH_BITS))
    return np.split(keys & _LOW, bounds)


def _distinct(values: Hashes) -> Hashes:
    """Ascending and without repeats: sort and compare, where ``np.unique`` is thirteen times slower."""
    ordered = np.sort(values)
    fresh = np.ones(len(ordered), dtype=bool)
    np.not_equal(ordered[1:], ordered[:-1], out=fresh[1:])
    return ordered[fresh]
