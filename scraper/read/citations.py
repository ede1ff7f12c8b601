"""Read: every declared pointer of a page to its source - head, links with a source label, and the words of the text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from lxml import etree  # type: ignore[import-untyped, unused-ignore]

from scraper.model import Citation, Span
from scraper.read.credits import credits_in
from scraper.read.credits.declared import (
    Page,
    declared_in_json,
    declared_in_links,
    declared_in_metas,
    is_foreign,
    is_home,
    is_own_name,
    is_picture,
    known_signer,
    outlet_of,
    without_source_label,
)
from scraper.read.credits.forms import alternatives
from scraper.read.credits.names import has_issuer_noun
from scraper.read.credits.rules import label_words, language_code, language_rules
from scraper.read.gazetteer import fold
from scraper.read.structured import Structured
from scraper.read.tree import Element, marked, text_of
from scraper.read.urls import url_key

if TYPE_CHECKING:
    from bs4.element import Tag

_MAX_LINKS = 3_000
_MAX_BLOCK = 1_500
"""Characters of a block in which a label is looked for beside a link; a source note is short."""
_MAX_BLOCKS = 40
_MAX_TRIED = 200
"""Blocks with links to others that are looked at: the first and the last of a page, where sources are named."""
_NEAR = 60
"""Characters between a link and its label, the label included."""
_MAX_SIGNATURE = 120
_ASIDE = frozenset({"nav", "aside", "figure", "figcaption", "header", "form", "button", "script", "style", "template"})
_BLOCK = frozenset({"p", "div", "li", "td", "section", "article", "footer", "blockquote", "dd", "main", "body", "h6"})
_SIGNED = re.compile(r"byline|author|source|agency|credit")
_UNSIGNED = frozenset({"script", "style", "meta", "link", "img", "body"})
_NEXT_WORDS = etree.XPath("following::text()[normalize-space()][1]")
_LAST_WORDS = etree.XPath("preceding::text()[normalize-space()][1]")
_NO_SIGNATURE = re.compile(
    r"(?i)photo|image|img|picture|caption|figure|video|media|gallery|related|share|social|comment"
)
_WORD = re.compile(r"[^\W_]+")
_RULE_LINE = re.compile(r"[\s*_=~#•–—-]{0,40}$")
_PLAIN_LINK = re.compile(
    r"\[([^\[\]\n]{0,300})\]\(<?(https?://[^()\s<>]{3,2000})>?(?:\s\"[^\"\n]{0,200}\")?\)|<(https?://[^<>\s]{3,2000})>"
    r"|(?<![\w(\[<])(https?://[^\s<>()\[\]\"]{3,2000})"
)


def page_citations(
    tree: Element,
    *,
    text: str,
    url: str | None,
    language: str | None,
    site_name: str | None,
    structured: Structured,
) -> tuple[Citation, ...]:
    """The citations of a page: declared in its head, linked with a label, signed above or below, said in its text.

    ``text`` is the article's text (spans are offsets into it), ``url`` the page's address; what points at the page, its
    own outlet, its front door, a share button or a redirector gives nothing. Addresses are canonical (``url_key``);
    ``url_as_met`` keeps them as written. Each citation stands once, in the order of the page.
    """
    page = Page(url=url, site_name=site_name, language=language)
    links = _foreign_links(tree, page)
    said = [_linked(row, links) for row in credits_in(text, language=language)]
    signed = _signatures(tree, page)
    return _settled([*_declared(structured, page), *said, *_labelled(links, text), *signed], page)


def plain_citations(raw: str, *, text: str, url: str | None, language: str | None) -> tuple[Citation, ...]:
    """The citations of a saved page of plain text or Markdown.

    ``raw`` is the page as saved, ``text`` the article read from it. A link (bare, ``<…>`` or ``[…](…)``) is a citation
    where a source label stands before or behind it, on its line or the nearest other.
    """
    page = Page(url=url, language=language)
    said = credits_in(text, language=language)
    framed = [] if raw == text else [_placed(row, text) for row in credits_in(raw, language=language) if not row.url]
    known = {_identity(row) for row in said} | {fold(row.words) for row in said}
    framed = [row for row in framed if _identity(row) not in known and fold(row.words) not in known]
    return _settled([*said, *framed, *_plain_links(raw, text, page)], page)


def _declared(structured: Structured, page: Page) -> list[Citation]:
    canonical = [("canonical", href) for href in structured.links.get("canonical", ())[:1]] if page.url else []
    metas = ((name, content) for name, contents in structured.meta.items() for content in contents[:3])
    return [
        *declared_in_links(canonical, page),
        *declared_in_metas(metas, page),
        *declared_in_json(structured.objects, page),
    ]


# --- links in markup ---------------------------------------------------------------------------------------------


def _foreign_links(tree: Element, page: Page) -> list[Element]:
    """Links to other outlets that stand in running text, in the order of the page."""
    found: list[Element] = []
    for number, link in enumerate(tree.iter("a")):
        if number > _MAX_LINKS:
            break
        href = link.get("href") or ""
        if is_foreign(href, page) and not any(node.tag in _ASIDE for node in link.iterancestors()):
            found.append(link)
    return found


def _labelled(links: Iterable[Element], text: str) -> Iterator[Citation]:
    """Links with a source label before them, behind them, or as their own words."""
    blocks: dict[Element, list[Element]] = {}
    for link in links:
        block = next((node for node in link.iterancestors() if node.tag in _BLOCK), None)
        if block is not None:
            blocks.setdefault(block, []).append(link)
    tried = list(blocks)
    tried = tried if len(tried) <= _MAX_TRIED else tried[: _MAX_TRIED // 2] + tried[-_MAX_TRIED // 2 :]
    for block in [block for block in tried if _may_label(block)][:_MAX_BLOCKS]:
        if (alone := _alone_in(block, blocks[block])) is not None and _label_in_neighbour(block):
            yield _placed(_hyperlink(str(alone.get("href")), text_of(alone)), text)
            continue
        from bs4 import BeautifulSoup  # noqa: PLC0415 - few pages need it, and it takes long to load

        soup = BeautifulSoup(etree.tostring(block, encoding="unicode", with_tail=False), "lxml")
        hrefs = {link.get("href") for link in blocks[block]}
        for tag in soup.find_all("a", href=True):
            if tag["href"] in hrefs and (words := _label_beside(tag)) is not None:
                yield _placed(_hyperlink(str(tag["href"]), words), text)


def _may_label(block: Element) -> bool:
    words = "".join(block.itertext())
    if len(words) > _MAX_BLOCK:
        return False
    return not _label_beginnings().isdisjoint(_WORD.findall(words.lower())) or _label_in_neighbour(block)


def _alone_in(block: Element, links: Iterable[Element]) -> Element | None:
    """The link that is all there is in a block."""
    words = text_of(block)
    return next((link for link in links if text_of(link) == words), None)


def _label_in_neighbour(block: Element) -> bool:
    """Whether the words just before or just behind a block are a source label and nothing else."""
    beside = (_NEXT_WORDS(block)[:1], _LAST_WORDS(block)[:1])
    return any(_label_alone().fullmatch(" ".join(str(words).split())) for found in beside for words in found)


def _label_beside(tag: Tag) -> str | None:
    """The words of a labelled link, its label included; ``None`` where no source label stands beside it."""
    own = " ".join(tag.get_text(" ").split())
    before = _string_beside(tag.previous_elements, tag, backwards=True)
    if found := _label_before().search(before):
        return f"{found.group().strip()} {own}".strip()
    behind = _string_beside(tag.next_elements, tag, backwards=False)
    if found := _label_behind().match(behind):
        return f"{own} {found.group().strip()}".strip()
    return own if _label_alone().fullmatch(own) else None


def _string_beside(elements: Iterable[object], tag: Tag, *, backwards: bool) -> str:
    """Up to ``_NEAR`` characters of text next to a tag, other links excluded."""
    from bs4.element import NavigableString, Tag  # noqa: PLC0415 - as above

    collected = ""
    for element in elements:
        if isinstance(element, Tag) and element.name == "a" and element is not tag and element not in tag.parents:
            break
        if isinstance(element, NavigableString) and tag not in element.parents:
            collected = f"{element}{collected}" if backwards else f"{collected}{element}"
        if len(collected) > _NEAR:
            break
    return " ".join(collected.split())[-_NEAR:] if backwards else " ".join(collected.split())[:_NEAR]


@cache
def _label_beginnings() -> frozenset[str]:
    """The first words of all labels, in lower case: most blocks hold none of them."""
    return frozenset(_WORD.findall(label.lower())[0] for label in label_words())


@cache
def _label_before() -> re.Pattern[str]:
    label = alternatives(label_words())
    return re.compile(f'(?i)(?:^|[\\s(\\[|.»”"—–-]){label}(?:\\s?[/|]\\s?{label})?\\s?[:：–—-]?\\s?$')


@cache
def _label_behind() -> re.Pattern[str]:
    label = alternatives(label_words())
    return re.compile(f"(?i)\\s?[(\\[]?{label}(?:\\s?[/|]\\s?{label})?\\s?[:：)\\]]?\\s?$")


@cache
def _label_alone() -> re.Pattern[str]:
    label = alternatives(label_words())
    return re.compile(f"(?i){label}(?:\\s?[/|]\\s?{label})?(?:\\s(?:link|article|url))?\\s?[:：]?")


def _hyperlink(address: str, words: str) -> Citation:
    met = address.strip()
    key = url_key(met).url
    return Citation(kind="hyperlink", words=words or met, outlet=outlet_of(key), url=key, url_as_met=met)


def _linked(row: Citation, links: list[Element]) -> Citation:
    """A credit together with the address that its outlet's name is linked to."""
    if row.url or row.outlet is None:
        return row
    name = fold(row.outlet)
    for link in links:
        words = fold(text_of(link))
        if words == name or (
            words and len(words) < _MAX_SIGNATURE and name in words and fold(row.words).find(words) >= 0
        ):
            met = (link.get("href") or "").strip()
            return replace(row, url=url_key(met).url, url_as_met=met)
    return row


