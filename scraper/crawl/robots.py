"""robots.txt, obeyed: one request per origin however many wait for it, and silence of the server means no."""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from scraper.crawl.connect import NO_ANSWER
from scraper.crawl.reasons import reason
from scraper.crawl.rules import Rules, origin_of, read_rules

LIFETIME = 24 * 3600.0
"""Seconds for which a robots.txt is believed (RFC 9309, 2.4)."""


class Disallowed(IgnoreRequest):
    """A page that robots.txt keeps us from."""


class Closed(IgnoreRequest):
    """A page of an origin whose robots.txt could not be read: closed as a whole, for this run."""


class RobotsMiddleware:
    """Scrapy's own middleware lets concurrent first requests pass unread and takes a failing server for consent."""

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured
        self._crawler = crawler
        self._agent: str = crawler.settings["ROBOTSTXT_USER_AGENT"]
        self._rules: dict[str, tuple[float, asyncio.Task[Rules]]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        if request.meta.get("dont_obey_robotstxt"):
            return
        # Shielded: a waiter that is cancelled must not take the answer away from the others.
        rules = await asyncio.shield(self._rules_for(origin_of(request.url)))
        if rules.refusal:
            raise Closed(rules.refusal)
        refusal = rules.why_not(request.url)
        if refusal:
            raise Disallowed(refusal)
        if rules.delay is not None:
            self._slow_down(request, rules.delay)

    def _rules_for(self, origin: str) -> asyncio.Task[Rules]:
        known = self._rules.get(origin)
        if known is None or monotonic() - known[0] > LIFETIME:
            known = self._rules[origin] = (monotonic(), asyncio.ensure_future(self._fetch(origin)))
        return known[1]

    async def _fetch(self, origin: str) -> Rules:
        request = Request(
            f"{origin}/robots.txt", priority=1000, meta={"dont_obey_robotstxt": True}, callback=NO_CALLBACK
        )
        try:
            response: Response = await self._crawler.engine.download_async(request)
        except (IgnoreRequest, *NO_ANSWER) as error:
            return read_rules(0, b"", agent=self._agent, silence=reason(error))
        return read_rules(response.status, response.body, agent=self._agent)

    def _slow_down(self, request: Request, delay: float) -> None:
        downloader = self._crawler.engine.downloader
        key = downloader.get_slot_key(request)
        pace = max(delay, self._crawler.settings.getfloat("DOWNLOAD_DELAY"))
        downloader.per_slot_settings[key] = {"concurrency": 1, "delay": pace, "jitter": 0.0}
        slot = downloader.slots.get(key)
        if slot is not None:
            slot.delay, slot.jitter = pace, 0.0
        # AutoThrottle would talk the delay down again after a quick answer.
        request.meta["autothrottle_dont_adjust_delay"] = True
