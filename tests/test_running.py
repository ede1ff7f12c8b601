"""``provenance run``: the whole line in one call, stopped, killed, short of disk, and gone on with."""

from __future__ import annotations

import fcntl
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from scraper.crawl.archives import Archive, available
from scraper.crawl.outlet import DeclarationError, Outlet
from scraper.crawl.run import discover
from scraper.line import Line
from scraper.model import Capture
from scraper.running import run
from scraper.store.database import Store, StoreError
from scraper.store.verification import verify
from tests.conftest import QUICK

PROGRAM = (sys.executable, "-c", "from scraper.cli import main; main()")
STATEMENT = (
    "The Ministry of Tides of Orlan said on Monday that {number} lamps along the northern breakwater had been "
    "repaired before the winter storms. The work took eleven weeks and cost less than was planned, the ministry "
    "said. Inspectors will look at the southern breakwater in spring, and boats may use the inner harbour again."
)


def article(title: str, body: str, *, source: str = "", day: str = "2031-03-02") -> str:
    credit = f'<p>Source: <a href="{source}">Ministry of Tides</a></p>' if source else ""
    paragraphs = "".join(f"<p>{part}</p>" for part in body.split("\n\n"))
    return (
        f'<html lang="en"><head><title>{title}</title><meta property="article:published_time" '
        f'content="{day}T09:00:00Z"></head><body><article><h1>{title}</h1>{paragraphs}{credit}</article></body></html>'
    )


def own_words(number: int) -> str:
    rest = " ".join(f"item{number}word{one}" for one in range(90))
    return f"Report number {number} from the harbour of Orlan was written for this page alone. {rest}."


def fill(site, count: int, *, etag: bool = False) -> None:
    """A front page with ``count`` articles."""
    links = "".join(f'<a href="/news/2031/{one}">{one}</a> ' for one in range(count))
    site.page("/", f"<html><body>{links}</body></html>", **({"etag": '"front"'} if etag else {}))
    for one in range(count):
        site.page(f"/news/2031/{one}", article(f"Report {one}", own_words(one)))


@pytest.fixture
def folder(tmp_path) -> Path:
    """A folder that declares one outlet."""
    place = tmp_path / "outlets"
    place.mkdir()
    place.joinpath("harbour_courier.py").write_text(
        textwrap.dedent(
            """
            from scraper.crawl.outlet import Outlet


            class HarbourCourier(Outlet):
                title = "Harbour Courier"
                kind = "newspaper"
                home = "http://harbour-courier.example/"
                articles = r"/news/\\d{4}/"
                custom_settings = {"DOWNLOAD_DELAY": 0.01, "AUTOTHROTTLE_ENABLED": False}
            """
        )
    )
    return place


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "p.db") as store:
        yield store


@pytest.fixture
def go(site, folder, store):
    """One run in this process; further hosts by name, other settings by keyword."""

    def go(*hosts: str, **options):
        names = dict.fromkeys(("harbour-courier.example", *hosts), site.address)
        options.setdefault("archives", ())
        outlets = options.pop("outlets", None) or discover(folder)
        return run(store, outlets, settings={**QUICK, "LOG_LEVEL": "ERROR", "PROVENANCE_HOSTS": names}, **options)

    return go


def command(site, folder, database, *more: str) -> list[str]:
    return [
        *PROGRAM, "--db", str(database), "run", "--spiders", str(folder), "harbour_courier", "--no-archives",
        "--host", f"harbour-courier.example={site.address}", *more,
    ]  # fmt: skip


def cron(site, folder, database, *more: str, **options) -> subprocess.CompletedProcess[str]:
    """The command as cron calls it: no terminal, next to nothing in the environment."""
    environment = {"PATH": "/usr/bin:/bin"}
    return subprocess.run(
        command(site, folder, database, *more),
        capture_output=True,
        text=True,
        env=environment,
        timeout=60,
        check=False,
        **options,
    )


def rows(database, sql: str):
    connection = sqlite3.connect(database)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


# --- all is well -----------------------------------------------------------------------------------------------------


