"""Text: the parts of a gap, sentence by sentence, and which part of the source became which part of the copy."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from functools import cached_property

from scraper.text.quantities import quantities
from scraper.text.stretches import INSIDE, Sides, opens
from scraper.text.values import Quantity, same
from scraper.text.words import Words

_ALIKE = 0.3
"""Share of content words from which two sentences count as one sentence written anew."""
_NEARLY_ALL = 0.7
"""The same from which it does not matter that all of the shared words are names: a signature, a list of members."""
_MOST_PAIRS = 4_000
"""Pairs of sentences that one gap is searched for; beyond, only its ends are compared."""
_END_OF_SENTENCE = 12
"""Words that the beginning or end of a sentence may have otherwise and still be its own."""
_FORMULA = 8
"""Words of a line that is compared by its numbers and dates."""


class Part:
    """What a gap holds of one sentence, on one side."""

    def __init__(self, sides: Sides, words: Words, start: int, end: int, *, is_head: bool, is_tail: bool) -> None:
        self._sides, self._words = sides, words
        self.start, self.end = start, end
        self.is_head = is_head
        """Goes on with the sentence that the equal words before it began."""
        self.is_tail = is_tail
        """Begins the sentence that the equal words behind it end."""

    def __len__(self) -> int:
        return self.end - self.start

    @property
    def is_inside(self) -> bool:
        """Whether equal words of its sentence stand on either side of it."""
        return self.is_head and self.is_tail

    @cached_property
    def content(self) -> frozenset[str]:
        """Its words without the function words; all of them where it is no whole sentence and has no others."""
        keys = frozenset(self._words.keys[self.start : self.end])
        return keys - self._sides.lists.stop or (keys if self.is_head or self.is_tail else frozenset())

    def has_small(self, keys: Container[str]) -> bool:
        """Whether one of these words stands in it without a capital, where the language gives capitals to names."""
        words = self._words
        if self._sides.lists.articles:
            return True
        inside = range(self.start, self.end)
        return any(words.keys[at] in keys and not words.tokens[at][0].isupper() for at in inside)

    @cached_property
    def values(self) -> list[Quantity]:
        """The numbers and dates of a short line; none of a longer one."""
        return quantities(self._words, self._sides.lists, self.start, self.end) if len(self) <= _FORMULA else []


def parts_of_gap(sides: Sides, words: Words, start: int, end: int, *, has_left: bool, has_right: bool) -> list[Part]:
    """The parts of words ``start`` to ``end``, one for each sentence they touch.

    ``has_left`` and ``has_right`` tell whether equal words stand right beside them.
    """
    inner = enumerate(words.gaps[start + 1 : end], start + 1)
    begins = [start, *[at for at, gap in inner if gap not in INSIDE and opens(words, at)]]
    parts: list[Part] = []
    for at, stop in zip(begins, [*begins[1:], end], strict=True) if start < end else ():
        is_head = at == start and has_left and not opens(words, at)
        is_tail = stop == end and has_right and not opens(words, end)
        parts.append(Part(sides, words, at, stop, is_head=is_head, is_tail=is_tail))
    return parts


def pairs_of_parts(
    source: Sequence[Part], copy: Sequence[Part], *, is_mostly_source: bool, is_between: bool
) -> list[tuple[int, int]]:
    """Which part of the source became which part of the copy, in order.

    ``is_mostly_source`` tells whether the copy is mostly the source's text, ``is_between`` whether equal words stand on
    both sides of the gap.
    """
    if not source or not copy:
        return []
    if len(source) == len(copy) == 1:
        is_one = _is_one(source[0], copy[0], is_mostly_source=is_mostly_source, is_between=is_between)
        return [(0, 0)] if is_one else []
    if len(source) * len(copy) > _MOST_PAIRS:
        ends = {(0, 0), (len(source) - 1, len(copy) - 1)}
        return [(i, j) for i, j in sorted(ends) if likeness(source[i], copy[j], is_mostly_source=is_mostly_source) > 0]
    alike = {
        (i, j): share
        for i, j in _worth_comparing(source, copy)
        if (share := likeness(source[i], copy[j], is_mostly_source=is_mostly_source))
    }
    return _best_chain(alike) if len(alike) > 1 else list(alike)


def _worth_comparing(source: Sequence[Part], copy: Sequence[Part]) -> Iterator[tuple[int, int]]:
    """The pairs of parts that can be alike at all: they share words, are both short lines, or ends of one sentence."""
    said = frozenset().union(*(part.content for part in source))
    holders: dict[str, list[int]] = {}
    for j, part in enumerate(copy):
        for key in part.content & said:
            holders.setdefault(key, []).append(j)
    lines = [j for j, part in enumerate(copy) if part.values]
    last = len(source) - 1, len(copy) - 1
    for i, part in enumerate(source):
        own = _sharing(part, copy, holders)
        if part.values:
            own.update(lines)
        if i == 0:
            own.add(0)
        if i == last[0]:
            own.add(last[1])
        for j in sorted(own):
            yield i, j


def _sharing(part: Part, copy: Sequence[Part], holders: Mapping[str, Sequence[int]]) -> set[int]:
    """The parts of the copy that share enough words with a part of the source; ``holders`` tells which hold a word."""
    known = part.content & holders.keys()
    least = _ALIKE * len(part.content)
    if 2 * len(known) < least:
        return set()
    counts: dict[int, int] = {}
    for key in known:
        for j in holders[key]:
            counts[j] = counts.get(j, 0) + 1
    return {j for j, count in counts.items() if 2 * count >= least + _ALIKE * len(copy[j].content)}


def _is_one(source: Part, copy: Part, *, is_mostly_source: bool, is_between: bool) -> bool:
    """Whether the only part on either side is the same part written otherwise."""
    if source.is_inside and copy.is_inside:
        return True
    if likeness(source, copy, is_mostly_source=is_mostly_source) > 0:
        return True
    if not source.content.isdisjoint(copy.content) and not _have_a_frame(source, copy):
        return False
    shorter, longer = sorted((len(source), len(copy)))
    return is_mostly_source and is_between and longer <= 3 * shorter + 3


def likeness(source: Part, copy: Part, *, is_mostly_source: bool) -> float:
    """How far two parts are the same part; 0 for unlike ones."""
    share = 0.0
    if not source.content.isdisjoint(copy.content):
        share = 2 * len(source.content & copy.content) / (len(source.content) + len(copy.content))
        share = share if share >= _ALIKE and _have_a_frame(source, copy) else 0.0
    if not share and _have_same_values(source, copy, is_mostly_source=is_mostly_source):
        return 1.0
    same_end = (source.is_head and copy.is_head) or (source.is_tail and copy.is_tail)
    if same_end and (share or _are_short(source, copy, is_mostly_source=is_mostly_source)):
        return 1 + share
    return share


def _have_a_frame(source: Part, copy: Part) -> bool:
    """Whether two parts share more than names: what is said, not only who or where.

    Two leads that both name the agency and the town are two sentences, not one written anew.
    """
    if source.is_head or source.is_tail or copy.is_head or copy.is_tail:
        return True
    shared = source.content & copy.content
    if 2 * len(shared) >= _NEARLY_ALL * (len(source.content) + len(copy.content)):
        return True
    return source.has_small(shared) or copy.has_small(shared)


def _have_same_values(source: Part, copy: Part, *, is_mostly_source: bool) -> bool:
    """Whether two short lines are the same date or number written otherwise (``21.01.2025``), or another one."""
    if max(len(source), len(copy)) > _FORMULA or not source.values or len(source.values) != len(copy.values):
        return False
    held = sum(quantity.end - quantity.start for quantity in source.values)
    is_nothing_else = is_mostly_source and 2 * held > len(source)
    kinds = [quantity.kind for quantity in source.values], [quantity.kind for quantity in copy.values]
    return all(map(same, source.values, copy.values)) or (is_nothing_else and kinds[0] == kinds[1])


def _are_short(source: Part, copy: Part, *, is_mostly_source: bool) -> bool:
    """Whether two ends of one sentence are short enough to be one replacement, whatever their words."""
    if not is_mostly_source:
        return source.is_inside and copy.is_inside
    return max(len(source), len(copy)) <= _END_OF_SENTENCE


def _best_chain(alike: Mapping[tuple[int, int], float]) -> list[tuple[int, int]]:
    """The pairs (i, j), rising on both sides, of the greatest sum of likeness."""
    places, others = sorted({i for i, _ in alike}), sorted({j for _, j in alike})
    rows, columns = len(places), len(others)
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    likeness = [[alike.get((i, j), 0.0) for j in others] for i in places]
    for i in range(rows - 1, -1, -1):
        for j in range(columns - 1, -1, -1):
            taken = likeness[i][j] + best[i + 1][j + 1] if likeness[i][j] else 0.0
            best[i][j] = max(taken, best[i + 1][j], best[i][j + 1])
    pairs: list[tuple[int, int]] = []
    i = j = 0
    while i < rows and j < columns:
        if likeness[i][j] and best[i][j] == likeness[i][j] + best[i + 1][j + 1]:
            pairs.append((places[i], others[j]))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs
