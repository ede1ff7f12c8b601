"""What the pages ask for beyond what commands do: lists with filters, both sides of any link, counts for plots.

Lists come with one row more than asked for, so that a page knows whether another follows.
"""

# ruff: noqa: S608 - composed of our own constants; every value is bound

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Literal

from scraper.store.database import Row, Store
from scraper.store.documents import Version, version

Order = Literal["newest", "altered first"]
_STANDS = (
    "links.superseded_at IS NULL AND links.rank = 1 AND links.standing <> 'rejected' AND links.relation <> 'reissue'"
)
_VERDICT = """
    LEFT JOIN verdicts AS verdict ON verdict.id = (
        SELECT id FROM verdicts AS one WHERE one.link_id = links.id AND one.superseded_at IS NULL
        ORDER BY one.compared_with DESC LIMIT 1)
"""


def state_of(store: Store) -> int:
    """A number that grows with every capture, version, link and verdict."""
    return int(store.value("SELECT max(number) FROM log") or 0)


# --- links -----------------------------------------------------------------------------------------------------


def link_head(store: Store, link_id: int) -> Row | None:
    """Any link, standing or not, with both documents; ``now_id`` is the link that stands in its place, if any."""
    return store.row(
        """
        SELECT links.*, copy.title AS copy_title, copy.url AS copy_url, copy.outlet_id AS copy_outlet_id,
            copy.published_at AS copy_published_at, copy.state AS copy_state, copy.gone_at AS copy_gone_at,
            copy_outlet.title AS copy_outlet,
            source.title AS source_title, source.url AS source_url, source.outlet_id AS source_outlet_id,
            source.published_at AS source_published_at, source.state AS source_state,
            source.gone_at AS source_gone_at, source_outlet.title AS source_outlet,
            (SELECT id FROM links AS now WHERE now.copy_id = links.copy_id AND now.source_id = links.source_id
                AND now.superseded_at IS NULL) AS now_id
        FROM links
        JOIN documents AS copy ON copy.id = links.copy_id
        JOIN outlets AS copy_outlet ON copy_outlet.id = copy.outlet_id
        JOIN documents AS source ON source.id = links.source_id
        JOIN outlets AS source_outlet ON source_outlet.id = source.outlet_id
        WHERE links.id = ?
        """,
        (link_id,),
    )


def version_by_hash(store: Store, document_id: int, beginning: str) -> Version | None:
    """The newest version of a document whose text has this SHA-256, given by its first letters (8 or more)."""
    found = store.value(
        "SELECT id FROM versions WHERE document_id = ? AND substr(text_sha256, 1, ?) = ? ORDER BY number DESC LIMIT 1",
        (document_id, len(beginning), beginning),
    )
    return version(store, found) if found is not None else None


def capture_of(store: Store, version_id: int) -> Row | None:
    """The first capture of a version, with how many there are and the last one's time."""
    return store.row(
        "SELECT id, requested_url, url, status, body_sha256, how, note, captured_at, "
        "count(*) OVER () AS captures, max(captured_at) OVER () AS last_captured_at "
        "FROM captures WHERE version_id = ? ORDER BY captured_at, id LIMIT 1",
        (version_id,),
    )


def listed_links(
    store: Store,
    *,
    verdict: str | None = None,
    is_credited: bool | None = None,
    outlet: str | None = None,
    kind: str | None = None,
    limit: int = 50,
    offset: int = 0,
) -> list[Row]:
    """Rows of ``copies``, newest first, by verdict, credit, outlet (copying or copied) and kind of alteration."""
    wanted = [_STANDS]
    if outlet is not None:
        wanted.append(
            "links.id IN (SELECT id FROM links WHERE copy_id IN (SELECT id FROM documents WHERE outlet_id = :outlet) "
            "UNION SELECT id FROM links WHERE source_id IN (SELECT id FROM documents WHERE outlet_id = :outlet))"
        )
    if kind is not None:
        wanted.append(
            "EXISTS (SELECT 1 FROM verdicts JOIN matches USING (copy_version_id, source_version_id) "
            "JOIN alterations ON alterations.match_id = matches.id WHERE verdicts.link_id = links.id "
            "AND verdicts.superseded_at IS NULL AND verdicts.compared_with = 'then' AND alterations.kind = :kind)"
        )
    if verdict is not None:
        wanted.append("ifnull(verdict.label, 'unchecked') = :verdict")
    asked = {
        "verdict": verdict, "credited": is_credited, "outlet": outlet, "kind": kind,
        "limit": limit + 1, "offset": offset,
    }  # fmt: skip
    if is_credited is None:
        return store.rows(
            f"SELECT * FROM copies WHERE link_id IN (SELECT links.id FROM links {_VERDICT if verdict else ''} "
            f"WHERE {' AND '.join(wanted)} ORDER BY links.id DESC LIMIT :limit OFFSET :offset) ORDER BY link_id DESC",
            asked,
        )
    return store.rows(
        f"SELECT * FROM copies WHERE is_credited = :credited AND link_id IN (SELECT links.id FROM links "
        f"{_VERDICT if verdict else ''} WHERE {' AND '.join(wanted)}) "
        "ORDER BY link_id DESC LIMIT :limit OFFSET :offset",
        asked,
    )


