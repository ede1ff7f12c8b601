"""Read: when a page says it was published and changed.

Places in order of trust: structured data, meta tags, microdata, ``time`` tags, elements named after dates, the address,
date lines, and last htmldate, without its extensive search: that asks dateparser, which reads a clock ("two hours ago")
and takes half a minute to load. A page that gives the moment of its capture as its date is not believed where it says
something else elsewhere: crawl dates pose as publication dates.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from itertools import chain
from typing import NamedTuple

from lxml import etree  # type: ignore[import-untyped, unused-ignore]

from scraper.read.dates import claimed_date, days_between, seconds_between
from scraper.read.furniture import is_date_line
from scraper.read.structured import JsonObject, Structured, is_page, plain
from scraper.read.tree import Element, blocks, is_large, text_of

JUST_NOW = 180
"""Seconds around a capture within which a date is the server's clock rather than a claim."""

MOST_LINES = 300
"""Lines looked at for a date of their own, under and above the headline."""

_PUBLISHED_META = (
    "article:published_time", "og:article:published_time", "article:published", "og:published_time", "og:pubdate",
    "datepublished", "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date.created", "dc.date",
    "dcterms.date",
    "parsely-pub-date", "sailthru.date", "pubdate", "publish-date", "publish_date", "publishdate", "published_at",
    "publication_date", "published", "cxenseparse:recs:publishtime", "citation_publication_date", "rnews:datepublished",
    "displaydate", "originalpublicationdate", "article.published", "date", "datecreated", "created", "uploaddate",
)  # fmt: skip
_MODIFIED_META = (
    "article:modified_time", "og:article:modified_time", "og:updated_time", "article:updated_time", "article:updated",
    "datemodified", "dcterms.modified", "dc.date.modified", "last-modified", "revised", "lastmod", "article.updated",
)  # fmt: skip
_DATED = re.compile(r"date|publi[sc]|posted|time(?!line)|tarih|fecha|datum|дата|data_|timestamp|dato\b|pvm", re.I)
_CHANGED = re.compile(r"modif|updat|upd_|edit|chang|aktualisier|güncel|actuali|mise-a-jour", re.I)
_ASIDE = frozenset({"aside", "footer", "nav", "form"})
_IN_URL = re.compile(r"[/_-]((?:19|20)\d{2})[/_-]?(0[1-9]|1[0-2])[/_-]?(0[1-9]|[12]\d|3[01])(?!\d)")


class When(NamedTuple):
    """ISO dates as claimed, and doubts about them."""

    published_at: str | None = None
    modified_at: str | None = None
    doubts: tuple[str, ...] = ()


def when(
    tree: Element, found: Structured, thing: JsonObject | None, *, url: str | None, captured_at: str | None,
    language: str | None,
) -> When:  # fmt: skip
    """Publication and modification date of a page. ``captured_at`` only serves to rule dates out, never as a date."""
    claims = _Claims(captured_at)
    published = claims.pick(_published(tree, found, thing, language))
    if published is None:
        weak = chain(_in_url(url), _date_lines(tree, language), _by_htmldate(tree, url, captured_at))
        published = claims.pick(weak, is_weak=True)
    modified = next((day for day in _modified(found, thing, language) if claims.is_possible(day)), None)
    return When(published, modified, claims.doubts(published))


class _Claims:
    """Weighs claimed dates against the moment of the capture."""

    def __init__(self, captured_at: str | None) -> None:
        self.captured_at = captured_at
        self.suspect: str | None = None

    def is_possible(self, day: str) -> bool:
        return not self.captured_at or days_between(self.captured_at, day) <= 1

    def is_capture(self, day: str, *, is_weak: bool) -> bool:
        if not self.captured_at:
            return False
        apart = seconds_between(day, self.captured_at)
        if apart is not None:
            return abs(apart) <= JUST_NOW
        return is_weak and day[:10] == self.captured_at[:10]

    def pick(self, days: Iterator[str], *, is_weak: bool = False) -> str | None:
        for day in days:
            if not self.is_possible(day):
                continue
            if self.is_capture(day, is_weak=is_weak):
                self.suspect = self.suspect or day
                continue
            # A second claim for the suspect's own day takes the suspicion off it.
            return self.suspect if self.suspect and self.suspect[:10] == day[:10] else day
        return None

    def doubts(self, published: str | None) -> tuple[str, ...]:
        if self.suspect and published != self.suspect:
            return ("the page gives the moment of its capture as its date",)
        return ()


