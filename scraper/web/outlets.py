"""present: outlets: who copies whom, how much of it altered, credited or not, and how long it takes."""

from __future__ import annotations

from typing import Any

from scraper.store.database import Row, Store
from scraper.store.overview import find_outlet, outlets
from scraper.store.pages import changed_words, newest_altered, newest_links, outlet_counts, outlet_pairs
from scraper.trace.chain import plain
from scraper.web.asked import Asked, Odd
from scraper.web.page import Elsewhere, Page
from scraper.web.plots import bars, columns, credit, delays, matrix
from scraper.web.reading import Reading

_IN_MATRIX = 14
_SHOWN = 10


def outlets_page(store: Store, asked: Asked, reading: Reading) -> Page:
    """``/outlets``: all of them, and the matrix of who copies whom."""
    del asked
    rows = sorted(reading.remembered(store, "outlets", outlets), key=_busiest)
    pairs = reading.remembered(store, "pairs", outlet_pairs)
    return Page(
        template="outlets.html",
        title="Outlets",
        data={"rows": rows[:500], "pairs": pairs[:200]},
        shown={"matrix": _matrix(pairs), "credit": credit(_credited(rows))},
    )


def _busiest(row: Row) -> tuple[int, str]:
    return (-((row["copies"] or 0) + (row["copied_by_others"] or 0) * 2), row["title"])


def _credited(rows: list[Row]) -> list[tuple[str, str, int, int]]:
    """The outlets that copy most."""
    busiest = sorted(rows, key=lambda row: (-(row["copies"] or 0), row["title"]))[:_IN_MATRIX]
    return [(row["id"], row["title"], row["copies"] or 0, row["credited"] or 0) for row in busiest]


def _matrix(pairs: list[Row]) -> dict[str, Any]:
    """The busiest outlets against each other: sources down, copiers across."""
    weight: dict[tuple[str, str], int] = {}
    for row in pairs:
        for outlet in ((row["copy_outlet_id"], row["copy_outlet"]), (row["source_outlet_id"], row["source_outlet"])):
            weight[outlet] = weight.get(outlet, 0) + row["copies"]
    busiest = [outlet for outlet, _ in sorted(weight.items(), key=lambda one: (-one[1], one[0]))[:_IN_MATRIX]]
    cells = {(row["source_outlet_id"], row["copy_outlet_id"]): row for row in pairs}
    ids = [outlet_id for outlet_id, _ in busiest]
    sources = [one for one in busiest if any((one[0], other) in cells for other in ids)]
    copiers = [one for one in busiest if any((other, one[0]) in cells for other in ids)]
    return {"sources": sources, "copiers": copiers, "cells": cells, "drawn": matrix(sources, copiers, cells)}


def outlet_page(store: Store, asked: Asked, reading: Reading) -> Page | Elsewhere:
    """``/outlets/<id>``: what one outlet takes and gives, in plots and as tables."""
    wanted = str(asked.names["id"])
    known = find_outlet(store, wanted)
    if known is None:
        raise Odd(f"There is no outlet {wanted[:60]!r}.", 404)
    outlet_id = known["id"]
    if outlet_id != wanted:
        return Elsewhere(f"/outlets/{outlet_id}")
    counts = reading.remembered(store, ("outlet", outlet_id), lambda one: outlet_counts(one, outlet_id))
    scores = next((row for row in reading.remembered(store, "outlets", outlets) if row["id"] == outlet_id), known)
    altered = newest_altered(store, limit=_SHOWN, outlet=outlet_id)
    latest = newest_links(store, limit=_SHOWN, outlet=outlet_id)
    return Page(
        template="outlet.html",
        title=plain(known["title"]),
        data={
            "outlet": scores,
            "counts": counts,
            "altered": altered,
            "latest": latest,
            "changed": changed_words(store, {row["link_id"] for row in (*altered, *latest)}),
        },
        shown={
            "by_month": columns([(row["month"], row["copies"], row["altered"]) for row in counts["by_month"]]),
            "by_delay": delays([(row["hours_later"], row["copies"]) for row in counts["delays"]]),
            "by_kind": bars([(row["kind"], row["alterations"]) for row in counts["by_kind"]]),
        },
    )
