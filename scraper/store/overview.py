"""How much there is and how it goes: outlets with their counts, runs, issues, health."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from scraper.store.database import Row, Store, StoreError, in_one_sentence
from scraper.store.outlets import name_key


def outlets(store: Store) -> list[Row]:
    """Every outlet with its facts and how much it publishes, copies, credits and alters."""
    return store.rows(
        "SELECT outlets.*, documents, copies, credited, altered, credited_share, altered_share, copied_by_others "
        "FROM outlet_scores JOIN outlets ON outlets.id = outlet_scores.outlet_id ORDER BY outlets.id"
    )


def find_outlet(store: Store, what: str) -> Row | None:
    """An outlet by its id, or by any of its names."""
    return store.row(
        "SELECT * FROM outlets WHERE id = :what OR id IN (SELECT outlet_id FROM _outlet_names WHERE name = :name) "
        "ORDER BY id <> :what LIMIT 1",
        {"what": what, "name": name_key(what)},
    )


def runs(store: Store, *, limit: int = 20) -> list[Row]:
    """Runs, newest first; ``counts`` is a dict."""
    rows = store.rows(
        "SELECT runs.*, (SELECT count(*) FROM issues WHERE issues.run_id = runs.id) AS issues, "
        "(SELECT count(*) FROM captures WHERE captures.run_id = runs.id) AS captures "
        "FROM runs ORDER BY id DESC LIMIT ?",
        (limit,),
    )
    return [{**row, "counts": json.loads(row["counts"])} for row in rows]


def issues(
    store: Store, *, run_id: int | None = None, outlet: str | None = None, level: str | None = None, limit: int = 100
) -> list[Row]:
    """Issues, newest first; ``details`` is a dict."""
    rows = store.rows(
        "SELECT * FROM issues WHERE (:run IS NULL OR run_id = :run) AND (:outlet IS NULL OR outlet_id = :outlet) "
        "AND (:level IS NULL OR level = :level) ORDER BY id DESC LIMIT :limit",
        {"run": run_id, "outlet": outlet, "level": level, "limit": limit},
    )
    return [{**row, "details": json.loads(row["details"])} for row in rows]


def health(store: Store) -> list[Row]:
    """Rows of ``crawl_health``: per outlet, when it was last reached and what came of it."""
    return store.rows("SELECT * FROM crawl_health ORDER BY outlet_id")


def views(store: Store) -> list[str]:
    """Names of the views for people, in the order of ``views.sql``."""
    return [name for name in store.db.view_names() if not name.startswith("_")]


def each_row(store: Store, view: str) -> Iterator[Row]:
    """All rows of one of the views for people, as they come, however many there are.

    Raises:
        StoreError: there is no such view.
    """
    if view not in views(store):
        raise StoreError(f"There is no view {view!r}; there are {', '.join(views(store))}.")
    with in_one_sentence(store.path):
        cursor = store.db.execute(f'SELECT * FROM "{view}"')  # noqa: S608 - one of our own names
        names = [column[0] for column in cursor.description]
        for row in cursor:
            yield dict(zip(names, row, strict=True))


def counts(store: Store) -> dict[str, Any]:
    """How much there is: rows of each table that people know, and copies by verdict."""
    tables = ("outlets", "documents", "captures", "versions", "citations", "links", "runs", "issues")
    numbers: dict[str, Any] = {table: store.value(f"SELECT count(*) FROM {table}") for table in tables}  # noqa: S608
    by_label = store.rows("SELECT verdict, count(*) AS copies FROM copies GROUP BY verdict ORDER BY verdict")
    return {**numbers, "copies": {row["verdict"]: row["copies"] for row in by_label}}
