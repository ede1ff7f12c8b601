"""Text: what two aligned texts write otherwise without saying anything else, named and with its place on both sides."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import compress
from operator import ne
from typing import NamedTuple

from scraper.model import Forgiven, Span
from scraper.text.stretches import Kept, Sides, Spans
from scraper.text.words import Words, form_of

# One row per kind, tried in this order: signs that count as one.
_ALIKE = (
    ("quotation marks", "\"'`´“”„‟«»‘’‚‛‹›″＂＇「」『』"),
    ("dashes", "-‐‑‒–—―−"),
    ("ellipsis", ".…"),
    ("bullets", "•·▪*–-"),
)
_FOLDS = tuple((kind, str.maketrans(dict.fromkeys(signs, signs[0]))) for kind, signs in _ALIKE)


class Unlike(NamedTuple):
    """Where kept words are written otherwise, each place in words of the source and of the copy."""

    joined: list[Kept]
    """The same letters with other spaces."""
    words: list[tuple[int, int]]
    gaps: list[tuple[int, int]]
    """Before which words what stands between them differs."""

    def __len__(self) -> int:
        """About how many spans it takes to show it."""
        return len(self.joined) + len(self.words) + 2 * len(self.gaps)


def unlike_in(source: Words, copy: Words, kept: Sequence[Kept]) -> Unlike:
    """Where kept words are written otherwise."""
    found = Unlike([], [], [])
    for part in kept:
        start, end, first, _, is_run = part
        if not is_run:
            found.joined.append(part)
            continue
        shift = first - start
        here, there = source.tokens[start:end], copy.tokens[first : end + shift]
        if here != there:
            found.words.extend([(at, at + shift) for at in _unlike(here, there, start)])
        here, there = source.gaps[start + 1 : end], copy.gaps[first + 1 : end + shift]
        if here != there:
            found.gaps.extend([(at, at + shift) for at in _unlike(here, there, start + 1)])
    return found


def forgiven_in(source: Words, copy: Words, found: Unlike, ours: Spans, theirs: Spans) -> list[Forgiven]:
    """The differences inside kept words: letters and figures first, then what stands between words.

    Kinds: ``spaces``, ``case``, those of ``Form.forgiven`` (``ligature``, ``hyphenation``, ``number format``, ...),
    and for what stands between words ``quotation marks``, ``dashes``, ``ellipsis``, ``bullets``, ``line breaks``,
    ``spacing`` and ``punctuation``. ``ours`` and ``theirs`` give the span of words of either side.
    """
    sides = source, copy
    rows = [forgiven(sides, "spaces", ours(*part[:2]), theirs(*part[2:4])) for part in found.joined]
    for at, there in found.words:
        kind = _word_kind(source.tokens[at], copy.tokens[there], source, copy)
        rows.append(forgiven(sides, kind, ours(at, at + 1), theirs(there, there + 1)))
    for at, there in found.gaps:
        kind = gap_kind(source.gaps[at], copy.gaps[there])
        here = Span(ours(at - 1, at)[1], ours(at, at + 1)[0])
        rows.append(forgiven(sides, kind, here, Span(theirs(there - 1, there)[1], theirs(there, there + 1)[0])))
    return rows


def disguised_in(source: Words, copy: Words, found: Unlike) -> list[tuple[int, int]]:
    """The words that on one side alone are written in letters that only look like theirs."""
    return [
        (at, there)
        for at, there in found.words
        if ("disguise" in form_of(source.tokens[at], source.language).forgiven)
        != ("disguise" in form_of(copy.tokens[there], copy.language).forgiven)
    ]


def _unlike(here: list[str], there: list[str], start: int) -> Iterable[int]:
    """The places where two lists of one length differ, the first of them counted as ``start``."""
    return compress(range(start, start + len(here)), map(ne, here, there))


def forgiven(sides: tuple[Words, Words] | Sides, kind: str, ours: Span, theirs: Span) -> Forgiven:
    """One difference that is none, with its words as they stand in the texts."""
    source, copy = sides[0], sides[1]
    return Forgiven(
        kind=kind,
        source_words=source.text[ours[0] : ours[1]],
        copy_words=copy.text[theirs[0] : theirs[1]],
        source_span=ours,
        copy_span=theirs,
    )


def _word_kind(one: str, other: str, source: Words, copy: Words) -> str:
    """What was forgiven in a word: what only one of its forms needed, else the case of its letters."""
    ours, theirs = form_of(one, source.language).forgiven, form_of(other, copy.language).forgiven
    kinds = [kind for kind in (*ours, *theirs) if (kind in ours) != (kind in theirs)] or [*ours, *theirs]
    return kinds[0] if kinds else "case"


@lru_cache(maxsize=4096)
def gap_kind(one: str, other: str) -> str:
    """How two stretches between words differ."""
    if one.split() == other.split():
        return "line breaks" if ("\n" in one) != ("\n" in other) else "spacing"
    ours, theirs = "".join(one.split()), "".join(other.split())
    for kind, fold in _FOLDS:
        if _without_repeats(ours.translate(fold)) == _without_repeats(theirs.translate(fold)):
            return kind
    return "punctuation"


def _without_repeats(signs: str) -> str:
    return "".join(sign for at, sign in enumerate(signs) if at == 0 or sign != signs[at - 1])
