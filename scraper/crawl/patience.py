"""A server that asks us to wait is waited for: Retry-After in both its forms, and a back-off where it names no time."""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

ASKS_TO_WAIT = frozenset({429, 503})
LONGEST_WAIT = 3600.0
"""Seconds. A server that asks for more is asked again after this long."""
FIRST_BACKOFF = 5.0
"""Seconds before the second try where the server names no time; doubled for each further one."""
MOST_TRIES = 3
WAIT = "wait"
"""Key in a request's meta: seconds that the server wants us to stay away, when they are too many for this run."""


class Paused(IgnoreRequest):
    """A page of a host that wants to be left alone for longer than this run waits."""


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for (a number or an HTTP date), at most an hour; ``None``: unreadable."""
    stripped = (value or "").strip()
    if stripped.isascii() and stripped.isdigit():
        return min(float(stripped[:10]), LONGEST_WAIT)
    try:
        then = parsedate_to_datetime(stripped)
    except (ValueError, TypeError):
        return None
    seconds = (then if then.tzinfo else then.replace(tzinfo=UTC)).timestamp() - now.timestamp()
    return min(max(seconds, 0.0), LONGEST_WAIT)


def backoff(tries: int, *, chance: float) -> float:
    """Seconds before the next try: 5, 10, 20, ... by a factor of 0.75 to 1.25 (``chance``: 0-1)."""
    return float(FIRST_BACKOFF * 2**tries * (0.75 + chance / 2))


class PatienceMiddleware:
    """Holds a host's requests back while it wants that; gives the host up for this run when it wants too long."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._longest = crawler.settings.getfloat("PROVENANCE_PATIENCE")
        self._until: dict[str, float] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        seconds = self._until.get(self._host(request), 0.0) - monotonic()
        if seconds > self._longest:
            raise Paused(f"the server asked to be left alone for {seconds:.0f} s more")
        await self._sleep(seconds)

    async def process_response(self, request: Request, response: Response) -> Request | Response:
        if response.status not in ASKS_TO_WAIT:
            return response
        tries: int = request.meta.get("tries", 0)
        named = response.headers.get("Retry-After")
        seconds = retry_after(named.decode("latin-1") if named else None, datetime.now(UTC))
        if seconds is None:
            seconds = backoff(tries, chance=random.random())  # noqa: S311 - spreads requests, hides nothing
        self._until[self._host(request)] = monotonic() + seconds
        if seconds > self._longest or tries + 1 >= MOST_TRIES:
            request.meta[WAIT] = seconds
            return response
        await self._sleep(seconds)
        return request.replace(dont_filter=True, meta={**request.meta, "tries": tries + 1})

    def _host(self, request: Request) -> str:
        return self._crawler.engine.downloader.get_slot_key(request)

    async def _sleep(self, seconds: float) -> None:
        # In small steps: a run that is asked to stop must not sleep on.
        end = monotonic() + seconds
        while self._crawler.crawling and (left := end - monotonic()) > 0:
            await asyncio.sleep(min(left, 0.25))
