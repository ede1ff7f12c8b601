"""A declaration is proposed: from an outlet's front page, its feeds and sitemaps, and one article read as a test."""

from __future__ import annotations

import json
import keyword
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

from scrapy.http import TextResponse

from scraper.crawl.fetch import FetchError
from scraper.crawl.frontier import Find
from scraper.crawl.golden import save_page
from scraper.crawl.guard import Refused
from scraper.crawl.outlet import ARTICLE_SHAPE
from scraper.crawl.ways import Unreadable, feed_finds, listing_finds, sitemap_finds
from scraper.model import Article, Capture
from scraper.read.article import read_page
from scraper.read.decoding import decoded
from scraper.read.facts import facts_of
from scraper.read.gazetteer import registered_name
from scraper.read.structured import structured_of
from scraper.read.tree import parse
from scraper.read.urls import host_of

Fetch = Callable[[str], Capture]
"""An address -> its capture; raises ``FetchError`` or ``Refused``."""

_COUNTRY = re.compile(r"\.([a-z]{2})$")
_CODES = {"uk": "GB"}
_TRIED = 5
"""Addresses of articles that are tried until one can be read."""


class ProposalError(ValueError):
    """No declaration could be made; the message is one sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A way in that was found, and the pages it points at."""

    kind: str
    url: str
    finds: tuple[Find, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What was written, and what a page of the outlet reads as."""

    outlet_id: str
    file: Path
    declaration: str
    page: Path | None
    url: str | None
    article: Article | None


def propose(url: str, fetch: Fetch, *, folder: Path, pages: Path, outlet_id: str | None = None) -> Proposal:
    """Write ``folder/<id>.py`` from a front page, and save one article under ``pages/<id>/`` as a golden test.

    Raises ``ProposalError`` when the front page cannot be fetched, or a declaration of that name is there already.
    """
    front = _fetched(fetch, url)
    outlet_id = outlet_id or _id_from(front.url)
    if not outlet_id.isidentifier() or keyword.iskeyword(outlet_id):
        raise ProposalError(f"{outlet_id!r} cannot be the name of a file in {folder}: letters, digits and _ only.")
    file = folder / f"{outlet_id}.py"
    if file.exists():
        raise ProposalError(f"{file} is there already; choose another name with --id.")
    way = next(_ways(front, fetch), None)
    declaration = _declaration(outlet_id, front, way)
    capture, article = _sample(way, fetch)
    folder.mkdir(parents=True, exist_ok=True)
    file.write_text(declaration, encoding="utf-8")
    page = save_page(pages / outlet_id, capture, article) if capture is not None and article is not None else None
    return Proposal(
        outlet_id=outlet_id,
        file=file,
        declaration=declaration,
        page=page,
        url=capture.url if capture else None,
        article=article,
    )


def _fetched(fetch: Fetch, url: str) -> Capture:
    try:
        capture = fetch(url)
    except (FetchError, Refused) as error:
        raise ProposalError(f"{url} could not be fetched: {error}.") from error
    if not 200 <= capture.status < 300 or not capture.body:
        raise ProposalError(f"{url} answered {capture.status}.")
    return capture


def _id_from(url: str) -> str:
    name = registered_name(url) or host_of(url).partition(".")[0]
    plain = re.sub(r"\W+", "_", name.lower()).strip("_")
    return plain if plain.isidentifier() else f"outlet_{plain}"


# --- ways in -----------------------------------------------------------------------------------------------------


def _ways(front: Capture, fetch: Fetch) -> Iterator[Way]:
    """Ways in, the best first: a feed that the front page announces, a sitemap, the front page itself."""
    response = TextResponse(front.url, body=front.body or b"", encoding="utf-8")
    listed, _, feeds = listing_finds(response)
    for feed in feeds:
        yield from _tried("feeds", feed, fetch, feed_finds)
    for sitemap in _sitemaps(front.url, fetch):
        yield from _tried("sitemaps", sitemap, fetch, lambda body, url: sitemap_finds(body, url)[1])
    yield Way(
        kind="listings", url=front.url, finds=tuple(find for find in listed if re.search(ARTICLE_SHAPE, find.url))
    )


def _sitemaps(url: str, fetch: Fetch) -> list[str]:
    origin = urljoin(url, "/").rstrip("/")
    try:
        robots = fetch(f"{origin}/robots.txt")
    except (FetchError, Refused):
        return [f"{origin}/sitemap.xml"]
    lines = (robots.body or b"").decode("utf-8", "replace").splitlines()
    named = [line.partition(":")[2].strip() for line in lines if line.lower().startswith("sitemap:")]
    return named[:3] or [f"{origin}/sitemap.xml"]


def _tried(kind: str, url: str, fetch: Fetch, read: Callable[[bytes, str], list[Find]]) -> Iterator[Way]:
    try:
        capture = fetch(url)
        finds = read(capture.body or b"", capture.url) if capture.status == 200 else []
    except (FetchError, Refused, Unreadable):
        return
    if finds:
        yield Way(kind=kind, url=capture.url, finds=tuple(finds))


# --- what is written ---------------------------------------------------------------------------------------------


def _declaration(outlet_id: str, front: Capture, way: Way | None) -> str:
    tree = parse(decoded(front.body or b"", front.content_type)[0])
    facts = facts_of(tree, structured_of(tree), url=front.url)
    title = facts.site_name or facts.title or host_of(front.url)
    name = "".join(part.capitalize() for part in outlet_id.split("_"))
    lines = [
        f'"""{_plain(title)}: proposed from its front page; look at every line."""',
        "",
        "from scraper.crawl.outlet import Outlet",
        "",
        "",
        f"class {name}(Outlet):",
        f"    title = {_quoted(_plain(title))}",
        '    kind = "unknown"',
    ]
    country = _COUNTRY.search(host_of(front.url))
    if country:
        lines.append(f"    country = {_quoted(_CODES.get(country[1], country[1].upper()))}")
    if facts.declared_language:
        lines.append(f"    language = {_quoted(facts.declared_language)}")
    lines.append(f"    home = {_quoted(front.url)}")
    if way is not None and way.url != front.url:
        lines.append(f"    {way.kind} = {_quoted(way.url)}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """A text as a Python literal, whatever stands in it."""
    return json.dumps(text, ensure_ascii=False)


def _plain(title: str) -> str:
    """A title as it may stand in a Python file, whatever a page calls itself."""
    letters = (letter if letter.isprintable() and letter not in "\"'\\{}" else " " for letter in title[:120])
    return " ".join("".join(letters).split()) or "Unnamed"


def _sample(way: Way | None, fetch: Fetch) -> tuple[Capture | None, Article | None]:
    """The first article behind a way in that can be read."""
    for find in way.finds[:_TRIED] if way else ():
        try:
            capture = fetch(find.url)
        except (FetchError, Refused):
            continue
        if capture.status == 200 and capture.body:
            article = read_page(
                capture.body, capture.url, captured_at=capture.captured_at, content_type=capture.content_type
            )
            if article.text:
                return capture, article
    return None, None
