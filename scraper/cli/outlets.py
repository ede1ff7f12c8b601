"""Commands about outlets: ``outlet list``, ``outlet add``, ``outlet test``."""

from __future__ import annotations

from collections.abc import Sequence

import click

from scraper.cli.app import FINE, TROUBLE, Place
from scraper.cli.output import Form, forms, say, show_rows
from scraper.cli.taking import chosen_outlets, declarations
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
@click.option("--folder", default="spiders", show_default=True, metavar="FOLDER", help="Where the declaration goes.")
@click.option("--host", "hosts", multiple=True, metavar="NAME=ADDRESS:PORT", help="Answer a name from here (tests).")
def add_outlet(url: str, outlet_id: str | None, folder: str, hosts: Sequence[str]) -> int:
    """Write the declaration of an outlet from its front page, save a page as a golden test, and show what was read.

    \b
    Examples:
      provenance outlet add https://harbour-courier.example/
      provenance outlet add https://ministry.example/news --id harbour_ministry
    """
    made = propose(url, outlet_id=outlet_id, folder=folder, hosts=hosts)
    for line in made.lines:
        click.echo(line)
    say(f"Wrote {made.file}. Look at it, then: provenance crawl {made.outlet_id} --limit 5")
    return FINE


@outlet_command.command("test")
@click.argument("outlets", nargs=-1, metavar="[OUTLET...]")
@click.option("--pages", "folder", default="tests/pages", show_default=True, metavar="FOLDER", help="Saved pages.")
@forms
def test_outlets(outlets: Sequence[str], folder: str, form: Form) -> int:
    """Read every saved page of outlets again and name each field that comes out otherwise than it was saved.

    \b
    Examples:
      provenance outlet test
      provenance outlet test avim --json
    """
    rows = list(differences(chosen_outlets(declarations(), outlets), folder))
    wrong = [row for row in rows if not row["is_same"]]
    show_rows(rows, form, columns=("outlet", "page", "field", "is_same", "saved", "read"), nothing="No saved pages.")
    say(f"{len(rows)} fields of saved pages read again, {len(wrong)} otherwise than saved.")
    return TROUBLE if wrong else FINE
