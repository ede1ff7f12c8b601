"""Files of every kind come in; a bad one gives a sentence and stops nothing."""

from __future__ import annotations

import gzip
import hashlib
import inspect
import io
import json
import os
import re
import stat
import sys
import zipfile
import zlib
from pathlib import Path
from typing import Any

import brotli
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from scraper.importing import Unreadable, captures_from, lists
from scraper.importing.lists import moment
from scraper.importing.pages import own_address
from scraper.importing.payload import unpacked
from scraper.importing.refusals import Refused
from scraper.model import Capture, Redirect

AT = "2026-01-02T03:04:05Z"


def taken(path: Path) -> list[Capture]:
    return [one for one in captures_from(path) if isinstance(one, Capture)]


def refused(path: Path) -> list[str]:
    return [one.reason for one in captures_from(path) if isinstance(one, Unreadable)]


def saved(path: Path, content: bytes | str) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    os.utime(path, (1_767_323_045, 1_767_323_045))  # AT
    return path


class Archive:
    """A WARC file being written."""

    def __init__(self, *, packed: bool = True) -> None:
        self.file = io.BytesIO()
        self.writer = WARCWriter(self.file, gzip=packed)

    def add(
        self,
        url: str,
        body: bytes = b"<p>x</p>",
        status: str = "200 OK",
        *,
        kind: str = "response",
        at: str = AT,
        **more: Any,
    ) -> Any:
        headers = [(name.replace("_", "-"), value) for name, value in {"Content_Type": "text/html", **more}.items()]
        record = self.writer.create_warc_record(
            url,
            kind,
            payload=io.BytesIO(body),
            length=len(body),
            http_headers=None if kind == "resource" else StatusAndHeaders(status, headers, protocol="HTTP/1.1"),
            warc_headers_dict={"WARC-Date": at, **({"Content-Type": "text/html"} if kind == "resource" else {})},
        )
        self.writer.write_record(record)
        return record

    def revisit(self, url: str, of: Any, at: str, **headers: str) -> None:
        http = StatusAndHeaders("200 OK", list(headers.items()), protocol="HTTP/1.1") if headers else None
        record = self.writer.create_revisit_record(
            url,
            of.rec_headers.get_header("WARC-Payload-Digest"),
            of.rec_headers.get_header("WARC-Target-URI"),
            of.rec_headers.get_header("WARC-Date"),
            http_headers=http,
            warc_headers_dict={"WARC-Date": at},
        )
        self.writer.write_record(record)

    def saved(self, path: Path) -> Path:
        return saved(path, self.file.getvalue())


# --- single pages ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [
        ("a.html", b"<html><p>x</p></html>", "text/html"),
        ("a.HTM", b"<p>x</p>", "text/html"),
        ("a.txt", b"The pier opens.", "text/plain"),
        ("a.md", b"# The pier", "text/markdown"),
        ("a.pdf", b"%PDF-1.7 ...", "application/pdf"),
        ("no_ending", b"<!DOCTYPE html><p>x", "text/html"),
        ("letter", b"The pier opens.", "text/plain"),
        ("report.bin", b"%PDF-1.4", "application/pdf"),
        ("paper.html", b"%PDF-1.4", "application/pdf"),
        ("error.pdf", b"<!DOCTYPE html><html><p>Not found", "text/html"),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_a_page_file_is_one_capture_named_by_its_bytes(
    tmp_path: Path, name: str, content: bytes, content_type: str, packed: bool
) -> None:
    path = saved(tmp_path / (name + ".gz" * packed), gzip.compress(content) if packed else content)
    url = f"urn:sha256:{hashlib.sha256(content).hexdigest()}"
    assert list(captures_from(path)) == [
        Capture(
            requested_url=url,
            url=url,
            captured_at=AT,
            status=0,
            body=content,
            headers=(("Content-Type", content_type),),
            how="import",
        )
    ]