def newest_altered(store: Store, *, limit: int = 10, outlet: str | None = None) -> list[Row]:
    """Altered copies, those judged last first, as rows of ``copies`` with ``decided_at``."""
    return store.rows(
        f"""
        SELECT copies.*, found.decided_at FROM (
            SELECT links.id AS link_id, verdicts.decided_at FROM verdicts
            CROSS JOIN links ON links.id = verdicts.link_id
            JOIN documents AS copy ON copy.id = links.copy_id JOIN documents AS source ON source.id = links.source_id
            WHERE verdicts.label = 'altered' AND verdicts.superseded_at IS NULL AND verdicts.compared_with = 'then'
                AND (:outlet IS NULL OR :outlet IN (copy.outlet_id, source.outlet_id)) AND {_STANDS}
            ORDER BY verdicts.decided_at DESC, verdicts.id DESC LIMIT :limit
        ) AS found JOIN copies ON copies.link_id = found.link_id ORDER BY found.decided_at DESC, found.link_id DESC
        """,
        {"limit": limit, "outlet": outlet},
    )


def newest_links(store: Store, *, limit: int = 10, outlet: str | None = None) -> list[Row]:
    """Copies linked last first, as rows of ``copies`` with ``decided_at``."""
    return store.rows(
        f"""
        SELECT copies.*, found.decided_at FROM (
            SELECT links.id AS link_id, links.decided_at FROM links
            JOIN documents AS copy ON copy.id = links.copy_id JOIN documents AS source ON source.id = links.source_id
            WHERE (:outlet IS NULL OR :outlet IN (copy.outlet_id, source.outlet_id)) AND {_STANDS}
            ORDER BY links.id DESC LIMIT :limit
        ) AS found JOIN copies ON copies.link_id = found.link_id ORDER BY found.link_id DESC
        """,
        {"limit": limit, "outlet": outlet},
    )


def changed_words(store: Store, link_ids: Iterable[int]) -> dict[int, list[Row]]:
    """Material alterations of links against the text in force when they were copied: link id -> kind and words."""
    found: dict[int, list[Row]] = {}
    rows = store.rows(
        "SELECT verdicts.link_id, alterations.kind, alterations.source_words, alterations.copy_words "
        "FROM json_each(?) AS wanted JOIN verdicts ON verdicts.link_id = wanted.value "
        "JOIN matches USING (copy_version_id, source_version_id) JOIN alterations ON alterations.match_id = matches.id "
        "WHERE verdicts.superseded_at IS NULL AND verdicts.compared_with = 'then' AND alterations.is_material "
        "ORDER BY verdicts.link_id, alterations.position",
        (json.dumps(list(link_ids)),),
    )
    for row in rows:
        found.setdefault(row.pop("link_id"), []).append(row)
    return found


# --- alterations -----------------------------------------------------------------------------------------------


def changes(store: Store) -> list[Row]:
    """The same change grouped over all copies that made it: how many, at how many outlets, first where and when."""
    return store.rows(
        f"""
        SELECT alterations.kind, max(alterations.is_material) AS is_material, alterations.source_words,
            alterations.copy_words, count(DISTINCT links.id) AS copies, count(DISTINCT copy.outlet_id) AS outlets,
            min(ifnull(copy.published_at, copy.first_seen_at)) AS first_at, -- the bare columns beside it are its row's
            links.id AS link_id, copy_outlet.title AS first_outlet, copy.outlet_id AS first_outlet_id,
            json_group_array(DISTINCT copy.outlet_id) AS outlet_ids, links.source_id, source.title AS source_title,
            json_group_array(DISTINCT links.id) AS link_ids
        FROM alterations
        JOIN matches ON matches.id = alterations.match_id
        JOIN verdicts ON verdicts.copy_version_id = matches.copy_version_id
            AND verdicts.source_version_id = matches.source_version_id
            AND verdicts.superseded_at IS NULL AND verdicts.compared_with = 'then'
        JOIN links ON links.id = verdicts.link_id
        JOIN documents AS copy ON copy.id = links.copy_id
        JOIN outlets AS copy_outlet ON copy_outlet.id = copy.outlet_id
        JOIN documents AS source ON source.id = links.source_id
        WHERE {_STANDS}
        GROUP BY alterations.kind, alterations.source_words, alterations.copy_words
        ORDER BY max(alterations.is_material) DESC, copies DESC, first_at DESC
        """
    )


# --- documents -------------------------------------------------------------------------------------------------


