"""Pages a second, from the socket to the database: ours beside a plain Scrapy project that stores as much.

    python bench/crawl.py [--pages 400] [--rounds 3]

One loopback server, one crawl after another, interleaved, each in a process of its own; libraries are loaded and our
readers started before the clock starts. ``plain`` is what a good developer writes in an afternoon: Scrapy with uvloop,
Beautiful Soup or trafilatura, one sqlite-utils upsert per item, a WARC record per answer. ``ours`` is the whole line:
guard, robots.txt, frontier, capture with its bytes, reading, citations, version, fingerprints, log. Pages are served in
two dresses: with structured data (JSON-LD), and bare.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).parents[1]
sys.path.insert(0, str(HERE))

UNHURRIED = {
    "DOWNLOAD_DELAY": 0,
    "AUTOTHROTTLE_ENABLED": False,
    "CONCURRENT_REQUESTS": 16,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
    "LOG_ENABLED": False,
}
WORDS = """
harbour pier ferry storm pillar ministry statement families income convention waters engineers shore
government inspection agreement lighthouse cargo tariff customs delegation council resolution district border
region treaty minister parliament committee report budget schedule railway bridge tunnel market price export
supply demand
"""


# --- a site ----------------------------------------------------------------------------------------------------------


VOCABULARY = WORDS.split()


def page(number: int, *, is_structured: bool) -> bytes:
    """A news page of about 30 kB, 350 words of it the article's own."""
    chance = random.Random(number)
    paragraphs = [" ".join(chance.choices(VOCABULARY, k=50)).capitalize() + "." for _ in range(7)]
    title = " ".join(chance.choices(VOCABULARY, k=8)).capitalize()
    facts = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": title,
        "datePublished": f"2024-03-{number % 28 + 1:02d}T09:30:00Z",
        "inLanguage": "en",
        "articleBody": "\n\n".join(paragraphs),
        "publisher": {"@type": "Organization", "name": "Harbour Courier"},
    }
    head = f'<script type="application/ld+json">{json.dumps(facts)}</script>' if is_structured else ""
    menu = "".join(f'<li><a href="/section/{each}">{chance.choice(VOCABULARY)}</a></li>' for each in range(60))
    related = "".join(
        f'<li class="teaser"><a href="/news/2031/x{each}"><h3>{" ".join(chance.choices(VOCABULARY, k=7))}</h3></a>'
        f"<span>{chance.choice(VOCABULARY)}</span></li>"
        for each in range(80)
    )
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f"<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>{title} - Harbour Courier</title>{head}"
        f"<style>{'.a{color:red}' * 300}</style></head><body><header><ul>{menu}</ul></header>"
        f"<main><article><h1>{title}</h1>"
        f"<time datetime='2024-03-{number % 28 + 1:02d}'>March</time>{text}</article></main>"
        f"<aside><ul>{related}</ul></aside><footer><ul>{menu}</ul></footer></body></html>"
    ).encode()


