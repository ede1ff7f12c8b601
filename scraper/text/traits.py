"""Text: what a word can be the beginning of, as bits worked out once for each word of a language.

Most words stand in no list, and one look at the bits of a few words spares every search for phrases among them.
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
JOINER = 1 << 3
"""It joins two number words: two hundred *and* fifty."""
NAMED = 1 << 4
"""It begins a month or a weekday, or is a number word or an ordinal."""
MEASURE = 1 << 5
"""It begins a scale, a percent, a currency or a unit: what stands behind a figure."""
CHANGED = 1 << 6
"""It begins a unit or a currency."""
NEGATION = 1 << 7
OPPOSITE = 1 << 8
"""It begins one of two phrases that exclude one another: ruled in, ruled out."""
MODALITY = 1 << 9
RELATIVE_DAY = 1 << 10
SPEECH = 1 << 11
LISTED = 1 << 12
"""It stands in one of the lists that a change is looked at for."""
FILLER = 1 << 13
"""It stands between the parts of a date: 14 *of* March."""

_MOST = 50_000


class _Begins(Protocol):
    """What ``Phrases`` does."""

    longest: int

    def begins(self, key: str, /) -> bool:
        """Whether a phrase begins with a word."""


class Row(NamedTuple):
    """One bit, and the phrases, or else the words, that give it."""

    bit: int
    phrases: Sequence[_Begins] = ()
    words: Sequence[Container[str]] = ()


class Traits(dict[str, int]):
    """The bits of each word, filled as words are met; forgets everything when full."""

    def __init__(self, rows: Iterable[Row]) -> None:
        super().__init__()
        self._rows = tuple(rows)
        self.reach = max((table.longest for row in self._rows for table in row.phrases), default=1) - 1
        """Words before a word in which a phrase may begin that reaches to it."""

    def __missing__(self, key: str) -> int:
        if len(self) >= _MOST:
            self.clear()
        last = key[-1:]
        bits = DIGITS | QUANTITY if last.isdigit() else 0 if last.isalnum() else SIGN | QUANTITY
        for bit, phrases, words in self._rows:
            if any(table.begins(key) for table in phrases) or any(key in table for table in words):
                bits |= bit
        self[key] = bits
        return bits

    def among(self, keys: Iterable[str]) -> int:
        """The bits of several words together."""
        bits = 0
        for key in keys:
            bits |= self[key]
        return bits
