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


MIGRATIONS: tuple[Migration, ...] = (
    Migration(
        2,
        "A word in the headline counts as five in the text; verdicts are found by the text of the source.",
        """
        INSERT INTO _search (_search, rank) VALUES ('rank', 'bm25(5.0, 1.0)');
        CREATE INDEX verdicts_source ON verdicts (source_version_id) WHERE superseded_at IS NULL;
        """,
    ),
)
SCHEMA_NUMBER = MIGRATIONS[-1].number
