"""Fingerprints: between the words of a text and the index that finds its copies.

Every run of ``SHINGLE`` words is a shingle. Of each ``WINDOW`` neighbouring shingles the smallest is stored
(winnowing: Schleimer, Wilkerson and Aiken 2003), and a search asks for *all* shingles of its text. Any run of
``SHORTEST_RUN`` words that two texts share therefore holds at least one stored shingle, whichever text came first.

The smallest is chosen by all 64 bits, high bits first, and the low 40 are stored: the chosen shingles are small
by construction, so that their high bits would crowd at one end of any sorted directory.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scraper.text.scripts import HYPHENS, casing_of
from scraper.text.shingles import shingle_hashes
from scraper.text.words import words_of

SHINGLE = 5
"""Words in a shingle."""
WINDOW = 8
"""Neighbouring shingles of which one is stored."""
SHORTEST_RUN = SHINGLE + WINDOW - 1
"""Words in a shared run that is found by construction."""
HASH_BITS = 40

Hashes = NDArray[np.uint64]
_LOW = np.uint64((1 << HASH_BITS) - 1)


_REMEMBERED = 300_000
_LONGEST_REMEMBERED = 40
# What stands between two spaces and may be a part of one word with what stands beyond
_MAY_GO_ON = re.compile(f"\\d{{3}}(?!\\d)|(?s:.*)(?:(?<=.)[{HYPHENS}]|[<>~=])\\Z|[^&]*&[^;]*;")
_GOES_ON = re.compile(f"[{HYPHENS}][ \\t]{{0,9}}\\r?\\n|[<>~=]\\s\\d|&(?:amp;)?#?\\w{{1,31}};")
_SPACE_IN_NUMBER = re.compile("(?<=\\d) (?=\\d{3}(?!\\d))")


class Probes(NamedTuple):
    """What a text asks the index for: its distinct shingles in ascending order, and where each first stands."""

    hashes: Hashes
    positions: NDArray[np.int64]
    """The word (counted from 0) at which the shingle begins."""


class _Remembered(dict[bytes, bytes]):
    """What stands between two spaces (UTF-8) -> the hashes of its words, eight bytes each."""

    def __init__(self, language: str | None, *, is_strict: bool) -> None:
        super().__init__()
        # Any language without rules of its own: with None, a lone token would be searched for signs of Turkish
        self._language = language or "und"
        self._is_strict = is_strict

    def __missing__(self, token: bytes) -> bytes:
        if self._is_strict and _MAY_REACH[token]:
            raise _MayReachError
        hashes = words_of(token.decode("utf-8", "surrogatepass"), language=self._language).hashes.tobytes()
        _remember(self, token, hashes)
        return hashes


class _MayReach(dict[bytes, bool]):
    """Whether a word may reach over the spaces around a token."""

    def __missing__(self, token: bytes) -> bool:
        may = _MAY_GO_ON.match(token.decode("utf-8", "surrogatepass")) is not None
        _remember(self, token, may)
        return may


_MAY_REACH = _MayReach()


class _MayReachError(Exception):
    """A word may reach over a space."""


def _remember(values: dict[bytes, Any], token: bytes, value: bytes | bool) -> None:
    if len(token) <= _LONGEST_REMEMBERED:
        if len(values) >= _REMEMBERED:
            values.clear()
        values[token] = value


@lru_cache(maxsize=32)
def _remembered(language: str | None, *, is_strict: bool) -> _Remembered:
    return _Remembered(language, is_strict=is_strict)


def hashes_of(text: str, *, language: str | None = None) -> Hashes:
    """The same as ``words_of(text, language=language).hashes``, about ten times as fast.

    Texts repeat themselves: what stands between two spaces is remembered together with the hashes of its words. Where
    a word may reach over a space the text is looked at more closely, and read word by word if one does.
    """
    casing = casing_of(text, language)
    tokens = text.encode("utf-8", "surrogatepass").split()
    try:
        return _joined(tokens, _remembered(casing, is_strict=True))
    except _MayReachError:
        remembered = _remembered(casing, is_strict=False)
    if not _may_reach(tokens):
        return _joined(tokens, remembered)
    if _GOES_ON.search(text):
        return words_of(text, language=casing or "und").hashes
    # An apostrophe groups digits just as a space does, and does not end what is remembered
    return _joined(_SPACE_IN_NUMBER.sub("'", text).encode("utf-8", "surrogatepass").split(), remembered)


def _joined(tokens: list[bytes], remembered: _Remembered) -> Hashes:
    return np.frombuffer(b"".join(map(remembered.__getitem__, tokens)), dtype=np.uint64)


def _may_reach(tokens: list[bytes]) -> bool:
    """Whether a doubtful token stands where its doubt matters: three digits only matter behind another digit."""
    for place in np.flatnonzero(np.fromiter(map(_MAY_REACH.__getitem__, tokens), dtype=bool, count=len(tokens))):
        token = tokens[place]
        if not token[:1].isdigit() or token[-1] in b"<>~=-;" or b"&" in token:
            return True
        if place and (tokens[place - 1][-1:].isdigit() or tokens[place - 1][-1] > 0x7F):
            return True
    return False


def fingerprint(word_hashes: Hashes) -> Hashes:
    """The distinct stored shingles of a text in ascending order, 40 bits each; empty below ``SHINGLE`` words."""
    return _distinct(_winnowed(shingle_hashes(word_hashes, SHINGLE)) & _LOW)


def fingerprints(texts: Sequence[Hashes]) -> list[Hashes]:
    """``fingerprint`` of each text, computed side by side: about three times as fast as one at a time."""
    lengths = np.array([len(text) for text in texts], dtype=np.int64)
    if not lengths.sum():
        return [np.empty(0, dtype=np.uint64) for _ in texts]
    joined = shingle_hashes(np.concatenate(texts), SHINGLE)
    starts = np.cumsum(lengths) - lengths
    counts = np.maximum(lengths - SHINGLE + 1, 0)
    minima, owners = _winnowed_side_by_side(joined, starts, counts)
    return _split(minima & _LOW, owners, len(texts))


def probes(word_hashes: Hashes) -> Probes:
    """Every distinct shingle of a text, as the index stores it, with the word at which it first begins."""
    shingles = shingle_hashes(word_hashes, SHINGLE) & _LOW
    order = np.argsort(shingles, kind="stable")
    ordered = shingles[order]
    first = np.ones(len(ordered), dtype=bool)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return Probes(ordered[first], order[first].astype(np.int64))


def _winnowed(shingles: Hashes) -> Hashes:
    """The smallest shingle of each window, in the order of the text; a text shorter than a window has one."""
    if len(shingles) < WINDOW:
        return shingles.min(keepdims=True) if len(shingles) else shingles
    return _minima(shingles)


def _minima(values: Hashes) -> Hashes:
    """Minimum of each window: three doublings (2, 4, 8) instead of seven comparisons."""
    width, minima = 1, values
    while width < WINDOW:
        minima = np.minimum(minima[:-width], minima[width:])
        width *= 2
    return minima


def _winnowed_side_by_side(
    joined: Hashes, starts: NDArray[np.int64], counts: NDArray[np.int64]
) -> tuple[Hashes, NDArray[np.int64]]:
    """Window minima of many texts laid end to end, and the number of the text each belongs to.

    Windows that reach over the end of a text are left out; a text shorter than a window is one window.
    """
    owners = np.repeat(np.arange(len(counts)), np.maximum(counts - WINDOW + 1, 0))
    first = np.cumsum(np.maximum(counts - WINDOW + 1, 0)) - np.maximum(counts - WINDOW + 1, 0)
    places = np.arange(len(owners)) - first[owners] + starts[owners]
    minima = _minima(joined)[places] if len(places) else np.empty(0, dtype=np.uint64)
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
