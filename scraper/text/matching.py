"""Text: the numbers and dates of both sides of a change in pairs, and the words in which a pair differs."""

from __future__ import annotations

from scraper.text.stretches import Sides
from scraper.text.values import Part, Quantity, is_symbol, same
from scraper.text.words import Words

_MOST_PAIRS = 40_000
"""Pairs of numbers and dates of one change that are compared; beyond, they are paired in order."""
_NEAR_VALUES = 50


def matched(ours: list[Quantity], theirs: list[Quantity]) -> list[tuple[Quantity, Quantity]]:
    """Quantities of both sides in pairs: the same values first, then those of one kind between them, in order."""
    rows, columns = len(ours), len(theirs)
    if rows * columns > _MOST_PAIRS:
        return _in_order(ours, theirs)
    best = [[0] * (columns + 1) for _ in range(rows + 1)]
    for i in range(rows - 1, -1, -1):
        for j in range(columns - 1, -1, -1):
            hit = best[i + 1][j + 1] + 1 if same(ours[i], theirs[j]) else 0
            best[i][j] = max(hit, best[i + 1][j], best[i][j + 1])
    pairs: list[tuple[Quantity, Quantity]] = []
    i = j = 0
    at_ours = at_theirs = 0
    while i < rows and j < columns:
        if same(ours[i], theirs[j]) and best[i][j] == best[i + 1][j + 1] + 1:
            pairs += _in_order(ours[at_ours:i], theirs[at_theirs:j])
            pairs.append((ours[i], theirs[j]))
            i, j = i + 1, j + 1
            at_ours, at_theirs = i, j
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs + _in_order(ours[at_ours:], theirs[at_theirs:])


def _in_order(ours: list[Quantity], theirs: list[Quantity]) -> list[tuple[Quantity, Quantity]]:
    """Quantities without an equal, paired by kind in order."""
    pairs = []
    at = 0
    for one in ours:
        for place in range(at, min(at + _NEAR_VALUES, len(theirs))):
            if _is_comparable(one, theirs[place]):
                pairs.append((one, theirs[place]))
                at = place + 1
                break
    return pairs


def _is_comparable(one: Quantity, other: Quantity) -> bool:
    """Whether one may have become the other: weekdays become weekdays, numbers numbers."""
    is_weekday = [quantity.parts[0].name == "weekday" for quantity in (one, other)]
    # A year that became 17910 is a number now.
    is_year = [[part.name for part in quantity.parts] == ["year"] for quantity in (one, other)]
    return is_weekday[0] == is_weekday[1] and (one.kind == other.kind or any(is_year))


def differing_words(sides: Sides, one: Quantity, other: Quantity) -> tuple[tuple[int, int], tuple[int, int]]:
    """The words in which two quantities differ: the day, the scale, the figure; else all."""
    here, there = _by_name(one), _by_name(other)
    source = [part for name, part in here.items() if name not in there or there[name].value != part.value]
    copy = [part for name, part in there.items() if name not in here or here[name].value != part.value]
    is_lone_symbol = all(_is_symbol(sides.source, p) for p in source) and all(_is_symbol(sides.copy, p) for p in copy)
    if is_lone_symbol or not (source or copy):
        return (one.start, one.end), (other.start, other.end)
    return _hull(source, one), _hull(copy, other)


def _by_name(quantity: Quantity) -> dict[str, Part]:
    return {part.name: part for part in quantity.parts}


def _is_symbol(words: Words, part: Part) -> bool:
    return part.start < part.end and is_symbol(words, part.start)


def _hull(parts: list[Part], whole: Quantity) -> tuple[int, int]:
    if not parts:
        return whole.end, whole.end
    return min(part.start for part in parts), max(part.end for part in parts)
