"""One outlet's crawl: through its ways in, then to its pages, new ones first. Yields captures, reads nothing."""

from __future__ import annotations

import asyncio
import zlib
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Literal, Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError, IgnoreRequest
from scrapy.http import Response, TextResponse
from scrapy.utils._compression import _DecompressionMaxSizeExceeded
from scrapy.utils.misc import load_object
from twisted.python.failure import Failure

from scraper.crawl.answer import PAGE_STATUSES, capture_of
from scraper.crawl.connect import NO_ANSWER, Inward, Stopped
from scraper.crawl.frontier import Answer, Find, Frontier, FrontierError, Visit, Way
from scraper.crawl.lease import Lease
from scraper.crawl.patience import WAIT, Paused
from scraper.crawl.reasons import reason, sentence
from scraper.crawl.robots import Closed, Disallowed
from scraper.crawl.ways import Unreadable, feed_finds, listing_finds, sitemap_finds
from scraper.model import Capture, Issue
from scraper.read.urls import url_key

Level = Literal["note", "warning", "error"]

BATCH = 50
"""Pages asked of the frontier at a time."""
MOST_SITEMAPS = 200
DEEPEST_SITEMAP = 3
MOST_LISTINGS = 20
"""Pages of one listing that are walked in a run; earlier when one shows nothing new."""

_FAILURES: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str], ...] = (
    (Stopped, "stopped"),
    (Disallowed, "robots"),
    (Closed, "closed"),
    (Inward, "refused"),
    (Paused, "paused"),
    (DownloadCancelledError, "too large"),
    (NO_ANSWER, "no answer"),
    (IgnoreRequest, "redirects"),
    ((OSError, ValueError, zlib.error), "unreadable"),
)
_OF_THE_SITE = frozenset({"stopped", "paused", "closed"})
"""Failures that say nothing about the page: it stays due, and one issue speaks for all of them."""


