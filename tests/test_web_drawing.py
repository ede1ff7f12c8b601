"""Chains as drawings: no edge crosses a node, everything has its place, from two documents to five hundred."""

from __future__ import annotations

import itertools
import random
import re
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest

from scraper.model import Link
from scraper.trace.chain import Chain, Node, Step, chain
from scraper.web.drawing import draw
from scraper.web.spots import Spot, spots

LABELS = ("verbatim", "verbatim", "expanded", "abridged", "excerpt", "edited", "altered", "unchecked")
SVG = "{http://www.w3.org/2000/svg}"


def story(documents: int, *, seed: int = 1, state: str = "captured", tangled: bool = False) -> Chain:
    """A chain of so many documents: a few are copied often (or anybody, ``tangled``), the pace slackens."""
    dice = random.Random(seed)  # noqa: S311 - a made-up story
    at = datetime(2026, 5, 3, 9, 0, tzinfo=UTC)
    outlets = [f"Outlet of the {dice.choice(('Northern', 'Old', 'Lower'))} Quay {one}" for one in range(60)]
    nodes, steps = {}, []
    for number in range(1, documents + 1):
        first = number == 1
        outlet = 0 if first else 1 + int((len(outlets) - 1) * dice.random() ** 2 * min(1, documents / 90))
        at += timedelta(minutes=0 if first else dice.expovariate(1 / (30 + 3 * number)))
        dated = f"{at:%Y-%m-%d}" if dice.random() < 0.08 else f"{at:%Y-%m-%dT%H:%M:%SZ}"
        nodes[number] = Node(
            document_id=number,
            outlet=outlets[outlet],
            outlet_id=f"o{outlet}",
            state=state if first else "captured",
            title=f"Boats stay in, {number}",
            published_at=None if first and state != "captured" else dated,
        )
        if not first:
            source = _source(number, dice, tangled=tangled)
            link = Link(copy_id=number, source_id=source, confidence=0.3 + 0.7 * dice.random())
            label = dice.choice(LABELS)
            changed = (("42", "24"),) * dice.randrange(1, 4) if label == "altered" else ()
            steps.append(Step(link=link, link_id=number, label=label, changed=changed, is_credited=True))
    return chain(documents, steps, nodes)


def _source(number: int, dice: random.Random, *, tangled: bool) -> int:
    if number == 2 or dice.random() < 0.35:
        return 1
    return 1 + int((number - 1) * dice.random() ** (1 if tangled else 6))


def made(found: Chain) -> list[Spot]:
    facts = {
        number: {"outlet_id": node.outlet_id, "versions": 1 + (number % 17 == 3), "first_seen_at": None,
                 "last_version_at": "2026-05-09T09:00:00Z", "gone_at": None}
        for number, node in found.nodes.items()
    }  # fmt: skip
    return spots(found, facts, dict.fromkeys(found.nodes, 0.5))


def drawn(found: Chain, *, equal: bool = False) -> ElementTree.Element:
    titles = {node.outlet_id: node.outlet for node in found.nodes.values()}
    return ElementTree.fromstring(draw(made(found), titles, equal=equal).svg)  # noqa: S314 - our own


def bodies(svg: ElementTree.Element) -> list[tuple[float, float, float]]:
    """Middle and radius of each node."""
    nodes = [
        one for one in svg.iter() if one.get("class", "").startswith("node node-") and "state-" in one.get("class")
    ]
    return [_body(one) for one in nodes]


def _body(node: ElementTree.Element) -> tuple[float, float, float]:
    if node.tag == f"{SVG}circle":
        return float(node.get("cx")), float(node.get("cy")), float(node.get("r"))
    if node.tag == f"{SVG}rect":
        side = float(node.get("width")) / 2
        return float(node.get("x")) + side, float(node.get("y")) + side, side
    corners = [tuple(map(float, one.split(","))) for one in node.get("points").split()]
    return corners[0][0], corners[1][1], corners[1][0] - corners[0][0] - 2


