"""How far the comparison can be trusted: typed edits on real statements, one table.

``python bench/compare_quality.py [--cases N] [--seed N] [--show N] [--only KIND]``. Everything is seeded; the
statements, languages and answers are read from ``../shared/data`` and nothing of them is kept.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import random
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parent))

import dress
import edits
import foreign

from scraper.model import Comparison
from scraper.trace.compare import compare

SHARED = Path(__file__).parents[2] / "shared" / "data"


class Case(NamedTuple):
    """One pair and what is right for it."""

    group: str
    name: str
    copy: str
    source: str
    label: str
    kinds: tuple[str, ...] = ()
    before: str = ""
    after: str = ""
    language: str | None = None


class Outcome(NamedTuple):
    """What came of a case: each a share of what was asked."""

    is_labelled: bool
    is_named: bool
    is_kind: bool


def statements() -> list[dict[str, str]]:
    """The official statements, without markup and with at least 60 words."""
    with gzip.open(SHARED / "statements" / "statements.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    # Left-over markup is no text that anybody copies.
    rows = [row for row in rows if "<img" not in row["text"] and "style=" not in row["text"]]
    for row in rows:
        row["text"] = re.sub(r"<[^>]{0,300}>", "", row["text"]).strip()
    return [row for row in rows if len(row["text"].split()) >= 60]


def folded(words: str) -> str:
    """Words for comparing answers: no case, no marks at the ends, one space."""
    return " ".join(words.lower().split()).strip(" .,;:!?\"'“”‘’«»")


def least(before: str, after: str) -> tuple[str, str]:
    """Two wordings without the words with which both begin or end."""
    ours, theirs = folded(before).split(), folded(after).split()
    while ours and theirs and ours[0] == theirs[0]:
        ours, theirs = ours[1:], theirs[1:]
    while ours and theirs and ours[-1] == theirs[-1]:
        ours, theirs = ours[:-1], theirs[:-1]
    return (" ".join(ours), " ".join(theirs)) if ours or theirs else (folded(before), folded(after))


def is_named(comparison: Comparison, case: Case) -> bool:
    """Whether a material alteration holds the changed words on both sides and little else."""
    before, after = least(case.before, case.after)
    return any(
        alteration.is_material
        and (before in folded(alteration.source_words))
        and (after in folded(alteration.copy_words))
        and len(alteration.source_words) <= len(case.before) + 40
        and len(alteration.copy_words) <= len(case.after) + 40
        for alteration in comparison.alterations
    )


def judged(case: Case) -> tuple[Outcome, Comparison]:
    comparison = compare(case.copy, case.source, language=case.language)
    if case.label == "altered":
        named = is_named(comparison, case)
        before, after = least(case.before, case.after)
        kinds = {
            a.kind
            for a in comparison.alterations
            if a.is_material and before in folded(a.source_words) and after in folded(a.copy_words)
        }
        return Outcome(comparison.label == "altered", named, bool(kinds & set(case.kinds))), comparison
    is_clean = not comparison.alterations if case.label == "verbatim" else True
    if case.group == "edited":
        is_clean = not any(a.is_material for a in comparison.alterations)
    return Outcome(comparison.label == case.label, is_clean, True), comparison


# --- cases --------------------------------------------------------------------------------------------------------


def material(rows: list[dict[str, str]], rng: random.Random, per_kind: int) -> Iterator[Case]:
    """Each material kind alone, with abridgement, with a lead, and among wording edits."""
    for name, editor in edits.MATERIAL.items():
        found = 0
        for row in rng.sample(rows, len(rows)):
            if found >= per_kind:
                break
            edit = editor(row["text"], rng)
            if edit is None or edit.text == row["text"]:
                continue
            found += 1
            copy, way = _combined(edit, row["text"], rng)
            yield Case(f"material {way}", name, copy, row["text"], "altered", edit.kinds, edit.before, edit.after)


def _combined(edit: edits.Edit, source: str, rng: random.Random) -> tuple[str, str]:
    """The edited text alone or together with what else a copyist does."""
    way = rng.choice(["alone", "alone", "abridged, with a lead", "with a lead", "among wording", "broken lines"])
    if way == "abridged, with a lead":
        at = next((i for i, (a, b) in enumerate(zip(edit.text, source, strict=False)) if a != b), 0)
        paragraph = edit.text[edit.text.rfind("\n\n", 0, at) + 1 :].strip().split("\n\n")[0]
        shorter = dress.abridged(edit.text, rng, keep=paragraph)
        if shorter is None or paragraph not in shorter:
            return edit.text, "alone"
        return dress.with_lead(shorter, rng), way
    if way == "with a lead":
        return dress.expanded(edit.text, rng), way
    if way == "among wording":
        return dress.edited(edit.text, rng) or edit.text, way
    if way == "broken lines":
        return dress.narrow_lines(edit.text, rng) or edit.text, way
    return edit.text, "alone"


def placed(rows: list[dict[str, str]], rng: random.Random, count: int) -> Iterator[Case]:
    """Material edits where they hide best: first and last words, several in one sentence, beside one another."""
    names = ["number x10", "place", "negation dropped", "must to may", "day", "scale", "person"]
    for row in rng.sample(rows, min(len(rows), count)):
        text = row["text"]
        done: list[edits.Edit] = []
        for name in rng.sample(names, len(names)):
            edit = edits.MATERIAL[name](text, rng)
            if edit:
                done.append(edit)
                text = edit.text
            if len(done) == 3:
                break
        if done:
            last = done[-1]
            yield Case(
                "material several",
                f"{len(done)} edits",
                text,
                row["text"],
                "altered",
                last.kinds,
                last.before,
                last.after,
            )
        words = row["text"].split(" ")
        if words[-1].rstrip(".").isalpha() and words[0].isalpha():
            copy = " ".join([*words[:-1], "Velmora."])
            yield Case("material edge", "last word", copy, row["text"], "edited or altered")
            copy = " ".join(["Velmora", *words[1:]])
            yield Case("material edge", "first word", copy, row["text"], "edited or altered")


def cosmetic(rows: list[dict[str, str]], rng: random.Random, per_kind: int) -> Iterator[Case]:
    for name, editor in dress.COSMETIC.items():
        found = 0
        for row in rng.sample(rows, len(rows)):
            if found >= per_kind:
                break
            copy = editor(row["text"], rng)
            if copy is None:
                continue
            found += 1
            yield Case("cosmetic", name, copy, row["text"], "verbatim")


def other_copies(rows: list[dict[str, str]], rng: random.Random, count: int) -> Iterator[Case]:
    makers = {"abridged": dress.abridged, "expanded": dress.expanded, "excerpt": dress.excerpt, "edited": dress.edited}
    for label, maker in makers.items():
        found = 0
        for row in rng.sample(rows, len(rows)):
            if found >= count:
                break
            copy = maker(row["text"], rng)
            if copy is None:
                continue
            found += 1
            yield Case(label, label, copy, row["text"], label)
    yield from unrelated(rows, rng, count)


def unrelated(rows: list[dict[str, str]], rng: random.Random, count: int) -> Iterator[Case]:
    """Another statement of the same issuer on the same subject: titles that share their longer words."""
    words = [frozenset(re.findall(r"[a-z]{4,}", row["title"].lower())) for row in rows]
    found = 0
    for i in rng.sample(range(len(rows)), len(rows)):
        if found >= count:
            return
        near = max((j for j in range(len(rows)) if j != i), key=lambda j: len(words[i] & words[j]))
        # The same text published twice is no other text.
        if _shared_share(rows[i]["text"], rows[near]["text"]) > 0.15:
            continue
        found += 1
        yield Case("unrelated", "same subject", rows[i]["text"], rows[near]["text"], "unrelated")


def _shared_share(one: str, other: str) -> float:
    """Share of one text's runs of eight words that the other has too."""
    runs = [{" ".join(w[i : i + 8]) for i in range(len(w) - 7)} for w in (one.lower().split(), other.lower().split())]
    return len(runs[0] & runs[1]) / max(1, min(map(len, runs)))


