"""Reading on every core: the same articles in the same order, and no page that holds up the others."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from scraper import line as line_module
from scraper.line import Line
from scraper.model import Capture
from scraper.read.doubts import TOO_SLOW
from scraper.reading_pool import Page, ReadingPool, read
from scraper.store.database import Store


def markup(number: int) -> bytes:
    sentences = " ".join(f"The ferry number {number} left quay {quay} before the storm." for quay in range(12))
    return f"<html lang=en><title>Ferry {number}</title><h1>Ferry {number}</h1><p>{sentences}</p>".encode()


def page(number: int) -> Page:
    return Page(body=markup(number), url=f"https://quay-notes.example/{number}", captured_at="2031-05-01T00:00:00Z")


@pytest.fixture(scope="module")
def pool() -> Iterator[ReadingPool]:
    with ReadingPool(2) as pool:
        yield pool


def test_a_pool_reads_what_one_reads_oneself_and_keeps_the_order(pool: ReadingPool) -> None:
    pages = [page(number) for number in range(12)]
    assert list(pool.read(pages)) == [read(one) for one in pages]


def test_a_page_that_takes_too_long_is_given_up_and_the_next_is_read() -> None:
    # So little time that nothing can be read in it, whatever the machine.
    with ReadingPool(1, max_seconds=0.001) as hasty:
        assert [article.doubts for article in hasty.read([page(1), page(2)])] == [(TOO_SLOW,), (TOO_SLOW,)]


def test_a_reader_that_somebody_ended_is_replaced_and_its_page_read_again() -> None:
    with ReadingPool(1) as pool:
        first = next(pool.read([page(1)]))
        os.kill(pool.readers()[0], signal.SIGKILL)
        assert next(pool.read([page(1)])) == first


def test_a_pool_that_is_closed_leaves_no_process_behind() -> None:
    pool = ReadingPool(2)
    readers = pool.readers()
    pool.close()
    for reader in readers:
        with pytest.raises(ProcessLookupError):
            os.kill(reader, 0)


def test_a_line_that_reads_on_all_cores_writes_what_one_that_reads_alone_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line_module, "cores", lambda: 2)
    captures = [
        Capture(
            requested_url=f"https://quay-notes.example/{number}",
            url=f"https://quay-notes.example/{number}",
            captured_at=f"2031-05-{1 + turn:02d}T00:00:00Z",
            body=markup(number + turn // 2 * 100),
            headers=(("Content-Type", "text/html"),),
        )
        for turn in range(4)
        for number in range(6)
    ]
    written = {}
    for name, alone in (("alone", 1_000), ("together", 3)):
        monkeypatch.setattr(line_module, "ALONE", alone)
        with Store.open(tmp_path / f"{name}.db") as store:
            taken = [(one.what, one.url, one.version_id) for one in Line(store).take_in(captures)]
            written[name] = taken, list(store.db.query("SELECT document_id, number, title, text FROM versions"))
    assert written["alone"] == written["together"]
