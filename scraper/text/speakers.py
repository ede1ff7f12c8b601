"""Text: another speaker beside a quotation that is kept. One of the rules of ``kinds``."""

from __future__ import annotations

from scraper.text.edit import Edit, Row, is_quoted
from scraper.text.names import Names
from scraper.text.words import Words

_NEAR = 5
"""Words between a speaker and the verb that says that he speaks."""


def other_speaker(edit: Edit) -> Row | None:
    """The row of a change of who says a quotation."""
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
