"""Reading what nobody meant to be read: real pages cut up and spoilt, as many as asked for.

    python -m bench.hostile 10000

Prints how many were read, what was raised, the slowest page and the peak of memory. The pages are those of
``bench.reading``; the same number and seed give the same mess. One page is one call of ``read_page``.
"""

from __future__ import annotations

import argparse
import gzip
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Sequence

from bench.reading import DATA
from scraper.model import Article
from scraper.read.article import read_page

HEADERS = (
    None,
    "text/html; charset=utf-8",
    "text/html; charset=utf-16",
    "text/html; charset=windows-1251",
    "text/plain",
    "application/xhtml+xml",
    "text/html; charset=nonsense",
)
PIECES = [
    b"<", b">", b"</p>", b"<div>", b"<p>", b"\x00", b"\xff\xfe", b"&#0;", b"&#xD800;", b"<!--", b"-->", b"<![CDATA[",
    b"<table>" * 60, b"<b>" * 300, b"\xf0\x9f", b"\xed\xa0\x80", b"<p>" + b"a" * 3000, b"<svg><math>", b"<frameset>",
    b'<meta property="article:published_time" content="99999-99-99T99:99">', b'<time datetime="2019-13-45">',
    b'<link rel=canonical href="http://[::1">', b'<a href="http://[bad">x</a>', b'<meta charset="hex">',
    b'<script type="application/ld+json">{"@type":"NewsArticle","author":{"name":{}},"headline":3}</script>',
    b'<script type="application/ld+json">' + b"[" * 5000 + b"</script>", b"<body><body><head>", b"\x1e\x1f\x0c\x0b",
]  # fmt: skip
_PIECE = 15_000  # bytes of a page that are taken at once


def mutated(body: bytes, chance: random.Random) -> bytes:
    """A piece of a page with bytes cut out, doubled, made up and put in."""
    start = chance.randrange(max(1, len(body) // 2))
    page = bytearray(body[start : start + _PIECE])
    for _ in range(chance.randrange(1, 25)):
        place = chance.randrange(len(page) + 1)
        if chance.random() < 0.3:
            del page[place : place + chance.randrange(1, 300)]
        elif chance.random() < 0.5:
            page[place:place] = chance.choice(PIECES)
        else:
            page[place:place] = chance.randbytes(chance.randrange(1, 20))
    return bytes(page)


def check(article: Article) -> None:
    """An article that a database can hold."""
    for value in (article.title, article.text, article.byline, article.site_name, article.canonical_url):
        (value or "").encode("utf-8")
    assert "\x00" not in article.text
    assert article.published_at is None or len(article.published_at) in {10, 19, 20}


def pages() -> list[bytes]:
    """The saved pages."""
    return [gzip.decompress(path.read_bytes()) for path in sorted(DATA.rglob("*.html.gz"))]


def main(arguments: Sequence[str] | None = None) -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("count", nargs="?", type=int, default=10_000)
    asked.add_argument("--seed", type=int, default=7)
    given = asked.parse_args(arguments)
    chance = random.Random(given.seed)
    saved = pages()
    raised: Counter[str] = Counter()
    slowest, took = 0.0, 0.0
    for number in range(given.count):
        page = chance.randbytes(chance.randrange(3_000)) if number % 10 == 0 else mutated(chance.choice(saved), chance)
        start = time.perf_counter()
        try:
            check(read_page(page, "https://courier.example/a", content_type=chance.choice(HEADERS)))
        except Exception as error:  # what is raised is what is counted here
            raised[f"{type(error).__name__}: {error}"] += 1
        seconds = time.perf_counter() - start
        took += seconds
        slowest = max(slowest, seconds)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{given.count:,} pages read in {took:.0f} s, the slowest in {slowest:.2f} s, peak memory {memory:,.0f} MB")
    print(f"raised: {dict(raised) or 'nothing'}")
    return 1 if raised else 0


if __name__ == "__main__":
    sys.exit(main())
