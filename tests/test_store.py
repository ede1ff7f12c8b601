"""Captures and articles go in: whole rows, and writing twice is writing once."""

from __future__ import annotations

import hashlib
import json
import zlib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scraper.model import Article, Citation, Issue, Key, OutletFacts, Redirect, Span
from scraper.read.urls import url_key
from scraper.store.addresses import document_at, other_forms
from scraper.store.captures import body, cited_document, note_unread, settle_canonical, write_capture
from scraper.store.database import Store, StoreError
from scraper.store.documents import find_document, newest_version, version_then, versions
from scraper.store.outlets import know, name_key, outlet, outlet_at, outlet_facts, outlet_for, outlet_named
from scraper.store.runs import finish_run, note_issue, start_run
from scraper.store.versions import in_force, resolve_citation, seen_again, write_article
from tests.stores import AGENCY, COURIER, MINISTRY, PAGE, capture, clock, document_of, path, read, seen, store

TABLES = ("outlets", "documents", "addresses", "captures", "bodies", "versions", "citations", "log")


def everything(store: Store) -> dict[str, list[dict[str, object]]]:
    return {table: store.rows(f"SELECT * FROM {table} ORDER BY 1") for table in TABLES}  # noqa: S608


def test_a_capture_is_written_as_whole_rows(store: Store) -> None:
    content = b"<p>The pier opens in May.</p>"
    one = capture(
        "https://courier.example/news/7?utm_source=letter",
        content,
        requested_url="http://courier.example/go/7",
        redirects=(Redirect(status=301, url="http://courier.example/go/7"),),
        headers=(("Content-Type", "text/html"), ("X-Twice", "a"), ("X-Twice", "b")),
        peer="192.0.2.7",
    )
    run_id = start_run(store, "provenance crawl", "provenance-tracker 0.1.0")
    written = write_capture(store, one, key=url_key(one.url), outlet=COURIER, run_id=run_id)
    sha256 = hashlib.sha256(content).hexdigest()
    assert written == (1, 1, True, True)
    assert store.rows("SELECT * FROM captures") == [
        {
            "id": 1,
            "document_id": 1,
            "version_id": None,
            "run_id": run_id,
            "requested_url": "http://courier.example/go/7",
            "url": "https://courier.example/news/7?utm_source=letter",
            "redirects": '[[301, "http://courier.example/go/7"]]',
            "status": 200,
            "headers": '[["Content-Type", "text/html"], ["X-Twice", "a"], ["X-Twice", "b"]]',
            "body_sha256": sha256,
            "peer": "192.0.2.7",
            "how": "crawl",
            "note": None,
            "unread": None,
            "captured_at": "2026-01-02T03:04:05Z",
        }
    ]
    assert store.rows("SELECT * FROM documents") == [
        {
            "id": 1,
            "outlet_id": "harbour_courier",
            "url": PAGE,
            "state": "captured",
            "title": None,
            "published_at": None,
            "presumed_by": None,
            "resolved_to": None,
            "moved_to": None,
            "gone_at": None,
            "first_seen_at": "2026-01-02T03:04:05Z",
            "last_seen_at": "2026-01-02T03:04:05Z",
        }
    ]
    assert [(row["url"], row["how"], row["key"]) for row in store.rows("SELECT * FROM addresses ORDER BY id")] == [
        ("https://courier.example/news/7?utm_source=letter", "final", PAGE),
        ("http://courier.example/go/7", "requested", "http://courier.example/go/7"),
        ("http://courier.example/go/7", "redirect", "http://courier.example/go/7"),
    ]
    removed = json.loads(store.value("SELECT removed FROM addresses WHERE how = 'final'"))
    assert [(name, value) for name, _, value in removed] == [("utm_source", "letter")]
    [row] = store.rows("SELECT * FROM bodies")
    assert (row["sha256"], row["size"], zlib.decompress(row["content"])) == (sha256, len(content), content)
    assert body(store, sha256) == content


