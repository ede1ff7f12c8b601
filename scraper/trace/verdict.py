"""Trace: the label of a comparison, by an ordered table of rules on its measures: the first that holds decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from scraper.model import Label

SHORT = 40
"""Words. Of a shorter copy it cannot be told whether it is abridged or was never more than a notice."""
STOCK = 10
"""Words. Shared runs shorter than this are stock phrases where they are all that is shared."""
_HARDLY = 0.28
_SLOTS = 15
"""Words of a shared passage for each difference in it, below which it is a form filled in otherwise."""
_MOSTLY = 0.5
_LEAD = 60
"""Words that a lead and a credit line take together."""
_LED = 0.35


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """What a label is decided on. Words of credit lines and datelines are not counted as left out."""

    copy_words: int
    source_words: int
    coverage: float
    """Share of the copy's words found in the source."""
    kept: float
    """Share of the source's words found in the copy."""
    longest_run: int
    material: int
    """Alterations that are material."""
    immaterial: int
    left_out: int
    """Words of passages that the copy lacks."""
    added: int
    moved: int
    """Passages that stand in another place."""
    own_words: int = 0
    """Words shared in passages that are not the beginning or the end of both texts."""
    is_cut: bool = False
    """The copy ends where a paywall or an ellipsis cuts it off."""
    other_language: bool = False
    is_translated: bool = False
    """The same figures and names stand in both texts in one order."""


class Rule(NamedTuple):
    """One line of the table."""

    label: Label
    holds: Callable[[Measures], bool]
    sentence: str


def _is_unrelated(m: Measures) -> bool:
    """Stock phrases are short, stand at the same end of both texts, or have their slots filled otherwise."""
    if m.longest_run == 0:
        return True
    share, differences = max(m.coverage, m.kept), m.material + m.immaterial
    if share >= _MOSTLY or m.longest_run >= min(m.copy_words, m.source_words):
        return False
    if share >= _HARDLY:
        return m.longest_run < 2 * STOCK and differences * STOCK > m.own_words
    return m.longest_run < STOCK or m.own_words < STOCK or differences * _SLOTS > m.own_words


def _is_abridged(m: Measures) -> bool:
    return m.coverage >= _MOSTLY or (m.added <= _LEAD and m.coverage >= _LED)


RULES: tuple[Rule, ...] = (
    Rule("unchecked", lambda m: not m.copy_words, "no words were read from the copy"),
    Rule("unchecked", lambda m: not m.source_words, "no words were read from the source"),
    Rule(
        "translated",
        lambda m: _is_unrelated(m) and m.is_translated,
        "copy and source are in different languages and tell the same figures and names in the same order",
    ),
    Rule("unchecked", lambda m: _is_unrelated(m) and m.other_language, "copy and source are in different languages"),
    Rule("unrelated", _is_unrelated, "nothing beyond shared stock phrases"),
    Rule("altered", lambda m: m.material > 0, "at least one difference inside the aligned passages is material"),
    Rule("edited", lambda m: m.immaterial > 0, "words inside the aligned passages differ, none of them material"),
    Rule(
        "edited", lambda m: m.moved > 0 and not m.left_out, "nothing is left out, but passages stand in another order"
    ),
    Rule("verbatim", lambda m: not m.left_out and not m.added, "every word of the source stands in the copy, in order"),
    Rule("expanded", lambda m: not m.left_out, "the source stands in the copy whole, with words added around it"),
    Rule("unchecked", lambda m: m.is_cut, "the copy is cut off, so that what it lacks says nothing"),
    Rule("excerpt", lambda m: not _is_abridged(m), "passages of the source stand in a text that is mostly another"),
    Rule("unchecked", lambda m: m.copy_words < SHORT, "the copy is too short to tell what it left out"),
    Rule(
        "abridged",
        lambda m: m.left_out > 0,
        "what the copy has of the source is unchanged, a part of the source is left out",
    ),
)


def judge(measures: Measures) -> Rule:
    """The first rule that holds. The last one always does."""
    return next(rule for rule in RULES if rule.holds(measures))


def rules() -> tuple[tuple[Label, str], ...]:
    """The table as the documentation prints it: labels and what they rest on, in the order in which they are tried."""
    return tuple((rule.label, rule.sentence) for rule in RULES)
