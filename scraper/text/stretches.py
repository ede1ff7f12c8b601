"""Text: the nouns of a comparison in words: what is kept, what changed, and where sentences begin and end."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from scraper.model import Span
from scraper.text.language import Language
from scraper.text.words import Words

INSIDE = frozenset((" ", ", "))
"""What stands between most words of a sentence, and never between two sentences."""
_LONGEST_SENTENCE = 400
"""Words on either side that are looked through for where a sentence begins and ends."""
_FEW = 12
"""Spans up to which finding each is cheaper than working out the places of all words."""


Spans = Callable[[int, int], Span]
"""From words ``start`` to ``end`` (not included) to their characters."""


class Change(NamedTuple):
    """Words of the source that stand as other words in the copy; one side may be empty."""

    source: int
    source_end: int
    copy: int
    copy_end: int


class Kept(NamedTuple):
    """Words that stand on both sides: a run of equal words, or words that differ in their spaces only."""

    source: int
    source_end: int
    copy: int
    copy_end: int
    is_run: bool = True

    @property
    def length(self) -> int:
        return self.source_end - self.source


class Stretch(NamedTuple):
    """Words ``start`` to ``end`` (not included) of one side."""

    start: int
    end: int


class Sides(NamedTuple):
    """The two texts that are compared and the lists of their language."""

    source: Words
    copy: Words
    lists: Language


def spans_of(words: Words, count: int) -> Spans:
    """``words.span`` for about ``count`` calls; for many of them, the places of all words are worked out first."""
    if count <= _FEW and "starts" not in vars(words):
        return words.span
    starts, ends, new = words.starts, words.ends, tuple.__new__

    def span(start: int, end: int) -> Span:
        # A named tuple made by its own name costs twice as much, and there are hundreds.
        return new(Span, (starts[start], ends[end - 1])) if start < end else words.span(start, end)

    return span


def opens(words: Words, at: int) -> bool:
    """Whether a sentence begins at word ``at``."""
    return words.opens_sentence(at)


def sentence_around(words: Words, at: int) -> range:
    """The words of the sentence that word ``at`` stands in, so far as they are near."""
    gaps, opens_at = words.gaps, words.opens_sentence
    start, end = at, at + 1
    least, most = max(0, at - _LONGEST_SENTENCE), min(len(words.keys), at + _LONGEST_SENTENCE)
    while start > least and (gaps[start] in INSIDE or not opens_at(start)):
        start -= 1
    while end < most and (gaps[end] in INSIDE or not opens_at(end)):
        end += 1
    return range(start, end)


def ends(words: Words, at: int) -> bool:
    """Whether the words before ``at`` end in a full stop or the like."""
    return any(mark in words.gaps[at] for mark in ".!?。！？؟۔։।")
