"""Text: aligned runs become changes: what stands otherwise inside kept sentences, and what was left out or added whole.

The unit is the sentence. A whole sentence that one side lacks is a passage; everything else that differs is a change
with the fewest words that hold it. Runs of stray small words between two unlike stretches are no alignment and are
given up first. What becomes of one gap is decided in ``settling``.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from scraper.text.align import Aligned
from scraper.text.anchors import firm, settled
from scraper.text.sentence_ends import with_whole_sentences
from scraper.text.settling import Changes, Gap, is_replaced_inside
from scraper.text.strays import without_strays
from scraper.text.stretches import Change, Kept, Sides, Stretch

__all__ = ["MOSTLY_SOURCE", "Changes", "changes_of"]

MOSTLY_SOURCE = 0.6
"""Share of aligned words from which a copy is the source edited, not another text that quotes it."""


def changes_of(sides: Sides, aligned: Aligned) -> Changes:
    """Everything that differs, in the order of the copy; moved passages are compared by themselves."""
    found = Changes()
    passages = with_whole_sentences(sides, aligned.passages)
    moved = [passage.region for passage in passages if passage.is_moved]
    shared = sum([run[2] for passage in aligned.passages for run in passage.runs])
    is_mostly_source = shared >= MOSTLY_SOURCE * len(sides.copy)
    source_taken = sorted((region.source, region.source_end) for region in moved)
    copy_taken = sorted((region.copy, region.copy_end) for region in moved)
    kept = [part for passage in passages if not passage.is_moved for part in passage.kept]
    frame = _Frame(sides, found, is_mostly_source, source_taken, copy_taken)
    frame.walk(kept, Change(0, len(sides.source), 0, len(sides.copy)))
    for passage in passages:
        if passage.is_moved:
            _Frame(sides, found, is_mostly_source, [], []).walk(passage.kept, passage.region)
    return found


@dataclass(frozen=True, slots=True)
class _Frame:
    """What holds for all gaps of one chain of kept words."""

    sides: Sides
    found: Changes
    is_mostly_source: bool
    source_taken: list[tuple[int, int]]
    copy_taken: list[tuple[int, int]]
    """Words that moved passages hold, which no gap may claim."""

    def walk(self, kept: Sequence[Kept], region: Change) -> None:
        """Settle what lies between kept words, before the first and behind the last."""
        holds = without_strays(self.sides, firm(self.sides, settled(self.sides, kept, region), region))
        before: Kept | None = None
        for at in range(len(holds) + 1):
            after = holds[at] if at < len(holds) else None
            source, copy = (before[1], before[3]) if before else (region[0], region[2])
            source_end, copy_end = (after[0], after[2]) if after else (region[1], region[3])
            if source < source_end or copy < copy_end:
                shift = self._between(before, after, Change(source, source_end, copy, copy_end))
                if shift and before and after:
                    holds[at - 1] = before._replace(source_end=source + shift, copy_end=copy + shift)
                    holds[at] = after = after._replace(source=source_end + shift, copy=copy_end + shift)
            before = after
        self.found.kept.extend([part for part in holds if part[1] > part[0] or part[3] > part[2]])

    def _between(self, before: Kept | None, after: Kept | None, gap: Change) -> int:
        """Settle one gap; by how many words it was moved along the equal words around it."""
        if before and after and is_replaced_inside(self.sides, gap):
            self.found.changed.append(gap)
            return 0
        if not self.source_taken:
            return Gap(self.sides, self.found, gap, before, after, mostly=self.is_mostly_source).settle()
        source = _free(self.source_taken, gap.source, gap.source_end)
        copy = _free(self.copy_taken, gap.copy, gap.copy_end)
        if len(source) <= 1 and len(copy) <= 1 and (source or copy):
            ours = source[0] if source else (gap.source_end, gap.source_end)
            theirs = copy[0] if copy else (gap.copy_end, gap.copy_end)
            touches_left = ours[0] == gap.source and theirs[0] == gap.copy
            touches_right = ours[1] == gap.source_end and theirs[1] == gap.copy_end
            left, right = before if touches_left else None, after if touches_right else None
            own = Change(*ours, *theirs)
            return Gap(self.sides, self.found, own, left, right, mostly=self.is_mostly_source).settle()
        self.found.left_out.extend(Stretch(*free) for free in source)
        self.found.added.extend(Stretch(*free) for free in copy)
        return 0


def _free(taken: list[tuple[int, int]], start: int, end: int) -> list[tuple[int, int]]:
    """What of ``start`` to ``end`` no moved passage holds."""
    free: list[tuple[int, int]] = []
    for first, last in taken[bisect_right(taken, (start, -1)) :]:
        if first >= end:
            break
        if first > start:
            free.append((start, first))
        start = last
    return [*free, (start, end)] if start < end else free
