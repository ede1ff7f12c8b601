"""In which language a text's credits are to be read: the declared one, checked against its commonest words."""

from __future__ import annotations

import re
from collections import Counter

from scraper.read.credits.rules import Language, language_codes, language_marks, language_rules

_SAMPLE = 4_000
_WORD = re.compile(r"[^\W\d_]{1,40}")
_PLAINLY = 4
"""So many common words of another language, and three times as many as of the declared one, overrule a declaration:
templates say ``lang="en"`` above texts in any language."""
_FALLBACK = "en"


def languages_of(text: str, declared: str | None) -> tuple[Language, ...]:
    """The languages whose rules to try, at most two."""
    scores = _scores(text[:_SAMPLE])
    best = max(scores, key=lambda code: (scores[code], code == _FALLBACK))
    code = (declared or "").partition("-")[0].lower()
    if not code:
        return (language_rules(best if scores[best] else _FALLBACK),)
    if code != best and scores[best] >= _PLAINLY and scores[best] > 3 * scores.get(code, 0):
        return (language_rules(best), language_rules(code))
    return (language_rules(code),)


def _scores(sample: str) -> dict[str, int]:
    words = Counter(word.casefold() for word in _WORD.findall(sample))
    signs = Counter(sample)
    scores: dict[str, int] = {}
    for code in language_codes():
        common, letters = language_marks(code)
        scores[code] = sum(words[word] for word in common & words.keys()) + sum(
            signs[sign] for sign in letters & signs.keys()
        )
    return scores
