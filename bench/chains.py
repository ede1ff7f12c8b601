"""How well parents are chosen on fictional webs whose every copy is known (``python -m bench.chains --help``).

``pure`` reads nothing: texts and citations as the generator made them, straight into ``compare`` and ``settle``.
``line`` writes the same web as HTML pages in six designs into a WARC file and sends it through the command line.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench import designs, relay_pages, relays, world
from bench.designs import answers
from bench.reliability import calibration, fit
from bench.world import Page
from scraper.model import CitationKind, Link
from scraper.trace.confidence import unbent
from scraper.trace.family import Cited, Family, Member, Pair
from scraper.trace.parent import Settlement, settle


class Recipe(NamedTuple):
    """A way to make a web, and to write it down as one WARC file."""

    build: Callable[..., list[Page]]
    write: Callable[[Sequence[Page], Path], None]


RECIPES = {"world": Recipe(world.build, designs.write_warc), "relays": Recipe(relays.build, relay_pages.write_warc)}
_KINDS: Mapping[str, CitationKind] = {
    "link": "hyperlink", "tracked": "hyperlink", "wrapped": "hyperlink", "note": "republication",
    "structured": "structured", "canonical": "canonical", "attribution": "attribution", "dateline": "dateline",
}  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """One judged link: what was concluded about one copy."""

    page: Page
    source: Page | None
    tied: tuple[Page, ...]
    original: Page | None
    confidence: float

    @property
    def is_parent_right(self) -> bool:
        return self.source is self.page.parent

    @property
    def is_original_right(self) -> bool:
        return self.original is self.page.original


def member(number: int, page: Page, by_url: dict[str, int], *, known_kinds: bool) -> Member:
    """A page as the linker sees it."""
    cited = []
    if page.credited is not None and page.credit_words:
        kind = _KINDS.get(page.credit, "credit")
        target = by_url.get(page.credited_url or "")
        cited = [
            Cited(
                kind=kind,
                words=page.credit_words,
                outlet=page.credited.title,
                outlet_id=page.credited.id,
                url=page.credited_url,
                document_id=target,
            )
        ]
    return Member(
        document_id=number,
        outlet_id=page.outlet.id,
        outlet_title=page.outlet.title,
        outlet_kind=page.outlet.kind if known_kinds else "unknown",
        url=page.url,
        title=page.title,
        words=len(page.text.split()) if page.is_held else 0,
        published_at=page.published_at if page.is_held else None,
        first_seen_at=page.seen.strftime("%Y-%m-%dT%H:%M:%SZ"),
        citations=tuple(cited) if page.is_held else (),
        is_captured=page.is_held,
    )


def families(pages: Sequence[Page], *, known_kinds: bool = True) -> list[Family]:
    """The web in families, by what is known of it: its stories; every other page alone with its citations."""
    from bench.pairing import pair

    by_url = {page.url: number for number, page in enumerate(pages, 1)}
    members = {number: member(number, page, by_url, known_kinds=known_kinds) for number, page in enumerate(pages, 1)}
    cited = {page.credited_url for page in pages if page.is_held}
    groups: dict[object, list[int]] = {}
    for number, page in enumerate(pages, 1):
        is_alone = page.story is None or page.role == "template"
        if page.is_held or page.url in cited:
            groups.setdefault(("own", number) if is_alone else page.story, []).append(number)
    held = frozenset(page.outlet.id for page in pages)
    habits = _habits(pages)
    found = []
    for numbers in groups.values():
        pairs: list[Pair] = []
        texts = [one for one in numbers if pages[one - 1].is_held]
        for place, one in enumerate(texts):
            for other in texts[:place]:
                pairs += pair((one, pages[one - 1].text, members[one]), (other, pages[other - 1].text, members[other]))
        found.append(
            Family(members=tuple(members[one] for one in numbers), pairs=tuple(pairs), held=held, habits=habits)
        )
    return found


def _habits(pages: Sequence[Page]) -> dict[tuple[str, str], float]:
    credits = Counter((page.outlet.id, page.credited.id) for page in pages if page.credited and page.is_held)
    sums: Counter[str] = Counter()
    for (outlet_id, _), times in credits.items():
        sums[outlet_id] += times
    return {ends: times / sums[ends[0]] for ends, times in credits.items()}


def outcomes(pages: Sequence[Page], settled: Iterable[Settlement]) -> tuple[list[Outcome], list[tuple[Page, Link]]]:
    """What was concluded about every copy, and the links that pages which copy nobody should not have."""
    found, wrong = [], []
    where: dict[int, tuple[Settlement, dict[int, list[Link]]]] = {}
    for one in settled:
        first: dict[int, list[Link]] = {}
        for link in one.links:
            if link.relation == "copy" and link.rank == 1:
                first.setdefault(link.copy_id, []).append(link)
        where |= dict.fromkeys(first, (one, first))
    for number, page in enumerate(pages, 1):
        settlement, first = where.get(number, (Settlement(links=()), {}))
        chosen = first.get(number, [])
        if page.role != "copy":
            wrong += [(page, link) for link in chosen]
        elif page.is_held:
            sources = [_page_of(link.source_id, page, pages, settlement) for link in chosen]
            node, above = number, None
            while first.get(node):
                node = first[node][0].source_id
                above = _page_of(node, page, pages, settlement)
            sure = chosen[0].confidence if chosen else 0.0
            tied = tuple(one for one in sources[1:] if one)
            found.append(Outcome(page, sources[0] if sources else None, tied, above, sure))
    return found, wrong


def _page_of(document_id: int, copy: Page, pages: Sequence[Page], settlement: Settlement) -> Page | None:
    """The page of a document; for one that is only presumed, the page of that outlet that is not held."""
    if document_id > 0:
        return pages[document_id - 1]
    named = next((one.outlet_title for one in settlement.presumed if one.document_id == document_id), None)
    return _missing(named, copy, pages)


def _missing(outlet: str | None, copy: Page, pages: Sequence[Page]) -> Page | None:
    """The page of an outlet that a copy's story had and that is not in the file."""
    lost = (one for one in pages if not one.is_held and one.story == copy.story)
    return next((one for one in lost if one.outlet.title == outlet), None)


