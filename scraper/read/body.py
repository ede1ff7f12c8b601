"""Read: the text of an article, told apart from the page around it.

Three readers, the surest first: an outlet's recipe, structured data that agrees with what the page shows, and the
general reader.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cssselect import ExpressionError, SelectorError
from lxml import etree  # type: ignore[import-untyped, unused-ignore]

from scraper.read.furniture import letters, without_furniture
from scraper.read.general import paragraphs_in
from scraper.read.paragraphs import rejoined
from scraper.read.recipe import Recipe
from scraper.read.structured import JsonObject, plain
from scraper.read.tree import Element, blocks, parse, text_of

VERSION = "1"
AGREES = 0.9
"""Share of a stated article body that must stand in the page's paragraphs for the two to agree."""

LONGER = 4
"""Times that the page's paragraphs may be longer than a stated body that agrees with them."""

_CARRIERS = etree.XPath(
    "descendant-or-self::p | descendant-or-self::*[self::li or self::h2 or self::h3 or self::h4 or self::blockquote"
    " or self::pre or self::dd or self::figcaption][not(descendant::p)]"
)
_SUBHEADS = frozenset({"h2", "h3", "h4", "p"})
_CUT_OFF = ("…", "...", "[...]", "[…]")


class Body(NamedTuple):
    """Paragraphs of an article and the reader that found them."""

    paragraphs: tuple[str, ...] = ()
    reader: str = f"general/{VERSION}"

    @property
    def text(self) -> str:
        return "\n\n".join(self.paragraphs)


def body_of(
    tree: Element, markup: str, thing: JsonObject | None, *, titles: Sequence[str] = (), recipe: Recipe | None = None
) -> Body:
    """The article's paragraphs by the first reader that is sure of them, else by the general one.

    ``titles`` are the forms of the headline, which is no part of the text.
    """
    if recipe and recipe.body:
        paragraphs = by_recipe(tree, markup, recipe)
        if paragraphs:
            return Body(tuple(rejoined(paragraphs)), f"recipe/{VERSION}")
    stated = stated_body(thing)
    if stated:
        paragraphs = agreeing(tree, stated)
        if paragraphs:
            return Body(tuple(rejoined(without_furniture(paragraphs, tree, titles))), f"structured/{VERSION}")
    return Body(tuple(rejoined(without_furniture(paragraphs_in(tree), tree, titles))))


# --- recipe ----------------------------------------------------------------------------------------------------


def by_recipe(tree: Element, markup: str, recipe: Recipe) -> list[str]:
    """Paragraphs of the elements that a recipe selects, without what it removes."""
    from bs4 import BeautifulSoup  # noqa: PLC0415 - few pages need it, and it takes long to load

    paragraphs: list[str] = []
    for part in selected(tree, markup, recipe.body):
        soup = BeautifulSoup(part, "lxml")
        for unwanted in soup.select(recipe.remove) if recipe.remove else ():
            unwanted.decompose()
        paragraphs += blocks(parse(str(soup)))
    return paragraphs


def selected(tree: Element, markup: str, selector: str | None) -> list[str]:
    """Markup of the outermost elements that a CSS selector finds.

    lxml looks first; selectors that only Beautiful Soup understands cost a parse of the whole page.
    """
    if not selector:
        return []
    try:
        nodes = list(tree.cssselect(selector))
    except (SelectorError, ExpressionError):
        from bs4 import BeautifulSoup  # noqa: PLC0415 - as above

        return [str(node) for node in BeautifulSoup(markup, "lxml").select(selector)]
    chosen = set(nodes)
    outermost = [node for node in nodes if not any(above in chosen for above in node.iterancestors())]
    return [etree.tostring(node, encoding="unicode", method="html", with_tail=False) for node in outermost]


# --- structured data -------------------------------------------------------------------------------------------


def stated_body(thing: JsonObject | None) -> str | None:
    """The article body of structured data as plain text, if it is one and not a teaser."""
    value = (thing or {}).get("articleBody") or (thing or {}).get("text")
    if not isinstance(value, str):
        return None
    if "<" in value and re.search(r"</?[a-zA-Z]", value):
        value = " ".join(blocks(parse(value)))
    stated = plain(value) or ""
    return None if len(stated) < 200 or stated.endswith(_CUT_OFF) else stated


def agreeing(tree: Element, stated: str) -> list[str]:
    """The page's own paragraphs that a stated body consists of; none where page and statement disagree.

    The page's paragraphs carry the structure that stated bodies lose, and the subheadings between them. They agree
    when they make up nearly all of the statement, little of their neighbours is missing from it, and the page has no
    longer text elsewhere (stated bodies can be teasers).
    """
    whole = letters(stated)
    rows = [_Row(node, key, whole.find(key) if len(key) > 2 else -1) for node, key in _carriers(tree)]
    chosen = in_order([(row.place, len(row.key), index) for index, row in enumerate(rows) if row.place >= 0])
    kept = sum(len(rows[index].key) for index in chosen)
    if not chosen or kept < AGREES * len(whole):
        return []
    homes = {rows[index].node.getparent() for index in chosen if len(rows[index].key) > 40}
    prose = [row for row in rows if row.node.tag == "p"]
    nearby = sum(len(row.key) for row in prose if row.node.getparent() in homes)
    if nearby > 1.25 * kept + 100 or LONGER * kept < sum(len(row.key) for row in prose):
        return []
    between = set(chosen) | {
        index
        for index in range(chosen[0], chosen[-1])
        if rows[index].node.tag in _SUBHEADS and len(rows[index].key) < 120 and rows[index].node.getparent() in homes
    }
    return [text for index in sorted(between) for text in blocks(rows[index].node)]


class _Row(NamedTuple):
    """One paragraph of the page: its words as compared, and where they stand in the stated body (-1: nowhere)."""

    node: Element
    key: str
    place: int


def _carriers(tree: Element) -> Iterator[tuple[Element, str]]:
    for node in _CARRIERS(tree):
        yield node, letters(text_of(node))


def in_order(rows: list[tuple[int, int, int]]) -> list[int]:
    """The heaviest selection of (place, size, index) rows whose places rise without overlap; gives the indices."""
    best: list[tuple[int, int]] = []
    ends: list[int] = []
    heaviest: list[tuple[int, int]] = []
    for at, (place, size, _) in enumerate(rows):
        # ``heaviest`` rises with ``ends``: what ends later without weighing more is never gone on with.
        before = bisect_right(ends, place)
        weight, other = heaviest[before - 1] if before else (0, -1)
        best.append((weight + size, other))
        _note_end(ends, heaviest, place + size, (weight + size, at))
    at = max(range(len(best)), key=lambda place: best[place][0], default=-1)
    chosen = []
    while at >= 0:
        chosen.append(rows[at][2])
        at = best[at][1]
    return chosen[::-1]


def _note_end(ends: list[int], heaviest: list[tuple[int, int]], end: int, weighed: tuple[int, int]) -> None:
    """Keep a selection where it is the heaviest of those that end so early."""
    at = bisect_right(ends, end)
    if at and heaviest[at - 1] > weighed:
        return
    stop = at
    while stop < len(ends) and heaviest[stop] <= weighed:
        stop += 1
    start = bisect_left(ends, end)
    ends[start:stop], heaviest[start:stop] = [end], [weighed]
