"""The pages of ``bench/relays.py`` as HTML in six other designs, and that web as one WARC file with its redirects."""

# ruff: noqa: E501 - a page is easier to read in one piece

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from io import BytesIO
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from bench.world import Page

_COOKIES = "<div class='consent' role='dialog'><p>We and our partners use cookies to keep this site running.</p><button>Accept all</button></div>"
_SOCIAL = "<ul class='social'><li><a href='https://social.example/sharer?u=this'>Share</a></li><li><a href='https://t.example/intent?text=x'>Post</a></li></ul>"
_LETTER = (
    "<form class='newsletter'><label>Get our morning letter <input name='mail'></label><button>Sign up</button></form>"
)


def html(page: Page, others: Sequence[Page]) -> str:
    """One page in the design of its outlet; ``others`` are pages of the same outlet to read next."""
    return (_ministry, _graph, _divs, _wire, _old, _blocks)[page.outlet.design](page, others)


def _body(page: Page) -> list[str]:
    return [f"<p>{escape(one, quote=False)}</p>" for one in (*page.lead, *page.paragraphs, *page.footer)]


def _credit(page: Page, number: int) -> str:
    """The credit by address, in the way this outlet has; notes stand in another place than source lines."""
    if page.credited is None or page.credit not in ("link", "note", "tracked", "wrapped"):
        return ""
    link = f'<a href="{escape(page.met_url or "")}" rel="nofollow">{escape(page.credited.title)}</a>'
    if page.credit == "note":
        return f"<p><em>This text was first published by {link}.</em></p>"
    return (
        f'<div class="src"><span>Source:</span> {link}</div>',
        f"<p>Read the original at {link}</p>",
        f'<p class="via">via {link}</p>',
        f"<p><small>Source: {link}</small></p>",
    )[number % 4]


def _meta(page: Page) -> str:
    found = []
    if page.credit == "canonical":
        found.append(f'<link rel="canonical" href="{escape(page.met_url or "")}">')
    if page.credit == "structured":
        data = {"@context": "https://schema.org", "@type": "Article", "isBasedOn": page.met_url}
        found.append(f'<script type="application/ld+json">{json.dumps(data)}</script>')
    return "".join(found)


def _next(others: Sequence[Page], count: int = 5) -> str:
    return "".join(
        f'<li><a href="{escape(one.url)}"><b>{escape(one.title)}</b> <span>{escape(" ".join(one.text.split()[:14]))} …</span></a></li>'
        for one in others[:count]
    )


def _document(page: Page, head: str, body: str) -> str:
    title = escape(f"{page.title} - {page.outlet.title}")
    return f'<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>{title}</title>{_meta(page)}{head}</head><body>{body}</body></html>'


def _ministry(page: Page, others: Sequence[Page]) -> str:
    shown = {"day": f"{page.at.day} {page.at:%B %Y}", "moment": f"{page.at.day} {page.at:%B %Y, %H:%M}", "none": ""}[
        page.claim
    ]
    body = (
        f"<header class='top'><a href='/'>{escape(page.outlet.title)}</a><nav><ul><li>About</li><li>Press</li><li>Contact</li></ul></nav></header>"
        f"<ol class='crumbs'><li>Home</li><li>Press</li><li>Statements</li></ol><main><h1>{escape(page.title)}</h1><div class='meta'>{shown}</div>"
        f"<div class='field-body'>{''.join(_body(page))}{_credit(page, 0)}</div></main><aside><h2>More statements</h2><ul>{_next(others)}</ul></aside>"
        f"<footer><p>© 2025 {escape(page.outlet.title)}</p><p>1 Harbour Road, Lund</p></footer>"
    )
    return _document(page, "", body)


def _graph(page: Page, others: Sequence[Page]) -> str:
    node = {
        "@type": "NewsArticle", "headline": page.title, "datePublished": page.published_at, "url": page.url,
        "author": {"@type": "Organization", "name": page.outlet.title}, "publisher": {"@id": "#org"},
    }  # fmt: skip
    graph = {
        "@context": "https://schema.org",
        "@graph": [
            {k: v for k, v in node.items() if v},
            {"@type": "Organization", "@id": "#org", "name": page.outlet.title},
        ],
    }
    head = f"<script type='application/ld+json'>{json.dumps(graph).replace('<', chr(92) + 'u003c')}</script>"
    body = (
        f"{_COOKIES}<nav class='menu'><a href='/'>Front</a><a href='/money'>Money</a></nav><article><h1>{escape(page.title)}</h1>{_SOCIAL}"
        f"{''.join(_body(page))}{_credit(page, 1)}<ul class='tags'><li>Karvia</li><li>Lund</li></ul></article><section class='more'><h3>Read next</h3><ul>{_next(others)}</ul></section>{_LETTER}"
    )
    return _document(page, head, body)