def table(found: Sequence[Outcome], wrong: int, pages: int) -> str:
    """The table of the issue as text; ``wrong`` of ``pages`` pages copy nobody and are linked all the same."""
    sure = [one for one in found if one.confidence >= 0.9]
    nobody = pages - len(found)
    rows = [
        ("copies linked to the right original", _share(one.is_original_right for one in found), "0.98"),
        ("copies linked to the right parent", _share(one.is_parent_right for one in found), "0.90"),
        ("  ... a tie with the right one in it", _share(one.page.parent in one.tied for one in found), ""),
        ("pages that copy nobody wrongly linked", f"{wrong / max(1, nobody):.3f}", "0.01 at most"),
        ("links at confidence 0.9 and more that are right", _share(one.is_parent_right for one in sure), "0.97"),
        ("  ... their share of all links", f"{len(sure) / max(1, len(found)):.3f}", ""),
    ]
    return "\n".join(f"{name:<52}{value:>8}  {aim}" for name, value, aim in rows)


def _share(values: Iterable[bool]) -> str:
    listed = list(values)
    return f"{sum(listed) / max(1, len(listed)):.3f}"


def run_pure(recipe: Recipe, seeds: Sequence[int], *, official: bool, known_kinds: bool, show: bool) -> None:
    """Webs straight into ``settle``: texts and citations as they were made."""
    every, wrongs, count = [], [], 0
    started = time.perf_counter()
    for seed in seeds:
        pages = recipe.build(seed, official=official)
        found, wrong = outcomes(pages, [settle(one) for one in families(pages, known_kinds=known_kinds)])
        every += found
        wrongs += wrong
        count += sum(one.is_held for one in pages)
    print(f"{len(seeds)} webs, {count} pages, {len(every)} copies, {time.perf_counter() - started:.1f} s")
    print(table(every, len({page.url for page, _ in wrongs}), count))
    print(calibration([(one.confidence, one.is_parent_right) for one in every if one.source]))
    if show:
        _show_errors(every)
        for page, link in wrongs:
            print(f"WRONG {page.role} {page.outlet.id} -> {link.source_id} {[row.kind for row in link.evidence]}")


def _show_errors(every: Sequence[Outcome]) -> None:
    for one in every:
        if not one.is_parent_right:
            was = one.source.outlet.id if one.source else "nothing"
            tie = "tie " if one.page.parent in one.tied else ""
            mark = "" if one.is_original_right else "ORIGINAL "
            print(
                f"{mark}{tie}{one.page.outlet.id} [{one.page.credit}, {one.page.label}, {one.page.changed}]: "
                f"{was}, should be {one.page.parent.outlet.id if one.page.parent else None} ({one.confidence:.2f})"
            )


@dataclass(frozen=True)
class Judged:
    """One web as the command line left it: links of copies, wrongly linked pages, verdicts on the right links."""

    outcomes: tuple[Outcome, ...]
    wrong: tuple[Page, ...]
    verdicts: tuple[tuple[Page, str, str], ...]
    """Page, label and reason for every copy whose parent is right and held."""
    pages: int
    points: tuple[tuple[float, bool, bool], ...] = ()
    """Confidence, is right, is the parent's text held."""


def run_line(recipe: Recipe, seed: int, *, official: bool, folder: Path, show: bool) -> Judged:
    """One web through the command line: import, link, and the views that people ask."""
    pages = recipe.build(seed, official=official)
    warc, database = folder / "world.warc.gz", folder / "world.db"
    database.unlink(missing_ok=True)
    recipe.write(pages, warc)
    (folder / "world.json").write_text(json.dumps(answers(pages), ensure_ascii=False, indent=1), encoding="utf-8")
    command = [str(Path(sys.executable).with_name("provenance")), "--db", str(database)]
    started = time.perf_counter()
    subprocess.run([*command, "import", str(warc)], check=True, stdout=subprocess.DEVNULL)
    imported = time.perf_counter()
    subprocess.run([*command, "link"], check=True, stdout=subprocess.DEVNULL)
    linked = time.perf_counter()
    print(f"seed {seed}: import {imported - started:.1f} s, link {linked - imported:.1f} s")
    judged = judge(pages, database)
    print(table_of_line(judged))
    if show:
        _show_judged(judged)
    return judged


