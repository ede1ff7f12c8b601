"""Commands that keep the database: ``doctor``, ``verify``, ``timestamp``, ``snapshot``, ``backup``."""

from __future__ import annotations

from pathlib import Path

import click

from scraper.cli.app import FINE, TROUBLE, Place, Trouble
from scraper.cli.output import Form, forms, say, show_one, show_rows
from scraper.crawl.guard import make_guard
from scraper.export.extras import MissingExtra
from scraper.export.notices import NotTold, write_whole
from scraper.export.timestamps import BadStamp, ask_for_stamp, check_stamp
from scraper.store.database import Store
from scraper.store.log import entry_number, head, heads
from scraper.store.upkeep import backup, examine, snapshot
from scraper.store.verification import Problem, verify
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
@click.option(
    "--timestamp",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="A timestamp of an earlier head (made by `provenance timestamp`), to be checked as well.",
)
@click.option(
    "--authority",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The certificates (PEM) of the authority that you trust for timestamps.",
)
@forms
@click.pass_obj
def verify_command(
    place: Place, no_comparisons: bool, timestamp: Path | None, authority: Path | None, form: Form
) -> int:
    """Recompute everything offline: bodies, texts, the chained log, comparisons by the recorded rules.

    It proves when these bytes were held here; it does not prove that a site served them.

    \b
    Examples:
      provenance verify
      provenance --db published-snapshot.db verify --json
      provenance verify --timestamp head.tsr --authority authority.pem
    """
    if (timestamp is None) != (authority is None):
        raise Trouble("--timestamp and --authority go together: what was stamped, and whom you trust for it.")
    with place.open() as store:
        again = None if no_comparisons else lambda copy, source, language: compare(copy, source, language=language)
        problems = verify(store, compare=again, method=RULES)
        entries, sha256 = head(store)
        stamped = _stamped(store, timestamp, authority, problems) if timestamp and authority else None
    show_rows(problems, form, nothing=f"All is as it was written: {entries} log entries, head {sha256}.")
    if stamped and not problems:
        say(stamped)
    return TROUBLE if problems else FINE


def _stamped(store: Store, timestamp: Path, authority: Path, problems: list[Problem]) -> str | None:
    """What the timestamp proves, in a sentence; one that proves nothing is a problem like the others."""
    try:
        stamp = check_stamp(timestamp.read_bytes(), heads(store), authority.read_bytes())
    except BadStamp as error:
        problems.append(Problem(where=f"timestamp {timestamp.name}", message=str(error)))
        return None
    except (MissingExtra, OSError) as error:
        raise Trouble(f"{error}.") from error
    number = entry_number(store, stamp.head_sha256)
    return f"Log entries up to {number} existed at {stamp.at}, says {stamp.authority}."


@click.command("timestamp")
@click.argument("authority", metavar="URL")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", required=True)
@click.option(
    "--allow", multiple=True, metavar="NETWORK", help="An inward network that may be asked, e.g. 127.0.0.0/8."
)
@click.pass_obj
def timestamp_command(place: Place, authority: str, output: Path, allow: tuple[str, ...]) -> int:
    """Let an authority (RFC 3161) stamp the head of the log; the stamp is checked offline by `provenance verify`.

    Only the head's hash is sent. Needs the extra `timestamps`; nothing else needs a timestamp.

    \b
    Examples:
      provenance timestamp https://authority.example/tsr -o head.tsr
      provenance verify --timestamp head.tsr --authority authority.pem
    """
    if output.exists():
        raise Trouble(f"{output} exists already; choose another name.")
    try:
        guard = make_guard(allow=allow)
    except ValueError as error:
        raise Trouble(f"--allow wants networks: {error}.") from error
    with place.open() as store:
        entries, sha256 = head(store)
    if not entries:
        raise Trouble(f"{place.path} has no log entry yet: there is nothing to stamp.")
    try:
        write_whole(output, ask_for_stamp(authority, sha256, guard=guard))
    except (BadStamp, NotTold) as error:
        raise Trouble(str(error)) from error
    except MissingExtra as error:
        raise Trouble(f"{error}.") from error
    say(f"Wrote {output}: entry {entries}, head {sha256}.")
    return FINE


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
