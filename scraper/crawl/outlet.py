"""An outlet is a declaration: who publishes, where the ways in are, and what differs from the general reader.

    class HarbourCourier(Outlet):
        title = "Harbour Courier"
        kind = "newspaper"
        country = "GB"
        home = "https://harbour-courier.example/"
        feeds = home + "rss.xml"
        articles = r"/news/\\d{4}/"

The file's name is the outlet's id. There is no ``parse`` method and no registry: a file in ``spiders/`` is an outlet.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, get_args

from scraper.crawl.frontier import Way
from scraper.crawl.walk import Walk
from scraper.model import OutletFacts, OutletKind
from scraper.read.recipe import Recipe
from scraper.read.urls import host_of, is_web_address

__all__ = ["DeclarationError", "Outlet", "Recipe"]

ARTICLE_SHAPE = r"/(?:19|20)\d\d/[01]?\d/|/\d{5,}(?:[/.?-]|$)|[?&](?:id|p|nid)=\d+|/(?:[^/?-]+-){3}"
"""What an article's address looks like where an outlet does not say: a date, a long number, or a slug of four words."""

PROMISES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "articles_per_run": ("articles, new or seen again", ("new", "changed", "unchanged", "not_due")),
    "new_per_run": ("new articles", ("new",)),
}
"""A promise in ``expects`` -> what it counts, in words and by the counts of a run."""

_MANY = ("feeds", "sitemaps", "listings", "names", "domains", "keep")
_ADDRESSES = ("feeds", "sitemaps", "listings")


class DeclarationError(TypeError):
    """A mistake in a declaration, in one sentence that names the file and the field."""


class Outlet(Walk):
    """Base of all declarations. Say what is different, inherit the rest; one string stands for a list of one."""

    title: ClassVar[str] = ""
    """Its name as readers know it."""
    kind: ClassVar[OutletKind] = "unknown"
    country: ClassVar[str | None] = None
    """ISO 3166 alpha-2."""
    language: ClassVar[str | None] = None
    """BCP 47; the main one."""
    home: ClassVar[str] = ""
    """Its front page; the way in when no feed, sitemap or listing is named."""
    names: ClassVar[Sequence[str]] = ()
    """Other names, scripts and abbreviations under which pages cite it."""
    domains: ClassVar[Sequence[str]] = ()
    """Hosts whose pages are its own, with everything below them; from ``home`` by default."""
    feeds: ClassVar[Sequence[str]] = ()
    """RSS, Atom or JSON feeds."""
    sitemaps: ClassVar[Sequence[str]] = ()
    """Sitemaps, news sitemaps or indexes of them, plain or gzipped."""
    listings: ClassVar[Sequence[str]] = ()
    """Pages that list articles; their next pages are followed while they show something new."""
    articles: ClassVar[str | None] = None
    """Regular expression that the address of an article matches; all that a feed names, and addresses that look like an
    article's elsewhere, by default."""
    recipes: ClassVar[Sequence[Recipe]] = ()
    """What the general reader does not find by itself, newest last."""
    keep: ClassVar[Sequence[str]] = ()
    """Query parameters that this outlet uses for real, although others track with them."""
    expects: ClassVar[Mapping[str, int]] = {}
    """Promises that are checked after each run, e.g. ``{"articles_per_run": 5}``; see ``PROMISES``."""
    interval: ClassVar[int] = 24
    """Hours within which a healthy outlet answers."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "name" not in vars(cls):
            cls.name = cls.__module__.rpartition(".")[2]
        for field in _MANY:
            value = getattr(cls, field)
            if isinstance(value, str):
                setattr(cls, field, (value,))
        _check(cls)
        cls.domains = tuple(cls.domains) or (host_of(cls.home).removeprefix("www."),)
        if not (cls.feeds or cls.sitemaps or cls.listings):
            cls.listings = (cls.home,)

    @classmethod
    def facts(cls) -> OutletFacts:
        """What the database keeps of the outlet."""
        return OutletFacts(
            id=cls.name,
            title=cls.title,
            kind=cls.kind,
            country=cls.country,
            language=cls.language,
            home_url=cls.home,
            names=tuple(cls.names),
            domains=tuple(cls.domains),
        )

    @classmethod
    def is_own(cls, url: str) -> bool:
        """Whether an address lies on one of the outlet's domains."""
        host = host_of(url)
        return any(host == domain or host.endswith("." + domain) for domain in cls.domains)

    @classmethod
    def is_article(cls, url: str, *, way: Way) -> bool:
        """Whether an address that a way in points at is one of this outlet's articles."""
        if not cls.is_own(url):
            return False
        if cls.articles is None and way == "feed":
            return True
        return re.search(cls.articles or ARTICLE_SHAPE, url) is not None


