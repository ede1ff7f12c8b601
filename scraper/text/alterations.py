"""Text: every difference inside aligned passages becomes one row: its kind, whether it is material, its words.

Numbers and dates are compared by value first, together with the equal words that belong to them; what remains of a
change goes down a table of rules, and the first that holds names it. The table is data: ``rules()`` prints it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from scraper.model import Alteration, AlterationKind, Forgiven, Span
from scraper.text.align import Aligned
from scraper.text.changes import MOSTLY_SOURCE, Changes, changes_of
from scraper.text.forgiveness import forgiven_in
from scraper.text.language import Language
from scraper.text.marks import Quoted, differing_marks
from scraper.text.names import Names, differing
from scraper.text.polarity import negated_otherwise, opposed_in_form, qualified_otherwise
from scraper.text.quantities import Part, Quantity, belongs, doubt, is_number, is_symbol, quantities, same
from scraper.text.scripts import LATIN_LANGUAGES
from scraper.text.stretches import Change, Kept, Sides, Stretch
from scraper.text.words import Words

_MIXED = re.compile("[\u200b\u2060-\u2064\ufeff\u034f\u180e]|[A-Za-z][\u0370-\u058f]|[\u0370-\u058f][A-Za-z]")
"""Zero-width characters, or letters of two scripts side by side."""
_FOREIGN = re.compile("[\u200b\u2060-\u2064\ufeff\u034f\u180e\u0370-\u058f]")
_REACH = 6
"""Equal words on either side of a change that may belong to its number or date."""
_CLAUSE = 5
"""Words from which a stretch left out of a kept sentence is a clause, whatever stands in it."""
_FEW = 3
_MOST_PAIRS = 40_000
"""Pairs of numbers and dates of one change that are compared; beyond, they are paired in order."""
_NEAR_VALUES = 50
_NEAR = 5
"""Words between a speaker and the verb that says that he speaks."""
_MOST_SPLIT = 4
"""Words up to which a change of n words into n is looked at word by word."""


class Row(NamedTuple):
    """One difference in words, before it is written out with its spans."""

    kind: AlterationKind
    is_material: bool
    source: tuple[int, int]
    copy: tuple[int, int]
    note: str | None = None
    source_extent: tuple[int, int] | None = None
    """In characters, where more than the words is shown (quotation marks)."""
    copy_extent: tuple[int, int] | None = None


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
    reading = _Reading(sides=sides, ours=Names(sides.source, sides.lists), theirs=Names(sides.copy, sides.lists))
    moved = _moved_words(sides, found)
    changed = sorted(found.changed, key=lambda change: (change.copy, change.source))
    reading.read(changed, found)
    rows = sorted(reading.rows, key=lambda row: (row.copy, row.source))
    return Differences(
        alterations=tuple(_alteration(sides, row) for row in rows),
        forgiven=tuple(
            sorted(
                [*reading.forgiven, *forgiven_in(sides.source, sides.copy, found.kept)],
                key=lambda row: (row.copy_span, row.source_span),
            )
        ),
        left_out=tuple(sorted(found.left_out)),
        added=tuple(sorted(found.added)),
        moved=tuple(moved),
        kept=tuple(sorted(found.kept, key=lambda kept: kept.copy)),
        changed=tuple(changed),
    )


def _alteration(sides: Sides, row: Row) -> Alteration:
    source_span = Span(*(row.source_extent or sides.source.span(*row.source)))
    copy_span = Span(*(row.copy_extent or sides.copy.span(*row.copy)))
    return Alteration(
        kind=row.kind,
        is_material=row.is_material,
        source_words=sides.source.text[slice(*source_span)],
        copy_words=sides.copy.text[slice(*copy_span)],
        source_span=source_span,
        copy_span=copy_span,
        note=row.note,
    )


def _moved_words(sides: Sides, found: Changes) -> list[Change]:
    """Takes from what was lost and what is new the words that one place lost and another took over as they were."""
    lost: dict[tuple[str, ...], list[Stretch]] = {}
    for stretch in [*found.left_out, *(Stretch(c.source, c.source_end) for c in found.changed if c.copy == c.copy_end)]:
        if stretch.end - stretch.start > 1:
            lost.setdefault(tuple(sorted(sides.source.keys[slice(*stretch)])), []).append(stretch)
    moved: list[Change] = []
    new = [*found.added, *(Stretch(c.copy, c.copy_end) for c in found.changed if c.source == c.source_end)]
    for stretch in new if lost else ():
        twins = lost.get(tuple(sorted(sides.copy.keys[slice(*stretch)])))
        if twins:
            moved.append(Change(*twins.pop(), *stretch))
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


# --- numbers and dates, together with the equal words that belong to them ----------------------------------------


@dataclass(frozen=True, slots=True)
class _Area:
    """Changes close together, with the equal words around them that belong to their numbers and dates."""

    source: int
    source_end: int
    copy: int
    copy_end: int
    changes: tuple[Change, ...]


@dataclass(slots=True, kw_only=True)
class _Reading:
    """Collects the rows of one comparison."""

    sides: Sides
    ours: Names
    theirs: Names
    rows: list[Row] = field(default_factory=list)
    forgiven: list[Forgiven] = field(default_factory=list)

    def read(self, changed: list[Change], found: Changes) -> None:
        for area in self._areas(changed, found.kept):
            self._read_area(area)
        self._read_marks(found.kept, changed)
        self._read_disguises(found.kept)

    def _areas(self, changed: list[Change], kept: list[Kept]) -> Iterator[_Area]:
        """Changes joined where a number or date reaches from one into the next."""
        left = {(part.source_end, part.copy_end): part.length if part.is_run else 0 for part in kept}
        right = {(part.source, part.copy): part.length if part.is_run else 0 for part in kept}
        area: _Area | None = None
        for change in changed:
            back = self._reach(change.source - 1, -1, left.get((change.source, change.copy), 0))
            on = self._reach(change.source_end, 1, right.get((change.source_end, change.copy_end), 0))
            own = _Area(
                change.source - back, change.source_end + on, change.copy - back, change.copy_end + on, (change,)
            )
            if area and own.copy < area.copy_end and own.source < area.source_end:
                area = _Area(
                    min(area.source, own.source),
                    max(area.source_end, own.source_end),
                    min(area.copy, own.copy),
                    max(area.copy_end, own.copy_end),
                    (*area.changes, change),
                )
                continue
            if area:
                yield area
            area = own
        if area:
            yield area

    def _reach(self, source: int, step: int, room: int) -> int:
        """Equal words beside a change that belong to a number or a date."""
        words, lists = self.sides.source, self.sides.lists
        reach = 0
        while reach < min(room, _REACH) and belongs(words, lists, source + step * reach):
            reach += 1
        # A small word between two parts of a date: 14 of March.
        if reach < min(room, _REACH) - 1 and words.keys[source + step * reach] in lists.date_fillers:
            beyond = reach + 1
            if belongs(words, lists, source + step * beyond):
                reach = beyond + 1
        return reach

    def _read_area(self, area: _Area) -> None:
        sides = self.sides
        if len(area.changes) == 1 and self._is_plain(area):
            self._read_change(area.changes[0])
            return
        ours = quantities(sides.source, sides.lists, area.source, area.source_end)
        theirs = quantities(sides.copy, sides.lists, area.copy, area.copy_end)
        pairs = _matched(ours, theirs) if ours or theirs else []
        at_source, at_copy = area.source, area.copy
        for one, other in pairs:
            if not same(one, other):
                self._read_value(one, other)
            elif _touches(area, one, other):
                self._forgive(
                    "number" if one.kind == "number" else "date", (one.start, one.end), (other.start, other.end)
                )
            self._read_rest(area, (at_source, one.start), (at_copy, other.start), has_values=True)
            at_source, at_copy = one.end, other.end
        self._read_rest(area, (at_source, area.source_end), (at_copy, area.copy_end), has_values=bool(pairs))

    def _is_plain(self, area: _Area) -> bool:
        """Whether no word of an area can belong to a number or a date."""
        sides = self.sides
        return not any(
            belongs(sides.source, sides.lists, at) for at in range(area.source, area.source_end)
        ) and not any(belongs(sides.copy, sides.lists, at) for at in range(area.copy, area.copy_end))

    def _read_value(self, one: Quantity, other: Quantity) -> None:
        source, copy = _differing_words(self.sides, one, other)
        kind: AlterationKind = "date" if one.kind == other.kind == "date" else "number"
        self.rows.append(Row(kind, True, source, copy, doubt(one, other) if one.kind == "number" else None))

    def _read_rest(self, area: _Area, source: tuple[int, int], copy: tuple[int, int], *, has_values: bool) -> None:
        """What of the area's changes lies between two quantities."""
        rest = self.sides.source.keys[slice(*source)], self.sides.copy.keys[slice(*copy)]
        if rest[0] == rest[1]:
            return
        for change in area.changes:
            start, end = max(change.source, source[0]), min(change.source_end, source[1])
            first, last = max(change.copy, copy[0]), min(change.copy_end, copy[1])
            start, first = min(start, source[1]), min(first, copy[1])
            end, last = max(start, end), max(first, last)
            here = Change(start, end, first, last)
            if (start < end or first < last) and not (has_values and self._is_filler(here)):
                self._read_change(here)

    def _is_filler(self, change: Change) -> bool:
        """Whether a change is made of the small words of dates and numbers (``the 2nd of April``, ``a million``)."""
        keys = [
            *self.sides.source.keys[change.source : change.source_end],
            *self.sides.copy.keys[change.copy : change.copy_end],
        ]
        lists = self.sides.lists
        return all(key in lists.date_fillers or key in lists.number_articles for key in keys)

    # --- everything else ----------------------------------------------------------------------------------------

    def _read_change(self, change: Change) -> None:
        if self._is_same_letters(change):
            self._forgive("spaces", (change.source, change.source_end), (change.copy, change.copy_end))
            return
        edit = Edit(reading=self, change=change)
        parts = [] if edit.is_plain and not edit.has_capitals else self._parts(change)
        if len(parts) > 1:
            rows = [_row(Edit(reading=self, change=part)) for part in parts]
            kinds = {row.kind for row in rows if row.is_material}
            if len(kinds) > 1 and kinds != {"name", "quotation"}:
                self.rows.extend(rows)
                return
        self.rows.append(_row(edit))

    def _parts(self, change: Change) -> list[Change]:
        """A change of n words into n, word by word."""
        count = change.source_end - change.source
        if not 1 < count <= _MOST_SPLIT or change.copy_end - change.copy != count:
            return []
        return [
            Change(change.source + i, change.source + i + 1, change.copy + i, change.copy + i + 1) for i in range(count)
        ]

    def _is_same_letters(self, change: Change) -> bool:
        source = "".join(self.sides.source.keys[change.source : change.source_end])
        copy = "".join(self.sides.copy.keys[change.copy : change.copy_end])
        return source == copy and not any(map(str.isdecimal, source))

    def _forgive(self, kind: str, source: tuple[int, int], copy: tuple[int, int]) -> None:
        sides = self.sides
        self.forgiven.append(
            Forgiven(
                kind=kind,
                source_words=sides.source.quote(*source),
                copy_words=sides.copy.quote(*copy),
                source_span=sides.source.span(*source),
                copy_span=sides.copy.span(*copy),
            )
        )

    def _read_marks(self, kept: list[Kept], changed: list[Change]) -> None:
        for quoted in self._quoted(kept, changed):
            self.rows.append(
                Row("quotation", True, quoted.source, quoted.copy, None, quoted.source_extent, quoted.copy_extent)
            )

    def _quoted(self, kept: list[Kept], changed: list[Change]) -> list[Quoted]:
        source, copy = self.sides.source, self.sides.copy
        is_mostly_source = sum(part.copy_end - part.copy for part in kept) >= MOSTLY_SOURCE * len(copy)
        return differing_marks(source, copy, kept, changed, is_mostly_source=is_mostly_source)

    def _read_disguises(self, kept: list[Kept]) -> None:
        source, copy = self.sides.source, self.sides.copy
        hidden, shown = _disguised(copy), _disguised(source)
        for part in kept if hidden or shown else ():
            if not part.is_run:
                continue
            shift = part.copy - part.source
            for at in range(part.source, part.source_end):
                if (at in shown) != (at + shift in hidden):
                    self.rows.append(Row("disguise", False, (at, at + 1), (at + shift, at + shift + 1)))


