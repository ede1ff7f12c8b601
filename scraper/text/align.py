"""Which words of a copy are which words of its source: passages of equal words, in order or moved, and what differs.

Anchor tiling: runs of equal words that both texts share are laid longest first, neighbours in line are joined into
passages, and only the gaps between them are compared word by word (longest common subsequence, by rapidfuzz). An
order-preserving aligner cannot find moved text and, beside a lone quotation, pairs scattered common words; tiling does
neither, and its cost follows the number of words, not their product.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from scraper.text.edges import parted_well, with_edges
from scraper.text.gaps import Region, between, filled, lost_spaces, parted, walked_blocks
from scraper.text.moved import with_moved
from scraper.text.passages import heaviest_in_order, settled
from scraper.text.runs import Run, shared_runs, tiled
from scraper.text.words import Words

__all__ = ["Aligned", "AlignedPassage", "Region", "Run", "align"]

SHORTEST_ANCHOR = 4
"""Words. Equal runs shorter than this are looked for only inside passages and between short texts."""
SURE_ANCHOR = 6
"""Words. Runs from this length on are laid before any shorter one."""
LEAST_EVIDENCE = 8
"""Words in common, less those between them, that a passage must have; half of the shorter text if that is less."""
_IN_ORDER = 0.45
"""Share of the shorter text that must stand in the other in order for the two to be compared as one table."""
LARGEST_TABLE = 800_000
"""Words of the copy times words of the source up to which both are first compared as they stand, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlignedPassage:
    """Words ``copy_start`` to ``copy_end`` of the copy stand for ``source_start`` to ``source_end`` of the source."""

    copy_start: int
    copy_end: int
    source_start: int
    source_end: int
    runs: tuple[Run, ...]
    """Equal words, maximal, in order."""
    gaps: tuple[Region, ...]
    """Everything between the runs, and at an edge the words of a sentence begun or ended otherwise."""
    joined: tuple[Region, ...] = ()
    """Places where both sides have the same letters with other spaces (``Reyessaid``): equal, if not word by word."""
    is_moved: bool = False
    """It stands elsewhere in the order of the copy than in that of the source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aligned:
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
    groups = parted_well(_groups(copy, source), copy, source)
    in_order = heaviest_in_order([g[0].source for g in groups], [sum(run.length for run in g) for g in groups])
    passages = tuple(
        _passage(runs, edges, copy, source, is_moved=not is_kept)
        for (runs, edges), is_kept in zip(with_edges(groups, copy, source), in_order, strict=True)
    )
    return Aligned(
        passages=passages,
        left_out=_uncovered(sorted((p.source_start, p.source_end) for p in passages), len(source)),
        added=_uncovered([(p.copy_start, p.copy_end) for p in passages], len(copy)),
    )


def _groups(copy: Words, source: Words) -> list[list[Run]]:
    """The runs of each passage, in the order of the copy.

    Texts that have most of their words in common and in order are walked side by side, short ones compared as one table
    where that ends, and what is left on both sides, stretch by stretch, for what has moved. All others are tiled.
    """
    if copy.keys == source.keys:
        return [[Run(0, 0, len(copy))]] if len(copy) else []
    shorter = min(len(copy), len(source))
    least = min(LEAST_EVIDENCE, max(1, shorter * 0.5))
    blocks = walked_blocks(copy.keys, source.keys, at_least=shorter * _IN_ORDER, largest=LARGEST_TABLE)
    groups = with_moved(settled(blocks, least), copy.keys, source.keys, least) if blocks else None
    if groups is not None:
        return groups
    candidates = shared_runs(copy.hashes, source.hashes, SHORTEST_ANCHOR)
    tiles = tiled(candidates, len(copy), len(source), shortest=SHORTEST_ANCHOR, sure=SURE_ANCHOR)
    tiles = [run for tile in tiles for run in _exact(tile, copy.keys, source.keys)]
    return [filled(group, copy.keys, source.keys) for group in settled(tiles, least)]


def _exact(run: Run, copy_keys: Sequence[str], source_keys: Sequence[str]) -> Iterator[Run]:
    """``run`` itself, or the parts of it that are equal to the letter should two hashes have collided."""
    copy, source, length = run
    if copy_keys[copy : copy + length] == source_keys[source : source + length]:
        yield run
        return
    start = 0
    for at in range(length + 1):
        if at == length or copy_keys[copy + at] != source_keys[source + at]:
            if at > start:
                yield Run(copy + start, source + start, at - start)
            start = at + 1


def _passage(runs: list[Run], edges: Region, copy: Words, source: Words, *, is_moved: bool) -> AlignedPassage:
    gaps = between(edges, runs)
    joined = [
        joint
        for gap in gaps
        if gap[0] < gap[1] and gap[2] < gap[3] and gap[1] - gap[0] + gap[3] - gap[2] > 2
        for joint in lost_spaces(gap, copy.keys, source.keys)
    ]
    if joined:
        gaps = list(parted(gaps, joined))
    return AlignedPassage(
        copy_start=edges.copy_start,
        copy_end=edges.copy_end,
        source_start=edges.source_start,
        source_end=edges.source_end,
        runs=tuple(runs),
        gaps=tuple(gaps),
        joined=tuple(joined),
        is_moved=is_moved,
    )


def _uncovered(taken: Iterable[tuple[int, int]], count: int) -> tuple[tuple[int, int], ...]:
    """What of 0 to ``count`` lies outside the taken ranges, which rise and do not overlap."""
    free = []
    at = 0
    for start, end in taken:
        if start > at:
            free.append((at, start))
        at = end
    return (*free, (at, count)) if at < count else tuple(free)
