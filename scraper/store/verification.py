"""Everything that is held, recomputed: bodies, texts, the chain of the log, and the rows that it records."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from scraper.model import Comparison
from scraper.store.database import Row, Store, StoreError
from scraper.store.log import NO_ENTRY, SUBJECTS, canonical, entry_sha256

_RECORDED = {"capture": "captures", "version": "versions", "link": "links", "verdict": "verdicts"}
_SUPERSEDED = {"superseded link": "links", "superseded verdict": "verdicts"}
_LARGEST = 1 << 30  # bytes that a body may unpack to; anything beyond is damage


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something held is missing or not what it was. ``where`` names the row, e.g. ``version 12``."""

    where: str
    message: str


Compare = Callable[[str, str, str | None], Comparison]
"""Texts of copy and source, language of the copy -> the answer of the rules."""


def verify(store: Store, *, compare: Compare | None = None, method: str | None = None) -> list[Problem]:
    """Recompute everything, offline. An empty list: all that is held is what it was when it was written.

    With ``compare`` and the name of its rules (``method``), comparisons that were made by these very rules are made
    again. Proves when these bytes were held here, not that a site served them.
    """
    checks = [_file(store), _log(store), _unrecorded(store), _bodies(store), _texts(store), _documents(store)]
    if compare is not None:
        checks.append(_comparisons(store, compare, method))
    problems: list[Problem] = []
    with _forgiving_text(store):
        for check in checks:
            try:
                problems += check
            except StoreError as error:
                problems.append(Problem(where="file", message=str(error)))
    return problems


@contextmanager
def _forgiving_text(store: Store) -> Iterator[None]:
    """Damaged UTF-8 is to be told as a changed row, not to end the reading."""
    connection = store.db.conn
    before = connection.text_factory
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
    try:
        yield
    finally:
        connection.text_factory = before


def _file(store: Store) -> Iterator[Problem]:
    for row in store.rows("PRAGMA integrity_check(20)"):
        if row["integrity_check"] != "ok":
            yield Problem(where="file", message=f"SQLite finds: {row['integrity_check']}.")


def _log(store: Store) -> Iterator[Problem]:
    previous, expected = NO_ENTRY, 1
    for entry in _each(store, "SELECT * FROM log WHERE number > ? ORDER BY number LIMIT 500", "number"):
        where = f"log {entry['number']}"
        if entry["number"] != expected:
            yield Problem(where=where, message=f"Entry {expected} is missing.")
        elif entry["previous_sha256"] != previous:
            yield Problem(where=where, message="It does not carry the hash of the entry before it.")
        if entry["sha256"] != _own_sha256(entry):
            yield Problem(where=where, message="Its own hash is not that of what it says: it was changed.")
        yield from _recorded_row(store, entry, where)
        previous, expected = entry["sha256"], entry["number"] + 1


def _own_sha256(entry: Row) -> str:
    return entry_sha256(
        entry["previous_sha256"], entry["number"], entry["at"], entry["what"], entry["row_id"], entry["subject"]
    )


def _recorded_row(store: Store, entry: Row, where: str) -> Iterator[Problem]:
    subject_of = SUBJECTS.get(entry["what"])
    if subject_of is None:
        yield Problem(where=where, message=f"It records a {entry['what']!r}, which does not exist.")
        return
    subject = subject_of(store, entry["row_id"])
    row = f"{entry['what'].removeprefix('superseded ')} {entry['row_id']}"
    if subject is None:
        yield Problem(where=row, message=f"It is missing: entry {entry['number']} of the log records it.")
    elif canonical(subject) != entry["subject"]:
        changed = ", ".join(_differing(subject, entry["subject"]))
        yield Problem(where=row, message=f"It is not what entry {entry['number']} of the log records: {changed}.")


def _differing(subject: dict[str, Any], recorded: str) -> list[str]:
    try:
        before = json.loads(recorded)
    except ValueError:
        return ["the entry cannot be read"]
    now = json.loads(canonical(subject))
    return sorted(name for name in now.keys() | before.keys() if now.get(name) != before.get(name)) or ["spelling"]


