"""The fictional web itself: pages made from ``stories.toml``, served on loopback under their own names."""

from __future__ import annotations

import threading
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from functools import cache
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FunctionLoader, select_autoescape

HOSTS: Mapping[str, str] = {
    "ports_ministry": "ports.velmora.example",
    "fisheries_ministry": "balikcilik.tarsis.example",
    "meridian": "meridian.example",
    "kuzey": "kuzey.example",
    "harbourlight": "harbourlight.example",
    "coastal_institute": "coastalstudies.example",
    "quay_notes": "quaynotes.example",
}
"""Outlet -> host."""
_TITLES: Mapping[str, str] = {
    "ports_ministry": "Ministry of Ports of Velmora",
    "fisheries_ministry": "Ministry of Fisheries of Tarsis",
    "meridian": "Meridian News Agency",
    "kuzey": "Kuzey Haber Ajansı",
    "coastal_institute": "Center for Coastal Studies",
    "quay_notes": "Notes from the Quay",
}
_RSS, _ATOM = "application/rss+xml", "application/atom+xml"
_FEEDS: Mapping[str, Sequence[tuple[str, str]]] = {
    "fisheries_ministry": (("/tr/rss.xml", _RSS), ("/en/rss.xml", _RSS)),
    "meridian": (("/atom.xml", _ATOM),),
    "kuzey": (("/rss.xml", _RSS),),
}
"""Outlet -> feeds that its front page announces."""
_PER_LISTING = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of the fictional web at one moment."""

    id: str
    outlet: str
    path: str
    title: str
    published: str
    text: str
    language: str = "en"
    modified: str | None = None
    credit: str | None = None
    canonical: str | None = None
    source: str | None = None
    source_label: str = "Kaynak/Source:"
    is_gone: bool = False

    @property
    def url(self) -> str:
        return f"http://{HOSTS[self.outlet]}{self.path}"

    @property
    def paragraphs(self) -> list[str]:
        return self.text.split("\n\n")

    @property
    def rfc_date(self) -> str:
        return format_datetime(datetime.fromisoformat(self.published))


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the server says to one address."""

    body: str = ""
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    location: str | None = None


def pages(*, is_second: bool = False) -> list[Page]:
    """All pages; as they are when the web is crawled for the second time with ``is_second``."""
    rows = {row["id"]: row for row in _stories()}
    return [_page(row, rows, is_second=is_second) for row in rows.values()]


@cache
def _stories() -> list[dict[str, Any]]:
    text = files("scraper.demo").joinpath("stories.toml").read_text(encoding="utf-8")
    return list(tomllib.loads(text)["page"])


def _page(row: dict[str, Any], rows: Mapping[str, dict[str, Any]], *, is_second: bool) -> Page:
    later = row.get("second", {}) if is_second else {}
    plain: dict[str, Any] = {
        name: row[name]
        for name in (
            "id",
            "outlet",
            "path",
            "title",
            "published",
            "language",
            "credit",
            "canonical",
            "source",
            "source_label",
        )
        if name in row
    }
    return Page(
        **plain,
        text=_edited(_text(row, rows), later.get("edits", ())),
        modified=later.get("modified"),
        is_gone=later.get("gone", False),
    )


def _text(row: dict[str, Any], rows: Mapping[str, dict[str, Any]]) -> str:
    if "text" in row:
        parts = row["text"].strip().split("\n\n")
    else:
        whole = _text(rows[row["from"]], rows).split("\n\n")
        parts = [whole[number - 1] for number in row.get("keep", range(1, len(whole) + 1))]
    text = _edited("\n\n".join(parts), row.get("edits", ()))
    return "\n\n".join(part for part in (row.get("lead"), text, row.get("foot")) if part)


def _edited(text: str, edits: Sequence[Sequence[str]]) -> str:
    for before, after in edits:
        text = text.replace(before, after)
    return text


# --- what each address answers ------------------------------------------------------------------------------------


def answers(*, is_second: bool = False) -> dict[tuple[str, str], Answer]:
    """Every address of the web, ``(host, path with query)`` -> what it answers."""
    made: dict[tuple[str, str], Answer] = {}
    of_outlet: dict[str, list[Page]] = {outlet: [] for outlet in HOSTS}
    for page in pages(is_second=is_second):
        of_outlet[page.outlet].append(page)
    for outlet, own in of_outlet.items():
        host = HOSTS[outlet]
        own.sort(key=lambda page: page.published, reverse=True)
        made[host, "/robots.txt"] = Answer(body="User-agent: *\nDisallow: /drafts/\n", content_type="text/plain")
        for page in own:
            others = [other for other in own if other is not page][:3]
            made[host, page.path] = (
                Answer(body="<h1>Gone</h1>", status=410)
                if page.is_gone
                else Answer(body=_render(f"{outlet}.html", page=page, others=others))
            )
        there = [page for page in own if not page.is_gone]
        made |= {(host, path): answer for path, answer in _ways_in(outlet, there)}
    return made


