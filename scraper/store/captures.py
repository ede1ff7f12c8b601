"""A capture goes in: its bytes once, its addresses as they were met, its document looked up or made."""

from __future__ import annotations

import hashlib
import json
import zlib
from typing import NamedTuple

from scraper.model import Capture, Key, OutletFacts
from scraper.store.addresses import document_at, leads_to, note_moves, seen, write_address, write_addresses
from scraper.store.database import Row, Store, StoreError
from scraper.store.log import record_row
from scraper.store.outlets import outlet as write_outlet

GONE = (404, 410)
_LEVEL = 4  # zlib: level 6 costs 1.6 times the time for 5 % less, measured on 80 pages of newspapers


class Written(NamedTuple):
    """Where a capture was written. ``is_new_capture`` is false when this very answer was held already."""

    capture_id: int
    document_id: int
    is_new_document: bool
    is_new_capture: bool = True


def write_capture(
    store: Store, capture: Capture, *, key: Key, outlet: OutletFacts, run_id: int | None = None
) -> Written:
    """Write one answer of a server, or of an imported record, before anything is read from it.

    ``key`` is the canonical form of the address that answered; a cited document at that address becomes captured. Bytes
    that are held already are not written again, and the same answer (address asked for, bytes, moment) is one row.

    Raises:
        StoreError: the database cannot be written.
    """
    with store.transaction():
        sha256 = _write_body(store, capture.body)
        known = _held_already(store, capture, sha256)
        if known is not None:
            return Written(known["id"], known["document_id"], is_new_document=False, is_new_capture=False)
        document_id, is_new = _document(store, capture, key, outlet)
        capture_id = store.insert(
            "captures",
            document_id=document_id,
            run_id=run_id,
            requested_url=capture.requested_url,
            url=capture.url,
            redirects=json.dumps([[hop.status, hop.url] for hop in capture.redirects], ensure_ascii=False),
            status=capture.status,
            headers=json.dumps([list(header) for header in capture.headers], ensure_ascii=False),
            body_sha256=sha256,
            peer=capture.peer,
            how=capture.how,
            note=capture.note,
            captured_at=capture.captured_at,
        )
        record_row(store, "capture", capture_id)
        write_addresses(store, document_id, capture, key)
        if is_new or capture.redirects:
            note_moves(store, document_id, capture)
        return Written(capture_id, document_id, is_new)


def body(store: Store, sha256: str) -> bytes:
    """The bytes with this hash, as the server sent them.

    Raises:
        StoreError: they are not held, or what is held cannot be unpacked.
    """
    content = store.value("SELECT content FROM bodies WHERE sha256 = ?", (sha256,))
    if content is None:
        raise StoreError(f"{store.path} holds no body {sha256}.")
    try:
        return zlib.decompress(content)
    except zlib.error as error:
        raise StoreError(f"{store.path} holds a damaged body {sha256}: {error}.") from error


def document_of(store: Store, capture_id: int) -> int:
    """The document that a capture belongs to now."""
    return int(store.value("SELECT document_id FROM captures WHERE id = ?", (capture_id,)))


def note_unread(store: Store, capture_id: int, reason: str) -> None:
    """Say in one sentence why no text was read from a capture."""
    store.write("UPDATE captures SET unread = ? WHERE id = ?", (reason, capture_id))


def cited_document(
    store: Store, key: Key, outlet: OutletFacts, how: str = "cited", *, as_met: str | None = None, at: str | None = None
) -> int:
    """The document at an address that a page points at: looked up by any form of it, else made with state ``cited``.

    ``as_met`` is the address exactly as it stands on the page, ``at`` when it was pointed at (default: now).
    """
    with store.transaction():
        moment = at or store.clock()
        found = leads_to(store, key.url)
        if found is None:
            found = _insert_document(store, key, outlet, state="cited", at=moment)
        else:
            seen(store, found, moment)
        write_address(store, found, as_met or key.url, how, at=moment, key=key)
        return found


def settle_canonical(store: Store, document_id: int, canonical: Key) -> int:
    """A page declares another address as its own (``rel=canonical``, same outlet): one document, not two.

    Returns the document at the canonical address. A document without versions of its own hands it its captures and
    addresses; one that was read before keeps them and is marked as moved. The caller decides whether to believe it.
    """
    with store.transaction():
        here = store.row("SELECT url, outlet_id FROM documents WHERE id = ?", (document_id,))
        if here is None or here["url"] == canonical.url:
            return document_id
        there = document_at(store, canonical.url)
        if there == document_id:
            return document_id
        if there is None:
            _rename(store, document_id, here["url"], canonical)
            return document_id
        _merge(store, document_id, there, here["url"])
        return there


