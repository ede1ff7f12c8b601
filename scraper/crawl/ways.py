"""Ways in: what a feed, a sitemap or a listing page points at. Bytes go in, addresses come out; nothing is fetched."""

from __future__ import annotations

import io
import json
import zlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from urllib.parse import urljoin

import feedparser
from lxml import etree  # type: ignore[import-untyped, unused-ignore]
from scrapy.http import TextResponse
from scrapy.utils.response import get_base_url
from scrapy.utils.sitemap import Sitemap

from scraper.crawl.frontier import Find

LARGEST_FEED = 4_000_000
"""Bytes. A feed is parsed whole and in one go: a larger one would hold up every other outlet."""
MOST_TAGS = 60_000
"""Tags in a feed; feedparser takes about two seconds for these."""
LARGEST_SITEMAP = 50_000_000
"""Bytes after unpacking: what the sitemap protocol allows."""
MOST_ENTRIES = 50_000
"""Addresses taken from one sitemap (the protocol's own limit) or one feed."""
MOST_LINKS = 2_000
"""Addresses taken from one listing page."""
MOST_FEEDS = 20
"""Feeds that one page may announce."""

_GZIP = b"\x1f\x8b"
_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json"})
# fmt: off
_NEXT_WORDS = frozenset((
    "next", "next page", "older", "older posts", "more", "›", "»", ">", "→", "sonraki", "sonraki sayfa", "növbəti",
    "следующая", "далее", "вперед", "наступна", "weiter", "suivant", "suivante", "siguiente", "successivo", "próxima",
    "volgende", "επόμενη", "التالي", "بعدی", "הבא", "次へ", "下一页",
))
# fmt: on


class Unreadable(ValueError):
    """A feed or sitemap that cannot be read; the message says why in one sentence."""


def feed_finds(body: bytes, url: str) -> list[Find]:
    """The entries of an RSS, Atom or JSON feed, in its own order; raises ``Unreadable``."""
    if len(body) > LARGEST_FEED:
        raise Unreadable(f"a feed of {len(body)} bytes is not read (limit {LARGEST_FEED})")
    entries = _json_entries(body) if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") else _xml_entries(body)
    return _finds(url, islice(entries, MOST_ENTRIES))


def _finds(base: str, entries: Iterable[tuple[str, str | None]]) -> list[Find]:
    joined = ((_joined(base, link), stated) for link, stated in entries)
    return [Find(url=url, claimed_at=stated) for url, stated in joined if url]


def _xml_entries(body: bytes) -> Iterator[tuple[str, str | None]]:
    if body.count(b"<") > MOST_TAGS:
        raise Unreadable(f"a feed of more than {MOST_TAGS} tags is not read")
    if not _is_well_formed(body):
        # feedparser has a lenient reader, too, but it takes minutes for a megabyte of open tags.
        yield from _broken_entries(body)
        return
    # A stream, never a string: given a string that looks like an address feedparser would fetch it.
    parsed = feedparser.parse(io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False)
    if not parsed.version:
        raise Unreadable("neither RSS nor Atom nor JSON Feed")
    for entry in parsed.entries:
        link = entry.get("link") or (entry.get("id") if entry.get("guidislink", False) else None)
        if link:
            # dict.get: feedparser's own answers with another field, and warns that it does
            yield link, _from_struct(dict.get(entry, "updated_parsed") or dict.get(entry, "published_parsed"))


def _is_well_formed(body: bytes) -> bool:
    try:
        etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return False
    return True


def _broken_entries(body: bytes) -> Iterator[tuple[str, str | None]]:
    """What is left of a feed that is not well-formed: a stray ``&`` or a cut-off end are common and harmless."""
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True)
    root = etree.fromstring(body, parser)
    found = [] if root is None else [*root.iterfind(".//{*}item"), *root.iterfind(".//{*}entry")]
    if not found:
        raise Unreadable("neither RSS nor Atom nor JSON Feed")
    for entry in found:
        link = entry.find("{*}link")
        if link is not None and (link.text or link.get("href")):
            when = entry.findtext("{*}updated") or entry.findtext("{*}published")
            yield (link.text or "").strip() or link.get("href"), claim(when)


def _json_entries(body: bytes) -> Iterator[tuple[str, str | None]]:
    try:
        feed = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreadable("a JSON feed that is no JSON") from error
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        raise Unreadable("a JSON feed without items")
    for item in items:
        if isinstance(item, dict) and isinstance(item.get("url"), str):
            yield item["url"], claim(item.get("date_modified") or item.get("date_published"))


