"""Commands that write files for other tools: ``export``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

import click

from scraper.chains import chain_of, node_of, step_of
from scraper.cli.app import FINE, Place, Trouble
from scraper.cli.inputs import stored_document
from scraper.cli.output import say
from scraper.export.extras import MissingExtra
from scraper.export.graphs import gexf, graphml
from scraper.export.prov import prov_json, prov_jsonld
from scraper.export.references import Reference, bibtex, csl_json, ris
from scraper.export.rows import write_csv, write_ndjson
from scraper.export.warc import export_wacz, export_warc
from scraper.store.database import Store
from scraper.store.documents import captures, document
from scraper.store.families import copies, copy_row, links
from scraper.trace.chain import Chain

_CHAINS: dict[str, Callable[[Chain], str]] = {
    "prov-json": prov_json,
    "prov-jsonld": prov_jsonld,
    "graphml": graphml,
    "gexf": gexf,
}
_REFERENCES: dict[str, Callable[[Reference], str]] = {"bibtex": bibtex, "ris": ris, "csl": csl_json}
_ALL_ROWS = 10_000_000


@click.group("export")
def export_command() -> None:
    """Write files that other tools open: rows, chains as graphs or PROV, references, web archives.

    \b
    Examples:
      provenance export rows --format csv -o copies.csv
      provenance export warc everything.warc.gz
    """


def _output(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "-o",
        "--output",
        type=click.File("w", encoding="utf-8", lazy=True),
        default="-",
        help="A file; - is the screen.",
    )(command)


@export_command.command("rows")
@click.option("--format", "kind", type=click.Choice(["csv", "ndjson"]), default="csv", show_default=True)
@click.option("--harmless", is_flag=True, help="Make cells that spreadsheets would run as formulas harmless.")
@click.option("--outlet", metavar="ID", help="Copies by or from this outlet only.")
@_output
@click.pass_obj
def export_rows(place: Place, kind: str, harmless: bool, outlet: str | None, output: TextIO) -> int:
    """Write one flat row per link: both sides, verdict, measures.

    \b
    Examples:
      provenance export rows -o copies.csv --harmless
      provenance export rows --format ndjson --outlet trend
    """
    with place.open() as store:
        rows = copies(store, outlet=outlet, limit=_ALL_ROWS)
    written = write_csv(rows, output, harmless=harmless) if kind == "csv" else write_ndjson(rows, output)
    say(f"{written} rows.")
    return FINE


@export_command.command("chain")
@click.argument("what", metavar="DOCUMENT")
@click.option("--format", "kind", type=click.Choice(list(_CHAINS)), default="graphml", show_default=True)
@_output
@click.pass_obj
def export_chain(place: Place, what: str, kind: str, output: TextIO) -> int:
    """Write the chain of a document as PROV or as a graph.

    \b
    Examples:
      provenance export chain 12 --format gexf -o chain.gexf
      provenance export chain https://portal.example/news/7 --format prov-json
    """
    with place.open() as store:
        found = chain_of(store, stored_document(what, store).id)
    try:
        output.write(_CHAINS[kind](found))
    except MissingExtra as error:
        raise Trouble(str(error)) from error
    return FINE


@export_command.command("reference")
@click.argument("link_id", type=int, metavar="LINK")
@click.option("--format", "kind", type=click.Choice(list(_REFERENCES)), default="bibtex", show_default=True)
@_output
@click.pass_obj
def export_reference(place: Place, link_id: int, kind: str, output: TextIO) -> int:
    """Write a link as a citation for papers and reference managers.

    \b
    Examples:
      provenance export reference 17
      provenance export reference 17 --format ris -o link.ris
    """
    with place.open() as store:
        output.write(_REFERENCES[kind](reference_of(store, link_id)))
    return FINE


def reference_of(store: Store, link_id: int) -> Reference:
    """A link in force as what is cited of it.

    Raises:
        Trouble: there is no such link in force.
    """
    flat = copy_row(store, link_id)
    if flat is None:
        raise Trouble(f"There is no link {link_id} in force.")
    copy, source = document(store, flat["copy_id"]), document(store, flat["source_id"])
    row = next(one for one in links(store, copy_id=flat["copy_id"]) if one["id"] == link_id)
    if copy is None or source is None:
        raise Trouble(f"A document of link {link_id} is missing: run `provenance doctor`.")
    step = step_of(store, row, flat)
    return Reference(
        link_id=link_id,
        copy=node_of(copy),
        source=node_of(source),
        label=step.label,
        confidence=step.link.confidence,
        changed=step.changed,
        accessed_at=_accessed(store, copy.id),
        source_accessed_at=_accessed(store, source.id),
    )


def _accessed(store: Store, document_id: int) -> str | None:
    seen = captures(store, document_id)
    return str(seen[-1]["captured_at"]) if seen else None


def _archive(name: str, write: Callable[..., int], text: str) -> None:
    examples = (
        f"\b\nExamples:\n  provenance export {name} all.{name}\n  provenance export {name} trend.{name} --outlet trend"
    )

    @export_command.command(name, help=f"{text}\n\n{examples}")
    @click.argument("file", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE")
    @click.option("--outlet", metavar="ID", help="Captures of this outlet only.")
    @click.pass_obj
    def archive(place: Place, file: Path, outlet: str | None) -> int:
        with place.open() as store:
            say(f"{write(store, file, outlet=outlet)} captures in {file}.")
        return FINE


_archive("warc", export_warc, "Write every capture into a WARC file, byte for byte; gzipped when it ends in .gz.")
_archive("wacz", export_wacz, "Write every capture into a WACZ bundle that replay tools open.")
