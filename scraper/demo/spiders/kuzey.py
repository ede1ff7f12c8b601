"""Kuzey Haber Ajansı: a Turkish agency with a feed."""

from scraper.crawl.outlet import Outlet


class Kuzey(Outlet):
    title = "Kuzey Haber Ajansı"
    kind = "agency"
    country = "ZZ"
    language = "tr"
    home = "http://kuzey.example/"
    names = ("KHA",)
    feeds = home + "rss.xml"
