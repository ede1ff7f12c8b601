"""Which words stand inside quotation marks, told from what stands between the words, whatever the marks' style."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from scraper.text.sentences import places_of

_DOUBLE = '"\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033\uff02\u300c\u300d\u300e\u300f\u301d\u301e\u301f'
_SINGLE = "'\u2018\u2019\u201a\u201b\u2039\u203a\uff07`\u00b4"
_MARK = re.compile(f"''|``|,,|[{_DOUBLE}{_SINGLE}]")
_HAS_MARK = re.compile(f"[{_DOUBLE}{_SINGLE}]|,,")
_GAP_WITH_MARK = re.compile(f"[{_DOUBLE}{_SINGLE}][^a]*+")
_GAP_WITH_ANY = re.compile(f"(?:[{_DOUBLE}{_SINGLE}]|,,)[^a]*+")
_ALWAYS_OPEN = frozenset("\u201e\u201a\u300c\u300e\u301d\u2018\u201b")
_ALWAYS_CLOSE = frozenset("\u300d\u300f\u301e\u301f")
_OPENED_BY = re.compile(r"[\s(\[{\u2014\u2013\u2012:/,\-]")
_PARAGRAPH = re.compile(r"\n[ \t\r]*\n|\u2029")
_LONGEST_GAP = 120
_LONGEST_SINGLE = 80
"""Words. A longer run between single marks is taken for two apostrophes."""


class _Mark(NamedTuple):
    word: int
    """The word that the mark stands before."""
    is_double: bool
    turn: int
    """1 opens, -1 closes, 0 may do either."""
    starts_paragraph: bool
    glyph: str


def quotations(gaps: list[str]) -> list[tuple[int, int]]:
    """Words ``start`` to ``end`` (not included) of what stands in each pair of quotation marks, in order.

    ``gaps`` holds what stands before each word and, last, behind all. A pair left open goes on to the end of its
    paragraph only; a paragraph that opens with a mark goes on with a quotation that was not closed before it.
    """
    marks = _marks(gaps)
    doubles = [mark for mark in marks if mark.is_double]
    singles = [mark for mark in marks if not mark.is_double]
    return sorted(_double_pairs(doubles, gaps) + _single_pairs(singles))


def depths_of(pairs: list[tuple[int, int]], count: int) -> list[int]:
    """How many of the pairs each of ``count`` words stands in; 0 outside."""
    changes = [0] * (count + 1)
    for start, end in pairs:
        changes[start] += 1
        changes[end] -= 1
    return list(accumulate(changes[:-1]))


def _marks(gaps: list[str]) -> list[_Mark]:
    found = []
    last = len(gaps) - 1
    for word in _places(gaps):
        gap = gaps[word]
        if len(gap) > _LONGEST_GAP:
            gap = gap[: _LONGEST_GAP // 2] + gap[-_LONGEST_GAP // 2 :]
        for mark in _marks_in(gap, word == 0, word == last):
            found.append(_Mark(word, *mark))
    return found


def _places(gaps: list[str]) -> Iterator[int]:
    """The gaps that hold a mark, found in all of them at once: no gap has a letter, so that one can part them."""
    joined = "a".join(gaps)
    word, at = 0, 0
    # One set of characters is searched for several times faster than a choice of two.
    for match in (_GAP_WITH_ANY if ",," in joined else _GAP_WITH_MARK).finditer(joined):
        word += joined.count("a", at, match.start())
        at = match.end()
        yield word


@lru_cache(maxsize=4096)
def _marks_in(gap: str, is_first: bool, is_last: bool) -> tuple[tuple[bool, int, bool, str], ...]:
    """The marks of one gap as in ``_Mark``; the same few gaps come again and again."""
    found = []
    for match in _MARK.finditer(gap) if _HAS_MARK.search(gap) else ():
        glyph = match.group()
        before, after = gap[: match.start()], gap[match.end() :]
        is_double = len(glyph) == 2 or glyph in _DOUBLE
        turn = _turn(glyph, before, after, is_first=is_first, is_last=is_last)
        starts_paragraph = not after.strip() and bool(is_first or _PARAGRAPH.search(before))
        found.append((is_double, turn, starts_paragraph, glyph))
    return tuple(found)


def _turn(glyph: str, before: str, after: str, *, is_first: bool, is_last: bool) -> int:
    """Whether a mark opens (1) or closes (-1) by what it leans on; by its shape where it leans on neither; else 0."""
    if glyph in _ALWAYS_OPEN:
        return 1
    if glyph in _ALWAYS_CLOSE:
        return -1
    before, after = _without_marks(before), _without_marks(after)
    free_before = bool(before and _OPENED_BY.fullmatch(before[-1])) or (is_first and not before)
    leans_on_next = not after and not is_last
    leans_on_last = not before and not is_first
    if leans_on_next and free_before:
        return 1
    if leans_on_last and not leans_on_next:
        return -1
    if before and not before[-1].isspace() and not leans_on_next:
        return -1
    return {"\u201c": 1, "\u201d": -1, "\u00ab": 1, "\u00bb": -1, "\u2039": 1, "\u203a": -1}.get(glyph, 0)


def _without_marks(gap: str) -> str:
    return _HAS_MARK.sub("", gap)


def _double_pairs(marks: list[_Mark], gaps: list[str]) -> list[tuple[int, int]]:
    """Words ``start`` to ``end`` of each quotation between double marks, nested ones of another shape included."""
    pairs: list[tuple[int, int]] = []
    open_marks: list[_Mark] = []
    unclosed: list[int] = []
    for mark in marks:
        turn = mark.turn or (-1 if open_marks else 1)
        if turn < 0:
            if open_marks:
                pairs.append((open_marks.pop().word, mark.word))
            continue
        if open_marks and mark.starts_paragraph:
            continue
        if open_marks and open_marks[-1].glyph == mark.glyph:
            unclosed.append(open_marks.pop().word)
        open_marks.append(mark)
    unclosed += [mark.word for mark in open_marks]
    return pairs + _to_paragraph_ends(unclosed, gaps) if unclosed else pairs


def _to_paragraph_ends(starts: list[int], gaps: list[str]) -> list[tuple[int, int]]:
    """What stands from each of these words to the end of its paragraph."""
    breaks = [word for word, _ in places_of(gaps, _PARAGRAPH.search)] + [len(gaps) - 1]
    return [(start, breaks[min(bisect_right(breaks, start), len(breaks) - 1)]) for start in starts]


def _single_pairs(marks: list[_Mark]) -> list[tuple[int, int]]:
    """As for double marks, but a mark that is not closed soon is an apostrophe."""
    pairs: list[tuple[int, int]] = []
    opened: _Mark | None = None
    for mark in marks:
        if mark.turn > 0 and mark.glyph not in "\u2019\u00b4":
            opened = mark
        elif mark.turn < 0 and opened is not None and opened.word < mark.word <= opened.word + _LONGEST_SINGLE:
            pairs.append((opened.word, mark.word))
            opened = None
    return pairs
