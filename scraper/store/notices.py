"""What is worth a notice: copies that alter or do not credit, and of which of them a channel was told already."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from scraper.store.database import Row, Store
from scraper.store.log import canonical

_NOTABLE = """
    SELECT copies.link_id, copy_url, copy_outlet, copy_title, copy_published_at, source_url, source_outlet,
        source_title, original_url, original_outlet, copies.verdict, copies.alterations, copies.confidence,
        is_credited, hours_later, copies.reason, verdicts.decided_at, verdict = 'altered' AS is_altered,
        NOT is_credited AND verdict <> 'unrelated' AND copy_outlet_id <> source_outlet_id AS is_uncredited
    FROM copies JOIN verdicts ON verdicts.link_id = copies.link_id AND verdicts.compared_with = 'then'
        AND verdicts.superseded_at IS NULL
    WHERE (verdict = 'altered' OR (NOT is_credited AND verdict NOT IN ('unrelated', 'unchecked')
        AND copy_outlet_id <> source_outlet_id)) AND confidence >= :least
    ORDER BY verdicts.decided_at DESC, copies.link_id DESC LIMIT :limit
"""


def notable(store: Store, *, limit: int = 1_000, least: float = 0.5) -> list[Row]:
    """Altered and uncredited copies in force, newest verdict first, each with its material ``changes``.

    ``what`` is a hash of all that a notice says: a verdict that was only made again is no news.
    """
    rows = store.rows(_NOTABLE, {"limit": limit, "least": least})
    return [_with_changes(store, row) for row in rows]


def _with_changes(store: Store, row: Row) -> Row:
    changes = store.rows(
        "SELECT kind, source_words, copy_words FROM altered_words WHERE link_id = ? AND is_material ORDER BY position",
        (row["link_id"],),
    )
    facts = [row["copy_url"], row["source_url"], row["source_outlet"], row["is_altered"], row["is_uncredited"], changes]
    what = hashlib.sha256(canonical(facts).encode()).hexdigest()
    flags = {name: bool(row[name]) for name in ("is_altered", "is_uncredited", "is_credited")}
    return {**row, **flags, "changes": changes, "what": what}


def untold(store: Store, channel: str, rows: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Those of the rows of which a channel was not told, oldest first."""
    told = set(json.loads(store.value("SELECT value FROM _state WHERE name = ?", (_name(channel),)) or "[]"))
    return [row for row in reversed(rows) if row["what"] not in told]


def note_told(store: Store, channel: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Remember that a channel was told of all these; of what is no longer among them nothing is kept."""
    told = json.dumps([row["what"] for row in rows])
    store.write("INSERT OR REPLACE INTO _state (name, value) VALUES (?, ?)", (_name(channel), told))


def last_run(store: Store) -> Row | None:
    """The newest run that ended and was not skipped."""
    return store.row(
        "SELECT id, command, outcome, started_at, finished_at FROM runs WHERE outcome IS NOT NULL "
        "AND outcome <> 'skipped' AND command LIKE 'run%' ORDER BY id DESC LIMIT 1"
    )


def _name(channel: str) -> str:
    return "told " + hashlib.sha256(channel.encode("utf-8", "surrogateescape")).hexdigest()[:16]
