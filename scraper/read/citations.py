"""Read: every declared pointer of a page to its source - head, links with a source label, and the words of the text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

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
    without_source_label,
)
from scraper.read.credits.links import ASIDE, NEAR, foreign_links, labelled, labelled_links, with_label
from scraper.read.credits.names import has_issuer_noun, is_indefinite
from scraper.read.credits.rules import Language, language_code, language_rules
from scraper.read.gazetteer import fold
from scraper.read.structured import Structured
from scraper.read.tree import Element, text_of
from scraper.read.urls import url_key

_MAX_SIGNATURE = 120
_MAX_SIGNED = 60
_SIGNED = etree.XPath(
    "//@itemprop[. = 'author']/.. | //a/@rel[. = 'author']/.. | //@class["
    f"{' or '.join(f'contains(., {word!r})' for word in ('byline', 'author', 'source', 'agency', 'credit'))}]/.."
)
_UNSIGNED = frozenset({"script", "style", "meta", "link", "img", "body"})
_NO_SIGNATURE_IN = ASIDE - {"header"}
_NO_SIGNATURE = re.compile(
    r"(?i)photo|image|img|picture|caption|figure|video|media|gallery|related|share|social|comment"
)
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
    links = foreign_links(tree, page)
    said = [_linked(row, links) for row in credits_in(text, language=language)]
    signed = _signatures(tree, page)
    return _settled(
        [*_declared(structured, page), *said, *(_placed(row, text) for row in labelled_links(links)), *signed], page
    )


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
    for node in _SIGNED(tree)[:_MAX_SIGNED]:
        marks = f"{node.get('class') or ''} {node.get('id') or ''}"
        if node.tag in _UNSIGNED or _NO_SIGNATURE.search(marks):
            continue
        for row in _signature(text_of(node), page):
            if not any(around.tag in _NO_SIGNATURE_IN for around in node.iterancestors()):
                yield row


def _signature(words: str, page: Page) -> Iterator[Citation]:
    if not 0 < len(words) <= _MAX_SIGNATURE or is_picture(words):
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
            if (
                with_label(before[-NEAR:].strip(" *_"), (name or "").strip(" *_"), behind[:NEAR].strip(" *_"))
                is not None
            ):
                row = labelled(address, address)
                yield _placed(replace(row, words=row.url_as_met or address), text)


# --- together ----------------------------------------------------------------------------------------------------


def _placed(row: Citation, text: str) -> Citation:
    """A citation with the place of its words in the article's text, if they stand there."""
    start = text.find(row.words) if row.words else -1
    return replace(row, span=Span(start, start + len(row.words)) if start >= 0 else None)


def _identity(row: Citation) -> tuple[str, ...]:
    return (row.kind, fold(row.outlet or ""), fold(row.issuer or ""), row.url or "")


_NAMED_OFFICE = 3
"""Words from which on an office behind an own dateline is named (``the Ministry of Ports``), not just met again."""


def _settled(rows: Iterable[Citation], page: Page) -> tuple[Citation, ...]:
    """Foreign citations, each once, their addresses canonical: head, then text, then what stands outside it."""
    seen: set[tuple[str, ...]] = set()
    kept: list[Citation] = []
    for row in rows:
        if row.outlet and is_own_name(row.outlet, page):
            language = language_rules(language_code(page.language))
            is_named = row.kind == "attribution" or len((row.issuer or "").split()) >= _NAMED_OFFICE
            if not row.issuer or not is_named or not _is_office(row.issuer, language):
                continue
            row = replace(row, outlet=None)  # noqa: PLW2901 - its own name goes, whose statement it is stays
        met = row.url_as_met or row.url
        keyed = replace(row, url=url_key(met).url if met and "://" in met else row.url, url_as_met=met)
        if (identity := _identity(keyed)) not in seen:
            seen.add(identity)
            kept.append(keyed)
    return tuple(sorted(kept, key=_order))


def _is_office(issuer: str, language: Language) -> bool:
    return has_issuer_noun(issuer, language) and not is_indefinite(issuer, language)


def _order(row: Citation) -> tuple[int, int]:
    if row.span is not None:
        return (1, row.span.start)
    return (0, 0) if row.kind in ("canonical", "structured") else (2, 0)
