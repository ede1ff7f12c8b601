"""The crawler's memory: what is due, what comes first, and when an address is looked at again."""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.crawl.frontier import AGES, LONGEST_WAIT, Answer, Find, FrontierError, is_failure, next_look
from scraper.crawl.lease import Lease
from scraper.store.frontier import SqliteFrontier

NOON = datetime(2031, 3, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
PIER = "http://harbour-courier.example/news/2031/pier"
FERRY = "http://harbour-courier.example/news/2031/ferry"


@pytest.fixture
def frontier() -> Iterator[SqliteFrontier]:
    connection = sqlite3.connect(":memory:")
    yield SqliteFrontier(connection)
    connection.close()


def due(frontier: SqliteFrontier, at: datetime) -> list[str]:
    return [visit.url for visit in frontier.due("courier", at, limit=99)]


def answer(frontier: SqliteFrontier, url: str, at: datetime, status: int = 200, **more) -> None:
    frontier.answered("courier", [Answer(url=url, status=status, at=at, **more)])


def test_new_pages_come_first_and_of_these_the_newest(frontier):
    frontier.found("courier", [Find(url="a", claimed_at="2031-01-01")], NOON)
    answer(frontier, "a", NOON)
    frontier.found(
        "courier",
        [Find(url="b", claimed_at="2031-02-01"), Find(url="c"), Find(url="d", claimed_at="2031-03-01T10:00:00Z")],
        NOON,
    )
    assert due(frontier, NOON + 2 * HOUR) == ["d", "b", "c", "a"]


def test_an_address_found_twice_is_one_address(frontier):
    assert frontier.found("courier", [Find(url=PIER), Find(url=PIER), Find(url=FERRY)], NOON) == 2
    assert frontier.found("courier", [Find(url=PIER)], NOON + HOUR) == 0


def test_a_page_is_looked_at_again_after_1_6_24_72_168_and_720_hours_and_then_every_720(frontier):
    at, hours = NOON, []
    frontier.found("courier", [Find(url=PIER)], NOON)
    for _ in range(8):
        answer(frontier, PIER, at)
        wait = next(age for age in AGES if due(frontier, at + age))
        assert not due(frontier, at + wait - timedelta(seconds=1))
        hours.append(wait // HOUR)
        at += wait
    assert hours == [1, 6, 24, 72, 168, 720, 720, 720]


def test_a_page_that_changed_or_is_being_copied_is_looked_at_sooner(frontier):
    for _ in range(4):
        answer(frontier, PIER, NOON)
    assert due(frontier, NOON + 2 * HOUR) == []
    frontier.sooner([PIER], NOON)
    assert due(frontier, NOON + HOUR) == [PIER]


def test_sooner_never_means_later(frontier):
    frontier.found("courier", [Find(url=PIER)], NOON)
    frontier.sooner([PIER], NOON)
    assert due(frontier, NOON) == [PIER]


def test_a_sitemap_that_states_a_newer_change_makes_a_page_due_at_once(frontier):
    frontier.found("courier", [Find(url=PIER, claimed_at="2031-03-04T08:00:00Z")], NOON)
    answer(frontier, PIER, NOON)
    frontier.found("courier", [Find(url=PIER, claimed_at="2031-03-04T08:00:00Z")], NOON + timedelta(minutes=9))
    assert due(frontier, NOON + timedelta(minutes=10)) == []
    frontier.found("courier", [Find(url=PIER, claimed_at="2031-03-04T12:05:00Z")], NOON + timedelta(minutes=9))
    assert due(frontier, NOON + timedelta(minutes=10)) == [PIER]


def test_a_304_and_a_fault_leave_the_validators_that_we_ask_with(frontier):
    answer(frontier, PIER, NOON, etag='"one"', last_modified="Tue, 04 Mar 2031 12:00:00 GMT")
    answer(frontier, PIER, NOON + HOUR, status=304)
    answer(frontier, PIER, NOON + 2 * HOUR, status=500)
    known = frontier.last("courier", PIER)
    assert (known.etag, known.last_modified) == ('"one"', "Tue, 04 Mar 2031 12:00:00 GMT")
    answer(frontier, PIER, NOON + 3 * HOUR)
    assert frontier.last("courier", PIER).etag is None


def test_failures_are_tried_again_ever_later_and_forgotten_after_an_answer(frontier):
    frontier.found("courier", [Find(url=PIER)], NOON)
    for hours in (1, 2, 4, 8):
        answer(frontier, PIER, NOON, status=0)
        assert not due(frontier, NOON + hours * HOUR - timedelta(seconds=1))
        assert due(frontier, NOON + hours * HOUR) == [PIER]
    answer(frontier, PIER, NOON)
    answer(frontier, PIER, NOON, status=0)
    assert due(frontier, NOON + HOUR) == [PIER]


def test_what_one_outlet_was_asked_is_none_of_anothers_business(frontier):
    frontier.found("courier", [Find(url=PIER)], NOON)
    assert frontier.due("almanac", NOON, limit=9) == []
    answer(frontier, PIER, NOON)
    frontier.found("almanac", [Find(url=PIER)], NOON)
    assert [visit.url for visit in frontier.due("almanac", NOON, limit=9)] == [PIER]


def test_feeds_and_sitemaps_are_no_pages(frontier):
    answer(frontier, "http://harbour-courier.example/rss.xml", NOON, way="feed", etag='"f"')
    assert due(frontier, NOON + 1000 * HOUR) == []
    assert frontier.last("courier", "http://harbour-courier.example/rss.xml").etag == '"f"'


def test_a_database_that_cannot_be_used_is_said_in_one_sentence(frontier):
    frontier._db.close()
    with pytest.raises(FrontierError, match="memory cannot be used"):
        frontier.found("courier", [Find(url=PIER)], NOON)


def test_it_lives_in_the_project_database_beside_other_transactions(tmp_path):
    from scraper.store.database import Store

    with Store.open(tmp_path / "provenance.db") as store:
        frontier = SqliteFrontier(store.db.conn)
        frontier.found("courier", [Find(url=PIER)], NOON)
        with store.transaction():
            frontier.found("courier", [Find(url=FERRY)], NOON)
        assert store.value("SELECT count(*) FROM _frontier") == 2


# --- leases --------------------------------------------------------------------------------------------------------


def hold(frontier: SqliteFrontier, holder: str, at: datetime) -> str | None:
    return frontier.lease("courier", holder, at, until=at + HOUR)


def test_an_outlet_is_held_by_one_at_a_time(frontier):
    assert hold(frontier, "a", NOON) is None
    assert hold(frontier, "b", NOON) == "a"
    assert hold(frontier, "a", NOON) is None
    frontier.release("courier", "b")
    assert hold(frontier, "b", NOON) == "a"
    frontier.release("courier", "a")
    assert hold(frontier, "b", NOON) is None


def test_a_lease_without_a_sign_of_life_ends(frontier):
    hold(frontier, "a", NOON)
    assert hold(frontier, "b", NOON + HOUR - timedelta(seconds=1)) == "a"
    assert hold(frontier, "b", NOON + HOUR) is None


def test_what_a_dead_process_of_this_machine_held_is_taken_over_at_once(frontier):
    with subprocess.Popen([sys.executable, "-c", ""]) as dead:
        dead.wait()
    now = datetime.now(UTC)
    frontier.lease("courier", f"{socket.gethostname()} {dead.pid} x", now, until=now + HOUR)
    assert Lease(frontier, "courier").take() is None


def test_what_a_living_process_or_another_machine_holds_is_left(frontier):
    now = datetime.now(UTC)
    for holder in (f"{socket.gethostname()} {os.getpid()} x", "elsewhere 1 x"):
        frontier.lease("courier", holder, now, until=now + HOUR)
        assert Lease(frontier, "courier").take() == holder.removesuffix(" x")
        frontier.release("courier", holder)


@given(st.integers(0, 599), st.integers(1, 50), st.integers(0, 50), st.integers(0, 10**6))
def test_an_address_is_always_due_again_and_never_before_the_server_wants_it(status, looks, failures, seconds):
    failures = max(failures, 1) if is_failure(status) else 0
    wait = timedelta(seconds=seconds)
    after = next_look(Answer(url=PIER, status=status, at=NOON, wait=wait), looks=looks, failures=failures)
    assert AGES[0] <= after <= max(AGES[-1], LONGEST_WAIT, wait)
    assert not failures or after >= wait
