"""Inside link: every possible parent of every member of a family, with the evidence for and against it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

from scraper.model import Evidence
from scraper.trace.descent import Traces, stands_in, traces
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
from scraper.trace.family import Family, Member, Pair, View, appeared, by_id, place
from scraper.trace.named import mentions
from scraper.trace.presume import relays
from scraper.trace.roles import kind_of
from scraper.trace.timing import days_apart, time_rows

Rows = list[Evidence]
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
_INSIDE_TEXT = ("attribution", "dateline")
_SEASON = 60
_MANY_WORDS = 40
_LARGE_SHARE = 0.5
_DAYS = 3
_FAR = 0.3
_FAR_BETTER = 0.2
_ISSUER_NAMED = 0.5
"""Pages name the issuer of a statement wherever they have it from."""
_CUT_HEADLINE = 0.75
"""Two desks may well cut a long headline at the same place."""
_SIBLINGS = 2
"""So many outlets that name one source are no false credits, even where no page of that source is held."""
_LATE_ISSUER = timedelta(days=7)
"""So much later than a copy an issuer may put its own statement online."""


class Kin(NamedTuple):
    """One connected part of a family and what is looked up about it many times."""

    members: Mapping[int, Member]
    views: Mapping[int, Mapping[int, View]]
    issuers: frozenset[int]
    held: frozenset[str]
    habits: Mapping[tuple[str, str], float]
    reissued: frozenset[int]
    """Those whose own outlet had issued the same text before."""
    cited_by: Mapping[int, frozenset[int]]
    """Who cites whom, by the page or by the name of its outlet."""


def kin_of(part: Sequence[Member], family: Family) -> Kin:
    """Look up once what is asked many times about the connected members ``part`` of a family."""
    members = by_id(part)
    views: dict[int, dict[int, View]] = {one: {} for one in members}
    for pair in family.pairs:
        if pair.copy_id in members and pair.source_id in members and is_kin(pair, members):
            views[pair.copy_id][pair.source_id] = pair.seen_from(pair.copy_id)
            views[pair.source_id][pair.copy_id] = pair.seen_from(pair.source_id)
    issuers = frozenset(key for key, member in members.items() if _is_issuer(member, part))
    own = {key: own_citations(member) for key, member in members.items()}
    cited_by = {
        key: frozenset(one for one, found in own.items() if one != key and any(cites(cited, member) for cited in found))
        for key, member in members.items()
    }
    return Kin(members, views, issuers, family.held, family.habits, _reissued(members, family), cited_by)


def is_kin(pair: Pair, members: Mapping[int, Member]) -> bool:
    """Whether one of two members may come from the other: a copy by its text, or a form of words that it points at."""
    if pair.kinship in ("copy", "translation"):
        return True
    one, other = members[pair.copy_id], members[pair.source_id]
    return pair.kinship == "template" and (_points_at(one, other) or _points_at(other, one))


def _points_at(one: Member, other: Member) -> bool:
    return any(cited.document_id == other.document_id for cited in one.citations)


def _reissued(members: Mapping[int, Member], family: Family) -> frozenset[int]:
    """Later texts of an outlet that had issued the same before: called so, or too far apart to be its own copy."""
    found = set()
    for pair in family.pairs:
        one, other = members.get(pair.copy_id), members.get(pair.source_id)
        if one is None or other is None or pair.kinship not in ("reissue", "copy"):
            continue
        is_own = one.outlet_id == other.outlet_id and days_apart(one, other) > _SEASON
        if pair.kinship == "reissue" or is_own:
            found.add(max(one, other, key=place).document_id)
    return frozenset(found)


def _is_issuer(member: Member, part: Sequence[Member]) -> bool:
    """An outlet is an issuer by its kind or its name, or, where both are silent, when others cite it as one."""
    kind = kind_of(member)
    if kind != "unknown":
        return kind == "issuer"
    others = (one for one in part if one.outlet_id != member.outlet_id)
    return any(cites_issuer(cited, member) for one in others for cited in one.citations)


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
        found[key] = traces(views, _before(member, kin))
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
        said = citation_rows(copy, candidate, is_issuer=is_issuer) or _named_rows(copy, candidate, kin)
        others = [*role_rows(copy, candidate, kin.issuers), *_custom_rows(copy, candidate, kin)]
        if said and not candidate.is_captured and copy.document_id in kin.issuers and candidate.url is None:
            continue  # a name on an issuer's own page is somebody it quotes
        if said and not candidate.is_captured:
            rest = [*_unseen_rows(candidate, kin, best if views else None), *_carried_rows(copy, candidate, kin)]
            found[(copy.document_id, key)] = [*said, *others, *rest]
        elif key in texts and (said or copy.document_id not in kin.reissued):
            rest = [*_headline_rows(copy, candidate, kin), *_clock_rows(copy, candidate, kin)]
            found[(copy.document_id, key)] = [*said, *others, *texts[key], *rest]
    return found


def _named_rows(copy: Member, candidate: Member, kin: Kin) -> Rows:
    """A name in words that the candidate lacks, and that did not come along with the text of another.

    However a page words its credit: what it says beyond its source's text names that source, or else the issuer. Of a
    candidate without a text, words count that no relative from before has.
    """
    if copy.outlet_id == candidate.outlet_id or mentions(copy.outlet_title, candidate):
        return []
    views = kin.views[copy.document_id]
    beside = [views[candidate.document_id]] if candidate.document_id in views else list(views.values())
    own = [(one.span, one.words) for view in beside for one in view.own]
    own += [(one.copy_span, one.copy_words) for view in beside for one in view.changed]
    found = [(span, words) for span, words in own if mentions(words, candidate)]
    others = [views[key] for key in _before(copy, kin) if key != candidate.document_id]
    fresh = [words for span, words in found if not any(stands_in(other, span) for other in others)]
    weight = _ISSUER_NAMED if candidate.document_id in kin.issuers else 1.0
    return [row("named", fresh[0][-80:], weight)] if fresh else []


def _headline_rows(copy: Member, candidate: Member, kin: Kin) -> Rows:
    """Headlines are copied with the text, and rewritten by the desk that cares to."""
    mine, its = _letters(copy.title), _letters(candidate.title)
    if not mine:
        return []
    relatives = [kin.members[key] for key in kin.views[copy.document_id]]
    if its == mine:
        others = [_letters(one.title) for one in relatives]
        is_cut = any(one != mine and one.startswith(mine) for one in others)
        weight = _CUT_HEADLINE if is_cut else 1.0
        return [row("headline", copy.title or "", weight)] if any(one != mine for one in others) else []
    before = (kin.members[key] for key in _before(copy, kin))
    if not any(_letters(one.title) == mine for one in before):
        return []
    return [row("other headline", candidate.title or "(none)", _CUT_HEADLINE if its.startswith(mine) else 1.0)]


def _letters(title: str | None) -> str:
    return "".join(letter for letter in (title or "").casefold() if letter.isalnum())


def _clock_rows(copy: Member, candidate: Member, kin: Kin) -> Rows:
    """What the clock says; within a day it says nothing against an issuer, whose statement was before its page."""
    is_issued = candidate.document_id in kin.issuers and copy.document_id not in kin.issuers
    return time_rows(copy, candidate, is_issued=is_issued)


def _before(copy: Member, kin: Kin) -> set[int]:
    """Relatives whose text certainly stood before the copy appeared: earlier by their claims, or issuers."""
    if copy.document_id in kin.issuers:
        return set()
    mine = appeared(copy)
    found = set()
    for key in kin.views[copy.document_id]:
        its = appeared(kin.members[key])
        is_late = its.first and mine.last and its.first - mine.last > _LATE_ISSUER
        if (key in kin.issuers and not is_late) or (mine.first and its.last and its.last <= mine.first):
            found.add(key)
    return found


def _custom_rows(copy: Member, candidate: Member, kin: Kin) -> Rows:
    """What the two outlets, and the others of the family, usually do."""
    rows = []
    share = kin.habits.get((copy.outlet_id, candidate.outlet_id), 0.0)
    if share:
        rows.append(row("habit", f"{share:.0%}", share))
    others = [kin.members[one] for one in kin.cited_by[candidate.document_id] if one != copy.document_id]
    if others and candidate.is_captured:
        rows.append(
            row("cited by others", ", ".join(sorted({one.outlet_title or one.outlet_id for one in others})[:3]))
        )
    return rows


def _unseen_rows(candidate: Member, kin: Kin, best: float | None = None) -> Rows:
    """A text that nobody holds is taken to explain the copy as well as the best of those that are held."""
    name = candidate.outlet_title or candidate.outlet_id
    unseen = row("unseen", candidate.url or f"{name}, address unknown")
    rows = [replace(unseen, weight=round(unseen.weight + (best or 0.0), 3))]
    is_lone = len({kin.members[one].outlet_id for one in kin.cited_by[candidate.document_id]}) < _SIBLINGS
    if best is not None and candidate.url is None and candidate.outlet_id in kin.held and is_lone:
        rows.append(row("not carried", name))
    return rows


def _carried_rows(copy: Member, candidate: Member, kin: Kin) -> Rows:
    """Words of citation that came along with the text: an issuer's page has them, or an earlier one inside its text.

    Credit lines are left out of the second, since siblings of one missing source give the same one.
    """
    mine = {(cited.kind, cited.words) for cited in own_citations(copy) if cites(cited, candidate)}
    for key in sorted(_before(copy, kin)):
        relative = kin.members[key]
        theirs = {(cited.kind, cited.words) for cited in relative.citations}
        shared = {one for one in mine & theirs if one[0] in _INSIDE_TEXT or key in kin.issuers}
        if mine and mine <= shared:
            return [row("carried along", relative.outlet_title or relative.outlet_id)]
    return []


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
            rows += [] if origin.is_captured else _unseen_rows(origin, kin)
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
