"""How it went: one row per execution, one row per thing that went wrong in it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal

from scraper.model import Issue
from scraper.store.database import Row, Store

Outcome = Literal["fine", "trouble", "interrupted", "skipped"]


def start_run(store: Store, command: str, software: str) -> int:
    """Begin a run; its id. ``command`` as given, ``software`` name and version."""
    return store.insert("runs", command=command, software=software, started_at=store.clock())


def finish_run(store: Store, run_id: int, outcome: Outcome, counts: Mapping[str, Any] | None = None) -> None:
    """End a run. ``counts``: per outlet, what was fetched, new, changed, unchanged, failed."""
    store.write(
        "UPDATE runs SET outcome = ?, finished_at = ?, counts = ? WHERE id = ?",
        (outcome, store.clock(), json.dumps(counts or {}, ensure_ascii=False, sort_keys=True), run_id),
    )


def note_issue(
    store: Store, issue: Issue, *, run_id: int | None = None, details: Mapping[str, Any] | None = None
) -> int:
    """Write down one thing that went wrong; its id. The same issue twice in one run is one row."""
    values: Row = {
        "run_id": run_id,
        "level": issue.level,
        "kind": issue.kind,
        "message": issue.message,
        "url": issue.url,
        "outlet_id": issue.outlet_id,
        "details": json.dumps(details or {}, ensure_ascii=False, sort_keys=True, default=str),
    }
    with store.transaction():
        known = run_id and store.value(
            "SELECT id FROM issues WHERE run_id = :run_id AND level = :level AND kind = :kind AND message = :message "
            "AND url IS :url AND outlet_id IS :outlet_id AND details = :details",
            values,
        )
        return int(known or store.insert("issues", **values, happened_at=store.clock()))
