"""Which addresses a crawl asks for, and when again: the state of every address, kept outside the crawler.

The crawler sees this protocol only; ``scraper.store.frontier`` keeps it in SQLite. An address counts as looked at once
its capture has been handed over and stored, never before, so that a run that is killed loses nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

AGES = tuple(timedelta(hours=hours) for hours in (1, 6, 24, 72, 168, 720))
"""A page is looked at again after the first of these, then the second, and so on; the last one repeats."""

GONE = frozenset({404, 410})
LONGEST_WAIT = timedelta(days=7)

Way = Literal["page", "feed", "sitemap", "listing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Find:
    """An address that a feed, a sitemap or a listing pointed at."""

    url: str
    claimed_at: str | None = None
    """When it was published or changed, as claimed by whoever pointed at it (ISO 8601)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """An address to be asked for, with what is known of its last answer."""

    url: str
    way: Way = "page"
    etag: str | None = None
    last_modified: str | None = None
    is_new: bool = True
    """Never answered before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of a visit. ``status`` is the HTTP status; 0 when no answer came."""

    url: str
    status: int
    at: datetime
    way: Way = "page"
    etag: str | None = None
    last_modified: str | None = None
    body_sha256: str | None = None
    wait: timedelta | None = None
    """How long the server asked us to stay away."""


class FrontierError(RuntimeError):
    """The state of the addresses cannot be read or kept: the crawl ends."""


class Frontier(Protocol):
    """The state of every address. All moments are aware and in UTC; every method may raise ``FrontierError``."""

    def found(self, outlet_id: str, finds: Iterable[Find], now: datetime) -> int:
        """Remember addresses; returns how many were new. Known ones keep their state."""
        ...

    def due(self, outlet_id: str, now: datetime, *, limit: int, skip: frozenset[str] = frozenset()) -> Sequence[Visit]:
        """Pages to ask for now: never seen ones first (newest claim first), then those due again, longest due first."""
        ...

    def last(self, outlet_id: str, url: str) -> Visit:
        """What is known of one address, for a conditional request."""
        ...

    def answered(self, outlet_id: str, answers: Iterable[Answer]) -> None:
        """Note what came of visits and when each is due again (``next_look``)."""
        ...

    def lease(self, outlet_id: str, holder: str, now: datetime, *, until: datetime) -> str | None:
        """Take or renew an outlet for one worker. ``None``: it has it now; otherwise who holds it."""
        ...

    def release(self, outlet_id: str, holder: str) -> None:
        """End a holder's lease; nothing happens where it holds none."""
        ...

    def sooner(self, urls: Iterable[str], now: datetime) -> None:
        """Look at these again after the shortest wait: they changed, or are being copied."""
        ...


def next_look(answer: Answer, *, looks: int, failures: int) -> timedelta:
    """How long after this answer the address is due again.

    ``looks``: good answers so far, this one included; ``failures``: answers in a row that were none, this one included.
    A page that is gone is looked at once more per longest age; an answer that failed is tried again after 1, 2, 4, ...
    hours, a week at most, and never earlier than the server asked for.
    """
    if answer.status in GONE:
        return AGES[-1]
    if failures:
        backoff = min(AGES[0] * (1 << min(failures - 1, 10)), LONGEST_WAIT)
        return max(backoff, answer.wait or timedelta())
    return AGES[min(looks, len(AGES)) - 1]


def is_failure(status: int) -> bool:
    """Whether an answer says nothing about the page: no answer, a refusal for now, a fault of the server."""
    return status == 0 or status in {401, 403, 407, 408, 425, 429, 451} or status >= 500
