"""``provenance link --all`` over a database of many documents: speed, memory, and a kill in the middle.

    python -m bench.link 10000              documents a second, peak memory, seconds of processor time
    python -m bench.link 2000 --kills 5     and the links of a linker that was killed and started again

The documents are those of ``bench.corpora``: real statements, generated text, and one copy of some kind in every ten.
Linking runs in a process of its own, with a matcher for each core. Times are by the clock, beside them those of all
processors together (the machine may be shared). Files are written to a temporary folder and deleted.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import resource
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import islice
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from bench.corpora import KINDS, OUTLETS, STATEMENTS, Corpus, Document, Query, queries
from scraper.linking import link
from scraper.model import Article, Capture, Citation, OutletFacts
from scraper.read.urls import url_key
from scraper.reading_pool import cores
from scraper.store.captures import write_capture
from scraper.store.database import Store
from scraper.store.index import Index
from scraper.store.versions import write_article
from scraper.text.fingerprints import fingerprints, hashes_of_all

_COPIES = 10
"""One document in so many is a copy."""
_AT_ONCE = 1000
_FIRST = datetime(2021, 1, 20, tzinfo=UTC)
_MINUTES = 5 * 365 * 24 * 60
"""The years of the statements."""
_STANDING = """
    SELECT copy_id, source_id, relation, rank, round(confidence, 6), compared_with, label, verdicts.reason
    FROM links LEFT JOIN verdicts ON verdicts.link_id = links.id AND verdicts.superseded_at IS NULL
    WHERE links.superseded_at IS NULL ORDER BY 1, 2, 6
"""


class Page(NamedTuple):
    """One document to be: whose it is, when it appeared, and the outlet that it names as its source."""

    at: str
    """A day for statements, as their issuer gives it, a moment for all others."""
    outlet: OutletFacts
    title: str
    text: str
    source: str | None = None


def pages(size: int) -> list[Page]:
    """The corpus and the copies, in the order in which they appeared.

    Statements have their own days and issuers, generated texts any day of the same years. A copy appears hours or days
    after its statement, at any outlet but that one's, mostly under the same headline; every other one names its source.
    """
    chance = random.Random(3)
    corpus = Corpus(size - size // _COPIES)
    with gzip.open(STATEMENTS, "rt", encoding="utf-8") as lines:
        real = [json.loads(line) for line in lines][: len(corpus.statements)]
    issued = [Page(row["date"], _issuer(row["url"]), row["title"], row["text"]) for row in real]
    made = [_generated(one, chance) for one in corpus if one.number > len(issued)]
    asked = queries(corpus, 1 + size // _COPIES // len(KINDS))
    chance.shuffle(asked)
    copies = [_copied(one, issued[one.source - 1], chance) for one in asked[: size - corpus.size]]
    return sorted([*issued, *made, *copies], key=lambda page: page.at)


def _issuer(url: str) -> OutletFacts:
    host = urlsplit(url).netloc
    return OutletFacts(id=host.replace(".", "_"), title=host, kind="issuer", domains=(host,))


def _generated(one: Document, chance: random.Random) -> Page:
    at = _FIRST + timedelta(minutes=chance.randrange(_MINUTES))
    return Page(f"{at:%Y-%m-%dT%H:%M:%SZ}", _newspaper(one.outlet), one.text[:60], one.text)


def _copied(copy: Query, source: Page, chance: random.Random) -> Page:
    at = datetime.fromisoformat(source.at) + timedelta(hours=8 + chance.expovariate(1 / 30))
    outlet = _newspaper(f"outlet{chance.randrange(OUTLETS)}")
    title = source.title if chance.random() < 0.6 else copy.text[:60]
    named = source.outlet.title if chance.random() < 0.5 else None
    return Page(f"{at:%Y-%m-%dT%H:%M:%SZ}", outlet, title, copy.text, named)


def _newspaper(name: str) -> OutletFacts:
    return OutletFacts(id=name, title=name.title(), kind="newspaper")


def build(path: Path, size: int) -> None:
    """Through the store, as a crawl does it: captures, versions and their fingerprints."""
    rest = enumerate(pages(size), 1)
    with Store.open(path) as store:
        index = Index(store.db.conn)
        while some := list(islice(rest, _AT_ONCE)):
            hashes = hashes_of_all([page.text for _, page in some], language="en")
            with store.transaction():
                ids = [
                    _write(store, number, page, len(words)) for (number, page), words in zip(some, hashes, strict=True)
                ]
                index.add_many(zip(ids, fingerprints(hashes), strict=True))
            _merge(store, index)


def _write(store: Store, number: int, page: Page, words: int) -> int:
    url = f"https://{page.outlet.domains[0] if page.outlet.domains else f'{page.outlet.id}.example'}/{number}"
    seen = f"{page.at[:10]}T23:59:59Z"
    capture = Capture(requested_url=url, url=url, captured_at=seen, body=url.encode(), how="import")
    written = write_capture(store, capture, key=url_key(url), outlet=page.outlet)
    credit = Citation(kind="credit", words=f"Source: {page.source}", outlet=page.source) if page.source else None
    article = Article(
        title=page.title,
        text=page.text,
        published_at=page.at,
        language="en",
        citations=(credit,) if credit else (),
        reader="bench/1",
    )
    return write_article(store, written.capture_id, article, words=words).version_id


def _merge(store: Store, index: Index) -> None:
    is_more = True
    while is_more:
        with store.transaction():
            is_more = index.merge_step()


def linked(path: Path, reports: Connection) -> None:
    """Link everything; versions and pairs are reported after each commit, the cost of it all last."""
    with Store.open(path) as store:
        reports.send(("versions", 0))
        for batch in link(store, everything=True):
            reports.send(("versions", batch.versions))
            reports.send(("pairs", batch.matches))
    own, others = (resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    # Of the matchers only the largest is known: none is larger
    reports.send(("memory", own.ru_maxrss + cores() * others.ru_maxrss))
    reports.send(("seconds", round(own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime)))


def run(path: Path, kill_after: float | None = None) -> Counter[str]:
    """Link in a process of its own; what it reported. ``kill_after``: seconds from its first report to its end."""
    # Started anew, not forked: its memory is its own
    starting = get_context("spawn")
    reports, told = starting.Pipe(duplex=False)
    linker = starting.Process(target=linked, args=(path, told))
    linker.start()
    told.close()
    found: Counter[str] = Counter()
    until = None
    with reports:
        while True:
            if until is not None and time.monotonic() >= until:
                linker.kill()
                break
            try:
                if reports.poll(0.02):
                    what, count = reports.recv()
                    found[what] += count
                    if kill_after is not None and until is None:
                        until = time.monotonic() + kill_after
            except EOFError:
                break
    linker.join()
    # It may have finished before
    found["killed"] = int(linker.exitcode == -signal.SIGKILL)
    return found


def standing(path: Path) -> list[tuple[object, ...]]:
    """The links and verdicts that stand."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(_STANDING).fetchall()


