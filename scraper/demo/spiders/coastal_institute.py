"""Center for Coastal Studies: a think tank that republishes statements, with the link's label behind the link."""

from scraper.crawl.outlet import Outlet


class CoastalInstitute(Outlet):
    title = "Center for Coastal Studies"
    kind = "institution"
    country = "ZZ"
    language = "en"
    home = "http://coastalstudies.example/"
    names = ("Kıyı Araştırmaları Merkezi", "CCS")
    listings = home + "en/notes"
    articles = r"/en/(notes|analyses)/."
