"""Text: which equal words hold two texts together: repeated words beside their neighbours, strays given up."""

from __future__ import annotations

from collections.abc import Sequence

from scraper.text.stretches import Change, Kept, Sides, opens

_REPEATED = 3
_REPEATED_LONG = 400
_STRAY = 2
_FAR = 100
_LOST_WORD = 12


def settled(sides: Sides, kept: Sequence[Kept], region: Change) -> list[Kept]:
    """What is kept, paired so that it splits no change in two where a repeated word lets it.

    ``to Calder, Washington`` for ``to Washington, Washington``: the second is kept, the first replaced. And where two
    stretches are left out around words that stand again behind or before them, one longer stretch is.
    """
    settled = list(kept)
    for at, part in enumerate(settled):
        before = settled[at - 1] if at else Kept(region.source, region.source, region.copy, region.copy)
        after = settled[at + 1] if at + 1 < len(settled) else None
        source_end, copy_end = (after.source, after.copy) if after else (region.source_end, region.copy_end)
        lost = part.source - before.source_end, source_end - part.source_end
        new = part.copy - before.copy_end, copy_end - part.copy_end
        if part.is_run and part.length <= _REPEATED_LONG and max(lost[0], new[0]) and max(lost[1], new[1]):
            is_first = at == 0 and (region.source, region.copy) != (0, 0)
            is_last = after is None and (source_end, copy_end) != (len(sides.source), len(sides.copy))
            settled[at] = _joined(sides, part, lost, new, is_first=is_first, is_last=is_last)
    return settled


def _joined(
    sides: Sides, part: Kept, lost: tuple[int, int], new: tuple[int, int], *, is_first: bool, is_last: bool
) -> Kept:
    """A run moved to where its words stand again, beside its neighbour or the end of the text, if they do."""
    source, copy = sides.source.keys, sides.copy.keys
    for side, sign, is_open in ((1, 1, is_last), (0, -1, is_first)):
        if is_open:
            continue
        by_source, by_copy = sign * lost[side], sign * new[side]
        if by_source and not by_copy and _again(source, part.source, part.source + by_source, part.length):
            return part._replace(source=part.source + by_source, source_end=part.source_end + by_source)
        if by_copy and not by_source and _again(copy, part.copy, part.copy + by_copy, part.length):
            return part._replace(copy=part.copy + by_copy, copy_end=part.copy_end + by_copy)
    return part


def _again(keys: list[str], first: int, second: int, length: int) -> bool:
    """Whether the same words stand in both places."""
    return keys[first : first + length] == keys[second : second + length]


def firm(sides: Sides, kept: Sequence[Kept], region: Change) -> list[Kept]:
    """What is kept, without stray common words between two stretches that differ or at the edge of one."""
    holds: list[Kept] = []
    room = _room(sides, region)
    source, copy = region.source - room[0], region.copy - room[0]
    for at, part in enumerate(kept):
        after = kept[at + 1] if at + 1 < len(kept) else None
        source_end, copy_end = region.source_end + room[1], region.copy_end + room[1]
        if after:
            source_end, copy_end = after.source, after.copy
        before = part.source - source, part.copy - copy
        behind = source_end - part.source_end, copy_end - part.copy_end
        if part.length <= _REPEATED and _is_stray(weight(sides, part.source, part.source_end), before, behind):
            continue
        holds.append(part)
        source, copy = part.source_end, part.copy_end
    return holds


def _room(sides: Sides, region: Change) -> tuple[int, int]:
    """Words that other text takes before and behind a region, so far as it matters."""
    before = 0 if region.source == 0 or region.copy == 0 else _FAR
    is_end = region.source_end == len(sides.source) or region.copy_end == len(sides.copy)
    return before, 0 if is_end else _FAR


def _is_stray(weight: int, before: tuple[int, int], behind: tuple[int, int]) -> bool:
    """Whether kept words of so little weight are chance between what differs before and behind them."""
    if min(before) >= 2 and min(behind) >= 2 and min(before) + min(behind) > 4 * weight:
        return True
    is_edge = (max(before) > 0 and _is_far(behind)) or (_is_far(before) and max(behind) > 0)
    return weight <= _REPEATED and is_edge


def _is_far(gap: tuple[int, int]) -> bool:
    """Whether what differs is too much for a small word beside it to belong to anything."""
    return min(gap) > _REPEATED or max(gap) > _LOST_WORD


def without_begun(sides: Sides, part: Kept) -> Kept:
    """A run without the small words at its end that begin another sentence on both sides (``The``, ``In the``)."""
    for count in range(1, min(_STRAY, part.length - 1) + 1):
        at = part.source_end - count
        if sides.source.keys[at] not in sides.lists.stop:
            return part
        if opens(sides.source, at) and opens(sides.copy, part.copy_end - count):
            return part._replace(source_end=at, copy_end=part.copy_end - count)
    return part


def weight(sides: Sides, start: int, end: int) -> int:
    """How much kept words say: one each, three each that is no function word."""
    stop = sides.lists.stop
    return sum(1 if key in stop or not key[:1].isalnum() else 3 for key in sides.source.keys[start:end])