def _rename(store: Store, document_id: int, url: str, canonical: Key) -> None:
    at = store.value("SELECT first_seen_at FROM documents WHERE id = ?", (document_id,))
    write_address(store, document_id, url, "canonical", at=at)
    store.write("UPDATE documents SET url = ? WHERE id = ?", (canonical.url, document_id))
    write_address(store, document_id, canonical.url, "canonical", at=at, key=canonical)


def _merge(store: Store, document_id: int, there: int, url: str) -> None:
    if store.value("SELECT count(*) FROM versions WHERE document_id = ?", (document_id,)):
        store.write("UPDATE documents SET moved_to = ? WHERE id = ?", (there, document_id))
        return
    at = store.value("SELECT first_seen_at FROM documents WHERE id = ?", (document_id,))
    store.write("UPDATE captures SET document_id = ? WHERE document_id = ?", (there, document_id))
    store.write("UPDATE OR IGNORE addresses SET document_id = ? WHERE document_id = ?", (there, document_id))
    store.write("DELETE FROM addresses WHERE document_id = ?", (document_id,))
    store.write("UPDATE citations SET document_id = ? WHERE document_id = ?", (there, document_id))
    store.write("UPDATE documents SET moved_to = ? WHERE moved_to = ?", (there, document_id))
    store.write(
        "UPDATE documents SET state = 'captured' WHERE id = ? AND state = 'cited' AND EXISTS "
        "(SELECT 1 FROM captures WHERE document_id = documents.id AND status IN (0, 200))",
        (there,),
    )
    seen(store, there, at)
    if _is_unmentioned(store, document_id):
        store.write("DELETE FROM documents WHERE id = ?", (document_id,))
        write_address(store, there, url, "canonical", at=at)
    else:
        store.write("UPDATE documents SET moved_to = ? WHERE id = ?", (there, document_id))


def _is_unmentioned(store: Store, document_id: int) -> bool:
    return not store.value(
        "SELECT EXISTS (SELECT 1 FROM links WHERE copy_id = :id OR source_id = :id) "
        "OR EXISTS (SELECT 1 FROM documents WHERE presumed_by = :id OR resolved_to = :id)",
        {"id": document_id},
    )


def _write_body(store: Store, content: bytes | None) -> str | None:
    if not content:
        return None
    sha256 = hashlib.sha256(content).hexdigest()
    if not store.value("SELECT 1 FROM bodies WHERE sha256 = ?", (sha256,)):
        store.insert("bodies", sha256=sha256, size=len(content), content=zlib.compress(content, _LEVEL))
    return sha256


def _held_already(store: Store, capture: Capture, sha256: str | None) -> Row | None:
    """The same answer. A file that names no time of its own (status 0) is the same whenever it is imported."""
    when = "" if capture.status == 0 else "AND captured_at = :at"
    return store.row(
        f"SELECT id, document_id FROM captures WHERE requested_url = :url AND status = :status {when} "  # noqa: S608
        "AND ifnull(body_sha256, '') = :sha256",
        {"url": capture.requested_url, "status": capture.status, "at": capture.captured_at, "sha256": sha256 or ""},
    )


def _document(store: Store, capture: Capture, key: Key, outlet: OutletFacts) -> tuple[int, bool]:
    is_held = capture.status == 0 or 200 <= capture.status < 300
    found = document_at(store, key.url)
    if found is None:
        state = "captured" if is_held else "cited"
        document_id = _insert_document(store, key, outlet, state=state, at=capture.captured_at)
        if capture.status in GONE:
            store.write("UPDATE documents SET gone_at = ? WHERE id = ?", (capture.captured_at, document_id))
        return document_id, True
    seen(store, found, capture.captured_at)
    if is_held:
        store.write(
            "UPDATE documents SET state = 'captured', moved_to = NULL WHERE id = ? AND state = 'cited'", (found,)
        )
        store.write("UPDATE documents SET gone_at = NULL WHERE id = ? AND gone_at <= ?", (found, capture.captured_at))
    elif capture.status in GONE:
        _gone(store, found, capture.captured_at)
    return found, False


def _gone(store: Store, document_id: int, at: str) -> None:
    """Gone since ``at``, unless a later capture still found it, or it was gone before."""
    store.write(
        "UPDATE documents SET gone_at = min(ifnull(gone_at, :at), :at) WHERE id = :id AND NOT EXISTS (SELECT 1 FROM "
        "captures WHERE document_id = :id AND captured_at > :at AND (status = 0 OR status BETWEEN 200 AND 304))",
        {"at": at, "id": document_id},
    )


def _insert_document(store: Store, key: Key, outlet: OutletFacts, *, state: str, at: str) -> int:
    outlet_id = write_outlet(store, outlet)
    return store.insert("documents", outlet_id=outlet_id, url=key.url, state=state, first_seen_at=at, last_seen_at=at)