def test_an_article_is_written_as_whole_rows_with_its_citations(store: Store) -> None:
    know(store, [AGENCY, MINISTRY])
    as_met = "https://en.wire.example/1?fbclid=abc"
    article = Article(
        title="Liman açılıyor",
        text="Kuzey Teli reports: “The pier opens.”",
        byline="A. Reporter",
        published_at="2026-01-02",
        modified_at="2026-01-03T10:00:00Z",
        language="en",
        statement=Span(21, 37),
        doubts=("The date is a crawl date.",),
        reader="general/1",
        citations=(
            Citation(
                kind="hyperlink",
                words="Kaynak",
                span=Span(0, 6),
                outlet="kuzey telı",
                issuer="the Ministry of Harbours",
                date="2 January",
                url="https://en.wire.example/1",
                url_as_met=as_met,
            ),
        ),
    )
    written = write_article(store, seen(store).capture_id, article, words=6)
    assert written == (1, 1, True)
    assert store.rows("SELECT * FROM versions") == [
        {
            "id": 1,
            "document_id": 1,
            "number": 1,
            "title": "Liman açılıyor",
            "byline": "A. Reporter",
            "published_at": "2026-01-02",
            "modified_at": "2026-01-03T10:00:00Z",
            "language": "en",
            "text": article.text,
            "statement_start": 21,
            "statement_end": 37,
            "text_sha256": hashlib.sha256(article.text.encode()).hexdigest(),
            "words": 6,
            "doubts": '["The date is a crawl date."]',
            "reader": "general/1",
            "reread_of": None,
            "first_seen_at": "2026-01-02T03:04:05Z",
            "last_seen_at": "2026-01-02T03:04:05Z",
        }
    ]
    assert store.rows("SELECT * FROM citations") == [
        {
            "id": 1,
            "version_id": 1,
            "position": 1,
            "kind": "hyperlink",
            "words": "Kaynak",
            "start": 0,
            "end": 6,
            "outlet": "kuzey telı",
            "issuer": "the Ministry of Harbours",
            "date": "2 January",
            "url": "https://en.wire.example/1",
            "url_as_met": as_met,
            "outlet_id": "north_wire",
            "issuer_id": "harbour_ministry",
            "document_id": 2,
        }
    ]
    cited = find_document(store, as_met)
    assert cited is not None
    assert (cited.url, cited.state, cited.outlet) == ("https://en.wire.example/1", "cited", "North Wire")
    assert store.row("SELECT url, how FROM addresses WHERE document_id = 2") == {"url": as_met, "how": "cited"}
    here = find_document(store, 1)
    assert here is not None
    assert (here.title, here.published_at) == ("Liman açılıyor", "2026-01-02")


def test_writing_the_same_page_twice_is_writing_it_once(store: Store) -> None:
    read(store, "The pier opens in May.")
    before = everything(store)
    again = read(store, "The pier opens in May.")
    assert not again.is_new
    assert everything(store) == before


def test_a_page_seen_again_unchanged_adds_a_capture_but_no_version_and_no_body(store: Store) -> None:
    read(store, "The pier opens in May.", at="2026-01-02T00:00:00Z")
    again = read(store, "The pier opens in May.", at="2026-01-05T00:00:00Z")
    assert again == (1, 1, False)
    assert store.value("SELECT count(*) FROM captures") == 2
    assert store.value("SELECT count(*) FROM bodies") == 1
    assert store.row("SELECT first_seen_at, last_seen_at FROM versions") == {
        "first_seen_at": "2026-01-02T00:00:00Z",
        "last_seen_at": "2026-01-05T00:00:00Z",
    }
    assert store.value("SELECT last_seen_at FROM documents") == "2026-01-05T00:00:00Z"


def test_a_revert_is_news_so_that_a_b_a_are_three_versions(store: Store) -> None:
    numbers = [read(store, text, at=f"2026-01-0{day}T00:00:00Z").number for day, text in enumerate("ABA", 1)]
    assert numbers == [1, 2, 3]
    assert [version.text for version in versions(store, 1)] == ["A", "B", "A"]


