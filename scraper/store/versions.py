"""An article goes in: a new version where its text or headline differs from the one before, else another sighting."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from scraper.model import Article, Citation, Key
from scraper.read.urls import is_web_address, url_key
from scraper.store.captures import cited_document
from scraper.store.database import Row, Store, storable
from scraper.store.log import record_row
from scraper.store.outlets import outlet as write_outlet
from scraper.store.outlets import outlet_for, outlet_named


class VersionWritten(NamedTuple):
    """Which version a capture shows. ``is_new`` is false when the same text was in force already."""

    version_id: int
    number: int
    is_new: bool


class Resolved(NamedTuple):
    """Whom a citation points at, as far as the store knows."""

    outlet_id: str | None = None
    issuer_id: str | None = None
    document_id: int | None = None


def write_article(store: Store, capture_id: int, article: Article, *, words: int) -> VersionWritten:
    """Write what was read from a capture; its citations are written and resolved with a new version.

    A text that comes back after another one is a new version: A, B, A are three. So is a text under a new headline:
    letters count, not their case or the signs between them, and a page that shows no headline takes none away. A
    different reading of bytes that were read before is marked as re-read: our reader changed, not the page; there a new
    author, date, language, statement or citation is a version, too, since none that was logged may ever change.

    Raises:
        StoreError: the database cannot be written.
    """
    with store.transaction():
        capture = _capture(store, capture_id)
        text_sha256 = _sha256(article.text)
        number = 1 + _newest_number(store, capture["document_id"])
        if number > 1 and (neighbour := _neighbour(store, capture, article, text_sha256)):
            return _see_again(store, capture, neighbour)
        version_id = _insert_version(store, capture, article, number=number, text_sha256=text_sha256, words=words)
        for position, citation in enumerate(article.citations, 1):
            _insert_citation(store, version_id, position, citation, capture["captured_at"])
        record_row(store, "version", version_id)
        _attach(store, capture, version_id)
        _refresh_document(store, capture["document_id"])
        return VersionWritten(version_id, number, is_new=True)


def seen_again(store: Store, capture_id: int) -> VersionWritten | None:
    """A capture with no news, told before anything is read: a 304, or the very bytes that the text in force came from.

    Returns the version that was seen again, or ``None`` when the capture has to be read.
    """
    capture = _capture(store, capture_id)
    current = in_force(store, capture["document_id"], capture["captured_at"])
    if current is None:
        return None
    is_same = capture["status"] == 304 or (
        capture["body_sha256"] is not None
        and store.value(
            "SELECT 1 FROM captures WHERE version_id = ? AND body_sha256 = ? LIMIT 1",
            (current["id"], capture["body_sha256"]),
        )
    )
    if not is_same:
        return None
    with store.transaction():
        return _see_again(store, capture, current)


def is_read(store: Store, capture_id: int) -> bool:
    """Whether the bytes of a capture, or none (a 304), were read for its document before."""
    return bool(
        store.value(
            "SELECT 1 FROM captures AS now LEFT JOIN captures AS before ON before.document_id = now.document_id "
            "AND before.body_sha256 = now.body_sha256 AND before.version_id IS NOT NULL "
            "WHERE now.id = ? AND (now.body_sha256 IS NULL OR before.id IS NOT NULL) LIMIT 1",
            (capture_id,),
        )
    )


def same_text_at(store: Store, text: str, host: str, *, other_than: int) -> int:
    """How many other documents of a host show, or once showed, this very text."""
    return int(
        store.value(
            "SELECT count(DISTINCT documents.id) FROM versions JOIN documents ON documents.id = versions.document_id "
            "WHERE versions.text_sha256 = :sha256 AND documents.id <> :other AND (documents.url LIKE "
            "'http://' || :host || '/%' OR documents.url LIKE 'https://' || :host || '/%')",
            {"sha256": _sha256(text), "host": host, "other": other_than},
        )
    )


def _sha256(text: str) -> str:
    return hashlib.sha256(storable(text).encode()).hexdigest()


def in_force(store: Store, document_id: int, at: str) -> Row | None:
    """The version that a document had at a moment: the last one first seen by then. ``None`` before the first."""
    return store.row(
        "SELECT id, number, title, text_sha256, reader, first_seen_at, last_seen_at FROM versions "
        "WHERE document_id = ? AND first_seen_at <= ? ORDER BY first_seen_at DESC, number DESC LIMIT 1",
        (document_id, at),
    )


def resolve_citation(store: Store, citation: Citation, *, at: str | None = None) -> Resolved:
    """Find the outlet, issuer and document that a citation points at; a cited address becomes a cited document.

    The outlet is the one at the cited address, else the one known by the cited name; names that nobody is known by stay
    unresolved.
    """
    with store.transaction():
        document_id, outlet_id = _cited_address(store, citation, at)
        named = outlet_named(store, citation.outlet) if citation.outlet else None
        issuer = outlet_named(store, citation.issuer) if citation.issuer else None
        if named is not None:
            outlet_id = write_outlet(store, named)
        return Resolved(outlet_id, write_outlet(store, issuer) if issuer else None, document_id)


def _cited_address(store: Store, citation: Citation, at: str | None) -> tuple[int | None, str | None]:
    address = citation.url or citation.url_as_met
    if address is None or not is_web_address(address):
        return None, None
    as_met = citation.url_as_met or address
    key = url_key(as_met)
    if citation.url and key.url != citation.url:
        key = Key(url=citation.url, removed=key.removed, unwrapped=key.unwrapped)
    document_id = cited_document(store, key, outlet_for(store, key.url), as_met=as_met, at=at)
    return document_id, store.value("SELECT outlet_id FROM documents WHERE id = ?", (document_id,))


def _capture(store: Store, capture_id: int) -> Row:
    row = store.row(
        "SELECT id, document_id, version_id, status, body_sha256, captured_at FROM captures WHERE id = ?", (capture_id,)
    )
    if row is None:
        raise LookupError(f"no capture {capture_id}")
    return row


def _newest_number(store: Store, document_id: int) -> int:
    return int(store.value("SELECT max(number) FROM versions WHERE document_id = ?", (document_id,)) or 0)


def _neighbour(store: Store, capture: Row, article: Article, text_sha256: str) -> Row | None:
    """The version in force at a capture, or the one that follows, where it says the same."""
    document_id, at = capture["document_id"], capture["captured_at"]
    for version in (in_force(store, document_id, at), _following(store, document_id, at)):
        if version is None or version["text_sha256"] != text_sha256 or _is_renamed(version["title"], article.title):
            continue
        is_its_source = capture["version_id"] == version["id"] and at == version["first_seen_at"]
        return None if is_its_source and _reads_otherwise(store, version["id"], article) else version
    return None


def _is_renamed(before: str | None, now: str | None) -> bool:
    return now is not None and _letters(before or "") != _letters(now)


def _letters(title: str) -> list[str]:
    return [letter for letter in title.casefold() if letter.isalnum()]


def _reads_otherwise(store: Store, version_id: int, article: Article) -> bool:
    """Whether the page that a version was read from says something else to today's reader."""
    held = store.row(
        "SELECT byline, published_at, modified_at, language, statement_start, statement_end FROM versions WHERE id = ?",
        (version_id,),
    )
    citations = store.rows(
        'SELECT kind, words, start, "end", outlet, issuer, date, url, url_as_met FROM citations '
        "WHERE version_id = ? ORDER BY position",
        (version_id,),
    )
    statement = article.statement or (None, None)
    facts = (article.byline, article.published_at, article.modified_at, article.language, *statement)
    rows = [_declared(citation) for citation in article.citations]
    return _storable(facts) != tuple((held or {}).values()) or [_storable(row.values()) for row in rows] != [
        tuple(row.values()) for row in citations
    ]


