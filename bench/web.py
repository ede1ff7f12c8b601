"""The pages over 100,000 documents and 50,000 links: how long each takes alone, and for 50 readers.

    python -m bench.web                        build, measure, delete
    python -m bench.web --db big.db            the same, and keep the database for the next time
    python -m bench.web --documents 5000 --seconds 5

``provenance serve`` runs in a process of its own on a free port of this machine. A page's time is from the request to
the last byte read over a kept connection: the server's time and about half a millisecond. The first request of a page
is shown apart: what is dear to count is remembered. First paint is Chromium's own figure. The 50 readers ask one page
after another without a pause; meanwhile another process writes captures.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from itertools import islice
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from bench.corpora import OUTLETS, Corpus, Document
from bench.dress import abridged
from bench.edits import number_times_ten, place_replaced
from scraper.model import Article, Capture, Comparison, Evidence, Link, OutletFacts
from scraper.read.urls import url_key
from scraper.store.captures import write_capture
from scraper.store.conclusions import write_links, write_verdict
from scraper.store.database import Store
from scraper.store.index import Index
from scraper.store.matches import write_match
from scraper.store.versions import write_article
from scraper.text.fingerprints import fingerprints, hashes_of_all
from scraper.trace.compare import compare

_FIRST = datetime(2021, 1, 1, tzinfo=UTC)
_AT_ONCE = 500
_METHOD = "bench/1"
_LARGE = (500, 200, 100, 100, 50, 50, 20)
"""Copies of the largest families; the others have one to eight."""
_HANDED_ON = 0.35
"""Share of copies that were taken from another copy."""


# --- the database ----------------------------------------------------------------------------------------------


class Copied(NamedTuple):
    """A text and what comparing it with its source answered."""

    text: str
    comparison: Comparison


def build(path: Path, size: int) -> None:
    """Half of the documents are originals, half are copies in families of all sizes, written through the store."""
    originals = Corpus(size // 2)
    chance = random.Random(5)
    families = _families(size - size // 2, chance)
    with Store.open(path) as store:
        index = Index(store.db.conn)
        rest = iter(originals)
        number = originals.size
        while some := list(islice(rest, _AT_ONCE)):
            with store.transaction():
                versions = _written(store, index, some)
                for one, version in zip(some, versions, strict=True):
                    copies = next(families, 0)
                    if copies:
                        _copy(store, index, (one, version), range(number + 1, number + 1 + copies), chance)
                        number += copies
        is_more = True
        while is_more:
            with store.transaction():
                is_more = index.merge_step()
        store.db.execute("ANALYZE")


def _families(copies: int, chance: random.Random) -> Iterator[int]:
    for large in _LARGE:
        if large < copies / 4:
            copies -= large
            yield large
    while copies > 0:
        some = min(chance.choice((0, 1, 1, 2, 3, 5, 8)), copies)
        copies -= some
        yield some


def _copy(
    store: Store, index: Index, source: tuple[Document, tuple[int, int]], numbers: range, chance: random.Random
) -> None:
    """A family: exact, abridged and altered copies; some are exact copies of another copy."""
    original, placed = source
    forms = _forms(original.text, chance)
    made: list[Copied] = []
    parents: list[int | None] = []
    for _ in numbers:
        parent = chance.randrange(len(made)) if made and chance.random() < _HANDED_ON else None
        made.append(chance.choice(forms) if parent is None else made[parent])
        parents.append(parent)
    documents = [
        Document(number, f"outlet{chance.randrange(OUTLETS)}", one.text)
        for number, one in zip(numbers, made, strict=True)
    ]
    written = _written(store, index, documents)
    for copied, one, parent in zip(written, made, parents, strict=True):
        if parent is None:
            _link(store, copied, placed, one.comparison, chance)
        else:
            _link(store, copied, written[parent], forms[0].comparison, chance)


def _forms(text: str, chance: random.Random) -> list[Copied]:
    made = [text, *(form for form in (abridged(text, chance), _altered(text, chance)) if form)]
    return [Copied(one, compare(one, text, language="en")) for one in made]


def _altered(text: str, chance: random.Random) -> str | None:
    edit = number_times_ten(text, chance) or place_replaced(text, chance)
    return edit.text if edit else None


def _link(
    store: Store, copied: tuple[int, int], source: tuple[int, int], found: Comparison, chance: random.Random
) -> None:
    is_credited = chance.random() < 0.5
    reasons = [Evidence(kind="coverage", words=f"{found.coverage:.0%} of its words", weight=1.0)]
    reasons += [Evidence(kind="credit", words="(bench)", weight=1.0)] * is_credited
    link = Link(copy_id=copied[0], source_id=source[0], relation="copy", confidence=0.95, evidence=tuple(reasons))
    [link_id, *_] = write_links(store, copied[0], [link], _METHOD)
    write_match(store, copied[1], source[1], found, _METHOD)
    write_verdict(store, link_id, found, _METHOD, compared=(copied[1], source[1]))


def _written(store: Store, index: Index, some: list[Document]) -> list[tuple[int, int]]:
    """Document and version ids of documents that were captured and read."""
    hashes = hashes_of_all([one.text for one in some], language="en")
    ids = [_write(store, one, len(words)) for one, words in zip(some, hashes, strict=True)]
    index.add_many(zip((version for _, version in ids), fingerprints(hashes), strict=True))
    return ids


def _write(store: Store, one: Document, words: int) -> tuple[int, int]:
    at = (_FIRST + timedelta(minutes=25 * (one.number % 1_000_000))).strftime("%Y-%m-%dT%H:%M:%SZ")
    url = f"https://{one.outlet}.example/{one.number}"
    capture = Capture(requested_url=url, url=url, captured_at=at, body=url.encode(), how="import")
    facts = OutletFacts(id=one.outlet, title=one.outlet.title(), kind="newspaper")
    written = write_capture(store, capture, key=url_key(url), outlet=facts)
    article = Article(title=one.text[:60], text=one.text, published_at=at, language="en", reader=_METHOD)
    version = write_article(store, written.capture_id, article, words=words).version_id
    return written.document_id, version


# --- the pages -------------------------------------------------------------------------------------------------


@contextmanager
def served(path: Path) -> Iterator[int]:
    """The port of ``provenance serve`` over a database, in a process of its own."""
    command = [Path(sys.executable).with_name("provenance"), "--db", str(path), "serve", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        found = None
        for line in server.stderr:
            if found := re.search(r"127\.0\.0\.1:(\d+)", line):
                break
        assert found is not None, "the server said no address"
        try:
            yield int(found[1])
        finally:
            server.terminate()


def pages(path: Path) -> dict[str, str]:
    """Name -> address, one of each kind, of the largest family where there is a choice."""
    with Store.open(path, read_only=True) as store:
        most = store.row(
            "SELECT source_id, count(*) AS copies FROM links WHERE superseded_at IS NULL "
            "GROUP BY source_id ORDER BY copies DESC LIMIT 1"
        )
        mid = store.row(
            "SELECT source_id, count(*) AS copies FROM links WHERE superseded_at IS NULL "
            "GROUP BY source_id HAVING copies BETWEEN 3 AND 8 ORDER BY source_id LIMIT 1"
        )
        altered = store.value("SELECT max(link_id) FROM verdicts WHERE label = 'altered'")
        copied = store.row("SELECT url, text FROM documents JOIN versions ON document_id = documents.id LIMIT 1")
    assert most is not None
    assert mid is not None
    assert copied is not None
    words = " ".join(copied["text"].split()[:60])
    return {
        "front": "/",
        "check, an address": f"/check?address={quote(copied['url'], safe='')}",
        "check, a text of 60 words": f"/check?text={quote(words, safe='')}",
        "documents": "/documents",
        "document": f"/documents/{mid['source_id']}",
        f"document with {most['copies']} copies": f"/documents/{most['source_id']}",
        "links": "/links",
        "links, altered": "/links?verdict=altered",
        "links, names no source": "/links?credit=not-named",
        "links, one outlet": "/links?outlet=outlet7",
        "links, a kind": "/links?kind=number",
        "comparison": f"/links/{altered}",
        "comparison, only differences": f"/links/{altered}?only=differences",
        "report": f"/links/{altered}/report.html",
        "chains": "/chains",
        f"chain, {mid['copies']} copies": f"/chains/{mid['source_id']}",
        f"chain, {most['copies']} copies": f"/chains/{most['source_id']}",
        "alterations": "/alterations",
        "outlets": "/outlets",
        "outlet": "/outlets/outlet7",
        "search, two words": "/search?q=minister+region",
        "search, a rare phrase": f"/search?q={quote(' '.join(words.split()[:3]))}",
        "search, a common word": "/search?q=the",
        "health": "/health",
        "glossary": "/glossary",
        "feed of alterations": "/feeds/alterations.atom",
    }


def times(port: int, address: str, times_asked: int) -> list[float]:
    """Milliseconds of the first request and of each one after it, over one connection."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    took = []
    for _ in range(times_asked + 1):
        start = time.perf_counter()
        connection.request("GET", address)
        answer = connection.getresponse()
        answer.read()
        took.append(1000 * (time.perf_counter() - start))
        assert answer.status in (200, 302), f"{address}: {answer.status}"
    connection.close()
    return took


