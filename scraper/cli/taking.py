"""Commands that take in: ``import``, ``crawl``, ``reread``."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from scraper.cli.app import FINE, TROUBLE, Place, Trouble
from scraper.cli.output import Form, forms, say, show_rows
from scraper.crawl.outlet import Outlet
from scraper.crawl.run import CrawlReport, discover
from scraper.importing.folders import captures_from
from scraper.importing.refusals import Unreadable
from scraper.line import Line, Taken
from scraper.linking import link
from scraper.model import Capture, Issue
from scraper.running import SOFTWARE, crawl_and_read
from scraper.store.database import Store
from scraper.store.frontier import SqliteFrontier
from scraper.store.runs import finish_run, note_issue, start_run

_TAKEN = ("what", "document", "title", "name", "reason")
_CRAWLED = ("outlet", "ended", "new", "changed", "unchanged", "gone", "unread", "failed", "asked")
_WORDS = {
    "new": "new",
    "changed": "changed, a new version",
    "unchanged": "unchanged",
    "reread": "read otherwise now",
    "held": "held already",
    "unread": "not read",
    "gone": "gone",
    "failed": "failed",
}


def declarations(places: Sequence[str] = ()) -> dict[str, type[Outlet]]:
    """Declared outlets: of the project, of ``spiders/`` in this folder, and of further places named."""
    own = Path("spiders")
    found = discover("spiders")
    extra: list[str | Path] = [*places, *([own] if own.is_dir() else [])]
    for place in (place for place in extra if not is_projects_own(place)):
        found |= discover(place)
    return found


def is_projects_own(place: str | Path) -> bool:
    """Whether a folder is the one whose outlets are known anyway."""
    return Path(place).resolve() == Path(__file__).resolve().parents[2] / "spiders"


@click.command("import")
@click.argument("places", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE_OR_FOLDER...")
@click.option("--outlet", metavar="ID", help="Whose pages these are, where the files do not say.")
@click.option("--no-link", is_flag=True, help="Leave linking for later.")
@forms
@click.pass_obj
def import_command(place: Place, places: Sequence[Path], outlet: str | None, no_link: bool, form: Form) -> int:
    """Take in saved pages: HTML, plain text, Markdown, PDF, WARC, WACZ, NDJSON of {url, html | text, captured_at}.

    For each input it says what was read, or in one sentence why nothing was. A repeated import adds nothing.

    \b
    Examples:
      provenance import statement.txt saved-pages/
      provenance import crawl.warc.gz --nl
    """
    missing = [str(one) for one in places if not one.exists()]
    if missing and len(missing) == len(places):
        raise Trouble(f"There is no {' and no '.join(missing)}.")
    with place.open(writing=True) as store:
        line = Line(store, declarations())
        run_id = start_run(store, "import " + " ".join(map(str, places)), SOFTWARE)
        rows = [row for one in places for row in _import(store, line, one, outlet, run_id)]
        linked = 0 if no_link else sum(done.links for done in link(store))
        failed = sum(row["what"] == "refused" for row in rows)
        finish_run(store, run_id, "trouble" if failed else "fine", {"import": dict(Counter(r["what"] for r in rows))})
    show_rows(rows, form, columns=_TAKEN, nothing="There was nothing to import.")
    say(_summary(rows) + ("" if no_link else f" {linked} links stand in their families."))
    return TROUBLE if failed else FINE


def _import(store: Store, line: Line, place: Path, outlet: str | None, run_id: int) -> Iterable[dict[str, Any]]:
    refused: deque[dict[str, Any]] = deque()

    def captures() -> Iterator[Capture]:
        for found in captures_from(place):
            if isinstance(found, Capture):
                yield found if outlet is None else _of_outlet(found, outlet)
            else:
                refused.append(_refused(store, found, run_id))

    for taken in line.take_in(captures(), run_id=run_id):
        while refused:
            yield refused.popleft()
        yield _row(taken, place)
    yield from refused


def _refused(store: Store, found: Unreadable, run_id: int | None) -> dict[str, Any]:
    sentence = f"{found.path}: {found.reason}"
    note_issue(store, Issue(level="error", kind="import", message=sentence), run_id=run_id)
    return {"what": "refused", "document": None, "title": None, "name": str(found.path), "reason": found.reason}


def _of_outlet(capture: Capture, outlet: str) -> Capture:
    values = {name: getattr(capture, name) for name in capture.__dataclass_fields__}
    return Capture(**{**values, "outlet_id": outlet})


def _row(taken: Taken, place: Path) -> dict[str, Any]:
    return {
        "what": taken.what,
        "document": taken.document_id,
        "title": taken.title,
        "name": str(place) if taken.url.startswith("urn:") else taken.url,
        "reason": taken.reason,
    }


def _summary(rows: Sequence[dict[str, Any]]) -> str:
    counts = Counter(row["what"] for row in rows)
    words = ", ".join(f"{number} {_WORDS.get(what, what)}" for what, number in counts.items())
    return f"{len(rows)} captures: {words}." if rows else "No captures."


@click.command("crawl")
@click.argument("outlets", nargs=-1, metavar="[OUTLET...]")
@click.option("--spiders", "places", multiple=True, metavar="FOLDER", help="Further folders with declarations.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Pages per outlet at most.")
@click.option("--host", "hosts", multiple=True, metavar="NAME=ADDRESS:PORT", help="Answer a name from here (tests).")
@click.option("--allow", multiple=True, metavar="NETWORK", help="An inward network that may be fetched (tests).")
@click.option("--no-link", is_flag=True, help="Leave linking for later.")
@forms
@click.pass_obj
def crawl_command(place: Place, /, outlets: Sequence[str], *, no_link: bool, form: Form, **options: Any) -> int:
    """Crawl declared outlets (all by default), read what came, link it.

    \b
    Examples:
      provenance crawl avim trend
      provenance crawl --spiders my-outlets --limit 20
    """
    chosen = chosen_outlets(declarations(options["places"]), outlets)
    settings = {
        "LOG_LEVEL": "WARNING",
        "PROVENANCE_HOSTS": dict(named_host(entry) for entry in options["hosts"]),
        "PROVENANCE_ALLOW": list(options["allow"]),
    }
    with place.open(writing=True) as store:
        report, counts = crawl_into(store, chosen, settings=settings, limit=options["limit"])
        linked = 0 if no_link else sum(done.links for done in link(store))
    show_rows(counts, form)
    for issue in report.issues:
        say(f"{issue.level}: {issue.message}" + (f" ({issue.url})" if issue.url else ""))
    say("" if no_link else f"{linked} links stand in the families that had news.")
    return FINE if report.outcome == "fine" else TROUBLE


def chosen_outlets(known: dict[str, type[Outlet]], names: Sequence[str]) -> dict[str, type[Outlet]]:
    """The declarations of these names; all of them without any.

    Raises:
        Trouble: one of them is not declared.
    """
    unknown = [name for name in names if name not in known]
    if unknown:
        raise Trouble(f"No outlet {', '.join(unknown)} is declared; there are {', '.join(known) or 'none'}.")
    return {name: known[name] for name in names} if names else known


def crawl_into(
    store: Store, chosen: dict[str, type[Outlet]], *, settings: dict[str, Any], limit: int | None = None
) -> tuple[CrawlReport, list[dict[str, Any]]]:
    """Crawl outlets into the database, reading as answers come; the report, and a row of counts per outlet."""
    line = Line(store, chosen)
    run_id = start_run(store, "crawl " + " ".join(chosen), SOFTWARE)
    for taken in line.catch_up(run_id=run_id):
        say(f"Read now what an earlier run left: {taken.url}")
    frontier = SqliteFrontier(store.db.conn)
    report, rows = crawl_and_read(line, chosen, frontier=frontier, settings=settings, run_id=run_id, limit=limit)
    for issue in report.issues:
        note_issue(store, issue, run_id=run_id)
    finish_run(store, run_id, report.outcome, {str(row["outlet"]): row for row in rows})
    return report, [{name: row[name] for name in _CRAWLED} for row in rows]


def named_host(entry: str) -> tuple[str, str]:
    """``NAME=ADDRESS:PORT`` as a pair.

    Raises:
        Trouble: it is no such pair.
    """
    name, separator, address = entry.partition("=")
    if not separator or not name or not address:
        raise Trouble(f"--host wants NAME=ADDRESS:PORT, not {entry}.")
    return name, address


@click.command("reread")
@click.option("--again", is_flag=True, help="Also what could not be read before.")
@click.option("--all", "everything", is_flag=True, help="Also what was read before, with today's reader.")
@click.option("--spiders", "places", multiple=True, metavar="FOLDER", help="Further folders with declarations.")
@forms
@click.pass_obj
def reread_command(place: Place, again: bool, everything: bool, places: Sequence[str], form: Form) -> int:
    """Read captures that were stored and not read: a run was stopped, or a reader was mended since.

    With --all the stored bytes of every page are read again. A text that differs then is a version marked as re-read:
    our reader changed, not the page.

    \b
    Examples:
      provenance reread
      provenance reread --all --json
    """
    with place.open(writing=True) as store:
        line = Line(store, declarations(places))
        run_id = start_run(store, "reread" + " --all" * everything + " --again" * again, SOFTWARE)
        rows = [_row(taken, Path(taken.url)) for taken in line.catch_up(run_id=run_id, again=again or everything)]
        if everything:
            news = (taken for taken in line.read_again() if taken.what != "unchanged")
            rows += [_row(taken, Path(taken.url)) for taken in news]
        finish_run(store, run_id, "fine", {"reread": dict(Counter(row["what"] for row in rows))})
        linked = sum(done.links for done in link(store))
    show_rows(rows, form, columns=_TAKEN, nothing="Nothing was left unread.")
    say(f"{linked} links stand in the families that had news.")
    return FINE
