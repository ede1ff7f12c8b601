"""Lines for cron, units for systemd, the health of outlets, and notices: each told once, over real connections."""

from __future__ import annotations

import json
import shutil
import socket
import socketserver
import subprocess
import threading
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.cli.app import run as provenance
from scraper.crawl.outlet import Outlet
from scraper.crawl.run import discover
from scraper.demo.web import served as fictional_web
from scraper.export.timers import Timer, crontab_line, systemd_units
from scraper.health import health
from scraper.running import run
from scraper.store.database import Store
from scraper.store.frontier import SqliteFrontier
from scraper.store.notices import note_told, untold

SPIDERS = str(files("scraper.demo").joinpath("spiders"))
NAMES = ["ports_ministry", "meridian", "harbourlight"]


def timer(**facts) -> Timer:
    return Timer(
        **{"command": ["/opt/pro venance/bin/provenance", "run"], "database": Path("/srv/p.db"), "hours": 1} | facts
    )


# --- by the clock ----------------------------------------------------------------------------------------------------


@given(st.text(min_size=1, max_size=40))
def test_a_database_has_one_odd_minute_for_ever(name):
    minute = timer(database=Path("/srv") / name).minute
    assert minute == timer(database=Path("/srv") / name).minute
    assert minute % 2 == 1
    assert 0 < minute < 60


def test_databases_are_spread_over_the_hour():
    assert len({timer(database=Path(f"/srv/{number}.db")).minute for number in range(200)}) > 20


def test_a_crontab_line_quotes_blanks_and_percent_signs():
    line = crontab_line(timer(command=["/opt/a b/provenance", "100%"], environment={"PROVENANCE_CONTACT": "a b"}))
    assert line.endswith(r" * * * * PROVENANCE_CONTACT='a b' '/opt/a b/provenance' 100\%" + "\n")


def test_hours_are_said_to_cron_and_to_systemd():
    assert f"{timer().minute} */6 * * * " in crontab_line(timer(hours=6))
    assert f"{timer().minute} {timer().minute % 24} * * * " in crontab_line(timer(hours=24))
    clock = systemd_units(timer(hours=6))[f"{timer().name}.timer"]
    assert f"OnCalendar=*-*-* 0/6:{timer().minute:02d}:00" in clock


@pytest.fixture
def in_folder(tmp_path, monkeypatch) -> Path:
    place = tmp_path / "a folder"
    place.mkdir()
    monkeypatch.chdir(place)
    return place


def printed(capfd, *arguments: str) -> str:
    assert provenance(list(arguments)) == 0
    return capfd.readouterr().out