def test_in_cron_a_run_is_silent_when_all_is_well(site, folder, tmp_path):
    fill(site, 2)
    done = cron(site, folder, tmp_path / "p.db")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert rows(tmp_path / "p.db", "select command, outcome from runs") == [("run harbour_courier", "fine")]
    assert rows(tmp_path / "p.db", "select count(*) from versions") == [(2,)]


def test_a_second_run_asks_only_for_what_is_due(site, go, store):
    fill(site, 3, etag=True)
    assert go().outcome == "fine"
    site.asked.clear()
    assert go().outcome == "fine"
    assert site.paths() == ["/"]
    assert store.value("SELECT count(*) FROM captures") == 3


def test_what_an_earlier_run_captured_and_did_not_read_is_read_first(site, go, store):
    fill(site, 0)
    from scraper.read.urls import url_key
    from scraper.store.captures import write_capture

    url = "http://harbour-courier.example/news/2031/77"
    body = article("Left over", own_words(77)).encode()
    capture = Capture(requested_url=url, url=url, captured_at="2031-03-02T10:00:00Z", body=body)
    write_capture(store, capture, key=url_key(url), outlet=discover_facts())
    go()
    assert store.value("SELECT title FROM versions") == "Left over"


def discover_facts():
    from scraper.model import OutletFacts

    return OutletFacts(id="harbour_courier", title="Harbour Courier")


def test_a_page_that_changed_is_looked_at_again_sooner(site, go, store):
    fill(site, 2)
    go()
    store.write("UPDATE _frontier SET looks = 5, due_at = '2000-01-01T00:00:00Z'")
    site.page("/news/2031/1", article("Report 1", own_words(1) + "\n\n" + own_words(9)))
    go()
    looks = store.rows("SELECT substr(url, -1) AS page, looks FROM _frontier WHERE way = 'page' ORDER BY url")
    assert looks == [{"page": "0", "looks": 6}, {"page": "1", "looks": 1}]


def test_what_a_run_left_unlinked_is_linked_by_the_next(site, go, store, monkeypatch):
    copy_of_a_statement(site)
    site.page("/statements/12", article("Statement 12", STATEMENT.format(number="around 40")))
    monkeypatch.setattr("scraper.running.link", lambda _store: iter(()))
    go("tides.orlan.example")
    assert store.value("SELECT count(*) FROM links") == 0
    monkeypatch.undo()
    go("tides.orlan.example")
    assert store.value("SELECT count(*) FROM copies") == 1


# --- originals -------------------------------------------------------------------------------------------------------

ORIGINAL = "http://tides.orlan.example/statements/12"


def copy_of_a_statement(site) -> None:
    site.page("/", '<html><body><a href="/news/2031/1">1</a></body></html>')
    body = STATEMENT.format(number="up to 40")
    site.page("/news/2031/1", article("Lamps repaired", body, source=ORIGINAL, day="2031-03-03"))


def test_an_original_that_a_copy_cites_is_fetched_and_linked_in_the_same_run(site, go, store):
    copy_of_a_statement(site)
    site.page("/statements/12", article("Statement 12", STATEMENT.format(number="around 40")))
    report = go("tides.orlan.example")
    assert (report.outcome, report.hunted) == ("fine", {"new": 1})
    found = store.rows("SELECT source_url, verdict FROM copies")
    assert found == [{"source_url": ORIGINAL, "verdict": "altered"}]


def test_no_original_is_fetched_where_the_hunt_is_off(site, go, store):
    copy_of_a_statement(site)
    site.page("/statements/12", article("Statement 12", STATEMENT.format(number="around 40")))
    go("tides.orlan.example", hunts=False)
    assert "/statements/12" not in site.paths()


def test_an_original_that_gave_no_answer_is_not_asked_again_at_once(site, go):
    copy_of_a_statement(site)
    site.page("/statements/12", "busy", status=503)
    go("tides.orlan.example")
    go("tides.orlan.example")
    assert site.paths().count("/statements/12") == 1


def test_a_forbidden_original_is_left_alone_and_said(site, go, store):
    copy_of_a_statement(site)
    site.pages["/robots.txt"] = (200, {}, b"User-agent: *\nDisallow: /statements/")
    report = go("tides.orlan.example")
    assert "/statements/12" not in site.paths()
    assert [issue.kind for issue in report.issues] == ["original"]
    assert report.outcome == "fine"


