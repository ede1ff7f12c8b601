"""The line as one run, for cron: catch up, crawl, read, hunt originals, link, check promises, report.

One run at a time per database. What a run was killed in the middle of, the next one goes on with: every capture is
committed before it is read, every address keeps its state, and what is not linked is new to the linker.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from scraper import __version__
from scraper.crawl.archives import ARCHIVES, Archive
from scraper.crawl.frontier import Answer
from scraper.crawl.guard import make_guard
from scraper.crawl.originals import Wanted, hunt
from scraper.crawl.outlet import PROMISES, Outlet
from scraper.crawl.run import CrawlReport, crawl, is_trouble
from scraper.crawl.settings import USER_AGENT
from scraper.line import Line, Taken
from scraper.linking import link
from scraper.model import Capture, Issue
from scraper.store.database import Store
from scraper.store.frontier import SqliteFrontier
from scraper.store.runs import Outcome, finish_run, note_issue, start_run
from scraper.store.wanted import HUNT, copied_since, wanted
from scraper.turns import Late, Stop, only_one

SOFTWARE = f"provenance {__version__}"
MOST_HUNTED = 50
"""Cited addresses asked for in one run."""
MAX_RUNTIME = 6 * 3600.0
"""Seconds. A run that takes longer is stopped, and is trouble."""
LAST_WORDS = 2.0
"""Seconds for what is being read when a crawl was stopped."""

OnTaken = Callable[[str, Taken], object]
"""Called with an outlet's id and what became of a capture of its."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """How a run went."""

    run_id: int
    outcome: Outcome
    outlets: tuple[Mapping[str, Any], ...] = ()
    """Per outlet: ``outlet``, ``ended``, ``new``, ``changed``, ``unchanged``, ``gone``, ``unread``, ``failed``, ..."""
    issues: tuple[Issue, ...] = ()
    hunted: Mapping[str, int] = field(default_factory=dict)
    """What became of the captures that the originals hunt brought."""
    links: int = 0
    """Links in the families that had news."""
    sentences: tuple[str, ...] = ()
    """Why it is not fine, a sentence each; empty when all is well."""


def run(  # noqa: PLR0913 - one for each option of the command
    store: Store,
    outlets: Mapping[str, type[Outlet]],
    *,
    settings: Mapping[str, Any] | None = None,
    limit: int | None = None,
    hunts: bool = True,
    archives: Sequence[Archive] = ARCHIVES,
    max_runtime: float = MAX_RUNTIME,
    command: str = "run",
    on_taken: OnTaken = lambda _outlet, _taken: None,
) -> RunReport:
    """One run of the whole line; what came of it is in the report and in ``runs`` and ``issues``.

    While another run holds the database, this one ends at once as ``skipped``; as ``trouble`` once the other holds it
    for longer than ``max_runtime`` (seconds). SIGTERM and SIGINT let the page in hand finish and end the run within ten
    seconds as ``interrupted``. ``archives`` is empty where none is to be asked.

    Raises:
        StoreError: the database, or the lock beside it, cannot be written; nothing that was committed is lost.
    """
    with only_one(store.path) as since:
        if since is not None:
            return _not_now(store, command, since, max_runtime)
        with Stop(max_runtime) as stop:
            one = _Run(store, outlets, settings or {}, stop, start_run(store, command, SOFTWARE), on_taken)
            return one.all(limit=limit, hunts=hunts, archives=archives)


def _not_now(store: Store, command: str, since: float, max_runtime: float) -> RunReport:
    run_id = start_run(store, command, SOFTWARE)
    if since <= max_runtime:
        finish_run(store, run_id, "skipped")
        return RunReport(run_id=run_id, outcome="skipped")
    sentence = (
        f"Another run has been at work for {since / 60:.0f} minutes, longer than it may ({max_runtime / 60:.0f})."
    )
    issue = Issue(kind="runtime", message=sentence, level="error")
    note_issue(store, issue, run_id=run_id)
    finish_run(store, run_id, "trouble")
    return RunReport(run_id=run_id, outcome="trouble", issues=(issue,), sentences=(sentence,))


# --- crawled and read -----------------------------------------------------------------------------------------------


