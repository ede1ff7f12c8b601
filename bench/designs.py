"""The pages of ``bench/world.py`` as HTML in six designs, and the whole web as one WARC file."""

# ruff: noqa: E501 - a page is easier to read in one piece

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from html import escape
from io import BytesIO
from pathlib import Path
from zlib import crc32

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from bench.world import OUTLETS, Page

_MENU = "<nav><a href='/'>Home</a> <a href='/about'>About us</a> <a href='/archive'>Archive</a></nav>"
_SHARE = "<div class='share'><a href='https://social.example/share?u=x'>Share</a> <a href='mailto:?'>Mail</a></div>"


def html(page: Page, others: Sequence[Page]) -> str:
    """One page in the design of its outlet; ``others`` are pages of the same outlet for its related links."""
    return (_plain, _microdata, _linked_data, _open_graph, _tables, _bare)[page.outlet.design](page, others)


def _paragraphs(page: Page) -> str:
    return "\n".join(f"<p>{escape(one)}</p>" for one in (*page.lead, *page.paragraphs, *page.footer))


def _source(page: Page) -> str:
    if not page.credited_url or page.credited is None:
        return ""
    url = page.credited_url
    if page.credit == "tracked":
        url += f"?utm_source={page.outlet.id}&utm_medium=web&fbclid=IwAR0{crc32(page.title.encode())}#top"
    return f'<p class="source">Source: <a href="{escape(url)}">{escape(page.credited.title)}</a></p>'


def _related(others: Sequence[Page]) -> str:
    rows = "".join(f'<li><a href="{escape(one.url)}">{escape(one.title)}</a></li>' for one in others[:4])
    return f"<aside><h3>Read also</h3><ul>{rows}</ul></aside>"


def _shell(page: Page, head: str, body: str) -> str:
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(page.title)} | '
        f"{escape(page.outlet.title)}</title>{head}</head>\n<body>{body}</body></html>\n"
    )


def _plain(page: Page, others: Sequence[Page]) -> str:
    clock = "%d.%m.%Y" if page.claim == "day" else "%d.%m.%Y %H:%M"
    date = f'<p class="date">{page.at.strftime(clock)}</p>' if page.claim != "none" else ""
    head = f'<meta property="og:site_name" content="{escape(page.outlet.title)}">'
    body = (
        f"<header><b>{escape(page.outlet.title)}</b>{_MENU}</header><main><article><h1>{escape(page.title)}</h1>{date}"
        f"{_paragraphs(page)}{_source(page)}</article>{_related(others)}</main>"
        f"<footer>© 2024 {escape(page.outlet.title)}. All rights reserved.</footer>"
    )
    return _shell(page, head, body)


def _microdata(page: Page, others: Sequence[Page]) -> str:
    date = f'<time itemprop="datePublished" datetime="{page.published_at}"></time>' if page.published_at else ""
    head = f'<meta name="application-name" content="{escape(page.outlet.title)}"><meta property="og:site_name" content="{escape(page.outlet.title)}">'
    body = (
        f"{_MENU}<div itemscope itemtype='https://schema.org/NewsArticle'><h1 itemprop='headline'>{escape(page.title)}</h1>"
        f"{date}<div itemprop='articleBody'>{_paragraphs(page)}</div>{_source(page)}</div>{_SHARE}{_related(others)}"
    )
    return _shell(page, head, body)


def _linked_data(page: Page, others: Sequence[Page]) -> str:
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": page.title,
        "datePublished": page.published_at,
        "publisher": {"@type": "Organization", "name": page.outlet.title},
        "mainEntityOfPage": page.url,
    }
    found = json.dumps({key: value for key, value in data.items() if value}).replace("<", "\\u003c")
    head = f'<script type="application/ld+json">{found}</script><link rel="canonical" href="{escape(page.url)}">'
    body = (
        f"<div class='top'>{_MENU}</div><div id='content'><h1>{escape(page.title)}</h1>{_SHARE}"
        f"<div class='text'>{_paragraphs(page)}{_source(page)}</div></div><div id='side'>{_related(others)}</div>"
    )
    return _shell(page, head, body)


def _open_graph(page: Page, others: Sequence[Page]) -> str:
    facts = {
        "og:type": "article",
        "og:site_name": page.outlet.title,
        "og:title": page.title,
        "og:url": page.url,
        "article:published_time": page.published_at,
    }
    head = "".join(f'<meta property="{name}" content="{escape(value)}">' for name, value in facts.items() if value)
    body = (
        f"<div id='masthead'>{escape(page.outlet.title)}</div>{_MENU}<section class='story'><h2>{escape(page.title)}</h2>"
        f"{_paragraphs(page)}{_source(page)}</section>{_related(others)}<div class='foot'>Contact: desk@{page.outlet.host}</div>"
    )
    return _shell(page, head, body)


def _tables(page: Page, others: Sequence[Page]) -> str:
    date = (
        page.at.strftime("%d %B %Y" if page.claim == "day" else "%d %B %Y, %H:%M UTC") if page.claim != "none" else ""
    )
    head = f'<meta property="og:site_name" content="{escape(page.outlet.title)}"><meta name="date" content="{page.published_at or ""}">'
    body = (
        f"<table width='100%'><tr><td>{_MENU}</td></tr><tr><td><h1>{escape(page.title)}</h1><i>{date}</i>"
        f"{_paragraphs(page)}{_source(page)}</td><td>{_related(others)}</td></tr></table>"
    )
    return _shell(page, head, body)


def _bare(page: Page, others: Sequence[Page]) -> str:
    date = f"<time datetime='{page.published_at}'>{page.at:%d %B %Y}</time>" if page.published_at else ""
    head = f'<meta property="og:site_name" content="{escape(page.outlet.title)}">'
    body = f"<h1>{escape(page.title)}</h1>{date}<div class='entry-content'>{_paragraphs(page)}{_source(page)}</div>{_related(others)}"
    return _shell(page, head, body)


def write_warc(pages: Sequence[Page], path: Path) -> None:
    """All pages as responses in one WARC file, in the order in which a crawler happened to see them."""
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for page in sorted(pages, key=lambda one: one.seen):
            others = [one for one in pages if one.outlet is page.outlet and one is not page]
            headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
            body = html(page, others).encode()
            date = page.seen.strftime("%Y-%m-%dT%H:%M:%SZ")
            writer.write_record(
                writer.create_warc_record(
                    page.url,
                    "response",
                    payload=BytesIO(body),
                    length=len(body),
                    http_headers=headers,
                    warc_headers_dict={"WARC-Date": date},
                )
            )


def answers(pages: Iterable[Page]) -> list[dict[str, object]]:
    """What is known of every page, for whoever judges a run on the WARC file."""
    return [
        {
            "url": page.url,
            "role": page.role,
            "parent": page.parent.url if page.parent else None,
            "original": page.original.url if page.parent else None,
            "label": page.label,
            "changed": page.changed,
            "credit": page.credit,
        }
        for page in pages
    ]


def outlets_declared() -> list[dict[str, str]]:
    """The outlets as a user may declare them beforehand."""
    return [{"id": one.id, "title": one.title, "kind": one.kind, "home": f"https://{one.host}/"} for one in OUTLETS]
