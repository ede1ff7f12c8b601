"""Text: dates in running words: ``14 March 2024``, ``03/14/2024``, a month, a weekday, a lone year."""

from __future__ import annotations

import re

from scraper.text.language import Language
from scraper.text.phrases import Found, Phrases
from scraper.text.values import CURRENCIES, Part, Quantity, is_number, is_symbol
from scraper.text.words import Words

_YEARS = range(1000, 2200)
_LONE_YEARS = range(1800, 2100)
"""Numbers that are taken for a year without a month beside them."""
_NUMERIC_DATE = re.compile(r"(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})")
_CJK_PARTS = {"年": "year", "月": "month", "日": "day", "号": "day", "號": "day"}


def date_at(words: Words, lists: Language, at: int) -> Quantity | None:
    """The date that begins at word ``at``, with all that it can mean; a weekday and a lone year are dates."""
    if is_number(words, at):
        return (
            _numeric_date(words, lists, at)
            or _cjk_date(words, at)
            or _day_month(words, lists, at)
            or _year_month(words, lists, at)
            or _lone_year(words, lists, at)
        )
    return _month_first(words, lists, at) or _weekday(words, lists, at)


def _of(parts: list[Part], end: int | None = None) -> Quantity:
    meaning = tuple(sorted(f"{part.name} {part.value}" for part in parts))
    last = max(part.end for part in parts)
    return Quantity(
        kind="date",
        start=min(part.start for part in parts),
        end=max(last, end or 0),
        meanings=(meaning,),
        parts=tuple(parts),
    )


def _numeric_date(words: Words, lists: Language, at: int) -> Quantity | None:
    match = _NUMERIC_DATE.fullmatch(words.keys[at])
    if match is None:
        return None
    first, mark, second, third = match.groups()
    # Dots and dashes stand in dates with the day first in every language; only slashes leave it open.
    orders = [(third, second, first)]
    if len(first) == 4:
        orders = [(first, second, third)]
    elif mark == "/" and not lists.day_first:
        orders.insert(0, (third, first, second))
    meanings = [
        (f"day {int(day)}", f"month {int(month)}", f"year {_full_year(year)}")
        for year, month, day in orders
        if 1 <= int(month) <= 12 and 1 <= int(day) <= 31 and len(year) in (2, 4)
    ]
    if not meanings:
        return None
    named = (item.split(" ") for item in meanings[0])
    parts = tuple(Part(name, value, at, at + 1) for name, value in named)
    return Quantity(kind="date", start=at, end=at + 1, meanings=tuple(meanings), parts=parts)


def _full_year(year: str) -> int:
    if len(year) == 4:
        return int(year)
    return int(year) + (2000 if int(year) < 70 else 1900)


def _cjk_date(words: Words, at: int) -> Quantity | None:
    parts: list[Part] = []
    while at + 1 < len(words) and words.keys[at].isdecimal() and (name := _CJK_PARTS.get(words.keys[at + 1])):
        parts.append(Part(name, words.keys[at], at, at + 1))
        at += 2
    return _of(parts, at) if parts else None


def _skip_fillers(words: Words, lists: Language, at: int) -> int:
    while at < len(words) and words.keys[at] in lists.date_fillers:
        at += 1
    return at


def _month_at(words: Words, lists: Language, at: int) -> Part | None:
    if at >= len(words):
        return None
    found = _named_at(lists.months, words, at)
    return Part("month", min(found.groups), found.start, found.end) if found else None


def _named_at(names: Phrases, words: Words, at: int) -> Found | None:
    """A month or a weekday, with the ending that an apostrophe parts from it: Ekim'de."""
    found = names.at(words.keys, at)
    if found is None and "'" in words.keys[at]:
        stem = names.at((words.keys[at].partition("'")[0],), 0)
        return Found(at, at + 1, stem.groups) if stem else None
    return found


def _day_at(words: Words, at: int) -> Part | None:
    if at >= len(words):
        return None
    key = words.keys[at].partition("'")[0]
    return Part("day", key, at, at + 1) if key.isdecimal() and len(key) <= 3 and key != "0" else None


def _year_at(words: Words, lists: Language, at: int) -> list[Part]:
    """A year at ``at`` or behind a filler, as a list of none or one."""
    for place in (at, _skip_fillers(words, lists, at)):
        if place < len(words) and is_number(words, place) and _is_year(words.keys[place]):
            return [Part("year", words.keys[place], place, place + 1)]
    return []


def _is_year(key: str) -> bool:
    return len(key) == 4 and key.isdecimal() and int(key) in _YEARS


def _day_month(words: Words, lists: Language, at: int) -> Quantity | None:
    day = _day_at(words, at)
    month = _month_at(words, lists, _skip_fillers(words, lists, at + 1)) if day else None
    # "14. März" is a date; in "Sec. 3. December 24" a sentence ends.
    if day is not None and not lists.day_first and "." in words.gaps[at + 1]:
        return None
    if day is None or month is None or not _is_certain_month(words, lists, month):
        return None
    return _of([day, month, *_year_at(words, lists, month.end)])


def _year_month(words: Words, lists: Language, at: int) -> Quantity | None:
    if not _is_year(words.keys[at]):
        return None
    month = _month_at(words, lists, at + 1)
    if month is None or not _is_certain_month(words, lists, month):
        return None
    year = Part("year", words.keys[at], at, at + 1)
    day = _day_at(words, month.end)
    return _of([year, month, day]) if day else None


def _lone_year(words: Words, lists: Language, at: int) -> Quantity | None:
    key = words.keys[at]
    if not _is_year(key) or int(key) not in _LONE_YEARS or words.tokens[at] != key:
        return None
    if at and words.keys[at - 1] in CURRENCIES:
        return None
    after = at + 1
    if after < len(words) and (
        is_symbol(words, after) or lists.scales.at(words.keys, after) or lists.percent.at(words.keys, after)
    ):
        return None
    if lists.modality.touching(words.keys, at - 1, at) if at else False:
        return None
    return _of([Part("year", words.keys[at], at, at + 1)])


def _is_certain_month(words: Words, lists: Language, month: Part) -> bool:
    """Whether a month's name stands for the month where no day is beside it (``may`` does not)."""
    return not lists.months_have_capitals or words.tokens[month.start][0].isupper()


def _month_first(words: Words, lists: Language, at: int) -> Quantity | None:
    month = _month_at(words, lists, at)
    if month is None:
        return None
    day = _day_at(words, _skip_fillers(words, lists, month.end))
    if day is not None and _is_day(words, day) and not (day.end < len(words) and words.keys[day.end] in ("%", ":")):
        return _of([month, day, *_year_at(words, lists, day.end)])
    if not _is_certain_month(words, lists, month):
        return None
    year = _year_at(words, lists, month.end)
    # "May" that opens a sentence is as likely the verb; a month has a year, a day or a small word before it.
    if not year and at and words.gaps[at] != " ":
        return None
    return _of([month, *year])


def _is_day(words: Words, day: Part) -> bool:
    """Whether a number behind a month is its day; one of three digits only where the text pauses behind it."""
    return len(day.value) < 3 or words.gaps[day.end][:1] in (",", ".", ";", ")")


def _weekday(words: Words, lists: Language, at: int) -> Quantity | None:
    found = _named_at(lists.weekdays, words, at)
    if found is None:
        return None
    if len(words.keys[at]) <= 3 and not words.tokens[at][0].isupper():
        return None
    return _of([Part("weekday", min(found.groups), found.start, found.end)])
