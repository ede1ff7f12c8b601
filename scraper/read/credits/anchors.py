"""What must stand in a stretch for a form to be worth trying: words of which one cannot be missing, signs, a date.

A look at words and signs costs a fraction of a try, and nearly every form fails on nearly every line of a page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from scraper.read.credits.letters import CAPITALS

SIGNS = {
    ",": "[,،、，;]",
    ":": "[:：՝]",
    "-": r"[-‐-―−ـ]{1,2}",
    '"': "[\"'“”„«»‚‘’‹›「」『』《》]",
    "'": "['’‘ʼ`´]",
    "’": "['’‘ʼ`´]",
    ".": r"[.։。]",
}
"""What a sign in a form stands for, where it stands for more than itself."""

TOKEN = re.compile(r"[^\W_]{1,60}")

_CLASSES = (",،、，;", ":：՝", "-‐‑‒–—―−ـ", "\"'“”„«»‚‘’‹›「」『』《》", "'’‘ʼ`´", ".։。", *"()/|[]=©@•·<>*")
_BIT_OF_CLASS = {signs: 1 << number for number, signs in enumerate(_CLASSES)}
_BIT_OF_SIGN = {signs[0]: bit for signs, bit in _BIT_OF_CLASS.items()} | {"’": _BIT_OF_CLASS["'’‘ʼ`´"]}
_QUOTE = _BIT_OF_CLASS["\"'“”„«»‚‘’‹›「」『』《》"]
_DOT = _BIT_OF_CLASS[".։。"]
_DIGIT, _DATE, _CODE = (1 << (len(_CLASSES) + number) for number in range(3))
_BITS_OF_CHARACTER = {
    character: sum(bit for signs, bit in _BIT_OF_CLASS.items() if character in signs)
    for signs in _CLASSES
    for character in signs
}
_CHARACTERS = frozenset(_BITS_OF_CHARACTER)
_ANY_DIGIT = re.compile(r"\d")
_ANY_CODE = re.compile(f"[{CAPITALS}][{CAPITALS}0-9]")
_BITS_OF_SLOT = {
    "date": _DATE,
    "year": _DIGIT,
    "number": _DIGIT,
    "time": _DIGIT,
    "site": _DOT,
    "name_site": _DOT,
    "url": _DOT,
    "code": _CODE,
    "quoted": _QUOTE,
    "mention": _QUOTE,
}


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a text as its forms see it."""

    text: str
    lowered: str
    words: frozenset[str]
    """Runs of letters and digits in lower case."""
    traits: int
    """Signs that stand in it, and whether a digit, a date or an abbreviation may, as bits."""


def words_of(low: str) -> frozenset[str]:
    """The runs of letters and digits of a text in lower case; most of what stands between spaces is one already."""
    runs = set(low.split())
    whole = {run for run in runs if run.isalnum()}
    return frozenset(whole.union(TOKEN.findall(" ".join(runs - whole))))


