"""Commands for cron: ``run``, ``schedule``, ``health``."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from scraper.cli.app import FINE, TROUBLE, Place, Trouble
from scraper.cli.output import Form, forms, say, seen, show_one, show_rows
from scraper.cli.taking import chosen_outlets, declarations, is_projects_own, named_host
from scraper.crawl.archives import ARCHIVES
from scraper.crawl.outlet import Outlet
from scraper.export.timers import Timer, crontab_line, systemd_units
from scraper.health import health
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


@click.command("schedule")
@click.argument("how", type=click.Choice(["cron", "systemd"]), metavar="cron|systemd")
@click.argument("outlets", nargs=-1, metavar="[OUTLET...]")
@click.option("--spiders", "places", multiple=True, metavar="FOLDER", help="Further folders with declarations.")
@click.option("--every", "hours", type=click.IntRange(1, 24), default=1, show_default=True, metavar="HOURS")
@click.option(
    "--into", type=click.Path(file_okay=False, path_type=Path), metavar="FOLDER", help="Write systemd's units."
)
@click.pass_obj
def schedule_command(
    place: Place, how: Literal["cron", "systemd"], outlets: Sequence[str], places: Sequence[str], hours: int, into: Path
) -> int:
    """Print what makes cron or systemd run `provenance run`: absolute paths, an odd minute of this database's own.

    \b
    Examples:
      provenance --db /srv/provenance.db schedule cron
      provenance schedule systemd --every 6 --into ~/.config/systemd/user
    """
    chosen_outlets(declarations(places), outlets)
    contact = os.environ.get("PROVENANCE_CONTACT")
    timer = Timer(
        command=_command(place.path.absolute(), outlets, places),
        database=place.path.absolute(),
        hours=hours,
        environment={"PROVENANCE_CONTACT": contact} if contact else {},
    )
    if how == "cron":
        click.echo(crontab_line(timer), nl=False)
        return FINE
    for name, unit in systemd_units(timer).items():
        if into is None:
            click.echo(f"# {name}\n{unit}")
        else:
            _write(into / name, unit)
            say(f"Wrote {into / name}")
    say(f"Then: systemctl --user enable --now {timer.name}.timer")
    return FINE


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Trouble(f"{path} cannot be written: {error.strerror}.") from error


def _command(database: Path, outlets: Sequence[str], places: Sequence[str]) -> list[str]:
    """The run as it has to be called from anywhere, with nothing in the environment."""
    script = Path(sys.executable).absolute().with_name("provenance")
    start = [str(script)] if script.is_file() else [sys.executable, "-c", "from scraper.cli import main; main()"]
    own = Path("spiders").absolute()
    folders = [Path(one).absolute() for one in places]
    if own.is_dir() and own not in folders and not is_projects_own(own):
        folders.append(own)
    spiders = [word for folder in folders for word in ("--spiders", str(folder))]
    return [*start, "--db", str(database), "run", *outlets, *spiders]


@click.command("health")
@click.argument("outlets", nargs=-1, metavar="[OUTLET...]")
@click.option("--spiders", "places", multiple=True, metavar="FOLDER", help="Further folders with declarations.")
@forms
@click.pass_obj
def health_command(place: Place, outlets: Sequence[str], places: Sequence[str], form: Form) -> int:
    """Say how each declared outlet is: exit code 2 when one was not reached in time or yields nothing.

    \b
    Examples:
      provenance health
      provenance health avim --json
    """
    chosen = chosen_outlets(declarations(places), outlets)
    with place.open() as store:
        found = health(store, chosen)
    columns = ("outlet", "state", "last_success_at", "last_new_at", "interval", "sentence")
    show_rows(found, form, columns=columns, nothing="No outlet is declared.")
    return FINE if all(one.is_well for one in found) else TROUBLE
