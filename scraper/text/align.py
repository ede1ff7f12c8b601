"""Which words of a copy are which words of its source: passages of equal words, in order or moved, and what differs.

Words are compared as letters (``letters``). Most copies keep the order of their source: these are compared as one
table (longest common subsequence, by rapidfuzz), its stray equal words are given up (``passages``), and only what it
leaves on both sides is searched for what has moved. Where little stands in order, runs of equal words are laid longest
first (``tiling``) and only the gaps between them compared word by word: an order-preserving aligner cannot find moved
text and, beside a lone quotation, pairs scattered common words. Cost follows the number of words, not their product.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from scraper.text.edges import Found, parted_well, with_edges
from scraper.text.gaps import Region, between, filled, lost_spaces, parted, table_blocks, walked_blocks
from scraper.text.letters import alike
from scraper.text.moved import with_moved
from scraper.text.passages import heaviest_in_order, settled
from scraper.text.pins import pinned_blocks, repeats_itself
from scraper.text.runs import Run
from scraper.text.slides import Side
from scraper.text.tiling import anchors
from scraper.text.words import Words

__all__ = ["Aligned", "AlignedPassage", "Region", "Run", "align"]

LEAST_EVIDENCE = 8
"""Words in common, less those between them, that a passage must have; half of the shorter text if that is less."""
_IN_ORDER = 0.45
"""Share of the shorter text that must stand in the other in order for the two to be compared as one table."""
LARGEST_TABLE = 40_000_000
"""Words of the copy times words of the source up to which both are first compared as they stand, in order."""


class AlignedPassage(NamedTuple):
    """Words ``copy_start`` to ``copy_end`` of the copy stand for ``source_start`` to ``source_end`` of the source."""

    copy_start: int
    copy_end: int
    source_start: int
    source_end: int
    runs: tuple[Run, ...]
    """Equal words, maximal, in order."""
    is_moved: bool
    """It stands elsewhere in the order of the copy than in that of the source."""
    copy: Words
    source: Words
    """The two texts."""

    @property
    def gaps(self) -> tuple[Region, ...]:
        """All between the runs and joined places, and at an edge the words of a sentence begun or ended otherwise."""
        return tuple(parted(between(Region(*self[:4]), self.runs), self.joined))

    @property
    def joined(self) -> tuple[Region, ...]:
        """Places where both sides have the same letters with other spaces (``Reyessaid``): equal, if not by words."""
        return tuple(
            joint
            for gap in between(Region(*self[:4]), self.runs)
            if gap[0] < gap[1] and gap[2] < gap[3] and gap[1] - gap[0] + gap[3] - gap[2] > 2
            for joint in lost_spaces(gap, self.copy.keys, self.source.keys)
        )


class Aligned(NamedTuple):
    """Every word of both texts in exactly one place: in a run or a joined place, in a gap, left out, or added."""

    passages: tuple[AlignedPassage, ...]
    """In the order of the copy."""
    left_out: tuple[tuple[int, int], ...]
    """Words of the source in no passage, as (start, end)."""
    added: tuple[tuple[int, int], ...]
    """Words of the copy in no passage, as (start, end)."""


def align(copy: Words, source: Words) -> Aligned:
    """Align two texts word by word. Near linear in the number of words, whatever they are.

    A passage is kept when what it shares weighs at least eight words, or half of the shorter text. A passage counts
    as moved when it is outside the heaviest chain of passages that keep their order.
    """
    letters = alike(copy.spelling, source.spelling, copy.keys, source.keys)
    ours, theirs = Side(letters[0], copy.gaps), Side(letters[1], source.gaps)
    least = min(LEAST_EVIDENCE, max(1, min(len(copy), len(source)) / 2))
    found = with_edges(parted_well(_groups(*letters, least), ours, theirs, least), ours, theirs)
    in_order = _in_order(found)
    passages = tuple(
        AlignedPassage(*edges, tuple(runs), not is_kept, copy, source)
        for (runs, edges), is_kept in zip(found, in_order, strict=True)
    )
    taken = [edges[2:] for _, edges in found]
    return Aligned(
        passages,
        left_out=_uncovered(taken if all(in_order) else sorted(taken), len(source)),
        added=_uncovered([edges[:2] for _, edges in found], len(copy)),
    )


def _in_order(found: list[Found]) -> list[bool]:
    """Which passages keep their order."""
    sources = [edges[2] for _, edges in found]
    if sources == sorted(sources):
        return [True] * len(found)
    return heaviest_in_order(sources, [sum([run[2] for run in runs]) for runs, _ in found])


def _groups(copy: str, source: str, least: float) -> list[list[Run]]:
    """The runs of each passage, in the order of the copy.

    Texts that have most of their words in common and in order are compared as one table, or where they are long as
    one table after another, and what that leaves on both sides is tiled for what has moved. All others are tiled whole.
    """
    if copy == source:
        return [[Run(0, 0, len(copy))]] if copy else []
    if len(copy) * len(source) <= LARGEST_TABLE:
        blocks = _in_one_table(copy, source, min(len(copy), len(source)) * _IN_ORDER)
    else:
        blocks = walked_blocks(copy, source, share=_IN_ORDER)
    if blocks:
        return with_moved(settled(blocks, least), copy, source, least)
    return [filled(group, copy, source) for group in settled(anchors(copy, source), least)]


def _in_one_table(copy: str, source: str, at_least: float) -> list[Run]:
    """The runs of both texts compared as they stand; none if they share fewer words in order than ``at_least``."""
    if repeats_itself(copy) and repeats_itself(source):
        blocks = pinned_blocks(copy, source)
        if sum([block[2] for block in blocks]) >= at_least:
            return blocks
    return table_blocks(copy, source, at_least=at_least)


def _uncovered(taken: Iterable[tuple[int, int]], count: int) -> tuple[tuple[int, int], ...]:
    """What of 0 to ``count`` lies outside the taken ranges, which rise and do not overlap."""
    free = []
    at = 0
    for start, end in taken:
        if start > at:
            free.append((at, start))
        at = end
    return (*free, (at, count)) if at < count else tuple(free)
