"""Alignment side by side: ours, difflib, cydifflib and rapidfuzz on the same pairs, in one run.

    .venv/bin/python bench/compare.py [--pairs 24] [--seed 1]

Prints, for statements of 200 to 1,500 words and for 1,000 against 1,500 words, the F1 of word pairs against the exact
truth by kind of edit, and the time per pair (median, 95th percentile); then the inputs that break quadratic methods.
"""

from __future__ import annotations

import argparse
import difflib
import random
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import cydifflib
from rapidfuzz.distance import LCSseq

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.planted import KINDS, Planted, planted, statements
from scraper import compare
from scraper.text.align import align
from scraper.text.words import Words, words_of

Blocks = Iterable[tuple[int, int, int]]


def _difflib(copy: Words, source: Words) -> Blocks:
    return difflib.SequenceMatcher(None, copy.keys, source.keys, autojunk=False).get_matching_blocks()


def _cydifflib(copy: Words, source: Words) -> Blocks:
    return cydifflib.SequenceMatcher(None, copy.keys, source.keys, autojunk=False).get_matching_blocks()


def _rapidfuzz(copy: Words, source: Words) -> Blocks:
    blocks = LCSseq.editops(copy.keys, source.keys).as_matching_blocks()
    return ((block.a, block.b, block.size) for block in blocks)


def _ours(copy: Words, source: Words) -> Blocks:
    return (run for passage in align(copy, source).passages for run in passage.runs)


METHODS: dict[str, Callable[[Words, Words], Blocks]] = {
    "difflib, autojunk off": _difflib,
    "cydifflib": _cydifflib,
    "rapidfuzz Indel": _rapidfuzz,
    "anchor tiling (ours)": _ours,
}


def f1(blocks: Blocks, truth: frozenset[tuple[int, int]]) -> float:
    """F1 of word pairs; 1 if there are none on either side."""
    found = {(c + k, s + k) for c, s, length in blocks for k in range(length)}
    return 2 * len(found & truth) / (len(found) + len(truth)) if found or truth else 1.0


def timed(call: Callable[[], object], times: int = 3) -> float:
    """Milliseconds, the best of a few."""
    best = float("inf")
    for _ in range(times):
        start = time.perf_counter()
        call()
        best = min(best, time.perf_counter() - start)
    return best * 1000


def _row(name: str, cells: Iterable[str]) -> None:
    print(f"{name:32}" + "".join(f"{cell:>18}" for cell in cells))


def side_by_side(title: str, pairs: list[Planted]) -> None:
    """The tables of one set of pairs."""
    print(f"\n## {title}: {len(pairs)} pairs\n")
    _row("word-pair F1", KINDS)
    for name, method in METHODS.items():
        scores = {kind: [f1(method(p.copy, p.source), p.pairs) for p in pairs if p.kind == kind] for kind in KINDS}
        _row(name, (f"{statistics.mean(scores[kind]):.4f}" for kind in KINDS))
    print()
    calls = {name: [timed(lambda m=m, p=p: list(m(p.copy, p.source))) for p in pairs] for name, m in METHODS.items()}
    calls["words of both texts"] = [
        timed(lambda p=p: [words_of(w.text, language="en").hashes for w in (p.copy, p.source)]) for p in pairs
    ]
    calls["compare, all of it"] = [timed(lambda p=p: compare(p.copy.text, p.source.text, language="en")) for p in pairs]
    base = statistics.median(calls["difflib, autojunk off"])
    _row("time", ("median ms", "p95 ms", "difflib / it"))
    for name, times in calls.items():
        median = statistics.median(times)
        _row(name, (f"{median:.3f}", f"{statistics.quantiles(times, n=20)[-1]:.3f}", f"{base / median:.1f}"))


_LETTERS = str.maketrans("0123456789", "abcdefghij")


def _random_words(count: int, seed: int) -> str:
    chance = random.Random(seed)
    numbers = (int(chance.paretovariate(0.7)) % 50_000 for _ in range(count))
    return " ".join(f"w{number}".translate(_LETTERS) for number in numbers)


def _edited_words(text: str) -> str:
    return " ".join(word if at % 50 else "other" for at, word in enumerate(text.split()))


_LONG = 200_000
WORST: dict[str, Callable[[], tuple[str, str]]] = {
    "200,000 words, 2 % edited": lambda: (_edited_words(_random_words(_LONG, 1)), _random_words(_LONG, 1)),
    "200,000 words, nothing shared": lambda: (_random_words(_LONG, 1).replace("w", "z"), _random_words(_LONG, 2)),
    "200,000 of 8 words, at random": lambda: tuple(
        " ".join(random.Random(seed).choices("abcdefgh", k=_LONG)) for seed in (1, 2)
    ),
    "one word 100,000 times, itself": lambda: ("word " * 100_000, "word " * 100_000),
    "one word 100,000 times, a variant": lambda: ("word " * 100_000, "word " * 50_000 + "not " + "word " * 49_000),
    "three words in turn": lambda: ("one two three " * 66_000, "two one three " + "one two three " * 66_000),
}


def one_worst(name: str) -> None:
    """Align one hard pair and print seconds and peak memory; run in a process of its own."""
    copy, source = (words_of(text) for text in WORST[name]())
    start = time.perf_counter()
    aligned = align(copy, source)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    shared = sum(run.length for passage in aligned.passages for run in passage.runs)
    print(f"{name:36}{seconds:>8.2f} s{peak:>8.0f} MB{len(aligned.passages):>8} passages{shared:>10} words")


def main() -> None:
    """Print everything, or one hard pair."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--pairs", type=int, default=24, help="pairs per kind")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--worst", choices=WORST, help="one hard pair only")
    given = arguments.parse_args()
    if given.worst:
        one_worst(given.worst)
        return
    texts = statements()
    chance = random.Random(given.seed)
    side_by_side(
        "Statements of 200 to 1,500 words", [planted(texts, kind, chance) for kind in KINDS for _ in range(given.pairs)]
    )
    side_by_side(
        "1,000 against 1,500 words",
        [planted(texts, kind, chance, cut_to=1000, pad_to=1500) for kind in KINDS for _ in range(given.pairs)],
    )
    print("\n## Hard pairs (alignment alone; peak memory of the whole process)\n", flush=True)
    for name in WORST:
        subprocess.run([sys.executable, __file__, "--worst", name], check=True)


if __name__ == "__main__":
    main()
