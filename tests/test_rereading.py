"""What a version is besides its text: its headline, and all that is declared on the bytes that it was read from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scraper import reading_pool
from scraper.line import Line
from scraper.model import Article, Capture
from scraper.reading_pool import Page
from scraper.store.database import Store
from scraper.store.verification import verify

PARAGRAPHS = (
    "The harbour office of Osmark said on Monday that the last ferry leaves at six until the ice has gone.",
    "Around 3,400 people on the islands were told to buy their flour before the end of the week.",
    "The office will say on Friday whether the mail is sent by air, as it was two winters ago.",
    "Source: North Wire",
)


def page(title: str | None, *, day: int = 4, link: str = "") -> bytes:
    head = f"<title>{title}</title>" if title else ""
    date = f'<meta property="article:published_time" content="2031-05-{day:02d}T09:00:00Z">'
    heading = f"<h1>{title}</h1>" if title else ""
    text = "".join(f"<p>{part}</p>" for part in PARAGRAPHS)
    markup = f"<html lang=en><head>{head}{date}</head><body><article>{heading}{text}</article>{link}</body></html>"
    return markup.encode()


def capture(body: bytes, day: int) -> Capture:
    url = "https://courier.example/news/1"
    headers = (("Content-Type", "text/html; charset=utf-8"),)
    return Capture(requested_url=url, url=url, captured_at=f"2031-05-{day:02d}T12:00:00Z", body=body, headers=headers)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "provenance.db") as store:
        yield store


def take(store: Store, *captures: Capture) -> list[str]:
    return [taken.what for taken in Line(store).take_in(captures)]


def versions(store: Store) -> list[dict[str, Any]]:
    return store.rows("SELECT number, title, published_at, reread_of FROM versions ORDER BY number")


def older_reader(change: Callable[[Article], Article]) -> Callable[[Page], Article]:
    return lambda page: change(reading_pool.read(page))


# --- headlines -------------------------------------------------------------------------------------------------------


def test_a_text_under_a_new_headline_is_a_version(store: Store) -> None:
    assert take(store, capture(page("Ferries stop at six"), 5), capture(page("Islands told to hoard"), 6)) == [
        "new",
        "changed",
    ]
    assert [row["title"] for row in versions(store)] == ["Ferries stop at six", "Islands told to hoard"]
    assert store.value("SELECT count(DISTINCT text_sha256) FROM versions") == 1
    assert store.value("SELECT title FROM documents") == "Islands told to hoard"
    assert [row["reread_of"] for row in versions(store)] == [None, None]
    assert verify(store) == []


def test_a_headline_that_comes_back_is_news_again(store: Store) -> None:
    one, other = page("Ferries stop at six"), page("Islands told to hoard")
    assert take(store, capture(one, 5), capture(other, 6), capture(one, 7), capture(one, 8)) == [
        "new",
        "changed",
        "changed",
        "unchanged",
    ]


def test_a_headline_set_otherwise_or_not_shown_is_no_change(store: Store) -> None:
    set_otherwise = page("FERRIES STOP – at “six”")
    assert take(store, capture(page("Ferries stop at six"), 5), capture(set_otherwise, 6)) == ["new", "unchanged"]
    # Even the reader's guess at a headline is none here: the page has no title, and no heading.
    assert take(store, capture(page(None), 7)) == ["unchanged"]
    assert [row["title"] for row in versions(store)] == ["Ferries stop at six"]


def test_an_older_capture_that_arrives_late_joins_the_version_of_its_headline(store: Store) -> None:
    take(store, capture(page("Islands told to hoard"), 8))
    assert take(store, capture(page("Islands told to hoard", link="<!-- b -->"), 6)) == ["unchanged"]
    assert take(store, capture(page("Ferries stop at six"), 5)) == ["changed"]
    spans = store.rows("SELECT title, first_seen_at, last_seen_at FROM versions ORDER BY first_seen_at")
    assert [tuple(row.values()) for row in spans] == [
        ("Ferries stop at six", "2031-05-05T12:00:00Z", "2031-05-05T12:00:00Z"),
        ("Islands told to hoard", "2031-05-06T12:00:00Z", "2031-05-08T12:00:00Z"),
    ]
    assert store.value("SELECT title FROM documents") == "Islands told to hoard"


# --- a newer reader --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        lambda article: replace(article, title="Ferries stop at six | Courier | News"),
        lambda article: replace(article, published_at=None),
        lambda article: replace(article, citations=()),
        lambda article: replace(article, byline="Read more"),
        lambda article: replace(article, language="no"),
    ],
    ids=["title", "date", "citations", "byline", "language"],
)
def test_what_a_newer_reader_reads_on_the_same_bytes_is_taken_over(
    store: Store, monkeypatch: pytest.MonkeyPatch, change: Callable[[Article], Article]
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("scraper.line.read", older_reader(change))
        take(store, capture(page("Ferries stop at six"), 5))
    assert [taken.what for taken in Line(store).read_again()] == ["reread"]
    first, second = store.rows("SELECT id, title, published_at, byline, language, reread_of FROM versions ORDER BY id")
    assert second["reread_of"] == first["id"]
    assert (second["title"], second["published_at"]) == ("Ferries stop at six", "2031-05-04T09:00:00Z")
    assert (second["byline"], second["language"]) == (None, "en")
    assert store.value("SELECT outlet FROM citations WHERE version_id = ?", (second["id"],)) == "North Wire"
    facts = store.row("SELECT title, published_at FROM documents WHERE state = 'captured'")
    assert facts == {"title": "Ferries stop at six", "published_at": "2031-05-04T09:00:00Z"}
    assert verify(store) == []


def test_reading_again_with_the_same_reader_changes_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("scraper.line.read", older_reader(lambda article: replace(article, published_at=None)))
        # Three answers with the same text: the later ones are dated otherwise, which alone is no version.
        several = [page("Ferries stop at six", day=4), page("Ferries stop at six", day=5)]
        assert take(store, *(capture(body, 6 + n) for n, body in enumerate([*several, several[0]]))) == [
            "new",
            "unchanged",
            "unchanged",
        ]
    again = [taken.what for taken in Line(store).read_again()]
    assert again.count("reread") == 1
    assert set(again) == {"reread", "unchanged"}
    before = versions(store), store.value("SELECT count(*) FROM log")
    assert {taken.what for taken in Line(store).read_again()} == {"unchanged"}
    assert (versions(store), store.value("SELECT count(*) FROM log")) == before
