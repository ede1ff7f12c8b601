"""Hostile and broken pages: nothing is raised, nothing hangs, and what comes out can be stored."""

from __future__ import annotations

import gzip
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.hostile import HEADERS, check, mutated
from bench.reading import DATA
from scraper.read.article import read_page
from scraper.read.pdf import BROKEN, ENCRYPTED, SCANNED, read_pdf
from scraper.read.plain import read_text
from scraper.read.tree import MAX_DEPTH, nesting, parse, text_of

WORDS = "The harbour of Lorne was closed on Monday. "


def test_text_below_a_hundred_thousand_tags_is_kept_and_the_tree_stays_shallow():
    markup = "<p>before</p>" + "<div>" * 100_000 + WORDS + "</div>" * 100_000 + "<p>after</p>"
    tree = parse(markup)

    assert nesting(markup) == 100_000
    assert text_of(tree) == f"before {WORDS}after"
    assert max(sum(1 for _ in node.iterancestors()) for node in tree.iter()) <= MAX_DEPTH + 5
    check(read_page(markup, None))


@pytest.mark.parametrize(
    "markup",
    [
        "<p>" + WORDS * 20_000,
        "<p>" + "a" * 1_000_000,
        "<" * 500_000,
        "&" * 500_000,
        "<!--" * 100_000,
        '<p>The statement reads:</p>"' * 5_000,
        "<div>" + "<br>" * 50_000,
        "<time>" + "1." * 100_000,
        "<title>" + "a | " * 50_000,
        "<p " + " ".join(f'a{number}="1"' for number in range(30_000)) + ">" + WORDS,
        '<script type="application/ld+json">' + "[" * 200_000 + "</script><p>" + WORDS * 9,
    ],
    ids=["line", "word", "lt", "amp", "comments", "announcements", "breaks", "dates", "title", "attributes", "json"],
)
def test_a_page_made_to_tire_the_reader_is_read_all_the_same(markup):
    check(read_page(markup, "https://courier.example/a", captured_at="2026-11-24T00:00:00Z"))


@pytest.mark.parametrize(
    "piece", ["*", "_a ", "[", "[a](", "<http://", "#", "- ", "a\n", "\\", "![a](", "1\n\n", "source "]
)
def test_a_text_made_to_tire_the_reader_is_read_all_the_same(piece):
    check(read_text(piece * (200_000 // len(piece))))


def test_characters_that_no_tree_may_hold_cost_nothing_but_themselves():
    loose = "".join(
        f"The pier of Lorne{mark} was closed.<br><br>{WORDS * 8}<br><br>" for mark in ("&#1;", "\x02", "&#65535;")
    )
    article = read_page(f"<html><body><div>{loose}</div></body></html>", None)
    check(article)
    assert "The pier of Lorne was closed." in article.text


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=300), st.sampled_from([None, "https://courier.example/a", "http://[", "x"]))
def test_any_text_is_an_article_of_some_kind(text, url):
    check(read_page(text, url))
    check(read_page(f"<html><body><p>{text}</p>", url))
    check(read_text(text, url=url))


@settings(max_examples=30, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_an_article_of_some_kind(body):
    check(read_page(body, None))
    check(read_page(b"%PDF-1.7\n" + body, None))


@pytest.mark.skipif(not DATA.exists(), reason="the saved pages lie in ../shared, which is not here")
def test_real_pages_cut_up_and_spoilt_are_read_without_a_complaint():
    chance = random.Random(7)  # noqa: S311 - a mess that can be repeated, not a secret
    pages = [gzip.decompress(path.read_bytes()) for path in sorted((DATA / "outlets").glob("*/*.html.gz"))[::25]]
    for _ in range(25):
        check(read_page(mutated(chance.choice(pages), chance), None, content_type=chance.choice(HEADERS)))


# --- PDF -------------------------------------------------------------------------------------------------------


def pdf(*lines: str, protect: str | None = None) -> bytes:
    """A PDF of one page with these lines, written with pypdf's own objects."""
    pypdf = pytest.importorskip("pypdf")
    from io import BytesIO

    from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

    writer = pypdf.PdfWriter()
    sheet = writer.add_blank_page(width=595, height=842)
    font = DictionaryObject(
        {NameObject("/Type"): NameObject("/Font"), NameObject("/Subtype"): NameObject("/Type1"),
         NameObject("/BaseFont"): NameObject("/Helvetica")}
    )  # fmt: skip
    fonts = DictionaryObject({NameObject("/F1"): writer._add_object(font)})
    sheet[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    stream = DecodedStreamObject()
    shown = "\n".join(f"1 0 0 1 50 {800 - 14 * row} Tm ({line}) Tj" for row, line in enumerate(lines))
    stream.set_data(f"BT /F1 11 Tf\n{shown}\nET".encode("latin-1"))
    sheet[NameObject("/Contents")] = writer._add_object(stream)
    if protect:
        writer.encrypt(protect, algorithm="RC4-128")
    made = BytesIO()
    writer.write(made)
    return made.getvalue()


def test_lines_of_a_pdf_are_joined_to_paragraphs():
    article = read_page(
        pdf(
            "Statement on the harbour of Lorne",
            "03.04.2019",
            "The ministry condemns the closing of the harbour of Lorne by the port",
            "authority and asks all parties to return to the table without delay.",
        ),
        "https://mfa.example/statement.pdf",
    )

    assert article.title == "Statement on the harbour of Lorne"
    assert article.published_at == "2019-04-03"
    assert "by the port authority and asks" in article.text
    assert article.reader.startswith("pdf/")


def test_a_pdf_that_can_not_be_read_says_why_in_one_sentence():
    assert read_pdf(b"%PDF-1.7\nnothing of a PDF").doubts == (BROKEN,)
    assert read_pdf(pdf("secret", protect="word")).doubts == (ENCRYPTED,)
    assert read_pdf(pdf()).doubts == (SCANNED,)
