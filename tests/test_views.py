"""The views of the contract: both sides in one row, and chains that end whatever the links say."""

from __future__ import annotations

import contextlib
import random

import pytest

from scraper.model import (
    Alignment,
    Alteration,
    Citation,
    Comparison,
    Evidence,
    Forgiven,
    Link,
    Passage,
    Span,
)
from scraper.store import families, overview
from scraper.store.conclusions import (
    decide_link,
    evidence,
    presumed_document,
    resolve_presumed,
    withdraw_verdict,
    write_links,
    write_verdict,
)
from scraper.store.database import Store, StoreError
from scraper.store.linked import mark_linked, versions_to_link
from scraper.store.matches import comparison, forget_matches, match_of, write_match
from scraper.store.outlets import know
from scraper.store.search import search
from tests.stores import AGENCY, COURIER, MINISTRY, clock, document_of, path, read, store

STORY = "https://wire.example/story"
COPY = "https://courier.example/story"
COLUMNS = {
    "copies": "link_id, copy_url, copy_outlet, copy_title, copy_published_at, source_url, source_outlet, source_title, "
    "source_published_at, original_url, original_outlet, verdict, coverage, kept, alterations, confidence, "
    "is_credited, hours_later, reason",
    "altered_words": "link_id, copy_url, source_url, kind, is_material, source_words, copy_words",
    "chains": "document_id, url, original_id, original_url, steps, chain",
    "addresses": "document_id, url, how, removed, first_seen_at",
    "versions": "document_id, number, title, published_at, language, text, text_sha256, words, first_seen_at, "
    "last_seen_at",
}
ALTERED = Comparison(
    label="altered",
    coverage=0.9,
    kept=0.8,
    longest_run=12,
    alterations=(
        Alteration(
            kind="number",
            is_material=True,
            source_words="42",
            copy_words="24",
            source_span=Span(4, 6),
            copy_span=Span(4, 6),
        ),
        Alteration(
            kind="wording",
            is_material=False,
            source_words="opens",
            copy_words="is opened",
            source_span=Span(0, 3),
            copy_span=Span(0, 3),
            note="A doubt.",
        ),
    ),
    left_out=(Passage(words="The", span=Span(0, 3)),),
    added=(Passage(words="24", span=Span(4, 6)),),
    forgiven=(Forgiven(kind="dash", source_words="p", copy_words="p", source_span=Span(7, 8), copy_span=Span(7, 8)),),
    alignments=(
        Alignment(source_span=Span(0, 6), copy_span=Span(0, 6)),
        Alignment(source_span=Span(7, 12), copy_span=Span(7, 12), is_moved=True),
    ),
    moved=(Alignment(source_span=Span(7, 12), copy_span=Span(7, 12), is_moved=True),),
    doubts=("The text is short.",),
    reason="One number differs: 42 → 24.",
)


class Pair:
    """A wire story, a newspaper's copy of it that credits the agency, and a ministry presumed behind them."""

    def __init__(self, store: Store, *, copy_at: str = "2026-01-02T15:30:00Z", source_at: str = "2026-01-02T12:00:00Z"):
        know(store, [AGENCY, COURIER, MINISTRY])
        self.source = read(store, "The 42 piers", url=STORY, outlet=AGENCY, title="Piers", published_at=source_at)
        credit = Citation(kind="credit", words="North Wire", outlet="North Wire")
        self.copy = read(store, "The 24 piers", url=COPY, title="Our piers", published_at=copy_at, citations=(credit,))
        self.source_id, self.copy_id = document_of(store, self.source), document_of(store, self.copy)
        self.presumed_id = presumed_document(store, MINISTRY, self.source_id)
        [self.link_id] = write_links(
            store, self.copy_id, [self.link(0.95, Evidence(kind="credit", words="North Wire", weight=2.5))], "rules/1"
        )
        [self.upper_id] = write_links(
            store, self.source_id, [Link(copy_id=self.source_id, source_id=self.presumed_id, confidence=0.6)], "rules/1"
        )
        self.match_id = write_match(store, self.copy.version_id, self.source.version_id, ALTERED, "compare/1")
        write_verdict(store, self.link_id, ALTERED, "verdict/1", compared=self.compared)

    @property
    def compared(self) -> tuple[int, int]:
        return self.copy.version_id, self.source.version_id

    def link(self, confidence: float, *reasons: Evidence) -> Link:
        return Link(copy_id=self.copy_id, source_id=self.source_id, confidence=confidence, evidence=reasons)


