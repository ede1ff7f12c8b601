"""Reading side by side: ours, trafilatura, newspaper4k and readability-lxml on the same pages, in one run.

    .venv/bin/python bench/reading.py [--every 1] [--only ours,trafilatura]

Prints F1, precision and recall on the article benchmark by its authors' measure (multiset overlap of 4-word shingles,
precision and recall averaged over pages), publication date and title right on the outlets' pages, F1 of their bodies,
and the time per page (median, 95th percentile).
"""

from __future__ import annotations

import argparse
import gzip
import json
import logging
import re
import statistics
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from scraper.read.article import read_page

DATA = Path(__file__).parents[2] / "shared" / "data" / "extraction"
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Case:
    """One saved page and what is right for it; ``None`` where the truth does not say."""

    name: str
    body: bytes
    url: str
    captured_at: str | None
    text: str | None
    title: str | None = None
    published_at: str | None = None


@dataclass
class Read:
    """What one reader made of a page."""

    text: str = ""
    title: str | None = None
    published_at: str | None = None


@dataclass
class Tally:
    """Scores of one reader on one collection."""

    precision: list[float] = field(default_factory=list)
    recall: list[float] = field(default_factory=list)
    dates: list[bool] = field(default_factory=list)
    titles: list[bool] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    @property
    def f1(self) -> float:
        """F1 of the averaged precision and recall."""
        precision, recall = statistics.fmean(self.precision), statistics.fmean(self.recall)
        return 2 * precision * recall / (precision + recall) if precision + recall else 0.0

    def add(self, case: Case, read: Read, seconds: float) -> None:
        self.seconds.append(seconds)
        if case.text is not None:
            precision, recall = overlap(case.text, read.text)
            self.precision.append(precision)
            self.recall.append(recall)
        if case.published_at is not None:
            self.dates.append((read.published_at or "")[:10] in days(case.published_at))
        if case.title is not None:
            self.titles.append(bare(case.title) == bare(read.title or ""))


# --- the measure -----------------------------------------------------------------------------------------------


def shingles(text: str, size: int = 4) -> Counter[tuple[str, ...]]:
    """Runs of ``size`` words with their counts; a shorter text is one run."""
    words = _WORD.findall(text)
    runs = Counter(tuple(words[at : at + size]) for at in range(len(words) - size + 1))
    return runs or Counter([tuple(words)] if words else [])


def overlap(truth: str, read: str) -> tuple[float, float]:
    """Precision and recall of one page."""
    wanted, got = shingles(truth), shingles(read)
    both = (wanted & got).total()
    precision = both / got.total() if got else 1.0 if not wanted else 0.0
    recall = both / wanted.total() if wanted else 1.0 if not got else 0.0
    return precision, recall


def bare(title: str) -> str:
    """Letters and digits of a title: what two spellings of it share."""
    return "".join(char for char in unicodedata.normalize("NFKC", title).lower() if char.isalnum())


def days(moment: str) -> set[str]:
    """The day of a moment where it was written, and in UTC."""
    written = datetime.fromisoformat(moment)
    world = written.astimezone(UTC) if written.tzinfo else written
    return {written.date().isoformat(), world.date().isoformat()}


# --- the pages -------------------------------------------------------------------------------------------------


def articles() -> Iterator[Case]:
    """The article extraction benchmark: 181 pages with their bodies."""
    folder = DATA / "article-extraction-benchmark"
    truth = json.loads((folder / "ground-truth.json").read_text("utf-8"))
    for name, row in sorted(truth.items()):
        body = gzip.decompress((folder / "html" / f"{name}.html.gz").read_bytes())
        yield Case(name, body, row["url"], None, row["articleBody"])


