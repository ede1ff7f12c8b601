"""Citations of whole pages: head, labelled links, signatures, words; what points at the page itself gives nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper.model import Citation
from scraper.read.citations import page_citations, plain_citations
from scraper.read.plain import read_text
from scraper.read.structured import structured_of
from scraper.read.tree import parse

SEED = Path(__file__).parents[2] / "shared" / "seed" / "000_4ee700468764bf8b.txt"
URL = "https://www.norvik-post.example/2021/05/story.html"
TEXT = "The bridge at Port Velm is shut, the harbour office wrote on Tuesday."


def citations(body: str = "", *, head: str = "", text: str = TEXT, url: str | None = URL) -> tuple[Citation, ...]:
    """The citations of a page of the Norvik Post."""
    tree = parse(f"<html><head>{head}</head><body><main>{body}</main></body></html>")
    return page_citations(
        tree, text=text, url=url, language="en", site_name="Norvik Post", structured=structured_of(tree)
    )


@pytest.mark.skipif(not SEED.exists(), reason="the seed is not beside the checkout")
def test_the_seed_has_exactly_its_three_citations() -> None:
    raw = SEED.read_text(encoding="utf-8")
    text = read_text(raw).text
    credit, attribution, link = plain_citations(raw, text=text, url=None, language="en")
    assert (credit.kind, credit.words, credit.date) == ("credit", "Trend News Agency (02 April 2019)", "02 April 2019")
    assert (attribution.words, attribution.outlet) == ("Trendreports referring to the ministry", "Trend")
    assert attribution.issuer == "the ministry"
    assert link.url == "https://en.trend.az/azerbaijan/karabakh/3040168.html"
    assert link.url_as_met
    assert "fbclid=" in link.url_as_met
    assert text[slice(*attribution.span or (0, 0))] == attribution.words


@pytest.mark.parametrize(
    "note",
    [
        '<p>Source: <a href="https://quay.example/a?utm_source=x">Quay</a></p>',
        '<p><a href="https://quay.example/a?utm_source=x">https://quay.example/a</a> Kaynak/Source:</p>',
        '<p>Harbour news. <a href="https://quay.example/a?utm_source=x">Source</a></p>',
        '<p><b>Quelle</b>: <a href="https://quay.example/a?utm_source=x"><i>Quay</i> online</a></p>',
        '<div>Источник — <a href="https://quay.example/a?utm_source=x">Quay</a></div>',
    ],
)
def test_a_link_with_a_source_label_before_behind_or_in_it_is_a_citation(note: str) -> None:
    (row,) = citations(note)
    assert (row.kind, row.outlet, row.url) == ("hyperlink", "quay.example", "https://quay.example/a")
    assert row.url_as_met == "https://quay.example/a?utm_source=x"


@pytest.mark.parametrize(
    "note",
    [
        '<p>The <a href="https://quay.example/a">pilots</a> are a source of pride.</p>',
        '<p>Source: <a href="https://www.facebook.com/quay">Quay</a></p>',
        '<p>Source: <a href="https://en.norvik-post.example/b">our desk</a></p>',
        '<p>Source: <a href="https://www.norvikpost.co.uk/b">our British edition</a></p>',
        '<p>Source: <a href="https://staging.quay.example/b">Quay</a></p>',
        '<p>Source: <a href="https://feedproxy.google.com/~r/quay">Quay</a></p>',
        '<p>Source: <a href="javascript:void(0)">Quay</a></p>',
        '<nav>Source: <a href="https://quay.example/a">Quay</a></nav>',
        '<figure><figcaption>Source: <a href="https://quay.example/a">Quay</a></figcaption></figure>',
        '<aside>Related: <a href="https://quay.example/a">Quay on ports</a></aside>',
        '<p>Read more: <a href="https://quay.example/a">Quay on ports</a></p>',
    ],
)
def test_other_links_give_nothing(note: str) -> None:
    assert citations(note) == ()


HEADS = [
    ('<link rel="canonical" href="https://quay.example/2021/a.html">', "canonical", "quay.example"),
    ('<meta name="syndication-source" content="https://quay.example/a">', "structured", "quay.example"),
    ('<meta name="original-source" content="https://quay.example/a">', "structured", "quay.example"),
    ('<meta name="source" content="VELNA">', "structured", "VELNA"),
    ('<meta name="author" content="Reuters">', "structured", "Reuters"),
    (
        '<script type="application/ld+json">{"@type":"NewsArticle","author":[{"@type":"Organization","name":"dpa"}]}'
        "</script>",
        "structured",
        "dpa",
    ),
    (
        '<script type="application/ld+json">{"@type":"NewsArticle","isBasedOn":"https://quay.example/a"}</script>',
        "structured",
        "quay.example",
    ),
]


@pytest.mark.parametrize(("head", "kind", "outlet"), HEADS)
def test_a_head_that_points_at_another_outlet_is_a_citation(head: str, kind: str, outlet: str) -> None:
    (row,) = citations(head=head)
    assert (row.kind, row.outlet) == (kind, outlet)


@pytest.mark.parametrize(
    "head",
    [
        f'<link rel="canonical" href="{URL}">',
        '<link rel="canonical" href="https://m.norvik-post.example/2021/05/story.html">',
        '<link rel="canonical" href="https://quay.example/">',
        '<link rel="canonical" href="https://norvik-post.wpengine.com/2021/05/story.html">',
        f'<meta name="original-source" content="{URL}">',
        '<meta name="source" content="Norvik Post">',
        '<meta name="author" content="Ilse Vorn">',
        '<meta property="article:publisher" content="https://www.facebook.com/norvik">',
        '<script type="application/ld+json">{"@type":"NewsArticle","publisher":{"@type":"Organization",'
        '"name":"Norvik Post Media"}}</script>',
        '<script type="application/ld+json">{"@type":"ImageObject","creator":{"@type":"Organization","name":"AP"}}'
        "</script>",
        '<script type="application/ld+json">{"@type":"NewsArticle","isBasedOn":7,"author":[null,[],"Ilse"]}</script>',
    ],
)
def test_a_head_that_points_at_the_page_itself_gives_nothing(head: str) -> None:
    assert citations(head=head) == ()


def test_an_outlet_named_on_its_own_page_is_no_source() -> None:
    text = "The bridge is shut, Norvik Post reports, citing VELNA."
    assert [row.outlet for row in citations(text=text)] == ["VELNA"]


def test_a_dateline_of_its_own_is_no_credit_and_an_office_in_its_report_still_is() -> None:
    assert citations(text="PORT VELM (Norvik Post) - The ministry denied the claim.") == ()
    (row,) = citations(text="PORT VELM (Norvik Post) - The Ministry of Ports of Velm has issued a statement.")
    assert (row.outlet, row.issuer) == (None, "The Ministry of Ports of Velm")
    (row,) = citations(text="The bridge is shut, the Ministry of Ports said, Norvik Post reports.")
    assert (row.outlet, row.issuer) == (None, "the Ministry of Ports")


def test_a_label_in_the_paragraph_before_or_behind_a_lone_link_is_read() -> None:
    link = '<p><a href="https://quay.example/a">Bridge shut at Port Velm</a></p>'
    for body in (f"<p>Source:</p><script>x()</script>{link}", f"{link}<div><span>Kaynak/Source:</span></div>"):
        assert [row.url for row in citations(body)] == ["https://quay.example/a"]


def test_an_agency_in_the_byline_element_is_found_outside_the_text() -> None:
    (row,) = citations('<span class="article-byline">By Ilse Vorn, Associated Press</span>')
    assert (row.kind, row.outlet, row.span) == ("byline", "Associated Press", None)


def test_a_photographer_beside_the_byline_is_none() -> None:
    assert (
        citations('<span class="photo-credit">Ilse Vorn/AP</span><div class="author">Photo: Ilse Vorn, AP</div>') == ()
    )


def test_the_name_in_the_text_gets_the_address_it_is_linked_to() -> None:
    text = "This article was first published by Saltwire."
    body = '<p>This article was first published by <a href="https://saltwire.example/x?fbclid=1">Saltwire</a>.</p>'
    (row,) = citations(body, text=text)
    assert (row.kind, row.outlet, row.url) == ("republication", "Saltwire", "https://saltwire.example/x")


def test_the_same_citation_stands_once_and_in_the_order_of_the_page() -> None:
    text = "PORT VELM (VELNA) - Shut.\n\nThe bridge is shut, Quaywire reported.\n\nIt stays shut, Quaywire reported."
    assert [(row.kind, row.outlet) for row in citations(text=text)] == [
        ("dateline", "VELNA"),
        ("attribution", "Quaywire"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "Source: https://quay.example/a",
        "[Source](https://quay.example/a)",
        "<https://quay.example/a>\n\n---\n\nSource:",
    ],
)
def test_a_saved_text_has_its_labelled_link(line: str) -> None:
    raw = f"{TEXT}\n\n{line}\n"
    assert "https://quay.example/a" in {row.url for row in plain_citations(raw, text=TEXT, url=None, language="en")}


def test_a_saved_file_without_an_address_of_its_own_still_cites() -> None:
    raw = f"{TEXT}\n\nSource: https://quay.example/a\n"
    (row,) = plain_citations(raw, text=TEXT, url="urn:sha256:9cb5fb59", language="en")
    assert row.url == "https://quay.example/a"


def test_a_link_in_saved_running_text_is_no_citation() -> None:
    raw = f"{TEXT} See https://quay.example/a for a map.\n\nThe road is open."
    assert plain_citations(raw, text=TEXT, url=None, language="en") == ()


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet=st.sampled_from('<>a href="https://q.example/x" Source:/p\n[]()'), max_size=120))
def test_no_markup_makes_it_raise(markup: str) -> None:
    citations(markup, text=markup)
    plain_citations(markup, text=markup, url=URL, language=None)