def _disguised(words: Words) -> set[int]:
    """The words that look like others than they are written."""
    is_latin = words.language in LATIN_LANGUAGES or words.language is None
    if words.text.isascii() or not (_FOREIGN if is_latin else _MIXED).search(words.text):
        return set()
    return {at for at, kinds in words.forgiven if "disguise" in kinds}


def _touches(area: _Area, one: Quantity, other: Quantity) -> bool:
    return any(
        (change.source < one.end and one.start < change.source_end)
        or (change.copy < other.end and other.start < change.copy_end)
        for change in area.changes
    )


def _matched(ours: list[Quantity], theirs: list[Quantity]) -> list[tuple[Quantity, Quantity]]:
    """Quantities of both sides in pairs: the same values first, then those of one kind between them, in order."""
    rows, columns = len(ours), len(theirs)
    if rows * columns > _MOST_PAIRS:
        return _in_order(ours, theirs)
    best = [[0] * (columns + 1) for _ in range(rows + 1)]
    for i in range(rows - 1, -1, -1):
        for j in range(columns - 1, -1, -1):
            hit = best[i + 1][j + 1] + 1 if same(ours[i], theirs[j]) else 0
            best[i][j] = max(hit, best[i + 1][j], best[i][j + 1])
    pairs: list[tuple[Quantity, Quantity]] = []
    i = j = 0
    at_ours = at_theirs = 0
    while i < rows and j < columns:
        if same(ours[i], theirs[j]) and best[i][j] == best[i + 1][j + 1] + 1:
            pairs += _in_order(ours[at_ours:i], theirs[at_theirs:j])
            pairs.append((ours[i], theirs[j]))
            i, j = i + 1, j + 1
            at_ours, at_theirs = i, j
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs + _in_order(ours[at_ours:], theirs[at_theirs:])


