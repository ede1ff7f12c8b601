"""A crawl of a loopback site: ways in, what is asked for again, and what comes back."""

from __future__ import annotations

import gzip
import json
import os
import signal
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from scrapy.crawler import Crawler

from scraper.crawl.outlet import Outlet
from tests.loopback import Site

NOW = datetime(2026, 1, 1, tzinfo=UTC)

RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>Harbour Courier</title>
<item><title>Pier closed</title><link>http://harbour-courier.example/news/2031/pier?utm_source=rss</link>
<pubDate>Tue, 04 Mar 2031 09:30:00 GMT</pubDate></item>
<item><title>Ferry back</title><link>http://harbour-courier.example/news/2031/ferry</link>
<pubDate>Wed, 05 Mar 2031 09:30:00 GMT</pubDate></item>
</channel></rss>"""


class HarbourCourier(Outlet):
    name = "harbour_courier"
    title = "Harbour Courier"
    kind = "newspaper"
    home = "http://harbour-courier.example/"
    feeds = home + "rss.xml"
    articles = r"/news/\d{4}/"


def test_a_feed_leads_to_its_pages_the_newest_first(site, crawls):
    site.page("/rss.xml", RSS, content_type="application/rss+xml")
    site.page("/news/2031/pier", "<p>The pier is closed.")
    site.page("/news/2031/ferry", "<p>The ferry is back.")
    report = crawls(HarbourCourier)
    assert site.paths() == ["/rss.xml", "/news/2031/ferry", "/news/2031/pier"]
    assert [capture.body for capture in crawls.captures] == [b"<p>The ferry is back.", b"<p>The pier is closed."]
    assert report.outcome == "fine"
    assert report.issues == ()


def feed(*paths: str, host: str = "harbour-courier.example") -> str:
    items = "".join(f"<item><link>http://{host}{path}</link></item>" for path in paths)
    return f'<rss version="2.0"><channel><title>t</title>{items}</channel></rss>'


def fill(site: Site, *paths: str) -> None:
    site.page("/rss.xml", feed(*paths), content_type="application/rss+xml")
    for path in paths:
        site.page(path, f"<p>{path}</p>")


def statuses(crawls) -> dict[str, int]:
    return {urlsplit(capture.requested_url).path: capture.status for capture in crawls.captures}


# --- what is asked for again ---------------------------------------------------------------------------------------


def test_a_second_crawl_right_after_asks_for_the_ways_in_only(site, crawls):
    fill(site, "/news/2031/pier")
    crawls(HarbourCourier)
    site.asked.clear()
    crawls(HarbourCourier)
    assert site.paths() == ["/rss.xml"]
    assert crawls.captures == []


def test_an_unchanged_page_answers_304_and_gives_a_capture_without_a_body(site, crawls):
    fill(site, "/news/2031/pier")
    site.page("/news/2031/pier", "<p>closed", etag='"one"')
    crawls(HarbourCourier)
    crawls.frontier.all_due(NOW)
    crawls(HarbourCourier)
    assert [(capture.status, capture.body) for capture in crawls.captures] == [(304, None)]
    assert site.asked[-1].headers["If-None-Match"] == '"one"'


def test_a_page_that_is_gone_is_recorded_and_asked_for_once_a_month(site, crawls):
    fill(site, "/news/2031/pier")
    crawls(HarbourCourier)
    del site.pages["/news/2031/pier"]
    crawls.frontier.all_due(NOW)
    crawls(HarbourCourier)
    assert [capture.status for capture in crawls.captures] == [404]
    assert crawls.frontier.due("harbour_courier", datetime.now(UTC) + timedelta(days=29), limit=9) == []
    assert len(crawls.frontier.due("harbour_courier", datetime.now(UTC) + timedelta(days=31), limit=9)) == 1


def test_a_moved_page_keeps_its_hops(site, crawls):
    fill(site, "/news/2031/pier")
    site.page("/news/2031/pier", "", status=301, location="/news/2031/pier-closed")
    site.page("/news/2031/pier-closed", "<p>closed")
    crawls(HarbourCourier)
    (capture,) = crawls.captures
    assert capture.requested_url == "http://harbour-courier.example/news/2031/pier"
    assert capture.url == "http://harbour-courier.example/news/2031/pier-closed"
    assert [(hop.status, hop.url) for hop in capture.redirects] == [(301, capture.requested_url)]
    assert capture.peer == "127.0.0.1"


def test_a_page_whose_capture_was_not_kept_is_asked_for_again(site, crawls):
    fill(site, "/news/2031/pier")

    def full_disk(captures):
        raise OSError("no space left")

    crawls.keep = full_disk
    with pytest.raises(OSError, match="no space left"):
        crawls(HarbourCourier)
    crawls.keep = crawls.captures.extend
    site.asked.clear()
    crawls(HarbourCourier)
    assert site.paths() == ["/rss.xml", "/news/2031/pier"]


def test_a_limit_counts_pages_and_the_rest_is_due_in_the_next_crawl(site, crawls):
    fill(site, *(f"/news/2031/{number}" for number in range(9)))
    crawls(HarbourCourier, limit=4)
    assert len(crawls.captures) == 4
    crawls(HarbourCourier)
    assert len(crawls.captures) == 5


# --- ways in -------------------------------------------------------------------------------------------------------


class Almanac(Outlet):
    name = "almanac"
    title = "Harbour Almanac"
    home = "http://almanac.example/"
    sitemaps = home + "sitemap.xml"
    articles = "/stories/"


class Board(Outlet):
    name = "board"
    title = "Notice Board"
    home = "http://board.example/"
    articles = r"/notices/\d+"


def test_a_sitemap_index_leads_to_gzipped_and_news_sitemaps(site, crawls):
    site.page(
        "/sitemap.xml",
        """<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
        <sitemap><loc>http://almanac.example/old.xml.gz</loc></sitemap>
        <sitemap><loc>http://almanac.example/news.xml</loc></sitemap>
        <sitemap><loc>http://almanac.example/sitemap.xml</loc></sitemap></sitemapindex>""",
        content_type="application/xml",
    )
    old = "<urlset><url><loc>http://almanac.example/stories/old</loc><lastmod>2030-01-01</lastmod></url></urlset>"
    site.page("/old.xml.gz", gzip.compress(old.encode()), content_type="application/gzip")
    site.page(
        "/news.xml",
        """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
        xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>http://almanac.example/stories/new</loc>
        <news:news><news:publication_date>2031-03-04T10:00:00+01:00</news:publication_date></news:news></url>
        <url><loc>http://almanac.example/about</loc></url></urlset>""",
        content_type="application/xml",
    )
    site.page("/stories/old", "old")
    site.page("/stories/new", "new")
    crawls(Almanac)
    assert site.paths()[-2:] == ["/stories/new", "/stories/old"]
    assert site.paths().count("/sitemap.xml") == 1


