"""The line on fictional pages: stored before read, read once, linked whatever the order of arrival."""

from __future__ import annotations

from pathlib import Path

import pytest

from scraper.line import Line
from scraper.linking import link
from scraper.model import Capture, OutletFacts
from scraper.store.database import Store
from scraper.store.documents import find_document, newest_version
from scraper.store.index import Index

STATEMENT = [
    "The Ministry of Ferries of Osmark said on 4 May 2031 that nine boats will not sail before the ice has gone.",
    "Minister Tove Arlen told the islands that around 3,400 people wait for their mail and that flour is sent by air.",
    "The ministry has asked the coast guard for two breakers, of which one stays in Lunde until the month is over.",
    "Tickets that were bought before the first of May stay valid, and nobody has to ask for it in writing.",
]
MINISTRY = OutletFacts(
    id="ferries",
    title="Ministry of Ferries of Osmark",
    kind="issuer",
    domains=("ferries.osmark.example",),
)
WIRE = OutletFacts(id="northwire", title="North Wire", kind="agency", domains=("northwire.example",))
PAPER = OutletFacts(id="courier", title="Island Courier", kind="newspaper", domains=("courier.example",))


class Declared:
    """A declaration with nothing special."""

    keep = ()
    recipes = ()

    def __init__(self, facts: OutletFacts) -> None:
        self._facts = facts

    def facts(self) -> OutletFacts:
        return self._facts


@pytest.fixture
def store(tmp_path: Path):
    with Store.open(tmp_path / "provenance.db") as store:
        yield store


@pytest.fixture
def line(store):
    return Line(store, {facts.id: Declared(facts) for facts in (MINISTRY, WIRE, PAPER)})


def page(paragraphs: list[str], title: str, published: str | None = None, head: str = "") -> bytes:
    date = f'<meta property="article:published_time" content="{published}">' if published else ""
    body = "".join(f"<p>{part}</p>" for part in paragraphs)
    head = f"<head><title>{title}</title>{date}{head}</head>"
    return f"<html lang=en>{head}<body><article><h1>{title}</h1>{body}</article></body></html>".encode()


def capture(url: str, body: bytes | None, at: str = "2031-05-10T08:00:00Z", status: int = 200) -> Capture:
    headers = (("Content-Type", "text/html; charset=utf-8"),)
    return Capture(requested_url=url, url=url, captured_at=at, status=status, body=body, headers=headers)


ORIGINAL = capture("https://ferries.osmark.example/news/1", page(STATEMENT, "Nine boats wait", "2031-05-04T09:00:00Z"))
STORY = capture(
    "https://northwire.example/2031/05/04/nine-boats",
    page(["LUNDE, May 4 (North Wire) - Nine boats wait for the ice to go.", *STATEMENT], "Ice", "2031-05-04T10:00:00Z"),
)
COPY = capture(
    "https://courier.example/news/ice-1",
    page(
        [*[part.replace("around 3,400", "up to 3,400") for part in STATEMENT], "Source: North Wire"],
        "Ice",
        "2031-05-05T07:00:00Z",
    ),
)


def take(line: Line, store: Store, *captures: Capture) -> list[str]:
    what = [taken.what for taken in line.take_in(captures)]
    list(link(store))
    return what


def parents(store: Store) -> dict[str, str | None]:
    return {row["copy_url"]: row["source_url"] for row in store.rows("SELECT copy_url, source_url FROM copies")}


def test_a_page_is_new_then_unchanged_then_changed(line, store):
    later = capture(ORIGINAL.url, ORIGINAL.body, at="2031-05-11T08:00:00Z")
    changed = capture(
        ORIGINAL.url, page([*STATEMENT, "The ice has gone."], "Nine boats wait"), at="2031-05-12T08:00:00Z"
    )
    assert take(line, store, ORIGINAL, later, changed, changed) == ["new", "unchanged", "changed", "held"]


def test_a_page_that_is_gone_keeps_its_text(line, store):
    gone = capture(ORIGINAL.url, b"gone", at="2031-05-12T08:00:00Z", status=410)
    assert take(line, store, ORIGINAL, gone) == ["new", "gone"]
    document = find_document(store, ORIGINAL.url)
    assert document.gone_at == "2031-05-12T08:00:00Z"
    assert newest_version(store, document.id).text.startswith("The Ministry of Ferries")


def test_a_page_without_text_is_recorded_and_is_no_version(line, store):
    shell = capture(
        "https://courier.example/news/2", b"<html><body><div id='root'></div><script></script></body></html>"
    )
    assert take(line, store, shell) == ["unread"]
    assert store.rows("SELECT kind, outlet_id FROM issues") == [{"kind": "empty shell", "outlet_id": "courier"}]
    assert store.value("SELECT count(*) FROM versions") == 0
    assert store.value("SELECT unread FROM captures").startswith("Nothing was read: ")


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (2, 0, 1)])
def test_links_do_not_depend_on_the_order_of_arrival(line, store, order):
    for number in order:
        take(line, store, [ORIGINAL, STORY, COPY][number])
    assert parents(store) == {STORY.url: ORIGINAL.url, COPY.url: STORY.url}


