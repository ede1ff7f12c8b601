"""From a text to comparable words, each with its span in the untouched text: what every later stage compares.

What a word is
    A run of letters of one word (``don't`` is one, ``co-operation`` two, ``14th`` one), a number as it stands with
    its sign and separators (``-2.5``, ``60 000``, ``14:30``, ``2024-03-14``), one of the symbols that carry a value
    (``%``, currencies, ``±``, ``<`` before a digit), or one letter of a script that is written without spaces.
    Digits and letters part where they meet: ``12kg`` is ``12`` and ``kg``.

What is equal
    Two words are equal when their ``keys`` are. In the key the following is forgiven: case, composed and decomposed
    accents, ligatures and letter forms, soft hyphens, hyphenation over a line end, zero-width and bidi characters,
    optional vowel marks, look-alike letters of other scripts, left-over entities, digits of other scripts, and the
    grouping of digits as the language writes it. ``Words.forgiven`` names what was forgiven where. Everything between
    words (quotes, dashes, full stops, line breaks) stands in ``gaps`` and is never part of a key.

What is not decided here
    Values that need the other side or a word list: ``60.000`` where the language leaves it open (``readings`` gives
    every value), ``two`` = 2, ``percent`` = %, dates in several words. They show as differences in ``align`` and are
    settled in ``alterations``. A lost space (``Reyessaid``) is settled in ``align``.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from html import unescape
from itertools import accumulate, chain
from operator import add
from typing import Generic, NamedTuple, TypeVar

from scraper.model import Span
from scraper.text.letters import Spelling, spelled
from scraper.text.numerals import plain_digits, readings
from scraper.text.quotations import depths_of, quotations
from scraper.text.scripts import (
    APOSTROPHES,
    TURKIC,
    casing_of,
    lower,
    plain_letters,
)
from scraper.text.sentences import ends_sentence, may_end_sentence, paragraph_numbers, sentence_numbers
from scraper.text.shingles import Hashes, word_hashes
from scraper.text.tokens import LINE_END, parts_of

_LISTED = re.compile(r"\n[ \t]*\n[ \t]*[(•▪·*–-][ \t]*$")
"""A paragraph that begins as an item of a list: (b) after a blank line."""
_ENTITY = re.compile(r"&(?:amp;)?(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,31}\d{0,2});")
_HYPHENATED = re.compile(LINE_END)
_CURLY = re.compile(f"[{APOSTROPHES}]")
_ORDINAL = re.compile("(?:st|nd|rd|th|ST|ND|RD|TH)$")
_SAME_SYMBOL = str.maketrans({"٪": "%", "％": "%", "\u2212": "-", "\u2013": "-"})
_MILE = 32
_LONGEST_REMEMBERED = 40
_REMEMBERED = 200_000


_Value = TypeVar("_Value")


class Form(NamedTuple):
    """What one word is by itself, wherever it stands."""

    key: str
    is_number: bool
    """Written in digits (a year, a value, a time, a date like 2024-03-14)."""
    is_symbol: bool
    is_capitalised: bool
    """Its first letter is a capital; never true in scripts without case."""
    is_upper: bool
    """All of its letters are capitals, and there are two or more."""
    forgiven: tuple[str, ...]
    """Kinds of what the key forgives, case aside."""


class _Remembered(dict[str, _Value], Generic[_Value]):
    """A function of one token, remembered; forgets everything when full, so that hostile texts cannot fill memory."""

    def __init__(self, make: Callable[[str], _Value]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, token: str) -> _Value:
        value = self._make(token)
        if len(token) <= _LONGEST_REMEMBERED:
            if len(self) >= _REMEMBERED:
                self.clear()
            self[token] = value
        return value


_MAY_END = _Remembered(may_end_sentence)


@lru_cache(maxsize=16)
def _forms(language: str | None) -> _Remembered[Form]:
    return _Remembered(lambda token: form_of(token, language))


@lru_cache(maxsize=16)
def _keys(language: str | None) -> _Remembered[str]:
    def key_of(token: str) -> str:
        return form_of(token, language).key

    def plain_key_of(token: str) -> str:
        return token.lower() if token.isascii() and token.isalpha() else form_of(token, language).key

    return _Remembered(key_of if language in TURKIC else plain_key_of)


def form_of(token: str, language: str | None = None) -> Form:
    """The comparable form of one token of ``words_of``."""
    first = token[0]
    if first.isdecimal() or first in "+-.\u2212\u2013":
        return _number_form(token, language)
    if not first.isalnum():
        return Form(token.translate(_SAME_SYMBOL), False, True, False, False, ())
    if token.isascii() and token.isalpha():
        plain, kinds = token, list[str]()
    else:
        plain, kinds = _plain_word(token, language)
    is_upper = len(plain) > 1 and plain.isupper()
    return Form(lower(plain, language), False, False, plain[:1].isupper(), is_upper, tuple(kinds))


def _plain_word(token: str, language: str | None) -> tuple[str, list[str]]:
    """A word of letters in one line and one script, with straight apostrophes."""
    kinds = []
    if "\n" in token:
        token = _HYPHENATED.sub("", token)
        kinds.append("hyphenation")
    straight = _CURLY.sub("'", token)
    if straight != token:
        kinds.append("apostrophe")
    plain, more = plain_letters(straight, language)
    return plain, [*kinds, *more]


def _number_form(token: str, language: str | None) -> Form:
    if not any(map(str.isdecimal, token)):
        return Form(token.translate(_SAME_SYMBOL), False, True, False, False, ())
    digits = _ORDINAL.sub("", token)
    kinds = ["ordinal"] if digits != token else []
    if plain_digits(digits) != digits:
        kinds.append("digits")
    key = readings(digits, language)[0]
    if key != plain_digits(digits).replace("\u2212", "-").replace("\u2013", "-"):
        kinds.append("number format")
    return Form(key, True, False, False, False, tuple(kinds))


class Moved:
    """Where the characters of a text without entities stood before."""

    def __init__(self, now: list[int], before: list[int]) -> None:
        self._now, self._before = now, before

    def start(self, offset: int) -> int:
        """Offset before, of the character at ``offset``."""
        at = bisect_right(self._now, offset) - 1
        return self._before[at] + (offset - self._now[at] if at % 2 == 0 else 0)

    def end(self, offset: int) -> int:
        """Offset before, of the end of the character that ends at ``offset``."""
        at = bisect_right(self._now, offset - 1) - 1
        return self._before[at] + offset - self._now[at] if at % 2 == 0 else self._before[at + 1]


@dataclass(frozen=True, kw_only=True)
class Words:
    """The words of one text as parallel lists; ``gaps`` has one more and holds what stands before, between, behind."""

    text: str
    """The untouched text."""
    language: str | None
    """Primary language whose rules were used; None where it is not known."""
    tokens: list[str]
    """Each word as written (entities resolved)."""
    keys: list[str]
    """Its comparable form."""
    gaps: list[str]
    spelling: Spelling
    """One letter for each key."""
    moved: Moved | None = None
    """Where its characters stood before entities were resolved; None where there are none."""

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def has_entities(self) -> bool:
        """Whether entities were left in the text, so that tokens are not what stands in it."""
        return self.moved is not None

    @cached_property
    def _offsets(self) -> list[int]:
        """Start and end of each word in turn."""
        both = chain.from_iterable(zip(self.gaps, self.tokens, strict=False))
        return list(accumulate(map(len, both)))

    @cached_property
    def starts(self) -> list[int]:
        """Where each word begins in the text."""
        starts = self._offsets[0::2]
        return starts if self.moved is None else list(map(self.moved.start, starts))

    @cached_property
    def ends(self) -> list[int]:
        """Where each word ends."""
        ends = self._offsets[1::2]
        return ends if self.moved is None else list(map(self.moved.end, ends))

    def span(self, start: int, end: int) -> Span:
        """Characters of words ``start`` to ``end`` (not included); where there are none, the point before ``start``."""
        if start < end:
            return Span(self._start(start), self._end(end - 1))
        point = self._start(start) if start < len(self) else (self._end(len(self) - 1) if len(self) else 0)
        return Span(point, point)

    @cached_property
    def _miles(self) -> list[int]:
        """Where every ``_MILE`` words end, from 0: enough to find the few words that are shown."""
        places = range(0, len(self), _MILE)
        lengths = (len("".join(s)) for at in places for s in (self.gaps[at : at + _MILE], self.tokens[at : at + _MILE]))
        return [0, *accumulate(map(add, lengths, lengths))]

    def _start_now(self, word: int) -> int:
        """Where a word begins in the text without entities."""
        first = word - word % _MILE
        before = len("".join(self.gaps[first : word + 1])) + len("".join(self.tokens[first:word]))
        return self._miles[word // _MILE] + before

    def _start(self, word: int) -> int:
        start = self._start_now(word)
        return start if self.moved is None else self.moved.start(start)

    def _end(self, word: int) -> int:
        end = self._start_now(word) + len(self.tokens[word])
        return end if self.moved is None else self.moved.end(end)

    def quote(self, start: int, end: int) -> str:
        """The text of words ``start`` to ``end`` (not included), exactly as it stands."""
        return self.text[slice(*self.span(start, end))]

    @cached_property
    def hashes(self) -> Hashes:
        """64-bit hash of each key."""
        return word_hashes(self.keys)

    @cached_property
    def forms(self) -> list[Form]:
        """What each word is by itself: number, symbol, capitalised, what its key forgives."""
        return list(map(_forms(self.language).__getitem__, self.tokens))

    @cached_property
    def quotations(self) -> list[tuple[int, int]]:
        """Words ``start`` to ``end`` (not included) of what stands in each pair of quotation marks, in order."""
        return quotations(self.gaps)

    def is_quoted(self, start: int, end: int) -> bool:
        """Whether one of the words ``start`` to ``end`` (not included) stands inside quotation marks."""
        return start < end and any(first < end and start < last for first, last in self.quotations)

    @cached_property
    def quote_depths(self) -> list[int]:
        """How many pairs of quotation marks each word stands in."""
        return depths_of(self.quotations, len(self))

    @cached_property
    def sentences(self) -> list[int]:
        """The number of each word's sentence, from 0."""
        return sentence_numbers(self.gaps, self.tokens)

    def opens_sentence(self, at: int) -> bool:
        """Whether a sentence begins at word ``at``, or the text ends there."""
        if not 0 < at < len(self.tokens):
            return at in (0, len(self.tokens))
        gap = self.gaps[at]
        if gap == " " or not _MAY_END[gap]:
            return False
        return bool(ends_sentence(gap, self.tokens[at - 1], self.tokens[at]) or _LISTED.search(gap))

    @cached_property
    def paragraphs(self) -> list[int]:
        """The number of each word's paragraph, from 0."""
        return paragraph_numbers(self.gaps)

    @cached_property
    def forgiven(self) -> list[tuple[int, tuple[str, ...]]]:
        """The words whose key forgives more than case: position and kinds (``hyphenation``, ``disguise``, ...)."""
        marked = [(i, form.forgiven) for i, form in enumerate(self.forms) if form.forgiven]
        if not self.has_entities:
            return marked
        kinds = dict(marked)
        for i in range(len(self)):
            if self.tokens[i] != self.text[self.starts[i] : self.ends[i]]:
                kinds[i] = (*kinds.get(i, ()), "entity")
        return sorted(kinds.items())


