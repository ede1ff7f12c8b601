"""Corpora for ``bench/find.py``: real statements, generated text around them, and copies of every kind to look for.

Generated documents share what real ones share: a Zipf-like vocabulary, common phrases, and in four of ten the footer of
their outlet. Sources are real statements, or as many stretches of them as are told apart from the templates among them.
"""

from __future__ import annotations

import gzip
import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

STATEMENTS = Path(__file__).parents[2] / "shared" / "data" / "statements" / "statements.jsonl.gz"
KINDS = ("verbatim", "abridged", "embedded", "light edit", "heavy edit", "1-3 sentences", "reordered")
OUTLETS = 400
_WORDS = (250, 450)
_PHRASES = 20_000
_FOOTER_SHARE = 0.4
_OWN = 0.5
"""Share of a statement's five-word runs that no other statement has, from which on it is a source."""


class Document(NamedTuple):
    """One document of a corpus; ids count from 1."""

    number: int
    outlet: str
    text: str


class Query(NamedTuple):
    """A copy, and the document it was made from."""

    kind: str
    text: str
    source: int


class Corpus:
    """``size`` documents: the statements first, then generated ones; the same for the same size and seed."""

    def __init__(self, size: int, seed: int = 7) -> None:
        with gzip.open(STATEMENTS, "rt", encoding="utf-8") as lines:
            self.statements = [json.loads(line)["text"] for line in lines][:size]
        self.size = size
        self._chance = np.random.default_rng(seed)
        self._words = np.array(_vocabulary(self.statements), dtype=object)
        ranks = np.arange(1, len(self._words) + 1)
        shares = 1 / (ranks + 2.7)
        self._cumulative = np.cumsum(shares / shares.sum())
        self._phrases = [self._draw(int(n)) for n in self._chance.integers(3, 9, _PHRASES)]
        self._footers = [self._draw(int(n)) for n in self._chance.integers(25, 70, OUTLETS)]

    def __iter__(self) -> Iterator[Document]:
        for number, text in enumerate(self.statements, 1):
            yield Document(number, f"outlet{number % OUTLETS}", text)
        for number in range(len(self.statements) + 1, self.size + 1):
            outlet = number % OUTLETS
            words = self.words(int(self._chance.integers(*_WORDS)))
            if self._chance.random() < _FOOTER_SHARE:
                words = np.concatenate((words, self._footers[outlet]))
            yield Document(number, f"outlet{outlet}", _prose(words))

    def words(self, count: int) -> np.ndarray:
        """Words of generated text: one stretch in six is a common phrase, the common ones more often."""
        text = self._draw(count)
        for place in range(0, count - 10, 36):
            phrase = self._phrases[int(_PHRASES * self._chance.random() ** 3)]
            text[place : place + len(phrase)] = phrase
        return text

    def prose(self, count: int) -> str:
        """Generated text of so many words."""
        return _prose(self.words(count))

    def _draw(self, count: int) -> np.ndarray:
        return self._words[np.searchsorted(self._cumulative, self._chance.random(count))]


def queries(corpus: Corpus, each: int, seed: int = 11) -> list[Query]:
    """``each`` copies of every kind, made from statements that are no templates."""
    chance = random.Random(seed)
    counts = Counter(run for text in corpus.statements for run in set(_runs(text)))
    sources = [n for n, text in enumerate(corpus.statements) if _is_source(text, counts)]
    made = []
    for kind in KINDS:
        for _ in range(each):
            number = chance.choice(sources)
            made.append(Query(kind, _EDITS[kind](corpus.statements[number], Tools(corpus, counts, chance)), number + 1))
    return made


# --- edits -------------------------------------------------------------------------------------------------------


class Tools(NamedTuple):
    """What an edit may use."""

    corpus: Corpus
    counts: Counter[int]
    chance: random.Random


def _sentences(text: str) -> list[str]:
    return [one for one in re.split(r"(?<=[.!?])\s+", text) if one.strip()]


def _verbatim(text: str, _: Tools) -> str:
    return text


def _abridged(text: str, tools: Tools) -> str:
    """A third of the sentences, in order."""
    sentences = _sentences(text)
    kept = sorted(tools.chance.sample(range(len(sentences)), max(len(sentences) // 3, 2)))
    return " ".join(sentences[n] for n in kept)


def _embedded(text: str, tools: Tools) -> str:
    return f"{tools.corpus.prose(400)}\n\n{' '.join(_sentences(text)[:12])}\n\n{tools.corpus.prose(200)}"


def _edited(text: str, share: float, tools: Tools) -> str:
    words = text.split()
    others = tools.corpus.words(len(words) + 11)
    done = []
    for place, word in enumerate(words):
        what = tools.chance.random()
        if what >= share:
            done.append(word)
        elif what >= share / 2:
            done.append(str(others[place]))
        elif what >= share / 4:
            done += [word, str(others[place])]
    return " ".join(done)


def _light(text: str, tools: Tools) -> str:
    return _edited(text, 0.04, tools)


def _heavy(text: str, tools: Tools) -> str:
    """Every fifth word: about a quarter of the five-word runs stay."""
    return _edited(text, 0.22, tools)


def _quoted(text: str, tools: Tools) -> str:
    """One to three sentences of at least 13 words, of which no other statement has most, in an article of their own."""
    own = [one for one in _sentences(text) if len(one.split()) >= 13 and _own_share(one, tools.counts) > 0.9]
    some = tools.chance.sample(own, min(tools.chance.randint(1, 3), len(own)))
    return " ".join(
        [tools.corpus.prose(180), *(f"“{one}” {tools.corpus.prose(40)}" for one in some), tools.corpus.prose(100)]
    )


def _reordered(text: str, tools: Tools) -> str:
    sentences = _sentences(text)
    parts = [sentences[start : start + 3] for start in range(0, len(sentences), 3)]
    tools.chance.shuffle(parts)
    return "\n\n".join(" ".join(part) for part in parts)


_EDITS: dict[str, Callable[[str, Tools], str]] = dict(
    zip(KINDS, (_verbatim, _abridged, _embedded, _light, _heavy, _quoted, _reordered), strict=True)
)


def _runs(text: str) -> list[int]:
    words = re.findall(r"\w+", text.lower())
    return [hash(tuple(words[n : n + 5])) for n in range(len(words) - 4)]


def _own_share(text: str, counts: Counter[int]) -> float:
    runs = _runs(text)
    return sum(counts[run] <= 1 for run in runs) / max(len(runs), 1)


def _is_source(text: str, counts: Counter[int]) -> bool:
    quotable = [one for one in _sentences(text) if len(one.split()) >= 13 and _own_share(one, counts) > 0.9]
    return len(text.split()) >= 120 and len(quotable) >= 3 and _own_share(text, counts) > _OWN


# --- words -------------------------------------------------------------------------------------------------------


def _vocabulary(texts: list[str]) -> list[str]:
    """The words of the statements by frequency, and no others: words of our own making would be rare nowhere but here,
    and a search by rare words would look for them in vain.
    """
    return [word for word, _ in Counter(re.findall(r"[a-z]+", " ".join(texts).lower())).most_common()]


def _prose(words: np.ndarray) -> str:
    """Sentences of some 17 words."""
    listed = words.tolist()
    for start in range(0, len(listed), 17):
        listed[start] = listed[start].capitalize()
        end = min(start + 16, len(listed) - 1)
        listed[end] += "."
    return " ".join(listed)
