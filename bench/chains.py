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
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.designs import answers, write_warc
from bench.world import Page, build
from scraper.model import Link
from scraper.trace import parent
from scraper.trace.confidence import logit
from scraper.trace.family import Cited, Family, Member, Pair
from scraper.trace.parent import Settlement, settle

BINS = (0.0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 1.01)


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
        kind = {"link": "hyperlink", "tracked": "hyperlink", "attribution": "attribution"}.get(page.credit, "credit")
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
        words=len(page.text.split()),
        published_at=page.published_at,
        first_seen_at=page.seen.strftime("%Y-%m-%dT%H:%M:%SZ"),
        citations=tuple(cited),
    )


def families(pages: Sequence[Page], *, known_kinds: bool = True) -> list[Family]:
    """The web in families, by what is known of it: its stories; every other page alone with its citations."""
    from bench.pairing import pair

    by_url = {page.url: number for number, page in enumerate(pages, 1)}
    members = {number: member(number, page, by_url, known_kinds=known_kinds) for number, page in enumerate(pages, 1)}
    groups: dict[object, list[int]] = {}
    for number, page in enumerate(pages, 1):
        is_alone = page.story is None or page.role == "template"
        groups.setdefault(("own", number) if is_alone else page.story, []).append(number)
    held = frozenset(page.outlet.id for page in pages)
    habits = _habits(pages)
    found = []
    for numbers in groups.values():
        pairs: list[Pair] = []
        for place, one in enumerate(numbers):
            for other in numbers[:place]:
                pairs += pair((one, pages[one - 1].text, members[one]), (other, pages[other - 1].text, members[other]))
        found.append(
            Family(members=tuple(members[one] for one in numbers), pairs=tuple(pairs), held=held, habits=habits)
        )
    return found


def _habits(pages: Sequence[Page]) -> dict[tuple[str, str], float]:
    credits = Counter((page.outlet.id, page.credited.id) for page in pages if page.credited)
    sums = Counter(page.outlet.id for page in pages if page.credited)
    return {ends: times / sums[ends[0]] for ends, times in credits.items()}


def outcomes(pages: Sequence[Page], settled: Iterable[Settlement]) -> tuple[list[Outcome], list[tuple[Page, Link]]]:
    """What was concluded about every copy, and the links that pages which copy nobody should not have."""
    links = [link for one in settled for link in one.links if link.relation == "copy"]
    first: dict[int, list[Link]] = {}
    for link in links:
        if link.rank == 1:
            first.setdefault(link.copy_id, []).append(link)
    found, wrong = [], []
    for number, page in enumerate(pages, 1):
        chosen = first.get(number, [])
        if page.role != "copy":
            wrong += [(page, link) for link in chosen]
            continue
        sources = [pages[link.source_id - 1] if link.source_id > 0 else None for link in chosen]
        node, above = number, None
        while first.get(node):
            node = first[node][0].source_id
            above = pages[node - 1] if node > 0 else None
        found.append(
            Outcome(
                page=page,
                source=sources[0] if sources else None,
                tied=tuple(one for one in sources[1:] if one),
                original=above,
                confidence=chosen[0].confidence if chosen else 0.0,
            )
        )
    return found, wrong


def table(found: Sequence[Outcome], wrong: Sequence[tuple[Page, Link]], pages: int) -> str:
    """The table of the issue as text."""
    sure = [one for one in found if one.confidence >= 0.9]
    nobody = pages - len(found)
    rows = [
        ("copies linked to the right original", _share(one.is_original_right for one in found), "0.98"),
        ("copies linked to the right parent", _share(one.is_parent_right for one in found), "0.90"),
        ("  ... a tie with the right one in it", _share(one.page.parent in one.tied for one in found), ""),
        (
            "pages that copy nobody wrongly linked",
            f"{len({p.url for p, _ in wrong}) / max(1, nobody):.3f}",
            "0.01 at most",
        ),
        ("links at confidence 0.9 and more that are right", _share(one.is_parent_right for one in sure), "0.97"),
        ("  ... their share of all links", f"{len(sure) / max(1, len(found)):.3f}", ""),
    ]
    return "\n".join(f"{name:<52}{value:>8}  {aim}" for name, value, aim in rows)


