"""Text: one gap between equal words settled: what in it is a change, and what is a passage left out or added."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from scraper.text.likeness import Part, pairs_of_parts, parts_of_gap
from scraper.text.refinement import refined
from scraper.text.stretches import INSIDE, Change, Kept, Sides, Stretch, ends, opens, sentence_around
from scraper.text.words import Words

_SUBSTANTIAL = 0.5
"""Share of a sentence that must be kept for its missing end or beginning to be an omission, not an abridgement."""
_SLIDE = 60


@dataclass(frozen=True, slots=True)
class Changes:
    """What is kept and what is not, all in words."""

    kept: list[Kept] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    left_out: list[Stretch] = field(default_factory=list)
    added: list[Stretch] = field(default_factory=list)


class Gap:
    """What stands between two runs on both sides, and where its parts go.

    ``before`` and ``after`` are what is kept right beside it on both sides.
    """

    def __init__(
        self, sides: Sides, found: Changes, gap: Change, before: Kept | None, after: Kept | None, *, mostly: bool
    ) -> None:
        self._sides, self._found, self._gap = sides, found, gap
        self._before, self._after = before, after
        self._is_mostly_source = mostly

    def settle(self) -> int:
        """Put all of the gap into ``found``; by how many words it was moved along the equal words around it."""
        shift = self._shift() if self._before and self._after else 0
        if shift:
            self._gap = Change(*(place + shift for place in self._gap))
        if self._before and self._after and self._is_inside_sentence():
            self._settle_inside()
        else:
            self._settle_by_sentence()
        return shift

    # --- one-sided gaps, moved to where the text pauses ------------------------------------------------------------

    def _shift(self) -> int:
        """By how many words a one-sided gap moves along equal words, to where sentences or clauses end."""
        source, source_end, copy, copy_end = self._gap
        if copy == copy_end:
            return self._best_shift(self._sides.source, source, source_end)
        return self._best_shift(self._sides.copy, copy, copy_end) if source == source_end else 0

    def _best_shift(self, words: Words, first: int, last: int) -> int:
        keys = words.keys
        rooms = [(step, kept[1] - kept[0] if kept and kept[4] else 0) for step, kept in self._beside()]
        back, on = rooms[0][1], rooms[1][1]
        if not (back and keys[last - 1] == keys[first - 1]) and not (on and keys[first] == keys[last]):
            return 0
        best, best_rank = 0, _border_rank(words, first, last)
        for step, room in rooms:
            start, end = first, last
            for distance in range(1, min(room, _SLIDE) + 1):
                leaving, coming = (end - 1, start - 1) if step < 0 else (start, end)
                if keys[leaving] != keys[coming]:
                    break
                start, end = start + step, end + step
                rank = _border_rank(words, start, end)
                if rank > best_rank:
                    best, best_rank = step * distance, rank
        return best

    def _beside(self) -> tuple[tuple[int, Kept | None], tuple[int, Kept | None]]:
        return (-1, self._before), (1, self._after)

    # --- inside a sentence ---------------------------------------------------------------------------------------

    def _is_inside_sentence(self) -> bool:
        """Whether no sentence or paragraph begins in it or at its end on either side."""
        source, source_end, copy, copy_end = self._gap
        return not (_breaks(self._sides.source, source, source_end) or _breaks(self._sides.copy, copy, copy_end))

    def _settle_inside(self) -> None:
        source, source_end, copy, copy_end = self._gap
        if source == source_end or copy == copy_end:
            self._found.changed.append(self._gap)
        else:
            self._refine(self._gap)

    # --- sentence by sentence ------------------------------------------------------------------------------------

    def _settle_by_sentence(self) -> None:
        gap, sides = self._gap, self._sides
        has_left, has_right = self._before is not None, self._after is not None
        if self._is_whole_paragraphs():
            has_left = has_right = False
        source = parts_of_gap(sides, sides.source, gap.source, gap.source_end, has_left=has_left, has_right=has_right)
        copy = parts_of_gap(sides, sides.copy, gap.copy, gap.copy_end, has_left=has_left, has_right=has_right)
        is_between = self._before is not None and self._after is not None
        pairs = pairs_of_parts(source, copy, is_mostly_source=self._is_mostly_source, is_between=is_between)
        at_source, at_copy = 0, 0
        for i, j in [*pairs, (len(source), len(copy))]:
            self._lone(source[at_source:i], copy[at_copy:j])
            if i < len(source):
                self._paired(source[i], copy[j])
            at_source, at_copy = i + 1, j + 1

    def _is_whole_paragraphs(self) -> bool:
        """Whether a one-sided gap runs from paragraph to paragraph, whatever letters they begin with."""
        words, start, end = self._sides.source, self._gap.source, self._gap.source_end
        if start == end:
            words, start, end = self._sides.copy, self._gap.copy, self._gap.copy_end
        elif self._gap.copy != self._gap.copy_end:
            return False
        return _parts_paragraphs(words, start) and _parts_paragraphs(words, end)

    def _paired(self, source: Part, copy: Part) -> None:
        lead = self._lead_of(source, copy)
        if lead:
            self._found.added.append(Stretch(copy.start, copy.start + lead))
        self._refine(Change(source.start, source.end, copy.start + lead, copy.end))

    def _refine(self, whole: Change) -> None:
        changes = refined(self._sides, whole)
        self._found.changed.extend(changes)
        at_source, at_copy = whole.source, whole.copy
        for change in [*changes, Change(whole.source_end, whole.source_end, whole.copy_end, whole.copy_end)]:
            if change.source > at_source:
                self._found.kept.append(Kept(at_source, change.source, at_copy, change.copy))
            at_source, at_copy = change.source_end, change.copy_end

    def _lead_of(self, source: Part, copy: Part) -> int:
        """Words of the copy's part that a dash or colon parts from it (``TARSIS, March 14 (Agency) - ``)."""
        if not copy.is_tail or copy.is_head or not opens(self._sides.source, source.start):
            return 0
        for at in range(copy.end - 1, copy.start, -1):
            if copy.end - at > 2 * len(source) + 2:
                return 0
            if ends_lead(self._sides.copy.gaps[at]):
                return at - copy.start
        return 0

    def _lone(self, source: Sequence[Part], copy: Sequence[Part]) -> None:
        """Parts without a counterpart: passages, or changes where they belong to a kept sentence."""
        both = bool(source and copy)
        for part in source:
            if self._is_inner(self._sides.source, part, both=both):
                at = self._gap.copy if part.is_head else self._gap.copy_end
                self._found.changed.append(Change(part.start, part.end, at, at))
            else:
                self._found.left_out.append(Stretch(part.start, part.end))
        for part in copy:
            if self._is_inner(self._sides.copy, part, both=both) and not self._is_lead(part):
                at = self._gap.source if part.is_head else self._gap.source_end
                self._found.changed.append(Change(at, at, part.start, part.end))
            else:
                self._found.added.append(Stretch(part.start, part.end))

    def _is_lead(self, part: Part) -> bool:
        """Whether a part before a kept sentence is set off from it, as a dateline is."""
        return part.is_tail and not part.is_head and ends_lead(self._sides.copy.gaps[part.end])

    def _is_inner(self, words: Words, part: Part, *, both: bool) -> bool:
        """Whether a lone part belongs to a sentence that is kept, and is no passage of its own."""
        if not part.is_head and not part.is_tail:
            return False
        if part.is_inside:
            return True
        is_source = words is self._sides.source
        if is_source and part.is_tail and ends_lead(words.gaps[part.end]):
            return False
        if self._is_mostly_source and not both:
            is_closed = part.is_head and is_source and ends(self._sides.copy, self._gap.copy)
            if is_closed or (self._before and self._after):
                return True
        if both and not self._is_mostly_source:
            return False
        return len(part) <= len(sentence_around(words, part.start)) * (1 - _SUBSTANTIAL)


def is_replaced_inside(sides: Sides, gap: Change) -> bool:
    """Whether one word stands for one other with nothing but spaces around them: most gaps."""
    source, source_end, copy, copy_end = gap
    if source_end - source != 1 or copy_end - copy != 1:
        return False
    ours, theirs = sides.source.gaps, sides.copy.gaps
    return ours[source] == ours[source_end] == theirs[copy] == theirs[copy_end] == " "


def ends_lead(gap: str) -> bool:
    """Whether what stands between two words sets off a dateline or an announcement from what follows."""
    return gap != " " and any(mark in gap for mark in (":", "\u2014", "\u2013", " -", "--", "\n\n"))


def _breaks(words: Words, start: int, end: int) -> bool:
    """Whether a sentence or a paragraph begins at one of the words ``start`` to ``end`` (included)."""
    gaps = words.gaps[start : end + 1]
    if gaps.count(" ") == len(gaps):
        return False
    for at, gap in enumerate(gaps, start):  # noqa: SIM110 (any() with a generator takes twice as long)
        if gap not in INSIDE and ("\n" in gap or words.opens_sentence(at)):
            return True
    return False


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
