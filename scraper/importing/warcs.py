"""A WARC file, packed or not: its response and resource records become captures, revisits are filled in."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from contextlib import redirect_stderr
from dataclasses import dataclass, field, replace
from io import StringIO
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urljoin, urlsplit

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeadersParserException

from scraper.importing.lists import moment
from scraper.importing.payload import unpacked
from scraper.importing.refusals import MOST_BYTES, Refused, Unreadable
from scraper.model import Capture, Redirect
from scraper.read.urls import is_web_address

PAGES = frozenset({"text/html", "application/xhtml+xml", "text/plain", "text/markdown", "application/pdf"})
"""What is taken in; pictures, styles, scripts and feeds of a crawl are passed over."""
REDIRECTS = frozenset({301, 302, 303, 307, 308})
FILE = "urn:sha256:"
OUR_FIELD = "Provenance-Capture"
"""Written by our own export (scraper/export/warc.py)."""
GONE = frozenset({404, 410})
MOST_HOPS = 10
_BROKEN = (ArchiveLoadFailed, StatusAndHeadersParserException, zlib.error, EOFError, UnicodeError, ValueError)


@dataclass(slots=True)
class _Seen:
    """What later records of the file may refer back to."""

    offsets: dict[str, int] = field(default_factory=dict)
    """Payload digest, and address with moment, of a record with a payload -> where it begins in the file."""
    hops: dict[str, tuple[Redirect, str]] = field(default_factory=dict)
    """Address that redirects -> status and address of the hop, and where it leads."""
    pages: dict[str, int] = field(default_factory=dict)
    """Address of a page -> where its record begins."""
    leading: dict[str, list[str]] = field(default_factory=dict)
    """Address -> those that redirect to it and stand in no capture yet."""


def captures_in_warc(path: Path, file: BinaryIO) -> Iterator[Capture | Unreadable]:
    """The captures of a WARC file that can be sought in, in its order.

    A redirect is put in front of the page that it leads to. Requests, metadata and what is no page give nothing. Where
    the file breaks off, or a record cannot be read, an ``Unreadable`` names the record by its number from 1.
    """
    seen, done, pages, end, is_whole = _Seen(), 0, 0, 0, True
    records = ArchiveIterator(file, check_digests=True)
    try:
        for record in _each(records):
            try:
                capture = _capture(record, seen, file)
                if capture is not None:
                    _remember(capture, record, _place(records)[0], seen)
                    pages += 1
                    yield capture
            except Refused as refusal:
                yield Unreadable(path=path, reason=f"record {done + 1}: {refusal}")
            end = sum(_place(records))
            _must_be_whole(record)
            done += 1
        if _is_left(file, end):
            raise EOFError("the next record is incomplete")
    except _BROKEN as error:
        what = " ".join(str(error).split())[:120] or type(error).__name__
        yield Unreadable(path=path, reason=f"it breaks off in record {done + 1}, what stands before was kept: {what}")
        is_whole = False
    late = list(_late_redirects(seen, file))
    yield from late
    if is_whole and not pages and not late:
        yield Unreadable(path=path, reason=f"none of its {done} records is a page")


def _each(records: Any) -> Iterator[Any]:
    """The records of a file. What warcio trips over in a malformed one is the file's fault, not ours."""
    while True:
        try:
            with redirect_stderr(StringIO()):  # warcio's warnings: what they tell of is told by us, with the record
                record = next(records, None)
        except (AttributeError, TypeError, AssertionError, LookupError) as error:
            raise ArchiveLoadFailed("its header cannot be read") from error
        if record is None:
            return
        yield record


def _place(records: Any) -> tuple[int, int]:
    """Where the record in hand begins, and how long it is; reads it to its end."""
    with redirect_stderr(StringIO()):
        return records.get_record_offset(), records.get_record_length()


def _must_be_whole(record: Any) -> None:
    """Raises EOFError for a record that ends before its header or body does: warcio passes over that in silence."""
    if record.rec_headers.get_header("Content-Length") is None:
        raise EOFError("its header is incomplete")
    if record.raw_stream.limit > 0:
        raise EOFError(f"{record.raw_stream.limit} bytes of its body are missing")


