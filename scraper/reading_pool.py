"""Reading on every core: pages go out to readers in processes of their own, articles come back in their order.

A reader that spends too long on a page is ended by the system's own clock for its CPU time, wherever it hangs, and
another takes its place. A reader ends by itself when whoever started it is gone.
"""

from __future__ import annotations

import logging
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import Self

from scraper.model import Article
from scraper.read.article import read_page
from scraper.read.doubts import BROKE_OFF, TOO_SLOW
from scraper.read.recipe import Recipe

MAX_SECONDS = 15.0
"""CPU seconds for one page; an honest one takes a tenth of one."""

_ROOT = str(Path(__file__).parents[1])
_START = "import sys; sys.path.insert(0, sys.argv[1]); from scraper.reading_pool import serve; serve()"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What ``read_page`` wants to know of a captured page."""

    body: bytes
    url: str | None
    captured_at: str | None = None
    recipe: Recipe | None = None
    content_type: str | None = None


def read(page: Page) -> Article:
    """The article on a page, read here and now."""
    return read_page(
        page.body, page.url, captured_at=page.captured_at, recipe=page.recipe, content_type=page.content_type
    )


class ReadingPool:
    """Readers in processes of their own, one per core unless told otherwise; to be closed when done with.

    ``max_seconds`` is the CPU time that one page may take: beyond, it is an article without text and with the doubt
    ``TOO_SLOW``; with ``BROKE_OFF`` where its reader ended in another way (out of memory).
    """

    def __init__(self, readers: int | None = None, *, max_seconds: float = MAX_SECONDS) -> None:
        count = readers or cores()
        self._max_seconds = max_seconds
        self._all = {_Reader(max_seconds) for _ in range(count)}
        self._free: SimpleQueue[_Reader] = SimpleQueue()
        for reader in self._all:
            self._free.put(reader)
        # Threads that do nothing but wait for their reader.
        self._hands = ThreadPoolExecutor(count, thread_name_prefix="reading")

    def submit(self, page: Page) -> Future[Article]:
        """The article to come of one page."""
        return self._hands.submit(self._read, page)

    def read(self, pages: Iterable[Page]) -> Iterator[Article]:
        """The articles of pages, in their order."""
        yield from self._hands.map(self._read, pages)

    def close(self) -> None:
        """Let the readers go; pages that still wait are not read."""
        self._hands.shutdown(cancel_futures=True)
        while self._all:
            self._all.pop().close()

    def readers(self) -> list[int]:
        """Numbers of the processes that read."""
        return [reader.number for reader in self._all]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _read(self, page: Page) -> Article:
        reader = self._free.get()
        try:
            # A second time only where the page may not be to blame: the reader was ended by somebody else.
            for _ in range(2):
                if (article := reader.read(page)) is not None:
                    return article
                ended_by = -reader.close()
                self._all.discard(reader)
                reader = _Reader(self._max_seconds)
                self._all.add(reader)
                if ended_by == signal.SIGPROF:
                    return Article(doubts=(TOO_SLOW,))
            return Article(doubts=(BROKE_OFF,))
        finally:
            self._free.put(reader)


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Reader:
    """One process that reads a page at a time."""

    def __init__(self, max_seconds: float) -> None:
        command = [sys.executable, "-c", _START, _ROOT, str(max_seconds)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - ourselves
        assert self._process.stdin is not None  # noqa: S101 - for the type checker: both are pipes
        assert self._process.stdout is not None  # noqa: S101
        self._out, self._in = self._process.stdin, self._process.stdout

    @property
    def number(self) -> int:
        """The number of the process."""
        return self._process.pid

    def read(self, page: Page) -> Article | None:
        """The article of a page, ``None`` when the process ended over it."""
        try:
            pickle.dump(page, self._out, pickle.HIGHEST_PROTOCOL)
            self._out.flush()
            article: Article = pickle.load(self._in)  # noqa: S301 - written by ourselves
        except (EOFError, BrokenPipeError, pickle.UnpicklingError):
            return None
        return article

    def close(self) -> int:
        """End the process, which ends when nothing more can come; how it ended (below 0: the signal)."""
        with suppress(BrokenPipeError):
            self._out.close()
        self._in.close()
        return self._process.wait()


def serve() -> None:
    """Read pages from standard input, write articles to standard output, until there is no more."""
    # Whoever started us decides when to stop, and closes the pipe; a signal to the whole group is for them.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    for name in ("trafilatura", "htmldate"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    seconds = float(sys.argv[2])
    pages, articles = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not stand between the articles
    while True:
        try:
            page: Page = pickle.load(pages)  # noqa: S301 - written by ourselves
        except EOFError:
            return
        # Nothing listens to this signal: the system ends the process, inside a regular expression as well.
        signal.setitimer(signal.ITIMER_PROF, seconds)
        article = read(page)
        signal.setitimer(signal.ITIMER_PROF, 0)
        try:
            pickle.dump(article, articles, pickle.HIGHEST_PROTOCOL)
            articles.flush()
        except BrokenPipeError:
            return
