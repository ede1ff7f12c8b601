"""Read: what a page states about itself for machines: JSON-LD, meta tags, microdata, links of the head.

Only gathers and picks; every value is the page's own. Broken JSON is mended where the mending is certain (raw line
breaks, HTML comments around it, a comma too many) and left aside otherwise.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree  # type: ignore[import-untyped, unused-ignore]

from scraper.read.tree import Element, letters

MAX_OBJECTS = 2_000
"""Objects of structured data looked at in one page."""
MAX_JSON = 2_000_000
"""Characters of one JSON-LD script that are looked at."""

_ARTICLE = re.compile(
    r"(?:article|blogposting|report|review|statement|pressrelease|creativework|newspost|socialmediaposting)$"
)
_PAGE = frozenset({"webpage", "itempage", "website"})
_NESTS = ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "item", "liveBlogUpdate", "hasPart")
_WRAPS = ("<!--", "-->", "/*<![CDATA[*/", "/*]]>*/", "//<![CDATA[", "//]]>", "<![CDATA[", "]]>")
"""What old pages wrap a script in to hide it from older parsers."""
_COMMA = re.compile(r",(?=\s{0,200}[}\]])")

_PROPERTIES = etree.XPath("//@itemprop[not(parent::meta)]/..")

JsonObject = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Structured:
    """A page's statements about itself."""

    objects: tuple[JsonObject, ...] = ()
    """JSON-LD objects in page order, ``@graph`` and nested entities laid out flat."""
    meta: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Lower-case name, property or itemprop of a ``meta`` tag -> its contents in page order."""
    microdata: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """``itemprop`` -> its values in page order, from any element of the body."""
    links: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """``rel`` -> addresses of the ``link`` tags, as written."""
    lang: str | None = None
    """The ``lang`` of the ``html`` tag, as written."""
    title: str | None = None
    """The ``title`` tag."""


def structured_of(tree: Element) -> Structured:
    """Gather a page's structured data in one pass over the few tags that carry it."""
    meta: dict[str, list[str]] = {}
    for node in tree.iter("meta"):
        content = (node.get("content") or "").strip()
        if not content:
            continue
        for key in {node.get("name"), node.get("property"), node.get("itemprop"), node.get("http-equiv")} - {None}:
            meta.setdefault(key.strip().lower(), []).append(content)
    links: dict[str, list[str]] = {}
    for node in tree.iter("link"):
        for rel in (node.get("rel") or "").lower().split():
            links.setdefault(rel, []).append((node.get("href") or "").strip())
    title = next((" ".join("".join(node.itertext()).split()) for node in tree.iter("title")), None)
    lang = tree.get("lang") or tree.get("xml:lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang")
    return Structured(
        objects=tuple(_objects(tree)),
        meta={key: tuple(values) for key, values in meta.items()},
        microdata=_microdata(tree),
        links={key: tuple(values) for key, values in links.items()},
        lang=lang,
        title=title or None,
    )


def first(values: Mapping[str, tuple[str, ...]], *names: str) -> str | None:
    """The first value of the first of these names that has one."""
    return next((values[name][0] for name in names if values.get(name)), None)


def types_of(thing: JsonObject) -> frozenset[str]:
    """The types of an object in lower case, without the address of their vocabulary."""
    kinds = thing.get("@type", ())
    kinds = [kinds] if isinstance(kinds, str) else kinds if isinstance(kinds, list) else []
    return frozenset(str(kind).rpartition("/")[2].rpartition(":")[2].lower() for kind in kinds)


def is_article(thing: JsonObject) -> bool:
    """Whether an object describes a text (NewsArticle, BlogPosting, Report, ...)."""
    return any(_ARTICLE.search(kind) for kind in types_of(thing))


def is_page(thing: JsonObject) -> bool:
    """Whether an object describes the page itself."""
    return bool(types_of(thing) & _PAGE)


