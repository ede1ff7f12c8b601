"""Trend News Agency, Baku, in English: addresses end in a story's number."""

from scraper.crawl.outlet import Outlet


class Trend(Outlet):
    title = "Trend News Agency"
    kind = "agency"
    country = "AZ"
    language = "en"
    home = "https://en.trend.az/"
    names = ("Trend", "Trendreports", "Trend İnformasiya Agentliyi", "Тренд")
    domains = ("trend.az",)
    feeds = home + "feeds/index.rss"
    articles = r"/\d{5,}\.html"
