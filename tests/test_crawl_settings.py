"""A running crawler has everything switched off that we do not use, and can be stopped, killed and called again."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from scraper.crawl import settings as ours
from scraper.crawl.connect import GuardedHandler, GuardMiddleware
from scraper.crawl.patience import PatienceMiddleware
from scraper.crawl.robots import RobotsMiddleware
from scraper.crawl.run import discover
from tests.test_crawl import HarbourCourier, fill

RUNNING = {
    "ROBOTSTXT_OBEY": True,
    "REMOTE_CONTROL_ENABLED": False,
    "TELNETCONSOLE_ENABLED": False,
    "DOWNLOAD_MAXSIZE": 10_000_000,
    "DOWNLOAD_TIMEOUT": 30,
    "DOWNLOAD_VERIFY_CERTIFICATES": True,
    "COOKIES_ENABLED": False,
    "HTTPPROXY_ENABLED": False,
    "CONCURRENT_ITEMS": 4,
    "CONCURRENT_REQUESTS": 1,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
    "DOWNLOAD_DELAY": 1.0,
    "AUTOTHROTTLE_ENABLED": True,
    "AUTOTHROTTLE_TARGET_CONCURRENCY": 1.0,
    "REDIRECT_MAX_TIMES": 10,
    "JOBDIR": None,
    "HTTPCACHE_ENABLED": False,
}


class Watched(HarbourCourier):
    """Looks at its own crawler while it runs."""

    name = "watched"
    _seen: dict[str, object] = {}  # noqa: RUF012 - filled by the test's only crawl


async def look(self):
    engine = self.crawler.engine
    middlewares = [type(each) for each in engine.downloader.middleware.middlewares]
    self._seen.update(
        settings={name: self.crawler.settings.get(name) for name in RUNNING},
        agent=self.crawler.settings["USER_AGENT"],
        handlers={
            scheme: type(engine.downloader.handlers._get_handler(scheme)).__name__
            for scheme in ("http", "https", "file", "data", "ftp", "s3")
        },
        middlewares=middlewares,
        extensions=[type(each).__name__ for each in self.crawler.extensions.middlewares],
        listening=listening(),
    )
    return
    yield


Watched.start = look


def listening() -> set[str]:
    """Addresses on which this process listens (Linux)."""
    descriptors = [entry for entry in Path("/proc/self/fd").iterdir() if entry.is_symlink() and entry.exists()]
    mine = {str(entry.readlink()) for entry in descriptors}
    text = Path("/proc/self/net/tcp").read_text() + Path("/proc/self/net/tcp6").read_text()
    rows = [line.split() for line in text.splitlines()]
    return {row[1] for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in mine}


@pytest.fixture
def seen(site, crawls):
    before = listening()
    unhurried = {name: getattr(ours, name) for name in ("DOWNLOAD_DELAY", "AUTOTHROTTLE_MAX_DELAY", "DOWNLOAD_TIMEOUT")}
    crawls(Watched, **unhurried)
    return Watched._seen | {"before": before}


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_running_crawler_is_set_as_we_promise(seen):
    assert seen["settings"] == RUNNING
    assert seen["agent"].startswith("provenance-tracker/")
    assert seen["listening"] <= seen["before"]
    assert seen["handlers"]["http"] == seen["handlers"]["https"] == GuardedHandler.__name__
    assert {seen["handlers"][scheme] for scheme in ("file", "data", "ftp", "s3")} == {"NoneType"}
    assert {"RemoteControl", "TelnetConsole"}.isdisjoint(seen["extensions"])
    assert [each for each in seen["middlewares"] if each.__module__.startswith("scraper.")] == [
        GuardMiddleware,
        RobotsMiddleware,
        PatienceMiddleware,
    ]
    assert {"RobotsTxtMiddleware", "CookiesMiddleware", "HttpProxyMiddleware"}.isdisjoint(
        each.__name__ for each in seen["middlewares"]
    )


# --- stopped ---------------------------------------------------------------------------------------------------------


def terminate(after: threading.Event | None = None, seconds: float = 0.0) -> None:
    """SIGTERM to this process, from beside it."""

    def send():
        if after:
            after.wait(9)
        time.sleep(seconds)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=send, daemon=True).start()


def test_a_signal_lets_the_page_in_hand_finish_and_the_next_run_goes_on(site, crawls):
    fill(site, *(f"/news/2031/{number}" for number in range(6)))
    arrived = threading.Event()
    page = site.pages["/news/2031/2"]

    def slow(handler):
        arrived.set()
        time.sleep(0.5)
        handler._answer(page)

    site.pages["/news/2031/2"] = slow
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    terminate(arrived)
    report = crawls(HarbourCourier)
    assert (report.outcome, report.outlets[0].reason, report.issues) == ("interrupted", "shutdown", ())
    assert "/news/2031/2" in crawls.paths
    first = list(crawls.paths)
    assert len(first) < 6
    assert (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)) == before
    site.pages["/news/2031/2"] = page
    assert crawls(HarbourCourier).outcome == "fine"
    assert sorted(first + crawls.paths) == [f"/news/2031/{number}" for number in range(6)]


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/robots.txt", (200, {}, b"User-agent: *\nCrawl-delay: 50")),
        ("/news/2031/0", (429, {"Retry-After": "50"}, b"")),
        ("/news/2031/0", (503, {"Retry-After": "50"}, b"")),
    ],
)
def test_whoever_waits_for_a_server_can_be_stopped(site, crawls, path, answer):
    fill(site, "/news/2031/0")
    site.pages[path] = answer
    terminate(seconds=0.8)
    began = time.monotonic()
    assert crawls(HarbourCourier).outcome == "interrupted"
    assert time.monotonic() - began < 5


def test_a_crawl_may_run_in_a_thread_of_its_own(site, crawls):
    fill(site, "/news/2031/0")
    crawls.connection.close()
    done = []

    def there():
        from tests.conftest import Crawls

        done.append(Crawls(site)(HarbourCourier))

    thread = threading.Thread(target=there)
    thread.start()
    thread.join(20)
    assert [report.outcome for report in done] == ["fine"]


# --- killed ----------------------------------------------------------------------------------------------------------

CRAWLER = """
import sqlite3, sys
from scraper.crawl.run import crawl
from scraper.store.frontier import SqliteFrontier
from tests.conftest import QUICK
from tests.test_crawl import HarbourCourier
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("PRAGMA journal_mode = wal")
db.execute("CREATE TABLE IF NOT EXISTS kept (url TEXT NOT NULL, body BLOB)")
def keep(captures):
    db.execute("BEGIN")
    db.executemany("INSERT INTO kept VALUES (?, ?)", [(each.requested_url, each.body) for each in captures])
    db.execute("COMMIT")
