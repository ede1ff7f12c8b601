"""Documents and their versions come out: by number, by address in any form, by the moment a text was in force."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from scraper.model import Capture, Citation, DocumentState, OutletKind, Redirect, Span
from scraper.read.urls import is_web_address, url_key
from scraper.store.addresses import leads_to
from scraper.store.database import Row, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One address of an outlet, with the outlet's facts beside it."""

    id: int
    url: str | None
    state: DocumentState
    title: str | None
    published_at: str | None
    first_seen_at: str
    last_seen_at: str
    gone_at: str | None
    moved_to: int | None
    resolved_to: int | None
    presumed_by: int | None
    outlet_id: str
    outlet: str
    outlet_kind: OutletKind
    country: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One text of a document."""

    id: int
    document_id: int
    number: int
    title: str | None
    byline: str | None
    published_at: str | None
    modified_at: str | None
    language: str | None
    text: str
    statement: Span | None
    text_sha256: str
    words: int
    doubts: tuple[str, ...]
    reader: str
    reread_of: int | None
    first_seen_at: str
    last_seen_at: str


DOCUMENT_ROWS = """
    SELECT documents.id, documents.url, documents.state, documents.title, documents.published_at,
        documents.first_seen_at, documents.last_seen_at, documents.gone_at, documents.moved_to, documents.resolved_to,
        documents.presumed_by, documents.outlet_id, outlets.title AS outlet, outlets.kind AS outlet_kind,
        outlets.country
    FROM documents JOIN outlets ON outlets.id = documents.outlet_id
"""
_VERSION = """
    SELECT id, document_id, number, title, byline, published_at, modified_at, language, text, statement_start,
        statement_end, text_sha256, words, doubts, reader, reread_of, first_seen_at, last_seen_at FROM versions
"""


# --- documents -------------------------------------------------------------------------------------------------


def document(store: Store, document_id: int) -> Document | None:
    """A document by its number."""
    row = store.row(f"{DOCUMENT_ROWS} WHERE documents.id = ?", (document_id,))
    return Document(**row) if row else None


def find_document(store: Store, what: str | int) -> Document | None:
    """A document by its number, or by its address in any form: as met, tracked, wrapped, redirected or canonical."""
    if isinstance(what, int) or (what.isascii() and what.isdigit()):
        return document(store, int(what)) if int(what) < 2**63 else None
    found = document_id_at(store, what)
    return document(store, found) if found is not None else None


def document_id_at(store: Store, url: str) -> int | None:
    """The document that an address in any form leads to; what an outlet keeps of it is tried as it stands, too."""
    if not is_web_address(url):
        return leads_to(store, url.strip())
    found = leads_to(store, url_key(url).url)
    return found if found is not None else leads_to(store, url)


def documents(
    store: Store,
    *,
    outlet: str | None = None,
    state: str | None = None,
    since: str | None = None,
    limit: int = 100,
    offset: int = 0,
) -> list[Document]:
    """Documents of an outlet (by id), a state, seen since a moment; newest first."""
    rows = store.rows(
        f"{DOCUMENT_ROWS} WHERE (:outlet IS NULL OR documents.outlet_id = :outlet) "
        "AND (:state IS NULL OR documents.state = :state) AND (:since IS NULL OR documents.first_seen_at >= :since) "
        "ORDER BY documents.first_seen_at DESC, documents.id DESC LIMIT :limit OFFSET :offset",
        {"outlet": outlet, "state": state, "since": since, "limit": limit, "offset": offset},
    )
    return [Document(**row) for row in rows]


def addresses(store: Store, document_id: int) -> list[Row]:
    """Every form in which a document's address was met; ``removed`` is a list of ``[name, rule, value]``."""
    rows = store.rows(
        "SELECT url, how, removed, first_seen_at FROM addresses WHERE document_id = ? ORDER BY id", (document_id,)
    )
    return [{**row, "removed": json.loads(row["removed"])} for row in rows]


def captures(store: Store, document_id: int) -> list[Row]:
    """Every answer for a document, oldest first; headers and redirects are lists."""
    rows = store.rows(
        "SELECT captures.*, bodies.size AS size, versions.number AS version FROM captures "
        "LEFT JOIN bodies ON bodies.sha256 = body_sha256 LEFT JOIN versions ON versions.id = version_id "
        "WHERE captures.document_id = ? ORDER BY captured_at, captures.id",
        (document_id,),
    )
    return [{**row, "headers": json.loads(row["headers"]), "redirects": json.loads(row["redirects"])} for row in rows]


def unread_captures(store: Store) -> Iterator[Row]:
    """Captures with bytes from which no version was read, oldest first; headers are pairs, ``unread`` says why.

    Others may be written and read while this goes on.
    """
    last = 0
    while rows := store.rows(
        "SELECT id, document_id, url, status, headers, body_sha256, captured_at, unread FROM captures WHERE id > ? "
        "AND version_id IS NULL AND body_sha256 IS NOT NULL AND (status = 0 OR status BETWEEN 200 AND 299) "
        "ORDER BY id LIMIT 200",
        (last,),
    ):
        for row in rows:
            yield {**row, "headers": _pairs(row["headers"])}
        last = rows[-1]["id"]


