"""A translation is told apart from another text on the subject, and linked where one page cites the other."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from scraper import compare
from scraper.line import Line
from scraper.linking import link
from scraper.store.database import Store
from scraper.trace.translation import is_translation, likeness, marks
from tests.test_line import MINISTRY, PAPER, WIRE, Declared, capture, page

ENGLISH = [
    "The Ministry of Ferries of Osmark said on 4 May 2031 that 9 boats will not sail before the ice has gone.",
    "Minister Tove Arlen told the islands that around 3,400 people in Lunde and Halden wait for their mail.",
    "The ministry has asked Baltic Breakers for 2 vessels, of which one stays in Lunde until 17 June.",
    "Tickets that were bought before 1 May stay valid, and 85 percent of them have been used since.",
]
GERMAN = [
    "Das Fährministerium von Osmark teilte am 4. Mai 2031 mit, dass 9 Boote nicht auslaufen, bevor das Eis weg ist.",
    "Ministerin Tove Arlen sagte den Inseln, rund 3.400 Menschen in Lunde und Halden warteten auf ihre Post.",
    "Das Ministerium hat Baltic Breakers um 2 Schiffe gebeten, von denen eines bis zum 17. Juni in Lunde bleibt.",
    "Fahrkarten, die vor dem 1. Mai gekauft wurden, gelten weiter; 85 Prozent davon sind seither benutzt worden.",
]
OTHER = [
    "Die Regierung von Osmark hat am Montag über den Haushalt beraten und die Frage vertagt.",
    "Finanzminister Otto Lang nannte Einnahmen von 37 Millionen Kronen, das sind 6 Prozent mehr als 2030.",
    "Der Ausschuss tagt am 21. Juli wieder in Brisk; dann liegen 18 Anträge vor, einer davon aus Lunde.",
]
RUSSIAN = (
    "Министерство паромов сообщило 4 мая 2031 года, что 9 судов не выйдут в море. Министр сказала, что около 3400 "
    "человек ждут почту. Один из 2 ледоколов останется до 17 июня. Билеты, купленные до 1 мая, действительны; 85 "
    "процентов из них использованы."
)


@pytest.mark.parametrize("text", ["\n\n".join(GERMAN), RUSSIAN])
def test_a_translation_is_called_one_from_either_side(text: str) -> None:
    english = "\n\n".join(ENGLISH)
    for answer in (compare(text, english), compare(english, text)):
        assert answer.label == "translated"
        assert "%" not in answer.reason  # shares of words that were not compared would mean nothing


def test_another_text_on_the_same_subject_is_no_translation() -> None:
    answer = compare("\n\n".join(OTHER), "\n\n".join(ENGLISH))
    assert answer.label == "unchecked"
    assert "different languages" in answer.reason


def test_figures_count_by_their_digits_in_any_script_and_names_by_how_they_begin() -> None:
    assert marks("Arlen told 3,400 people on 04.05.") == marks("Arlens sagte ٣٤٠٠ am 4.05.") == ["arle", "3400", "405"]


def test_figures_in_another_order_are_not_told_alike() -> None:
    figures = [str(number) for number in random.Random(5).sample(range(10, 99), 20)]  # noqa: S311 - nothing is secret
    assert likeness(" ".join(figures), " ".join(figures)).share == 1.0
    assert not is_translation(" ".join(figures), " ".join(reversed(figures)))


@pytest.mark.parametrize("text", ["", "no figure at all", "\ud800", "1" * 300_000, "A" * 300_000, "1,000" * 60_000])
def test_texts_without_words_to_go_by_are_no_translations(text: str) -> None:
    assert not is_translation(text, "\n\n".join(ENGLISH))


def test_a_held_page_in_another_language_that_a_page_cites_is_what_it_was_translated_from(tmp_path: Path) -> None:
    source = (
        '<p class="source">Quelle: <a href="https://ferries.osmark.example/statements/9">Ministry of Ferries</a></p>'
    )
    here, there = "https://ferries.osmark.example/statements/9", "https://courier.example/inseln/eis"
    original = page(ENGLISH, "Ferries wait for the ice", "2031-05-04T08:00:00Z")
    copy = page(GERMAN, "Fähren warten auf das Eis", "2031-05-04T12:00:00Z").replace(b"lang=en", b"lang=de")
    copy = copy.replace(b"</article>", source.encode() + b"</article>")
    with Store.open(tmp_path / "provenance.db") as store:
        line = Line(store, {facts.id: Declared(facts) for facts in (MINISTRY, WIRE, PAPER)})
        assert [taken.what for taken in line.take_in([capture(here, original), capture(there, copy)])] == ["new", "new"]
        assert list(link(store))
        rows = store.rows("SELECT copy_url, source_url, verdict, relation FROM copies")
    assert rows == [{"copy_url": there, "source_url": here, "verdict": "translated", "relation": "translation"}]
