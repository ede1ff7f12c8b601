"""Manners towards the web: robots.txt, pauses, one request at a time."""

from __future__ import annotations

import sqlite3
import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise

import pytest
from scrapy import Request
from scrapy.http.request import NO_CALLBACK

from scraper.crawl.patience import retry_after
from scraper.crawl.rules import read_rules
from scraper.store.frontier import SqliteFrontier
from tests.conftest import Crawls
from tests.test_crawl import Board, HarbourCourier, fill

AGENT = "provenance-tracker"


def pages(site) -> list[str]:
    return [path for path in site.paths() if path.startswith("/news/")]


def gaps(site, start: str = "/news/") -> list[float]:
    """Seconds between requests for pages."""
    return [after.at - before.at for before, after in pairwise(a for a in site.asked if a.path.startswith(start))]


# --- robots.txt ----------------------------------------------------------------------------------------------------


class ThirtyAtOnce(HarbourCourier):
    """Asks for thirty pages of a new host before the first answer."""

    name = "thirty_at_once"


async def start(self):
    for number in range(30):
        url = f"http://harbour-courier.example/news/2031/{number}"
        yield Request(url, callback=NO_CALLBACK, errback=self._shrug)


async def _shrug(self, _):
    self.counts["refused"] += 1


ThirtyAtOnce.start, ThirtyAtOnce._shrug = start, _shrug


def test_thirty_first_requests_at_once_fetch_nothing_that_robots_txt_disallows(site, crawls):
    site.seconds = 0.05
    site.page("/robots.txt", "User-agent: *\nDisallow: /", content_type="text/plain")
    report = crawls(ThirtyAtOnce, CONCURRENT_REQUESTS=30, CONCURRENT_REQUESTS_PER_DOMAIN=30, DOWNLOAD_DELAY=0)
    assert site.paths() == []
    assert [asked.path for asked in site.asked] == ["/robots.txt"]
    assert report.outlets[0].counts["refused"] == 30


def test_disallowed_pages_are_an_issue_and_the_others_are_fetched(site, crawls):
    fill(site, "/news/2031/open", "/news/2031/closed")
    site.page("/robots.txt", f"User-agent: {AGENT}\nDisallow: /*/closed", content_type="text/plain")
    report = crawls(HarbourCourier)
    assert pages(site) == ["/news/2031/open"]
    assert [(issue.kind, issue.url) for issue in report.issues] == [
        ("robots", "http://harbour-courier.example/news/2031/closed")
    ]
    assert report.outcome == "fine"


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_robots_txt_that_fails_closes_the_site_for_this_run(site, crawls, status):
    fill(site, "/news/2031/pier")
    site.page("/robots.txt", "", status=status, retry_after="0")
    report = crawls(HarbourCourier)
    assert site.paths() == []
    assert report.outcome == "trouble"
    assert [issue.kind for issue in report.issues] == ["closed"]


def test_a_site_that_closes_in_the_middle_of_its_life_is_one_issue_and_its_pages_stay_due(site, crawls):
    paths = [f"/news/2031/{number}" for number in range(9)]
    fill(site, *paths)
    crawls(HarbourCourier)
    crawls.frontier.all_due(datetime(2026, 1, 1, tzinfo=UTC))
    site.page("/robots.txt", "", status=500)
    report = crawls(HarbourCourier)
    assert [issue.kind for issue in report.issues] == ["closed"]
    assert len(crawls.frontier.due("harbour_courier", datetime.now(UTC), limit=99)) == len(paths)


def test_a_robots_txt_that_hangs_up_or_says_nothing_closes_the_site_for_this_run(site, crawls):
    fill(site, "/news/2031/pier")

    def hang_up(handler):
        handler.close_connection = True

    site.pages["/robots.txt"] = hang_up
    assert crawls(HarbourCourier, DOWNLOAD_TIMEOUT=1).outcome == "trouble"
    assert site.paths() == []


@pytest.mark.parametrize("status", [404, 403, 410])
def test_a_robots_txt_that_is_not_there_allows_everything(site, crawls, status):
    fill(site, "/news/2031/pier")
    site.page("/robots.txt", "", status=status)
    crawls(HarbourCourier)
    assert pages(site) == ["/news/2031/pier"]


def test_a_robots_txt_that_moved_is_obeyed_where_it_is(site, crawls):
    fill(site, "/news/2031/pier")
    site.page("/robots.txt", "", status=301, location="/rules.txt")
    site.page("/rules.txt", "User-agent: *\nDisallow: /news/", content_type="text/plain")
    crawls(HarbourCourier)
    assert pages(site) == []


def test_of_a_robots_txt_half_a_megabyte_is_read():
    rules = b"User-agent: *\nDisallow: /early\n" + b"# filler\n" * 60_000 + b"Disallow: /late\n"
    assert read_rules(200, rules, agent=AGENT).why_not("http://a.example/early")
    assert read_rules(200, rules, agent=AGENT).why_not("http://a.example/late") is None


@pytest.mark.parametrize("delay", ["nan", "inf", "-1", "1e309", "x"])
def test_a_crawl_delay_that_is_no_delay_is_none(delay):
    rules = read_rules(200, f"User-agent: *\nCrawl-delay: {delay}".encode(), agent=AGENT)
    assert rules.delay is None or 0 <= rules.delay <= 60


def test_a_crawl_delay_of_hours_is_taken_for_a_minute():
    assert read_rules(200, b"User-agent: *\nCrawl-delay: 7200", agent=AGENT).delay == 60.0


