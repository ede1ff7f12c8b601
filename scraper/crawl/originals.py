"""The originals hunt: pages that copies cite and nobody captured are fetched; archives are asked for what is gone."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from scraper.crawl.archives import ARCHIVES, Archive, from_archives
from scraper.crawl.fetch import FetchError, fetch
from scraper.crawl.frontier import GONE
from scraper.crawl.guard import Guard, Refused
from scraper.model import Capture, Issue
from scraper.read.urls import host_of

MOST_PER_HOST = 10
"""Pages of one host in one hunt: it never asked to be crawled."""
PAUSE = 2.0
"""Seconds between two requests to one host."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """An address that a copy cites."""

    url: str
    near: str = ""
    """When the copy says that it appeared (ISO 8601): of an archive's copies the closest one is taken."""


def hunt(
    wanted: Iterable[Wanted],
    *,
    guard: Guard,
    user_agent: str,
    archives: Sequence[Archive] = ARCHIVES,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Capture | Issue]:
    """Fetch each address, within its robots.txt; one capture or issue or both for each.

    A page that is gone gives the capture that says so, and the archive's capture after it where one is held.
    ``archives`` is empty where none is to be asked; of an inward address none ever is.
    """
    asked: Counter[str] = Counter()
    for one in wanted:
        host = host_of(one.url)
        if asked[host] >= MOST_PER_HOST:
            continue
        if asked[host]:
            sleep(PAUSE)
        asked[host] += 1
        try:
            capture = fetch(one.url, guard=guard, user_agent=user_agent)
        except Refused as error:
            yield _not_fetched(one.url, error)
            continue
        except FetchError as error:
            yield _not_fetched(one.url, error)
            is_there = False
        else:
            yield capture
            is_there = capture.status not in GONE
        if not is_there and archives:
            held = from_archives(one.url, near=one.near, guard=guard, user_agent=user_agent, archives=archives)
            if held is not None:
                yield held


def _not_fetched(url: str, error: Exception) -> Issue:
    return Issue(kind="original", message=f"A cited original could not be fetched: {error}.", level="note", url=url)
