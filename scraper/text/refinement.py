"""Text: one change inside a sentence as the smallest changes that it is made of."""

from __future__ import annotations

from scraper.text.anchors import weight
from scraper.text.gaps import equal_blocks
from scraper.text.stretches import Change, Kept, Sides

_MOST_CELLS = 250_000


def refined(sides: Sides, change: Change) -> list[Change]:
    """One change as the smallest changes that it is made of."""
    change = _trimmed(sides, change)
    source = sides.source.keys[change.source : change.source_end]
    copy = sides.copy.keys[change.copy : change.copy_end]
    if not source and not copy:
        return []
    if min(len(source), len(copy)) <= 1 or len(source) * len(copy) > _MOST_CELLS:
        return [change]
    equal = [
        Kept(
            change.source + b.source,
            change.source + b.source + b.length,
            change.copy + b.copy,
            change.copy + b.copy + b.length,
        )
        for b in equal_blocks(copy, source)
    ]
    if sum(part.length for part in equal) * 3 < min(len(source), len(copy)):
        return [change]
    return _between(change, _worth_keeping(sides, change, equal))


def _worth_keeping(sides: Sides, change: Change, equal: list[Kept]) -> list[Kept]:
    """Equal words that are worth their place: small ones between two replaced stretches are not."""
    kept: list[Kept] = []
    source, copy = change.source, change.copy
    for at, part in enumerate(equal):
        after = equal[at + 1] if at + 1 < len(equal) else None
        source_end, copy_end = (after.source, after.copy) if after else (change.source_end, change.copy_end)
        before = max(part.source - source, part.copy - copy)
        behind = max(source_end - part.source_end, copy_end - part.copy_end)
        if before and behind and before + behind > 2 * weight(sides, part.source, part.source_end):
            continue
        kept.append(part)
        source, copy = part.source_end, part.copy_end
    return kept


def _between(change: Change, kept: list[Kept]) -> list[Change]:
    changes: list[Change] = []
    source, copy = change.source, change.copy
    for part in kept:
        if part.source > source or part.copy > copy:
            changes.append(Change(source, part.source, copy, part.copy))
        source, copy = part.source_end, part.copy_end
    if source < change.source_end or copy < change.copy_end:
        changes.append(Change(source, change.source_end, copy, change.copy_end))
    return changes


def _trimmed(sides: Sides, change: Change) -> Change:
    """A change without equal words at its ends."""
    source, source_end, copy, copy_end = change
    ours, theirs = sides.source.keys, sides.copy.keys
    while source < source_end and copy < copy_end and ours[source] == theirs[copy]:
        source, copy = source + 1, copy + 1
    while source < source_end and copy < copy_end and ours[source_end - 1] == theirs[copy_end - 1]:
        source_end, copy_end = source_end - 1, copy_end - 1
    return Change(source, source_end, copy, copy_end)
