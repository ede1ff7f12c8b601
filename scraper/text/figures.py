"""Text: numbers in running words with what belongs to their value: sign, scale, percent, currency, unit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from scraper.text.language import Language
from scraper.text.numerals import readings
from scraper.text.traits import MEASURE, SIGN
from scraper.text.values import CURRENCIES, CURRENCY_CODES, Part, Quantity, is_number, is_symbol
from scraper.text.words import Words

_COUNTS = frozenset({"currency", "percent", "mark", "ordinal", "unit"})
_ORDINAL = re.compile("(?:st|nd|rd|th|ST|ND|RD|TH)$")
_LONGEST = 8
"""Words that one quantity takes at most."""


class _Mantissa(NamedTuple):
    values: tuple[str, ...]
    end: int
    is_open: bool = False
    digits: str = ""
    is_ordinal: bool = False


def figure_at(words: Words, lists: Language, at: int) -> Quantity | None:
    """The number that begins at word ``at``, with its sign, currency, scale, percent and unit."""
    parts: list[Part] = []
    place = at
    limit = min(len(words), at + _LONGEST)
    for _ in range(3):
        if place < limit and (name := _mark_before(words, lists, place)):
            value = _currency_at(words, place) if name == "currency" else {"sign": "-", "percent": "%"}.get(name)
            parts.append(Part(name, value or words.keys[place], place, place + 1))
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
    if key in CURRENCIES or (key in CURRENCY_CODES and at + 1 < len(words) and is_number(words, at + 1)):
        return "currency"
    if key == "%" or (lists.percent.at(words.keys, at) and lists.code in ("tr", "zh")):
        return "percent"
    if is_symbol(words, at) and key != "%":
        return "sign" if key == "-" else "mark"
    is_minus = key in lists.minus and not lists.modality.touching(words.keys, at, at + 1)
    return "sign" if is_minus else None


def _currency_at(words: Words, at: int) -> str:
    """A currency's sign, told from others of its sign by the letters before it: A$, HK$."""
    key = words.keys[at]
    is_lettered = at > 0 and not words.gaps[at] and words.tokens[at - 1].isupper() and words.keys[at - 1] != "us"
    return words.keys[at - 1] + key if is_lettered else CURRENCY_CODES.get(key, key)


def is_plain_dollar(words: Words, at: int) -> bool:
    """Whether a word is the US of US$, which is the dollar without it."""
    return words.keys[at] == "us" and at + 1 < len(words) and words.keys[at + 1] == "$" and not words.gaps[at + 1]


def _after(words: Words, lists: Language, at: int, limit: int) -> Iterator[Part]:
    """Scales, a currency and a percent sign behind the digits."""
    if half := _half_of_day(words, at):
        yield half
        return
    while at < limit and lists.traits[words.keys[at]] & (MEASURE | SIGN):
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
        elif words.keys[at] in CURRENCY_CODES:
            yield Part("currency", CURRENCY_CODES[words.keys[at]], at, at + 1)
            at += 1
        elif words.keys[at] in CURRENCIES and not (at + 1 < len(words) and is_number(words, at + 1)):
            yield Part("currency", words.keys[at], at, at + 1)
            at += 1
        else:
            return


def _half_of_day(words: Words, at: int) -> Part | None:
    """``a.m.`` or ``pm`` behind a time."""
    if at >= len(words):
        return None
    if words.keys[at] in ("am", "pm"):
        return Part("unit", words.keys[at], at, at + 1)
    is_two = words.keys[at] in ("a", "p") and at + 1 < len(words) and words.keys[at + 1] == "m"
    return Part("unit", words.keys[at] + "m", at, at + 2) if is_two and words.gaps[at + 1].strip() == "." else None


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
