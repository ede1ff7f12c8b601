"""Commands that trace: ``link``, ``chain``, ``originals``, ``uncredited``."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence

import click
from rich.console import Console
from rich.progress import Progress, TextColumn, TimeElapsedColumn

from scraper.chains import chain_of
from scraper.cli.app import FINE, Place, Trouble
from scraper.cli.inputs import stored_document
from scraper.cli.output import Form, forms, say, screen, seen, show_rows
from scraper.linking import Linked, link
from scraper.store.conclusions import Standing, decide_link
from scraper.store.database import Store
from scraper.store.families import chain as walk_up
from scraper.store.families import copies, originals
from scraper.trace.chain import Chain, dot, mermaid, path_as_text, to_json, tree, walk

_DRAWINGS: dict[str, Callable[[Chain], str]] = {"json": to_json, "mermaid": mermaid, "dot": dot}


@click.group("link", invoke_without_command=True)
@click.option("--all", "everything", is_flag=True, help="Link every version anew, not only new ones.")
@click.pass_context
def link_command(ctx: click.Context, everything: bool) -> None:
    """Link copies to what they were taken from, and judge each link.

    It may be stopped at any moment; started again it goes on where it was, with the same result.

    \b
    Examples:
      provenance link
      provenance link --all
      provenance link confirm 17 --why "the editor said so"
    """
    if ctx.invoked_subcommand is not None:
        return
    place: Place = ctx.obj
    with place.open(writing=True) as store:
        done = list(_watched(link(store, everything=everything)))
    say(
        f"{sum(one.versions for one in done)} versions looked at, {sum(one.matches for one in done)} pairs compared, "
        f"{sum(one.links for one in done)} links stand in their families."
    )


def _watched(batches: Iterable[Linked]) -> Iterator[Linked]:
    """The batches, counted on the terminal while they come: of many versions linking takes minutes."""
    columns = (TextColumn("{task.completed:,.0f} {task.description}"), TimeElapsedColumn())
    off = not sys.stderr.isatty()
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=off) as progress:
        matched, settled = (progress.add_task(what, total=None) for what in ("versions matched", "families settled"))
        for batch in batches:
            progress.advance(matched, batch.versions)
            progress.advance(settled, batch.families)
            yield batch


def _decide(place: Place, link_id: int, standing: Standing, why: str, person: str | None) -> int:
    with place.open(writing=True) as store:
        try:
            new_id = decide_link(store, link_id, standing, person or getpass.getuser(), why)
        except LookupError as error:
            raise Trouble(f"There is no link {link_id}.") from error
        list(link(store))
    said = "left to the rules again" if standing == "found" else f"{standing}; this outranks every rule"
    say(f"Link {new_id} is {said}.")
    return FINE


def _decision(name: str, standing: Standing, text: str) -> None:
    examples = f"\b\nExamples:\n  provenance link {name} 17\n  provenance link {name} 17 --why 'seen on paper'"

    @link_command.command(name, help=f"{text}\n\n{examples}")
    @click.argument("link_id", type=int, metavar="ID")
    @click.option("--why", default="", help="The reason, kept as evidence.")
    @click.option("--by", "person", metavar="NAME", help="Who decides; the user of this machine by default.")
    @click.pass_obj
    def decide(place: Place, link_id: int, why: str, person: str | None) -> int:
        return _decide(place, link_id, standing, why, person)


_decision("confirm", "confirmed", "A person confirms that this link is right; that survives relinking.")
_decision("reject", "rejected", "A person rejects this link; that survives relinking.")
_decision("undecide", "found", "Hand a decided link back to the rules.")


@click.command("chain")
@click.argument("documents", nargs=-1, metavar="[DOCUMENT...]")
@click.option("--json", "drawing", flag_value="json", help="JSON, with the evidence of each link.")
@click.option("--nl", "drawing", flag_value="nl", help="The walk to the original, one JSON object a step.")
@click.option("--csv", "drawing", flag_value="csv", help="The walk to the original as CSV.")
@click.option("--mermaid", "drawing", flag_value="mermaid", help="A Mermaid flowchart.")
@click.option("--dot", "drawing", flag_value="dot", help="Graphviz.")
@click.option("--limit", type=click.IntRange(min=1), default=10, show_default=True, help="Chains without DOCUMENT.")
@click.pass_obj
def chain_command(place: Place, documents: Sequence[str], drawing: str | None, limit: int) -> int:
    """Print the chain from a document to its original, and all copies around it.

    DOCUMENT is a number or an address in any form; without one, the chains with most copies are printed.

    \b
    Examples:
      provenance chain https://avim.org.tr/en/Blog/some-statement
      provenance chain 12 --mermaid
    """
    with place.open() as store:
        asked = [stored_document(what, store).id for what in documents]
        if not asked:
            asked = [_farthest(store, row["document_id"]) for row in originals(store, limit=limit)]
        if not asked:
            say("There is no chain yet: nothing stored is linked.")
        if drawing in ("nl", "csv"):
            steps = [{"of": document_id, **step} for document_id in asked for step in walk_up(store, document_id)]
            show_rows(steps, "nl" if drawing == "nl" else "csv")
            return FINE
        for document_id in asked:
            found = chain_of(store, document_id)
            if drawing:
                click.echo(_DRAWINGS[drawing](found))
            else:
                _show(found, is_first=document_id == asked[0])
    return FINE


def _farthest(store: Store, original_id: int) -> int:
    """Of all copies of an original, the one that is most steps away from it."""
    depths = {node: len(lasts) for node, lasts in walk(chain_of(store, original_id))}
    return max(depths, key=lambda node: depths[node])


def _show(found: Chain, *, is_first: bool) -> None:
    console = screen()
    if not is_first:
        console.print()
    if len(found.path) > 1:
        console.print(seen(path_as_text(found)), style="bold", markup=False)
    console.print(seen(tree(found, width=max(60, console.width) if console.is_terminal else 160)), markup=False)


@click.command("originals")
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True)
@forms
@click.pass_obj
def originals_command(place: Place, limit: int, form: Form) -> int:
    """List the documents at the end of chains, most copied first.

    \b
    Examples:
      provenance originals
      provenance originals --csv
    """
    with place.open() as store:
        show_rows(originals(store, limit=limit), form, nothing="Nothing stored is linked yet.")
    return FINE


@click.command("uncredited")
@click.option("--outlet", metavar="ID", help="Copies by or from this outlet only.")
@click.option("--limit", type=click.IntRange(min=1), default=100, show_default=True)
@forms
@click.pass_obj
def uncredited_command(place: Place, outlet: str | None, limit: int, form: Form) -> int:
    """List copies that name neither the outlet nor the address they took the words from.

    \b
    Examples:
      provenance uncredited
      provenance uncredited --outlet harbour_courier --json
    """
    columns = ("link_id", "copy_outlet", "copy_title", "source_outlet", "verdict", "coverage", "confidence")
    with place.open() as store:
        rows = copies(store, is_credited=False, outlet=outlet, limit=limit)
        show_rows(rows, form, columns=columns, nothing="Every stored copy names its source.")
    return FINE