def _in_order(ours: list[Quantity], theirs: list[Quantity]) -> list[tuple[Quantity, Quantity]]:
    """Quantities without an equal, paired by kind in order."""
    pairs = []
    at = 0
    for one in ours:
        for place in range(at, min(at + _NEAR_VALUES, len(theirs))):
            if _is_comparable(one, theirs[place]):
                pairs.append((one, theirs[place]))
                at = place + 1
                break
    return pairs


def _is_comparable(one: Quantity, other: Quantity) -> bool:
    """Whether one may have become the other: weekdays become weekdays, numbers numbers."""
    is_weekday = [quantity.parts[0].name == "weekday" for quantity in (one, other)]
    # A year that became 17910 is a number now.
    is_year = [[part.name for part in quantity.parts] == ["year"] for quantity in (one, other)]
    return is_weekday[0] == is_weekday[1] and (one.kind == other.kind or any(is_year))


def _differing_words(sides: Sides, one: Quantity, other: Quantity) -> tuple[tuple[int, int], tuple[int, int]]:
    """The words in which two quantities differ: the day, the scale, the figure; else all."""
    here, there = _by_name(one), _by_name(other)
    source = [part for name, part in here.items() if name not in there or there[name].value != part.value]
    copy = [part for name, part in there.items() if name not in here or here[name].value != part.value]
    is_lone_symbol = all(_is_symbol(sides.source, p) for p in source) and all(_is_symbol(sides.copy, p) for p in copy)
    if is_lone_symbol or not (source or copy):
        return (one.start, one.end), (other.start, other.end)
    return _hull(source, one), _hull(copy, other)


