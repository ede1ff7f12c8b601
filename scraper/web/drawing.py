"""present: a chain as a drawing: a lane per outlet over true time, edges that go around nodes, never through them.

Edges are metro lines: down (or up) out of the source, along a channel between two rows, through rows where no node
stands, and into the copy from above or below. Channels hold no nodes, so no edge can cross one.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from markupsafe import Markup

from scraper.store.database import Row
from scraper.trace.chain import Chain, Node, Step, plain
from scraper.web.svg import tag
from scraper.web.words import STATES, day, many, moment, share, sign

LEFT, RIGHT, TOP = 190.0, 150.0, 46.0
WIDTH = 1180.0
RADIUS = 13.0
ROW, TRACK, CORNER = 40.0, 9.0, 7.0
NODE_SPAN = (RADIUS + 7, 112.0)
"""What a node and the words beside it take up to the left and right of its middle."""
FOLDED_FROM = 3
"""So many exact copies of one document, not copied further, are drawn as one."""
LONGEST_NAME = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """One node of the drawing; ``more`` are the exact copies folded into it."""

    node: Node
    step: Step | None
    lane: str
    at: datetime | None
    is_day: bool = False
    kept: float | None = None
    material: int = 0
    versions: int = 1
    corrected_at: str | None = None
    gone_at: str | None = None
    more: tuple[int, ...] = ()
    is_asked: bool = False

    @property
    def id(self) -> int:
        return self.node.document_id


@dataclass(slots=True)
class _Placed:
    spot: Spot
    x: float
    row: int = 0
    y: float = 0.0


class _Track(NamedTuple):
    channel: int
    number: int


@dataclass(slots=True)
class _Edge:
    source: _Placed
    copy: _Placed
    column: float
    """Where it goes through the rows in between."""
    out: int
    """Channel in which it leaves the source's row; channel n lies below row n, channel -1 above the first."""
    into: int
    tracks: dict[int, int] = field(default_factory=dict)


def spots(found: Chain, facts: Mapping[int, Row], kept: Mapping[int, float | None]) -> list[Spot]:
    """The nodes to draw, parents first, exact copies folded. ``facts`` by document, ``kept`` by link."""
    steps = {step.link.copy_id: step for below in found.branches.values() for step in below}
    folded = _folded(found, set(found.path))
    hidden = {one for _, rest in folded.values() for one in rest}
    made = []
    for document_id in found.documents:
        if document_id in hidden:
            continue
        node, step = found.nodes[document_id], steps.get(document_id)
        known = facts.get(document_id, {})
        at, is_day = _time(node, known)
        changed = (known.get("versions") or 1) > 1
        made.append(
            Spot(
                node=node,
                step=step,
                lane=known.get("outlet_id") or node.outlet,
                at=at,
                is_day=is_day,
                kept=kept.get(step.link_id or 0) if step else None,
                material=len(step.changed) if step else 0,
                versions=known.get("versions") or 1,
                corrected_at=known.get("last_version_at") if changed else None,
                gone_at=known.get("gone_at"),
                more=folded[document_id][1] if document_id in folded else (),
                is_asked=document_id == found.document_id,
            )
        )
    return made


def _folded(found: Chain, never: set[int]) -> dict[int, tuple[int, tuple[int, ...]]]:
    """First exact copy -> (its source, the other exact copies of that source), where there are enough of them."""
    folded = {}
    for source, below in found.branches.items():
        exact = [
            step.link.copy_id
            for step in below
            if step.label == "verbatim" and step.link.copy_id not in found.branches and step.link.copy_id not in never
        ]
        if len(exact) >= FOLDED_FROM:
            folded[exact[0]] = (source, tuple(exact[1:]))
    return folded


def _time(node: Node, known: Mapping[str, object]) -> tuple[datetime | None, bool]:
    if node.state == "presumed":
        return None, False
    text = node.published_at or (str(known.get("first_seen_at") or "") if node.state == "captured" else "")
    try:
        at = datetime.fromisoformat(text.replace("Z", "+00:00")) if text else None
    except ValueError:
        at = None
    if at is None:
        return None, False
    is_day = len(text) == 10
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return (at + timedelta(hours=12), True) if is_day else (at, False)


