"""Store to present: the chain of a stored document, with what a reader wants to know about each of its links."""

from __future__ import annotations

from collections.abc import Iterable

from scraper.model import Link
from scraper.store.conclusions import evidence
from scraper.store.database import Row, Store
from scraper.store.documents import Document
from scraper.store.families import Family, family, links, verdicts
from scraper.store.matches import alterations
from scraper.trace.chain import Chain, Node, Step, chain


def chain_of(store: Store, document_id: int) -> Chain:
    """The walk from a stored document to its original, and the tree of all copies around it.

    Raises:
        LookupError: there is no such document.
    """
    found = family(store, document_id)
    if not found.documents:
        raise LookupError(f"no document {document_id}")
    known = {document.id: node_of(document) for document in found.documents}
    steps = [step for step in _steps(store, found) if {step.link.copy_id, step.link.source_id} <= known.keys()]
    return chain(document_id, steps, known)


def node_of(document: Document) -> Node:
    """A stored document as a node of a chain."""
    return Node(
        document_id=document.id,
        outlet=document.outlet,
        outlet_id=document.outlet_id,
        outlet_kind=document.outlet_kind,
        state=document.state,
        url=document.url,
        title=document.title,
        published_at=document.published_at,
    )


def _steps(store: Store, found: Family) -> Iterable[Step]:
    flat = {row["link_id"]: row for row in found.copies}
    for document in found.documents:
        for row in links(store, copy_id=document.id):
            if row["standing"] != "rejected":
                is_held = document.state == "captured"
                yield step_of(store, row, flat.get(row["id"]) if is_held else None)


def step_of(store: Store, row: Row, flat: Row | None) -> Step:
    """A row of ``links`` as a step of a chain; ``flat`` is its row of ``copies``, where the copy's page is held."""
    said = next(iter(verdicts(store, row["id"])), None)
    changed = alterations(store, said["match_id"]) if said and said["match_id"] else ()
    return Step(
        link=Link(
            copy_id=row["copy_id"],
            source_id=row["source_id"],
            relation=row["relation"],
            confidence=row["confidence"],
            rank=row["rank"],
            evidence=evidence(store, row["id"]),
        ),
        link_id=row["id"],
        label=said["label"] if said else None,
        changed=tuple((one.source_words, one.copy_words) for one in changed if one.is_material),
        is_credited=bool(flat["is_credited"]) if flat else None,
    )