class Walk(Spider):
    """What every outlet does; ``Outlet`` adds what it is. Nothing here is overridden in a declaration."""

    feeds: ClassVar[Sequence[str]] = ()
    sitemaps: ClassVar[Sequence[str]] = ()
    listings: ClassVar[Sequence[str]] = ()
    keep: ClassVar[Sequence[str]] = ()

    def __init__(
        self,
        *,
        frontier: Frontier,
        on_capture: Callable[[Sequence[Capture]], object],
        limit: int | None = None,
        is_over: Callable[[], bool] = lambda: False,
        **settings: Any,
    ) -> None:
        super().__init__(**settings)
        self.is_begun = False
        """From here on Scrapy can stop it: asked while it opens the crawl, it waits for ever."""
        self._is_over = is_over
        self.frontier = frontier
        self.on_capture = on_capture
        self.trouble: BaseException | None = None
        self._ending: asyncio.Task[None] | None = None
        self.counts: Counter[str] = Counter()
        self.issues: list[Issue] = []
        self.lease = Lease(frontier, self.name)
        self._left = limit
        self._asked: set[str] = set()
        self._open = 0
        self._quiet = asyncio.Event()

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        if "frontier" not in kwargs:
            kwargs |= load_object(crawler.settings["PROVENANCE_DESK"])(crawler)
        walk = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(walk.note_error, signals.spider_error)
        crawler.signals.connect(walk.give_back, signals.spider_closed)
        return walk

    @classmethod
    def is_article(cls, url: str, *, way: Way) -> bool:
        """Whether an address that a way in points at is one of this outlet's articles."""
        raise NotImplementedError

    # --- the walk ------------------------------------------------------------------------------------------------

    async def start(self) -> AsyncIterator[Request]:
        """Ways in first, all of them; then pages, batch by batch, until nothing is due or the limit is reached."""
        self.is_begun = True
        if self._is_over():
            return
        if holder := self.lease.take():
            self._issue("held", f"Another process crawls it already ({holder}).", self.name, level="note")
            return
        for way, urls in (("feed", self.feeds), ("sitemap", self.sitemaps), ("listing", self.listings)):
            for url in urls:
                yield self._enter(url, way)  # type: ignore[arg-type]  # the literals above
        await self._all_answered()
        while visits := self._due():
            for visit in visits:
                yield self._request(visit, self.keep_page)
            await self._all_answered()

    def _due(self) -> Sequence[Visit]:
        limit = BATCH if self._left is None else min(BATCH, self._left)
        if limit <= 0 or self.trouble:
            return ()
        visits = self.frontier.due(self.name, _now(), limit=limit, skip=frozenset(self._asked))
        self._asked.update(visit.url for visit in visits)
        if self._left is not None:
            self._left -= len(visits)
        return visits

    async def _all_answered(self) -> None:
        if self._open:
            self._quiet.clear()
            await self._quiet.wait()

    def _enter(self, url: str, way: Way, *, depth: int = 1) -> Request:
        self._asked.add(url)
        known = self.frontier.last(self.name, url)
        visit = Visit(url=url, way=way, etag=known.etag, last_modified=known.last_modified, is_new=known.is_new)
        return self._request(visit, self.read_way, priority=10, depth=depth)

    def _request(self, visit: Visit, callback: Any, *, priority: int = 0, depth: int = 0) -> Request:
        headers = {"If-None-Match": visit.etag, "If-Modified-Since": visit.last_modified}
        request = Request(
            visit.url,
            callback=callback,
            errback=self.note_failure,
            headers={name: value for name, value in headers.items() if value},
            priority=priority,
            dont_filter=True,  # the frontier knows what was asked
            meta={"visit": visit, "depth_of_way": depth},
        )
        self._open += 1
        return request

    def _answered(self) -> None:
        self._open -= 1
        if not self._open:
            self._quiet.set()

    # --- answers -------------------------------------------------------------------------------------------------

    async def keep_page(self, response: Response) -> AsyncIterator[Capture]:
        """A page's answer, as it came."""
        visit: Visit = response.meta["visit"]
        try:
            if response.status in PAGE_STATUSES:
                self.counts["answers"] += 1
                self._count(response.status, is_new=visit.is_new)
                yield capture_of(response, visit.url, self.name)
            else:
                self._note_status(response, visit)
        finally:
            self._answered()

    def _count(self, status: int, *, is_new: bool) -> None:
        self.counts["pages"] += 1
        self.counts["new"] += is_new
        self.counts[{304: "unchanged", 404: "gone", 410: "gone"}.get(status, "fetched")] += 1

    async def read_way(self, response: Response) -> AsyncIterator[Request]:
        """A feed, sitemap or listing: remember what it points at, follow what continues it."""
        visit: Visit = response.meta["visit"]
        try:
            if response.status not in {200, 304}:
                self._note_status(response, visit)
                return
            self.counts["answers"] += 1
            self.counts["ways" if response.status == 200 else "ways_unchanged"] += 1
            if response.status == 200:
                for request in self._continue(response, visit):
                    yield request
            self._remember(response, visit)
        except Unreadable as error:
            self._issue("unreadable", f"The {visit.way} could not be read: {error}.", visit.url)
        finally:
            self._answered()

    def _remember(self, response: Response, visit: Visit) -> None:
        etag, last_modified = (_header(response, name) for name in ("ETag", "Last-Modified"))
        answer = Answer(
            url=visit.url, way=visit.way, status=response.status, at=_now(), etag=etag, last_modified=last_modified
        )
        self.frontier.answered(self.name, [answer])

    def _continue(self, response: Response, visit: Visit) -> Iterator[Request]:
        depth: int = response.meta["depth_of_way"]
        if visit.way == "feed":
            self._found(feed_finds(response.body, response.url), visit.way)
        elif visit.way == "sitemap":
            further, pages = sitemap_finds(response.body, response.url)
            self._found(pages, visit.way)
            if depth < DEEPEST_SITEMAP:
                yield from self._further([find.url for find in further], depth)
        elif isinstance(response, TextResponse):
            links, following, feeds = listing_finds(response)
            is_new = self._found(links, visit.way) > 0
            if not self.feeds:
                yield from (self._enter(url, "feed") for url in feeds if self._may_enter(url))
            if following and is_new and depth < MOST_LISTINGS and self._may_enter(following):
                yield self._enter(following, "listing", depth=depth + 1)

    def _further(self, urls: Iterable[str], depth: int) -> Iterator[Request]:
        for url in urls:
            if self.counts["sitemaps"] < MOST_SITEMAPS and self._may_enter(url):
                self.counts["sitemaps"] += 1
                yield self._enter(url, "sitemap", depth=depth + 1)

    def _may_enter(self, url: str) -> bool:
        return url not in self._asked and self.is_own(url)

    @classmethod
    def is_own(cls, url: str) -> bool:
        """Whether an address lies on one of the outlet's domains."""
        raise NotImplementedError

    def _found(self, finds: Sequence[Find], way: Way) -> int:
        keyed = [Find(url=url_key(find.url, keep=self.keep).url, claimed_at=find.claimed_at) for find in finds]
        articles = [find for find in keyed if self.is_article(find.url, way=way)]
        number = self.frontier.found(self.name, articles, _now())
        self.counts["found"] += number
        self.counts["listed"] += len(articles)
        return number

    # --- what went wrong -----------------------------------------------------------------------------------------

    def _note_status(self, response: Response, visit: Visit) -> None:
        self.counts["failed"] += 1
        self._issue("status", f"The server answered {response.status}.", visit.url)
        self._failed(visit, response.status, response.meta.get(WAIT))

    async def note_failure(self, failure: Failure) -> None:
        """No answer, or none that may be asked for: an issue, and the address is due again later."""
        visit: Visit = failure.request.meta["visit"]  # type: ignore[attr-defined]  # Scrapy sets it
        error = failure.value or IgnoreRequest()
        kind = _kind_of(error)
        try:
            if kind not in _OF_THE_SITE:
                self.counts["failed"] += 1
                said = f"no answer: {reason(error)}" if kind == "no answer" else str(error)
                self._issue(kind, sentence(said), visit.url)
                self._failed(visit, 0)
            elif kind != "stopped":
                self.counts["failed"] += 1
                self.counts[kind] += 1
                if self.counts[kind] == 1:
                    self._issue(kind, sentence(str(error)), visit.url)
        finally:
            self._answered()

    def _failed(self, visit: Visit, status: int, seconds: float | None = None) -> None:
        """The address is tried again later, not before the server wants it."""
        wait = timedelta(seconds=seconds) if seconds else None
        self.frontier.answered(self.name, [Answer(url=visit.url, way=visit.way, status=status, at=_now(), wait=wait)])

    def note_error(self, failure: Failure, response: Response | None) -> None:
        """An error of ours: an issue, or the end of the crawl where nothing can be kept any more."""
        if isinstance(failure.value, FrontierError):
            self.end(failure.value)
            return
        url = response.url if response is not None else self.name
        self._issue("error", sentence(repr(failure.value)), url, level="error")

    def give_back(self) -> None:
        """Let others crawl the outlet."""
        with suppress(FrontierError):  # the lease then ends by itself
            self.lease.give_back()

    def end(self, trouble: BaseException) -> None:
        """End the crawl; whoever waits for it gets this error."""
        if self.trouble is None:
            self.trouble = trouble
            self._ending = asyncio.ensure_future(self.crawler.stop_async())

    def _issue(self, kind: str, message: str, url: str, *, level: Level = "warning") -> None:
        self.issues.append(Issue(kind=kind, message=message, level=level, url=url, outlet_id=self.name))


def _kind_of(error: BaseException) -> str:
    if isinstance(error.__cause__, _DecompressionMaxSizeExceeded):
        return "too large"
    return next((name for kinds, name in _FAILURES if isinstance(error, kinds)), "error")


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None


def _now() -> datetime:
    return datetime.now(UTC)
