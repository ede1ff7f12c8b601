"""Text: aligned runs become changes: what stands otherwise inside kept sentences, and what was left out or added whole.

The unit is the sentence. A whole sentence that one side lacks is a passage; everything else that differs is a change
with the fewest words that hold it. Runs of stray small words between two unlike stretches are no alignment and are
given up first.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from scraper.text.align import Aligned, AlignedPassage
from scraper.text.anchors import firm, settled, without_begun
from scraper.text.quantities import quantities, same
from scraper.text.refinement import refined
from scraper.text.stretches import Change, Kept, Sides, Stretch, ends, opens
from scraper.text.words import Words

_ALIKE = 0.3
"""Share of content words from which two sentences count as one sentence written anew."""
_MOST_PAIRS = 4_000
"""Pairs of sentences that one gap is searched for; beyond, only its ends are compared."""
_SUBSTANTIAL = 0.5
"""Share of a sentence that must be kept for its missing end or beginning to be an omission, not an abridgement."""
MOSTLY_SOURCE = 0.6
"""Share of aligned words from which a copy is the source edited, not another text that quotes it."""
_SLIDE = 60
_END_OF_SENTENCE = 12
"""Words that the beginning or end of a sentence may have otherwise and still be its own."""
_FORMULA = 8
"""Words of a line that is compared by its numbers and dates."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What is kept and what is not, all in words."""

    kept: list[Kept] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    left_out: list[Stretch] = field(default_factory=list)
    added: list[Stretch] = field(default_factory=list)


def changes_of(sides: Sides, aligned: Aligned) -> Changes:
    """Everything that differs, in the order of the copy; moved passages are compared by themselves."""
    found = Changes()
    passages = _with_whole_sentences(sides, aligned.passages)
    moved = [passage.region for passage in passages if passage.is_moved]
    shared = sum(run.length for passage in aligned.passages for run in passage.runs)
    frame = _Frame(
        sides=sides,
        is_mostly_source=shared >= MOSTLY_SOURCE * len(sides.copy),
        source_taken=sorted((region.source, region.source_end) for region in moved),
        copy_taken=sorted((region.copy, region.copy_end) for region in moved),
        found=found,
    )
    kept = [part for passage in passages if not passage.is_moved for part in passage.kept]
    frame.walk(kept, Change(0, len(sides.source), 0, len(sides.copy)))
    for passage in passages:
        if passage.is_moved:
            replace(frame, source_taken=[], copy_taken=[]).walk(passage.kept, passage.region)
    return found


@dataclass(slots=True)
class _Passage:
    kept: list[Kept]
    region: Change
    is_moved: bool


def _with_whole_sentences(sides: Sides, aligned: Sequence[AlignedPassage]) -> list[_Passage]:
    """Passages whose ends are those of sentences where one claimed the small words that begin the next."""
    passages = [
        _Passage(_kept_in(p), Change(p.source_start, p.source_end, p.copy_start, p.copy_end), p.is_moved)
        for p in aligned
    ]
    for passage in passages:
        last, region = passage.kept[-1], passage.region
        if last.is_run and region.source_end < len(sides.source) and region.copy_end < len(sides.copy):
            passage.kept[-1] = whole = without_begun(sides, last)
            if whole != last:
                passage.region = region._replace(source_end=whole.source_end, copy_end=whole.copy_end)
    if len(passages) < 2:
        return passages
    source_owner, copy_owner = [-1] * len(sides.source), [-1] * len(sides.copy)
    for at, passage in enumerate(passages):
        region = passage.region
        source_owner[region.source : region.source_end] = [at] * (region.source_end - region.source)
        copy_owner[region.copy : region.copy_end] = [at] * (region.copy_end - region.copy)
    for at, passage in enumerate(passages):
        first = passage.kept[0]
        source, copy = first.source, first.copy
        while (
            source
            and copy
            and source_owner[source - 1] in (-1, at)
            and copy_owner[copy - 1] in (-1, at)
            and sides.source.keys[source - 1] == sides.copy.keys[copy - 1]
        ):
            source, copy = source - 1, copy - 1
            source_owner[source] = copy_owner[copy] = at
        if source < first.source and first.is_run:
            region = passage.region
            passage.kept[0] = first._replace(source=source, copy=copy)
            passage.region = region._replace(source=min(source, region.source), copy=min(copy, region.copy))
    return passages


def _kept_in(passage: AlignedPassage) -> list[Kept]:
    """What stands on both sides in a passage, in order."""
    kept = [Kept(run.source, run.source + run.length, run.copy, run.copy + run.length) for run in passage.runs]
    kept += [Kept(j.source_start, j.source_end, j.copy_start, j.copy_end, is_run=False) for j in passage.joined]
    return sorted(kept, key=lambda part: part.copy)


