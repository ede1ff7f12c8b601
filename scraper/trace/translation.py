"""Trace: whether one of two texts in different languages may be the other, translated.

Figures and names come through translation: the same values in the same order, however the words between them read. Two
texts on one subject share some of them; only a text and its translation have most of them in one order. Measured on 123
news documents in eleven languages against English: 87-97 % of the translations into Turkish, German, French and Spanish
are known, 46 % of those into Azerbaijani, which spells names by ear, 45-60 % of those in other scripts, of which
figures are all there is; of 1,353 pairs of different documents none.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from rapidfuzz.distance import LCSseq

_MARK = re.compile(r"\d+(?:[.,\u00a0\u202f' ]\d{3})*(?:[.,]\d+)?|[^\W\d_]+")
FEWEST = 5
"""So many figures and names must stand in both texts in one order ..."""
LEAST_SHARE = 0.4
"""... and so large a share of the fewer."""
_LETTERS = 4
"""First letters by which a name is known again behind other endings."""
_MOST_MARKS = 4000


class Likeness(NamedTuple):
    """How many figures and names stand in both texts in one order, and what share of the fewer that is (0-1)."""

    shared: int
    share: float


def is_translation(copy: str, source: str) -> bool:
    """Whether one of two texts, known to be in different languages, tells the same in the same order."""
    found = likeness(copy, source)
    return found.shared >= FEWEST and found.share >= LEAST_SHARE


def likeness(copy: str, source: str) -> Likeness:
    """How much of the figures and names of two texts stand in both, in the same order."""
    mine, its = marks(copy), marks(source)
    if not mine or not its:
        return Likeness(0, 0.0)
    shared = LCSseq.similarity(mine, its)
    return Likeness(shared, shared / min(len(mine), len(its)))


def marks(text: str) -> list[str]:
    """Figures by their digits and capitalised words by their first letters, in order (first words of sentences too)."""
    found = []
    for match in _MARK.finditer(text):
        word = match.group()
        if word[0].isdigit():
            digits = "".join(str(unicodedata.digit(sign)) for sign in word if sign.isdigit())
            found.append(digits.lstrip("0") or "0")
        elif word[0] != word[0].lower() and len(word) >= _LETTERS:
            found += _folded(word)
        if len(found) >= _MOST_MARKS:
            break
    return found


def _folded(word: str) -> list[str]:
    """The first letters of a name without accents; none for other scripts, in which it is spelt by ear."""
    plain = unicodedata.normalize("NFKD", word.casefold().replace("\u0131", "i").replace("\u0259", "e"))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))[:_LETTERS]
    return [letters] if letters.isascii() else []
