"""Text: passages that end where sentences end, where one of two neighbours claimed the small words that begin the next.

Between the aligned runs of ``align`` and the changes of ``changes``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scraper.text.align import AlignedPassage
from scraper.text.anchors import without_begun
from scraper.text.stretches import Change, Kept, Sides


@dataclass(slots=True)
class Passage:
    """What two texts keep in one place, in order, and all that this place takes of both."""

    kept: list[Kept]
    region: Change
    is_moved: bool


def with_whole_sentences(sides: Sides, aligned: Sequence[AlignedPassage]) -> list[Passage]:
    """The passages of an alignment, each from where its first sentence begins to where its last one ends."""
    passages = [
        Passage(_kept_in(p), Change(p.source_start, p.source_end, p.copy_start, p.copy_end), p.is_moved)
        for p in aligned
    ]
    for passage in passages:
        _give_up_begun(sides, passage)
    if len(passages) > 1:
        _take_back(sides, passages)
    return passages


def _kept_in(passage: AlignedPassage) -> list[Kept]:
    """What stands on both sides in a passage, in order."""
    kept = [Kept(source, source + length, copy, copy + length) for copy, source, length in passage.runs]
    if passage.joined:
        kept += [Kept(j.source_start, j.source_end, j.copy_start, j.copy_end, is_run=False) for j in passage.joined]
        kept.sort(key=lambda part: part.copy)
    return kept


def _give_up_begun(sides: Sides, passage: Passage) -> None:
    last, region = passage.kept[-1], passage.region
    if last.is_run and region.source_end < len(sides.source) and region.copy_end < len(sides.copy):
        passage.kept[-1] = whole = without_begun(sides, last)
        if whole != last:
            passage.region = region._replace(source_end=whole.source_end, copy_end=whole.copy_end)


def _take_back(sides: Sides, passages: list[Passage]) -> None:
    """Lets each passage take back the equal words before it that no other passage holds."""
    source_keys, copy_keys = sides.source.keys, sides.copy.keys
    source_ends = sorted(passage.region.source_end for passage in passages)
    by_source = sorted(passages, key=lambda passage: passage.region.source)
    ends_before = dict(zip(map(id, by_source), [0, *source_ends], strict=False))
    copy_floor = 0
    for passage in passages:
        first, region = passage.kept[0], passage.region
        source, copy = first.source, first.copy
        source_floor = min(ends_before[id(passage)], source)
        while source > source_floor and copy > copy_floor and source_keys[source - 1] == copy_keys[copy - 1]:
            source, copy = source - 1, copy - 1
        if source < first.source and first.is_run:
            passage.kept[0] = first._replace(source=source, copy=copy)
            passage.region = region._replace(source=min(source, region.source), copy=min(copy, region.copy))
        copy_floor = passage.region.copy_end
