"""Commands that keep the database: ``doctor``, ``verify``, ``snapshot``, ``backup``."""

from __future__ import annotations

from pathlib import Path

import click

from scraper.cli.app import FINE, TROUBLE, Place, Trouble
from scraper.cli.output import Form, forms, say, show_one, show_rows
from scraper.store.log import head
from scraper.store.upkeep import backup, examine, snapshot
from scraper.store.verification import verify
from scraper.trace.compare import RULES, compare


@click.command("doctor")
@forms
@click.pass_obj
def doctor_command(place: Place, form: Form) -> int:
    """Look for what is wrong with the database and its surroundings, and say what to do.

    \b
    Examples:
      provenance doctor
      provenance --db copy.db doctor --json
    """
    if not place.path.exists():
        raise Trouble(f"{place.path} does not exist yet: `provenance import` or `provenance crawl` makes it.")
    findings = examine(place.path)
    show_rows(findings, form, nothing=f"{place.path} is well.")
    return TROUBLE if any(finding.level == "error" for finding in findings) else FINE


@click.command("verify")
@click.option("--no-comparisons", is_flag=True, help="Do not make the recorded comparisons again.")
@forms
@click.pass_obj
def verify_command(place: Place, no_comparisons: bool, form: Form) -> int:
    """Recompute everything offline: bodies, texts, the chained log, comparisons by the recorded rules.

    It proves when these bytes were held here; it does not prove that a site served them.

    \b
    Examples:
      provenance verify
      provenance --db published-snapshot.db verify --json
    """
    with place.open() as store:
        again = None if no_comparisons else lambda copy, source, language: compare(copy, source, language=language)
        problems = verify(store, compare=again, method=RULES)
        entries, sha256 = head(store)
    show_rows(problems, form, nothing=f"All is as it was written: {entries} log entries, head {sha256}.")
    return TROUBLE if problems else FINE


@click.command("snapshot")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@forms
@click.pass_obj
def snapshot_command(place: Place, file: Path, form: Form) -> int:
    """Write a self-contained, read-only copy whose head hash can be published.

    \b
    Examples:
      provenance snapshot provenance-2026-11.db
      provenance snapshot out.db --json
    """
    with place.open() as store:
        show_one(vars_of(snapshot(store, file)), form)
    return FINE


def vars_of(made: object) -> dict[str, object]:
    """The fields of a value, for printing."""
    return {name: getattr(made, name) for name in getattr(made, "__dataclass_fields__", ())}


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.pass_obj
def backup_command(place: Place, file: Path) -> int:
    """Write an exact copy that can be worked on, while others use the original.

    \b
    Examples:
      provenance backup /mnt/backups/provenance.db
      provenance --db other.db backup other-copy.db
    """
    with place.open() as store:
        say(f"Wrote {backup(store, file)}.")
    return FINE
