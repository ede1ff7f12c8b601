"""Meridian News Agency: an Atom feed, structured data with the whole text."""

from scraper.crawl.outlet import Outlet


class Meridian(Outlet):
    title = "Meridian News Agency"
    kind = "agency"
    country = "ZZ"
    language = "en"
    home = "http://meridian.example/"
    names = ("Meridian", "MNA")
    feeds = home + "atom.xml"
