"""Chains for provenance tools: W3C PROV as PROV-JSON and as JSON-LD (extra ``exports``, library ``prov``).

A document is an entity, an outlet an agent, a link a derivation that carries verdict, confidence and evidence; the step
onto the original is a derivation from a primary source.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from scraper.export.extras import need
from scraper.model import Evidence
from scraper.trace.chain import Chain, Node, Step, change_as_text, plain

NAMESPACES = {
    "document": "urn:provenance-tracker:document:",
    "outlet": "urn:provenance-tracker:outlet:",
    "link": "urn:provenance-tracker:link:",
    "tracker": "urn:provenance-tracker:term:",
    "dcterms": "http://purl.org/dc/terms/",
}
EVIDENCE = "{kind}: {words} ({weight:+g})"


def prov_json(found: Chain) -> str:
    """The chain and its tree as PROV-JSON (W3C member submission of 2013). ``MissingExtra`` without ``prov``."""
    return str(prov_document(found).serialize(format="json", indent=2)) + "\n"


def prov_jsonld(found: Chain) -> str:
    """The chain and its tree as PROV-JSONLD (W3C member submission of 2024). ``MissingExtra`` without ``prov``."""
    return str(prov_document(found).serialize(format="jsonld", indent=2)) + "\n"


def prov_document(found: Chain) -> Any:
    """The chain and its tree as a ``prov.model.ProvDocument``."""
    document = need("prov.model", "PROV export").ProvDocument()
    for prefix, address in NAMESPACES.items():
        document.add_namespace(prefix, address)
    for node in found.nodes.values():
        _add_node(document, node)
    primary = need("prov.constants", "PROV export").PROV["PrimarySource"]
    for step in _steps(found):
        kinds = {"prov:type": primary} if step.link.source_id == found.path[-1] else {}
        document.wasDerivedFrom(
            _document_name(step.link.copy_id),
            _document_name(step.link.source_id),
            identifier=_link_name(step),
            other_attributes=[*kinds.items(), *_facts_of_step(step)],
        )
    return document


def _steps(found: Chain) -> list[Step]:
    chosen = [step for below in found.branches.values() for step in below]
    others = [step for below in found.others.values() for step in below]
    return sorted((*chosen, *others), key=lambda step: (step.link.copy_id, step.link.rank, step.link.source_id))


def _add_node(document: Any, node: Node) -> None:
    facts = {
        "prov:label": plain(node.title or node.outlet),
        "dcterms:issued": node.published_at,
        "prov:location": node.url and plain(node.url),
        "tracker:state": node.state,
    }
    name = _document_name(node.document_id)
    document.entity(name, {key: value for key, value in facts.items() if value})
    outlet = f"outlet:{quote(node.outlet_id or node.outlet, safe='')}"
    document.agent(outlet, {"prov:label": plain(node.outlet), "tracker:kind": node.outlet_kind})
    document.wasAttributedTo(name, outlet)


def _facts_of_step(step: Step) -> list[tuple[str, object]]:
    facts: list[tuple[str, object]] = [
        ("tracker:confidence", step.link.confidence),
        ("tracker:relation", step.link.relation),
        ("tracker:rank", step.link.rank),
        ("tracker:verdict", step.label or "unchecked"),
    ]
    if step.is_credited is not None:
        facts.append(("tracker:credited", step.is_credited))
    facts += [("tracker:changed", change_as_text(*words)) for words in step.changed]
    return facts + [("tracker:evidence", _evidence(row)) for row in step.link.evidence]


def _evidence(row: Evidence) -> str:
    return EVIDENCE.format(kind=row.kind, words=plain(row.words), weight=row.weight)


def _document_name(document_id: int) -> str:
    return f"document:{document_id}"


def _link_name(step: Step) -> str:
    return f"link:{step.link_id if step.link_id is not None else f'{step.link.copy_id}-{step.link.source_id}'}"