def judge(pages: Sequence[Page], database: Path) -> Judged:
    """Compare the view ``copies`` with what is known."""
    with contextlib.closing(sqlite3.connect(database)) as db:
        rows = db.execute(
            "SELECT copy_url, source_url, source_outlet, original_url, original_outlet, confidence, verdict, reason, "
            "source_state FROM copies"
        ).fetchall()
    by_url = {page.url: page for page in pages}
    chosen: dict[str, list[tuple[object, ...]]] = {}
    for copy_url, *facts in rows:
        chosen.setdefault(copy_url, []).append(tuple(facts))
    found, verdicts, points = [], [], []
    for page in (one for one in pages if one.role == "copy" and one.is_held):
        ways = chosen.get(page.url, [(None, None, None, None, 0.0, "none", "", "")])
        sources = [by_url.get(str(way[0])) or _missing(str(way[1]), page, pages) for way in ways]
        first = ways[0]
        original = by_url.get(str(first[2])) or _missing(str(first[3]), page, pages)
        tied = tuple(one for one in sources[1:] if one)
        found.append(Outcome(page, sources[0], tied, original, float(str(first[4]))))
        if first[1] is not None:
            points.append((found[-1].confidence, found[-1].is_parent_right, first[7] == "captured"))
        if found[-1].is_parent_right and first[7] == "captured":
            verdicts.append((page, str(first[5]), str(first[6])))
    wrong = tuple(page for page in pages if page.role != "copy" and page.url in chosen)
    held = sum(page.is_held for page in pages)
    return Judged(tuple(found), wrong, tuple(verdicts), held, tuple(points))


def table_of_line(judged: Judged) -> str:
    """The table of the issue, the verdicts in it."""
    right = _share(_fits(page.label, label) for page, label, _ in judged.verdicts)
    whole = table(judged.outcomes, len(judged.wrong), judged.pages)
    return f"{whole}\n{'verdict on the right links':<52}{right:>8}  0.95"


def _show_judged(judged: Judged) -> None:
    _show_errors(judged.outcomes)
    for page in judged.wrong:
        print(f"WRONG {page.role} {page.url}")
    for page, label, reason in judged.verdicts:
        if not _fits(page.label, label):
            print(f"VERDICT {page.label} is called {label}: {page.changed} {page.url} {reason}")


def run_fit(recipe: Recipe, seeds: Sequence[int], folder: Path) -> None:
    """Print the curves of ``confidence`` that fit these webs as the command line links them, texts of both sorts."""
    points: list[tuple[float, bool, bool]] = []
    for seed in seeds:
        judged = run_line(recipe, seed, official=seed % 3 > 0, folder=folder, show=False)
        points += judged.points
    for name, is_held in (("SEEN", True), ("UNSEEN", False)):
        these = [(unbent(sure, is_seen=is_held), right) for sure, right, held in points if held == is_held]
        print(f"{name}: {len(these)} links, {sum(right for _, right in these)} right")
        if these:
            print("intercept {:.3f}, slope {:.3f}".format(*fit(these)))
    print(calibration([(sure, right) for sure, right, _ in points]))


_FAITHFUL = ("verbatim", "expanded")


def _fits(label: str | None, said: str) -> bool:
    return label == said or (label in _FAITHFUL and said in _FAITHFUL)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mode", nargs="?", choices=("pure", "line", "fit"), default="pure")
    parser.add_argument("--recipe", choices=tuple(RECIPES), default="world", help="how the web is made")
    parser.add_argument("--folder", type=Path, help="where ``line`` puts world.warc.gz, world.json and world.db")
    parser.add_argument("--seeds", type=int, default=4, help="how many webs")
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--grammar", action="store_true", help="invented texts even where official ones are there")
    parser.add_argument("--unknown-kinds", action="store_true", help="outlets without a known kind")
    parser.add_argument("--errors", action="store_true", help="list what went wrong")
    args = parser.parse_args()
    recipe, seeds = RECIPES[args.recipe], range(args.first, args.first + args.seeds)
    if args.mode == "pure":
        run_pure(recipe, seeds, official=not args.grammar, known_kinds=not args.unknown_kinds, show=args.errors)
        return
    with tempfile.TemporaryDirectory() as made:
        folder = args.folder or Path(made)
        if args.mode == "fit":
            run_fit(recipe, seeds, folder)
            return
        judged = [run_line(recipe, seed, official=not args.grammar, folder=folder, show=args.errors) for seed in seeds]
    print(calibration([(sure, right) for one in judged for sure, right, _ in one.points]))


if __name__ == "__main__":
    main()
