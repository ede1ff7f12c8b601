"""Text: from changes to rows: numbers and dates by value, everything else down the table of ``kinds``."""

from __future__ import annotations

from dataclasses import dataclass, field

from scraper.model import AlterationKind
from scraper.text.areas import Area, Near, Room
from scraper.text.changes import MOSTLY_SOURCE
from scraper.text.edit import Row, edit_of
from scraper.text.figures import is_plain_dollar
from scraper.text.kinds import is_manifold, row_of
from scraper.text.marks import Quoted, differing_marks
from scraper.text.matching import differing_words, matched
from scraper.text.names import Names
from scraper.text.polarity import negations
from scraper.text.quantities import belongs, quantities
from scraper.text.replaced_names import MOST_SPLIT
from scraper.text.stretches import Change, Kept, Sides
from scraper.text.traits import FILLER, LISTED, QUANTITY
from scraper.text.values import Quantity, doubt, measures_of, same
from scraper.text.words import Words

_JOINED = QUANTITY | FILLER
_GLUE = ("", "'", "\u2019")
_REACH = 6
"""Equal words on either side of a change that may belong to its number or date."""
_SHORT_NO = 2
"""Letters of a no that other words begin with."""


@dataclass(slots=True, kw_only=True)
class Reading:
    """Collects the rows of one comparison."""

    sides: Sides
    ours: Names
    theirs: Names
    """The names of both texts."""
    rows: list[Row] = field(default_factory=list)
    forgiven: list[tuple[str, tuple[int, int], tuple[int, int]]] = field(default_factory=list)
    """What changed and says the same: its kind, and its words on both sides."""

    def read(self, changed: list[Change], kept: list[Kept]) -> None:
        """All rows of the changes, in the order of the copy, and of the kept words around them."""
        self._read_changes(changed, kept)
        self._read_joined(kept)
        self._read_marks(kept, changed)

    def _read_joined(self, kept: list[Kept]) -> None:
        """A lost space that swallows a no (``no table``, ``notable``) is more than a lost space.

        Only a no of two letters begins other words; ``neverended`` is plainly two words written together.
        """
        for part in kept:
            if not part.is_run:
                ours, theirs = (part.source, part.source_end), (part.copy, part.copy_end)
                if self._short_noes(self.sides.source, *ours) != self._short_noes(self.sides.copy, *theirs):
                    self.rows.append(Row("negation", True, ours, theirs))

    def _short_noes(self, words: Words, start: int, end: int) -> int:
        found = negations(words, self.sides.lists, start, end)
        return sum(no.end - no.start == 1 and len(words.keys[no.start]) <= _SHORT_NO for no in found)

    def _read_changes(self, changed: list[Change], kept: list[Kept]) -> None:
        """Plain changes one by one, the others with their numbers and dates, joined where one reaches into the next."""
        room = Room(kept)
        area: Area | None = None
        for change in changed:
            own = self._area_of(change, room)
            if own is None:
                self._read_change(change)
                continue
            if area and own.copy < area.copy_end and own.source < area.source_end:
                area.take(own)
                continue
            if area:
                self._read_area(area)
            area = own
        if area:
            self._read_area(area)

    def _area_of(self, change: Change, room: Room) -> Area | None:
        """A change with the equal words on either side that belong to its numbers and dates; None if it has none."""
        source, source_end, copy, copy_end = change
        keys, traits = self.sides.source.keys, self.sides.lists.traits
        back = on = 0
        if source and traits[keys[source - 1]] & _JOINED:
            back = self._reach(source - 1, -1, room.before(source, copy))
        if source_end < len(keys) and traits[keys[source_end]] & _JOINED:
            on = self._reach(source_end, 1, room.behind(source_end, copy_end))
        if not back and not on and not self._has_quantity(change):
            return None
        return Area(source - back, source_end + on, copy - back, copy_end + on, [change])

    def _has_quantity(self, change: Change) -> bool:
        """Whether a word of a change can belong to a number or a date."""
        source, source_end, copy, copy_end = change
        traits = self.sides.lists.traits
        for key in self.sides.source.keys[source:source_end]:
            if traits[key] & QUANTITY:
                return True
        for key in self.sides.copy.keys[copy:copy_end]:  # noqa: SIM110 (any() with a generator takes twice as long)
            if traits[key] & QUANTITY:
                return True
        return False

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

    def _read_area(self, area: Area) -> None:
        sides = self.sides
        ours = quantities(sides.source, sides.lists, area.source, area.source_end)
        theirs = quantities(sides.copy, sides.lists, area.copy, area.copy_end)
        pairs = matched(ours, theirs) if ours or theirs else []
        near = Near(area.changes)
        at_source, at_copy = area.source, area.copy
        for one, other in pairs:
            self._read_rest(near, (at_source, one.start), (at_copy, other.start), has_values=True)
            at_source, at_copy = one.end, other.end
            if not same(one, other):
                at_source, at_copy = self._read_value(near, one, other)
            elif _touches(near, one, other):
                self.forgiven.append((one.kind, (one.start, one.end), (other.start, other.end)))
        self._read_rest(near, (at_source, area.source_end), (at_copy, area.copy_end), has_values=bool(pairs))

    def _read_value(self, near: Near, one: Quantity, other: Quantity) -> tuple[int, int]:
        """One row for two values, with the word that stands for a unit and is in no list; where both end."""
        source, copy = differing_words(self.sides, one, other)
        ends = one.end, other.end
        if measures_of(one) != measures_of(other):
            ends = self._with_unknown_units(near, one, other)
            source = (source[0], max(source[1], ends[0]))
            copy = (copy[0], max(copy[1], ends[1]))
        source, copy = _with_glued(self.sides.source, source), _with_glued(self.sides.copy, copy)
        ends = max(ends[0], source[1]), max(ends[1], copy[1])
        kind: AlterationKind = "date" if one.kind == other.kind == "date" else "number"
        self.rows.append(Row(kind, True, source, copy, doubt(one, other) if one.kind == "number" else None))
        return ends

    def _with_unknown_units(self, near: Near, one: Quantity, other: Quantity) -> tuple[int, int]:
        """Where two numbers end if a changed word right behind one is the unit that the other has by name."""
        source, copy = one.end, other.end
        for start, end, first, last in near.of((one.start, one.end), (other.start, other.end)):
            lost, new = self.sides.source.keys[start:end], self.sides.copy.keys[first:last]
            if start == one.end and last <= other.end and self._may_be_unit(lost):
                source = end
            elif first == other.end and end <= one.end and self._may_be_unit(new):
                copy = last
        return source, copy

    def _may_be_unit(self, keys: list[str]) -> bool:
        """Whether words are one that stands in no list."""
        lists = self.sides.lists
        return len(keys) == 1 and keys[0] not in lists.stop and not lists.traits[keys[0]] & LISTED

    def _read_rest(self, near: Near, source: tuple[int, int], copy: tuple[int, int], *, has_values: bool) -> None:
        """What of the area's changes lies between two quantities."""
        rest = self.sides.source.keys[slice(*source)], self.sides.copy.keys[slice(*copy)]
        if rest[0] == rest[1]:
            return
        for change in near.of(source, copy):
            start, end = max(change.source, source[0]), min(change.source_end, source[1])
            first, last = max(change.copy, copy[0]), min(change.copy_end, copy[1])
            start, first = min(start, source[1]), min(first, copy[1])
            end, last = max(start, end), max(first, last)
            here = Change(start, end, first, last)
            if (start < end or first < last) and not (has_values and self._is_filler(here)):
                self._read_change(here)

    def _is_filler(self, change: Change) -> bool:
        """Whether a change is made of the small words of dates and numbers (``the 2nd of April``, ``a million``)."""
        lists = self.sides.lists
        return all(
            words.keys[at] in lists.date_fillers
            or words.keys[at] in lists.number_articles
            or is_plain_dollar(words, at)
            for words, span in ((self.sides.source, change[:2]), (self.sides.copy, change[2:]))
            for at in range(*span)
        )

    # --- everything else ----------------------------------------------------------------------------------------

    def _read_change(self, change: Change) -> None:
        if self._is_same_letters(change):
            self.forgiven.append(("spaces", (change.source, change.source_end), (change.copy, change.copy_end)))
            return
        edit = edit_of(self.sides, self.ours, self.theirs, change)
        parts = self._parts(change) if is_manifold(edit) else []
        if len(parts) > 1:
            rows = [row_of(edit_of(self.sides, self.ours, self.theirs, part)) for part in parts]
            kinds = {row.kind for row in rows if row.is_material}
            if len(kinds) > 1 and kinds != {"name", "quotation"}:
                self.rows.extend(rows)
                return
        self.rows.append(row_of(edit))

    def _parts(self, change: Change) -> list[Change]:
        """A change of n words into n, word by word."""
        source, source_end, copy, copy_end = change
        count = source_end - source
        if not 1 < count <= MOST_SPLIT or copy_end - copy != count:
            return []
        return [Change(source + i, source + i + 1, copy + i, copy + i + 1) for i in range(count)]

    def _is_same_letters(self, change: Change) -> bool:
        if change[1] - change[0] < 2 and change[3] - change[2] < 2:
            return False
        source = "".join(self.sides.source.keys[change.source : change.source_end])
        copy = "".join(self.sides.copy.keys[change.copy : change.copy_end])
        return source == copy and not any(map(str.isdecimal, source))

    def _read_marks(self, kept: list[Kept], changed: list[Change]) -> None:
        for quoted in self._quoted(kept, changed):
            self.rows.append(
                Row("quotation", True, quoted.source, quoted.copy, None, quoted.source_extent, quoted.copy_extent)
            )

    def _quoted(self, kept: list[Kept], changed: list[Change]) -> list[Quoted]:
        source, copy = self.sides.source, self.sides.copy
        ours, theirs = source.gaps, copy.gaps
        parts = [part for part in kept if ours[part[0] : part[1] + 1] != theirs[part[2] : part[3] + 1]]
        others = [
            change for change in changed if ours[change[0]] != theirs[change[2]] or ours[change[1]] != theirs[change[3]]
        ]
        if not parts and not others:
            return []
        is_mostly_source = sum(part[3] - part[2] for part in kept) >= MOSTLY_SOURCE * len(copy)
        return differing_marks(source, copy, parts, others, is_mostly_source=is_mostly_source)


def _with_glued(words: Words, stretch: tuple[int, int]) -> tuple[int, int]:
    """Words with the letters or digits that are written as one with them: 1970s, 12kg, 60'ı."""
    start, end = stretch
    if start < end:
        while start > 0 and _is_glued(words, start):
            start -= 1
        while end < len(words) and _is_glued(words, end):
            end += 1
    return start, end


def _is_glued(words: Words, at: int) -> bool:
    """Whether a figure and a letter of a script with capitals meet before a word, or an apostrophe parts them."""
    if words.gaps[at] not in _GLUE:
        return False
    before, after = words.keys[at - 1][-1:], words.keys[at][:1]
    pair = before if after.isdigit() else after
    return before.isdigit() != after.isdigit() and pair.upper() != pair.lower()


def _touches(near: Near, one: Quantity, other: Quantity) -> bool:
    return any(
        (change.source < one.end and one.start < change.source_end)
        or (change.copy < other.end and other.start < change.copy_end)
        for change in near.of((one.start, one.end), (other.start, other.end))
    )