settings = QUICK | {"PROVENANCE_HOSTS": {"harbour-courier.example": sys.argv[2]}}
print("begins", flush=True)
report = crawl([HarbourCourier], frontier=SqliteFrontier(db), on_capture=keep, settings_override=settings)
sys.exit(0 if report.outcome == "fine" else 1)
"""


def test_a_crawl_that_is_killed_again_and_again_loses_nothing(site, tmp_path):
    paths = [f"/news/2031/{number}" for number in range(40)]
    fill(site, *paths)
    command = [sys.executable, "-c", CRAWLER, str(tmp_path / "kept.db"), site.address]
    here = Path(__file__).parents[1]
    for moment in (0.1, 0.4, 0.7):
        with subprocess.Popen(command, cwd=here, stdout=subprocess.PIPE) as killed:
            killed.stdout.readline()
            time.sleep(moment)
            killed.kill()
    assert subprocess.run(command, cwd=here, stdout=subprocess.DEVNULL, timeout=60, check=False).returncode == 0
    db = sqlite3.connect(tmp_path / "kept.db")
    assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    kept = {url.removeprefix("http://harbour-courier.example") for (url,) in db.execute("SELECT url FROM kept")}
    db.close()
    assert kept == set(paths)


# --- by Scrapy's own command -----------------------------------------------------------------------------------------


def scrapy(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("scrapy")), *arguments]
    here = Path(__file__).parents[1]
    return subprocess.run(
        command, cwd=here, env=os.environ | environment, capture_output=True, text=True, timeout=60, check=True
    )


def test_scrapy_lists_the_outlets_of_the_checkout():
    assert scrapy("list").stdout.split() == list(discover())


def test_scrapy_crawls_an_outlet_into_the_database(site, tmp_path):
    hosts = json.dumps({"avim.org.tr": site.address, "avimbulten.org": site.address})  # nothing there speaks TLS
    scrapy("crawl", "avim", "-s", f"PROVENANCE_HOSTS={hosts}", PROVENANCE_DB=str(tmp_path / "provenance.db"))
    db = sqlite3.connect(tmp_path / "provenance.db")
    assert db.execute("SELECT command, outcome FROM runs").fetchall() == [("scrapy crawl avim", "trouble")]
    assert {kind for (kind,) in db.execute("SELECT kind FROM issues")} == {"closed"}
    db.close()
