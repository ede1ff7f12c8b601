"""Commands about outlets: ``outlet list``, ``outlet add``, ``outlet test``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from scraper.cli.app import FINE, TROUBLE, Place, Trouble
from scraper.cli.output import Form, forms, say, show_one, show_rows
from scraper.cli.taking import chosen_outlets, declarations, named_host
from scraper.crawl.fetch import fetch
from scraper.crawl.golden import differences
from scraper.crawl.guard import make_guard
from scraper.crawl.proposal import ProposalError, propose
from scraper.crawl.settings import USER_AGENT
from scraper.store.overview import outlets as stored_outlets


@click.group("outlet")
def outlet_command() -> None:
    """List, add and test outlets.

    \b
    Examples:
      provenance outlet list
      provenance outlet add https://harbour-courier.example/
    """


@outlet_command.command("list")
@forms
@click.pass_obj
def list_outlets(place: Place, form: Form) -> int:
    """List declared outlets and those met in the database.

    \b
    Examples:
      provenance outlet list
      provenance outlet list --csv
    """
    declared = declarations()
    stored = []
    if place.path.exists():
        with place.open() as store:
            stored = stored_outlets(store)
    known = {row["id"]: row for row in stored}
    rows = []
    for outlet_id in sorted({*declared, *known}):
        row = known.get(outlet_id, {})
        facts = declared[outlet_id].facts() if outlet_id in declared else None
        rows.append(
            {
                "id": outlet_id,
                "title": facts.title if facts else row["title"],
                "kind": facts.kind if facts else row["kind"],
                "country": facts.country if facts else row["country"],
                "is_declared": facts is not None,
                "documents": row.get("documents", 0),
                "copies": row.get("copies", 0),
                "altered": row.get("altered", 0),
                "home_url": facts.home_url if facts else row["home_url"],
            }
        )
    show_rows(rows, form, columns=("id", "title", "kind", "country", "is_declared", "documents", "copies", "altered"))
    return FINE


@outlet_command.command("add")
@click.argument("url")
@click.option("--id", "outlet_id", metavar="ID", help="The file's name; from the host by default.")
@click.option("--folder", type=click.Path(path_type=Path), default="spiders", show_default=True, metavar="FOLDER")
@click.option("--pages", type=click.Path(path_type=Path), default="tests/pages", show_default=True, metavar="FOLDER")
@click.option("--host", "hosts", multiple=True, metavar="NAME=ADDRESS:PORT", help="Answer a name from here (tests).")
def add_outlet(url: str, outlet_id: str | None, folder: Path, pages: Path, hosts: Sequence[str]) -> int:
    """Write the declaration of an outlet from its front page, save a page as a golden test, and show what was read.

    \b
    Examples:
      provenance outlet add https://harbour-courier.example/
      provenance outlet add https://ministry.example/news --id harbour_ministry
    """
    guard = make_guard(hosts=dict(named_host(entry) for entry in hosts))
    try:
        made = propose(
            url,
            lambda address: fetch(address, guard=guard, user_agent=USER_AGENT),
            folder=folder,
            pages=pages,
            outlet_id=outlet_id,
        )
    except ProposalError as error:
        raise Trouble(str(error)) from error
    click.echo(made.declaration)
    say(f"Wrote {made.file}. Look at it, then: provenance crawl {made.outlet_id} --limit 5")
    if made.article is None:
        say(
            "No article could be read, so no page was saved as a test: say where articles are (`articles`, `listings`)."
        )
        return FINE
    say(f"Saved {made.page} as a test. It reads:")
    read = {name: getattr(made.article, name) for name in ("title", "published_at", "byline", "language")}
    show_one({"url": made.url, **read, "text": made.article.text[:300]}, "table")
    return FINE


@outlet_command.command("test")
@click.argument("outlets", nargs=-1, metavar="[OUTLET...]")
@click.option(
    "--pages",
    "folder",
    type=click.Path(path_type=Path),
    default="tests/pages",
    show_default=True,
    metavar="FOLDER",
    help="Saved pages, a folder for each outlet.",
)
@forms
def read_saved_pages(outlets: Sequence[str], folder: Path, form: Form) -> int:
    """Read every saved page of outlets again and name each field that comes out otherwise than it was saved.

    \b
    Examples:
      provenance outlet test
      provenance outlet test avim --json
    """
    rows = list(differences(chosen_outlets(declarations(), outlets), folder))
    wrong = [row for row in rows if not row.is_same]
    show_rows(rows, form, columns=("outlet", "page", "field", "is_same", "saved", "read"), nothing="No saved pages.")
    say(f"{len(rows)} fields of saved pages read again, {len(wrong)} otherwise than saved.")
    return TROUBLE if wrong else FINE
