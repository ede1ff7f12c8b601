"""Which document an address leads to: its own canonical one, another form of it, or one that redirects to it."""

from __future__ import annotations

import json

from scraper.model import Capture, Key
from scraper.read.urls import is_web_address, url_key
from scraper.store.database import Store, storable

PERMANENT = (301, 308)
_SCHEMES = {"http://": "https://", "https://": "http://"}


def document_at(store: Store, url: str) -> int | None:
    """The document at a canonical address: its own, else the one that declared it as another form of its own."""
    url = storable(url)
    found: int | None = store.value("SELECT id FROM documents WHERE url = ?", (url,))
    if found is None:
        found = store.value(
            "SELECT document_id FROM addresses WHERE key = ? AND how = 'canonical' ORDER BY id LIMIT 1", (url,)
        )
    return found


def leads_to(store: Store, url: str) -> int | None:
    """The document that a pointer to this canonical address leads to, for finding, not for writing a capture.

    Its own one first (for a page that was only cited, what it turned out to be), then one that was asked for under it,
    redirected from it, or declared it; then one whose address differs by http or https, ``www.``, or a last slash.
    """
    for forms in ([url], other_forms(url)):
        wanted = json.dumps([storable(form) for form in forms])
        own = store.row(
            "SELECT id, state, moved_to FROM documents WHERE url IN (SELECT value FROM json_each(?)) "
            "ORDER BY state <> 'captured', id LIMIT 1",
            (wanted,),
        )
        if own is not None:
            return int(own["moved_to"] if own["state"] == "cited" and own["moved_to"] else own["id"])
        found: int | None = store.value(
            "SELECT document_id FROM addresses WHERE key IN (SELECT value FROM json_each(?)) AND how <> 'cited' "
            "ORDER BY how = 'canonical' DESC, id DESC LIMIT 1",
            (wanted,),
        )
        if found is not None:
            return found
    return None


def other_forms(url: str) -> list[str]:
    """The address with the other scheme, with or without ``www.`` and a last slash: nearly always the same page."""
    scheme = next((scheme for scheme in _SCHEMES if url.startswith(scheme)), None)
    if scheme is None:
        return []
    rest = url.removeprefix(scheme)
    hosts = [rest, rest.removeprefix("www.") if rest.startswith("www.") else f"www.{rest}"]
    forms = [form for host in hosts for form in ([host, host.removesuffix("/")] if host.endswith("/") else [host])]
    if "?" not in rest:
        forms += [f"{form}/" for form in hosts if not form.endswith("/")]
    return [f"{scheme}{form}" for form in forms if form != rest] + [f"{_SCHEMES[scheme]}{form}" for form in forms]


def seen(store: Store, document_id: int, at: str) -> None:
    """Move the moments of a document's first and last sight apart where this one lies outside."""
    store.write(
        "UPDATE documents SET first_seen_at = min(first_seen_at, :at), last_seen_at = max(last_seen_at, :at) "
        "WHERE id = :id",
        {"at": at, "id": document_id},
    )


def write_addresses(store: Store, document_id: int, capture: Capture, key: Key) -> None:
    """Write every form in which the address of a capture was met on the way to it."""
    at = capture.captured_at
    write_address(store, document_id, capture.url, "final", at=at, key=key)
    own = key if capture.requested_url == capture.url else None
    write_address(store, document_id, capture.requested_url, "requested", at=at, key=own)
    for hop in capture.redirects:
        write_address(store, document_id, hop.url, "redirect", at=at)
    for seen_through in key.unwrapped:
        write_address(store, document_id, seen_through.url, "unwrapped", at=at)


def write_address(store: Store, document_id: int, url: str, how: str, *, at: str, key: Key | None = None) -> None:
    """Write one form in which a document's address was met, once; ``key`` is its canonical form where known."""
    known = store.row(
        "SELECT id, first_seen_at FROM addresses WHERE document_id = ? AND url = ? AND how = ?", (document_id, url, how)
    )
    if known is None:
        key = key or url_key(url)
        store.insert(
            "addresses",
            document_id=document_id,
            url=url,
            how=how,
            key=key.url,
            removed=json.dumps([list(removed) for removed in key.removed], ensure_ascii=False),
            first_seen_at=at,
        )
    elif at < known["first_seen_at"]:
        store.write("UPDATE addresses SET first_seen_at = ? WHERE id = ?", (at, known["id"]))


def note_moves(store: Store, document_id: int, capture: Capture) -> None:
    """Documents whose address redirects here for good have moved here; a cited one may turn out to be this one."""
    asked = [capture.requested_url, *(hop.url for hop in capture.redirects)]
    _recognise(store, document_id, asked)
    if not any(hop.status in PERMANENT for hop in capture.redirects):
        return
    for url in asked:
        store.write(
            "UPDATE documents SET moved_to = :to WHERE url = :url AND id <> :to",
            {"to": document_id, "url": url_key(url).url},
        )


def _recognise(store: Store, document_id: int, asked: list[str]) -> None:
    own = store.value("SELECT url FROM documents WHERE id = ?", (document_id,))
    keys = {url_key(url).url for url in asked if url != own and is_web_address(url)} | set(other_forms(own))
    for row in store.rows(
        "SELECT id FROM documents WHERE url IN (SELECT value FROM json_each(:keys)) AND id <> :id AND state = 'cited' "
        "AND moved_to IS NULL AND NOT EXISTS "
        "(SELECT 1 FROM captures WHERE document_id = documents.id AND status NOT IN (404, 410))",
        {"keys": json.dumps(sorted(keys)), "id": document_id},
    ):
        store.write("UPDATE citations SET document_id = ? WHERE document_id = ?", (document_id, row["id"]))
        store.write("UPDATE documents SET moved_to = ? WHERE id = ?", (document_id, row["id"]))