@dataclass(frozen=True, slots=True)
class _Frame:
    """What holds for all gaps of one chain of kept words."""

    sides: Sides
    is_mostly_source: bool
    source_taken: list[tuple[int, int]]
    copy_taken: list[tuple[int, int]]
    """Words that moved passages hold, which no gap may claim."""
    found: Changes

    def walk(self, kept: Sequence[Kept], region: Change) -> None:
        holds = firm(self.sides, settled(self.sides, kept, region), region)
        for at in range(len(holds) + 1):
            before, after = holds[at - 1] if at else None, holds[at] if at < len(holds) else None
            source, copy = (before.source_end, before.copy_end) if before else (region.source, region.copy)
            source_end, copy_end = (after.source, after.copy) if after else (region.source_end, region.copy_end)
            if source == source_end and copy == copy_end:
                continue
            shift = self._between(before, after, Change(source, source_end, copy, copy_end))
            if shift and before and after:
                holds[at - 1] = before._replace(source_end=before.source_end + shift, copy_end=before.copy_end + shift)
                holds[at] = after._replace(source=after.source + shift, copy=after.copy + shift)
        self.found.kept.extend(part for part in holds if part.length or part.copy_end > part.copy)

    def _between(self, before: Kept | None, after: Kept | None, gap: Change) -> int:
        """Settle one gap; by how many words it was moved along the equal words around it."""
        source = _free(self.source_taken, gap.source, gap.source_end)
        copy = _free(self.copy_taken, gap.copy, gap.copy_end)
        if len(source) <= 1 and len(copy) <= 1 and (source or copy):
            ours = source[0] if source else (gap.source_end, gap.source_end)
            theirs = copy[0] if copy else (gap.copy_end, gap.copy_end)
            touches_left = ours[0] == gap.source and theirs[0] == gap.copy
            touches_right = ours[1] == gap.source_end and theirs[1] == gap.copy_end
            left, right = before if touches_left else None, after if touches_right else None
            return _Gap(self, Change(*ours, *theirs), left, right).settle()
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


class _Piece(NamedTuple):
    start: int
    end: int
    is_head: bool
    """Goes on with the sentence that the equal words before it began."""
    is_tail: bool
    """Begins the sentence that the equal words behind it end."""


def _pieces(words: Words, start: int, end: int, *, has_left: bool, has_right: bool) -> list[_Piece]:
    """The parts of a stretch, one for each sentence it touches."""
    pieces: list[_Piece] = []
    at = start
    while at < end:
        stop = at + 1
        while stop < end and not opens(words, stop):
            stop += 1
        is_head = at == start and has_left and not opens(words, at)
        is_tail = stop == end and has_right and not opens(words, end)
        pieces.append(_Piece(at, stop, is_head, is_tail))
        at = stop
    return pieces


