"""The index of all versions by what they share: a text goes in, the versions that may hold passages of it come out.

It lives in tables of ``provenance.db`` whose names begin with ``_``. A version's fingerprint is written in the
version's own transaction; every ``SMALLEST`` versions become a segment of sorted postings, and segments are merged
eight by eight in steps that are transactions of their own (``merge_step``). SQLite's journal is the only thing that
keeps it whole, so that it is as safe as the versions themselves, and consistent with them at every moment.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence, Sized
from contextlib import contextmanager
from itertools import islice
from zlib import crc32

import numpy as np

from scraper.store.merging import merge_step
from scraper.store.postings import I64, U64, Flags
from scraper.store.ranking import (
    AT_LEAST,
    Candidate,
    Ranked,
    Search,
    as_their_samples,
    is_likely,
    ranked,
    samples,
    stock_words,
    weighed,
)
from scraper.store.roster import Entry, Roster, as_postings, checksums, packed, read_fresh, write_fresh, write_members
from scraper.store.segments import SMALLEST, Segment, new_stamp, read_segments, write_segment
from scraper.store.shelf import Shelf
from scraper.store.sieves import words_for
from scraper.store.soundness import complaints, fingerprints_of, missing, short, strangers
from scraper.text.fingerprints import HASH_BITS, SHINGLE, WINDOW, probes
from scraper.text.shingles import Hashes

MEMORY = 300_000_000
"""Bytes for postings held in memory, and for one step of a merge."""
SCHEME = f"runs of {SHINGLE} words, window {WINDOW}, {HASH_BITS} bits, format 2"
_AT_ONCE = 4096
_READ_AT_ONCE_IS_CHEAPER = 10
_TABLES = ("_fresh", "_members", "_removed", "_segments", "_directories", "_sieves", "_blocks", "_index")


class Index:
    """The index in one open database. Writes inside the caller's transaction; used by one thread at a time.

    ``memory``: bytes for postings that are held in memory because they are searched often, and for merging.
    """

    def __init__(self, connection: sqlite3.Connection, *, memory: int = MEMORY) -> None:
        self.connection = connection
        self._memory = memory
        self._stamp: int | None = None
        self._any_removed = False
        self._segments: list[Segment] = []
        self._unloaded: list[Segment] = []
        """To be taken into memory when they have been read often."""
        self._shelf: Shelf | None = None
        self._roster = Roster()

    # --- writing -----------------------------------------------------------------------------------------------

    def add(self, version_id: int, fingerprint: Hashes) -> None:
        """Take in a version that stands in ``versions``, or its new fingerprint after its text was read again.

        Raises:
            LookupError: there is no such version.
        """
        self.add_many([(version_id, fingerprint)])

    def add_many(self, versions: Iterable[tuple[int, Hashes]]) -> None:
        """Take in versions (id, fingerprint); nothing happens for those that are there with the text they have now.

        Raises:
            LookupError: one of them does not stand in ``versions``.
        """
        for some in _batches(versions):
            self._refresh(for_writing=True)
            entries = self._new_entries(some)
            if self._roster.fresh + len(entries) < SMALLEST:
                for number, entry in enumerate(entries, self._roster.next_entry):
                    self._roster.take_fresh(number, write_fresh(self.connection, number, entry), entry)
            else:
                self._settle(entries)

    def remove(self, version_id: int) -> None:
        """Forget a version; nothing happens if it is not there."""
        self._refresh(for_writing=True)
        if (entry := self._roster.entry_of(version_id)) is not None:
            self.connection.execute("INSERT OR IGNORE INTO _removed VALUES (?)", (entry,))

    def merge_step(self) -> bool:
        """Do a bounded part of the merging that is due; ``False`` when nothing is.

        To be called until then, each call in a transaction of its own. It may be stopped after any of them, or killed
        in any of them; whoever calls next goes on from there. Searching is right at every moment, only slower.
        """
        self._refresh(for_writing=True)
        return merge_step(self.connection, self._segments, self._memory)

    def missing(self) -> list[int]:
        """Versions that are not in the index with the text they have now."""
        return missing(self.connection, SCHEME)

    def check(self, *, texts: bool = False) -> list[str]:
        """What is wrong, a sentence each; empty when the index fits ``versions`` and nothing in it is lost or damaged.

        Reads all of the index. With ``texts`` all fingerprints are made again from the texts, too.
        """
        with self._one_state():
            return list(complaints(self.connection, SCHEME, texts=texts))

    def catch_up(self, limit: int = 1000) -> int:
        """Take in some versions that are missing, drop entries of versions that are gone; how many were treated.

        To be called, each time in a transaction of its own, until it returns 0.
        """
        gone = strangers(self.connection, SCHEME)[:limit]
        for version_id in gone:
            self.remove(version_id)
        lacking = self.missing()[:limit]
        self.add_many(fingerprints_of(self.connection, lacking))
        return len(gone) + len(lacking)

    def clear(self) -> None:
        """Forget everything; ``missing`` then names every version."""
        for table in _TABLES:
            self.connection.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names

    def _new_entries(self, versions: Sequence[tuple[int, Hashes]]) -> list[Entry]:
        facts = self._facts([version_id for version_id, _ in versions])
        entries: dict[int, Entry] = {}
        for version_id, fingerprint in versions:
            document_id, outlet, text = facts[version_id]
            entries[version_id] = Entry(version_id, document_id, outlet, text, packed(fingerprint))
        for version_id in list(entries):
            known = self._roster.entry_of(version_id)
            if known is None or self._is_removed(known):
                continue
            if self._text_of(known) == entries[version_id].text:
                del entries[version_id]
            else:
                self.connection.execute("INSERT INTO _removed VALUES (?)", (known,))
        return list(entries.values())

    def _facts(self, version_ids: Sequence[int]) -> dict[int, tuple[int, int, int]]:
        query = (
            "SELECT versions.id, document_id, outlet_id, text_sha256 FROM {} JOIN versions"
            " ON versions.id = wanted.value JOIN documents ON documents.id = document_id"
        )
        if len(version_ids) == 1:  # json_each() alone would take as long as all the rest
            rows = self.connection.execute(query.format("(SELECT ? AS value) AS wanted"), version_ids)
        else:
            rows = self.connection.execute(query.format("json_each(?) AS wanted"), (json.dumps(version_ids),))
        facts = {version: (document, crc32(outlet.encode()), short(text)) for version, document, outlet, text in rows}
        if lacking := [version_id for version_id in version_ids if version_id not in facts]:
            raise LookupError(f"There is no version {lacking[0]}.")
        return facts

    def _settle(self, entries: Sequence[Entry]) -> None:
        """Make a segment of what waits and what is new."""
        entries = [*read_fresh(self.connection), *entries]
        first_entry = self._roster.settled
        hashes, owners = as_postings(entries, first_entry)
        write_members(self.connection, entries, first_entry, checksums(hashes, owners, first_entry, len(entries)))
        if len(hashes):
            write_segment(self.connection, hashes, owners, first_entry)
        self.connection.execute("DELETE FROM _fresh")
        self.connection.execute("UPDATE _index SET stamp = ?", (new_stamp(),))

    def _is_removed(self, entry: int) -> bool:
        return self.connection.execute("SELECT 1 FROM _removed WHERE entry = ?", (entry,)).fetchone() is not None

    def _text_of(self, entry: int) -> int:
        row = self.connection.execute("SELECT text FROM _fresh WHERE entry = ?", (entry,)).fetchone()
        if row:
            return int(row[0])
        first_entry, texts = self.connection.execute(
            "SELECT first_entry, texts FROM _members WHERE first_entry <= ? ORDER BY first_entry DESC", (entry,)
        ).fetchone()
        return int(np.frombuffer(texts, dtype=np.int64)[entry - first_entry])

    # --- searching ---------------------------------------------------------------------------------------------

    def candidates(
        self, word_hashes: Hashes, limit: int = 20, *, exclude_document: int | None = None
    ) -> list[Candidate]:
        """Versions that may share passages with a text, the likeliest first; one version of each document.

        Every version is found that shares ``SHORTEST_RUN`` words in a row, stock phrases excepted.
        """
        return self.search(word_hashes, limit, exclude_document=exclude_document).candidates

    def search(self, word_hashes: Hashes, limit: int = 20, *, exclude_document: int | None = None) -> Search:
        """``candidates``, and which words of the text are stock phrases."""
        asked = probes(word_hashes)
        with self._one_state():
            self._refresh()
            if self._stamp is None or not len(asked.hashes):
                return Search([], [])
            probe, entry, crowd = self._hits(asked.hashes)
            sampled = samples(probe, crowd, asked.positions)
            probe, entry = self._with_listed(asked.hashes, sampled, probe, entry)
            crowd[sampled] = 0
            document = self._roster.document_ids[entry]
            if exclude_document is not None:
                others = document != exclude_document
                probe, entry, document = probe[others], entry[others], document[others]
            found = weighed(probe, document, self._roster.outlets[entry], crowd, asked.positions)
            is_stock = as_their_samples(found.is_stock, crowd, sampled, asked.positions)
            best = ranked(probe, entry, found.weight, asked.positions)
            return Search(self._chosen(best, limit), stock_words(asked.positions[is_stock]))

    def _chosen(self, best: Ranked, limit: int) -> list[Candidate]:
        """The likely ones; if they are few, some of the others that rank before them."""
        chosen: dict[int, Candidate] = {}
        likely = is_likely(best)
        for place in _walk(likely, chosen):
            if len(chosen) >= limit:
                break
            entry = int(best.entry[place])
            document_id = int(self._roster.document_ids[entry])
            if document_id not in chosen and not (self._any_removed and self._is_removed(entry)):
                version_id = int(self._roster.version_ids[entry])
                shared, score = int(best.shared[place]), float(best.score[place])
                chosen[document_id] = Candidate(version_id, document_id, shared, score)
        return list(chosen.values())

    def _with_listed(self, asked: U64, sampled: I64, probe: I64, entry: I64) -> tuple[I64, I64]:
        """The hits with all those of some crowded probes."""
        if not len(sampled):
            return probe, entry
        others = ~np.isin(probe, sampled)
        probes, entries = [probe[others]], [entry[others]]
        waiting, owners = self._roster.postings()
        for number in sampled:
            parts = [segment.entries_of(self.connection, asked[number]) for segment in self._segments]
            entries += [*parts, owners[waiting == asked[number]]]
            probes.append(np.full(sum(map(len, entries[-len(parts) - 1 :])), number))
        return np.concatenate(probes), np.concatenate(entries)

    def _hits(self, asked: U64) -> tuple[I64, I64, I64]:
        """(probe, entry) of all hits but those of crowded probes, and how often each of these occurs, at least."""
        self._load()
        if self._shelf is None:
            self._shelf = Shelf(self.connection, self._segments)
        found = self._shelf.hits(self.connection, asked)
        if not self._roster.fresh:
            return found
        probe, entry = self._fresh_hits(asked)
        return np.concatenate((found.probe, probe)), np.concatenate((found.entry, entry)), found.crowd

    def _fresh_hits(self, asked: U64) -> tuple[I64, I64]:
        """What waits is in no order: most of it is ruled out by 16 bits, the rest looked up among the probes."""
        hashes, entries = self._roster.postings()
        wanted = np.zeros(1 << 16, dtype=bool)
        wanted[asked & np.uint64(0xFFFF)] = True
        some = wanted[hashes & np.uint64(0xFFFF)].nonzero()[0]
        probe = np.minimum(np.searchsorted(asked, hashes[some]), len(asked) - 1)
        same = asked[probe] == hashes[some]
        return probe[same], entries[some[same]]

    def load(self) -> None:
        """Take into memory now what ``memory`` allows, instead of waiting until it has been read often."""
        with self._one_state():
            self._refresh()
            self._load(at_once=True)

    def _load(self, *, at_once: bool = False) -> None:
        """Each segment when as many single blocks were read from it as reading all of it would cost."""
        for segment in self._unloaded:
            if at_once or segment.reads * _READ_AT_ONCE_IS_CHEAPER >= len(segment.bases):
                segment.load(self.connection)
        if self._unloaded:
            self._unloaded = [segment for segment in self._unloaded if segment.rows is None]

    def _affordable(self) -> Iterator[Segment]:
        """The segments for which there is room beside all directories and sieves, the small ones first."""
        segments = sorted(self._segments, key=lambda segment: segment.size)
        held = sum(segment.bases.nbytes + 8 * words_for(segment.postings) for segment in segments)
        for segment in segments:
            held += segment.size
            if held > self._memory:
                return
            yield segment

    @contextmanager
    def _one_state(self) -> Iterator[None]:
        """One state of the database for several queries, whatever other processes write meanwhile."""
        if self.connection.in_transaction:
            yield
            return
        self.connection.execute("BEGIN")
        try:
            yield
        finally:
            self.connection.execute("ROLLBACK")

    def _refresh(self, *, for_writing: bool = False) -> None:
        """Notice what was written since, by whomever, and what was rolled back."""
        query = "SELECT scheme, stamp, EXISTS (SELECT 1 FROM _removed) FROM _index"
        row = self.connection.execute(query).fetchone()
        if for_writing and (row is None or row[0] != SCHEME):
            self.clear()
            row = (SCHEME, new_stamp(), 0)
            self.connection.execute("INSERT INTO _index VALUES (1, ?, ?)", row[:2])
        self._any_removed = bool(row and row[2])
        stamp = row[1] if row and row[0] == SCHEME else None
        changed = stamp != self._stamp
        if changed:
            self._segments = read_segments(self.connection, self._segments)
            self._unloaded = [segment for segment in self._affordable() if segment.rows is None]
            self._shelf = None
        self._roster.refresh(self.connection, members_changed=changed)
        self._stamp = stamp


def _walk(likely: Flags, chosen: Sized) -> Iterator[int]:
    """All places in order while few are chosen, the likely ones from then on."""
    place = -1
    for place in range(len(likely)):
        if len(chosen) >= AT_LEAST:
            break
        yield place
    else:
        return
    yield from (place + likely[place:].nonzero()[0]).tolist()


def _batches(versions: Iterable[tuple[int, Hashes]]) -> Iterator[tuple[tuple[int, Hashes], ...]]:
    rest = iter(versions)
    while some := tuple(islice(rest, _AT_ONCE)):
        yield some
