"""Whether outlets are well: reached within their interval, and still yielding where they used to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import median

from scraper.crawl.outlet import Outlet
from scraper.store.database import Row, Store
from scraper.store.overview import runs
from scraper.store.wanted import arrivals, last_success

LOOK_BACK = 50
"""Runs that are looked at, newest first."""
ENOUGH_DAYS = 5
"""Days with new articles after which an outlet is known to have a rhythm."""
SILENCE = 4
"""Times the usual gap between days with new articles after which its silence is strange; a week at least."""
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How an outlet is."""

    outlet: str
    state: str
    """``well``, or what is wrong: ``never reached``, ``overdue``, ``nothing listed``, ``nothing read``, ``silent``."""
    sentence: str
    last_success_at: str | None
    last_new_at: str | None
    """Day on which an article came in for the first time."""
    interval: int
    """Hours within which it should answer."""

    @property
    def is_well(self) -> bool:
        return self.state == "well"


def health(store: Store, outlets: Mapping[str, type[Outlet]]) -> list[Health]:
    """How each of these outlets is now, by the store's clock."""
    reached = last_success(store)
    rows = _rows_by_outlet(runs(store, limit=LOOK_BACK))
    now = datetime.fromisoformat(store.clock()).astimezone(UTC)
    found = []
    for name, outlet in outlets.items():
        days = arrivals(store, name)
        at = reached.get(name)
        state, sentence = (
            _overdue(at, outlet.interval, now) or _empty(rows.get(name, ())) or _silent(days, now) or ("well", "")
        )
        found.append(
            Health(
                outlet=name,
                state=state,
                sentence=sentence,
                last_success_at=at,
                last_new_at=days[-1] if days else None,
                interval=outlet.interval,
            )
        )
    return found


def _rows_by_outlet(found: Sequence[Row]) -> dict[str, list[Row]]:
    """The counts of each outlet in its runs, newest first; runs in which it was left to another are none of its."""
    rows: dict[str, list[Row]] = {}
    for run in found:
        for name, row in run["counts"].items():
            if isinstance(row, dict) and not row.get("is_held"):
                rows.setdefault(name, []).append(row)
    return rows


def _overdue(at: str | None, interval: int, now: datetime) -> tuple[str, str] | None:
    if at is None:
        return "never reached", "No way in and no page of it ever gave an answer."
    hours = (now - datetime.fromisoformat(at)).total_seconds() / 3600
    if hours <= interval:
        return None
    return "overdue", f"Its last good answer came {hours:.0f} hours ago; it should answer within {interval}."


def _empty(rows: Sequence[Row]) -> tuple[str, str] | None:
    """The newest run that got anything came home with nothing, where an earlier one did not."""
    if not rows:
        return None
    newest, *earlier = rows
    if newest.get("ways") and not newest.get("ways_unchanged") and not newest.get("listed"):
        usual = [row["listed"] for row in earlier if row.get("listed")]
        if usual:
            return "nothing listed", f"Its ways in point at no article any more; {median(usual):.0f} were usual."
    pages = [row for row in rows if _read(row) or row.get("unread")]
    if pages and not _read(pages[0]) and any(_read(row) for row in pages[1:]):
        return "nothing read", f"Of {pages[0]['unread']} pages none could be read, where they used to be read."
    return None


def _read(row: Row) -> int:
    return sum(int(row.get(what, 0)) for what in ("new", "changed", "unchanged"))


def _silent(days: Sequence[str], now: datetime) -> tuple[str, str] | None:
    """A feed that is answered and never changes again is the quietest way of being broken."""
    if len(days) < ENOUGH_DAYS:
        return None
    moments = [datetime.fromisoformat(day).replace(tzinfo=UTC) for day in days]
    usual = timedelta(days=median((later - earlier).days for earlier, later in pairwise(moments)))
    silence = now - moments[-1]
    if silence <= max(SILENCE * usual, WEEK):
        return None
    return "silent", f"Nothing new for {silence.days} days, where something came every {max(usual.days, 1)}."
