"""Read: the text of an article, told apart from the page around it.

Three readers, the surest first: an outlet's recipe, structured data that agrees with what the page shows, and the
general reader (trafilatura, fast mode first and the careful one when the result is in doubt).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from copy import deepcopy
from typing import NamedTuple

from bs4 import BeautifulSoup
from cssselect import ExpressionError, SelectorError
from lxml import etree  # type: ignore[import-untyped, unused-ignore]
from trafilatura import bare_extraction
from trafilatura.settings import Document

from scraper.read.furniture import letters, without_furniture
from scraper.read.paragraphs import rejoined
from scraper.read.recipe import Recipe
from scraper.read.structured import JsonObject, plain
from scraper.read.tree import Element, blocks, parse, text_of

VERSION = "1"
AGREES = 0.9
"""Share of a stated article body that must stand in the page's paragraphs for the two to agree."""
SHORT = 600
"""Characters below which a general reading is looked at twice."""
MAX_ELEMENTS = 60_000
"""Elements beyond which the general reader, which is not linear everywhere, is left out."""

_CARRIERS = ("p", "li", "h2", "h3", "h4", "blockquote", "pre", "dd", "figcaption")
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
            return Body(tuple(rejoined(paragraphs)), f"structured/{VERSION}")
    return Body(tuple(rejoined(without_furniture(by_trafilatura(tree), tree, titles))))


# --- recipe ----------------------------------------------------------------------------------------------------


def by_recipe(tree: Element, markup: str, recipe: Recipe) -> list[str]:
    """Paragraphs of the elements that a recipe selects, without what it removes."""
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

    The page's paragraphs carry the structure that stated bodies lose. They agree when they make up nearly all of the
    statement and little of their neighbours is missing from it.
    """
    whole = letters(stated)
    rows = []
    for node in tree.iter(*_CARRIERS):
        if node.tag != "p" and next(node.iter("p"), None) is not None:
            continue
        key = letters(text_of(node))
        place = whole.find(key) if len(key) > 2 else -1
        rows.append((place, len(key), node))
    chosen = in_order([(place, size, index) for index, (place, size, _) in enumerate(rows) if place >= 0])
    kept = sum(rows[index][1] for index in chosen)
    if kept < AGREES * len(whole):
        return []
    homes = {rows[index][2].getparent() for index in chosen if rows[index][1] > 40}
    nearby = sum(size for _, size, node in rows if node.tag == "p" and node.getparent() in homes)
    if nearby > 1.25 * kept + 100:
        return []
    return [text for index in chosen for text in blocks(rows[index][2])]


def in_order(rows: list[tuple[int, int, int]]) -> list[int]:
    """The heaviest selection of (place, size, index) rows whose places rise without overlap; gives the indices."""
    best: list[tuple[int, int]] = []
    for at, (place, size, _) in enumerate(rows):
        before = max(
            ((weight, other) for other, (weight, _) in enumerate(best) if sum(rows[other][:2]) <= place),
            default=(0, -1),
        )
        best.append((before[0] + size, before[1]))
        if at > 1_500:
            break
    at = max(range(len(best)), key=lambda place: best[place][0], default=-1)
    chosen = []
    while at >= 0:
        chosen.append(rows[at][2])
        at = best[at][1]
    return chosen[::-1]


# --- the general reader ----------------------------------------------------------------------------------------


def by_trafilatura(tree: Element, *, fast: bool = True, precise: bool = False) -> list[str]:
    """Paragraphs by trafilatura."""
    document = bare_extraction(
        deepcopy(tree), fast=fast, favor_precision=precise, include_comments=False, include_tables=True
    )
    return list(_paragraphs(document.body)) if isinstance(document, Document) else []


def _paragraphs(body: Element) -> Iterable[str]:
    for node in body:
        yield from _of(node)


def _of(node: Element) -> Iterable[str]:
    if node.tag in {"list", "table", "quote", "row"} and len(node):
        if (node.text or "").strip():
            yield " ".join(node.text.split())
        for inner in node:
            yield from _of(inner)
            if (inner.tail or "").strip():
                yield " ".join(inner.tail.split())
        return
    pieces = [node.text or ""]
    for inner in node.iterdescendants():
        if inner.tag in {"p", "item", "list", "head", "quote"}:
            pieces.append("\n\n")
        if inner.tag == "lb":
            pieces.append("\n")
        pieces.append(inner.text or "")
        if inner.tag in {"p", "item", "list", "head", "quote"}:
            pieces.append("\n\n")
        pieces.append(inner.tail or "")
    for paragraph in "".join(pieces).split("\n\n"):
        text = "\n".join(line for line in (" ".join(line.split()) for line in paragraph.split("\n")) if line)
        if text:
            yield text