def moved(rows: list[dict[str, str]], rng: random.Random, count: int) -> Iterator[Case]:
    """A phrase with its number taken to another sentence: nothing is altered."""
    found = 0
    for row in rng.sample(rows, len(rows)):
        if found >= count:
            return
        sentences = re.split(r"(?<=[a-z]{3}\.) (?=[A-Z][a-z])", row["text"].split("\n\n")[0])
        if len(sentences) < 3:
            continue
        match = re.search(r" (in|by|with|for|to) (?:more than )?\d[\d,]* [a-z]+ [a-z]+(?=[ ,.])", sentences[0])
        if not match:
            continue
        sentences[0] = sentences[0][: match.start()] + sentences[0][match.end() :]
        sentences[1] = sentences[1].rstrip(".") + match[0] + "."
        found += 1
        copy = " ".join(sentences) + row["text"][len(row["text"].split("\n\n")[0]) :]
        yield Case("moved", "a number with its words", copy, row["text"], "edited")


# --- the table -----------------------------------------------------------------------------------------------------


def clough_stevenson() -> tuple[int, int, int]:
    """Answers with their level by our measures: right of four levels, right of two, all."""
    folder = SHARED / "reuse" / "short-answers"
    with (folder / "file_information.csv").open(encoding="utf-8", errors="replace") as lines:
        rows = [row for row in csv.DictReader(lines) if row["Category"] != "orig"]
    four = two = 0
    for row in rows:
        source = (folder / f"orig_task{row['Task']}.txt").read_text("utf-8", errors="replace")
        answer = (folder / row["File"]).read_text("utf-8", errors="replace")
        level = reuse_level(compare(answer, source, language="en"))
        four += level == row["Category"]
        two += (level == "non") == (row["Category"] == "non")
    return four, two, len(rows)