def lines(svg: ElementTree.Element, kind: str) -> list[list[tuple[float, float]]]:
    """Each stroke as points; the corner of a rounded turn counts as one."""
    paths = [one.get("d") for one in svg.iter(f"{SVG}path") if one.get("class", "").split()[0] == kind]
    strokes = [stroke for path in paths for stroke in path.split("M")[1:]]
    return [[(float(x), float(y)) for x, y in re.findall(r"(-?[\d.]+) (-?[\d.]+)", stroke)] for stroke in strokes]


def distance(point: tuple[float, float], one: tuple[float, float], other: tuple[float, float]) -> float:
    (x, y), (x1, y1), (x2, y2) = point, one, other
    length = (x2 - x1) ** 2 + (y2 - y1) ** 2
    part = 0 if not length else max(0, min(1, ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / length))
    return ((x - x1 - part * (x2 - x1)) ** 2 + (y - y1 - part * (y2 - y1)) ** 2) ** 0.5


STORIES = {
    **{f"{documents} documents": story(documents, seed=documents) for documents in (2, 3, 5, 12, 40, 60, 100, 500)},
    **{f"{documents} documents, tangled": story(documents, seed=9, tangled=True) for documents in (12, 60, 200)},
}
of_each_story = pytest.mark.parametrize("found", STORIES.values(), ids=STORIES)


def _is_near(node: tuple[float, float, float], one: tuple[float, float], other: tuple[float, float]) -> bool:
    (x1, x2), (y1, y2) = sorted((one[0], other[0])), sorted((one[1], other[1]))
    return x1 - node[2] < node[0] < x2 + node[2] and y1 - node[2] < node[1] < y2 + node[2]


@pytest.mark.parametrize("equal", [False, True])
@of_each_story
def test_no_edge_crosses_a_node_and_no_node_covers_another(found, equal):
    svg = drawn(found, equal=equal)
    nodes = bodies(svg)
    for (x, y, radius), (x2, y2, radius2) in itertools.combinations(nodes, 2):
        assert max(abs(x - x2), abs(y - y2)) >= radius + radius2 - 0.1
    for points in [*lines(svg, "edge"), *lines(svg, "stem")]:
        for one, other in itertools.pairwise(points):
            near = [node for node in nodes if _is_near(node, one, other)]
            assert not [node for node in near if distance(node[:2], one, other) < node[2] * 0.85]


@of_each_story
def test_every_document_is_drawn_or_folded_and_every_copy_has_its_edge(found):
    folded = [len(one.more) for one in made(found) if one.more]
    svg = drawn(found)
    assert len(bodies(svg)) + sum(folded) == len(found.nodes)
    assert len(lines(svg, "edge")) + sum(folded) == len(found.nodes) - 1
    assert all(f"+{count} verbatim" in "".join(svg.itertext()) for count in folded)


@of_each_story
def test_an_edge_ends_at_its_copy(found):
    svg = drawn(found)
    nodes = bodies(svg)
    for points in lines(svg, "edge"):
        x, y = points[-1]
        assert [node for node in nodes if abs(node[0] - x) < 0.1 and node[2] < abs(node[1] - y) < node[2] + 8]


@pytest.mark.parametrize("state", ["presumed", "cited"])
def test_an_original_that_is_not_held_is_drawn_as_such(state):
    svg = drawn(story(6, state=state))
    assert [one for one in svg.iter() if f"state-{state}" in one.get("class", "")]
    assert state in "".join(svg.itertext())


def test_true_time_keeps_the_gaps_and_equal_steps_do_not():
    found = story(12, seed=4)
    places = [sorted({x for x, _, _ in bodies(drawn(found, equal=equal))}) for equal in (False, True)]
    gaps = [sorted(after - before for before, after in itertools.pairwise(one)) for one in places]
    assert gaps[0][-1] > 3 * gaps[0][0]
    assert gaps[1][-1] == pytest.approx(gaps[1][0], abs=0.3)
