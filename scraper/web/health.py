"""present: how crawling goes: outlets, runs, issues."""

from __future__ import annotations

from scraper.store.database import Store
from scraper.store.overview import health, issues, runs
from scraper.web.asked import Asked
from scraper.web.page import Page
from scraper.web.reading import Reading


def health_page(store: Store, asked: Asked, reading: Reading) -> Page:
    """``/health``: when each outlet was last reached and what came of it, runs, and what went wrong."""
    level = asked.word("level", ("note", "warning", "error"))
    outlet = asked.text("outlet")
    return Page(
        template="health.html",
        title="Crawl health",
        data={
            "outlets": reading.remembered(store, "health", health),
            "runs": runs(store, limit=15),
            "issues": issues(store, level=level, outlet=outlet, limit=100),
        },
        shown={"chosen": {"level": level, "outlet": outlet}},
    )