def killed(path: Path, times: int, seconds: float) -> tuple[int, int]:
    """Kill the linker so often within the ``seconds`` that it needs, then let it finish.

    Returns how often it was still at work, and how many versions were linked until then.
    """
    chance = random.Random(5)
    deaths = [run(path, chance.uniform(0, 1.6 * seconds / times)) for _ in range(times)]
    run(path)
    return sum(one["killed"] for one in deaths), sum(one["versions"] for one in deaths if one["killed"])


def main(arguments: Sequence[str] | None = None) -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("size", nargs="?", type=int, default=10_000)
    asked.add_argument("--kills", type=int, default=0)
    given = asked.parse_args(arguments)
    place = Path(tempfile.mkdtemp(prefix="bench-link-"))
    try:
        start = time.monotonic()
        build(place / "whole.db", given.size)
        print(f"{given.size:,} documents written in {time.monotonic() - start:.0f} s; load {os.getloadavg()[0]:.1f}")
        if given.kills:
            shutil.copy(place / "whole.db", place / "killed.db")
        start = time.monotonic()
        found = run(place / "whole.db")
        seconds = time.monotonic() - start
        links = standing(place / "whole.db")
        count, spent = found["versions"], found["seconds"]
        print(f"linked {count:,} in {seconds:.0f} s: {count / seconds:,.0f} documents/s")
        print(f"{spent:,} s of processor time: {count / spent:,.0f} documents/s of each core")
        print(f"{found['pairs']:,} pairs, {len(links):,} links and verdicts, {found['memory'] / 1024:,.0f} MB at most")
        if not given.kills:
            return 0
        deaths, before = killed(place / "killed.db", given.kills, seconds)
        is_same = standing(place / "killed.db") == links
        print(f"killed {deaths} times at work, {before:,} versions linked until then, then finished:")
        print("the same links and verdicts" if is_same else "OTHER links or verdicts")
        return 0 if is_same else 1
    finally:
        shutil.rmtree(place)


if __name__ == "__main__":
    sys.exit(main())