def outlets() -> Iterator[Case]:
    """Saved pages of 181 publishers in 41 countries with title, date and body."""
    for about in sorted((DATA / "outlets").glob("*/*.json")):
        met = json.loads((about.parent / "meta.info").read_text("utf-8"))
        pages = sorted(about.parent.glob(f"{about.stem}_*.html.gz"))
        for page, truth in zip(pages, json.loads(about.read_text("utf-8")).values(), strict=True):
            captured_at = met[page.name]["crawl_date"].replace(" ", "T")[:19] + "Z"
            body = gzip.decompress(page.read_bytes())
            date = truth.get("publishing_date")
            yield Case(page.name, body, met[page.name]["url"], captured_at, _text(truth), truth.get("title"), date)


def _text(truth: dict[str, Any]) -> str | None:
    body = truth.get("body")
    if not body:
        return None
    parts = [
        *body["summary"],
        *(line for part in body["sections"] for line in (*part["headline"], *part["paragraphs"])),
    ]
    text = "\n\n".join(parts)
    return text if len(text) >= 400 else None


# --- the readers -----------------------------------------------------------------------------------------------


def ours(case: Case) -> Read:
    article = read_page(case.body, case.url, captured_at=case.captured_at)
    return Read(article.text, article.title, article.published_at)


def trafilatura(case: Case) -> Read:
    import trafilatura as library

    markup = case.body.decode("utf-8", "replace")
    found = library.bare_extraction(markup, url=case.url, include_comments=False, with_metadata=True)
    return Read(found.text or "", found.title, found.date) if found else Read()


def trafilatura_fast(case: Case) -> Read:
    """Text only: the fastest that trafilatura can be."""
    import trafilatura as library

    markup = case.body.decode("utf-8", "replace")
    return Read(library.extract(markup, fast=True, include_comments=False) or "")


def newspaper4k(case: Case) -> Read:
    import newspaper

    article = newspaper.Article(case.url, fetch_images=False)
    article.download(input_html=case.body.decode("utf-8", "replace"))
    article.parse()
    date = article.publish_date
    return Read(article.text, article.title, date.isoformat() if isinstance(date, datetime) else None)


def readability(case: Case) -> Read:
    from lxml import html
    from readability import Document

    document = Document(case.body.decode("utf-8", "replace"))
    text = html.fromstring(document.summary()).text_content()
    return Read(text, document.short_title())


READERS: dict[str, Callable[[Case], Read]] = {
    "ours": ours,
    "trafilatura": trafilatura,
    "trafilatura-fast": trafilatura_fast,
    "newspaper4k": newspaper4k,
    "readability": readability,
}


def measured(cases: list[Case], reader: Callable[[Case], Read]) -> Tally:
    """One reader on one collection; a page on which it fails counts as read empty."""
    tally = Tally()
    for case in cases:
        start = time.perf_counter()
        try:
            read = reader(case)
        except Exception:  # another project's reader may fail in any way; that is its score
            read = Read()
        tally.add(case, read, time.perf_counter() - start)
    return tally


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=int, default=1, help="take every n-th page only")
    parser.add_argument("--only", default=",".join(READERS), help="readers, parted by commas")
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    for name, cases in (("articles", list(articles())), ("outlets", list(outlets()))):
        sample = cases[:: options.every]
        print(f"\n{name}: {len(sample)} pages")
        print(f"{'reader':18} {'F1':>6} {'P':>6} {'R':>6} {'date':>6} {'title':>6} {'ms':>7} {'ms 95%':>7}")
        for reader in options.only.split(","):
            tally = measured(sample, READERS[reader])
            print(f"{reader:18} {_row(tally)}", flush=True)


def _row(tally: Tally) -> str:
    shares = [tally.f1, statistics.fmean(tally.precision), statistics.fmean(tally.recall)]
    known = [statistics.fmean(hits) if any(hits) else None for hits in (tally.dates, tally.titles)]
    times = [1000 * statistics.median(tally.seconds), 1000 * statistics.quantiles(tally.seconds, n=20)[-1]]
    cells = [f"{share:6.4f}" for share in shares] + [
        f"{share:6.3f}" if share is not None else "     -" for share in known
    ]
    return " ".join([*cells, *(f"{ms:7.1f}" for ms in times)])


if __name__ == "__main__":
    main()
