"""The hashes of the words of many texts at once: what ``words_of`` gives, without making the words.

Nearly all of a text is plain letters between spaces and ordinary punctuation. Their words are found and hashed with
array operations over all letters of all texts, and a table takes each to the hash that ``words_of`` would give.
Whatever is not plain (digits, symbols, marks, entities, letters of mixed scripts, scripts without spaces) is cut out
from space to space, read by ``words_of``, and remembered. A space over which a word may reach (``60 000``, a hyphen at
the end of a line) is no space here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from threading import Lock, local

import numpy as np
from numpy.typing import NDArray

from scraper.text.alphabet import (
    APOSTROPHE,
    DIGIT,
    GAP,
    HYPHEN,
    SIGNS,
    SPACE,
    SPACES_IN_NUMBERS,
    U8,
    Flags,
    alphabet,
    flags_of,
    is_letter_kind,
)
from scraper.text.pieces import hashes_of, read_apart
from scraper.text.scripts import casing_of
from scraper.text.shingles import Hashes
from scraper.text.words import words_of

U16 = NDArray[np.uint16]
I64 = NDArray[np.int64]

_LINE_BREAK = 10
_LONGEST_LINE_END = 40
"""Spaces behind a hyphen over which a word may go on: more than ``words_of`` allows."""
_AT_ONCE = 1 << 17
"""Characters of texts treated side by side: fewer, and each step costs more than what it does."""
_FEW = 2
"""Texts up to which they are read one by one."""
_LONGEST = 1 << 16
"""Characters of a text beyond which it is left to ``words_of``."""
_MOST_UNITS = 2 * (_LONGEST + _AT_ONCE)
_FACTOR = 0x9E3779B97F4A7C15
_PLACE_BITS = 21
"""Places for words, 16 bytes each, as powers of two; memory is taken as places are filled."""
_PLACES = 1 << _PLACE_BITS
_ENTITY = re.compile(r"&#?\w{1,31};")
_LONGEST_REMEMBERED = 2_000
"""Bytes."""
_REMEMBERED = 8_000_000
"""Bytes of what stands between spaces, in one language."""
_NEEDS_A_DIGIT, _SPACE_IN_NUMBER = flags_of(SIGNS), flags_of(SPACES_IN_NUMBERS)


def hashes_of_all(texts: Sequence[str], *, language: str | None = None) -> list[Hashes]:
    """``words_of(text, language=language).hashes`` of each of some texts of one language."""
    if len(texts) <= _FEW:
        return [hashes_of(text, language=language) for text in texts]
    found: list[Hashes] = [np.empty(0, dtype=np.uint64)] * len(texts)
    for casing, places in _by_casing(texts, language):
        for some in _portions(texts, places):
            encoded = [texts[place].encode("utf-16-le", "surrogatepass") for place in some]
            for place, hashes in zip(some, _Sheet(encoded, casing).hashes(), strict=True):
                found[place] = hashes
    for place, text in enumerate(texts):
        if not _is_simple(text):
            found[place] = words_of(text, language=language).hashes
    return found


def _is_simple(text: str) -> bool:
    """Whether a text fits the tables, and no space or sign is hidden in an entity."""
    return len(text) <= _LONGEST and not ("&" in text and _ENTITY.search(text))


def _by_casing(texts: Sequence[str], language: str | None) -> Iterator[tuple[str | None, list[int]]]:
    casings = [casing_of(text, language) for text in texts]
    for casing in dict.fromkeys(casings):
        yield casing, [n for n, text in enumerate(texts) if casings[n] == casing and _is_simple(text)]


def _portions(texts: Sequence[str], places: Sequence[int]) -> Iterator[list[int]]:
    """Places of texts that together are not too long."""
    portion: list[int] = []
    length = 0
    for place in places:
        if portion and length + len(texts[place]) > _AT_ONCE:
            yield portion
            portion, length = [], 0
        portion.append(place)
        length += len(texts[place]) + 1
    if portion:
        yield portion


# --- texts -------------------------------------------------------------------------------------------------------


class _Sheet:
    """Some texts of one language laid end to end, a line break before, between and behind them."""

    def __init__(self, encoded: Sequence[bytes], language: str | None) -> None:
        self._language = language
        self._alphabet = alphabet(language)
        self._letters = b"\n\0" + b"\n\0".join(encoded) + b"\n\0" * 8
        self._codes: U16 = np.frombuffer(self._letters, dtype="<u2")
        self._kinds: U8 = self._alphabet.kinds.take(self._codes)
        self._ends = np.cumsum([len(text) // 2 + 1 for text in encoded])

    def hashes(self) -> list[Hashes]:
        """The hashes of each text's words."""
        is_letter, odd_starts, odd_ends = self._odd_stretches()
        stretches = list(zip((2 * odd_starts).tolist(), (2 * odd_ends).tolist(), strict=True))
        for start, end in stretches:
            is_letter[start // 2 : end // 2] = False
        edges = (is_letter[1:] != is_letter[:-1]).nonzero()[0] + 1
        starts, ends = edges[0::2], edges[1::2]
        plain = _TABLE.look_up(self._word_numbers(starts, ends), self._codes, starts, ends, self._language)
        odd = _odd_hashes(self._language).look_up([self._letters[start:end] for start, end in stretches])
        places, hashes = _merged(starts, plain, odd_starts, odd)
        bounds = [0, *np.searchsorted(places, self._ends).tolist()]
        return [hashes[start:end] for start, end in pairwise(bounds)]

    def _odd_stretches(self) -> tuple[Flags, I64, I64]:
        """Which units are letters, and where what has to be read by itself starts and ends: always at spaces."""
        kinds = self._kinds
        is_space = kinds == SPACE
        doubtful = (kinds >= APOSTROPHE).nonzero()[0]
        kind = kinds[doubtful]
        odd = doubtful[kind >= DIGIT]
        self._bridge_numbers(odd, is_space)
        broken = self._bridge_lines(doubtful[kind == HYPHEN], is_space)
        repeated = self._settle_apostrophes(doubtful[kind == APOSTROPHE])
        is_letter = is_letter_kind(kinds)
        mixed = ((kinds[1:] != kinds[:-1]) & is_letter[1:] & is_letter[:-1]).nonzero()[0]
        is_space[self._ends] = is_space[0] = True
        spaces = is_space.nonzero()[0]
        after = np.searchsorted(spaces, odd)
        if others := [*broken, *repeated, *mixed]:
            after = np.sort(np.concatenate((after, np.searchsorted(spaces, others))))
        is_new = np.ones(len(after), dtype=np.bool_)
        np.not_equal(after[1:], after[:-1], out=is_new[1:])
        after = after[is_new]
        return is_letter, spaces[after - 1] + 1, spaces[after]

    def _bridge_numbers(self, odd: I64, is_space: Flags) -> None:
        """A number goes on behind a space with exactly three digits; ``<`` counts with the digit behind it."""
        if not len(odd):
            return
        codes, kinds = self._codes, self._kinds
        parted = odd[(kinds[odd] == DIGIT) & _SPACE_IN_NUMBER[codes[odd + 1]]]
        if len(parted):
            for step in (2, 3, 4):
                parted = parted[kinds[parted + step] == DIGIT]
            is_space[parted[kinds[parted + 5] != DIGIT] + 1] = False
        signs = odd[_NEEDS_A_DIGIT[codes[odd]]]
        if len(signs):
            is_space[signs[(kinds[signs + 1] == SPACE) & (kinds[signs + 2] == DIGIT)] + 1] = False

    def _bridge_lines(self, hyphens: I64, is_space: Flags) -> list[int]:
        """A word goes on behind a hyphen at the end of a line (returned); any other hyphen only parts words."""
        broken = []
        for place in hyphens[is_space[hyphens + 1] & (self._kinds[hyphens - 1] != SPACE)].tolist():
            end = place + 1 + int(np.argmin(is_space[place + 1 : place + 2 + _LONGEST_LINE_END]))
            if _LINE_BREAK in self._codes[place + 1 : end]:
                is_space[place + 1 : end] = False
                broken.append(place)
        self._kinds[hyphens] = GAP
        return broken

    def _settle_apostrophes(self, at: I64) -> I64:
        """An apostrophe between two letters is a letter, any other a gap. Returns where there are several in a row."""
        before, after = self._kinds[at - 1], self._kinds[at + 1]
        self._kinds[at] = np.where(is_letter_kind(before) & is_letter_kind(after), before, GAP)
        repeated: I64 = at[(before == APOSTROPHE) | (after == APOSTROPHE)]
        return repeated

    def _word_numbers(self, starts: I64, ends: I64) -> Hashes:
        """A 64-bit number for each word: sum of letter * FACTOR ** place, counted from the first letter of the word."""
        powers, inverses = _powers()
        # Fresh memory costs more than the arithmetic: one buffer for each thread
        sums = _SUMS.buffer[: len(self._codes)]
        np.take(self._alphabet.values, self._codes, out=sums, mode="clip")
        sums *= powers[: len(sums)]
        np.cumsum(sums, out=sums)
        return (sums[ends - 1] - sums[starts - 1]) * inverses[starts] ^ self._alphabet.salt


class _Sums(local):
    """Working memory of one thread."""

    def __init__(self) -> None:
        self.buffer: Hashes = np.empty(_MOST_UNITS, dtype=np.uint64)


_SUMS = _Sums()


def _merged(starts: I64, plain: Hashes, odd_starts: I64, odd: Sequence[bytes]) -> tuple[I64, Hashes]:
    """Hashes in the order of the text, and the place of each."""
    if not odd:
        return starts, plain
    counts = np.array([len(hashes) // 8 for hashes in odd], dtype=np.int64)
    at = np.repeat(np.searchsorted(starts, odd_starts), counts) + np.arange(counts.sum())
    is_plain = np.ones(len(starts) + len(at), dtype=bool)
    is_plain[at] = False
    places, hashes = np.empty(len(is_plain), dtype=np.int64), np.empty(len(is_plain), dtype=np.uint64)
    places[is_plain], hashes[is_plain] = starts, plain
    places[at], hashes[at] = np.repeat(odd_starts, counts), np.frombuffer(b"".join(odd), dtype=np.uint64)
    return places, hashes


@lru_cache(maxsize=1)
def _powers() -> tuple[Hashes, Hashes]:
    """Powers of ``_FACTOR`` and their inverses, modulo 2 ** 64."""
    factor = np.full(_MOST_UNITS, _FACTOR, dtype=np.uint64)
    inverse = np.full(_MOST_UNITS, pow(_FACTOR, -1, 1 << 64), dtype=np.uint64)
    factor[0] = inverse[0] = 1
    return np.cumprod(factor), np.cumprod(inverse)


# --- what is remembered ------------------------------------------------------------------------------------------


class _OddHashes(dict[bytes, bytes]):
    """What stands between two spaces (UTF-16) -> the hashes of its words, eight bytes each."""

    def __init__(self, language: str | None) -> None:
        super().__init__()
        self._language = language
        self._bytes = 0

    def look_up(self, stretches: Sequence[bytes]) -> list[bytes]:
        """The hashes of each; those not remembered are read together, which is what costs."""
        try:
            return list(map(self.__getitem__, stretches))
        except KeyError:
            return self._learned(stretches)

    def _learned(self, stretches: Sequence[bytes]) -> list[bytes]:
        if self._bytes > _REMEMBERED:
            self.clear()
            self._bytes = 0
        known = {stretch: hashes for stretch in stretches if (hashes := self.get(stretch)) is not None}
        new = [stretch for stretch in dict.fromkeys(stretches) if stretch not in known]
        known.update(zip(new, self._read(new), strict=True))
        kept = {stretch: known[stretch] for stretch in new if len(stretch) <= _LONGEST_REMEMBERED}
        self.update(kept)
        self._bytes += sum(map(len, kept))
        return [known[stretch] for stretch in stretches]

    def _read(self, stretches: Sequence[bytes]) -> list[bytes]:
        return read_apart([stretch.decode("utf-16-le", "surrogatepass") for stretch in stretches], self._language)


@lru_cache(maxsize=32)
def _odd_hashes(language: str | None) -> _OddHashes:
    return _OddHashes(language)


class _Table:
    """Number of a plain word -> hash of its key. Each number has two places; the later of two words stays."""

    def __init__(self) -> None:
        self._numbers: Hashes = np.zeros(_PLACES, dtype=np.uint64)
        self._hashes: Hashes = np.zeros(_PLACES, dtype=np.uint64)
        self._lock = Lock()

    def look_up(self, numbers: Hashes, codes: U16, starts: I64, ends: I64, language: str | None) -> Hashes:
        """The hash of each word; the letters of those that are met for the first time stand in ``codes``."""
        with self._lock:
            place = (numbers >> np.uint64(64 - _PLACE_BITS)).astype(np.int64)
            found = self._hashes[place]
            other = (self._numbers[place] != numbers).nonzero()[0]
            if len(other):
                beside = place[other] ^ 1
                found[other] = self._hashes[beside]
                new = other[self._numbers[beside] != numbers[other]]
                if len(new):
                    found[new] = self._learn(numbers[new], codes, starts[new], ends[new], language)
            return found

    def _learn(self, numbers: Hashes, codes: U16, starts: I64, ends: I64, language: str | None) -> Hashes:
        distinct, first, each = np.unique(numbers, return_index=True, return_inverse=True)
        words = [
            codes[start:end].tobytes().decode("utf-16-le")
            for start, end in zip(starts[first].tolist(), ends[first].tolist(), strict=True)
        ]
        hashes = words_of(" ".join(words), language=language or "und").hashes
        place = (distinct >> np.uint64(64 - _PLACE_BITS)).astype(np.int64)
        place ^= self._numbers[place] != 0
        self._numbers[place], self._hashes[place] = distinct, hashes
        return hashes[each]


_TABLE = _Table()
