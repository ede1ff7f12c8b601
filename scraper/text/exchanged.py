"""Text: names that stand in another order, or that two changes side by side replace: one row, not two scraps.

``district court of Vester`` becomes ``Lunde city court`` around the ``court`` that both keep; ``from Halden to Orlesk``
becomes ``from Orlesk to Halden``. Between ``changes`` and ``kinds``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from scraper.text.names import Names, has_capitals
from scraper.text.stretches import Change, Sides, Stretch
from scraper.text.traits import LISTED, ROLE

_NEAR = 3
"""Words kept between two changes that may be one."""
_FEW = 3
"""Words of a change that may be half of another."""


def with_names_joined(ours: Names, theirs: Names, changed: Sequence[Change]) -> list[Change]:
    """Changes in order, two neighbours made one where the first lost a name and the second has a new one, or back."""
    joined: list[Change] = []
    for change in changed:
        if joined and 0 <= change[0] - joined[-1][1] <= _NEAR and _are_halves(ours, theirs, joined[-1], change):
            before = joined[-1]
            joined[-1] = Change(before.source, change.source_end, before.copy, change.copy_end)
        else:
            joined.append(change)
    return joined


def _are_halves(ours: Names, theirs: Names, one: Change, other: Change) -> bool:
    if other.copy - one.copy_end != other.source - one.source_end:
        return False
    if max(one[1] - one[0], one[3] - one[2], other[1] - other[0], other[3] - other[2]) > _FEW:
        return False
    words, others = ours.words, theirs.words
    is_on = has_capitals(words, one[0], one[1]) and has_capitals(others, other[2], other[3])
    if not is_on and not (has_capitals(others, one[2], one[3]) and has_capitals(words, other[0], other[1])):
        return False
    first, second = _named(ours, theirs, one), _named(ours, theirs, other)
    if (first, second) not in (((True, False), (False, True)), ((False, True), (True, False))):
        return False
    lists = ours.lists
    said = [*words.keys[one.source : other.source_end], *others.keys[one.copy : other.copy_end]]
    opens = words.opens_sentence
    is_plain = not any(lists.traits[key] & (LISTED & ~ROLE) for key in said)
    return is_plain and not any(opens(at) for at in range(one.source + 1, other.source_end))


def _named(ours: Names, theirs: Names, change: Change) -> tuple[bool, bool]:
    """Whether there are names on either side of a change."""
    return bool(ours.inside(change.source, change.source_end)), bool(theirs.inside(change.copy, change.copy_end))


def is_exchange(sides: Sides, names: Names, lost: Change, new: Stretch) -> bool:
    """Whether words that left one place of the copy and stand in another beside it carry a name past a name."""
    kept = slice(lost.copy, new.start) if lost.copy <= new.start else slice(new.end, lost.copy)
    passed = sides.copy.keys[kept]
    if not 0 < len(passed) <= _NEAR or not names.inside(lost.source, lost.source_end):
        return False
    return not only_lists(sides, [*sides.source.keys[lost.source : lost.source_end], *passed])


def only_lists(sides: Sides, keys: Iterable[str]) -> bool:
    """Whether the small words among these only list what they stand between: the order of a list says nothing."""
    small = [key for key in keys if key in sides.lists.stop]
    return all(key in sides.lists.number_joiners for key in small)
