"""What hangs together: for documents with news, everything that the linker needs to know of them and their kin."""

from __future__ import annotations

import json
from collections.abc import Iterable

from scraper.store.database import Row, Store

MOST_KIN = 400
"""Documents of one family that are settled together; a larger one is settled in the part nearest to its news."""
_MOST_CITERS = 50
"""An address that more documents point at is a front page, not a source that makes them kin."""


def components(store: Store, document_ids: Iterable[int]) -> list[list[int]]:
    """Documents that hang together by matched texts, citations or links: a list for each connected part with news."""
    parts: list[list[int]] = []
    left = set(document_ids)
    while left:
        part = {min(left)}
        edge = set(part)
        while edge and len(part) < MOST_KIN:
            edge = _neighbours(store, edge) - part
            part |= set(sorted(edge)[: MOST_KIN - len(part)])
        left -= part
        parts.append(sorted(part))
    return parts


def _neighbours(store: Store, document_ids: set[int]) -> set[int]:
    rows = store.rows(
        """
        WITH asked (id) AS (SELECT value FROM json_each(:ids)),
        mine (version_id) AS (SELECT versions.id FROM versions JOIN asked ON asked.id = versions.document_id)
        SELECT versions.document_id AS id FROM mine JOIN matches ON matches.copy_version_id = mine.version_id
            JOIN versions ON versions.id = matches.source_version_id
            WHERE matches.label <> 'unrelated'
        UNION SELECT versions.document_id FROM mine JOIN matches ON matches.source_version_id = mine.version_id
            JOIN versions ON versions.id = matches.copy_version_id
            WHERE matches.label <> 'unrelated'
        UNION SELECT citations.document_id FROM mine JOIN citations ON citations.version_id = mine.version_id
            WHERE citations.document_id IS NOT NULL
        UNION SELECT documents.moved_to FROM mine JOIN citations ON citations.version_id = mine.version_id
            JOIN documents ON documents.id = citations.document_id WHERE documents.moved_to IS NOT NULL
        UNION SELECT documents.id FROM asked JOIN documents ON documents.moved_to = asked.id
        UNION SELECT versions.document_id FROM asked JOIN citations ON citations.document_id = asked.id
            JOIN versions ON versions.id = citations.version_id
            WHERE (SELECT count(*) FROM citations AS all_of WHERE all_of.document_id = asked.id) <= :citers
        UNION SELECT links.source_id FROM links JOIN asked ON asked.id = links.copy_id WHERE superseded_at IS NULL
        UNION SELECT links.copy_id FROM links JOIN asked ON asked.id = links.source_id WHERE superseded_at IS NULL
        """,
        {"ids": json.dumps(sorted(document_ids)), "citers": _MOST_CITERS},
    )
    return {row["id"] for row in rows}


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


def matches_among(store: Store, document_ids: Iterable[int]) -> list[Row]:
    """Matches between versions of these documents: the id of the match, both documents, and what they share."""
    return store.rows(
        """
        WITH asked (id) AS (SELECT value FROM json_each(:ids))
        SELECT matches.id, matches.label, matches.coverage, matches.kept, matches.longest_run, matches.stock,
            copies.document_id AS copy_id, sources.document_id AS source_id,
            matches.coverage * copies.words AS words
        FROM asked JOIN versions AS copies ON copies.document_id = asked.id
        JOIN matches ON matches.copy_version_id = copies.id
        JOIN versions AS sources ON sources.id = matches.source_version_id
        WHERE sources.document_id IN (SELECT id FROM asked)
        ORDER BY matches.id
        """,
        {"ids": _ids(document_ids)},
    )


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
        {"id": version_id, "citers": _MOST_CITERS},
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
    """Of all credits on the pages of these outlets, the share (0-1) that goes to each source."""
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
