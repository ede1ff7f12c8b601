"""Alignment side by side: ours, difflib, cydifflib and rapidfuzz on the same pairs, in one run.

    .venv/bin/python bench/compare.py [--pairs 24] [--seed 1]

Prints, for statements of 200 to 1,500 words and for 1,000 against 1,500 words, the F1 of word pairs against the exact
truth and the time per pair, both by kind of edit, and its median and 95th percentile; then the whole comparison of
statements with six scattered edits beside difflib's matching alone, at first sight and again; then the inputs that
break quadratic methods.
Times are of the processor; pairs of times are taken one right after the other, so that their ratio holds on a busy
machine.
"""

from __future__ import annotations

import argparse
import difflib
import random
import re
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
    """Milliseconds of the processor, the best of a few."""
    best = float("inf")
    for _ in range(times):
        start = time.process_time()
        call()
        best = min(best, time.process_time() - start)
    return best * 1000


def spread(times: list[float]) -> tuple[float, float]:
    """Median and 95th percentile."""
    return statistics.median(times), statistics.quantiles(times, n=20)[-1]


def _row(name: str, cells: Iterable[str]) -> None:
    print(f"{name:40}" + "".join(f"{cell:>18}" for cell in cells))


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
        timed(lambda p=p: [words_of(w.text, language="en") for w in (p.copy, p.source)]) for p in pairs
    ]
    calls["compare, all of it"] = [timed(lambda p=p: compare(p.copy.text, p.source.text, language="en")) for p in pairs]
    _row("median ms", KINDS)
    for name, times in calls.items():
        by_kind = {kind: [time for time, pair in zip(times, pairs, strict=True) if pair.kind == kind] for kind in KINDS}
        _row(name, (f"{statistics.median(by_kind[kind]):.3f}" for kind in KINDS))
    print()
    base = spread(calls["difflib, autojunk off"])
    _row("time", ("median ms", "p95 ms", "difflib / it", "of the p95"))
    for name, times in calls.items():
        own = spread(times)
        _row(name, (f"{own[0]:.3f}", f"{own[1]:.3f}", f"{base[0] / own[0]:.1f}", f"{base[1] / own[1]:.1f}"))


def scattered(text: str, texts: list[str], chance: random.Random) -> str:
    """``text`` with six words replaced, left out or followed by another, far apart."""
    parts = re.split(r"(\s+)", text)
    other = chance.choice(texts).split()
    for at in chance.sample(range(0, len(parts), 2), 6):
        parts[at] = chance.choice((chance.choice(other), "", f"{parts[at]} {chance.choice(other)}"))
    return "".join(parts)


def whole_comparison(texts: list[str], chance: random.Random, count: int) -> None:
    """All of ``compare`` beside difflib's matching alone, pair by pair."""
    print(f"\n## All of compare, statements with six scattered edits: {count} pairs\n")
    _row("", ("median ms", "p95 ms", "difflib / it", "of the p95"))
    pairs = [(scattered(text, texts, chance), text) for text in chance.sample(texts, count)]
    for again in (False, True):
        times: dict[str, list[float]] = {"difflib's matching alone": [], "alignment alone": [], "compare": []}
        for copy, source in pairs:
            times["compare"].append(timed(lambda c=copy, s=source: compare(c, s), 3 if again else 1))
            words = words_of(copy, language="en"), words_of(source, language="en")
            times["difflib's matching alone"].append(timed(lambda w=words: _difflib(*w), 3 if again else 1))
            times["alignment alone"].append(timed(lambda w=words: align(*w), 3 if again else 1))
        base = spread(times["difflib's matching alone"])
        for name, taken in times.items():
            own = spread(taken)
            row = f"{own[0]:.3f}", f"{own[1]:.3f}", f"{base[0] / own[0]:.2f}", f"{base[1] / own[1]:.2f}"
            _row(name + (", best of 3" if again else ", first sight"), row)


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
    """Align and compare one hard pair and print seconds and peak memory; run in a process of its own."""
    texts = WORST[name]()
    copy, source = (words_of(text, language="en") for text in texts)
    start = time.process_time()
    aligned = align(copy, source)
    alone = time.process_time() - start
    start = time.process_time()
    label = compare(*texts, language="en").label
    whole = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    shared = sum(run.length for passage in aligned.passages for run in passage.runs)
    _row(name, (f"{alone:.2f} s", f"{whole:.2f} s", f"{peak:.0f} MB", f"{shared} words", label))


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
    whole_comparison(texts, chance, min(len(texts), 6 * given.pairs))
    print("\n## Hard pairs (peak memory of the whole process)\n")
    _row("", ("alignment alone", "all of compare", "peak memory", "shared", "label"))
    sys.stdout.flush()
    for name in WORST:
        subprocess.run([sys.executable, __file__, "--worst", name], check=True)


if __name__ == "__main__":
    main()
