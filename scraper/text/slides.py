"""A gap with words on one side only may often lie a few words earlier or later; here it goes where sentences end.

``A b. A c.`` against ``A c.`` has lost ``A b.``, not ``b. A``. Both are right by the words; only one is what was done.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from scraper.text.runs import Run

_FARTHEST = 16
_PARAGRAPH = re.compile(r"\n[ \t\r]*\n")
_STOP = re.compile(r"[.!?\u2026\u061f\u06d4\u0589\u0964。！？]")
_PAUSE = re.compile(r"[,;:()\n\u2013\u2014\u060c、，；：]")
_WORTH_A_RUN = 2.5
"""What it is worth that a run vanishes into its neighbour, in the measure of ``_breaks``."""


class Side(NamedTuple):
    """One text as it is aligned."""

    letters: str
    """One for each word, the same for equal words."""
    gaps: list[str]
    """What stands before, between and behind its words."""


def slid(runs: list[Run], copy: Side, source: Side) -> list[Run]:
    """The runs of one passage with each one-sided gap where it breaks the text most naturally."""
    settled = [runs[0]]
    ours, theirs = copy.letters, source.letters
    for run in runs[1:]:
        at, source_at, length = settled[-1]
        at, source_at = at + length, source_at + length
        copy_start, source_start, _ = run
        if at == copy_start:
            letters, start, end = theirs, source_at, source_start
        elif source_at == source_start:
            letters, start, end = ours, at, copy_start
        else:
            settled.append(run)
            continue
        if letters[start - 1] == letters[end - 1] or letters[start] == letters[end]:
            before, after = slide(settled.pop(), run, copy, source)
            settled += [part for part in (before, after) if part]
        else:
            settled.append(run)
    return settled


def slide(before: Run, after: Run, copy: Side, source: Side) -> tuple[Run | None, Run | None]:
    """Two neighbouring runs, parted where the text between them breaks; None for one that the other takes over."""
    copy_end, source_end = before[0] + before[2], before[1] + before[2]
    touches_copy, touches_source = copy_end == after[0], source_end == after[1]
    if touches_copy == touches_source:
        return before, after
    # The side with words in the gap: only there do the words at its two ends need to agree.
    (letters, gaps), start, end = (source, source_end, after[1]) if touches_copy else (copy, copy_end, after[0])
    back = on = 0
    if letters[start - 1] == letters[end - 1]:
        back = _agreeing(letters, start - 1, end - 1, -1, min(before[2], _FARTHEST))
    if letters[start] == letters[end]:
        on = _agreeing(letters, start, end, 1, min(after[2], _FARTHEST))
    if not back and not on:
        return before, after
    others, at = (copy[1], copy_end) if touches_copy else (source[1], source_end)

    def worth(shift: int) -> tuple[float, int]:
        vanished = -shift == before[2] or shift == after[2]
        breaks = _breaks(gaps[start + shift]) + _breaks(gaps[end + shift]) + _breaks(others[at + shift])
        return breaks + _WORTH_A_RUN * vanished, -abs(shift)

    shift = max(range(-back, on + 1), key=worth)
    first = Run(before[0], before[1], before[2] + shift)
    second = Run(after[0] + shift, after[1] + shift, after[2] - shift)
    return (first if first[2] else None), (second if second[2] else None)


def _agreeing(letters: str, first: int, second: int, step: int, most: int) -> int:
    """How many words on from two places agree, going forwards or backwards."""
    count = 0
    while count < most and first >= 0 and second < len(letters) and letters[first] == letters[second]:
        count, first, second = count + 1, first + step, second + step
    return count


def _breaks(gap: str) -> float:
    """How strongly the text between two words parts them."""
    if gap == " ":
        return 0
    if _PARAGRAPH.search(gap) or not gap:
        return 3 if gap else 0
    return 2 if _STOP.search(gap) else 1 if _PAUSE.search(gap) else 0
