"""A wire story and its corrected version: never verbatim, the corrected words among the alterations."""

from __future__ import annotations

import pytest

from scraper.model import Comparison
from scraper.trace.compare import compare

STORY = "\n\n".join(
    [
        "Harbour inspectors close three piers",
        "TARSIS (Coast Wire) — Inspectors of the Ports Authority closed three piers in Tarsis on Thursday, March 14, "
        "after 12 vessels failed to pass a check.",
        "Minister Ana Reyes said the closure would last at least 30 days. “We will not take risks with the safety of "
        "our crews,” Reyes told reporters. She added that around 60,000 passengers would be affected.",
        "The Northern League, which represents shipping companies, said the measure was lawful but costly. Its "
        "chairman, Marek Novak, put the losses at $2.5 million a week.",
        "In 2019, a similar closure lasted 45 days and cost the city 4.1 percent of its revenue. The opposition "
        "leader, Leyla Okafor, called on the government to publish the report without delay.",
        "Ferries to Kelmar will run from the old quay until the inspection is complete, the authority said in a "
        "statement.",
    ]
)


def _corrected(before: str, after: str) -> Comparison:
    assert STORY.count(before) == 1
    return compare(STORY.replace(before, after), STORY)


_CORRECTIONS = [
    ("12 vessels", "21 vessels", "12", "21"),
    ("close three piers", "close two piers", "three", "two"),
    ("at least 30 days", "at least 30 weeks", "days", "weeks"),
    ("Leyla Okafor", "Leyla Okaford", "Okafor", "Okaford"),
    ("Leyla Okafor", "Leila Okafor", "Leyla", "Leila"),
    ("Its chairman", "Its president", "chairman", "president"),
    ("Thursday, March 14,", "Friday, March 15,", "Thursday", "Friday"),
    ("In 2019, a", "In 2018, a", "2019", "2018"),
    ("$2.5 million", "€2.5 million", "$2.5 million", "€2.5 million"),
    ("4.1 percent", "4.1 percentage points", "percent", "percentage points"),
    ("$2.5 million a week", "$2.5 million a month", "week", "month"),
    ("Ports Authority", "Harbour Council", "Ports Authority", "Harbour Council"),
    ("failed to pass a check", "passed a check", "failed to pass", "passed"),
    ("around 60,000 passengers", "60,000 passengers", "around", ""),
]


@pytest.mark.parametrize(("before", "after", "lost", "new"), _CORRECTIONS, ids=[row[1] for row in _CORRECTIONS])
def test_a_correction_is_named_by_its_words(before: str, after: str, lost: str, new: str):
    comparison = _corrected(before, after)
    assert comparison.label in ("altered", "edited")
    assert (lost, new) in [(a.source_words, a.copy_words) for a in comparison.alterations]


def test_a_note_of_correction_is_added_text_and_the_figure_an_alteration():
    note = "CORRECTION: A previous version of this story misstated the number of vessels. It was 21, not 12.\n\n"
    comparison = compare(note + STORY.replace("12 vessels", "21 vessels"), STORY)
    assert comparison.label == "altered"
    assert [(a.source_words, a.copy_words) for a in comparison.alterations] == [("12", "21")]
    assert "".join(passage.words for passage in comparison.added).startswith("CORRECTION")


def test_a_sentence_written_anew_is_among_the_alterations():
    comparison = _corrected(
        "In 2019, a similar closure lasted 45 days and cost the city 4.1 percent of its revenue.",
        "No closure of this kind has been ordered before, the city said.",
    )
    assert comparison.label == "altered"
    lost = " ".join(alteration.source_words for alteration in comparison.alterations)
    assert "2019" in lost
    assert "45" in lost


def test_two_figures_that_changed_places_are_two_alterations():
    copy = STORY.replace("at least 30 days", "at least 45 days").replace("lasted 45 days", "lasted 30 days")
    assert [(a.source_words, a.copy_words) for a in compare(copy, STORY).alterations] == [("30", "45"), ("45", "30")]


def test_a_not_that_is_lost_in_a_moved_paragraph_is_found():
    title, lead, minister, *rest = STORY.replace("We will not take", "We will take").split("\n\n")
    comparison = compare("\n\n".join([title, lead, *rest[:1], minister, *rest[1:]]), STORY)
    assert comparison.label == "altered"
    assert [(a.kind, a.source_words) for a in comparison.alterations] == [("negation", "not")]
    assert len(comparison.moved) == 1


def test_naming_the_speaker_before_the_quotation_changes_nothing_said():
    comparison = _corrected(
        "“We will not take risks with the safety of our crews,” Reyes told reporters.",
        "Reyes told reporters: “We will not take risks with the safety of our crews.”",
    )
    assert comparison.label == "edited"
    assert not any(alteration.is_material for alteration in comparison.alterations)


def test_the_last_condition_cut_off_by_a_full_stop_is_an_omission():
    comparison = _corrected(" until the inspection is complete, the authority said in a statement.", ".")
    assert comparison.label == "altered"
    assert [a.kind for a in comparison.alterations] == ["omission"]


def test_the_same_sentence_that_merely_breaks_off_is_not_checked():
    assert compare(STORY[: STORY.index(" until the inspection")], STORY).label == "unchecked"