def test_a_presumed_original_is_resolved_when_its_page_arrives(line, store):
    take(line, store, COPY)
    [before] = store.rows("SELECT source_url, source_outlet, source_state FROM copies")
    assert before == {"source_url": None, "source_outlet": "North Wire", "source_state": "presumed"}
    take(line, store, STORY)
    assert parents(store)[COPY.url] == STORY.url
    [presumed] = store.rows("SELECT resolved_to FROM documents WHERE state = 'presumed' AND outlet_id = 'northwire'")
    assert presumed["resolved_to"] == find_document(store, STORY.url).id


def test_texts_that_the_index_lacks_are_taken_in_before_anything_is_looked_for(line, store):
    list(line.take_in([ORIGINAL, STORY, COPY]))
    index = Index(store.db.conn)
    with store.transaction():
        index.clear()
    list(link(store))
    assert parents(store) == {STORY.url: ORIGINAL.url, COPY.url: STORY.url}
    assert index.missing() == []


def test_a_match_says_what_its_two_texts_are_to_one_another(line, store):
    year_before = [part.replace("2031", "2030").replace("3,400", "2,900") for part in STATEMENT]
    earlier = capture("https://ferries.osmark.example/news/0", page(year_before, "Boats", "2030-05-06T09:00:00Z"))
    take(line, store, earlier, ORIGINAL, STORY)
    rows = store.rows(
        "SELECT substr(copies.url, 9, 7) AS copy, substr(sources.url, -1) AS source, kinship FROM matches "
        "JOIN versions AS copy ON copy.id = copy_version_id JOIN documents AS copies ON copies.id = copy.document_id "
        "JOIN versions AS source ON source.id = source_version_id "
        "JOIN documents AS sources ON sources.id = source.document_id ORDER BY 1, 2"
    )
    assert {(row["copy"], row["source"]): row["kinship"] for row in rows} == {
        ("ferries", "0"): "reissue",
        ("northwi", "0"): "template",
        ("northwi", "1"): "copy",
    }


def test_what_two_texts_are_to_one_another_is_told_again_with_everything(line, store):
    take(line, store, ORIGINAL, STORY)
    store.write("UPDATE matches SET kinship = 'template'")
    list(link(store, everything=True))
    assert store.value("SELECT kinship FROM matches") == "copy"
    assert parents(store) == {STORY.url: ORIGINAL.url}


def test_linking_again_changes_nothing(line, store):
    take(line, store, ORIGINAL, STORY, COPY)
    before = store.rows("SELECT * FROM links"), store.rows("SELECT * FROM verdicts"), store.rows("SELECT * FROM log")
    list(link(store, everything=True))
    assert (
        store.rows("SELECT * FROM links"),
        store.rows("SELECT * FROM verdicts"),
        store.rows("SELECT * FROM log"),
    ) == before


def test_a_copy_of_a_text_that_changed_later_is_judged_by_what_was_in_force_and_by_the_newest(line, store):
    corrected = [part.replace("nine boats", "seven boats") for part in STATEMENT]
    take(line, store, ORIGINAL, STORY)
    take(line, store, capture(ORIGINAL.url, page(corrected, "Seven boats wait"), at="2031-05-12T08:00:00Z"))
    rows = store.rows("SELECT compared_with, label FROM verdicts WHERE superseded_at IS NULL ORDER BY compared_with")
    assert rows == [{"compared_with": "newest", "label": "altered"}, {"compared_with": "then", "label": "expanded"}]


def test_what_was_stored_and_not_read_is_read_by_the_next_run(line, store, monkeypatch):
    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("scraper.line.read", killed)
        with pytest.raises(KeyboardInterrupt):
            list(line.take_in([ORIGINAL]))
    assert store.value("SELECT count(*) FROM captures") == 1
    assert store.value("SELECT count(*) FROM versions") == 0
    assert [taken.what for taken in line.catch_up()] == ["new"]


def test_a_site_that_calls_itself_by_anothers_name_is_not_believed(line, store):
    head = '<meta property="og:site_name" content="North Wire">'
    take(line, store, capture("https://elsewhere.example/a/1", page(STATEMENT, "Ice", head=head)))
    assert store.value("SELECT outlet_id FROM documents") != "northwire"


def test_a_canonical_link_to_the_same_site_is_believed_and_one_to_another_is_a_citation(line, store):
    own = '<link rel="canonical" href="https://courier.example/news/9">'
    foreign = '<link rel="canonical" href="https://northwire.example/2031/05/04/nine-boats">'
    take(line, store, capture("https://courier.example/amp/news/9", page(STATEMENT, "Ice", head=own)))
    take(line, store, capture("https://courier.example/news/10", page(STATEMENT[:3], "Ice", head=foreign)))
    urls = {row["url"]: row["state"] for row in store.rows("SELECT url, state FROM documents WHERE url IS NOT NULL")}
    assert urls == {
        "https://courier.example/news/9": "captured",
        "https://courier.example/news/10": "captured",
        "https://northwire.example/2031/05/04/nine-boats": "cited",
    }
