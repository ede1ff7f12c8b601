"""Where sentences and paragraphs end, told from what stands between the words."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import accumulate

_PARAGRAPH = re.compile(r"\n[ \t\r]*\n|\u2029")
_STOP = re.compile(r"[.!?\u2026\u061f\u06d4\u0589\u0964\u1362][^\w\s]{0,8}(?:\s|$)|[。！？｡]")
# Words after which a point ends no sentence, unless a paragraph ends there too.
_SHORTENED = frozenset(
    """mr mrs ms dr prof st gen col lt sgt capt sen rep gov pres hon rev jr sr inc ltd corp co no vs etc dept fig vol
    approx jan feb mar apr jun jul aug sep sept oct nov dec bzw ca nr str mme mlle av cad doç müh г ул им тыс млн
    млрд""".split()  # noqa: SIM905 (reads as a line of words)
)


def places_of(gaps: list[str], is_wanted: Callable[[str], object]) -> list[tuple[int, str]]:
    """Where the wanted gaps stand, and what they are. Texts hold few different gaps: each is looked at once."""
    wanted = {gap for gap in set(gaps) if is_wanted(gap)}
    return [(at, gap) for at, gap in enumerate(gaps) if gap in wanted] if wanted else []


def may_end_sentence(gap: str) -> bool:
    """Whether a sentence can end in what stands between two words, whatever the words."""
    return bool(_STOP.search(gap) or _PARAGRAPH.search(gap))


def paragraph_numbers(gaps: list[str]) -> list[int]:
    """The number of each word's paragraph, from 0; paragraphs are parted by a blank line."""
    breaks = [0] * (len(gaps) - 1)
    for at, _ in places_of(gaps, _PARAGRAPH.search):
        if 0 < at < len(breaks):
            breaks[at] = 1
    return list(accumulate(breaks))


def sentence_numbers(gaps: list[str], tokens: list[str]) -> list[int]:
    """The number of each word's sentence, from 0.

    A stop ends a sentence unless the next word goes on in small letters or the word before is a title, an initial or
    an ordinal (``14. März``). A blank line ends one too, unless the next word goes on in small letters.
    """
    breaks = [0] * len(tokens)
    for at, gap in places_of(gaps, may_end_sentence):
        if 0 < at < len(breaks):
            breaks[at] = ends_sentence(gap, tokens[at - 1], tokens[at])
    return list(accumulate(breaks))


def ends_sentence(gap: str, before: str, after: str) -> int:
    """1 if a sentence ends in what stands between two words, else 0."""
    if after[0].islower():
        return 0
    if _PARAGRAPH.search(gap):
        return 1
    if not _STOP.search(gap) or gap.startswith(".,"):
        return 0
    if gap.startswith(".") and after[0] not in "\"'“«„":
        is_initial = len(before) == 1 and before.isupper()
        is_ordinal = before.isdecimal() and len(before) <= 2 and after.isalpha() and gap == ". "
        return 0 if is_initial or is_ordinal or before.lower() in _SHORTENED else 1
    return 1
