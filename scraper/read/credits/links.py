"""Links in a page's markup that have a source label before them, behind them, or for their words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice

from lxml import etree  # type: ignore[import-untyped, unused-ignore]

from scraper.model import Citation
from scraper.read.credits.anchors import TOKEN
from scraper.read.credits.declared import Page, is_foreign, outlet_of
from scraper.read.credits.forms import any_case
from scraper.read.credits.rules import label_words
from scraper.read.gazetteer import host_of
from scraper.read.tree import Element, text_of
from scraper.read.urls import url_key

NEAR = 60
"""Characters between a link and its label, the label included."""
ASIDE = frozenset({"nav", "aside", "figure", "figcaption", "header", "form", "button", "script", "style", "template"})
"""Parts of a page that are no running text."""
_MAX_LINKS = 3_000
_MAX_BLOCK = 1_500
"""Characters of a block in which a label is looked for beside a link; a source note is short."""
_MAX_BLOCKS = 40
_MAX_TRIED = 200
"""Blocks with links to others that are looked at: the first and the last of a page, where sources are named."""
_MAX_STEPS = 40
"""Elements that are passed by on the way to the words beside a block."""
_BLOCK = frozenset({"p", "div", "li", "td", "section", "article", "footer", "blockquote", "dd", "main", "body", "h6"})
_NO_WORDS = frozenset({"script", "style", "template", "noscript"})
_AWAY = etree.XPath("descendant::a[contains(@href, '://')][not(contains(@href, $own))]")


def foreign_links(tree: Element, page: Page) -> list[Element]:
    """Links to other outlets that stand in running text, in the order of the page."""
    own = host_of(page.url or "")
    away = _AWAY(tree, own=f"://{own}" if own else "\n")
    foreign = (link for link in away[:_MAX_LINKS] if is_foreign(link.get("href"), page))
    return [link for link in foreign if not any(node.tag in ASIDE for node in link.iterancestors())]


def labelled_links(links: Iterable[Element]) -> Iterator[Citation]:
    """The links that have a source label before them, behind them, or for their words."""
    blocks: dict[Element, list[Element]] = {}
    for link in links:
        block = next((node for node in link.iterancestors() if node.tag in _BLOCK), None)
        if block is not None:
            blocks.setdefault(block, []).append(link)
    tried = list(blocks.items())
    tried = tried if len(tried) <= _MAX_TRIED else tried[: _MAX_TRIED // 2] + tried[-_MAX_TRIED // 2 :]
    found = (rows for block, within in tried if (rows := list(_labelled_in(block, within))))
    for rows in islice(found, _MAX_BLOCKS):
        yield from rows


def _labelled_in(block: Element, links: list[Element]) -> Iterator[Citation]:
    if (words := _short_words(block)) is None:
        return
    alone = next((link for link in links if text_of(link) == words), None)
    if alone is not None and _has_label_beside(block):
        yield labelled(alone.get("href"), words)
    elif not _label_beginnings().isdisjoint(TOKEN.findall(words.lower())):
        for link, before, behind in _surrounded(block):
            if link in links and (found := with_label(before, text_of(link), behind)) is not None:
                yield labelled(link.get("href"), found)


def _short_words(block: Element) -> str | None:
    """The text of a block on one line, ``None`` if there is more of it than in any source note."""
    pieces: list[str] = []
    size = 0
    for piece in block.itertext():
        size += len(piece)
        if size > _MAX_BLOCK:
            return None
        pieces.append(piece)
    return " ".join("".join(pieces).split())


def with_label(before: str, own: str, behind: str) -> str | None:
    """The words of a link together with the label beside them; ``None`` where no source label stands there."""
    if found := _label_before().search(before[-NEAR:]):
        return f"{found.group().strip()} {own}".strip()
    if found := _label_behind().match(behind[:NEAR]):
        return f"{own} {found.group().strip()}".strip()
    return own if _label_alone().fullmatch(own) else None


def labelled(address: str, words: str) -> Citation:
    """A hyperlink with its label."""
    met = address.strip()
    key = url_key(met).url
    return Citation(kind="hyperlink", words=words or met, outlet=outlet_of(key), url=key, url_as_met=met)


# --- beside a link -----------------------------------------------------------------------------------------------


def _surrounded(block: Element) -> Iterator[tuple[Element, str, str]]:
    """Each link of a block with the words before it, from where the link before that begins, and those behind it, up to
    the next link."""
    links: list[Element] = []
    gaps = [""]
    walk = etree.iterwalk(block, events=("start", "end"))
    for event, node in walk:
        if event == "end":
            gaps[-1] += (node.tail or "") if node is not block else ""
        elif node.tag == "a":
            links.append(node)
            gaps.append("")
            walk.skip_subtree()
        else:
            gaps[-1] += node.text or ""
    for number, link in enumerate(links):
        before = f"{text_of(links[number - 1])} {gaps[number]}" if number else gaps[0]
        yield link, " ".join(before.split()), " ".join(gaps[number + 1].split())


@cache
def _label_beginnings() -> frozenset[str]:
    """The first words of all labels, in lower case: most blocks hold none of them."""
    return frozenset(TOKEN.findall(label.lower())[0] for label in label_words())


@cache
def _label_before() -> re.Pattern[str]:
    label = any_case(label_words())
    return re.compile(f'(?:^|[\\s(\\[|.»”"—–-]){label}(?:\\s?[/|]\\s?{label})?\\s?[:：–—-]?\\s?$')


@cache
def _label_behind() -> re.Pattern[str]:
    label = any_case(label_words())
    return re.compile(f"\\s?[(\\[]?{label}(?:\\s?[/|]\\s?{label})?\\s?[:：)\\]]?\\s?$")


@cache
def _label_alone() -> re.Pattern[str]:
    label = any_case(label_words())
    return re.compile(f"{label}(?:\\s?[/|]\\s?{label})?(?i:\\s(?:link|article|url))?\\s?[:：]?")


# --- beside a block ----------------------------------------------------------------------------------------------


def _has_label_beside(block: Element) -> bool:
    """Whether the words just before or just behind a block are a source label and nothing else."""
    for pieces in (_pieces_behind(block), _pieces_before(block)):
        words = next((piece for piece in islice(pieces, _MAX_STEPS) if piece and not piece.isspace()), "")
        if len(words) < _MAX_BLOCK and _label_alone().fullmatch(" ".join(words.split())):
            return True
    return False


def _pieces_behind(block: Element) -> Iterator[str | None]:
    node = block
    while node is not None:
        yield node.tail
        following = node.getnext()
        if following is None:
            node = node.getparent()
            continue
        if following.tag not in _NO_WORDS:
            yield from following.itertext(with_tail=False)
        node = following


def _pieces_before(block: Element) -> Iterator[str | None]:
    node = block
    while node is not None:
        before = node.getprevious()
        if before is None:
            node = node.getparent()
            yield None if node is None else node.text
            continue
        yield before.tail
        yield from _pieces_backwards(before)
        node = before


def _pieces_backwards(node: Element) -> Iterator[str | None]:
    """The text inside an element, the last piece first."""
    if node.tag in _NO_WORDS:
        return
    for child in node.iterchildren(reversed=True):
        yield child.tail
        yield from _pieces_backwards(child)
    yield node.text
