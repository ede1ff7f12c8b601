"""The way out of a crawl: captures are handed over in batches, and only then count as looked at."""

from __future__ import annotations

import hashlib
from datetime import datetime
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING, Self

from scrapy.crawler import Crawler

from scraper.crawl.frontier import Answer
from scraper.model import Capture

if TYPE_CHECKING:
    from scraper.crawl.walk import Walk

LARGEST_BATCH = 20
"""Captures; whoever takes them holds up all outlets meanwhile."""
HEAVIEST_BATCH = 8_000_000
"""Bytes of bodies."""
LONGEST_HOLD = 5.0
"""Seconds for which a capture waits for company."""


class Handover:
    """Scrapy's pipeline: gathers captures, hands them to whoever started the crawl, then tells the frontier.

    In this order, so that a page is asked for again when the run is killed in between. An error of the receiver (a full
    disk, a locked database) ends the crawl: nothing may be fetched that cannot be kept.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._batch: list[Capture] = []
        self._weight = 0
        self._since = monotonic()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_item(self, item: Capture) -> Capture:
        if not self._batch:
            self._since = monotonic()
        self._batch.append(item)
        self._weight += len(item.body or b"")
        if (
            len(self._batch) >= LARGEST_BATCH
            or self._weight >= HEAVIEST_BATCH
            or monotonic() - self._since > LONGEST_HOLD
        ):
            self.hand_over()
        return item

    def close_spider(self) -> None:
        self.hand_over()

    def hand_over(self) -> None:
        """Give away what was gathered; an error of the receiver is kept for the caller and stops the crawl."""
        walk: Walk = self._crawler.spider  # type: ignore[assignment]  # our settings run nothing else
        if not self._batch or walk.trouble:
            return
        batch, self._batch, self._weight = self._batch, [], 0
        with _EndsTheCrawl(walk):
            walk.on_capture(batch)
            walk.frontier.answered(walk.name, [answer_of(capture) for capture in batch])
            walk.lease.take()


class _EndsTheCrawl:
    """Whatever goes wrong inside is the business of whoever waits for the crawl: Scrapy would log it and go on."""

    def __init__(self, walk: Walk) -> None:
        self._walk = walk

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if not isinstance(error, Exception):
            return False
        self._walk.end(error)
        return True


def answer_of(capture: Capture) -> Answer:
    """What the frontier needs to know of a capture."""
    headers = {name.lower(): value for name, value in capture.headers}
    return Answer(
        url=capture.requested_url,
        status=capture.status,
        at=datetime.fromisoformat(capture.captured_at),
        etag=headers.get("etag"),
        last_modified=headers.get("last-modified"),
        body_sha256=hashlib.sha256(capture.body).hexdigest() if capture.body else None,
    )