def _by_name(quantity: Quantity) -> dict[str, Part]:
    return {part.name: part for part in quantity.parts}


def _is_symbol(words: Words, part: Part) -> bool:
    return part.start < part.end and is_symbol(words, part.start)


def _hull(parts: list[Part], whole: Quantity) -> tuple[int, int]:
    if not parts:
        return whole.end, whole.end
    return min(part.start for part in parts), max(part.end for part in parts)


# --- the rules ----------------------------------------------------------------------------------------------------


def _is_marked(words: Words, lists: Language, at: int) -> bool:
    return lists.marked.begins(words.keys[at]) or is_number(words, at) or is_symbol(words, at)


@dataclass(frozen=True, kw_only=True)
class Edit:
    """One change as the rules see it."""

    reading: _Reading
    change: Change

    @property
    def sides(self) -> Sides:
        return self.reading.sides

    @property
    def source(self) -> tuple[int, int]:
        return self.change.source, self.change.source_end

    @property
    def copy(self) -> tuple[int, int]:
        return self.change.copy, self.change.copy_end

    @property
    def lost(self) -> int:
        """Words of the source in it."""
        return self.change.source_end - self.change.source

    @property
    def new(self) -> int:
        """Words of the copy in it."""
        return self.change.copy_end - self.change.copy

    @cached_property
    def is_plain(self) -> bool:
        """Whether no word in it stands in any list, nor is a figure: most changes of style."""
        lists = self.sides.lists
        return not any(
            _is_marked(words, lists, at)
            for words, stretch in ((self.sides.source, self.source), (self.sides.copy, self.copy))
            for at in range(*stretch)
        )

    @cached_property
    def has_capitals(self) -> bool:
        """Whether a word in it has a capital, or its script has none."""
        source, copy = self.sides.source.tokens[slice(*self.source)], self.sides.copy.tokens[slice(*self.copy)]
        return any(token[0] == token[0].upper() for token in (*source, *copy))

    @property
    def is_quoted(self) -> bool:
        """Whether it stands inside quotation marks on a side that has words in it."""
        return any(self.sides.source.quote_depths[at] for at in range(*self.source)) or any(
            self.sides.copy.quote_depths[at] for at in range(*self.copy)
        )

    def row(self, kind: AlterationKind, *, is_material: bool = True, note: str | None = None) -> Row:
        return Row(kind, is_material, self.source, self.copy, note)


