"""Read: dates as pages write them become ISO 8601, with the precision they came with.

``2019-04-03`` where only the day is known, ``2019-04-03T09:30:00Z`` where a zone is, ``2019-04-03T09:30:00`` where the
page names an hour and no zone. Nothing is completed from a clock.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from importlib.resources import files

MAX_TEXT = 400
"""Characters in which a date is looked for."""
FIRST_YEAR, LAST_YEAR = 1800, 2199
MONTH_FIRST = frozenset({"en-US", "en-PH", "en-CA"})
"""Where 03/04 is the fourth of March; everywhere else, plain ``en`` included, it is the third of April."""

_CLOCK = re.compile(
    r"(?<!\d)([01]?\d|2[0-3])[:.h]([0-5]\d)(?::([0-5]\d)(?:[.,]\d{1,9})?)?(?!\d)\s{0,2}([AaPp]\.?[Mm]\.?)?"
    r"\s{0,2}(?:\(?(Z|UTC|GMT)?\s?([+-]\d{1,2}(?::?\d{2})?)?)?"
)
_ISO = re.compile(r"(?<!\d)(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)[T ,]{0,3}")
_COMPACT = re.compile(r"(?<!\d)((?:19|20)\d{2})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?(Z|[+-]\d{2}:?\d{2})?)?(?!\d)")
_NUMERIC = re.compile(r"(?<![\d./-])(\d{1,2})([./-])\s?(\d{1,2})\2\s?(\d{4}|\d{2})(?![\d/-])")
_EASTERN = re.compile(r"(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]?")
_YEAR = r"(?P<year>(?:1[89]|20|25)\d{2})(?!\d)"
_ORDERS = (
    # 3 April 2019, 3. April 2019, 3rd of April, 2019, 3 de abril de 2019
    (
        re.compile(r"(?<!\d)(?P<day>\d{1,2})(?:\.|st|nd|rd|th|er|º|ª|-?[^\W\d_]{1,2})?[\s,.-]{0,3}(?:de |d['’]|of )?$"),
        re.compile(r"[\s,.'’-]{0,3}(?:de |del |of )?" + _YEAR),
    ),
    # April 3, 2019
    (
        re.compile(r""),
        re.compile(r"[\s.,'’-]{0,3}(?P<day>\d{1,2})(?!\d)(?:st|nd|rd|th|-?[^\W\d_]{1,4})?[\s,.'’-]{1,4}" + _YEAR),
    ),
    # 2019. április 3., 2019 m. balandžio 3 d.
    (re.compile(_YEAR + r"[^\d]{1,8}$"), re.compile(r"[\s.,]{0,3}(?P<day>\d{1,2})(?!\d)")),
)
"""What stands before and behind the name of a month in a full date."""
_EPOCH = re.compile(r"\d{10}(?:\d{3})?")
_WORD = re.compile(r"[^\W\d_][^\W\d_\u0027\u2019]*")

_MONTHS: dict[str, dict[str, int]] = {
    language: {name: number for number, names in enumerate(months, 1) for name in names.split("|")}
    for language, months in tomllib.loads(files(__package__).joinpath("months.toml").read_text("utf-8")).items()
}


def _prefixes(names: Mapping[str, int]) -> dict[str, frozenset[int]]:
    """Every beginning of three letters or more of a month's name, and the months it may stand for."""
    found: dict[str, set[int]] = {}
    for name, number in names.items():
        for end in range(min(3, len(name)), len(name) + 1):
            found.setdefault(name[:end], set()).add(number)
    # A whole name is that month, whatever longer names it begins.
    found.update({name: {number} for name, number in names.items()})
    return {beginning: frozenset(numbers) for beginning, numbers in found.items()}


_PREFIXES = {language: _prefixes(names) for language, names in _MONTHS.items()}
_ANY: dict[str, frozenset[int]] = {}
for _names in _PREFIXES.values():
    for _beginning, _numbers in _names.items():
        _ANY[_beginning] = _ANY.get(_beginning, frozenset()) | _numbers
_SPACED = sorted({name for names in _MONTHS.values() for name in names if " " in name}, key=len, reverse=True)


def claimed_date(text: str | None, *, language: str | None = None) -> str | None:
    """The first date that stands in a short text, in any order, language and numerals; ``None`` if there is none.

    ``03.04.2019`` is read day first unless the language is one that writes the month first or only the other reading
    exists.
    """
    text = unicodedata.normalize("NFKC", _western((text or "")[:MAX_TEXT])).strip()
    if not any(char.isdigit() for char in text):
        return None
    if _EPOCH.fullmatch(text):
        return _from_epoch(int(text[:10]))
    return _iso(text) or _compact(text) or _worded(text, language) or _numeric(text, language)


def is_month(word: str, *, language: str | None = None) -> bool:
    """Whether a word is the name of a month, whole or cut to its first letters."""
    return _month(_lower(word), language) is not None


def days_between(one: str, other: str) -> int:
    """Whole days from one ISO date or moment to another, clock times left aside."""
    return (date.fromisoformat(other[:10]) - date.fromisoformat(one[:10])).days