def read_captures(store: Store) -> Iterator[Row]:
    """Captures from which a version was read, each document's in the order of their moments; headers are pairs.

    Of captures of one version with equal bytes only the first is given. What is written meanwhile is not.
    """
    ids = store.rows(
        "SELECT min(captured_at) AS at, id FROM captures WHERE version_id IS NOT NULL AND body_sha256 IS NOT NULL "
        "GROUP BY version_id, body_sha256 ORDER BY document_id, at, id"
    )
    for one in ids:
        row = store.row(
            "SELECT captures.id, document_id, captures.url, status, headers, body_sha256, captured_at, "
            "documents.outlet_id FROM captures JOIN documents ON documents.id = document_id WHERE captures.id = ?",
            (one["id"],),
        )
        if row is not None:
            yield {**row, "headers": _pairs(row["headers"])}


def _pairs(headers: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in json.loads(headers))


def stored_captures(store: Store, *, outlet: str | None = None, document_id: int | None = None) -> Iterator[Capture]:
    """Captures as they went in, bytes included, in the order of their writing; never more than a few held at once."""
    last = 0
    while rows := store.rows(
        "SELECT captures.*, bodies.content, documents.outlet_id FROM captures "
        "JOIN documents ON documents.id = captures.document_id LEFT JOIN bodies ON bodies.sha256 = body_sha256 "
        "WHERE captures.id > :last AND (:outlet IS NULL OR documents.outlet_id = :outlet) "
        "AND (:document IS NULL OR captures.document_id = :document) ORDER BY captures.id LIMIT 50",
        {"last": last, "outlet": outlet, "document": document_id},
    ):
        yield from map(_capture, rows)
        last = rows[-1]["id"]


def _capture(row: Row) -> Capture:
    return Capture(
        requested_url=row["requested_url"],
        url=row["url"],
        captured_at=row["captured_at"],
        status=row["status"],
        body=None if row["content"] is None else zlib.decompress(row["content"]),
        headers=_pairs(row["headers"]),
        redirects=tuple(Redirect(status=status, url=url) for status, url in json.loads(row["redirects"])),
        peer=row["peer"],
        how=row["how"],
        outlet_id=row["outlet_id"],
        note=row["note"],
    )


# --- versions --------------------------------------------------------------------------------------------------


def version(store: Store, version_id: int) -> Version | None:
    """A version by its number in the table."""
    row = store.row(f"{_VERSION} WHERE id = ?", (version_id,))
    return _version(row) if row else None


def versions(store: Store, document_id: int) -> list[Version]:
    """Every text of a document, oldest first."""
    rows = store.rows(f"{_VERSION} WHERE document_id = ? ORDER BY first_seen_at, number", (document_id,))
    return [_version(row) for row in rows]


def newest_version(store: Store, document_id: int) -> Version | None:
    """The text that a document has now, as far as is known."""
    row = store.row(
        f"{_VERSION} WHERE document_id = ? ORDER BY first_seen_at DESC, number DESC LIMIT 1", (document_id,)
    )
    return _version(row) if row else None


def version_then(store: Store, document_id: int, at: str) -> Version | None:
    """The text that a document had at a moment; the first one where the moment lies before it was first seen."""
    row = store.row(
        f"{_VERSION} WHERE document_id = :id ORDER BY first_seen_at <= :at DESC, "
        "CASE WHEN first_seen_at <= :at THEN first_seen_at END DESC, first_seen_at, number DESC LIMIT 1",
        {"id": document_id, "at": at},
    )
    return _version(row) if row else None


def citations(store: Store, version_id: int) -> list[Row]:
    """What a version declares, in the order of the page, with the cited outlet, issuer and document where known."""
    return store.rows(
        "SELECT citations.*, outlets.title AS outlet_title, issuers.title AS issuer_title, "
        "documents.url AS document_url, documents.state AS document_state "
        "FROM citations LEFT JOIN outlets ON outlets.id = citations.outlet_id "
        "LEFT JOIN outlets AS issuers ON issuers.id = citations.issuer_id "
        "LEFT JOIN documents ON documents.id = citations.document_id WHERE version_id = ? ORDER BY position",
        (version_id,),
    )


def declared(row: Row) -> Citation:
    """A row of ``citations`` as the noun it was written from."""
    return Citation(
        kind=row["kind"],
        words=row["words"],
        span=None if row["start"] is None else Span(row["start"], row["end"]),
        outlet=row["outlet"],
        issuer=row["issuer"],
        date=row["date"],
        url=row["url"],
        url_as_met=row["url_as_met"],
    )


def _version(row: Row) -> Version:
    start, end = row.pop("statement_start"), row.pop("statement_end")
    doubts = tuple(json.loads(row.pop("doubts")))
    return Version(**row, statement=None if start is None else Span(start, end), doubts=doubts)
