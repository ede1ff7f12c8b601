"""Captures go out as web archives that other tools replay: WARC, and WACZ with an index and a list of pages.

What stands in a record is what was kept: the bytes, and the headers as they were handed to us (names and order may
differ from the wire, transfer codings are gone). Redirects are written as records of their own, marked as made from
what was kept of them. ``Provenance-Capture`` carries, as JSON, what WARC has no field for, so that an import of the
file gives the same captures again.
"""

from __future__ import annotations

import hashlib
import json
import uuid
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlsplit

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from scraper import __version__
from scraper.model import Capture
from scraper.store.database import Store
from scraper.store.documents import stored_captures

SOFTWARE = f"provenance-tracker/{__version__}"
OUR_FIELD = "Provenance-Capture"
NOT_MODIFIED = "http://netpreserve.org/warc/1.0/revisit/server-not-modified"
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)  # the same captures make the same file


@dataclass(frozen=True, slots=True, kw_only=True)
class Indexed:
    """Where a capture's record stands in the WARC file."""

    capture: Capture
    offset: int
    length: int
    digest: str | None


@dataclass(slots=True)
class _Written:
    """Bodies that stand in the file: their hash -> address and moment of the record that holds them."""

    bodies: dict[str, tuple[str, str, str]] = field(default_factory=dict)


def export_warc(store: Store, path: Path, *, outlet: str | None = None) -> int:
    """Write every capture (of one outlet) into a WARC/1.1 file; packed record by record when it ends in ``.gz``.

    Bytes that stand in the file already are referred to by revisit records. An existing file is replaced when the new
    one is complete. Returns how many captures were written.

    Raises:
        StoreError: the database cannot be read.
        OSError: the file cannot be written.
    """
    with _replacing(path) as file:
        return sum(1 for _ in _write(stored_captures(store, outlet=outlet), file, gzip=path.suffix == ".gz"))


def export_wacz(store: Store, path: Path, *, outlet: str | None = None) -> int:
    """Write every capture (of one outlet) into a WACZ 1.1.1 bundle: WARC, CDXJ index, pages, hashes of all of them.

    Returns how many captures were written. Raises as ``export_warc`` does.
    """
    with _replacing(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as bundle:
        resources: list[dict[str, Any]] = []
        with bundle.open(zipfile.ZipInfo("archive/data.warc.gz", _ZIP_TIME), "w", force_zip64=True) as member:
            hashing = _Hashing(member)
            indexed = list(_write(stored_captures(store, outlet=outlet), hashing, gzip=True))
        resources.append(hashing.resource("archive/data.warc.gz"))
        for name, lines in (("indexes/index.cdx", _index(indexed)), ("pages/pages.jsonl", _pages(indexed))):
            resources.append(_add(bundle, name, "".join(line + "\n" for line in lines).encode()))
        package = {
            "profile": "data-package",
            "wacz_version": "1.1.1",
            "software": SOFTWARE,
            "created": max((one.capture.captured_at for one in indexed), default="1980-01-01T00:00:00Z"),
            "resources": list(resources),
        }
        content = json.dumps(package, indent=2, ensure_ascii=False).encode()
        described = _add(bundle, "datapackage.json", content)
        digest = {"path": "datapackage.json", "hash": described["hash"]}
        _add(bundle, "datapackage-digest.json", json.dumps(digest, indent=2).encode())
    return len(indexed)


@contextmanager
def _replacing(path: Path) -> Iterator[BinaryIO]:
    unfinished = path.with_name(path.name + ".part")
    try:
        with unfinished.open("wb") as file:
            yield file
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


# --- records -----------------------------------------------------------------------------------------------------


def _write(captures: Iterable[Capture], file: Any, *, gzip: bool) -> Iterator[Indexed]:
    writer = WARCWriter(file, gzip=gzip, warc_version="WARC/1.1")
    writer.write_record(_information(writer))
    written = _Written()
    for capture in captures:
        for hop, target in _hops(capture):
            writer.write_record(_redirect(writer, capture, hop.status, hop.url, target))
        offset = file.tell()
        record = _record(writer, capture, written)
        writer.write_record(record)
        digest = record.rec_headers.get_header("WARC-Payload-Digest")
        yield Indexed(capture=capture, offset=offset, length=file.tell() - offset, digest=digest)


def _information(writer: Any) -> Any:
    fields = {
        "software": SOFTWARE,
        "format": "WARC File Format 1.1",
        "description": "Headers as handed over by the HTTP client; transfer codings removed; redirects rebuilt.",
    }
    content = "".join(f"{name}: {value}\r\n" for name, value in fields.items()).encode()
    named = {"WARC-Record-ID": _record_id("warcinfo"), "WARC-Date": "1980-01-01T00:00:00Z"}
    return writer.create_warc_record(
        "", "warcinfo", payload=BytesIO(content), length=len(content), warc_headers_dict=named
    )


def _hops(capture: Capture) -> list[tuple[Any, str]]:
    targets = [hop.url for hop in capture.redirects[1:]] + [capture.url]
    return list(zip(capture.redirects, targets, strict=True)) if capture.redirects else []


def _redirect(writer: Any, capture: Capture, status: int, url: str, target: str) -> Any:
    named = {
        "WARC-Date": capture.captured_at,
        "WARC-Record-ID": _record_id("redirect", url, target, capture.captured_at, capture.requested_url),
        OUR_FIELD: json.dumps({"part": "redirect"}),
    }
    headers = StatusAndHeaders(_status_line(status), [("Location", _one_line(target))], protocol="HTTP/1.1")
    return writer.create_warc_record(_target(url), "response", http_headers=headers, warc_headers_dict=named)


def _record(writer: Any, capture: Capture, written: _Written) -> Any:
    body = capture.body or b""
    sha256 = hashlib.sha256(body).hexdigest()
    named = {
        "WARC-Date": capture.captured_at,
        "WARC-Record-ID": _record_id(capture.requested_url, capture.captured_at, str(capture.status), sha256),
        OUR_FIELD: json.dumps(_ours(capture, sha256)),
    }
    if capture.peer:
        named["WARC-IP-Address"] = capture.peer
    url = _target(capture.url)
    if capture.status == 0:
        content_type = _one_line(capture.content_type or "application/octet-stream")
        return writer.create_warc_record(
            url,
            "resource",
            payload=BytesIO(body),
            length=len(body),
            warc_content_type=content_type,
            warc_headers_dict={**named, "Content-Type": content_type},
        )
    headers = StatusAndHeaders(
        _status_line(capture.status),
        [(_one_line(name), _one_line(value)) for name, value in capture.headers],
        protocol="HTTP/1.1",
    )
    if capture.status == 304:
        named["WARC-Profile"] = NOT_MODIFIED
        return writer.create_warc_record(url, "revisit", http_headers=headers, warc_headers_dict=named)
    if body and sha256 in written.bodies:
        before_url, before_at, digest = written.bodies[sha256]
        return writer.create_revisit_record(
            url, digest, before_url, before_at, http_headers=headers, warc_headers_dict=named
        )
    record = writer.create_warc_record(
        url, "response", payload=BytesIO(body), length=len(body), http_headers=headers, warc_headers_dict=named
    )
    if body:
        digest = record.rec_headers.get_header("WARC-Payload-Digest")
        written.bodies[sha256] = (url, capture.captured_at, digest)
    return record


def _ours(capture: Capture, sha256: str) -> dict[str, Any]:
    return {
        "requested_url": capture.requested_url,
        "url": capture.url,
        "redirects": [[hop.status, hop.url] for hop in capture.redirects],
        "status": capture.status,
        "how": capture.how,
        "note": capture.note,
        "sha256": sha256 if capture.body else None,
    }


def _record_id(*parts: str) -> str:
    """Made from what it names, so that the same captures make the same file."""
    return f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, ' '.join(parts))}>"


