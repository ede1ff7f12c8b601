"""present: a chain as a drawing: a lane per outlet over true time, edges that go around nodes, never through them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from textwrap import wrap
from typing import NamedTuple

from markupsafe import Markup

from scraper.trace.chain import plain
from scraper.web.places import NAMES, Axis, Lane, Placed, Scale, columns_of, rows_of, scale_for
from scraper.web.routes import Routed, Trunk, heights_of, trunks_of
from scraper.web.spots import Spot, told
from scraper.web.svg import tag
from scraper.web.words import day, moment, share, sign

_NAME_LETTERS = 25


class Drawn(NamedTuple):
    """A drawing and how large it is."""

    svg: Markup
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """Where everything stands."""

    scale: Scale
    axis: Axis
    placed: Sequence[Placed]
    lanes: Sequence[Lane]
    trunks: Sequence[Trunk]
    middles: Sequence[float]
    channels: Mapping[int, float]
    bottom: float


def draw(made: Sequence[Spot], titles: Mapping[str, str], *, equal: bool = False, style: str | None = None) -> Drawn:
    """The chain as SVG. ``titles`` name the lanes; ``style`` is written into the file when it is to stand alone."""
    plan = _planned(made, equal=equal)
    width, height = plan.scale.width, plan.bottom + 14
    parts = [
        tag("style", Markup(style)) if style else Markup(""),  # noqa: S704 - our own file
        _arrowheads(),
        tag("g", *(_lane(lane, titles, plan) for lane in plan.lanes)),
        tag("g", *_ticks(made, plan, height, equal=equal), class_="axis"),
        tag("g", *(edge for trunk in plan.trunks for edge in _edges(Routed(trunk, plan.channels, plan.scale)))),
        tag("g", *(_node(one, plan.scale) for one in plan.placed)),
    ]
    svg = tag(
        "svg", *parts, xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {width:.0f} {height:.0f}",
        width=f"{width:.0f}", height=f"{height:.0f}", role="group",
        class_="chain-drawing is-spare" if plan.scale.is_spare else "chain-drawing",
        aria_label="The chain over time; the table below says the same",
    )  # fmt: skip
    return Drawn(svg, width, height)


def _planned(made: Sequence[Spot], *, equal: bool) -> _Plan:
    """Nodes first, then edges; where edges need room at the left, nodes move over once."""
    scale, gutter = scale_for(made), 0.0
    for _ in range(2):
        columns, axis = columns_of(made, scale, gutter, equal=equal)
        placed, lanes = rows_of(made, columns, scale)
        trunks, needed = trunks_of(placed, scale, gutter)
        if needed <= gutter:
            break
        gutter = needed + 2 * scale.track
    middles, channels, bottom = heights_of(1 + max((lane.last for lane in lanes), default=0), trunks, scale)
    for one in placed:
        one.y = middles[one.row]
    return _Plan(scale=scale, axis=axis, placed=placed, lanes=lanes, trunks=trunks, middles=middles,
                 channels=channels, bottom=bottom)  # fmt: skip


def _arrowheads() -> Markup:
    arrows = [
        tag("marker", tag("path", d="M0 0L7 3.5L0 7z", class_=f"arrowhead {name}"), id=f"arrow-{name}",
            markerWidth=8, markerHeight=8, refX=5, refY=3.5, orient="auto", markerUnits="userSpaceOnUse")
        for name in ("plain", "altered")
    ]  # fmt: skip
    return tag("defs", *arrows)


def _lane(lane: Lane, titles: Mapping[str, str], plan: _Plan) -> Markup:
    top, width = plan.middles[lane.first] - plan.scale.row / 2, plan.scale.width
    rules = [
        tag("line", x1=NAMES, x2=width - 8, y1=plan.middles[row], y2=plan.middles[row], class_="lane-rule")
        for row in range(lane.first, lane.last + 1)
    ]
    box = tag("rect", x=0.5, y=top - 1, width=width - 1, height=plan.channels[lane.last] - top + 2, rx=6, class_="lane")
    return tag("g", box, *rules, _name(plain(titles.get(lane.outlet, lane.outlet)), plan.middles[lane.first], plan))


def _name(name: str, middle: float, plan: _Plan) -> Markup:
    """The outlet's name, in two lines where it is long and there is room."""
    lines = [name] if plan.scale.is_spare else wrap(name, _NAME_LETTERS, max_lines=2, placeholder=" …")
    most = _NAME_LETTERS + (4 if plan.scale.is_spare else 2)
    lines = [line if len(line) <= most else f"{line[:most].rstrip()}…" for line in lines]
    first = middle + 4 - 7 * (len(lines) - 1)
    spans = [tag("tspan", line, x=12, y=first + 14 * index) for index, line in enumerate(lines)]
    return tag("text", tag("title", name), *spans, class_="lane-name")


