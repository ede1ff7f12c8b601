"""Pairs for ``bench/chains.py``: two texts compared, and what kin they are."""

from __future__ import annotations

from scraper.trace.compare import compare
from scraper.trace.family import Member, Pair

LEAST = 0.25
"""Least share of the smaller text that makes a pair a copy here; the line decides it by scraper.trace.kinship."""


def pair(one: tuple[int, str, Member], other: tuple[int, str, Member]) -> list[Pair]:
    """The pair, compared; nothing when the two share nothing."""
    found = compare(one[1], other[1], language="en")
    same_outlet = one[2].outlet_id == other[2].outlet_id
    if found.label in ("unrelated", "unchecked") and max(found.coverage, found.kept) < LEAST:
        return []
    kinship = "reissue" if same_outlet else "copy"
    return [Pair(copy_id=one[0], source_id=other[0], comparison=found, kinship=kinship)]