def reuse_level(comparison: Comparison) -> str:
    """Clough and Stevenson's levels by how much of the answer stands in the source, and in what runs."""
    if comparison.coverage < 0.12:
        return "non"
    if comparison.longest_run >= 38:
        return "cut"
    return "light" if comparison.coverage >= 0.45 else "heavy"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=30, help="cases for each kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=0, help="failures to print for each kind")
    parser.add_argument("--only", default="", help="group or kind to run")
    options = parser.parse_args()
    if not SHARED.exists():
        print("the texts lie in ../shared/data, which is not here")
        return 2
    rng = random.Random(options.seed)
    rows = statements()
    cases = [
        *material(rows, rng, options.cases),
        *placed(rows, rng, options.cases * 3),
        *cosmetic(rows, rng, options.cases),
        *other_copies(rows, rng, options.cases * 4),
        *moved(rows, rng, options.cases),
        *(Case(*case) for case in foreign.cases(SHARED / "languages", rng, options.cases)),
    ]
    cases = [case for case in cases if options.only in case.group or options.only in case.name]
    table: dict[tuple[str, str], list[Outcome]] = defaultdict(list)
    shown: Counter[str] = Counter()
    times = []
    for case in cases:
        began = time.perf_counter()
        outcome, comparison = judged(case)
        times.append(time.perf_counter() - began)
        if case.label == "edited or altered":
            outcome = Outcome(comparison.label in ("edited", "altered"), bool(comparison.alterations), True)
        table[case.group, case.name].append(outcome)
        if not all(outcome) and shown[case.name] < options.show:
            shown[case.name] += 1
            _show(case, outcome, comparison)
    _print(table)
    times.sort()
    print(f"\n{len(cases)} cases; compare: median {times[len(times) // 2] * 1e3:.2f} ms, "
          f"95th percentile {times[len(times) * 95 // 100] * 1e3:.2f} ms")  # fmt: skip
    if not options.only:
        four, two, count = clough_stevenson()
        print(f"Clough-Stevenson: four levels {four / count:.1%} (published 80 %), two {two / count:.1%} (94.7 %)")
    return 0


def _show(case: Case, outcome: Outcome, comparison: Comparison) -> None:
    print(f"-- {case.group} / {case.name}: {case.kinds} «{case.before}» -> «{case.after}»", *outcome, comparison.label)
    for alteration in comparison.alterations[:6]:
        print("     ", alteration.kind, alteration.is_material, repr(alteration.source_words[:90]), "->",
              repr(alteration.copy_words[:90]))  # fmt: skip
    if case.label != "altered":
        print("      left out", [passage.words[:70] for passage in comparison.left_out[:3]])
        print("      added", [passage.words[:70] for passage in comparison.added[:3]])
        print(f"      coverage {comparison.coverage:.2f}, kept {comparison.kept:.2f}, run {comparison.longest_run}")


def _print(table: dict[tuple[str, str], list[Outcome]]) -> None:
    def line(name: str, outcomes: list[Outcome]) -> str:
        shares = [sum(o[i] for o in outcomes) / len(outcomes) for i in range(3)]
        return f"{name:42} {len(outcomes):5}  " + "  ".join(f"{share:6.3f}" for share in shares)

    print(f"{'':42} {'cases':>5}   label   words    kind")
    by_name: dict[str, list[Outcome]] = defaultdict(list)
    totals: dict[str, list[Outcome]] = defaultdict(list)
    for (group, name), outcomes in table.items():
        whole = "material" if group.startswith("material") and "edge" not in group else group
        by_name[f"{whole}: {name}"] += outcomes
        totals[whole] += outcomes
        if whole == "material":
            totals[f"  {group}"] += outcomes
    for name, outcomes in by_name.items():
        print(line(name, outcomes))
    print()
    for name, outcomes in totals.items():
        print(line(name, outcomes))


if __name__ == "__main__":
    sys.exit(main())