def crawl_and_read(  # noqa: PLR0913 - what a crawl takes, and where its answers go
    line: Line,
    outlets: Mapping[str, type[Outlet]],
    *,
    frontier: SqliteFrontier,
    settings: Mapping[str, Any],
    run_id: int,
    limit: int | None = None,
    max_seconds: float | None = None,
    on_taken: OnTaken = lambda _outlet, _taken: None,
) -> tuple[CrawlReport, list[dict[str, Any]]]:
    """Crawl outlets, reading as answers come: the crawl's report, and a row of counts per outlet.

    Pages that changed are looked at again soon. Where the crawl was stopped, what is not read within ``LAST_WORDS`` is
    left to the next ``Line.catch_up``.
    """
    became: dict[str, Counter[str]] = {name: Counter() for name in outlets}
    changed: list[str] = []

    def note(done: Iterator[tuple[Capture, Taken]]) -> None:
        for capture, taken in done:
            became[capture.outlet_id or ""][taken.what] += 1
            if taken.what == "changed":
                changed.append(capture.requested_url)
            on_taken(capture.outlet_id or "", taken)

    def on_capture(captures: Sequence[Capture]) -> None:
        intake.put(captures)
        note(intake.taken())

    intake = line.intake(run_id=run_id)
    report = crawl(
        outlets.values(),
        frontier=frontier,
        on_capture=on_capture,
        settings_override=settings,
        limit=limit,
        max_seconds=max_seconds,
    )
    note(intake.rest(max_seconds=LAST_WORDS if report.was_stopped else None))
    frontier.sooner(changed, datetime.now(UTC))
    return report, rows_of(report, became)


# --- the run --------------------------------------------------------------------------------------------------------


class _Run:
    """One run: its steps in order, each left out once the run is to end."""

    def __init__(
        self,
        store: Store,
        outlets: Mapping[str, type[Outlet]],
        settings: Mapping[str, Any],
        stop: Stop,
        run_id: int,
        on_taken: OnTaken,
    ) -> None:
        self._store = store
        self._outlets = outlets
        self._settings = settings
        self._stop = stop
        self._run_id = run_id
        self._on_taken = on_taken
        self._frontier = SqliteFrontier(store.db.conn)
        self._line = Line(store, outlets)
        self._issues: list[Issue] = []
        self._rows: list[dict[str, Any]] = []
        self._hunted: Counter[str] = Counter()
        self._links = 0

    def all(self, *, limit: int | None, hunts: bool, archives: Sequence[Archive]) -> RunReport:
        outcome: Outcome = "trouble"
        sentences: list[str] = []
        try:
            with suppress(Late):  # what was in hand is taken back, or stands as it was committed
                self._steps(limit=limit, hunts=hunts, archives=archives)
            self._stop.wait_for_the_end()
            sentences = self._sentences()
            outcome = "interrupted" if self._stop.was_asked else "trouble" if sentences else "fine"
        finally:
            finish_run(self._store, self._run_id, outcome, {str(row["outlet"]): row for row in self._counts()})
        return RunReport(
            run_id=self._run_id,
            outcome=outcome,
            outlets=tuple(self._rows),
            issues=tuple(self._issues),
            hunted=dict(self._hunted),
            links=self._links,
            sentences=tuple(sentences),
        )

    def _steps(self, *, limit: int | None, hunts: bool, archives: Sequence[Archive]) -> None:
        began = self._store.clock()
        for _ in self._line.catch_up(run_id=self._run_id):
            if self._stop:
                return
        report = self._crawl(limit)
        if report.was_stopped and not self._stop.is_late:
            self._stop.was_asked = True
        if hunts and not self._stop:
            self._hunt(archives)
        if self._stop:
            return
        for done in link(self._store):
            self._links += done.links
            if self._stop:
                return
        self._frontier.sooner(copied_since(self._store, began), datetime.now(UTC))
        for issue in broken_promises(self._outlets, self._rows, limit=limit):
            self._note(issue)

    def _crawl(self, limit: int | None) -> CrawlReport:
        report, self._rows = crawl_and_read(
            self._line,
            self._outlets,
            frontier=self._frontier,
            settings=self._settings,
            run_id=self._run_id,
            limit=limit,
            max_seconds=self._stop.seconds_left,
            on_taken=self._on_taken,
        )
        for issue in report.issues:
            self._note(issue)
        return report

    def _hunt(self, archives: Sequence[Archive]) -> None:
        guard = make_guard(
            allow=self._settings.get("PROVENANCE_ALLOW", ()), hosts=self._settings.get("PROVENANCE_HOSTS", {})
        )
        sought = [Wanted(url=row["url"], near=row["near"]) for row in wanted(self._store, limit=MOST_HUNTED)]
        found = hunt(
            self._until_stopped(sought),
            guard=guard,
            user_agent=USER_AGENT,
            archives=archives,
            sleep=self._stop.pause,
        )
        for result in found:
            if isinstance(result, Issue):
                self._note(result)
                self._answered(result.url or "", 0)
                continue
            for taken in self._line.take_in([result], run_id=self._run_id):
                self._hunted[taken.what] += 1
                self._on_taken(HUNT, taken)
            if result.how != "archive":
                self._answered(result.requested_url, result.status)

    def _until_stopped(self, sought: Sequence[Wanted]) -> Iterator[Wanted]:
        for one in sought:
            if self._stop:
                return
            yield one

    def _answered(self, url: str, status: int) -> None:
        self._frontier.answered(HUNT, [Answer(url=url, status=status, at=datetime.now(UTC))])

    def _note(self, issue: Issue) -> None:
        self._issues.append(issue)
        note_issue(self._store, issue, run_id=self._run_id)

    # --- how it went ----------------------------------------------------------------------------------------------

    def _counts(self) -> list[dict[str, Any]]:
        return [*self._rows, {"outlet": HUNT, **self._hunted}] if self._hunted else self._rows

    def _sentences(self) -> list[str]:
        """Why the run is not fine; a late run says so in an issue, too."""
        said = []
        if self._stop.was_asked:
            said.append("The run was asked to stop; the next one goes on from here.")
        elif self._stop.is_late:
            late = "The run was stopped: it took longer than it may; the next one goes on from here."
            self._note(Issue(kind="runtime", message=late, level="error"))
            said.append(late)
        said += [_ended(row) for row in self._rows if row["is_trouble"] and not self._stop]
        return said + [issue.message for issue in self._issues if issue.level == "error" and issue.kind != "runtime"]


