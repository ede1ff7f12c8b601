"""Web archives, asked for pages that are gone; their answers are recorded here, and served from loopback."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from scraper.crawl.archives import ARCHIVES, available, from_archives, listed, stamp_of
from scraper.crawl.guard import make_guard
from scraper.crawl.originals import Wanted, hunt

PIER = "http://harbour-courier.example/news/2031/pier?page=1"
QUOTED = "http%3A%2F%2Fharbour-courier.example%2Fnews%2F2031%2Fpier%3Fpage%3D1"
ASKED = f"/wayback/available?url={QUOTED}&timestamp=20310304120000"
LISTED = f"/cdx/search/cdx?url={QUOTED}&output=json&filter=statuscode:200&collapse=digest&limit=-20"
RAW = f"/web/{{stamp}}id_/{PIER}"
# The services are asked over https; a test's own server has no certificate that anybody believes.
PLAIN = [
    replace(each, question=each.question.replace("https:", "http:"), raw=each.raw.replace("https:", "http:"))
    for each in ARCHIVES
]


def held(stamp: str) -> str:
    address = f"http://web.archive.org/web/{stamp}/{PIER}"
    closest = {"available": True, "url": address, "timestamp": stamp, "status": "200"}
    return json.dumps({"url": PIER, "archived_snapshots": {"closest": closest}})


@pytest.fixture
def ask(site):
    hosts = {"archive.org": site.address, "web.archive.org": site.address}

    def ask(near="2031-03-04"):
        return from_archives(PIER, near=near, guard=make_guard(hosts=hosts), user_agent="test", archives=PLAIN)

    return ask


def test_a_page_that_the_archive_holds_is_a_capture_of_its_moment(site, ask):
    site.page(ASKED, held("20310305101500"), content_type="application/json")
    site.page(RAW.format(stamp="20310305101500"), "<p>The pier is closed.")
    capture = ask()
    assert (capture.requested_url, capture.url, capture.how) == (PIER, PIER, "archive")
    assert (capture.captured_at, capture.body) == ("2031-03-05T10:15:00Z", b"<p>The pier is closed.")
    assert "Wayback Machine" in capture.note


def test_the_moment_is_that_of_the_copy_which_the_archive_redirects_to(site, ask):
    site.page(ASKED, held("20310305101500"))
    site.page(RAW.format(stamp="20310305101500"), "", status=302, location=RAW.format(stamp="20310301080000"))
    site.page(RAW.format(stamp="20310301080000"), "earlier")
    assert ask().captured_at == "2031-03-01T08:00:00Z"


def test_the_whole_list_is_asked_when_the_quick_answer_is_none_and_the_closest_copy_taken(site, ask):
    site.page(ASKED, json.dumps({"url": PIER, "archived_snapshots": {}}))
    rows = [["urlkey", "timestamp", "original", "statuscode"]]
    rows += [["k", stamp, PIER, "200"] for stamp in ("20290101000000", "20310304180000", "20330101000000")]
    site.page(LISTED, json.dumps(rows))
    site.page(RAW.format(stamp="20310304180000"), "closest")
    assert ask().body == b"closest"


USELESS = ["", "{}", "[]", "null", "<html>busy", "[[]]", '[["a"], 7]', "[" * 9999, '{"archived_snapshots": 7}']


@pytest.mark.parametrize("answer", USELESS)
def test_an_archive_that_says_nothing_usable_holds_nothing(site, ask, answer):
    site.page(ASKED, answer)
    site.page(LISTED, answer)
    assert ask() is None


def test_an_archive_that_is_busy_or_lost_its_copy_holds_nothing(site, ask):
    site.page(ASKED, "", status=429)
    assert ask() is None
    site.page(ASKED, held("20310305101500"))
    assert ask() is None


@pytest.mark.parametrize(
    ("closest", "holds"),
    [
        ({"available": True, "timestamp": "20310305101500", "status": "200"}, True),
        ({"available": False, "timestamp": "20310305101500", "status": "200"}, False),
        ({"available": True, "timestamp": "20310305101500", "status": "404"}, False),
        ({"available": True, "timestamp": "soon", "status": "200"}, False),
        ({"available": True}, False),
    ],
)
def test_the_availability_service_is_read(closest, holds):
    assert bool(available(json.dumps({"url": PIER, "archived_snapshots": {"closest": closest}}))) is holds


def test_a_list_is_read_by_the_names_of_its_columns():
    body = json.dumps([["original", "timestamp"], [PIER, "20310305101500"], [PIER, "x"], [PIER]])
    assert listed(body) == [("20310305101500", PIER)]


@pytest.mark.parametrize(
    ("moment", "stamp"),
    [
        ("2031-03-04", "20310304120000"),
        ("2031-03-04T08:30:00Z", "20310304083000"),
        ("2031-03-04T08:30:00+03:00", "20310304083000"),
        ("2031-03", "20310301120000"),
        ("2031", "20310101120000"),
        ("", ""),
    ],
)
def test_a_moment_is_written_as_archives_write_it(moment, stamp):
    assert stamp_of(moment) == stamp


# --- the originals hunt --------------------------------------------------------------------------------------------


@pytest.fixture
def hunted(site):
    hosts = dict.fromkeys(("archive.org", "web.archive.org", "harbour-courier.example"), site.address)
    pauses: list[float] = []

    def hunted(*urls, archives=PLAIN):
        wanted = [Wanted(url=url, near="2031-03-04") for url in urls]
        guard = make_guard(hosts=hosts)
        return list(hunt(wanted, guard=guard, user_agent="test", archives=archives, sleep=pauses.append)), pauses

    return hunted


def test_an_original_that_is_there_is_fetched_and_no_archive_asked(site, hunted):
    site.page("/news/2031/pier?page=1", "closed")
    (capture,), _ = hunted(PIER)
    assert (capture.status, capture.body, capture.how) == (200, b"closed", "fetch")
    assert site.paths() == ["/news/2031/pier?page=1"]


def test_an_original_that_is_gone_says_so_and_the_archive_has_it(site, hunted):
    site.page(ASKED, held("20310305101500"))
    site.page(RAW.format(stamp="20310305101500"), "closed")
    captures, _ = hunted(PIER)
    assert [(each.status, each.how) for each in captures] == [(404, "fetch"), (200, "archive")]


def test_an_original_that_may_not_be_fetched_is_an_issue_and_the_archive_has_it(site, hunted):
    site.page("/robots.txt", "User-agent: *\nDisallow: /", content_type="text/plain")
    site.page(ASKED, held("20310305101500"))
    site.page(RAW.format(stamp="20310305101500"), "closed")
    (issue, capture), _ = hunted(PIER)
    assert (issue.level, issue.url, capture.how) == ("note", PIER, "archive")


def test_no_archive_is_asked_where_that_is_switched_off(site, hunted):
    captures, _ = hunted(PIER, archives=())
    assert [each.status for each in captures] == [404]
    assert not [path for path in site.paths() if "wayback" in path or "cdx" in path]


def test_a_host_that_is_only_cited_is_asked_rarely_and_slowly(site, hunted):
    urls = [f"http://harbour-courier.example/{number}" for number in range(20)]
    captures, pauses = hunted(*urls, archives=())
    assert (len(captures), pauses) == (10, [2.0] * 9)


def test_an_inward_address_is_an_issue_and_no_archive_hears_of_it(site, hunted):
    (issue,), _ = hunted("http://127.0.0.1/")
    assert "refused" in issue.message
    assert site.asked == []
