"""Store to present: the chain of a stored document, with what a reader wants to know about each of its links."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from scraper.model import Link
from scraper.store.conclusions import evidence_of
from scraper.store.database import Row, Store
from scraper.store.documents import Document
from scraper.store.families import Family, family, labels, parents
from scraper.store.matches import material_changes
from scraper.trace.chain import Chain, Node, Step, chain


def chain_of(store: Store, document_id: int, kin: Family | None = None) -> Chain:
    """The walk from a stored document to its original, and the tree of all copies around it (``kin``, where known).

    Raises:
        LookupError: there is no such document.
    """
    found = kin or family(store, document_id)
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
    held = {document.id for document in found.documents if document.state == "captured"}
    rows = [row for row in parents(store, [one.id for one in found.documents]) if row["standing"] != "rejected"]
    flat = {row["link_id"]: row for row in found.copies if row["copy_id"] in held}
    return steps_of(store, rows, flat)


def step_of(store: Store, row: Row, flat: Row | None) -> Step:
    """A row of ``links`` as a step of a chain; ``flat`` is its row of ``copies``, where the copy's page is held."""
    return steps_of(store, [row], {row["id"]: flat} if flat else {})[0]


def steps_of(store: Store, rows: Sequence[Row], flat: Mapping[int, Row]) -> list[Step]:
    """Rows of ``links`` as steps of a chain, with three queries however many they are; ``flat`` is by link id."""
    said = labels(store, [row["id"] for row in rows])
    reasons = evidence_of(store, [row["id"] for row in rows])
    changed = material_changes(store, [match_id for _, match_id in said.values() if match_id is not None])
    steps = []
    for row in rows:
        label, match_id = said.get(row["id"], (None, None))
        link = Link(
            copy_id=row["copy_id"],
            source_id=row["source_id"],
            relation=row["relation"],
            confidence=row["confidence"],
            rank=row["rank"],
            evidence=reasons.get(row["id"], ()),
        )
        copied = flat.get(row["id"])
        steps.append(
            Step(
                link=link,
                link_id=row["id"],
                label=label,
                changed=changed.get(match_id, ()) if match_id is not None else (),
                is_credited=bool(copied["is_credited"]) if copied else None,
            )
        )
    return steps