class Server(asyncio.Protocol):
    """Answers from memory, with nothing between: the server must not be what is measured."""

    answers: dict[bytes, bytes]

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._held = b""

    def data_received(self, data: bytes) -> None:
        self._held += data
        while b"\r\n\r\n" in self._held:
            request, _, self._held = self._held.partition(b"\r\n\r\n")
            path = request.split(b" ", 2)[1]
            self._transport.write(self.answers.get(path, b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"))


def answer(body: bytes, kind: str = "text/html; charset=utf-8") -> bytes:
    return f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def serve(pages: int, dress: str) -> int:
    """Serve the site from a thread; its port."""
    paths = [f"/news/2031/{number}" for number in range(pages)]
    links = "".join(f"<item><link>http://harbour-courier.example{path}</link></item>" for path in paths)
    feed = f'<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>{links}</channel></rss>'
    Server.answers = {b"/rss.xml": answer(feed.encode(), "application/rss+xml")}
    for number, path in enumerate(paths):
        Server.answers[path.encode()] = answer(page(number, is_structured=dress == "structured"))
    ready: list[int] = []
    loop = asyncio.new_event_loop()

    async def start() -> None:
        server = await loop.create_server(Server, "127.0.0.1", 0)
        ready.append(server.sockets[0].getsockname()[1])

    def run() -> None:
        loop.run_until_complete(start())
        loop.run_forever()

    threading.Thread(target=run, daemon=True).start()
    while not ready:
        time.sleep(0.01)
    return ready[0]


# --- crawlers --------------------------------------------------------------------------------------------------------


def ours(port: int, pages: int, folder: Path) -> Callable[[], int]:
    from scraper.crawl.outlet import Outlet
    from scraper.crawl.run import crawl
    from scraper.line import Line
    from scraper.reading_pool import cores
    from scraper.store.database import Store
    from scraper.store.frontier import SqliteFrontier

    class HarbourCourier(Outlet):
        name = "harbour_courier"
        title = "Harbour Courier"
        home = "http://harbour-courier.example/"
        feeds = home + "rss.xml"

    store = Store.open(folder / "provenance.db")
    line = Line(store, {"harbour_courier": HarbourCourier})
    if cores() > 1:
        line.warm_up()

    def run() -> int:
        intake = line.intake()

        def on_capture(captures: Sequence[Any]) -> None:
            intake.put(captures)
            deque(intake.taken(), maxlen=0)

        crawl(
            [HarbourCourier],
            frontier=SqliteFrontier(store.db.conn),
            on_capture=on_capture,
            settings_override=UNHURRIED | {"PROVENANCE_HOSTS": {"harbour-courier.example": f"127.0.0.1:{port}"}},
            limit=pages,
        )
        deque(intake.rest(), maxlen=0)
        return int(store.value("SELECT count(*) FROM versions"))

    return run


def plain(read: Callable[[bytes, str], dict[str, str | None]]) -> Callable[[int, int, Path], Callable[[], int]]:
    def ready(port: int, pages: int, folder: Path) -> Callable[[], int]:
        import sqlite_utils
        from scrapy import Request, Spider
        from scrapy.crawler import AsyncCrawlerProcess
        from warcio.statusandheaders import StatusAndHeaders
        from warcio.warcwriter import WARCWriter

        database = sqlite_utils.Database(folder / "plain.db")
        read(page(0, is_structured=True), "http://harbour-courier.example/")

        class Plain(Spider):
            name = "plain"

            async def start(self) -> Any:
                for number in range(pages):
                    yield Request(f"http://127.0.0.1:{port}/news/2031/{number}")

            def parse(self, response: Any) -> Any:
                yield {"url": response.url, "body": response.body, **read(response.body, response.url)}

        class Store:
            def __init__(self) -> None:
                self.file = (folder / "plain.warc.gz").open("wb")
                self.warc = WARCWriter(self.file, gzip=True)

            def process_item(self, item: dict[str, Any]) -> dict[str, Any]:
                headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
                payload = io.BytesIO(item.pop("body"))
                record = self.warc.create_warc_record(item["url"], "response", payload=payload, http_headers=headers)
                self.warc.write_record(record)
                database["pages"].upsert(item, pk="url")
                return item

        def run() -> int:
            process = AsyncCrawlerProcess(
                UNHURRIED
                | {
                    "ASYNCIO_EVENT_LOOP": "uvloop.Loop",
                    "ITEM_PIPELINES": {Store: 1},
                    "TELNETCONSOLE_ENABLED": False,
                    "REMOTE_CONTROL_ENABLED": False,
                }
            )
            process.crawl(Plain)
            process.start()
            return int(database["pages"].count)

        return run

    return ready


def by_soup(body: bytes, _: str) -> dict[str, str | None]:
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(body, "html.parser")
    paragraphs = [each.get_text(" ", strip=True) for each in soup.select("article p")]
    return {"title": soup.h1.get_text() if soup.h1 else None, "text": "\n\n".join(paragraphs)}


def by_trafilatura(body: bytes, url: str) -> dict[str, str | None]:
    import trafilatura

    found = trafilatura.bare_extraction(body.decode(), url=url, with_metadata=True)
    return {"title": found.title, "text": found.text, "date": found.date} if found else {"title": None, "text": ""}


CRAWLERS: dict[str, Callable[[int, int, Path], Callable[[], int]]] = {
    "plain, Beautiful Soup": plain(by_soup),
    "plain, trafilatura": plain(by_trafilatura),
    "ours": ours,
}


def once(crawler: str, port: int, pages: int) -> None:
    """One crawl, in this process; prints what it measured."""
    with tempfile.TemporaryDirectory() as folder:
        # What a crawl loads and starts once, however long it goes on, is there before the clock starts.
        import scrapy.core.downloader.handlers.http11
        import scrapy.downloadermiddlewares.retry  # noqa: F401

        run = CRAWLERS[crawler](port, pages, Path(folder))
        began, own, readers = time.monotonic(), time.process_time(), of_readers()
        kept = run()
        seconds, own, readers = time.monotonic() - began, time.process_time() - own, of_readers() - readers
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"kept": kept, "seconds": seconds, "own": own, "readers": readers, "memory": memory}))


def of_readers() -> float:
    """CPU seconds of the processes that this one started, alive or not (Linux)."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    ticks = 0
    for task in Path("/proc/self/task").iterdir():
        for process in (task / "children").read_text().split():
            fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
    return ended.ru_utime + ended.ru_stime + ticks / os.sysconf("SC_CLK_TCK")


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--once", nargs=2, metavar=("CRAWLER", "PORT"), help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.once:
        once(options.once[0], int(options.once[1]), options.pages)
        return
    for dress in ("structured", "bare"):
        port = serve(options.pages, dress)
        results: dict[str, list[dict[str, float]]] = {crawler: [] for crawler in CRAWLERS}
        for _ in range(options.rounds):
            for crawler, runs in results.items():
                command = [sys.executable, __file__, "--pages", str(options.pages), "--once", crawler, str(port)]
                done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, cwd=HERE)
                runs.append(json.loads(done.stdout.splitlines()[-1]))
        show(dress, options.pages, results)


def show(dress: str, pages: int, results: dict[str, list[dict[str, float]]]) -> None:
    print(f"\n{pages} pages, {dress}: pages/s in each round; CPU ms a page, of these in readers; MB")
    for crawler, runs in results.items():
        speeds = " ".join(f"{run['kept'] / run['seconds']:7.1f}" for run in runs)
        cpu, readers = min(((run["own"] + run["readers"]) / run["kept"], run["readers"] / run["kept"]) for run in runs)
        memory = max(run["memory"] for run in runs)
        print(f"  {crawler:24} {speeds}   {cpu * 1000:6.1f} {readers * 1000:6.1f} {memory:6.0f}")


if __name__ == "__main__":
    main()
