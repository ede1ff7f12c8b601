"""AVİM, Center for Eurasian Studies, Ankara: analyses, and statements republished with a line that names the source."""

from scraper.crawl.outlet import Outlet


class Avim(Outlet):
    title = "AVİM"
    kind = "institution"
    country = "TR"
    language = "en"
    home = "https://avim.org.tr/en"
    names = ("AVIM", "Center for Eurasian Studies", "Avrasya İncelemeleri Merkezi")
    domains = ("avim.org.tr", "avimbulten.org")
    listings = (home, "https://avim.org.tr/", "https://avimbulten.org/TumBloglar")
    articles = r"/(?:Analiz|Blog|Bulten|Duyuru|Rapor|Yorum)/."
