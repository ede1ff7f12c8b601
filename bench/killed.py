"""A process that fills an index and is killed at a random moment, again and again, and what is found afterwards.

It writes versions singly, in bulk and with merges under way, and reports the newest version after each commit.
"""

from __future__ import annotations

import multiprocessing
import random
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import numpy as np

from scraper.store import index as index_module
from scraper.store import segments as segments_module
from scraper.store.database import Store
from scraper.store.index import Index
from scraper.text.fingerprints import fingerprint
from scraper.text.shingles import Hashes

SMALL = 24
"""Entries in a segment of the lowest tier here, so that merges of three tiers happen within seconds."""
TINY_MEMORY = 60_000
"""Bytes for merging, so that a merge takes many transactions."""
_WORDS = 70


class Death(NamedTuple):
    """What was found after one kill."""

    acknowledged: int
    """The newest version whose commit had been reported."""
    stored: int
    complaints: list[str]
    lost: list[int]
    """Versions that a search with their own words does not find."""
    merges_under_way: int


@contextmanager
def small_segments() -> Iterator[None]:
    """Let segments be made early."""
    with patch.object(index_module, "SMALLEST", SMALL), patch.object(segments_module, "SMALLEST", SMALL):
        yield


def words_of_version(number: int) -> Hashes:
    """The words of version ``number``: the same whoever asks, and shared with nobody."""
    return np.random.default_rng(number).integers(0, 1 << 63, _WORDS).astype(np.uint64)


def put_version(store: Store, number: int) -> None:
    """A document with one version, without its fingerprint."""
    at = "2020-01-01T00:00:00Z"
    store.write(
        "INSERT INTO documents (id, outlet_id, url, state, first_seen_at, last_seen_at)"
        " VALUES (?, 'tidewater', ?, 'captured', ?, ?)",
        (number, f"https://tidewater.example/{number}", at, at),
    )
    store.write(
        "INSERT INTO versions (id, document_id, number, text, text_sha256, words, reader, first_seen_at, last_seen_at)"
        " VALUES (?, ?, 1, ?, ?, ?, 'bench/1', ?, ?)",
        (number, number, f"text {number}", f"{number:064x}", _WORDS, at, at),
    )


def write_until_killed(path: Path, seed: int, report: Callable[[int], object]) -> None:
    """Single inserts, bulk inserts and merge steps in random order, each in a transaction of its own."""
    chance = random.Random(seed)
    with Store.open(path) as store, small_segments():
        index = Index(store.db.conn, memory=TINY_MEMORY)
        if store.value("SELECT count(*) FROM outlets WHERE id = 'tidewater'") == 0:
            store.insert("outlets", id="tidewater", title="Tidewater", first_seen_at="2020-01-01T00:00:00Z")
        while True:
            newest = store.value("SELECT max(id) FROM versions") or 0
            count = chance.choice([1, 1, 1, 1, 5, 60])
            with store.transaction():
                numbers = range(newest + 1, newest + 1 + count)
                for number in numbers:
                    put_version(store, number)
                index.add_many((number, fingerprint(words_of_version(number))) for number in numbers)
            report(newest + count)
            if chance.random() < 0.5:
                with store.transaction():
                    index.merge_step()


def kill_often(path: Path, times: int, *, seed: int = 1, longest: float = 0.6) -> Iterator[Death]:
    """Start the writer and kill it (``SIGKILL``) after a random time, ``times`` times, on one growing file."""
    chance = random.Random(seed)
    # Forked, a writer starts in a hundredth of the time; nothing of the database is open here while it does
    forking = multiprocessing.get_context("fork")
    for turn in range(times):
        reports, told = forking.Pipe(duplex=False)
        writer = forking.Process(target=write_until_killed, args=(path, seed * 1000 + turn, told.send))
        writer.start()
        told.close()
        acknowledged = reports.recv()  # it is writing now
        writer.join(chance.uniform(0, longest))
        writer.kill()
        writer.join()
        assert writer.exitcode == -signal.SIGKILL, f"the writer failed: {writer.exitcode}"
        yield found_after(path, max([acknowledged, *_received(reports)]), chance)


def _received(reports: Connection) -> Iterator[int]:
    """What was reported before the end; the last report may have been cut off."""
    with reports, suppress(EOFError, OSError):
        while True:
            yield reports.recv()


def found_after(path: Path, acknowledged: int, chance: random.Random) -> Death:
    """Open the file as anyone would, and look."""
    with Store.open(path) as store, small_segments():
        index = Index(store.db.conn)
        stored = store.value("SELECT count(*) FROM versions")
        asked = chance.sample(range(1, stored + 1), min(stored, 60))
        return Death(
            acknowledged=acknowledged,
            stored=stored,
            complaints=index.check(),
            lost=[n for n in asked if n not in {one.version_id for one in index.candidates(words_of_version(n))}],
            merges_under_way=store.value("SELECT count(*) FROM _segments WHERE state = 'growing'"),
        )
