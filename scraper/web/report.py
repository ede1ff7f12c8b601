"""present: a comparison as one file: printable, with hashes, capture times, rules and software; nothing is fetched."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from markupsafe import Markup

from scraper.trace.compare import RULES
from scraper.web.comparing import Compared, data_of, permalink
from scraper.web.page import environment
from scraper.web.strip import strip


def report(compared: Compared, *, made_at: str) -> str:
    """The report as HTML. ``made_at`` is the moment to print on it; texts from outlets are escaped."""
    return (
        environment()
        .get_template("report.html")
        .render(
            **{**data_of(compared), "copy": None},
            c=compared,
            strip=strip(compared.table, linked=False),
            made_at=made_at,
            permalink_=permalink(compared),
            style=_style(),
            rules_=RULES,
        )
    )


@cache
def _style() -> Markup:
    """The pages' own style sheet, written into the file."""
    return Markup(files("scraper.web").joinpath("static", "provenance.css").read_text("utf-8"))  # noqa: S704 - ours
