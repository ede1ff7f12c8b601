"""In which language a text's credits are to be read: the declared one, checked against its commonest words."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

from scraper.read.credits.rules import Language, language_codes, language_marks, language_rules

_SAMPLE = 1_500
_WORD = re.compile(r"[^\W\d_]{1,40}")
_PLAINLY = 4
"""So many common words of another language, and three times as many as of the declared one, overrule a declaration:
templates say ``lang="en"`` above texts in any language."""
_SHARE = 6
"""One word in so many is one of its commonest where a language is spoken; of another's it is one in thirty."""
_FEW = 60
_FALLBACK = "en"


def languages_of(text: str, declared: str | None) -> tuple[Language, ...]:
    """The languages whose rules to try, at most two."""
    code = (declared or "").partition("-")[0].lower()
    sample = text[:_SAMPLE].casefold()
    if code and _is_spoken(code, sample):
        return (language_rules(code),)
    scores = _scores(sample)
    best = max(scores, key=lambda code: (scores[code], code == _FALLBACK))
    if not code:
        return (language_rules(best if scores[best] else _FALLBACK),)
    if code != best and scores[best] >= _PLAINLY and scores[best] > 3 * scores.get(code, 0):
        return (language_rules(best), language_rules(code))
    return (language_rules(code),)


def _is_spoken(code: str, sample: str) -> bool:
    """Whether so many words of a sample are the language's commonest that no other can be meant."""
    if code not in language_codes():
        return False
    common, _ = language_marks(code)
    words = sample.split()
    return len([word for word in words if word in common]) * _SHARE > max(len(words), _FEW)


def _scores(sample: str) -> dict[str, int]:
    """How many of its commonest words, and of letters of its own, each language has in a sample."""
    scores = dict.fromkeys(language_codes(), 0)
    by_word, by_letter = _marks()
    words = Counter(_WORD.findall(sample))
    for word in by_word.keys() & words.keys():
        for code in by_word[word]:
            scores[code] += words[word]
    for letter in by_letter.keys() & set(sample):
        count = sample.count(letter)
        for code in by_letter[letter]:
            scores[code] += count
    return scores


@cache
def _marks() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """The languages that a word, and that a letter, speaks for."""
    by_word: dict[str, list[str]] = {}
    by_letter: dict[str, list[str]] = {}
    for code in language_codes():
        common, letters = language_marks(code)
        for marks, found in ((common, by_word), (letters, by_letter)):
            for mark in marks:
                found.setdefault(mark, []).append(code)
    return by_word, by_letter
