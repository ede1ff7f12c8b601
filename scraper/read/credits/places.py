"""Where in a text credits stand: its first and last lines, and the neighbourhoods of words that credits are made of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from scraper.model import Span
from scraper.read.credits.anchors import TOKEN, Stretch, longest_word, lowered, stretch_of, words_of
from scraper.read.credits.rules import Language, Rule

_EDGE_LINES = 8
_LONG_LINES = 2
_LAST_LINES = 2
_EDGE_REACH = 6_000
"""Lines are looked for within so many characters of either end."""
_LINE_LIMIT = 250
"""A credit that is a line of its own is no longer than that; of longer lines the beginning or the end is read."""
_BEFORE, _BEHIND = 150, 180
_MAX_NEIGHBOURHOODS = 150
"""So many neighbourhoods are read per text, two thirds of them from its beginning: the rest of a text that names its
source a thousand times says nothing new, and the time stays bounded."""
_GLUED_LEAST = 5
_PARAGRAPH = 1_000
"""Characters on either side of a word in which what a form needs is looked for, its line at most."""
_CUT, _NO_MORE = "\x00", ("", "\n", "\r")
_LAST_WORD = re.compile(r"[^\W_]{1,60}$")


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of the text and the rules that may hold in it."""

    span: Span
    text: str
    """What stands there; a cut stretch has a sign that nothing matches at the cut, so that ``^`` and ``$`` hold at real
    ends only."""
    offset: int
    """Where ``text`` would begin in the whole text."""
    searched: tuple[Rule, ...]
    """Rules that may hold anywhere in it."""
    placed: tuple[tuple[Rule, int], ...]
    """Rules that begin with a word of theirs, and where in ``text`` that word stands."""


def places_in(text: str, language: Language) -> Iterator[Place]:
    """Every stretch worth trying, with its rules."""
    plan = _plan(language)
    low = lowered(text).replace("\u00a0", " ")
    tails = lines_of(text, from_end=True)
    stations: dict[Span, list[_Station]] = {}
    for station, spans in ((plan.head, lines_of(text)), (plan.tail, tails), (plan.last, tails[-_LAST_LINES:])):
        for span in spans:
            stations.setdefault(span, []).append(station)
    for span, here in stations.items():
        yield _line(text, low, span, here, language)
    yield from _neighbourhoods(text, low, plan.text, language)


def lines_of(text: str, *, from_end: bool = False) -> list[Span]:
    """The first (or last) lines that hold something, cut at ``_LINE_LIMIT``: up to the second long one, where a text
    has begun in earnest (or not ended yet), and at most ``_EDGE_LINES`` of them."""
    low, high = (max(0, len(text) - _EDGE_REACH), len(text)) if from_end else (0, min(len(text), _EDGE_REACH))
    spans: list[Span] = []
    long = 0
    for begin, end in _filled(text, low, high, from_end=from_end):
        cut = end - begin > _LINE_LIMIT
        long += cut
        spans.append(
            Span(end - _LINE_LIMIT if cut and from_end else begin, begin + _LINE_LIMIT if cut and not from_end else end)
        )
        if long == _LONG_LINES or len(spans) == _EDGE_LINES:
            break
    return spans[::-1] if from_end else spans


def _filled(text: str, low: int, high: int, *, from_end: bool) -> Iterator[tuple[int, int]]:
    """Start and end of each line that holds something, white space around it left out."""
    start = high if from_end else low
    while low < start if from_end else start < high:
        if from_end:
            begin, end = text.rfind("\n", low, start) + 1 or low, start
            start = begin - 1
        else:
            begin, end = start, text.find("\n", start, high)
            end = high if end < 0 else end
            start = end + 1
        line = text[begin:end]
        if words := line.strip():
            at = begin + line.index(words)
            yield at, at + len(words)


@dataclass(frozen=True, slots=True)
class _Anchor:
    """Words that a form hangs on."""

    words: str
    parts: frozenset[str]
    """The words one by one; empty for a single word."""
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Station:
    """The rules of one kind of place, by the words without which they cannot hold."""

    free: tuple[tuple[int, Rule], ...]
    """Rules made of slots and signs only, with the traits that they need."""
    by_word: dict[str, tuple[_Anchor, ...]]
    """Anchors by their longest words."""
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
        for anchor in dict.fromkeys(lowered(word) for word in rule.form.anchors):
            by_anchor.setdefault(anchor, []).append(rule)
    by_word: dict[str, list[_Anchor]] = {}
    for anchor, anchored in by_anchor.items():
        key = longest_word(anchor) if language.script.spaced else anchor
        parts = frozenset(TOKEN.findall(anchor)) if " " in anchor else frozenset()
        by_word.setdefault(key, []).append(_Anchor(anchor, parts, tuple(anchored)))
    words = sorted(by_word, key=len, reverse=True)
    return _Station(
        free=tuple((rule.form.needs.traits, rule) for rule in rules if not rule.form.anchors),
        by_word={word: tuple(rows) for word, rows in by_word.items()},
        glued=tuple(word for word in language.words("glued") if len(word) >= _GLUED_LEAST and word in by_word),
        unspaced=None if language.script.spaced or not words else re.compile("|".join(map(re.escape, words))),
    )


