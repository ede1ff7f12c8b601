"""Text: names of people, places and organisations, told by capitals, position, titles and the words around."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from scraper.text.language import Language
from scraper.text.stretches import INSIDE, opens
from scraper.text.words import Words

_TITLE_CASE = 0.7
"""Share of a sentence's longer words with capitals from which it is a headline in which capitals say nothing."""
_ENOUGH = 20
"""Places of one word that are looked at for its capital."""
_ASKED = 16
"""Different words that are each looked for in the text, before all of it is read."""
_FAR = 30
"""Words on either side that a headline is looked at."""
_OPENING = re.compile('[:"“„«‘\n]')
"""What stands before a word that has its capital from its place."""
_ADJECTIVE_ENDINGS = ("e", "en", "er", "es", "em")


class Names:
    """The names of one text, asked for word by word; what the whole text shows of a word is worked out once."""

    def __init__(self, words: Words, lists: Language) -> None:
        self.words = words
        self.lists = lists
        self._small: frozenset[str] | None = None
        self._capitals: dict[str, list[int]] | None = None
        self._certain: dict[str, bool] = {}
        self._last = (0, 0, False)
        """The sentence that was last looked at and whether it is a headline."""

    def inside(self, start: int, end: int) -> list[int]:
        """The words from ``start`` to ``end`` (not included) that belong to names."""
        return [at for at in range(start, end) if self.is_name(at)]

    def is_name(self, at: int) -> bool:
        """Whether the word at ``at`` is part of a name."""
        key, token = self.words.keys[at], self.words.tokens[at]
        if not key[0].isalpha() or (key in self.lists.stop and not (len(key) > 1 and token.isupper())):
            return False
        if not token[0].isupper():
            return self._is_name_without_capitals(at)
        if len(key) == 1 and key == "i":
            return False
        if self.lists.articles:
            return self._is_german_name(at)
        if not self._says_nothing(at) or (at and self.words.keys[at - 1] in self.lists.titles):
            return True
        return self.is_certain(key) or (self._is_before_name(at) and not self._is_small(key))

    def is_certain(self, key: str) -> bool:
        """Whether the text writes a word with a capital where only names have one, or a list knows it as a place."""
        if key in self.lists.places:
            return True
        certain = self._certain.get(key)
        if certain is None:
            certain = self._certain[key] = any(not self._says_nothing(at) for at in self._with_capital(key))
        return certain

    def _with_capital(self, key: str) -> list[int]:
        """The first places of a word with a capital; a text asked often is read once for all its words."""
        if len(self._certain) < _ASKED:
            places = _places(self.words.keys, key)
            return list(islice((at for at in places if self.words.tokens[at][0].isupper()), _ENOUGH))
        if self._capitals is None:
            self._capitals = {}
            for at, token in enumerate(self.words.tokens):
                if token[0].isupper():
                    self._capitals.setdefault(self.words.keys[at], []).append(at)
        return self._capitals.get(key, [])[:_ENOUGH]

    def _is_small(self, key: str) -> bool:
        """Whether the text also writes the word in small letters."""
        if self._small is None:
            both = zip(self.words.keys, self.words.tokens, strict=True)
            self._small = frozenset(key for key, token in both if not token[0].isupper())
        return key in self._small

    def _says_nothing(self, at: int) -> bool:
        """Whether a capital is owed to the place: the start of a sentence or quotation, or a headline."""
        words = self.words
        gap = words.gaps[at]
        if gap != " " and (opens(words, at) or _OPENING.search(gap)):
            return True
        start, end, is_headline = self._last
        if not start <= at < end:
            start, end, is_headline = self._last = _sentence_style(words, at)
        return is_headline

    def _is_before_name(self, at: int) -> bool:
        after = at + 1
        return after < len(self.words) and self.words.tokens[after][0].isupper() and self.words.gaps[after] == " "

    def _is_name_without_capitals(self, at: int) -> bool:
        """In a script without case: a known place, or the word behind a title or before-place word."""
        words, lists = self.words, self.lists
        if words.keys[at][0].upper() != words.keys[at][0]:
            return False
        if words.keys[at] in lists.places:
            return True
        before = [words.keys[place] for place in range(max(0, at - 2), at)]
        return any(key in lists.titles for key in before) or bool(before and before[-1] in lists.before_places)

    def _is_german_name(self, at: int) -> bool:
        words, lists = self.words, self.lists
        key = words.keys[at]
        if key in lists.places:
            return True
        if opens(words, at):
            return self._is_before_name(at) and not key.endswith(lists.common_endings)
        before = words.keys[at - 1]
        if before in lists.titles or (words.tokens[at - 1][0].isupper() and words.gaps[at] == " "):
            return True
        if before in lists.articles or key.endswith(lists.common_endings):
            return False
        is_adjective = before.endswith(_ADJECTIVE_ENDINGS) and before not in lists.stop
        return not is_adjective and before in _PLACE_WORDS


def _places(keys: Sequence[str], key: str) -> Iterator[int]:
    """Where a word stands, in order."""
    at = -1
    try:
        while True:
            at = keys.index(key, at + 1)
            yield at
    except ValueError:
        return


_PLACE_WORDS = frozenset({"in", "nach", "aus", "von", "bei", "und", "mit", "für", "gegen", "durch", "bis"})


def _sentence_style(words: Words, at: int) -> tuple[int, int, bool]:
    """The sentence around a word, as far as it matters, and whether capitals stand throughout it as in a headline."""
    gaps, opens_at = words.gaps, words.opens_sentence
    start, end = at, at + 1
    least, most = max(0, at - _FAR), min(len(words.keys), at + _FAR)
    while start > least and (gaps[start] in INSIDE or not opens_at(start)):
        start -= 1
    while end < most and (gaps[end] in INSIDE or not opens_at(end)):
        end += 1
    behind = gaps[end]
    if "." in behind or "!" in behind or "?" in behind or "".join(gaps[start:end]).count(",") > 2:
        return start, end, False
    longer = [words.tokens[i][0].isupper() for i in range(start, end) if len(words.keys[i]) > 3]
    return start, end, len(longer) >= 3 and sum(longer) >= _TITLE_CASE * len(longer)


def has_capitals(words: Words, start: int, end: int) -> bool:
    """Whether a word has a capital, or its script has none."""
    for token in words.tokens[start:end]:  # noqa: SIM110 (any() with a generator takes twice as long)
        if not token.islower():
            return True
    return False


def differing(ours: Names, theirs: Names, source: Iterable[int], copy: Iterable[int]) -> tuple[list[int], list[int]]:
    """Which name words of either side the other side lacks."""
    source, copy = list(source), list(copy)
    here = {_stem(ours.words.keys[at]) for at in source}
    there = {_stem(theirs.words.keys[at]) for at in copy}
    lost = [at for at in source if _stem(ours.words.keys[at]) not in there]
    new = [at for at in copy if _stem(theirs.words.keys[at]) not in here]
    return lost, new


def _stem(key: str) -> str:
    """A name without the ending that its place in the sentence gives it (``Reyes's``, ``Ankara'da``)."""
    return key.partition("'")[0]