def _share(values: Iterable[bool]) -> str:
    listed = list(values)
    return f"{sum(listed) / max(1, len(listed)):.3f}"


def calibration(found: Sequence[tuple[float, bool]]) -> str:
    """A reliability table: links by confidence, and how many of them were right."""
    lines = ["| confidence | links | mean confidence | right |", "|---|---|---|---|"]
    for low, high in pairwise(BINS):
        inside = [one for one in found if low <= one[0] < high]
        if inside:
            mean = sum(sure for sure, _ in inside) / len(inside)
            right = sum(is_right for _, is_right in inside) / len(inside)
            lines.append(f"| {low:.2f}–{min(1.0, high):.2f} | {len(inside)} | {mean:.3f} | {right:.3f} |")
    return "\n".join(lines)


def fit(points: Sequence[tuple[float, bool]]) -> tuple[float, float]:
    """Intercept and slope of the logistic curve through (share, right) points, by Newton's method."""
    a, b = 0.0, 1.0
    for _ in range(50):
        g = [0.0, 0.0]
        h = [[1e-6, 0.0], [0.0, 1e-6]]
        for share, is_right in points:
            x = logit(share)
            p = 1 / (1 + 2.718281828459045 ** -(a + b * x))
            g[0] += is_right - p
            g[1] += (is_right - p) * x
            w = p * (1 - p)
            h[0][0] += w
            h[0][1] += w * x
            h[1][1] += w * x * x
        det = h[0][0] * h[1][1] - h[0][1] ** 2
        a += (h[1][1] * g[0] - h[0][1] * g[1]) / det
        b += (h[0][0] * g[1] - h[0][1] * g[0]) / det
    return a, b


def run_pure(seeds: Sequence[int], *, official: bool, known_kinds: bool, show: bool) -> None:
    every, wrongs, count = [], [], 0
    started = time.perf_counter()
    for seed in seeds:
        pages = build(seed, official=official)
        found, wrong = outcomes(pages, [settle(one) for one in families(pages, known_kinds=known_kinds)])
        every += found
        wrongs += wrong
        count += len(pages)
    print(f"{len(seeds)} webs, {count} pages, {len(every)} copies, {time.perf_counter() - started:.1f} s")
    print(table(every, wrongs, count))
    print(calibration([(one.confidence, one.is_parent_right) for one in every if one.source]))
    if show:
        _show_errors(every, wrongs)


def run_fit(seeds: Sequence[int]) -> None:
    """Print the coefficients of ``confidence.SEEN`` that fit these webs, official and invented texts in turn."""
    points = []
    raw = mock.patch.object(parent, "confidence", lambda share, *, is_seen: share if is_seen else -1.0)
    with raw:
        for seed in seeds:
            pages = build(seed, official=seed % 2 == 0)
            found, _ = outcomes(pages, [settle(one) for one in families(pages)])
            points += [(one.confidence, one.is_parent_right) for one in found if one.source]
    print(f"{len(points)} links")
    print(calibration(points))
    print("intercept {:.3f}, slope {:.3f}".format(*fit(points)))


def _show_errors(every: Sequence[Outcome], wrongs: Sequence[tuple[Page, Link]]) -> None:
    for one in every:
        if not one.is_parent_right:
            was = one.source.outlet.id if one.source else "nothing"
            tie = "tie " if one.page.parent in one.tied else ""
            mark = "" if one.is_original_right else "ORIGINAL "
            print(
                f"{mark}{tie}{one.page.outlet.id} [{one.page.credit}, {one.page.label}, {one.page.changed}]: "
                f"{was}, should be {one.page.parent.outlet.id if one.page.parent else None} ({one.confidence:.2f})"
            )
    for page, link in wrongs:
        print(f"WRONG {page.role} {page.outlet.id} -> {link.source_id} {[row.kind for row in link.evidence]}")


