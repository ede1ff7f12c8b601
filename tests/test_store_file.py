"""The database file itself: opening, upgrading, refusing, transactions, care."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from scraper.store import database
from scraper.store.database import Store, StoreError, statements, storable, utc_now
from scraper.store.manual import schema_manual
from scraper.store.migrations import MIGRATIONS, SCHEMA_NUMBER, Migration
from scraper.store.overview import views
from scraper.store.search import search
from scraper.store.upkeep import backup, doctor, examine, mend, snapshot
from scraper.store.verification import verify
from tests.stores import Clock, clock, path, read, seen, store


def test_a_new_database_is_in_wal_mode_and_keeps_its_keys(store: Store) -> None:
    assert store.value("PRAGMA journal_mode") == "wal"
    assert store.value("PRAGMA foreign_keys") == 1
    assert store.value("PRAGMA busy_timeout") == 30_000
    assert store.db.conn.execute("PRAGMA foreign_key_check").fetchall() == []
    with pytest.raises(sqlite3.IntegrityError):
        store.insert(
            "verdicts", link_id=9, compared_with="then", label="edited", reason="", decided_by="", decided_at=""
        )


def test_opening_twice_changes_nothing(path: Path) -> None:
    def look() -> list[tuple[object, ...]]:
        with Store.open(path) as store:
            return store.db.conn.execute("SELECT * FROM sqlite_master ORDER BY rowid").fetchall()

    assert look() == look()


def test_every_table_is_strict_and_every_column_has_a_comment(store: Store) -> None:
    for table in store.db.table_names():
        sql = store.db.table(table).schema
        if table.startswith("_") or sql.startswith("CREATE VIRTUAL"):
            continue
        assert store.db.table(table).strict, table
        for column in store.db.table(table).columns:
            line = next(line for line in sql.split("\n") if line.split() and line.split()[0].strip('"') == column.name)
            following = sql.split("\n")[sql.split("\n").index(line) + 1]
            assert "-- " in line or "-- " in following, f"{table}.{column.name}"


def test_the_manual_of_the_database_is_not_stale() -> None:
    page = Path(__file__).parents[1] / "docs" / "schema.md"
    assert page.read_text("utf-8") == schema_manual(), "run docs/generate.py"


def test_the_manual_names_every_table_view_and_column_with_its_meaning(store: Store) -> None:
    manual = schema_manual()
    for table in store.db.table_names():
        if not table.startswith("_"):
            section = manual.partition(f"### {table}\n")[2].partition("\n##")[0]
            for column in store.db.table(table).columns:
                assert re.search(rf"\| `{column.name}` \| {column.type} \| \w", section), f"{table}.{column.name}"
    for view in views(store):
        section = manual.partition(f"### {view}\n")[2].partition("\n##")[0]
        assert section.count("`") >= 2 * len(store.db.view(view).columns), view


def test_a_transaction_is_all_or_nothing_and_an_inner_one_is_a_part_of_it(store: Store) -> None:
    def write_and_fail(text: str) -> None:
        with store.transaction():
            read(store, text, at="2026-01-02T00:00:00Z")
            raise RuntimeError(text)

    with pytest.raises(RuntimeError):
        write_and_fail("A")
    assert store.value("SELECT count(*) FROM captures") == 0
    assert store.value("SELECT count(*) FROM log") == 0
    with store.transaction():
        read(store, "A", at="2026-01-01T00:00:00Z")
        with pytest.raises(RuntimeError):
            write_and_fail("B")
        read(store, "C", at="2026-01-03T00:00:00Z")
    assert [row["text"] for row in store.rows("SELECT text FROM versions")] == ["A", "C"]
    assert verify(store) == []


def test_a_database_that_another_process_writes_to_is_said_to_be_locked(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0)
    with Store.open(path) as one, Store.open(path) as other, one.transaction():
        read(one, "A")
        with pytest.raises(StoreError, match="is locked: another process"):
            read(other, "B")
        assert other.value("SELECT count(*) FROM versions") == 0  # readers are not kept waiting


def test_many_may_make_and_fill_a_new_database_at_once(path: Path) -> None:
    def fill(who: int) -> int:
        with Store.open(path) as store:
            return sum(read(store, f"{who}", url=f"https://courier.example/{who}/{n}").is_new for n in range(5))

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(fill, range(4))) == [5, 5, 5, 5]
    with Store.open(path) as store:
        assert store.value("SELECT count(*) FROM versions") == 20
        assert verify(store) == []


def test_reading_only_writes_nothing(path: Path, store: Store) -> None:
    read(store, "A")
    with Store.open(path, read_only=True) as reader:
        assert reader.value("SELECT text FROM versions") == "A"
        assert reader.rows("SELECT * FROM copies") == []
        with pytest.raises(StoreError, match="cannot be written"):
            read(reader, "B")


def test_reading_what_is_not_there_makes_no_file(path: Path) -> None:
    with pytest.raises(StoreError, match="does not exist yet"):
        Store.open(path, read_only=True)
    with pytest.raises(StoreError, match="there is no folder"):
        Store.open(path / "deeper" / "p.db")
    assert not path.exists()


def test_what_is_no_database_is_refused_and_left_alone(path: Path) -> None:
    path.write_bytes(b"This is a letter, not a database. " * 100)
    before = path.read_bytes()
    with pytest.raises(StoreError, match="is not an SQLite database"):
        Store.open(path)
    assert path.read_bytes() == before


def test_another_programs_database_is_refused_and_left_alone(path: Path) -> None:
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE recipes (id INTEGER PRIMARY KEY)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="database of another program"):
        Store.open(path)
    assert path.read_bytes() == before


def test_a_newer_schema_is_refused_in_one_sentence(path: Path, store: Store) -> None:
    store.db.execute("PRAGMA user_version = 999")
    for read_only in (True, False):
        with pytest.raises(StoreError, match=r"newer version of this program \(schema 999.*upgrade the program\.$"):
            Store.open(path, read_only=read_only)


def test_a_damaged_page_is_said_in_one_sentence(path: Path) -> None:
    with Store.open(path) as store:
        for number in range(60):
            read(store, f"page {number} " * 50, url=f"https://courier.example/{number}")
        root = store.value("SELECT rootpage FROM sqlite_master WHERE name = 'versions'")
        size = store.value("PRAGMA page_size")
        store.value("PRAGMA wal_checkpoint(truncate)")
    with path.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * size)
    with Store.open(path) as store:
        with pytest.raises(StoreError, match="is damaged"):
            store.rows("SELECT * FROM versions")
        assert any("damaged" in finding.message for finding in doctor(store))
        assert any(problem.where == "file" for problem in verify(store))


# --- upgrades ------------------------------------------------------------------------------------------------------

FIRST_SCHEMA = Path(__file__).parent / "data" / "schema-1.sql"
"""What databases of schema 1 were made from. Never to be changed: it stands for files that people have."""


def made_by_the_first_schema(path: Path) -> None:
    old = sqlite3.connect(path, isolation_level=None)
    for statement in statements(FIRST_SCHEMA.read_text("utf-8")):
        old.execute(statement)
    old.execute("PRAGMA user_version = 1")
    old.execute(f"PRAGMA application_id = {database.APPLICATION_ID}")
    with contextlib.closing(old):
        old.execute(
            "INSERT INTO outlets VALUES ('harbour_courier', 'Harbour Courier', 'unknown', NULL, NULL, NULL, '2025')"
        )
        old.execute(
            "INSERT INTO documents (id, outlet_id, url, state, first_seen_at, last_seen_at) "
            "VALUES (7, 'harbour_courier', 'https://courier.example/news/7', 'captured', '2025', '2025')"
        )
        old.execute(
            "INSERT INTO versions (id, document_id, number, title, text, text_sha256, words, reader, first_seen_at, "
            "last_seen_at) VALUES (9, 7, 1, 'The pier', 'It opens in May.', 'x', 4, 'general/1', '2025', '2025')"
        )


def shape(store: Store) -> set[tuple[str, str, str]]:
    """Every table, index, trigger and view with its definition."""
    rows = store.rows("SELECT type, name, ifnull(sql, '') AS sql FROM sqlite_master")
    return {(row["type"], row["name"], " ".join(row["sql"].split())) for row in rows}


def test_a_database_of_the_first_schema_becomes_one_of_today_with_nothing_lost(path: Path, tmp_path: Path) -> None:
    made_by_the_first_schema(path)
    with Store.open(path) as store, Store.open(tmp_path / "new.db") as new:
        assert store.value("PRAGMA user_version") == SCHEMA_NUMBER
        assert shape(store) == shape(new)
        config = "SELECT k, v FROM _search_config ORDER BY k"
        assert store.rows(config) == new.rows(config)
        assert store.value("SELECT text FROM versions WHERE id = 9") == "It opens in May."
        assert [hit.document_id for hit in search(store, "may")] == [7]
        read(store, "It opens in June.", at="2026-01-01T00:00:00Z")
        assert store.value("SELECT max(number) FROM versions") == 2


def test_steps_are_numbered_without_gaps() -> None:
    assert [step.number for step in MIGRATIONS] == list(range(2, SCHEMA_NUMBER + 1))


STEP = Migration(
    SCHEMA_NUMBER + 1,
    "issues have a remedy",
    "ALTER TABLE issues ADD COLUMN remedy TEXT;\nCREATE TRIGGER issues_remedy AFTER INSERT ON issues BEGIN\n"
    "    UPDATE issues SET remedy = 'none; yet' WHERE id = new.id;\nEND;\n",
)
BAD = Migration(
    SCHEMA_NUMBER + 2, "breaks half way", "CREATE TABLE half (id INTEGER) STRICT;\nSELECT broken FROM nowhere;\n"
)


def with_steps(monkeypatch: pytest.MonkeyPatch, *steps: Migration) -> None:
    monkeypatch.setattr(database, "MIGRATIONS", steps)
    monkeypatch.setattr(database, "SCHEMA_NUMBER", steps[-1].number)


def test_an_older_database_opens_after_an_upgrade_with_nothing_lost(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store.open(path) as store:
        read(store, "A")
        before = store.rows("SELECT * FROM versions")
    with_steps(monkeypatch, STEP)
    with pytest.raises(StoreError, match="older version of this program"):
        Store.open(path, read_only=True)
    for _ in range(2):
        with Store.open(path) as store:
            assert store.rows("SELECT * FROM versions") == before
            assert store.value("PRAGMA user_version") == STEP.number
            assert [c.name for c in store.db.table("issues").columns][-1] == "remedy"
            assert verify(store) == []


def test_a_step_that_fails_leaves_no_trace_and_keeps_the_steps_before(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store.open(path) as store:
        read(store, "A")
    with_steps(monkeypatch, STEP, BAD)
    with pytest.raises(sqlite3.OperationalError, match="nowhere"):
        Store.open(path)
    with_steps(monkeypatch, STEP)
    with Store.open(path) as store:
        assert store.value("PRAGMA user_version") == STEP.number
        assert "half" not in store.db.table_names()
        assert store.value("SELECT count(*) FROM versions") == 1


def test_views_are_rebuilt_when_they_changed_and_only_then(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Store.open(path) as store:
        rootless = store.value("SELECT max(rowid) FROM sqlite_master")
    monkeypatch.setattr(
        database, "_script", lambda name: "CREATE VIEW copies AS SELECT 7 AS link_id;\n" if name == "views.sql" else ""
    )
    with Store.open(path, read_only=True) as store:
        assert store.rows("SELECT * FROM copies") == [{"link_id": 7}]
    with Store.open(path) as store:
        assert store.rows("SELECT * FROM copies") == [{"link_id": 7}]
        assert store.db.view_names() == ["_search_text", "copies"]
    monkeypatch.undo()
    with Store.open(path) as store:
        assert "chains" in store.db.view_names()
        assert rootless


def test_a_script_falls_into_its_statements() -> None:
    trigger = "CREATE TRIGGER t AFTER INSERT ON a BEGIN\n  DELETE FROM a;\nEND;\n"
    script = f"-- a remark\nCREATE TABLE a (b); -- x\n{trigger}-- end\n"
    assert [one.split("\n")[-1] for one in statements(script)] == ["CREATE TABLE a (b); -- x", "END;"]


def test_only_what_sqlite_cannot_hold_is_replaced() -> None:
    assert storable("a\x00\ud83d\ude00\U0001f600é") == "a\ufffd\ufffd\ufffd\U0001f600é"


def test_the_clock_speaks_utc_to_the_second() -> None:
    assert len(utc_now()) == 20
    assert utc_now().endswith("Z")


# --- snapshots, backups, the doctor --------------------------------------------------------------------------------


def test_a_snapshot_is_one_read_only_file_with_everything_in_it(path: Path, store: Store, tmp_path: Path) -> None:
    read(store, "A")
    taken = snapshot(store, tmp_path / "copy.db")
    assert (taken.entries, taken.head_sha256) == (2, store.value("SELECT sha256 FROM log WHERE number = 2"))
    assert taken.path.stat().st_mode & 0o777 == 0o444
    with Store.open(taken.path, read_only=True) as copy:
        assert copy.rows("SELECT * FROM versions") == store.rows("SELECT * FROM versions")
        assert copy.value("PRAGMA journal_mode") == "delete"
        assert verify(copy) == []
    assert sorted(file.name for file in tmp_path.iterdir() if "copy" in file.name) == ["copy.db"]
    with pytest.raises(StoreError, match="exists already"):
        snapshot(store, taken.path)


def test_a_snapshot_can_be_taken_by_one_who_may_only_read(path: Path, store: Store, tmp_path: Path) -> None:
    read(store, "A")
    with Store.open(path, read_only=True) as reader:
        taken = snapshot(reader, tmp_path / "copy.db")
        with pytest.raises(StoreError, match="cannot be written"):
            read(reader, "B")
    with Store.open(taken.path, read_only=True) as copy:
        assert verify(copy) == []


def test_a_backup_is_taken_while_another_writes(path: Path, store: Store, tmp_path: Path) -> None:
    read(store, "A")
    with store.transaction():
        pass
    made = backup(store, tmp_path / "safe.db")
    read(store, "B", at="2026-02-01T00:00:00Z")
    with Store.open(made) as copy:
        assert copy.value("SELECT count(*) FROM versions") == 1
        assert verify(copy) == []
    with pytest.raises(StoreError, match="no folder"):
        backup(store, tmp_path / "nowhere" / "safe.db")


def test_the_doctor_finds_nothing_in_a_healthy_database(path: Path, store: Store) -> None:
    read(store, "A")
    mend(store)
    assert doctor(store) == []


def test_what_is_computed_from_the_texts_is_mended_and_said(path: Path, store: Store) -> None:
    for number in range(3):
        read(store, f"The pier opens in May, number {number}. " * 10, url=f"https://courier.example/{number}")
    store.write("INSERT INTO _search (_search) VALUES ('delete-all')")
    assert [finding.message for finding in examine(path)] == [
        "The full-text index did not fit the texts and was made anew.",
        "The index of copies did not fit the texts: 3 entries were made anew.",
    ]
    assert examine(path) == []
    assert len(search(store, "pier")) == 3


def test_a_full_disk_is_said_and_loses_nothing_that_was_committed(path: Path, store: Store) -> None:
    read(store, "A")
    store.value(f"PRAGMA max_page_count = {store.value('PRAGMA page_count') + 5}")

    def fill() -> None:
        for number in range(1_000):
            read(store, f"{number} " * 500, url=f"https://courier.example/{number}")

    with pytest.raises(StoreError, match="the disk is full; nothing that was committed is lost"):
        fill()
    store.value("PRAGMA max_page_count = 1000000")
    assert verify(store) == []
    assert store.value("SELECT count(*) FROM captures") == store.value("SELECT count(*) FROM versions")


def test_the_doctor_names_what_is_wrong(path: Path, store: Store, clock: Clock) -> None:
    read(store, "A")
    store.write("PRAGMA foreign_keys = off")
    store.write("DELETE FROM bodies")
    store.write("INSERT INTO _search (_search) VALUES ('delete-all')")
    store.write("DROP TABLE evidence")
    clock.day = "2025-01-01"
    found = {finding.message.split(":")[0].split(" (")[0]: finding.level for finding in doctor(store)}
    assert found["1 rows of captures point at rows of bodies that are not there."] == "error"
    assert found["The table evidence is missing."] == "error"
    assert found["The full-text index does not fit the texts"] == "warning"
    assert [message for message in found if message.startswith("The clock stands at 2025-01-01T12")]


def test_the_doctor_notices_a_clock_that_went_back_and_a_run_that_was_killed(
    path: Path, store: Store, clock: Clock
) -> None:
    store.insert("runs", command="provenance run", software="x", started_at="2026-01-01T00:00:00Z")
    seen(store, at="2026-01-02T00:00:00Z")
    clock.day = "2026-02-01"
    seen(store, at="2026-01-03T00:00:00Z")
    messages = " ".join(finding.message for finding in doctor(store))
    assert "The clock went back: log entry 2" in messages
    assert "never ended: it was killed" in messages


def test_a_file_that_does_not_open_is_a_finding_too(path: Path) -> None:
    path.write_bytes(b"x" * 5_000)
    [finding] = examine(path)
    assert (finding.level, "is not an SQLite database" in finding.message) == ("error", True)


def as_nobody(question: Callable[[], str]) -> str:
    """Asks in a child process of a user whom file permissions bind, since they do not bind root."""
    out, into = os.pipe()
    child = os.fork()
    if child == 0:
        answer = "no answer"
        try:
            if os.geteuid() == 0:
                os.setuid(65_534)
            answer = question()
        finally:
            os.write(into, answer.encode())
            os._exit(0)
    os.close(into)
    with open(out, "rb") as pipe:  # noqa: PTH123 - a pipe has no path
        answer = pipe.read().decode()
    os.waitpid(child, 0)
    return answer


@pytest.fixture
def locked_folder() -> Iterator[Path]:
    """A folder that nobody may write to, with a database in it, on a path that everybody may walk."""
    folder = Path(tempfile.mkdtemp(prefix="provenance-"))
    with Store.open(folder / "provenance.db") as store:
        read(store, "A")
        snapshot(store, folder / "copy.db")
    (folder / "provenance.db").chmod(0o444)
    folder.chmod(0o555)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


@pytest.mark.parametrize(
    ("name", "read_only", "answer"),
    [
        ("provenance.db", False, "read-only"),
        ("provenance.db", True, "read-only"),
        ("copy.db", True, "the text is A"),
        ("copy.db", False, "read-only"),
    ],
)
def test_a_read_only_folder_is_told_and_a_snapshot_in_it_can_be_read(
    locked_folder: Path, name: str, read_only: bool, answer: str
) -> None:
    def question() -> str:
        try:
            with Store.open(locked_folder / name, read_only=read_only) as store:
                text = store.value("SELECT text FROM versions")
                if not read_only:
                    read(store, "B")
                return f"the text is {text}"
        except StoreError as error:
            return str(error)

    assert answer in as_nobody(question)


def test_a_torn_write_ahead_log_costs_what_was_torn_and_nothing_else(path: Path, tmp_path: Path) -> None:
    with Store.open(path) as store:
        store.value("PRAGMA wal_autocheckpoint = 0")
        for number in range(5):
            read(store, f"{number} " * 300, url=f"https://courier.example/{number}")
        whole = path.with_name(path.name + "-wal").read_bytes()
        for part in (0.3, 0.6, 0.9):
            torn = tmp_path / f"torn-{part}.db"
            shutil.copy(path, torn)
            torn.with_name(torn.name + "-wal").write_bytes(whole[: int(len(whole) * part)])
            with Store.open(torn) as copy:
                assert verify(copy) == []
                assert copy.value("SELECT count(*) FROM captures") < 5


def test_a_process_killed_in_the_middle_of_writing_loses_nothing_that_was_committed(path: Path) -> None:
    code = """
        import sys
        sys.path.insert(0, ".")
        from scraper.store.database import Store
        from tests.stores import read
        with Store.open(sys.argv[1]) as store:
            for number in range(10_000):
                with store.transaction():
                    for part in range(3):
                        read(store, f"{number} {part} " * 200, url=f"https://courier.example/{number}/{part}")
                print(number, flush=True)
    """
    for _ in range(3):
        process = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(code), str(path)], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        committed = [int(process.stdout.readline()) for _ in range(8)]
        process.kill()
        process.wait()
        process.stdout.close()
        with Store.open(path) as store:
            assert store.value("SELECT count(*) FROM documents") % 3 == 0
            assert store.value("SELECT count(*) FROM documents") >= 3 * (committed[-1] + 1)
            assert [finding for finding in doctor(store) if finding.level == "error"] == []
            assert verify(store) == []


__all__ = ["clock", "path", "store"]