def _signatures(tree: Element, page: Page) -> Iterator[Citation]:
    """Agencies in the elements that pages sign with, which the article's text leaves out."""
    for element in [node for node in marked(tree) if _is_signed(node)][:60]:
        marks = f"{element.get('class') or ''} {element.get('id') or ''}"
        if _NO_SIGNATURE.search(marks) or any(node.tag in _ASIDE - {"header"} for node in element.iterancestors()):
            continue
        words = text_of(element)
        if 0 < len(words) <= _MAX_SIGNATURE:
            yield from _signature(words, page)


def _is_signed(node: Element) -> bool:
    named = _SIGNED.search(node.get("class") or "")
    return bool(named or "author" in (node.get("itemprop"), node.get("rel"))) and node.tag not in _UNSIGNED


def _signature(words: str, page: Page) -> Iterator[Citation]:
    if is_picture(words):
        return
    if (agency := known_signer(without_source_label(words), page)) is not None:
        yield Citation(kind="byline", words=words, outlet=agency)


# --- links in plain text -----------------------------------------------------------------------------------------


def _plain_links(raw: str, text: str, page: Page) -> Iterator[Citation]:
    lines = [line.strip() for line in raw.split("\n")]
    filled = [line for line in lines if line and not _RULE_LINE.fullmatch(line)]
    for number, line in enumerate(filled):
        for link in _PLAIN_LINK.finditer(line[:8_000]):
            name, named, pointed, bare = link.groups()
            address = (named or pointed or bare).rstrip(".,;:!?'\"")
            if not is_foreign(address, page) or (is_home(address) and page.url is None):
                continue
            before = line[: link.start()] or (filled[number - 1] if number else "")
            behind = line[link.end() :] or (filled[number + 1] if number + 1 < len(filled) else "")
            if label := _plain_label(before, name or "", behind):
                row = _hyperlink(address, address)
                yield _placed(replace(row, words=row.url_as_met or label), text)


