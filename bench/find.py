"""Finding copies side by side: datasketch, rensa, SQLite FTS5 and ours on the same corpora, in one run.

    python -m bench.find                    10,000 documents, all methods
    python -m bench.find 10000 100000       and the growth between sizes
    python -m bench.find 1000000 --ours     ours only
    python -m bench.find --kills 100        kill the writer a hundred times, look at what is left

Recall is "found at any rank / in the first ten". Times are CPU time, medians and 95th percentiles; the machine may be
shared, so that of each query the best of three times is taken, after it was asked once before. Files are written to a
temporary folder and deleted; with ``--folder`` those of ours are kept there, and used again if they are there.
"""

from __future__ import annotations

import argparse
import difflib
import json
import os
import platform
import resource
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from typing import NamedTuple, TypeVar

import cydifflib

from bench.corpora import KINDS, Corpus, Document, Query, queries
from bench.killed import kill_often
from bench.methods import IN_MEMORY, Datasketch, FullText, Method, Ours, Rensa, words
from scraper.store.finding import find
from scraper.text.fingerprints import fingerprint, fingerprints, hashes_of, hashes_of_all
from scraper.text.shingles import word_hashes

T = TypeVar("T")
_AT_ONCE = 2048
_ROUNDS = 3
_SPEEDS = "built.json"
_DEATHS_OF_A_FILE = 20
"""Kills before a new file is begun: looking at what is left takes longer the more there is."""


class Row(NamedTuple):
    """What was measured of one method."""

    name: str
    recall: dict[str, tuple[float, float]]
    median: float
    late: float
    built: float
    size: str


def portions(corpus: Corpus) -> Iterator[list[Document]]:
    rest = iter(corpus)
    while some := list(islice(rest, _AT_ONCE)):
        yield some


def built(methods: Sequence[Method], corpus: Corpus) -> dict[str, float]:
    """Let every method take in the corpus; documents a second of CPU time."""
    spent = dict.fromkeys((method.name for method in methods), 0.0)
    for some in portions(corpus):
        for method in methods:
            start = time.process_time()
            method.take_in(some)
            spent[method.name] += time.process_time() - start
    return {name: corpus.size / seconds for name, seconds in spent.items()}


def timed(call: Callable[[str], list[int]], asked: Sequence[Query]) -> tuple[list[list[int]], list[float]]:
    """Answers and milliseconds: of each query the best of three times, after it was asked once."""
    answers = [call(query.text) for query in asked]
    rounds = [[1000 * _seconds(lambda query=query: call(query.text)) for query in asked] for _ in range(_ROUNDS)]
    return answers, [min(times) for times in zip(*rounds, strict=True)]


def recall(answers: Sequence[list[int]], asked: Sequence[Query]) -> dict[str, tuple[float, float]]:
    """By kind: found at any rank, found among the first ten."""
    found: dict[str, list[tuple[bool, bool]]] = {kind: [] for kind in KINDS}
    for answer, query in zip(answers, asked, strict=True):
        found[query.kind].append((query.source in answer, query.source in answer[:10]))
    return {
        kind: tuple(statistics.mean(column) for column in zip(*pairs, strict=True)) for kind, pairs in found.items()
    }


