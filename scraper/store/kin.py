"""What the linker needs to know of documents that hang together, and of versions that may be compared."""

from __future__ import annotations

import json
from collections.abc import Iterable

from scraper.store.database import Row, Store
from scraper.store.outlets import FILES

MOST_CITERS = 50
"""An address that more documents point at is a front page, not a source that makes them kin."""


def members(store: Store, document_ids: Iterable[int]) -> list[Row]:
    """Documents with their newest version (null where no text is held) and their outlet."""
    return store.rows(
        """
        SELECT documents.id, documents.outlet_id, documents.url, documents.state, documents.presumed_by,
            documents.resolved_to, documents.moved_to, documents.first_seen_at,
            ifnull(versions.published_at, documents.published_at) AS published_at,
            outlets.title AS outlet, outlets.kind AS outlet_kind,
            versions.id AS version_id, versions.title, versions.language, versions.words,
            substr(versions.text, -120) AS ending,
            ifnull(1.0 * (versions.statement_end - versions.statement_start) / length(versions.text), 0)
                AS statement_share
        FROM json_each(:ids) JOIN documents ON documents.id = json_each.value
        JOIN outlets ON outlets.id = documents.outlet_id
        LEFT JOIN versions ON versions.id = (SELECT id FROM versions AS one WHERE one.document_id = documents.id
            ORDER BY first_seen_at DESC, number DESC LIMIT 1)
        ORDER BY documents.id
        """,
        {"ids": _ids(document_ids)},
    )


def citations_of(store: Store, version_ids: Iterable[int]) -> list[Row]:
    """What these versions declare, in the order of their pages; an address that has moved is where it is now."""
    return store.rows(
        "SELECT citations.id, citations.version_id, citations.kind, citations.words, citations.outlet, "
        "citations.outlet_id, citations.issuer, citations.issuer_id, citations.date, citations.url, "
        "ifnull(documents.moved_to, citations.document_id) AS document_id "
        "FROM json_each(:ids) JOIN citations ON citations.version_id = json_each.value "
        "LEFT JOIN documents ON documents.id = citations.document_id "
        "ORDER BY citations.version_id, citations.position",
        {"ids": _ids(version_ids)},
    )


def matches_around(store: Store, document_ids: Iterable[int]) -> list[Row]:
    """Matches of which a version of these documents is either side: ids, what they share, and both documents."""
    return store.rows(
        """
        WITH mine (id) AS (SELECT versions.id FROM json_each(:ids) JOIN versions ON versions.document_id = value),
        chosen (id) AS (
            SELECT matches.id FROM mine JOIN matches ON matches.copy_version_id = mine.id
            UNION SELECT matches.id FROM mine JOIN matches ON matches.source_version_id = mine.id
        )
        SELECT matches.id, matches.label, matches.stock, matches.kinship, copies.document_id AS copy_id,
            sources.document_id AS source_id, matches.coverage * copies.words AS words
        FROM chosen JOIN matches ON matches.id = chosen.id
        JOIN versions AS copies ON copies.id = matches.copy_version_id
        JOIN versions AS sources ON sources.id = matches.source_version_id
        WHERE matches.label <> 'unrelated'
        ORDER BY matches.id
        """,
        {"ids": _ids(document_ids)},
    )


def sightings(store: Store, version_ids: Iterable[int]) -> list[Row]:
    """Versions with their outlet and the moment from which on they were to be read, without their texts."""
    return store.rows(
        """
        SELECT versions.id, versions.document_id, documents.outlet_id, versions.title, versions.language,
            versions.first_seen_at, ifnull(versions.published_at, documents.published_at) AS published_at
        FROM json_each(:ids) JOIN versions ON versions.id = json_each.value
        JOIN documents ON documents.id = versions.document_id
        """,
        {"ids": _ids(version_ids)},
    )


def texts(store: Store, version_ids: Iterable[int]) -> dict[int, str]:
    """Version -> its text."""
    rows = store.rows(
        "SELECT versions.id, text FROM json_each(:ids) JOIN versions ON versions.id = json_each.value",
        {"ids": _ids(version_ids)},
    )
    return {row["id"]: row["text"] for row in rows}


def histories(store: Store, document_ids: Iterable[int]) -> dict[int, list[Row]]:
    """Document -> when each of its versions was in force, oldest first; nothing for those without a text."""
    rows = store.rows(
        """
        SELECT versions.document_id, versions.id, number, first_seen_at, modified_at, published_at
        FROM json_each(:ids) JOIN versions ON versions.document_id = json_each.value
        ORDER BY versions.document_id, first_seen_at, number
        """,
        {"ids": _ids(document_ids)},
    )
    found: dict[int, list[Row]] = {}
    for row in rows:
        found.setdefault(row["document_id"], []).append(row)
    return found


def publisher(outlet_id: str, document_id: int) -> str:
    """The outlet of a document, to tell it from others: nobody knows whether files without one are one outlet's."""
    return outlet_id if outlet_id != FILES.id else f"{FILES.id} {document_id}"


def pointed_at(store: Store, version_id: int) -> list[int]:
    """Newest versions of documents that a version cites, or whose own newest versions cite its document."""
    rows = store.rows(
        """
        SELECT citations.document_id AS id FROM citations WHERE version_id = :id AND document_id IS NOT NULL
        UNION SELECT versions.document_id FROM citations JOIN versions ON versions.id = citations.version_id
            WHERE citations.document_id = (SELECT document_id FROM versions WHERE id = :id)
            AND (SELECT count(*) FROM citations AS all_of
                WHERE all_of.document_id = citations.document_id) <= :citers
        """,
        {"id": version_id, "citers": MOST_CITERS},
    )
    newest = (
        store.value(
            "SELECT id FROM versions WHERE document_id = ? ORDER BY first_seen_at DESC, number DESC LIMIT 1",
            (row["id"],),
        )
        for row in rows
    )
    return [version_id for version_id in newest if version_id is not None]


def held_outlets(store: Store) -> frozenset[str]:
    """Outlets of which any captured document is held."""
    return frozenset(
        row["outlet_id"] for row in store.rows("SELECT DISTINCT outlet_id FROM documents WHERE state = 'captured'")
    )


def habits(store: Store, outlet_ids: Iterable[str]) -> dict[tuple[str, str], float]:
    """Of all credits on the pages of these outlets, the share (0-1) that goes to each source. Reads all their pages."""
    rows = store.rows(
        """
        SELECT documents.outlet_id AS outlet, citations.outlet_id AS source, count(*) AS credits,
            sum(count(*)) OVER (PARTITION BY documents.outlet_id) AS of_all
        FROM documents JOIN versions ON versions.document_id = documents.id
        JOIN citations ON citations.version_id = versions.id
        WHERE documents.outlet_id IN (SELECT value FROM json_each(?)) AND citations.outlet_id IS NOT NULL
            AND citations.outlet_id <> documents.outlet_id
        GROUP BY documents.outlet_id, citations.outlet_id
        """,
        (_ids(outlet_ids),),
    )
    return {(row["outlet"], row["source"]): row["credits"] / row["of_all"] for row in rows}


def _ids(values: Iterable[int | str]) -> str:
    return json.dumps(sorted(set(values)))
