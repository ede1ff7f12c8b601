"""A database on disk with fictional outlets, and short ways to put pages into it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scraper.model import Article, Capture, Citation, Comparison, OutletFacts, Redirect
from scraper.read.urls import url_key
from scraper.store.captures import Written, write_capture
from scraper.store.database import Store
from scraper.store.versions import VersionWritten, write_article

COURIER = OutletFacts(
    id="harbour_courier",
    title="Harbour Courier",
    kind="newspaper",
    country="GB",
    language="en",
    home_url="https://courier.example/",
    domains=("courier.example",),
)
AGENCY = OutletFacts(
    id="north_wire",
    title="North Wire",
    kind="agency",
    names=("NW", "Kuzey Teli"),
    domains=("wire.example",),
)
MINISTRY = OutletFacts(
    id="harbour_ministry", title="Ministry of Harbours", kind="issuer", domains=("ministry.example",)
)
PAGE = "https://courier.example/news/7"


class Clock:
    """A clock that a test sets; it goes on by a second with every look."""

    def __init__(self, start: str = "2026-03-01T12:00:00Z") -> None:
        self.day, self.seconds = start[:10], 0

    def __call__(self) -> str:
        self.seconds += 1
        return f"{self.day}T{12 + self.seconds // 3600:02}:{self.seconds // 60 % 60:02}:{self.seconds % 60:02}Z"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "provenance.db"


@pytest.fixture
def store(path: Path, clock: Clock) -> Iterator[Store]:
    """A new database file."""
    with Store.open(path, clock=clock) as store:
        yield store


def capture(
    url: str = PAGE,
    body: bytes | None = b"<p>The pier opens in May.</p>",
    at: str = "2026-01-02T03:04:05Z",
    **more: Any,
) -> Capture:
    """One answer of a server."""
    return Capture(**{"requested_url": url, "url": url, "captured_at": at, "body": body, **more})


def seen(store: Store, one: Capture | None = None, outlet: OutletFacts = COURIER, **more: Any) -> Written:
    """A capture, written."""
    one = one or capture(**more)
    return write_capture(store, one, key=url_key(one.url), outlet=outlet)


def read(store: Store, text: str, at: str = "2026-01-02T03:04:05Z", url: str = PAGE, **more: Any) -> VersionWritten:
    """A page with this text, captured and read."""
    outlet = more.pop("outlet", COURIER)
    written = seen(store, url=url, body=f"<p>{text}</p>".encode("utf-8", "replace"), at=at, outlet=outlet)
    article = Article(**{"text": text, "title": "The pier", "reader": "general/1", **more})
    return write_article(store, written.capture_id, article, words=len(text.split()))


def document_of(store: Store, version: VersionWritten) -> int:
    return int(store.value("SELECT document_id FROM versions WHERE id = ?", (version.version_id,)))


__all__ = [
    "AGENCY",
    "COURIER",
    "MINISTRY",
    "PAGE",
    "Citation",
    "Clock",
    "Comparison",
    "Redirect",
    "capture",
    "clock",
    "document_of",
    "path",
    "read",
    "seen",
    "store",
]
