"""Trace: one copy and one source become a comparison: words, alignment, differences, label, one sentence of reason."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from scraper.model import Alignment, Alteration, Comparison, Passage, Span
from scraper.text.align import Aligned, AlignedPassage, align
from scraper.text.alterations import Differences, differences
from scraper.text.language import KINDS_FROM_LISTS, Language, guess, lists_of
from scraper.text.stretches import Sides, Stretch, ends, opens, spans_of
from scraper.text.words import Words, words_of
from scraper.trace.translation import is_translation
from scraper.trace.verdict import SHORT, Measures, Rule, judge

RULES = "compare/1"
"""Name and version of the rules, for whoever stores a comparison."""
_ELLIPSIS = re.compile(r"(?:\u2026|\.\.\.|\. \. \.)[\s)\]\"'\u201d\u2019\u00bb]*$")
_TAIL = 40
"""Words at the end of a copy in which a paywall is looked for."""
_EDGE = 12
"""Words from the beginning or end of a text that still count as there."""
_LONGEST_FRAME = 30
"""Words of a credit line."""
_LONGEST_NAME = 10
"""Words of a line that is an outlet's name, with a date at most."""
_SHOWN = 3
"""Alterations that the reason names."""


def compare(copy: str, source: str, *, language: str | None = None) -> Comparison:
    """How faithfully ``copy`` reproduces ``source``: label, measures both ways, and every difference with its offsets.

    ``language`` is a BCP 47 code; it is told from the texts if it is not given. Never fails; what could not be checked
    is said in ``doubts`` and, where it decides, in the label ``unchecked``.
    """
    language = language or guess(source, copy)
    return compare_words(words_of(copy, language=language), words_of(source, language=language), language=language)


def compare_words(copy: Words, source: Words, *, language: str | None = None) -> Comparison:
    """``compare`` for texts whose words are at hand."""
    lists = lists_of(language or source.language)
    sides = Sides(source, copy, lists)
    aligned = align(copy, source)
    found = _credits_apart(sides, differences(sides, aligned))
    measures = _measures(sides, aligned, found)
    rule = judge(measures)
    doubts = _doubts(sides, measures)
    ours, theirs = spans_of(source, len(aligned.passages)), spans_of(copy, len(aligned.passages))
    is_related = rule.label not in ("unrelated", "unchecked") or measures.longest_run >= SHORT
    return Comparison(
        label=rule.label,
        coverage=measures.coverage,
        kept=measures.kept,
        alterations=found.alterations if is_related else (),
        left_out=_passages(source, found.left_out),
        added=_passages(copy, found.added),
        moved=_moved(sides, aligned, found),
        forgiven=found.forgiven,
        alignments=tuple(
            Alignment(
                source_span=ours(passage.source_start, passage.source_end),
                copy_span=theirs(passage.copy_start, passage.copy_end),
                is_moved=passage.is_moved,
            )
            for passage in aligned.passages
        ),
        longest_run=measures.longest_run,
        doubts=doubts,
        reason=_reason(rule, measures, found.alterations if is_related else ()),
    )


def _passages(words: Words, stretches: Sequence[Stretch]) -> tuple[Passage, ...]:
    """Stretches with their words; those that follow one another in a paragraph are one passage."""
    stretches = _joined(words, stretches)
    spans = map(spans_of(words, len(stretches)), *zip(*stretches, strict=True)) if stretches else ()
    return tuple(Passage(words=words.text[span[0] : span[1]], span=span) for span in spans)


def _joined(words: Words, stretches: Sequence[Stretch]) -> list[Stretch]:
    joined: list[Stretch] = []
    for start, end in stretches:
        if joined and joined[-1].end == start and "\n" not in words.gaps[start]:
            joined[-1] = Stretch(joined[-1].start, end)
        else:
            joined.append(Stretch(start, end))
    return joined


