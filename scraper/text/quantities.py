"""Text: numbers and dates in running words, read as values, so that the same value written otherwise is the same.

A quantity is a stretch of words (``2.5 million``, ``twenty-five``, ``5 percent``, ``14 March 2024``) with everything
that it can mean. Two quantities are the same when one meaning is shared; where the grouping of digits leaves that open
(``60.000`` beside ``60``) the answer is a doubt in words.
"""

from __future__ import annotations

from scraper.text.dates import date_at
from scraper.text.figures import figure_at
from scraper.text.language import Language
from scraper.text.traits import QUANTITY
from scraper.text.values import Quantity, doubt, same
from scraper.text.words import Words

__all__ = ["Quantity", "belongs", "doubt", "quantities", "same"]


def quantities(words: Words, lists: Language, start: int, end: int) -> list[Quantity]:
    """The numbers and dates that begin in words ``start`` to ``end`` (not included), in order, none overlapping."""
    found: list[Quantity] = []
    keys, traits = words.keys, lists.traits
    at = start
    while at < end:
        is_likely = traits[keys[at]] & QUANTITY
        quantity = (date_at(words, lists, at) or figure_at(words, lists, at)) if is_likely else None
        if quantity is None:
            at += 1
            continue
        found.append(quantity)
        at = quantity.end
    return found


def belongs(words: Words, lists: Language, at: int) -> bool:
    """Whether the word at ``at`` may be a part of a number or a date."""
    return bool(lists.traits[words.keys[at]] & QUANTITY)