def test_an_older_capture_that_arrives_late_is_put_in_its_place(store: Store) -> None:
    read(store, "new", at="2026-01-05T00:00:00Z")
    read(store, "old", at="2026-01-01T00:00:00Z")
    read(store, "new", at="2026-01-03T00:00:00Z")
    assert [(one.text, one.number, one.first_seen_at) for one in versions(store, 1)] == [
        ("old", 2, "2026-01-01T00:00:00Z"),
        ("new", 1, "2026-01-03T00:00:00Z"),
    ]
    newest = newest_version(store, 1)
    assert newest is not None
    assert newest.text == "new"
    then = version_then(store, 1, "2026-01-02T00:00:00Z")
    before = version_then(store, 1, "2020-01-01T00:00:00Z")
    assert then is not None
    assert before is not None
    assert (then.text, before.text) == ("old", "old")
    assert in_force(store, 1, "2020-01-01T00:00:00Z") is None


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from("ABC"), st.integers(1, 28)), min_size=1, max_size=8))
def test_importing_anything_twice_adds_nothing_the_second_time(tmp_path: Path, pages: list[tuple[str, int]]) -> None:
    file = tmp_path / f"{abs(hash(tuple(pages)))}.db"
    file.unlink(missing_ok=True)
    with Store.open(file) as store:
        for text, day in pages:
            read(store, text, at=f"2026-01-{day:02}T00:00:00Z")
        before = everything(store)
        for text, day in pages:
            one = seen(store, body=f"<p>{text}</p>".encode(), at=f"2026-01-{day:02}T00:00:00Z")
            assert not one.is_new_capture
        assert everything(store) == before
    file.unlink()


def test_a_file_without_a_time_of_its_own_is_the_same_whenever_it_is_imported(store: Store) -> None:
    first = seen(store, at="2026-01-01T00:00:00Z", status=0, how="import")
    again = seen(store, at="2026-02-01T00:00:00Z", status=0, how="import")
    assert again == (first.capture_id, first.document_id, False, False)
    assert store.value("SELECT count(*) FROM captures") == 1


def test_unchanged_bytes_and_a_304_need_no_reading(store: Store) -> None:
    first = read(store, "A", at="2026-01-01T00:00:00Z")
    same = seen(store, body=b"<p>A</p>", at="2026-01-02T00:00:00Z")
    unmodified = seen(store, body=None, status=304, at="2026-01-03T00:00:00Z")
    other = seen(store, body=b"<p>B</p>", at="2026-01-04T00:00:00Z")
    assert seen_again(store, same.capture_id) == (first.version_id, 1, False)
    assert seen_again(store, unmodified.capture_id) == (first.version_id, 1, False)
    assert seen_again(store, other.capture_id) is None
    assert store.value("SELECT last_seen_at FROM versions") == "2026-01-03T00:00:00Z"


def test_another_reading_of_the_same_bytes_is_marked_as_ours_not_the_pages(store: Store) -> None:
    first = read(store, "A", at="2026-01-01T00:00:00Z")
    edited = read(store, "B", at="2026-01-02T00:00:00Z")
    capture_id = store.value("SELECT id FROM captures WHERE version_id = ?", (edited.version_id,))
    reread = write_article(store, capture_id, Article(text="B, better read", reader="general/2"), words=3)
    assert reread.is_new
    rows = store.rows("SELECT id, reread_of FROM versions ORDER BY id")
    assert [(row["id"], row["reread_of"]) for row in rows] == [
        (first.version_id, None),
        (edited.version_id, None),
        (reread.version_id, edited.version_id),
    ]
    assert store.value("SELECT version_id FROM captures WHERE id = ?", (capture_id,)) == reread.version_id


def test_a_page_that_is_gone_says_since_when_and_keeps_its_versions(store: Store) -> None:
    read(store, "A", at="2026-01-01T00:00:00Z")
    seen(store, body=b"gone", status=404, at="2026-01-02T00:00:00Z")
    seen(store, body=b"gone", status=410, at="2026-01-04T00:00:00Z")
    assert store.row("SELECT state, gone_at FROM documents") == {
        "state": "captured",
        "gone_at": "2026-01-02T00:00:00Z",
    }
    assert store.value("SELECT count(*) FROM versions") == 1
    read(store, "A", at="2026-01-05T00:00:00Z")
    assert store.value("SELECT gone_at FROM documents") is None


def test_a_page_that_was_never_there_is_no_captured_document(store: Store) -> None:
    seen(store, status=404)
    assert store.row("SELECT state, gone_at FROM documents") == {"state": "cited", "gone_at": "2026-01-02T03:04:05Z"}


def test_a_cited_document_that_arrives_becomes_captured(store: Store) -> None:
    cited = cited_document(store, Key(url=PAGE), COURIER)
    assert seen(store) == (1, cited, False, True)
    assert store.value("SELECT state FROM documents") == "captured"
    assert cited_document(store, Key(url=PAGE), COURIER) == cited