def _storable(values: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(storable(value) if isinstance(value, str) else value for value in values)


def _following(store: Store, document_id: int, at: str) -> Row | None:
    return store.row(
        "SELECT id, number, title, text_sha256, first_seen_at, last_seen_at FROM versions "
        "WHERE document_id = ? AND first_seen_at > ? ORDER BY first_seen_at, number LIMIT 1",
        (document_id, at),
    )


def _see_again(store: Store, capture: Row, version: Row) -> VersionWritten:
    at = capture["captured_at"]
    if not version["first_seen_at"] <= at <= version["last_seen_at"]:
        store.write(
            "UPDATE versions SET first_seen_at = min(first_seen_at, :at), last_seen_at = max(last_seen_at, :at) "
            "WHERE id = :id",
            {"at": at, "id": version["id"]},
        )
    _attach(store, capture, version["id"])
    return VersionWritten(version["id"], version["number"], is_new=False)


def _attach(store: Store, capture: Row, version_id: int) -> None:
    if capture["version_id"] != version_id:
        store.write("UPDATE captures SET version_id = ?, unread = NULL WHERE id = ?", (version_id, capture["id"]))


def _reread_of(store: Store, capture: Row) -> int | None:
    """The version that came from these very bytes before, if there is one."""
    if capture["version_id"] is not None:
        return int(capture["version_id"])
    found: int | None = store.value(
        "SELECT version_id FROM captures WHERE document_id = ? AND body_sha256 = ? AND version_id IS NOT NULL "
        "AND version_id = (SELECT id FROM versions WHERE document_id = captures.document_id AND first_seen_at <= ? "
        "ORDER BY first_seen_at DESC, number DESC LIMIT 1) LIMIT 1",
        (capture["document_id"], capture["body_sha256"], capture["captured_at"]),
    )
    return found


def _insert_version(store: Store, capture: Row, article: Article, *, number: int, text_sha256: str, words: int) -> int:
    return store.insert(
        "versions",
        document_id=capture["document_id"],
        number=number,
        title=article.title,
        byline=article.byline,
        published_at=article.published_at,
        modified_at=article.modified_at,
        language=article.language,
        text=article.text,
        statement_start=article.statement and article.statement.start,
        statement_end=article.statement and article.statement.end,
        text_sha256=text_sha256,
        words=words,
        doubts=json.dumps(article.doubts, ensure_ascii=False),
        reader=article.reader,
        reread_of=_reread_of(store, capture) if number > 1 else None,
        first_seen_at=capture["captured_at"],
        last_seen_at=capture["captured_at"],
    )


def _insert_citation(store: Store, version_id: int, position: int, citation: Citation, at: str) -> None:
    resolved = resolve_citation(store, citation, at=at)
    store.insert(
        "citations",
        version_id=version_id,
        position=position,
        **_declared(citation),
        **resolved._asdict(),
    )


def _declared(citation: Citation) -> dict[str, Any]:
    return {
        "kind": citation.kind,
        "words": citation.words,
        "start": citation.span and citation.span.start,
        "end": citation.span and citation.span.end,
        "outlet": citation.outlet,
        "issuer": citation.issuer,
        "date": citation.date,
        "url": citation.url,
        "url_as_met": citation.url_as_met,
    }


def _refresh_document(store: Store, document_id: int) -> None:
    """Title and claimed date of the newest version; a version that claims nothing takes nothing away."""
    store.write(
        "UPDATE documents SET title = ifnull(newest.title, documents.title), "
        "published_at = ifnull(newest.published_at, documents.published_at) FROM (SELECT title, published_at FROM "
        "versions WHERE document_id = :id ORDER BY first_seen_at DESC, number DESC LIMIT 1) AS newest "
        "WHERE documents.id = :id",
        {"id": document_id},
    )
