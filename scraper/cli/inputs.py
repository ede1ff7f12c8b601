"""What a person names - a number, an address, a file, ``-`` - becomes a text or a document."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from scraper.cli.app import Trouble
from scraper.importing.pages import PageKind, own_address, page
from scraper.importing.refusals import MOST_BYTES
from scraper.model import Capture
from scraper.read.article import read_page
from scraper.read.urls import is_web_address
from scraper.store.database import Store
from scraper.store.documents import Document, Version, find_document, newest_version


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A text that a person named, and the stored document and version it is, where it is one."""

    name: str
    text: str
    language: str | None = None
    document: Document | None = None
    version: Version | None = None


def given(what: str, store: Store | None, *, may_fetch: bool = False) -> Given:
    """The text that ``what`` names: ``-`` (standard input), a file, a stored document's number or address.

    Raises:
        Trouble: it names nothing that can be read.
    """
    if what == "-":
        return _read(sys.stdin.buffer.read(MOST_BYTES + 1), "standard input")
    path = Path(what)
    if _is_file(path):
        return _read(_bytes(path), what)
    document = find_document(store, what) if store is not None else None
    version = newest_version(store, document.id) if store is not None and document is not None else None
    if document is not None and version is not None:
        return Given(
            name=document.url or f"document {document.id}",
            text=version.text,
            language=version.language,
            document=document,
            version=version,
        )
    if not is_web_address(what):
        raise Trouble(_why_nothing(what, document))
    if not may_fetch:
        raise Trouble(f"{what} is not in the database: add --fetch to fetch it, or import a saved copy.")
    capture = fetched(what)
    return _read(capture.body or b"", capture.url, capture)


def stored_document(what: str, store: Store) -> Document:
    """The stored document that ``what`` names: its number, its address in any form, or a file (``-``) that holds it.

    Raises:
        Trouble: there is none.
    """
    found = find_document(store, _address_in(what) or what)
    if found is None:
        raise Trouble(f"No document is stored for {what}.")
    return found


def _address_in(what: str) -> str | None:
    """The address under which a file would be imported; ``None`` for what names no file."""
    path = Path(what)
    if what != "-" and not _is_file(path):
        return None
    body = sys.stdin.buffer.read(MOST_BYTES + 1) if what == "-" else _bytes(path)
    kind: PageKind = "html" if own_address(body) else "text"
    return page(body, kind, "").url


def fetched(url: str) -> Capture:
    """One address, fetched now, with the manners and the guard of a crawl.

    Raises:
        Trouble: it gave no page.
    """
    from scraper.crawl.fetch import FetchError, fetch  # noqa: PLC0415 - what is stored or saved needs no network
    from scraper.crawl.guard import Guard, Refused  # noqa: PLC0415
    from scraper.crawl.settings import USER_AGENT  # noqa: PLC0415

    try:
        capture = fetch(url, guard=Guard(), user_agent=USER_AGENT)
    except (FetchError, Refused) as error:
        raise Trouble(f"{url} could not be fetched: {error}") from error
    if not 200 <= capture.status < 300:
        raise Trouble(f"{url} answered {capture.status}.")
    return capture


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name too long for a path is none
        return False


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise Trouble(f"{path} cannot be read: {error.strerror}.") from error


def _read(body: bytes, name: str, capture: Capture | None = None) -> Given:
    if len(body) > MOST_BYTES:
        raise Trouble(f"{name} is larger than {MOST_BYTES // 1_000_000} MB.")
    article = read_page(body, capture.url if capture else None, captured_at=capture.captured_at if capture else None)
    if not article.text.strip():
        raise Trouble(f"No text was found in {name}" + (f": {article.doubts[0]}." if article.doubts else "."))
    return Given(name=name, text=article.text, language=article.language)


def _why_nothing(what: str, document: Document | None) -> str:
    if document is None:
        return f"{what} is no file, no stored document and no web address."
    if document.state == "presumed":
        return f"Document {document.id} is presumed: its text is not held."
    return f"Document {document.id} is {document.state}, but no text of it is held."