def _ways_in(outlet: str, own: Sequence[Page]) -> Iterator[tuple[str, Answer]]:
    home = f"http://{HOSTS[outlet]}/"
    if outlet == "ports_ministry":
        yield "/sitemap.xml", _xml("sitemap.xml", pages=own)
    elif outlet == "meridian":
        yield "/atom.xml", _xml("atom.xml", pages=own, title="Meridian News Agency", home=home)
    elif outlet == "kuzey":
        yield "/rss.xml", _xml("rss.xml", pages=own, title="Kuzey Haber Ajansı", home=home)
    elif outlet == "fisheries_ministry":
        for language in ("tr", "en"):
            some = [page for page in own if page.language == language]
            yield f"/{language}/rss.xml", _xml("rss.xml", pages=some, title="Statements", home=home)
    elif outlet == "harbourlight":
        # The oldest story has moved: the listing still has its old address.
        moved = own[-1]
        old = "/tr/" + moved.path.rpartition("/")[2] + "-old"
        yield old, Answer(status=301, location=moved.url)
        yield from _listing("/", "Harbourlight", own[:3], "/?page=2")
        yield from _listing("/?page=2", "Harbourlight", own[3:])
    elif outlet == "coastal_institute":
        yield from _listing("/en/notes", "Center for Coastal Studies", own)
    if outlet != "harbourlight":
        yield from _listing("/", _TITLES[outlet], own[:_PER_LISTING], feeds=_FEEDS.get(outlet, ()))


def _listing(
    path: str, title: str, some: Sequence[Page], following: str = "", feeds: Sequence[tuple[str, str]] = ()
) -> Iterator[tuple[str, Answer]]:
    yield path, Answer(body=_render("listing.html", title=title, pages=some, following=following, feeds=feeds))


def _xml(name: str, **values: object) -> Answer:
    return Answer(body=_render(name, **values), content_type="application/xml; charset=utf-8")


def _render(name: str, **values: object) -> str:
    return _designs().get_template(name).render(**values)


@cache
def _designs() -> Environment:
    def source(name: str) -> str:
        return files("scraper.demo").joinpath("designs", name).read_text(encoding="utf-8")

    return Environment(loader=FunctionLoader(source), autoescape=select_autoescape(["html"]))


# --- the server ---------------------------------------------------------------------------------------------------


class Web:
    """The web while it is served. ``turn`` makes it what it is when it is crawled for the second time."""

    def __init__(self) -> None:
        self._answers = answers()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())

    @property
    def hosts(self) -> dict[str, str]:
        """Host -> where it is served, for the crawler's setting ``PROVENANCE_HOSTS``."""
        address = f"127.0.0.1:{self._server.server_address[1]}"
        return dict.fromkeys(HOSTS.values(), address)

    def turn(self) -> None:
        self._answers = answers(is_second=True)

    def answer(self, host: str, path: str) -> Answer:
        """What an address answers; query parameters that only count visitors are not looked at."""
        name = host.partition(":")[0]
        known = self._answers.get((name, path)) or self._answers.get((name, urlsplit(path).path))
        return known or Answer(body="<h1>Not found</h1>", status=404)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        web = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                found = web.answer(self.headers.get("Host", ""), self.path)
                body = found.body.encode()
                etag = f'"{sha256(body).hexdigest()[:16]}"'
                is_known = found.status == 200 and self.headers.get("If-None-Match") == etag
                self.send_response(304 if is_known else found.status)
                if found.location:
                    self.send_header("Location", found.location)
                self.send_header("Content-Type", found.content_type)
                self.send_header("ETag", etag)
                self.send_header("Content-Length", "0" if is_known else str(len(body)))
                self.end_headers()
                if not is_known:
                    self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Nothing: the crawl has its own report."""

        return Handler

    def serve(self) -> None:
        self._server.serve_forever(poll_interval=0.05)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def served() -> Iterator[Web]:
    """The web on a free port of 127.0.0.1, for as long as the block lasts."""
    web = Web()
    thread = threading.Thread(target=web.serve, daemon=True)
    thread.start()
    try:
        yield web
    finally:
        web.close()
        thread.join(timeout=5)
