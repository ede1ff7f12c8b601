"""How an older database becomes one of today: numbered steps, each in its own transaction, nothing lost.

``schema.sql`` is the newest schema and what a new database is made from; the steps here lead to the same one.
"""

from __future__ import annotations

from typing import NamedTuple


class Migration(NamedTuple):
    """One step; ``sql`` is run statement by statement."""

    number: int
    what: str
    sql: str


MIGRATIONS: tuple[Migration, ...] = ()
SCHEMA_NUMBER = MIGRATIONS[-1].number if MIGRATIONS else 1
