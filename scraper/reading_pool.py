"""Reading on every core: pages go out to readers in processes of their own, what was read comes back.

A reader that spends too long on a page is ended by the system's own clock for its CPU time, wherever it hangs, and
another takes its place. A reader ends by itself when whoever started it is gone.
"""

from __future__ import annotations

import fcntl
import logging
import os
import pickle
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from types import TracebackType
from typing import NamedTuple, Self

from scraper.model import Article
from scraper.read.article import read_page
from scraper.read.doubts import BROKE_OFF, TOO_SLOW
from scraper.read.recipe import Recipe
from scraper.text.fingerprints import fingerprint, hashes_of
from scraper.text.shingles import Hashes

MAX_SECONDS = 15.0
"""CPU seconds for one page; an honest one takes a tenth of one."""
AHEAD = 10
"""Pages that lie ready for a reader while it reads another, so that it never waits for us."""
ROOM = 1 << 20
"""Bytes of pages that may lie ready, where the system lets a pipe hold so much."""

_LEAST_ROOM = 1 << 14
_FRAME = 4096
"""Bytes that a page takes in a pipe beside its body; hardly ever more."""
_ROOT = str(Path(__file__).parents[1])
_START = "import sys; sys.path.insert(0, sys.argv[1]); from scraper.reading_pool import serve; serve()"
_WARM = b"<html lang=en><title>Quay</title><h1>Quay</h1><p>The ferry left the quay before the storm came.</p>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What ``read_page`` wants to know of a captured page."""

    body: bytes
    url: str | None
    captured_at: str | None = None
    recipe: Recipe | None = None
    content_type: str | None = None


class Digest(NamedTuple):
    """An article, and what the store wants to know of its text beside it."""

    article: Article
    words: int = 0
    """Comparable words."""
    fingerprint: Hashes | None = None
    """``None`` where nothing was read."""


def read(page: Page) -> Article:
    """The article on a page, read here and now."""
    return read_page(
        page.body, page.url, captured_at=page.captured_at, recipe=page.recipe, content_type=page.content_type
    )


def digest_of(article: Article) -> Digest:
    """An article with its words counted and its fingerprint taken."""
    hashes = hashes_of(article.text, language=article.language)
    return Digest(article, len(hashes), fingerprint(hashes))


class _Task(NamedTuple):
    """A page to be read, and where what was read is waited for."""

    page: Page
    coming: Future[Digest]

    @property
    def weight(self) -> int:
        """Bytes in a pipe."""
        return len(self.page.body) + _FRAME


