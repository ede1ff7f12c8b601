"""Text: a name in the place of another, glued to its neighbour, or exchanged with it. One of the rules of ``kinds``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from scraper.text.edit import Edit, Row
from scraper.text.exchanged import only_lists
from scraper.text.names import differing

MOST_SPLIT = 4
"""Words up to which a change of n words into n is looked at word by word, and a name is shown with all of them."""
_GLUED = re.compile(r"(?<=[a-zß-öø-ÿ])[A-ZÀ-ÖØ-Þ]\w+$")
"""A capital inside a word."""


def other_name(edit: Edit) -> Row | None:
    """The row of a change of names."""
    ours, theirs = edit.ours.inside(*edit.source), edit.theirs.inside(*edit.copy)
    if bool(ours) != bool(theirs):
        is_new = _is_name_beside_capital(edit, ours, theirs) or _is_glued(edit, ours or theirs)
        return edit.row("name") if is_new else None
    lost, new = differing(edit.ours, edit.theirs, ours, theirs)
    if not lost and not new:
        return edit.row("name") if _has_exchanged(edit, ours, theirs) else None
    if not lost or not new or _is_abbreviation(edit):
        return None
    if edit.lost <= MOST_SPLIT and edit.new <= MOST_SPLIT:
        return edit.row("name")
    return Row("name", True, (lost[0], lost[-1] + 1), (new[0], new[-1] + 1))


def _is_name_beside_capital(edit: Edit, ours: Sequence[int], theirs: Sequence[int]) -> bool:
    """Whether one word is a name for certain: then a capital is enough for the other in its place."""
    if not edit.lost == edit.new == 1:
        return False
    names, other, at = (ours, edit.theirs, edit.copy[0]) if ours else (theirs, edit.ours, edit.source[0])
    known = edit.ours if ours else edit.theirs
    return known.is_certain(known.words.keys[names[0]]) and other.words.tokens[at][0].isupper()


def _is_glued(edit: Edit, named: Sequence[int]) -> bool:
    """Whether a lost space glued another name to the word before it: metGreta for met Marta."""
    names, words, span = edit.ours, edit.sides.copy, edit.copy
    if not edit.ours.inside(*edit.source):
        names, words, span = edit.theirs, edit.sides.source, edit.source
    glued = [match.group().lower() for token in words.tokens[slice(*span)] if (match := _GLUED.search(token))]
    keys = {names.words.keys[at] for at in named}
    return any(tail not in keys for tail in glued)


def _has_exchanged(edit: Edit, ours: Iterable[int], theirs: Iterable[int]) -> bool:
    """Whether the same words name the same in another order: from Halden to Orlesk, from Orlesk to Halden."""
    source, copy = edit.sides.source.keys, edit.sides.copy.keys
    if sorted(source[slice(*edit.source)]) != sorted(copy[slice(*edit.copy)]):
        return False
    is_order = [source[at] for at in ours] != [copy[at] for at in theirs]
    return is_order and not only_lists(edit.sides, source[slice(*edit.source)])


def _is_abbreviation(edit: Edit) -> bool:
    """Whether one side is the initials of the other: U.S. for United States."""
    source, copy = edit.sides.source.keys[slice(*edit.source)], edit.sides.copy.keys[slice(*edit.copy)]
    stop = edit.sides.lists.stop
    for short, long in ((source, copy), (copy, source)):
        initials = "".join(key[0] for key in long if key not in stop)
        if len(long) > 1 and "".join(key for key in short if key not in stop or len(key) == 2) == initials:
            return True
    return False
