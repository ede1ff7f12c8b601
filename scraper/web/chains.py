"""link to present: the chain page: where words came from and where they went, drawn, listed, and as files."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any

from starlette.responses import Response

from scraper.chains import chain_of
from scraper.export.extras import MissingExtra
from scraper.export.graphs import gexf, graphml
from scraper.export.prov import prov_json, prov_jsonld
from scraper.store.database import Row, Store
from scraper.store.families import family
from scraper.store.pages import facts_of
from scraper.trace.chain import Chain, Step, dot, mermaid, plain, walk
from scraper.web.asked import Asked, Odd
from scraper.web.drawing import draw
from scraper.web.page import File, Page
from scraper.web.safety import file_policy
from scraper.web.spots import Spot, spots
from scraper.web.words import listed, many, moment

_FILES: dict[str, tuple[Callable[[Chain], str], str, str]] = {
    "gexf": (gexf, "application/gexf+xml", "gexf"),
    "graphml": (graphml, "application/graphml+xml", "graphml"),
    "prov-json": (prov_json, "application/json", "prov.json"),
    "prov-jsonld": (prov_jsonld, "application/ld+json", "prov.jsonld"),
    "mermaid": (mermaid, "text/plain; charset=utf-8", "mmd"),
    "dot": (dot, "text/vnd.graphviz; charset=utf-8", "dot"),
}
STEPS = ("time", "equal")


def chain_page(store: Store, asked: Asked) -> Page | File | Response:
    """``/chains/<document>``: the drawing, the table that says the same, and files for other tools."""
    document_id = asked.number("id")
    form = asked.word("format", ("json", "svg", *_FILES))
    equal = asked.word("steps", STEPS) == "equal"
    try:
        kin = family(store, document_id)
        found = chain_of(store, document_id, kin)
    except LookupError as error:
        raise Odd(f"There is no document {document_id}.", 404) from error
    if form in _FILES:
        return _file(found, form)
    facts = facts_of(store, found.documents)
    flat = {row["copy_id"]: row for row in kin.copies}
    made = spots(found, facts, {row["link_id"]: row["kept"] for row in flat.values()})
    titles = {facts[one.id]["outlet_id"]: one.node.outlet for one in made if one.id in facts}
    if form == "svg":
        return _svg(made, titles, document_id, equal=equal)
    listed_rows = _rows(found, facts, flat)
    drawn = draw(made, titles, equal=equal)
    return Page(
        template="chain.html",
        title=f"Chain: {plain(found.original.title or found.original.outlet)}",
        data={
            "document_id": document_id,
            "original_id": found.path[-1],
            "path": list(found.path),
            "sentence": sentence(found, facts, flat),
            "rows": listed_rows,
        },
        shown={"drawn": drawn, "equal": equal, "found": found, "path_nodes": [found.nodes[one] for one in found.path]},
    )


def _file(found: Chain, form: str) -> File:
    write, media_type, ending = _FILES[form]
    try:
        return File(content=write(found), media_type=media_type, name=f"chain-{found.document_id}.{ending}")
    except MissingExtra as error:
        raise Odd(f"{error}.", 501) from error


def _svg(made: list[Spot], titles: dict[str, str], document_id: int, *, equal: bool) -> Response:
    """The drawing alone, with its style inside; the policy names that one style by its hash."""
    drawn = draw(made, titles, equal=equal, style=drawing_style())
    answer = Response(drawn.svg.encode("utf-8", "replace"), media_type="image/svg+xml")
    answer.headers["Content-Disposition"] = f'attachment; filename="chain-{document_id}.svg"'
    answer.headers["Content-Security-Policy"] = file_policy(drawing_style())
    return answer


@cache
def drawing_style() -> str:
    """The style of drawings that stand alone."""
    return files("scraper.web").joinpath("static", "drawing.css").read_text("utf-8")


def _rows(found: Chain, facts: dict[int, Row], flat: dict[int, Row]) -> list[dict[str, Any]]:
    """Every document of the tree, parents first: what the drawing shows, as a table."""
    steps = {step.link.copy_id: step for below in found.branches.values() for step in below}
    rows = []
    for document_id, lasts in walk(found):
        node, step = found.nodes[document_id], steps.get(document_id)
        known, copied = facts.get(document_id, {}), flat.get(document_id, {})
        rows.append(
            {
                "document_id": document_id,
                "depth": len(lasts),
                "outlet": node.outlet,
                "outlet_id": known.get("outlet_id"),
                "title": node.title,
                "url": node.url,
                "state": node.state,
                "published_at": node.published_at,
                "gone_at": known.get("gone_at"),
                "versions": known.get("versions"),
                "last_version_at": known.get("last_version_at"),
                "link_id": step.link_id if step else None,
                "source_id": step.link.source_id if step else None,
                "source_outlet": found.nodes[step.link.source_id].outlet if step else None,
                "verdict": (step.label or "unchecked") if step else None,
                "confidence": step.link.confidence if step else None,
                "is_credited": step.is_credited if step else None,
                "kept": copied.get("kept"),
                "coverage": copied.get("coverage"),
                "changed": list(step.changed) if step else [],
                "others": [_other(found, one) for one in found.others.get(document_id, ())],
            }
        )
    return rows


def _other(found: Chain, step: Step) -> dict[str, Any]:
    return {
        "link_id": step.link_id,
        "source_id": step.link.source_id,
        "source_outlet": found.nodes[step.link.source_id].outlet,
        "confidence": step.link.confidence,
        "is_tie": step.link.rank == 1,
    }


def sentence(found: Chain, facts: dict[int, Row], flat: dict[int, Row]) -> str:
    """The chain in a few sentences, counted from the rows of its table."""
    copies = [step for below in found.branches.values() for step in below]
    held = [step for step in copies if found.nodes[step.link.copy_id].state == "captured"]
    outlets = {facts[step.link.copy_id]["outlet_id"] for step in held if step.link.copy_id in facts}
    original = found.original
    where = {"captured": "", "cited": ", cited but never captured", "presumed": ", presumed and not located"}
    parts = [f"The words go back to {plain(original.outlet)}{where[original.state]}."]
    if held:
        parts.append(f"{many(len(held), 'copy')} by {many(len(outlets), 'outlet')}{_spread(found)}.")
    altered = [step for step in held if step.label == "altered"]
    if altered:
        handed = sum(len(found.branches.get(step.link.copy_id, ())) for step in altered)
        passed = (
            f", and {'was' if len(altered) == 1 else 'were'} copied further {many(handed, 'time')}" if handed else ""
        )
        parts.append(f"{many(len(altered), 'copy')} {'is' if len(altered) == 1 else 'are'} altered{passed}.")
    uncredited = [step for step in held if step.is_credited is False]
    if uncredited:
        parts.append(f"{many(len(uncredited), 'copy')} {'names' if len(uncredited) == 1 else 'name'} no source.")
    return " ".join([*parts, *_corrections(found, facts, flat)])


def _spread(found: Chain) -> str:
    dates = sorted(node.published_at for node in found.nodes.values() if node.published_at and node.state == "captured")
    return f", {moment(dates[0])} to {moment(dates[-1])}" if len(dates) > 1 and dates[0] != dates[-1] else ""


def _corrections(found: Chain, facts: dict[int, Row], flat: dict[int, Row]) -> list[str]:
    changed = [one for one in found.documents if (facts.get(one, {}).get("versions") or 1) > 1]
    gone = [one for one in found.documents if facts.get(one, {}).get("gone_at")]
    said = []
    for one in changed[:3]:
        copies = [flat[step.link.copy_id] for step in found.branches.get(one, ()) if step.link.copy_id in flat]
        behind = sum(row["verdict_newest"] is not None for row in copies)
        late = (
            f"; {many(behind, 'copy')} still {'carries' if behind == 1 else 'carry'} the earlier text" if behind else ""
        )
        said.append(f"{plain(found.nodes[one].outlet)} changed its text later (↻){late}.")
    if gone:
        names = listed(dict.fromkeys(plain(found.nodes[one].outlet) for one in gone[:4]))
        said.append(f"The page of {names} is gone.")
    return said
