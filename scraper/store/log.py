"""The record of what was held and concluded, and when: each entry carries the hash of the one before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from scraper.store.database import Store, storable

NO_ENTRY = "0" * 64


def canonical(values: Any) -> str:
    """JSON in its one form: sorted names, no spaces, letters as they are."""
    return storable(json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":")))


def entry_sha256(previous: str, number: int, at: str, what: str, row_id: int, subject: str) -> str:
    """The hash of an entry: its fields, a line each, in UTF-8."""
    return hashlib.sha256("\n".join((previous, str(number), at, what, str(row_id), subject)).encode()).hexdigest()


def record(store: Store, what: str, row_id: int, subject: dict[str, Any]) -> None:
    """Append one entry, in the transaction of the row that it records."""
    last = store.row("SELECT number, sha256 FROM log ORDER BY number DESC LIMIT 1")
    number, previous = (last["number"] + 1, last["sha256"]) if last else (1, NO_ENTRY)
    at, written = store.clock(), canonical(subject)
    store.insert(
        "log",
        number=number,
        at=at,
        what=what,
        row_id=row_id,
        subject=written,
        previous_sha256=previous,
        sha256=entry_sha256(previous, number, at, what, row_id, written),
    )


def head(store: Store) -> tuple[int, str]:
    """Number and hash of the newest entry: what is published to fix everything before it in time."""
    last = store.row("SELECT number, sha256 FROM log ORDER BY number DESC LIMIT 1")
    return (last["number"], last["sha256"]) if last else (0, NO_ENTRY)


def heads(store: Store) -> Iterator[str]:
    """The hashes of all entries, newest first: each was the head once."""
    below = head(store)[0] + 1
    while rows := store.rows(
        "SELECT number, sha256 FROM log WHERE number < ? ORDER BY number DESC LIMIT 1000", (below,)
    ):
        yield from (row["sha256"] for row in rows)
        below = rows[-1]["number"]


def entry_number(store: Store, sha256: str) -> int | None:
    """The number of the entry with this hash."""
    number = store.value("SELECT number FROM log WHERE sha256 = ?", (sha256,))
    return None if number is None else int(number)


# --- what an entry says of its row: everything that may never change -----------------------------------------------


def capture_subject(store: Store, capture_id: int) -> dict[str, Any] | None:
    """What the log says of a capture; of its headers, which are long, the hash."""
    row = store.row(
        "SELECT requested_url, url, redirects, status, headers, body_sha256, peer, how, note, captured_at "
        "FROM captures WHERE id = ?",
        (capture_id,),
    )
    return row and {**row, "headers": hashlib.sha256(row["headers"].encode()).hexdigest()}


def version_subject(store: Store, version_id: int) -> dict[str, Any] | None:
    """What the log says of a version, its citations included."""
    row = store.row(
        "SELECT document_id, number, title, byline, published_at, modified_at, language, statement_start, "
        "statement_end, text_sha256, words, doubts, reader, reread_of FROM versions WHERE id = ?",
        (version_id,),
    )
    return row and {
        **row,
        "citations": [
            list(citation.values())
            for citation in store.rows(
                'SELECT kind, words, start, "end", outlet, issuer, date, url, url_as_met '
                "FROM citations WHERE version_id = ? ORDER BY position",
                (version_id,),
            )
        ],
    }


def link_subject(store: Store, link_id: int) -> dict[str, Any] | None:
    """What the log says of a link, its evidence included."""
    row = store.row(
        "SELECT copy_id, source_id, relation, rank, confidence, standing, decided_by, decided_at "
        "FROM links WHERE id = ?",
        (link_id,),
    )
    return row and {
        **row,
        "evidence": [
            list(reason.values())
            for reason in store.rows(
                "SELECT kind, words, weight FROM evidence WHERE link_id = ? ORDER BY position", (link_id,)
            )
        ],
    }


def verdict_subject(store: Store, verdict_id: int) -> dict[str, Any] | None:
    """What the log says of a verdict."""
    return store.row(
        "SELECT link_id, compared_with, copy_version_id, source_version_id, label, coverage, kept, alterations, "
        "reason, decided_by, decided_at FROM verdicts WHERE id = ?",
        (verdict_id,),
    )


def superseded_link_subject(store: Store, link_id: int) -> dict[str, Any] | None:
    """What the log says when a link stops being in force."""
    return store.row("SELECT superseded_at FROM links WHERE id = ?", (link_id,))


def superseded_verdict_subject(store: Store, verdict_id: int) -> dict[str, Any] | None:
    """What the log says when a verdict stops being in force."""
    return store.row("SELECT superseded_at FROM verdicts WHERE id = ?", (verdict_id,))


SUBJECTS = {
    "capture": capture_subject,
    "version": version_subject,
    "link": link_subject,
    "verdict": verdict_subject,
    "superseded link": superseded_link_subject,
    "superseded verdict": superseded_verdict_subject,
}
"""Kind of entry -> what it must say of its row as it stands now."""


def record_row(store: Store, what: str, row_id: int) -> None:
    """Append an entry for a row that was just written, from the row itself."""
    subject = SUBJECTS[what](store, row_id)
    if subject is None:
        raise LookupError(f"no {what} {row_id} to record")
    record(store, what, row_id, subject)