@pytest.mark.parametrize(
    ("head", "address"),
    [
        ('<link rel="canonical" href="https://courier.example/1">', "https://courier.example/1"),
        ("<LINK href=https://courier.example/1 rel='shortlink canonical'>", "https://courier.example/1"),
        (
            '<meta content="https://courier.example/1?a=1&amp;b=2" property="og:url">',
            "https://courier.example/1?a=1&b=2",
        ),
        (
            "<link rel=canonical href=https://wire.example/1><meta property=og:url content=https://courier.example/1>",
            "https://courier.example/1",
        ),
        ("<!-- saved from url=(0025)https://courier.example/1 -->", "https://courier.example/1"),
        ('<link rel="canonical" href="/1">', None),
        ('<link rel="canonical" href="javascript:alert(1)">', None),
        ('<link rel="stylesheet" href="https://courier.example/1.css">', None),
        ("", None),
    ],
)
def test_a_page_is_named_by_the_address_it_gives_as_its_own(head: str, address: str | None) -> None:
    assert own_address(f"<html><head>{head}</head><p>x</p>".encode()) == address


def test_the_same_file_is_the_same_page_wherever_it_lies(tmp_path: Path) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    one = saved(tmp_path / "a.txt", "The pier opens.")
    two = saved(tmp_path / "deep" / "er" / "b.text", "The pier opens.")
    assert taken(one)[0].url == taken(two)[0].url


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.html", b"", "it is empty"),
        ("a.txt", b" \n\x00\n", "it is empty"),
        ("a.jpg", b"\xff\xd8\xff\x00\x01", r"no kind that can be read \(.jpg\)"),
        ("thing", b"\x00\x01\x02", r"no kind that can be read \(no ending\)"),
        ("a.wacz", b"PK\x03\x04 and then nothing", "no zip file"),
        ("a.warc.gz", gzip.compress(b"hello"), "breaks off in record 1"),
        ("a.warc", b"WARC/1.0\r\nWARC-Type: resp", "none of its|breaks off"),
        ("a.html.gz", gzip.compress(b"a" * 20_000_001), "more than 20 MB"),
        ("a.txt", b"a" * 20_000_001, "larger than 20 MB"),
    ],
)
def test_a_bad_file_gives_one_sentence(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    [told] = refused(saved(tmp_path / name, content))
    assert re.search(reason, told), told
    assert taken(tmp_path / name) == []


def test_a_folder_is_read_file_by_file_and_a_bad_one_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    saved(tmp_path / "z.txt", "last")
    saved(tmp_path / "b" / "a.txt", "middle")
    saved(tmp_path / "a.txt", "first")
    saved(tmp_path / "bad.jpg", b"\xff\xd8")
    saved(tmp_path / ".hidden", "x")
    (tmp_path / "loop").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    assert [one.body for one in taken(tmp_path)] == [b"first", b"middle", b"last"]
    assert refused(tmp_path) == [
        "it is of no kind that can be read (.jpg)",
        "it is a symbolic link, and links are not followed",
        "it is no regular file",
    ]
    assert refused(tmp_path / "nowhere") == ["it cannot be read: No such file or directory"]


def test_folders_may_lie_deeper_than_calls_can(tmp_path: Path) -> None:
    folder = tmp_path.joinpath(*"d" * 300)
    folder.mkdir(parents=True)
    saved(folder / "a.txt", "deep")
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack()) + 150)
    try:
        found = taken(tmp_path)
    finally:
        sys.setrecursionlimit(before)
    assert [one.body for one in found] == [b"deep"]


