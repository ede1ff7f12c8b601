"""Text: the nouns of numbers and dates read as values, and when two of them are the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from scraper.text.words import Words

CURRENCIES = frozenset("$€£¥₺₽₼₴₸₹₩₪₾֏")
CURRENCY_CODES = {
    "usd": "$",
    "eur": "€",
    "gbp": "£",
    "jpy": "¥",
    "rub": "₽",
    "azn": "₼",
    "uah": "₴",
    "kzt": "₸",
    "inr": "₹",
    "krw": "₩",
    "ils": "₪",
    "gel": "₾",
    "amd": "֏",
    "chf": "CHF",
}
"""ISO 4217 codes, which stand before a figure or behind it."""


class Part(NamedTuple):
    """One component of a quantity and the words it stands in."""

    name: str
    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number or a date in words ``start`` to ``end`` (not included)."""

    kind: Literal["number", "date"]
    start: int
    end: int
    meanings: tuple[tuple[str, ...], ...]
    """Everything that it can mean, the likeliest first."""
    parts: tuple[Part, ...]
    is_open: bool = False
    """Written so that its value depends on how digits are grouped."""
    digits: str = ""
    """All its digits as they stand."""


def same(source: Quantity, copy: Quantity) -> bool:
    """Whether both mean the same value for certain."""
    if source.kind != copy.kind:
        return False
    if source.kind == "date":
        return any(meaning in copy.meanings for meaning in source.meanings)
    if source.meanings[0] == copy.meanings[0]:
        return True
    both_grouped = source.is_open and copy.is_open and source.digits == copy.digits
    has_rest = any(part.name in ("scale", "percent") for part in (*source.parts, *copy.parts))
    return both_grouped and not has_rest and any(meaning in copy.meanings for meaning in source.meanings)


def doubt(source: Quantity, copy: Quantity) -> str | None:
    """Why it stays open whether two numbers differ; ``None`` where they do."""
    if not any(meaning in copy.meanings for meaning in source.meanings):
        return None
    return "the mark in it may group digits or be a decimal mark: the same value in one reading"


def measures_of(quantity: Quantity) -> dict[str, str]:
    """Its currency and its unit, as far as they are known."""
    return {part.name: part.value for part in quantity.parts if part.name in ("currency", "unit")}


def is_number(words: Words, at: int) -> bool:
    """Whether a word is written in digits."""
    return words.keys[at][-1:].isdigit()


def is_symbol(words: Words, at: int) -> bool:
    """Whether a word is a sign that carries a value (``%``, a currency)."""
    return not words.keys[at][-1:].isalnum()
