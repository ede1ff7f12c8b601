"""Confidence: a share among possible trees becomes a number that means what it says."""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from scraper.trace.confidence import SEEN, UNSEEN, confidence
from scraper.trace.evidence import rules_as_table

DOCS = Path(__file__).parents[1] / "docs" / "confidence.md"
SHARES = st.floats(0.0, 1.0)


@given(SHARES, SHARES, st.booleans())
def test_a_larger_share_never_makes_a_link_less_certain(one: float, other: float, is_seen: bool) -> None:
    low, high = sorted((one, other))
    assert confidence(low, is_seen=is_seen) <= confidence(high, is_seen=is_seen)


@given(SHARES)
def test_a_source_that_nobody_holds_is_never_as_certain_as_a_text_at_hand(share: float) -> None:
    assert 0.0 <= confidence(share, is_seen=True) <= SEEN.ceiling
    assert confidence(share, is_seen=False) <= UNSEEN.ceiling < SEEN.ceiling


def test_the_docs_print_the_rules_as_they_are() -> None:
    assert rules_as_table() in DOCS.read_text(encoding="utf-8")


def test_the_docs_name_the_coefficients_as_they_are() -> None:
    said = re.search(r"intercept\s+([-−]?[\d.]+), slope\s+([\d.]+)", DOCS.read_text(encoding="utf-8"))
    assert said is not None
    assert float(said.group(1).replace("−", "-")) == SEEN.intercept
    assert float(said.group(2)) == SEEN.slope
