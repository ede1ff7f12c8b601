"""Whether the index fits the versions, and whether anything in it is lost or damaged."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np

from scraper.store.postings import U64
from scraper.store.roster import checksums, unpacked
from scraper.store.segments import DamagedIndexError, Segment, read_segments
from scraper.store.sieves import passes
from scraper.text.fingerprints import HASH_BITS, fingerprints, hashes_of_all
from scraper.text.shingles import Hashes

_TEXTS_AT_ONCE = 256
_POSTINGS_AT_ONCE = 1_000_000
"""About as many are looked at together, so that a large segment need not fit the memory."""


class Listed(NamedTuple):
    """What the index knows of a version."""

    entry: int
    document_id: int
    text: int
    sum: int


def short(sha256: str) -> int:
    """The first 63 bits of a digest in hexadecimal."""
    return int(sha256[:16], 16) >> 1


def missing(connection: sqlite3.Connection, scheme: str) -> list[int]:
    """Versions that are not in the index with the text and document they have now, oldest first."""
    listed = _listed(connection, scheme)
    rows = connection.execute("SELECT id, document_id, text_sha256 FROM versions ORDER BY id")
    return [
        version_id
        for version_id, document_id, sha256 in rows
        if (known := listed.get(version_id)) is None or (known.document_id, known.text) != (document_id, short(sha256))
    ]


def strangers(connection: sqlite3.Connection, scheme: str) -> list[int]:
    """Versions in the index that do not stand in ``versions`` (any more)."""
    present = {version_id for (version_id,) in connection.execute("SELECT id FROM versions")}
    return sorted(_listed(connection, scheme).keys() - present)


def fingerprints_of(connection: sqlite3.Connection, version_ids: Sequence[int]) -> Iterator[tuple[int, Hashes]]:
    """The fingerprints of stored versions, made from their texts."""
    rest = iter(version_ids)
    while some := list(islice(rest, _TEXTS_AT_ONCE)):
        rows = connection.execute(
            "SELECT versions.id, language, text FROM json_each(?) JOIN versions ON versions.id = json_each.value",
            (json.dumps(some),),
        ).fetchall()
        for language in sorted({row[1] for row in rows}, key=str):
            same = [(version_id, text) for version_id, own, text in rows if own == language]
            made = fingerprints(hashes_of_all([text for _, text in same], language=language))
            yield from zip((version_id for version_id, _ in same), made, strict=True)


def complaints(connection: sqlite3.Connection, scheme: str, *, texts: bool) -> Iterator[str]:
    """What is wrong, one sentence each."""
    row = connection.execute("SELECT scheme FROM _index").fetchone()
    if row and row[0] != scheme:
        yield "The index was made by another version of this program and has to be built again."
        return
    if lacking := missing(connection, scheme):
        yield f"{len(lacking)} versions are not in the index, the first is {lacking[0]}."
    if strange := strangers(connection, scheme):
        yield f"{len(strange)} entries of the index are of versions that are gone, the first is {strange[0]}."
    yield from _gaps(connection)
    try:
        yield from _damages(connection)
    except DamagedIndexError as error:
        yield f"The index is damaged: {error}."
    if texts:
        yield from _outdated(connection, scheme)


def _listed(connection: sqlite3.Connection, scheme: str) -> dict[int, Listed]:
    """What the index holds, by version: its newest entry that was not removed."""
    if connection.execute("SELECT scheme FROM _index").fetchone() != (scheme,):
        return {}
    removed = {entry for (entry,) in connection.execute("SELECT entry FROM _removed")}
    found: dict[int, Listed] = {}
    rows = connection.execute("SELECT first_entry, version_ids, document_ids, texts, sums FROM _members ORDER BY 1")
    for first_entry, *blobs, sums in rows:
        columns = [np.frombuffer(blob, dtype=np.int64).tolist() for blob in blobs]
        columns.append(np.frombuffer(sums, dtype=np.uint64).tolist())
        for entry, (version_id, *facts) in enumerate(zip(*columns, strict=True), first_entry):
            if entry not in removed:
                found[version_id] = Listed(entry, *facts)
    waiting = connection.execute("SELECT entry, version_id, document_id, text, fingerprint FROM _fresh ORDER BY 1")
    for entry, version_id, document_id, text, fingerprint in waiting:
        if entry not in removed:
            found[version_id] = Listed(entry, document_id, text, checksum(unpacked(fingerprint)))
    return found


def checksum(fingerprint: Hashes) -> int:
    """The checksum of one fingerprint; see ``checksums``."""
    return int(checksums(fingerprint, np.ones(len(fingerprint), dtype=np.uint64), 1, 1)[0])


def _gaps(connection: sqlite3.Connection) -> Iterator[str]:
    """Entries are numbered without gaps, over both tables."""
    expected = 1
    for first_entry, entries in connection.execute("SELECT first_entry, entries FROM _members ORDER BY 1"):
        if first_entry != expected:
            yield f"Entries {expected} to {first_entry - 1} of the index are missing."
        expected = first_entry + entries
    for (entry,) in connection.execute("SELECT entry FROM _fresh ORDER BY 1"):
        if entry != expected:
            yield f"Entries {expected} to {entry - 1} of the index are missing."
        expected = entry + 1


def _damages(connection: sqlite3.Connection) -> Iterator[str]:
    """The postings of each entry, over all segments, add up to what was put in."""
    sums = np.zeros(_end(connection), dtype=np.uint64)
    for segment in read_segments(connection):
        yield from _disorder(segment)
        for hashes, owners in _pieces(connection, segment):
            if len(owners) and int(owners.max()) >= len(sums):
                yield f"Segment {segment.id} of the index names entries that are not there."
                return
            if not passes(hashes, segment.sieved(connection)).all():
                yield f"The sieve of segment {segment.id} of the index keeps back what is there."
            sums += checksums(hashes, owners, 0, len(sums))
    removed = {entry for (entry,) in connection.execute("SELECT entry FROM _removed")}
    for first_entry, blob in connection.execute("SELECT first_entry, sums FROM _members ORDER BY 1"):
        expected = np.frombuffer(blob, dtype=np.uint64)
        wrong = np.flatnonzero(sums[first_entry : first_entry + len(expected)] != expected) + first_entry
        # The postings of a removed entry go with the next merge
        if lost := [entry for entry in wrong.tolist() if entry not in removed]:
            yield f"The postings of {len(lost)} entries of the index are not what was put in, the first is {lost[0]}."


def _end(connection: sqlite3.Connection) -> int:
    (end,) = connection.execute("SELECT coalesce(max(first_entry + entries), 1) FROM _members").fetchone()
    return int(end)


def _disorder(segment: Segment) -> Iterator[str]:
    if (segment.bases[1:] < segment.bases[:-1]).any():
        yield f"Segment {segment.id} of the index is out of order."


def _pieces(connection: sqlite3.Connection, segment: Segment) -> Iterator[tuple[U64, U64]]:
    step = (1 << HASH_BITS) // (1 + segment.postings // _POSTINGS_AT_ONCE)
    for low in range(0, 1 << HASH_BITS, step):
        yield segment.between(connection, low, low + step)


def _outdated(connection: sqlite3.Connection, scheme: str) -> Iterator[str]:
    listed = _listed(connection, scheme)
    wrong = [
        version_id
        for version_id, made in fingerprints_of(connection, sorted(listed))
        if checksum(made) != listed[version_id].sum
    ]
    if wrong:
        yield f"{len(wrong)} fingerprints are not those of their texts, the first is that of version {wrong[0]}."
