"""Hostile sites: each attack ends as an issue or a harmless capture, time and memory stay bounded, the rest goes on."""

from __future__ import annotations

import gzip
import json
import os
import resource
import socket
import time
import zlib
from pathlib import Path
from urllib.parse import urlsplit

import brotli
import pytest
from backports import zstd
from scrapy.http import HtmlResponse

from scraper.crawl.ways import MOST_ENTRIES, MOST_LINKS, Unreadable, feed_finds, listing_finds, sitemap_finds
from tests.loopback import served
from tests.test_crawl import Almanac, Board, HarbourCourier, fill

MB = 1_000_000


def zeros(size: int, *, wbits: int = 31) -> bytes:
    """``size`` zero bytes, compressed without ever standing in memory."""
    pack = zlib.compressobj(9, zlib.DEFLATED, wbits)
    return b"".join(pack.compress(bytes(MB)) for _ in range(size // MB)) + pack.flush()


def memory() -> int:
    """Most memory that this process has held, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def brotli_zeros(size: int) -> bytes:
    pack = brotli.Compressor(quality=5)
    return b"".join(pack.process(bytes(MB)) for _ in range(size // MB)) + pack.finish()


def zstd_zeros(size: int) -> bytes:
    pack = zstd.ZstdCompressor()
    return b"".join(pack.compress(bytes(MB)) for _ in range(size // MB)) + pack.flush()


BOMBS = {
    "gzip": ("gzip", lambda: zeros(160 * MB)),
    "deflate": ("deflate", lambda: zeros(160 * MB, wbits=15)),
    "br": ("br", lambda: brotli_zeros(160 * MB)),
    "zstd": ("zstd", lambda: zstd_zeros(160 * MB)),
    "twice": ("gzip, gzip", lambda: gzip.compress(zeros(160 * MB))),
}


def kinds(report) -> dict[str, str]:
    """Path of each page that gave an issue, and the issue's kind."""
    return {urlsplit(issue.url).path.removeprefix("/news/2031/"): issue.kind for issue in report.issues}


def test_decompression_bombs_are_refused_and_the_rest_goes_on(site, crawls):
    fill(site, *(f"/news/2031/{name}" for name in BOMBS), "/news/2031/pier")
    for name, (packing, bomb) in BOMBS.items():
        site.page(f"/news/2031/{name}", bomb(), content_encoding=packing)
    before = memory()
    report = crawls(HarbourCourier)
    assert memory() - before < 150 * MB
    assert crawls.paths == ["/news/2031/pier"]
    assert kinds(report) == dict.fromkeys(BOMBS, "too large")


def endless(handler):
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    piece = b"%x\r\n%s\r\n" % (65536, b"x" * 65536)
    while True:
        handler.wfile.write(piece)


def header_flood(handler):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(2000):
        handler.wfile.write(b"X-%d: " % number + b"x" * 80_000 + b"\r\n")
    handler.wfile.write(b"\r\n")


def slow_body(handler):
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    drip(handler, b"x")


def slow_headers(handler):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    drip(handler, b"x")


def drip(handler, piece: bytes) -> None:
    for _ in range(200):
        handler.wfile.write(piece)
        handler.wfile.flush()
        time.sleep(0.05)


def raw(answer: bytes):
    def write(handler):
        handler.wfile.write(answer)
        handler.close_connection = True

    return write


HOSTILE = {
    "endless": (endless, "too large"),
    "larger-than-it-may-be": ((200, {}, bytes(11 * MB)), "too large"),
    "a-flood-of-headers": (header_flood, "no answer"),
    "a-slow-body": (slow_body, "no answer"),
    "slow-headers": (slow_headers, "no answer"),
    "no-HTTP-at-all": (raw(b"220 mail.example ESMTP\r\n"), "no answer"),
    "nothing": (raw(b""), "no answer"),
    "a-status-without-a-number": (raw(b"HTTP/1.1 abc\r\n\r\n"), "no answer"),
    "a-length-below-zero": (raw(b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello"), "no answer"),
    "a-length-that-is-no-number": (raw(b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\nhello"), "no answer"),
    "less-than-promised": (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nhello"), "no answer"),
    "a-chunk-of-no-size": (raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello"), "no answer"),
    "packed-with-what-nobody-knows": ((200, {"Content-Encoding": "gzip"}, b"this is not gzip"), "unreadable"),
    "a-redirect-to-nowhere": ((302, {"Location": "http://["}, b""), "unreadable"),
    "a-redirect-without-a-target": ((302, {}, b""), "status"),
    "a-redirect-to-a-file": ((302, {"Location": "file:///etc/hostname"}, b""), "status"),
    "a-redirect-to-a-script": ((302, {"Location": "javascript:alert(1)"}, b""), "unreadable"),
    "a-redirect-with-a-user-name": ((302, {"Location": "http://me@harbour-courier.example/"}, b""), "refused"),
    "a-redirect-of-2-MB": ((302, {"Location": "/" + "x" * 5000}, b""), "refused"),
    "a-teapot": ((418, {}, b""), "status"),
    "a-fault": ((500, {}, b"oops"), "status"),
}


def test_hostile_answers_are_issues_and_the_rest_goes_on(site, crawls):
    fill(site, *(f"/news/2031/{name}" for name in HOSTILE), "/news/2031/pier")
    site.pages |= {f"/news/2031/{name}": answer for name, (answer, _) in HOSTILE.items()}
    before = memory()
    report = crawls(HarbourCourier, DOWNLOAD_TIMEOUT=1, RETRY_TIMES=0)
    assert memory() - before < 150 * MB
    assert crawls.paths == ["/news/2031/pier"]
    assert kinds(report) == {name: kind for name, (_, kind) in HOSTILE.items()}
    assert report.outcome == "fine"
    assert all(issue.message.endswith(".") and len(issue.message) < 400 for issue in report.issues)


ODD = {
    "NULs-and-lone-surrogates": (b"\x00<p>\xed\xa0\x80\x00</p>", "text/html; charset=utf-8"),
    "a-charset-nobody-knows": (b"<p>hello</p>", "text/html; charset=x-klingon"),
    "a-charset-that-lies": ("Grüße".encode("cp1252"), "text/html; charset=utf-16"),
    "a-type-of-its-own": (b"%PDF-1.7", "application/pdf"),
    "right-to-left-tricks": ("\u202egnp.exe\u202c".encode(), "text/html"),
    "a-line-of-5-MB": (b"<p>" + b"word " * MB, "text/html"),
    "a-hundred-thousand-open-tags": (b"<div>" * 100_000, "text/html"),
    "nothing": (b"", "text/html"),
    "a-refresh-that-never-ends": (
        b'<meta http-equiv="refresh" content="9;url=/news/2031/a-refresh-that-never-ends">',
        "text/html",
    ),
}


def test_odd_bodies_are_kept_byte_for_byte(site, crawls):
    fill(site, *(f"/news/2031/{name}" for name in ODD))
    for name, (body, kind) in ODD.items():
        site.page(f"/news/2031/{name}", body, content_type=kind)
    crawls(HarbourCourier)
    kept = {
        path.removeprefix("/news/2031/"): capture.body
        for path, capture in zip(crawls.paths, crawls.captures, strict=True)
    }
    assert kept == {name: body for name, (body, _) in ODD.items()}


# --- inward --------------------------------------------------------------------------------------------------------

INWARD = [
    "http://127.0.0.2:{port}/",
    "http://2130706434:{port}/",
    "http://0x7f000002:{port}/",
    "http://0177.0.0.2:{port}/",
    "http://127.2:{port}/",
    "http://[::ffff:127.0.0.2]:{port}/",
    "http://[::1]:{port}/",
    "http://localhost:{port}/",
    "http://localhost/",
    "http://127.0.0.1\\@harbour-courier.example:{port}/",
    "//127.0.0.1:{port}/",
    "http://１２７.0.0.1:{port}/",
    "http://harbour-courier.example:{port}/",
    "http://169.254.169.254/latest/meta-data/",
]


@pytest.mark.parametrize("how", ["location", "refresh"])
def test_a_crawl_is_never_led_inward(site, crawls, how):
    traps = [f"/news/2031/trap-{number}" for number in range(len(INWARD))]
    fill(site, *traps)
    with served() as inward:
        for trap, target in zip(traps, INWARD, strict=True):
            where = target.format(port=inward.port)
            if how == "location":
                site.page(trap, "", status=302, location=where.encode().decode("latin-1"))
            else:
                site.page(trap, f'<meta charset="utf-8"><meta http-equiv="refresh" content="0;url={where}">')
        report = crawls(HarbourCourier, RETRY_TIMES=0)
        assert inward.connections == 0
    assert crawls.captures == []
    assert len(report.issues) == len(INWARD)


def test_feeds_sitemaps_and_listings_cannot_point_inward(site, crawls):
    with served() as inward:
        bad = f"http://127.0.0.1:{inward.port}/news/2031/x"
        site.page("/rss.xml", f"<rss version='2.0'><channel><item><link>{bad}</link></item></channel></rss>")
        site.page("/sitemap.xml", f"<sitemapindex><sitemap><loc>{bad}</loc></sitemap></sitemapindex>")
        site.page("/", f'<a href="{bad}">x</a><a rel="next" href="{bad}">x</a><link rel="alternate" href="{bad}">')
        crawls(HarbourCourier, Almanac, Board)
        assert inward.connections == 0


def test_a_name_that_turns_inward_after_the_first_page_is_not_followed(site, crawls, monkeypatch):
    real, looks = socket.getaddrinfo, []

    def turning(host, *args, **kwargs):
        if host == "rebinding.example":
            looks.append(host)
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 80))]
        return real(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", turning)
    fill(site, "/news/2031/trap")
    site.page("/news/2031/trap", "", status=302, location="http://rebinding.example/")
    report = crawls(HarbourCourier, RETRY_TIMES=0)
    assert looks
    assert crawls.captures == []
    assert [issue.kind for issue in report.issues] == ["closed"]  # its robots.txt was not even asked for


# --- ways in -------------------------------------------------------------------------------------------------------

SECRET = Path("/etc/hostname")
LAUGHS = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
ENTITIES = [
    f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>',
    f'<!DOCTYPE x [<!ENTITY l9 "{"ha" * 50_000}">]>',
    f'<!DOCTYPE x [<!ENTITY l9 SYSTEM "file://{SECRET}">]>',
    '<!DOCTYPE x SYSTEM "http://127.0.0.1:{port}/x.dtd" [<!ENTITY l9 SYSTEM "http://127.0.0.1:{port}/x">]>',
]


@pytest.mark.parametrize("doctype", ENTITIES)
def test_entities_in_feeds_and_sitemaps_read_no_file_and_connect_nowhere(doctype):
    with served() as inward:
        head = '<?xml version="1.0"?>' + doctype.replace("{port}", str(inward.port))
        link = "http://harbour-courier.example/&l9;"
        rss = f'{head}<rss version="2.0"><channel><item><link>{link * 3}</link></item></channel></rss>'
        sitemap = f"{head}<urlset><url><loc>{link}</loc></url></urlset>"
        secret = SECRET.read_text().strip() if SECRET.exists() else os.uname().nodename
        for read in (feed_finds, sitemap_finds):
            try:
                found = repr(read((rss if read is feed_finds else sitemap).encode(), "http://harbour-courier.example/"))
            except Unreadable:
                continue
            assert secret not in found
            assert len(found) < 400_000
        assert inward.connections == 0


def test_a_sitemap_that_unpacks_to_gigabytes_is_not_read(site, crawls):
    site.page("/sitemap.xml", zeros(160 * MB), content_type="application/gzip")
    before = memory()
    report = crawls(Almanac)
    assert memory() - before < 150 * MB
    assert [issue.kind for issue in report.issues] == ["unreadable"]


def test_a_sitemap_of_too_many_addresses_is_cut():
    rows = b"".join(b"<url><loc>http://almanac.example/stories/%d</loc></url>" % n for n in range(MOST_ENTRIES + 9))
    _, pages = sitemap_finds(gzip.compress(b"<urlset>" + rows + b"</urlset>", 1), "http://almanac.example/")
    assert len(pages) == MOST_ENTRIES


def test_a_listing_of_too_many_links_is_cut():
    body = b"".join(b'<a href="/notices/%d">x</a>' % number for number in range(100_000))
    links, _, _ = listing_finds(HtmlResponse("http://board.example/", body=body))
    assert len(links) == MOST_LINKS


def test_a_feed_over_the_limit_is_not_read():
    with pytest.raises(Unreadable):
        feed_finds(b"<rss>" + b" " * 5 * MB, "http://harbour-courier.example/")


JUNK = ["<", "<!--", "<![CDATA[", "&", "<item>", "<item/>", "<!DOCTYPE ", "<a ", "<a/>", "]]>", "{", "[[", '{"a":']


@pytest.mark.parametrize("junk", JUNK)
def test_junk_is_read_in_no_time(junk):
    body = (junk * (MB // 3 // len(junk))).encode()
    for read in (feed_finds, sitemap_finds):
        for start in (b"", b'<?xml version="1.0"?><rss version="2.0">', b"<urlset>"):
            try:
                read(start + body, "http://harbour-courier.example/")
            except Unreadable:
                continue
    listing_finds(HtmlResponse("http://board.example/", body=body))


ADDRESSES = [
    "/news/2031/" + "x" * 2 * MB,
    "/news/2031/" + "x" * 9000,
    "/news/2031/" + "x" * 3000,
    "/news/2031/\x00\ufffe",
    "/news/2031/%",
    "/news/2031/%zz?%ff#%",
    "/news/2031/\u202egnp",
    "/news/2031/;;??##",
    "/news/2031/ a b ",
    ":80/news/2031/x",
    ":0/news/2031/x",
    ":99999/news/2031/x",
    "@127.0.0.1/news/2031/x",
    "\\news\\2031\\x",
    "..//..///news/2031/x",
]


def test_addresses_that_are_none_do_not_hold_up_the_others(site, crawls):
    items = [{"url": f"http://harbour-courier.example{address}"} for address in ADDRESSES]
    items += [{"url": url} for url in ("http://", "http://[", "//", "news", "", "http:harbour", "http://\ud800/")]
    items.append({"url": "http://harbour-courier.example/news/2031/pier"})
    site.page("/rss.xml", json.dumps({"items": items}), content_type="application/feed+json")
    site.page("/news/2031/pier", "closed")
    report = crawls(HarbourCourier, RETRY_TIMES=0)
    assert "/news/2031/pier" in crawls.paths
    assert {issue.kind for issue in report.issues} <= {"refused"}
