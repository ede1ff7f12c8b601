"""A server's answer becomes a capture: bytes, headers, hops and peer as they came, and what kind of answer it was."""

from __future__ import annotations

from datetime import UTC, datetime

from scrapy.http import Response

from scraper.crawl.connect import AS_SENT
from scraper.crawl.headers import as_kept
from scraper.model import Capture, Redirect

PAGE_STATUSES = frozenset({200, 203, 206, 304, 401, 402, 403, 404, 410, 451})
"""Answers that say something about the page; others are faults of the moment."""


def capture_of(response: Response, requested_url: str, outlet_id: str | None) -> Capture:
    """The capture that a Scrapy response is."""
    return Capture(
        requested_url=requested_url,
        url=response.url,
        captured_at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        status=response.status,
        body=response.body if response.status != 304 else None,
        headers=_headers(response),
        redirects=_hops(response),
        peer=str(response.ip_address) if response.ip_address else None,
        how="crawl",
        outlet_id=outlet_id,
    )


def _hops(response: Response) -> tuple[Redirect, ...]:
    # A refresh that a page asks for in its markup is a hop of status 200.
    reasons = response.meta.get("redirect_reasons", [])
    urls = response.meta.get("redirect_urls", [])
    return tuple(
        Redirect(status=reason if isinstance(reason, int) else 200, url=url)
        for reason, url in zip(reasons, urls, strict=True)
    )


def _headers(response: Response) -> tuple[tuple[str, str], ...]:
    as_sent = response.meta.get(AS_SENT) or []
    packed = any(name.lower() == "content-encoding" and value.lower() != "identity" for name, value in as_sent)
    return tuple(as_kept(as_sent, was_packed=packed))