def sitemap_finds(body: bytes, url: str) -> tuple[list[Find], list[Find]]:
    """``(further sitemaps, pages)`` of a sitemap, plain or gzipped, newest claim first; raises ``Unreadable``."""
    try:
        sitemap = _Sitemap(_unpacked(body))
        rows = [
            (str(row["loc"]), claim(row.get("lastmod")) or claim(row.get("published")))
            for row in islice(sitemap, MOST_ENTRIES)
        ]
    except (etree.LxmlError, StopIteration) as error:
        raise Unreadable("no sitemap (not well-formed XML)") from error
    finds = sorted(_finds(url, rows), key=lambda find: find.claimed_at or "", reverse=True)
    return (finds, []) if sitemap.type == "sitemapindex" else ([], finds)


class _Sitemap(Sitemap):
    """Scrapy's reader, which streams and resolves no entities, with the date that news sitemaps state."""

    def _process_sitemap_element(self, elem: Any) -> dict[str, Any] | None:
        published = elem.findtext("{*}news/{*}publication_date")
        row = super()._process_sitemap_element(elem)
        if row is not None and published:
            row["published"] = published
        return row


def _unpacked(body: bytes) -> bytes:
    """The body without its gzip wrapper; at most ``LARGEST_SITEMAP`` bytes, whatever it claims to hold."""
    if not body.startswith(_GZIP):
        return body
    unpacker = zlib.decompressobj(wbits=31)
    try:
        plain = unpacker.decompress(body, LARGEST_SITEMAP)
    except zlib.error as error:
        raise Unreadable("a gzipped sitemap that cannot be unpacked") from error
    if unpacker.unconsumed_tail:
        raise Unreadable(f"a sitemap of more than {LARGEST_SITEMAP} bytes after unpacking")
    return plain


def listing_finds(response: TextResponse) -> tuple[list[Find], str | None, list[str]]:
    """``(links in page order, next page, feeds announced)`` of a listing page."""
    base = get_base_url(response)
    root = response.selector.root
    # lxml's own iteration: selectors for a hundred thousand links take seconds.
    anchors = list(islice((anchor for anchor in root.iter("a") if anchor.get("href")), MOST_LINKS))
    heads = list(islice((link for link in root.iter("link") if link.get("href")), MOST_LINKS))
    links = _absolute(base, (anchor.get("href") for anchor in anchors))
    feeds = _absolute(base, (link.get("href") for link in heads if _announces_feed(link)))
    return [Find(url=link) for link in dict.fromkeys(links)], _next_page(base, heads, anchors), feeds[:MOST_FEEDS]


def _announces_feed(link: Any) -> bool:
    return "alternate" in _words(link.get("rel")) and (link.get("type") or "").strip().lower() in _FEED_TYPES


def _next_page(base: str, heads: list[Any], anchors: list[Any]) -> str | None:
    declared = [element for element in heads + anchors if "next" in _words(element.get("rel"))]
    spoken = [anchor for anchor in anchors if _says_next(anchor)]
    return next(iter(_absolute(base, (element.get("href") for element in declared + spoken))), None)


def _says_next(anchor: Any) -> bool:
    text = " ".join("".join(islice(anchor.itertext(), 9))[:99].casefold().split())
    return text in _NEXT_WORDS or text.strip(" ›»>→") in _NEXT_WORDS or "next" in _words(anchor.get("class"))


def _words(attribute: str | None) -> list[str]:
    return (attribute or "").lower().split()


def _absolute(base: str, links: Iterable[str]) -> list[str]:
    joined = (_joined(base, link) for link in links)
    return [link for link in joined if link]


def _joined(base: str, link: str) -> str | None:
    """The absolute http(s) address that a link means on a page; ``None`` for mail, scripts and what is no address."""
    try:
        joined = urljoin(base, link.strip())
    except ValueError:  # "http://[": pages hold such links, and they lead nowhere
        return None
    return joined if joined.startswith(("http://", "https://")) else None


def claim(text: object) -> str | None:
    """A claimed date or moment (W3C or ISO 8601) in one spelling that sorts; ``None`` where it cannot be read."""
    if not isinstance(text, str):
        return None
    stripped = text.strip()
    if len(stripped) in {4, 7, 10} and stripped.replace("-", "").isdigit():
        return stripped
    try:
        moment = datetime.fromisoformat(stripped)
    except ValueError:
        return None
    return _spelled(moment)


def _from_struct(when: Any) -> str | None:
    if when is None:
        return None
    try:
        year, month, day, hour, minute, second = when[:6]
        return _spelled(datetime(year, month, day, hour, minute, second, tzinfo=UTC))
    except (ValueError, TypeError):
        return None


def _spelled(moment: datetime) -> str | None:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    try:
        return aware.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OverflowError, ValueError):
        return None
