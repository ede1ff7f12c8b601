"""Captures on their way: stored at once, versions when their readers are done, and nothing lost in between."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from threading import Timer

import pytest

from scraper.intake import HANDFUL, MOST, handfuls
from scraper.line import Line
from scraper.model import Capture
from scraper.reading_pool import Digest, Page, digest_of, read
from scraper.store.database import Store
from scraper.store.verification import verify


def capture(number: int, *, canonical: str = "") -> Capture:
    url = f"https://quay-notes.example/{number}"
    sentences = " ".join(f"The ferry number {number} left quay {quay} before the storm." for quay in range(12))
    head = f'<link rel=canonical href="{canonical}">' if canonical else ""
    body = f"<html lang=en><title>Ferry {number}</title>{head}<h1>Ferry {number}</h1><p>{sentences}</p>".encode()
    headers = (("Content-Type", "text/html"),)
    return Capture(requested_url=url, url=url, captured_at="2031-05-01T00:00:00Z", body=body, headers=headers)


class Slow:
    """A pool whose readers are done when the test says so."""

    def __init__(self) -> None:
        self.under_way: list[tuple[Page, Future[Digest]]] = []

    def submit(self, page: Page) -> Future[Digest]:
        self.under_way.append((page, Future()))
        return self.under_way[-1][1]

    def finish(self, *places: int) -> None:
        for place in places:
            page, coming = self.under_way[place]
            coming.set_result(digest_of(read(page)))

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "provenance.db") as store:
        yield store


@pytest.fixture
def pool() -> Slow:
    return Slow()


@pytest.fixture
def line(store: Store, pool: Slow) -> Line:
    line = Line(store)
    line._pool = pool  # type: ignore[assignment]  # what of a pool is used here
    return line


def test_what_is_put_in_is_stored_before_anything_is_read(store: Store, line: Line) -> None:
    intake = line.intake()
    intake.put(capture(n) for n in range(3))
    assert not store.db.conn.in_transaction
    assert store.value("SELECT count(*) FROM captures") == 3
    assert store.value("SELECT count(*) FROM log WHERE what = 'capture'") == 3
    assert list(intake.taken()) == []


def test_what_was_read_is_taken_out_in_the_order_in_which_it_was_put_in(line: Line, pool: Slow) -> None:
    intake = line.intake()
    intake.put(capture(n) for n in range(4))
    pool.finish(1, 2)
    assert list(intake.taken()) == []
    pool.finish(0)
    assert [one.url[-1] for one, _ in intake.taken()] == ["0", "1", "2"]
    pool.finish(3)
    assert [taken.what for _, taken in intake.rest()] == ["new"]


def test_what_is_not_read_in_time_is_left_to_whoever_catches_up(store: Store, line: Line, pool: Slow) -> None:
    intake = line.intake()
    intake.put(capture(n) for n in range(3))
    pool.finish(0)
    assert len(list(intake.rest(max_seconds=0.01))) == 1
    assert [taken.what for taken in Line(store).catch_up()] == ["new", "new"]
    assert verify(store) == []


def test_no_more_than_so_many_captures_wait_for_their_readers(line: Line, pool: Slow) -> None:
    intake = line.intake()
    for some in handfuls(capture(n) for n in range(MOST)):
        intake.put(some)
    assert list(intake.taken()) == []
    intake.put([capture(MOST)])
    later = Timer(0.2, pool.finish, [0])
    later.start()
    assert [one.url[-2:] for one, _ in intake.taken()] == ["/0"]
    later.join()


def test_versions_that_cannot_be_written_take_nothing_of_the_captures_with_them(
    store: Store, line: Line, pool: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    intake = line.intake()
    intake.put(capture(n) for n in range(3))
    pool.finish(0, 1, 2)

    def broken(*_: object, **__: object) -> None:
        raise OSError("no room")

    with monkeypatch.context() as patched:
        patched.setattr(line, "_version", broken)
        with pytest.raises(OSError, match="no room"):
            list(intake.taken())
    assert store.value("SELECT count(*) FROM captures") == 3
    assert store.value("SELECT count(*) FROM versions") == 0
    assert [taken.what for taken in Line(store).catch_up()] == ["new", "new", "new"]
    assert verify(store) == []


def test_a_capture_whose_document_moved_while_it_waited_is_taken_where_it_stands_now(line: Line, pool: Slow) -> None:
    own = "https://quay-notes.example/ferries"
    intake = line.intake()
    one = capture(1, canonical=own)
    intake.put([capture(7), one, Capture(**{**_values(one), "captured_at": "2031-05-02T00:00:00Z"})])
    pool.finish(0, 1, 2)
    taken = [taken for _, taken in intake.taken()]
    assert [one.what for one in taken] == ["new", "new", "unchanged"]
    assert taken[1].document_id == taken[2].document_id


def test_a_handful_is_bounded_in_number_and_in_bytes() -> None:
    assert [len(some) for some in handfuls(capture(n) for n in range(2 * HANDFUL + 1))] == [HANDFUL, HANDFUL, 1]
    heavy = Capture(**{**_values(capture(1)), "body": b"x" * 5_000_000})
    assert [len(some) for some in handfuls([heavy] * 3)] == [2, 1]


def _values(one: Capture) -> dict[str, object]:
    return {name: getattr(one, name) for name in one.__dataclass_fields__}
