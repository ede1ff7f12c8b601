"""Text: what two aligned texts write otherwise without saying anything else, named and with its place on both sides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scraper.model import Forgiven, Span
from scraper.text.stretches import Kept
from scraper.text.words import Words, form_of

# One row per kind, tried in this order: signs that count as one.
_ALIKE = (
    ("quotation marks", "\"'`´“”„‟«»‘’‚‛‹›″＂＇「」『』"),
    ("dashes", "-‐‑‒–—―−"),
    ("ellipsis", ".…"),
    ("bullets", "•·▪*–-"),
)
_FOLDS = tuple((kind, str.maketrans(dict.fromkeys(signs, signs[0]))) for kind, signs in _ALIKE)


def forgiven_in(source: Words, copy: Words, kept: Sequence[Kept]) -> Iterator[Forgiven]:
    """The differences inside kept words: letters and figures first, then what stands between words.

    Kinds: ``spaces``, ``case``, those of ``Form.forgiven`` (``ligature``, ``hyphenation``, ``number format``, ...),
    and for what stands between words ``quotation marks``, ``dashes``, ``ellipsis``, ``bullets``, ``line breaks``,
    ``spacing`` and ``punctuation``.
    """
    for part in kept:
        if not part.is_run:
            yield _row("spaces", source, copy, source.span(*part[:2]), copy.span(*part[2:4]))
            continue
        shift = part.copy - part.source
        ours, theirs = source.tokens[part.source : part.source_end], copy.tokens[part.copy : part.copy_end]
        if ours != theirs:
            for at, (one, other) in enumerate(zip(ours, theirs, strict=True), part.source):
                if one != other:
                    spans = source.span(at, at + 1), copy.span(at + shift, at + shift + 1)
                    yield _row(_word_kind(one, other, source, copy), source, copy, *spans)
        first, last = part.source + 1, part.source_end
        if source.gaps[first:last] != copy.gaps[first + shift : last + shift]:
            for at in range(first, last):
                one, other = source.gaps[at], copy.gaps[at + shift]
                if one != other:
                    spans = _gap_span(source, at), _gap_span(copy, at + shift)
                    yield _row(gap_kind(one, other), source, copy, *spans)


def _row(kind: str, source: Words, copy: Words, ours: Span, theirs: Span) -> Forgiven:
    return Forgiven(
        kind=kind,
        source_words=source.text[slice(*ours)],
        copy_words=copy.text[slice(*theirs)],
        source_span=ours,
        copy_span=theirs,
    )


def _gap_span(words: Words, at: int) -> Span:
    return Span(words.ends[at - 1], words.starts[at])


def _word_kind(one: str, other: str, source: Words, copy: Words) -> str:
    """What was forgiven in a word: what only one of its forms needed, else the case of its letters."""
    ours, theirs = form_of(one, source.language).forgiven, form_of(other, copy.language).forgiven
    kinds = [kind for kind in (*ours, *theirs) if (kind in ours) != (kind in theirs)] or [*ours, *theirs]
    return kinds[0] if kinds else "case"


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
