"""Copies of real statements with planted edits, and the exact truth of which word is which.

Every kind is made from the words of a statement, each with the text before it, so that the truth survives whatever is
left out, put in or moved. What is put around it is of statements that share no six words in a row with it, and a lone
quotation stands once in its source: else nobody could say which word is which. Used by ``bench/compare.py`` and by the
tests that hold the floor.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from scraper.text.words import Words, words_of

STATEMENTS = Path(__file__).parents[2] / "shared" / "data" / "statements" / "statements.jsonl.gz"
KINDS = ("light edit", "heavy edit", "abridged", "embedded", "moved paragraphs", "lone quotation")


class Piece(NamedTuple):
    """One word to be, the text before it, and the word of the source that it is (None: it is the copy's own)."""

    gap: str
    token: str
    source: int | None


class Planted(NamedTuple):
    """A copy, its source, and the truth."""

    kind: str
    copy: Words
    source: Words
    pairs: frozenset[tuple[int, int]]
    """(word of the copy, word of the source)."""


def statements(least: int = 200, most: int = 1500) -> list[str]:
    """Texts of ``least`` to ``most`` words by white space, without the few that are left-over markup repeated."""
    with gzip.open(STATEMENTS, "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    return [text for text in texts if least <= len(text.split()) <= most and "<" not in text]


def planted(texts: list[str], kind: str, chance: random.Random, *, pad_to: int = 0, cut_to: int = 0) -> Planted:
    """One statement of ``texts`` and a copy of the wanted kind, padded to ``pad_to`` words with others' text."""
    text = chance.choice(texts)
    while cut_to and len(text.split()) < cut_to:
        text += "\n\n" + chance.choice(texts)
    source = words_of(text, language="en")
    if cut_to and len(source) > cut_to:
        source = words_of(text[: source.ends[cut_to - 1]], language="en")
    pieces = [Piece(gap, token, at) for at, (gap, token) in enumerate(zip(source.gaps, source.tokens, strict=False))]
    hosts = [host for host in chance.sample(texts, 40) if not _share(host, source)] or [""]
    edited = _EDITS[kind](_paragraphs(pieces), hosts, chance)
    while len(edited) < pad_to and hosts != [""]:
        other = _other(hosts, chance)[: pad_to - len(edited)]
        edited = [*edited, *_started(other)] if chance.random() < 0.5 else [*_started(other), *_started(edited)]
    return _settled(kind, edited, source)


def _share(host: str, source: Words) -> bool:
    sixes = set(_runs_of_six(source.keys))
    return not sixes.isdisjoint(_runs_of_six(words_of(host, language="en").keys))


def _runs_of_six(keys: list[str]) -> Iterator[tuple[str, ...]]:
    return zip(*(keys[at:] for at in range(6)), strict=False)


def _settled(kind: str, pieces: list[Piece], source: Words) -> Planted:
    """The copy's text and its words; a word is the source's if it begins where its piece was put and reads the same."""
    starts: dict[int, int] = {}
    length = 0
    for gap, token, at in pieces:
        length += len(gap)
        if at is not None:
            starts[length] = at
        length += len(token)
    copy = words_of("".join(gap + token for gap, token, _ in pieces), language="en")
    pairs = ((word, starts[start]) for word, start in enumerate(copy.starts) if start in starts)
    return Planted(kind, copy, source, frozenset((c, s) for c, s in pairs if copy.keys[c] == source.keys[s]))


def _paragraphs(pieces: list[Piece]) -> list[list[Piece]]:
    found: list[list[Piece]] = []
    for piece in pieces:
        if not found or "\n\n" in piece.gap:
            found.append([])
        found[-1].append(piece)
    return found


def _started(pieces: list[Piece]) -> list[Piece]:
    """The same pieces as a paragraph of their own."""
    return [Piece("\n\n", pieces[0].token, pieces[0].source), *pieces[1:]] if pieces else []


def _flat(paragraphs: list[list[Piece]]) -> list[Piece]:
    return [piece for paragraph in paragraphs for piece in _started(paragraph)]


def _other(texts: list[str], chance: random.Random) -> list[Piece]:
    words = words_of(chance.choice(texts), language="en")
    return [Piece(gap, token, None) for gap, token in zip(words.gaps, words.tokens, strict=False)]


def _edited(pieces: list[Piece], texts: list[str], chance: random.Random, rate: float) -> Iterator[Piece]:
    """Words replaced (half), left out (a quarter), put in (a quarter), one to three at a time, at ``rate``."""
    strange = _other(texts, chance)
    skip = 0
    for piece in pieces:
        if skip:
            skip -= 1
            continue
        if chance.random() >= rate:
            yield piece
            continue
        what, several = chance.random(), chance.choice((1, 1, 1, 2, 3))
        if what < 0.75:
            yield from (Piece(" ", chance.choice(strange).token, None) for _ in range(several))
        if what >= 0.5 and what < 0.75:
            yield piece
        else:
            skip = several - 1


def _light(paragraphs: list[list[Piece]], texts: list[str], chance: random.Random) -> list[Piece]:
    return list(_edited(_flat(paragraphs), texts, chance, 0.02))


def _heavy(paragraphs: list[list[Piece]], texts: list[str], chance: random.Random) -> list[Piece]:
    return list(_edited(_flat(paragraphs), texts, chance, 0.14))


def _abridged(paragraphs: list[list[Piece]], texts: list[str], chance: random.Random) -> list[Piece]:
    kept = [p for p in paragraphs if chance.random() < 0.55] or paragraphs[:1]
    return list(_edited(_flat(kept), texts, chance, 0.01))


def _embedded(paragraphs: list[list[Piece]], texts: list[str], chance: random.Random) -> list[Piece]:
    own = _paragraphs(_other(texts, chance))
    at = chance.randrange(len(own) + 1)
    return _flat([*own[:at], list(_edited(_flat(paragraphs), texts, chance, 0.01)), *own[at:]])


def _moved(paragraphs: list[list[Piece]], texts: list[str], chance: random.Random) -> list[Piece]:
    """One to four paragraphs of eight words or more put elsewhere, and a few words edited."""
    order = list(paragraphs)
    for _ in range(min(chance.randint(1, 4), max(len(order) // 3, 1))):
        paragraph = order.pop(chance.randrange(len(order)))
        order.insert(chance.randrange(len(order) + 1), paragraph)
    return list(_edited(_flat(order), texts, chance, 0.01))


def _quotation(paragraphs: list[list[Piece]], texts: list[str], chance: random.Random) -> list[Piece]:
    """One to three sentences of 13 words or more, inside another statement."""
    pieces = _flat(paragraphs)
    starts = [0, *(at for at, p in enumerate(pieces) if p.gap.strip()[-1:] in (".", "?", "!") or "\n\n" in p.gap)]
    for _ in range(50):
        first = chance.randrange(len(starts))
        last = min(first + chance.randint(1, 3), len(starts) - 1)
        end = starts[last] if last > first else len(pieces)
        start = max(min(starts[first], end - 13), 0)
        if end - start >= 13 and _stands_once([p.token for p in pieces[start:end]], [p.token for p in pieces]):
            break
    own = _paragraphs(_other(texts, chance))
    at = chance.randrange(len(own) + 1)
    return _flat([*own[:at], pieces[start:end], *own[at:]])


def _stands_once(tokens: list[str], text: list[str]) -> bool:
    return f" {' '.join(text)} ".count(f" {' '.join(tokens[:8])} ") == 1


_EDITS: dict[str, Callable[[list[list[Piece]], list[str], random.Random], list[Piece]]] = dict(
    zip(KINDS, (_light, _heavy, _abridged, _embedded, _moved, _quotation), strict=True)
)
