"""The worked cases of the design, each compared with and without being told its language."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scraper.trace.compare import compare

CASES = Path(__file__).parents[2] / "shared" / "data" / "cases" / "compare.jsonl"


def _cases() -> list[dict[str, Any]]:
    return [json.loads(line) for line in CASES.read_text("utf-8").splitlines()] if CASES.exists() else []


@pytest.mark.skipif(not CASES.exists(), reason="the worked cases lie in ../shared, which is not here")
def test_the_worked_cases_are_all_there():
    assert len(_cases()) >= 46


@pytest.mark.parametrize("is_told", [True, False], ids=["told", "guessed"])
@pytest.mark.parametrize("case", _cases(), ids=lambda case: case["id"])
def test_a_worked_case_gets_its_label_and_its_words(case: dict[str, Any], is_told: bool):
    comparison = compare(case["copy"], case["source"], language=case["language"] if is_told else None)
    found = [
        {"kind": alteration.kind, "source": alteration.source_words, "copy": alteration.copy_words}
        for alteration in comparison.alterations
        if alteration.is_material
    ]
    assert (comparison.label, found) == (case["label"], case["alterations"])