def test_of_an_original_that_is_gone_the_archive_is_asked_and_the_capture_says_so(site, go, store):
    copy_of_a_statement(site)
    site.page("/statements/12", "gone", status=410)
    closest = {"available": True, "timestamp": "20310302100000", "status": "200"}
    answer = json.dumps({"url": ORIGINAL, "archived_snapshots": {"closest": closest}})
    asked = Archive(
        name="Test Archive",
        question="http://archive.example/available",
        answer=available,
        raw="http://archive.example/raw/{stamp}id_/x",
    )
    site.page("/available", answer, content_type="application/json")
    site.page("/raw/20310302100000id_/x", article("Statement 12", STATEMENT.format(number="around 40")))
    report = go("tides.orlan.example", "archive.example", archives=(asked,))
    assert report.hunted == {"gone": 1, "new": 1}
    held = store.row("SELECT note, captured_at FROM captures WHERE how = 'archive'")
    assert held["captured_at"] == "2031-03-02T10:00:00Z"
    assert "Test Archive" in held["note"]
    assert store.value("SELECT source_url FROM copies") == ORIGINAL


# --- promises --------------------------------------------------------------------------------------------------------


def test_a_broken_promise_is_trouble_and_a_page_that_is_not_due_breaks_none(site, go, folder, store):
    file = folder / "harbour_courier.py"
    file.write_text(file.read_text() + '    expects = {"articles_per_run": 3}\n')
    fill(site, 3)
    outlets = discover(folder)
    assert go(outlets=outlets).outcome == "fine"
    assert go(outlets=outlets).outcome == "fine"
    site.page("/", "<html><body><p>We have a new design.</p></body></html>")
    report = go(outlets=outlets)
    assert report.outcome == "trouble"
    assert report.sentences == ("harbour_courier gave 0 articles, new or seen again; it promises at least 3 in a run.",)
    assert store.value("SELECT kind FROM issues WHERE level = 'error'") == "promise"


def test_a_promise_that_nobody_can_check_is_a_mistake_in_the_declaration():
    with pytest.raises(DeclarationError, match="articles_per_run"):
        type("Wrong", (Outlet,), {"title": "Wrong", "home": "http://wrong.example/", "expects": {"scoops": 1}})


# --- one at a time ---------------------------------------------------------------------------------------------------


def test_a_second_run_at_the_same_time_ends_well_asks_nothing_and_leaves_a_row(site, folder, tmp_path):
    fill(site, 1)
    database = tmp_path / "p.db"
    with (tmp_path / "p.db.run").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = cron(site, folder, database)
    assert (done.returncode, done.stderr, site.asked) == (0, "", [])
    assert rows(database, "select outcome, finished_at is null from runs") == [("skipped", 0)]


def test_a_second_run_is_trouble_when_the_first_is_at_it_for_too_long(site, folder, tmp_path):
    with (tmp_path / "p.db.run").open("w") as lock:
        lock.write("2026-01-01T00:00:00Z process 1\n")
        lock.flush()
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = cron(site, folder, tmp_path / "p.db")
    assert done.returncode == 2
    assert "longer than it may" in done.stderr
    assert rows(tmp_path / "p.db", "select outcome from runs") == [("trouble",)]


def test_the_lock_ends_with_the_run_and_a_file_left_behind_holds_nobody_up(go, site, store):
    fill(site, 1)
    store.path.with_name(store.path.name + ".run").write_text("2026-01-01T00:00:00Z process 1\n")
    assert go().outcome == "fine"
    assert go().outcome == "fine"


# --- stopped ---------------------------------------------------------------------------------------------------------


