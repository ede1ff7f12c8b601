"""Inside link: one tree out of many weighed edges, and how sure each edge of it is.

Every document has at most one parent and nothing descends from itself, so the links of a family form a forest. The best
one has the largest sum of weights (Chu-Liu 1965, Edmonds 1967). The share of an edge among all forests, each weighed by
the exponential of its sum, follows from a determinant (Tutte's matrix-tree theorem; Koo et al. 2007, McDonald and
Satta 2007): it is the probability of the link if weights are log-odds.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

ROOT = -(1 << 62)
"""Stands for "no parent": the origin above every original."""

Edges = Mapping[tuple[int, int], float]
"""``(child, parent)`` -> weight in log-odds; ``(child, ROOT)`` is having no parent, of weight 0 if not given."""

Weights = dict[tuple[int, int], float]
Origin = dict[tuple[int, int], tuple[int, int]]

_FLOOR = 60.0
"""Weights further than this below a child's best are as good as absent, and would only cost precision."""
_ROOT_FLOOR = 24.0
"""The same for having no parent; anything less makes the matrix singular."""
_ROOT_TOP = -8.0
"""Where having no parent is dearer than this for everyone, all are raised alike: one root is needed in any case, and a
second one stays as good as ruled out."""


def best_forest(nodes: list[int], edges: Edges) -> dict[int, int]:
    """The parent of every node in the forest of the largest weight; ``ROOT`` for those without one.

    Ties go to having no parent, then to the earlier node in ``nodes``.
    """
    position = {node: number for number, node in enumerate([ROOT, *nodes])}
    weights = {
        (child, parent): weight
        for (child, parent), weight in edges.items()
        if child in position and parent in position and child != parent
    }
    weights |= {(node, ROOT): edges.get((node, ROOT), 0.0) for node in nodes}
    return _arborescence(nodes, weights, position)


def _arborescence(nodes: list[int], weights: Weights, position: dict[int, int]) -> dict[int, int]:
    """Chu-Liu/Edmonds with all cycles of a round contracted at once (and no recursion: families may be large)."""
    rounds: list[tuple[Origin, dict[int, int]]] = []
    alive = list(nodes)
    fresh = ROOT + 1
    while True:
        chosen = _best_parents(alive, weights, position)
        inside: dict[int, int] = {}
        for cycle in _cycles(alive, chosen):
            position[fresh] = min(position[node] for node in cycle)
            inside |= dict.fromkeys(cycle, fresh)
            fresh += 1
        if not inside:
            break
        rounds.append(({}, {node: chosen[node] for node in inside}))
        weights = _contract(inside, weights, chosen, rounds[-1][0])
        alive = [*(node for node in alive if node not in inside), *dict.fromkeys(inside.values())]
    for origin, inner in reversed(rounds):
        # A contracted cycle is entered at one node, and keeps its inner edges everywhere else
        chosen = inner | dict(origin[edge] for edge in chosen.items())
    return chosen


def _best_parents(alive: list[int], weights: Weights, position: dict[int, int]) -> dict[int, int]:
    best: dict[int, tuple[float, int]] = {}
    chosen: dict[int, int] = {}
    for (child, parent), weight in weights.items():
        rank = (weight, -position[parent])
        if child not in best or rank > best[child]:
            best[child], chosen[child] = rank, parent
    return {child: chosen[child] for child in alive}


def _cycles(alive: list[int], chosen: dict[int, int]) -> list[list[int]]:
    met: dict[int, int] = {}
    found: list[list[int]] = []
    for start in alive:
        node = start
        while node != ROOT and node not in met:
            met[node] = start
            node = chosen[node]
        if node != ROOT and met[node] == start:
            cycle = [node]
            while (following := chosen[cycle[-1]]) != node:
                cycle.append(following)
            found.append(cycle)
    return found


def _contract(inside: dict[int, int], weights: Weights, chosen: dict[int, int], origin: Origin) -> Weights:
    """The edges between what is left; ``origin`` is told which edge each of them was before."""
    merged: Weights = {}
    for (child, parent), weight in weights.items():
        edge = (inside.get(child, child), inside.get(parent, parent))
        if edge[0] == edge[1]:
            continue
        gain = weight - weights[(child, chosen[child])] if child in inside else weight
        if edge not in merged or gain > merged[edge]:
            merged[edge], origin[edge] = gain, (child, parent)
    return merged


def shares(nodes: list[int], edges: Edges) -> dict[tuple[int, int], float]:
    """The share (0-1) of every edge, ``(node, ROOT)`` included, among all forests weighed by exp(sum of weights)."""
    if not nodes:
        return {}
    position = {node: number for number, node in enumerate(nodes)}
    logs = np.full((len(nodes), len(nodes)), -np.inf)
    for (child, parent), weight in edges.items():
        if child in position and parent in position and child != parent:
            logs[position[parent], position[child]] = weight
    alone = np.array([edges.get((node, ROOT), 0.0) for node in nodes])
    top = np.maximum(logs.max(axis=0, initial=-np.inf), alone)
    inner = np.exp(np.maximum(logs - top, -_FLOOR)) * np.isfinite(logs)
    rootless = alone - top
    rootless += max(0.0, _ROOT_TOP - float(rootless.max()))
    root = np.exp(np.maximum(rootless, -_ROOT_FLOOR))
    laplacian = np.diag(inner.sum(axis=0) + root) - inner
    inverse = np.linalg.inv(laplacian)
    diagonal = np.diag(inverse)
    found = {(node, ROOT): _share(root[i] * diagonal[i]) for node, i in position.items()}
    for child, parent in edges:
        if child in position and parent in position and child != parent:
            c, p = position[child], position[parent]
            found[(child, parent)] = _share(inner[p, c] * (diagonal[c] - inverse[c, p]))
    return found


def _share(value: float) -> float:
    return float(min(1.0, max(0.0, value)))
