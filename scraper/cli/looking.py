"""Commands that look: ``show``, ``search``, ``find``, ``query``, ``runs``."""

from __future__ import annotations

import sqlite3
from typing import Any

import click

from scraper.cli.app import FINE, Place, Trouble
from scraper.cli.inputs import Given, given, stored_document
from scraper.cli.output import Form, as_dict, forms, screen, seen, show_one, show_rows
from scraper.matching import Compared, told_apart
from scraper.store.database import Store, StoreError
from scraper.store.documents import Document, addresses, captures, citations, document, newest_version, versions
from scraper.store.families import links
from scraper.store.finding import Found, find
from scraper.store.overview import issues, runs
from scraper.store.search import search


@click.command("show")
@click.argument("what", metavar="DOCUMENT")
@click.option("--text", is_flag=True, help="Print the newest text and nothing else.")
@forms
@click.pass_obj
def show_command(place: Place, what: str, text: bool, form: Form) -> int:
    """Show all that is known of a document: addresses, captures, versions, citations, links.

    \b
    Examples:
      provenance show 12
      provenance show https://en.trend.az/azerbaijan/karabakh/3040168.html --json
    """
    with place.open() as store:
        found = stored_document(what, store)
        version = newest_version(store, found.id)
        if text:
            if version is None:
                raise Trouble(f"Document {found.id} is {found.state}: no text of it is held.")
            click.echo(seen(version.text))
            return FINE
        known = _known(store, found, version.id if version else None)
    if form == "table":
        _show(found, known)
    else:
        show_one({**as_dict(found), **known}, form)
    return FINE


def _known(store: Store, found: Document, version_id: int | None) -> dict[str, list[dict[str, Any]]]:
    listed = [{**as_dict(one), "text": None} for one in versions(store, found.id)]
    return {
        "addresses": addresses(store, found.id),
        "captures": captures(store, found.id),
        "versions": [{name: value for name, value in row.items() if name != "text"} for row in listed],
        "citations": citations(store, version_id) if version_id else [],
        "taken_from": links(store, copy_id=found.id),
        "taken_by": links(store, source_id=found.id),
    }


_COLUMNS = {
    "addresses": ("how", "url", "removed"),
    "captures": ("captured_at", "status", "size", "version", "body_sha256", "note"),
    "versions": ("number", "title", "published_at", "language", "words", "reader", "first_seen_at", "last_seen_at"),
    "citations": ("kind", "words", "outlet", "issuer", "date", "url"),
    "taken_from": ("id", "source_id", "relation", "rank", "confidence", "standing"),
    "taken_by": ("id", "copy_id", "relation", "rank", "confidence", "standing"),
}


def _show(found: Document, known: dict[str, list[dict[str, Any]]]) -> None:
    show_one({name: value for name, value in as_dict(found).items() if value is not None}, "table")
    console = screen()
    for name, rows in known.items():
        if rows:
            console.print(f"\n{name.replace('_', ' ')}", style="bold")
            show_rows(rows, "table", columns=_COLUMNS[name])


@click.command("search")
@click.argument("words", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True)
@forms
@click.pass_obj
def search_command(place: Place, words: tuple[str, ...], limit: int, form: Form) -> int:
    """Search titles and texts; all words must occur. "Quoted words" stand together, word* is a beginning.

    \b
    Examples:
      provenance search inspection harbour
      provenance search '"up to 60.000"' --json
    """
    with place.open() as store:
        hits = search(store, " ".join(words), limit=limit)
    show_rows(hits, form, columns=("document_id", "outlet", "title", "published_at", "excerpt"))
    return FINE


@click.command("find")
@click.argument("what", metavar="TEXT|ADDRESS|FILE|-")
@click.option("--limit", type=click.IntRange(min=1), default=10, show_default=True)
@click.option("--fetch", "may_fetch", is_flag=True, help="Fetch an address that is not stored.")
@forms
@click.pass_obj
def find_command(place: Place, what: str, limit: int, may_fetch: bool, form: Form) -> int:
    """Find the stored texts that share passages with a text, those that share most first.

    Kinship tells copies from reissues (an outlet's own text of another season) and from templates (a form of words that
    repeats about other events).

    \b
    Examples:
      provenance find draft.txt
      provenance find "the port must reopen within thirty days, said the minister on Monday in the capital"
    """
    with place.open() as store:
        asked = _asked(what, store, may_fetch=may_fetch)
        own = asked.document.id if asked.document else None
        found = find(store, asked.text, language=asked.language, limit=limit, exclude_document=own)
        version_id = asked.version.id if asked.version else None
        told = told_apart(store, asked.text, found, language=asked.language, version_id=version_id)
        rows = [_found_row(store, one, seen) for one, seen in zip(found, told, strict=True)]
    columns = ("document_id", "outlet", "title", "published_at", "kinship", "coverage", "kept", "longest_run")
    show_rows(rows, form, columns=columns, nothing="No stored text shares a passage with it: never seen here.")
    return FINE


def _asked(what: str, store: Store, *, may_fetch: bool) -> Given:
    """A text typed in full is taken as it is; anything else names one."""
    return Given(name="", text=what) if len(what.split()) >= 6 else given(what, store, may_fetch=may_fetch)


def _found_row(store: Store, one: Found, seen: Compared) -> dict[str, Any]:
    known = document(store, one.document_id)
    facts = {name: getattr(known, name, None) for name in ("outlet", "title", "published_at", "url")}
    measures = {name: value for name, value in as_dict(one).items() if name != "runs"}
    altered = sum(row.is_material for row in seen.comparison.alterations)
    return {**facts, **measures, "kinship": seen.kinship, "label": seen.comparison.label, "altered": altered}


@click.command("query")
@click.argument("sql")
@forms
@click.pass_obj
def query_command(place: Place, sql: str, form: Form) -> int:
    """Ask the database in SQL. It is opened for reading only.

    \b
    Examples:
      provenance query "select copy_url, reason from altered_copies"
      provenance query "select * from who_copies_whom" --csv
    """
    with place.open() as store:
        try:
            rows = store.rows(sql)
        except (StoreError, sqlite3.Error) as error:
            raise Trouble(f"The query was not understood: {error}") from error
    show_rows(rows, form, nothing="No rows.")
    return FINE


@click.command("runs")
@click.argument("run_id", type=int, required=False, metavar="[RUN]")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True)
@forms
@click.pass_obj
def runs_command(place: Place, run_id: int | None, limit: int, form: Form) -> int:
    """List runs, newest first; with a number, what went wrong in that run.

    \b
    Examples:
      provenance runs
      provenance runs 3 --json
    """
    with place.open() as store:
        rows = runs(store, limit=limit) if run_id is None else issues(store, run_id=run_id, limit=limit)
    columns = (
        ("id", "command", "outcome", "started_at", "finished_at", "captures", "issues")
        if run_id is None
        else ("level", "kind", "message", "url", "outlet_id")
    )
    show_rows(rows, form, columns=columns, nothing="No runs yet." if run_id is None else "Nothing went wrong in it.")
    return FINE
