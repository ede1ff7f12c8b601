"""Chains as files for other tools, read back with the tools' own libraries."""

from __future__ import annotations

import builtins
import importlib
import json
import re
from io import BytesIO
from types import ModuleType

import networkx
import pytest
from prov.model import PROV_TYPE, ProvDerivation, ProvDocument, ProvEntity

from scraper.export.extras import MissingExtra
from scraper.export.graphs import gexf, graph, graphml
from scraper.export.prov import prov_json, prov_jsonld
from scraper.export.references import Reference, bibtex, csl_json, ris
from scraper.model import Evidence, Link
from scraper.trace.chain import Chain, Node, Step, chain

HOSTILE = 'Ports & "Harbours" <b>{100 %}\x00\x1b_#$~^\\ \ud800 end'
NODES = {
    1: Node(
        document_id=1,
        outlet="Ministry of Ports",
        outlet_id="ministry_of_ports",
        outlet_kind="issuer",
        url="https://ports.example/1",
        title="Statement",
        published_at="2024-03-14",
    ),
    2: Node(
        document_id=2,
        outlet="Agentur für Küste",
        url="https://kueste.example/a?b=1&c={x}",
        title=HOSTILE,
        published_at="2024-03-14T10:00:00Z",
    ),
    3: Node(document_id=3, outlet="Harbour Walks", title="A walk"),
}
STEPS = (
    Step(
        link_id=7,
        link=Link(
            copy_id=2,
            source_id=1,
            confidence=0.93,
            evidence=(Evidence(kind="credit", words="Source: Ministry of Ports", weight=5.0),),
        ),
        label="altered",
        changed=(("42", "24"), ("not", "")),
        is_credited=True,
    ),
    Step(link_id=8, link=Link(copy_id=3, source_id=2, confidence=0.6), label="verbatim", is_credited=False),
)


@pytest.fixture
def found() -> Chain:
    return chain(3, STEPS, NODES)


def test_prov_json_is_read_back_with_every_document_and_derivation(found: Chain) -> None:
    document = ProvDocument.deserialize(content=prov_json(found), format="json")
    names = {str(one.identifier) for one in document.get_records(ProvEntity)}
    assert names == {"document:1", "document:2", "document:3"}
    derivations = {str(one.identifier): one for one in document.get_records(ProvDerivation)}
    assert set(derivations) == {"link:7", "link:8"}
    facts = {str(name): value for name, value in derivations["link:7"].attributes}
    assert facts["tracker:verdict"] == "altered"
    assert float(facts["tracker:confidence"]) == pytest.approx(0.93)
    assert str(next(iter(derivations["link:7"].get_attribute(PROV_TYPE)))) == "prov:PrimarySource"
    assert not derivations["link:8"].get_attribute(PROV_TYPE)


def test_prov_json_ld_is_read_back_as_the_same_document(found: Chain) -> None:
    data = json.loads(prov_jsonld(found))
    assert {one["@type"] for one in data["@graph"]} == {"Entity", "Agent", "Attribution", "Derivation"}
    again = ProvDocument.deserialize(content=prov_jsonld(found), format="jsonld")
    assert len(list(again.get_records(ProvDerivation))) == 2


@pytest.mark.parametrize("write", [graphml, gexf])
def test_graph_files_are_read_back_with_nodes_edges_and_facts(found: Chain, write: object) -> None:
    read = {graphml: networkx.read_graphml, gexf: networkx.read_gexf}[write]
    again = read(BytesIO(write(found).encode()))  # type: ignore[operator]
    assert set(again.edges()) == {("2", "1"), ("3", "2")}
    assert again.nodes["1"]["outlet"] == "Ministry of Ports"
    assert again.nodes["2"]["title"].startswith('Ports & "Harbours" <b>{100 %}')
    assert again.edges["2", "1"]["verdict"] == "altered"
    assert again.edges["2", "1"]["confidence"] == pytest.approx(0.93)
    assert again.edges["2", "1"]["changed"] == "“42” → “24”; “not” → (nothing)"


def test_any_links_make_a_graph_not_only_a_chains() -> None:
    made = graph(NODES.values(), STEPS)
    assert (made.number_of_nodes(), made.number_of_edges()) == (3, 2)


@pytest.mark.parametrize(("write", "library"), [(prov_json, "prov"), (graphml, "networkx"), (gexf, "networkx")])
def test_a_missing_library_is_one_clear_sentence(
    found: Chain, write: object, library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without(name: str, package: str | None = None) -> ModuleType:
        raise ModuleNotFoundError(f"No module named {name!r}")

    monkeypatch.setattr("scraper.export.extras.import_module", without)
    with pytest.raises(MissingExtra, match=rf"needs the library {library}: pip install") as caught:
        write(found)  # type: ignore[operator]
    assert "\n" not in str(caught.value)


def test_the_exports_can_be_imported_without_their_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: object, **more: object) -> ModuleType:
        if name.partition(".")[0] in ("prov", "networkx"):
            raise ModuleNotFoundError(name)
        return real(name, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", without)
    for module in ("scraper.export.prov", "scraper.export.graphs"):
        importlib.reload(importlib.import_module(module))


# --- citations ---------------------------------------------------------------------------------------------------

REFERENCE = Reference(
    link_id=7,
    copy=NODES[2],
    source=NODES[1],
    label="altered",
    confidence=0.93,
    changed=(("42", "24"),),
    accessed_at="2024-06-01T08:00:00Z",
)


def test_bibtex_entries_are_balanced_and_name_both_sides() -> None:
    text = bibtex(REFERENCE)
    assert re.findall(r"@online\{(\w+),", text) == ["link7copy", "link7source"]
    assert "related = {link7source}" in text
    assert "date = {2024-03-14}" in text
    assert "urldate = {2024-06-01}" in text
    assert "url = {https://kueste.example/a?b=1&c=%7Bx%7D}" in text
    assert r"100 \%" in text
    assert "\x00" not in text
    assert _is_balanced(text)


def _is_balanced(text: str) -> bool:
    depth = 0
    for found in re.findall(r"\\[{}]|[{}]", text):
        depth += {"{": 1, "}": -1}.get(found, 0)
        assert depth >= 0
    return depth == 0


def test_ris_records_have_a_tag_on_every_line_and_an_end() -> None:
    lines = ris(REFERENCE).split("\r\n")
    assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in lines if line)
    assert [line for line in lines if line.startswith("TY")] == ["TY  - ELEC", "TY  - ELEC"]
    assert lines.count("ER  - ") == 2
    assert "DA  - 2024/03/14" in lines
    assert "UR  - https://ports.example/1" in lines
    assert any(line.startswith("N1  - Taken from Ministry of Ports, altered") for line in lines)


def test_csl_items_have_dates_in_parts() -> None:
    copy, source = json.loads(csl_json(REFERENCE))
    assert copy["type"] == "webpage"
    assert copy["issued"] == {"date-parts": [[2024, 3, 14]]}
    assert copy["accessed"] == {"date-parts": [[2024, 6, 1]]}
    assert "42" in copy["note"]
    assert source["container-title"] == "Ministry of Ports"
    assert "accessed" not in source


@pytest.mark.parametrize("write", [bibtex, ris, csl_json])
def test_a_presumed_source_can_be_cited_too(write: object) -> None:
    unknown = Reference(link_id=9, copy=NODES[3], source=Node(document_id=4, outlet="Somebody", state="presumed"))
    text = write(unknown)  # type: ignore[operator]
    assert "Presumed, not located" in text
    assert "None" not in text