def _is_left(file: BinaryIO, end: int) -> bool:
    """Whether anything but line ends stands behind the last record: warcio passes over a torn one in silence."""
    file.seek(end)
    return any(block.strip(b"\r\n") for block in iter(lambda: file.read(65_536), b""))


def _capture(record: Any, seen: _Seen, file: BinaryIO) -> Capture | None:
    """The capture of one record; ``None`` for what is no page.

    Raises:
        Refused: the record is a page that cannot be taken in.
    """
    url = (record.rec_headers.get_header("WARC-Target-URI") or "").strip()
    ours = _ours(record)
    if record.rec_type not in ("response", "resource", "revisit") or ours.get("part") == "redirect":
        return None
    if not is_web_address(url) and not (record.rec_type == "resource" and url.startswith(FILE)):
        return None
    captured_at = moment(record.rec_headers.get_header("WARC-Date"))
    if captured_at is None:
        raise Refused("it has no date")
    status = _status(record)
    headers = _headers(record)
    if status in REDIRECTS:
        _remember_hop(url, status, headers, seen)
        return None
    capture = Capture(
        requested_url=url,
        url=url,
        captured_at=captured_at,
        status=status,
        headers=headers,
        peer=record.rec_headers.get_header("WARC-IP-Address"),
        how="import",
    )
    if record.rec_type == "revisit":
        filled = _revisited(record, capture, seen, file)
    elif ours or _is_page(capture):
        filled = _with_body(capture, _payload(record), record.digest_checker.passed)
    else:
        return None
    return _as_it_was(filled, ours) if ours else _with_hops(filled, seen)


def _ours(record: Any) -> dict[str, Any]:
    """What an export of ours says of a capture beyond WARC's own fields; empty for other archives."""
    try:
        fields = json.loads(record.rec_headers.get_header(OUR_FIELD) or "{}")
    except (ValueError, RecursionError):
        return {}
    return fields if isinstance(fields, dict) else {}


def _as_it_was(capture: Capture, ours: dict[str, Any]) -> Capture:
    try:
        redirects = tuple(Redirect(status=int(status), url=str(url)) for status, url in ours.get("redirects") or ())
        status = int(ours.get("status", capture.status))
    except (TypeError, ValueError):
        return capture
    note = capture.note or ours.get("note")
    return replace(
        capture,
        requested_url=str(ours.get("requested_url") or capture.url),
        url=str(ours.get("url") or capture.url),
        redirects=redirects,
        # only a record without an HTTP answer may be that of a file; any other status is the answer's own
        status=0 if status == 0 and capture.status == 200 else capture.status,
        note=str(note) if note else None,
    )


def _status(record: Any) -> int:
    if record.http_headers is None:
        return 200 if record.rec_type == "resource" else 0
    code = (record.http_headers.get_statuscode() or "").strip()
    if not (code.isascii() and code.isdigit()):
        raise Refused("its HTTP status cannot be read")
    return int(code)


def _headers(record: Any) -> tuple[tuple[str, str], ...]:
    if record.http_headers is not None:
        return tuple((name, value) for name, value in record.http_headers.headers)
    content_type = record.rec_headers.get_header("Content-Type")
    return (("Content-Type", content_type),) if content_type else ()


def _is_page(capture: Capture) -> bool:
    """Whether the answer is one that tells of a page: it is there and of a kind that is read, or it is gone."""
    if capture.status in GONE:
        return True
    if urlsplit(capture.url).path == "/robots.txt":
        return False
    is_kind = capture.content_type is None or capture.content_type in PAGES
    if is_kind and not 200 <= capture.status < 300:
        raise Refused(f"the server answered {capture.status} for {capture.url[:200]}")
    return is_kind


def _payload(record: Any) -> bytes:
    stream = record.raw_stream
    if record.http_headers and (record.http_headers.get_header("Transfer-Encoding") or "").lower() == "chunked":
        stream = ChunkedDataReader(stream)
    body = bytes(stream.read(MOST_BYTES + 1))
    if len(body) > MOST_BYTES:
        raise Refused(f"its body is larger than {MOST_BYTES // 1_000_000} MB")
    if stream is record.raw_stream:
        _must_be_whole(record)
    return body


