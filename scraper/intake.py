"""Captures on their way through the line: stored when they are put in, versions when their readers are done.

Whoever brings captures goes on bringing them meanwhile. Writing is done in handfuls, a transaction each; reading is
done on all cores. What was put in is committed, so that what is not taken out any more is left to ``Line.catch_up``.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, wait
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

from scraper.model import Capture, Key
from scraper.reading_pool import Digest
from scraper.store.captures import Written
from scraper.store.database import Store

if TYPE_CHECKING:
    from scraper.line import Line, Taken

HANDFUL = 20
"""Captures in one transaction."""
HEAVY = 8_000_000
"""Bytes of bodies in one transaction."""
MOST = 48
"""Captures that may wait for their readers before whoever brings them has to wait, too."""
HEAVIEST = 32_000_000
"""Bytes of bodies that may."""


class Kept(NamedTuple):
    """A capture in the database, and what is to be read on it where a reader of the pool is at it."""

    capture: Capture
    key: Key
    written: Written
    coming: Future[Digest] | None = None
    is_ours: bool = False
    """Still to be read, by whoever takes it."""

    @property
    def weight(self) -> int:
        """Bytes."""
        return len(self.capture.body or b"")


class Intake:
    """The captures that are under way through one line, in their order."""

    def __init__(self, store: Store, line: Line, run_id: int | None) -> None:
        self._store = store
        self._line = line
        self._run_id = run_id
        self._waiting: deque[Kept] = deque()

    def put(self, captures: Iterable[Capture]) -> None:
        """Store captures, and give them to readers.

        Raises:
            StoreError: the database cannot be written; nothing of these captures was.
        """
        with self._store.transaction():
            kept = [self._line.keep(capture, self._run_id) for capture in captures]
        self._waiting.extend(self._line.begin(one) for one in kept)

    def taken(self) -> Iterator[tuple[Capture, Taken]]:
        """What became of captures whose reading is done; waits for some where too many are under way.

        Raises:
            StoreError: the database cannot be written; the captures are stored and can be read later.
        """
        while self._waiting:
            if self._is_too_much() and (coming := self._waiting[0].coming):
                wait([coming])
            if not (some := self._ready()):
                return
            yield from self._take(some)

    def rest(self, *, max_seconds: float | None = None) -> Iterator[tuple[Capture, Taken]]:
        """What became of all others; of those that are not read after ``max_seconds``, nothing yet."""
        end = None if max_seconds is None else monotonic() + max_seconds
        while self._waiting:
            if coming := self._waiting[0].coming:
                wait([coming], timeout=None if end is None else max(0.0, end - monotonic()))
            if not (some := self._ready()):
                return
            yield from self._take(some)

    def _is_too_much(self) -> bool:
        return len(self._waiting) > MOST or sum(one.weight for one in self._waiting) > HEAVIEST

    def _ready(self) -> list[Kept]:
        """The next captures whose reading is done; one alone that is still to be read here."""
        some: list[Kept] = []
        while self._waiting and len(some) < HANDFUL:
            first = self._waiting[0]
            if (first.coming and not first.coming.done()) or (some and first.is_ours):
                break
            some.append(self._waiting.popleft())
            if first.is_ours:
                break
        return some

    def _take(self, some: Sequence[Kept]) -> list[tuple[Capture, Taken]]:
        with self._store.transaction():
            return [(one.capture, self._line.take(one, self._run_id)) for one in some]


def handfuls(captures: Iterable[Capture]) -> Iterator[list[Capture]]:
    """Captures as many at a time as one transaction should hold."""
    some: list[Capture] = []
    weight = 0
    for capture in captures:
        some.append(capture)
        weight += len(capture.body or b"")
        if len(some) >= HANDFUL or weight >= HEAVY:
            yield some
            some, weight = [], 0
    if some:
        yield some
