"""Inside link: every possible parent of every member of a family, with the evidence for and against it."""

from __future__ import annotations

from scraper.trace.beside import (
    Rows,
    carried_rows,
    clock_rows,
    custom_rows,
    headline_rows,
    named_rows,
    unseen_rows,
)
from scraper.trace.descent import Traces, traces
from scraper.trace.evidence import (
    RULES,
    citation_rows,
    cites,
    cites_issuer,
    own_citations,
    role_rows,
    row,
    text_rows,
    total,
)
from scraper.trace.family import Member, View
from scraper.trace.presume import relays
from scraper.trace.relatives import Kin, before
from scraper.trace.timing import days_apart

Edges = dict[tuple[int, int], Rows]
"""``(copy_id, source_id)`` -> the evidence for that link."""


_PLAIN = frozenset(
    {
        "coverage",
        "unexplained",
        "left out",
        "passage more",
        "passage less",
        "difference of wording",
        "difference of substance",
    }
)
"""What says how well one text explains another, whatever the rest of the family has."""
_MANY_WORDS = 40
_LARGE_SHARE = 0.5
_DAYS = 3
_FAR = 0.3
_FAR_BETTER = 0.2


def edges_of(kin: Kin) -> Edges:
    """Every possible parent of every member, with the evidence."""
    found: Edges = {}
    seen = _traces(kin)
    for copy in kin.members.values():
        if copy.is_captured:
            found |= _edges_of_captured(copy, kin, seen[copy.document_id])
        else:
            found |= _edges_of_unseen(copy, kin)
    _discount_relayed(found, kin)
    return found


def _traces(kin: Kin) -> dict[int, Traces]:
    """What the words of every member say of its relatives; alterations that two share count as often from both sides.

    Otherwise chance in how texts were aligned would say which of the two came first.
    """
    found: dict[int, Traces] = {}
    for key, member in kin.members.items():
        views = {one: view for one, view in kin.views[key].items() if view.kinship != "translation"}
        found[key] = traces(views, before(member, kin))
    return {key: seen.evened({one: found[one].of(key) for one in seen.found}) for key, seen in found.items()}


def _edges_of_captured(copy: Member, kin: Kin, seen: Traces) -> Edges:
    views = kin.views[copy.document_id]
    texts = {key: text_rows(key, view, seen) for key, view in views.items()}
    best = max((total(one for one in rows if one.kind in _PLAIN) for rows in texts.values()), default=0.0)
    found: Edges = {}
    pointed_at = {key for key in kin.members if copy.document_id in kin.cited_by[key]}
    named = {key for key in kin.issuers if any(cites_issuer(one, kin.members[key]) for one in own_citations(copy))}
    unseen = {key for key, member in kin.members.items() if not member.is_captured}
    for key in sorted((texts.keys() | pointed_at | named | unseen) - {copy.document_id}):
        candidate = kin.members[key]
        is_issuer = key in kin.issuers and candidate.is_captured
        said = citation_rows(copy, candidate, is_issuer=is_issuer) or named_rows(copy, candidate, kin)
        others = [*role_rows(copy, candidate, kin.issuers), *custom_rows(copy, candidate, kin)]
        if said and not candidate.is_captured and copy.document_id in kin.issuers and candidate.url is None:
            continue  # a name on an issuer's own page is somebody it quotes
        if said and not candidate.is_captured:
            rest = [*unseen_rows(candidate, kin, best if views else None), *carried_rows(copy, candidate, kin)]
            found[(copy.document_id, key)] = [*said, *others, *rest]
        elif key in texts and (said or copy.document_id not in kin.reissued):
            rest = [*headline_rows(copy, candidate, kin), *clock_rows(copy, candidate, kin)]
            found[(copy.document_id, key)] = [*said, *others, *texts[key], *rest]
    return found


def _edges_of_unseen(source: Member, kin: Kin) -> Edges:
    """Parents of a document without a text: what the pages that cite it say of it, and the issuer they share."""
    citing = [(one, cited) for one in kin.members.values() for cited in own_citations(one) if cites(cited, source)]
    found: Edges = {}
    for origin in kin.members.values():
        if origin.document_id == source.document_id:
            continue
        said = [cited.words for _, cited in citing if relays(cited, source, origin)]
        views = [kin.views[one.document_id].get(origin.document_id) for one, _ in citing]
        shown = max((max(view.coverage, view.kept) for view in views if view), default=0.0)
        rows = role_rows(source, origin, kin.issuers)
        if said:
            rows.append(row("relay", said[0]))
            rows += [] if origin.is_captured else unseen_rows(origin, kin)
        if shown and origin.document_id in kin.issuers:
            rows.append(row("coverage", f"as far as its copies show: {shown:.0%}", shown))
        if said or (shown and origin.document_id in kin.issuers):
            found[(source.document_id, origin.document_id)] = rows
    return found


def orphans(kin: Kin) -> dict[int, float]:
    """What having no parent costs each member: nothing, unless it shares passages with others."""
    found = {}
    for key, views in kin.views.items():
        rule = RULES["issuer without parent" if key in kin.issuers else "orphan"]
        member = kin.members[key]
        shared = max((_strength(member, kin.members[one], view, kin) for one, view in views.items()), default=0.0)
        found[key] = 0.0 if key in kin.reissued else rule.weight * shared
    return found


def _strength(member: Member, other: Member, view: View, kin: Kin) -> float:
    """How surely one of two texts was taken from the other, 0-1.

    Many words shared, or a large share of either, leave no doubt. Little shared by pages of different weeks may be a
    form of words that both took from elsewhere, and what a third text explains far better is no sign for this one.
    """
    elsewhere = (one.coverage for key, one in kin.views[other.document_id].items() if key != member.document_id)
    kept = 0.0 if max(elsewhere, default=0.0) > view.kept + _FAR_BETTER else view.kept
    words = min(1.0, view.coverage * member.words / _MANY_WORDS) if member.words else 1.0
    share = min(1.0, max(view.coverage, kept) / _LARGE_SHARE)
    return words * share * (_FAR if share < 1.0 and days_apart(member, other) > _DAYS else 1.0)


def _discount_relayed(edges: Edges, kin: Kin) -> None:
    """A page that cites both a portal and the agency that the portal cites has it from the portal."""
    possible = possible_parents(edges)
    for (copy_id, origin_id), rows in edges.items():
        copy, origin = kin.members[copy_id], kin.members[origin_id]
        if not copy.is_captured or copy_id not in kin.cited_by[origin_id]:
            continue
        cited = (kin.members[one] for one in possible[copy_id] if one != origin_id and copy_id in kin.cited_by[one])
        between = [one for one in cited if _passes_on(one, origin, copy)]
        if between:
            rows.append(row("relayed", ", ".join(one.outlet_title or one.outlet_id for one in between)))


def _passes_on(source: Member, origin: Member, copy: Member) -> bool:
    """Whether ``source``, which the copy cites, cites the origin: on its own page, or by the copy's word."""
    if source.outlet_id == origin.outlet_id:
        return False
    if source.is_captured:
        return any(cites(cited, origin) or cites_issuer(cited, origin) for cited in own_citations(source))
    return any(relays(cited, source, origin) for cited in own_citations(copy))


def possible_parents(edges: Edges) -> dict[int, list[int]]:
    """The possible parents of each copy."""
    found: dict[int, list[int]] = {}
    for copy_id, source_id in edges:
        found.setdefault(copy_id, []).append(source_id)
    return found
