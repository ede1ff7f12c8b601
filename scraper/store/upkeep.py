"""Care of the file: snapshots to publish, backups, and a doctor who says what is wrong and what to do."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from scraper.store.database import HERE, Row, Store, StoreError, in_one_sentence, statements
from scraper.store.index import Index
from scraper.store.log import head

_READ_ONLY = 0o444
_LARGE_WAL = 200_000_000  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something about the database that a person should know, and what to do about it."""

    level: Literal["note", "warning", "error"]
    message: str
    advice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A self-contained copy. Number and hash of the newest log entry fix everything in it."""

    path: Path
    size: int
    entries: int
    head_sha256: str


def snapshot(store: Store, file: Path) -> Snapshot:
    """Write a compact, read-only copy that needs no other file and opens in a folder that may not be written.

    Raises:
        StoreError: the file exists already, or cannot be written.
    """
    _look_for_room(store, file)
    unfinished = file.with_name(file.name + ".part")
    unfinished.unlink(missing_ok=True)
    with in_one_sentence(file):
        # A store opened for reading only refuses every writing statement; this one writes elsewhere
        store.db.execute("PRAGMA query_only = off")
        try:
            store.db.execute("VACUUM INTO ?", [str(unfinished)])
        finally:
            store.db.execute(f"PRAGMA query_only = {int(store.read_only)}")
    unfinished.chmod(_READ_ONLY)
    unfinished.rename(file)
    with Store.open(file, read_only=True) as copy:
        entries, head_sha256 = head(copy)
    return Snapshot(path=file, size=file.stat().st_size, entries=entries, head_sha256=head_sha256)


def backup(store: Store, file: Path) -> Path:
    """Write an exact copy that can be worked on, while others read and write the original.

    Raises:
        StoreError: the file exists already, or cannot be written.
    """
    _look_for_room(store, file)
    unfinished = file.with_name(file.name + ".part")
    unfinished.unlink(missing_ok=True)
    with in_one_sentence(file):
        copy = sqlite3.connect(unfinished)
        try:
            store.db.conn.backup(copy, pages=1_024)
        finally:
            copy.close()
    unfinished.rename(file)
    return file


def _look_for_room(store: Store, file: Path) -> None:
    if file.exists():
        raise StoreError(f"{file} exists already; choose another name.")
    if not file.parent.is_dir():
        raise StoreError(f"{file} cannot be made: there is no folder {file.parent}.")
    if shutil.disk_usage(file.parent).free < store.path.stat().st_size:
        raise StoreError(f"{file} cannot be made: the disk has less room than {store.path} takes.")


# --- the doctor ------------------------------------------------------------------------------------------------


def examine(path: Path) -> list[Finding]:
    """Mend what can be computed again, then ``doctor``; also for a file that does not even open."""
    try:
        with Store.open(path) as store:
            return [*mend(store), *doctor(store)]
    except StoreError as error:
        return [Finding(level="error", message=str(error), advice="Put a backup or a snapshot in its place.")]


def mend(store: Store) -> list[Finding]:
    """Make anew what does not fit the texts and is computed from them alone: full text, and the index of copies.

    A note for each that was mended. Damage to the file itself is left as it is.
    """
    if any(_pages(store)):
        return []
    mended = []
    if any(_search(store)):
        with store.transaction():
            store.write("INSERT INTO _search (_search) VALUES ('rebuild')")
        mended.append("The full-text index did not fit the texts and was made anew.")
    if any(_index(store)):
        index, treated = Index(store.db.conn), 0
        treated += _caught_up(store, index)
        if index.check():  # not only incomplete: begun again from nothing
            with store.transaction():
                index.clear()
            treated += _caught_up(store, index)
        mended.append(f"The index of copies did not fit the texts: {treated} entries were made anew.")
    return [Finding(level="note", message=message, advice="Nothing is left to do.") for message in mended]


def _caught_up(store: Store, index: Index) -> int:
    treated = 0
    while True:
        with store.transaction():
            now = index.catch_up()
        if not now:
            return treated
        treated += now


def doctor(store: Store) -> list[Finding]:
    """What is wrong with the database and its surroundings, worst first; an empty list when all is well."""
    findings: list[Finding] = []
    for check in (_pages, _tables, _keys, _search, _index, _orphans, _loops, _clock, _runs, _surroundings):
        try:
            findings += check(store)
        except StoreError as error:
            findings.append(Finding(level="error", message=str(error), advice="Put a backup in its place."))
    return sorted(findings, key=lambda finding: ("error", "warning", "note").index(finding.level))


def _pages(store: Store) -> Iterator[Finding]:
    rows = [row["integrity_check"] for row in store.rows("PRAGMA integrity_check(20)")]
    if rows != ["ok"]:
        yield Finding(
            level="error",
            message=f"The file is damaged: {rows[0]}" + (f" and {len(rows) - 1} more." if len(rows) > 1 else "."),
            advice="Keep a copy, then put a backup in its place, or save what is left with `sqlite3 FILE .recover`.",
        )


def _tables(store: Store) -> Iterator[Finding]:
    """Compares with a database made anew in memory."""
    fresh = sqlite3.connect(":memory:")
    try:
        for statement in statements((HERE / "schema.sql").read_text("utf-8")):
            fresh.execute(statement)
        names = "SELECT type || ' ' || name AS name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"
        missing = {row[0] for row in fresh.execute(names)} - {row["name"] for row in store.rows(names)}
    finally:
        fresh.close()
    for name in sorted(missing):
        yield Finding(level="error", message=f"The {name} is missing.", advice="Put a backup in its place.")


def _keys(store: Store) -> Iterator[Finding]:
    broken: dict[tuple[str, str], int] = {}
    for row in store.rows("PRAGMA foreign_key_check"):
        pair = (row["table"], row["parent"])
        broken[pair] = broken.get(pair, 0) + 1
    for (table, parent), count in broken.items():
        yield Finding(
            level="error",
            message=f"{count} rows of {table} point at rows of {parent} that are not there.",
            advice="`provenance verify` names what is missing; put a backup in its place.",
        )


def _search(store: Store) -> Iterator[Finding]:
    if store.read_only:
        return
    try:
        store.db.execute("INSERT INTO _search (_search, rank) VALUES ('integrity-check', 1)")
    except sqlite3.DatabaseError as error:
        yield Finding(
            level="warning",
            message=f"The full-text index does not fit the texts: {error}.",
            advice="`provenance doctor` makes it anew.",
        )


def _index(store: Store) -> Iterator[Finding]:
    if store.read_only:
        return
    with in_one_sentence(store.path):
        complaints = Index(store.db.conn).check()
    for complaint in complaints:
        yield Finding(level="warning", message=complaint, advice="`provenance doctor` completes it.")


def _orphans(store: Store) -> Iterator[Finding]:
    for message, sql in _ORPHANS.items():
        count = store.value(sql)
        if count:
            yield Finding(
                level="note", message=message.format(count), advice="Harmless; `provenance verify` knows more."
            )


_ORPHANS = {
    "{} documents count as captured without a capture.": "SELECT count(*) FROM documents WHERE state = 'captured' "
    "AND NOT EXISTS (SELECT 1 FROM captures WHERE document_id = documents.id)",
    "{} bodies belong to no capture.": "SELECT count(*) FROM bodies "
    "WHERE sha256 NOT IN (SELECT body_sha256 FROM captures WHERE body_sha256 IS NOT NULL)",
    "{} versions belong to no capture.": "SELECT count(*) FROM versions "
    "WHERE id NOT IN (SELECT version_id FROM captures WHERE version_id IS NOT NULL) "
    "AND id NOT IN (SELECT reread_of FROM versions WHERE reread_of IS NOT NULL)",
}


def _loops(store: Store) -> Iterator[Finding]:
    parents: dict[int, int] = {}
    for row in store.rows(
        "SELECT copy_id, source_id FROM links WHERE superseded_at IS NULL AND rank = 1 AND standing <> 'rejected' "
        "AND relation <> 'reissue' ORDER BY copy_id, confidence, id DESC"
    ):
        parents[row["copy_id"]] = row["source_id"]  # the best one comes last and stays
    settled: set[int] = set()
    for start in parents:
        walked: list[int] = []
        at = start
        while at in parents and at not in settled and at not in walked:
            walked.append(at)
            at = parents[at]
        if at in walked:
            yield Finding(
                level="error",
                message=f"The chain of document {at} comes back to itself.",
                advice="`provenance link --all` concludes it anew; a link confirmed by hand may have to be rejected.",
            )
        settled.update(walked)


def _clock(store: Store) -> Iterator[Finding]:
    back: Row | None = store.row(
        "SELECT later.number, later.at, earlier.at AS before FROM log AS later "
        "JOIN log AS earlier ON earlier.number = later.number - 1 WHERE later.at < earlier.at LIMIT 1"
    )
    now = store.clock()
    if back is not None:
        yield Finding(
            level="warning",
            message=f"The clock went back: log entry {back['number']} is of {back['at']}, "
            f"the one before of {back['before']}.",
            advice="The order of the log still holds; set the clock, and trust moments around it less.",
        )
    last = store.value("SELECT max(at) FROM log")
    if last is not None and last > now:
        yield Finding(
            level="warning",
            message=f"The clock stands at {now}, before the newest log entry ({last}).",
            advice="Set the clock before the next run.",
        )
    ahead = store.value("SELECT count(*) FROM captures WHERE captured_at > ?", (now,))
    if ahead:
        yield Finding(
            level="warning",
            message=f"{ahead} captures lie in the future.",
            advice="Look at the archive they came from.",
        )


def _runs(store: Store) -> Iterator[Finding]:
    for row in store.rows(
        "SELECT id, command, started_at FROM runs WHERE finished_at IS NULL "
        "AND julianday(?) - julianday(started_at) > 1 ORDER BY id DESC LIMIT 5",
        (store.clock(),),
    ):
        yield Finding(
            level="note",
            message=f"Run {row['id']} ({row['command']}) of {row['started_at']} never ended: it was killed.",
            advice="Nothing that it committed is lost; the next run goes on from there.",
        )


def _surroundings(store: Store) -> Iterator[Finding]:
    folder = store.path.absolute().parent
    if not os.access(folder, os.W_OK):
        yield Finding(
            level="warning",
            message=f"The folder {folder} cannot be written, but a database in use needs to.",
            advice="Serve a copy made by `provenance snapshot`.",
        )
    log = store.path.with_name(store.path.name + "-wal")
    if log.exists() and log.stat().st_size > _LARGE_WAL:
        yield Finding(
            level="note",
            message=f"{log.name} has grown to {log.stat().st_size // 1_000_000} MB: something keeps reading.",
            advice="It shrinks when every program that has the database open is closed.",
        )
    if shutil.disk_usage(folder).free < store.path.stat().st_size:
        yield Finding(
            level="warning", message="The disk has less free room than the database takes.", advice="Make room."
        )
