"""Text: which lists of a language a word stands in, as bits worked out once for each word.

Most words stand in none, and one look at the bits of a changed word spares every search for phrases around it. A phrase
of several words is known by one of them, its core; the others only say that a core may be near.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from typing import NamedTuple, Protocol

DIGITS = 1 << 0
"""It ends in a digit."""
SIGN = 1 << 1
"""It is a sign that carries a value: ``%``, a currency, a minus."""
QUANTITY = 1 << 2
"""It may be a part of a number or a date."""
FILLER = 1 << 3
"""It stands between the parts of a date: 14 *of* March."""
MEASURE = 1 << 4
"""It begins what stands behind a figure: a scale, a percent, a currency, a unit."""
UNIT = 1 << 5
"""A unit or a currency has it."""
NEGATION = 1 << 6
OPPOSITE = 1 << 7
"""It stands in one of two phrases that exclude one another: ruled in, ruled out."""
MODALITY = 1 << 8
RELATIVE_DAY = 1 << 9
SPEECH = 1 << 10
ROLE = 1 << 11
CONTRARY = 1 << 12
"""It stands in the list of words that turn a claim round in the place of another."""
DIRECTION = 1 << 13
WHICH = 1 << 14
"""Next, last or this."""
PART = 1 << 15
"""It is one of the words around the core of a phrase: the *is* and *to* of *is able to*."""
LISTED = QUANTITY | NEGATION | OPPOSITE | CONTRARY | DIRECTION | WHICH | MODALITY | RELATIVE_DAY | ROLE
"""It stands in one of the lists that a change is looked at for."""

CORES = LISTED & ~QUANTITY | SPEECH | UNIT

_MOST = 50_000


class _Begins(Protocol):
    """What ``Phrases`` does."""

    def begins(self, key: str, /) -> bool:
        """Whether a phrase begins with a word."""


class Row(NamedTuple):
    """One bit, and the phrases whose first words, or else the words, have it."""

    bit: int
    phrases: Sequence[_Begins] = ()
    words: Sequence[Container[str]] = ()


class Traits(dict[str, int]):
    """The bits of each word, filled as words are met; forgets everything when full."""

    def __init__(self, rows: Iterable[Row], reach: int) -> None:
        super().__init__()
        self._rows = tuple(rows)
        self.reach = reach
        """Words between a word of a phrase and its core, at most."""

    def __missing__(self, key: str) -> int:
        if len(self) >= _MOST:
            self.clear()
        last = key[-1:]
        bits = DIGITS | QUANTITY if last.isdigit() else 0 if last.isalnum() else SIGN | QUANTITY
        forms = {key, key.partition("'")[0]}
        for bit, phrases, words in self._rows:
            if any(table.begins(form) for table in phrases for form in forms) or any(key in table for table in words):
                bits |= bit
        self[key] = bits
        return bits

    def of(self, keys: Sequence[str], start: int, end: int) -> int:
        """The bits of words ``start`` to ``end`` (not included), and of the cores that phrases around them may have."""
        bits = 0
        for key in keys[start:end]:
            bits |= self[key]
        if bits & PART:
            for key in keys[max(0, start - self.reach) : end + self.reach]:
                bits |= self[key] & CORES
        return bits
