"""The word lists: every file has the same shape, says something for every kind, and contradicts itself nowhere."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from scraper.text.language import codes, guess, lists_of
from scraper.text.phrases import Found, Phrases
from scraper.text.quantities import quantities
from scraper.text.words import words_of

CORE = ("ar", "az", "de", "en", "es", "fr", "ru", "tr")
NEWS = Path(__file__).parents[2] / "shared" / "data" / "languages"
_TABLES = {
    "negation": {"words", "opposites", "contraries", "prefixes", "suffixes", "verbs", "softened"},
    "dates": {"months", "weekdays", "order", "capitals", "fillers", "relative", "which"},
    "numbers": {
        "decimal",
        "words",
        "scales",
        "ordinals",
        "fractions",
        "percent",
        "minus",
        "joiners",
        "articles",
        "points",
        "currencies",
        "units",
    },
    "names": {"titles", "places", "before", "common", "articles", "directions"},
    "speech": {"verbs", "roles"},
    "frame": {"credits", "cut"},
}
_GROUPS = (
    "about at_most at_least more_than less_than exactly must should may can will would belief knowledge all most many "
    "some few only alleged endings"
)


def _file(code: str) -> dict[str, Any]:
    return tomllib.loads(files("scraper.text").joinpath("languages", f"{code}.toml").read_text("utf-8"))


def test_the_languages_of_the_start_are_there():
    assert set(CORE) <= set(codes())


@pytest.mark.parametrize("code", codes())
def test_a_file_has_the_shape_that_the_loader_reads(code: str):
    file = _file(code)
    assert set(file) <= {"name", "stop", "conditions", "modality", *_TABLES}
    for table, keys in _TABLES.items():
        assert set(file[table]) <= keys, table
    assert set(file["modality"]) <= set(_GROUPS.split())
    assert file["dates"]["order"] in ("dmy", "mdy", "ymd")
    assert file["numbers"]["decimal"] in (".", ",")
    assert (len(file["dates"]["months"]), len(file["dates"]["weekdays"])) == (12, 7)


@pytest.mark.parametrize("code", codes())
def test_a_language_has_words_for_every_kind_that_needs_them(code: str):
    lists = lists_of(code)
    assert lists.has_lists
    for table in (lists.negation, lists.modality, lists.months, lists.weekdays, lists.scales, lists.percent):
        assert table
    assert len(lists.stop) > 20
    assert lists.number_words


@pytest.mark.parametrize("code", codes())
def test_no_month_or_weekday_is_two_of_them(code: str):
    dates = _file(code)["dates"]
    for forms in (dates["months"], dates["weekdays"]):
        flat = [form for group in forms for form in group]
        assert len(flat) == len(set(flat))


@pytest.mark.parametrize("code", codes())
def test_the_months_of_a_language_are_read_as_dates(code: str):
    lists = lists_of(code)
    for number, forms in enumerate(_file(code)["dates"]["months"], 1):
        form = forms[0].rstrip("*")
        words = words_of(f"5 {form.capitalize() if lists.months_have_capitals else form} 2024", language=code)
        if code == "zh":
            words = words_of(f"2024年{number}月5日", language=code)
        found = quantities(words, lists, 0, len(words))
        assert [q.meanings for q in found] == [(("day 5", f"month {number}", "year 2024"),)], form


@pytest.mark.parametrize("code", codes())
def test_no_word_is_its_own_contrary(code: str):
    for number, (one, other) in enumerate(_file(code)["negation"].get("contraries", ())):
        assert not set(one) & set(other), number


def test_a_language_without_a_file_has_empty_lists():
    lists = lists_of("sw")
    assert not lists.has_lists
    assert lists.negation.touching(["si"], 0, 1) == []


def test_a_region_has_the_lists_of_its_language():
    assert lists_of("pt-BR").name == lists_of("pt").name == "Português"


def test_the_longest_phrase_wins_and_a_star_takes_any_ending():
    phrases = Phrases([(("no",), "a"), (("no", "more", "than"), "b"), (("fail*", "to"), "c")])
    keys = ["no", "more", "than", "ten", "failed", "to"]
    assert phrases.touching(keys, 1, 2) == [Found(0, 3, frozenset("b"))]
    assert phrases.touching(keys, 5, 6) == [Found(4, 6, frozenset("c"))]
    assert phrases.at(keys, 3) is None


@pytest.mark.skipif(not NEWS.exists(), reason="the news in twelve languages lie in ../shared, which is not here")
@pytest.mark.parametrize(
    ("code", "name"),
    {"ar": "arb", "az": "aze-Latn", "de": "deu", "en": "eng", "es": "spa", "fr": "fra", "ru": "rus", "tr": "tur",
     "fa": "fas", "uk": "ukr", "hy": "hye", "ka": "kat"}.items(),
)  # fmt: skip
def test_the_language_of_a_few_sentences_is_told(code: str, name: str):
    lines = (NEWS / f"{name}.txt").read_text("utf-8").splitlines()
    texts = [" ".join(lines[at : at + 6]) for at in range(0, 600, 6)]
    told = [guess(text) for text in texts]
    assert told.count(code) >= 98
