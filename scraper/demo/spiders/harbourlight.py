"""Harbourlight: a portal with listing pages and a layout of its own."""

from scraper.crawl.outlet import Outlet, Recipe


class Harbourlight(Outlet):
    title = "Harbourlight"
    kind = "portal"
    country = "ZZ"
    language = "en"
    home = "http://harbourlight.example/"
    listings = home
    articles = r"/(news|tr)/\d{8}-"
    recipes = (Recipe(title=".post h1", body=".post .body"),)
