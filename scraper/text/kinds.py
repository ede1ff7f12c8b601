"""Text: what a change is: an ordered table of rules, of which the first that holds names its kind."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from scraper.model import AlterationKind
from scraper.text.exchanged import only_lists
from scraper.text.language import Found
from scraper.text.names import Names, differing, has_capitals
from scraper.text.polarity import negated_otherwise, opposed_in_form, qualified_otherwise
from scraper.text.quantities import quantities
from scraper.text.stretches import Change, Sides
from scraper.text.traits import (
    CONTRARY,
    DIGITS,
    DIRECTION,
    LISTED,
    MODALITY,
    NEGATION,
    QUANTITY,
    RELATIVE_DAY,
    SIGN,
    SPEECH,
    UNIT,
    WHICH,
)
from scraper.text.values import Quantity, is_number
from scraper.text.words import Words

# How an edit stands in both texts, as bits beside the traits of its words.
_BOTH = 1 << 20
"""Both sides have words in it."""
_CAPITALS = 1 << 21
"""Both sides have a word with a capital in it, or of a script that has none."""
_SPOKEN = 1 << 22
"""Both sides have words in it, and the source has quotations."""
_SHORTER = 1 << 23
"""The copy has nothing, or much less."""
_QUOTED = 1 << 24
"""It stands inside quotation marks on a side that has words in it."""

_KINDS_APART = (
    QUANTITY | UNIT,
    RELATIVE_DAY | WHICH,
    NEGATION | CONTRARY,
    MODALITY,
    DIRECTION | _CAPITALS | _QUOTED | _SPOKEN,
)
"""Bits of kinds that one change may hold beside one another; a name in a quotation is one alteration."""
_GLUED = re.compile(r"(?<=[a-zß-öø-ÿ])[A-ZÀ-ÖØ-Þ]\w+$")
"""A capital inside a word."""
MOST_SPLIT = 4
"""Words up to which a change of n words into n is looked at word by word."""
_CLAUSE = 5
"""Words from which a stretch left out of a kept sentence is a clause, whatever stands in it."""
_FEW = 3
_MANY_QUOTATIONS = 64
_NEAR = 5
"""Words between a speaker and the verb that says that he speaks."""


class Row(NamedTuple):
    """One difference in words, before it is written out with its spans."""

    kind: AlterationKind
    is_material: bool
    source: tuple[int, int]
    copy: tuple[int, int]
    note: str | None = None
    source_extent: tuple[int, int] | None = None
    """In characters, where more than the words is shown (quotation marks)."""
    copy_extent: tuple[int, int] | None = None


class Edit(NamedTuple):
    """One change as the rules see it."""

    sides: Sides
    ours: Names
    """The names of the source."""
    theirs: Names
    """The names of the copy."""
    source: tuple[int, int]
    copy: tuple[int, int]
    own: int
    """The traits of its words, and how it stands in both texts."""

    @property
    def lost(self) -> int:
        """Words of the source in it."""
        return self.source[1] - self.source[0]

    @property
    def new(self) -> int:
        """Words of the copy in it."""
        return self.copy[1] - self.copy[0]

    @property
    def is_plain(self) -> bool:
        """Whether no word in it stands in any list, nor is a figure: most changes of style."""
        return not self.own & (LISTED | DIGITS | SIGN)

    @property
    def is_quoted(self) -> bool:
        """Whether it stands inside quotation marks on a side that has words in it."""
        return bool(self.own & _QUOTED)

    def row(self, kind: AlterationKind, *, is_material: bool = True, note: str | None = None) -> Row:
        return Row(kind, is_material, self.source, self.copy, note)


def edit_of(sides: Sides, ours: Names, theirs: Names, change: Change) -> Edit:
    """A change with what the lists of its language know of its words, and how it stands in both texts."""
    source, source_end, copy, copy_end = change
    words, others, traits = sides.source, sides.copy, sides.lists.traits
    own = traits.of(words.keys, source, source_end) | traits.of(others.keys, copy, copy_end)
    if source < source_end and copy < copy_end:
        own |= _BOTH
        if has_capitals(words, source, source_end) and has_capitals(others, copy, copy_end):
            own |= _CAPITALS
        if words.quotations:
            own |= _SPOKEN
    if source_end - source >= _FEW + 2 * (copy_end - copy) or copy == copy_end:
        own |= _SHORTER
    if (words.quotations and is_quoted(words, source, source_end)) or (
        others.quotations and is_quoted(others, copy, copy_end)
    ):
        own |= _QUOTED
    return Edit(sides, ours, theirs, (source, source_end), (copy, copy_end), own)


def is_manifold(edit: Edit) -> bool:
    """Whether its words may differ in more than one kind: a name beside a number, say."""
    own = edit.own
    first, second, third, fourth, fifth = _KINDS_APART
    held = bool(own & first) + bool(own & second) + bool(own & third) + bool(own & fourth) + bool(own & fifth)
    return held > 1 or (held == 1 and _opposite(edit) is not None)


def is_quoted(words: Words, start: int, end: int) -> bool:
    """Whether one of the words stands inside quotation marks."""
    pairs = words.quotations
    if len(pairs) > _MANY_QUOTATIONS:
        return any(words.quote_depths[start:end])
    for first, last in pairs:
        if first >= end:
            return False
        if start < last:
            return start < end
    return False


class Rule(NamedTuple):
    """One line of the table: what it finds, and the sentence that the documentation prints."""

    kind: AlterationKind
    needs: int
    """Bits of which the edit must have one; 0: it is always tried."""
    finds: Callable[[Edit], Row | None]
    sentence: str


def _attribution(edit: Edit) -> Row | None:
    words, lists = edit.sides.copy, edit.sides.lists
    if edit.lost or edit.new < 2 or not lists.speech.touching(words.keys, *edit.copy) or edit.is_quoted:
        return None
    if any(is_number(words, at) for at in range(*edit.copy)) or negated_otherwise_in(edit):
        return None
    if qualified_otherwise(edit.sides.source, words, lists, edit.source, edit.copy):
        return None
    return edit.row("wording", is_material=False, note="names who says so")


def negated_otherwise_in(edit: Edit) -> bool:
    """Whether one side of an edit says no more often than the other."""
    return negated_otherwise(edit.sides.source, edit.sides.copy, edit.sides.lists, edit.source, edit.copy) is not None


def _clause_left_out(edit: Edit) -> Row | None:
    return None if edit.new or edit.lost < _CLAUSE else _omission(edit)


def _omission(edit: Edit) -> Row:
    copy = edit.sides.copy
    gap = copy.gaps[edit.copy[0]]
    if "\u2026" in gap or "..." in gap or ". . ." in gap:
        # Marked as left out, honestly, unless what says no or how much went with it.
        is_harmless = not negated_otherwise_in(edit) and not _has_quantity(edit)
        return edit.row("omission", is_material=not is_harmless, note="the copy marks it with an ellipsis")
    return edit.row("omission")


def _has_quantity(edit: Edit) -> bool:
    return bool(_lone_quantities(edit))


def _lone_quantities(edit: Edit) -> list[Quantity]:
    """Numbers and dates that stand on one side of an edit only; "one" and "first" are as often mere words."""
    sides = edit.sides
    found = [
        *quantities(sides.source, sides.lists, *edit.source),
        *quantities(sides.copy, sides.lists, *edit.copy),
    ]
    return [quantity for quantity in found if quantity.meanings[0] not in _MERE_WORDS or quantity.digits]


_MERE_WORDS = (("1",), ("1", "ordinal "), ("2", "ordinal "), ("once",), ("double",), ("percent",))


def _quantity(edit: Edit) -> Row | None:
    found = _lone_quantities(edit)
    if not found:
        return None
    kind: AlterationKind = "number" if any(quantity.kind == "number" for quantity in found) else "date"
    return edit.row(kind)


def _negation(edit: Edit) -> Row | None:
    weighed = negated_otherwise(edit.sides.source, edit.sides.copy, edit.sides.lists, edit.source, edit.copy)
    return Row("negation", True, weighed.source, weighed.copy) if weighed else None


def _opposite(edit: Edit) -> Row | None:
    sides = edit.sides
    is_opposed = opposed_in_form(sides.source, sides.copy, sides.lists, edit.source, edit.copy)
    return edit.row("negation") if is_opposed else None


def _bare_negation(edit: Edit) -> Row | None:
    if edit.lost and edit.new:
        return None
    lists = edit.sides.lists
    lost = lists.negation.touching(edit.sides.source.keys, *edit.source)
    new = lists.negation.touching(edit.sides.copy.keys, *edit.copy)
    held = sum(phrase.end - phrase.start for phrase in (*lost, *new))
    return edit.row("negation") if held and held == edit.lost + edit.new else None


def _modality(edit: Edit) -> Row | None:
    weighed = qualified_otherwise(edit.sides.source, edit.sides.copy, edit.sides.lists, edit.source, edit.copy)
    return Row("modality", True, weighed.source, weighed.copy) if weighed else None


def _unit(edit: Edit) -> Row | None:
    lists = edit.sides.lists
    for table in (lists.units, lists.currencies):
        ours = table.touching(edit.sides.source.keys, *edit.source)
        theirs = table.touching(edit.sides.copy.keys, *edit.copy)
        if ours and theirs and not ours[0].groups & theirs[0].groups:
            return edit.row("number")
    return None


def _relative_day(edit: Edit) -> Row | None:
    days = edit.sides.lists.relative_days
    ours = days.touching(edit.sides.source.keys, *edit.source)
    theirs = days.touching(edit.sides.copy.keys, *edit.copy)
    return edit.row("date") if ours and theirs else None


def _which_time(edit: Edit) -> Row | None:
    lists, words = edit.sides.lists, edit.sides.source
    ours = lists.which.touching(words.keys, *edit.source)
    theirs = lists.which.touching(edit.sides.copy.keys, *edit.copy)
    if not ours or not theirs or ours[0].groups & theirs[0].groups:
        return None
    beside = words.keys[max(0, edit.source[0] - 1) : edit.source[1] + 2]
    return edit.row("date") if any(lists.traits[key] & (UNIT | QUANTITY) for key in beside) else None


def _direction(edit: Edit) -> Row | None:
    directions = edit.sides.lists.directions
    ours = directions.touching(edit.sides.source.keys, *edit.source)
    theirs = directions.touching(edit.sides.copy.keys, *edit.copy)
    return edit.row("name") if ours and theirs and not ours[0].groups & theirs[0].groups else None


def _contrary(edit: Edit) -> Row | None:
    sides = edit.sides
    here = _groups(sides.lists.contraries.touching(sides.source.keys, *edit.source))
    there = _groups(sides.lists.contraries.touching(sides.copy.keys, *edit.copy))
    turned = {group[:-1] + ("-" if group[-1] == "+" else "+") for group in here - there}
    return edit.row("negation") if turned & (there - here) else None


def _groups(phrases: Iterable[Found]) -> set[str]:
    return {group for phrase in phrases for group in phrase.groups}


def _letter(edit: Edit) -> Row | None:
    """One letter for another behind a number or in brackets names another part: 7(b), 4A."""
    words, (at, end), (there, end_there) = edit.sides.source, edit.source, edit.copy
    if end - at != 1 or end_there - there != 1 or len(words.keys[at]) != 1 or len(edit.sides.copy.keys[there]) != 1:
        return None
    is_part = words.gaps[at].endswith("(") and words.gaps[end].startswith(")")
    is_glued = not words.gaps[at] and at > 0 and is_number(words, at - 1)
    return edit.row("number") if is_part or is_glued else None


def _speaker(edit: Edit) -> Row | None:
    if edit.is_quoted or not _is_beside_quotation(edit.sides.source, *edit.source):
        return None
    if not _is_who(edit.ours, *edit.source) and not _is_who(edit.theirs, *edit.copy):
        return None
    speaks = _is_beside_speech(edit.ours, *edit.source) and _is_beside_speech(edit.theirs, *edit.copy)
    return edit.row("quotation") if speaks else None


def _is_who(names: Names, start: int, end: int) -> bool:
    """Whether words name somebody: a role, or a name."""
    return bool(names.lists.roles.touching(names.words.keys, start, end) or names.inside(start, end))


def _is_beside_speech(names: Names, start: int, end: int) -> bool:
    """Whether words stand where somebody says a quotation: beside it, and beside a verb of saying."""
    words, lists = names.words, names.lists
    if not lists.speech.touching(words.keys, max(0, start - _NEAR), min(len(words), end + _NEAR)):
        return False
    if not _is_beside_quotation(words, start, end):
        return False
    after, before = _past_name(words, names, end, 1), _past_name(words, names, start - 1, -1)
    is_subject = after < len(words) and lists.speech.at(words.keys, after) is not None
    return is_subject or (before >= 0 and lists.speech.at(words.keys, before) is not None)


def _past_name(words: Words, names: Names, at: int, step: int) -> int:
    """The first word beyond the rest of a name or title and the small words before it."""
    limit = at + 4 * step
    lists = names.lists
    while 0 <= at < len(words) and at != limit:
        is_small = words.keys[at] in lists.stop and lists.speech.at(words.keys, at) is None
        if not is_small and not names.is_name(at):
            break
        at += step
    return at


def _is_beside_quotation(words: Words, start: int, end: int) -> bool:
    return is_quoted(words, max(0, start - 12), start) or is_quoted(words, end, end + 12)


def _name(edit: Edit) -> Row | None:
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


def _quotation(edit: Edit) -> Row:
    return edit.row("quotation")


def _left_out(edit: Edit) -> Row | None:
    words, lists = edit.sides.source, edit.sides.lists
    lost, new = edit.lost, edit.new
    if new * 2 + _FEW > lost or (new and edit.is_quoted):
        return None
    keys = words.keys[slice(*edit.source)]
    content = sum(key not in lists.stop and key[:1].isalnum() for key in keys)
    is_conditional = bool(lists.conditions.touching(words.keys, *edit.source))
    if not new and (content >= 2 or is_conditional):
        return _omission(edit)
    return edit.row("omission") if lost >= new + _CLAUSE + 1 and content >= _FEW else None


def _wording(edit: Edit) -> Row:
    return Row("wording", False, edit.source, edit.copy)


_RULES: tuple[Rule, ...] = (
    Rule("wording", SPEECH, _attribution, "words put in that only name who says so"),
    Rule("omission", _SHORTER, _clause_left_out, "five words or more left out inside a kept sentence"),
    Rule("number", QUANTITY, _quantity, "a number or date that one side of a change lacks"),
    Rule("negation", NEGATION, _negation, "one side says no more often"),
    Rule("negation", _BOTH, _opposite, "a word says no by its form: possible, impossible"),
    Rule("negation", NEGATION, _bare_negation, "a no put in or taken out of an amount: no more than, more than"),
    Rule("number", UNIT, _unit, "another unit: weeks for days, miles for kilometres"),
    Rule("modality", MODALITY, _modality, "one side is surer, says more, or reaches further"),
    Rule("date", WHICH, _which_time, "next, last and this exchanged before a time"),
    Rule("name", DIRECTION, _direction, "another point of the compass, or another side"),
    Rule("negation", CONTRARY, _contrary, "a word in the place of its contrary: rose, fell"),
    Rule("number", _BOTH, _letter, "another letter behind a number: 7(b), 7(c)"),
    Rule("date", RELATIVE_DAY, _relative_day, "yesterday, today and tomorrow exchanged"),
    Rule("quotation", _SPOKEN, _speaker, "another speaker beside a quotation"),
    Rule("name", _CAPITALS, _name, "a name in the place of another name"),
    Rule("omission", _SHORTER, _left_out, "a condition or a few words that say something, left out"),
    Rule("quotation", _QUOTED, _quotation, "words changed inside quotation marks"),
    Rule("wording", 0, _wording, "other words for it, style and spelling"),
)


def row_of(edit: Edit) -> Row:
    """The row of the first rule that holds. The last one always does."""
    own = edit.own
    for _, needs, finds, _ in _RULES:
        if not needs or needs & own:
            row = finds(edit)
            if row is not None:
                return row
    return _wording(edit)


def rules() -> tuple[tuple[AlterationKind, str], ...]:
    """The table as the documentation prints it: what a change is looked at for, in this order."""
    return tuple((rule.kind, rule.sentence) for rule in _RULES)