# --- where things stand --------------------------------------------------------------------------------------------


def _columns(
    made: Sequence[Spot], *, equal: bool, width: float
) -> tuple[dict[int, float], Callable[[datetime], float]]:
    """Where each node stands along the axis, and the axis itself."""
    dated = sorted({one.at for one in made if one.at is not None})
    undated = any(one.at is None for one in made)
    start = LEFT + RADIUS + 10 + (NODE_SPAN[1] + 20 if undated else 0)
    end = max(start + 1, width - RIGHT)
    if equal:
        step = (end - start) / max(1, len(dated) - 1)
        place = {at: start + index * step for index, at in enumerate(dated)}

        def axis(at: datetime) -> float:
            return place.get(at, start)
    else:
        first, last = (dated[0], dated[-1]) if dated else (datetime.now(UTC), datetime.now(UTC))
        span = max((last - first).total_seconds(), 1.0)

        def axis(at: datetime) -> float:
            return start + (end - start) * (at - first).total_seconds() / span

    waiting = LEFT + RADIUS + 10
    return {one.id: axis(one.at) if one.at is not None else waiting for one in made}, axis


def _lanes(made: Sequence[Spot]) -> list[str]:
    """Outlets from the top: in the order in which the words reached them."""
    return list(dict.fromkeys(one.lane for one in sorted(made, key=lambda one: (_depth_first(one), _when(one)))))


def _depth_first(one: Spot) -> int:
    return 0 if one.step is None else 1


def _when(one: Spot) -> tuple[bool, datetime]:
    return (one.at is not None, one.at or datetime.min.replace(tzinfo=UTC))


def _rows(made: Sequence[Spot], columns: Mapping[int, float]) -> tuple[list[_Placed], list[tuple[str, int, int]]]:
    """Every node in a row; a lane has as many rows as its nodes need. Lanes as (id, first, last)."""
    placed, lanes, first = [], [], 0
    by_lane: dict[str, list[Spot]] = defaultdict(list)
    for one in made:
        by_lane[one.lane].append(one)
    for lane in _lanes(made):
        ends: list[float] = []
        for one in sorted(by_lane[lane], key=lambda one: (columns[one.id], one.id)):
            x = columns[one.id]
            row = next((index for index, end in enumerate(ends) if x - NODE_SPAN[0] >= end), len(ends))
            ends[row : row + 1] = [x + NODE_SPAN[1]]
            placed.append(_Placed(one, x, first + row))
        lanes.append((lane, first, first + len(ends) - 1))
        first += len(ends)
    return placed, lanes


# --- edges ---------------------------------------------------------------------------------------------------------


def _edges(placed: Sequence[_Placed], width: float) -> list[_Edge]:
    by_id = {one.spot.id: one for one in placed}
    taken: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for one in placed:
        taken[one.row].append((one.x - NODE_SPAN[0], one.x + NODE_SPAN[1]))
    edges = []
    for one in sorted(placed, key=lambda one: (one.row, one.x)):
        step = one.spot.step
        source = by_id.get(step.link.source_id) if step else None
        if source is not None:
            edges.append(_edge(source, one, taken, width))
    _tracks(edges)
    return edges


def _edge(source: _Placed, copy: _Placed, taken: dict[int, list[tuple[float, float]]], width: float) -> _Edge:
    down = copy.row >= source.row
    out = source.row if down else source.row - 1
    into = copy.row - 1 if copy.row > source.row else copy.row
    between = range(source.row + 1, copy.row) if down else range(copy.row + 1, source.row)
    column = _free_column(copy.x, [span for row in between for span in taken[row]], width)
    for row in between:
        taken[row].append((column - 5, column + 5))
    return _Edge(source, copy, column, out, into)


