"""Crawl outlets, in one call and one process: what came of it is in the report, never in an exit code.

``discover`` finds the declarations, ``crawl`` walks them. Works without a Twisted reactor: it may be called again.
"""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import logging
import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

from scrapy.crawler import AsyncCrawlerRunner, Crawler
from scrapy.settings import Settings

from scraper.crawl.connect import GuardedHandler, Stopped
from scraper.crawl.frontier import Frontier
from scraper.crawl.outlet import DeclarationError, Outlet
from scraper.crawl.walk import Walk
from scraper.model import Capture, Issue

# Scrapy's own log is for whoever asks for it; without this, Python prints its warnings beside our report.
logging.getLogger("scrapy").addHandler(logging.NullHandler())

OnCapture = Callable[[Sequence[Capture]], object]

AT_ONCE = 8
"""Sites that are crawled at the same time."""
GRACE = 6.0
"""Seconds for the page in hand after a signal to stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletReport:
    """How one outlet's crawl went."""

    outlet_id: str
    reason: str
    """``finished``, ``shutdown`` (asked to stop), or why it ended early."""
    counts: Mapping[str, int]
    """``pages`` asked for and answered; of these ``new``, ``fetched``, ``unchanged`` (304), ``gone``; ``found``: new
    addresses; ``listed``: known ones, too; ``ways`` in that gave a body, ``ways_unchanged`` (304); ``answers``: usable
    ones, ways in included; ``failed``: all others."""
    issues: tuple[Issue, ...]
    started_at: str
    finished_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlReport:
    """How a crawl went, outlet by outlet, in the order given."""

    outlets: tuple[OutletReport, ...]
    was_stopped: bool = False
    """A signal asked the crawl to stop, or its time was over."""

    @property
    def issues(self) -> tuple[Issue, ...]:
        """All that went wrong."""
        return tuple(issue for outlet in self.outlets for issue in outlet.issues)

    @property
    def outcome(self) -> Literal["fine", "trouble", "interrupted"]:
        """``trouble``: an outlet gave no page although something failed, or its crawl broke off."""
        if self.was_stopped:
            return "interrupted"
        return "trouble" if any(is_trouble(each.reason, each.counts) for each in self.outlets) else "fine"


def is_trouble(reason: str, counts: Mapping[str, int]) -> bool:
    """Whether an outlet's crawl ended badly: broken off, or nothing but failures."""
    return reason != "finished" or bool(counts.get("failed") and not counts.get("answers"))


def crawl(
    outlets: Iterable[type[Outlet]],
    *,
    frontier: Frontier,
    on_capture: OnCapture,
    settings_override: Mapping[str, Any] | None = None,
    limit: int | None = None,
    max_seconds: float | None = None,
) -> CrawlReport:
    """Crawl outlets until nothing is due, ``limit`` pages per outlet are reached, or the time is over.

    ``on_capture`` is called with batches of captures, in this thread; whatever it raises ends the crawl and is raised
    from here. SIGTERM and SIGINT let the page in hand finish. Never raises for what a site does: that is in the report.
    """
    run = _Run(frontier, on_capture, limit, _settings(settings_override or {}), max_seconds)
    classes = list(outlets)
    with asyncio.Runner(loop_factory=_loop_factory(run.settings)) as runner:
        return runner.run(run.all(classes))


def _settings(override: Mapping[str, Any]) -> Settings:
    settings = Settings()
    settings.setmodule("scraper.crawl.settings", priority="project")
    # The outlets are given: a broken file among the project's spiders is none of this crawl's business.
    settings.set("SPIDER_LOADER_CLASS", "scrapy.spiderloader.DummySpiderLoader", priority="cmdline")
    settings.setdict(dict(override), priority="cmdline")
    return settings


def _loop_factory(settings: Settings) -> Callable[[], asyncio.AbstractEventLoop] | None:
    if not settings["ASYNCIO_EVENT_LOOP"]:
        return None
    import uvloop  # noqa: PLC0415 - not on every system

    return uvloop.new_event_loop