def _published(tree: Element, found: Structured, thing: JsonObject | None, language: str | None) -> Iterator[str]:
    pages = [one for one in found.objects if is_page(one)]
    stated = [one.get(key) for key in ("datePublished", "dateCreated") for one in ([thing] if thing else [])]
    values = [plain(value) for value in stated]
    values += [value for name in _PUBLISHED_META for value in found.meta.get(name, ())[:1]]
    values += [plain(one.get("datePublished")) for one in pages]
    values += list(found.microdata.get("datepublished", ())[:1])
    yield from (day for day in (claimed_date(value, language=language) for value in values) if day)
    yield from _visible(tree, language)


def _modified(found: Structured, thing: JsonObject | None, language: str | None) -> Iterator[str]:
    values = [plain((thing or {}).get("dateModified"))]
    values += [value for name in _MODIFIED_META for value in found.meta.get(name, ())[:1]]
    values += [plain(one.get("dateModified")) for one in found.objects if is_page(one)]
    values += list(found.microdata.get("datemodified", ())[:1])
    yield from (day for day in (claimed_date(value, language=language) for value in values) if day)


def _visible(tree: Element, language: str | None) -> Iterator[str]:
    """Dates readers see: ``time`` tags, then short lines in elements named after dates; near the headline first."""
    heading = next(tree.iter("h1"), None)
    nearby = [heading.getparent(), *heading.iterancestors("header", "article")] if heading is not None else []
    for place in [*(node for node in nearby if node is not None), tree]:
        yield from _dated(place, language)


def _dated(place: Element, language: str | None) -> Iterator[str]:
    for node in place.xpath(".//time")[:40]:
        if _is_aside(node, place) or _CHANGED.search(_names(node)):
            continue
        day = claimed_date(node.get("datetime"), language=language) or claimed_date(text_of(node), language=language)
        if day:
            yield day
    for node in place.xpath(".//*[@class or @id][not(*[5])]")[:3000]:
        names = _names(node)
        if not _DATED.search(names) or _CHANGED.search(names) or _is_aside(node, place):
            continue
        text = text_of(node)
        day = claimed_date(text, language=language) if 5 < len(text) < 80 else None
        if day:
            yield day


def _names(node: Element) -> str:
    return f"{node.get('class') or ''} {node.get('id') or ''} {node.get('itemprop') or ''}"[:300]


def _is_aside(node: Element, place: Element) -> bool:
    for above in node.iterancestors():
        if above is place:
            return False
        if above.tag in _ASIDE:
            return True
    return False


def _date_lines(tree: Element, language: str | None) -> Iterator[str]:
    """Lines of nothing but a date, those under the headline first: above it stands what day it is today."""
    heading = next((text_of(node) for node in tree.iter("h1", "h2")), None)
    lines = blocks(tree)
    start = lines.index(heading) if heading in lines else 0
    for line in (*lines[start : start + MOST_LINES], *lines[: min(start, MOST_LINES)]):
        day = claimed_date(line, language=language) if is_date_line(line) else None
        if day:
            yield day


def _in_url(url: str | None) -> Iterator[str]:
    found = _IN_URL.search(url or "")
    day = claimed_date("-".join(found.groups())) if found else None
    if day:
        yield day


def _by_htmldate(tree: Element, url: str | None, captured_at: str | None) -> Iterator[str]:
    """htmldate on a copy of the tree (which it changes); the capture is the latest day, so that it reads no clock."""
    if is_large(tree):
        return
    from htmldate import find_date  # noqa: PLC0415 - few pages need it, and it takes long to load

    latest = captured_at[:10] if captured_at else "2199-12-31"
    try:
        day = find_date(
            deepcopy(tree),
            extensive_search=False,
            original_date=True,
            outputformat="%Y-%m-%d",
            url=url,
            max_date=latest,
            min_date="1995-01-01",
        )
    except (ValueError, TypeError, AttributeError, OverflowError, etree.Error):
        return
    if day:
        yield day
