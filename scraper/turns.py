"""One run at a time, and not for ever: the lock beside a database, and the end of a run by signal or by the clock."""

from __future__ import annotations

import fcntl
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, sleep
from types import FrameType
from typing import Any

from scraper.store.database import StoreError, utc_now

GRACE = 6.0
"""Seconds for what is in hand after a signal to stop, outside the crawl, which counts its own."""


class Late(BaseException):
    """What was in hand when the run was asked to stop took too long. No ``Exception``: no library may swallow it."""


@contextmanager
def only_one(database: Path) -> Iterator[float | None]:
    """Hold the lock beside a database. Yields ``None``: it is ours; else for how many seconds another run holds it.

    The lock is the kernel's and ends with the process, however that ends; the file stays and says who and since when.
    """
    path = database.resolve()
    path = path.with_name(path.name + ".run")
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
    except OSError as error:
        raise StoreError(f"The lock {path} cannot be taken: {error.strerror}.") from error
    with os.fdopen(handle, "r+", encoding="utf-8", errors="replace") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield _seconds_since(file.read(200))
            return
        try:
            file.truncate()
            file.write(f"{utc_now()} process {os.getpid()}\n")
            file.flush()
        except OSError as error:
            raise StoreError(f"The lock {path} cannot be written: {error.strerror}.") from error
        yield None


def _seconds_since(words: str) -> float:
    try:
        began = datetime.fromisoformat(words.partition(" ")[0])
        return max((datetime.now(UTC) - began).total_seconds(), 0.0)
    except (ValueError, TypeError):  # taken a moment ago, and not written yet
        return 0.0


class Stop:
    """Whether the run is to end: a signal came, or its time is over. The crawl listens for itself while it goes on."""

    def __init__(self, max_runtime: float) -> None:
        self._end = monotonic() + max_runtime
        self._before: dict[int, Any] = {}
        self.was_asked = False

    def __enter__(self) -> Stop:
        # Only the main thread may listen to signals.
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGINT):
                self._before[number] = signal.signal(number, self._ask)
            self._before[signal.SIGALRM] = signal.signal(signal.SIGALRM, self._too_late)
        return self

    def __exit__(self, *_: object) -> None:
        self.wait_for_the_end()
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self.was_asked = True
        signal.setitimer(signal.ITIMER_REAL, GRACE)

    def _too_late(self, _number: int, _frame: FrameType | None) -> None:
        raise Late

    def wait_for_the_end(self) -> None:
        """What is left is written down: from here on nothing is cut short."""
        if self._before:
            signal.setitimer(signal.ITIMER_REAL, 0)

    @property
    def seconds_left(self) -> float:
        return self._end - monotonic()

    @property
    def is_late(self) -> bool:
        return self.seconds_left <= 0

    def __bool__(self) -> bool:
        return self.was_asked or self.is_late

    def pause(self, seconds: float) -> None:
        """Sleep, but not on when the run is to end."""
        end = monotonic() + seconds
        while not self and (left := end - monotonic()) > 0:
            sleep(min(left, 0.25))
