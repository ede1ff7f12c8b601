"""Text: numbers and dates in running words, read as values, so that the same value written otherwise is the same.

A quantity is a stretch of words (``2.5 million``, ``twenty-five``, ``5 percent``, ``14 March 2024``) with everything
that it can mean. Two quantities are the same when one meaning is shared; where the grouping of digits leaves that open
(``60.000`` beside ``60``) the answer is a doubt in words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Literal, NamedTuple

from scraper.text.language import Language
from scraper.text.numerals import readings
from scraper.text.words import Words

_CURRENCIES = frozenset("$€£¥₺₽₼₴₸₹₩₪₾֏")
_YEARS = range(1000, 2200)
_LONE_YEARS = range(1800, 2100)
"""Numbers that are taken for a year without a month beside them."""
_NUMERIC_DATE = re.compile(r"(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})")
_CJK_PARTS = {"年": "year", "月": "month", "日": "day", "号": "day", "號": "day"}
_COUNTS = frozenset({"currency", "percent", "mark", "ordinal", "unit"})
_ORDINAL = re.compile("(?:st|nd|rd|th|ST|ND|RD|TH)$")
_LONGEST = 8
"""Words that one quantity takes at most."""


class Part(NamedTuple):
    """One component of a quantity and the words it stands in."""

    name: str
    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number or a date in words ``start`` to ``end`` (not included)."""

    kind: Literal["number", "date"]
    start: int
    end: int
    meanings: tuple[tuple[str, ...], ...]
    """Everything that it can mean, the likeliest first."""
    parts: tuple[Part, ...]
    is_open: bool = False
    """Written so that its value depends on how digits are grouped."""
    digits: str = ""
    """All its digits as they stand."""


def same(source: Quantity, copy: Quantity) -> bool:
    """Whether both mean the same value for certain."""
    if source.kind != copy.kind:
        return False
    if source.kind == "date":
        return any(meaning in copy.meanings for meaning in source.meanings)
    if source.meanings[0] == copy.meanings[0]:
        return True
    both_grouped = source.is_open and copy.is_open and source.digits == copy.digits
    has_rest = any(part.name in ("scale", "percent") for part in (*source.parts, *copy.parts))
    return both_grouped and not has_rest and any(meaning in copy.meanings for meaning in source.meanings)


def doubt(source: Quantity, copy: Quantity) -> str | None:
    """Why it stays open whether two numbers differ; ``None`` where they do."""
    if not any(meaning in copy.meanings for meaning in source.meanings):
        return None
    return "the mark in it may group digits or be a decimal mark: the same value in one reading"


def quantities(words: Words, lists: Language, start: int, end: int) -> list[Quantity]:
    """The numbers and dates that begin in words ``start`` to ``end`` (not included), in order, none overlapping."""
    found: list[Quantity] = []
    at = start
    while at < end:
        is_likely = belongs(words, lists, at) or words.keys[at] in lists.number_joiners
        quantity = (_date(words, lists, at) or _number(words, lists, at)) if is_likely else None
        if quantity is None:
            at += 1
            continue
        found.append(quantity)
        at = quantity.end
    return found


def is_number(words: Words, at: int) -> bool:
    """Whether a word is written in digits."""
    return words.keys[at][-1:].isdigit()


def is_symbol(words: Words, at: int) -> bool:
    """Whether a word is a sign that carries a value (``%``, a currency)."""
    return not words.keys[at][-1:].isalnum()


def belongs(words: Words, lists: Language, at: int) -> bool:
    """Whether the word at ``at`` may be a part of a number or a date."""
    key = words.keys[at]
    last = key[-1:]
    return last.isdigit() or not last.isalnum() or lists.quantity_words.begins(key)


# --- dates -------------------------------------------------------------------------------------------------------


def _date(words: Words, lists: Language, at: int) -> Quantity | None:
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
    found = lists.months.at(words.keys, at)
    return Part("month", min(found.groups), found.start, found.end) if found else None


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
    if at and words.keys[at - 1] in _CURRENCIES:
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
    found = lists.weekdays.at(words.keys, at)
    if found is None:
        return None
    if len(words.keys[at]) <= 3 and not words.tokens[at][0].isupper():
        return None
    return _of([Part("weekday", min(found.groups), found.start, found.end)])


# --- numbers -----------------------------------------------------------------------------------------------------


class _Mantissa(NamedTuple):
    values: tuple[str, ...]
    end: int
    is_open: bool = False
    digits: str = ""
    is_ordinal: bool = False


def _number(words: Words, lists: Language, at: int) -> Quantity | None:
    """A number with its sign, currency, scale and percent."""
    parts: list[Part] = []
    place = at
    limit = min(len(words), at + _LONGEST)
    for _ in range(3):
        if place < limit and (name := _mark_before(words, lists, place)):
            value = {"sign": "-", "percent": "%"}.get(name, words.keys[place])
            parts.append(Part(name, value, place, place + 1))
            place += 1
    mantissa = _mantissa(words, lists, place, limit) if place < limit else None
    if mantissa is None:
        return _fraction(words, lists, at)
    parts.append(Part("value", mantissa.values[0], place, mantissa.end))
    place = mantissa.end
    if mantissa.is_ordinal:
        parts.append(Part("ordinal", "", place, place))
    for part in _after(words, lists, place, limit):
        parts.append(part)
        place = part.end
    return Quantity(
        kind="number",
        start=at,
        end=place,
        meanings=tuple(_meaning(value, parts) for value in mantissa.values),
        parts=tuple(parts),
        is_open=mantissa.is_open,
        digits=mantissa.digits,
    )