def carriers(store: Store, version_id: int) -> list[Row]:
    """Links in force whose verdict compared a copy with this text: who carries it, and the match behind it."""
    return store.rows(
        f"""
        SELECT links.id AS link_id, links.copy_id, copy.title, copy.published_at, outlets.title AS outlet,
            verdicts.label AS verdict, matches.id AS match_id, verdicts.copy_version_id
        FROM matches
        JOIN verdicts ON verdicts.copy_version_id = matches.copy_version_id
            AND verdicts.source_version_id = matches.source_version_id AND verdicts.superseded_at IS NULL
        JOIN links ON links.id = verdicts.link_id
        JOIN documents AS copy ON copy.id = links.copy_id
        JOIN outlets ON outlets.id = copy.outlet_id
        WHERE matches.source_version_id = ? AND {_STANDS}
        GROUP BY links.id ORDER BY copy.published_at, links.id LIMIT 500
        """,
        (version_id,),
    )


def facts_of(store: Store, document_ids: Iterable[int]) -> dict[int, Row]:
    """What a drawing needs of documents: outlet, first sight, number of different texts and when the last came."""
    rows = store.rows(
        "SELECT documents.id, documents.outlet_id, documents.first_seen_at, documents.gone_at, "
        "count(versions.id) AS versions, max(versions.first_seen_at) AS last_version_at "
        "FROM json_each(?) AS wanted JOIN documents ON documents.id = wanted.value "
        "LEFT JOIN versions ON versions.document_id = documents.id AND versions.reread_of IS NULL "
        "GROUP BY documents.id",
        (json.dumps(list(document_ids)),),
    )
    return {row["id"]: row for row in rows}


# --- outlets ---------------------------------------------------------------------------------------------------


def outlet_pairs(store: Store) -> list[Row]:
    """Who copies whom, all pairs: copies, of which altered and credited."""
    return store.rows("SELECT * FROM who_copies_whom ORDER BY copies DESC")


def outlet_counts(store: Store, outlet_id: str) -> dict[str, list[Row]]:
    """What the plots of an outlet show: copies by month, delays in hours, alterations by kind, credit by source."""
    asked = {"outlet": outlet_id}
    mine = "links.copy_id IN (SELECT id FROM documents WHERE outlet_id = :outlet)"
    return {
        "by_month": store.rows(
            "SELECT substr(ifnull(copy.published_at, copy.first_seen_at), 1, 7) AS month, count(*) AS copies, "
            "sum(ifnull(verdict.label, '') = 'altered') AS altered "
            f"FROM links JOIN documents AS copy ON copy.id = links.copy_id {_VERDICT} "
            f"WHERE {mine} AND {_STANDS} GROUP BY 1 ORDER BY 1",
            asked,
        ),
        "delays": store.rows(
            "SELECT hours_later, count(*) AS copies FROM copies WHERE copy_outlet_id = :outlet "
            "AND hours_later IS NOT NULL GROUP BY hours_later ORDER BY hours_later",
            asked,
        ),
        "by_kind": store.rows(
            "SELECT alterations.kind, count(*) AS alterations, max(alterations.is_material) AS is_material "
            "FROM links JOIN verdicts ON verdicts.link_id = links.id AND verdicts.superseded_at IS NULL "
            "AND verdicts.compared_with = 'then' JOIN matches USING (copy_version_id, source_version_id) "
            f"JOIN alterations ON alterations.match_id = matches.id WHERE {mine} AND {_STANDS} "
            "GROUP BY alterations.kind ORDER BY alterations DESC",
            asked,
        ),
        "by_source": store.rows(
            "SELECT source_outlet_id, source_outlet, copies, credited, altered, mean_hours_later FROM who_copies_whom "
            "WHERE copy_outlet_id = :outlet ORDER BY copies DESC LIMIT 40",
            asked,
        ),
        "by_copier": store.rows(
            "SELECT copy_outlet_id, copy_outlet, copies, credited, altered, mean_hours_later FROM who_copies_whom "
            "WHERE source_outlet_id = :outlet ORDER BY copies DESC LIMIT 40",
            asked,
        ),
    }


def newest_captures(store: Store, *, limit: int = 12) -> list[Row]:
    """Documents whose text came or changed last, newest first."""
    return store.rows(
        "SELECT documents.id AS document_id, documents.url, versions.title, versions.number, versions.first_seen_at, "
        "outlets.title AS outlet FROM versions JOIN documents ON documents.id = versions.document_id "
        "JOIN outlets ON outlets.id = documents.outlet_id ORDER BY versions.id DESC LIMIT ?",
        (limit,),
    )


def document_of_text(store: Store, sha256: str) -> Row | None:
    """The first document that had a text with this SHA-256, with the number of that version."""
    return store.row(
        "SELECT document_id, number FROM versions WHERE text_sha256 = ? ORDER BY first_seen_at, id LIMIT 1", (sha256,)
    )


def most_copied(store: Store) -> list[Row]:
    """Rows of the view ``originals``, most copied first."""
    return store.rows("SELECT * FROM originals ORDER BY copies DESC, document_id DESC LIMIT 5000")