def test_a_document_whose_address_redirects_for_good_has_moved(store: Store) -> None:
    old = document_of(store, read(store, "A"))
    new = "https://courier.example/2026/pier"
    hop = Redirect(status=301, url=PAGE)
    moved = seen(store, capture(new, requested_url=PAGE, redirects=(hop,), at="2026-02-01T00:00:00Z"))
    assert moved.document_id != old
    assert store.value("SELECT moved_to FROM documents WHERE id = ?", (old,)) == moved.document_id


CITATION = Citation(kind="hyperlink", words="Source", url=PAGE)


@pytest.mark.parametrize(
    "address",
    ["http://courier.example/news/7", "https://www.courier.example/news/7/", "https://t.example/x7"],
)
@pytest.mark.parametrize("cited_first", [True, False])
def test_a_pointer_to_another_form_of_an_address_leads_to_the_one_document(
    store: Store, address: str, cited_first: bool
) -> None:
    citing = {"url": "https://wire.example/1", "outlet": AGENCY, "citations": (replace(CITATION, url=address),)}
    asked = address if address.startswith("https://t.") else PAGE
    hops = (Redirect(status=302, url=asked),) if asked != PAGE else ()
    if cited_first:
        read(store, "Copy", **citing)
    page = seen(store, capture(PAGE, requested_url=asked, redirects=hops))
    if not cited_first:
        read(store, "Copy", **citing)
    assert store.value("SELECT document_id FROM citations") == page.document_id
    found = find_document(store, address)
    assert found is not None
    assert (found.id, found.url, found.state) == (page.document_id, PAGE, "captured")
    assert store.value("SELECT count(*) FROM documents WHERE state = 'captured'") == 2


def test_a_page_that_was_taken_for_another_and_answers_itself_is_its_own(store: Store) -> None:
    other = "http://courier.example/news/7"
    cited = cited_document(store, Key(url=other), COURIER)
    main = seen(store)
    assert store.value("SELECT moved_to FROM documents WHERE id = ?", (cited,)) == main.document_id
    assert seen(store, url=other).document_id == cited
    assert store.value("SELECT moved_to FROM documents WHERE id = ?", (cited,)) is None


@given(st.text(alphabet="htps:/w.a?x", max_size=24))
def test_other_forms_never_name_the_address_itself(text: str) -> None:
    for url in (text, f"https://{text}", f"http://www.{text}"):
        assert url not in other_forms(url)


def test_two_addresses_of_one_page_become_one_document_by_its_canonical_link(store: Store) -> None:
    main = document_of(store, read(store, "A"))
    printed = seen(store, url="https://courier.example/print/7", at="2026-01-03T00:00:00Z")
    assert settle_canonical(store, printed.document_id, url_key(PAGE)) == main
    assert store.value("SELECT count(*) FROM documents") == 1
    assert document_at(store, "https://courier.example/print/7") == main
    again = seen(store, url="https://courier.example/print/7", at="2026-01-04T00:00:00Z")
    assert again.document_id == main


def test_a_first_page_met_under_another_address_takes_its_canonical_one(store: Store) -> None:
    printed = seen(store, url="https://courier.example/print/7")
    assert settle_canonical(store, printed.document_id, url_key(PAGE)) == printed.document_id
    assert store.value("SELECT url FROM documents") == PAGE
    assert document_at(store, PAGE) == document_at(store, "https://courier.example/print/7") == printed.document_id


def test_a_document_is_found_by_any_form_of_its_address(store: Store) -> None:
    number = document_of(store, read(store, "A"))
    forms = (PAGE, "http://www.facebook.com/l.php?u=https%3A%2F%2Fcourier.example%2Fnews%2F7", f"{PAGE}?fbclid=1#top")
    for form in (*forms, str(number), number):
        found = find_document(store, form)
        assert found is not None
        assert found.id == number
    assert find_document(store, "https://courier.example/elsewhere") is None
    assert find_document(store, "9" * 30) is None


def test_hostile_text_is_kept_with_its_offsets(store: Store) -> None:
    text = "a\x00b\ud800c 😀 d"
    written = read(store, text, title="\udfff\x00")
    row = store.row("SELECT title, text, text_sha256 FROM versions WHERE id = ?", (written.version_id,))
    assert row is not None
    assert row["text"] == "a\ufffdb\ufffdc 😀 d"
    assert len(row["text"]) == len(text)
    assert row["text_sha256"] == hashlib.sha256(row["text"].encode()).hexdigest()
    assert not read(store, text, title="\udfff\x00").is_new