def seconds_between(one: str, other: str) -> float | None:
    """Seconds from one moment to another, ``None`` where one of them is a day or has no zone."""
    try:
        first, second = datetime.fromisoformat(one), datetime.fromisoformat(other)
    except ValueError:
        return None
    return (second - first).total_seconds() if first.tzinfo and second.tzinfo else None


def _iso(text: str) -> str | None:
    found = _ISO.search(text)
    if found is None:
        found = _EASTERN.search(text)
        return _day(found[1], found[2], found[3], rest=text[found.end() :]) if found else None
    return _day(found[1], found[3], found[4], rest=text[found.end() :])


def _compact(text: str) -> str | None:
    found = _COMPACT.search(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, zone = found.groups()
    clock = f"{hour}:{minute}:{second or '00'}{zone or ''}" if hour else ""
    return _day(year, month, day, rest=clock)


def _numeric(text: str, language: str | None) -> str | None:
    found = _NUMERIC.search(text)
    if found is None:
        return None
    one, _, two, year = found.groups()
    if len(year) == 2:
        year = f"20{year}" if int(year) < 70 else f"19{year}"
    month_first = language in MONTH_FIRST and found[2] != "."
    orders = [(two, one), (one, two)] if not month_first else [(one, two), (two, one)]
    rest = text[found.end() :]
    return next((day for day in (_day(year, month, dom, rest=rest) for month, dom in orders) if day), None)


def _worded(text: str, language: str | None) -> str | None:
    """A month by its name with a day and a year beside it."""
    for start, end, month in _months_in(text, language):
        before, after = text[max(0, start - 24) : start], text[end : end + 24]
        for in_front, behind in _ORDERS:
            head, tail = in_front.search(before), behind.match(after)
            if head and tail:
                parts = head.groupdict() | tail.groupdict()
                return _day(parts["year"], month, parts["day"], rest=text[end + tail.end() :])
    return None


def _months_in(text: str, language: str | None) -> list[tuple[int, int, int]]:
    """Month names in a text: start, end, number."""
    lowered = _lower(text)
    found = []
    for name in _SPACED:
        place = lowered.find(name)
        if place >= 0 and not lowered[place + len(name) : place + len(name) + 1].isdigit():
            found.append((place, place + len(name), _month(name, language) or 0))
    for word in _WORD.finditer(lowered):
        number = _month(word[0], language)
        if number:
            found.append((word.start(), word.end(), number))
    return sorted(found, key=lambda row: row[0])


def _month(word: str, language: str | None) -> int | None:
    """The number of a month by name or by its first three letters or more; the page's language is asked first."""
    short = (language or "").partition("-")[0]
    own = _PREFIXES.get(language or "") or _PREFIXES.get(short) or {}
    for names in (own, _PREFIXES["en"], _ANY):
        numbers = names.get(word, frozenset())
        if len(numbers) == 1:
            return next(iter(numbers))
    return None


def _day(year: str, month: str | int, day: str, *, rest: str = "") -> str | None:
    """An ISO date, or a moment if a clock time stands close behind; ``None`` for a day that does not exist."""
    number = int(year)
    if 2443 <= number <= 2643:
        number -= 543  # the Buddhist era of Thai pages
    if not FIRST_YEAR <= number <= LAST_YEAR:
        return None
    try:
        found = date(number, int(month), int(day))
    except ValueError:
        return None
    clock = _CLOCK.search(rest[:48])
    if clock is None or any(char.isdigit() for char in rest[: clock.start()]):
        return found.isoformat()
    return _moment(found, clock)


def _moment(day: date, clock: re.Match[str]) -> str:
    hour, minute, second = int(clock[1]), int(clock[2]), int(clock[3] or 0)
    if clock[4]:
        hour = hour % 12 + (12 if clock[4][0] in "pP" else 0)
    if (hour, minute, second) == (0, 0, 0):
        return day.isoformat()  # midnight sharp is how systems write a day
    moment = datetime(day.year, day.month, day.day, hour, minute, second)  # noqa: DTZ001 - the zone may be unknown
    zone = _zone(clock[5], clock[6])
    if zone is None:
        return moment.isoformat()
    try:
        return moment.replace(tzinfo=zone).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except OverflowError:
        return day.isoformat()


def _zone(name: str | None, offset: str | None) -> timezone | None:
    if not offset:
        return UTC if name else None
    digits = offset[1:].replace(":", "")
    hours, minutes = (int(digits[:-2]), int(digits[-2:])) if len(digits) > 2 else (int(digits), 0)
    if hours > 15 or minutes > 59:
        return None
    minutes += 60 * hours
    return timezone(timedelta(minutes=-minutes if offset[0] == "-" else minutes))


def _from_epoch(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _western(text: str) -> str:
    """The text with the decimal digits of every script written as 0 to 9."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text)


def _lower(text: str) -> str:
    """Lower case of the same length (a dotted capital I would become two characters)."""
    return (
        text.replace("İ", "i").replace("I", "ı").lower()
        if "İ" in text
        else "".join(char.lower() if len(char.lower()) == 1 else char for char in text)
    )
