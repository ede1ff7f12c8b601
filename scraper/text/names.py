"""Text: names of people, places and organisations, told by capitals, position, titles and the words around."""

from __future__ import annotations

from collections.abc import Iterable

from scraper.text.language import Language
from scraper.text.words import Words

_TITLE_CASE = 0.7
"""Share of a sentence's longer words with capitals from which it is a headline in which capitals say nothing."""
_ADJECTIVE_ENDINGS = ("e", "en", "er", "es", "em")


class Names:
    """The names of one text, asked for word by word; what the whole text shows of a word is worked out once."""

    def __init__(self, words: Words, lists: Language) -> None:
        self.words = words
        self.lists = lists
        self._certain: frozenset[str] | None = None
        self._small: frozenset[str] | None = None

    def inside(self, start: int, end: int) -> list[int]:
        """The words from ``start`` to ``end`` (not included) that belong to names."""
        return [at for at in range(start, end) if self.is_name(at)]

    def is_name(self, at: int) -> bool:
        """Whether the word at ``at`` is part of a name."""
        key, form = self.words.keys[at], self.words.forms[at]
        if not key[0].isalpha() or (key in self.lists.stop and not form.is_upper):
            return False
        if not form.is_capitalised:
            return self._is_name_without_capitals(at)
        if len(key) == 1 and key == "i":
            return False
        if self.lists.articles:
            return self._is_german_name(at)
        if not self._says_nothing(at):
            return True
        return self.is_certain(key) or (self._is_before_name(at) and not self._is_small(key))

    def is_certain(self, key: str) -> bool:
        """Whether the text writes a word with a capital where only names have one, or a list knows it as a place."""
        if key in self.lists.places:
            return True
        if self._certain is None:
            self._certain = frozenset(
                self.words.keys[at]
                for at, form in enumerate(self.words.forms)
                if form.is_capitalised and not self._says_nothing(at)
            )
        return key in self._certain

    def _is_small(self, key: str) -> bool:
        """Whether the text also writes the word in small letters."""
        if self._small is None:
            forms = zip(self.words.keys, self.words.forms, strict=True)
            self._small = frozenset(key for key, form in forms if not form.is_capitalised)
        return key in self._small

    def _says_nothing(self, at: int) -> bool:
        """Whether a capital is owed to the place: the start of a sentence or quotation, or a headline."""
        words = self.words
        if at == 0 or words.sentences[at] != words.sentences[at - 1]:
            return True
        if any(mark in words.gaps[at] for mark in ':"“„«‘') or "\n" in words.gaps[at]:
            return True
        return _is_headline(words, at)

    def _is_before_name(self, at: int) -> bool:
        after = at + 1
        return after < len(self.words) and self.words.forms[after].is_capitalised and self.words.gaps[after] == " "

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
        if at == 0 or words.sentences[at] != words.sentences[at - 1]:
            return self._is_before_name(at) and not key.endswith(lists.common_endings)
        before = words.keys[at - 1]
        if before in lists.titles or (words.forms[at - 1].is_capitalised and words.gaps[at] == " "):
            return True
        if before in lists.articles or key.endswith(lists.common_endings):
            return False
        is_adjective = before.endswith(_ADJECTIVE_ENDINGS) and before not in lists.stop
        return not is_adjective and before in _PLACE_WORDS


_PLACE_WORDS = frozenset({"in", "nach", "aus", "von", "bei", "und", "mit", "für", "gegen", "durch", "bis"})


def _is_headline(words: Words, at: int) -> bool:
    """Whether the sentence around ``at`` is written with capitals throughout."""
    start = end = at
    while start > 0 and words.sentences[start - 1] == words.sentences[at] and at - start < 30:
        start -= 1
    while end < len(words) and words.sentences[end] == words.sentences[at] and end - at < 30:
        end += 1
    longer = [words.forms[i].is_capitalised for i in range(start, end) if len(words.keys[i]) > 3]
    return len(longer) >= 3 and sum(longer) >= _TITLE_CASE * len(longer)


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