def run_line(seed: int, *, official: bool, folder: Path, show: bool) -> None:
    """One web through the command line: import, link, and the views that people ask."""
    pages = build(seed, official=official)
    warc, database = folder / "world.warc.gz", folder / "world.db"
    database.unlink(missing_ok=True)
    write_warc(pages, warc)
    (folder / "world.json").write_text(json.dumps(answers(pages), ensure_ascii=False, indent=1), encoding="utf-8")
    command = [str(Path(sys.executable).with_name("provenance")), "--db", str(database)]
    started = time.perf_counter()
    subprocess.run([*command, "import", str(warc)], check=True, stdout=subprocess.DEVNULL)
    imported = time.perf_counter()
    subprocess.run([*command, "link"], check=True, stdout=subprocess.DEVNULL)
    linked = time.perf_counter()
    print(f"seed {seed}: import {imported - started:.1f} s, link {linked - imported:.1f} s")
    judge(pages, database, show=show)


def judge(pages: Sequence[Page], database: Path, *, show: bool) -> None:
    """Compare the view ``copies`` with what is known, and print the table."""
    with contextlib.closing(sqlite3.connect(database)) as db:
        rows = db.execute(
            "SELECT copy_url, source_url, original_url, confidence, verdict, reason FROM copies ORDER BY link_id"
        ).fetchall()
    by_url = {page.url: page for page in pages}
    first: dict[str, tuple[str | None, str | None, float, str, str]] = {}
    for copy_url, *facts in rows:
        first.setdefault(copy_url, tuple(facts))
    found, verdicts, wrong = [], [], []
    for page in pages:
        row = first.get(page.url)
        if page.role != "copy":
            wrong += [page] if row else []
            continue
        source, original, sure, label, reason = row or (None, None, 0.0, "none", "")
        ties = [by_url[one[1]] for one in rows if one[0] == page.url and one[1] in by_url]
        found.append(Outcome(page, by_url.get(source or ""), tuple(ties[1:]), by_url.get(original or ""), sure))
        if found[-1].is_parent_right:
            verdicts.append((page, label, reason))
    print(table(found, [(page, None) for page in wrong], len(pages)))
    print(f"{'verdict on the right links':<52}{_share(_fits(p.label, label) for p, label, _ in verdicts):>8}  0.95")
    if show:
        _show_errors(found, [])
        for page in wrong:
            print(f"WRONG {page.role} {page.url} -> {first[page.url][:3]}")
        for page, label, reason in verdicts:
            if not _fits(page.label, label):
                print(f"VERDICT {page.label} is called {label}: {page.changed} {page.url} {reason}")


_FAITHFUL = ("verbatim", "expanded")


def _fits(label: str | None, said: str) -> bool:
    return label == said or (label in _FAITHFUL and said in _FAITHFUL)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mode", nargs="?", choices=("pure", "line", "fit"), default="pure")
    parser.add_argument("--folder", type=Path, help="where ``line`` puts world.warc.gz, world.json and world.db")
    parser.add_argument("--seeds", type=int, default=4, help="how many webs")
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--grammar", action="store_true", help="invented texts even where official ones are there")
    parser.add_argument("--unknown-kinds", action="store_true", help="outlets without a known kind")
    parser.add_argument("--errors", action="store_true", help="list what went wrong")
    args = parser.parse_args()
    seeds = range(args.first, args.first + args.seeds)
    if args.mode == "line":
        with tempfile.TemporaryDirectory() as made:
            for seed in seeds:
                run_line(seed, official=not args.grammar, folder=args.folder or Path(made), show=args.errors)
        return
    if args.mode == "fit":
        run_fit(seeds)
        return
    run_pure(seeds, official=not args.grammar, known_kinds=not args.unknown_kinds, show=args.errors)


if __name__ == "__main__":
    main()
