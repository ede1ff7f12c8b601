"""present: the edges of a chain, routed so that none crosses a node.

What was copied from one document hangs on one trunk: it leaves the source through the channel below (or above) its row,
goes up and down through rows at a column where no node stands, and its branches run along channels to the copies, which
they reach from above or below. Channels hold no nodes, so no edge can cross one.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from scraper.web.places import NAMES, Placed, Scale

TOP = 46.0
_BESIDE = 5.0
"""A trunk leaves beside the middle of a node: branches that arrive there keep apart from it."""
_FARTHEST = 260.0
_WIDEST = 320.0
"""The most room that trunks take left of all nodes; beyond it they move closer together."""
_CORNER = 7.0
Point = tuple[float, float]


@dataclass(slots=True)
class Trunk:
    """All edges out of one source. Channel n lies below row n, channel -1 above the first."""

    source: Placed
    copies: Sequence[Placed]
    leaves: int
    """The channel in which it leaves its source: below, unless all copies stand above."""
    reached: Mapping[int, Sequence[float]]
    """Where it comes and goes in each channel that it runs along, channels from the top."""
    column: float
    """Where it goes through rows, from the left."""
    tracks: dict[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, source: Placed, copies: Sequence[Placed]) -> Trunk:
        """The trunk of a source, straight down for the time being."""
        leaves = source.row if any(copy.row >= source.row for copy in copies) else source.row - 1
        reached: dict[int, list[float]] = defaultdict(list, {leaves: [source.x + _BESIDE]})
        for copy in copies:
            reached[_into(source, copy)].append(copy.x)
        return cls(source, copies, leaves, dict(sorted(reached.items())), source.x + _BESIDE)

    def into(self, copy: Placed) -> int:
        """The channel from which it reaches a copy."""
        return _into(self.source, copy)

    @property
    def start(self) -> float:
        """Where it leaves its source, from the left."""
        return self.source.x + _BESIDE

    @property
    def channels(self) -> list[int]:
        """The channels that it runs along, from the top."""
        return list(self.reached)

    @property
    def crossed(self) -> range:
        """The rows that it goes through."""
        return range(self.channels[0] + 1, self.channels[-1] + 1)

    def extent(self, channel: int) -> tuple[float, float]:
        """How far it runs in a channel, from the left to the right."""
        ends = self.reached[channel] if len(self.reached) == 1 else [*self.reached[channel], self.column]
        return min(ends), max(ends)


def _into(source: Placed, copy: Placed) -> int:
    return copy.row - 1 if copy.row > source.row else copy.row


def trunks_of(placed: Sequence[Placed], scale: Scale, gutter: float) -> tuple[list[Trunk], float]:
    """The trunks, each with its column and tracks, and how much room at the left they need beside ``gutter``."""
    by_id = {one.spot.id: one for one in placed}
    copies: dict[int, list[Placed]] = defaultdict(list)
    for one in placed:
        if one.spot.step is not None and one.spot.step.link.source_id in by_id:
            copies[one.spot.step.link.source_id].append(one)
    trunks = [Trunk.of(by_id[source], below) for source, below in copies.items()]
    needed = _stand(trunks, placed, scale, gutter)
    _keep_apart(trunks)
    return trunks, needed


def _stand(trunks: Sequence[Trunk], placed: Sequence[Placed], scale: Scale, gutter: float) -> float:
    """Each trunk goes through rows near its source where nothing stands, or left of all nodes, in the gutter."""
    taken = []
    for one in placed:
        before, after = scale.reach(one.spot)
        taken.append(_Taken(one.x - before, one.x + after, range(one.row, one.row + 1), one.spot.id))
    left = NAMES + gutter
    crowded = []
    for trunk in sorted(trunks, key=lambda one: (len(one.crossed), one.source.row, one.source.x)):
        if not trunk.crossed:
            continue
        column = _free(trunk.start, _in_the_way(trunk, taken), (left, scale.width - 4))
        if column is None:
            crowded.append(trunk)
            continue
        trunk.column = column
        taken.append(_Taken(column - 4, column + 4, trunk.crossed, 0))
    return _into_gutter(crowded, scale.track + 1, left)


class _Taken(NamedTuple):
    """Room in some rows that a node takes, or a trunk (whose number is 0) that goes through them."""

    start: float
    end: float
    rows: range
    number: int


def _in_the_way(trunk: Trunk, taken: Iterable[_Taken]) -> list[tuple[float, float]]:
    """What stands in the rows that it crosses, and at both ends beside its own nodes; only what is near."""
    crossed, own = trunk.crossed, {trunk.source.spot.id, *(copy.spot.id for copy in trunk.copies)}
    first, last = crossed.start - 1, crossed.stop
    leftmost, rightmost = trunk.start - _FARTHEST, trunk.start + _FARTHEST
    return [
        (start, end)
        for start, end, rows, number in taken
        if rows.start <= last and rows.stop > first and end > leftmost and start < rightmost
        if number not in own or (rows.start < crossed.stop and rows.stop > crossed.start)
    ]


def _free(wanted: float, spans: Iterable[tuple[float, float]], bounds: tuple[float, float]) -> float | None:
    """The place nearest to the wanted one that no span covers; ``None`` where there is none nearby."""
    at = [wanted, wanted]
    start = end = -1e9
    for one, other in [*sorted(spans), (1e9, 1e9)]:
        if one > end:
            if start < wanted < end:
                at = [start, end]
                break
            start = one
        end = max(end, other)
    places = [one for one in at if bounds[0] <= one <= bounds[1] and abs(one - wanted) <= _FARTHEST]
    return min(places, key=lambda one: abs(one - wanted), default=None)


def _into_gutter(trunks: Sequence[Trunk], step: float, left: float) -> float:
    """Columns left of all nodes for trunks that do not meet in a row; answers how much room they take."""
    ends: list[int] = []
    numbers = []
    for trunk in sorted(trunks, key=lambda one: (one.channels[0], one.channels[-1])):
        number = next((index for index, end in enumerate(ends) if end < trunk.channels[0]), len(ends))
        ends[number : number + 1] = [trunk.channels[-1]]
        numbers.append((trunk, number))
    step = min(step, _WIDEST / max(1, len(ends)))
    for trunk, number in numbers:
        trunk.column = left - number * step
    return len(ends) * step


def _keep_apart(trunks: Sequence[Trunk]) -> None:
    """Trunks that run side by side in one channel get tracks of their own."""
    by_channel: dict[int, list[Trunk]] = defaultdict(list)
    for trunk in trunks:
        for channel in trunk.channels:
            by_channel[channel].append(trunk)
    for channel, here in by_channel.items():
        ends: list[float] = []
        for trunk in sorted(here, key=lambda one: one.extent(channel)):
            start, end = trunk.extent(channel)
            number = next((index for index, last in enumerate(ends) if last + 8 < start), len(ends))
            ends[number : number + 1] = [end]
            trunk.tracks[channel] = number


def heights_of(rows: int, trunks: Sequence[Trunk], scale: Scale) -> tuple[list[float], dict[int, float], float]:
    """The middle of each row, the first track of each channel, and where the last one ends."""
    deepest: dict[int, int] = defaultdict(int)
    for trunk in trunks:
        for channel, number in trunk.tracks.items():
            deepest[channel] = max(deepest[channel], number + 1)
    y = TOP + deepest[-1] * scale.track
    channels, middles = {-1: TOP + 2}, []
    for row in range(rows):
        middles.append(y + scale.row / 2)
        channels[row] = y + scale.row
        y += scale.row + deepest[row] * scale.track + 4
    return middles, channels, y


# --- paths ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Routed:
    """A trunk with the heights at which it runs."""

    trunk: Trunk
    channels: Mapping[int, float]
    scale: Scale

    def _level(self, channel: int) -> float:
        return self.channels[channel] + self.trunk.tracks[channel] * self.scale.track

    def _out(self) -> list[Point]:
        source, leaves = self.trunk.source, self.trunk.leaves
        edge = self.scale.radius * 0.9
        y = source.y + (edge if leaves >= source.row else -edge)
        return [(self.trunk.start, y), (self.trunk.start, self._level(leaves))]

    def stem(self) -> str:
        """What the branches share: out of the source, and up and down its column. Nothing where there is one copy."""
        trunk = self.trunk
        if len(trunk.copies) == 1:
            return ""
        out, column, levels = self._out(), trunk.column, [self._level(channel) for channel in trunk.channels]
        if len(levels) == 1:
            return rounded(out)
        turn = self._level(trunk.leaves)
        lines = []
        if levels[-1] > turn:
            lines.append([*out, (column, turn), (column, levels[-1] - _CORNER)])
        if levels[0] < turn:
            lines.append([*out, (column, turn), (column, levels[0] + _CORNER)])
        return "".join(rounded(line) for line in lines)

    def branch(self, copy: Placed) -> str:
        """The edge to one copy: from where it parts from the others, or from the source itself."""
        trunk, into = self.trunk, self.trunk.into(copy)
        level = self._level(into)
        reach = self.scale.radius + (5 if self.scale.radius > 10 else 4)
        arrives = [(copy.x, level), (copy.x, copy.y + (reach if into >= copy.row else -reach))]
        if into == trunk.leaves:
            return rounded([*self._out(), *arrives])
        if len(trunk.copies) == 1:
            return rounded([*self._out(), (trunk.column, self._level(trunk.leaves)), (trunk.column, level), *arrives])
        before = level - _CORNER if into > trunk.leaves else level + _CORNER
        return rounded([(trunk.column, before), (trunk.column, level), *arrives])


def rounded(points: Sequence[Point]) -> str:
    """A path along points with rounded corners."""
    kept = [points[0], *(here for before, here in itertools.pairwise(points) if here != before)]
    parts = [f"M{kept[0][0]:.1f} {kept[0][1]:.1f}"]
    for before, here, after in zip(kept, kept[1:], kept[2:], strict=False):
        radius = min(_CORNER, _distance(before, here) / 2, _distance(here, after) / 2)
        start, end = _towards(here, before, radius), _towards(here, after, radius)
        parts.append(f"L{start[0]:.1f} {start[1]:.1f}Q{here[0]:.1f} {here[1]:.1f} {end[0]:.1f} {end[1]:.1f}")
    return "".join([*parts, f"L{kept[-1][0]:.1f} {kept[-1][1]:.1f}"])


def _distance(one: Point, other: Point) -> float:
    return abs(one[0] - other[0]) + abs(one[1] - other[1])


def _towards(here: Point, there: Point, by: float) -> Point:
    whole = _distance(here, there) or 1.0
    return (here[0] + (there[0] - here[0]) * by / whole, here[1] + (there[1] - here[1]) * by / whole)