def _ended(row: Mapping[str, Any]) -> str:
    how = "gave no page" if row["ended"] == "finished" else f"broke off ({row['ended']})"
    return f"The crawl of {row['outlet']} {how}: {row['failed_requests']} requests failed."


def rows_of(report: CrawlReport, became: Mapping[str, Counter[str]]) -> list[dict[str, Any]]:
    """A row of counts per outlet: how its crawl ended, and what became of what came."""
    return [
        {
            "outlet": outlet.outlet_id,
            "ended": outlet.reason,
            **{what: became[outlet.outlet_id][what] for what in _WHAT},
            "asked": outlet.counts.get("pages", 0),
            "not_due": max(outlet.counts.get("listed", 0) - outlet.counts.get("pages", 0), 0),
            "listed": outlet.counts.get("listed", 0),
            "ways": outlet.counts.get("ways", 0),
            "ways_unchanged": outlet.counts.get("ways_unchanged", 0),
            "failed_requests": outlet.counts.get("failed", 0),
            "is_held": any(issue.kind == "held" for issue in outlet.issues),
            "is_trouble": is_trouble(outlet.reason, outlet.counts),
        }
        for outlet in report.outlets
    ]


_WHAT = ("new", "changed", "unchanged", "gone", "unread", "failed")


def broken_promises(
    outlets: Mapping[str, type[Outlet]], rows: Sequence[Mapping[str, Any]], *, limit: int | None = None
) -> Iterator[Issue]:
    """What outlets promised of a run (``expects``) and did not hold; nothing of those that were not crawled to the end.

    An article that its ways in still list, and that was not due again, counts like one that was read. A run that is
    limited to fewer pages than promised may give no more than these.
    """
    for row in rows:
        is_quiet = row["ways_unchanged"] and not row["ways"]
        if row["ended"] != "finished" or row["is_held"] or is_quiet:
            continue
        for promise, least in outlets[str(row["outlet"])].expects.items():
            words, counted = PROMISES[promise]
            number = sum(row[what] for what in counted)
            if number < min(least, limit or least):
                message = f"{row['outlet']} gave {number} {words}; it promises at least {least} in a run."
                yield Issue(kind="promise", message=message, level="error", outlet_id=str(row["outlet"]))