def _mark_before(words: Words, lists: Language, at: int) -> str | None:
    key = words.keys[at]
    if key in _CURRENCIES:
        return "currency"
    if key == "%" or (lists.percent.at(words.keys, at) and lists.code in ("tr", "zh")):
        return "percent"
    if is_symbol(words, at) and key != "%":
        return "sign" if key == "-" else "mark"
    is_minus = key in lists.minus and not lists.modality.touching(words.keys, at, at + 1)
    return "sign" if is_minus else None


def _after(words: Words, lists: Language, at: int, limit: int) -> Iterator[Part]:
    """Scales, a currency and a percent sign behind the digits."""
    while at < limit:
        scale = lists.scales.at(words.keys, at)
        percent, points = lists.percent.at(words.keys, at), lists.points.at(words.keys, at)
        currency, unit = lists.currencies.at(words.keys, at), lists.units.at(words.keys, at)
        if scale:
            yield Part("scale", min(scale.groups), at, scale.end)
            at = scale.end
        elif points:
            yield Part("percent", "points", at, points.end)
            at = points.end
        elif currency:
            yield Part("currency", min(currency.groups), at, currency.end)
            return
        elif unit:
            yield Part("unit", min(unit.groups), at, unit.end)
            return
        elif percent:
            yield Part("percent", "%", at, percent.end)
            at = percent.end
        elif words.keys[at] in ("%", "‰"):
            yield Part("percent", words.keys[at], at, at + 1)
            at += 1
        elif words.keys[at] in _CURRENCIES and not (at + 1 < len(words) and is_number(words, at + 1)):
            yield Part("currency", words.keys[at], at, at + 1)
            at += 1
        else:
            return


def _meaning(value: str, parts: list[Part]) -> tuple[str, ...]:
    """A value with everything around it that counts, comparable by equality."""
    marks = {part.name: part.value for part in parts if part.name in _COUNTS}
    signed = value
    if any(part.name == "sign" for part in parts) and not value.startswith("-"):
        signed = "-" + value
    try:
        number = Decimal(signed)
        for part in parts:
            if part.name == "scale":
                number *= int(part.value)
        signed = ("+" if signed.startswith("+") else "") + format(number.normalize(), "f")
    except InvalidOperation:
        signed += "".join(" " + part.value for part in parts if part.name == "scale")
    return (signed, *(f"{name} {mark}" for name, mark in sorted(marks.items())))


def _mantissa(words: Words, lists: Language, at: int, limit: int) -> _Mantissa | None:
    if is_number(words, at):
        token = words.tokens[at]
        plain = _ORDINAL.sub("", token)
        values = readings(plain, lists.code or words.language)
        digits = "".join(c for c in values[-1] if c.isdecimal())
        return _Mantissa(values, at + 1, len(values) > 1, digits, plain != token)
    ordinal = lists.ordinals.at(words.keys, at)
    if ordinal:
        return _Mantissa((min(ordinal.groups),), ordinal.end, is_ordinal=True)
    spelled = _spelled(words, lists, at, limit)
    return _Mantissa((str(spelled[0]),), spelled[1]) if spelled else None


def _spelled(words: Words, lists: Language, at: int, limit: int) -> tuple[int, int] | None:
    """The value of number words from ``at`` on and where they end: ``two hundred and fifty thousand``."""
    total = current = 0
    end, is_any = at, False
    while end < limit:
        key = words.keys[end]
        value = lists.number_words.get(key)
        scale = lists.scales.at(words.keys, end)
        if value is not None:
            if is_any and not _adds_up(current, value):
                break
            current += value
        elif scale and (is_any or _is_whole_number(lists)):
            factor = int(min(scale.groups))
            if factor == 100:
                current = max(current, 1) * factor
            else:
                total, current = total + max(current, 1) * factor, 0
        elif key in lists.number_joiners and is_any and end + 1 < limit and words.keys[end + 1] in lists.number_words:
            if not current and not total:
                break
            if current % 100 and not _adds_up(current, lists.number_words[words.keys[end + 1]]):
                break
            end += 1
            continue
        else:
            break
        is_any = True
        end += 1
    return (total + current, end) if is_any else None


def _is_whole_number(lists: Language) -> bool:
    """Whether a scale alone is a number: bin gemi, mil personas (but not "hundred people")."""
    return lists.code in ("tr", "az", "es", "fr", "ru", "de", "it", "ar", "fa")


def _adds_up(current: int, value: int) -> bool:
    """Whether a number word goes on with the number before it (twenty five) or begins another (five, six)."""
    if value < 10:
        return current % 10 == 0 and current > 0
    if value < 100:
        return current % 100 == 0 and current > 0
    return current == 0


def _fraction(words: Words, lists: Language, at: int) -> Quantity | None:
    """Half, a dozen, millions: amounts without a value of their own, compared by word."""
    found = lists.fractions.at(words.keys, at) or lists.scales.at(words.keys, at) or lists.percent.at(words.keys, at)
    is_mark = is_symbol(words, at)
    if found is None and not is_mark:
        return None
    end = found.end if found else at + 1
    name = "percent" if found and lists.percent.at(words.keys, at) else "value"
    value = "%" if name == "percent" else " ".join(words.keys[at:end])
    if found and lists.scales.at(words.keys, at):
        name, value = "scale", min(found.groups)
    # "a million" is 1 million; a million that lost its figure is not.
    is_alone = name == "scale" and not (at and words.keys[at - 1] in lists.number_articles)
    meaning = (value, "alone") if is_alone else (value,)
    return Quantity(kind="number", start=at, end=end, meanings=(meaning,), parts=(Part(name, value, at, end),))