@pytest.mark.parametrize("name", COLUMNS)
def test_every_column_of_the_contract_is_there(store: Store, name: str) -> None:
    store.rows(f"SELECT {COLUMNS[name]} FROM {name}")  # noqa: S608


def test_copies_has_both_sides_of_a_link_in_one_row(store: Store) -> None:
    pair = Pair(store)
    row = store.row(f"SELECT {COLUMNS['copies']} FROM copies WHERE link_id = ?", (pair.link_id,))  # noqa: S608
    assert row == {
        "link_id": pair.link_id,
        "copy_url": COPY,
        "copy_outlet": "Harbour Courier",
        "copy_title": "Our piers",
        "copy_published_at": "2026-01-02T15:30:00Z",
        "source_url": STORY,
        "source_outlet": "North Wire",
        "source_title": "Piers",
        "source_published_at": "2026-01-02T12:00:00Z",
        "original_url": None,
        "original_outlet": "Ministry of Harbours",
        "verdict": "altered",
        "coverage": 0.9,
        "kept": 0.8,
        "alterations": 2,
        "confidence": 0.95,
        "is_credited": 1,
        "hours_later": 3.5,
        "reason": "One number differs: 42 → 24.",
    }


def test_a_link_without_a_verdict_counts_as_unchecked_and_a_presumed_source_has_no_address(store: Store) -> None:
    pair = Pair(store)
    row = families.copy_row(store, pair.upper_id)
    assert row is not None
    assert (row["source_url"], row["source_outlet"], row["verdict"], row["alterations"], row["is_credited"]) == (
        None,
        "Ministry of Harbours",
        "unchecked",
        0,
        0,
    )


@pytest.mark.parametrize(
    ("copy_at", "source_at", "hours"),
    [
        ("2026-01-02T15:30:00Z", "2026-01-02T12:00:00Z", 3.5),
        ("2026-01-02T15:30:00+03:00", "2026-01-02T12:00:00Z", 0.5),
        ("2026-01-02", "2026-01-02T12:00:00Z", None),
        ("2026-01-02", "2026-01-02", None),
        ("2026-01-03", "2026-01-02T12:00:00Z", 24.0),
        ("2026-01-01", "2026-01-03", -48.0),
        (None, "2026-01-02", None),
    ],
)
def test_hours_later_is_told_only_where_the_claims_are_fine_enough(
    store: Store, copy_at: str, source_at: str, hours: float | None
) -> None:
    pair = Pair(store, copy_at=copy_at, source_at=source_at)
    assert store.value("SELECT hours_later FROM copies WHERE link_id = ?", (pair.link_id,)) == hours


def test_altered_words_names_each_difference(store: Store) -> None:
    pair = Pair(store)
    rows = store.rows(f"SELECT {COLUMNS['altered_words']} FROM altered_words ORDER BY position")  # noqa: S608
    both = {"link_id": pair.link_id, "copy_url": COPY, "source_url": STORY}
    assert rows == [
        {**both, "kind": "number", "is_material": 1, "source_words": "42", "copy_words": "24"},
        {**both, "kind": "wording", "is_material": 0, "source_words": "opens", "copy_words": "is opened"},
    ]
    [change] = store.rows("SELECT * FROM alterations_by_change WHERE kind = 'number'")
    assert (change["copies"], change["first_at"], change["copy_urls"]) == (
        1,
        "2026-01-02T15:30:00Z",
        f'["{COPY}"]',
    )


def test_a_chain_is_walked_to_the_presumed_original(store: Store) -> None:
    pair = Pair(store)
    assert store.rows("SELECT * FROM chains ORDER BY document_id") == [
        {
            "document_id": pair.source_id,
            "url": STORY,
            "original_id": pair.presumed_id,
            "original_url": None,
            "steps": 1,
            "chain": "North Wire → Ministry of Harbours (presumed)",
        },
        {
            "document_id": pair.copy_id,
            "url": COPY,
            "original_id": pair.presumed_id,
            "original_url": None,
            "steps": 2,
            "chain": "Harbour Courier → North Wire → Ministry of Harbours (presumed)",
        },
    ]
    walk = families.chain(store, pair.copy_id)
    assert [(row["outlet"], row["state"], row["verdict"]) for row in walk] == [
        ("Harbour Courier", "captured", None),
        ("North Wire", "captured", "altered"),
        ("Ministry of Harbours", "presumed", None),
    ]
    family = families.family(store, pair.presumed_id)
    assert [document.id for document in family.documents] == sorted([pair.source_id, pair.copy_id, pair.presumed_id])
    assert [row["link_id"] for row in family.copies] == [pair.link_id, pair.upper_id]


