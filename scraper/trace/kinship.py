"""Trace: two texts that share passages are copies, or only of a kind: the same form of words about different events.

Condolences, condemnations, notices and prices repeat word for word whatever happened; what differs is who, where, when
and how many. A copy keeps those, however much else was rewritten, and comes soon after its source. The thresholds were
set on 250 pairs of official statements that share 10-99 % of their words and are no copies, and 150 planted copies.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from scraper.model import Alteration, Comparison, Passage, Span
from scraper.trace.family import Kinship, is_day, moment

_LETTERS_IN_A_WORD = 6.0
"""Characters of a text for each of its words, the space included."""
_BEGINNING, _END = 0.25, 0.8
"""Parts of a text up to which it begins, and from which on it ends."""
_FORMULA = 200
"""Characters of a form of words that may open a text: by the authority of whom it is given."""
_FACTS = ("name", "number", "date")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """Who published a text, and when: a day or a moment as the outlet claims it, else when it was first seen."""

    outlet_id: str
    at: str | None = None
    title: str | None = None


class Signs(NamedTuple):
    """What the rules look at."""

    label: str
    is_same_outlet: bool
    is_same_title: bool
    days: float | None
    """Days between the two; ``None`` where they are not known."""
    share: float
    """The larger of coverage and kept."""
    facts: int
    """Different names, numbers and dates in aligned passages, each pair of words counted once."""
    names: int
    """How many of them are names."""
    density: float
    """Differing facts for each hundred aligned words."""
    stock: float
    """Share of the common words that are stock phrases."""
    words: float = 0.0
    """About how many words they share."""
    wordings: int = 0
    """Other words in the same place that are no facts."""
    is_end_only: bool = False
    """Whether all they share is how both end."""

    @property
    def is_dated(self) -> bool:
        """Whether it is known when both appeared."""
        return self.days is not None


class Rule(NamedTuple):
    """A kinship, when it is one, and why."""

    kinship: Kinship
    why: str
    holds: Callable[[Signs], bool]


RULES: tuple[Rule, ...] = (
    Rule(
        "unrelated",
        "they share nothing",
        lambda s: s.label == "unrelated" or (s.label == "unchecked" and s.share < 0.6),
    ),
    Rule("translation", "one is the other in another language", lambda s: s.label == "translated"),
    Rule("template", "a line in common", lambda s: s.words < 25 and s.share < 0.3),
    Rule("template", "what they share are stock phrases", lambda s: s.stock >= 0.8),
    Rule(
        "reissue",
        "one outlet's text of another season, with new figures at most",
        lambda s: s.is_same_outlet and _apart(s, 60) and s.share >= 0.5 and s.names <= max(1, s.facts // 3),
    ),
    Rule(
        "reissue",
        "one outlet's text with other facts or words, nobody knows when",
        lambda s: (
            s.is_same_outlet and not s.is_dated and s.share >= 0.5 and (s.facts > 0 or s.wordings > 1) and s.density < 5
        ),
    ),
    Rule(
        "copy",
        "one outlet's text put right within a day or two",
        lambda s: s.is_same_outlet and s.is_same_title and s.share >= 0.8 and s.density < 5 and not _apart(s, 2),
    ),
    Rule("template", "one outlet's form of words", lambda s: s.is_same_outlet and s.facts >= 2 and s.density >= 1.5),
    Rule("template", "one outlet's standing passages", lambda s: s.is_same_outlet and s.share < 0.5),
    Rule("template", "a closing formula: the same end of two other texts", lambda s: s.is_end_only and s.share < 0.75),
    Rule("template", "a part of either, days apart", lambda s: s.share < 0.4 and s.is_dated and _apart(s, 3)),
    Rule("template", "less than half of either, a week apart", lambda s: s.share < 0.5 and _apart(s, 7)),
    Rule("template", "little of either, with other facts", lambda s: s.share < 0.3 and s.facts >= 1 and _apart(s, 1)),
    Rule("template", "nearly every fact differs", lambda s: s.facts >= 3 and s.density >= 7),
    Rule(
        "template",
        "who, where and how many differ, and not a word else",
        lambda s: s.names >= 2 and s.facts >= 3 and s.density >= 3 and not s.wordings,
    ),
    Rule(
        "template",
        "a short form with other names, days apart",
        lambda s: s.words < 150 and s.names >= 1 and s.facts >= 2 and s.density >= 2 and _formal(s) and _apart(s, 3),
    ),
    Rule("template", "a form filled in anew", lambda s: s.facts >= 8 and s.density >= 5),
    Rule("template", "many facts differ", lambda s: s.facts >= 4 and s.density >= 1.9 and _formal(s) and _apart(s, 2)),
    Rule("template", "many facts differ, days apart", lambda s: s.facts >= 3 and s.density >= 4 and _apart(s, 2)),
    Rule(
        "template",
        "facts differ, weeks apart",
        lambda s: s.facts >= 3 and s.density >= 1.5 and _formal(s) and _apart(s, 21),
    ),
    Rule("template", "facts differ, months apart", lambda s: s.facts >= 2 and s.density >= 1 and _apart(s, 90)),
    Rule("copy", "the same facts in the same words", lambda _: True),
)
"""The first that holds decides."""


def kinship(comparison: Comparison, copy: Sighting, source: Sighting, *, stock: float = 0.0) -> Kinship:
    """What two compared texts are to one another.

    ``copy`` means the later and ``reissue`` the same outlet's text of another year; ``template`` texts share a form of
    words and tell of different events. ``stock`` is the share (0-1) of their common words that stand in so many
    documents that they say nothing of origin (``Search.stock`` of the index).
    """
    return rule_for(signs(comparison, copy, source, stock=stock)).kinship


def rule_for(found: Signs) -> Rule:
    """The rule that decides."""
    return next(rule for rule in RULES if rule.holds(found))


def signs(comparison: Comparison, copy: Sighting, source: Sighting, *, stock: float = 0.0) -> Signs:
    """The measures behind the decision."""
    facts = _differing_facts(comparison.alterations)
    letters = sum(one.copy_span.end - one.copy_span.start for one in comparison.alignments)
    words = max(letters / _LETTERS_IN_A_WORD, 1.0)
    return Signs(
        label=comparison.label,
        is_same_outlet=copy.outlet_id == source.outlet_id,
        is_same_title=copy.title is not None and copy.title == source.title,
        days=days_between(copy.at, source.at),
        share=max(comparison.coverage, comparison.kept),
        facts=len(facts),
        names=sum(kind == "name" for kind, _, _ in facts),
        density=100 * len(facts) / words,
        stock=stock,
        words=words,
        wordings=sum(row.kind == "wording" for row in comparison.alterations),
        is_end_only=_is_end_only(comparison),
    )


def _is_end_only(comparison: Comparison) -> bool:
    """Whether how both texts end is all they share: either begins with words of its own, a formula left aside."""
    shared = [row for row in comparison.alignments if row.copy_span.end - row.copy_span.start > _FORMULA]
    sides = (
        ([row.copy_span for row in shared], comparison.added),
        ([row.source_span for row in shared], comparison.left_out),
    )
    return bool(shared) and all(_is_end(spans, own) for spans, own in sides)


def _is_end(spans: Sequence[Span], own: Sequence[Passage]) -> bool:
    """Whether passages stand at the end of a text, behind others of its own."""
    length = max([span.end for span in spans] + [passage.span.end for passage in own])
    return min(span.start for span in spans) >= _BEGINNING * length and max(spans).end >= _END * length


def _differing_facts(alterations: tuple[Alteration, ...]) -> set[tuple[str, str, str]]:
    """Facts that stand otherwise on the other side; one that is only missing there may have been left out."""
    return {
        (row.kind, row.source_words.casefold(), row.copy_words.casefold())
        for row in alterations
        if row.kind in _FACTS and row.source_words and row.copy_words
    }


def _formal(found: Signs) -> bool:
    """Whether facts were exchanged in words that stayed: who rewrites a text changes more words than facts."""
    return found.wordings <= 2 * found.facts


def _apart(found: Signs, days: int) -> bool:
    """Whether at least so many days lie between them; undated texts get the benefit of the doubt up to a month."""
    return found.days >= days if found.days is not None else days <= 2


def days_between(one: str | None, other: str | None) -> float | None:
    """Days that certainly lie between two claimed days or moments; ``None`` where either is not known."""
    first, second = moment(one), moment(other)
    if first is None or second is None:
        return None
    days = abs((first - second).total_seconds()) / 86_400
    # A claimed day may be any moment of it
    return max(days - 1, 0) if is_day(one or "") or is_day(other or "") else days