def test_the_printed_command_runs_from_anywhere_in_an_empty_environment(in_folder, capfd):
    line = printed(capfd, "--db", "p.db", "schedule", "cron", "avim")
    fields = line.rstrip("\n").split(" ", 5)
    assert fields[1:5] == ["*"] * 4
    done = subprocess.run(
        ["/bin/sh", "-c", fields[5] + " --help"], env={}, cwd="/", capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "hunt cited originals" in done.stdout
    assert str(in_folder / "p.db") in line


def test_own_declarations_go_with_the_printed_command(in_folder, capfd):
    (in_folder / "spiders").mkdir()
    assert f"--spiders '{in_folder / 'spiders'}'" in printed(capfd, "schedule", "cron")


@pytest.mark.skipif(shutil.which("crontab") is None, reason="no crontab here")
def test_crontab_accepts_the_line(in_folder, capfd):
    (in_folder / "tab").write_text(printed(capfd, "schedule", "cron"))
    done = subprocess.run(["crontab", "-n", "tab"], capture_output=True, text=True, check=False)
    if "invalid option" in done.stderr or "unknown option" in done.stderr:
        pytest.skip("this crontab has no -n")
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
def test_systemd_accepts_the_units(in_folder, capfd, monkeypatch):
    monkeypatch.setenv("PROVENANCE_CONTACT", 'a "desk" of 100% $men')
    printed(capfd, "--db", "p $1 100%.db", "schedule", "systemd", "--into", "units")
    units = sorted((in_folder / "units").iterdir())
    assert [unit.suffix for unit in units] == [".service", ".timer"]
    done = subprocess.run(["systemd-analyze", "verify", *map(str, units)], capture_output=True, text=True, check=False)
    assert (done.returncode, [line for line in done.stderr.splitlines() if "provenance-" in line]) == (0, [])


def test_an_outlet_that_is_not_declared_is_not_scheduled(in_folder, capfd):
    assert provenance(["schedule", "cron", "nobody"]) == 2
    assert "No outlet nobody is declared" in capfd.readouterr().err


# --- health ----------------------------------------------------------------------------------------------------------


class Courier(Outlet):
    name = "courier"
    title = "Harbour Courier"
    home = "http://harbour-courier.example/"
    interval = 24


@pytest.fixture
def store(tmp_path) -> Iterator[Store]:
    with Store.open(tmp_path / "p.db", clock=lambda: "2031-03-10T12:00:00Z") as store:
        yield store


def answered(store: Store, at: str, status: int = 200) -> None:
    SqliteFrontier(store.db.conn)
    store.write(
        "INSERT INTO _frontier (outlet_id, url, way, found_at, answered_at, due_at, status, failures) "
        "VALUES ('courier', ?, 'feed', ?, ?, ?, ?, ?)",
        (f"http://harbour-courier.example/{at}", at, at, at, status, int(status >= 500)),
    )


def ran(store: Store, **counts) -> None:
    store.insert(
        "runs",
        command="run",
        software="test",
        outcome="fine",
        started_at="2031-03-10T11:00:00Z",
        finished_at="2031-03-10T11:10:00Z",
        counts=json.dumps({"courier": counts}),
    )


def how(store: Store) -> str:
    (one,) = health(store, {"courier": Courier})
    assert one.is_well == (not one.sentence)
    return one.state


def test_an_outlet_that_was_never_reached_is_not_well(store):
    assert how(store) == "never reached"
    answered(store, "2031-03-10T11:00:00Z", 503)
    assert how(store) == "never reached"


@pytest.mark.parametrize(("at", "state"), [("2031-03-09T13:00:00Z", "well"), ("2031-03-09T11:00:00Z", "overdue")])
def test_an_outlet_is_overdue_when_its_interval_is_over(store, at, state):
    answered(store, at)
    assert how(store) == state


def test_ways_in_that_point_at_nothing_any_more_are_told_from_a_quiet_day(store):
    answered(store, "2031-03-10T11:00:00Z")
    ran(store, ways=1, listed=20, new=20)
    assert how(store) == "well"
    ran(store, ways=0, ways_unchanged=1, listed=0)
    assert how(store) == "well"
    ran(store, ways=1, listed=0)
    assert how(store) == "nothing listed"


def test_pages_that_cannot_be_read_any_more_are_told_from_a_run_without_pages(store):
    answered(store, "2031-03-10T11:00:00Z")
    ran(store, ways=1, listed=5, new=5)
    ran(store, ways=1, listed=5)
    assert how(store) == "well"
    ran(store, ways=1, listed=5, unread=3)
    assert how(store) == "nothing read"
    ran(store, ways=1, listed=5)
    assert how(store) == "nothing read"
    ran(store, ways=1, listed=5, changed=1)
    assert how(store) == "well"


def test_a_run_that_left_the_outlet_to_another_says_nothing_of_it(store):
    answered(store, "2031-03-10T11:00:00Z")
    ran(store, ways=1, listed=5, new=5)
    ran(store, ways=1, listed=0, is_held=True)
    assert how(store) == "well"


@pytest.mark.parametrize(("days", "state"), [((1, 2, 3, 4, 9), "well"), ((1, 2, 3, 4, 5), "silent")])
def test_a_way_in_that_answers_and_never_changes_is_silent(tmp_path, days, state):
    now = "2031-03-13T12:00:00Z"
    with Store.open(tmp_path / "s.db", clock=lambda: now) as store:
        arrive(store, [f"2031-03-{day:02d}T10:00:00Z" for day in days])
        answered(store, now)
        assert how(store) == state


def arrive(store: Store, moments: list[str]) -> None:
    from scraper.line import Line
    from scraper.model import Capture

    line = Line(store, {"courier": Courier})
    for number, at in enumerate(moments):
        url = f"http://harbour-courier.example/news/{number}"
        words = " ".join(f"page{number}word{one}" for one in range(60))
        body = f"<html><body><article><h1>Report {number}</h1><p>{words}.</p></article></body></html>".encode()
        capture = Capture(requested_url=url, url=url, captured_at=at, body=body, outlet_id="courier")
        assert [taken.what for taken in line.take_in([capture])] == ["new"]


def test_health_exits_2_when_an_outlet_is_not_well(tmp_path, capfd):
    Store.open(tmp_path / "p.db").close()
    code = provenance(["--db", str(tmp_path / "p.db"), "health", "--spiders", SPIDERS, "meridian", "--json"])
    (one,) = json.loads(capfd.readouterr().out)
    assert (code, one["outlet"], one["state"]) == (2, "meridian", "never reached")


# --- notices ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def crawled(tmp_path_factory) -> Path:
    """A database with an altered copy in it, made by one run on the fictional web."""
    database = tmp_path_factory.mktemp("crawled") / "p.db"
    quick = {"DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": False, "LOG_LEVEL": "ERROR"}
    with fictional_web() as web, Store.open(database) as store:
        outlets = {name: outlet for name, outlet in discover(SPIDERS).items() if name in NAMES}
        report = run(store, outlets, settings={**quick, "PROVENANCE_HOSTS": web.hosts}, hunts=False)
        assert report.outcome == "fine"
    return database


@pytest.fixture
def database(crawled, tmp_path) -> Path:
    shutil.copy(crawled, tmp_path / "copy.db")
    return tmp_path / "copy.db"


class Heard:
    """What arrived by webhook or ping."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.status = 200


@pytest.fixture
def heard(site) -> Heard:
    heard = Heard()

    def answer(handler):
        heard.bodies.append(handler.rfile.read(int(handler.headers.get("Content-Length", 0))))
        handler.send_response(heard.status)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    site.pages["/hook"] = site.pages["/alive"] = answer
    return heard


@pytest.fixture(autouse=True)
def posts(monkeypatch):
    """The loopback site answers POST like GET."""
    from tests import loopback

    monkeypatch.setattr(loopback._Handler, "do_POST", loopback._Handler.do_GET, raising=False)


def notify(database, site, *more: str) -> int:
    return provenance(["--db", str(database), "notify", "--host", f"hook.example={site.address}", *more])


def test_a_webhook_is_told_of_each_copy_once_with_the_words_that_changed(database, site, heard):
    assert notify(database, site, "--webhook", "http://hook.example/hook") == 0
    assert notify(database, site, "--webhook", "http://hook.example/hook") == 0
    (body,) = heard.bodies
    notices = json.loads(body)["notices"]
    altered = [one for one in notices if one["is_altered"]]
    assert any("harbourlight.example" in one["copy_url"] and one["changes"] for one in altered)
    assert len({one["what"] for one in notices}) == len(notices)


def test_a_webhook_that_failed_is_told_the_next_time(database, site, heard, capfd):
    heard.status = 500
    assert notify(database, site, "--webhook", "http://hook.example/hook") == 2
    assert capfd.readouterr().err == "provenance: http://hook.example/hook answered 500.\n"
    heard.status = 200
    assert notify(database, site, "--webhook", "http://hook.example/hook") == 0
    assert heard.bodies[0] == heard.bodies[1]


def test_an_inward_webhook_is_refused_unless_it_is_allowed(database, site, heard, capfd):
    url = f"http://{site.address}/hook"
    assert notify(database, site, "--webhook", url) == 2
    assert "loopback" in capfd.readouterr().err
    assert site.asked == []
    assert notify(database, site, "--webhook", url, "--allow", "127.0.0.0/8") == 0
    assert len(heard.bodies) == 1


def test_a_verdict_that_was_only_made_again_is_no_news(database):
    with Store.open(database) as store:
        from scraper.linking import link
        from scraper.store.notices import notable

        rows = notable(store)
        assert rows
        note_told(store, "desk", rows)
        list(link(store, everything=True))
        assert untold(store, "desk", notable(store)) == []
        assert len(untold(store, "another", notable(store))) == len(rows)


def test_the_atom_file_is_well_formed_and_replaced_whole(database, site, tmp_path):
    file = tmp_path / "notices.atom"
    file.write_text("old")
    assert notify(database, site, "--atom", str(file)) == 0
    feed = ET.parse(file).getroot()  # noqa: S314 - our own file
    names = {"a": "http://www.w3.org/2005/Atom"}
    entries = feed.findall("a:entry", names)
    assert entries
    assert all(entry.findtext("a:id", None, names) and entry.findtext("a:updated", None, names) for entry in entries)
    assert any("→" in (entry.findtext("a:content", "", names)) for entry in entries)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_hostile_words_stay_words_in_the_atom_file():
    from scraper.export.notices import atom

    row = {
        "is_altered": True, "is_uncredited": False, "copy_outlet": "</title><script>", "copy_title": "a\x00b\ud800",
        "copy_url": "javascript:alert(1)", "source_outlet": "x", "source_url": None, "reason": "]]>&", "changes": [],
        "decided_at": "2031-03-10T12:00:00Z", "link_id": 1, "what": "0" * 64,
    }  # fmt: skip
    entry = ET.fromstring(atom([row])).find("{http://www.w3.org/2005/Atom}entry")  # noqa: S314 - our own words
    assert entry.find("{http://www.w3.org/2005/Atom}link") is None
    assert "</title><script>" in entry.findtext("{http://www.w3.org/2005/Atom}title")


def test_a_file_that_cannot_be_written_is_said(database, site, tmp_path, capfd):
    assert notify(database, site, "--atom", str(tmp_path / "nowhere" / "notices.atom")) == 2
    assert "cannot be written" in capfd.readouterr().err


def test_a_sign_of_life_is_given_only_while_runs_are_fine(database, site, heard):
    assert notify(database, site, "--ping", "http://hook.example/alive") == 0
    assert len(heard.bodies) == 1
    with Store.open(database) as store:
        store.write("UPDATE runs SET outcome = 'trouble'")
    assert notify(database, site, "--ping", "http://hook.example/alive") == 0
    assert len(heard.bodies) == 1


@contextmanager
def mail_server() -> Iterator[tuple[str, list[bytes]]]:
    """A mail server that takes everything."""
    taken: list[bytes] = []

    class Desk(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.say("220 mail.example")
            while line := self.rfile.readline():
                word = line[:4].upper()
                if word == b"DATA":
                    self.say("354 go on")
                    message = b""
                    while (line := self.rfile.readline()) != b".\r\n":
                        message += line
                    taken.append(message)
                self.say("221 bye" if word == b"QUIT" else "250 fine")
                if word == b"QUIT":
                    return

        def say(self, words: str) -> None:
            self.wfile.write(words.encode() + b"\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Desk) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield f"127.0.0.1:{server.server_address[1]}", taken
        server.shutdown()
        thread.join(5)


def test_mail_is_sent_once_over_a_real_connection(database, site):
    with mail_server() as (server, taken):
        for _ in range(2):
            assert notify(database, site, "--mail", "desk@courier.example", "--smtp", server) == 0
    (message,) = taken
    assert b"To: desk@courier.example" in message
    assert b"Auto-Submitted: auto-generated" in message


def test_a_mail_server_that_is_not_there_is_said_and_told_the_next_time(database, site, capfd):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nobody = f"127.0.0.1:{closed.getsockname()[1]}"
        assert notify(database, site, "--mail", "desk@courier.example", "--smtp", nobody) == 2
    assert "did not take the message" in capfd.readouterr().err
    with mail_server() as (server, taken):
        assert notify(database, site, "--mail", "desk@courier.example", "--smtp", server) == 0
    assert len(taken) == 1


@pytest.mark.parametrize("arguments", [(), ("--mail", "desk@courier.example")])
def test_notify_says_what_it_needs(database, site, arguments, monkeypatch, capfd):
    monkeypatch.delenv("PROVENANCE_SMTP", raising=False)
    assert notify(database, site, *arguments) == 2
    assert capfd.readouterr().err.startswith("provenance: ")
