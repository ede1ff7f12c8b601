"""A whole fictional web whose every copy is known, made by the recipe of ``bench/chains.py``."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench import relay_pages, relays
from bench.chains import Outcome, families, outcomes, table
from bench.designs import answers, html, write_warc
from bench.world import OUTLETS, Page, build
from scraper.read.article import read_page
from scraper.trace.parent import Settlement, settle


@pytest.fixture(scope="module")
def pages() -> list[Page]:
    return build(5, official=False)


@pytest.fixture(scope="module")
def settled(pages: list[Page]) -> list[Settlement]:
    return [settle(one) for one in families(pages, known_kinds=False)]


@pytest.fixture(scope="module")
def found(pages: list[Page], settled: list[Settlement]) -> list[Outcome]:
    return outcomes(pages, settled)[0]


def test_the_web_has_fifteen_outlets_in_six_designs_and_131_copies(pages: list[Page]) -> None:
    assert len(pages) == 210
    assert sum(page.role == "copy" for page in pages) == 131
    assert len({page.outlet.id for page in pages}) == len(OUTLETS) == 15
    assert len({outlet.design for outlet in OUTLETS}) == 6
    assert len({page.url for page in pages}) == len(pages)


def test_the_same_seed_gives_the_same_web(pages: list[Page]) -> None:
    assert answers(build(5, official=False)) == answers(pages)


def test_copies_lead_to_the_right_original(found: list[Outcome]) -> None:
    assert sum(one.is_original_right for one in found) >= 0.98 * len(found), table(found, [], 210)


def test_copies_have_the_right_parent(found: list[Outcome]) -> None:
    assert sum(one.is_parent_right or one.page.parent in one.tied for one in found) >= 0.9 * len(found)


def test_pages_that_copy_nobody_are_not_linked(pages: list[Page], settled: list[Settlement]) -> None:
    wrong = outcomes(pages, settled)[1]
    assert len({page.url for page, _ in wrong}) <= 0.01 * (len(pages) - 131), wrong


def test_links_that_are_called_certain_are_right(found: list[Outcome]) -> None:
    sure = [one for one in found if one.confidence >= 0.9]
    assert len(sure) >= 0.5 * len(found)
    assert sum(one.is_parent_right for one in sure) >= 0.97 * len(sure)


def test_the_web_is_written_as_one_warc_with_every_page_once(pages: list[Page], tmp_path: Path) -> None:
    write_warc(pages, tmp_path / "world.warc.gz")
    with (tmp_path / "world.warc.gz").open("rb") as file:
        records = [
            (one.rec_headers.get_header("WARC-Target-URI"), one.content_stream().read())
            for one in ArchiveIterator(file)
        ]
    assert {url for url, _ in records} == {page.url for page in pages}
    assert len(records) == len(pages)


def test_every_design_shows_the_whole_text_and_escapes_it(pages: list[Page]) -> None:
    for design in range(6):
        page = next(one for one in pages if one.outlet.design == design and one.credited_url)
        shown = html(page, pages[:3])
        assert all(one.split("“")[0].split("&")[0] in shown for one in page.paragraphs)
        assert page.credited_url in shown


def test_the_answers_are_plain_data(pages: list[Page]) -> None:
    rows = json.loads(json.dumps(answers(pages)))
    assert all(row["original"] for row in rows if row["role"] == "copy")
    assert not any(row["parent"] for row in rows if row["role"] != "copy")


@pytest.mark.parametrize("design", range(6))
def test_every_design_of_the_second_web_is_read_without_what_stands_beside(design: int) -> None:
    held = [one for one in relays.build(3, official=False) if one.is_held and one.outlet.design == design]
    page = held[0]
    beside = [one for one in held if one.outlet is page.outlet and one is not page]
    found = read_page(relay_pages.html(page, beside).encode(), page.url, captured_at="2026-01-01T00:00:00Z")
    wanted, words = page.text.split(), found.text.split()
    assert len(words) <= len(wanted) + 12, found.text[-400:]
    assert set(wanted) - set(words) <= set(page.title.split())


def test_the_second_web_has_its_numbers_and_the_same_seed_gives_it_again() -> None:
    first, again = (relays.build(4, official=False) for _ in range(2))
    assert [page.text for page in first] == [page.text for page in again]
    assert sum(page.is_held for page in first) == 210
    assert sum(page.role == "copy" and page.is_held for page in first) == 131
    assert any(not page.is_held for page in first)