def late(times: Sequence[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def show(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    print(f"\n## {title}\n\n| " + " | ".join(head) + " |\n|" + "---|" * len(head))
    for row in rows:
        print("| " + " | ".join(row) + " |")


def retrieval_row(
    name: str, call: Callable[[str], list[int]], asked: Sequence[Query], made: float, size: str
) -> list[str]:
    answers, times = timed(call, asked)
    shares = recall(answers, asked)
    cells = [f"{anywhere:.2f}/{ten:.2f}" if anywhere != ten else f"{ten:.3g}" for anywhere, ten in shares.values()]
    return [name, *cells, f"{statistics.median(times):.2f}", f"{late(times):.2f}", f"{made:,.0f}", size]


def measure(size: int, *, each: int, ours_only: bool, kept: Path | None) -> dict[str, float]:
    """All tables of one size; the figures of growth."""
    with folder(kept and kept / str(size)) as place:
        corpus = Corpus(size)
        ours = Ours(place)
        methods: list[Method] = [ours] if ours_only else [Datasketch(), Rensa(), FullText(place), ours]
        speeds = _made_before(place, ours) if ours_only else None
        if speeds is None:
            speeds = built(methods, corpus)
            (place / _SPEEDS).write_text(json.dumps({"size": size, "speed": speeds[ours.name]}), "utf-8")
        asked = queries(corpus, each)
        rows = []
        for method in methods[:-1]:
            rows.append(retrieval_row(method.name, method.ask, asked, speeds[method.name], method.bytes_each()))
        growth = {"bulk docs/s": speeds[ours.name], "bytes/doc": float(ours.bytes_each().replace(",", ""))}
        for name, memory in (
            ("ours, read from disk", 0),
            ("ours, within 300 MB", 300_000_000),
            (ours.name, IN_MEMORY),
        ):
            ours.index = ours.reader(memory)
            if memory == IN_MEMORY:
                ours.index.load()
            rows.append(retrieval_row(name, ours.ask, asked, speeds[ours.name], ours.bytes_each()))
            growth[f"{name.removeprefix('ours, ')}: ms"] = float(rows[-1][-4])
        head = ("method", *KINDS, "query ms", "p95", "build docs/s (CPU)", "bytes/doc")
        show(f"{size:,} documents: recall at any rank / in the first ten", head, rows)
        growth |= full_matches(ours, None if ours_only else methods[2], asked, size)
        wrong = wrong_candidates(ours, asked)
        growth["wrong candidates"] = statistics.mean(wrong)
        print(
            f"\nWrong candidates that reach the alignment: {statistics.mean(wrong):.1f} a query, at most {max(wrong)}."
        )
        growth["one commit a document: docs/s"] = singly(corpus)
        growth["peak memory MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        return growth


def _made_before(place: Path, ours: Ours) -> dict[str, float] | None:
    """What was measured when the files that lie in ``place`` were made, if they do."""
    if not (place / _SPEEDS).exists():
        return None
    made = json.loads((place / _SPEEDS).read_text("utf-8"))
    ours.taken = made["size"]
    return {ours.name: made["speed"]}


def full_matches(ours: Ours, peer: FullText | None, asked: Sequence[Query], size: int) -> dict[str, float]:
    answers, times = timed(ours.full_match, asked)
    own = statistics.median(times)
    rows = [["ours", f"{own:.2f}", f"{late(times):.2f}", f"{_share(answers, asked):.3f}", "1"]]
    if peer is not None:
        some = asked[:: max(1, len(asked) // 70)]
        for name, matcher in (("FTS5 + cydifflib", cydifflib), ("FTS5 + difflib", difflib)):
            answers, times = timed(lambda text, m=matcher: peer.full_match(text, _blocks(m)), some)
            median = statistics.median(times)
            rows.append(
                [name, f"{median:.2f}", f"{late(times):.2f}", f"{_share(answers, some):.3f}", f"{median / own:.1f}"]
            )
    show(f"{size:,} documents: full match, aligned", ("method", "ms", "p95", "recall, first ten", "times ours"), rows)
    return {"full match ms": own}


def _share(answers: Sequence[list[int]], asked: Sequence[Query]) -> float:
    return statistics.mean(query.source in answer[:10] for answer, query in zip(answers, asked, strict=True))


def _blocks(module: object) -> Callable[[list[str], list[str]], object]:
    return lambda one, other: module.SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()


def wrong_candidates(ours: Ours, asked: Sequence[Query]) -> list[int]:
    """Candidates of each query whose words share no passage with it."""
    counts = []
    for query in asked:
        proposed = ours.index.candidates(hashes_of(query.text, language="en"), 40)
        kept = {one.version_id for one in find(ours.index, query.text, language="en", limit=40)}
        counts.append(sum(one.version_id not in kept for one in proposed))
    return counts


def singly(corpus: Corpus, count: int = 4000) -> float:
    """Documents a second of CPU time, each in a commit of its own."""
    with folder() as place:
        return _singly(place, corpus, count)


def _singly(place: Path, corpus: Corpus, count: int) -> float:
    fresh = Ours(place)
    documents = list(islice(iter(corpus), count))
    hashes_of_all([one.text for one in documents], language="en")
    start = time.process_time()
    fresh.take_in_singly(documents)
    return len(documents) / (time.process_time() - start)


def fingerprinting(count: int = 1500) -> None:
    """Fingerprints of texts, and of words already parted, which is all that the peers do of it themselves."""
    texts = Corpus(count).statements
    minhash, rminhash = Datasketch().made, Rensa().made
    from_texts: dict[str, Callable[[list[str]], object]] = {
        "datasketch": lambda some: [minhash(words(text)) for text in some],
        "rensa": lambda some: [rminhash(words(text)) for text in some],
        "ours, one at a time": lambda some: [fingerprint(hashes_of(text, language="en")) for text in some],
        "ours, side by side": lambda some: fingerprints(hashes_of_all(some, language="en")),
    }
    from_words: dict[str, Callable[[list[list[str]]], object]] = {
        "datasketch": lambda some: [minhash(one) for one in some],
        "rensa": lambda some: [rminhash(one) for one in some],
        "ours, one at a time": lambda some: [fingerprint(word_hashes(one)) for one in some],
        "ours, side by side": lambda some: fingerprints([word_hashes(one) for one in some]),
    }
    _show_speeds("Fingerprinting from the text", from_texts, texts)
    _show_speeds("Fingerprinting from its words", from_words, [words(text) for text in texts])


def _show_speeds(title: str, calls: Mapping[str, Callable[[list[T]], object]], given: Sequence[T]) -> None:
    """Each hundred is done by all of them in turn, several times over, and the best time of each taken."""
    spent = dict.fromkeys(calls, 0.0)
    for start in range(0, len(given), 100):
        some = list(given[start : start + 100])
        rounds = [{name: _seconds(partial(call, some)) for name, call in calls.items()} for _ in range(4)]
        for name in calls:
            spent[name] += min(one[name] for one in rounds)
    rows = [
        [name, f"{len(given) / own:,.0f}", f"{spent['datasketch'] / own:.1f}", f"{spent['rensa'] / own:.1f}"]
        for name, own in spent.items()
    ]
    show(title, ("method", "documents/s (CPU)", "times datasketch", "times rensa"), rows)


def _seconds(call: Callable[[], object]) -> float:
    start = time.process_time()
    call()
    return time.process_time() - start


def kills(times: int) -> int:
    """Kill and look; how many times anything was wrong."""
    deaths = []
    for first in range(0, times, _DEATHS_OF_A_FILE):
        with folder() as place:
            some = min(_DEATHS_OF_A_FILE, times - first)
            deaths += kill_often(place / "provenance.db", some, seed=first + 1)
    bad = [one for one in deaths if one.complaints or one.lost or one.stored < one.acknowledged]
    merging = sum(one.merges_under_way > 0 for one in deaths)
    most = max(one.stored for one in deaths)
    print(f"Killed {times} times ({merging} with a merge under way), up to {most:,} versions:")
    print("nothing lost, nothing to complain of." if not bad else f"{len(bad)} times something was wrong: {bad[0]}")
    return len(bad)


@contextmanager
def folder(kept: Path | None = None) -> Iterator[Path]:
    """A folder that is deleted afterwards, or the one to be kept."""
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept
        return
    place = Path(tempfile.mkdtemp(prefix="bench-find-"))
    try:
        yield place
    finally:
        shutil.rmtree(place)


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("sizes", nargs="*", type=int, default=[10_000])
    asked.add_argument("--ours", action="store_true", help="leave the peers out")
    asked.add_argument("--each", type=int, default=60, help="queries of each kind")
    asked.add_argument("--kills", type=int, default=0)
    asked.add_argument("--folder", type=Path, help="keep our files here, and use those that are here")
    given = asked.parse_args()
    if given.kills:
        return min(kills(given.kills), 1)
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    if not given.ours:
        fingerprinting()
    growths = {size: measure(size, each=given.each, ours_only=given.ours, kept=given.folder) for size in given.sizes}
    names = list(next(iter(growths.values())))
    rows = [[name, *(f"{growths[size][name]:,.2f}" for size in growths)] for name in names]
    show("Ours as the corpus grows", ("measure", *(f"{size:,}" for size in growths)), rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