class Rule(NamedTuple):
    """One line of the table: what it finds, and the sentence that the documentation prints."""

    kind: AlterationKind
    finds: Callable[[Edit], Row | None]
    sentence: str


def _attribution(edit: Edit) -> Row | None:
    words, lists = edit.sides.copy, edit.sides.lists
    if edit.lost or edit.new < 2 or not lists.speech.touching(words.keys, *edit.copy) or edit.is_quoted:
        return None
    if any(is_number(words, at) for at in range(*edit.copy)) or negated_otherwise_in(edit):
        return None
    if qualified_otherwise(edit.sides.source, words, lists, edit.source, edit.copy):
        return None
    return edit.row("wording", is_material=False, note="names who says so")


def negated_otherwise_in(edit: Edit) -> bool:
    """Whether one side of an edit says no more often than the other."""
    return negated_otherwise(edit.sides.source, edit.sides.copy, edit.sides.lists, edit.source, edit.copy) is not None


def _clause_left_out(edit: Edit) -> Row | None:
    if edit.new or edit.lost < _CLAUSE:
        return None
    return _omission(edit)


def _omission(edit: Edit) -> Row:
    copy = edit.sides.copy
    gap = copy.gaps[edit.change.copy] if edit.change.copy < len(copy.gaps) else ""
    if "\u2026" in gap or "..." in gap or ". . ." in gap:
        # Marked as left out, honestly, unless what says no or how much went with it.
        is_harmless = not negated_otherwise_in(edit) and not _has_quantity(edit)
        return edit.row("omission", is_material=not is_harmless, note="the copy marks it with an ellipsis")
    return edit.row("omission")


def _has_quantity(edit: Edit) -> bool:
    return bool(_lone_quantities(edit))


