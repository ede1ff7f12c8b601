"""Read: the paragraphs of an article on a page of unknown make: trafilatura, watched.

Its fast mode goes first. What it read is held against the paragraphs of the page: a text that was cut into several
containers is completed, and where little of the page was read the careful mode (with its second opinions) has a try.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from typing import NamedTuple

from lxml import etree  # type: ignore[import-untyped, unused-ignore]

from scraper.read.paragraphs import ends_a_sentence
from scraper.read.tree import Element, blocks, is_large, letters, text_of, wrap_loose_text

LITTLE = 0.25
"""Share of the page's paragraphs below which a reading is looked at twice."""
MUCH = 0.3
"""Share by which a completed text must grow for the completion to be believed."""

FEW = 400
"""Letters in bare ``div`` elements from which on they may be an article."""
LINE = 40
"""Letters of what may be a paragraph."""

_INNER = frozenset(
    (
        "address", "article", "aside", "blockquote", "br", "dl", "div", "fieldset", "figure", "footer", "form", "h1",
        "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "table", "ul",
    )
)  # fmt: skip
"""What a paragraph does not hold."""
_NO_TEXT = (
    "script", "style", "link", "meta", "head", "svg", "template", "iframe", "noscript", "nav", "footer", "button",
    "select", "canvas", "video", "audio", "object",
)  # fmt: skip
_NOT_ARTICLE = re.compile(r"comment|disqus|repl(?:y|ies)|footer|related|sidebar|promo|newsletter|teaser", re.I)
_PARTS = frozenset({"p", "item", "list", "head", "quote"})
_NESTS = frozenset({"list", "table", "quote", "row"})


class _Row(NamedTuple):
    """One ``p`` of the page: its words as compared, and its place in the reading (``None``: not read)."""

    node: Element
    key: str
    place: int | None


def paragraphs_in(tree: Element) -> list[str]:
    """Paragraphs of the article on a page; none where nothing looks like one."""
    if is_large(tree):
        return by_density(tree)
    tree = _with_paragraphs(tree)
    read = by_trafilatura(tree)
    rows = _rows(tree, read)
    read = _completed(read, rows)
    size, on_page = sum(map(len, read)), sum(len(row.key) for row in rows)
    if size < LITTLE * on_page:
        careful = by_trafilatura(tree, fast=False)
        if sum(map(len, careful)) > (1 + MUCH) * size:
            read = careful
    # One paragraph of many lines is trafilatura's last resort: all of the page it could not take apart.
    if len(read) == 1 and "\n" in read[0]:
        read = by_density(tree) or read[0].split("\n")
    return read or by_density(tree)


def _with_paragraphs(tree: Element) -> Element:
    """The tree itself, or for a page that sets its paragraphs in bare ``div`` a copy in which they are ``p``.

    Readers look for ``p``; without any they take all of the page, what stands beside the article included.
    """
    bare = sum(len(text_of(node)) for node in tree.iter("div") if _is_bare(node))
    if bare < FEW or any(len(text_of(node)) >= LINE for node in tree.iter("p")):
        return tree
    copy = deepcopy(tree)
    bare_ones = [node for node in copy.iter("div") if _is_bare(node)]
    homes = {node.getparent() for node in bare_ones if len(text_of(node)) >= LINE}
    for node in bare_ones:
        if node.getparent() in homes:  # short lines beside long ones are of the article too: its credit, a heading
            node.tag = "p"
    return copy


def _is_bare(node: Element) -> bool:
    return not any(child.tag in _INNER for child in node)


def by_trafilatura(tree: Element, *, fast: bool = True) -> list[str]:
    """Paragraphs by trafilatura, on a copy of the tree without what never is text."""
    from trafilatura import bare_extraction  # noqa: PLC0415 - not every page needs it, and it takes long to load
    from trafilatura.settings import Document  # noqa: PLC0415

    copy = deepcopy(tree)
    etree.strip_elements(copy, *_NO_TEXT, with_tail=False)
    wrap_loose_text(copy)
    document = bare_extraction(copy, fast=fast, include_comments=False, include_tables=True)
    return list(_paragraphs(document.body)) if isinstance(document, Document) else []


