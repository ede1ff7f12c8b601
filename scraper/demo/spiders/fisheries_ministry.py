"""Ministry of Fisheries of Tarsis: a feed in Turkish, a feed in English."""

from scraper.crawl.outlet import Outlet


class FisheriesMinistry(Outlet):
    title = "Ministry of Fisheries of Tarsis"
    kind = "issuer"
    country = "ZZ"
    language = "tr"
    home = "http://balikcilik.tarsis.example/"
    names = ("Tarsis Balıkçılık Bakanlığı", "Balıkçılık Bakanlığı")
    feeds = (home + "tr/rss.xml", home + "en/rss.xml")
