"""The crawler's memory in SQLite: table ``_frontier``, one row per address."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.resources import files

from scraper.crawl.frontier import Answer, Find, FrontierError, Visit, is_failure, next_look
from scraper.store.database import statements

_ADD = """
    INSERT INTO _frontier (outlet_id, url, claimed_at, found_at, due_at) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (outlet_id, url) DO UPDATE SET
        claimed_at = excluded.claimed_at,
        -- a newer claim than the last answer means that the page changed: look now
        due_at = min(due_at, CASE WHEN excluded.claimed_at > answered_at THEN excluded.due_at ELSE due_at END)
    WHERE excluded.claimed_at > coalesce(claimed_at, '')
"""
_DUE = """
    SELECT url, way, etag, last_modified, answered_at IS NULL AS is_new FROM _frontier
    WHERE outlet_id = ? AND way = 'page' AND due_at <= ?
    ORDER BY answered_at IS NULL DESC, CASE WHEN answered_at IS NULL THEN claimed_at END DESC, due_at, url
"""
_ANSWER = """
    INSERT INTO _frontier (outlet_id, url, way, found_at, answered_at, due_at, status, looks, failures, etag,
                           last_modified, body_sha256)
    VALUES (:outlet_id, :url, :way, :at, :at, :due_at, :status, :looks, :failures, :etag, :last_modified, :body)
    ON CONFLICT (outlet_id, url) DO UPDATE SET
        way = excluded.way, answered_at = excluded.answered_at, due_at = excluded.due_at, status = excluded.status,
        looks = excluded.looks, failures = excluded.failures, etag = excluded.etag,
        last_modified = excluded.last_modified, body_sha256 = coalesce(excluded.body_sha256, body_sha256)
"""


def moment(at: datetime) -> str:
    """A moment as all our tables write it: UTC, to the second, with a Z; sorts as text."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class SqliteFrontier:
    """A ``Frontier`` in an open database. Each method is one short transaction of its own."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        with self._transaction():
            for statement in statements(files("scraper.store").joinpath("frontier.sql").read_text("utf-8")):
                self._db.execute(statement)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            if self._db.in_transaction:
                yield
                return
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            finally:
                self._db.rollback()  # does nothing after the commit
        except sqlite3.Error as error:
            raise FrontierError(f"the crawler's memory cannot be used: {error}") from error

    def found(self, outlet_id: str, finds: Iterable[Find], now: datetime) -> int:
        """Remember addresses; returns how many were new. A claim newer than the last answer makes a page due."""
        at = moment(now)
        with self._transaction():
            before = self._count(outlet_id)
            self._db.executemany(_ADD, [(outlet_id, find.url, find.claimed_at, at, at) for find in finds])
            return self._count(outlet_id) - before

    def _count(self, outlet_id: str) -> int:
        row = self._db.execute("SELECT count(*) FROM _frontier WHERE outlet_id = ?", (outlet_id,)).fetchone()
        return int(row[0])

    def due(self, outlet_id: str, now: datetime, *, limit: int, skip: frozenset[str] = frozenset()) -> list[Visit]:
        """Pages to ask for now: never seen ones first (newest claim first), then those due again, longest due first."""
        with self._transaction():
            return self._due(outlet_id, moment(now), limit, skip)

    def _due(self, outlet_id: str, now: str, limit: int, skip: frozenset[str]) -> list[Visit]:
        visits: list[Visit] = []
        for url, way, etag, last_modified, is_new in self._db.execute(_DUE, (outlet_id, now)):
            if url not in skip:
                visits.append(Visit(url=url, way=way, etag=etag, last_modified=last_modified, is_new=bool(is_new)))
            if len(visits) == limit:
                break
        return visits

    def last(self, outlet_id: str, url: str) -> Visit:
        """What is known of one address, for a conditional request."""
        with self._transaction():
            row = self._db.execute(
                "SELECT way, etag, last_modified, answered_at FROM _frontier WHERE outlet_id = ? AND url = ?",
                (outlet_id, url),
            ).fetchone()
        if row is None:
            return Visit(url=url)
        way, etag, last_modified, answered_at = row
        return Visit(url=url, way=way, etag=etag, last_modified=last_modified, is_new=answered_at is None)

    def answered(self, outlet_id: str, answers: Iterable[Answer]) -> None:
        """Note what came of visits and when each is due again."""
        with self._transaction():
            for answer in answers:
                self._db.execute(_ANSWER, self._row(outlet_id, answer))

    def _row(self, outlet_id: str, answer: Answer) -> dict[str, object]:
        known = self._db.execute(
            "SELECT looks, failures, etag, last_modified FROM _frontier WHERE outlet_id = ? AND url = ?",
            (outlet_id, answer.url),
        ).fetchone()
        looks, failures, etag, last_modified = known or (0, 0, None, None)
        looks, failures = (looks, failures + 1) if is_failure(answer.status) else (looks + 1, 0)
        if answer.status == 200:
            # Only a body of its own replaces the validators: a 304 or a fault leaves those we can ask with again.
            etag, last_modified = answer.etag, answer.last_modified
        return {
            "outlet_id": outlet_id,
            "url": answer.url,
            "way": answer.way,
            "at": moment(answer.at),
            "due_at": moment(answer.at + next_look(answer, looks=looks, failures=failures)),
            "status": answer.status,
            "looks": looks,
            "failures": failures,
            "etag": etag,
            "last_modified": last_modified,
            "body": answer.body_sha256,
        }

    def lease(self, outlet_id: str, holder: str, now: datetime, *, until: datetime) -> str | None:
        """Take or renew an outlet for one worker. ``None``: it has it now; otherwise who holds it."""
        with self._transaction():
            held = self._db.execute("SELECT holder, until FROM _leases WHERE outlet_id = ?", (outlet_id,)).fetchone()
            if held and held[0] != holder and held[1] > moment(now):
                return str(held[0])
            row = (outlet_id, holder, moment(until))
            self._db.execute("INSERT OR REPLACE INTO _leases (outlet_id, holder, until) VALUES (?, ?, ?)", row)
            return None

    def release(self, outlet_id: str, holder: str) -> None:
        """End a holder's lease; nothing happens where it holds none."""
        with self._transaction():
            self._db.execute("DELETE FROM _leases WHERE outlet_id = ? AND holder = ?", (outlet_id, holder))

    def sooner(self, urls: Iterable[str], now: datetime) -> None:
        """Look at these again after the shortest wait: they changed, or are being copied."""
        due = moment(now + next_look(Answer(url="", status=200, at=now), looks=1, failures=0))
        with self._transaction():
            self._db.executemany(
                "UPDATE _frontier SET looks = 1, due_at = min(due_at, ?) WHERE url = ?", [(due, url) for url in urls]
            )

    def all_due(self, now: datetime) -> None:
        """Make every known page due, whatever its age: look again at everything in the next crawl."""
        with self._transaction():
            self._db.execute("UPDATE _frontier SET due_at = min(due_at, ?)", (moment(now),))
