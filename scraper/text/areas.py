"""Text: changes together with the equal words around them that belong to their numbers and dates. Used by ``rows``."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from scraper.text.stretches import Change, Kept

_MANY = 8
"""Changes of one area from which those near a number are looked up."""


class Room:
    """How many equal words stand right before and behind a place; worked out when it is first asked."""

    def __init__(self, kept: list[Kept]) -> None:
        self._kept = kept

    @cached_property
    def _ends(self) -> dict[tuple[int, int], int]:
        return {(part[1], part[3]): part[1] - part[0] for part in self._kept if part.is_run}

    @cached_property
    def _starts(self) -> dict[tuple[int, int], int]:
        return {(part[0], part[2]): part[1] - part[0] for part in self._kept if part.is_run}

    def before(self, source: int, copy: int) -> int:
        """Equal words that end right before a place."""
        return self._ends.get((source, copy), 0)

    def behind(self, source: int, copy: int) -> int:
        """Equal words that begin right there."""
        return self._starts.get((source, copy), 0)


@dataclass(slots=True)
class Area:
    """Changes close together, with the equal words around them that belong to their numbers and dates."""

    source: int
    source_end: int
    copy: int
    copy_end: int
    changes: list[Change]

    def take(self, other: Area) -> None:
        """Grow by an area that it reaches into."""
        self.source, self.source_end = min(self.source, other.source), max(self.source_end, other.source_end)
        self.copy, self.copy_end = min(self.copy, other.copy), max(self.copy_end, other.copy_end)
        self.changes += other.changes


class Near:
    """The changes of an area around a place, without a look at all of them: a table of figures may be one area."""

    def __init__(self, changes: Sequence[Change]) -> None:
        self._changes = changes
        self._columns = [[change[side] for change in changes] for side in range(4)] if len(changes) > _MANY else []
        # The ends of both sides rise with their beginnings in one chain; where they do not, every change is looked at.
        if any(a > b for column in self._columns for a, b in pairwise(column)):
            self._columns = []

    def of(self, source: tuple[int, int], copy: tuple[int, int]) -> Sequence[Change]:
        """The changes that may share words with, or stand at, these words of the source or those of the copy."""
        if not self._columns:
            return self._changes
        sources, source_ends, copies, copy_ends = self._columns
        first = min(bisect_left(source_ends, source[0]), bisect_left(copy_ends, copy[0]))
        last = max(bisect_right(sources, source[1]), bisect_right(copies, copy[1]))
        return self._changes[first:last]
