"""Sources that a page's head declares: canonical links to others, source metas, organisations in structured data.

A page mostly points at itself there: its own address, sub-domains, country editions, staging hosts and feed redirectors
are no sources.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any
from urllib.parse import urlsplit

from scraper.model import Citation
from scraper.read.credits.names import clean_outlet, is_like_an_outlet
from scraper.read.credits.rules import host_lists, label_words, language_code, language_rules
from scraper.read.gazetteer import Gazetteer, fold, host_of, registered_name, registrable_domain
from scraper.read.urls import url_key

_SOURCE_METAS = frozenset(
    {"source", "news_source", "article:source", "original-source", "original_source", "syndication-source"}
    | {"dc.source", "dcterms.source", "dc.publisher", "article:original_source", "article:source_name"}
    | {"sailthru.source", "parsely-source", "provider"}
)
_AUTHOR_METAS = frozenset({"author", "dc.creator", "article:author", "byl", "parsely-author", "sailthru.author"})
_BASED_ON = ("isBasedOn", "isBasedOnUrl", "translationOfWork", "exampleOfWork")
_ORGANISATIONS = {
    "author": False,
    "creator": False,
    "publisher": False,
    "copyrightHolder": False,
    "provider": False,
    "sourceOrganization": True,
}
"""Who stands behind an article, and whether the property itself says that it is the source."""
_ORGANISATION_TYPES = frozenset({"Organization", "NewsMediaOrganization", "NewsOrganization", "Corporation"})
_MAX_DEPTH = 6
_ARTICLES = (
    "article",
    "posting",
    "report",
    "webpage",
    "creativework",
    "newspost",
    "pressrelease",
    "statement",
    "review",
)
_BETWEEN = re.compile(r"\s?[/,|·•–—]\s?|\s(?:and|und|et|y|e|ve|и|with|mit|avec)\s|\s?-\s|^(?:By|Von|Par|Por|Di)\s")
_HOLDS_ANOTHER = re.compile(r"(?i)https?(?::|%3a)|[?&/]www\.")
_TELLING = 5
"""Letters from which a registered name tells outlets apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The page that declares: what points at it is no source."""

    url: str | None = None
    site_name: str | None = None
    language: str | None = None


def is_own(url: str, page: Page) -> bool:
    """Whether the address belongs to the page's own outlet, whatever the host is called."""
    return page.url is not None and _is_own_host(host_of(url) or "", page)


@lru_cache(maxsize=10_000)
def _is_own_host(host: str, page: Page) -> bool:
    url, own_url = f"https://{host}/", page.url or ""
    if host_of(own_url) is None:  # a saved file has no outlet of its own yet
        return False
    if registrable_domain(url) == registrable_domain(own_url):
        return True
    gazetteer = Gazetteer.default()
    outlet = gazetteer.by_url(url)
    if outlet is not None and outlet == gazetteer.by_url(own_url):
        return True
    name, own_name = (_bare(registered_name(address)) for address in (url, own_url))
    return len(own_name) > 2 and (name == own_name or own_name in host.split("."))


def _bare(name: str | None) -> str:
    return (name or "").replace("-", "")


@lru_cache(maxsize=10_000)
def is_nobodys(host: str) -> bool:
    """Whether nobody publishes on the host: staging, a feed redirector, a share button, a bare number."""
    labels = set(host.replace("-", ".").split("."))
    parts = host.split(".")
    return (
        "." not in host
        or host.replace(".", "").isdigit()
        or not labels.isdisjoint(host_lists()["staging"])
        or any(".".join(parts[start:]) in host_lists()["passing"] for start in range(len(parts) - 1))
    )


def is_home(url: str) -> bool:
    """Whether the address is a site's front door rather than a document."""
    parts = urlsplit(url)
    return parts.path.strip("/").lower() in ("", "index.html", "index.php", "index.htm", "home") and not parts.query


def is_own_name(name: str, page: Page) -> bool:
    """Whether the name is the page's own outlet."""
    folded = fold(name)
    if page.site_name and _is_same(folded, fold(page.site_name)):
        return True
    if page.url is None:
        return False
    squashed, own = folded.replace(" ", ""), _bare(registered_name(page.url))
    if squashed == own or (len(own) >= _TELLING and squashed.startswith(own)) or folded.partition(" ")[0] == own:
        return True
    if host_of(name) and "." in name and " " not in name and is_own(f"https://{name}/", page):
        return True
    gazetteer = Gazetteer.default()
    outlet = gazetteer.by_name(name)
    return outlet is not None and outlet == gazetteer.by_url(page.url)


def _is_same(name: str, own: str) -> bool:
    """``BBC`` and ``BBC News`` are one; ``Times`` and ``New York Times`` are two."""
    return name == own or (bool(name) and own.startswith(f"{name} ")) or (bool(own) and name.startswith(f"{own} "))


def outlet_of(url: str) -> str | None:
    """The name of the outlet at an address: the gazetteer's, or its host."""
    known = Gazetteer.default().by_url(url)
    return known.title if known else host_of(url)


def declared_in_links(links: Iterable[tuple[str, str]], page: Page) -> list[Citation]:
    """Canonical links to a document of another outlet, from pairs of ``rel`` and ``href``."""
    return [
        Citation(
            kind="canonical", words=href.strip(), outlet=outlet_of(href), url=href.strip(), url_as_met=href.strip()
        )
        for rel, href in links
        if "canonical" in rel.lower().split() and is_foreign(href, page) and not is_home(href.strip())
    ]


