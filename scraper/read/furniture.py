"""Read: paragraphs that belong to the page and not to the article: its headline above, links and appeals around it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cached_property
from importlib.resources import files

from scraper.read.dates import claimed_date, is_month
from scraper.read.paragraphs import ends_a_sentence
from scraper.read.tree import Element, letters, text_of

SHORT = 240
"""Characters up to which a paragraph can be furniture."""
HEAD = 4
"""Paragraphs in which the headline may be repeated."""

_ROWS = tomllib.loads(files(__package__).joinpath("furniture.toml").read_text("utf-8"))
_STARTS = re.compile("|".join(_ROWS["starts"]), re.I)
_WHOLE = re.compile("|".join(_ROWS["whole"]), re.I)
_HEADINGS = ("h2", "h3", "h4", "h5", "h6")


def without_furniture(paragraphs: list[str], tree: Element, titles: Sequence[str]) -> list[str]:
    """The paragraphs that are the article's own. Never empties a text: where all would go, all stay."""
    linked = _Linked(tree)
    kept = [text for text in _without_head(paragraphs, titles) if not is_furniture(text) and not linked.is_all_of(text)]
    while len(kept) > 1 and (_is_dangling(kept[-1], tree) or linked.names(kept[-1])):
        kept.pop()
    while len(kept) > 1 and linked.names(kept[0]):
        kept.pop(0)
    return kept or paragraphs


def is_furniture(paragraph: str) -> bool:
    """Whether a paragraph is an appeal, a pointer to other pages or a label, by its words."""
    text = paragraph.strip()
    return len(text) <= SHORT and bool(_STARTS.match(text) or _WHOLE.fullmatch(text))


class _Linked:
    """The texts of a page's links, gathered once a paragraph may be one of them."""

    def __init__(self, tree: Element) -> None:
        self._tree = tree

    @cached_property
    def texts(self) -> frozenset[str]:
        """As compared."""
        links = (node for node in self._tree.iter("a") if not (node.get("href") or "#").startswith("#"))
        return frozenset(letters(text_of(node)) for node in links)

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


def _is_dangling(text: str, tree: Element) -> bool:
    """A heading under which nothing stands."""
    if len(text) >= SHORT or ends_a_sentence(text):
        return False
    words = letters(text)
    return any(letters(text_of(node)) == words for node in tree.iter(*_HEADINGS))
