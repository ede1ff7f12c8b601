"""Text: phrases of a language as the keys of their words, looked up by the first: the longest that fits wins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

_REMEMBERED = 20_000
Row = tuple[tuple[str, ...], str]
_Grouped = tuple[tuple[str, ...], frozenset[str]]
_NO_GROUPS: frozenset[str] = frozenset()


class Found(NamedTuple):
    """A phrase in a text: words ``start`` to ``end`` (not included) and the groups that it belongs to."""

    start: int
    end: int
    groups: frozenset[str]


class Phrases:
    """Phrases by their first word; the longest that fits wins."""

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self._first: dict[str, list[Row]] = {}
        self._begins: dict[str, list[Row]] = {}
        self.longest = 0
        for keys, group in rows:
            place = self._begins if keys[0].endswith("*") else self._first
            place.setdefault(keys[0].rstrip("*"), []).append((keys, group))
            self.longest = max(self.longest, len(keys))
        self._lengths = sorted({len(stem) for stem in self._begins})
        self._seen: dict[str, tuple[_Grouped, ...]] = {}

    def __bool__(self) -> bool:
        return bool(self.longest)

    @property
    def vocabulary(self) -> Iterator[str]:
        """Every word that stands in a phrase."""
        return (word for phrase, _ in self for word in phrase)

    def __iter__(self) -> Iterator[Row]:
        for rows in (*self._first.values(), *self._begins.values()):
            yield from rows

    def __contains__(self, key: str) -> bool:
        return self.at((key,), 0) is not None

    def begins(self, key: str) -> bool:
        """Whether a phrase begins with a word."""
        rows = self._seen.get(key)
        return bool(self._rows(key) if rows is None else rows)

    def at(self, keys: Sequence[str], start: int) -> Found | None:
        """The longest phrase that begins at word ``start``."""
        rows = self._seen.get(keys[start])
        if rows is None:
            rows = self._rows(keys[start])
        best, groups = 0, _NO_GROUPS
        for phrase, own in rows:
            length = len(phrase)
            if length < best:
                break
            if length == 1 or _fits(phrase, keys, start):
                best, groups = length, groups | own if groups else own
        return Found(start, start + best, groups) if best else None

    def touching(self, keys: Sequence[str], start: int, end: int) -> list[Found]:
        """The phrases that share a word with words ``start`` to ``end`` (not included), in order, none overlapping."""
        found: list[Found] = []
        if start == end or not self.longest:
            return found
        at = max(0, start - self.longest + 1)
        seen = self._seen
        while at < end:
            phrase = self.at(keys, at) if seen.get(keys[at], True) else None
            if phrase is None:
                at += 1
                continue
            if phrase.end > start:
                found.append(phrase)
            at = phrase.end
        return found

    def _rows(self, key: str) -> tuple[_Grouped, ...]:
        """The phrases that begin with a word, longest first, remembered; forgets everything when full."""
        if len(self._seen) >= _REMEMBERED:
            self._seen.clear()
        groups: dict[tuple[str, ...], frozenset[str]] = {}
        for phrase, group in self._beginning(key):
            groups[phrase] = groups.get(phrase, _NO_GROUPS) | {group}
        rows = self._seen[key] = tuple(sorted(groups.items(), key=lambda row: -len(row[0])))
        return rows

    def _beginning(self, key: str) -> Iterator[Row]:
        yield from self._first.get(key, ())
        for length in self._lengths:
            if length > len(key):
                return
            yield from self._begins.get(key[:length], ())


def _fits(phrase: tuple[str, ...], keys: Sequence[str], start: int) -> bool:
    """Whether a phrase whose first word stands at ``start`` goes on there."""
    if start + len(phrase) > len(keys):
        return False
    for at in range(1, len(phrase)):
        word, key = phrase[at], keys[start + at]
        if key != word and not (word[-1] == "*" and key.startswith(word[:-1])):
            return False
    return True