def test_chains_end_even_where_links_go_in_a_circle(store: Store) -> None:
    ids = [document_of(store, read(store, f"text {n}", url=f"https://courier.example/{n}")) for n in range(3)]
    for here, there in zip(ids, ids[1:] + ids[:1], strict=True):
        write_links(store, here, [Link(copy_id=here, source_id=there, confidence=0.5)], "rules/1")
    assert [row["steps"] for row in store.rows("SELECT steps FROM chains")] == [50, 50, 50]
    assert store.value("SELECT count(*) FROM copies") == 3
    assert len(families.family(store, ids[0]).documents) == 3


def test_of_two_parents_the_surer_one_leads_the_chain_and_both_are_in_copies(store: Store) -> None:
    pair = Pair(store)
    other = document_of(store, read(store, "The 42 piers", url="https://wire.example/other", outlet=AGENCY))
    links = [pair.link(0.4), Link(copy_id=pair.copy_id, source_id=other, confidence=0.5)]
    write_links(store, pair.copy_id, links, "rules/2")
    assert store.value("SELECT count(*) FROM copies WHERE copy_id = ?", (pair.copy_id,)) == 2
    assert store.value("SELECT original_id FROM chains WHERE document_id = ?", (pair.copy_id,)) == other


def test_a_reissue_is_no_copy_and_ends_a_chain(store: Store) -> None:
    pair = Pair(store)
    earlier = document_of(store, read(store, "The 41 piers", url="https://wire.example/2025", outlet=AGENCY))
    reissue = Link(copy_id=pair.source_id, source_id=earlier, confidence=0.9, relation="reissue")
    write_links(store, pair.source_id, [reissue], "rules/2")
    assert store.value("SELECT original_id FROM chains WHERE document_id = ?", (pair.copy_id,)) == pair.source_id
    assert store.rows("SELECT url, earlier_url FROM reissues") == [
        {"url": STORY, "earlier_url": "https://wire.example/2025"}
    ]
    assert store.value("SELECT count(*) FROM copies") == 1


def test_other_views_count_what_copies_says(store: Store) -> None:
    pair = Pair(store)
    assert [row["link_id"] for row in store.rows("SELECT link_id FROM uncredited_copies")] == [pair.upper_id]
    assert [row["link_id"] for row in store.rows("SELECT link_id FROM altered_copies")] == [pair.link_id]
    assert store.row("SELECT document_id, copies, altered, uncredited FROM originals") == {
        "document_id": pair.presumed_id,
        "copies": 2,
        "altered": 1,
        "uncredited": 1,
    }
    matrix = store.rows("SELECT copy_outlet, source_outlet, copies, altered, mean_hours_later FROM who_copies_whom")
    assert {(row["copy_outlet"], row["source_outlet"], row["altered"]) for row in matrix} == {
        ("Harbour Courier", "North Wire", 1),
        ("North Wire", "Ministry of Harbours", 0),
    }
    scores = {row["id"]: (row["copies"], row["credited"], row["copied_by_others"]) for row in overview.outlets(store)}
    assert scores == {"harbour_courier": (1, 1, 0), "north_wire": (1, 0, 1), "harbour_ministry": (0, 0, 1)}
    assert [(row["outlet_id"], row["answered"], row["unreadable"]) for row in overview.health(store)] == [
        ("harbour_courier", 1, 0),
        ("north_wire", 1, 0),
    ]
    assert [row["number"] for row in store.rows("SELECT number FROM document_history")] == [1, 1]
    assert overview.counts(store)["copies"] == {"altered": 1, "unchecked": 1}


# --- links, verdicts, matches --------------------------------------------------------------------------------------


