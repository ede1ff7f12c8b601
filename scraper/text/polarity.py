"""Text: what says no, and how sure, how many, how far a statement is: negation and modality, from word lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from scraper.text.language import Endings, Language
from scraper.text.phrases import Found
from scraper.text.values import is_number
from scraper.text.words import Words

SILENT = frozenset({"will", "would", "belief", "knowledge", "can", "all", "most", "many", "some", "few", "should"})
"""Groups that count only against another one: "will enter" and "enters" say the same."""
NUMERIC = frozenset({"about", "at_most", "at_least", "more_than", "less_than", "exactly"})
"""Groups that, dropped or added, count only beside a number where their words have other uses ("about the port")."""
_NEAR = 2
"""Words behind a phrase in which its number is looked for: a currency may stand between."""
_SHORTEST_STEM = 2
_MOST_PAIRS = 36
"""Pairs of words of a change that are compared by their form."""


class Weighed(NamedTuple):
    """A difference, and the words of both sides that hold it, phrases taken whole."""

    source: tuple[int, int]
    copy: tuple[int, int]


# --- negation ----------------------------------------------------------------------------------------------------


def negations(words: Words, lists: Language, start: int, end: int) -> list[Found]:
    """What says no in words ``start`` to ``end``; "no more than" is an amount and says nothing of the kind."""
    amounts = [f for f in lists.modality.touching(words.keys, start, end) if f.end - f.start > 1]
    found = lists.negation.touching(words.keys, start, end)
    return [no for no in found if not any(a.start <= no.start and no.end <= a.end for a in amounts)]


def negated_otherwise(
    source: Words, copy: Words, lists: Language, ours: tuple[int, int], theirs: tuple[int, int]
) -> Weighed | None:
    """The difference if one side says no more often than the other."""
    no_source, no_copy = negations(source, lists, *ours), negations(copy, lists, *theirs)
    if len(no_source) != len(no_copy):
        pairs_here = lists.opposites.touching(source.keys, *ours)
        pairs_there = lists.opposites.touching(copy.keys, *theirs)
        return Weighed(_around(ours, [*no_source, *pairs_here]), _around(theirs, [*no_copy, *pairs_there]))
    return Weighed(ours, theirs) if opposed_in_form(source, copy, lists, ours, theirs) else None


def opposed_in_form(
    source: Words, copy: Words, lists: Language, ours: tuple[int, int], theirs: tuple[int, int]
) -> bool:
    """Whether a word of one side is a word of the other with a no in its form."""
    if (ours[1] - ours[0]) * (theirs[1] - theirs[0]) > _MOST_PAIRS:
        return False
    there = copy.keys[theirs[0] : theirs[1]]
    for one in source.keys[ours[0] : ours[1]]:
        begins = one[:2]
        for other in there:
            is_akin = other[:2] == begins or one.endswith(other) or other.endswith(one)
            if is_akin and is_opposite(one, other, lists.endings):
                return True
    return False


def is_opposite(one: str, other: str, endings: Endings) -> bool:
    """Whether one word is the other with a no in its form: possible and impossible, geldi and gelmedi."""
    return _denies(one, other, endings) or _denies(other, one, endings)


def _denies(no: str, yes: str, endings: Endings) -> bool:
    if len(yes) >= 4 and any(no == prefix + yes for prefix in endings.prefixes):
        return True
    if _says_no_by_ending(no, yes, endings):
        return True
    for soft, hard in endings.softened:
        no, yes = no.replace(soft, hard), yes.replace(soft, hard)
    return bool(endings.softened) and _says_no_by_ending(no, yes, endings)


def _says_no_by_ending(no: str, yes: str, endings: Endings) -> bool:
    for bad, good in endings.suffixes:
        for at in _places(bad, no, yes):
            rest = no[at + len(bad) :]
            if yes[at:] == good + rest:
                return True
    for infix in endings.infixes:
        for at in _places(infix, no, yes):
            rest = no[at + len(infix) :]
            # A y joins the vowels of two endings: girme-y-eceğini.
            if rest and yes[at:] in (rest, rest.removeprefix("y")):
                return True
    return False


def _places(part: str, no: str, yes: str) -> Iterator[int]:
    """Where ``part`` stands in ``no`` behind a stem that ``yes`` begins with too."""
    at = no.find(part, _SHORTEST_STEM)
    while at >= 0 and yes[:at] == no[:at]:
        yield at
        at = no.find(part, at + 1)


def _around(stretch: tuple[int, int], phrases: Iterable[Found]) -> tuple[int, int]:
    """A stretch and the whole phrases that reach into it."""
    start, end = stretch
    for phrase in phrases:
        start, end = min(start, phrase.start), max(end, phrase.end)
    return start, end


# --- modality ----------------------------------------------------------------------------------------------------


def modalities(words: Words, lists: Language, start: int, end: int) -> list[Found]:
    """How sure, how many, how far, in words ``start`` to ``end``: phrases and endings with their groups."""
    found = lists.modality.touching(words.keys, start, end)
    if lists.modal_endings:
        taken = {at for phrase in found for at in range(phrase.start, phrase.end)}
        for at in range(start, end):
            groups = frozenset(
                group for ending, group in lists.modal_endings if words.keys[at].endswith(ending) and at not in taken
            )
            if groups:
                found.append(Found(at, at + 1, groups))
    return found


def qualified_otherwise(
    source: Words, copy: Words, lists: Language, ours: tuple[int, int], theirs: tuple[int, int]
) -> Weighed | None:
    """The difference if one side is surer, says more, or reaches further than the other."""
    here, there = modalities(source, lists, *ours), modalities(copy, lists, *theirs)
    for phrase in list(here):
        twin = next((other for other in there if other.groups & phrase.groups), None)
        if twin:
            here.remove(phrase)
            there.remove(twin)
    if not here and not there:
        return None
    loud = [p for p in here if _is_loud(source, lists, p, there)] + [p for p in there if _is_loud(copy, lists, p, here)]
    if not loud:
        return None
    return Weighed(_around(ours, here), _around(theirs, there))


def _is_loud(words: Words, lists: Language, phrase: Found, against: list[Found]) -> bool:
    """Whether a phrase counts: against another one always, alone by its group."""
    if against:
        return True
    groups = phrase.groups - SILENT
    if groups - NUMERIC:
        return True
    if not groups:
        return False
    if any(key not in lists.stop for key in words.keys[phrase.start : phrase.end]):
        return True
    beside = (phrase.start - 1, *range(phrase.end, phrase.end + _NEAR))
    return any(0 <= at < len(words) and (is_number(words, at) or words.keys[at] in lists.number_words) for at in beside)
