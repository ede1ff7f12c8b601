"""Commands for cron: ``run``, ``schedule``, ``health``, ``notify``."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from scraper.cli.app import FINE, TROUBLE, Place
from scraper.cli.output import Form, forms, say, seen, show_one
from scraper.cli.taking import chosen_outlets, declarations, named_host
from scraper.crawl.archives import ARCHIVES
from scraper.crawl.outlet import Outlet
from scraper.line import Taken
from scraper.running import MAX_RUNTIME, OnTaken, RunReport, run
from scraper.store.wanted import HUNT

_QUIET = {"LOG_LEVEL": "ERROR"}


@click.command("run")
@click.argument("outlets", nargs=-1, metavar="[OUTLET...]")
@click.option("--spiders", "places", multiple=True, metavar="FOLDER", help="Further folders with declarations.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Pages per outlet at most.")
@click.option("--no-hunt", is_flag=True, help="Do not fetch originals that copies cite.")
@click.option("--no-archives", is_flag=True, help="Do not ask web archives for originals that are gone.")
@click.option(
    "--max-minutes",
    type=click.FloatRange(min=0, min_open=True),
    default=MAX_RUNTIME / 60,
    show_default=True,
    metavar="MINUTES",
    help="A run that takes longer is stopped, and is trouble.",
)
@click.option("--host", "hosts", multiple=True, metavar="NAME=ADDRESS:PORT", help="Answer a name from here (tests).")
@click.option("--allow", multiple=True, metavar="NETWORK", help="An inward network that may be fetched (tests).")
@forms
@click.pass_obj
def run_command(place: Place, /, outlets: Sequence[str], *, form: Form, **options: Any) -> int:
    """Crawl, read, hunt cited originals, link, and check promises: the one command for cron.

    Silent when all is well; what is not, is said in sentences, with exit code 2. While another run works on the same
    database it ends at once with exit code 0. Asked to stop (SIGTERM), it finishes the page in hand and ends within ten
    seconds with exit code 2; the next run goes on from there.

    \b
    Examples:
      provenance run
      provenance run avim trend --limit 50 --no-archives
    """
    chosen = chosen_outlets(declarations(options["places"]), outlets)
    settings = _QUIET | {
        "PROVENANCE_HOSTS": dict(named_host(entry) for entry in options["hosts"]),
        "PROVENANCE_ALLOW": list(options["allow"]),
    }
    with place.open(writing=True) as store, _bars(chosen) as on_taken:
        report = run(
            store,
            chosen,
            settings=settings,
            limit=options["limit"],
            hunts=not options["no_hunt"],
            archives=() if options["no_archives"] else ARCHIVES,
            max_runtime=options["max_minutes"] * 60,
            command=" ".join(["run", *outlets]),
            on_taken=on_taken,
        )
    if form != "table":
        show_one(_as_row(report), form)
    elif sys.stderr.isatty():
        say(_in_words(report))
    for sentence in report.sentences:
        say(f"provenance: {sentence}")
    return FINE if report.outcome in {"fine", "skipped"} else TROUBLE


def _as_row(report: RunReport) -> dict[str, Any]:
    return {
        "run": report.run_id,
        "outcome": report.outcome,
        "outlets": [dict(row) for row in report.outlets],
        "hunted": dict(report.hunted),
        "links": report.links,
        "issues": [
            {"level": one.level, "kind": one.kind, "message": one.message, "url": one.url} for one in report.issues
        ],
        "sentences": list(report.sentences),
    }


def _in_words(report: RunReport) -> str:
    if report.outcome == "skipped":
        return "Another run is at work on this database; this one left it alone."
    totals = {what: sum(row[what] for row in report.outlets) for what in ("new", "changed", "unchanged")}
    words = ", ".join(f"{number} {what}" for what, number in totals.items())
    return (
        f"Run {report.run_id}: {words}; {sum(report.hunted.values())} answers of cited originals; "
        f"{report.links} links in the families that had news; {len(report.issues)} issues (provenance runs "
        f"{report.run_id})."
    )


@contextmanager
def _bars(outlets: Mapping[str, type[Outlet]]) -> Iterator[OnTaken]:
    """A bar per outlet on a terminal; nothing in cron, in a pipe or in a file."""
    if not sys.stderr.isatty():
        yield lambda _outlet, _taken: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed} pages {task.fields[news]}"))
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True), transient=True) as progress:
        bars = {name: progress.add_task(seen(name), total=None, news="") for name in [*outlets, HUNT]}

        def on_taken(outlet: str, taken: Taken) -> None:
            progress.update(bars.get(outlet, bars[HUNT]), advance=1, news=taken.what)

        yield on_taken