def _unrecorded(store: Store) -> Iterator[Problem]:
    """Rows that the log does not know of: written past this program, or their entries were cut off its end."""
    for what, table in (_RECORDED | _SUPERSEDED).items():
        condition = "AND superseded_at IS NOT NULL" if what in _SUPERSEDED else ""
        for row in store.rows(
            f"SELECT id FROM {table} WHERE NOT EXISTS "  # noqa: S608 - our own table names
            f"(SELECT 1 FROM log WHERE what = ? AND row_id = {table}.id) {condition} LIMIT 1000",
            (what,),
        ):
            name = what.removeprefix("superseded ")
            yield Problem(where=f"{name} {row['id']}", message=f"The log has no entry for it ({what}).")


def _bodies(store: Store) -> Iterator[Problem]:
    for row in _each(store, "SELECT rowid AS id, * FROM bodies WHERE rowid > ? ORDER BY rowid LIMIT 20", "id"):
        where = f"body {row['sha256']}"
        unpacker = zlib.decompressobj()
        try:
            content = unpacker.decompress(row["content"], _LARGEST)
        except zlib.error as error:
            yield Problem(where=where, message=f"Its bytes cannot be unpacked: {error}.")
            continue
        if hashlib.sha256(content).hexdigest() != row["sha256"] or not unpacker.eof or unpacker.unused_data:
            yield Problem(where=where, message="Its bytes are not those that this hash was taken from.")
        elif len(content) != row["size"]:
            yield Problem(where=where, message=f"Its size is {len(content)}, not {row['size']}.")
    for row in store.rows(
        "SELECT id, body_sha256 FROM captures WHERE body_sha256 IS NOT NULL "
        "AND body_sha256 NOT IN (SELECT sha256 FROM bodies) LIMIT 1000"
    ):
        yield Problem(where=f"capture {row['id']}", message=f"Its body {row['body_sha256']} is missing.")


def _texts(store: Store) -> Iterator[Problem]:
    for row in _each(store, "SELECT id, text, text_sha256 FROM versions WHERE id > ? ORDER BY id LIMIT 100", "id"):
        if hashlib.sha256(row["text"].encode()).hexdigest() != row["text_sha256"]:
            yield Problem(where=f"version {row['id']}", message="Its text is not the one that its hash was taken from.")


def _documents(store: Store) -> Iterator[Problem]:
    """Documents say again what captures and versions say; the log records only those."""
    for column in ("title", "published_at"):
        for row in store.rows(
            f"SELECT id, {column} AS value FROM documents WHERE {column} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "  # noqa: S608
            f"versions WHERE document_id = documents.id AND versions.{column} = documents.{column}) LIMIT 1000"
        ):
            yield Problem(where=f"document {row['id']}", message=f"No version of it has the {column} {row['value']!r}.")
    for row in store.rows(
        "SELECT id, url FROM documents WHERE url IS NOT NULL AND NOT EXISTS (SELECT 1 FROM addresses "
        "WHERE document_id = documents.id AND key = documents.url) LIMIT 1000"
    ):
        yield Problem(where=f"document {row['id']}", message=f"No address of it leads to {row['url']}.")


def _comparisons(store: Store, compare: Compare, method: str | None) -> Iterator[Problem]:
    pairs = _each(
        store,
        "SELECT matches.id, matches.label, matches.coverage, matches.kept, copy.text AS copy, source.text AS source, "
        "copy.language, (SELECT count(*) FROM alterations WHERE match_id = matches.id) AS alterations FROM matches "
        "JOIN versions AS copy ON copy.id = copy_version_id JOIN versions AS source ON source.id = source_version_id "
        "WHERE matches.id > ? ORDER BY matches.id LIMIT 100",
        "id",
    )
    for row in pairs:
        made_by = store.value("SELECT method FROM matches WHERE id = ?", (row["id"],))
        if method is not None and made_by != method:
            continue
        again = compare(row["copy"], row["source"], row["language"])
        found = (again.label, round(again.coverage, 6), round(again.kept, 6), len(again.alterations))
        if found != (row["label"], round(row["coverage"], 6), round(row["kept"], 6), row["alterations"]):
            message = f"{made_by} now answers {again.label} with {len(again.alterations)} alterations."
            yield Problem(where=f"match {row['id']}", message=message)


def _each(store: Store, sql: str, key: str) -> Iterator[Row]:
    """All rows of a table in portions, so that a large one is never held at once."""
    last = -1
    while rows := store.rows(sql, (last,)):
        yield from rows
        last = rows[-1][key]
