"""Where in a text credits stand: its first and last lines, and the neighbourhoods of words that credits are made of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from scraper.model import Span
from scraper.read.credits.rules import Language, Rule

_EDGE_LINES = 8
_LAST_LINES = 2
_EDGE_REACH = 6_000
"""Lines are looked for within so many characters of either end."""
_LINE_LIMIT = 400
_WHOLE_LINE = 250
"""A credit that is a line of its own is no longer than that."""
_BEFORE, _BEHIND = 180, 220
_MAX_NEIGHBOURHOODS = 150
"""So many neighbourhoods are read per text, two thirds of them from its beginning: the rest of a text that names its
source a thousand times says nothing new, and the time stays bounded."""
_TOKEN = re.compile(r"[^\W_]{1,60}")
_GLUED_LEAST = 5
_ANCHOR_REACH = 80


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of the text and the rules that may hold in it."""

    span: Span
    rules: tuple[Rule, ...]
    is_cut_before: bool = False
    is_cut_behind: bool = False


def places_in(text: str, language: Language) -> Iterator[Place]:
    """Every stretch worth trying, with its rules."""
    plan = _plan(language)
    tails = lines_of(text, from_end=True)
    for station, spans in (
        (plan.head, lines_of(text)),
        (plan.tail, tails),
        (plan.last, tails[-_LAST_LINES:]),
    ):
        for span in spans:
            yield Place(span, _rules_for_line(text[span.start : span.end], station))
    yield from _neighbourhoods(text, plan.text)


def lines_of(text: str, *, from_end: bool = False) -> list[Span]:
    """The first (or last) lines that hold something, at most ``_EDGE_LINES`` of them, cut at ``_LINE_LIMIT``."""
    low, high = (max(0, len(text) - _EDGE_REACH), len(text)) if from_end else (0, min(len(text), _EDGE_REACH))
    spans: list[Span] = []
    start = low
    for line in text[low:high].split("\n"):
        if line.strip():
            end = start + len(line.rstrip())
            begin = start + len(line) - len(line.lstrip())
            cut = (max(begin, end - _LINE_LIMIT), end) if from_end else (begin, min(end, begin + _LINE_LIMIT))
            spans.append(Span(*cut))
        start += len(line) + 1
    return spans[-_EDGE_LINES:] if from_end else spans[:_EDGE_LINES]


@dataclass(frozen=True, slots=True)
class _Station:
    """The rules of one kind of place, by the words without which they cannot hold."""

    free: tuple[Rule, ...]
    """Rules made of slots and signs only."""
    by_word: dict[str, tuple[tuple[str, tuple[Rule, ...]], ...]]
    """By the first word of an anchor: the whole anchor, and the rules that it may stand for."""
    glued: tuple[str, ...]
    unspaced: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class _Plan:
    head: _Station
    tail: _Station
    last: _Station
    text: _Station


@cache
def _plan(language: Language) -> _Plan:
    return _Plan(
        head=_station(language, "head", "edge"),
        tail=_station(language, "tail", "edge"),
        last=_station(language, "last"),
        text=_station(language, "text"),
    )


def _station(language: Language, *positions: str) -> _Station:
    rules = [rule for rule in language.rules if rule.at in positions]
    by_anchor: dict[str, list[Rule]] = {}
    for rule in rules:
        for anchor in dict.fromkeys(_lowered(word) for word in rule.form.anchors):
            by_anchor.setdefault(anchor, []).append(rule)
    by_word: dict[str, list[tuple[str, tuple[Rule, ...]]]] = {}
    for anchor, anchored in by_anchor.items():
        key = _first_word(anchor) if language.script.spaced else anchor
        by_word.setdefault(key, []).append((anchor, tuple(anchored)))
    words = sorted(by_word, key=len, reverse=True)
    return _Station(
        free=tuple(rule for rule in rules if not rule.form.anchors),
        by_word={word: tuple(rows) for word, rows in by_word.items()},
        glued=tuple(word for word in language.words("glued") if len(word) >= _GLUED_LEAST and word in by_word),
        unspaced=None if language.script.spaced or not words else re.compile("|".join(map(re.escape, words))),
    )


def _first_word(anchor: str) -> str:
    found = _TOKEN.search(anchor)
    return _lowered(found.group() if found else anchor)


def _rules_for_line(line: str, station: _Station) -> tuple[Rule, ...]:
    rules = (rule for _, _, anchored in _hits(line, station) for rule in anchored)
    signs = frozenset(line)
    is_long = len(line) > _WHOLE_LINE
    return _distinct(
        rule for rule in (*station.free, *rules) if rule.form.signs <= signs and not (is_long and rule.form.is_whole)
    )


def _distinct(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    return tuple({rule.rank: rule for rule in rules}.values())


def _neighbourhoods(text: str, station: _Station) -> Iterator[Place]:
    hits = list(_hits(text, station))
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


def _hits(text: str, station: _Station) -> Iterator[tuple[int, int, list[Rule]]]:
    """Where an anchor stands, and the rules that hang on it."""
    if station.unspaced:
        for hit in station.unspaced.finditer(text):
            anchored = station.by_word[hit.group()]
            yield hit.start(), hit.end(), [rule for _, rules in anchored for rule in rules]
        return
    folded = _lowered(text)
    for start, word, anchor in sorted(_standing(folded, station)):
        if rules := _standing_at(folded, start, station.by_word[anchor]):
            yield start, start + len(word), rules


def _standing(folded: str, station: _Station) -> Iterator[tuple[int, str, str]]:
    """Start, word and anchor of every word of the text that begins an anchor or has one glued to its end."""
    for word in set(_TOKEN.findall(folded)):
        if word in station.by_word:
            anchor = word
        elif station.glued and word.endswith(station.glued):
            anchor = next(ending for ending in station.glued if word.endswith(ending))
        else:
            continue
        start = folded.find(word)
        while start >= 0:
            end = start + len(word)
            if not (_is_letter(folded[start - 1 : start]) or _is_letter(folded[end : end + 1])):
                yield start, word, anchor
            start = folded.find(word, end)


def _lowered(text: str) -> str:
    """Lower case, sign by sign: the one capital that becomes two signs is taken for a plain one."""
    return text.replace("İ", "i").lower()


def _is_letter(sign: str) -> bool:
    return sign.isalnum()


def _standing_at(folded: str, start: int, anchored: tuple[tuple[str, tuple[Rule, ...]], ...]) -> list[Rule]:
    """The rules whose whole anchor stands there, white space aside."""
    rest: str | None = None
    rules: list[Rule] = []
    for anchor, rows in anchored:
        if " " in anchor:
            if rest is None:
                rest = " ".join(folded[start : start + _ANCHOR_REACH].split())
            if not rest.startswith(anchor):
                continue
        rules.extend(rows)
    return rules
