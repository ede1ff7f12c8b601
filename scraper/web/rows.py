"""judge to present: two compared texts as rows of aligned paragraphs; every number on a page is counted here.

A row holds what belongs together: usually one paragraph on each side. Paragraphs that stand in another order form one
row, at their place in the copy, and count once. What stands on one side only has a row of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from scraper.model import Alteration, Comparison, Span
from scraper.web.marks import Marked, Segment, marked, segments
from scraper.web.pairing import groups

RowKind = Literal["same", "changed", "left out", "added", "moved"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """One paragraph of one side, in segments."""

    number: int
    segments: tuple[Segment, ...]
    is_alone: bool = False
    """Nothing of it stands on the other side."""

    @property
    def letters(self) -> int:
        """How long it is, for the map."""
        return sum(len(one.words) for one in self.segments)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of the page."""

    kind: RowKind
    source: tuple[Paragraph, ...] = ()
    copy: tuple[Paragraph, ...] = ()
    alterations: tuple[int, ...] = ()
    is_material: bool = False
    is_moved: bool = False
    """All that both sides share of it stands elsewhere in the order of the other; it may be changed as well."""

    @property
    def anchor(self) -> str:
        """The name of the row in addresses: the copy's paragraph, or the source's where the copy has none."""
        return f"c{self.copy[0].number}" if self.copy else f"s{self.source[0].number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """All rows, and all alterations, numbered from 1 in the order in which the rows show them."""

    rows: tuple[Row, ...]
    alterations: tuple[Alteration, ...]

    def count(self, kind: RowKind) -> int:
        """How many rows are of a kind; what was moved and changed as well is counted as moved too."""
        return sum(row.kind == kind or (kind == "moved" and row.is_moved) for row in self.rows)


def table(found: Comparison, copy: str, source: str) -> Table:
    """The rows of a comparison of ``copy`` with ``source``."""
    changed = sorted(found.alterations, key=lambda row: (row.copy_span, row.source_span))
    sides = (
        marked(source, [one.source_span for one in changed], [one.span for one in found.left_out], moved_in(found, 0)),
        marked(copy, [one.copy_span for one in changed], [one.span for one in found.added], moved_in(found, 1)),
    )
    rows = [_row(sides, sources, copies, changed) for sources, copies in groups(found, sides)]
    return _numbered(rows, changed)


def moved_in(found: Comparison, side: int) -> list[Span]:
    """Where moved passages stand in the source (0) or the copy (1)."""
    return sorted((one.source_span, one.copy_span)[side] for one in found.moved)


def _row(sides: tuple[Marked, Marked], sources: list[int], copies: list[int], changed: Sequence[Alteration]) -> Row:
    left = tuple(_paragraph(sides[0], index) for index in sources)
    right = tuple(_paragraph(sides[1], index) for index in copies)
    pieces = [piece for paragraph in (*left, *right) for piece in paragraph.segments]
    numbers = tuple(dict.fromkeys(number for piece in pieces for number in piece.alterations))
    return Row(
        kind=_kind(left, right, pieces),
        source=left,
        copy=right,
        alterations=numbers,
        is_material=any(changed[number].is_material for number in numbers),
        is_moved=_is_moved(pieces),
    )


def _is_moved(pieces: Sequence[Segment]) -> bool:
    """Whether all that a row shares was moved; a full stop left behind does not count."""
    shared = [one for one in pieces if one.kind != "alone" and any(letter.isalnum() for letter in one.words)]
    return bool(shared) and all(one.is_moved for one in shared)


def _kind(left: Sequence[Paragraph], right: Sequence[Paragraph], pieces: Sequence[Segment]) -> RowKind:
    told = [one for one in pieces if one.words.strip() or one.alterations]
    if _is_moved(pieces) and not any(one.kind == "changed" for one in told):
        return "moved"
    if not right:
        return "left out"
    if not left:
        return "added"
    return "same" if all(one.kind == "same" for one in told) else "changed"


def _paragraph(side: Marked, index: int) -> Paragraph:
    pieces = tuple(segments(side, index))
    told = [one for one in pieces if any(letter.isalnum() for letter in one.words)]
    return Paragraph(
        number=index + 1,
        segments=pieces,
        is_alone=bool(told) and all(one.kind == "alone" for one in told),
    )


def _numbered(rows: Sequence[Row], changed: Sequence[Alteration]) -> Table:
    """Alterations are numbered as they are met going down the page; one that no row shows comes last."""
    order = list(dict.fromkeys([*(number for row in rows for number in row.alterations), *range(len(changed))]))
    numbers = {old: new for new, old in enumerate(order, 1)}
    return Table(
        rows=tuple(
            replace(
                row,
                alterations=tuple(numbers[one] for one in row.alterations),
                source=tuple(_renumbered(one, numbers) for one in row.source),
                copy=tuple(_renumbered(one, numbers) for one in row.copy),
            )
            for row in rows
        ),
        alterations=tuple(changed[old] for old in order),
    )


def _renumbered(paragraph: Paragraph, numbers: dict[int, int]) -> Paragraph:
    pieces = (
        replace(
            one,
            alterations=tuple(numbers[number] for number in one.alterations),
            ends=tuple(numbers[number] for number in one.ends),
        )
        if one.alterations
        else one
        for one in paragraph.segments
    )
    return replace(paragraph, segments=tuple(pieces))