def test_a_body_that_is_not_held_is_said_in_one_sentence(store: Store) -> None:
    with pytest.raises(StoreError, match="holds no body"):
        body(store, "0" * 64)


def test_why_nothing_was_read_is_kept_until_something_is(store: Store) -> None:
    one = seen(store)
    note_unread(store, one.capture_id, "The page is an empty shell of a scripted page.")
    assert store.value("SELECT unread FROM captures") == "The page is an empty shell of a scripted page."
    write_article(store, one.capture_id, Article(text="A", reader="general/2"), words=1)
    assert store.value("SELECT unread FROM captures") is None


# --- outlets -----------------------------------------------------------------------------------------------------


def test_an_outlet_learns_and_forgets_nothing(store: Store) -> None:
    outlet(store, OutletFacts(id="x", title="x.example", domains=("x.example",)))
    outlet(store, OutletFacts(id="x", title="The X", kind="portal", country="TR", domains=("x.example",)))
    outlet(store, OutletFacts(id="x", title="x.example"))
    assert store.rows("SELECT id, title, kind, country FROM outlets") == [
        {"id": "x", "title": "The X", "kind": "portal", "country": "TR"}
    ]
    facts = outlet_facts(store, "x")
    assert facts is not None
    assert facts.domains == ("x.example",)


@pytest.mark.parametrize("name", ["NORTH WIRE", "the North-Wire", "Kuzey Telı", "nw"])
def test_an_outlet_is_known_by_its_names_however_they_are_written(store: Store, name: str) -> None:
    know(store, [AGENCY])
    assert outlet_named(store, name) == AGENCY
    assert store.value("SELECT count(*) FROM outlets") == 0


def test_a_name_of_two_outlets_names_neither(store: Store) -> None:
    know(store, [AGENCY, OutletFacts(id="new_wave", title="New Wave", names=("NW",))])
    assert outlet_named(store, "NW") is None


def test_an_outlet_is_found_at_its_domain_and_below(store: Store) -> None:
    know(store, [AGENCY])
    assert outlet_at(store, "https://en.wire.example:8443/1") == AGENCY
    assert outlet_at(store, "https://mywire.example/1") is None
    assert outlet_for(store, "https://www.mywire.example/1") == OutletFacts(
        id="mywire-example", title="mywire.example", domains=("mywire.example",)
    )
    assert outlet_for(store, "urn:sha256:00").id == "files"


def test_a_guessed_outlet_becomes_the_declared_one_with_its_documents(store: Store) -> None:
    resolve_citation(store, Citation(kind="hyperlink", words="x", url="https://wire.example/1"))
    assert store.value("SELECT outlet_id FROM documents") == "wire-example"
    know(store, [AGENCY])
    assert store.value("SELECT outlet_id FROM documents") == "north_wire"
    assert store.rows("SELECT id FROM outlets") == [{"id": "north_wire"}]


@given(st.text(max_size=30))
def test_folding_a_name_twice_is_folding_it_once(name: str) -> None:
    assert name_key(name_key(name)) == name_key(name)


# --- runs and issues -----------------------------------------------------------------------------------------------


def test_a_run_and_its_issues_are_whole_rows(store: Store) -> None:
    run_id = start_run(store, "provenance crawl", "provenance-tracker 0.1.0")
    issue = Issue(kind="robots", message="The page may not be fetched.", url=PAGE, outlet_id="harbour_courier")
    note_issue(store, issue, run_id=run_id, details={"rule": "Disallow: /"})
    note_issue(store, issue, run_id=run_id, details={"rule": "Disallow: /"})
    finish_run(store, run_id, "trouble", {"harbour_courier": {"new": 1}})
    assert store.rows("SELECT * FROM runs") == [
        {
            "id": 1,
            "command": "provenance crawl",
            "software": "provenance-tracker 0.1.0",
            "outcome": "trouble",
            "started_at": "2026-03-01T12:00:01Z",
            "finished_at": "2026-03-01T12:00:03Z",
            "counts": '{"harbour_courier": {"new": 1}}',
        }
    ]
    assert store.rows("SELECT * FROM issues") == [
        {
            "id": 1,
            "run_id": 1,
            "level": "warning",
            "kind": "robots",
            "message": "The page may not be fetched.",
            "url": PAGE,
            "outlet_id": "harbour_courier",
            "details": '{"rule": "Disallow: /"}',
            "happened_at": "2026-03-01T12:00:02Z",
        }
    ]


__all__ = ["clock", "path", "store"]
