"""Which words stand inside quotation marks, told from what stands between the words, whatever the marks' style."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate
from typing import NamedTuple

from scraper.text.sentences import places_of

_DOUBLE = '"\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033\uff02\u300c\u300d\u300e\u300f\u301d\u301e\u301f'
_SINGLE = "'\u2018\u2019\u201a\u201b\u2039\u203a\uff07`\u00b4"
_MARK = re.compile(f"''|``|,,|[{_DOUBLE}{_SINGLE}]")
_HAS_MARK = re.compile(f"[{_DOUBLE}{_SINGLE}]|,,")
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


def quote_depths(gaps: list[str], tokens: list[str]) -> list[int]:
    """How many pairs of quotation marks each word stands in; 0 outside.

    ``gaps`` holds what stands before each word and, last, behind all. A pair left open goes on to the end of its
    paragraph only; a paragraph that opens with a mark goes on with a quotation that was not closed before it.
    """
    count = len(tokens)
    marks = _marks(gaps)
    if not marks:
        return [0] * count
    changes = [0] * (count + 1)
    pairs = _double_pairs([m for m in marks if m.is_double], gaps) + _single_pairs(
        [m for m in marks if not m.is_double]
    )
    for start, end in pairs:
        changes[start] += 1
        changes[end] -= 1
    return list(accumulate(changes[:-1]))


def _marks(gaps: list[str]) -> list[_Mark]:
    found = []
    last = len(gaps) - 1
    for word, gap in places_of(gaps, _HAS_MARK.search):
        if len(gap) > _LONGEST_GAP:
            gap = gap[: _LONGEST_GAP // 2] + gap[-_LONGEST_GAP // 2 :]  # noqa: PLW2901 (its ends are all that counts)
        for match in _MARK.finditer(gap):
            glyph = match.group()
            before, after = gap[: match.start()], gap[match.end() :]
            found.append(
                _Mark(
                    word=word,
                    is_double=len(glyph) == 2 or glyph in _DOUBLE,
                    turn=_turn(glyph, before, after, is_first=word == 0, is_last=word == last),
                    starts_paragraph=not after.strip() and bool(word == 0 or _PARAGRAPH.search(before)),
                    glyph=glyph,
                )
            )
    return found


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
    breaks = [word for word, _ in places_of(gaps, _PARAGRAPH.search)] if marks else []
    pairs: list[tuple[int, int]] = []
    open_marks: list[_Mark] = []
    for mark in marks:
        turn = mark.turn or (-1 if open_marks else 1)
        if turn < 0:
            if open_marks:
                pairs.append((open_marks.pop().word, mark.word))
            continue
        if open_marks and mark.starts_paragraph:
            continue
        if open_marks and open_marks[-1].glyph == mark.glyph:
            pairs.append((open_marks[-1].word, _paragraph_end(open_marks.pop().word, breaks, len(gaps) - 1)))
        open_marks.append(mark)
    return pairs + [(mark.word, _paragraph_end(mark.word, breaks, len(gaps) - 1)) for mark in open_marks]


def _paragraph_end(start: int, breaks: list[int], last: int) -> int:
    at = bisect_right(breaks, start)
    return breaks[at] if at < len(breaks) else last


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
