"""link: the parent of every document of a family, with evidence and confidence.

Each possible parent is an edge whose weight is the sum of its evidence rows. The family's tree is the forest of the
largest total: decided jointly, so nothing can descend from itself whatever dates and citations say. Other possible
parents are reported behind the chosen one as far as the tree's order allows; those as good as it are ties.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp
from typing import Literal

from scraper.model import Link
from scraper.trace.beside import Rows
from scraper.trace.confidence import confidence
from scraper.trace.edges import Edges, edges_of, orphans, possible_parents
from scraper.trace.evidence import DECLARED, cites, cites_outlet, own_citations, row, total
from scraper.trace.family import Decisions, Family, Member, by_id, place, seen_through
from scraper.trace.formulas import without_formulas
from scraper.trace.presume import is_superseded, presume
from scraper.trace.relatives import Kin, is_kin, kin_of
from scraper.trace.tree import ROOT, best_forest, shares

TIE = 0.5
"""Parents whose evidence differs by less than this (log-odds) are a tie."""
ALTERNATIVES = 3
"""So many other possible parents are reported at most ..."""
LEAST_SHARE = 0.05
"""... each with at least this share among the possible trees."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What was concluded about a family.

    ``presumed`` are originals that no member is; their ids are negative and stand in ``links`` on either side.
    """

    links: tuple[Link, ...]
    presumed: tuple[Member, ...] = ()


def parents(member: Member, family: Family, decisions: Decisions | None = None) -> list[Link]:
    """The links of one member, best first: rank 1 is its parent, two of rank 1 are a tie; empty for an original."""
    found = settle(family, decisions).links
    return [link for link in found if link.copy_id == member.document_id]


def settle(family: Family, decisions: Decisions | None = None) -> Settlement:
    """All links of a family at once (the same as ``parents`` of each member, at a fraction of the cost)."""
    family = replace(
        family,
        members=tuple(sorted(family.members, key=lambda one: one.document_id)),
        pairs=tuple(sorted(family.pairs, key=lambda one: (one.copy_id, one.source_id))),
    )
    family = without_formulas(seen_through(family))
    links: list[Link] = []
    presumed: list[Member] = []
    for part in _parts(family):
        made = [_renumbered(one, len(presumed) + number) for number, one in enumerate(presume(part))]
        presumed += made
        kin = kin_of([*part, *made], family)
        links += _links(kin, decisions or {})
    links += _reissues(family, decisions or {})
    used = {end for link in links for end in (link.copy_id, link.source_id)}
    return Settlement(links=tuple(links), presumed=tuple(one for one in presumed if one.document_id in used))


def _renumbered(member: Member, number: int) -> Member:
    return replace(member, document_id=-1 - number)


# --- the parts of a family ---------------------------------------------------------------------------------------


def _parts(family: Family) -> list[list[Member]]:
    """Members in connected parts: joined by a copied text or by a citation of a document that is not held."""
    leader = {member.document_id: member.document_id for member in family.members}

    def find(node: int) -> int:
        while leader[node] != node:
            leader[node] = leader[leader[node]]
            node = leader[node]
        return node

    def join(one: int | None, other: int | None) -> None:
        if one in leader and other in leader:
            leader[find(one)] = find(other)

    members = by_id(family.members)
    for pair in family.pairs:
        if pair.copy_id in members and pair.source_id in members and is_kin(pair, members):
            join(pair.copy_id, pair.source_id)
    for member in family.members:
        join(member.document_id, member.presumed_by)
        for cited in member.citations:
            if cited.document_id in members and not members[cited.document_id].is_captured:
                join(member.document_id, cited.document_id)
    parts: dict[int, list[Member]] = {}
    for member in family.members:
        parts.setdefault(find(member.document_id), []).append(member)
    return [[one for one in part if not is_superseded(one, part)] for part in parts.values() if _may_link(part)]


def _may_link(part: Sequence[Member]) -> bool:
    return len(part) > 1 or any(member.citations for member in part)


# --- the tree and its links --------------------------------------------------------------------------------------


def _links(kin: Kin, decisions: Decisions) -> list[Link]:
    edges = _decided(edges_of(kin), kin, decisions)
    nodes = sorted(kin.members, key=lambda one: place(kin.members[one]))
    weights = {edge: total(rows) for edge, rows in edges.items()}
    forest, likely = _forest(kin, nodes, weights, decisions)
    position = {node: number for number, node in enumerate(_order(nodes, forest))}
    parents_of = possible_parents(edges)
    taken_from = set(forest.values())
    found: list[Link] = []
    for copy_id in nodes:
        is_idle = not kin.members[copy_id].is_captured and copy_id not in taken_from
        if forest[copy_id] == ROOT or (is_idle and (copy_id, forest[copy_id]) not in decisions):
            continue
        possible = [
            (likely[(copy_id, source_id)], weights[(copy_id, source_id)], source_id)
            for source_id in parents_of[copy_id]
            if position[source_id] < position[copy_id]
        ]
        chosen_share = likely[(copy_id, forest[copy_id])]
        for rank, source_id in _ranked(possible, forest[copy_id]):
            rows = edges[(copy_id, source_id)]
            if source_id == forest[copy_id]:
                rows = [*rows, *_conflicts(kin, copy_id, forest)]
            share = min(chosen_share, likely[(copy_id, source_id)])
            found.append(_link(kin, (copy_id, source_id), rank, rows, share))
    return found


def _forest(
    kin: Kin, nodes: Sequence[int], weights: Mapping[tuple[int, int], float], decisions: Decisions
) -> tuple[dict[int, int], dict[tuple[int, int], float]]:
    """The chosen parent of every member, and the share of every possible one.

    The texts that are held are put into one best forest first. Documents without a text are hung in afterwards,
    wherever the page's word for them is stronger than the best of the held texts: as mere possibilities they must not
    become the root that spares the others theirs.
    """
    decided = {end for edge, said in decisions.items() if said == "confirmed" and edge in weights for end in edge}
    firm = [node for node in nodes if kin.members[node].is_captured or node in decided]
    inner = {edge: weight for edge, weight in weights.items() if edge[0] in firm and edge[1] in firm}
    inner |= {(node, ROOT): weight for node, weight in orphans(kin).items()}
    forest, likely = best_forest(firm, inner), shares(firm, inner)
    forest |= {node: ROOT for node in nodes if node not in forest}
    unseen: dict[int, list[int]] = {}
    for copy_id, source_id in weights:
        if copy_id not in firm or source_id not in firm:
            unseen.setdefault(copy_id, []).append(source_id)
    for copy_id in sorted(unseen, key=lambda one: (one not in firm, nodes.index(one))):
        _hang(copy_id, unseen[copy_id], weights, forest, likely)
    return forest, likely


def _hang(
    copy_id: int,
    possible: Sequence[int],
    weights: Mapping[tuple[int, int], float],
    forest: dict[int, int],
    likely: dict[tuple[int, int], float],
) -> None:
    """Hang a document under the best of ``possible``, if that beats the parent it has, and share out the certainty."""
    standing = weights.get((copy_id, forest[copy_id]), 0.0)
    best = max(possible, key=lambda one: (weights[(copy_id, one)], -abs(one)))
    if weights[(copy_id, best)] > standing and not _reaches(best, copy_id, forest):
        forest[copy_id] = best
    top = max(standing, weights[(copy_id, best)])
    parts = {one: exp(weights[(copy_id, one)] - top) for one in possible}
    whole = exp(standing - top) + sum(parts.values())
    for edge in likely:
        if edge[0] == copy_id:
            likely[edge] *= exp(standing - top) / whole
    likely |= {(copy_id, one): part / whole for one, part in parts.items()}


def _decided(edges: Edges, kin: Kin, decisions: Decisions) -> Edges:
    """Apply what people decided: a rejected edge is gone, a confirmed one stands alone, even without any evidence.

    Confirmations that would close a loop are kept in the order given, and the one that closes it is left out.
    """
    kept = {edge: rows for edge, rows in edges.items() if decisions.get(edge) != "rejected"}
    above: dict[int, int] = {}
    for (copy_id, source_id), decision in decisions.items():
        if decision != "confirmed" or copy_id not in kin.members or source_id not in kin.members:
            continue
        if copy_id in above or _reaches(source_id, copy_id, above):
            continue
        above[copy_id] = source_id
        rows = [*kept.get((copy_id, source_id), []), row("confirmed", "confirmed by a person")]
        kept = {edge: found for edge, found in kept.items() if edge[0] != copy_id}
        kept[(copy_id, source_id)] = rows
    return kept


def _reaches(start: int, goal: int, above: Mapping[int, int]) -> bool:
    node: int | None = start
    while node is not None and node != goal:
        node = above.get(node)
    return node == goal


def _order(nodes: Sequence[int], forest: Mapping[int, int]) -> list[int]:
    """The total order of the family: parents before children, and otherwise the order of ``nodes`` (by time)."""
    below: dict[int, list[int]] = {}
    for child, parent in forest.items():
        below.setdefault(parent, []).append(child)
    rank = {node: number for number, node in enumerate(nodes)}
    ready = [rank[node] for node in below.get(ROOT, [])]
    heapq.heapify(ready)
    ordered: list[int] = []
    while ready:
        node = nodes[heapq.heappop(ready)]
        ordered.append(node)
        for child in below.get(node, []):
            heapq.heappush(ready, rank[child])
    return ordered


def _ranked(possible: list[tuple[float, float, int]], chosen: int) -> list[tuple[int, int]]:
    """``(rank, source_id)`` for the chosen parent, its ties, and the next possible ones."""
    best = next(weight for _, weight, source_id in possible if source_id == chosen)
    others = sorted((one for one in possible if one[2] != chosen), key=lambda one: (-one[0], one[2]))
    ranked = [(1, chosen)]
    for share, weight, source_id in others[:ALTERNATIVES]:
        if share < LEAST_SHARE:
            break
        is_tie = abs(best - weight) < TIE and ranked[-1][0] == 1
        ranked.append((1 if is_tie else ranked[-1][0] + 1, source_id))
    return ranked


def _link(kin: Kin, edge: tuple[int, int], rank: int, rows: Rows, share: float) -> Link:
    copy_id, source_id = edge
    view = kin.views[copy_id].get(source_id)
    relation: Literal["copy", "translation"] = "translation" if view and view.kinship == "translation" else "copy"
    sure = confidence(share, is_seen=kin.members[source_id].is_captured and kin.members[copy_id].is_captured)
    if any(one.kind == "confirmed" for one in rows):
        sure = 1.0
    return Link(
        copy_id=copy_id, source_id=source_id, confidence=sure, relation=relation, rank=rank, evidence=tuple(rows)
    )


def _conflicts(kin: Kin, copy_id: int, forest: Mapping[int, int]) -> Rows:
    """Sources that the copy declares and that stand nowhere above it: a false or a mistaken credit."""
    above: list[Member] = []
    node = forest[copy_id]
    while node != ROOT:
        above.append(kin.members[node])
        node = forest[node]
    copy, rows, told = kin.members[copy_id], [], set()
    for cited in own_citations(copy):
        named = cited.outlet or cited.outlet_id or cited.url
        if cited.kind not in DECLARED or not named or cites_outlet(cited, copy):
            continue
        if any(cites(cited, one) or cites_outlet(cited, one) for one in above):
            continue
        goal = kin.members.get(cited.document_id) if cited.document_id is not None else None
        who = goal.outlet_id if goal else cited.outlet_id or named
        if who not in told:
            parent = above[0].outlet_title or above[0].outlet_id
            rows.append(row("conflict", f"credits {named} ({cited.words}), but the text descends from {parent}"))
        told.add(who)
    return rows[:3]


def _reissues(family: Family, decisions: Decisions) -> list[Link]:
    """Last year's statement with this year's figures, by the same issuer: told apart from a copy, later to earlier."""
    members = by_id(family.members)
    found = []
    for pair in family.pairs:
        ends = [members[one] for one in (pair.copy_id, pair.source_id) if one in members]
        if pair.kinship != "reissue" or len(ends) != 2:
            continue
        earlier, later = sorted(ends, key=place)
        if decisions.get((later.document_id, earlier.document_id)) == "rejected":
            continue
        view = pair.seen_from(later.document_id)
        rows = (row("coverage", f"{view.coverage:.0%} of it, {view.kept:.0%} of the earlier one", view.kept),)
        found.append(
            Link(
                copy_id=later.document_id,
                source_id=earlier.document_id,
                confidence=confidence(max(view.coverage, view.kept), is_seen=True),
                relation="reissue",
                evidence=rows,
            )
        )
    return found