def _check(cls: type[Outlet]) -> None:
    for mistake in _mistakes(cls):
        raise DeclarationError(f"{cls.__module__}: {mistake}")


def _mistakes(cls: type[Outlet]) -> list[str]:
    return _unknown_fields(cls) or _wrong_words(cls) or _wrong_addresses(cls) or _wrong_patterns(cls)


def _unknown_fields(cls: type[Outlet]) -> list[str]:
    mistakes = []
    for field in vars(cls):
        if field.startswith("_") or field in _FIELDS:
            continue
        near = difflib.get_close_matches(field, _FIELDS, 1)
        mistakes.append(f"{field!r} is not a field of an outlet" + (f"; did you mean {near[0]!r}?" if near else ""))
    return mistakes


def _wrong_words(cls: type[Outlet]) -> list[str]:
    kinds = get_args(OutletKind)
    wrong = {
        "`title` must say the outlet's name": not (isinstance(cls.title, str) and cls.title.strip()),
        f"`kind` must be one of {', '.join(kinds)}, not {cls.kind!r}": cls.kind not in kinds,
        f"`country` must be two capital letters (ISO 3166), not {cls.country!r}": not _is(r"[A-Z]{2}", cls.country),
        f"`language` must be a language tag such as 'en', not {cls.language!r}": not _is(
            r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", cls.language
        ),
        f"`interval` must be a number of hours, not {cls.interval!r}": not (
            isinstance(cls.interval, int) and cls.interval > 0
        ),
        f"`expects` must name numbers for {' or '.join(PROMISES)}, not {cls.expects!r}": not (
            isinstance(cls.expects, Mapping)
            and all(name in PROMISES and isinstance(least, int) for name, least in cls.expects.items())
        ),
        "`recipes` must be a tuple of Recipe(...), with a comma behind the last": not (
            isinstance(cls.recipes, Sequence) and all(isinstance(recipe, Recipe) for recipe in cls.recipes)
        ),
    }
    lists = [f"`{field}` must be texts, not {getattr(cls, field)!r}" for field in _MANY if not _are_texts(cls, field)]
    return lists + [mistake for mistake, is_wrong in wrong.items() if is_wrong]


def _are_texts(cls: type[Outlet], field: str) -> bool:
    values = getattr(cls, field)
    return isinstance(values, Sequence) and all(isinstance(value, str) for value in values)


def _is(pattern: str, value: object) -> bool:
    return value is None or (isinstance(value, str) and re.fullmatch(pattern, value) is not None)


def _wrong_addresses(cls: type[Outlet]) -> list[str]:
    found = [("home", cls.home)] + [(field, url) for field in _ADDRESSES for url in getattr(cls, field)]
    return [
        f"`{field}` must be an http(s) address, not {url!r}"
        for field, url in found
        if not (isinstance(url, str) and is_web_address(url))
    ]


def _wrong_patterns(cls: type[Outlet]) -> list[str]:
    if cls.articles is None:
        return []
    try:
        re.compile(cls.articles)
    except (re.error, TypeError) as error:
        return [f"`articles` is no regular expression: {error}"]
    return []


_FIELDS = (*Outlet.__annotations__, "name", "custom_settings")
