"""Saved pages of plain text and Markdown: the frame comes off, its facts stay, torn sentences are whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from scraper.read.paragraphs import rejoined
from scraper.read.plain import read_text
from scraper.read.statement import statement_span

SEED = Path(__file__).parents[2] / "shared" / "seed" / "000_4ee700468764bf8b.txt"

SAVED = """

LİMAN ARAŞTIRMALARI
MERKEZİ
CENTRE FOR
HARBOUR STUDIES

---

## **ARVENIAN MFA ISSUES STATEMENT ON THE HARBOUR OF LORNE**

-

03.04.2019

---

Tidewire News Agency (02 April 2019)

The Ministry of Foreign Affairs of Arvenia has issued a statement on the harbour of *Lorne*, Tidewire reports.

The statement reads:

"On April 2, 1993 the harbour of Lorne was closed by the armed forces of a neighbour, and the people who had lived from
it for centuries were told to leave with a view to change

demographic features of the coast.

"Up to 60.000 people lost their homes. We call on all parties to return to the table, and on the harbour
[commission](https://commission.example/) to report."

<https://tidewire.example/harbour/3040168.html?fbclid=IwAR0abc>

---

Kaynak/Source:
"""


def test_the_frame_of_a_saved_page_becomes_facts_and_leaves_the_text():
    article = read_text(SAVED)

    assert article.site_name == "LİMAN ARAŞTIRMALARI MERKEZİ / CENTRE FOR HARBOUR STUDIES"
    assert article.title == "ARVENIAN MFA ISSUES STATEMENT ON THE HARBOUR OF LORNE"
    assert article.published_at == "2019-04-03"
    assert article.language == "en"
    assert article.text.startswith("Tidewire News Agency (02 April 2019)\n\nThe Ministry")
    assert article.text.endswith('commission to report."')
    assert "*" not in article.text


def test_a_sentence_torn_by_a_page_break_is_one_paragraph_again():
    assert "with a view to change demographic features of the coast." in read_text(SAVED).text


def test_the_statement_is_told_apart_from_the_lead_without_its_outer_marks():
    article = read_text(SAVED)
    words = article.text[article.statement.start : article.statement.end]

    assert words.startswith("On April 2, 1993")
    assert words.endswith("commission to report.")


def test_the_link_at_the_foot_is_a_citation_with_its_address_as_met():
    links = [row for row in read_text(SAVED).citations if row.kind == "hyperlink"]

    assert [row.url for row in links] == ["https://tidewire.example/harbour/3040168.html"]
    assert links[0].url_as_met == "https://tidewire.example/harbour/3040168.html?fbclid=IwAR0abc"


@pytest.mark.skipif(not SEED.exists(), reason="the seed page lies in ../shared, which is not here")
def test_the_seed_reads_as_the_page_of_a_think_tank_that_carries_a_statement():
    article = read_text(SEED.read_text("utf-8"))

    assert (article.published_at, article.language) == ("2019-04-03", "en")
    assert article.site_name.endswith("/ CENTER FOR EURASIAN STUDIES")
    assert article.title.startswith("AZERBAIJANI MFA ISSUES")
    assert article.text.startswith("Trend News Agency (02 April 2019)")
    assert "with a view to change demographic features" in article.text
    statement = article.text[article.statement.start : article.statement.end]
    assert statement.startswith("On April 2, 1993")
    assert statement.endswith("international organizations.")
    assert [row.kind for row in article.citations] == ["credit", "attribution", "hyperlink"]


def test_plain_text_without_a_frame_keeps_every_paragraph():
    text = "The harbour was closed on Monday.\n\nNobody was told why, the mayor said.\n\nIt will open again in May."

    assert read_text(text).text == text
    assert read_text(text).title is None
    assert read_text(text).site_name is None


def test_fields_in_front_of_a_page_are_taken_at_their_word():
    fields = "title: Harbour closed\ndate: 3 Nisan 2019\nurl: https://courier.example/a?utm_source=x"
    page = f"---\n{fields}\n---\n\nThe harbour was closed."
    article = read_text(page)

    assert (article.title, article.published_at) == ("Harbour closed", "2019-04-03")
    assert article.canonical_url == "https://courier.example/a"
    assert article.text == "The harbour was closed."


def test_a_date_in_the_future_of_its_capture_is_not_believed():
    page = "# Harbour closed\n\n03.04.2031\n\nThe harbour was closed by order of the port."

    assert read_text(page, captured_at="2019-04-05T00:00:00Z").published_at is None
    assert read_text(page).published_at == "2031-04-03"


def test_headings_and_credit_lines_are_not_taken_for_torn_sentences():
    kept = ["Tidewire News Agency", "the harbour of Lorne was closed for all ships on Monday morning, its master said."]

    assert rejoined(kept) == kept


def test_scripts_without_case_are_joined_only_where_a_long_paragraph_breaks_off():
    torn = [
        "ქალაქის ნავსადგური დაიხურა და ათასობით ადამიანმა დატოვა სახლები იმ ზამთარს, " * 2 + "გემები და",
        "ბაზარიც დაიხურა.",
    ]

    assert len(rejoined(torn)) == 1
    assert len(rejoined(["მოკლე სათაური", "ბაზარიც დაიხურა."])) == 2


BODY = "We condemn the closing of the harbour. " * 5


@pytest.mark.parametrize(
    ("language", "announcement"),
    [
        ("en", "The statement reads as follows:"),
        ("en", "Full text of the statement:"),
        ("tr", "Bakanlıktan yapılan açıklamada şöyle denildi:"),
        ("az", "Nazirliyin bəyanatında deyilir:"),
        ("ru", "В заявлении министерства говорится:"),
        ("uk", "У заяві йдеться:"),
        ("de", "In der Erklärung heißt es:"),
        ("fr", "Le communiqué indique ce qui suit :"),
        ("es", "El comunicado dice lo siguiente:"),
        ("ar", "وجاء في البيان:"),
        ("hy", "Հայտարարության մեջ ասվում է՝ հետևյալը:"),
        (None, "The statement reads:"),
    ],
)
def test_a_statement_is_found_behind_the_words_that_announce_it(language, announcement):
    text = f"A lead of the agency.\n\n{announcement}\n\n{BODY.strip()}"

    span = statement_span(text, language)

    assert text[span.start : span.end] == BODY.strip()


@pytest.mark.parametrize(("opening", "closing"), ['""', "“”", "«»", "„“", "””"])
def test_a_quoted_statement_ends_at_its_closing_mark_and_not_at_the_end_of_the_page(opening, closing):
    quoted = f"{opening}{BODY.strip()}\n\n{opening}{BODY.strip()}{closing}"
    text = f"The statement reads:\n\n{quoted}\n\nThe agency adds that the harbour had 12 quays."

    span = statement_span(text, "en")

    assert text[span.start : span.end] == quoted[1:-1]


def test_a_quotation_inside_the_statement_does_not_end_it():
    inner = f'{BODY}It is called "Lorne".\n\nThe port said "no" twice. {BODY.strip()}'
    text = f'The statement says:\n\n"{inner}"\n\nThat is all.'

    span = statement_span(text, "en")

    assert text[span.start : span.end] == inner


@pytest.mark.parametrize(
    "text", ["", "The mayor said:", 'He said: "No."', "Opening hours:\n\n" + BODY, "The statement was long. " + BODY]
)
def test_no_statement_is_invented(text):
    assert statement_span(text, "en") is None