def _status_line(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"{status} Unknown"


def _target(url: str) -> str:
    """An address as WARC-Target-URI may hold it."""
    return "%20".join(url.split())


def _one_line(value: str) -> str:
    return " ".join(value.splitlines()) if "\n" in value or "\r" in value else value


# --- what a WACZ holds beside its WARC ---------------------------------------------------------------------------


class _Hashing:
    """A file that is written on into another one, hashed and counted on the way."""

    def __init__(self, file: Any) -> None:
        self._file, self._sha256, self._size = file, hashlib.sha256(), 0

    def write(self, block: bytes) -> int:
        self._file.write(block)
        self._sha256.update(block)
        self._size += len(block)
        return len(block)

    def flush(self) -> None:
        self._file.flush()

    def tell(self) -> int:
        return self._size

    def resource(self, path: str) -> dict[str, Any]:
        return _resource(path, self._sha256.hexdigest(), self._size)


def _resource(path: str, sha256: str, size: int) -> dict[str, Any]:
    return {"name": path.rpartition("/")[2], "path": path, "hash": f"sha256:{sha256}", "bytes": size}


def _add(bundle: zipfile.ZipFile, name: str, content: bytes) -> dict[str, Any]:
    bundle.writestr(zipfile.ZipInfo(name, _ZIP_TIME), content)
    return _resource(name, hashlib.sha256(content).hexdigest(), len(content))


def _index(indexed: Iterable[Indexed]) -> list[str]:
    """CDXJ: address turned round, moment, and where the record stands."""
    return sorted(
        f"{_turned_round(_target(one.capture.url))} {_digits(one.capture.captured_at)} "
        + json.dumps(
            {
                "url": _target(one.capture.url),
                "mime": one.capture.content_type or "unk",
                "status": str(one.capture.status or 200),
                "digest": one.digest or "-",
                "length": str(one.length),
                "offset": str(one.offset),
                "filename": "data.warc.gz",
            },
            ensure_ascii=False,
        )
        for one in indexed
    )


def _pages(indexed: Iterable[Indexed]) -> Iterator[str]:
    yield json.dumps({"format": "json-pages-1.0", "id": "pages", "title": "Captures"})
    for one in indexed:
        if one.capture.body and one.capture.status in (0, 200):
            yield json.dumps({"url": _target(one.capture.url), "ts": one.capture.captured_at}, ensure_ascii=False)


def _turned_round(url: str) -> str:
    """The address with its host from the right, as archives sort them: ``example,courier)/news/7``."""
    try:
        parts = urlsplit(url)
        host = ",".join(reversed((parts.hostname or "").split(".")))
    except ValueError:
        return url
    if not host:
        return url
    query = f"?{parts.query}" if parts.query else ""
    return f"{host}){parts.path or '/'}{query}".lower()


def _digits(captured_at: str) -> str:
    return datetime.fromisoformat(captured_at).astimezone(UTC).strftime("%Y%m%d%H%M%S")