def test_links_that_say_the_same_stay_and_changed_ones_are_superseded(store: Store) -> None:
    pair = Pair(store)
    reason = Evidence(kind="credit", words="North Wire", weight=2.5)
    assert write_links(store, pair.copy_id, [pair.link(0.95, reason)], "rules/1") == [pair.link_id]
    assert store.value("SELECT count(*) FROM links") == 2
    [changed] = write_links(store, pair.copy_id, [pair.link(0.7, reason)], "rules/2")
    assert changed != pair.link_id
    assert store.value("SELECT superseded_at FROM links WHERE id = ?", (pair.link_id,)) is not None
    row = families.copy_row(store, changed)
    assert row is not None
    assert (row["verdict"], row["confidence"]) == ("altered", 0.7)
    assert evidence(store, changed) == (reason,)
    assert write_links(store, pair.copy_id, [], "rules/3") == []
    assert store.value("SELECT count(*) FROM links") == 3
    assert store.value("SELECT count(*) FROM copies") == 1


def test_a_rejected_link_stays_rejected_whatever_the_rules_find(store: Store) -> None:
    pair = Pair(store)
    decide_link(store, pair.link_id, "rejected", "Ada", "They only share a quotation.")
    assert write_links(store, pair.copy_id, [pair.link(0.99)], "rules/2") == []
    assert store.value("SELECT count(*) FROM copies WHERE copy_id = ?", (pair.copy_id,)) == 0
    assert families.decisions(store) == {(pair.copy_id, pair.source_id): "rejected"}


def test_a_confirmed_link_outranks_the_rules_choice(store: Store) -> None:
    pair = Pair(store)
    confirmed = decide_link(store, pair.link_id, "confirmed", "Ada")
    other = document_of(store, read(store, "The 42 piers", url="https://wire.example/other", outlet=AGENCY))
    better = Link(copy_id=pair.copy_id, source_id=other, confidence=0.999)
    write_links(store, pair.copy_id, [better], "rules/2")
    assert [(row["link_id"], row["verdict"]) for row in families.copies(store, outlet="harbour_courier")] == [
        (confirmed, "altered")
    ]
    assert [(row["source_id"], row["rank"]) for row in families.links(store, copy_id=pair.copy_id)] == [
        (pair.source_id, 1),
        (other, 2),
    ]
    assert decide_link(store, confirmed, "confirmed", "Ada") == confirmed
    with pytest.raises(LookupError):
        decide_link(store, 999, "confirmed", "Ada")


def test_a_verdict_is_superseded_by_a_different_one_and_a_persons_by_a_persons_only(store: Store) -> None:
    pair = Pair(store)
    before = families.verdicts(store, pair.link_id)
    again = write_verdict(store, pair.link_id, ALTERED, "verdict/2", compared=pair.compared)
    assert [again] == [row["id"] for row in before]
    person = Comparison(label="edited", coverage=0.9, kept=0.8, reason="A typing mistake.")
    mine = write_verdict(store, pair.link_id, person, "person: Ada", compared=pair.compared)
    assert write_verdict(store, pair.link_id, ALTERED, "verdict/2", compared=pair.compared) == mine
    newest = write_verdict(store, pair.link_id, ALTERED, "verdict/2", compared=pair.compared, compared_with="newest")
    row = families.copy_row(store, pair.link_id)
    assert row is not None
    assert (row["verdict"], row["verdict_newest"]) == ("edited", "altered")
    assert [row["id"] for row in families.verdicts(store, pair.link_id)] == [mine, newest]
    withdraw_verdict(store, pair.link_id, "newest")
    assert [row["id"] for row in families.verdicts(store, pair.link_id)] == [mine]


def test_a_presumed_original_is_made_once_and_resolved_once_found(store: Store) -> None:
    pair = Pair(store)
    assert presumed_document(store, MINISTRY, pair.source_id) == pair.presumed_id
    found = document_of(
        store, read(store, "Piers, 42", url="https://ministry.example/1", outlet=MINISTRY, title="Statement")
    )
    resolve_presumed(store, pair.presumed_id, found)
    assert presumed_document(store, MINISTRY, pair.source_id) == found
    assert store.value("SELECT original_url FROM chains WHERE document_id = ?", (pair.copy_id,)) == (
        "https://ministry.example/1"
    )
    [upper] = families.links(store, copy_id=pair.source_id)
    assert (upper["source_id"], upper["confidence"], upper["decided_by"]) == (found, 0.6, "rules/1")
    with pytest.raises(LookupError):
        resolve_presumed(store, found, pair.copy_id)


