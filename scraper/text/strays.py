"""Text: names that two unlike sentences happen to share, given up before what stands around them is compared.

The leads of two outlets both name the agency and the town. Compared word by word from there, ``March`` would
have become ``stays``; they are one passage left out and one added. A step of ``changes``.
"""

from __future__ import annotations

from collections.abc import Sequence

from scraper.text.stretches import Kept, Sides, sentence_around

_SHORT = 4
"""Words that two sentences may share by chance in a row."""
_SHARE = 0.5
"""Share of the shorter sentence from which its names are no chance."""


def without_strays(sides: Sides, kept: Sequence[Kept]) -> list[Kept]:
    """What is kept, without runs of names that are all their sentences share, and less than half of either."""
    if sides.lists.articles:  # All nouns have capitals: none of them tells a name.
        return list(kept)
    return [part for at, part in enumerate(kept) if not (_are_names(sides, part) and _is_stray(sides, kept, at))]


def _is_stray(sides: Sides, kept: Sequence[Kept], at: int) -> bool:
    """Whether names are all that their sentences share."""
    part = kept[at]
    ours, theirs = sentence_around(sides.source, part.source), sentence_around(sides.copy, part.copy)
    shared = part.length
    for step in (-1, 1):
        beside = at + step
        while 0 <= beside < len(kept) and _touches(kept[beside], ours, theirs):
            if not _are_names(sides, kept[beside]):
                return False
            shared += kept[beside].length
            beside += step
    return shared < _SHARE * min(len(ours), len(theirs))


def _touches(part: Kept, ours: range, theirs: range) -> bool:
    in_source = part.source < ours.stop and ours.start < part.source_end
    return in_source and part.copy < theirs.stop and theirs.start < part.copy_end


def _are_names(sides: Sides, part: Kept) -> bool:
    """Whether a few kept words are names with small words at most."""
    start, end, _, _, is_run = part
    if end - start > _SHORT or not is_run:
        return False
    words, stop = sides.source, sides.lists.stop
    has_name = False
    for token, key in zip(words.tokens[start:end], words.keys[start:end], strict=True):
        if token[0].isupper():
            has_name = True
        elif key not in stop:
            return False
    return has_name
