"""Evidence: a changed byte anywhere is found and named."""

# ruff: noqa: S608 - table and column names of this file

from __future__ import annotations

import hashlib
import zlib
from pathlib import Path

import pytest

from scraper.model import Alteration, Comparison, Span
from scraper.store.conclusions import decide_link
from scraper.store.database import Store
from scraper.store.log import NO_ENTRY, entry_sha256, head
from scraper.store.verification import verify
from tests.stores import clock, path, store
from tests.test_views import Pair


@pytest.fixture
def filled(store: Store) -> Store:
    """Captures, versions, links, verdicts, and one of each superseded."""
    pair = Pair(store)
    decide_link(store, pair.link_id, "confirmed", "Ada")
    assert verify(store) == []
    return store


def test_each_entry_carries_the_hash_of_the_one_before(filled: Store) -> None:
    previous = NO_ENTRY
    entries = filled.rows("SELECT * FROM log ORDER BY number")
    for number, entry in enumerate(entries, 1):
        lines = (previous, str(number), entry["at"], entry["what"], str(entry["row_id"]), entry["subject"])
        assert entry["number"] == number
        assert entry["previous_sha256"] == previous
        assert entry["sha256"] == hashlib.sha256("\n".join(lines).encode()).hexdigest()
        previous = entry["sha256"]
    assert head(filled) == (len(entries), previous)
    assert {entry["what"] for entry in entries} == {
        "capture",
        "version",
        "link",
        "verdict",
        "superseded link",
        "superseded verdict",
    }


def flipped(value: object) -> object:
    """The value with one of its bytes changed."""
    if isinstance(value, bytes):
        middle = len(value) // 2
        return value[:middle] + bytes([value[middle] ^ 1]) + value[middle + 1 :]
    if isinstance(value, str):
        middle = len(value) // 2
        return value[:middle] + chr(ord(value[middle]) ^ 1) + value[middle + 1 :] if value else "x"
    if isinstance(value, (int, float)):
        return value + 1
    raise TypeError(type(value))


EVIDENCE = {
    "bodies": ("sha256", "size", "content"),
    "versions": (
        "number",
        "title",
        "byline",
        "published_at",
        "modified_at",
        "language",
        "text",
        "statement_start",
        "text_sha256",
        "words",
        "doubts",
        "reader",
    ),
    "captures": ("requested_url", "url", "redirects", "status", "headers", "peer", "how", "note", "captured_at"),
    "citations": ("kind", "words", "start", "outlet", "issuer", "date", "url", "url_as_met"),
    "links": ("relation", "rank", "confidence", "standing", "decided_by", "decided_at"),
    "evidence": ("kind", "words", "weight"),
    "verdicts": ("label", "coverage", "kept", "alterations", "reason", "decided_by", "decided_at"),
    "log": ("number", "at", "what", "row_id", "subject", "previous_sha256", "sha256"),
}


@pytest.mark.parametrize(("table", "column"), [(table, column) for table in EVIDENCE for column in EVIDENCE[table]])
def test_a_changed_value_is_found_and_named(filled: Store, table: str, column: str) -> None:
    filled.write("PRAGMA foreign_keys = off")
    filled.write("PRAGMA ignore_check_constraints = on")
    key = "link_id" if table == "evidence" else "rowid"
    newest = f"SELECT {key}, {column}, typeof({column}) FROM {table} ORDER BY 1 DESC LIMIT 1"
    rowid, value, kind = filled.db.conn.execute(newest).fetchone()
    changed = flipped(value) if kind != "null" else 7 if column in ("start", "statement_start") else "x"
    filled.write(f"UPDATE {table} SET {column} = ? WHERE {key} = ?", (changed, rowid))
    problems = verify(filled)
    assert problems
    named = {"bodies": "body", "evidence": "link", "citations": "version"}.get(table, table.removesuffix("s"))
    assert any(problem.where.startswith(named) for problem in problems), problems


@pytest.mark.parametrize("table", ["captures", "versions", "verdicts", "bodies", "log"])
def test_a_deleted_row_is_missed(filled: Store, table: str) -> None:
    filled.write("PRAGMA foreign_keys = off")
    filled.write(f"DELETE FROM {table} WHERE rowid = (SELECT max(rowid) FROM {table})")
    assert verify(filled) != []


def test_an_added_row_and_a_cut_end_of_the_log_are_noticed(filled: Store) -> None:
    filled.write("DELETE FROM log WHERE number > 3")
    assert {problem.where.split()[0] for problem in verify(filled)} == {"version", "link", "verdict"}


def test_a_log_rewritten_with_right_hashes_still_contradicts_the_rows(filled: Store) -> None:
    previous = NO_ENTRY
    for entry in filled.rows("SELECT * FROM log ORDER BY number"):
        subject = entry["subject"].replace("2026-01-02", "2025-01-02")
        sha256 = entry_sha256(previous, entry["number"], entry["at"], entry["what"], entry["row_id"], subject)
        filled.write(
            "UPDATE log SET subject = ?, previous_sha256 = ?, sha256 = ? WHERE number = ?",
            (subject, previous, sha256, entry["number"]),
        )
        previous = sha256
    assert {problem.where for problem in verify(filled)} >= {"capture 1", "capture 2"}


@pytest.mark.parametrize("size_claim", [False, True])
def test_a_body_that_unpacks_to_something_else_is_found(filled: Store, size_claim: bool) -> None:
    other = zlib.compress(b"other bytes")
    filled.write("UPDATE bodies SET content = ? WHERE rowid = 1", (other,))
    if size_claim:
        filled.write("UPDATE bodies SET size = 11 WHERE rowid = 1")
    [problem] = verify(filled)
    assert problem.where.startswith("body ")


def test_a_byte_flipped_in_the_raw_file_is_found_wherever_it_stands(filled: Store, path: Path) -> None:
    """Not through SQL: one byte of the file at a time, in texts, reasons and log entries, indexes included."""
    filled.write("DELETE FROM matches")  # may be deleted and recomputed, and is not in the log
    filled.write("VACUUM")
    filled.close()
    whole = path.read_bytes()
    needles = (b"The 24 piers", b"One number differs", b'"superseded_at":"20', b"confirmed by Ada", b"Our piers")
    places = [at for needle in needles for at in occurrences(whole, needle)]
    assert len(places) >= 10
    for at in places:
        path.write_bytes(whole[: at + 3] + bytes([whole[at + 3] ^ 0x10]) + whole[at + 4 :])
        with Store.open(path, read_only=True) as store:
            assert verify(store), whole[at - 20 : at + 30]
    path.write_bytes(whole)
    with Store.open(path, read_only=True) as store:
        assert verify(store) == []


def occurrences(whole: bytes, needle: bytes) -> list[int]:
    found, at = [], whole.find(needle)
    while at >= 0:
        found.append(at)
        at = whole.find(needle, at + 1)
    return found


def test_comparisons_are_made_again_by_the_rules_that_made_them(filled: Store) -> None:
    change = Alteration(
        kind="number", is_material=True, source_words="4", copy_words="2", source_span=Span(4, 5), copy_span=Span(4, 5)
    )

    def other_rules(copy: str, source: str, language: str | None) -> Comparison:
        assert (copy, source) == ("The 24 piers", "The 42 piers")
        return Comparison(label="altered", coverage=0.9, kept=0.8, alterations=(change,))

    [problem] = verify(filled, compare=other_rules, method="compare/1")
    assert (problem.where, "altered with 1 alterations" in problem.message) == ("match 1", True)
    assert verify(filled, compare=other_rules, method="compare/2") == []


__all__ = ["clock", "path", "store"]
