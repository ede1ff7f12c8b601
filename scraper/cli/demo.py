"""Command ``demo``: the whole line on a fictional web, in a database of its own."""

from __future__ import annotations

from datetime import datetime
from importlib.resources import files
from pathlib import Path

import click

from scraper.chains import chain_of
from scraper.cli.app import FINE, Place, Trouble
from scraper.cli.display import show_comparison
from scraper.cli.output import say, screen, seen, show_rows
from scraper.cli.taking import crawl_into
from scraper.crawl.run import discover
from scraper.demo.web import served
from scraper.linking import link
from scraper.read.urls import host_of
from scraper.store.database import Store, utc_now
from scraper.store.documents import documents, find_document, newest_version
from scraper.store.families import links, verdicts
from scraper.store.frontier import SqliteFrontier
from scraper.store.matches import comparison
from scraper.trace.chain import path_as_text, tree
from scraper.trace.pieces import Texts

_QUICK = {
    "DOWNLOAD_DELAY": 0,
    "AUTOTHROTTLE_ENABLED": False,
    "LOG_LEVEL": "ERROR",
}
"""The web is our own and on this machine: nobody is disturbed by haste."""
_SHOWN = "http://coastalstudies.example/en/notes/velmora-ministry-statement-on-harbour-inspection"
_ALTERED = "http://harbourlight.example/news/20260302-tarsk-harbour-inspection"


@click.command("demo")
@click.option("--keep", is_flag=True, help="Keep a database that is there already, and add to it.")
@click.pass_obj
def demo_command(place: Place, keep: bool) -> int:
    """Crawl a small fictional web twice, link what was found, and show a chain and an altered copy.

    It needs no network. The database is provenance.db, or the one of --db.

    \b
    Examples:
      provenance demo
      provenance --db demo.db demo
    """
    if place.path.exists() and not keep:
        _clear(place.path)
    with served() as web, Store.open(place.path) as store:
        outlets = discover(str(files("scraper.demo").joinpath("spiders")))
        settings = {**_QUICK, "PROVENANCE_HOSTS": web.hosts}
        say(f"Crawling {len(outlets)} outlets of a fictional web on this machine ...")
        _, first = crawl_into(store, outlets, settings=settings)
        web.turn()
        SqliteFrontier(store.db.conn).all_due(_now())
        say("... and again, after a while in which one page changed and one disappeared.")
        _, second = crawl_into(store, outlets, settings=settings)
        list(link(store))
        rows = [
            {"outlet": one["outlet"], "new": one["new"], **{f"{name} then": two[name] for name in _LATER}}
            for one, two in zip(first, second, strict=True)
        ]
        show_rows(rows, "table")
        _show(store)
    _say_what_next(place.path)
    return FINE


_QUESTION = "select copy_url, kind, source_words, copy_words from altered_words where is_material"
_LATER = ("new", "changed", "unchanged", "gone")


def _now() -> datetime:
    return datetime.fromisoformat(utc_now())


def _clear(path: Path) -> None:
    """Only a database that the demo made, or made again, is made anew: nobody's work is thrown away."""
    with Store.open(path) as store:
        strangers = [one for one in documents(store, limit=1_000) if not host_of(one.url or "").endswith(".example")]
    if any(one.url for one in strangers):
        raise Trouble(f"{path} holds other documents than the demo's: name another file with --db, or add --keep.")
    for part in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
        part.unlink(missing_ok=True)


def _show(store: Store) -> None:
    console = screen()
    asked = find_document(store, _SHOWN)
    altered = find_document(store, _ALTERED)
    if asked is None or altered is None:
        raise Trouble("The fictional web was not crawled as it should have been: see `provenance runs`.")
    found = chain_of(store, asked.id)
    console.print("\nWho said it first, and who copied whom:\n", style="bold")
    console.print(seen(path_as_text(found)), markup=False)
    console.print(seen(tree(found, width=150)), markup=False)
    console.print("\nWhat one copy changed:\n", style="bold")
    parent = links(store, copy_id=altered.id)[0]
    verdict = verdicts(store, parent["id"])[0]
    copy, source = newest_version(store, altered.id), newest_version(store, parent["source_id"])
    answer = comparison(store, verdict["match_id"])
    if answer is not None and copy is not None and source is not None:
        names = (altered.url or "", found.nodes[parent["source_id"]].url or "")
        sides = Texts(copy_name=names[0], copy_text=copy.text, source_name=names[1], source_text=source.text)
        show_comparison(answer, sides, view="plain")


def _say_what_next(path: Path) -> None:
    name = "" if path == Path("provenance.db") else f" --db {path}"
    commands = (f"chain {_ALTERED}", f"check {_SHOWN} --word-diff", f'query "{_QUESTION}"', "search harbour")
    say("\nNow try:\n" + "\n".join(f"  provenance{name} {command}" for command in commands))
