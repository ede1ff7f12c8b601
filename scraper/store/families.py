"""Links come out: the parents of a copy, the walk to its original, and everything that hangs together."""

# ruff: noqa: S608 - composed of our own constants; every value is bound

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from scraper.model import Label
from scraper.store.database import Row, Store
from scraper.store.documents import DOCUMENT_ROWS, Document

MOST_KIN = 2_000
"""Documents of one family that are looked at; a family larger than that is cut, nearest kin first."""
_IN_FORCE = "superseded_at IS NULL AND rank = 1 AND standing <> 'rejected' AND relation <> 'reissue'"


def links(store: Store, *, copy_id: int | None = None, source_id: int | None = None) -> list[Row]:
    """Links that stand, other possible parents and rejected ones included, best first."""
    return store.rows(
        "SELECT * FROM links WHERE superseded_at IS NULL AND (:copy IS NULL OR copy_id = :copy) "
        "AND (:source IS NULL OR source_id = :source) ORDER BY copy_id, rank, confidence DESC, id",
        {"copy": copy_id, "source": source_id},
    )


def parents(store: Store, copy_ids: Iterable[int]) -> list[Row]:
    """What ``links`` gives for each of these copies."""
    return store.rows(
        "SELECT links.* FROM json_each(?) AS wanted JOIN links ON links.copy_id = wanted.value "
        "WHERE superseded_at IS NULL ORDER BY copy_id, rank, confidence DESC, links.id",
        (json.dumps(list(copy_ids)),),
    )


def labels(store: Store, link_ids: Iterable[int]) -> dict[int, tuple[Label, int | None]]:
    """Of each link its verdict in force (against the text in force when it was copied, else the newest) and match."""
    rows = store.rows(
        "SELECT verdicts.link_id, verdicts.label, matches.id AS match_id FROM json_each(?) AS wanted "
        "JOIN verdicts ON verdicts.link_id = wanted.value LEFT JOIN matches USING (copy_version_id, source_version_id) "
        "WHERE superseded_at IS NULL ORDER BY compared_with",  # 'then' after 'newest', and so kept
        (json.dumps(list(link_ids)),),
    )
    return {row["link_id"]: (row["label"], row["match_id"]) for row in rows}


def decisions(store: Store) -> dict[tuple[int, int], Literal["confirmed", "rejected"]]:
    """What people decided: ``(copy_id, source_id)`` -> confirmed or rejected."""
    rows = store.rows(
        "SELECT copy_id, source_id, standing FROM links WHERE superseded_at IS NULL AND standing <> 'found'"
    )
    return {(row["copy_id"], row["source_id"]): row["standing"] for row in rows}


def copy_row(store: Store, link_id: int) -> Row | None:
    """The row of ``copies`` for a link in force."""
    return store.row("SELECT * FROM copies WHERE link_id = ?", (link_id,))


def copies(
    store: Store,
    *,
    verdict: str | None = None,
    is_credited: bool | None = None,
    outlet: str | None = None,
    limit: int = 100,
    offset: int = 0,
) -> list[Row]:
    """Rows of the view ``copies``, newest link first; ``outlet`` is the id of the copying or the copied one."""
    return store.rows(
        "SELECT * FROM copies WHERE (:verdict IS NULL OR verdict = :verdict) "
        "AND (:credited IS NULL OR is_credited = :credited) "
        "AND (:outlet IS NULL OR copy_outlet_id = :outlet OR source_outlet_id = :outlet) "
        "ORDER BY link_id DESC LIMIT :limit OFFSET :offset",
        {"verdict": verdict, "credited": is_credited, "outlet": outlet, "limit": limit, "offset": offset},
    )


def verdicts(store: Store, link_id: int) -> list[Row]:
    """The verdicts that stand on a link: against the text in force when it was copied first, then the newest."""
    return store.rows(
        "SELECT verdicts.*, matches.id AS match_id FROM verdicts LEFT JOIN matches "
        "ON matches.copy_version_id = verdicts.copy_version_id "
        "AND matches.source_version_id = verdicts.source_version_id "
        "WHERE link_id = ? AND superseded_at IS NULL ORDER BY compared_with DESC",
        (link_id,),
    )


def chain(store: Store, document_id: int) -> list[Row]:
    """The walk from a document to its original: one row per step, the document itself first (its link is null)."""
    return store.rows(
        f"""
        WITH RECURSIVE up (document_id, link_id, step) AS (
            SELECT :id, NULL, 0
            UNION ALL
            SELECT links.source_id, links.id, up.step + 1 FROM up
            JOIN links ON links.id = (SELECT id FROM links AS parent WHERE parent.copy_id = up.document_id
                AND {_IN_FORCE} ORDER BY confidence DESC, id LIMIT 1)
            WHERE up.step < 50
        )
        SELECT up.step, up.document_id, documents.url, documents.title, documents.published_at, documents.state,
            outlets.title AS outlet, outlets.kind AS outlet_kind, up.link_id, links.confidence, links.relation,
            verdicts.label AS verdict, verdicts.reason
        FROM up
        JOIN documents ON documents.id = up.document_id
        JOIN outlets ON outlets.id = documents.outlet_id
        LEFT JOIN links ON links.id = up.link_id
        LEFT JOIN verdicts ON verdicts.id = (SELECT id FROM verdicts AS one WHERE one.link_id = up.link_id
            AND one.superseded_at IS NULL ORDER BY one.compared_with DESC LIMIT 1)
        ORDER BY up.step
        """,
        {"id": document_id},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Everything that hangs together by links in force: documents, and the rows of ``copies`` between them."""

    documents: tuple[Document, ...]
    copies: tuple[Row, ...]


def family(store: Store, document_id: int) -> Family:
    """The family of a document, presumed and cited originals included; the document alone when nothing is linked."""
    kin = [
        row["id"]
        for row in store.rows(
            f"""
            WITH RECURSIVE kin (id) AS (
                SELECT :id
                UNION
                SELECT CASE links.copy_id WHEN kin.id THEN links.source_id ELSE links.copy_id END
                FROM kin JOIN links ON links.id IN (
                    SELECT id FROM links WHERE copy_id = kin.id AND {_IN_FORCE}
                    UNION ALL SELECT id FROM links WHERE source_id = kin.id AND {_IN_FORCE})
            )
            SELECT id FROM kin LIMIT :most
            """,
            {"id": document_id, "most": MOST_KIN},
        )
    ]
    chosen = json.dumps(kin)
    return Family(
        documents=tuple(
            Document(**row)
            for row in store.rows(
                f"{DOCUMENT_ROWS} WHERE documents.id IN (SELECT value FROM json_each(?)) ORDER BY documents.id",
                (chosen,),
            )
        ),
        copies=tuple(
            store.rows(
                "SELECT * FROM copies WHERE link_id IN (SELECT id FROM links WHERE copy_id IN "
                f"(SELECT value FROM json_each(?)) AND {_IN_FORCE}) ORDER BY link_id",
                (chosen,),
            )
        ),
    )


def originals(store: Store, *, limit: int = 50) -> list[Row]:
    """Rows of the view ``originals``, most copied first."""
    return store.rows("SELECT * FROM originals ORDER BY copies DESC, document_id LIMIT ?", (limit,))
