"""Finding copies side by side: datasketch, rensa, SQLite FTS5 and ours on the same corpora, in one run.

    python -m bench.find                    10,000 documents, all methods
    python -m bench.find 10000 100000       and the growth between sizes
    python -m bench.find 1000000 --ours     ours only
    python -m bench.find --kills 100        kill the writer a hundred times, look at what is left

Recall is "found at any rank / in the first ten". Times are CPU time (the machine may be shared), medians and 95th
percentiles, every query asked once before. Files are written to a temporary folder and deleted.
"""

from __future__ import annotations

import argparse
import difflib
import hashlib
import os
import platform
import re
import resource
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import NamedTuple, Protocol

import cydifflib
import datasketch
import rensa

from bench.corpora import KINDS, Corpus, Document, Query, queries
from bench.killed import kill_often
from scraper.store.database import HERE, statements
from scraper.store.finding import find
from scraper.store.index import Index
from scraper.text.fingerprints import fingerprint, fingerprints, hashes_of, hashes_of_all

_ANY = 200
_TOP = 20
_AT_ONCE = 2048
_IN_MEMORY = 4_000_000_000
_DEATHS_OF_A_FILE = 20
"""Kills before a new file is begun: looking at what is left takes longer the more there is."""


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def shingles(text: str) -> list[str]:
    found = words(text)
    return [" ".join(found[n : n + 5]) for n in range(len(found) - 4)]


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

    def made(self, text: str) -> datasketch.MinHash:
        made = datasketch.MinHash(num_perm=128)
        made.update_batch([one.encode() for one in shingles(text)])
        return made

    def take_in(self, documents: Sequence[Document]) -> None:
        for number, _, text in documents:
            self.hashes[number] = self.made(text)
            self.lsh.insert(number, self.hashes[number])

    def ask(self, text: str) -> list[int]:
        made = self.made(text)
        return sorted(self.lsh.query(made), key=lambda number: -made.jaccard(self.hashes[number]))

    def bytes_each(self) -> str:
        return "memory only"


class Rensa:
    name = "rensa LSH .2"

    def __init__(self) -> None:
        self.lsh = rensa.RMinHashLSH(threshold=0.2, num_perm=128, num_bands=64)
        self.hashes: dict[int, rensa.RMinHash] = {}

    def made(self, text: str) -> rensa.RMinHash:
        made = rensa.RMinHash(num_perm=128, seed=1)
        made.update(shingles(text))
        return made

    def take_in(self, documents: Sequence[Document]) -> None:
        for number, _, text in documents:
            self.hashes[number] = self.made(text)
            self.lsh.insert(number, self.hashes[number])

    def ask(self, text: str) -> list[int]:
        made = self.made(text)
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

    def __init__(self, folder: Path, memory: int = _IN_MEMORY) -> None:
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


_MEMORIES = (("ours, read from disk", 0), ("ours, within 300 MB", 300_000_000), (Ours.name, _IN_MEMORY))
_TABLES = """
CREATE TABLE documents (id INTEGER PRIMARY KEY, outlet_id TEXT NOT NULL);
CREATE TABLE versions (
    id INTEGER PRIMARY KEY, document_id INTEGER NOT NULL, language TEXT, text TEXT NOT NULL, text_sha256 TEXT NOT NULL
);
"""


class Row(NamedTuple):
    """What was measured of one method."""

    name: str
    recall: dict[str, tuple[float, float]]
    median: float
    late: float
    built: float
    size: str


def portions(corpus: Corpus) -> Iterator[list[Document]]:
    rest = iter(corpus)
    while some := list(islice(rest, _AT_ONCE)):
        yield some


def built(methods: Sequence[Method], corpus: Corpus) -> dict[str, float]:
    """Let every method take in the corpus; documents a second of CPU time."""
    spent = dict.fromkeys((method.name for method in methods), 0.0)
    for some in portions(corpus):
        for method in methods:
            start = time.process_time()
            method.take_in(some)
            spent[method.name] += time.process_time() - start
    return {name: corpus.size / seconds for name, seconds in spent.items()}


