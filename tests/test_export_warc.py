"""Captures out and in again, byte for byte; other people's tools accept the files."""

from __future__ import annotations

import base64
import csv
import gzip
import hashlib
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from scraper.export.rows import write_csv, write_ndjson
from scraper.export.warc import export_wacz, export_warc
from scraper.importing import captures_from
from scraper.model import Capture, Redirect
from scraper.read.urls import url_key
from scraper.store.captures import write_capture
from scraper.store.database import Store, StoreError
from scraper.store.documents import stored_captures
from scraper.store.overview import each_row, views
from scraper.store.verification import verify
from tests.stores import COURIER, PAGE, capture, clock, path, seen, store
from tests.test_views import Pair

BINARY = bytes(range(256)) * 40
CAPTURES = [
    capture(PAGE, b"<p>one</p>", headers=(("Content-Type", "text/html; charset=utf-8"), ("X-A", "1"), ("X-A", "2"))),
    capture(PAGE, b"<p>one</p>", at="2026-01-03T00:00:00Z", headers=(("Content-Type", "text/html"),), peer="192.0.2.1"),
    capture(PAGE, None, at="2026-01-04T00:00:00Z", status=304, headers=(("ETag", '"x"'),)),
    capture(PAGE, b"gone", at="2026-01-05T00:00:00Z", status=410, headers=(("Content-Type", "text/html"),)),
    capture(
        "https://courier.example/b",
        BINARY,
        requested_url="https://courier.example/a",
        redirects=(
            Redirect(status=301, url="https://courier.example/a"),
            Redirect(status=302, url="https://courier.example/a2"),
        ),
        headers=(("Content-Type", "application/pdf"),),
    ),
    capture("https://courier.example/ö?q=ı x", "<p>ışık</p>".encode(), headers=(("Content-Type", "text/html"),)),
    capture(f"urn:sha256:{hashlib.sha256(b'# A').hexdigest()}", b"# A", status=0, how="import",
            headers=(("Content-Type", "text/markdown"),)),
    capture("https://courier.example/f", b"<p>file</p>", status=0, how="import", note="A remark.",
            headers=(("Content-Type", "text/html"),)),
    capture("https://courier.example/moved", b"<p>one</p>", at="2026-01-06T00:00:00Z", how="archive",
            headers=(("Content-Type", "text/html"), ("Content-Encoding", "gzip"))),
]  # fmt: skip


@pytest.fixture
def filled(store: Store) -> Store:
    for one in CAPTURES:
        seen(store, one)
    return store


Export = Callable[[Store, Path], int]
EVERY_FORM = pytest.mark.parametrize(
    ("export", "name"), [(export_warc, "x.warc.gz"), (export_warc, "x.warc"), (export_wacz, "x.wacz")]
)


def essence(one: Capture) -> tuple[Any, ...]:
    """What must come back: everything but how it came in, and header names that say how a body was packed."""
    headers = tuple((name.removeprefix("X-Archive-Orig-"), value) for name, value in one.headers)
    return (
        one.requested_url, one.url, one.captured_at, one.status, one.body, headers, one.redirects, one.peer, one.note,
    )  # fmt: skip


@EVERY_FORM
def test_what_goes_out_comes_in_again_byte_for_byte(filled: Store, tmp_path: Path, export: Export, name: str) -> None:
    assert export(filled, tmp_path / name) == len(CAPTURES)
    again = [one for one in captures_from(tmp_path / name) if isinstance(one, Capture)]
    assert [essence(one) for one in again] == [essence(one) for one in stored_captures(filled)]
    assert [essence(one) for one in CAPTURES] == [essence(one) for one in stored_captures(filled)]


@EVERY_FORM
def test_importing_what_was_exported_adds_nothing_and_fills_an_empty_database(
    filled: Store, tmp_path: Path, export: Export, name: str
) -> None:
    export(filled, tmp_path / name)
    before = filled.value("SELECT count(*) FROM captures"), filled.value("SELECT count(*) FROM log")
    with Store.open(tmp_path / "other.db") as other:
        for one in captures_from(tmp_path / name):
            assert isinstance(one, Capture)
            for database in (filled, other):
                write_capture(database, one, key=url_key(one.url), outlet=COURIER)
        assert (filled.value("SELECT count(*) FROM captures"), filled.value("SELECT count(*) FROM log")) == before
        bodies = "SELECT sha256 FROM bodies ORDER BY sha256"
        assert other.rows(bodies) == filled.rows(bodies)
        urls = "SELECT url, state, gone_at FROM documents ORDER BY url"
        assert other.rows(urls) == filled.rows(urls)
        assert verify(other) == []


