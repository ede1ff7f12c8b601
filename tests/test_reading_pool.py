"""Reading on every core: the same articles in the same order, and no page that holds up the others."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import CancelledError
from dataclasses import replace
from pathlib import Path

import pytest

from scraper import line as line_module
from scraper.line import Line
from scraper.model import Capture
from scraper.read.doubts import BROKE_OFF, TOO_SLOW
from scraper.reading_pool import Page, ReadingPool, read
from scraper.store.database import Store
from scraper.text.fingerprints import fingerprint, hashes_of
from scraper.text.words import words_of


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


class Deadly:
    """Ends whoever unpacks it."""

    def __reduce__(self) -> tuple[object, ...]:
        return os._exit, (3,)


def test_a_page_over_which_its_reader_breaks_off_is_given_up_and_those_behind_it_are_read(pool: ReadingPool) -> None:
    pages = [page(number) for number in range(12)]
    pages[4] = replace(pages[4], recipe=Deadly())  # type: ignore[arg-type]  # on purpose
    articles = list(pool.read(pages))
    assert articles[4].doubts == (BROKE_OFF,)
    assert [articles[n] for n in range(12) if n != 4] == [read(pages[n]) for n in range(12) if n != 4]


def test_pages_that_no_pipe_holds_are_read_among_small_ones(pool: ReadingPool) -> None:
    large = page(1)
    large = replace(large, body=large.body + b"<!--" + b"x" * 3_000_000 + b"-->")
    assert list(pool.read([page(2), large, page(3), large, large, page(4)])) == [
        read(one) for one in (page(2), large, page(3), large, large, page(4))
    ]


def test_nobody_waits_for_ever_for_a_page_of_a_pool_that_was_closed() -> None:
    pool = ReadingPool(1)
    coming = [pool.submit(page(number)) for number in range(40)]
    pool.close()
    assert all(one.done() for one in coming)
    assert isinstance(coming[-1].exception() if not coming[-1].cancelled() else CancelledError(), CancelledError)


def test_a_digest_holds_what_the_store_counts_and_the_index_finds(pool: ReadingPool) -> None:
    digest = pool.submit(page(3)).result()
    assert digest.words == len(words_of(digest.article.text, language="en").keys)
    assert digest.fingerprint is not None
    assert list(digest.fingerprint) == list(fingerprint(hashes_of(digest.article.text, language="en")))


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