def article_object(found: Structured, *, urls: Iterable[str | None] = ()) -> JsonObject | None:
    """The object that describes this page's text, not one of its neighbours.

    The one that names one of ``urls`` as its own address, else the one whose headline is the page's title, else the
    only one or the first with a date or a body.
    """
    candidates = [thing for thing in found.objects if is_article(thing)]
    wanted = {_bare(url) for url in urls if url}
    by_url = [thing for thing in candidates if any(_bare(url) in wanted for url in addresses_of(thing))]
    if by_url:
        return max(by_url, key=_weight)
    titles = {letters(t) for t in (first(found.meta, "og:title", "twitter:title"), found.title) if t}
    by_title = [thing for thing in candidates if _names_title(thing, titles)]
    if by_title:
        return max(by_title, key=_weight)
    return max(candidates, key=_weight) if candidates and len(candidates) <= 3 else None


def addresses_of(thing: JsonObject) -> tuple[str, ...]:
    """Every address that an object calls its own."""
    page = thing.get("mainEntityOfPage")
    inner = [page.get("@id"), page.get("url")] if isinstance(page, dict) else [page]
    return tuple(value for value in [thing.get("url"), thing.get("@id"), *inner] if isinstance(value, str) and value)


def resolved(found: Structured, value: Any) -> list[Any]:
    """A value as a list, with references (``{"@id": ...}``) replaced by the objects they point to."""
    values = value if isinstance(value, list) else [] if value is None else [value]
    return [_deref(found, one) for one in values[:100]]


def plain(value: Any) -> str | None:
    """A string of structured data without HTML entities, tags and doubled spaces; ``None`` for anything else."""
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, dict):
        value = value.get("@value")
    if not isinstance(value, str):
        return None
    return " ".join(html.unescape(html.unescape(value)).split()) or None


def _objects(tree: Element) -> Iterator[JsonObject]:
    count = 0
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        for thing in _flat(_loaded(script.text or "")):
            count += 1
            if count > MAX_OBJECTS:
                return
            yield thing


def _loaded(source: str) -> Any:
    source = source[:MAX_JSON].strip()
    for wrap in _WRAPS:
        source = source.removeprefix(wrap).removesuffix(wrap).strip()
    source = source.rstrip(";")
    for attempt in (source, _COMMA.sub("", source), html.unescape(source)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _flat(value: Any) -> Iterator[JsonObject]:
    """Objects of a value and of its nests, outermost first."""
    waiting = [(value, 0)]
    while waiting:
        one, depth = waiting.pop(0)
        if isinstance(one, list):
            waiting[:0] = [(inner, depth) for inner in one[:MAX_OBJECTS]]
        elif isinstance(one, dict) and depth < 8:
            if one.keys() - {"@context", "@graph"}:
                yield one
            waiting[:0] = [(one[key], depth + 1) for key in _NESTS if isinstance(one.get(key), dict | list)]


def _microdata(tree: Element) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for node in _PROPERTIES(tree)[:MAX_OBJECTS]:
        value = node.get("content") or node.get("datetime") or node.get("href")
        if value is None and node.get("itemprop") != "articleBody":
            value = " ".join("".join(node.itertext()).split())[:2000]
        for name in (node.get("itemprop") or "").split():
            found.setdefault(name.lower(), []).append((value or "").strip())
    return {name: tuple(value for value in values if value) for name, values in found.items()}


def _deref(found: Structured, value: Any) -> Any:
    if isinstance(value, dict) and value.keys() <= {"@id", "@type"} and isinstance(value.get("@id"), str):
        wanted = value["@id"]
        return next((thing for thing in found.objects if thing.get("@id") == wanted and len(thing) > 2), value)
    return value


def _names_title(thing: JsonObject, titles: set[str]) -> bool:
    headline = letters(plain(thing.get("headline")) or plain(thing.get("name")) or "")
    return bool(headline) and any(headline in title or title in headline for title in titles if title)


def _weight(thing: JsonObject) -> tuple[int, int]:
    """How much an object says about a text; the specific type outweighs the vague one."""
    kinds = types_of(thing)
    vague = kinds <= {"creativework", "review", "report"}
    said = sum(key in thing for key in ("articleBody", "datePublished", "headline", "author", "dateModified"))
    return (0 if vague else 1, said)


def _bare(url: str) -> str:
    """An address without what page and structured data rarely agree on."""
    return url.partition("#")[0].partition("?")[0].partition("://")[2].removeprefix("www.").rstrip("/").lower()
