"""The floor below which the comparison may not fall, on a seeded sample of the typed edits of ``bench``."""

from __future__ import annotations

import random
import sys
from collections import defaultdict
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[1] / "bench"
SHARED = Path(__file__).parents[2] / "shared" / "data"

pytestmark = pytest.mark.skipif(not SHARED.exists(), reason="the statements lie in ../shared, which is not here")


@pytest.fixture(scope="module")
def shares() -> dict[str, tuple[float, ...]]:
    """Shares of cases labelled rightly, named rightly, of the right kind, by group."""
    sys.path.insert(0, str(BENCH))
    try:
        import compare_quality as quality

        rng = random.Random(11)  # noqa: S311 -- a sample that can be drawn again
        rows = quality.statements()
        cases = [
            *quality.material(rows, rng, 5),
            *quality.cosmetic(rows, rng, 5),
            *quality.other_copies(rng.sample(rows, 400), rng, 25),
        ]
        outcomes = defaultdict(list)
        for case in cases:
            outcomes["material" if case.group.startswith("material") else case.group].append(quality.judged(case)[0])
    finally:
        sys.path.remove(str(BENCH))
    return {
        group: tuple(sum(outcome[i] for outcome in found) / len(found) for i in range(3))
        for group, found in outcomes.items()
    }


def test_material_edits_are_found_named_and_of_the_right_kind(shares: dict[str, tuple[float, ...]]):
    labelled, named, kind = shares["material"]
    assert labelled >= 0.98
    assert named >= 0.97
    assert kind >= 0.95


def test_cosmetic_changes_are_no_differences(shares: dict[str, tuple[float, ...]]):
    assert shares["cosmetic"][0] >= 0.98
    assert shares["cosmetic"][1] >= 0.98


@pytest.mark.parametrize("label", ["abridged", "expanded", "excerpt", "edited", "unrelated"])
def test_other_copies_get_their_label(shares: dict[str, tuple[float, ...]], label: str):
    assert shares[label][0] >= 0.92