def words_of(text: str, *, language: str | None = None) -> Words:
    """The comparable words of ``text``. Never fails; a text without words gives none. Linear in its length."""
    casing = casing_of(text, language)
    plain, moved = _without_entities(text) if "&" in text else (text, None)
    parts = parts_of(plain)
    tokens = parts[1::2]
    keys = list(map(_keys(casing).__getitem__, tokens))
    return Words(
        text=text,
        language=casing,
        tokens=tokens,
        keys=keys,
        gaps=parts[0::2],
        spelling=spelled(keys),
        moved=moved,
    )


def _without_entities(text: str) -> tuple[str, Moved | None]:
    """``text`` with entities resolved (also those written twice over: ``&amp;ldquo;``), and the way back."""
    pieces: list[str] = []
    now, before = [0], [0]  # even places: where untouched text starts; odd places: where an entity starts
    length = last = 0
    for match in _ENTITY.finditer(text):
        letters = unescape(unescape(match.group()))
        if letters == match.group() or not letters:
            continue
        pieces += [text[last : match.start()], letters]
        length += match.start() - last
        now += [length, length + len(letters)]
        before += [match.start(), match.end()]
        length += len(letters)
        last = match.end()
    if not last:
        return text, None
    return "".join([*pieces, text[last:]]), Moved(now, before)
