"""What ``bench/find.py`` measures: datasketch, rensa, SQLite FTS5 and ours, each behind the same four verbs."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import datasketch
import rensa

from bench.corpora import Document
from scraper.store.database import HERE, statements
from scraper.store.finding import find
from scraper.store.index import Index
from scraper.text.fingerprints import fingerprint, fingerprints, hashes_of, hashes_of_all

_ANY = 200
_TOP = 20
IN_MEMORY = 4_000_000_000


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def shingles(words: Sequence[str]) -> list[str]:
    return [" ".join(words[n : n + 5]) for n in range(len(words) - 4)]


class Method(Protocol):
    """What is measured: takes in documents, and names the numbers of those like a text, the likeliest first."""

    name: str

    def take_in(self, documents: Sequence[Document]) -> None: ...

    def ask(self, text: str) -> list[int]: ...

    def bytes_each(self) -> str: ...


class Datasketch:
    name = "datasketch LSH .5"

    def __init__(self) -> None:
        self.lsh = datasketch.MinHashLSH(threshold=0.5, num_perm=128)
        self.hashes: dict[int, datasketch.MinHash] = {}

    def made(self, words: Sequence[str]) -> datasketch.MinHash:
        made = datasketch.MinHash(num_perm=128)
        made.update_batch([one.encode() for one in shingles(words)])
        return made

    def take_in(self, documents: Sequence[Document]) -> None:
        for number, _, text in documents:
            self.hashes[number] = self.made(words(text))
            self.lsh.insert(number, self.hashes[number])

    def ask(self, text: str) -> list[int]:
        made = self.made(words(text))
        return sorted(self.lsh.query(made), key=lambda number: -made.jaccard(self.hashes[number]))

    def bytes_each(self) -> str:
        return "memory only"


class Rensa:
    name = "rensa LSH .2"

    def __init__(self) -> None:
        self.lsh = rensa.RMinHashLSH(threshold=0.2, num_perm=128, num_bands=64)
        self.hashes: dict[int, rensa.RMinHash] = {}

    def made(self, words: Sequence[str]) -> rensa.RMinHash:
        made = rensa.RMinHash(num_perm=128, seed=1)
        made.update(shingles(words))
        return made

    def take_in(self, documents: Sequence[Document]) -> None:
        for number, _, text in documents:
            self.hashes[number] = self.made(words(text))
            self.lsh.insert(number, self.hashes[number])

    def ask(self, text: str) -> list[int]:
        made = self.made(words(text))
        return sorted(self.lsh.query(made), key=lambda number: -made.jaccard(self.hashes[number]))

    def bytes_each(self) -> str:
        return "memory only"


class FullText:
    name = "SQLite FTS5 bm25, 25 rare words"

    def __init__(self, folder: Path) -> None:
        self.path = folder / "fts.db"
        self.connection = sqlite3.connect(self.path, isolation_level=None)
        self.connection.execute("PRAGMA journal_mode = wal")
        self.connection.execute("CREATE VIRTUAL TABLE texts USING fts5 (text)")
        self.connection.execute("CREATE VIRTUAL TABLE vocabulary USING fts5vocab (texts, row)")
        self.counts: dict[str, int] = {}
        self.taken = 0

    def take_in(self, documents: Sequence[Document]) -> None:
        self.connection.execute("BEGIN")
        rows = ((number, text) for number, _, text in documents)
        self.connection.executemany("INSERT INTO texts (rowid, text) VALUES (?, ?)", rows)
        self.connection.execute("COMMIT")
        self.taken += len(documents)

    def ask(self, text: str, limit: int = _ANY) -> list[int]:
        if not self.counts:
            self.counts = dict(self.connection.execute("SELECT term, doc FROM vocabulary"))
        known = {word for word in words(text) if word in self.counts}
        rare = sorted(known, key=self.counts.__getitem__)[:25]
        rows = self.connection.execute(
            "SELECT rowid FROM texts WHERE texts MATCH ? ORDER BY rank LIMIT ?",
            (" OR ".join(f'"{word}"' for word in rare), limit),
        )
        return [number for (number,) in rows]

    def full_match(self, text: str, matcher: Callable[[list[str], list[str]], object]) -> list[int]:
        """The first twenty, each aligned with the text."""
        asked, scores = words(text), []
        for number in self.ask(text, _TOP):
            (other,) = self.connection.execute("SELECT text FROM texts WHERE rowid = ?", (number,)).fetchone()
            blocks = matcher(asked, words(other))
            scores.append((-sum(size for _, _, size in blocks if size >= 4), number))
        return [number for _, number in sorted(scores)]

    def bytes_each(self) -> str:
        (pages,) = self.connection.execute("PRAGMA page_count").fetchone()
        (texts,) = self.connection.execute("SELECT sum(length(c0)) FROM texts_content").fetchone()
        return f"{(pages * 4096 - texts) / self.taken:,.0f}"


class Ours:
    name = "ours, postings in memory"

    def __init__(self, folder: Path, memory: int = IN_MEMORY) -> None:
        self.path = folder / "ours.db"
        self.connection = sqlite3.connect(self.path, isolation_level=None)
        for pragma in ("journal_mode = wal", "synchronous = normal", "cache_size = -65536"):
            self.connection.execute(f"PRAGMA {pragma}")
        for statement in statements(_TABLES + (HERE / "index.sql").read_text("utf-8")):
            self.connection.execute(statement)
        self.index = Index(self.connection)
        self.memory = memory
        self.taken = 0

    def take_in(self, documents: Sequence[Document]) -> None:
        hashes = fingerprints(hashes_of_all([one.text for one in documents], language="en"))
        self.connection.execute("BEGIN IMMEDIATE")
        self._store(documents)
        self.index.add_many((one.number, made) for one, made in zip(documents, hashes, strict=True))
        self.connection.execute("COMMIT")
        self.taken += len(documents)
        self.merge()

    def take_in_singly(self, documents: Sequence[Document]) -> None:
        """One commit for each document, as a crawl does it."""
        for document in documents:
            self.connection.execute("BEGIN IMMEDIATE")
            self._store([document])
            self.index.add(document.number, fingerprint(hashes_of(document.text, language="en")))
            self.connection.execute("COMMIT")
        self.taken += len(documents)
        self.merge()

    def merge(self) -> None:
        is_more = True
        while is_more:
            self.connection.execute("BEGIN IMMEDIATE")
            is_more = self.index.merge_step()
            self.connection.execute("COMMIT")

    def _store(self, documents: Sequence[Document]) -> None:
        self.connection.executemany(
            "INSERT INTO documents VALUES (?, ?)", ((one.number, one.outlet) for one in documents)
        )
        self.connection.executemany(
            "INSERT INTO versions VALUES (?, ?, 'en', ?, ?)",
            ((one.number, one.number, one.text, hashlib.sha256(one.text.encode()).hexdigest()) for one in documents),
        )

    def reader(self, memory: int) -> Index:
        return Index(self.connection, memory=memory)

    def ask(self, text: str) -> list[int]:
        return [one.version_id for one in self.index.candidates(hashes_of(text, language="en"), _ANY)]

    def full_match(self, text: str) -> list[int]:
        return [one.version_id for one in find(self.index, text, language="en")]

    def bytes_each(self) -> str:
        names = ("_index", "_fresh", "_members", "_removed", "_segments", "_directories", "_sieves", "_blocks")
        query = "SELECT sum(pgsize) FROM dbstat WHERE name = ?"  # needs an SQLite built with dbstat, as usual
        sizes = [self.connection.execute(query, (name,)).fetchone()[0] or 0 for name in names]
        return f"{sum(sizes) / self.taken:,.0f}"


_TABLES = """
CREATE TABLE IF NOT EXISTS documents (id INTEGER PRIMARY KEY, outlet_id TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS versions (
    id INTEGER PRIMARY KEY, document_id INTEGER NOT NULL, language TEXT, text TEXT NOT NULL, text_sha256 TEXT NOT NULL
);
"""
