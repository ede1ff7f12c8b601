"""Inside linking, match on every core: what is to be looked for goes out to processes of their own, answers come back.

They read the database and never write it. One ends by itself when whoever started it is gone.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar

from scraper.matching import Compared, Matcher, Pairing
from scraper.store.database import Store, StoreError
from scraper.store.index import MEMORY
from scraper.trace.family import Kinship

_ROOT = str(Path(__file__).parents[1])
_Answer = TypeVar("_Answer")
_START = "import sys; sys.path.insert(0, sys.argv[1]); from scraper.matching_pool import serve; serve()"


class Matching(Protocol):
    """Looks for kin and compares, now or later."""

    def look(self, version_ids: Sequence[int]) -> Future[list[list[Pairing]]]:
        """``Matcher.look`` to come."""
        ...

    def compare(self, pairings: Sequence[Pairing]) -> Future[list[Compared]]:
        """``Matcher.compare`` to come."""
        ...

    def tell(self, pairings: Sequence[Pairing]) -> Future[list[tuple[int, Kinship]]]:
        """``Matcher.tell`` to come."""
        ...


class Here:
    """Matches in this process, at once: for a few versions, which others would not have begun with by then."""

    def __init__(self, store: Store) -> None:
        self._matcher = Matcher(store)

    def look(self, version_ids: Sequence[int]) -> Future[list[list[Pairing]]]:
        return _done(self._matcher.look(version_ids))

    def compare(self, pairings: Sequence[Pairing]) -> Future[list[Compared]]:
        return _done(self._matcher.compare(pairings))

    def tell(self, pairings: Sequence[Pairing]) -> Future[list[tuple[int, Kinship]]]:
        return _done(self._matcher.tell(pairings))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass


class MatchingPool:
    """So many matchers in processes of their own; to be closed when done with.

    ``memory``: bytes of the index that all of them together may hold.
    """

    def __init__(self, database: Path, matchers: int, *, memory: int = MEMORY) -> None:
        self._command = (str(database.absolute()), str(memory // matchers))
        self._all = {_Process(self._command) for _ in range(matchers)}
        self._free: SimpleQueue[_Process] = SimpleQueue()
        for process in self._all:
            self._free.put(process)
        # Threads that do nothing but wait for their process
        self._hands = ThreadPoolExecutor(matchers, thread_name_prefix="matching")

    def look(self, version_ids: Sequence[int]) -> Future[list[list[Pairing]]]:
        return self._hands.submit(self._ask, "look", version_ids)

    def compare(self, pairings: Sequence[Pairing]) -> Future[list[Compared]]:
        return self._hands.submit(self._ask, "compare", pairings)

    def tell(self, pairings: Sequence[Pairing]) -> Future[list[tuple[int, Kinship]]]:
        return self._hands.submit(self._ask, "tell", pairings)

    def processes(self) -> list[int]:
        """Their numbers."""
        return [process.number for process in self._all]

    def close(self) -> None:
        """Let them go; what still waits is not done."""
        self._hands.shutdown(cancel_futures=True)
        while self._all:
            self._all.pop().close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _ask(self, what: str, about: Sequence[Any]) -> Any:
        """An answer. A process that ends over a question is replaced, and the question is asked once more.

        Raises:
            StoreError: the database cannot be read, or a second process ended as well.
        """
        process = self._free.get()
        try:
            for _ in range(2):
                answer = process.ask(what, about)
                if isinstance(answer, StoreError):
                    raise answer
                if answer is not None:
                    return answer
                ended_by = process.close()
                self._all.discard(process)
                process = _Process(self._command)
                self._all.add(process)
            raise StoreError(
                f"A process that compares texts ended twice over the same ones ({_ending(ended_by)}); "
                "what was linked is kept, and linking goes on from there when it is started again."
            )
        finally:
            self._free.put(process)


class _Process:
    """One process that answers one question at a time."""

    def __init__(self, command: Sequence[str]) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - ourselves
            [sys.executable, "-c", _START, _ROOT, *command], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert self._process.stdin is not None  # noqa: S101 - for the type checker: both are pipes
        assert self._process.stdout is not None  # noqa: S101
        self._out, self._in = self._process.stdin, self._process.stdout

    @property
    def number(self) -> int:
        return self._process.pid

    def ask(self, what: str, about: Sequence[Any]) -> Any:
        """The answer, ``None`` when the process ended over it."""
        try:
            pickle.dump((what, about), self._out, pickle.HIGHEST_PROTOCOL)
            self._out.flush()
            return pickle.load(self._in)  # noqa: S301 - written by ourselves
        except (EOFError, BrokenPipeError, pickle.UnpicklingError):
            return None

    def close(self) -> int:
        """End the process, which ends when nothing more can come; how it ended (below 0: the signal)."""
        with suppress(BrokenPipeError):
            self._out.close()
        self._in.close()
        return self._process.wait()


def _ending(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"


def _done(answer: _Answer) -> Future[_Answer]:
    future: Future[_Answer] = Future()
    future.set_result(answer)
    return future


def serve() -> None:
    """Answer questions from standard input on standard output, until there are no more."""
    # Whoever started us decides when to stop, and closes the pipe; a signal to the whole group is for them
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    questions, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not stand between the answers
    with Store.open(sys.argv[2], read_only=True) as store:
        matcher = Matcher(store, memory=int(sys.argv[3]))
        while True:
            try:
                what, about = pickle.load(questions)  # noqa: S301 - written by ourselves
            except EOFError:
                return
            try:
                pickle.dump(_answer(matcher, what, about), answers, pickle.HIGHEST_PROTOCOL)
                answers.flush()
            except BrokenPipeError:
                return


def _answer(matcher: Matcher, what: str, about: Sequence[Any]) -> Any:
    asked: dict[str, Callable[[Sequence[Any]], Any]] = {
        "look": matcher.look,
        "compare": matcher.compare,
        "tell": matcher.tell,
    }
    try:
        return asked[what](about)
    except StoreError as error:
        return error
