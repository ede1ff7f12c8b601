"""``scrapy crawl NAME`` without our command line: captures go through the line into the database all the same."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from scrapy import signals
from scrapy.crawler import Crawler

from scraper.crawl.run import is_trouble
from scraper.line import Line
from scraper.model import Capture
from scraper.store.database import Store
from scraper.store.frontier import SqliteFrontier
from scraper.store.runs import finish_run, note_issue, start_run


def desk(crawler: Crawler) -> dict[str, Any]:
    """What ``crawl`` would have given the outlet: ``frontier`` and ``on_capture``, on ``PROVENANCE_DB``.

    The run is written down when the spider closes.
    """
    store = Store.open(os.environ.get("PROVENANCE_DB", "provenance.db"))
    outlet: Any = crawler.spidercls
    line = Line(store, {outlet.name: outlet})
    run_id = start_run(store, f"scrapy crawl {outlet.name}", crawler.settings["USER_AGENT"].partition(" ")[0])

    intake = line.intake(run_id=run_id)

    def take_in(captures: Sequence[Capture]) -> None:
        intake.put(captures)
        for _ in intake.taken():
            pass  # each step writes by itself

    def close(spider: Any, reason: str) -> None:
        for _ in intake.rest():
            pass
        for issue in spider.issues:
            note_issue(store, issue, run_id=run_id)
        ended_badly = spider.trouble or is_trouble(reason, spider.counts)
        outcome = "interrupted" if reason == "shutdown" else "trouble" if ended_badly else "fine"
        finish_run(store, run_id, outcome, {outlet.name: dict(spider.counts)})  # type: ignore[arg-type]  # one of these
        store.close()

    # Signals hold their receivers weakly; the crawler lives as long as the crawl.
    crawler.close_desk = close  # type: ignore[attr-defined]
    crawler.signals.connect(close, signals.spider_closed)
    return {"frontier": SqliteFrontier(store.db.conn), "on_capture": take_in}
