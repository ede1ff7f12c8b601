"""Where in a text credits stand: its first and last lines, and the neighbourhoods of words that credits are made of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from scraper.model import Span
from scraper.read.credits.rules import Language, Rule

_EDGE_LINES = 12
_LAST_LINES = 2
_EDGE_REACH = 6_000
"""Lines are looked for within so many characters of either end."""
_LINE_LIMIT = 400
_BEFORE, _BEHIND = 180, 220
_MAX_NEIGHBOURHOODS = 240
"""So many neighbourhoods are read per text, two thirds of them from its beginning: the rest of a text that names its
source a thousand times says nothing new, and the time stays bounded."""
_TOKEN = re.compile(r"[^\W_]{1,60}")
_GLUED_LEAST = 5
_ANCHOR_REACH = 60


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of the text and the rules that may hold in it."""

    span: Span
    rules: tuple[Rule, ...]
    is_cut_before: bool = False
    is_cut_behind: bool = False


def lines_of(text: str, *, from_end: bool = False) -> list[Span]:
    """The first (or last) lines that hold something, at most ``_EDGE_LINES`` of them, cut at ``_LINE_LIMIT``."""
    low, high = (max(0, len(text) - _EDGE_REACH), len(text)) if from_end else (0, min(len(text), _EDGE_REACH))
    spans: list[Span] = []
    start = low
    for line in text[low:high].split("\n"):
        if line.strip():
            end = start + len(line.rstrip())
            begin = start + len(line) - len(line.lstrip())
            spans.append(
                Span(max(begin, end - _LINE_LIMIT), end) if from_end else Span(begin, min(end, begin + _LINE_LIMIT))
            )
        start += len(line) + 1
    return spans[-_EDGE_LINES:] if from_end else spans[:_EDGE_LINES]


def places_in(text: str, language: Language) -> Iterator[Place]:
    """Every stretch worth trying, with its rules."""
    plan = _plan(language)
    heads, tails = lines_of(text), lines_of(text, from_end=True)
    for span in heads:
        yield Place(span, plan.head)
    for span in tails:
        yield Place(span, plan.tail)
    for span in tails[-_LAST_LINES:]:
        yield Place(span, plan.last)
    yield from _neighbourhoods(text, plan)


@dataclass(frozen=True, slots=True)
class _Plan:
    head: tuple[Rule, ...]
    tail: tuple[Rule, ...]
    last: tuple[Rule, ...]
    by_word: dict[str, tuple[tuple[str, tuple[Rule, ...]], ...]]
    """By the first word of an anchor: the whole anchor, and the rules that it may stand for."""
    glued: tuple[str, ...]
    unspaced: re.Pattern[str] | None


@cache
def _plan(language: Language) -> _Plan:
    by_anchor: dict[str, list[Rule]] = {}
    for rule in language.rules:
        if rule.at != "text":
            continue
        if not rule.form.anchors:
            raise ValueError(f"a form without a word of its own cannot be looked for: {rule.form.pattern.pattern}")
        for anchor in dict.fromkeys(word.casefold() for word in rule.form.anchors):
            by_anchor.setdefault(anchor, []).append(rule)
    by_word: dict[str, list[tuple[str, tuple[Rule, ...]]]] = {}
    for anchor, rules in by_anchor.items():
        key = _first_word(anchor) if language.script.spaced else anchor
        by_word.setdefault(key, []).append((anchor, tuple(rules)))
    glued = tuple(word for word in language.words("glued") if len(word) >= _GLUED_LEAST)
    words = sorted(by_word, key=len, reverse=True)
    return _Plan(
        head=tuple(rule for rule in language.rules if rule.at in ("head", "edge")),
        tail=tuple(rule for rule in language.rules if rule.at in ("tail", "edge")),
        last=tuple(rule for rule in language.rules if rule.at == "last"),
        by_word={word: tuple(rows) for word, rows in by_word.items()},
        glued=glued,
        unspaced=None if language.script.spaced or not words else re.compile("|".join(map(re.escape, words))),
    )


def _first_word(anchor: str) -> str:
    found = _TOKEN.search(anchor)
    return (found.group() if found else anchor).casefold()


def _neighbourhoods(text: str, plan: _Plan) -> Iterator[Place]:
    hits = list(_hits(text, plan))
    if len(hits) > _MAX_NEIGHBOURHOODS:
        first = 2 * _MAX_NEIGHBOURHOODS // 3
        hits = hits[:first] + hits[first - _MAX_NEIGHBOURHOODS :]
    for start, end, rules in hits:
        low, high = max(0, start - _BEFORE), min(len(text), end + _BEHIND)
        begin, stop = text.rfind("\n", low, start), text.find("\n", end, high)
        yield Place(
            Span(begin + 1 if begin >= 0 else low, stop if stop >= 0 else high),
            tuple(rules),
            is_cut_before=begin < 0 < low,
            is_cut_behind=stop < 0 and high < len(text),
        )


def _hits(text: str, plan: _Plan) -> Iterator[tuple[int, int, list[Rule]]]:
    if plan.unspaced:
        for hit in plan.unspaced.finditer(text):
            yield hit.start(), hit.end(), [rule for _, rules in plan.by_word[hit.group().casefold()] for rule in rules]
        return
    for token in _TOKEN.finditer(text):
        word = token.group().casefold()
        anchored = plan.by_word.get(word)
        if anchored is None and plan.glued and word.endswith(plan.glued):
            anchored = plan.by_word.get(next(ending for ending in plan.glued if word.endswith(ending)))
        if anchored and (rules := _standing_at(text, token, anchored)):
            yield token.start(), token.end(), rules


def _standing_at(text: str, token: re.Match[str], anchored: tuple[tuple[str, tuple[Rule, ...]], ...]) -> list[Rule]:
    """The rules whose whole anchor stands at the token, white space aside."""
    rest: str | None = None
    rules: list[Rule] = []
    for anchor, rows in anchored:
        if " " in anchor:
            if rest is None:
                rest = " ".join(text[token.start() : token.end() + _ANCHOR_REACH].casefold().split())
            if not rest.startswith(anchor):
                continue
        rules.extend(rows)
    return rules
