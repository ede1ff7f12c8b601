"""A crawl of a loopback site: ways in, what is asked for again, and what comes back."""

from __future__ import annotations

from scraper.crawl.outlet import Outlet

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
