"""Read: what a page says of itself: title, author, dates, language, address, publisher.

Every fact has a table of the places that may state it, most trustworthy first; the first place with a usable value
wins. Places that state nothing leave the fact unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

from lxml import etree  # type: ignore[import-untyped, unused-ignore]

from scraper.read.language import is_in, language_of, language_tag, same_language
from scraper.read.structured import (
    JsonObject,
    Structured,
    article_object,
    first,
    is_page,
    plain,
    resolved,
    types_of,
)
from scraper.read.tree import Element, letters, text_of
from scraper.read.urls import is_web_address, url_key

MAX_TITLE = 500
_AUTHOR_META = (
    "author",
    "dc.creator",
    "dcterms.creator",
    "byl",
    "parsely-author",
    "sailthru.author",
    "citation_author",
)
_SITE_META = ("og:site_name", "dc.publisher", "dcterms.publisher", "application-name", "al:android:app_name")
_TITLE_META = ("og:title", "twitter:title", "dc.title", "dcterms.title", "parsely-title", "sailthru.title")
_LANG_META = ("og:locale", "dc.language", "dcterms.language", "content-language", "language", "inlanguage")
_NAMED_TITLE = "//*[self::h2 or self::h3][contains(@class, 'title') or contains(@class, 'head')] | //h2[not(//h2[2])]"
_MAY_NAME_AUTHOR = etree.XPath("//@rel[. = 'author']/.. | //@class[contains(., 'author') or contains(., 'byline')]/..")
_BY = re.compile(r"^(?:by|von|par|por|de|di|door|av|af|yazan|haber|автор|текст)\s*:?\s+", re.I)
_PARTED = re.compile(r"\s(?:\||-|–|—|::|•|»|/|›)\s")
_CLOSE = (
    frozenset({"no", "da", "sv"}),
    frozenset({"id", "ms"}),
    frozenset({"hr", "sr", "sl", "bs", "sr-Cyrl", "mk", "bg"}),
    frozenset({"cs", "sk"}),
    frozenset({"gl", "pt", "es", "ca"}),
    frozenset({"nl", "af"}),
    frozenset({"de", "lb", "gsw"}),
)
"""Languages that a guess may take for one another: there the page's own word counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a page says of itself, dates left to ``when``."""

    title: str | None = None
    byline: str | None = None
    language: str | None = None
    declared_language: str | None = None
    """The tag as declared, region included: it decides how numeric dates are read."""
    canonical_url: str | None = None
    site_name: str | None = None
    titles: tuple[str, ...] = ()
    """Every form in which the page gives its headline."""
    thing: JsonObject | None = None
    """The JSON-LD object that describes the text."""


def facts_of(tree: Element, found: Structured, *, url: str | None = None) -> Facts:
    """The facts of a page. ``language`` is the declared one; ``settled_language`` weighs it against the text.

    Titles: structured data, then social meta, then the one h1, then the title tag without the site's name.
    """
    canonical = canonical_of(found, url)
    thing = article_object(found, urls=(url, canonical))
    site = site_of(found, thing)
    declared = (
        language_tag(found.lang)
        or next((tag for name in _LANG_META for tag in map(language_tag, found.meta.get(name, ())) if tag), None)
        or language_tag(plain((thing or {}).get("inLanguage")))
    )
    headings = _headings(tree)
    named = site or _home_heading(tree)
    titles = (_as_headed(without_site(title, named), headings) for title in _titles(found, thing, headings))
    stated = tuple(dict.fromkeys(title[:MAX_TITLE] for title in (*titles, *headings) if title))
    return Facts(
        title=stated[0] if stated else None,
        titles=stated,
        byline=byline_of(tree, found, thing),
        language=_without_region(declared),
        declared_language=declared,
        canonical_url=canonical,
        site_name=site,
        thing=thing,
    )


def _headings(tree: Element) -> list[str]:
    """Headings of the page's first rank: h1, or where there is none the one heading that is named a title."""
    texts = [text for text in (text_of(node) for node in tree.iter("h1") if not _leads_home(node)) if text]
    return texts or [text for text in (text_of(node) for node in tree.xpath(_NAMED_TITLE)[:1]) if text]


def _home_heading(tree: Element) -> str | None:
    """The site's name where it stands as a heading that leads to the front page."""
    return next((text_of(node) for node in tree.iter("h1") if _leads_home(node)), None)


def _leads_home(heading: Element) -> bool:
    """Whether a heading is nothing but a link to the front page: the site's name, no headline."""
    link = heading.find(".//a")
    if link is None or text_of(link) != text_of(heading):
        return False
    return re.fullmatch(r"(?:https?://[^/?#]{1,200})?/?", (link.get("href") or "#").strip()) is not None


def _as_headed(title: str, headings: list[str]) -> str:
    """The page's own heading where a title only adds to it (the section, the site, the date)."""
    whole = letters(title)
    for heading in headings:
        words = letters(heading)
        if len(words) > 12 and words != whole and words in whole and 2 * len(words) > len(whole):
            return heading
    return title


