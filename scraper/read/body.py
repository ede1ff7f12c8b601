"""Read: the text of an article, told apart from the page around it.

Three readers, the surest first: an outlet's recipe, structured data that agrees with what the page shows, and the
general reader.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from cssselect import ExpressionError, SelectorError
from lxml import etree  # type: ignore[import-untyped, unused-ignore]

from scraper.read.furniture import without_furniture
from scraper.read.general import paragraphs_in
from scraper.read.paragraphs import rejoined
from scraper.read.recipe import Recipe
from scraper.read.structured import JsonObject, plain
from scraper.read.tree import Element, blocks, letters, parse, text_of

VERSION = "1"
AGREES = 0.9
"""Share of a stated article body that must stand in the page's paragraphs for the two to agree."""

NEARLY_ALL = 0.98
"""Share of a stated article body from which nothing of it is looked for elsewhere on the page."""

LONGER = 4
"""Times that the page's paragraphs may be longer than a stated body that agrees with them."""

_CARRIERS = ("p", "li", "h2", "h3", "h4", "blockquote", "pre", "dd", "figcaption")
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
    prose = _rows(tree.iter("p"), whole)
    rows, chosen, kept = _found(_rows_of_home(prose, whole))
    if kept < NEARLY_ALL * len(whole):
        rows, chosen, kept = _found(_rows(_carriers(tree), whole))
    if not chosen or kept < AGREES * len(whole):
        return []
    homes = {rows[index].node.getparent() for index in chosen if len(rows[index].key) > 40}
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


def _carriers(home: Element | None) -> Iterator[Element]:
    """What may carry a paragraph, in page order; of what holds several, these."""
    for node in home.iter(*_CARRIERS) if home is not None else ():
        if node.tag == "p" or next(node.iter("p"), None) is None:
            yield node


def _rows(nodes: Iterable[Element], whole: str) -> list[_Row]:
    keys = ((node, letters(text_of(node))) for node in nodes)
    return [_Row(node, key, whole.find(key) if len(key) > 2 else -1) for node, key in keys]


def _rows_of_home(prose: list[_Row], whole: str) -> list[_Row]:
    """What may carry a paragraph of the stated body where its ``p`` stand, menus and teasers left alone."""
    found, chosen, _ = _found(prose)
    known = {row.node: row for row in prose}
    home = _common(found[index].node for index in chosen)
    return [known.get(node) or _rows([node], whole)[0] for node in _carriers(home)]


def _found(rows: list[_Row]) -> tuple[list[_Row], list[int], int]:
    """Rows, the places in them of those that make up the stated body in its order, and their letters."""
    chosen = in_order([(row.place, len(row.key), index) for index, row in enumerate(rows) if row.place >= 0])
    return rows, chosen, sum(len(rows[index].key) for index in chosen)


def _common(nodes: Iterable[Element]) -> Element | None:
    """The innermost element around all of some elements, ``None`` where there are none."""
    above: list[Element] = []
    for parent in dict.fromkeys(node.getparent() for node in nodes):
        line = [parent, *parent.iterancestors()]
        others = set(line)
        above = [node for node in above if node in others] if above else line
    return above[0] if above else None


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
