"""Text: one change as the rules of ``kinds`` see it, and the row that one of them makes of it."""

from __future__ import annotations

from typing import NamedTuple

from scraper.model import AlterationKind
from scraper.text.names import Names, has_capitals
from scraper.text.stretches import Change, Sides
from scraper.text.words import Words

# How an edit stands in both texts, as bits beside the traits of its words.
BOTH = 1 << 20
"""Both sides have words in it."""
CAPITALS = 1 << 21
"""Both sides have a word with a capital in it, or of a script that has none."""
SPOKEN = 1 << 22
"""Both sides have words in it, and the source has quotations."""
SHORTER = 1 << 23
"""The copy has nothing, or much less."""
QUOTED = 1 << 24
"""It stands inside quotation marks on a side that has words in it."""

FEW = 3
"""Words that a side must lack before the rest of it can be said to be left out."""
_MANY_QUOTATIONS = 64


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


class Edit(NamedTuple):
    """One change as the rules see it."""

    sides: Sides
    ours: Names
    """The names of the source."""
    theirs: Names
    """The names of the copy."""
    source: tuple[int, int]
    copy: tuple[int, int]
    own: int
    """The traits of its words, and how it stands in both texts."""

    @property
    def lost(self) -> int:
        """Words of the source in it."""
        return self.source[1] - self.source[0]

    @property
    def new(self) -> int:
        """Words of the copy in it."""
        return self.copy[1] - self.copy[0]

    @property
    def is_quoted(self) -> bool:
        """Whether it stands inside quotation marks on a side that has words in it."""
        return bool(self.own & QUOTED)

    def row(self, kind: AlterationKind, *, is_material: bool = True, note: str | None = None) -> Row:
        return Row(kind, is_material, self.source, self.copy, note)


def edit_of(sides: Sides, ours: Names, theirs: Names, change: Change) -> Edit:
    """A change with what the lists of its language know of its words, and how it stands in both texts."""
    source, source_end, copy, copy_end = change
    words, others, traits = sides.source, sides.copy, sides.lists.traits
    own = traits.of(words.keys, source, source_end) | traits.of(others.keys, copy, copy_end)
    if source < source_end and copy < copy_end:
        own |= BOTH
        if has_capitals(words, source, source_end) and has_capitals(others, copy, copy_end):
            own |= CAPITALS
        if words.quotations:
            own |= SPOKEN
    if source_end - source >= FEW + 2 * (copy_end - copy) or copy == copy_end:
        own |= SHORTER
    if (words.quotations and is_quoted(words, source, source_end)) or (
        others.quotations and is_quoted(others, copy, copy_end)
    ):
        own |= QUOTED
    return Edit(sides, ours, theirs, (source, source_end), (copy, copy_end), own)


def is_quoted(words: Words, start: int, end: int) -> bool:
    """Whether one of the words stands inside quotation marks."""
    pairs = words.quotations
    if len(pairs) > _MANY_QUOTATIONS:
        return any(words.quote_depths[start:end])
    for first, last in pairs:
        if first >= end:
            return False
        if start < last:
            return start < end
    return False
