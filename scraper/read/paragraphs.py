"""Read: paragraphs as the author wrote them: sentences that a page break tore in two are whole again."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

LONG = 60
"""Characters from which a paragraph without a full stop is a torn sentence rather than a heading or a credit line."""
_ENDS = frozenset(".!?:;…。！？：；؟۔։।॥\u055c\u055e\u1362")
_CLOSERS = "\"'”’»)]}›」』）"


def rejoined(paragraphs: Iterable[str]) -> list[str]:
    """Paragraphs, with each one that breaks off in mid-sentence joined to the one that goes on with it."""
    whole: list[str] = []
    for paragraph in paragraphs:
        if whole and goes_on(whole[-1], paragraph):
            whole[-1] += _seam(whole[-1]) + paragraph
        else:
            whole.append(paragraph)
    return whole


def goes_on(before: str, after: str) -> bool:
    """Whether ``after`` continues the sentence in which ``before`` breaks off.

    In scripts with case a small letter at the start says so; in scripts without, only a long paragraph that ends in a
    letter or a comma does.
    """
    last = before.rsplit("\n", 1)[-1].rstrip()
    if len(before) < LONG or not last or not after or ends_a_sentence(last):
        return False
    tail, head = last[-1], after.lstrip("\"'“‘«(")[:1]
    if not (tail.isalnum() or tail in ",،、-–—­") or not head or not head.isalnum():
        return False
    if head.islower():
        return True
    if tail in ",،、":
        return head.isdigit() or _has_no_case(head)
    return _has_no_case(head) and _has_no_case(tail) and len(before) >= 2 * LONG


def ends_a_sentence(text: str) -> bool:
    """Whether a text ends in a full stop or its like, closing marks left aside."""
    bare = text.rstrip().rstrip(_CLOSERS).rstrip()
    return bool(bare) and bare[-1] in _ENDS


def _seam(before: str) -> str:
    return "" if before.endswith(("-", "\u00ad")) or _is_unspaced(before[-1:]) else " "


def _has_no_case(char: str) -> bool:
    return char.isalpha() and char.lower() == char.upper()


def _is_unspaced(char: str) -> bool:
    """Chinese, Japanese and Thai put no space between words."""
    return unicodedata.name(char, "").startswith(("CJK", "HIRAGANA", "KATAKANA", "THAI", "IDEOGRAPHIC"))
