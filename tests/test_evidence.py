"""link: single reasons for and against a parent: names in running text, headlines, typography, delays, redirectors."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scraper.model import Alignment, Forgiven, Passage, Span
from scraper.trace.family import Cited, Family, Pair, seen_through
from scraper.trace.named import is_named, mentions
from scraper.trace.parent import parents, settle
from scraper.trace.roles import kind_by_name
from scraper.trace.timing import time_rows
from tests.test_parent import AGENCY, MINISTRY, PORTAL, changed, chosen, credit, kinds, page, same, three

WIRE = page(4, "Selmark Wire", "2024-03-14T10:00:00Z", outlet_kind="agency")


def lacking(copy: object, source: object, words: str, at: int = 900) -> Pair:
    """Two equal texts but for words at the end of the copy that the source lacks."""
    shared = (Alignment(source_span=Span(0, at), copy_span=Span(0, at)),)
    return same(copy, source, alignments=shared, added=(Passage(words=words, span=Span(at, at + len(words))),))  # type: ignore[arg-type]


def test_a_name_in_words_of_its_own_is_a_credit_however_the_page_puts_it() -> None:
    words = "The Selmark Wire gave us leave to print this."
    pairs = {"p34": lacking(PORTAL, WIRE, words), "p32": lacking(PORTAL, AGENCY, words)}
    family = three(AGENCY, WIRE, PORTAL, **pairs)
    found = parents(PORTAL, family)
    assert found[0].source_id == 4
    assert "named" in kinds(found[0])
    assert chosen(three(AGENCY, WIRE, PORTAL, p32=pairs["p32"], p34=same(PORTAL, WIRE)))[3] == 4


def test_a_name_that_came_along_with_the_text_of_another_says_nothing() -> None:
    words = "The Selmark Wire gave us leave to print this."
    family = three(AGENCY, WIRE, PORTAL, p34=lacking(PORTAL, WIRE, words))
    assert chosen(family)[3] == AGENCY.document_id
    assert not any("named" in kinds(link) for link in settle(family).links)


def test_an_outlets_own_name_in_its_own_words_names_nobody_else() -> None:
    online = page(3, "Selmark Wire Online", "2024-03-14T12:00:00Z", outlet_kind="portal")
    family = three(WIRE, online, p34=lacking(online, WIRE, "Selmark Wire Online has more."))
    assert all("named" not in kinds(link) for link in settle(family).links)


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("as Selmark Wire has it", True),
        ("as SELMARK WIRE has it", False),
        ("the selmark wires", False),
        ("(Selmark Wire)", True),
        ("Selmark Wireless", False),
    ],
)
def test_a_mention_is_a_whole_name_letter_for_letter(words: str, named: bool) -> None:
    assert mentions(words, WIRE) is named


def test_a_word_that_is_an_outlets_name_too_is_not_looked_for_in_running_text() -> None:
    assert not mentions("the trend is clear: Trend or not", page(5, "Trend"))


@pytest.mark.parametrize(
    ("host", "name", "named"),
    [
        ("orvan-press.example", "Orvan Press", True),
        ("karvia24.example", "Karvia 24", True),
        ("foreign-ministry-karvia.example", "Ministry of Foreign Affairs of Karvia", True),
        ("www.kta.example", "Karvia Telegraph Agency", True),
        ("orvan-press.example", "Orvan Post", False),
        ("kt.example", "Karvia Telegraph", False),
    ],
)
def test_an_outlet_known_by_its_host_only_is_meant_by_the_name_that_the_host_spells(
    host: str, name: str, named: bool
) -> None:
    assert is_named(None, name, page(5, "anything", outlet_title=host)) is named


def test_an_address_inside_the_query_of_another_leads_to_the_page_that_is_held() -> None:
    inner = "https%3A%2F%2Fmeridian.example%2F2%3Futm_source%3Dportal"
    agency = replace(AGENCY, url="https://meridian.example/2")
    wrapped = Cited(
        kind="hyperlink", words="Source", url=f"https://portal.example/out?id=5&url={inner}", document_id=77
    )
    family = three(agency, WIRE, replace(PORTAL, citations=(wrapped,)))
    assert seen_through(family).members[2].citations[0].document_id == agency.document_id
    assert chosen(family)[3] == agency.document_id


@pytest.mark.parametrize(
    "url", ["https://portal.example/out?url=//[", "https://p.example/?u=ftp://x", "https://p.example/?"]
)
def test_an_address_that_wraps_nothing_stays_as_it_is(url: str) -> None:
    cited = Cited(kind="hyperlink", words="Source", url=url)
    family = Family(members=(replace(PORTAL, citations=(cited,)),))
    assert seen_through(family) == family


def test_of_two_equal_candidates_the_one_with_the_copys_headline_is_the_parent() -> None:
    one = replace(AGENCY, title="Tarsk closes its quay")
    other = replace(WIRE, title="Quay of Tarsk closed until April")
    portal = replace(PORTAL, title="TARSK CLOSES ITS QUAY")
    assert chosen(three(one, other, portal))[3] == one.document_id
    found = {link.source_id: kinds(link) for link in parents(portal, three(one, other, portal))}
    assert "headline" in found[one.document_id]


def test_a_headline_that_all_bear_says_nothing() -> None:
    members = [replace(one, title="Tarsk closes its quay") for one in (AGENCY, WIRE, PORTAL)]
    assert not any(kinds(link) & {"headline", "other headline"} for link in settle(three(*members)).links)


def test_of_two_equal_candidates_the_one_with_the_copys_quotation_marks_is_the_parent() -> None:
    marks = Forgiven(
        kind="quotation marks", source_words="“", copy_words='"', source_span=Span(0, 1), copy_span=Span(0, 1)
    )
    family = three(AGENCY, WIRE, PORTAL, p34=same(PORTAL, WIRE, forgiven=(marks, marks)))
    assert chosen(family)[3] == AGENCY.document_id


def test_paragraphs_left_out_in_one_stroke_are_one_cut() -> None:
    def cut(*spans: tuple[int, int]) -> int:
        words = "nine words that only the longer of them has"
        missing = tuple(Passage(words=words, span=Span(*span)) for span in spans)
        shared = (Alignment(source_span=Span(0, 500), copy_span=Span(0, 500)),)
        family = three(AGENCY, PORTAL, p32=same(PORTAL, AGENCY, kept=0.5, alignments=shared, left_out=missing))
        return sum(row.weight for row in parents(PORTAL, family)[0].evidence if row.kind == "passage less")

    assert cut((500, 543), (545, 588), (590, 633)) == cut((500, 543)) > cut((500, 543), (700, 743))


def test_two_outlets_that_name_one_source_are_believed_though_no_page_of_it_carries_the_text() -> None:
    siblings = [
        replace(PORTAL, citations=(credit("Northline News Agency", outlet_id="northline"),)),
        replace(page(5, "Lakeland Post", "2024-03-14T13:00:00Z", outlet_kind="newspaper"),
                citations=(credit("Northline News Agency", outlet_id="northline"),)),
    ]  # fmt: skip
    pairs = tuple(same(one, other) for one, other in ((siblings[1], siblings[0]),))
    both = settle(Family(members=tuple(siblings), pairs=pairs, held=frozenset({"northline"})))
    assert [one.outlet_id for one in both.presumed] == ["northline"]
    assert {link.copy_id for link in both.links if link.source_id < 0} == {3, 5}


def test_of_two_earlier_sources_the_one_that_was_new_is_likelier() -> None:
    old = replace(WIRE, published_at="2024-03-10T10:00:00Z")
    lags = [sum(row.weight for row in time_rows(PORTAL, one)) for one in (AGENCY, old)]
    assert lags[0] > lags[1]


def test_within_a_day_the_clock_says_little_against_an_issuer() -> None:
    late = replace(MINISTRY, published_at="2024-03-14T18:00:00Z")
    assert [row.kind for row in time_rows(PORTAL, late)] == ["later"]
    assert [row.kind for row in time_rows(PORTAL, late, is_issued=True)] == ["lag"]


def test_a_credit_that_names_the_issuer_weighs_less_than_a_link_to_its_page() -> None:
    by_name = replace(PORTAL, citations=(credit("Ministry of Ports"),))
    by_link = replace(PORTAL, citations=(credit("Ministry of Ports", document_id=1, url=MINISTRY.url),))
    weights = [
        next(row.weight for row in parents(one, three(MINISTRY, AGENCY, one))[0].evidence if row.kind == "credit")
        for one in (by_name, by_link)
    ]
    assert 0 < weights[0] < weights[1]


def test_one_false_credit_that_a_page_gives_twice_is_one_conflict() -> None:
    twice = (credit("Northline", outlet_id="northline"), credit("Northline", "(Northline)", outlet_id="northline"))
    portal = replace(PORTAL, citations=twice)
    family = three(AGENCY, portal, p32=same(portal, AGENCY, alterations=(changed("42", "24", 90),)))
    found = parents(portal, replace(family, held=frozenset({"northline"})))
    assert [row.kind for row in found[0].evidence].count("conflict") == 1


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Baynews Agency", "agency"),
        ("Orvan Press", "agency"),
        ("Northwire", "agency"),
        ("Coastal Press Association", "agency"),
        ("Elmora Space Agency", "issuer"),
        ("Agency for Roads", "issuer"),
        ("National Statistics Office", "issuer"),
        ("Prime Minister's Office", "issuer"),
        ("Free Press of Tarsk", "newspaper"),
        ("Worldfeed", "portal"),
        ("Council on Coastal Affairs", "institution"),
        ("Lakes Council", "issuer"),
    ],
)
def test_a_lone_agency_gathers_news_and_one_for_something_is_an_office(name: str, kind: str) -> None:
    assert kind_by_name(name) == kind
