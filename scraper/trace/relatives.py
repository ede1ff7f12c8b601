"""Inside link: one connected part of a family, and what is looked up about it many times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

from scraper.trace.evidence import cites, cites_issuer, own_citations
from scraper.trace.family import Family, Member, Pair, View, appeared, by_id, place
from scraper.trace.roles import kind_of
from scraper.trace.timing import days_apart

_SEASON = 60
"""Days after which an outlet's own text again is a new edition of it."""
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


def before(copy: Member, kin: Kin) -> set[int]:
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
