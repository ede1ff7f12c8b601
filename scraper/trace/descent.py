"""Inside link: what the words of a copy say about where it descends from.

A copy is laid beside every relative at once. Where relatives disagree about its words, the few who agree with it are
nearer to it: textual critics call a shared deviation a common error, and it is the strongest sign of descent there is
(Maas 1927). And what stood somewhere before the copy appeared, in words or passages, was not taken from a relative that
lacks it. Every difference costs the same in both directions, so that words alone never decide who came first.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from scraper.model import Alteration, Passage, Span
from scraper.trace.family import View

PASSAGE_WORDS = 8
"""A missing stretch of so many words is a passage; fewer are a phrase that two editors may add alike."""
FEW_WORDS = 3
"""Shorter stretches say nothing: a dateline, a lost byline."""


_NEAR = 8
"""Characters between two passages that are no more than the break between two paragraphs."""


_SHARED = frozenset({"shared alteration", "shared material alteration"})


class Trace(NamedTuple):
    """One place in the copy that speaks about a candidate."""

    words: str


class Traces(NamedTuple):
    """For one copy: candidate id -> kind of evidence -> the places that carry it."""

    found: Mapping[int, Mapping[str, list[Trace]]]

    def of(self, candidate_id: int) -> Mapping[str, list[Trace]]:
        """The traces about one candidate, by kind of evidence."""
        return self.found.get(candidate_id, {})

    def evened(self, theirs: Mapping[int, Mapping[str, list[Trace]]]) -> Traces:
        """The same with no more shared alterations than the candidates see from their side (``theirs``)."""
        return Traces(
            {
                key: {
                    kind: places[: len(theirs[key].get(kind, ()))] if kind in _SHARED else places
                    for kind, places in kinds.items()
                    if kind not in _SHARED or theirs[key].get(kind)
                }
                for key, kinds in self.found.items()
            }
        )


class Locus(NamedTuple):
    """One place in the copy about which its relatives disagree with it."""

    span: Span
    is_material: bool
    words: str
    differ: frozenset[int]
    """Those who have other words here."""


def traces(views: Mapping[int, View], before: Collection[int]) -> Traces:
    """Lay the copy beside all its relatives (``views`` by their ids, each seen from the copy).

    ``before`` are the relatives whose text certainly stood before the copy appeared: the earlier ones, and issuers.
    """
    found: dict[int, dict[str, list[Trace]]] = {relative: {} for relative in views}
    for relative, view in views.items():
        for row in view.changed:
            kind = "difference of substance" if row.is_material else "difference of wording"
            words = f"{_short(row.source_words) or '(nothing)'} → {_short(row.copy_words) or '(nothing)'}"
            found[relative].setdefault(kind, []).append(Trace(words))
        for kind, passages in (("passage more", view.own), ("passage less", view.missing)):
            large = [Trace(_short(words)) for words in _stretches(passages) if _size(words) >= PASSAGE_WORDS]
            found[relative] |= {kind: large} if large else {}
    for locus in _loci(views):
        _weigh_locus(locus, views, before, found)
    for relative, view in views.items():
        earlier = [views[key] for key in before if key != relative and key in views]
        for passage in view.own:
            _weigh_missing(passage, earlier, found[relative])
    return Traces(found)


def _stretches(passages: Sequence[Passage]) -> list[str]:
    """The words of passages, neighbours joined: paragraphs left out in one stroke are one cut."""
    joined: list[str] = []
    end = -_NEAR - 1
    for one in sorted(passages, key=lambda one: one.span):
        if one.span.start - end <= _NEAR:
            joined[-1] += f" {one.words}"
        else:
            joined.append(one.words)
        end = one.span.end
    return joined


def _loci(views: Mapping[int, View]) -> list[Locus]:
    """The alterations against all relatives, those that touch in the copy's text joined into one place."""
    rows = sorted(
        ((row.copy_span, row, relative) for relative, view in views.items() for row in view.changed),
        key=lambda found: (found[0], found[2]),
    )
    groups: list[tuple[Span, list[tuple[Alteration, int]]]] = []
    for span, alteration, relative in rows:
        if groups and span.start <= max(groups[-1][0].end, groups[-1][0].start + 1):
            joined = Span(groups[-1][0].start, max(groups[-1][0].end, span.end))
            groups[-1] = (joined, [*groups[-1][1], (alteration, relative)])
        else:
            groups.append((span, [(alteration, relative)]))
    return [_locus(span, members) for span, members in groups]


def _locus(span: Span, members: list[tuple[Alteration, int]]) -> Locus:
    first = members[0][0]
    return Locus(
        span=span,
        is_material=any(alteration.is_material for alteration, _ in members),
        words=f"{_short(first.copy_words) or '(nothing)'}, elsewhere {_short(first.source_words) or '(nothing)'}",
        differ=frozenset(relative for _, relative in members),
    )


def _weigh_locus(
    locus: Locus, views: Mapping[int, View], before: Collection[int], found: dict[int, dict[str, list[Trace]]]
) -> None:
    """Credit the few who agree with the copy, and count it against the others if one of those stood before it."""
    agree = [key for key, view in views.items() if key not in locus.differ and stands_in(view, locus.span)]
    material = "material " if locus.is_material else ""
    if agree and len(agree) <= len(locus.differ):
        for key in agree:
            found[key].setdefault(f"shared {material}alteration", []).append(Trace(locus.words))
    if any(key in before for key in agree):
        for key in sorted(locus.differ):
            found[key].setdefault(f"unshared {material}alteration", []).append(Trace(locus.words))


def _weigh_missing(passage: Passage, earlier: list[View], found: dict[str, list[Trace]]) -> None:
    """A passage that this relative lacks counts as far as it stood elsewhere before the copy appeared."""
    held = max((_overlap(view, passage.span) for view in earlier), default=0)
    length = max(1, passage.span.end - passage.span.start)
    size = _size(passage.words) * held / length
    if size >= FEW_WORDS:
        kind = "missing passage" if size >= PASSAGE_WORDS else "missing words"
        found.setdefault(kind, []).append(Trace(_short(passage.words)))


def stands_in(view: View, span: Span) -> bool:
    """Whether the other side carries the passage in which ``span`` stands."""
    return any(one.start <= span.start and span.end <= one.end for one in view.mine)


def _overlap(view: View, span: Span) -> int:
    """How many characters of ``span`` stand in the other text, in one passage at best."""
    return max((min(one.end, span.end) - max(one.start, span.start) for one in view.mine), default=0)


def _size(words: str) -> int:
    """About how many words: by spaces, and by letters in scripts that have none."""
    return max(len(words.split()), len(words) // 12)


def _short(words: str) -> str:
    return words if len(words) <= 60 else words[:57].rstrip() + "…"