def timed(call: Callable[[str], list[int]], asked: Sequence[Query]) -> tuple[list[list[int]], list[float]]:
    """Answers and milliseconds, the second time round."""
    for query in asked:
        call(query.text)
    answers, times = [], []
    for query in asked:
        start = time.process_time()
        answers.append(call(query.text))
        times.append(1000 * (time.process_time() - start))
    return answers, times


def recall(answers: Sequence[list[int]], asked: Sequence[Query]) -> dict[str, tuple[float, float]]:
    """By kind: found at any rank, found among the first ten."""
    found: dict[str, list[tuple[bool, bool]]] = {kind: [] for kind in KINDS}
    for answer, query in zip(answers, asked, strict=True):
        found[query.kind].append((query.source in answer, query.source in answer[:10]))
    return {
        kind: tuple(statistics.mean(column) for column in zip(*pairs, strict=True)) for kind, pairs in found.items()
    }


def late(times: Sequence[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def show(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    print(f"\n## {title}\n\n| " + " | ".join(head) + " |\n|" + "---|" * len(head))
    for row in rows:
        print("| " + " | ".join(row) + " |")


def retrieval_row(
    name: str, call: Callable[[str], list[int]], asked: Sequence[Query], made: float, size: str
) -> list[str]:
    answers, times = timed(call, asked)
    shares = recall(answers, asked)
    cells = [f"{anywhere:.2f}/{ten:.2f}" if anywhere != ten else f"{ten:.3g}" for anywhere, ten in shares.values()]
    return [name, *cells, f"{statistics.median(times):.2f}", f"{late(times):.2f}", f"{made:,.0f}", size]


def measure(size: int, *, each: int, ours_only: bool) -> dict[str, float]:
    """All tables of one size; the figures of growth."""
    with folder() as place:
        corpus = Corpus(size)
        ours = Ours(place)
        methods: list[Method] = [ours] if ours_only else [Datasketch(), Rensa(), FullText(place), ours]
        speeds = built(methods, corpus)
        asked = queries(corpus, each)
        rows = []
        for method in methods[:-1]:
            rows.append(retrieval_row(method.name, method.ask, asked, speeds[method.name], method.bytes_each()))
        growth = {"bulk docs/s": speeds[ours.name], "bytes/doc": float(ours.bytes_each().replace(",", ""))}
        for name, memory in (
            ("ours, read from disk", 0),
            ("ours, within 300 MB", 300_000_000),
            (ours.name, _IN_MEMORY),
        ):
            ours.index = ours.reader(memory)
            if memory == _IN_MEMORY:
                ours.index.load()
            rows.append(retrieval_row(name, ours.ask, asked, speeds[ours.name], ours.bytes_each()))
            growth[f"{name.removeprefix('ours, ')}: ms"] = float(rows[-1][-4])
        head = ("method", *KINDS, "query ms", "p95", "build docs/s (CPU)", "bytes/doc")
        show(f"{size:,} documents: recall at any rank / in the first ten", head, rows)
        growth |= full_matches(ours, None if ours_only else methods[2], asked, size)
        wrong = wrong_candidates(ours, asked)
        growth["wrong candidates"] = statistics.mean(wrong)
        print(
            f"\nWrong candidates that reach the alignment: {statistics.mean(wrong):.1f} a query, at most {max(wrong)}."
        )
        growth["one commit a document: docs/s"] = singly(place, corpus)
        growth["peak memory MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        return growth


def full_matches(ours: Ours, peer: FullText | None, asked: Sequence[Query], size: int) -> dict[str, float]:
    answers, times = timed(ours.full_match, asked)
    own = statistics.median(times)
    rows = [["ours", f"{own:.2f}", f"{late(times):.2f}", f"{_share(answers, asked):.3f}", "1"]]
    if peer is not None:
        some = asked[:: max(1, len(asked) // 70)]
        for name, matcher in (("FTS5 + cydifflib", cydifflib), ("FTS5 + difflib", difflib)):
            answers, times = timed(lambda text, m=matcher: peer.full_match(text, _blocks(m)), some)
            median = statistics.median(times)
            rows.append(
                [name, f"{median:.2f}", f"{late(times):.2f}", f"{_share(answers, some):.3f}", f"{median / own:.1f}"]
            )
    show(f"{size:,} documents: full match, aligned", ("method", "ms", "p95", "recall, first ten", "times ours"), rows)
    return {"full match ms": own}


def _share(answers: Sequence[list[int]], asked: Sequence[Query]) -> float:
    return statistics.mean(query.source in answer[:10] for answer, query in zip(answers, asked, strict=True))


def _blocks(module: object) -> Callable[[list[str], list[str]], object]:
    return lambda one, other: module.SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()


def wrong_candidates(ours: Ours, asked: Sequence[Query]) -> list[int]:
    """Candidates of each query whose words share no passage with it."""
    counts = []
    for query in asked:
        proposed = ours.index.candidates(hashes_of(query.text, language="en"), 40)
        kept = {one.version_id for one in find(ours.index, query.text, language="en", limit=40)}
        counts.append(sum(one.version_id not in kept for one in proposed))
    return counts


def singly(place: Path, corpus: Corpus, count: int = 4000) -> float:
    """Documents a second of CPU time, each in a commit of its own."""
    (place / "singly").mkdir()
    fresh = Ours(place / "singly")
    documents = list(islice(iter(corpus), count))
    hashes_of_all([one.text for one in documents], language="en")
    start = time.process_time()
    fresh.take_in_singly(documents)
    return len(documents) / (time.process_time() - start)


def fingerprinting(count: int = 1500) -> None:
    """Texts to fingerprints, each method with what it needs, nothing remembered but by ours between rounds."""
    texts = Corpus(count).statements
    peers = {"datasketch": Datasketch().made, "rensa": Rensa().made}
    ours = {
        "ours, one at a time": lambda: [fingerprint(hashes_of(text, language="en")) for text in texts],
        "ours, side by side": lambda: [fingerprints(hashes_of_all(texts, language="en"))],
    }
    calls = {name: (lambda made=made: [made(text) for text in texts]) for name, made in peers.items()} | ours
    best = {name: min(_seconds(call) for _ in range(3)) for name, call in calls.items()}
    rows = [
        [name, f"{len(texts) / seconds:,.0f}", f"{best['datasketch'] / seconds:.1f}", f"{best['rensa'] / seconds:.1f}"]
        for name, seconds in best.items()
    ]
    show("Fingerprinting", ("method", "documents/s (CPU)", "times datasketch", "times rensa"), rows)


def _seconds(call: Callable[[], object]) -> float:
    start = time.process_time()
    call()
    return time.process_time() - start


def kills(times: int) -> int:
    """Kill and look; how many times anything was wrong."""
    deaths = []
    for first in range(0, times, _DEATHS_OF_A_FILE):
        with folder() as place:
            some = min(_DEATHS_OF_A_FILE, times - first)
            deaths += kill_often(place / "provenance.db", some, seed=first + 1)
    bad = [one for one in deaths if one.complaints or one.lost or one.stored < one.acknowledged]
    merging = sum(one.merges_under_way > 0 for one in deaths)
    most = max(one.stored for one in deaths)
    print(f"Killed {times} times ({merging} with a merge under way), up to {most:,} versions:")
    print("nothing lost, nothing to complain of." if not bad else f"{len(bad)} times something was wrong: {bad[0]}")
    return len(bad)


@contextmanager
def folder() -> Iterator[Path]:
    place = Path(tempfile.mkdtemp(prefix="bench-find-"))
    try:
        yield place
    finally:
        shutil.rmtree(place)


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("sizes", nargs="*", type=int, default=[10_000])
    asked.add_argument("--ours", action="store_true", help="leave the peers out")
    asked.add_argument("--each", type=int, default=60, help="queries of each kind")
    asked.add_argument("--kills", type=int, default=0)
    given = asked.parse_args()
    if given.kills:
        return min(kills(given.kills), 1)
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    if not given.ours:
        fingerprinting()
    growths = {size: measure(size, each=given.each, ours_only=given.ours) for size in given.sizes}
    names = list(next(iter(growths.values())))
    rows = [[name, *(f"{growths[size][name]:,.2f}" for size in growths)] for name in names]
    show("Ours as the corpus grows", ("measure", *(f"{size:,}" for size in growths)), rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
