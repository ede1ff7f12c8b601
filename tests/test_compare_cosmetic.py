"""Cosmetic changes in eight languages: the same written otherwise is verbatim, and no row is reported.

They stand in ``data/cosmetic_changes.txt``; the sentences around them are those of the typed edits.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scraper.trace.compare import compare

_DATA = Path(__file__).parent / "data"
_ESCAPE = re.compile(r"\\n|\\t|\\u([0-9a-f]{4})")


def _rows(name: str) -> list[list[str]]:
    lines = (_DATA / name).read_text("utf-8").splitlines()
    return [[part.strip() for part in line.split("|")] for line in lines if not line.startswith("#")]


def _unescaped(match: re.Match[str]) -> str:
    return {"\\n": "\n", "\\t": "\t"}.get(match[0]) or chr(int(match[1], 16))


_AROUND = {row[0]: row[2:] for row in _rows("typed_edits.txt") if row[1] == "around"}
_CHANGES = _rows("cosmetic_changes.txt")


@pytest.mark.parametrize(("code", "source", "copy"), _CHANGES, ids=[f"{row[1]} {row[2]}" for row in _CHANGES])
def test_the_same_written_otherwise_is_verbatim(code: str, source: str, copy: str):
    before, behind = _AROUND[code]
    texts = (" ".join((before, _ESCAPE.sub(_unescaped, sentence), behind)) for sentence in (copy, source))
    comparison = compare(*texts, language=code)
    assert (comparison.label, comparison.alterations) == ("verbatim", ())


@pytest.mark.parametrize(
    ("source", "copy"),
    [
        ("Costs rose to $4 million.", "Costs rose to A$4 million."),
        ("Costs rose to EUR 4 million.", "Costs rose to USD 4 million."),
        ("They moved 12,500 crates.", "They moved 12,50 crates."),
        ("They met at 6 p.m. there.", "They met at 6 am there."),
        ("It was no table matter.", "It was notable matter."),
        ("It fell to −5 degrees.", "It fell to 5 degrees."),
        ("They met on 7 August 2023.", "They met on 07.09.2023."),
        ("It weighs 12 kg in all.", "It weighs 12 km in all."),
    ],
)
def test_what_looks_cosmetic_and_hides_a_value_or_a_no_is_not_forgiven(source: str, copy: str):
    before, behind = _AROUND["en"]
    comparison = compare(f"{before} {copy} {behind}", f"{before} {source} {behind}", language="en")
    assert comparison.label == "altered"


def test_two_lost_spaces_in_a_row_stay_lost_spaces_though_one_of_the_words_says_no():
    source = "The darkness that drives autocracy can never extinguish the flame that lights the souls of free people."
    copy = source.replace("drives autocracy", "drivesautocracy").replace("never extinguish", "neverextinguish")
    before, behind = _AROUND["en"]
    comparison = compare(f"{before} {copy} {behind}", f"{before} {source} {behind}", language="en")
    assert (comparison.label, comparison.alterations) == ("verbatim", ())
