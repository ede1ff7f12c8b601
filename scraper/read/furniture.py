"""Read: paragraphs that belong to the page and not to the article: its headline above, links and appeals around it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from importlib.resources import files

from scraper.read.dates import claimed_date, is_month
from scraper.read.paragraphs import ends_a_sentence
from scraper.read.tree import Element, text_of

SHORT = 240
"""Characters up to which a paragraph can be furniture."""
HEAD = 4
"""Paragraphs in which the headline may be repeated."""

_ROWS = tomllib.loads(files(__package__).joinpath("furniture.toml").read_text("utf-8"))
_STARTS = re.compile("|".join(_ROWS["starts"]), re.I)
_WHOLE = re.compile("|".join(_ROWS["whole"]), re.I)
_LETTERS = re.compile(r"[^\W_]+")
_HEADINGS = ("h2", "h3", "h4", "h5", "h6")


def without_furniture(paragraphs: list[str], tree: Element, titles: Sequence[str]) -> list[str]:
    """The paragraphs that are the article's own. Never empties a text: where all would go, all stay."""
    linked = _linked(tree)
    headings = {letters(text_of(node)) for node in tree.iter(*_HEADINGS)}
    kept = [text for text in _without_head(paragraphs, titles) if not is_furniture(text) and not linked.is_all_of(text)]
    while len(kept) > 1 and (_is_dangling(kept[-1], headings) or linked.names(kept[-1])):
        kept.pop()
    while len(kept) > 1 and linked.names(kept[0]):
        kept.pop(0)
    return kept or paragraphs


def is_furniture(paragraph: str) -> bool:
    """Whether a paragraph is an appeal, a pointer to other pages or a label, by its words."""
    text = paragraph.strip()
    return len(text) <= SHORT and bool(_STARTS.match(text) or _WHOLE.fullmatch(text))


def letters(text: str) -> str:
    """Letters and digits only, in lower case: what two printings of a text have in common."""
    return "".join(_LETTERS.findall(text.lower()))


class _Linked:
    """The texts of a page's links."""

    def __init__(self, texts: set[str]) -> None:
        self.texts = texts

    def names(self, paragraph: str) -> bool:
        """Whether a few words are those of a link."""
        return len(paragraph) < 40 and not ends_a_sentence(paragraph) and letters(paragraph) in self.texts

    def is_all_of(self, paragraph: str) -> bool:
        """Whether a short paragraph is nothing but a link, a label in front of it allowed for."""
        if len(paragraph) > SHORT or ends_a_sentence(paragraph):
            return False
        words = letters(paragraph)
        if len(words) > 20 and words in self.texts:
            return True
        label, colon, rest = paragraph.partition(":")
        return bool(colon) and len(label) < 30 and len(rest) > 12 and letters(rest) in self.texts


def _linked(tree: Element) -> _Linked:
    return _Linked({letters(text_of(node)) for node in tree.iter("a") if not (node.get("href") or "#").startswith("#")})


def _without_head(paragraphs: list[str], titles: Sequence[str]) -> list[str]:
    """The paragraphs without the headline, what stands above it, and the date line under it."""
    names = {letters(title) for title in titles if title}
    place = next((n for n, text in enumerate(paragraphs[:HEAD]) if letters(text) in names), None)
    if place is not None and all(len(text) < SHORT for text in paragraphs[:place]):
        paragraphs = paragraphs[place + 1 :]
    while paragraphs and is_date_line(paragraphs[0]):
        paragraphs = paragraphs[1:]
    return paragraphs


def is_date_line(text: str) -> bool:
    """A line of nothing but a date and at most two words that are no month."""
    if len(text) > 60 or claimed_date(text) is None:
        return False
    words = [word for word in re.findall(r"[^\W\d_]{3,}", text) if not is_month(word)]
    return len(words) <= 1


def _is_dangling(text: str, headings: set[str]) -> bool:
    """A heading under which nothing stands."""
    return len(text) < SHORT and not ends_a_sentence(text) and letters(text) in headings
