"""A text goes in, the stored versions that share passages with it come out: the index proposes, the words decide."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from scraper.store.database import Store
from scraper.store.index import Index
from scraper.store.ranking import Candidate
from scraper.text.fingerprints import hashes_of, hashes_of_all
from scraper.text.runs import Run
from scraper.text.sharing import Asked, overlap, shared
from scraper.text.shingles import Hashes

LOOKED_AT = 4
"""Candidates whose texts are compared for each version that is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A stored version that shares passages with a text. Shares are 0-1 of comparable words."""

    version_id: int
    document_id: int
    coverage: float
    """Share of the text's words found in the version."""
    kept: float
    """Share of the version's words found in the text."""
    longest_run: int
    """Longest run of equal words, in words."""
    words: int
    """Words in common."""
    stock: float
    """Share of the words in common that are stock phrases (0-1)."""
    score: float
    """Weight of the shared shingles; see ``Candidate``."""
    runs: tuple[Run, ...]
    """Equal words as positions in ``words_of`` of the text (``copy``) and of the version (``source``)."""


def find(
    where: Store | sqlite3.Connection | Index,
    text: str,
    *,
    language: str | None = None,
    limit: int = 10,
    exclude_document: int | None = None,
) -> list[Found]:
    """The versions that share passages with ``text``, those that share most first; one of each document.

    Give an ``Index`` when searching more than once: it remembers what it has read. ``exclude_document`` is the document
    that the text belongs to, if any. Stock phrases alone are no passage.
    """
    index = where if isinstance(where, Index) else Index(_connection(where))
    asked = hashes_of(text, language=language)
    search = index.search(asked, LOOKED_AT * limit, exclude_document=exclude_document)
    ours = Asked(asked)
    found = []
    for candidate, theirs in _with_hashes(index.connection, search.candidates):
        common = shared(ours, theirs, stock=search.stock)
        if common.words:
            found.append(
                Found(
                    version_id=candidate.version_id,
                    document_id=candidate.document_id,
                    coverage=common.words / len(asked),
                    kept=common.words / len(theirs),
                    longest_run=common.longest,
                    words=common.words,
                    stock=overlap(common.runs, search.stock) / common.words,
                    score=candidate.score,
                    runs=common.runs,
                )
            )
    return sorted(found, key=lambda one: (-one.words, one.version_id))[:limit]


def _connection(where: Store | sqlite3.Connection) -> sqlite3.Connection:
    return where.db.conn if isinstance(where, Store) else where


def _with_hashes(connection: sqlite3.Connection, candidates: Sequence[Candidate]) -> list[tuple[Candidate, Hashes]]:
    rows = connection.execute(
        "SELECT versions.id, text, language FROM json_each(?) JOIN versions ON versions.id = json_each.value",
        (json.dumps([candidate.version_id for candidate in candidates]),),
    ).fetchall()
    hashes: dict[int, Hashes] = {}
    for language in {row[2] for row in rows}:
        same = [(version_id, text) for version_id, text, own in rows if own == language]
        together = hashes_of_all([text for _, text in same], language=language)
        hashes.update(zip((version_id for version_id, _ in same), together, strict=True))
    return [(one, hashes[one.version_id]) for one in candidates if one.version_id in hashes]