def test_a_comparison_comes_out_as_it_went_in(store: Store) -> None:
    pair = Pair(store)
    assert comparison(store, pair.match_id) == ALTERED
    assert write_match(store, *pair.compared, ALTERED, "compare/2") == pair.match_id
    assert comparison(store, pair.match_id) == ALTERED
    assert comparison(store, 999) is None
    row = match_of(store, *pair.compared)
    assert row is not None
    assert row["method"] == "compare/2"


def test_what_was_computed_may_be_forgotten_and_the_verdict_stands(store: Store) -> None:
    pair = Pair(store)
    assert forget_matches(store, pair.copy.version_id) == 1
    assert store.value("SELECT count(*) FROM alterations") == 0
    row = families.copy_row(store, pair.link_id)
    assert row is not None
    assert (row["verdict"], row["alterations"], row["coverage"]) == ("altered", 2, 0.9)


def test_versions_are_new_to_the_linker_once_per_method(store: Store) -> None:
    pair = Pair(store)
    assert versions_to_link(store, "rules/1") == [pair.source.version_id, pair.copy.version_id]
    mark_linked(store, pair.source.version_id, "rules/1")
    assert versions_to_link(store, "rules/1") == [pair.copy.version_id]
    mark_linked(store, pair.source.version_id, "rules/2")
    assert len(versions_to_link(store, "rules/1")) == 2


# --- full text -----------------------------------------------------------------------------------------------------

TURKISH = "IŞIKLAR söndü, dedi İstanbul valisi; ağaçlar ve ılık rüzgâr."


@pytest.mark.parametrize(
    "query",
    [
        "ışıklar",
        "isiklar",
        "IŞIKLAR",
        "istanbul",
        "ISTANBUL",
        "agac*",
        "ılık",
        "ilik",
        "ruzgar",
        '"dedi istanbul"',
        "valisi AND istanbul",
    ],
)
def test_turkish_words_are_found_however_they_are_typed(store: Store, query: str) -> None:
    read(store, TURKISH + " and")
    [hit] = search(store, query)
    assert hit.url == "https://courier.example/news/7"


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("Ёлка и МОСКВА", "елка"),
        ("Azərbaycan", "azerbaycan"),
        ("Καλημέρα", "ΚΑΛΗΜΈΡΑ"),
        ("Café crème", "cafe creme"),
        ("外交部发言人表示", "发言人"),
        ("Żółw z Łodzi", "zolw lodzi"),
    ],
)
def test_words_of_other_scripts_are_found(store: Store, text: str, query: str) -> None:
    read(store, text)
    assert len(search(store, query)) == 1


def test_the_excerpt_keeps_the_letters_of_the_page(store: Store) -> None:
    read(store, TURKISH)
    [hit] = search(store, "istanbul valisi", marks=("<", ">"))
    assert hit.excerpt == "IŞIKLAR söndü, dedi <İstanbul> <valisi>; ağaçlar ve ılık rüzgâr."


@pytest.mark.parametrize("query", ['"', '"a', "", "  ", "***", "-", "(", '""', "a" * 1001, "a " * 100, '" " "'])
def test_an_odd_search_gets_a_sentence(store: Store, query: str) -> None:
    read(store, "a")
    with pytest.raises(StoreError, match=r"^The search .*\.$"):
        search(store, query)


def test_no_search_breaks_anything(store: Store) -> None:
    read(store, "alpha AND beta OR gamma")
    parts = [
        '"',
        "*",
        "(",
        ")",
        "AND",
        "OR",
        "NOT",
        "NEAR",
        "^",
        ":",
        "-",
        "+",
        "title",
        "\x00",
        "{",
        "}",
        "'",
        ";",
        "\ud800",
        "alpha",
        "中",
        "%",
        "_search",
        ",",
    ]
    chance = random.Random(6)  # noqa: S311 - a test's dice
    for _ in range(200):
        query = chance.choice(["", " "]).join(chance.choices(parts, k=chance.randint(1, 6)))
        with contextlib.suppress(StoreError):
            search(store, query)
    assert store.value("SELECT count(*) FROM versions") == 1


def test_a_document_is_found_once_though_each_of_its_versions_holds_the_word(store: Store) -> None:
    for day, text in enumerate(("pier one", "pier two", "pier three"), 1):
        read(store, text, at=f"2026-01-0{day}T00:00:00Z")
    assert [hit.excerpt for hit in search(store, "pier")] == ["[pier] three"]


__all__ = ["clock", "path", "store"]