def _line(text: str, low: str, span: Span, stations: list[_Station], language: Language) -> Place:
    """A line at an edge with the rules that may hold in it."""
    stretch = stretch_of(text[slice(*span)], low[slice(*span)], language.date_words)
    is_cut = _is_cut(text, span)
    searched: dict[int, Rule] = {}
    placed: dict[tuple[int, int], tuple[Rule, int]] = {}
    for station in stations:
        for rule in _free(station, stretch.traits):
            if rule.form.needs.hold(stretch):
                searched[rule.rank] = rule
        for start, _, rules in _hits(stretch.lowered, stretch.words, station):
            for rule in rules:
                if not rule.form.needs.hold(stretch):
                    continue
                if rule.form.begins_with_anchor:
                    placed[start, rule.rank] = (rule, start + is_cut[0])
                else:
                    searched[rule.rank] = rule
    whole = (rule for rule in searched.values() if not (rule.form.is_whole and any(is_cut)))
    return _place(text, span, whole, placed.values())


@lru_cache(maxsize=50_000)
def _free(station: _Station, traits: int) -> tuple[Rule, ...]:
    return tuple(rule for needed, rule in station.free if traits & needed == needed)


def _is_cut(text: str, span: Span) -> tuple[bool, bool]:
    """Whether there is more of the line before and behind a stretch, white space aside."""
    before, behind = text[max(0, span.start - 8) : span.start], text[span.end : span.end + 8]
    return before.rstrip(" \t\u00a0")[-1:] not in _NO_MORE, behind.lstrip(" \t\u00a0")[:1] not in _NO_MORE


def _place(text: str, span: Span, searched: Iterable[Rule], placed: Iterable[tuple[Rule, int]]) -> Place:
    """A stretch as it is read: ``placed`` has offsets into the marked stretch."""
    before, behind = _is_cut(text, span)
    marked = f"{_CUT * before}{text[slice(*span)]}{_CUT * behind}"
    return Place(span, marked, span.start - before, tuple(searched), tuple(placed))


def _neighbourhoods(text: str, low: str, station: _Station, language: Language) -> Iterator[Place]:
    words = words_of(low)
    hits = _hits(low, words, station)
    if len(hits) > _MAX_NEIGHBOURHOODS:
        first = 2 * _MAX_NEIGHBOURHOODS // 3
        hits = hits[:first] + hits[first - _MAX_NEIGHBOURHOODS :]
    possible = {rule.rank: rule for _, _, rules in hits for rule in rules}
    possible = {rank: rule for rank, rule in possible.items() if not any(map(words.isdisjoint, rule.form.needs.words))}
    stretches: dict[Span, Stretch] = {}
    for start, end, rules in hits:
        trying = [rule for rule in _distinct(rules) if rule.rank in possible]
        if not trying:
            continue
        wide = _cut(text, max(0, start - _PARAGRAPH), start, end, min(len(text), end + _PARAGRAPH))
        if wide not in stretches:
            stretches[wide] = stretch_of(text[slice(*wide)], low[slice(*wide)], language.date_words)
        if holding := [rule for rule in trying if rule.form.needs.hold(stretches[wide])]:
            yield _neighbourhood(text, start, end, holding)


def _cut(text: str, low: int, start: int, end: int, high: int) -> Span:
    """The line around a hit, as far as it lies between two offsets."""
    begin, stop = text.rfind("\n", low, start), text.find("\n", end, high)
    return Span(begin + 1 if begin >= 0 else low, stop if stop >= 0 else high)


def _neighbourhood(text: str, start: int, end: int, rules: list[Rule]) -> Place:
    span = _cut(text, max(0, start - _BEFORE), start, end, min(len(text), end + _BEHIND))
    at = start - span.start + _is_cut(text, span)[0]
    searched = (rule for rule in rules if not rule.form.begins_with_anchor)
    return _place(text, span, searched, ((rule, at) for rule in rules if rule.form.begins_with_anchor))


def _distinct(rules: Iterable[Rule]) -> Iterable[Rule]:
    return {rule.rank: rule for rule in rules}.values()


def _hits(low: str, words: frozenset[str], station: _Station) -> list[tuple[int, int, list[Rule]]]:
    """Where an anchor stands in a text in lower case, in its order, and the rules that hang on it."""
    if station.unspaced:
        return [
            (hit.start(), hit.end(), [rule for anchor in station.by_word[hit.group()] for rule in anchor.rules])
            for hit in station.unspaced.finditer(low)
        ]
    standing: dict[int, tuple[int, list[Rule]]] = {}
    for word in station.by_word.keys() & words:
        for anchor in station.by_word[word]:
            if anchor.parts <= words:
                for start in _starts(low, anchor.words):
                    _add(standing, start, start + len(anchor.words), anchor.rules)
    for start, end, glued in _glued(low, station):
        _add(standing, start, end, [rule for anchor in station.by_word[glued] for rule in anchor.rules])
    return [(start, *standing[start]) for start in sorted(standing)]


def _add(standing: dict[int, tuple[int, list[Rule]]], start: int, end: int, rules: Iterable[Rule]) -> None:
    before, others = standing.get(start, (end, []))
    standing[start] = (max(before, end), [*others, *rules])


def _starts(low: str, words: str) -> Iterator[int]:
    """Where a word or a phrase stands by itself."""
    start = low.find(words)
    while start >= 0:
        end = start + len(words)
        if not (low[start - 1 : start].isalnum() or low[end : end + 1].isalnum()):
            yield start
        start = low.find(words, end)


def _glued(low: str, station: _Station) -> Iterator[tuple[int, int, str]]:
    """Start, end and anchor of the words that have an anchor glued to their end."""
    for anchor in station.glued:
        end = low.find(anchor)
        while end >= 0:
            end += len(anchor)
            found = None if low[end : end + 1].isalnum() else _LAST_WORD.search(low, max(0, end - 60), end)
            if found and len(found.group()) > len(anchor):
                yield found.start(), end, anchor
            end = low.find(anchor, end)