def _lone_quantities(edit: Edit) -> list[Quantity]:
    """Numbers and dates that stand on one side of an edit only; "one" and "first" are as often mere words."""
    sides = edit.sides
    found = [
        *quantities(sides.source, sides.lists, *edit.source),
        *quantities(sides.copy, sides.lists, *edit.copy),
    ]
    return [quantity for quantity in found if quantity.meanings[0] not in _MERE_WORDS or quantity.digits]


_MERE_WORDS = (("1",), ("1", "ordinal "), ("2", "ordinal "), ("once",), ("double",), ("percent",))


def _quantity(edit: Edit) -> Row | None:
    found = [] if edit.is_plain else _lone_quantities(edit)
    if not found:
        return None
    kind: AlterationKind = "number" if any(quantity.kind == "number" for quantity in found) else "date"
    return edit.row(kind)


def _negation(edit: Edit) -> Row | None:
    sides = edit.sides
    if edit.is_plain:
        opposed = opposed_in_form(sides.source, sides.copy, sides.lists, edit.source, edit.copy)
        return Row("negation", True, edit.source, edit.copy) if opposed else None
    weighed = negated_otherwise(sides.source, sides.copy, sides.lists, edit.source, edit.copy)
    return Row("negation", True, weighed.source, weighed.copy) if weighed else None


def _bare_negation(edit: Edit) -> Row | None:
    if edit.is_plain or (edit.lost and edit.new):
        return None
    lists = edit.sides.lists
    lost = lists.negation.touching(edit.sides.source.keys, *edit.source)
    new = lists.negation.touching(edit.sides.copy.keys, *edit.copy)
    held = sum(phrase.end - phrase.start for phrase in (*lost, *new))
    return edit.row("negation") if held and held == edit.lost + edit.new else None


def _modality(edit: Edit) -> Row | None:
    if edit.is_plain and not edit.sides.lists.modal_endings:
        return None
    weighed = qualified_otherwise(edit.sides.source, edit.sides.copy, edit.sides.lists, edit.source, edit.copy)
    return Row("modality", True, weighed.source, weighed.copy) if weighed else None


def _unit(edit: Edit) -> Row | None:
    lists = edit.sides.lists
    if edit.is_plain:
        return None
    for table in (lists.units, lists.currencies):
        ours = table.touching(edit.sides.source.keys, *edit.source)
        theirs = table.touching(edit.sides.copy.keys, *edit.copy)
        if ours and theirs and not ours[0].groups & theirs[0].groups:
            return edit.row("number")
    return None


def _relative_day(edit: Edit) -> Row | None:
    days = edit.sides.lists.relative_days
    if edit.is_plain:
        return None
    ours = days.touching(edit.sides.source.keys, *edit.source)
    theirs = days.touching(edit.sides.copy.keys, *edit.copy)
    return edit.row("date") if ours and theirs else None


def _speaker(edit: Edit) -> Row | None:
    if not edit.lost or not edit.new or (edit.is_plain and not edit.has_capitals) or edit.is_quoted:
        return None
    reading = edit.reading
    speaks = (
        _is_speaker(reading.sides.source, reading.ours, *edit.source),
        _is_speaker(reading.sides.copy, reading.theirs, *edit.copy),
    )
    return edit.row("quotation") if all(speaks) else None


def _is_speaker(words: Words, names: Names, start: int, end: int) -> bool:
    """Whether words name who says a quotation: a role or a name beside a verb of saying."""
    lists = names.lists
    if not lists.speech.touching(words.keys, max(0, start - _NEAR), min(len(words), end + _NEAR)):
        return False
    if not (lists.roles.touching(words.keys, start, end) or names.inside(start, end)):
        return False
    if not _is_beside_quotation(words, start, end):
        return False
    after, before = _past_name(words, names, end, 1), _past_name(words, names, start - 1, -1)
    is_subject = after < len(words) and lists.speech.at(words.keys, after) is not None
    return is_subject or (before >= 0 and lists.speech.at(words.keys, before) is not None)


def _past_name(words: Words, names: Names, at: int, step: int) -> int:
    """The first word beyond the rest of a name or title."""
    limit = at + 4 * step
    while 0 <= at < len(words) and at != limit and names.is_name(at):
        at += step
    return at


