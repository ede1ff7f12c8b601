"""Pairs for ``bench/chains.py``: two texts compared, and what kin they are."""

from __future__ import annotations

from scraper.trace.compare import compare
from scraper.trace.family import Member, Pair
from scraper.trace.kinship import Sighting, kinship


def pair(one: tuple[int, str, Member], other: tuple[int, str, Member]) -> list[Pair]:
    """The pair, compared; nothing when the two share nothing."""
    found = compare(one[1], other[1], language="en")
    kin = kinship(found, _sighting(one[2]), _sighting(other[2]))
    if kin == "unrelated":
        return []
    return [Pair(copy_id=one[0], source_id=other[0], comparison=found, kinship=kin)]


def _sighting(member: Member) -> Sighting:
    return Sighting(outlet_id=member.outlet_id, at=member.published_at, title=member.title)