@pytest.mark.parametrize("name", ["x.warc.gz", "x.warc"])
def test_warcio_check_accepts_every_digest(filled: Store, tmp_path: Path, name: str) -> None:
    export_warc(filled, tmp_path / name)
    answer = subprocess.run(
        [sys.executable, "-m", "warcio.cli", "check", "-v", str(tmp_path / name)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert "digest pass" in answer.stdout
    assert "fail" not in answer.stdout


def test_each_record_carries_sha1_in_base32_and_sha256_of_the_very_bytes(filled: Store, tmp_path: Path) -> None:
    export_warc(filled, tmp_path / "x.warc.gz")
    found = 0
    with (tmp_path / "x.warc.gz").open("rb") as file:
        for record in ArchiveIterator(file):
            if record.rec_type not in ("response", "resource"):
                continue
            body = record.raw_stream.read()
            sha1 = base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()
            assert record.rec_headers.get_header("WARC-Payload-Digest") == f"sha1:{sha1}"
            ours = json.loads(record.rec_headers.get_header("Provenance-Capture"))
            if ours.get("sha256"):
                assert ours["sha256"] == hashlib.sha256(body).hexdigest()
                found += 1
    assert found == len({one.body for one in CAPTURES if one.body and one.status}) + 2


def test_equal_bytes_stand_in_the_file_once(filled: Store, tmp_path: Path) -> None:
    export_warc(filled, tmp_path / "x.warc")
    assert (tmp_path / "x.warc").read_bytes().count(b"<p>one</p>") == 1


def test_the_same_captures_make_the_same_file(filled: Store, tmp_path: Path) -> None:
    for name, export in (("warc.gz", export_warc), ("wacz", export_wacz)):
        export(filled, tmp_path / f"one.{name}")
        export(filled, tmp_path / f"two.{name}")
        assert (tmp_path / f"one.{name}").read_bytes() == (tmp_path / f"two.{name}").read_bytes()
    assert not list(tmp_path.glob("*.part"))


def test_a_bundle_describes_itself_and_its_index_leads_to_the_records(filled: Store, tmp_path: Path) -> None:
    export_wacz(filled, tmp_path / "x.wacz")
    with zipfile.ZipFile(tmp_path / "x.wacz") as bundle:
        package = json.loads(bundle.read("datapackage.json"))
        for resource in package["resources"]:
            content = bundle.read(resource["path"])
            assert resource["hash"] == "sha256:" + hashlib.sha256(content).hexdigest()
            assert resource["bytes"] == len(content)
        digest = json.loads(bundle.read("datapackage-digest.json"))
        assert digest["hash"] == "sha256:" + hashlib.sha256(bundle.read("datapackage.json")).hexdigest()
        warc = bundle.read("archive/data.warc.gz")
        lines = bundle.read("indexes/index.cdx").decode().splitlines()
        assert lines == sorted(lines)
        assert lines[0].startswith("example,courier)/b 20260102030405 {")
        for line in lines:
            entry = json.loads(line[line.index("{") :])
            start = int(entry["offset"])
            record = next(
                iter(ArchiveIterator(io.BytesIO(gzip.decompress(warc[start : start + int(entry["length"])]))))
            )
            assert record.rec_headers.get_header("WARC-Target-URI") == entry["url"]
        assert bundle.getinfo("archive/data.warc.gz").compress_type == zipfile.ZIP_STORED


def test_an_export_that_fails_leaves_the_old_file(filled: Store, tmp_path: Path) -> None:
    target = tmp_path / "x.warc.gz"
    target.write_bytes(b"old")
    filled.close()
    with pytest.raises(Exception, match="closed"):
        export_warc(filled, target)
    assert target.read_bytes() == b"old"
    assert not list(tmp_path.glob("*.part"))


# --- rows ----------------------------------------------------------------------------------------------------------


def test_csv_is_what_is_stored_and_harmless_only_on_request() -> None:
    rows = [{"a": "=1+1", "b": -3, "c": None}, {"a": "@x", "b": "-3", "c": 'two\nlines, "quoted"'}]
    plain, harmless = io.StringIO(), io.StringIO()
    assert write_csv(rows, plain) == 2
    assert write_csv(rows, harmless, harmless=True) == 2
    assert list(csv.reader(io.StringIO(plain.getvalue()))) == [
        ["a", "b", "c"], ["=1+1", "-3", ""], ["@x", "-3", 'two\nlines, "quoted"'],
    ]  # fmt: skip
    assert list(csv.reader(io.StringIO(harmless.getvalue()))) == [
        ["a", "b", "c"], ["'=1+1", "-3", ""], ["'@x", "'-3", 'two\nlines, "quoted"'],
    ]  # fmt: skip


def test_no_rows_still_have_their_columns() -> None:
    out = io.StringIO()
    assert write_csv([], out, columns=("a", "b")) == 0
    assert out.getvalue() == "a,b\r\n"


def test_every_view_goes_out_flat(store: Store) -> None:
    Pair(store)
    assert {"copies", "chains", "altered_words"} <= set(views(store))
    for view in views(store):
        lines, table = io.StringIO(), io.StringIO()
        count = write_ndjson(each_row(store, view), lines)
        assert count == write_csv(each_row(store, view), table) == len(lines.getvalue().splitlines())
        assert [json.loads(line) for line in lines.getvalue().splitlines()] == list(each_row(store, view))
    with pytest.raises(StoreError, match="no view 'sqlite_master'"):
        list(each_row(store, "sqlite_master"))


__all__ = ["clock", "path", "store"]
