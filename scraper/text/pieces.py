"""The hashes of the words of one text: what ``words_of`` gives, without making the words.

A text is cut at its white space, and what stands between is looked up in a table of what was met before: most of any
text has been. No word reaches over white space but a number whose thousands are parted by one (``60 000``), a word
hyphenated at the end of a line, and ``<`` before a digit; such pieces are read together with their neighbours.
Whatever is new is read by ``words_of`` and remembered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import cast

import numpy as np

from scraper.text.scripts import HYPHENS, casing_of
from scraper.text.shingles import Hashes
from scraper.text.words import words_of

_LONGEST_REMEMBERED = 1_000
"""Letters of a piece."""
_REMEMBERED = 2_500_000
"""Letters of all that is remembered, in all languages together: some 300,000 pieces."""
_ENTITY = re.compile(r"&#?\w{1,33};")
_PIECE = re.compile(r"\S+")
_PARTED = "\n|\n"
"""No word, number or sign reaches over this."""
_SIGNS = "<>~="
"""They are words before a digit."""
_HYPHENS = HYPHENS.replace("\\", "")


def hashes_of(text: str, *, language: str | None = None) -> Hashes:
    """The same as ``words_of(text, language=language).hashes``, many times as fast; not to be written to."""
    if "&" in text and _ENTITY.search(text):  # a space or a sign may be hidden in an entity
        return words_of(text, language=language).hashes
    return _pieces_of(casing_of(text, language)).hashes(text)


def read_apart(pieces: Sequence[str], language: str | None) -> list[bytes]:
    """The hashes of the words of each of some pieces, eight bytes each; read together, since each reading costs."""
    if not pieces:
        return []
    # Any language without rules of its own: with None, a lone word would be searched for signs of Turkish
    words = words_of(_PARTED.join(pieces), language=language or "und")
    starts = np.cumsum([0] + [len(piece) + len(_PARTED) for piece in pieces[:-1]])
    return [part.tobytes() for part in np.split(words.hashes, np.searchsorted(words.starts, starts[1:]))]


class _Pieces(dict[str, bytes]):
    """What stands between two spaces -> the hashes of its words, eight bytes each, where its neighbours do not matter.

    ``doubtful`` has those that may hang together with a neighbour: what they are by themselves, or with it.
    """

    def __init__(self, language: str | None) -> None:
        super().__init__()
        self._language = language
        self.doubtful: dict[str, bytes] = {}
        self.letters = 0

    def hashes(self, text: str) -> Hashes:
        """The hashes of the words of a text without entities."""
        pieces = text.split()
        found = list(map(self.get, pieces))
        try:
            joined = b"".join(found)  # type: ignore[arg-type]  # None is what the error is for
        except TypeError:
            joined = b"".join(self._settled(text, pieces, found))
        return np.frombuffer(joined, dtype=np.uint64)

    def _settled(self, text: str, pieces: Sequence[str], found: Sequence[bytes | None]) -> list[bytes]:
        """What was found, and the rest; of pieces that hang together the first has it all."""
        rest = [place for place, hashes in enumerate(found) if hashes is None]
        settled = list(found)
        self._fill(settled, {place: pieces[place] for place in rest})
        if joints := sorted(set(_joints(pieces, rest))):
            spans = [match.span() for match in _PIECE.finditer(text)]
            stretches = {first: text[spans[first][0] : spans[last + 1][1]] for first, last in _runs(joints)}
            for joint in joints:
                settled[joint + 1] = b""
            self._fill(settled, stretches)
        return cast(list[bytes], settled)

    def _fill(self, settled: list[bytes | None], pieces: Mapping[int, str]) -> None:
        """Put the hashes of doubtful and new pieces into their places."""
        known = {piece: self.doubtful.get(piece) for piece in pieces.values()}
        if new := [piece for piece, hashes in known.items() if hashes is None]:
            read = dict(zip(new, read_apart(new, self._language), strict=True))
            self._remember(read)
            known.update(read)
        for place, piece in pieces.items():
            settled[place] = known[piece]

    def _remember(self, read: Mapping[str, bytes]) -> None:
        if sum(pieces.letters for pieces in _PIECES.values()) > _REMEMBERED:
            _PIECES.clear()
            self.clear()
            self.doubtful.clear()
            self.letters = 0
        for piece, hashes in read.items():
            if len(piece) <= _LONGEST_REMEMBERED:
                (self.doubtful if _is_doubtful(piece) else self)[piece] = hashes
                self.letters += len(piece)


_PIECES: dict[str | None, _Pieces] = {}


def _pieces_of(language: str | None) -> _Pieces:
    return _PIECES.setdefault(language, _Pieces(language))


def _is_doubtful(piece: str) -> bool:
    """Whether words of a piece may depend on its neighbours, or it is made of several."""
    return piece[-1] in _SIGNS or _is_broken(piece) or _is_thousand(piece) or len(piece.split()) > 1


def _is_broken(piece: str) -> bool:
    """Whether it may be the beginning of a word that was hyphenated at the end of a line."""
    return piece[-1] in _HYPHENS and piece[-2:-1].isalnum()


def _is_thousand(piece: str) -> bool:
    """Whether it may go on with the number before it: exactly three digits."""
    return piece[:3].isdecimal() and len(piece) > 2 and not piece[3:4].isdecimal()


def _joints(pieces: Sequence[str], doubtful: Sequence[int]) -> Iterator[int]:
    """Places of pieces that share a word with the next one, or may."""
    for place in doubtful:
        piece = pieces[place]
        if place and _is_thousand(piece) and pieces[place - 1][-1].isdecimal():
            yield place - 1
        if place + 1 < len(pieces):
            after = pieces[place + 1][0]
            if (after.isdecimal() and piece[-1] in _SIGNS) or (after.isalpha() and _is_broken(piece)):
                yield place


def _runs(places: Sequence[int]) -> Iterator[tuple[int, int]]:
    """First and last of ascending places that follow one another."""
    first = places[0]
    for before, place in pairwise([*places, -1]):
        if place != before + 1:
            yield first, before
            first = place