def test_a_file_of_the_future_is_not_believed(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.txt", "x")
    os.utime(path, (9_999_999_999, 9_999_999_999))
    assert taken(path)[0].captured_at < "2200"


# --- lists -------------------------------------------------------------------------------------------------------


def test_a_list_gives_a_capture_a_line_and_a_sentence_for_each_bad_line(tmp_path: Path) -> None:
    good = [
        {"url": "https://courier.example/1", "html": "<p>ışık</p>", "captured_at": "2026-01-02T06:04:05+03:00"},
        {"url": "https://courier.example/2", "text": "The pier\n\nopens."},
    ]
    bad = ["nope", "[]", '{"url": "ftp://x"}', '{"url": "https://c.example/"}', '{"url": 7, "text": "x"}',
           '{"url": "https://c.example/", "text": "x", "captured_at": "soon"}', "[" * 100_000]  # fmt: skip
    lines = [json.dumps(good[0]), *bad, "", json.dumps(good[1])]
    path = saved(tmp_path / "a.ndjson", "\n".join(lines))
    first, second = taken(path)
    assert first == Capture(
        requested_url="https://courier.example/1",
        url="https://courier.example/1",
        captured_at=AT,
        status=200,
        body="<p>ışık</p>".encode(),
        headers=(("Content-Type", "text/html; charset=utf-8"),),
        how="import",
    )
    assert (second.captured_at, second.status, second.body) == (AT, 0, b"The pier\n\nopens.")
    reasons = refused(path)
    assert [reason.split(":")[0] for reason in reasons] == [f"line {number}" for number in range(2, 9)]
    assert taken(saved(tmp_path / "a.jsonl.gz", gzip.compress(path.read_bytes()))) == [first, second]


def test_a_list_that_turns_into_something_else_is_left_after_a_while(tmp_path: Path) -> None:
    page = json.dumps({"url": "https://courier.example/1", "text": "x"})
    path = saved(tmp_path / "a.ndjson", f"{page}\n" + "no page\n" * 5_000)
    reasons = refused(path)
    assert len(reasons) == 1_001
    assert reasons[-1] == "1000 of its lines cannot be read; from line 1002 it was left"


def test_a_file_that_is_no_list_from_its_first_lines_on_is_refused_in_one_sentence(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.ndjson", json.dumps({"pages": list(range(50))}, indent=1))
    [reason] = refused(path)
    assert reason.startswith("it is no list of pages")


def test_a_line_that_is_too_long_is_skipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "MOST_BYTES", 1_000)
    line = json.dumps({"url": "https://courier.example/1", "text": "x"})
    path = saved(tmp_path / "a.ndjson", f'{{"url": "{"a" * 5_000}"}}\n{line}\n')
    assert len(taken(path)) == 1
    assert len(refused(path)) == 1


@pytest.mark.parametrize(
    ("claimed", "at"),
    [
        ("2026-01-02", "2026-01-02T00:00:00Z"),
        ("2026-01-02T03:04:05.678Z", AT),
        (1_767_323_045, AT),
        (1e99, None),
        (float("nan"), None),
        (True, None),
        ("0001-01-01T00:00:00+14:00", None),
        (None, None),
    ],
)
def test_a_moment_is_utc_to_the_second_or_nothing(claimed: object, at: str | None) -> None:
    assert moment(claimed) == at


# --- WARC --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("packed", [True, False])
def test_an_archive_gives_its_pages_and_what_is_gone(tmp_path: Path, packed: bool) -> None:
    archive = Archive(packed=packed)
    first = archive.add("https://courier.example/1", b"<p>one</p>", Server="x")
    archive.add("https://courier.example/robots.txt", b"User-agent: *", Content_Type="text/plain")
    archive.add("https://courier.example/a.png", b"\x89PNG", Content_Type="image/png")
    archive.add("https://courier.example/2", b"gone", "404 Not Found")
    archive.add("https://courier.example/3", b"<p>file</p>", kind="resource")
    archive.add("https://courier.example/4", b"busy", "503 Busy")
    archive.revisit("https://courier.example/1", first, "2026-01-03T00:00:00Z", Server="y")
    archive.revisit("https://courier.example/1", first, "2026-01-04T00:00:00Z")
    path = archive.saved(tmp_path / ("a.warc" + ".gz" * packed))
    assert [(one.url, one.status, one.body, one.captured_at) for one in taken(path)] == [
        ("https://courier.example/1", 200, b"<p>one</p>", AT),
        ("https://courier.example/2", 404, b"gone", AT),
        ("https://courier.example/3", 200, b"<p>file</p>", AT),
        ("https://courier.example/1", 200, b"<p>one</p>", "2026-01-03T00:00:00Z"),
        ("https://courier.example/1", 200, b"<p>one</p>", "2026-01-04T00:00:00Z"),
    ]
    assert taken(path)[0].headers == (("Content-Type", "text/html"), ("Server", "x"))
    assert refused(path) == ["record 6: the server answered 503 for https://courier.example/4"]


def test_redirects_stand_in_front_of_the_page_they_lead_to(tmp_path: Path) -> None:
    archive = Archive()
    archive.add("https://courier.example/a", b"", "301 Moved", Location="/b")
    archive.add("https://courier.example/b", b"", "302 Found", Location="https://courier.example/c")
    archive.add("https://courier.example/c", b"<p>c</p>")
    archive.add("https://t.example/late", b"", "302 Found", Location="https://courier.example/c")
    archive.add("https://t.example/nowhere", b"", "302 Found", Location="https://else.example/")
    archive.add("https://t.example/loop", b"", "302 Found", Location="https://t.example/loop")
    found = [(one.requested_url, one.url, one.redirects) for one in taken(archive.saved(tmp_path / "a.warc.gz"))]
    assert found == [
        (
            "https://courier.example/a",
            "https://courier.example/c",
            (
                Redirect(status=301, url="https://courier.example/a"),
                Redirect(status=302, url="https://courier.example/b"),
            ),
        ),
        (
            "https://t.example/late",
            "https://courier.example/c",
            (Redirect(status=302, url="https://t.example/late"),),
        ),
    ]


@pytest.mark.parametrize(
    ("coding", "pack"),
    [("gzip", gzip.compress), ("deflate", zlib.compress), ("br", brotli.compress), ("gzip, br",
     lambda body: brotli.compress(gzip.compress(body))), ("identity", bytes), ("gzip", bytes)],
)  # fmt: skip
def test_packed_bodies_are_unpacked_so_that_they_can_be_read(tmp_path: Path, coding: str, pack: Any) -> None:
    archive = Archive()
    body = "<p>ışık</p>".encode() * 100
    archive.add("https://courier.example/1", pack(body), Content_Encoding=coding)
    [one] = taken(archive.saved(tmp_path / "a.warc.gz"))
    assert one.body == body
    assert ("X-Archive-Orig-Content-Encoding", coding) in one.headers


def test_a_chunked_body_is_put_together(tmp_path: Path) -> None:
    archive = Archive()
    archive.add("https://courier.example/1", b"4\r\n<p>a\r\n5\r\nb</p>\r\n0\r\n\r\n", Transfer_Encoding="chunked")
    [one] = taken(archive.saved(tmp_path / "a.warc.gz"))
    assert one.body == b"<p>ab</p>"


@pytest.mark.parametrize(
    ("coding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress), ("br", brotli.compress)]
)
def test_a_bomb_inside_an_archive_is_refused_and_the_rest_kept(tmp_path: Path, coding: str, pack: Any) -> None:
    archive = Archive()
    archive.add("https://courier.example/1", pack(b"0" * 30_000_000), Content_Encoding=coding)
    archive.add("https://courier.example/2", b"<p>two</p>")
    archive.add("https://courier.example/3", b"0" * 20_000_001)
    path = archive.saved(tmp_path / "a.warc.gz")
    assert [one.url for one in taken(path)] == ["https://courier.example/2"]
    assert [reason.split(":")[0] for reason in refused(path)] == ["record 1", "record 3"]


def test_a_digest_that_does_not_match_is_noted_on_the_capture(tmp_path: Path) -> None:
    archive = Archive(packed=False)
    archive.add("https://courier.example/1", b"<p>24 piers</p>")
    path = saved(tmp_path / "a.warc", archive.file.getvalue().replace(b"24 piers", b"42 piers"))
    [one] = taken(path)
    assert (one.body, one.note) == (b"<p>42 piers</p>", "The bytes do not match the digest in their WARC record.")


@pytest.mark.parametrize("packed", [True, False])
def test_a_broken_tail_is_told_with_its_record_and_the_rest_is_kept(tmp_path: Path, packed: bool) -> None:
    archive = Archive(packed=packed)
    for number in range(5):
        archive.add(f"https://courier.example/{number}", os.urandom(2_000))
    whole = archive.file.getvalue()
    for missing in (100, 1_500, len(whole) // 5 - 30):
        path = saved(tmp_path / ("a.warc" + ".gz" * packed), whole[:-missing])
        assert len(taken(path)) == 4, missing
        [reason] = refused(path)
        assert reason.startswith("it breaks off in record 5"), missing


def test_a_revisit_of_what_is_not_there_gives_a_sentence(tmp_path: Path) -> None:
    elsewhere = Archive().add("https://courier.example/1")
    archive = Archive()
    archive.revisit("https://courier.example/1", elsewhere, AT, Server="x")
    archive.add("https://courier.example/2")
    path = archive.saved(tmp_path / "a.warc.gz")
    assert len(taken(path)) == 1
    assert refused(path) == ["record 1: it repeats a page that this file does not hold: https://courier.example/1"]


def test_an_archive_without_pages_says_so(tmp_path: Path) -> None:
    archive = Archive()
    archive.add("https://courier.example/a.png", b"\x89PNG", Content_Type="image/png")
    assert refused(archive.saved(tmp_path / "a.warc.gz")) == ["none of its 1 records is a page"]


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 2_000), st.booleans())
def test_no_archive_however_broken_raises(
    tmp_path_factory: pytest.TempPathFactory, junk: bytes, at: int, packed: bool
) -> None:
    archive = Archive(packed=packed)
    first = archive.add("https://courier.example/1", Location="\x80", X_Odd="ö")
    archive.revisit("https://courier.example/1", first, AT)
    whole = archive.file.getvalue()
    at = min(at, len(whole))
    path = saved(tmp_path_factory.getbasetemp() / "odd.warc", whole[:at] + junk + whole[at + len(junk) // 2 :])
    assert list(captures_from(path))


# --- WACZ --------------------------------------------------------------------------------------------------------


def bundle(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return path


def test_a_bundle_gives_the_pages_of_every_archive_inside(tmp_path: Path) -> None:
    one, two = Archive(), Archive(packed=False)
    first = one.add("https://courier.example/1", b"<p>one</p>")
    one.revisit("https://courier.example/1", first, "2026-01-03T00:00:00Z")
    two.add("https://courier.example/2", b"<p>two</p>")
    path = bundle(
        tmp_path / "a.wacz",
        **{
            "archive/one.warc.gz": one.file.getvalue(),
            "archive/two.warc": two.file.getvalue(),
            "pages/pages.jsonl": b"{}",
        },
    )
    assert [one.body for one in taken(path)] == [b"<p>one</p>", b"<p>one</p>", b"<p>two</p>"]


@pytest.mark.parametrize("name", ["../a.warc", "/etc/a.warc", "archive\\..\\a.warc", "a/../../a.warc"])
def test_a_bundle_with_a_name_that_leads_out_is_refused(tmp_path: Path, name: str) -> None:
    path = bundle(tmp_path / "a.wacz", **{name: Archive().file.getvalue() + b"x", "archive/b.warc": b"WARC"})
    [reason] = refused(path)
    assert reason.startswith("it holds a name that leads out of it")


def test_a_bundle_with_a_link_or_a_bomb_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "link.wacz", "w") as file:
        link = zipfile.ZipInfo("archive/a.warc")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        file.writestr(link, "/etc/passwd")
    assert refused(tmp_path / "link.wacz") == ["it holds a symbolic link: 'archive/a.warc'"]
    bomb = bundle(tmp_path / "bomb.wacz", **{"archive/a.warc": b"\0" * 20_000_000})
    assert refused(bomb) == ["'archive/a.warc' unpacks to more than 200 times its size"]
    empty = bundle(tmp_path / "empty.wacz", **{"readme.txt": b"x"})
    assert refused(empty) == ["it is a zip file without a WARC file inside"]


def test_a_damaged_member_is_told_and_the_others_are_kept(tmp_path: Path) -> None:
    one, two = Archive(), Archive()
    one.add("https://courier.example/1", os.urandom(3_000))
    two.add("https://courier.example/2", b"<p>two</p>")
    path = bundle(tmp_path / "a.wacz", **{"a.warc.gz": one.file.getvalue(), "b.warc.gz": two.file.getvalue()})
    content = bytearray(path.read_bytes())
    content[1_000] ^= 0xFF
    path.write_bytes(content)
    assert "https://courier.example/2" in [one.url for one in taken(path)]
    assert any("a.warc.gz is damaged" in reason for reason in refused(path))


# --- limits ------------------------------------------------------------------------------------------------------


def test_an_unknown_coding_is_refused() -> None:
    with pytest.raises(Refused, match="'sdch' is unknown"):
        unpacked(b"x", "sdch")


@given(st.binary(max_size=400), st.sampled_from(["gzip", "deflate", "br", "gzip, deflate"]))
def test_unpacking_never_raises_on_what_is_not_packed(raw: bytes, coding: str) -> None:
    assert isinstance(unpacked(raw, coding), bytes)


@pytest.mark.parametrize(
    "page",
    [
        b"<meta " * 170_000,
        b"<link " + b"a=" * 500_000,
        b"<!-- saved from url=(0" + b"1" * 1_000_000,
        b"<meta x='" * 110_000,
        b"<link rel=" + b" " * 1_000_000,
    ],
)
def test_looking_for_an_address_is_linear(page: bytes) -> None:
    assert own_address(page) is None
