"""What hangs together: documents with news, and everything that matched texts, citations and links join to them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence

from scraper.store.database import Store
from scraper.store.kin import MOST_CITERS

MOST_KIN = 400
"""Documents of one family that are settled together; a larger one is settled in the part nearest to its news."""
STRANGERS = ("template", "unrelated")
"""What texts may be to one another that makes them no kin: forms of words would join all condolences to one family."""
_EDGES = f"""
    WITH asked (id) AS (SELECT value FROM json_each(:ids)),
    mine (id, version_id) AS (SELECT asked.id, versions.id FROM asked JOIN versions ON versions.document_id = asked.id)
    SELECT mine.id, versions.document_id AS other FROM mine JOIN matches ON matches.copy_version_id = mine.version_id
        JOIN versions ON versions.id = matches.source_version_id
        WHERE matches.label <> 'unrelated' AND matches.kinship NOT IN {STRANGERS}
    UNION SELECT mine.id, versions.document_id FROM mine JOIN matches ON matches.source_version_id = mine.version_id
        JOIN versions ON versions.id = matches.copy_version_id
        WHERE matches.label <> 'unrelated' AND matches.kinship NOT IN {STRANGERS}
    UNION SELECT mine.id, citations.document_id FROM mine JOIN citations ON citations.version_id = mine.version_id
        WHERE citations.document_id IS NOT NULL
    UNION SELECT mine.id, documents.moved_to FROM mine JOIN citations ON citations.version_id = mine.version_id
        JOIN documents ON documents.id = citations.document_id WHERE documents.moved_to IS NOT NULL
    UNION SELECT asked.id, documents.id FROM asked JOIN documents ON documents.moved_to = asked.id
    UNION SELECT asked.id, versions.document_id FROM asked JOIN citations ON citations.document_id = asked.id
        JOIN versions ON versions.id = citations.version_id
        WHERE (SELECT count(*) FROM citations AS all_of WHERE all_of.document_id = asked.id) <= :citers
    UNION SELECT asked.id, links.source_id FROM asked JOIN links ON links.copy_id = asked.id
        WHERE superseded_at IS NULL
    UNION SELECT asked.id, links.copy_id FROM asked JOIN links ON links.source_id = asked.id
        WHERE superseded_at IS NULL
"""  # noqa: S608 - our own words

Edges = dict[int, set[int]]
"""Document -> those that hang together with it."""


def parts_of(store: Store, document_ids: Iterable[int], news: Collection[int] = ()) -> list[list[int]]:
    """Documents that hang together: a list for each connected part that holds some of ``document_ids``.

    Of a part that is too large, those nearest to its smallest number are taken, and first those of ``news``, which are
    to be settled anyway; what is left of it has parts of its own, which may overlap.
    """
    left = set(document_ids)
    waiting = left.union(news)
    edges: Edges = {}
    parts = []
    for part in _whole(store, left, edges):
        parts.append(sorted(part))
        left -= part
    while left:
        near = _nearest(store, min(left), edges, waiting)
        parts.append(sorted(near))
        left -= near
        waiting -= near
    return parts


def _whole(store: Store, seeds: Iterable[int], edges: Edges) -> list[set[int]]:
    """The connected parts around the seeds, those left out that are too large: these are not followed to their ends."""
    # One query for each step for all parts at once: asking for one costs nearly as much as for a hundred
    parts = [{seed} for seed in sorted(seeds)]
    while edge := {node for part in parts if len(part) <= MOST_KIN for node in part if node not in edges}:
        _look_up(store, edge, edges)
        parts = _joined(parts, edges)
    return [part for part in parts if len(part) <= MOST_KIN]


def _joined(parts: Sequence[set[int]], edges: Edges) -> list[set[int]]:
    """Parts grown by those next to them, and put together where they meet; in their order."""
    found: dict[int, set[int]] = {}
    for part in parts:
        grown = part.union(*(edges.get(node, ()) for node in part))
        met = [found[node] for node in sorted(grown) if node in found]
        grown.update(*met)
        found |= dict.fromkeys(grown, grown)
    return list({id(part): part for part in found.values()}.values())


def _nearest(store: Store, seed: int, edges: Edges, news: Collection[int]) -> set[int]:
    """A document and those nearest to it, up to ``MOST_KIN``."""
    part, edge = {seed}, {seed}
    while edge and len(part) < MOST_KIN:
        _look_up(store, edge - edges.keys(), edges)
        edge = set().union(*(edges[node] for node in edge)) - part
        edge = set(sorted(edge, key=lambda node: (node not in news, node))[: MOST_KIN - len(part)])
        part |= edge
    return part


def _look_up(store: Store, document_ids: Collection[int], edges: Edges) -> None:
    edges |= {document_id: set() for document_id in document_ids}
    asked = {"ids": json.dumps(sorted(document_ids)), "citers": MOST_CITERS}
    for row in store.rows(_EDGES, asked) if document_ids else ():
        edges[row["id"]].add(row["other"])
