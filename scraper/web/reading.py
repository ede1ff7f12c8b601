"""store to present: connections that only read, kept open between requests, and a memory for what is dear to count."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

from scraper.store.database import Store
from scraper.store.pages import state_of

Answer = TypeVar("Answer")
_KEPT_OPEN = 8
_REMEMBERED = 64


class Reading:
    """The database behind the pages. Safe to use from many threads; a file that is replaced is opened anew."""

    def __init__(self, path: Path, *, may_fetch: bool = False) -> None:
        self.path, self.may_fetch = path, may_fetch
        self._lock = Lock()
        self._idle: list[tuple[tuple[int, int], Store]] = []
        self._memory: dict[object, tuple[object, Any]] = {}

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
        """What ``count`` answers, counted once for each state of the database (its log grows with every change)."""
        state = state_of(store)
        with self._lock:
            known = self._memory.get(key)
        if known is not None and known[0] == state:
            answer: Answer = known[1]
            return answer
        answer = count(store)
        with self._lock:
            self._memory[key] = (state, answer)
            while len(self._memory) > _REMEMBERED:
                self._memory.pop(next(iter(self._memory)))
        return answer

    def close(self) -> None:
        """Close what is open."""
        with self._lock:
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
            is_kept = len(self._idle) < _KEPT_OPEN
            if is_kept:
                self._idle.append((identity, store))
        if not is_kept:
            store.close()

    def _identity(self) -> tuple[int, int]:
        if not self.path.exists():
            return (0, 0)
        facts = self.path.stat()
        return (facts.st_dev, facts.st_ino)