def start(site, folder, database, *more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command(site, folder, database, *more), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def wait_for(condition, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.01)


def test_sigterm_finishes_the_page_in_hand_and_the_next_run_goes_on(site, folder, tmp_path):
    fill(site, 12)
    site.seconds = 0.15
    database = tmp_path / "p.db"
    process = start(site, folder, database)
    wait_for(lambda: len(site.paths()) >= 4)
    process.terminate()
    out, err = process.communicate(timeout=15)
    assert (process.returncode, out) == (2, "")
    assert err == "provenance: The run was asked to stop; the next one goes on from here.\n"
    assert rows(database, "select outcome from runs") == [("interrupted",)]
    held = rows(database, "select count(*) from captures where version_id is not null")[0][0]
    assert held == len([path for path in site.paths() if path != "/"]) < 12
    site.seconds = 0
    assert cron(site, folder, database).returncode == 0
    assert rows(database, "select count(*) from versions") == [(12,)]
    assert site.paths().count("/news/2031/0") == 1


def test_a_server_that_does_not_answer_cannot_keep_a_run_from_stopping(site, folder, tmp_path):
    fill(site, 1)

    def silent(handler):
        time.sleep(20)
        handler.close_connection = True

    site.pages["/news/2031/0"] = silent
    process = start(site, folder, tmp_path / "p.db")
    wait_for(lambda: "/news/2031/0" in site.paths())
    began = time.monotonic()
    process.terminate()
    process.communicate(timeout=15)
    assert time.monotonic() - began < 10
    assert process.returncode == 2
    assert rows(tmp_path / "p.db", "select outcome from runs") == [("interrupted",)]


def test_a_run_past_its_time_is_stopped_and_is_trouble(site, go, store):
    fill(site, 8)
    site.seconds = 0.3
    report = go(max_runtime=1.0)
    assert report.outcome == "trouble"
    assert "took longer than it may" in report.sentences[0]
    assert [issue.kind for issue in report.issues] == ["runtime"]
    site.seconds = 0
    assert go().outcome == "fine"
    assert store.value("SELECT count(*) FROM versions") == 8


def test_signals_are_as_they_were_when_a_run_is_over(site, go):
    fill(site, 1)
    before = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM)]
    go()
    assert [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM)] == before


# --- killed ----------------------------------------------------------------------------------------------------------


def test_a_run_killed_at_random_moments_loses_nothing_and_the_next_one_completes_it(site, folder, tmp_path):
    fill(site, 30)
    site.seconds = 0.01
    database = tmp_path / "p.db"
    chance = random.Random(6)  # noqa: S311 - moments, no secrets
    held = 0
    for _ in range(6):
        process = start(site, folder, database)
        asked = len(site.asked)
        wait_for(lambda asked=asked: len(site.asked) > asked)
        time.sleep(chance.uniform(0.0, 0.5))
        process.kill()
        process.communicate(timeout=15)
        with Store.open(database) as store:
            assert store.value("PRAGMA quick_check") == "ok"
            assert verify(store) == []
            now = store.value("SELECT count(*) FROM captures")
        assert now >= held
        held = now
    assert cron(site, folder, database).returncode == 0
    assert rows(database, "select count(distinct document_id) from versions") == [(30,)]
    assert rows(database, "select count(*) from versions where number > 1") == [(0,)]
    with Store.open(database) as store:
        assert verify(store) == []


# --- surroundings ----------------------------------------------------------------------------------------------------


def test_a_clock_set_back_changes_no_version_and_breaks_nothing(site, go, store):
    fill(site, 2)
    go()
    store.write("UPDATE runs SET started_at = '2099-01-01T00:00:00Z', finished_at = '2099-01-01T00:00:00Z'")
    store.write("UPDATE _frontier SET answered_at = '2099-01-01T00:00:00Z'")
    assert go().outcome == "fine"
    assert store.value("SELECT count(*) FROM versions") == 2
    assert verify(store) == []


def test_a_read_only_database_is_said_in_one_sentence(site, folder, tmp_path):
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    database = tmp_path / "p.db"
    Store.open(database).close()
    tmp_path.chmod(0o555)
    database.chmod(0o444)
    try:
        done = cron(site, folder, database)
    finally:
        tmp_path.chmod(0o755)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "read-only" in done.stderr


def test_a_lock_that_cannot_be_taken_is_said_in_one_sentence(site, go, store):
    store.path.with_name(store.path.name + ".run").mkdir()
    with pytest.raises(StoreError, match=r"lock .* cannot be taken"):
        go()