def _free_column(wanted: float, spans: Iterable[tuple[float, float]], width: float) -> float:
    """The place nearest to the wanted one that no span covers."""
    merged: list[list[float]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([start, end])
    for start, end in merged:
        if start < wanted < end:
            right = end <= width - 4 and (end - wanted <= wanted - start or start <= LEFT - 20)
            return end if right else start
    return wanted


def _tracks(edges: Sequence[_Edge]) -> None:
    """Horizontal parts in one channel get tracks of their own, unless they leave the same source (a shared trunk)."""
    wanted: dict[int, list[tuple[float, float, int, _Edge]]] = defaultdict(list)
    for edge in edges:
        if edge.out == edge.into:
            parts = {edge.out: (edge.source.x, edge.copy.x)}
        else:
            parts = {edge.out: (edge.source.x, edge.column), edge.into: (edge.column, edge.copy.x)}
        for channel, (one, other) in parts.items():
            wanted[channel].append((min(one, other), max(one, other), edge.source.spot.id, edge))
    for channel, parts_here in wanted.items():
        ends: list[list[tuple[float, float, int]]] = []
        for start, end, source, edge in sorted(parts_here, key=lambda one: (one[0], one[1], one[2])):
            number = next(
                (
                    index
                    for index, others in enumerate(ends)
                    if all(other == source or end + 8 < s or e + 8 < start for s, e, other in others)
                ),
                len(ends),
            )
            if number == len(ends):
                ends.append([])
            ends[number].append((start, end, source))
            edge.tracks[channel] = number


def _heights(placed: Sequence[_Placed], edges: Sequence[_Edge]) -> tuple[list[float], dict[int, float]]:
    """The middle of each row, and the first track of each channel."""
    deepest: dict[int, int] = defaultdict(int)
    for edge in edges:
        for channel, number in edge.tracks.items():
            deepest[channel] = max(deepest[channel], number + 1)
    rows = 1 + max((one.row for one in placed), default=0)
    y = TOP + deepest[-1] * TRACK
    channels, middles = {-1: TOP + 2}, []
    for row in range(rows):
        middles.append(y + ROW / 2)
        channels[row] = y + ROW
        y += ROW + deepest[row] * TRACK + 4
    return [*middles, y], channels


def _path(edge: _Edge, channels: Mapping[int, float]) -> str:
    def track(channel: int) -> float:
        return channels[channel] + edge.tracks[channel] * TRACK

    source, copy = edge.source, edge.copy
    leaves = source.y + (RADIUS + 1 if edge.out >= source.row else -RADIUS - 1)
    arrives = copy.y + (RADIUS + 5 if edge.into >= copy.row else -RADIUS - 5)
    points = [(source.x, leaves), (source.x, track(edge.out))]
    if edge.out != edge.into:
        points += [(edge.column, track(edge.out)), (edge.column, track(edge.into))]
    points += [(copy.x, track(edge.into)), (copy.x, arrives)]
    return rounded(points)


def rounded(points: Sequence[tuple[float, float]]) -> str:
    """A path along points with rounded corners."""
    kept = [points[0], *(here for before, here in itertools.pairwise(points) if here != before)]
    parts = [f"M{kept[0][0]:.1f} {kept[0][1]:.1f}"]
    for before, here, after in zip(kept, kept[1:], kept[2:], strict=False):
        radius = min(CORNER, _distance(before, here) / 2, _distance(here, after) / 2)
        start, end = _towards(here, before, radius), _towards(here, after, radius)
        parts.append(f"L{start[0]:.1f} {start[1]:.1f}Q{here[0]:.1f} {here[1]:.1f} {end[0]:.1f} {end[1]:.1f}")
    return "".join([*parts, f"L{kept[-1][0]:.1f} {kept[-1][1]:.1f}"])


def _distance(one: tuple[float, float], other: tuple[float, float]) -> float:
    return abs(one[0] - other[0]) + abs(one[1] - other[1])


def _towards(here: tuple[float, float], there: tuple[float, float], by: float) -> tuple[float, float]:
    whole = _distance(here, there) or 1.0
    return (here[0] + (there[0] - here[0]) * by / whole, here[1] + (there[1] - here[1]) * by / whole)


# --- the drawing ---------------------------------------------------------------------------------------------------


class Drawn(NamedTuple):
    """A drawing and how large it is."""

    svg: Markup
    width: float
    height: float


def draw(made: Sequence[Spot], titles: Mapping[str, str], *, equal: bool = False, style: str | None = None) -> Drawn:
    """The chain as SVG. ``titles`` name the lanes; ``style`` is written into the file when it is to stand alone."""
    width = WIDTH if len(made) <= 40 else min(2400.0, WIDTH + 12.0 * (len(made) - 40))
    columns, axis = _columns(made, equal=equal, width=width)
    placed, lanes = _rows(made, columns)
    edges = _edges(placed, width)
    heights, channels = _heights(placed, edges)
    for one in placed:
        one.y = heights[one.row]
    height = heights[-1] + 14
    parts = [
        tag("style", Markup(style)) if style else Markup(""),  # noqa: S704 - our own file
        _defs(),
        tag("g", *_ticks(made, axis, height, equal=equal), class_="axis"),
        tag("g", *(_lane(lane, titles, heights, channels, width) for lane in lanes)),
        tag("g", *(_drawn_edge(edge, channels) for edge in edges)),
        tag("g", *(_drawn_node(one) for one in placed)),
    ]
    svg = tag(
        "svg", *parts, xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {width:.0f} {height:.0f}",
        width=f"{width:.0f}", height=f"{height:.0f}", class_="chain-drawing", role="group",
        aria_label="The chain over time; the table below says the same",
    )  # fmt: skip
    return Drawn(svg, width, height)


def _defs() -> Markup:
    arrows = [
        tag("marker", tag("path", d="M0 0L7 3.5L0 7z", class_=f"arrowhead {name}"), id=f"arrow-{name}",
            markerWidth=8, markerHeight=8, refX=5, refY=3.5, orient="auto", markerUnits="userSpaceOnUse")
        for name in ("plain", "altered")
    ]  # fmt: skip
    return tag("defs", *arrows)


def _lane(lane: tuple[str, int, int], titles: Mapping[str, str], heights: Sequence[float],
          channels: Mapping[int, float], width: float) -> Markup:  # fmt: skip
    outlet, first, last = lane
    top = heights[first] - ROW / 2
    bottom = channels[last]
    name = plain(titles.get(outlet, outlet))
    shown = name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1].rstrip() + "…"
    rules = [
        tag("line", x1=LEFT, x2=width - 8, y1=heights[row], y2=heights[row], class_="lane-rule")
        for row in range(first, last + 1)
    ]
    return tag(
        "g",
        tag("rect", x=0.5, y=top - 1, width=width - 1, height=bottom - top + 2, rx=6, class_="lane"),
        *rules,
        tag("text", tag("title", name), shown, x=12, y=heights[first] + 4, class_="lane-name"),
    )


