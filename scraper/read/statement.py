"""Read: where an announced statement stands in a text, told apart from the lead that announces it.

"The statement reads:" hands over to a quotation or to all that follows. The span leaves the outer quotation marks out:
it is the issuer's own words.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from typing import NamedTuple

from scraper.model import Span

LEAST = 150
"""Characters below which a quotation is a remark and no statement."""
_OPENERS = {'"': '"', "“": "”", "”": "”", "„": "“”", "«": "»", "»": "«", "‟": "”", "「": "」", "『": "』", "‘": "’"}
"""Opening quotation mark -> the marks that may close it (”Finnish” and »German« ways included)."""
_COLONS = ":：\u0589"
_WORDS = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")


class _Wording(NamedTuple):
    noun: tuple[str, ...]
    verb: tuple[str, ...]


_WORDINGS = {
    language: _Wording(tuple(row["noun"]), tuple(row["verb"]))
    for language, row in tomllib.loads(files(__package__).joinpath("announcements.toml").read_text("utf-8")).items()
}


def statement_span(text: str, language: str | None = None) -> Span | None:
    """The span of the statement that a text announces, or ``None`` where none is told apart.

    Looks for a colon behind words that announce a statement, in the text's language or, where that is unknown or
    unlisted, in any; what follows is the statement: up to the closing quotation mark if it opens with one, else to the
    end. A quotation of several paragraphs behind any colon counts too.
    """
    for colon in _handovers(text):
        start = colon + 1 + len(text[colon + 1 :]) - len(text[colon + 1 :].lstrip())
        announced = _announces(text[:colon], language)
        quoted = _quotation(text, start)
        if quoted is not None:
            long_enough = quoted.end - quoted.start >= LEAST
            if long_enough and (announced or "\n\n" in text[quoted.start : quoted.end]):
                return quoted
        elif announced and text[colon + 1 : start].count("\n") and len(text) - start >= LEAST:
            return Span(start, len(text.rstrip()))
    return None


def _handovers(text: str) -> Iterator[int]:
    """Colons that end a paragraph or stand right before an opening quotation mark."""
    for found in re.finditer(f'[{_COLONS}](?=\\s*\\n|\\s{{0,3}}["“„«‟「『‘]|\\s*$)', text):
        yield found.start()


def _announces(before: str, language: str | None) -> bool:
    """Whether the last clause of a text names a statement and hands over to it."""
    paragraph = before.rsplit("\n\n", 1)[-1].rsplit("\n", 1)[-1]
    clause = re.split(r"[.!?] ", paragraph[-300:])[-1].lower().replace("i̇", "i")
    words = _WORDS.findall(clause)
    short = (language or "").partition("-")[0]
    for wording in [_WORDINGS[short]] if short in _WORDINGS else _WORDINGS.values():
        names = _matches(clause, words, wording.noun)
        if names and (_matches(clause, words, wording.verb) or len(words) <= 4):
            return True
    return False


def _matches(clause: str, words: list[str], stems: tuple[str, ...]) -> bool:
    return any(stem in clause if " " in stem else any(word.startswith(stem) for word in words) for stem in stems)


def _quotation(text: str, start: int) -> Span | None:
    """The words inside the quotation that opens at a place; to the end of the text if it is never closed.

    Marks repeated at the head of each paragraph and quotations inside the quotation are allowed for: a paragraph ends
    the quotation when it closes one mark more than it opens.
    """
    opener = text[start : start + 1]
    closers = _OPENERS.get(opener)
    if closers is None:
        return None
    place = start + 1
    for number, paragraph in enumerate(text[place:].split("\n\n")):
        repeated = number > 0 and paragraph.startswith(opener)
        closing = _closing(paragraph[1:] if repeated else paragraph, opener, closers)
        if closing is not None:
            return Span(start + 1, place + closing + repeated)
        place += len(paragraph) + 2
    return Span(start + 1, len(text.rstrip()))


def _closing(paragraph: str, opener: str, closers: str) -> int | None:
    """Where a paragraph closes a quotation that was open at its start."""
    if opener in closers:
        marks = [place for place, char in enumerate(paragraph) if char == opener]
        return marks[-1] if len(marks) % 2 else None
    depth = 1
    for place, char in enumerate(paragraph):
        if char == opener:
            depth += 1
        elif char in closers and not _is_apostrophe(paragraph, place):
            depth -= 1
            if depth == 0:
                return place
    return None


def _is_apostrophe(text: str, place: int) -> bool:
    return text[place] == "’" and text[place + 1 : place + 2].isalpha()