def stretch_of(text: str, lowered: str, date_words: frozenset[str] | None) -> Stretch:
    """A stretch with what stands in it; ``date_words`` are months and weekdays, ``None`` where words are not parted."""
    words = words_of(lowered)
    traits = 0
    for character in _CHARACTERS.intersection(text):
        traits |= _BITS_OF_CHARACTER[character]
    if _ANY_DIGIT.search(text):
        traits |= _DIGIT | _DATE
    elif date_words is None or not date_words.isdisjoint(words):
        traits |= _DATE
    if _ANY_CODE.search(text):
        traits |= _CODE
    return Stretch(text, lowered, words, traits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What a form cannot do without."""

    traits: int = 0
    choices: tuple[tuple[frozenset[str], tuple[int, ...]], ...] = ()
    """Of each row one of its words must stand or one of its traits hold."""
    words: tuple[frozenset[str], ...] = ()
    """Of each row one word must stand."""
    parts: tuple[tuple[str, ...], ...] = ()
    """The same where words may be glued to others or are not parted by spaces."""

    def hold(self, stretch: Stretch) -> bool:
        """Whether the stretch has all of it."""
        traits, words = stretch.traits, stretch.words
        if traits & self.traits != self.traits:
            return False
        for row in self.words:
            if row.isdisjoint(words):
                return False
        for some, marks in self.choices:
            if some.isdisjoint(words) and not any(traits & bits == bits for bits in marks):
                return False
        return not self.parts or all(any(part in stretch.lowered for part in row) for row in self.parts)


@dataclass(slots=True)
class _Row:
    """Words of which one stands; where several alternatives meet, those of all of them."""

    words: tuple[str, ...]
    is_glued: bool = False


@dataclass(slots=True)
class _Alternative:
    rows: list[_Row] = field(default_factory=list)
    traits: int = 0
    begins: bool | None = None
    """Whether the first thing in it is its first row; unknown as long as there is nothing in it."""

    def seen(self, *, begins: bool) -> None:
        if self.begins is None:
            self.begins = begins

    @property
    def longest(self) -> _Row:
        return max(self.rows, key=lambda row: _length(row.words))


class Anchors:
    """Collects, while a form is read, what must stand wherever the form matches.

    A choice has an anchor if each of its alternatives has one; what may be missing has none.
    """

    def __init__(self) -> None:
        self._stack: list[tuple[str, list[_Alternative]]] = [("(", [_Alternative()])]
        self._choices: list[tuple[frozenset[str], tuple[int, ...]]] = []

    @property
    def _here(self) -> _Alternative:
        return self._stack[-1][1][-1]

    def add(self, words: tuple[str, ...], *, starts_phrase: bool, is_glued: bool = False) -> None:
        """Words that stand here; a word that goes on with a phrase makes the anchor before it more precise."""
        rows = self._here.rows
        if not starts_phrase and rows and len(rows[-1].words) == 1:
            rows[-1] = _Row((f"{rows[-1].words[0]} {words[0]}",), rows[-1].is_glued)
        else:
            self._here.seen(begins=not rows)
            rows.append(_Row(words, is_glued))

    def add_sign(self, sign: str) -> None:
        """A sign that stands here."""
        self._here.seen(begins=False)
        self._here.traits |= _BIT_OF_SIGN.get(sign, 0)

    def add_slot(self, slot: str) -> None:
        """A slot that has to be filled here."""
        self._here.seen(begins=False)
        self._here.traits |= _BITS_OF_SLOT.get(slot, 0)

    def see(self, sign: str) -> None:
        """A bracket or a bar."""
        if sign in "([":
            self._stack.append((sign, [_Alternative()]))
        elif sign == "|":
            self._stack[-1][1].append(_Alternative())
        elif sign in ")]":
            bracket, choices = self._stack.pop()
            if bracket == "(":
                self._settle(choices)
            else:
                self._here.seen(begins=False)

    def _settle(self, choices: list[_Alternative]) -> None:
        around = self._here
        if all(choice.rows for choice in choices):
            rows = [choice.longest for choice in choices]
            around.seen(begins=all(choice.begins and choice.longest is choice.rows[0] for choice in choices))
            words = tuple(word for row in rows for word in row.words)
            around.rows.append(_Row(words, any(row.is_glued for row in rows)))
        elif len(self._stack) == 1 and all(choice.rows or choice.traits for choice in choices):
            some = frozenset(longest_word(word) for choice in choices if choice.rows for word in choice.longest.words)
            traits = tuple(dict.fromkeys(choice.traits for choice in choices if not choice.rows))
            self._choices.append((some, traits))
        around.seen(begins=False)

    @property
    def _whole(self) -> _Alternative:
        """All of the form; nothing where it is a bare choice."""
        choices = self._stack[0][1]
        return choices[0] if len(choices) == 1 else _Alternative()

    def needs(self, *, is_spaced: bool) -> Needs:
        """Signs, dates and words of every choice that the whole form goes through."""
        words: list[frozenset[str]] = []
        parts: list[tuple[str, ...]] = []
        for row in self._whole.rows:
            if is_spaced and not row.is_glued:
                words.append(frozenset(longest_word(word) for word in row.words))
            else:
                parts.append(tuple({lowered(word).split()[0]: None for word in row.words}))
        choices = tuple(self._choices) if len(self._stack[0][1]) == 1 else ()
        return Needs(traits=self._whole.traits, choices=choices, words=tuple(words), parts=tuple(parts))

    def best(self, common: frozenset[str]) -> tuple[tuple[str, ...], bool]:
        """The row that is rarest in running text, without the language's commonest words and its shortest word longest;
        and whether the form begins with it."""
        rows = self._whole.rows
        if not rows:
            return (), False
        best = max(
            rows,
            key=lambda row: (not any(word.casefold() in common for word in row.words), _length(row.words)),
        )
        return best.words, bool(self._whole.begins) and best is rows[0]


def lowered(text: str) -> str:
    """Lower case, sign by sign: the one capital that becomes two signs is taken for a plain one."""
    return text.replace("İ", "i").lower()


def longest_word(words: str) -> str:
    """Of a phrase the word that stands least often in other places, in lower case."""
    low = lowered(words)
    return max((found.group() for found in TOKEN.finditer(low)), key=len, default=low)


def _length(words: tuple[str, ...]) -> int:
    return min(len(word) for word in words)
