"""Text: every difference inside aligned passages becomes one row: its kind, whether it is material, its words.

Numbers and dates are compared by value first, together with the equal words that belong to them; what remains of a
change goes down a table of rules, and the first that holds names it. The table is data: ``rules()`` prints it.
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter, itemgetter

from scraper.model import Alteration, Forgiven, Span
from scraper.text.align import Aligned
from scraper.text.changes import Changes, changes_of
from scraper.text.edit import Row
from scraper.text.exchanged import is_exchange, with_names_joined
from scraper.text.forgiveness import disguised_in, forgiven, forgiven_in, unlike_in
from scraper.text.kinds import rules
from scraper.text.names import Names
from scraper.text.rows import Reading
from scraper.text.stretches import Change, Kept, Sides, Spans, Stretch, spans_of
from scraper.text.words import Words

__all__ = ["Differences", "differences", "rules"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """Everything that two texts do not have in common."""

    alterations: tuple[Alteration, ...]
    forgiven: tuple[Forgiven, ...]
    left_out: tuple[Stretch, ...]
    added: tuple[Stretch, ...]
    moved: tuple[Change, ...]
    """Words that stand in another place of the copy."""
    kept: tuple[Kept, ...]
    changed: tuple[Change, ...]


def differences(sides: Sides, aligned: Aligned) -> Differences:
    """Read an alignment as alterations, passages and what is forgiven."""
    found = changes_of(sides, aligned)
    reading = Reading(sides=sides, ours=Names(sides.source, sides.lists), theirs=Names(sides.copy, sides.lists))
    moved = _moved_words(sides, found, reading.ours)
    changed = sorted(found.changed, key=itemgetter(2, 0))
    reading.read(with_names_joined(reading.ours, reading.theirs, changed), found.kept)
    unlike = unlike_in(sides.source, sides.copy, found.kept)
    reading.rows.extend(_disguise(*places) for places in disguised_in(sides.source, sides.copy, unlike))
    count = len(reading.rows) + len(unlike) + len(reading.forgiven)
    spans = spans_of(sides.source, count), spans_of(sides.copy, count)
    values = (forgiven(sides, kind, spans[0](*ours), spans[1](*theirs)) for kind, ours, theirs in reading.forgiven)
    same = [*values, *forgiven_in(sides.source, sides.copy, unlike, *spans)]
    return Differences(
        alterations=_written(sides, sorted(reading.rows, key=itemgetter(3, 2)), *spans),
        forgiven=tuple(sorted(same, key=attrgetter("copy_span", "source_span"))),
        left_out=tuple(sorted(found.left_out)),
        added=tuple(sorted(found.added)),
        moved=tuple(moved),
        kept=tuple(sorted(found.kept, key=itemgetter(2))),
        changed=tuple(changed),
    )


def _disguise(at: int, there: int) -> Row:
    return Row("disguise", False, (at, at + 1), (there, there + 1))


def _written(sides: Sides, rows: list[Row], source_span: Spans, copy_span: Spans) -> tuple[Alteration, ...]:
    """Rows with their spans and their words as they stand in the texts."""
    source, copy = sides.source.text, sides.copy.text
    written: list[Alteration] = []
    for kind, is_material, ours, theirs, note, ours_extent, theirs_extent in rows:
        here = Span(*ours_extent) if ours_extent else source_span(*ours)
        there = Span(*theirs_extent) if theirs_extent else copy_span(*theirs)
        written.append(
            Alteration(
                kind=kind,
                is_material=is_material,
                source_words=source[here[0] : here[1]],
                copy_words=copy[there[0] : there[1]],
                source_span=here,
                copy_span=there,
                note=note,
            )
        )
    return tuple(written)


def _moved_words(sides: Sides, found: Changes, names: Names) -> list[Change]:
    """Takes from what was lost and what is new the words that one place lost and another took over as they were."""
    lost: dict[int, list[Change]] = {}
    gone = [*(Change(*stretch, 0, 0) for stretch in found.left_out), *(c for c in found.changed if c[2] == c[3])]
    for change in gone:
        if change[1] - change[0] > 1:
            lost.setdefault(_in_any_order(sides.source, change[0], change[1]), []).append(change)
    moved: list[Change] = []
    new = [*found.added, *(Stretch(c[2], c[3]) for c in found.changed if c[0] == c[1])] if lost else []
    for stretch in new:
        twins = lost.get(_in_any_order(sides.copy, *stretch))
        if not twins or is_exchange(sides, names, twins[-1], stretch):
            continue
        start, end = twins[-1][:2]
        if sorted(sides.source.keys[start:end]) == sorted(sides.copy.keys[slice(*stretch)]):
            twins.pop()
            moved.append(Change(start, end, *stretch))
    if moved:
        sources = {Stretch(move.source, move.source_end) for move in moved}
        copies = {Stretch(move.copy, move.copy_end) for move in moved}
        found.left_out[:] = [stretch for stretch in found.left_out if stretch not in sources]
        found.added[:] = [stretch for stretch in found.added if stretch not in copies]
        found.changed[:] = [
            change
            for change in found.changed
            if not (change.copy == change.copy_end and Stretch(change.source, change.source_end) in sources)
            and not (change.source == change.source_end and Stretch(change.copy, change.copy_end) in copies)
        ]
    return moved


def _in_any_order(words: Words, start: int, end: int) -> int:
    """The same number for the same words, whatever their order."""
    return sum(map(hash, words.keys[start:end]))