def test_a_listing_is_walked_page_by_page_while_it_shows_something_new(site, crawls):
    for page in range(1, 6):
        links = f'<a href="/notices/{page}">notice</a>' if page < 4 else '<a href="/notices/1">notice</a>'
        site.page(f"/?page={page}", f'{links}<a href="/about">about</a><a href="/?page={page + 1}">Sonraki »</a>')
    site.page("/", '<a href="/notices/0">notice</a><a rel="next" href="?page=1">older</a>')
    site.pages |= {f"/notices/{number}": (200, {}, b"notice") for number in range(4)}
    crawls(Board)
    assert [path for path in site.paths() if "notices" not in path] == [
        "/", "/?page=1", "/?page=2", "/?page=3", "/?page=4",
    ]  # fmt: skip
    assert len(crawls.captures) == 4


def test_feeds_that_a_front_page_announces_are_read(site, crawls):
    site.page("/", '<link rel="alternate" type="application/feed+json" href="/feed.json"><a href="/notices/1">one</a>')
    site.page(
        "/feed.json",
        json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [{"url": "/notices/2"}, {"id": "x"}, 7]}),
        content_type="application/feed+json",
    )
    site.pages |= {f"/notices/{number}": (200, {}, b"notice") for number in (1, 2)}
    crawls(Board)
    assert statuses(crawls) == {"/notices/1": 200, "/notices/2": 200}


def test_an_atom_feed_is_read_and_other_sites_links_are_left(site, crawls):
    site.page(
        "/rss.xml",
        """<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title>
        <entry><link rel="alternate" href="/news/2031/pier"/><updated>2031-03-04T10:00:00Z</updated></entry>
        <entry><link href="http://elsewhere.example/news/2031/x"/></entry>
        <entry><link href="http://harbour-courier.example/sport/1"/></entry></feed>""",
        content_type="application/atom+xml",
    )
    site.page("/news/2031/pier", "closed")
    crawls(HarbourCourier)
    assert list(statuses(crawls)) == ["/news/2031/pier"]


def test_a_feed_that_is_none_is_an_issue_and_the_rest_goes_on(site, crawls):
    site.page("/rss.xml", "<html>Sorry, we are being repaired")
    site.page("/sitemap.xml", "<urlset><url><loc>http://almanac.example/stories/a</loc></url></urlset>")
    site.page("/stories/a", "a")
    report = crawls(HarbourCourier, Almanac)
    assert [issue.kind for issue in report.issues] == ["unreadable"]
    assert list(statuses(crawls)) == ["/stories/a"]


def test_two_outlets_of_one_site_are_never_there_at_once(site, crawls):
    class Morning(Outlet):
        name = "morning"
        title = "Morning Edition"
        home = "http://harbour-courier.example/morning/"
        articles = "/morning/\\d"

    site.seconds = 0.02
    fill(site, *(f"/news/2031/{number}" for number in range(5)))
    site.page("/morning/", "".join(f'<a href="/morning/{number}">x</a>' for number in range(5)))
    site.pages |= {f"/morning/{number}": (200, {}, b"x") for number in range(5)}
    report = crawls(HarbourCourier, Morning)
    assert site.most_at_once == 1
    assert [outlet.counts["pages"] for outlet in report.outlets] == [5, 5]


def test_a_crawl_that_is_stopped_while_it_opens_asks_for_nothing_and_ends(site, crawls, monkeypatch):
    create = Crawler._create_engine

    def stopped_meanwhile(crawler):
        os.kill(os.getpid(), signal.SIGTERM)
        return create(crawler)

    monkeypatch.setattr(Crawler, "_create_engine", stopped_meanwhile)
    site.page("/rss.xml", RSS, content_type="application/rss+xml")
    report = crawls(HarbourCourier)
    assert report.outcome == "interrupted"
    assert site.asked == []
