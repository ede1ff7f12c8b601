"""Ministry of Ports of Velmora: a sitemap, structured data."""

from scraper.crawl.outlet import Outlet


class PortsMinistry(Outlet):
    title = "Ministry of Ports of Velmora"
    kind = "issuer"
    country = "ZZ"
    language = "en"
    home = "http://ports.velmora.example/"
    sitemaps = "http://ports.velmora.example/sitemap.xml"
    articles = r"/(statements|drafts)/\d+"