def test_a_crawl_delay_sets_the_pace(site, crawls):
    fill(site, *(f"/news/2031/{number}" for number in range(4)))
    site.page("/robots.txt", "User-agent: *\nCrawl-delay: 0.5", content_type="text/plain")
    crawls(HarbourCourier)
    assert len(gaps(site)) == 3
    assert all(0.4 <= gap <= 1.0 for gap in gaps(site)), gaps(site)


# --- patience ------------------------------------------------------------------------------------------------------


def busy_once(site, path: str, status: int, after: str | None) -> None:
    good = site.pages[path]

    def first(handler):
        site.pages[path] = good
        handler.send_response(status)
        if after:
            handler.send_header("Retry-After", after)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    site.pages[path] = first


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_in_seconds_is_waited_for_and_nothing_else_is_asked_meanwhile(site, crawls, status):
    fill(site, *(f"/news/2031/{number}" for number in range(3)))
    busy_once(site, "/news/2031/0", status, "1")
    report = crawls(HarbourCourier)
    assert 0.9 <= gaps(site)[0] <= 2.0
    assert [capture.status for capture in crawls.captures] == [200, 200, 200]
    assert report.issues == ()


def test_retry_after_as_a_date_is_waited_for(site, crawls):
    fill(site, "/news/2031/0")
    busy_once(site, "/news/2031/0", 503, format_datetime(datetime.now(UTC) + timedelta(seconds=3), usegmt=True))
    crawls(HarbourCourier)
    assert 0.8 <= gaps(site)[0] <= 3.5


def test_a_host_that_wants_an_hour_is_left_alone_for_this_run_and_due_after_it(site, crawls):
    fill(site, *(f"/news/2031/{number}" for number in range(5)))
    busy_once(site, "/news/2031/0", 429, "5400")
    report = crawls(HarbourCourier)
    assert pages(site) == ["/news/2031/0"]
    assert [issue.kind for issue in report.issues] == ["status", "paused"]
    soon = datetime.now(UTC) + timedelta(minutes=50)
    assert len(crawls.frontier.due("harbour_courier", soon, limit=9)) == 4
    assert len(crawls.frontier.due("harbour_courier", soon + timedelta(minutes=11), limit=9)) == 5


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 7 ", 7),
        ("99999999999999999999", 3600),
        ("-5", None),
        ("soon", None),
        ("", None),
        (None, None),
        ("Tue, 04 Mar 2031 10:00:30 GMT", 30),
        ("Tue, 04 Mar 2031 09:00:00 GMT", 0),
        ("Tue, 04 Mar 2033 09:00:00 GMT", 3600),
        ("Tue, 99 Mar 2033 09:00:00 GMT", None),
        ("１２", None),
    ],
)
def test_retry_after_is_read_in_both_forms(value, seconds):
    assert retry_after(value, datetime(2031, 3, 4, 10, tzinfo=UTC)) == seconds


# --- one at a time -------------------------------------------------------------------------------------------------


def test_a_host_never_sees_two_requests_at_once_nor_two_in_a_row(site, crawls):
    site.seconds = 0.05
    fill(site, *(f"/news/2031/{number}" for number in range(6)))
    crawls(HarbourCourier, DOWNLOAD_DELAY=0.2, DOWNLOAD_DELAY_JITTER=0.0, AUTOTHROTTLE_MAX_DELAY=1.0)
    assert site.most_at_once == 1
    assert all(gap >= 0.18 for gap in gaps(site))


def test_two_crawls_at_once_never_meet_on_a_site(site, tmp_path):
    site.seconds = 0.05
    fill(site, *(f"/news/2031/{number}" for number in range(6)))
    reports = []

    def one():
        connection = sqlite3.connect(tmp_path / "frontier.db", timeout=30)
        crawls = Crawls(site)
        crawls.frontier = SqliteFrontier(connection)
        reports.append(crawls(HarbourCourier))
        crawls.connection.close()
        connection.close()

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert site.most_at_once == 1
    assert sorted(pages(site)) == [f"/news/2031/{number}" for number in range(6)]
    assert sorted(issue.kind for report in reports for issue in report.issues) == ["held"]
    assert [report.outcome for report in reports] == ["fine", "fine"]


def test_the_agent_says_who_it_is_and_asks_for_bytes_as_they_are(site, crawls):
    site.page("/", '<a href="/notices/1">one</a>')
    site.page("/notices/1", "one")
    crawls(Board)
    for asked in site.asked:
        assert asked.headers["User-Agent"].startswith("provenance-tracker/")
        assert asked.headers["Accept-Encoding"] == "identity"
        assert "Cookie" not in asked.headers
        assert "Referer" not in asked.headers


def test_a_chain_of_redirects_ends(site, crawls):
    fill(site, "/news/2031/0")
    for number in range(40):
        site.page(f"/news/2031/{number}", "", status=302, location=f"/news/2031/{number + 1}")
    report = crawls(HarbourCourier)
    assert len(pages(site)) == 11
    assert [issue.kind for issue in report.issues] == ["redirects"]


def test_a_loop_of_redirects_ends(site, crawls):
    fill(site, "/news/2031/0")
    site.page("/news/2031/0", "", status=302, location="/news/2031/0")
    report = crawls(HarbourCourier)
    assert len(pages(site)) <= 11
    assert len(report.issues) == 1