def _ticks(made: Sequence[Spot], plan: _Plan, height: float, *, equal: bool) -> list[Markup]:
    dated = sorted({one.at for one in made if one.at is not None})
    if not dated:
        return []
    if equal:
        return [tag("text", "equal steps, not true time", x=NAMES, y=18, class_="tick")]
    drawn: list[Markup] = []
    last = -1e9
    for at, text in _moments(dated[0], dated[-1]):
        x = plan.axis(at)
        if x - last < 80 or x > plan.scale.width - 34:
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


def _edges(routed: Routed) -> Iterator[Markup]:
    stem = routed.stem()
    if stem:
        yield tag("path", d=stem, class_="stem")
    for copy in sorted(routed.trunk.copies, key=lambda one: _label(one.spot) == "altered"):
        label, step = _label(copy.spot), copy.spot.step
        arrow = "altered" if label == "altered" else "plain"
        kind = " is-unsure" if step and step.link.confidence < 0.5 else ""
        yield tag("path", d=routed.branch(copy), class_=f"edge edge-{label}{kind}", marker_end=f"url(#arrow-{arrow})")


def _label(one: Spot) -> str:
    return "original" if one.step is None else one.step.label or "unchecked"


def _node(placed: Placed, scale: Scale) -> Markup:
    one, x, y, radius = placed.spot, placed.x, placed.y, scale.radius
    label, state = _label(one), one.node.state
    shapes = []
    if one.is_day:
        shapes.append(tag("line", x1=x - radius - 6, x2=x + radius + 6, y1=y, y2=y, class_="whisker"))
    if one.more:
        shapes.append(tag("circle", cx=x + 3, cy=y - 3, r=radius, class_="node node-under"))
    shapes.append(_shape(label, state, placed, radius))
    if one.is_asked:
        shapes.append(tag("circle", cx=x, cy=y, r=radius + 4, class_="node-asked"))
    mark = {"presumed": "?", "cited": "→"}.get(state) or ("●" if one.step is None else sign(label))
    below = y + (3.5 if scale.is_spare else 5)
    shapes.append(tag("text", mark, x=x, y=below, class_=f"node-sign on-{label} on-{state}", text_anchor="middle"))
    if scale.has_words(one):
        first, second = _beside(one, label)
        shapes.append(tag("text", first, x=x + radius + 7, y=y - 1, class_="node-time"))
        shapes.append(tag("text", second, x=x + radius + 7, y=y + (9 if scale.is_spare else 11), class_="node-said"))
    return tag("a", tag("title", told(one)), *shapes, href=_address(one), class_=f"spot spot-{label}")


def _address(one: Spot) -> str:
    """The comparison where there is one, else the document."""
    has_link = one.step is not None and one.step.link_id is not None and one.node.state == "captured"
    return f"/links/{one.step.link_id}" if has_link and one.step else f"/documents/{one.id}"


def _shape(label: str, state: str, placed: Placed, radius: float) -> Markup:
    kind, x, y = f"node node-{label} state-{state}", placed.x, placed.y
    if label == "altered":
        r = radius + 2
        corners = ((x, y - r), (x + r, y), (x, y + r), (x - r, y))
        return tag("polygon", points=" ".join(f"{a:.1f},{b:.1f}" for a, b in corners), class_=kind)
    if label in ("excerpt", "abridged"):
        side = 2 * radius - 2
        return tag("rect", x=x - radius + 1, y=y - radius + 1, width=side, height=side, rx=radius / 3, class_=kind)
    return tag("circle", cx=x, cy=y, r=radius, class_=kind)


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