def test_a_locked_database_is_said_in_one_sentence_and_loses_nothing(site, go, store, monkeypatch):
    fill(site, 2)
    store.db.execute("PRAGMA busy_timeout = 100")
    other = sqlite3.connect(store.path, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="is locked"):
            go()
    finally:
        other.close()
    assert go().outcome == "fine"
    assert store.value("SELECT count(*) FROM versions") == 2


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 2 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = shutil.which("mount")
    if mount is None or os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    done = subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip("no small disk may be mounted here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_is_said_in_one_sentence_and_loses_nothing_that_was_committed(site, folder, small_disk):
    links = "".join(f'<a href="/news/2031/{one}">{one}</a> ' for one in range(40))
    site.page("/", f"<html><body>{links}</body></html>")
    noise = random.Random(1)  # noqa: S311 - text that does not compress
    for one in range(40):
        words = " ".join(f"{noise.getrandbits(64):x}" for _ in range(6000))
        site.page(f"/news/2031/{one}", article(f"Report {one}", own_words(one) + "\n\n" + words))
    database = small_disk / "p.db"
    done = cron(site, folder, database)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "disk" in done.stderr
    with Store.open(database, read_only=True) as store:
        assert store.value("PRAGMA quick_check") == "ok"
        assert verify(store) == []


# --- read again ------------------------------------------------------------------------------------------------------


def test_a_newer_reader_gives_versions_marked_as_reread_and_no_edits(site, go, store, folder):
    fill(site, 2)
    mended = article("Report 1", own_words(1) + "\n\n" + own_words(5)).replace("<p>", '<p class="mended">', 1)
    site.page("/news/2031/1", mended)
    go()
    file = folder / "harbour_courier.py"
    file.write_text(
        "from scraper.crawl.outlet import Recipe\n"
        + file.read_text()
        + '    recipes = (Recipe(body="article p.mended"),)\n'
    )
    outlets = discover(folder)
    assert sorted(taken.what for taken in Line(store, outlets).read_again()) == ["reread", "unchanged"]
    marked = store.rows("SELECT number, reread_of IS NOT NULL AS is_reread FROM versions ORDER BY document_id, number")
    assert [(row["number"], row["is_reread"]) for row in marked if row["is_reread"]] == [(2, 1)]
    assert {taken.what for taken in Line(store, outlets).read_again()} == {"unchanged"}
    store.write("UPDATE _frontier SET due_at = '2000-01-01T00:00:00Z'")
    assert go(outlets=outlets).outlets[0]["changed"] == 0
    assert store.value("SELECT count(*) FROM versions") == 3
    assert verify(store) == []


# --- notices that look like pages ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "html"),
    [
        (
            "soft 404",
            "<html><head><title>Page not found</title></head><body><h1>404 - Page not found</h1></body></html>",
        ),
        ("empty shell", '<html><body><div id="root"></div><script src="/app.js"></script></body></html>'),
        (
            "login wall",
            "<html><body><h1>Please log in</h1><p>Log in to continue reading.</p>"
            '<form><input type="password"></form></body></html>',
        ),
        (
            "consent wall",
            "<html><body><h1>We value your privacy</h1><p>We and our partners use cookies. Accept all cookies to "
            "continue to the site.</p><button>Accept all</button></body></html>",
        ),
    ],
)
def test_walls_shells_and_notices_are_issues_of_their_kind_and_no_versions(site, go, store, kind, html):
    fill(site, 1)
    go()
    site.page("/news/2031/0", html)
    store.write("UPDATE _frontier SET due_at = '2000-01-01T00:00:00Z'")
    go()
    assert store.value("SELECT count(*) FROM versions") == 1
    assert store.value("SELECT kind FROM issues") == kind


def test_the_same_undated_text_under_a_third_address_of_a_host_is_a_notice(site, go, store):
    fill(site, 4)
    sorry = "<html><head><title>Orlan</title></head><body><article><p>This story moved on with the tide. Look at our "
    sorry += "front page for what the harbour has today, or write to the desk.</p></article></body></html>"
    for number in range(4):
        site.page(f"/news/2031/{number}", sorry)
    go()
    assert store.value("SELECT count(*) FROM versions") == 2
    assert store.rows("SELECT DISTINCT kind FROM issues") == [{"kind": "soft 404"}]
