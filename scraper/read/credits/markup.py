"""A source that is declared in markup which stands in the text itself: a pasted ``<link>``, ``<meta>`` or JSON-LD."""

from __future__ import annotations

import json
import re
from typing import Any

from lxml import etree, html  # type: ignore[import-untyped, unused-ignore]

from scraper.model import Citation
from scraper.read.credits.declared import Page, declared_in_json, declared_in_links, declared_in_metas

_MARKUP = re.compile(
    r"(?i)\s{0,20}(?:<(?:link|meta)\s|<script[^<>]{0,80}ld\+json|\{?\s{0,3}\"(?:@\w+|author|publisher|creator|provider"
    r"|sourceOrganization|copyrightHolder|isBasedOn\w*|citation|translationOfWork)\"\s?:)"
)
_ON = re.compile(r"(?i)>\s{1,3}on\s([\w-]{1,60}(?:\.[\w-]{1,60}){1,4})")
_LIMIT = 20_000


def is_markup(text: str) -> bool:
    """Whether the text is a piece of a page's head rather than its words."""
    return bool(_MARKUP.match(text[:300]))


def credits_in_markup(text: str) -> list[Citation]:
    """The sources that the markup declares; a host named behind it (``… on portal.example``) is the page's own."""
    piece = text[:_LIMIT].replace("\x00", "")
    host = _ON.search(piece)
    page = Page(url=f"https://{host.group(1)}/" if host else None)
    if not piece.lstrip().startswith("<"):
        return declared_in_json(_objects(piece), page)
    try:
        tree = html.fragment_fromstring(piece, create_parent="div")
    except (etree.ParserError, ValueError):
        return []
    links = [(link.get("rel") or "", link.get("href") or "") for link in tree.iter("link")]
    metas = [(meta.get("name") or meta.get("property") or "", meta.get("content") or "") for meta in tree.iter("meta")]
    scripts = [item for script in tree.iter("script") for item in _objects(script.text or "")]
    return [
        *declared_in_links(links, page),
        *declared_in_metas(metas, page),
        *declared_in_json(scripts, page),
    ]


def _objects(piece: str) -> list[dict[str, Any]]:
    """The JSON object, its braces put back where only its inside was pasted."""
    bare = piece.strip().rstrip(",;")
    for whole in (bare, "{" + bare + "}"):
        try:
            read = json.loads(whole)
        except (ValueError, RecursionError):
            continue
        if isinstance(read, dict):
            return [read]
        if isinstance(read, list):
            return [item for item in read if isinstance(item, dict)]
    return []