def is_foreign(address: str, page: Page) -> bool:
    """Whether a web address leads to somebody who publishes, and not to the page's own outlet.

    What is behind a redirector counts; a share button leads back to the page itself.
    """
    url = address.strip()
    host = _web_host(url)
    if host and is_nobodys(host) and _HOLDS_ANOTHER.search(url, 8) and (host_of(page.url or "") or "\n") not in url:
        url = url_key(url).url
        host = _web_host(url)
    return bool(host) and not is_nobodys(host) and not is_own(url, page)


def _web_host(url: str) -> str:
    """The host of a web address as fast as can be, empty for others: pages link hundreds of times."""
    return (host_of(url) or "") if url[:8].lower().startswith(("http://", "https://")) else ""


def declared_in_metas(metas: Iterable[tuple[str, str]], page: Page) -> list[Citation]:
    """Sources named or addressed in ``<meta>``, from pairs of name and content."""
    return [row for name, content in metas for row in _declared_in_meta(name.lower(), content.strip(), page)]


def _declared_in_meta(name: str, content: str, page: Page) -> Iterator[Citation]:
    if not content or len(content) > 600 or name not in _SOURCE_METAS | _AUTHOR_METAS:
        return
    if content.lower().startswith(("http://", "https://")):
        if name in _SOURCE_METAS and page.url and is_foreign(content, page) and not is_home(content):
            yield Citation(kind="structured", words=content, outlet=outlet_of(content), url=content, url_as_met=content)
        return
    must_be_known = name in _AUTHOR_METAS
    if outlet := _foreign_name(content, page, must_be_known=must_be_known):
        yield Citation(kind="structured", words=content, outlet=outlet)


def _foreign_name(words: str, page: Page, *, must_be_known: bool) -> str | None:
    language = language_rules(language_code(page.language))
    name = clean_outlet(without_source_label(words), language)
    if name is None or is_picture(words):
        return None
    if must_be_known:
        return known_signer(name, page)
    if is_own_name(name, page):
        return None
    gazetteer = Gazetteer.default()
    return name if " " not in name or is_like_an_outlet(name, language, gazetteer) else None


def known_signer(words: str, page: Page) -> str | None:
    """The agency or newspaper that a signature names: all of it (``APA/dpa``), or a part (``Ilse Vorn, AP``)."""
    gazetteer = Gazetteer.default()
    parts = [part.strip(" .()©") for part in _BETWEEN.split(words) if part.strip(" .()©")]
    agencies = [part for part in parts if (row := gazetteer.by_name(part)) and row.kind != "issuer"]
    foreign = [part for part in agencies if not is_own_name(part, page)]
    if not foreign:
        return None
    return words.strip() if 1 < len(agencies) == len(parts) == len(foreign) else foreign[0]


def without_source_label(words: str) -> str:
    """``Source: Reuters`` -> ``Reuters``."""
    label, colon, name = words.partition(":" if ":" in words else "：")
    return name.strip() if colon and fold(label) in _source_labels() else words


@cache
def _source_labels() -> frozenset[str]:
    return frozenset(fold(word) for word in label_words())


@cache
def _picture_labels() -> frozenset[str]:
    return frozenset(fold(word) for word in language_rules("en").words("photo_labels"))


def is_picture(words: str) -> bool:
    """Whether the words sign a picture: a label of one before them, or a copyright sign."""
    return "©" in words or fold(words.partition(":")[0]) in _picture_labels()


def declared_in_json(objects: Sequence[Mapping[str, Any]], page: Page) -> list[Citation]:
    """What JSON-LD says an article is based on, and organisations behind it that are another outlet."""
    found: list[Citation] = []
    for item in objects:
        _walk(item, page, found, depth=0)
    return found


def _walk(item: object, page: Page, found: list[Citation], *, depth: int) -> None:
    if depth > _MAX_DEPTH:
        return
    if isinstance(item, list):
        for part in item[:50]:
            _walk(part, page, found, depth=depth + 1)
        return
    if not isinstance(item, Mapping):
        return
    if not _is_about_text(item.get("@type")):
        return
    for key in _BASED_ON:
        found.extend(_based_on(item.get(key), page))
    for key, is_source in _ORGANISATIONS.items():
        found.extend(_organisations(item.get(key), page, must_be_known=page.url is not None and not is_source))
    for key in ("@graph", "mainEntity", "mainEntityOfPage"):
        if key in item:
            _walk(item[key], page, found, depth=depth + 1)


def _is_about_text(types: object) -> bool:
    """Pictures, people and lists have authors too; only an article's count."""
    names = [str(name).lower() for name in (types if isinstance(types, list) else [types]) if name]
    return not names or any(name.endswith(_ARTICLES) for name in names)


def _based_on(value: object, page: Page) -> Iterator[Citation]:
    for part in value if isinstance(value, list) else [value]:
        url = part.get("url") or part.get("@id") if isinstance(part, Mapping) else part
        if isinstance(url, str) and is_foreign(url, page):
            yield Citation(kind="structured", words=url, outlet=outlet_of(url), url=url, url_as_met=url)


def _organisations(value: object, page: Page, *, must_be_known: bool) -> Iterator[Citation]:
    """Organisations by name; a person or a bare name only where an agency is called so."""
    for part in value if isinstance(value, list) else [value]:
        name = part.get("name") if isinstance(part, Mapping) else part
        if not isinstance(name, str) or not name.strip():
            continue
        kinds = part.get("@type") if isinstance(part, Mapping) else None
        types = {kind for kind in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(kind, str)}
        strict = must_be_known or types.isdisjoint(_ORGANISATION_TYPES)
        if outlet := _foreign_name(name, page, must_be_known=strict):
            yield Citation(kind="structured", words=name.strip(), outlet=outlet)
