"""Chains for graph tools: GraphML (yEd, Cytoscape, igraph), GEXF (Gephi); extra ``exports``, library ``networkx``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from scraper.export.extras import need
from scraper.trace.chain import Chain, Node, Step, change_as_text, plain


def graphml(found: Chain) -> str:
    """The tree of a chain as GraphML, edges from copy to source. ``MissingExtra`` without ``networkx``."""
    lines = need("networkx", "GraphML export").generate_graphml(graph_of_chain(found))
    return "\n".join([*lines, ""])


def gexf(found: Chain) -> str:
    """The tree of a chain as GEXF 1.2, edges from copy to source. ``MissingExtra`` without ``networkx``."""
    lines = need("networkx", "GEXF export").generate_gexf(graph_of_chain(found))
    return "\n".join([*lines, ""])


def graph_of_chain(found: Chain) -> Any:
    """The tree of a chain as a ``networkx.DiGraph``; ties and other possible parents are edges of rank 2 and up."""
    steps = [step for below in (*found.branches.values(), *found.others.values()) for step in below]
    return graph(found.nodes.values(), steps)


def graph(nodes: Iterable[Node], steps: Iterable[Step]) -> Any:
    """Any documents and links as a ``networkx.DiGraph``, e.g. all of a database.

    Nodes are document ids with label, outlet, title, url, date and state; edges carry verdict, confidence and the words
    changed. Absent facts are empty strings, since neither format knows nothing.
    """
    made = need("networkx", "graph export").DiGraph()
    for node in nodes:
        made.add_node(node.document_id, **_facts_of_node(node))
    for step in steps:
        made.add_edge(step.link.copy_id, step.link.source_id, **_facts_of_step(step))
    return made


def _facts_of_node(node: Node) -> dict[str, str]:
    return {
        "label": plain(f"{node.outlet}: {node.title}" if node.title else node.outlet),
        "outlet": plain(node.outlet),
        "kind": node.outlet_kind,
        "title": plain(node.title or ""),
        "url": plain(node.url or ""),
        "published_at": plain(node.published_at or ""),
        "state": node.state,
    }


def _facts_of_step(step: Step) -> dict[str, str | float | int]:
    return {
        "verdict": step.label or "unchecked",
        "confidence": step.link.confidence,
        "relation": step.link.relation,
        "rank": step.link.rank,
        "credited": {True: "yes", False: "no", None: ""}[step.is_credited],
        "changed": "; ".join(change_as_text(*words) for words in step.changed),
        "evidence": "; ".join(f"{row.kind} {row.weight:+g}" for row in step.link.evidence),
    }
