"""Chains: the walk from a copy to its original, and the tree drawn for people and programs."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper.model import Evidence, Link
from scraper.trace.chain import Chain, Node, Step, chain, dot, mermaid, path_as_text, step_to, to_json, tree

NODES = {
    1: Node(document_id=1, outlet="Ministry of Ports", outlet_kind="issuer", state="presumed"),
    2: Node(
        document_id=2,
        outlet="Meridian News Agency",
        state="cited",
        url="https://meridian.example/a",
        published_at="2024-03-14T10:00:00Z",
    ),
    3: Node(
        document_id=3,
        outlet="Centre for Port Studies",
        title="Statement on the harbour",
        url="https://ports.example/3",
        published_at="2024-03-15",
    ),
    4: Node(document_id=4, outlet="Harbour Walks", title="A walk", published_at="2024-03-16"),
    5: Node(document_id=5, outlet="Tidewater Gazette", title="Elsewhere", published_at="2024-03-14"),
}


def link(copy_id: int, source_id: int, rank: int = 1, confidence: float = 0.9, **facts: object) -> Step:
    rows = (Evidence(kind="credit", words="Source: somebody", weight=5.0),)
    return Step(
        link=Link(copy_id=copy_id, source_id=source_id, confidence=confidence, rank=rank, evidence=rows),
        **facts,  # type: ignore[arg-type]
    )


STEPS = (
    link(2, 1),
    link(3, 2, label="altered", changed=(("around 60,000", "up to 60,000"), ("42", "24")), is_credited=True),
    link(4, 3, label="verbatim", is_credited=False, confidence=0.5),
    link(4, 5, confidence=0.49),
    link(4, 2, rank=2, confidence=0.1),
)


@pytest.fixture
def found() -> Chain:
    return chain(3, STEPS, NODES)


def test_the_walk_leads_from_the_document_to_its_original(found: Chain) -> None:
    assert found.path == (3, 2, 1)
    assert [step.link.source_id for step in found.steps] == [2, 1]
    assert found.original.outlet == "Ministry of Ports"


def test_the_line_says_what_is_cited_and_what_is_presumed(found: Chain) -> None:
    assert path_as_text(found) == (
        "Centre for Port Studies → Meridian News Agency (cited, not captured) → "
        "Ministry of Ports (presumed, not located)"
    )


def test_the_tree_stands_on_its_original_with_the_copies_below(found: Chain) -> None:
    assert tree(found) == "\n".join(
        [
            "Ministry of Ports  (presumed, not located)",
            "└─ Meridian News Agency  2024-03-14 10:00  (cited, not captured)",
            "   │  https://meridian.example/a",
            "   │  not compared, confidence 0.90",
            "   └─ ▸ Centre for Port Studies  2024-03-15  “Statement on the harbour”",
            "      │  https://ports.example/3",
            "      │  altered, credited, confidence 0.90: “around 60,000” → “up to 60,000”; “42” → “24”",
            "      └─ Harbour Walks  2024-03-16  “A walk”",
            "            verbatim, not credited, confidence 0.50",
            "            or as well from Tidewater Gazette, confidence 0.49 (a tie)",
        ]
    )


def test_a_false_credit_is_shown_in_the_tree() -> None:
    conflict = Evidence(kind="conflict", words="credits Northline, but the text descends from Meridian", weight=-1.0)
    step = Step(link=Link(copy_id=3, source_id=2, confidence=0.8, evidence=(conflict,)))
    assert "conflict: credits Northline, but the text descends from Meridian" in tree(chain(3, [step], NODES))


def test_a_document_without_links_is_its_own_original() -> None:
    alone = chain(5, STEPS[:1], NODES)
    assert alone.path == (5,)
    assert alone.original.document_id == 5
    assert tree(alone) == "▸ Tidewater Gazette  2024-03-14  “Elsewhere”"


def test_a_reissue_is_no_step_of_a_chain() -> None:
    again = Step(link=Link(copy_id=3, source_id=5, confidence=0.9, relation="reissue"))
    assert chain(3, [again], NODES).path == (3,)


def test_json_says_everything_that_the_chain_holds(found: Chain) -> None:
    data = json.loads(to_json(found))
    assert (data["document_id"], data["original_id"], data["path"]) == (3, 1, [3, 2, 1])
    assert {one["document_id"] for one in data["documents"]} == {1, 2, 3, 4, 5}
    altered = next(one for one in data["links"] if one["copy_id"] == 3)
    assert altered["label"] == "altered"
    assert altered["changed"][1] == {"source_words": "42", "copy_words": "24"}
    assert altered["evidence"] == [{"kind": "credit", "words": "Source: somebody", "weight": 5.0}]


def test_mermaid_and_dot_draw_every_document_and_every_link_once(found: Chain) -> None:
    assert mermaid(found).splitlines()[0] == "flowchart BT"
    assert mermaid(found).count("-->") == 3
    assert dot(found).count(" -> ") == 3
    assert dot(found).startswith("digraph chain {")
    assert all(f"d{number} " in dot(found) for number in (1, 2, 3, 4))


def test_hostile_titles_stay_inside_their_quotes() -> None:
    evil = 'x"]; click d3 "javascript:alert(1)\n\x1b[2J\u202e\ud800<script>\\'
    nodes = {3: Node(document_id=3, outlet=evil, title=evil)}
    found = chain(3, [], nodes)
    assert len(mermaid(found).splitlines()) == 2
    assert '"' not in mermaid(found).split('["', 1)[1].rsplit('"]', 1)[0]
    assert "<" not in mermaid(found)
    label = dot(found).split('[label="', 1)[1].rsplit('"];', 1)[0]
    assert '"' not in label.replace("\\\\", "").replace('\\"', "")
    assert "\x1b" not in tree(found)
    assert "\u202e" not in tree(found)
    assert tree(found).encode()


def test_each_link_of_the_tree_can_be_asked_for(found: Chain) -> None:
    assert step_to(found, 3) is STEPS[1]
    assert step_to(found, 1) is None


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 6), st.integers(1, 6), st.integers(1, 2), st.floats(0, 1)), max_size=14),
    st.integers(1, 6),
)
def test_a_walk_ends_even_on_links_that_loop(rows: list[tuple[int, int, int, float]], start: int) -> None:
    nodes = {number: Node(document_id=number, outlet=f"outlet {number}") for number in range(1, 7)}
    found = chain(start, [link(a, b, rank, sure) for a, b, rank, sure in rows], nodes)
    assert found.path[0] == start
    assert len(set(found.path)) == len(found.path)
    drawn = tree(found).splitlines()
    assert sum("outlet " in line and "or as well" not in line for line in drawn) == len(found.documents)
    assert json.loads(to_json(found))["document_id"] == start
    assert mermaid(found)
    assert dot(found)