def without_site(title: str, site: str | None) -> str:
    """A title without the publisher's name in front or behind."""
    parts = _PARTED.split(title)
    if len(parts) < 2 or not site:
        return title
    wanted = letters(site)
    for part, rest in ((parts[-1], title[: title.rfind(parts[-1])]), (parts[0], title[len(parts[0]) :])):
        name = letters(part)
        if name and (name in wanted or wanted in name) and len(name) < 2 * len(wanted) + 4:
            return rest.strip(" |-–—:•»/›")
    return title


def byline_of(tree: Element, found: Structured, thing: JsonObject | None) -> str | None:
    """Names of the authors as the page gives them, joined by commas."""
    places = (
        _people(found, (thing or {}).get("author") or (thing or {}).get("creator")),
        [value for name in _AUTHOR_META for value in found.meta.get(name, ())],
        found.meta.get("article:author", ()),
        found.microdata.get("author", ()),
        _visible_bylines(tree),
    )
    for names in places:
        kept = list(dict.fromkeys(name for name in map(_name, names) if name))
        if kept:
            return ", ".join(kept[:12])
    return None


def site_of(found: Structured, thing: JsonObject | None) -> str | None:
    """The publisher's name."""
    stated = first(found.meta, "og:site_name")
    if stated:
        return plain(stated)
    for key in ("publisher", "sourceOrganization", "isPartOf"):
        for publisher in resolved(found, (thing or {}).get(key)):
            name = plain(publisher.get("name")) if isinstance(publisher, dict) else plain(publisher)
            if name and not is_web_address(name):
                return name
    sites = (plain(one.get("name")) for one in found.objects if "website" in types_of(one))
    return next((name for name in sites if name), None) or plain(first(found.meta, *_SITE_META))


def canonical_of(found: Structured, url: str | None) -> str | None:
    """The address that the page calls its own, through ``url_key``; a home page posing as one is not believed."""
    pages = (one.get("url") or one.get("@id") for one in found.objects if is_page(one))
    stated = (*found.links.get("canonical", ()), *found.meta.get("og:url", ()), *pages)
    for value in stated:
        address = _absolute(value, url) if isinstance(value, str) else None
        if address and (_path(address) or not url or not _path(url)):
            return url_key(address).url
    return None


def settled_language(facts: Facts, text: str) -> str | None:
    """The language of an article: the declared one unless its own words clearly say otherwise."""
    declared = facts.language
    if declared is not None and is_in(text, declared):
        return declared
    guess = language_of(text)
    if guess is None or len(text) < 80:
        return declared or guess
    if declared is None or same_language(declared, guess):
        return declared or guess
    if any({declared.partition("-")[0], guess} <= group for group in _CLOSE):
        return declared
    return guess


def _titles(found: Structured, thing: JsonObject | None, headings: list[str]) -> Iterator[str]:
    stated = [plain((thing or {}).get("headline")), *(plain(first(found.meta, name)) for name in _TITLE_META)]
    yield from (title for title in stated if title)
    yield from (plain(value) or "" for value in found.microdata.get("headline", ())[:1])
    if len(headings) == 1:
        yield headings[0]
    if found.title:
        in_title = [text for text in headings if letters(text) and letters(text) in letters(found.title)]
        yield from in_title[:1]
        yield found.title
    yield from headings[:1]


def _people(found: Structured, value: object) -> list[str]:
    names: list[str] = []
    for one in resolved(found, value):
        name = one.get("name") if isinstance(one, dict) else one
        names += [text for text in (plain(part) for part in (name if isinstance(name, list) else [name])) if text]
    return names


def _visible_bylines(tree: Element) -> Iterable[str]:
    for node in [node for node in _MAY_NAME_AUTHOR(tree) if _names_author(node)][:3]:
        text = text_of(node)
        if 2 < len(text) < 100:
            yield text


def _names_author(node: Element) -> bool:
    named = node.get("class") or ""
    if node.get("rel") == "author" or named == "author":
        return True
    return "byline" in named.split() or "author-name" in named or "article-author" in named


def _name(value: str) -> str | None:
    """A name without "By", addresses and leftovers; ``None`` for what cannot be one."""
    name = _BY.sub("", plain(value) or "").strip(" ,;|-–—")
    if not name or len(name) > 120 or is_web_address(name) or "@" in name or name.startswith(("http", "/", "{")):
        return None
    return name if any(char.isalpha() for char in name) else None


def _without_region(tag: str | None) -> str | None:
    """Language and script: what decides about words; the region stays in ``declared_language``."""
    return "-".join(part for place, part in enumerate(tag.split("-")) if place == 0 or len(part) == 4) if tag else None


def _absolute(value: str, url: str | None) -> str | None:
    try:
        address = urljoin(url or "", value.strip())
    except ValueError:
        return None
    return address if is_web_address(address) else None


def _path(address: str) -> str:
    return address.partition("://")[2].partition("/")[2].partition("#")[0]
