"""Read: a captured page becomes an article. The one door of this package for markup, plain text and PDF."""

from __future__ import annotations

import re
from dataclasses import replace

from scraper.model import Article
from scraper.read.body import Body, body_of, selected
from scraper.read.citations import page_citations
from scraper.read.dates import claimed_date
from scraper.read.decoding import decoded
from scraper.read.doubts import DAMAGED, TOO_LONG, Reading, doubts_about
from scraper.read.facts import Facts, facts_of, settled_language
from scraper.read.pdf import is_pdf, read_pdf
from scraper.read.plain import read_text
from scraper.read.recipe import Recipe
from scraper.read.statement import statement_span
from scraper.read.structured import structured_of
from scraper.read.tree import MAX_CHARS, Element, blocks, parse
from scraper.read.when import When, when

_MARKUP = re.compile(
    r"<(?:!doctype|html|head|body|div|p|span|article|section|main|meta|table|br|a|h[1-6]|script|title)\b", re.I
)
_PLAIN_TYPES = ("text/plain", "text/markdown", "text/x-markdown")


def read_page(
    body: bytes | str,
    url: str | None,
    *,
    captured_at: str | None = None,
    recipe: Recipe | None = None,
    content_type: str | None = None,
) -> Article:
    """The article on a page as captured: HTML, plain text, Markdown or PDF, by what the body is.

    ``captured_at`` (ISO 8601) only rules dates out; ``content_type`` is the header as sent; ``recipe`` is what the
    outlet's declaration says differs. Unknown facts are ``None``. Never raises on what a page contains: what went wrong
    stands in ``doubts``.
    """
    if is_pdf(body):
        return read_pdf(body, url=url, captured_at=captured_at)
    text, _, is_damaged = decoded(body, content_type)
    if is_plain(text, content_type):
        article = read_text(text, url=url, captured_at=captured_at)
    else:
        article = _read_markup(text, url, captured_at, recipe)
    more = [sentence for sentence, holds in ((DAMAGED, is_damaged), (TOO_LONG, len(text) > MAX_CHARS)) if holds]
    return replace(article, doubts=(*article.doubts, *more))


def is_plain(text: str, content_type: str | None) -> bool:
    """Whether a text is no markup: none of the tags of a page, or sent as plain text and not a page all the same."""
    if (content_type or "").partition(";")[0].strip().lower() in _PLAIN_TYPES:
        return not text.lstrip()[:200].lower().startswith(("<!doctype", "<html"))
    return not _MARKUP.search(text)


def _read_markup(markup: str, url: str | None, captured_at: str | None, recipe: Recipe | None) -> Article:
    tree = parse(markup)
    found = structured_of(tree)
    facts = facts_of(tree, found, url=url)
    body = body_of(tree, markup, facts.thing, titles=facts.titles, recipe=recipe)
    dates = when(
        tree, found, facts.thing, url=url, captured_at=captured_at, language=facts.declared_language or facts.language
    )
    article = _article(facts, body, dates)
    if recipe:
        article = _by_recipe(article, tree, markup, recipe)
    return replace(
        article,
        citations=page_citations(
            tree,
            text=article.text,
            url=url,
            language=article.language,
            site_name=article.site_name,
            structured=found,
        ),
        doubts=(*article.doubts, *doubts_about(Reading(tree, found, facts.thing, article.title, article.text))),
    )


def _article(facts: Facts, body: Body, dates: When) -> Article:
    text = body.text
    language = settled_language(facts, text)
    return Article(
        title=facts.title,
        text=text,
        byline=facts.byline,
        published_at=dates.published_at,
        modified_at=dates.modified_at,
        language=language,
        canonical_url=facts.canonical_url,
        site_name=facts.site_name,
        statement=statement_span(text, language),
        doubts=dates.doubts,
        reader=body.reader,
    )


def _by_recipe(article: Article, tree: Element, markup: str, recipe: Recipe) -> Article:
    """The article with what a recipe knows better; a selector that finds nothing changes nothing."""
    title = _words(tree, markup, recipe.title)
    published = claimed_date(_words(tree, markup, recipe.date), language=article.language)
    byline = _words(tree, markup, recipe.byline)
    return replace(
        article,
        title=title or article.title,
        published_at=published or article.published_at,
        byline=byline or article.byline,
    )


def _words(tree: Element, markup: str, selector: str | None) -> str | None:
    """The words of the first element that a selector finds; its ``datetime`` or ``content`` if it has one."""
    for part in selected(tree, markup, selector)[:1]:
        node = parse(part)
        stated = node.xpath("string((//@datetime | //@content)[1])")
        return str(stated) or " ".join(" ".join(blocks(node)).split()) or None
    return None