def by_density(tree: Element) -> list[str]:
    """The paragraphs of the element that holds most text in paragraphs of its own: linear, and content with little."""
    copy = deepcopy(tree)
    wrap_loose_text(copy)
    weights: Counter[Element] = Counter()
    for node in copy.iter("p"):
        parent = node.getparent()
        if parent is not None:
            weights[parent] += len(text_of(node))
    if not weights:
        return []
    home, weight = weights.most_common(1)[0]
    return blocks(home) if weight >= 80 else []


def _rows(tree: Element, read: list[str]) -> list[_Row]:
    places = {letters(text): place for place, text in enumerate(read)}
    keys = ((node, letters(text_of(node))) for node in tree.iter("p"))
    return [_Row(node, key, places.get(key)) for node, key in keys if len(key) >= 40]


def _completed(read: list[str], rows: list[_Row]) -> list[str]:
    """The reading with the page's paragraphs that stand in the same kind of container as most of it.

    Pages cut a text into several containers for what they put between; readers then take the first or the largest.
    """
    homes: Counter[tuple[str, str]] = Counter()
    for row in rows:
        if row.place is not None:
            homes[_home(row.node)] += len(row.key)
    total = sum(len(letters(text)) for text in read)
    home, weight = homes.most_common(1)[0] if homes else (("", ""), 0)
    if not home[1] or 2 * weight < total:
        return read
    articles = {_article(row.node) for row in rows if row.place is not None}
    behind: dict[int, list[str]] = {}
    gained = last = 0
    for row in rows:
        if row.place is not None:
            last = max(last, row.place + 1)
        elif _home(row.node) == home and _article(row.node) in articles and _is_prose(row):
            behind.setdefault(last, []).append(text_of(row.node))
            gained += len(row.key)
    if gained < MUCH * total:
        return read
    return [text for place in range(len(read) + 1) for text in (*read[place - 1 : place], *behind.get(place, ()))]


def _home(node: Element) -> tuple[str, str]:
    parent = node.getparent()
    return (str(parent.tag), parent.get("class") or "") if parent is not None else ("", "")


def _article(node: Element) -> Element | None:
    return next(node.iterancestors("article"), None)


def _is_prose(row: _Row) -> bool:
    """Sentences with few links, not below something named after comments, promotions and the like."""
    if not ends_a_sentence(text_of(row.node)):
        return False
    if any(_NOT_ARTICLE.search(f"{node.get('class')} {node.get('id')}") for node in row.node.iterancestors()):
        return False
    return 2.5 * sum(len(letters(text_of(link))) for link in row.node.iter("a")) < len(row.key)


def _paragraphs(body: Element) -> Iterator[str]:
    """Paragraphs of what trafilatura returns (a tree in the manner of TEI)."""
    for node in body:
        yield from _in_part(node)


def _in_part(node: Element) -> Iterator[str]:
    if node.tag in _NESTS and len(node):
        yield from _tidy(node.text or "")
        for inner in node:
            yield from _in_part(inner)
            yield from _tidy(inner.tail or "")
        return
    pieces = [node.text or ""]
    for event, inner in etree.iterwalk(node, events=("start", "end")):
        if inner is node:
            continue
        if inner.tag in _PARTS:
            pieces.append("\n\n")
        elif inner.tag == "lb" and event == "start":
            pieces.append("\n")
        pieces.append((inner.text if event == "start" else inner.tail) or "")
    for part in "".join(pieces).split("\n\n"):
        yield from _tidy(part)


def _tidy(text: str) -> Iterator[str]:
    """A paragraph without doubled spaces and empty lines, if anything is left of it."""
    lines = (" ".join(line.split()) for line in text.split("\n"))
    joined = "\n".join(line for line in lines if line)
    if joined:
        yield joined
