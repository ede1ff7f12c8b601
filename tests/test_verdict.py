"""The table of labels: the first rule that holds decides, and the table can be read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scraper.model import Label
from scraper.trace.verdict import RULES, SHORT, Measures, judge, rules

WHOLE = Measures(
    copy_words=300,
    source_words=300,
    coverage=1.0,
    kept=1.0,
    longest_run=300,
    material=0,
    immaterial=0,
    left_out=0,
    added=0,
    moved=0,
    own_words=300,
)
PART = replace(WHOLE, copy_words=200, kept=0.6, longest_run=150, left_out=120, own_words=180)


@pytest.mark.parametrize(
    ("measures", "label"),
    [
        (WHOLE, "verbatim"),
        (replace(WHOLE, added=30, coverage=0.9), "expanded"),
        (PART, "abridged"),
        (replace(PART, added=40, coverage=0.8), "abridged"),
        (replace(PART, added=600, coverage=0.2, copy_words=800), "excerpt"),
        (replace(PART, is_cut=True), "unchecked"),
        (replace(PART, copy_words=SHORT - 1, longest_run=30), "unchecked"),
        (replace(WHOLE, immaterial=2), "edited"),
        (replace(WHOLE, moved=1), "edited"),
        (replace(PART, moved=1), "abridged"),
        (replace(WHOLE, material=1), "altered"),
        (replace(PART, material=1, immaterial=5, is_cut=True), "altered"),
        (replace(WHOLE, copy_words=0), "unchecked"),
        (replace(WHOLE, source_words=0), "unchecked"),
        (replace(WHOLE, longest_run=0, coverage=0.0, kept=0.0), "unrelated"),
        (replace(WHOLE, longest_run=0, coverage=0.0, kept=0.0, other_language=True), "unchecked"),
        (replace(PART, longest_run=8, coverage=0.03, kept=0.03), "unrelated"),
    ],
)
def test_measures_get_their_label(measures: Measures, label: Label):
    assert judge(measures).label == label


def test_a_form_filled_in_otherwise_is_unrelated_and_a_clean_quotation_an_excerpt():
    quotation = replace(PART, copy_words=200, coverage=0.15, kept=0.1, longest_run=30, own_words=30, added=170)
    assert judge(quotation).label == "excerpt"
    assert judge(replace(quotation, material=3)).label == "unrelated"
    assert judge(replace(quotation, own_words=0)).label == "unrelated"


def test_a_material_difference_outranks_wording_and_wording_outranks_abridgement():
    assert judge(replace(PART, immaterial=1)).label == "edited"
    assert judge(replace(PART, immaterial=1, material=1)).label == "altered"


def test_one_rule_always_holds():
    assert RULES[-1].holds(PART)
    for left_out in (0, 5):
        for added in (0, 5, 500):
            assert judge(replace(WHOLE, left_out=left_out, added=added, coverage=0.4)).label


def test_the_table_can_be_printed():
    printed = rules()
    assert len(printed) == len(RULES)
    assert {label for label, _ in printed} == {
        "verbatim", "expanded", "abridged", "excerpt", "edited", "altered", "translated", "unrelated", "unchecked"
    }  # fmt: skip
    assert all(sentence[0].islower() and not sentence.endswith(".") for _, sentence in printed)