class ReadingPool:
    """Readers in processes of their own, one per core unless told otherwise; to be closed when done with.

    ``max_seconds`` is the CPU time that one page may take: beyond, it is an article without text and with the doubt
    ``TOO_SLOW``; with ``BROKE_OFF`` where its reader ended in another way (out of memory).
    """

    def __init__(self, readers: int | None = None, *, max_seconds: float = MAX_SECONDS) -> None:
        self._tasks: SimpleQueue[_Task | None] = SimpleQueue()
        self._hands = [_Hand(self._tasks, max_seconds) for _ in range(readers or cores())]

    def submit(self, page: Page) -> Future[Digest]:
        """What is to come of one page."""
        coming: Future[Digest] = Future()
        self._tasks.put(_Task(page, coming))
        return coming

    def read(self, pages: Iterable[Page]) -> Iterator[Article]:
        """The articles of pages, in their order."""
        for coming in [self.submit(page) for page in pages]:
            yield coming.result().article

    def warm_up(self) -> None:
        """Wait until every reader has loaded what it reads with."""
        for coming in [self.submit(Page(body=_WARM, url=None)) for _ in range((AHEAD + 1) * len(self._hands))]:
            coming.result()

    def close(self) -> None:
        """Let the readers go; pages that still wait are not read."""
        with suppress(Empty):
            while task := self._tasks.get_nowait():
                task.coming.cancel()
        for hand in self._hands:
            hand.is_over = True
            self._tasks.put(None)
        while self._hands:
            self._hands.pop().join()

    def readers(self) -> list[int]:
        """Numbers of the processes that read."""
        return [hand.reader.number for hand in self._hands]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Hand(Thread):
    """A thread that does nothing but keep one reader busy: pages go out ahead, what was read is waited for."""

    def __init__(self, tasks: SimpleQueue[_Task | None], max_seconds: float) -> None:
        super().__init__(name="reading", daemon=True)
        self._tasks = tasks
        self._max_seconds = max_seconds
        self.reader = _Reader(max_seconds)
        self.is_over = False
        self._sent: deque[_Task] = deque()
        self._back: deque[_Task] = deque()
        """Taken, and not yet sent (again)."""
        self._blamed: _Task | None = None
        """The page over which a reader ended last."""
        self.start()

    def run(self) -> None:
        try:
            while self._fill():
                found = self.reader.receive()
                if found is not None:
                    self._sent.popleft().coming.set_result(found)
                elif not self.is_over:
                    self._replace()
        finally:  # nobody may wait for ever for what is not read any more
            for task in (*self._sent, *self._back):
                task.coming.set_exception(CancelledError())
            self.reader.close()

    def _fill(self) -> bool:
        """Send pages ahead; wait for one where none is under way. ``False`` at the end.

        Only as many as the pipe holds: while we wait to be rid of a page, its reader may wait to be rid of an article.
        """
        under_way = sum(task.weight for task in self._sent)
        while len(self._sent) <= AHEAD and (task := self._take(wait=not self._sent)):
            under_way += task.weight
            if self._sent and under_way > self.reader.room:
                self._back.appendleft(task)
                break
            self._sent.append(task)
            self.reader.send(task.page)
        return not self.is_over

    def _take(self, *, wait: bool) -> _Task | None:
        while not self.is_over:
            if self._back:
                return self._back.popleft()
            try:
                task = self._tasks.get(block=wait)
            except Empty:
                return None
            if task and task.coming.set_running_or_notify_cancel():
                return task
        return None

    def _replace(self) -> None:
        """Another reader for one that ended, which the page in hand may be to blame for: that one is tried once more.

        The pages behind it are sent again.
        """
        ended_by = -self.reader.close()
        self.reader = _Reader(self._max_seconds)
        first = self._sent.popleft()
        self._back.extendleft(reversed(self._sent))
        self._sent.clear()
        if ended_by == signal.SIGPROF or first is self._blamed:
            doubt = TOO_SLOW if ended_by == signal.SIGPROF else BROKE_OFF
            first.coming.set_result(Digest(Article(doubts=(doubt,))))
        else:
            self._blamed = first
            self._back.appendleft(first)


class _Reader:
    """One process that reads the pages it is sent, in their order."""

    def __init__(self, max_seconds: float) -> None:
        command = [sys.executable, "-c", _START, _ROOT, str(max_seconds)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - ourselves
        assert self._process.stdin is not None  # noqa: S101 - for the type checker: both are pipes
        assert self._process.stdout is not None  # noqa: S101
        self._out, self._in = self._process.stdin, self._process.stdout
        self.room = _widened(self._out.fileno())

    @property
    def number(self) -> int:
        """The number of the process."""
        return self._process.pid

    def send(self, page: Page) -> None:
        """Have a page read; a process that ended says so in ``receive``."""
        with suppress(BrokenPipeError):
            pickle.dump(page, self._out, pickle.HIGHEST_PROTOCOL)
            self._out.flush()

    def receive(self) -> Digest | None:
        """What was read on the next page, ``None`` when the process ended over it."""
        try:
            found: Digest = pickle.load(self._in)  # noqa: S301 - written by ourselves
        except (EOFError, pickle.UnpicklingError):
            return None
        return found

    def close(self) -> int:
        """End the process; how it ended (below 0: the signal)."""
        with suppress(BrokenPipeError):
            self._out.close()
        self._in.close()
        return self._process.wait()


def _widened(pipe: int) -> int:
    """Bytes that a pipe holds, after it was made as wide as we like, where the system lets us."""
    if not hasattr(fcntl, "F_SETPIPE_SZ"):
        return _LEAST_ROOM
    with suppress(OSError):  # a limit for all pipes of one user
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, ROOM)
    return int(fcntl.fcntl(pipe, fcntl.F_GETPIPE_SZ))


def serve() -> None:
    """Read pages from standard input, write what was read to standard output, until there is no more."""
    # Whoever started us decides when to stop, and closes the pipe; a signal to the whole group is for them.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    for name in ("trafilatura", "htmldate"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    seconds = float(sys.argv[2])
    pages, digests = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not stand between the articles
    while True:
        try:
            page: Page = pickle.load(pages)  # noqa: S301 - written by ourselves
        except EOFError:
            return
        # Nothing listens to this signal: the system ends the process, inside a regular expression as well.
        signal.setitimer(signal.ITIMER_PROF, seconds)
        digest = digest_of(read(page))
        signal.setitimer(signal.ITIMER_PROF, 0)
        try:
            pickle.dump(digest, digests, pickle.HIGHEST_PROTOCOL)
            digests.flush()
        except BrokenPipeError:
            return