def _is_beside_quotation(words: Words, start: int, end: int) -> bool:
    depths = words.quote_depths
    return any(depths[max(0, start - 12) : start]) or any(depths[end : end + 12])


def _name(edit: Edit) -> Row | None:
    if not edit.has_capitals:
        return None
    reading = edit.reading
    ours, theirs = reading.ours.inside(*edit.source), reading.theirs.inside(*edit.copy)
    if edit.lost == edit.new == 1 and bool(ours) != bool(theirs):
        # Where one word is a name for certain, a capital is enough for the other in its place.
        names, other, at = (
            (ours, reading.theirs, edit.change.copy) if ours else (theirs, reading.ours, edit.change.source)
        )
        known = reading.ours if ours else reading.theirs
        if known.is_certain(known.words.keys[names[0]]) and other.words.tokens[at][0].isupper():
            return edit.row("name")
    if not ours or not theirs:
        return None
    lost, new = differing(reading.ours, reading.theirs, ours, theirs)
    if not lost or not new or _is_abbreviation(edit):
        return None
    if edit.lost <= _MOST_SPLIT and edit.new <= _MOST_SPLIT:
        return edit.row("name")
    return Row("name", True, (lost[0], lost[-1] + 1), (new[0], new[-1] + 1))


def _is_abbreviation(edit: Edit) -> bool:
    """Whether one side is the initials of the other: U.S. for United States."""
    source, copy = edit.sides.source.keys[slice(*edit.source)], edit.sides.copy.keys[slice(*edit.copy)]
    stop = edit.sides.lists.stop
    for short, long in ((source, copy), (copy, source)):
        initials = "".join(key[0] for key in long if key not in stop)
        if len(long) > 1 and "".join(key for key in short if key not in stop or len(key) == 2) == initials:
            return True
    return False


def _quotation(edit: Edit) -> Row | None:
    return edit.row("quotation") if edit.is_quoted else None


def _left_out(edit: Edit) -> Row | None:
    words, lists = edit.sides.source, edit.sides.lists
    if edit.new * 2 + _FEW > edit.lost or (edit.new and edit.is_quoted):
        return None
    keys = words.keys[slice(*edit.source)]
    content = sum(key not in lists.stop and key[:1].isalnum() for key in keys)
    is_conditional = bool(lists.conditions.touching(words.keys, *edit.source))
    if not edit.new and (content >= 2 or is_conditional):
        return _omission(edit)
    return edit.row("omission") if edit.lost >= edit.new + _CLAUSE + 1 and content >= _FEW else None


def _wording(edit: Edit) -> Row | None:
    return edit.row("wording", is_material=False)


_RULES: tuple[Rule, ...] = (
    Rule("wording", _attribution, "words put in that only name who says so"),
    Rule("omission", _clause_left_out, "five words or more left out inside a kept sentence"),
    Rule("number", _quantity, "a number or date that one side of a change lacks"),
    Rule("negation", _negation, "one side says no more often, or in the form of a word"),
    Rule("negation", _bare_negation, "a no put in or taken out of an amount: no more than, more than"),
    Rule("number", _unit, "another unit: weeks for days, miles for kilometres"),
    Rule("modality", _modality, "one side is surer, says more, or reaches further"),
    Rule("date", _relative_day, "yesterday, today and tomorrow exchanged"),
    Rule("quotation", _speaker, "another speaker beside a quotation"),
    Rule("name", _name, "a name in the place of another name"),
    Rule("omission", _left_out, "a condition or a few words that say something, left out"),
    Rule("quotation", _quotation, "words changed inside quotation marks"),
    Rule("wording", _wording, "other words for it, style and spelling"),
)


def _row(edit: Edit) -> Row:
    """The row of the first rule that holds. The last one always does."""
    return next(row for rule in _RULES if (row := rule.finds(edit)) is not None)


def rules() -> tuple[tuple[AlterationKind, str], ...]:
    """The table as the documentation prints it: what a change is looked at for, in this order."""
    return tuple((rule.kind, rule.sentence) for rule in _RULES)