class _Run:
    """One call of ``crawl``: sites side by side, outlets of one site after one another."""

    def __init__(
        self,
        frontier: Frontier,
        on_capture: OnCapture,
        limit: int | None,
        settings: Settings,
        max_seconds: float | None,
    ) -> None:
        self.settings = settings
        self._max_seconds = max_seconds
        self._given = {
            "frontier": frontier,
            "on_capture": on_capture,
            "limit": limit,
            "is_over": lambda: self._is_over,
        }
        self._crawlers: set[Crawler] = set()
        self._reports: dict[str, OutletReport] = {}
        self._trouble: BaseException | None = None
        self._was_stopped = False
        self._stopping: asyncio.Task[None] | None = None

    async def all(self, classes: Sequence[type[Outlet]]) -> CrawlReport:
        runner = AsyncCrawlerRunner(self.settings)
        places = asyncio.Semaphore(AT_ONCE)
        if self._max_seconds is not None:
            asyncio.get_running_loop().call_later(max(self._max_seconds, 0), self.stop)
        with _signals(self.stop):
            await asyncio.gather(*(self._site(runner, places, site) for site in _sites(classes)))
        if self._stopping:
            await self._stopping
        if self._trouble:
            raise self._trouble
        ordered = tuple(self._reports[each.name] for each in classes if each.name in self._reports)
        return CrawlReport(outlets=ordered, was_stopped=self._was_stopped)

    async def _site(
        self, runner: AsyncCrawlerRunner, places: asyncio.Semaphore, outlets: Sequence[type[Outlet]]
    ) -> None:
        async with places:
            for outlet in outlets:
                if not self._is_over:
                    await self._outlet(runner, outlet)

    @property
    def _is_over(self) -> bool:
        return self._was_stopped or self._trouble is not None

    async def _outlet(self, runner: AsyncCrawlerRunner, outlet: type[Outlet]) -> None:
        crawler = runner.create_crawler(outlet)
        started_at = _now()
        self._crawlers.add(crawler)
        try:
            await runner.crawl(crawler, **self._given)
        finally:
            self._crawlers.discard(crawler)
        walk = crawler.spider
        assert isinstance(walk, Walk)  # noqa: S101 - for the type checker: our classes make nothing else
        if walk.trouble and self._trouble is None:
            self._trouble = walk.trouble
            self._stop_others()
        self._reports[outlet.name] = OutletReport(
            outlet_id=outlet.name,
            reason=str(crawler.stats.get_value("finish_reason", "broken off")),
            counts=dict(walk.counts),
            issues=tuple(walk.issues),
            started_at=started_at,
            finished_at=_now(),
        )

    def stop(self) -> None:
        """Let every outlet finish the page in hand, then end."""
        self._was_stopped = True
        self._stop_others()

    def _stop_others(self) -> None:
        if self._stopping is None:
            self._stopping = asyncio.ensure_future(self._stop())

    async def _stop(self) -> None:
        # A walk that has not begun ends by itself when it does.
        crawlers = [each for each in self._crawlers if isinstance(each.spider, Walk) and each.spider.is_begun]
        endings = [asyncio.ensure_future(crawler.stop_async()) for crawler in crawlers]
        await asyncio.sleep(0)
        for crawler in crawlers:
            _let_go(crawler)
        if endings:
            _, late = await asyncio.wait(endings, timeout=GRACE)
            if late:
                _hang_up(crawlers)


def _let_go(crawler: Crawler) -> None:
    """Requests that still wait for their turn must not hold up the end: only what is under way is finished."""
    for slot in crawler.engine.downloader.slots.values():
        while slot.queue:
            _, waiting = slot.queue.popleft()
            waiting.errback(Stopped("the run was stopped"))


def _hang_up(crawlers: Iterable[Crawler]) -> None:
    for crawler in crawlers:
        for scheme in ("http", "https"):
            handler = crawler.engine and crawler.engine.downloader.handlers._get_handler(scheme)
            if isinstance(handler, GuardedHandler):
                handler.give_up()


def _sites(classes: Sequence[type[Outlet]]) -> list[list[type[Outlet]]]:
    """Outlets that share a domain, together: a host must not meet two of them at once."""

    def site(outlet: type[Outlet]) -> str:
        return min(outlet.domains)

    return [list(group) for _, group in groupby(sorted(classes, key=site), key=site)]


@contextmanager
def _signals(stop: Callable[[], None]) -> Iterator[None]:
    # Only the main thread may listen to signals; elsewhere, who started the thread decides.
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    for number in before:
        loop.add_signal_handler(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            loop.remove_signal_handler(number)
            signal.signal(number, handler)


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def discover(*places: str | Path) -> dict[str, type[Outlet]]:
    """The outlets declared in folders, files or packages (``spiders`` by default), by id, in alphabetical order.

    Raises ``DeclarationError`` for a mistake in a declaration, a file without an outlet, or an id declared twice.
    """
    found: dict[str, type[Outlet]] = {}
    for place in places or ("spiders",):
        for path in _files(place):
            for outlet in _outlets_in(path):
                if outlet.name in found:
                    raise DeclarationError(f"{path}: another file declares the outlet {outlet.name!r}")
                found[outlet.name] = outlet
    return dict(sorted(found.items()))


def _files(place: str | Path) -> list[Path]:
    path = Path(place)
    if not path.exists() and isinstance(place, str) and place.isidentifier():
        spec = importlib.util.find_spec(place)
        if spec is None or not spec.submodule_search_locations:
            raise DeclarationError(f"{place}: no such folder or package")
        path = Path(next(iter(spec.submodule_search_locations)))
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise DeclarationError(f"{place}: no such folder or file")
    return sorted(file for file in path.glob("*.py") if not file.name.startswith("_"))


def _outlets_in(path: Path) -> list[type[Outlet]]:
    module = _load(path)
    outlets = [
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Outlet) and value.__module__ == module.__name__
    ]
    if not outlets:
        raise DeclarationError(f"{path}: declares no outlet (a class that inherits from Outlet)")
    return outlets


def _load(path: Path) -> ModuleType:
    """The module in a file, under a name that ends in the file's, which becomes the outlet's id."""
    try:
        if _is_projects_own(path):
            return importlib.import_module(f"spiders.{path.stem}")
        return _executed(path, f"{_folder_name(path.parent)}.{path.stem}")
    except DeclarationError as error:
        raise DeclarationError(f"{path}: {str(error).partition(': ')[2]}") from error
    except (SyntaxError, ImportError, NameError) as error:
        raise DeclarationError(f"{path}: {error}") from error


def _executed(path: Path, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None  # noqa: S101 - for the type checker: a .py file has a loader
    assert spec.loader is not None  # noqa: S101
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _is_projects_own(path: Path) -> bool:
    spec = importlib.util.find_spec("spiders")
    return bool(spec and spec.submodule_search_locations) and path.parent.resolve() == Path(
        next(iter(spec.submodule_search_locations or ()))  # type: ignore[union-attr]
    )


def _folder_name(folder: Path) -> str:
    return "outlets_in_" + "".join(letter if letter.isalnum() else "_" for letter in str(folder.resolve()))