@dataclass(slots=True)
class _Gap:
    """What stands between two runs on both sides, and where its parts go."""

    frame: _Frame
    gap: Change
    before: Kept | None
    """What is kept right before it on both sides."""
    after: Kept | None
    sides: Sides = field(init=False)
    is_mostly_source: bool = field(init=False)
    found: Changes = field(init=False)
    left: int = field(init=False)
    """Equal words right before it."""
    right: int = field(init=False)

    def __post_init__(self) -> None:
        self.sides, self.found = self.frame.sides, self.frame.found
        self.is_mostly_source = self.frame.is_mostly_source
        self.left = self.before.length if self.before and self.before.is_run else 0
        self.right = self.after.length if self.after and self.after.is_run else 0

    def settle(self) -> int:
        gap, shift = self.gap, 0
        if gap.copy == gap.copy_end:
            shift = self._shift(self.sides.source, gap.source, gap.source_end)
        elif gap.source == gap.source_end:
            shift = self._shift(self.sides.copy, gap.copy, gap.copy_end)
        if shift:
            self.gap = gap = Change(*(place + shift for place in gap))
        has_left, has_right = self.before is not None, self.after is not None
        if self._is_whole_paragraphs(gap):
            has_left = has_right = False
        source = _pieces(self.sides.source, gap.source, gap.source_end, has_left=has_left, has_right=has_right)
        copy = _pieces(self.sides.copy, gap.copy, gap.copy_end, has_left=has_left, has_right=has_right)
        at_source, at_copy = 0, 0
        for i, j in [*self._pairs(source, copy), (len(source), len(copy))]:
            self._lone(source[at_source:i], copy[at_copy:j])
            if i < len(source):
                self._paired(source[i], copy[j])
            at_source, at_copy = i + 1, j + 1
        return shift

    def _is_whole_paragraphs(self, gap: Change) -> bool:
        """Whether a one-sided gap runs from paragraph to paragraph, whatever letters they begin with."""
        words, start, end = self.sides.source, gap.source, gap.source_end
        if start == end:
            words, start, end = self.sides.copy, gap.copy, gap.copy_end
        elif gap.copy != gap.copy_end:
            return False
        return _parts_paragraphs(words, start) and _parts_paragraphs(words, end)

    def _shift(self, words: Words, first: int, last: int) -> int:
        """By how many words a one-sided gap moves along equal words, to where sentences or clauses end."""
        if not (self.before and self.after):
            return 0
        best, best_rank = 0, _border_rank(words, first, last)
        for step, room in ((-1, self.left), (1, self.right)):
            start, end = first, last
            for distance in range(1, min(room, _SLIDE) + 1):
                leaving, coming = (end - 1, start - 1) if step < 0 else (start, end)
                if words.keys[leaving] != words.keys[coming]:
                    break
                start, end = start + step, end + step
                rank = _border_rank(words, start, end)
                if rank > best_rank:
                    best, best_rank = step * distance, rank
        return best

    def _pairs(self, source: list[_Piece], copy: list[_Piece]) -> list[tuple[int, int]]:
        """Which part of the source became which part of the copy, in order."""
        if not source or not copy:
            return []
        if len(source) == len(copy) == 1:
            return [(0, 0)] if self._is_one(source[0], copy[0]) else []
        if len(source) * len(copy) > _MOST_PAIRS:
            return self._ends_only(source, copy)
        ours = [self._content(self.sides.source, piece) for piece in source]
        theirs = [self._content(self.sides.copy, piece) for piece in copy]
        rows = [
            [self._likeness(a, b, x, y) for b, y in zip(copy, theirs, strict=True)]
            for a, x in zip(source, ours, strict=True)
        ]
        return _best_chain(rows)

    def _ends_only(self, source: list[_Piece], copy: list[_Piece]) -> list[tuple[int, int]]:
        first = [(0, 0)] if self._likeness(source[0], copy[0]) > 0 else []
        last = [(len(source) - 1, len(copy) - 1)] if self._likeness(source[-1], copy[-1]) > 0 else []
        return first + last

    def _is_one(self, source: _Piece, copy: _Piece) -> bool:
        """Whether the only part on either side is the same part written otherwise."""
        if (source.is_head and copy.is_head) and (source.is_tail and copy.is_tail):
            return True
        if self._likeness(source, copy) > 0:
            return True
        is_between = self.before is not None and self.after is not None
        shorter, longer = sorted((source.end - source.start, copy.end - copy.start))
        return self.is_mostly_source and is_between and longer <= 3 * shorter + 3

    def _likeness(
        self, source: _Piece, copy: _Piece, ours: frozenset[str] | None = None, theirs: frozenset[str] | None = None
    ) -> float:
        """How far two parts are the same part; 0 for unlike ones."""
        ours = self._content(self.sides.source, source) if ours is None else ours
        theirs = self._content(self.sides.copy, copy) if theirs is None else theirs
        total = len(ours) + len(theirs)
        share = 2 * len(ours & theirs) / total if total else 0.0
        share = share if share >= _ALIKE else 0.0
        if not share and self._has_same_values(source, copy):
            return 1.0
        same_end = (source.is_head and copy.is_head) or (source.is_tail and copy.is_tail)
        if same_end and (self._is_short(source, copy) or share):
            return 1 + share
        return share

    def _has_same_values(self, source: _Piece, copy: _Piece) -> bool:
        """Whether two short lines are the same date or number written otherwise (``21.01.2025``), or another one."""
        if max(source.end - source.start, copy.end - copy.start) > _FORMULA:
            return False
        ours = quantities(self.sides.source, self.sides.lists, source.start, source.end)
        theirs = quantities(self.sides.copy, self.sides.lists, copy.start, copy.end)
        if not ours or len(ours) != len(theirs):
            return False
        held = sum(quantity.end - quantity.start for quantity in ours)
        is_nothing_else = self.is_mostly_source and 2 * held > source.end - source.start
        kinds = [quantity.kind for quantity in ours], [quantity.kind for quantity in theirs]
        return all(map(same, ours, theirs)) or (is_nothing_else and kinds[0] == kinds[1])

    def _is_short(self, source: _Piece, copy: _Piece) -> bool:
        """Whether two ends of one sentence are short enough to be one replacement, whatever their words."""
        longest = max(source.end - source.start, copy.end - copy.start)
        if not self.is_mostly_source:
            return source.is_head and source.is_tail and copy.is_head and copy.is_tail
        return longest <= _END_OF_SENTENCE

    def _content(self, words: Words, piece: _Piece) -> frozenset[str]:
        keys = frozenset(words.keys[piece.start : piece.end])
        return keys - self.sides.lists.stop or (keys if piece.is_head or piece.is_tail else frozenset())

    def _paired(self, source: _Piece, copy: _Piece) -> None:
        copy = self._without_lead(source, copy)
        whole = Change(source.start, source.end, copy.start, copy.end)
        changes = refined(self.sides, whole)
        self.found.changed.extend(changes)
        at_source, at_copy = whole.source, whole.copy
        for change in [*changes, Change(whole.source_end, whole.source_end, whole.copy_end, whole.copy_end)]:
            if change.source > at_source:
                self.found.kept.append(Kept(at_source, change.source, at_copy, change.copy))
            at_source, at_copy = change.source_end, change.copy_end

    def _without_lead(self, source: _Piece, copy: _Piece) -> _Piece:
        """The copy's part without what a dash or colon parts from it (``TARSIS, March 14 (Agency) - ``)."""
        if not copy.is_tail or copy.is_head or not opens(self.sides.source, source.start):
            return copy
        for at in range(copy.end - 1, copy.start, -1):
            if copy.end - at > 2 * (source.end - source.start) + 2:
                return copy
            if ends_lead(self.sides.copy.gaps[at]):
                self.found.added.append(Stretch(copy.start, at))
                return copy._replace(start=at)
        return copy

    def _lone(self, source: list[_Piece], copy: list[_Piece]) -> None:
        """Parts without a counterpart: passages, or changes where they belong to a kept sentence."""
        both = bool(source and copy)
        for piece in source:
            if self._is_inner(self.sides.source, piece, both=both):
                at = self.gap.copy if piece.is_head else self.gap.copy_end
                self.found.changed.append(Change(piece.start, piece.end, at, at))
            else:
                self.found.left_out.append(Stretch(piece.start, piece.end))
        for piece in copy:
            if self._is_inner(self.sides.copy, piece, both=both) and not self._is_lead(piece):
                at = self.gap.source if piece.is_head else self.gap.source_end
                self.found.changed.append(Change(at, at, piece.start, piece.end))
            else:
                self.found.added.append(Stretch(piece.start, piece.end))

    def _is_lead(self, piece: _Piece) -> bool:
        """Whether a part before a kept sentence is set off from it, as a dateline is."""
        return piece.is_tail and not piece.is_head and ends_lead(self.sides.copy.gaps[piece.end])

    def _is_inner(self, words: Words, piece: _Piece, *, both: bool) -> bool:
        """Whether a lone part belongs to a sentence that is kept, and is no passage of its own."""
        if not piece.is_head and not piece.is_tail:
            return False
        if piece.is_head and piece.is_tail:
            return True
        if words is self.sides.source and piece.is_tail and ends_lead(words.gaps[piece.end]):
            return False
        if self.is_mostly_source and not both:
            is_closed = piece.is_head and words is self.sides.source and ends(self.sides.copy, self.gap.copy)
            if is_closed or (self.before and self.after):
                return True
        if both and not self.is_mostly_source:
            return False
        return piece.end - piece.start <= len(_sentence(words, piece.start)) * (1 - _SUBSTANTIAL)