def _moved(sides: Sides, aligned: Aligned, found: Differences) -> tuple[Alignment, ...]:
    passages = [
        (Span(p.source_start, p.source_end), Span(p.copy_start, p.copy_end)) for p in aligned.passages if p.is_moved
    ]
    words = [(Span(m.source, m.source_end), Span(m.copy, m.copy_end)) for m in found.moved]
    return tuple(
        Alignment(source_span=sides.source.span(*ours), copy_span=sides.copy.span(*theirs), is_moved=True)
        for ours, theirs in sorted([*passages, *words], key=lambda pair: pair[1])
    )


def _measures(sides: Sides, aligned: Aligned, found: Differences) -> Measures:
    source, copy = sides.source, sides.copy
    moved = sum(1 for passage in aligned.passages if passage.is_moved) + len(found.moved)
    carried = sum(change.copy_end - change.copy for change in found.moved)
    in_copy = sum([kept[3] - kept[2] for kept in found.kept]) + carried
    in_source = sum([kept[1] - kept[0] for kept in found.kept]) + carried
    longest = max([run[2] for passage in aligned.passages for run in passage.runs], default=0)
    left_out = _without_frame(source, found.left_out, sides.lists)
    material = sum([alteration.is_material for alteration in found.alterations])
    other_language = not longest and _differ_in_language(source, copy)
    return Measures(
        copy_words=len(copy),
        source_words=len(source),
        coverage=in_copy / len(copy) if len(copy) else 0.0,
        kept=in_source / len(source) if len(source) else 0.0,
        longest_run=longest,
        material=material,
        immaterial=len(found.alterations) - material,
        left_out=sum(end - start for start, end in left_out),
        added=sum(end - start for start, end in found.added),
        moved=moved,
        own_words=sum(p.copy_end - p.copy_start for p in aligned.passages if not _is_frame_of_both(p, source, copy)),
        is_cut=bool(found.left_out) and _breaks_off(sides, found),
        other_language=other_language,
        is_translated=other_language and is_translation(copy.text, source.text),
    )


def _is_frame_of_both(passage: AlignedPassage, source: Words, copy: Words) -> bool:
    """Whether a passage is how both texts begin or how both end: a letterhead, a formula, a footer."""
    begins = passage.source_start <= _EDGE and passage.copy_start <= _EDGE
    ends = len(source) - passage.source_end <= _EDGE and len(copy) - passage.copy_end <= _EDGE
    return begins or ends


def _differ_in_language(source: Words, copy: Words) -> bool:
    ours, theirs = guess(source.text), guess(copy.text)
    return bool(ours and theirs) and ours != theirs


def _without_frame(words: Words, stretches: Iterable[Stretch], lists: Language) -> list[Stretch]:
    """Passages that are more than a credit line, a dateline or a row of signs."""
    return [stretch for stretch in stretches if not is_frame(words, stretch, lists)]


def is_frame(words: Words, stretch: Stretch, lists: Language) -> bool:
    """Whether a passage belongs to the page, not to the statement: a credit line, a contact, a dateline."""
    start, end = stretch
    if end - start > _LONGEST_FRAME or start >= end:
        return False
    if lists.credits.at(words.keys, start) or _is_name_in_brackets(words, stretch):
        return True
    is_first = start == 0 or "\n" in words.gaps[start]
    is_dateline = is_first and end - start <= 6 and words.tokens[start].isupper() and len(words.tokens[start]) > 2
    return is_dateline and any(dash in words.gaps[end] for dash in "\u2013\u2014-")


def _is_name_in_brackets(words: Words, stretch: Stretch) -> bool:
    """Whether a passage is a paragraph like ``(Harbour Courier)`` or ``Harbour Courier (2 March)`` at either end."""
    start, end = stretch
    is_line = "\n\n" in words.gaps[start] or "\n\n" in words.gaps[end]
    is_short = start < end and end - start <= _LONGEST_NAME and (start == 0 or end == len(words))
    return (
        is_line
        and is_short
        and words.gaps[end].lstrip().startswith(")")
        and not any(opens(words, at) for at in range(start + 1, end))
    )


