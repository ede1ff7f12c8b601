"""Connections go only where the guard permits: Scrapy's asyncio handler with our resolver and our sockets.

Runs without a Twisted reactor, so that a process can crawl more than once.
"""

from __future__ import annotations

import asyncio
import socket
from typing import Any, ClassVar, Self
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from scrapy import Request
from scrapy.core.downloader.handlers._aiohttp import AiohttpDownloadHandler, _ClientResponse
from scrapy.core.downloader.handlers._base_streaming import BaseStreamingDownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from scrapy.http import Response
from scrapy.settings import BaseSettings
from scrapy.utils.ssl import _make_ssl_context

from scraper.crawl.guard import Guard, Refused, make_guard

NO_ANSWER = (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
"""What Scrapy raises when no usable answer came."""

AS_SENT = "headers_as_sent"
"""Key in a request's meta: the headers in the server's own order and spelling, which Scrapy does not keep."""


class Stopped(IgnoreRequest):
    """A page that was not asked for any more, since the run is to end."""


class Inward(IgnoreRequest):
    """An address that the guard refuses."""


def guard_of(settings: BaseSettings) -> Guard:
    """The guard that the settings describe."""
    return make_guard(allow=settings.getlist("PROVENANCE_ALLOW"), hosts=settings.getdict("PROVENANCE_HOSTS"))


class GuardMiddleware:
    """Refuses addresses that do not look like the public web, redirects included, before anything else sees them."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(guard_of(crawler.settings))

    def process_request(self, request: Request) -> None:
        try:
            self._guard.check(request.url)
        except Refused as error:
            raise Inward(str(error)) from error


class GuardedHandler(AiohttpDownloadHandler):
    """Downloads over http and https; every socket is vetted right before it connects."""

    # Experimental in Scrapy 2.19, which we pin; our own tests cover what we use of it.
    experimental: ClassVar[bool] = False

    def __init__(self, crawler: Crawler) -> None:
        # Not super(): its session would resolve and connect without asking the guard.
        BaseStreamingDownloadHandler.__init__(self, crawler)
        self._ssl_context = _make_ssl_context(crawler.settings)
        guard = guard_of(crawler.settings)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                local_addr=self._bind_address,
                limit=self._pool_size_total,
                limit_per_host=self._pool_size_per_host,
                resolver=_Resolver(guard),
                socket_factory=_sockets(guard),
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            response_class=_ClientResponse,
            skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
        )
        self._under_way: set[asyncio.Future[Response]] = set()
        self._is_over = False

    async def download_request(self, request: Request) -> Response:
        if urlsplit(request.url).scheme not in {"http", "https"}:
            raise UnsupportedURLSchemeError("only http and https are fetched")
        download = asyncio.ensure_future(super().download_request(request))
        self._under_way.add(download)
        try:
            return await download
        except asyncio.CancelledError:
            if self._is_over:
                raise Stopped("the run was stopped") from None
            raise
        finally:
            self._under_way.discard(download)

    def give_up(self) -> None:
        """Hang up on servers that did not answer while the run was ending."""
        self._is_over = True
        for download in self._under_way:
            download.cancel()

    async def _read_response(self, response: _ClientResponse, request: Request) -> Response:
        request.meta[AS_SENT] = [
            (name.decode("latin-1"), value.decode("latin-1")) for name, value in response.raw_headers
        ]
        return await super()._read_response(response, request)


class _Resolver(AbstractResolver):
    """Names through the guard: mapped hosts at once, others by the DNS in a thread, inward addresses dropped."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_INET,  # noqa: ARG002 - both families are asked for
    ) -> list[ResolveResult]:
        found = await asyncio.get_running_loop().run_in_executor(None, self._guard.endpoints, host, port)
        return [
            ResolveResult(
                hostname=host,
                host=endpoint.address,
                port=endpoint.port,
                family=socket.AF_INET6 if ":" in endpoint.address else socket.AF_INET,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST,
            )
            for endpoint in found
        ]

    async def close(self) -> None:
        """Nothing is held open."""


def _sockets(guard: Guard) -> Any:
    def vetted(address: Any) -> socket.socket:
        family, kind, protocol, _, where = address
        guard.vet(str(where[0]), int(where[1]))
        return socket.socket(family, kind, protocol)

    return vetted
