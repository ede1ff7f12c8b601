"""Pages that are gone are asked of public web archives: what they hold is a capture of its own, and says so."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import quote

from scraper.crawl.fetch import FetchError, fetch
from scraper.crawl.guard import Guard, Refused
from scraper.model import Capture

_STAMP = re.compile(r"\d{14}")
_LARGEST_ANSWER = 1_000_000
"""Characters of an archive's list that are read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Memento:
    """One copy of a page that an archive says it holds."""

    url: str
    """The page's own address."""
    stamp: str
    """When the archive captured it, as it writes it: ``20190403083000`` (UTC)."""
    raw_url: str
    """Where the archive gives the bytes as it got them, without its own frame."""
    archive: str

    @property
    def captured_at(self) -> str:
        """The same moment in ISO 8601."""
        return datetime.strptime(self.stamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """How to ask an archive. ``{url}`` and ``{stamp}`` are filled in."""

    name: str
    question: str
    answer: Callable[[str], Sequence[tuple[str, str]]]
    """The body of an answer -> ``(stamp, original address)`` of each copy held; raises ``ValueError``."""
    raw: str


def available(body: str) -> list[tuple[str, str]]:
    """What the Wayback Machine's availability service answers: the closest copy, or none."""
    answer = json.loads(body)
    closest = _within(answer, "archived_snapshots", "closest")
    if not closest or closest.get("available") is not True or not str(closest.get("status", "200")).startswith("2"):
        return []
    stamp = str(closest.get("timestamp", ""))
    return [(stamp, str(answer.get("url", "")))] if _STAMP.fullmatch(stamp) else []


def _within(answer: object, *names: str) -> dict[str, object] | None:
    for name in names:
        answer = answer.get(name) if isinstance(answer, dict) else None
    return answer if isinstance(answer, dict) else None


def listed(body: str) -> list[tuple[str, str]]:
    """What a CDX server answers: rows of which the first names the columns."""
    rows = json.loads(body) if body.strip() else []
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise ValueError("no list of rows")
    if len(rows) < 2:
        return []
    named = [dict(zip(rows[0], row, strict=False)) for row in rows[1:]]
    return [
        (row["timestamp"], str(row.get("original", "")))
        for row in named
        if isinstance(row.get("timestamp"), str) and _STAMP.fullmatch(row["timestamp"])
    ]


WAYBACK = "https://web.archive.org"
ARCHIVES = (
    Archive(
        name="Wayback Machine",
        question="https://archive.org/wayback/available?url={url}&timestamp={stamp}",
        answer=available,
        raw=WAYBACK + "/web/{stamp}id_/{url}",
    ),
    Archive(
        name="Wayback Machine",
        question=WAYBACK + "/cdx/search/cdx?url={url}&output=json&filter=statuscode:200&collapse=digest&limit=-20",
        answer=listed,
        raw=WAYBACK + "/web/{stamp}id_/{url}",
    ),
)
"""Asked one after the other until one holds the page: the quick question first, then the whole list."""


def from_archives(
    url: str, *, near: str, guard: Guard, user_agent: str, archives: Sequence[Archive] = ARCHIVES
) -> Capture | None:
    """The capture that an archive made of a page closest to ``near`` (ISO 8601); ``None`` when none is held.

    ``captured_at`` is when the archive got it, ``how`` is ``archive``, and the note says which archive. An archive that
    does not answer counts as one that does not hold the page.
    """
    for archive in archives:
        memento = find(url, near=near, archive=archive, guard=guard, user_agent=user_agent)
        if memento is None:
            continue
        try:
            # These are services for programs, documented as such; their robots.txt speaks to crawlers of pages.
            capture = fetch(memento.raw_url, guard=guard, user_agent=user_agent, obey_robots=False)
        except (FetchError, Refused):
            continue
        if capture.status == 200:
            return _as_archived(capture, memento)
    return None


def find(url: str, *, near: str, archive: Archive, guard: Guard, user_agent: str) -> Memento | None:
    """The copy that an archive holds closest to ``near``, without fetching it; ``None`` when it says nothing usable."""
    stamp = stamp_of(near)
    question = archive.question.format(url=quote(url, safe=""), stamp=stamp)
    try:
        answer = fetch(question, guard=guard, user_agent=user_agent, obey_robots=False)
        held = archive.answer((answer.body or b"")[:_LARGEST_ANSWER].decode("utf-8", "replace"))
    except (FetchError, Refused, ValueError, RecursionError):
        return None
    if answer.status != 200 or not held:
        return None
    best, original = min(held, key=lambda each: abs(_seconds(each[0]) - _seconds(stamp)))
    return Memento(
        url=url, stamp=best, raw_url=archive.raw.format(stamp=best, url=original or url), archive=archive.name
    )


def _as_archived(capture: Capture, memento: Memento) -> Capture:
    # The archive redirects to the copy that it really holds: its own stamp is the last one in the address.
    stamps = _STAMP.findall(capture.url.partition("id_/")[0])
    exact = replace(memento, stamp=stamps[-1]) if stamps else memento
    return replace(
        capture,
        requested_url=memento.url,
        url=memento.url,
        redirects=(),
        captured_at=exact.captured_at,
        how="archive",
        note=f"As held by the {memento.archive} ({capture.url}).",
    )


def stamp_of(moment: str) -> str:
    """``2019-04-03T08:30:00Z`` as archives write it: ``20190403083000``; noon where no time is known."""
    digits = re.sub(r"\D", "", moment.partition("+")[0])[:14]
    return digits + "0101120000"[len(digits) - 4 :] if 4 <= len(digits) < 14 else digits


def _seconds(stamp: str) -> float:
    try:
        return datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC).timestamp()
    except ValueError:
        return 0.0
