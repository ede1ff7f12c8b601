"""Stories of a news wire and their published corrections: what was corrected is always among the alterations.

The story and all names are invented; the corrections are of the kinds that wires publish.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from scraper.trace.compare import compare

_STORY = (Path(__file__).parent / "data" / "wire_story.txt").read_text("utf-8").strip()
# What stood there, what stands there now, the words that differ on either side, and how the wire says so.
_CORRECTIONS = [
    ("Marta Lindqvist", "Marta Lindquist", "Lindqvist", "Lindquist", "corrects spelling of union chairwoman's name"),
    ("Lindqvist", "Lindkvist", "Lindqvist", "Lindkvist", "corrects spelling of name throughout"),
    ("Paul Achterberg", "Pieter Achterberg", "Paul", "Pieter", "corrects first name of operations director"),
    ("chairwoman Marta Lindqvist, 54,", "chairwoman Marta Lindqvist, 45,", "54", "45", "corrects age"),
    ("operations director Paul", "finance director Paul", "operations", "finance", "corrects title of Achterberg"),
    ("late on Monday", "late on Tuesday", "Monday", "Tuesday", "corrects day to Tuesday"),
    ("$310 million", "$310 billion", "million", "billion", "corrects to billion from million"),
    ("$310 million", "€310 million", "$310", "€310", "corrects currency to euros"),
    ("$310 million", "310 million crowns", "$310", "310 million crowns", "corrects currency"),
    ("4.5 percent", "5.4 percent", "4.5", "5.4", "corrects figure in first paragraph"),
    ("by 4.5 percent", "by 4.5 percentage points", "percent", "percentage points", "corrects to points"),
    ("about 8,600", "about 6,800", "8,600", "6,800", "corrects number of workers"),
    ("four northern districts", "four southern districts", "northern", "southern", "corrects region"),
    ("four northern districts", "five northern districts", "four", "five", "corrects number of districts"),
    ("will cost the company", "will save the company", "cost", "save", "corrects to save, not cost"),
    ("had not been part of", "had been part of", "not", "", "removes the word not"),
    ("would remain unchanged", "would not remain unchanged", "", "not", "adds dropped word 'not'"),
    ("until the end of next year", "until the end of this year", "next", "this", "corrects time element"),
    ("2017 safety law", "2007 safety law", "2017", "2007", "corrects year of law"),
    ("begin in September", "begin in October", "September", "October", "corrects month"),
    ("closed up 2.3 percent", "closed down 2.3 percent", "up", "down", "corrects to show shares fell"),
    ("18.75 crowns", "18.57 crowns", "18.75", "18.57", "corrects closing price"),
    ("Harrow & Stiles", "Harlow & Stiles", "Harrow", "Harlow", "corrects name of firm"),
    (
        "The company lost 6 million crowns a day",
        "The company lost 6 million crowns a week",
        "day",
        "week",
        "corrects time frame",
    ),
    ("41 million passengers", "4.1 million passengers", "41", "4.1", "corrects decimal"),
    (
        "longest since 1994, when signal workers stayed out for 19 days",
        "longest since 1994, when track workers stayed out for 19 days",
        "signal",
        "track",
        "corrects which workers",
    ),
    ("Two people were injured", "Two people were killed", "injured", "killed", "corrects that two people died"),
    ("near the depot at Elmsford", "near the depot at Elmshorn", "Elmsford", "Elmshorn", "corrects place"),
    (
        "according to analysts at Harrow & Stiles",
        "according to the company",
        "analysts at Harrow & Stiles",
        "the company",
        "corrects attribution",
    ),
    (
        "nobody will go home with less than before",
        "nobody will go home with less than we have now",
        "before",
        "we have now",
        "corrects quote",
    ),
    (
        '"We did not get everything we asked for, but',
        '"We did not get everything we hoped for, but',
        "asked",
        "hoped",
        "corrects word in quote",
    ),
    (
        "Lindqvist told reporters outside",
        "Achterberg told reporters outside",
        "Lindqvist",
        "Achterberg",
        "corrects attribution of quotation to company",
    ),
    (
        "Transport Minister Ilse Brandvold",
        "Interior Minister Ilse Brandvold",
        "Transport",
        "Interior",
        "corrects title of minister",
    ),
    ("11:40 p.m.", "11:40 a.m.", "p.m", "a.m", "corrects time"),
    ("last Thursday, police said", "last Friday, police said", "Thursday", "Friday", "corrects day of scuffle"),
    ("Norvik Rail agreed", "Norvik Freight agreed", "Rail", "Freight", "corrects name of company"),
    ("Hotel Meridian in Tarsis", "Hotel Meridian in Ostrel", "Tarsis", "Ostrel", "corrects city"),
    ("over three years", "over 13 years", "three", "13", "corrects period"),
    (
        "said the government had not been",
        "said the company had not been",
        "government",
        "company",
        "corrects who was not part",
    ),
    ("would begin in September", "could begin in September", "would", "could", "clarifies that review is not certain"),
]
_ONLY_WORDING = {"finance", "track", "the company", "company"}
"""Corrections that no rule can tell from a change of style; they are named all the same."""


def _versions(old: str, new: str, note: str) -> dict[str, str]:
    story = _STORY.replace(old, new)
    return {
        "the corrected story alone": story,
        "marked in front and told behind": f"CORRECTED-{story}\n\n(This version of the story {note}.)",
        "told in front": f"CORRECTION: An earlier version of this story was wrong. It {note}.\n\n{story}",
        "told in brackets, with editors": f"(Paragraph 2 {note})\n\n{story}\n\nEditing by Ada Quill",
    }


def _folded(words: str) -> str:
    return " ".join(words.lower().split()).strip(" .,;:!?\"'“”‘’«»„")


@pytest.mark.parametrize(("old", "new", "before", "after", "note"), _CORRECTIONS, ids=[row[4] for row in _CORRECTIONS])
def test_a_correction_is_never_verbatim_and_its_words_are_named(old: str, new: str, before: str, after: str, note: str):
    for form, version in _versions(old, new, note).items():
        for copy, source, was, became in ((version, _STORY, before, after), (_STORY, version, after, before)):
            comparison = compare(copy, source, language="en")
            rows = [
                row
                for row in comparison.alterations
                if _folded(was) in _folded(row.source_words) and _folded(became) in _folded(row.copy_words)
            ]
            assert comparison.label != "verbatim", form
            assert rows, (form, comparison.alterations)
            assert after in _ONLY_WORDING or any(row.is_material for row in rows), (form, rows)


def test_a_line_that_tells_of_a_correction_is_added_and_alters_nothing():
    copy = f"{_STORY}\n\n(This version of the story corrects the day in paragraph 1.)"
    comparison = compare(copy, _STORY, language="en")
    assert (comparison.label, comparison.alterations) == ("expanded", ())