def _credits_apart(sides: Sides, found: Differences) -> Differences:
    """A credit line aligned with another line is one left out and one added, and alters nothing of the statement."""
    for is_end in (False, True) if found.alterations else ():
        ours, theirs = _edge_line(sides.source, is_end=is_end), _edge_line(sides.copy, is_end=is_end)
        if not (is_frame(sides.source, ours, sides.lists) or is_frame(sides.copy, theirs, sides.lists)):
            continue
        here, there = sides.source.span(*ours), sides.copy.span(*theirs)
        inside = [row for row in found.alterations if _within(row.source_span, here) and _within(row.copy_span, there)]
        if inside:
            found = replace(
                found,
                alterations=tuple(row for row in found.alterations if row not in inside),
                left_out=tuple(sorted({*found.left_out, ours})),
                added=tuple(sorted({*found.added, theirs})),
            )
    return found


def _edge_line(words: Words, *, is_end: bool) -> Stretch:
    """The first or last paragraph, as far as a credit line may reach; empty where it is longer."""
    gaps, count = words.gaps, len(words)
    if is_end:
        places = (at for at in range(count - 1, max(0, count - _LONGEST_FRAME) - 1, -1) if not at or "\n\n" in gaps[at])
        at = next(places, None)
        return Stretch(at, count) if at is not None else Stretch(0, 0)
    places = (at for at in range(1, min(count, _LONGEST_FRAME) + 1) if at == count or "\n\n" in gaps[at])
    return Stretch(0, next(places, 0))


def _within(inner: Span, outer: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _breaks_off(sides: Sides, found: Differences) -> bool:
    """Whether the copy ends where its source goes on: marked so, or in the middle of a sentence."""
    source, copy = sides.source, sides.copy
    last = max(found.kept, key=lambda kept: kept.copy_end, default=None)
    if last and last.copy_end == len(copy) and not opens(source, last.source_end) and not ends(copy, len(copy)):
        return True
    return is_cut(copy, sides.lists) and not is_cut(source, sides.lists)


def is_cut(words: Words, lists: Language) -> bool:
    """Whether a text breaks off: it ends in an ellipsis, or with an invitation to read on elsewhere."""
    if not len(words):
        return False
    if _ELLIPSIS.search(words.gaps[-1]):
        return True
    start = max(0, len(words) - _TAIL)
    tables = (lists.cut, lists_of("en").cut) if lists.code != "en" else (lists.cut,)
    return any(table.touching(words.keys, start, len(words)) for table in tables)


def _doubts(sides: Sides, measures: Measures) -> tuple[str, ...]:
    doubts: list[str] = []
    if not measures.copy_words or not measures.source_words:
        return ()
    if not sides.lists.has_lists:
        kinds = ", ".join(KINDS_FROM_LISTS)
        named = f"for {sides.lists.code}" if sides.lists.code else "for a language that could not be told"
        doubts.append(f"there are no word lists {named}: {kinds} in words could not be looked for")
    if measures.is_cut:
        doubts.append("the copy is cut off: what it lacks may stand behind a paywall or on another page")
    if measures.copy_words < SHORT:
        doubts.append(f"the copy has {measures.copy_words} words, fewer than {SHORT}")
    elif measures.source_words < SHORT:
        doubts.append(f"the source has {measures.source_words} words, fewer than {SHORT}")
    return tuple(doubts)


def _reason(rule: Rule, measures: Measures, alterations: Sequence[Alteration]) -> str:
    """One sentence from the same rows that are shown."""
    parts = [rule.sentence]
    shown = [a for a in alterations if a.is_material] or list(alterations)
    if rule.label in ("altered", "edited") and shown:
        counts = Counter(a.kind for a in shown)
        kinds = ", ".join(f"{count} {kind}" for kind, count in counts.most_common())
        examples = "; ".join(f"{a.source_words or '–'} → {a.copy_words or '–'}" for a in shown[:_SHOWN])
        parts.append(f"{kinds} ({_one_line(examples)})")
    if measures.copy_words and measures.source_words and rule.label != "translated":
        parts.append(f"{measures.kept:.0%} of the source kept, {measures.coverage:.0%} of the copy found in it")
    return "; ".join(parts) + "."


def _one_line(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= 160 else words[:159] + "…"
