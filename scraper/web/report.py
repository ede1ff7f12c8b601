"""present: a comparison as one file: printable, with hashes, capture times, rules and software; nothing is fetched."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from markupsafe import Markup
from starlette.responses import Response

from scraper.store.database import Store
from scraper.trace.compare import RULES
from scraper.web.asked import Asked
from scraper.web.citing import permalink
from scraper.web.comparing import Compared, compared_link
from scraper.web.comparison import data_of, title_of
from scraper.web.page import Elsewhere, Page, environment
from scraper.web.safety import file_policy
from scraper.web.strip import strip


def report_page(store: Store, asked: Asked) -> Page | Response | Elsewhere:
    """``/links/<id>/report.html``: the file itself, to be read, printed or saved."""
    compared = compared_link(store, asked.number("id"), asked)
    if isinstance(compared, Elsewhere):
        return Elsewhere(f"{compared.path}/report.html" + ("?format=json" if asked.wants_json else ""))
    made_at = store.clock()
    if asked.wants_json:
        return Page(template="report.html", title=f"Report: {title_of(compared)}",
                    data={"made_at": made_at, **data_of(compared)})  # fmt: skip
    text = report(compared, made_at=made_at)
    answer = Response(text.encode("utf-8", "replace"), media_type="text/html; charset=utf-8")
    answer.headers["Content-Disposition"] = f'inline; filename="report-link-{compared.head["id"]}.html"'
    answer.headers["Content-Security-Policy"] = file_policy(_style())
    return answer


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