def _ticks(made: Sequence[Spot], axis: Callable[[datetime], float], height: float, *, equal: bool) -> list[Markup]:
    dated = sorted({one.at for one in made if one.at is not None})
    if not dated:
        return []
    if equal:
        return [tag("text", "equal steps, not true time", x=LEFT, y=18, class_="tick")]
    drawn = []
    last = -1e9
    for at, text in _moments(dated[0], dated[-1]):
        x = axis(at)
        if x - last < 70:
            continue
        last = x
        drawn.append(tag("line", x1=x, x2=x, y1=26, y2=height - 8, class_="tick-line"))
        drawn.append(tag("text", text, x=x, y=18, class_="tick", text_anchor="middle"))
    return drawn


_STEPS = (timedelta(minutes=10), timedelta(minutes=30), timedelta(hours=1), timedelta(hours=3), timedelta(hours=6),
          timedelta(hours=12), timedelta(days=1), timedelta(days=2), timedelta(days=7), timedelta(days=30),
          timedelta(days=91), timedelta(days=365), timedelta(days=1826))  # fmt: skip


def _moments(first: datetime, last: datetime) -> list[tuple[datetime, str]]:
    """Round moments between two, about ten of them, with what to write beside them."""
    span = last - first
    step = next((one for one in _STEPS if span / one <= 10), _STEPS[-1])
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    at = epoch + ((first - epoch) // step + (1 if (first - epoch) % step else 0)) * step
    found: list[tuple[datetime, str]] = []
    while at <= last and len(found) < 40:
        if step < timedelta(days=1):
            found.append((at, f"{at.day} {at:%b %H:%M}"))
        else:
            found.append((at, day(at.strftime("%Y-%m-%d"))))
        at += step
    return found


def _drawn_edge(edge: _Edge, channels: Mapping[int, float]) -> Markup:
    step = edge.copy.spot.step
    label = (step.label if step else None) or "unchecked"
    name = "altered" if label == "altered" else "plain"
    kind = " is-unsure" if step and step.link.confidence < 0.5 else ""
    return tag("path", d=_path(edge, channels), class_=f"edge edge-{label}{kind}", marker_end=f"url(#arrow-{name})")


def _drawn_node(placed: _Placed) -> Markup:
    one, x, y = placed.spot, placed.x, placed.y
    label = "original" if one.step is None else one.step.label or "unchecked"
    state = one.node.state
    shapes = []
    if one.is_day:
        shapes.append(tag("line", x1=x - RADIUS - 6, x2=x + RADIUS + 6, y1=y, y2=y, class_="whisker"))
    if one.more:
        shapes.append(tag("circle", cx=x + 3, cy=y - 3, r=RADIUS, class_="node node-under"))
    shapes.append(_shape(label, state, x, y))
    if one.is_asked:
        shapes.append(tag("circle", cx=x, cy=y, r=RADIUS + 4, class_="node-asked"))
    mark = {"presumed": "?", "cited": "→"}.get(state) or ("●" if one.step is None else sign(label))
    shapes.append(tag("text", mark, x=x, y=y + 5, class_=f"node-sign on-{label} on-{state}", text_anchor="middle"))
    first, second = _beside(one, label)
    words = [
        tag("text", first, x=x + RADIUS + 7, y=y - 1, class_="node-time"),
        tag("text", second, x=x + RADIUS + 7, y=y + 11, class_="node-said"),
    ]
    said = told(one)
    where = (
        f"/links/{one.step.link_id}"
        if one.step and one.step.link_id and state == "captured"
        else (f"/documents/{one.id}")
    )
    return tag("a", tag("title", said), *shapes, *words, href=where, class_=f"spot spot-{label}")


def _shape(label: str, state: str, x: float, y: float) -> Markup:
    kind = f"node node-{label} state-{state}"
    r = RADIUS
    if label == "altered":
        points = f"{x:.1f},{y - r - 2:.1f} {x + r + 2:.1f},{y:.1f} {x:.1f},{y + r + 2:.1f} {x - r - 2:.1f},{y:.1f}"
        return tag("polygon", points=points, class_=kind)
    if label in ("excerpt", "abridged"):
        return tag("rect", x=x - r + 1, y=y - r + 1, width=2 * r - 2, height=2 * r - 2, rx=4, class_=kind)
    return tag("circle", cx=x, cy=y, r=r, class_=kind)


def _beside(one: Spot, label: str) -> tuple[str, str]:
    """Two short lines beside a node: when, and how faithful."""
    state = one.node.state
    if state != "captured":
        return {"presumed": "presumed", "cited": "cited"}[state], "not located" if state == "presumed" else "not held"
    short = moment(one.node.published_at) if one.node.published_at else "undated"
    year = short.find(" 20")
    when = (short[:year] + short[year + 5 :]).replace(",", "") if year > 0 else short
    if one.step is None:
        return when, "corrected ↻" if one.corrected_at else "original"
    if one.more:
        return when, f"+{len(one.more)} verbatim"
    parts = [f"{share(one.kept)} kept" if one.kept is not None else label]
    if one.material:
        parts.append(f"≠ {one.material}")
    if one.corrected_at:
        parts.append("↻")
    return when, " · ".join(parts)


def told(one: Spot) -> str:
    """A node in one sentence, for those who cannot see it."""
    node, step = one.node, one.step
    parts = [plain(node.outlet), moment(node.published_at) if node.published_at else "undated"]
    if node.title:
        parts.append(f"“{plain(node.title)}”")
    if step is None:
        parts.append("the original, as far as is known" if node.state == "captured" else STATES[node.state])
    elif node.state != "captured":
        parts.append(STATES[node.state])
    else:
        parts.append(f"{step.label or 'unchecked'}, confidence {share(step.link.confidence)}")
        if one.material:
            parts.append(many(one.material, "material change"))
    if one.more:
        parts.append(f"and {len(one.more)} more exact copies")
    if one.corrected_at:
        parts.append(f"changed on {moment(one.corrected_at)}")
    if one.gone_at:
        parts.append(f"gone since {moment(one.gone_at)}")
    return ", ".join(parts)