def measure(port: int, wanted: dict[str, str], rounds: int) -> None:
    print(f"\n{'page':34} {'first':>8} {'median':>8} {'p95':>8}  ms")
    for name, address in wanted.items():
        first, *rest = times(port, address, rounds)
        rest.sort()
        print(f"{name:34} {first:8.1f} {statistics.median(rest):8.1f} {rest[int(0.95 * (len(rest) - 1))]:8.1f}")


def crowd(path: Path, port: int, wanted: dict[str, str], readers: int, seconds: float) -> None:
    """So many readers at once, each asking for a random page after the other, while captures are written."""
    answers: Counter[str] = Counter()
    took: list[float] = []
    until = time.monotonic() + seconds
    lock = threading.Lock()

    def read(number: int) -> None:
        chance = random.Random(number)
        addresses = list(wanted.values())
        while time.monotonic() < until:
            start = time.perf_counter()
            try:
                connection = HTTPConnection("127.0.0.1", port, timeout=120)
                connection.request("GET", chance.choice(addresses))
                answer = connection.getresponse()
                answer.read()
                said = str(answer.status)
                connection.close()
            except OSError as error:
                said = type(error).__name__
            with lock:
                answers[said] += 1
                took.append(1000 * (time.perf_counter() - start))

    with subprocess.Popen(
        [sys.executable, "-m", "bench.web", "--write", str(path), "--seconds", str(seconds)]
    ) as writer:
        threads = [threading.Thread(target=read, args=(number,)) for number in range(readers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    took.sort()
    said = ", ".join(f"{count} × {what}" for what, count in sorted(answers.items()))
    print(f"\n{readers} readers for {seconds:.0f} s while captures were written: {said};")
    slow = took[int(0.95 * (len(took) - 1))]
    print(f"median {statistics.median(took):.0f} ms, p95 {slow:.0f} ms; the writer ended with {writer.returncode}")


def write(path: Path, seconds: float) -> None:
    """Write captures with texts of their own, one transaction each, about thirty in a second."""
    until = time.monotonic() + seconds
    first = number = 10_000_000 + int(time.time())
    with Store.open(path) as store:
        while time.monotonic() < until:
            number += 1
            text = " ".join(f"word{number * place % 9973}" for place in range(200))
            with store.transaction():
                _write(store, Document(number, "outlet7", text), 200)
            time.sleep(0.03)
    print(f"{number - first:,} captures were written meanwhile", flush=True)


def paint(port: int, wanted: dict[str, str]) -> None:
    """Chromium's first contentful paint of some pages, median of five."""
    browser_path = shutil.which("chromium")
    if browser_path is None:
        print("\nfirst paint: no chromium here")
        return
    from playwright.sync_api import sync_playwright

    print(f"\n{'first contentful paint':34} {'median':>8}  ms")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox", "--disable-gpu"])
        for name in ("front", "comparison", "outlets"):
            shown = []
            for _ in range(5):
                page = browser.new_page()
                page.goto(f"http://127.0.0.1:{port}{wanted[name]}", wait_until="load")
                page.wait_for_timeout(300)
                shown.append(page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime"))
                page.close()
            print(f"{name:34} {statistics.median(shown):8.0f}")
        browser.close()


def main(arguments: Sequence[str] | None = None) -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--documents", type=int, default=100_000)
    asked.add_argument("--db", type=Path)
    asked.add_argument("--rounds", type=int, default=30)
    asked.add_argument("--readers", type=int, default=50)
    asked.add_argument("--seconds", type=float, default=60)
    asked.add_argument("--write", type=Path, help=argparse.SUPPRESS)
    given = asked.parse_args(arguments)
    if given.write:
        write(given.write, given.seconds)
        return 0
    with tempfile.TemporaryDirectory(prefix="bench-web-") as place:
        path = given.db or Path(place) / "web.db"
        if not path.exists():
            start = time.monotonic()
            build(path, given.documents)
            print(f"{given.documents:,} documents written in {time.monotonic() - start:.0f} s")
        with Store.open(path, read_only=True) as store:
            links = store.value("SELECT count(*) FROM links WHERE superseded_at IS NULL")
            held = store.value("SELECT count(*) FROM documents")
        print(
            f"{held:,} documents, {links:,} links, {path.stat().st_size / 1e6:,.0f} MB; load {os.getloadavg()[0]:.1f}"
        )
        wanted = pages(path)
        with served(path) as port:
            measure(port, wanted, given.rounds)
            paint(port, wanted)
            crowd(path, port, wanted, given.readers, given.seconds)
        return 0


if __name__ == "__main__":
    sys.exit(main())