def _plain_label(before: str, own: str, behind: str) -> str | None:
    found = (
        _label_before().search(before[-_NEAR:].strip(" *_"))
        or _label_alone().fullmatch(own.strip(" *_"))
        or _label_behind().match(behind[:_NEAR].strip(" *_"))
    )
    return found.group() if found else None


# --- together ----------------------------------------------------------------------------------------------------


def _placed(row: Citation, text: str) -> Citation:
    """A citation with the place of its words in the article's text, if they stand there."""
    start = text.find(row.words) if row.words else -1
    return replace(row, span=Span(start, start + len(row.words)) if start >= 0 else None)


def _identity(row: Citation) -> tuple[str, ...]:
    return (row.kind, fold(row.outlet or ""), fold(row.issuer or ""), row.url or "")


def _settled(rows: Iterable[Citation], page: Page) -> tuple[Citation, ...]:
    """Foreign citations, each once, their addresses canonical: head, then text, then what stands outside it."""
    seen: set[tuple[str, ...]] = set()
    kept: list[Citation] = []
    for row in rows:
        if row.outlet and is_own_name(row.outlet, page):
            if not row.issuer or not has_issuer_noun(row.issuer, language_rules(language_code(page.language))):
                continue
            row = replace(row, outlet=None)  # noqa: PLW2901 - its own name goes, whose statement it is stays
        met = row.url_as_met or row.url
        keyed = replace(row, url=url_key(met).url if met and "://" in met else row.url, url_as_met=met)
        if (identity := _identity(keyed)) not in seen:
            seen.add(identity)
            kept.append(keyed)
    return tuple(sorted(kept, key=_order))


def _order(row: Citation) -> tuple[int, int]:
    if row.span is not None:
        return (1, row.span.start)
    return (0, 0) if row.kind in ("canonical", "structured") else (2, 0)