def _divs(page: Page, others: Sequence[Page]) -> str:
    head = f'<meta property="og:site_name" content="{escape(page.outlet.title)}"><meta property="og:type" content="article">'
    if page.published_at:
        head += f'<meta property="article:published_time" content="{page.published_at}">'
    parts = "".join(
        f"<div class='t'>{escape(one, quote=False)}</div>" for one in (*page.lead, *page.paragraphs, *page.footer)
    )
    body = (
        f"<div id='h'><div class='logo'>{escape(page.outlet.title)}</div></div><div id='c'><div class='ttl'><h1>{escape(page.title)}</h1></div>"
        f"<div class='txt'>{parts}</div>{_credit(page, 2)}{_SOCIAL}</div><div id='r'><div>Popular</div><ul>{_next(others, 7)}</ul></div><div id='f'>Copyright 2025 {escape(page.outlet.title)}. All rights reserved.</div>"
    )
    return _document(page, head, body)


def _wire(page: Page, others: Sequence[Page]) -> str:
    stamp = f'<time datetime="{page.published_at}">{page.at:%H:%M}</time>' if page.published_at else ""
    head = f'<meta name="author" content="{escape(page.outlet.title)}"><meta property="og:site_name" content="{escape(page.outlet.title)}">'
    body = (
        f"<div class='bar'>{escape(page.outlet.title)} · <a href='/latest'>Latest</a></div><article class='item'><h1>{escape(page.title)}</h1><p class='stamp'>{stamp}</p>"
        f"<div class='item-text'>{''.join(_body(page))}</div>{_credit(page, 3)}</article><div class='latest'><h4>Latest</h4><ol>{_next(others, 6)}</ol></div>"
    )
    return _document(page, head, body)


def _old(page: Page, others: Sequence[Page]) -> str:
    shown = {"day": f"{page.at:%d/%m/%Y}", "moment": f"{page.at:%Y-%m-%d %H:%M}", "none": ""}[page.claim]
    text = "<br><br>".join(escape(one, quote=False) for one in (*page.lead, *page.paragraphs, *page.footer))
    head = f'<meta name="dc.date" content="{page.published_at or ""}"><meta property="og:site_name" content="{escape(page.outlet.title)}">'
    body = (
        f"<center><b>{escape(page.outlet.title)}</b></center><table><tr><td width=160>{_LETTER}<ul>{_next(others, 4)}</ul></td>"
        f"<td><h2>{escape(page.title)}</h2><font size=1>{shown}</font><div class='story'><p>{text}</p>{_credit(page, 0)}</div></td></tr></table>"
    )
    return _document(page, head, body)


def _blocks(page: Page, others: Sequence[Page]) -> str:
    data = {"@context": "https://schema.org", "@type": "ReportageNewsArticle", "headline": page.title, "datePublished": page.published_at, "dateModified": page.published_at,
            "publisher": {"@type": "NewsMediaOrganization", "name": page.outlet.title}, "articleBody": page.text}  # fmt: skip
    head = f"<script type='application/ld+json'>{json.dumps({k: v for k, v in data.items() if v}).replace('<', chr(92) + 'u003c')}</script>"
    parts = "".join(f"<section class='block'>{one}</section>" for one in _body(page))
    body = (
        f"{_COOKIES}<header><h1>{escape(page.title)}</h1><address>{escape(page.outlet.title)}</address></header><div role='main' class='blocks'>{parts}{_credit(page, 3)}</div>"
        f"<aside class='reco'><h5>You may like</h5><ul>{_next(others)}</ul></aside><section id='comments'><h5>2 comments</h5><p>Well said, I thought the same this morning.</p><p>Nobody asked us about it.</p></section>"
    )
    return _document(page, head, body)


def write_warc(pages: Sequence[Page], path: Path) -> None:
    """All held pages as responses, those of an outlet together, and the answers of the outlets' own redirectors."""
    held = sorted((one for one in pages if one.is_held), key=lambda one: one.seen)
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for page in held:
            others = [one for one in held if one.outlet is page.outlet and one is not page]
            _write(writer, page.url, page.seen.strftime("%Y-%m-%dT%H:%M:%SZ"), "200 OK", html(page, others).encode())
            if page.credit == "wrapped" and (page.met_url or "").startswith("https://go."):
                at = page.seen.strftime("%Y-%m-%dT%H:%M:%SZ")
                _write(writer, page.met_url or "", at, "302 Found", b"", ("Location", page.credited_url or ""))


def _write(writer: WARCWriter, url: str, at: str, status: str, body: bytes, *more: tuple[str, str]) -> None:
    headers = StatusAndHeaders(status, [("Content-Type", "text/html; charset=utf-8"), *more], protocol="HTTP/1.1")
    dated = {"WARC-Date": at}
    writer.write_record(
        writer.create_warc_record(
            url, "response", payload=BytesIO(body), length=len(body), http_headers=headers, warc_headers_dict=dated
        )
    )
