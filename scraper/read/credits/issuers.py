"""Who is behind the credited story: the office that declares something in the sentence beside the credit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scraper.model import Span
from scraper.read.credits.letters import CAPITALS
from scraper.read.credits.names import clean_issuer, has_issuer_noun, subject_of
from scraper.read.credits.rules import Language
from scraper.read.gazetteer import Gazetteer, fold

_SENTENCE_END = re.compile(r"[.!?։。！？:][\"”»')\]]{0,2}(?=\s|$)|[。！？]|\n")
_ABBREVIATION = re.compile(r"(?:^|\W)(?:[^\W\d_]|Mr|Mrs|Ms|Dr|St|Gen|Sen|Rep|No)\.$")
_REACH = 320
_LEAD_IN = re.compile(r"^[\s\"“”„«»'*_–—•:.,-]{1,6}")
_PLACE = re.compile(f"^[{CAPITALS}][^\\n.!?;:()]{{1,40}}\\s?[-–—:]\\s")
_CAPITALISED = re.compile(f"^[{CAPITALS}]")
_MAX_NAME_WORDS = 4
_PLACE_AND_DATE = 40


def issuer_beside(text: str, credit: Span, language: Language, gazetteer: Gazetteer) -> str | None:
    """The subject of a declaration in the sentence before the credit, around it, or behind it; no other outlet."""
    for sentence in (_sentence_before(text, credit.start), *_sentences_behind(text, credit.end)):
        issuer = _declaring(sentence, language)
        if issuer and ((known := gazetteer.by_whole_name(issuer)) is None or known.kind == "issuer"):
            return issuer
    return None


def _sentence_before(text: str, end: int) -> str:
    stretch = text[max(0, end - _REACH) : end]
    start = 0
    for stop in _SENTENCE_END.finditer(stretch):
        if stop.end() < len(stretch.rstrip()) and not _ABBREVIATION.search(stretch[: stop.end()]):
            start = stop.end()
    return stretch[start:]


def _sentences_behind(text: str, start: int) -> Iterator[str]:
    """The sentence behind a credit, and the next one where the first is only a place and a date."""
    stretch = text[start : start + _REACH].lstrip(" \t\n\r.:)]/–—-\"'«“”»,،，：")
    begin = 0
    for stop in _SENTENCE_END.finditer(stretch):
        if stop.start() == 0 or _ABBREVIATION.search(stretch[: stop.end()]):
            continue
        yield stretch[begin : stop.end()]
        if stop.end() - begin > _PLACE_AND_DATE:
            return
        begin = stop.end()
    yield stretch[begin:]


def _declaring(sentence: str, language: Language) -> str | None:
    bare = _LEAD_IN.sub("", sentence)
    return _subject(bare, language) or (_subject(_PLACE.sub("", bare), language) if _PLACE.match(bare) else None)


def _subject(bare: str, language: Language) -> str | None:
    for form in language.subjects:
        match = form.pattern.match(bare) if form.is_at_start else form.pattern.search(bare)
        if not match:
            continue
        words = match.groupdict().get("issuer1") or ""
        issuer = clean_issuer(subject_of(words, language), language)
        if issuer and may_issue(issuer, language):
            return issuer
    return None


def may_issue(words: str, language: Language) -> bool:
    """An office, or a short name in capitals: a state, a party."""
    folded = fold(words).split()
    if not folded or folded[0] in language.nobody or folded[-1] in language.no_subject:
        return False
    if has_issuer_noun(words, language):
        return True
    if not language.script.cased:
        return len(words.split()) <= 2
    return len(words.split()) <= _MAX_NAME_WORDS and all(_CAPITALISED.match(word) for word in words.split())
