"""Copies told from texts that only share a form of words. All names are invented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.model import Comparison
from scraper.trace import glance
from scraper.trace.compare import compare
from scraper.trace.glance import Glance, is_worth_comparing
from scraper.trace.kinship import RULES, Sighting, Signs, kinship, rule_for, signs

CONDOLENCE = (
    "We have learned with deep sorrow of the loss of {dead} lives in the {event} at {place}, and extend our heartfelt "
    "condolences to the bereaved families, to {person} and to the people of {country}. We wish the injured a speedy "
    "recovery and stand ready to give whatever help is asked of us in these difficult days."
)
FIRE = CONDOLENCE.format(
    dead=14, event="factory fire", place="Port Amsel", person="President Orhal Denniz", country="Kesmira"
)
CRASH = CONDOLENCE.format(
    dead=61, event="railway accident", place="Lower Tarnow", person="Prime Minister Ilse Varga", country="Obernia"
)
PRICES = (
    "The weekly notice of the fuel office gives the average price of diesel as {0} crowns and that of petrol as {1} "
    "crowns a barrel. Heating oil stands at {2} crowns and marine gas oil at {3} crowns, taxes and harbour dues "
    "included. The next notice will be published on the first working day of the coming week."
)
REPORT = (
    "The Ministry of Harvest has today published its yearly report on the state of the river fields. In {0} the fields "
    "gave {1} tonnes of barley and {2} tonnes of rye, and {3} families took part in the work. The minister thanked "
    "the farmers of the delta for their patience with the new gauges, and announced that the seed banks will stay open "
    "through the winter. A full table of the harvest is laid out in every town hall, where it may be read by anyone."
)
REPORT_OF_1998 = REPORT.format(1998, "41,200", "8,310", "2,045")
REPORT_OF_1999 = REPORT.format(1999, "43,750", "7,990", "2,112")
HARVEST = Sighting(outlet_id="harvest_ministry", at="1998-10-02")
NEXT_HARVEST = Sighting(outlet_id="harvest_ministry", at="1999-10-01")
COURIER = Sighting(outlet_id="harbour_courier", at="1998-10-02T15:00:00Z")


def test_condolences_on_two_events_are_a_template_even_between_outlets() -> None:
    one, other = Sighting(outlet_id="kesmira", at="2021-03-02"), Sighting(outlet_id="obernia", at="2021-08-19")
    assert kinship(compare(CRASH, FIRE), other, one) == "template"


def test_condolences_without_a_date_are_a_template_too() -> None:
    assert kinship(compare(CRASH, FIRE), Sighting(outlet_id="kesmira"), Sighting(outlet_id="obernia")) == "template"


def test_this_weeks_prices_are_no_copy_of_last_weeks() -> None:
    comparison = compare(PRICES.format(412, 388, 530, 371), PRICES.format(405, 391, 512, 366))
    old, new = Sighting(outlet_id="fuel_office", at="2020-05-04"), Sighting(outlet_id="fuel_office", at="2020-05-11")
    assert kinship(comparison, new, old) == "template"


def test_last_years_text_with_this_years_figures_by_the_same_issuer_is_a_reissue() -> None:
    comparison = compare(REPORT_OF_1999, REPORT_OF_1998)
    assert kinship(comparison, NEXT_HARVEST, HARVEST) == "reissue"
    assert {row.kind for row in comparison.alterations} & {"number", "date"}


def test_last_years_text_unchanged_by_the_same_issuer_is_a_reissue() -> None:
    assert kinship(compare(REPORT_OF_1998, REPORT_OF_1998), NEXT_HARVEST, HARVEST) == "reissue"


def test_a_copy_by_another_outlet_is_a_copy() -> None:
    assert kinship(compare(REPORT_OF_1998, REPORT_OF_1998), COURIER, HARVEST) == "copy"


def test_a_copy_with_one_falsified_figure_is_still_a_copy() -> None:
    falsified = REPORT_OF_1998.replace("2,045", "4,205")
    assert kinship(compare(falsified, REPORT_OF_1998), COURIER, HARVEST) == "copy"


def test_a_copy_of_this_year_is_no_copy_of_last_years_text() -> None:
    late = Sighting(outlet_id="harbour_courier", at="1999-10-01T12:00:00Z")
    assert kinship(compare(REPORT_OF_1999, REPORT_OF_1998), late, HARVEST) == "template"


def test_a_sentence_quoted_the_same_day_is_a_copy() -> None:
    quoting = (
        "Prices at the grain exchange hardly moved on Friday. Traders had feared an early frost. The minister thanked "
        "the farmers of the delta for their patience with the new gauges, and announced that the seed banks will stay "
        "open through the winter. Nobody at the exchange wished to say what that means for rye."
    )
    assert kinship(compare(quoting, REPORT_OF_1998), COURIER, HARVEST) == "copy"


def test_what_one_outlet_says_about_itself_in_every_text_makes_no_copy() -> None:
    about = " The Harbour Courier has been printed at the old quay since 1871 and belongs to its two hundred readers."
    first = "A whale was seen off the northern pier on Monday morning by three fishermen and a priest." + about
    second = "The town band will play at the spring fair though half of its drums were lost in the flood." + about
    monday, friday = (Sighting(outlet_id="harbour_courier", at=f"2001-05-0{day}") for day in (7, 9))
    assert kinship(compare(second, first), friday, monday) in ("template", "unrelated")


def test_a_text_put_right_the_same_day_under_the_same_title_is_a_copy_of_the_first() -> None:
    first = Sighting(outlet_id="harvest_ministry", at="1998-10-02T08:00:00Z", title="On the harvest")
    second = Sighting(outlet_id="harvest_ministry", at="1998-10-02T11:00:00Z", title="On the harvest")
    corrected = REPORT_OF_1998.replace("41,200", "41,900").replace("8,310", "8,130")
    assert kinship(compare(corrected, REPORT_OF_1998), second, first) == "copy"


def test_shared_words_that_are_stock_phrases_make_a_template() -> None:
    assert kinship(compare(REPORT_OF_1998, REPORT_OF_1998), COURIER, HARVEST, stock=0.95) == "template"


@pytest.mark.parametrize(
    ("label", "kin"), [("unrelated", "unrelated"), ("unchecked", "unrelated"), ("translated", "translation")]
)
def test_what_the_comparison_says_of_language_and_relation_stands(label: str, kin: str) -> None:
    comparison = Comparison(label=label, coverage=0.0, kept=0.0)  # type: ignore[arg-type]
    assert kinship(comparison, COURIER, HARVEST) == kin


def test_every_rule_says_why_and_the_last_one_always_holds() -> None:
    nothing = signs(Comparison(label="verbatim", coverage=1.0, kept=1.0), COURIER, HARVEST)
    assert all(rule.why for rule in RULES)
    assert rule_for(nothing) is RULES[-1]


SHARES = st.floats(0, 1)


@given(
    words=st.integers(5, 2000),
    share=SHARES,
    stock=SHARES,
    is_same_outlet=st.booleans(),
    days=st.none() | st.floats(0, 400),
    facts=st.integers(0, 40),
)
def test_what_a_glance_rules_out_is_no_copy_even_if_the_comparison_finds_nearly_twice_as_much(
    words: int, share: float, stock: float, is_same_outlet: bool, days: float | None, facts: int
) -> None:
    seen = Glance(words=words, share=share, stock=stock, is_same_outlet=is_same_outlet, days=days)
    if is_worth_comparing(seen):
        return
    found = Signs(
        label="altered",
        is_same_outlet=is_same_outlet,
        is_same_title=True,
        days=days,
        share=min(1.0, 1.9 * share),
        facts=facts,
        names=facts,
        density=100 * facts / words,
        stock=stock,
        words=1.2 * words,
    )
    assert rule_for(found).kinship == "template"


@pytest.mark.parametrize(
    "seen",
    [
        Glance(words=14, share=0.6, stock=0.0, is_same_outlet=False, days=None),
        Glance(words=40, share=0.12, stock=0.3, is_same_outlet=False, days=0.5),
        Glance(words=25, share=0.05, stock=0.0, is_same_outlet=False, days=None),
        Glance(words=300, share=0.9, stock=0.2, is_same_outlet=True, days=365.0),
    ],
    ids=["a short text", "a sentence quoted the same day", "a sentence in an undated page", "last year's statement"],
)
def test_what_may_be_taken_from_another_text_is_compared_with_it(seen: Glance) -> None:
    assert is_worth_comparing(seen)


def test_every_rule_of_a_glance_says_why_and_rules_something_out_that_no_other_does() -> None:
    plain = Glance(words=500, share=0.24, stock=0.0, is_same_outlet=False, days=0.0)
    cases = {
        "stock phrases": plain._replace(share=0.9, stock=0.8),
        "a line in common": plain._replace(words=19, share=0.1),
        "little of either, days apart": plain._replace(share=0.19, days=4.0),
        "a part of either, a week apart": plain._replace(days=8.0),
        "one outlet's standing passages": plain._replace(is_same_outlet=True),
    }
    holding = {why: [rule.why for rule in glance.RULES if rule.holds(seen)] for why, seen in cases.items()}
    assert holding == {rule.why: [rule.why] for rule in glance.RULES}
