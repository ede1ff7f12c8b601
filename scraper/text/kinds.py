"""Text: what a change is: an ordered table of rules, of which the first that holds names its kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from scraper.model import AlterationKind
from scraper.text.edit import BOTH, CAPITALS, FEW, QUOTED, SHORTER, SPOKEN, Edit, Row
from scraper.text.phrases import Found
from scraper.text.polarity import negated_otherwise, opposed_in_form, qualified_otherwise
from scraper.text.quantities import quantities
from scraper.text.replaced_names import other_name
from scraper.text.speakers import other_speaker
from scraper.text.traits import (
    CONTRARY,
    DIRECTION,
    MODALITY,
    NEGATION,
    QUANTITY,
    RELATIVE_DAY,
    SPEECH,
    UNIT,
    WHICH,
)
from scraper.text.values import Quantity, is_number

_KINDS_APART = (
    QUANTITY | UNIT,
    RELATIVE_DAY | WHICH,
    NEGATION | CONTRARY,
    MODALITY,
    DIRECTION | CAPITALS | QUOTED | SPOKEN,
)
"""Bits of kinds that one change may hold beside one another; a name in a quotation is one alteration."""
_CLAUSE = 5
"""Words from which a stretch left out of a kept sentence is a clause, whatever stands in it."""


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
    if edit.is_quoted:
        return None
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


def _quotation(edit: Edit) -> Row:
    return edit.row("quotation")


def _left_out(edit: Edit) -> Row | None:
    words, lists = edit.sides.source, edit.sides.lists
    lost, new = edit.lost, edit.new
    if new * 2 + FEW > lost or (new and edit.is_quoted):
        return None
    keys = words.keys[slice(*edit.source)]
    content = sum(key not in lists.stop and key[:1].isalnum() for key in keys)
    is_conditional = bool(lists.conditions.touching(words.keys, *edit.source))
    if not new and (content >= 2 or is_conditional):
        return _omission(edit)
    return edit.row("omission") if lost >= new + _CLAUSE + 1 and content >= FEW else None


def _wording(edit: Edit) -> Row:
    return Row("wording", False, edit.source, edit.copy)


_RULES: tuple[Rule, ...] = (
    Rule("wording", SPEECH, _attribution, "words put in that only name who says so"),
    Rule("omission", SHORTER, _clause_left_out, "five words or more left out inside a kept sentence"),
    Rule("number", QUANTITY, _quantity, "a number or date that one side of a change lacks"),
    Rule("negation", NEGATION, _negation, "one side says no more often"),
    Rule("negation", BOTH, _opposite, "a word says no by its form: possible, impossible"),
    Rule("negation", NEGATION, _bare_negation, "a no put in or taken out of an amount: no more than, more than"),
    Rule("number", UNIT, _unit, "another unit: weeks for days, miles for kilometres"),
    Rule("modality", MODALITY, _modality, "one side is surer, says more, or reaches further"),
    Rule("date", WHICH, _which_time, "next, last and this exchanged before a time"),
    Rule("name", DIRECTION, _direction, "another point of the compass, or another side"),
    Rule("negation", CONTRARY, _contrary, "a word in the place of its contrary: rose, fell"),
    Rule("number", BOTH, _letter, "another letter behind a number: 7(b), 7(c)"),
    Rule("date", RELATIVE_DAY, _relative_day, "yesterday, today and tomorrow exchanged"),
    Rule("quotation", SPOKEN, other_speaker, "another speaker beside a quotation"),
    Rule("name", CAPITALS, other_name, "a name in the place of another name"),
    Rule("omission", SHORTER, _left_out, "a condition or a few words that say something, left out"),
    Rule("quotation", QUOTED, _quotation, "words changed inside quotation marks"),
    Rule("wording", 0, _wording, "other words for it, style and spelling"),
)


def is_manifold(edit: Edit) -> bool:
    """Whether its words may differ in more than one kind: a name beside a number, say."""
    own = edit.own
    first, second, third, fourth, fifth = _KINDS_APART
    held = bool(own & first) + bool(own & second) + bool(own & third) + bool(own & fourth) + bool(own & fifth)
    return held > 1 or (held == 1 and _opposite(edit) is not None)


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
