"""What a robots.txt says to us (RFC 9309): bytes go in, rules come out. Nothing is fetched."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from protego import Protego

LARGEST = 512_000
"""Bytes of a robots.txt that are read; RFC 9309 asks for at least 500 KiB."""
LONGEST_DELAY = 60.0
"""Seconds. A longer Crawl-delay is taken for this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What an origin's robots.txt says to us."""

    protego: Protego | None = None
    agent: str = "*"
    refusal: str | None = None
    """Why nothing may be fetched; ``None`` when the rules decide."""

    def why_not(self, url: str) -> str | None:
        """Why ``url`` may not be fetched, in one sentence; ``None`` when it may."""
        if self.refusal:
            return self.refusal
        if self.protego is None or self.protego.can_fetch(url, self.agent):
            return None
        return "its robots.txt disallows this page"

    @property
    def delay(self) -> float | None:
        """Seconds between requests that the origin asks for."""
        asked = self.protego.crawl_delay(self.agent) if self.protego else None
        return None if asked is None else min(float(asked), LONGEST_DELAY)


def read_rules(status: int, body: bytes, *, agent: str, silence: str = "no answer") -> Rules:
    """The rules in an answer to a request for robots.txt (RFC 9309, 2.3.1).

    Status 0 means that no answer came, for the reason that ``silence`` says. Not there (4xx): everything is allowed.
    Unreachable (5xx, 429, no answer): nothing is, for this run.
    """
    if status == 429 or status >= 500 or status == 0:
        return Rules(refusal=f"its robots.txt could not be read ({f'status {status}' if status else silence})")
    if not 200 <= status < 300:
        return Rules()
    text = body[:LARGEST]
    if len(body) > LARGEST:
        text = text[: text.rfind(b"\n") + 1]
    return Rules(protego=Protego.parse(text.decode("utf-8", "replace")), agent=agent)


def origin_of(url: str) -> str:
    """Scheme and authority, for which one robots.txt holds."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.lower()}"
