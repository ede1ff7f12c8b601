"""present: where the spots of a chain stand: along true time or in equal steps, in a lane for each outlet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from scraper.web.spots import Spot

NAMES = 190.0
"""Room for the names of outlets at the left."""
_MANY = 60


class Scale(NamedTuple):
    """How large things are drawn; ``words`` is the room beside a node for what is written there."""

    width: float
    radius: float
    row: float
    track: float
    words: float
    is_spare: bool = False
    """Whether only the nodes that matter most have words beside them."""

    def has_words(self, one: Spot) -> bool:
        """Whether something is written beside a node."""
        return not self.is_spare or one.step is None or one.is_asked or bool(one.more)

    def reach(self, one: Spot) -> tuple[float, float]:
        """What a node and its words take up to the left and to the right of its middle."""
        return self.radius + 7, self.radius + 7 + (self.words if self.has_words(one) else 0)


def scale_for(made: Sequence[Spot]) -> Scale:
    """The scale for so many spots: beyond sixty, smaller and with fewer words."""
    if len(made) <= _MANY:
        return Scale(1180.0, 13.0, 40.0, 9.0, 92.0)
    return Scale(min(1900.0, 1180.0 + 2.0 * (len(made) - _MANY)), 8.0, 22.0, 5.0, 92.0, is_spare=True)


@dataclass(slots=True)
class Placed:
    """A spot and where it stands; rows are counted from the top, ``y`` is known once the edges are."""

    spot: Spot
    x: float
    row: int = 0
    y: float = 0.0


class Lane(NamedTuple):
    """The rows of one outlet, from ``first`` to ``last``."""

    outlet: str
    first: int
    last: int


Axis = Callable[[datetime], float]


def columns_of(made: Sequence[Spot], scale: Scale, gutter: float, *, equal: bool) -> tuple[dict[int, float], Axis]:
    """Where each node stands along the axis, and the axis itself; ``gutter`` is kept free for edges at the left."""
    dated = sorted({one.at for one in made if one.at is not None})
    left = NAMES + gutter + scale.radius + 10
    start = left + (scale.words + 40 if any(one.at is None for one in made) else 0)
    end = max(start + 1, scale.width - scale.radius - scale.words - 10)
    axis = _steps(dated, start, end) if equal else _time(dated, start, end)
    return {one.id: axis(one.at) if one.at is not None else left for one in made}, axis


def _steps(dated: Sequence[datetime], start: float, end: float) -> Axis:
    step = (end - start) / max(1, len(dated) - 1)
    place = {at: start + index * step for index, at in enumerate(dated)}
    return lambda at: place.get(at, start)


def _time(dated: Sequence[datetime], start: float, end: float) -> Axis:
    if len(dated) < 2:
        return lambda _: start
    first, span = dated[0], (dated[-1] - dated[0]).total_seconds()
    return lambda at: start + (end - start) * (at - first).total_seconds() / span


def rows_of(made: Sequence[Spot], columns: Mapping[int, float], scale: Scale) -> tuple[list[Placed], list[Lane]]:
    """Every node in a row; a lane has as many rows as its nodes need."""
    placed, lanes, first = [], [], 0
    by_lane: dict[str, list[Spot]] = defaultdict(list)
    for one in made:
        by_lane[one.lane].append(one)
    for lane in _lanes(made):
        ends: list[float] = []
        for one in sorted(by_lane[lane], key=lambda one: (columns[one.id], one.id)):
            x, (before, after) = columns[one.id], scale.reach(one)
            row = next((index for index, end in enumerate(ends) if x - before >= end), len(ends))
            ends[row : row + 1] = [x + after]
            placed.append(Placed(one, x, first + row))
        lanes.append(Lane(lane, first, first + len(ends) - 1))
        first += len(ends)
    return placed, lanes


def _lanes(made: Sequence[Spot]) -> list[str]:
    """Outlets from the top: in the order in which the words reached them."""
    return list(dict.fromkeys(one.lane for one in sorted(made, key=_reached)))


def _reached(one: Spot) -> tuple[bool, bool, datetime]:
    return (one.step is not None, one.at is not None, one.at or datetime.min.replace(tzinfo=UTC))
