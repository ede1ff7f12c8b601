"""present: the words in which numbers, moments and verdicts are said to a reader; one place, so that pages agree."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from scraper.model import AlterationKind, Label


class Said(NamedTuple):
    """How a verdict or a kind is shown: a sign that needs no colour, and what it means."""

    sign: str
    meaning: str


LABELS: dict[Label, Said] = {
    "verbatim": Said("=", "Every word of the source stands in the copy, in order, and the copy adds none."),
    "expanded": Said("+", "The source stands in the copy whole and unchanged, with words added around it."),
    "abridged": Said("−", "What the copy has is unchanged; a part of the source is left out."),
    "excerpt": Said("❝", "Some passages stand unchanged inside a text that is mostly something else."),
    "edited": Said("~", "Words inside the passages differ, and none of the differences changes what is claimed."),
    "altered": Said("≠", "At least one difference inside the passages changes what is claimed."),
    "translated": Said("⇄", "The copy is a translation; its words are not compared."),
    "unrelated": Said("∅", "The two texts share nothing beyond stock phrases."),
    "unchecked": Said("?", "It could not be checked; the reason says why."),
}
KINDS: dict[AlterationKind, Said] = {
    "number": Said("#", "Another number, or a number dropped from inside a kept sentence."),
    "date": Said("◷", "Another day, month, year or weekday."),
    "name": Said("@", "A person, place or organisation replaced."),
    "negation": Said("¬", "A “not”, “no” or “without” gained or lost."),
    "modality": Said("≈", "How sure or how much: “around” for “up to”, “must” for “may”, “alleged” dropped."),
    "quotation": Said("”", "Quotation marks or the speaker changed, or words inside a quotation."),
    "omission": Said("…", "Words left out inside a kept sentence, so that it claims something else."),
    "wording": Said("~", "Other words for the same: spelling, synonyms, style. Not material."),
    "disguise": Said("◌", "Letters swapped for lookalikes, or invisible ones put in."),
}
STATES = {
    "captured": "held",
    "cited": "cited, never captured",
    "presumed": "presumed, not located",
}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MOMENT = re.compile(r"(\d{4})-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d))?)?")


def moment(text: str | None) -> str:
    """``2026-03-02T12:15:00Z`` -> ``2 Mar 2026, 12:15``; a day stays a day; what is no date stays as it is."""
    found = _MOMENT.match(text or "")
    if not found:
        return text or "undated"
    year, month, day, hour, minute = found.groups()
    if not 1 <= int(month) <= 12:
        return text or ""
    named = f"{int(day)} {_MONTHS[int(month) - 1]} {year}" if day else f"{_MONTHS[int(month) - 1]} {year}"
    return f"{named}, {hour}:{minute}" if hour else named


def day(text: str | None) -> str:
    """The day of a moment."""
    return moment((text or "")[:10]) if text else "undated"


def share(value: float | None) -> str:
    """``0.914`` -> ``91 %``; nearly all is never said to be all."""
    if value is None:
        return "–"
    whole = round(100 * value)
    whole = 99 if whole == 100 and value < 1 else 1 if whole == 0 and value > 0 else whole
    return f"{whole} %"


def lasted(hours: float | None) -> str:
    """``2.58`` -> ``2 h 35 min``; ``52`` -> ``2 days 4 h``; negative spans are said without their sign."""
    if hours is None:
        return ""
    minutes = round(abs(hours) * 60)
    days, minutes = divmod(minutes, 24 * 60)
    whole, minutes = divmod(minutes, 60)
    if days:
        return many(days, "day") + (f" {whole} h" if whole and days < 7 else "")
    if whole:
        return f"{whole} h" + (f" {minutes} min" if minutes else "")
    return f"{minutes} min"


def many(count: int, word: str, plural: str | None = None) -> str:
    """``1 copy``, ``2 copies``, ``1,204 words``."""
    if plural is None:
        plural = word[:-1] + "ies" if word.endswith("y") and word[-2:-1] not in "aeo" else word + "s"
    return f"{count:,} {word if count == 1 else plural}"


def listed(parts: Iterable[str]) -> str:
    """``a, b and c``."""
    found = [part for part in parts if part]
    return ", ".join(found[:-1]) + " and " + found[-1] if len(found) > 1 else "".join(found)


def sign(label: str | None) -> str:
    """The sign of a verdict."""
    return LABELS[label].sign if label in LABELS else "?"


def kind_sign(kind: str) -> str:
    """The sign of a kind of alteration."""
    return KINDS[kind].sign if kind in KINDS else "·"
