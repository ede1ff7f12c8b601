"""Notes from the Quay: a blog without a feed, known by its front page."""

from scraper.crawl.outlet import Outlet


class QuayNotes(Outlet):
    title = "Notes from the Quay"
    kind = "blog"
    country = "ZZ"
    language = "en"
    home = "http://quaynotes.example/"