def _sentence(words: Words, at: int) -> range:
    """The words of the sentence that word ``at`` stands in."""
    start, end = at, at + 1
    while not opens(words, start):
        start -= 1
    while not opens(words, end):
        end += 1
    return range(start, end)


def ends_lead(gap: str) -> bool:
    """Whether what stands between two words sets off a dateline or an announcement from what follows."""
    return any(mark in gap for mark in (":", "\u2014", "\u2013", " -", "--", "\n\n"))


def _parts_paragraphs(words: Words, at: int) -> bool:
    """Whether a blank line stands before word ``at``, or nothing."""
    return at in (0, len(words)) or words.gaps[at].count("\n") > 1


def _border_rank(words: Words, start: int, end: int) -> int:
    """How well a stretch ends where the text pauses: at sentences, at clauses, inside."""
    if opens(words, start) and opens(words, end):
        return 4
    if _parts_paragraphs(words, start) and _parts_paragraphs(words, end):
        return 4
    if opens(words, end):
        return 3 if words.gaps[start].strip() else 1
    pauses = [bool(words.gaps[at].strip()) for at in (start, end)]
    return 2 if all(pauses) else int(any(pauses))


def _best_chain(likeness: list[list[float]]) -> list[tuple[int, int]]:
    """The pairs (i, j), rising on both sides, of the greatest sum of likeness."""
    rows, columns = len(likeness), len(likeness[0])
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for i in range(rows - 1, -1, -1):
        for j in range(columns - 1, -1, -1):
            taken = likeness[i][j] + best[i + 1][j + 1] if likeness[i][j] else 0.0
            best[i][j] = max(taken, best[i + 1][j], best[i][j + 1])
    pairs: list[tuple[int, int]] = []
    i = j = 0
    while i < rows and j < columns:
        if likeness[i][j] and best[i][j] == likeness[i][j] + best[i + 1][j + 1]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs
