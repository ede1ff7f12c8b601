"""Read: what speaks against a reading, in short sentences for people. A doubt never stops a page."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from importlib.resources import files
from typing import NamedTuple

from scraper.read.structured import JsonObject, Structured
from scraper.read.tree import Element, text_of

CUT_OFF = "the text may be cut off: it ends in an ellipsis"
MID_SENTENCE = "the text may be cut off: it ends in mid-sentence"
PAYWALL = "part of the text is for subscribers only"
LOGIN = "a login wall"
CONSENT = "a consent wall"
NOT_FOUND = "a not-found page with status 200"
SHELL = "an empty shell of a scripted page"
CHALLENGE = "a challenge to prove that no robot is reading"
NO_TEXT = "no text was found"
DAMAGED = "characters were lost: the charset of the page is unclear"
TOO_LONG = "the page was longer than is read"
TOO_SLOW = "the page took too long to read"
BROKE_OFF = "the reader broke off over the page"

FEW = 1_500
"""Characters of text up to which a page can be a mere notice."""

_PATTERNS = {
    name: re.compile("|".join(rows), re.I)
    for name, rows in tomllib.loads(files(__package__).joinpath("notices.toml").read_text("utf-8")).items()
}
_ROOTS = "//*[@id='root' or @id='app' or @id='__next' or @id='__nuxt' or @id='___gatsby'][not(normalize-space())]"


class Reading(NamedTuple):
    """What there is to judge a reading by."""

    tree: Element
    found: Structured
    thing: JsonObject | None
    title: str | None
    text: str
    seen: str = ""
    """The first words that a reader sees, only gathered where little text was read."""


def doubts_about(reading: Reading) -> tuple[str, ...]:
    """Sentences that speak against a reading; walls and notices are only looked for where little text was read."""
    is_short = len(reading.text) < FEW
    reading = reading._replace(seen=_seen(reading.tree)) if is_short else reading
    notices = _NOTICES if is_short else ()
    notice = next((sentence for sentence, holds in notices if holds(reading)), None)
    rest = [sentence for sentence, holds in _ALWAYS if holds(reading)]
    if notice:
        rest = [notice, *(sentence for sentence in rest if sentence == NO_TEXT)]
    return tuple(rest)


def _names(reading: Reading) -> str:
    meta = reading.found.meta
    titles = [reading.title, reading.found.title, *meta.get("og:title", ())[:1]]
    return " | ".join(title for title in titles if title)[:1_000]


def _is_gone(reading: Reading) -> bool:
    headings = " | ".join(text_of(node)[:200] for node in list(reading.tree.iter("h1", "h2"))[:6])
    return bool(
        _PATTERNS["gone"].search(_names(reading))
        or (len(reading.text) < 400 and _PATTERNS["gone"].search(headings + reading.text))
    )


def _is_challenge(reading: Reading) -> bool:
    words = _names(reading) + (reading.text + reading.seen[:600] if len(reading.text) < FEW // 3 else "")
    return bool(_PATTERNS["challenge"].search(words))


def _is_consent(reading: Reading) -> bool:
    if len(reading.text) > FEW // 3 or len(reading.seen) >= 4 * FEW:
        return False
    return bool(_PATTERNS["consent"].search(reading.text or reading.seen))


def _is_login(reading: Reading) -> bool:
    if len(reading.text) > FEW // 3:
        return False
    has_password = bool(reading.tree.xpath("//input[@type='password']"))
    return bool(_PATTERNS["login"].search(reading.seen)) and (has_password or len(reading.text) < FEW // 5)


def _is_shell(reading: Reading) -> bool:
    if len(reading.text) > FEW // 5:
        return False
    scripts = len(reading.tree.xpath("//script"))
    return (
        bool(reading.tree.xpath(_ROOTS))
        or bool(_PATTERNS["scripted"].search(reading.seen))
        or (scripts > 0 and len(reading.seen) < 100)
    )


def _is_paid(reading: Reading) -> bool:
    free = (reading.thing or {}).get("isAccessibleForFree")
    return free is False or (isinstance(free, str) and free.strip().lower() in {"false", "no"})


def _is_cut_off(reading: Reading) -> bool:
    return reading.text.rstrip("\"'”’»)]").endswith(("...", "…", "[…", "[..."))


def _is_torn(reading: Reading) -> bool:
    last = reading.text.rpartition("\n\n")[2]
    return len(last) > 120 and last[-1:].isalpha() and last[-1:].islower() and last.count(". ") > 0


def _seen(tree: Element) -> str:
    return " ".join(
        text_of(node)
        for node in tree.xpath("//body//*[self::p or self::h1 or self::h2 or self::div][not(*[self::div or self::p])]")[
            :400
        ]
    )[: 8 * FEW]


_Rule = tuple[str, Callable[[Reading], bool]]
_NOTICES: tuple[_Rule, ...] = (
    (CHALLENGE, _is_challenge),
    (NOT_FOUND, _is_gone),
    (LOGIN, _is_login),
    (CONSENT, _is_consent),
    (SHELL, _is_shell),
)
_ALWAYS: tuple[_Rule, ...] = (
    (NO_TEXT, lambda reading: not reading.text),
    (PAYWALL, _is_paid),
    (CUT_OFF, _is_cut_off),
    (MID_SENTENCE, _is_torn),
)