def _with_body(capture: Capture, body: bytes, is_sound: bool | None) -> Capture:
    """The body without its transfer and content codings, so that it can be read; the header says what it was."""
    coding = next((value for name, value in capture.headers if name.lower() == "content-encoding"), "")
    headers = tuple(
        (f"X-Archive-Orig-{name}" if name.lower() in ("content-encoding", "transfer-encoding") else name, value)
        for name, value in capture.headers
    )
    note = None if is_sound is not False else "The bytes do not match the digest in their WARC record."
    return replace(capture, body=unpacked(body, coding) or None, headers=headers, note=note)


def _revisited(record: Any, capture: Capture, seen: _Seen, file: BinaryIO) -> Capture:
    """A revisit record filled in with the bytes of the record that it refers to."""
    if capture.status == 304 or "server-not-modified" in (record.rec_headers.get_header("WARC-Profile") or ""):
        return replace(capture, status=304)
    target = record.rec_headers.get_header("WARC-Refers-To-Target-URI") or capture.url
    date = moment(record.rec_headers.get_header("WARC-Refers-To-Date"))
    digest = record.rec_headers.get_header("WARC-Payload-Digest")
    offset = seen.offsets.get(f"{target} {date}", seen.offsets.get(digest or ""))
    if offset is None:
        raise Refused(f"it repeats a page that this file does not hold: {target[:200]}")
    before = _read_again(file, offset)
    headers = capture.headers or before.headers
    return replace(capture, body=before.body, headers=headers, status=capture.status or before.status)


def _read_again(file: BinaryIO, offset: int) -> Capture:
    here = file.tell()
    try:
        file.seek(offset)
        record = next(iter(ArchiveIterator(file)))
        url = record.rec_headers.get_header("WARC-Target-URI")
        at = moment(record.rec_headers.get_header("WARC-Date")) or ""
        capture = Capture(
            requested_url=url, url=url, captured_at=at, status=_status(record), headers=_headers(record), how="import"
        )
        return _with_body(capture, _payload(record), is_sound=None)
    finally:
        file.seek(here)


def _remember(capture: Capture, record: Any, offset: int, seen: _Seen) -> None:
    if record.rec_type == "revisit" or capture.body is None:
        return
    seen.pages[capture.url] = offset
    seen.offsets[f"{capture.url} {capture.captured_at}"] = offset
    digest = record.rec_headers.get_header("WARC-Payload-Digest")
    if digest:
        seen.offsets.setdefault(digest, offset)


def _remember_hop(url: str, status: int, headers: tuple[tuple[str, str], ...], seen: _Seen) -> None:
    location = next((value for name, value in headers if name.lower() == "location"), "")
    try:
        target = urljoin(url, location.strip())
    except ValueError:
        return
    if location.strip() and is_web_address(target) and target != url:
        seen.hops[url] = (Redirect(status=status, url=url), target)
        seen.leading.setdefault(target, []).append(url)


def _with_hops(capture: Capture, seen: _Seen) -> Capture:
    """The redirects that lead to a page, put in front of it: the first is the address that was asked for."""
    hops: list[Redirect] = []
    at = capture.url
    while seen.leading.get(at) and len(hops) < MOST_HOPS:
        at = seen.leading[at].pop()
        hops.insert(0, seen.hops[at][0])
    return replace(capture, requested_url=at, redirects=tuple(hops)) if hops else capture


def _late_redirects(seen: _Seen, file: BinaryIO) -> Iterator[Capture]:
    """Redirects to a page that stood before them, or that another redirect leads to as well: the page once more."""
    for url in [url for urls in seen.leading.values() for url in urls]:
        hops: list[Redirect] = []
        at = url
        while at in seen.hops and len(hops) < MOST_HOPS:
            hop, at = seen.hops[at]
            hops.append(hop)
        if at in seen.pages:
            page = _read_again(file, seen.pages[at])
            yield replace(page, requested_url=url, redirects=tuple(hops))
