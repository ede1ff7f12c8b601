"""store to present: connections that only read, kept open between requests, and a memory for what is dear to count."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock, Thread
from time import monotonic
from typing import Any, NamedTuple, TypeVar

from scraper.store.database import Store, StoreError
from scraper.store.pages import state_of

Answer = TypeVar("Answer")
_KEPT_OPEN = 40
_REMEMBERED = 64
_DEAR = 0.03
"""Seconds of counting from which on an answer may be an older state's."""
_REST = 10
"""So many times as long as it took nothing is counted anew."""


class _Known(NamedTuple):
    state: int
    answer: Any
    seconds: float
    """How long counting took."""
    at: float
    """When it was done."""


class Reading:
    """The database behind the pages. Safe to use from many threads; a file that is replaced is opened anew."""

    def __init__(self, path: Path, *, may_fetch: bool = False) -> None:
        self.path, self.may_fetch = path, may_fetch
        self._lock = Lock()
        self._idle: list[tuple[tuple[int, int], Store]] = []
        self._memory: dict[object, _Known] = {}
        self._turns: dict[object, Lock] = {}
        self._counting: set[object] = set()
        self._is_closed = False

    @property
    def is_there(self) -> bool:
        """Whether there is a database at all."""
        return self.path.is_file() and self.path.stat().st_size > 0

    @contextmanager
    def store(self) -> Iterator[Store]:
        """A store for one request.

        Raises:
            StoreError: there is none, or it cannot be read.
        """
        identity, store = self._taken()
        if store is None:
            store = Store.open(self.path, read_only=True)
        try:
            yield store
        finally:
            self._give_back(identity, store)

    def remembered(self, store: Store, key: object, count: Callable[[Store], Answer]) -> Answer:
        """What ``count`` answers, counted once for each state of the database (its log grows with every change).

        Where counting is dear, readers get the last answer while one thread counts anew, and that no more often than
        leaves most of the time for pages: a crawl that writes all the time must not make every page wait.
        """
        state = state_of(store)
        known = self._known(key)
        if known is None:
            with self._turn(key):  # many first readers, one count
                known = self._known(key)
                if known is None:
                    return self._counted(store, key, count)
        if known.state != state:
            if known.seconds <= _DEAR:
                return self._counted(store, key, count)
            if monotonic() - known.at > _REST * known.seconds:
                self._count_behind(key, count)
        answer: Answer = known.answer
        return answer

    def _known(self, key: object) -> _Known | None:
        with self._lock:
            return self._memory.get(key)

    def _turn(self, key: object) -> Lock:
        with self._lock:
            return self._turns.setdefault(key, Lock())

    def _count_behind(self, key: object, count: Callable[[Store], Any]) -> None:
        with self._lock:
            if key in self._counting:
                return
            self._counting.add(key)
        Thread(target=self._count_again, args=(key, count), daemon=True).start()

    def _count_again(self, key: object, count: Callable[[Store], Any]) -> None:
        try:
            with self.store() as store:
                self._counted(store, key, count)
        except StoreError:
            pass  # moved or locked: the next reader asks again, and says so if it still cannot be read
        finally:
            with self._lock:
                self._counting.discard(key)

    def _counted(self, store: Store, key: object, count: Callable[[Store], Answer]) -> Answer:
        state, start = state_of(store), monotonic()
        answer = count(store)
        with self._lock:
            self._memory[key] = _Known(state, answer, monotonic() - start, monotonic())
            while len(self._memory) > _REMEMBERED:
                oldest = next(iter(self._memory))
                self._memory.pop(oldest)
                self._turns.pop(oldest, None)
        return answer

    def close(self) -> None:
        """Close what is open."""
        with self._lock:
            self._is_closed = True
            idle, self._idle = self._idle, []
        for _, store in idle:
            store.close()

    def _taken(self) -> tuple[tuple[int, int], Store | None]:
        identity = self._identity()
        stale = []
        found = None
        with self._lock:
            while self._idle and found is None:
                known, store = self._idle.pop()
                if known == identity:
                    found = store
                else:
                    stale.append(store)
        for store in stale:
            store.close()
        return identity, found

    def _give_back(self, identity: tuple[int, int], store: Store) -> None:
        with self._lock:
            is_kept = len(self._idle) < _KEPT_OPEN and not self._is_closed
            if is_kept:
                self._idle.append((identity, store))
        if not is_kept:
            store.close()

    def _identity(self) -> tuple[int, int]:
        if not self.path.exists():
            return (0, 0)
        facts = self.path.stat()
        return (facts.st_dev, facts.st_ino)
