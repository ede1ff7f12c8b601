"""Laws of the comparison, and what it says about whole copies."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from scraper.text.align import align
from scraper.text.alterations import differences
from scraper.text.language import lists_of
from scraper.text.stretches import Sides
from scraper.text.words import words_of
from scraper.trace.compare import RULES, compare, compare_words

STATEMENT = "\n\n".join(
    [
        "The Office of Lighthouses of Velmora said on 3 May 2024 that 14 lamps had been repaired along the "
        "northern coast.",
        "Director Marta Lindholm thanked the crews, who had worked for nearly 600 hours without a break, and said that "
        "the harbour at Tarsis would open again in June.",
        "“We never doubted the keepers,” she told the council on Friday. The last lamp, at Cape Sundal, will be lit by "
        "the end of the month if the weather allows it.",
        "The repairs cost 2.4 million crowns, 12 percent less than planned.",
    ]
)

_WORDS = (
    "harbour lamp keeper the of and not will may must all some Velmora Reyes 12 60,000 2.5 % 14 March 2024 Monday "
    "before until council opened closed said that vessel storm quay two million about"
)
_WORD = st.sampled_from(_WORDS.split())
_BREAK = st.sampled_from([" ", " ", " ", " ", ", ", ". ", ".\n\n", " “", "” ", " ‘", "’ ", " - ", "\n", "… "])


def _texts(at_least: int) -> st.SearchStrategy[str]:
    parts = st.lists(st.tuples(_WORD, _BREAK), min_size=at_least, max_size=120)
    return parts.map(lambda words: "".join(word + behind for word, behind in words))


def _edited(text: str, rng: random.Random) -> str:
    """A text with words dropped, doubled, replaced and a stretch moved."""
    parts = re.split(r"(\s+)", text)
    for _ in range(rng.randint(0, 8)):
        at = rng.randrange(len(parts))
        way = rng.randrange(4)
        if way == 0:
            parts[at : at + rng.randint(1, 9)] = []
        elif way == 1:
            parts[at:at] = parts[at : at + rng.randint(1, 9)]
        elif way == 2:
            parts[at] = rng.choice(["quay", "not", "17", "Calder", ". "])
        else:
            stretch = parts[at : at + 40]
            del parts[at : at + 40]
            place = rng.randrange(len(parts) + 1)
            parts[place:place] = stretch
        if not parts:
            return ""
    return "".join(parts)


def _assert_each_word_is_in_one_place(source: str, copy: str) -> None:
    ours, theirs = words_of(source, language="en"), words_of(copy, language="en")
    sides = Sides(ours, theirs, lists_of("en"))
    found = differences(sides, align(theirs, ours))
    in_source = [0] * len(ours)
    in_copy = [0] * len(theirs)
    both = [*found.kept, *found.changed, *found.moved]
    for start, end in [*((part.source, part.source_end) for part in both), *found.left_out]:
        for at in range(start, end):
            in_source[at] += 1
    for start, end in [*((part.copy, part.copy_end) for part in both), *found.added]:
        for at in range(start, end):
            in_copy[at] += 1
    assert in_source == [1] * len(ours)
    assert in_copy == [1] * len(theirs)


@settings(max_examples=150, deadline=None)
@given(_texts(0), st.randoms(use_true_random=False))
def test_every_word_of_both_texts_is_kept_changed_moved_left_out_or_added(text: str, rng: random.Random):
    _assert_each_word_is_in_one_place(text, _edited(text, rng))


@settings(max_examples=60, deadline=None)
@given(_texts(0), _texts(0))
def test_every_word_of_two_unlike_texts_is_in_one_place_too(source: str, copy: str):
    _assert_each_word_is_in_one_place(source, copy)


@settings(max_examples=60, deadline=None)
@given(_texts(60))
def test_a_text_is_a_verbatim_copy_of_itself(text: str):
    assume(len(words_of(text)) >= 40)
    comparison = compare(text, text)
    assert (comparison.label, comparison.coverage, comparison.kept) == ("verbatim", 1.0, 1.0)
    assert comparison.alterations == ()


def test_exchanging_the_sides_exchanges_what_is_left_out_and_what_is_added():
    first, _, *rest = STATEMENT.split("\n\n")
    shorter = "\n\n".join([first, *rest])
    there, back = compare(shorter, STATEMENT), compare(STATEMENT, shorter)
    assert there.left_out == back.added
    assert there.added == back.left_out == ()
    assert (there.label, back.label) == ("abridged", "expanded")


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_no_digit_is_ever_forgiven(data: st.DataObject):
    places = [i for i, char in enumerate(STATEMENT) if char.isdecimal()]
    at = data.draw(st.sampled_from(places))
    digit = data.draw(st.sampled_from([d for d in "0123456789" if d != STATEMENT[at]]))
    copy = STATEMENT[:at] + digit + STATEMENT[at + 1 :]
    dressed = data.draw(st.sampled_from([copy, copy.replace("\n\n", " "), copy.replace(" ", "\n", 9), copy.upper()]))
    comparison = compare(dressed, STATEMENT, language="en")
    assert comparison.label == "altered"
    assert {a.kind for a in comparison.alterations if a.is_material} <= {"number", "date"}


@pytest.mark.parametrize("space", ["\u2028", "\x00", "\ud800", "\u200f", "\r", "\x85"])
def test_hostile_characters_are_compared_like_any_other(space: str):
    assert compare(STATEMENT.replace(" ", f" {space}", 5), STATEMENT).label in ("verbatim", "edited", "altered")


def test_an_agency_lead_and_a_credit_line_make_a_copy_expanded():
    copy = (
        "TARSIS, May 3 (Coast Wire) - The office has published a statement:\n\n" + STATEMENT + "\n\nSource: Coast Wire"
    )
    comparison = compare(copy, STATEMENT)
    assert (comparison.label, comparison.alterations, comparison.kept) == ("expanded", (), 1.0)


def test_a_credit_line_that_the_copy_drops_is_not_missing_text():
    assert compare(STATEMENT, STATEMENT + "\n\nSource: Office of Lighthouses, press service").label == "verbatim"


def test_a_paragraph_in_another_place_is_moved_and_the_copy_edited():
    first, second, third, fourth = STATEMENT.split("\n\n")
    comparison = compare("\n\n".join([first, third, second, fourth]), STATEMENT)
    assert comparison.label == "edited"
    assert comparison.alterations == ()
    assert [STATEMENT[slice(*moved.source_span)] in (second, third) for moved in comparison.moved]


def test_a_copy_that_breaks_off_is_not_called_abridged():
    half = STATEMENT[: STATEMENT.index("The last lamp")].rstrip()
    assert compare(half + " The last lamp, at Cape…", STATEMENT).label == "unchecked"
    assert compare(half + "\n\nSubscribe to read the full story", STATEMENT).label == "unchecked"


def test_a_copy_that_breaks_off_is_still_altered_where_it_is():
    half = STATEMENT[: STATEMENT.index("The last lamp")].rstrip().replace("14 lamps", "41 lamps")
    comparison = compare(half + "…", STATEMENT)
    assert comparison.label == "altered"
    assert any("cut off" in doubt for doubt in comparison.doubts)


def test_a_short_notice_is_not_called_abridged():
    first, *_ = STATEMENT.split("\n\n")
    comparison = compare(first, STATEMENT)
    assert comparison.label == "unchecked"
    assert "fewer than 40" in comparison.doubts[0]


def test_an_ellipsis_inside_a_quotation_does_not_swallow_a_not():
    source = STATEMENT.replace("We never doubted the keepers", "We will not blame the keepers of the lamps")
    comparison = compare(source.replace("will not blame", "will … blame"), source)
    assert comparison.label == "altered"
    assert [(a.kind, a.source_words) for a in comparison.alterations if a.is_material] == [("negation", "not")]


@pytest.mark.parametrize(("copy", "source"), [("", STATEMENT), (STATEMENT, ""), ("…", STATEMENT), ("", "")])
def test_without_words_nothing_is_checked(copy: str, source: str):
    comparison = compare(copy, source)
    assert comparison.label == "unchecked"
    assert comparison.reason.startswith("no words were read")


def test_a_text_in_another_language_is_not_checked():
    german = (
        "Das Amt für Leuchttürme teilte mit, dass die Lampen an der nördlichen Küste wieder brennen und dass der Hafen "
        "im nächsten Monat geöffnet wird, wenn das Wetter es zulässt und die Arbeiten nicht länger dauern als geplant."
    )
    assert compare(german, STATEMENT).label == "unchecked"


def test_a_language_without_lists_is_compared_and_the_answer_says_what_could_not_be_looked_for():
    source = (
        "Biuro latarni morskich podało, że naprawiono 14 lamp na północnym wybrzeżu kraju i że port będzie otwarty. "
        * 2
    )
    comparison = compare(source.replace("14 lamp", "41 lamp", 1), source, language="pl")
    assert comparison.label == "altered"
    assert any("no word lists for pl" in doubt for doubt in comparison.doubts)


def test_the_reason_names_what_was_changed():
    comparison = compare(STATEMENT.replace("14 lamps", "41 lamps"), STATEMENT)
    assert "14 → 41" in comparison.reason
    assert comparison.reason.endswith(".")
    assert "\n" not in comparison.reason


def test_the_words_of_a_row_are_those_at_its_offsets():
    copy = (
        STATEMENT.replace("never doubted", "always doubted")
        .replace("Tarsis", "Calder")
        .replace("12 percent", "21 percent")
    )
    comparison = compare(copy, STATEMENT)
    assert len(comparison.alterations) == 3
    for alteration in comparison.alterations:
        assert STATEMENT[slice(*alteration.source_span)] == alteration.source_words
        assert copy[slice(*alteration.copy_span)] == alteration.copy_words


def test_words_that_are_at_hand_are_compared_alike():
    copy = STATEMENT.replace("14 lamps", "41 lamps")
    prepared = compare_words(words_of(copy, language="en"), words_of(STATEMENT, language="en"), language="en")
    assert prepared == compare(copy, STATEMENT, language="en")
    assert RULES.startswith("compare/")


def test_one_word_a_hundred_thousand_times_is_compared():
    comparison = compare("lamp " * 100_000, "lamp " * 99_000 + "quay", language="en")
    assert comparison.kept > 0.9
