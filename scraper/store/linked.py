"""How far linking has come: versions are new to its rules, then matched, then settled with their families.

Each step is marked in the transaction that does it, so that a linker that was killed goes on where it was.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from scraper.store.database import Store
from scraper.store.index import SCHEME

_EVERYTHING = "linking everything again"


def versions_to_link(store: Store, method: str, *, limit: int = 1_000, after: int = 0) -> list[int]:
    """Versions behind version ``after`` that these rules have not matched yet, oldest first."""
    return [
        row["id"]
        for row in store.rows(
            "SELECT versions.id FROM versions LEFT JOIN _linked ON _linked.version_id = versions.id "
            "WHERE versions.id > ? AND (_linked.version_id IS NULL OR _linked.method NOT IN (?, ?)) "
            "ORDER BY versions.id LIMIT ?",
            (after, method, _matched(method), limit),
        )
    ]


def is_indexed(store: Store) -> bool:
    """Whether as many versions stand in the index as there are: it may be that of an older program, or not yet made."""
    return bool(
        store.value(
            "SELECT (SELECT scheme FROM _index) IS ? AND (SELECT count(*) FROM versions) <= "
            "(SELECT ifnull(sum(entries), 0) FROM _members) + (SELECT count(*) FROM _fresh) "
            "- (SELECT count(*) FROM _removed)",
            (SCHEME,),
        )
    )


def mark_matched(store: Store, version_ids: Iterable[int], method: str) -> None:
    """Note that versions were compared with all that they share passages with; their families are to be settled."""
    _mark(store, version_ids, _matched(method))


def documents_to_settle(store: Store, method: str) -> list[int]:
    """Documents of which versions were matched since their families were settled, by their numbers."""
    rows = store.rows(
        "SELECT DISTINCT document_id FROM _linked JOIN versions ON versions.id = version_id WHERE method = ? "
        "ORDER BY document_id",
        (_matched(method),),
    )
    return [row["document_id"] for row in rows]


def mark_settled(store: Store, document_ids: Iterable[int], method: str) -> None:
    """Note that the families of documents are settled: all of their matched versions are linked."""
    store.write(
        "UPDATE _linked SET method = ? WHERE method = ? AND version_id IN (SELECT versions.id FROM json_each(?) "
        "JOIN versions ON versions.document_id = json_each.value)",
        (method, _matched(method), json.dumps(sorted(document_ids))),
    )


def mark_linked(store: Store, version_id: int, method: str) -> None:
    """Note that a version was linked by these rules."""
    _mark(store, (version_id,), method)


def link_again(store: Store, method: str) -> None:
    """Everything is new again to the linker, unless it was told so before and has not come to the end since."""
    with store.transaction():
        if store.value("SELECT value FROM _state WHERE name = ?", (_EVERYTHING,)) != method:
            store.write("DELETE FROM _linked")
            store.write("INSERT OR REPLACE INTO _state (name, value) VALUES (?, ?)", (_EVERYTHING, method))


def all_linked(store: Store) -> None:
    """The linker came to the end."""
    store.write("DELETE FROM _state WHERE name = ?", (_EVERYTHING,))


def _matched(method: str) -> str:
    return f"{method} (matched)"


def _mark(store: Store, version_ids: Iterable[int], method: str) -> None:
    store.write(
        "INSERT INTO _linked (version_id, method) SELECT value, ? FROM json_each(?) WHERE true "
        "ON CONFLICT (version_id) DO UPDATE SET method = excluded.method",
        (method, json.dumps(list(version_ids))),
    )
