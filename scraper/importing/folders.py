"""A path becomes captures: a folder file by file, a file by what it is."""

from __future__ import annotations

import gzip
import stat
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, cast

from scraper.importing.bundles import captures_in_wacz
from scraper.importing.lists import captures_in_list
from scraper.importing.pages import CONTENT_TYPES, PageKind, page
from scraper.importing.payload import gunzipped
from scraper.importing.refusals import MOST_BYTES, Refused, Unreadable
from scraper.importing.warcs import captures_in_warc
from scraper.model import Capture

KINDS: dict[str, str] = {
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".shtml": "html",
    ".txt": "text",
    ".text": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".pdf": "pdf",
    ".warc": "warc",
    ".wacz": "wacz",
    ".ndjson": "list",
    ".jsonl": "list",
}
"""Ending of a name -> what the file is; ``.gz`` behind it means the same, packed."""
_HEAD = 4_096


def captures_from(path: Path) -> Iterator[Capture | Unreadable]:
    """Everything that can be taken in from a file or, file by file in the order of their names, from a folder.

    Symbolic links inside a folder are not followed and files whose names start with a dot are passed over. What cannot
    be read gives an ``Unreadable`` with one sentence why, and the rest goes on.
    """
    if path.is_dir():
        yield from _from_folder(path)
    else:
        yield from _from_file(path)


def _from_folder(folder: Path) -> Iterator[Capture | Unreadable]:
    waiting = [folder]  # a stack of our own: folders may lie deeper than calls can
    while waiting:
        path = waiting.pop()
        if path.is_symlink() and path is not folder:
            yield Unreadable(path=path, reason="it is a symbolic link, and links are not followed")
        elif not path.is_dir():
            yield from _from_file(path)
        else:
            try:
                entries = [entry for entry in path.iterdir() if not entry.name.startswith(".")]
            except OSError as error:
                yield Unreadable(path=path, reason=f"the folder cannot be read: {error.strerror}")
            else:
                waiting += sorted(entries, reverse=True)


def _from_file(path: Path) -> Iterator[Capture | Unreadable]:
    try:
        facts = path.stat()
        if not stat.S_ISREG(facts.st_mode):
            yield Unreadable(path=path, reason="it is no regular file")
            return
        captured_at = datetime.fromtimestamp(min(facts.st_mtime, datetime.now(UTC).timestamp()), UTC)
        with path.open("rb") as file:
            yield from _from_open_file(path, file, captured_at.strftime("%Y-%m-%dT%H:%M:%SZ"))
    except OSError as error:
        yield Unreadable(path=path, reason=f"it cannot be read: {error.strerror or error}")
    except Refused as refusal:
        yield Unreadable(path=path, reason=str(refusal))


def _from_open_file(path: Path, file: BinaryIO, captured_at: str) -> Iterator[Capture | Unreadable]:
    kind = kind_of(path, file)
    if kind == "wacz":
        yield from captures_in_wacz(path, file)
    elif kind == "warc":
        yield from captures_in_warc(path, file)
    elif kind == "list":
        packed = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        lines = cast(BinaryIO, gzip.GzipFile(fileobj=file)) if packed else file
        try:
            yield from captures_in_list(path, lines, captured_at)
        except (EOFError, zlib.error) as error:
            yield Unreadable(path=path, reason=f"it breaks off: {error}")
    else:
        yield page(_whole(file), cast(PageKind, kind), captured_at)


def kind_of(path: Path, file: BinaryIO) -> str:
    """What a file is: by the ending of its name, else by its first bytes. The file is left at its start.

    Raises:
        Refused: it is nothing that can be read.
    """
    endings = [ending.lower() for ending in path.suffixes[-2:]]
    if endings and endings[-1] == ".gz":
        endings.pop()
    head = file.read(_HEAD)
    file.seek(0)
    if not head:
        raise Refused("it is empty")
    named = KINDS.get(endings[-1]) if endings else None
    start = _beginning(head)
    is_pdf = start.lstrip().startswith(b"%PDF-")
    if named in CONTENT_TYPES and is_pdf != (named == "pdf"):
        named = "pdf" if is_pdf else None  # pages are saved under wrong names every day
    return named or _kind_by_bytes(start, endings[-1] if endings else "")


def _kind_by_bytes(head: bytes, ending: str) -> str:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1_024].lower()
    if start.startswith(b"warc/"):
        return "warc"
    if start.startswith(b"%pdf-"):
        return "pdf"
    if start.startswith(b"pk\x03\x04"):
        return "wacz"
    if start.startswith((b"<!doctype html", b"<html", b"<!-- saved from")) or b"<html" in start:
        return "html"
    if start.startswith(b"{") and b'"url"' in head:
        return "list"
    if not ending and b"\x00" not in head:
        return "text"
    raise Refused(f"it is of no kind that can be read ({ending or 'no ending'})")


def _beginning(head: bytes) -> bytes:
    if head[:2] != b"\x1f\x8b":
        return head
    try:
        return zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(head, _HEAD)
    except zlib.error:
        return head


def _whole(file: BinaryIO) -> bytes:
    raw = file.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise Refused(f"it is larger than {MOST_BYTES // 1_000_000} MB")
    return gunzipped(raw)
