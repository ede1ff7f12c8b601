"""Inside link: what claimed and captured times say of a possible parent, the weakest evidence there is.

Copies follow their source within hours more often than within days, so of two sources that explain a text equally well
the one that was new when it was copied is likelier. A claim that names a day only is any of that day's working hours.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from math import exp, log

from scraper.model import Evidence
from scraper.trace.evidence import row
from scraper.trace.family import Member, When, appeared, is_day, moment

_WEEK = 7
_OPENS, _CLOSES = 6, 22
"""Hours (UTC) between which most pages appear."""
_HALF = 8.0
"""Hours after which a source is half as likely to be taken up as when it was new."""
_FADES = 0.7
"""How fast that goes on: the chance falls with this power of the time passed."""
_LEAST_CHANCE = 0.05
_ISSUED_CHANCE = 0.5
"""An issuer's statement existed before its page: within a day its clock says little."""
_UNDATED_CHANCE = 0.35


def days_apart(one: Member, other: Member) -> float:
    """Days between two documents' claims, as few as they allow; 0 where either is open."""
    first, second = appeared(one), appeared(other)
    if not (first.first and first.last and second.first and second.last):
        return 0.0
    gap = max(second.first - first.last, first.first - second.last)
    return max(0.0, gap.total_seconds() / 86_400)


def time_rows(copy: Member, candidate: Member, *, is_issued: bool = False) -> list[Evidence]:
    """What the clock says of a possible parent; ``is_issued`` when it is the issuer's page and the copy is not."""
    mine, its = appeared(copy), appeared(candidate)
    words = f"{candidate.published_at or candidate.first_seen_at} / {copy.published_at or copy.first_seen_at}"
    if its.first and mine.last and its.first >= mine.last and its != mine:
        days = (its.first - mine.last).days
        if days >= 1 or not is_issued:
            return [row("later" if days < 1 else "days later" if days < _WEEK else "weeks later", words)]
    chance = _chance(copy, candidate, mine, its)
    rows = [row("lag", words, round(log(max(chance, _ISSUED_CHANCE if is_issued else _LEAST_CHANCE)), 2))]
    mine_seen, its_seen = moment(copy.first_seen_at), moment(candidate.first_seen_at)
    is_open = not (its.last and mine.first and its.last <= mine.first)
    if is_open and mine_seen and its_seen and its_seen < mine_seen:
        rows.append(row("seen first", f"{candidate.first_seen_at} / {copy.first_seen_at}"))
    return rows


def _chance(copy: Member, candidate: Member, mine: When, its: When) -> float:
    """How usual the time between the two is, 0-1, over all moments that their claims allow."""
    if not mine.first or not its.first:
        return _UNDATED_CHANCE
    lags = [
        (late - early).total_seconds() / 3600
        for late in _moments(mine.first, copy.published_at or "")
        for early in _moments(its.first, candidate.published_at or "")
    ]
    return sum(exp(-_FADES * log(1.0 + lag / _HALF)) for lag in lags if lag >= 0) / len(lags)


def _moments(start: datetime, claim: str) -> list[datetime]:
    if not is_day(claim):
        return [start]
    return [start + timedelta(hours=hour) for hour in range(_OPENS, _CLOSES + 1)]
