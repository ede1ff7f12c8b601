"""What a run still wants: originals that copies cite and nobody captured, and pages to look at again soon."""

from __future__ import annotations

from scraper.store.database import Row, Store

HUNT = "cited originals"
"""Under this name the crawler's memory keeps them; with its space it is no outlet's id."""

_WANTED = """
    SELECT documents.url, ifnull(min(coalesce(versions.published_at, versions.first_seen_at)), '') AS near
    FROM documents
    JOIN citations ON citations.document_id = documents.id
    JOIN versions ON versions.id = citations.version_id
    LEFT JOIN _frontier ON _frontier.outlet_id = :hunt AND _frontier.url = documents.url
    WHERE documents.state = 'cited' AND documents.moved_to IS NULL AND documents.resolved_to IS NULL
        AND (documents.url LIKE 'http://%' OR documents.url LIKE 'https://%')
        AND ifnull(_frontier.due_at, '') <= :now
    GROUP BY documents.id
    ORDER BY EXISTS (
            SELECT 1 FROM links WHERE links.source_id = documents.id AND links.superseded_at IS NULL
        ) DESC, count(DISTINCT versions.document_id) DESC, documents.first_seen_at DESC, documents.id
    LIMIT :limit
"""
_COPIED = """
    SELECT DISTINCT source.url FROM links JOIN documents AS source ON source.id = links.source_id
    WHERE links.decided_at >= ? AND links.superseded_at IS NULL AND links.rank = 1 AND links.relation <> 'reissue'
        AND links.standing <> 'rejected' AND source.state = 'captured'
"""


def wanted(store: Store, *, limit: int) -> list[Row]:
    """Cited addresses of which nothing is held and that may be asked for now: ``url``, and ``near`` which date.

    Sources of links first, then those that most pages cite. Asking again waits longer after each failure.
    """
    return store.rows(_WANTED, {"hunt": HUNT, "now": store.clock(), "limit": limit})


def copied_since(store: Store, at: str) -> list[str]:
    """Addresses of captured pages of which a copy was found since a moment."""
    return [row["url"] for row in store.rows(_COPIED, (at,))]


def last_success(store: Store) -> dict[str, str]:
    """Outlet -> the last moment at which one of its ways in, or pages, gave a good answer to the crawler."""
    rows = store.rows(
        "SELECT outlet_id, max(answered_at) AS at FROM _frontier WHERE status IN (200, 203, 206, 304) "
        "AND failures = 0 AND outlet_id <> ? GROUP BY outlet_id",
        (HUNT,),
    )
    return {row["outlet_id"]: row["at"] for row in rows}


def arrivals(store: Store, outlet_id: str) -> list[str]:
    """Days on which documents of an outlet came in by crawling for the first time, oldest first."""
    rows = store.rows(
        "SELECT substr(documents.first_seen_at, 1, 10) AS day FROM documents JOIN captures "
        "ON captures.document_id = documents.id AND captures.how = 'crawl' AND captures.version_id IS NOT NULL "
        "WHERE documents.outlet_id = ? GROUP BY day ORDER BY day",
        (outlet_id,),
    )
    return [row["day"] for row in rows]
