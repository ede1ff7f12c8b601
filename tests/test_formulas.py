"""Words that stand in several stories, last lines that are names, and credit lines beside one another."""

from __future__ import annotations

from itertools import combinations

import pytest

from scraper.trace.compare import compare
from scraper.trace.family import Family, Member, Pair
from scraper.trace.formulas import without_formulas
from scraper.trace.kinship import Sighting, kinship
from scraper.trace.parent import settle
from scraper.trace.signature import signature

OPENING = (
    "Acting under the fourth article of the charter of the river league, and having heard the wardens of every town, "
    "the council of Lower Tarnow orders that the following be done and be made known in all of its harbours at once."
)
SUBJECTS = (
    "Ferries on the northern arm shall carry no timber between dusk and dawn while the two upper locks are rebuilt.",
    "Each miller delivers a tenth of the barley of this autumn to the granary at Old Quay, and is paid in seed.",
    "The bell of the customs tower is silent until its frame has been measured by three sworn carpenters.",
    "Salmon nets wider than a boat are taken up, and their owners bring them to the weighing house by Friday.",
)
CLOSING = (
    "Nothing in this order takes away what the charter grants to any guild, and nobody may sue the league or its "
    "servants because of it. It is carried out as far as the purse of the town allows, and is read aloud three times."
)


def order(subject: str) -> str:
    return f"{OPENING}\n\n{subject}\n\n{CLOSING}"


def family(texts: list[str]) -> Family:
    members = tuple(
        Member(document_id=at, outlet_id=f"outlet-{at}", words=len(text.split()), published_at="2031-05-02")
        for at, text in enumerate(texts, 1)
    )
    pairs = []
    for (one, text), (other, earlier) in combinations(enumerate(texts, 1), 2):
        found = compare(earlier, text, language="en")
        kin = kinship(found, Sighting(outlet_id=f"outlet-{other}"), Sighting(outlet_id=f"outlet-{one}"))
        pairs.append(Pair(copy_id=other, source_id=one, comparison=found, kinship=kin))
    return Family(members=members, pairs=tuple(pairs))


def test_orders_of_four_subjects_that_open_and_close_alike_are_nobodys_copies() -> None:
    long = [order(f"{one} {one.replace('the', 'every')} " + " ".join(one.split()[::-1])) for one in SUBJECTS]
    assert not settle(family(long)).links


def test_a_copy_of_one_of_them_stays_a_copy() -> None:
    texts = [order(one) for one in SUBJECTS]
    found = settle(family([*texts, texts[0]])).links
    assert {(link.copy_id, link.source_id) for link in found if link.rank == 1} >= {(5, 1)}


def test_a_passage_that_stands_in_no_third_story_is_no_formula() -> None:
    two = family([order(SUBJECTS[0]), order(SUBJECTS[1])])
    assert without_formulas(two).pairs == two.pairs


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("(Harbour Courier)", "Harbour Courier"),
        ("With information from Council of Lower Tarnow.", "Council of Lower Tarnow"),
        ("Source: Tarnow Wire", "Tarnow Wire"),
        ("[Harbour Courier]", "Harbour Courier"),
    ],
)
def test_a_last_line_may_be_a_name(line: str, name: str) -> None:
    assert signature(f"The ferries stay in port.\n\n{line}") == name


@pytest.mark.parametrize("ending", ["", "Harbour Courier", "The ferries stay.\n\n", "One.\n\n" + "many words " * 8])
def test_a_long_line_a_lone_line_and_no_line_are_no_names(ending: str) -> None:
    assert signature(ending) is None


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [("Source: Harbour Courier", "Source: Tarnow Wire"), ("(Harbour Courier)", "(Tarnow Wire)")],
)
def test_two_credit_lines_that_name_different_outlets_alter_nothing(ours: str, theirs: str) -> None:
    found = compare(f"{order(SUBJECTS[0])}\n\n{theirs}", f"{order(SUBJECTS[0])}\n\n{ours}", language="en")
    assert not found.alterations
    assert found.label in ("verbatim", "expanded")


def test_a_name_replaced_in_the_last_sentence_is_still_an_alteration() -> None:
    last = "The order was signed by Warden Ilse Varga in the hall of the weighers."
    found = compare(
        f"{order(SUBJECTS[0])}\n\n{last.replace('Ilse Varga', 'Orhal Denniz')}", f"{order(SUBJECTS[0])}\n\n{last}"
    )
    assert found.label == "altered"


def test_a_copy_that_breaks_off_is_still_kin() -> None:
    text = order(" ".join(SUBJECTS))
    found = compare(text[: len(text) * 2 // 3] + " …", text, language="en")
    assert kinship(found, Sighting(outlet_id="wire"), Sighting(outlet_id="league")) == "copy"
