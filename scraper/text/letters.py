"""One letter for each word: two texts as two strings, so that what compares strings in C compares words.

Two words have the same letter when their keys are equal, and only then. Which letter stands for which word differs from
one process to the next: letters are for comparing, never for keeping.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import NamedTuple

_FIRST = 16
"""Code of the first letter; those below stand for no word and part what must not touch."""
_SURROGATES, _SURROGATES_END = 0xD800, 0xE000
_END = 0x110000
UNKNOWN = "\0", "\1"
"""A word of the copy, and one of the source, for which no letter was left: equal to nothing."""
_MOST_WORDS = 300_000
_MOST_CHARACTERS = 8_000_000


class Alphabet(dict[str, str]):
    """Word to letter. Threads may share it: a word keeps the first letter that it was given."""

    def __init__(self, letters: Iterable[str] | None = None) -> None:
        super().__init__()
        self._letters = iter(letters or map(chr, chain(range(_FIRST, _SURROGATES), range(_SURROGATES_END, _END))))
        self._characters = 0

    def __missing__(self, key: str) -> str:
        self._characters += len(key)
        return self.setdefault(key, next(self._letters, UNKNOWN[0]))

    @property
    def is_large(self) -> bool:
        """Whether texts to come had better start another, so that a flood of new words cannot fill the memory."""
        return len(self) > _MOST_WORDS or self._characters > _MOST_CHARACTERS


class Spelling(NamedTuple):
    """The words of one text, a letter each."""

    letters: str
    alphabet: Alphabet


class _Shared:
    """The alphabet of all texts of late."""

    def __init__(self) -> None:
        self._alphabet = Alphabet()

    def now(self) -> Alphabet:
        if self._alphabet.is_large:
            self._alphabet = Alphabet()
        return self._alphabet


_SHARED = _Shared()


def spelled(keys: Sequence[str], alphabet: Alphabet | None = None) -> Spelling:
    """One letter for each comparable word."""
    alphabet = _SHARED.now() if alphabet is None else alphabet
    return Spelling("".join(map(alphabet.__getitem__, keys)), alphabet)


def alike(copy: Spelling, source: Spelling, copy_keys: Sequence[str], source_keys: Sequence[str]) -> tuple[str, str]:
    """The letters of two texts, of one alphabet."""
    if copy.alphabet is not source.alphabet:
        alphabet = Alphabet()
        copy, source = spelled(copy_keys, alphabet), spelled(source_keys, alphabet)
    letters = source.letters
    return copy.letters, letters.replace(*UNKNOWN) if UNKNOWN[0] in letters else letters
