"""The manual of the database, made from the database itself: its tables, views, and what each column means."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

from scraper.store.database import HERE, statements
from scraper.store.migrations import SCHEMA_NUMBER

_COLUMN = re.compile(r'^    "?(\w+)"? ([A-Z]+)\b(.*)$')
_CONSTRAINT = ("UNIQUE", "CHECK", "PRIMARY", "FOREIGN")
_HEADING = re.compile(r"^-- (.+?) -{5,}$")
_REMARKED = re.compile(r"\b(\w+),? +-- (.+)$")
_KEY = re.compile(r"REFERENCES (\w+) \((\w+)\)")

INTRODUCTION = """\
# The database

This page is made from the database (`scraper/store/manual.py`); a test fails when it is stale.

`provenance.db` is one SQLite file, made to be read by hand: open it with sqlite3, sqlite-utils, Datasette or pandas.
Moments end in `_at` and are UTC (`2026-11-24T03:12:00Z`), claimed dates keep the precision of the claim, shares are
0-1, a key to another table is its noun with `_id`. Tables whose names begin with `_` are working tables. `.schema` in
sqlite3 shows the same remarks as this page.

Three kinds of knowledge never share a table: what was seen, what was computed (may be deleted and recomputed), and what
is concluded (nothing is rewritten; what changes is superseded, each row has its author).

Ask views first: they have both sides of a link in one row.

```sql
SELECT copy_outlet, source_outlet, verdict, reason FROM copies WHERE verdict = 'altered';
SELECT source_words, copy_words, copies FROM alterations_by_change WHERE is_material ORDER BY copies DESC;
SELECT chain FROM chains WHERE url = 'https://portal.example/news/7';
```
"""


class Column(NamedTuple):
    """One line of a table's manual."""

    name: str
    kind: str
    key_to: str | None
    meaning: str


class Part(NamedTuple):
    """A table or a view: its columns (views: name and remark only where there is one)."""

    name: str
    section: str
    meaning: str
    columns: tuple[Column, ...]


def schema_manual() -> str:
    """The page ``docs/schema.md``, in Markdown."""
    lines = [INTRODUCTION, f"Schema number: {SCHEMA_NUMBER} (`PRAGMA user_version`).", "", "## Views", ""]
    for part in _views():
        names = ", ".join(f"`{column.name}`" for column in part.columns)
        said = [f"- `{column.name}`: {column.meaning}" for column in part.columns if column.meaning]
        lines += [f"### {part.name}", "", part.meaning, "", names, "", *said, *[""] * bool(said)]
    section = ""
    for part in _tables():
        if part.section != section:
            section = part.section
            lines += [f"## {section}", ""]
        lines += [f"### {part.name}", ""]
        lines += [part.meaning, ""] if part.meaning else []
        lines += ["| column | type | meaning |", "|---|---|---|"]
        lines += [f"| `{one.name}` | {one.kind} | {_meaning(one)} |" for one in part.columns]
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _meaning(column: Column) -> str:
    key = f" → `{column.key_to}`" if column.key_to else ""
    return column.meaning.replace("|", "\\|") + key


def _script(name: str) -> str:
    return (HERE / name).read_text("utf-8")


def _tables() -> Iterator[Part]:
    section = ""
    for statement in statements(_script("schema.sql")):
        remarks, _, ddl = statement.rpartition("CREATE TABLE ")
        for line in statement.split("\n"):
            heading = _HEADING.match(line)
            section = heading[1].partition(":")[0].strip() if heading else section
        name = ddl.partition(" ")[0]
        if ddl and "CREATE" not in ddl and not name.startswith("_") and "CREATE" not in remarks:
            yield Part(name, section, _remark(remarks), tuple(_columns(ddl)))


def _remark(remarks: str) -> str:
    """The remark right above a definition."""
    lines = [line for line in remarks.strip().split("\n") if line.startswith("-- ")]
    return lines[-1].removeprefix("-- ") if lines and not _HEADING.match(lines[-1]) else ""


def _columns(ddl: str) -> Iterator[Column]:
    """The columns of a table; a remark on the line of a column's constraint belongs to the column."""
    pending: tuple[str, str, str] | None = None
    for line in ddl.split("\n")[1:]:
        definition, _, meaning = line.partition("-- ")
        found = _COLUMN.match(definition)
        if found and found[1] not in _CONSTRAINT:
            pending = (found[1], found[2], definition)
        if pending is not None and meaning:
            key = _KEY.search(pending[2])
            yield Column(pending[0], pending[1], key and f"{key[1]}.{key[2]}", meaning.strip())
            pending = None


def _views() -> Iterator[Part]:
    """Views with their columns as SQLite tells them, and the remark above each."""
    database = sqlite3.connect(":memory:")
    try:
        for statement in statements(_script("schema.sql")):
            database.execute(statement)
        for statement in statements(_script("views.sql")):
            database.execute(statement)
            remarks, _, ddl = statement.partition("CREATE VIEW ")
            name = ddl.partition(" ")[0]
            said = {found[1]: found[2] for found in map(_REMARKED.search, ddl.split("\n")) if found}
            names = [row[0] for row in database.execute("SELECT name FROM pragma_table_info(?)", (name,))]
            columns = tuple(Column(column, "", None, said.get(column, "")) for column in names)
            yield Part(name, "Views", _remark(remarks), columns)
    finally:
        database.close()
