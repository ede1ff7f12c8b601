"""present: the first page: a box to check something, what is new with altered copies first, and how crawling goes."""

from __future__ import annotations

from scraper.store.database import Store
from scraper.store.overview import counts, health
from scraper.store.pages import changed_words, newest_altered, newest_captures, newest_links
from scraper.web.asked import Asked
from scraper.web.page import Page
from scraper.web.reading import Reading

_SHOWN = 8


def front_page(store: Store, asked: Asked, reading: Reading) -> Page:
    """``/``: an invitation, then the news."""
    del asked
    numbers = reading.remembered(store, "counts", counts)
    if not numbers["documents"]:
        return nothing_yet(reading)
    altered = newest_altered(store, limit=_SHOWN)
    met = {row["link_id"] for row in altered}
    others = [row for row in newest_links(store, limit=_SHOWN + len(met)) if row["link_id"] not in met][:_SHOWN]
    return Page(
        template="front.html",
        title="Who said it first",
        data={
            "counts": numbers,
            "altered": altered,
            "others": others,
            "changed": changed_words(store, [row["link_id"] for row in altered]),
            "newest": newest_captures(store, limit=6),
            "health": reading.remembered(store, "health", health),
        },
        shown={"may_fetch": reading.may_fetch},
    )


def nothing_yet(reading: Reading) -> Page:
    """The first page while there is nothing to show: the first three commands."""
    commands = [
        {"command": "provenance demo", "does": "crawls a small fictional web on this machine and links it"},
        {"command": "provenance import saved-pages/", "does": "takes in pages that you saved, WARC files, PDFs, lists"},
        {"command": "provenance crawl", "does": "crawls the outlets declared in spiders/"},
    ]
    return Page(
        template="nothing.html",
        title="Nothing here yet",
        data={"database": reading.path.name, "commands": commands},
    )
