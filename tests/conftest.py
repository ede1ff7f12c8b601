"""What several test files share: a loopback site, and a crawl of outlets that live on it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

import pytest

from scraper.crawl.outlet import Outlet
from scraper.crawl.run import CrawlReport, crawl
from scraper.model import Capture
from scraper.store.frontier import SqliteFrontier
from tests.loopback import Site, served

QUICK = {
    "DOWNLOAD_DELAY": 0.01,
    "AUTOTHROTTLE_START_DELAY": 0.01,
    "AUTOTHROTTLE_MAX_DELAY": 0.05,
    "DOWNLOAD_TIMEOUT": 5,
}
"""Manners of a crawl that nobody but a test's own server feels."""


@pytest.fixture
def site() -> Iterator[Site]:
    """An empty site on 127.0.0.1: fill ``site.pages``, then look at ``site.asked``."""
    with served() as site:
        yield site


class Crawls:
    """Crawls outlets of ``.example`` hosts that one loopback site answers for; keeps captures and the frontier."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.connection = sqlite3.connect(":memory:")
        self.frontier = SqliteFrontier(self.connection)
        self.captures: list[Capture] = []
        self.keep: Callable[[Sequence[Capture]], object] = self.captures.extend
        self.hosts: dict[str, str] = {}

    def __call__(self, *outlets: type[Outlet], limit: int | None = None, **settings: Any) -> CrawlReport:
        """One crawl; ``self.captures`` holds what it (and not an earlier one) captured."""
        self.captures.clear()
        names = {domain: self.site.address for outlet in outlets for domain in outlet.domains}
        override = {**QUICK, "PROVENANCE_HOSTS": names | self.hosts, **settings}
        return crawl(
            outlets,
            frontier=self.frontier,
            on_capture=self.keep,
            settings_override=override,
            limit=limit,
        )

    @property
    def paths(self) -> list[str]:
        """Paths of the pages captured, in order."""
        return [urlsplit(capture.requested_url).path for capture in self.captures]


@pytest.fixture
def crawls(site: Site) -> Iterator[Crawls]:
    crawls = Crawls(site)
    yield crawls
    crawls.connection.close()
