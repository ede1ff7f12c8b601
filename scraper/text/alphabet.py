"""What each letter is, by itself, to the words of a text: the tables behind ``hashing``."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scraper.text.scripts import APOSTROPHES, HYPHENS, LATIN_LANGUAGES, lower, plain_letters, script_of
from scraper.text.shingles import Hashes, word_hashes
from scraper.text.words import words_of

U8 = NDArray[np.uint8]
Flags = NDArray[np.bool_]

GAP, SPACE = 0, 1
_SCRIPTS = {"latin": 2, "cyrillic": 3, "greek": 4, "armenian": 5, "other": 6}
APOSTROPHE, HYPHEN, DIGIT, ODD = 8, 9, 10, 11
"""From ``APOSTROPHE`` on a letter needs a second look; from ``DIGIT`` on all from space to space is read by itself."""

_LETTERS = ((0x41, 0x250), (0x370, 0x530), (0x531, 0x588), (0x5D0, 0x5EB), (0x621, 0x64B), (0x671, 0x6D4),
            (0x10D0, 0x1100), (0x1E00, 0x1F00))  # fmt: skip
_PUNCTUATION = ((0x21, 0x7F), (0xA1, 0xC0), (0x2010, 0x2070), (0x2190, 0x2800), (0x3001, 0x3021))
SIGNS = "<>~="
"""They are words before a digit."""
SPACES_IN_NUMBERS = " \u00a0\u2007\u2009\u202f"


class Alphabet(NamedTuple):
    """What each UTF-16 unit is, and the number by which a letter goes into the hash of its word."""

    kinds: U8
    values: Hashes
    salt: np.uint64


@lru_cache(maxsize=32)
def alphabet(language: str | None) -> Alphabet:
    """The letters whose part in the key of a word depends on nothing but themselves and the language."""
    kinds = np.full(1 << 16, ODD, dtype=np.uint8)
    values = np.zeros(1 << 16, dtype=np.uint64)
    mark = word_hashes([chr(point) for point in range(0x2000)])
    for point in (point for start, end in _LETTERS for point in range(start, end)):
        key = _plain_key(chr(point), language)
        if key is not None:
            kinds[point] = _SCRIPTS[script_of(chr(point))]
            values[point] = mark[ord(key)]
    for point in (point for start, end in _PUNCTUATION for point in range(start, end)):
        if _is_gap(chr(point)):
            kinds[point] = GAP
    for point in range(0x3001):
        if chr(point).isspace():
            kinds[point] = SPACE
        elif chr(point).isdecimal():
            kinds[point] = DIGIT
    for letter in APOSTROPHES:
        kinds[ord(letter)], values[ord(letter)] = APOSTROPHE, mark[ord("'")]
    for letter in HYPHENS.replace("\\", ""):
        kinds[ord(letter)] = HYPHEN
    return Alphabet(kinds, values, word_hashes([f"language {language}"])[0])


def _plain_key(letter: str, language: str | None) -> str | None:
    """The letter that stands for ``letter`` in every key, or ``None`` if that depends on its neighbours."""
    if not letter.isalpha() or unicodedata.normalize("NFC", letter) != letter:
        return None
    if script_of(letter) not in ("latin", "other") and language in LATIN_LANGUAGES:
        return None  # a word of look-alikes only is read as Latin
    plain, _ = plain_letters(letter, language)
    key = lower(plain, language)
    return key if len(key) == 1 and ord(key) < 0x2000 and words_of(f"b{letter}b", language="und").ends == [3] else None


def _is_gap(letter: str) -> bool:
    """Whether a character parts words, wherever it stands, as long as no digit is near."""
    if letter in SIGNS or letter.isalnum():
        return False
    return words_of(f"a{letter}b", language="und").tokens == ["a", "b"]


def is_letter_kind(kinds: U8) -> Flags:
    """Which units of these kinds are letters."""
    return (kinds - np.uint8(2)) < np.uint8(6)  # 0 and 1 wrap around to the largest numbers


def flags_of(letters: str) -> Flags:
    """A table of all units in which these letters are marked."""
    flags = np.zeros(1 << 16, dtype=np.bool_)
    flags[[ord(letter) for letter in letters]] = True
    return flags
