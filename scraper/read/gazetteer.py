"""Who is who: agencies, newspapers and issuers as facts, found by any of their names or by an address.

The facts ship in ``outlets.toml``; a user's own file of the same shape extends or corrects them.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any, Self, cast
from urllib.parse import urlsplit

import tldextract

from scraper.model import OutletFacts, OutletKind

_EXTRACT = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
"""Only the list that the library brings along: reading never fetches."""

_OTHER_SCHEME = re.compile(r"(?i)\s?[a-z][a-z0-9+.-]{0,30}:(?!//|\d)")
"""``mailto:``, ``javascript:``: an address of nobody's page."""
_PLAIN_HOST = re.compile(r"https?://([A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8})(?=[/?#]|$)")
"""Nearly every address there is, without the cost of taking it apart."""
_NOISE = re.compile(r"[^\w]+")
_APOSTROPHES = re.compile("['’‘`´ʼ]")
_ARTICLES = ("the ",)
_BETWEEN = re.compile(r"[/,+]|\s(?:and|ve|y|et|und|e|и)\s")
_MAX_SIGNATURE = 6
"""Words; what is longer and holds a comma is a sentence."""
_PLAIN = str.maketrans({"ı": "i", "ə": "e", "ø": "o", "đ": "d", "ł": "l", "ß": "ss", "ё": "е", "ي": "ی", "ك": "ک"})


@lru_cache(maxsize=20_000)
def fold(name: str) -> str:
    """A name without case, accents, punctuation and a leading article: what two spellings of it share."""
    spread = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", name).replace("İ", "i").casefold())
    bare = "".join(sign for sign in spread if not unicodedata.combining(sign)).translate(_PLAIN)
    folded = _NOISE.sub(" ", bare).strip()
    for article in _ARTICLES:
        if folded.startswith(article):
            return folded[len(article) :]
    return folded


@lru_cache(maxsize=10_000)
def _registrable(host: str) -> str:
    found = _EXTRACT(host)
    if found.suffix:
        return f"{found.domain}.{found.suffix}" if found.domain else host
    return ".".join(host.split(".")[-2:])


def registrable_domain(url: str) -> str | None:
    """The domain that somebody registered (``trend.az`` for ``https://en.trend.az/a``), a host without a public
    suffix (``portal.example``) by its last two labels; ``None`` where there is no host."""
    host = host_of(url)
    return _registrable(host) if host else None


def registered_name(url: str) -> str | None:
    """The registered label without its suffix: what ``bbc.com`` and ``bbc.co.uk`` share."""
    domain = registrable_domain(url)
    return domain.partition(".")[0] if domain else None


def host_of(url: str) -> str | None:
    """The host of an address, in lower case, without ``www.``; ``None`` where there is none."""
    if _OTHER_SCHEME.match(url):
        return None
    found = _PLAIN_HOST.match(url)
    if found:
        return found.group(1).lower().removeprefix("www.")
    try:
        host = urlsplit(url if "//" in url else f"//{url}").hostname
    except ValueError:
        return None
    return host.rstrip(".").removeprefix("www.") if host else None


@dataclass(frozen=True, slots=True, eq=False)
class Gazetteer:
    """Facts, found by name or by address."""

    facts: tuple[OutletFacts, ...]
    _names: dict[str, OutletFacts]
    _domains: dict[str, OutletFacts]

    @classmethod
    def of(cls, facts: Iterable[OutletFacts]) -> Self:
        """A gazetteer of these facts; where two claim a name or a domain, the later one has it."""
        rows = tuple(facts)
        names = {fold(name): row for row in rows for name in (row.title, *row.names)}
        domains = {domain.lower(): row for row in rows for domain in _domains_of(row)}
        return cls(rows, names, domains)

    @classmethod
    def default(cls) -> Gazetteer:
        """The facts that ship with the project."""
        return _default()

    def extended(self, facts: Iterable[OutletFacts]) -> Gazetteer:
        """This gazetteer with more facts; a row with an id that is known replaces the row before."""
        rows = {row.id: row for row in self.facts}
        rows.update({row.id: row for row in facts})
        return Gazetteer.of(rows.values())

    def by_whole_name(self, name: str) -> OutletFacts | None:
        """The outlet that is called exactly so."""
        return self._names.get(fold(name))

    def by_name(self, name: str) -> OutletFacts | None:
        """The outlet of that name, abbreviation or spelling; of several (``UNA/EPA``) the first known."""
        whole = self._names.get(fold(name))
        if whole or len(name.split()) > _MAX_SIGNATURE or not _BETWEEN.search(name):
            return whole
        parts = _BETWEEN.split(name)
        return next((row for part in parts if (row := self._names.get(fold(part)))), None)

    def by_url(self, url: str) -> OutletFacts | None:
        """The outlet whose domain or host the address stands on."""
        host = host_of(url)
        while host:
            if host in self._domains:
                return self._domains[host]
            host = host.partition(".")[2]
        return None

    def home_of(self, name: str) -> str | None:
        """The home address of the outlet of that name."""
        row = self.by_name(name)
        return row.home_url if row else None


def _domains_of(row: OutletFacts) -> Iterator[str]:
    """The home's host counts too, unless the home is only a path on a host that others share."""
    yield from row.domains
    if row.home_url and (host := host_of(row.home_url)) and urlsplit(row.home_url).path in ("", "/"):
        yield host


@cache
def _default() -> Gazetteer:
    return Gazetteer.of(read_outlets(resources.files("scraper.read").joinpath("outlets.toml").read_text("utf-8")))


def read_outlets(toml: str) -> tuple[OutletFacts, ...]:
    """Facts from the text of a file like ``outlets.toml``: one table per outlet, its id the name of the table.

    Raises ``tomllib.TOMLDecodeError`` for a broken file and ``KeyError`` for an outlet without a title.
    """
    return tuple(_facts(outlet_id, row) for outlet_id, row in tomllib.loads(toml).items())


def _facts(outlet_id: str, row: dict[str, Any]) -> OutletFacts:
    return OutletFacts(
        id=outlet_id,
        title=row["title"],
        kind=cast(OutletKind, row.get("kind", "unknown")),
        country=row.get("country"),
        language=row.get("language"),
        home_url=row.get("home"),
        names=tuple(row.get("names", ())),
        domains=tuple(row.get("domains", ())),
    )
