"""The database file: opening, transactions, and errors said in one sentence. Everything else in store/ builds on it."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Self

import sqlite_utils

from scraper.store.migrations import MIGRATIONS, SCHEMA_NUMBER

HERE = Path(__file__).parent
APPLICATION_ID = 0x50524F56  # "PROV", so that `file` and we ourselves recognise the database
BUSY_SECONDS = 30
EXTENSIONS = ("index.sql", "frontier.sql")
"""Tables of other parts, made with the schema where their files are present: CREATE … IF NOT EXISTS only."""

Row = dict[str, Any]
Values = Sequence[Any] | dict[str, Any]


class StoreError(Exception):
    """The database cannot do what was asked; the message is one sentence for a person."""


TROUBLES = {
    "SQLITE_BUSY": f"is locked: another process has been writing to it for {BUSY_SECONDS} seconds; try again later",
    "SQLITE_LOCKED": "is locked by another connection of this process",
    "SQLITE_READONLY": "cannot be written: the file or its folder is read-only "
    "(`provenance snapshot` makes a copy to read)",
    "SQLITE_CANTOPEN": "cannot be opened: the file is missing, or its folder is read-only "
    "(a database in use needs a folder it can write to; `provenance snapshot` makes a copy that does not)",
    "SQLITE_NOTADB": "is not an SQLite database",
    "SQLITE_CORRUPT": "is damaged: a page of the file cannot be read; `provenance doctor` says more, "
    "and `provenance backup` keeps what can still be read",
    "SQLITE_FULL": "cannot grow: the disk is full; nothing that was committed is lost",
    "SQLITE_IOERR": "cannot be read or written: the disk reports an error",
    "SQLITE_TOOBIG": "cannot hold this: a value is larger than SQLite allows",
}
"""What SQLite reports (by the name of its result code) and how we say it."""


def utc_now() -> str:
    """The present moment, to the second, as it is stored everywhere."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """The text with each NUL and lone surrogate replaced by U+FFFD, one for one, so that offsets hold."""
    if "\x00" not in text:
        if text.isascii():
            return text
        try:
            text.encode()  # a tenth of the time that a search takes, and nearly every text passes
        except UnicodeEncodeError:
            pass
        else:
            return text
    return _UNSTORABLE.sub("\ufffd", text)


def _bound(values: Values) -> Values:
    for value in values.values() if isinstance(values, dict) else values:
        if type(value) is str and ("\x00" in value or not value.isascii()):
            break
    else:
        return values
    if isinstance(values, dict):
        return {name: storable(value) if isinstance(value, str) else value for name, value in values.items()}
    return [storable(value) if isinstance(value, str) else value for value in values]


def statements(sql: str) -> Iterator[str]:
    """The single statements of a script. ``executescript`` would commit the transaction around it."""
    statement = ""
    for line in sql.splitlines(keepends=True):
        statement += line
        if ";" in line and sqlite3.complete_statement(statement):
            yield statement.strip()
            statement = ""
    if statement.strip() and not all(line.startswith("--") or not line for line in statement.split("\n")):
        yield statement.strip()


@cache
def _script(name: str) -> str:
    path = HERE / name
    return path.read_text("utf-8") if path.exists() else ""


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


class Store:
    """One open ``provenance.db``. Used by one thread at a time; any number of processes may hold one each.

    ``store.db`` is the sqlite-utils database behind it. ``clock`` gives the moment written as ``decided_at``, ``at``.
    """

    def __init__(self, path: Path, db: sqlite_utils.Database, *, read_only: bool, clock: Callable[[], str]) -> None:
        self.path, self.db, self.read_only, self.clock = path, db, read_only, clock

    @classmethod
    def open(cls, path: Path | str, *, read_only: bool = False, clock: Callable[[], str] = utc_now) -> Self:
        """Open a database, making or upgrading it first (unless ``read_only``).

        Raises:
            StoreError: it is locked, damaged, no database of ours, newer than this program, or may not be written.
        """
        path = Path(path)
        if not path.parent.is_dir():
            raise StoreError(f"{path} cannot be made: there is no folder {path.parent}.")
        if read_only and not path.is_file():
            raise StoreError(f"{path} does not exist yet: `provenance import` or `provenance crawl` makes it.")
        with in_one_sentence(path):
            connection = _connect(path, read_only=read_only)
            try:
                store = cls(path, sqlite_utils.Database(connection), read_only=read_only, clock=clock)
                store._make_ready()
            except BaseException:
                connection.close()
                raise
            return store

    def close(self) -> None:
        """Close the connection; the last one to close folds the write-ahead log into the file."""
        with in_one_sentence(self.path):
            self.db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- reading and writing -----------------------------------------------------------------------------------

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing. Inside another one it is a part of it: kept when that one is, taken back alone when it fails.

        Raises:
            StoreError: another process holds the database for longer than ``BUSY_SECONDS``.
        """
        if self.db.conn.in_transaction:
            with self._part():
                yield
            return
        with in_one_sentence(self.path):
            # IMMEDIATE: the write lock is taken at once, so that nothing read here can be outdated when it is written
            self.db.conn.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.db.conn.execute("COMMIT")
            finally:
                self.db.rollback()  # does nothing after the commit

    @contextmanager
    def _part(self) -> Iterator[None]:
        # Always by the same name: a savepoint of a new name is a new statement each time, and drives those that are
        # needed for every page out of the connection's memory of statements.
        execute = self.db.conn.execute
        execute("SAVEPOINT part")
        try:
            yield
        except BaseException:
            if self.db.conn.in_transaction:  # some errors end the transaction by themselves
                execute("ROLLBACK TO part")
                execute("RELEASE part")
            raise
        execute("RELEASE part")

    def rows(self, sql: str, values: Values = ()) -> list[Row]:
        """What a query answers, each row by column name.

        Raises:
            StoreError: see ``TROUBLES``.
        """
        try:
            cursor = self.db.conn.execute(sql, _bound(values))
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor]
        except sqlite3.Error as error:
            raise _told(self.path, error) from error

    def row(self, sql: str, values: Values = ()) -> Row | None:
        """The first row that a query answers, or ``None``."""
        try:
            cursor = self.db.conn.execute(sql, _bound(values))
            row = cursor.fetchone()
        except sqlite3.Error as error:
            raise _told(self.path, error) from error
        return row and dict(zip([column[0] for column in cursor.description], row, strict=True))

    def value(self, sql: str, values: Values = ()) -> Any:
        """The first column of the first row, or ``None``."""
        try:
            row = self.db.conn.execute(sql, _bound(values)).fetchone()
        except sqlite3.Error as error:
            raise _told(self.path, error) from error
        return row and row[0]

    def write(self, sql: str, values: Values = ()) -> int:
        """Run one writing statement; how many rows it touched."""
        try:
            return int(self.db.conn.execute(sql, _bound(values)).rowcount)
        except sqlite3.Error as error:
            raise _told(self.path, error) from error

    def insert(self, table: str, /, **values: Any) -> int:
        """Add one row; its rowid."""
        try:
            return int(
                self.db.conn.execute(_insertion(table, tuple(values)), _bound(tuple(values.values()))).lastrowid or 0
            )
        except sqlite3.Error as error:
            raise _told(self.path, error) from error

    # --- making and upgrading ----------------------------------------------------------------------------------

    def _make_ready(self) -> None:
        number = self._number()
        if not self.read_only and (number < SCHEMA_NUMBER or not self._is_complete()):
            if self.db.journal_mode != "wal":
                self.db.enable_wal()
            self._upgrade()
        if self.read_only:
            if number < SCHEMA_NUMBER:
                raise StoreError(
                    f"{self.path} was made by an older version of this program: any command that writes upgrades it."
                )
            self._stand_in_views()
            self.db.execute("PRAGMA query_only = on")

    def _number(self) -> int:
        """The database's schema number; 0 for an empty file."""
        number = int(self.value("PRAGMA user_version"))
        ours = self.value("PRAGMA application_id") == APPLICATION_ID
        if not ours and self.value("SELECT count(*) FROM sqlite_master"):
            raise StoreError(f"{self.path} is a database of another program; choose another file.")
        if number > SCHEMA_NUMBER:
            raise StoreError(
                f"{self.path} was made by a newer version of this program (schema {number}, this one knows "
                f"{SCHEMA_NUMBER}); upgrade the program."
            )
        return number

    def _is_complete(self) -> bool:
        """Whether views and other parts' tables are those of this program."""
        stored = {row["name"]: row["value"] for row in self.rows("SELECT name, value FROM _state")}
        return all(stored.get(name) == _sha256(_script(name)) for name in ("views.sql", *EXTENSIONS) if _script(name))

    def _upgrade(self) -> None:
        with self.transaction():
            # Asked again under the lock: another process may have just done it
            if self._number() == 0:
                self._run(_script("schema.sql"))
                self._mark(SCHEMA_NUMBER)
        for migration in MIGRATIONS:
            with self.transaction():
                if self._number() < migration.number:
                    self._run(migration.sql)
                    self._mark(migration.number)
        with self.transaction():
            self._rebuild_views()
            for name in EXTENSIONS:
                if _script(name):
                    self._run(_script(name))
                    self._remember(name)

    def _run(self, script: str) -> None:
        for statement in statements(script):
            self.db.execute(statement)

    def _mark(self, number: int) -> None:
        self.db.execute(f"PRAGMA user_version = {number:d}")
        self.db.execute(f"PRAGMA application_id = {APPLICATION_ID:d}")

    def _remember(self, name: str) -> None:
        self.write("INSERT OR REPLACE INTO _state (name, value) VALUES (?, ?)", (name, _sha256(_script(name))))

    def _rebuild_views(self) -> None:
        for view in self.db.view_names():
            if not view.startswith("_"):
                self.db.view(view).drop()
        self._run(_script("views.sql"))
        self._remember("views.sql")

    def _stand_in_views(self) -> None:
        """For reading an older file that may not be written: this program's views, for this connection only."""
        if self.value("SELECT value FROM _state WHERE name = 'views.sql'") != _sha256(_script("views.sql")):
            self._run(_script("views.sql").replace("CREATE VIEW", "CREATE TEMP VIEW"))


def _connect(path: Path, *, read_only: bool) -> sqlite3.Connection:
    address = f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rwc'}"
    connection = sqlite3.connect(
        address,
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=not read_only,
        cached_statements=512,
    )
    for pragma in ("foreign_keys = on", "synchronous = normal", "cache_size = -65536"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


@cache
def _insertion(table: str, columns: tuple[str, ...]) -> str:
    names = ", ".join(f'"{column}"' for column in columns)
    return f'INSERT INTO "{table}" ({names}) VALUES ({", ".join("?" * len(columns))})'  # noqa: S608 - our own names


@contextmanager
def in_one_sentence(path: Path) -> Iterator[None]:
    """What SQLite reports about a file, said as a ``StoreError`` where it is no fault of ours."""
    try:
        yield
    except sqlite3.Error as error:
        raise _told(path, error) from error


def _told(path: Path, error: sqlite3.Error) -> Exception:
    """The error as a sentence about the file, or as it is when it says that this program is wrong."""
    name = getattr(error, "sqlite_errorname", "") or ""
    for code, sentence in TROUBLES.items():
        if name == code or name.startswith(code + "_"):
            return StoreError(f"{path} {sentence}.")
    return error
