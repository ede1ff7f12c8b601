"""Text: quotation marks that one side has and the other lacks, and the words between them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from scraper.text.stretches import Change, Kept, opens
from scraper.text.words import Words

_DOUBLE = re.compile(
    "''|``|,,|[\"\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033\uff02\u300c\u300d\u300e\u300f\u301d\u301e]|<<|>>"
)
_SINGLE = re.compile("[\u2018\u2019\u201a\u201b'`\u00b4\u2039\u203a\uff07]")
_ANY = re.compile(
    "[\"'`\u00b4\u00ab\u00bb\u2018-\u201f\u2033\u2039\u203a\u300c-\u300f\u301d\u301e\uff02\uff07]|,,|<<|>>"
)
_FARTHEST = 400
"""Words between two marks that are taken for one pair."""


class Quoted(NamedTuple):
    """Words whose quotation marks differ; spans in words, end not included."""

    source: tuple[int, int]
    copy: tuple[int, int]
    source_extent: tuple[int, int]
    copy_extent: tuple[int, int]
    """In characters, marks included on the side that has them."""


class _Lone(NamedTuple):
    """A place between two words where the sides have another number of marks."""

    source: int
    copy: int
    """The words before which it is."""
    surplus: int
    """Marks of the copy less marks of the source."""
    is_single: bool
    is_outer: bool = False
    """At the end of kept words, where the text around them may quote them."""


def marks_in(gap: str) -> int:
    """How many quotation marks stand in what is between two words, apostrophes included."""
    if gap == " " or not _ANY.search(gap):
        return 0
    doubles = len(_DOUBLE.findall(gap))
    return doubles + len(_SINGLE.findall(_DOUBLE.sub("", gap)))


def differing_marks(
    source: Words, copy: Words, kept: Sequence[Kept], changed: Sequence[Change], *, is_mostly_source: bool
) -> list[Quoted]:
    """Where quotation marks were added, removed or moved between kept words.

    A text that is mostly another puts marks around the whole sentences that it takes over; these are none.
    """
    lone = sorted({(m.source, m.copy): m for m in _lone_marks(source, copy, kept, changed)}.values())
    found: list[Quoted] = []
    at = 0
    while at < len(lone):
        first = lone[at]
        second = lone[at + 1] if at + 1 < len(lone) else None
        if abs(first.surplus) == 2:
            # Opened and closed around nothing that is a word.
            at += 1
            continue
        if first.is_outer and (second is None or second.is_outer):
            at += 1 if second is None or second.source - first.source > _FARTHEST else 2
            continue
        if second and second.source - first.source <= _FARTHEST and abs(second.surplus) == 1:
            if is_mostly_source or not _quotes_sentences(source, first, second):
                found.append(_between(source, copy, first, second))
            at += 2
            continue
        if not first.is_single and not first.is_outer:
            found.append(_beside(source, copy, first))
        at += 1
    return found


def _quotes_sentences(source: Words, first: _Lone, second: _Lone) -> bool:
    """Whether two marks of the copy stand around whole sentences of the source."""
    is_added = first.surplus > 0 and second.surplus > 0
    return is_added and opens(source, first.source) and opens(source, second.source)


def _lone_marks(source: Words, copy: Words, kept: Sequence[Kept], changed: Sequence[Change]) -> Iterator[_Lone]:
    ours, theirs = source.gaps, copy.gaps
    for part in kept:
        if not part.is_run:
            continue
        first, last = part.source + 1, part.source_end
        shift = part.copy - part.source
        yield from _outer(ours[part.source], theirs[part.copy], part.source, part.copy, end=False)
        yield from _outer(ours[part.source_end], theirs[part.copy_end], part.source_end, part.copy_end, end=True)
        if ours[first:last] == theirs[first + shift : last + shift]:
            continue
        for at in range(first, last):
            if ours[at] != theirs[at + shift]:
                yield from _lone(ours[at], theirs[at + shift], at, at + shift)
    for change in changed:
        if change.source == change.source_end or change.copy == change.copy_end:
            continue
        yield from _lone(ours[change.source], theirs[change.copy], change.source, change.copy)
        yield from _lone(ours[change.source_end], theirs[change.copy_end], change.source_end, change.copy_end)


def _lone(ours: str, theirs: str, source: int, copy: int) -> Iterator[_Lone]:
    surplus = marks_in(theirs) - marks_in(ours)
    if surplus:
        longer = theirs if surplus > 0 else ours
        yield _Lone(source, copy, surplus, not _DOUBLE.search(longer))


def _outer(ours: str, theirs: str, source: int, copy: int, *, end: bool) -> Iterator[_Lone]:
    """The marks that lean on the first or last of kept words, where they differ."""
    if ours == theirs:
        return
    leaning = [_leaning(gap, end=end) for gap in (ours, theirs)]
    for mark in _lone(leaning[0], leaning[1], source, copy):
        yield mark._replace(is_outer=True)


def _leaning(gap: str, *, end: bool) -> str:
    """What of a gap touches the word before it (at an end) or behind it."""
    parts = gap.split()
    if not parts or gap[0 if end else -1].isspace():
        return ""
    return parts[0] if end else parts[-1]


def _between(source: Words, copy: Words, first: _Lone, second: _Lone) -> Quoted:
    ours, theirs = (first.source, second.source), (first.copy, second.copy)
    return Quoted(
        ours,
        theirs,
        _extent(source, *ours, before=first.surplus < 0, behind=second.surplus < 0),
        _extent(copy, *theirs, before=first.surplus > 0, behind=second.surplus > 0),
    )


def _beside(source: Words, copy: Words, lone: _Lone) -> Quoted:
    """The word that a lone mark leans on."""
    words, at = (copy, lone.copy) if lone.surplus > 0 else (source, lone.source)
    leans_on_next = at < len(words) and not words.gaps[at][-1:].isspace()
    back = 0 if leans_on_next or at == 0 else 1
    ours = _one_word(source, lone.source - back)
    theirs = _one_word(copy, lone.copy - back)
    return Quoted(
        ours,
        theirs,
        _extent(source, *ours, before=lone.surplus < 0, behind=lone.surplus < 0),
        _extent(copy, *theirs, before=lone.surplus > 0, behind=lone.surplus > 0),
    )


def _one_word(words: Words, at: int) -> tuple[int, int]:
    return max(at, 0), min(max(at, 0) + 1, len(words))


def _extent(words: Words, start: int, end: int, *, before: bool, behind: bool) -> tuple[int, int]:
    """The characters of words ``start`` to ``end``, with the mark before and behind them where asked for."""
    first, last = words.span(start, end)
    if start >= end or words.has_entities:
        return first, last
    if before and first > 0 and _ANY.match(words.text[first - 1]):
        first -= 1
    if behind and last < len(words.text) and _ANY.match(words.text[last]):
        last += 1
    return first, last
