"""Which of two real texts descends from which, or neither: short answers written from a source, and without one.

Three encyclopaedia texts and 57 answers to questions about them (Clough and Stevenson 2011): near copies (``cut``),
light and heavy revisions, and answers written from other knowledge (``non``). An answer and its source are a pair; two
answers to one question are one too, and neither of those is the other's copy, however much both took from the source.
``python -m bench.pairs`` prints, by level, what ``compare`` and ``kinship`` make of the pairs, and whom ``settle``
gives each answer as its parent among the source and all other answers, undated and unsigned.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.pairing import pair
from scraper.trace.family import Family, Member, Pair
from scraper.trace.parent import settle

FOLDER = Path(__file__).parents[2] / "shared" / "data" / "reuse" / "short-answers"
LEVELS = ("cut", "light", "heavy", "non")


def _read(name: str) -> str:
    text = (FOLDER / name).read_text(encoding="utf-8", errors="replace")
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n") if part.strip())


def _member(number: int, text: str) -> Member:
    return Member(document_id=number, outlet_id=f"writer {number}", words=len(text.split()))


def measured() -> tuple[Counter[tuple[str, str]], Counter[tuple[str, str]], Counter[str]]:
    """``(level, kinship to the source)``, ``(level, chosen parent)``, and kinship of answers to one another."""
    by_source: Counter[tuple[str, str]] = Counter()
    parents: Counter[tuple[str, str]] = Counter()
    siblings: Counter[str] = Counter()
    with (FOLDER / "file_information.csv").open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if (FOLDER / row["File"]).exists()]
    for task in sorted({row["Task"] for row in rows}):
        answers = [row for row in rows if row["Task"] == task and row["Category"] in LEVELS]
        texts = [_read(f"orig_task{task}.txt"), *(_read(row["File"]) for row in answers)]
        members = [_member(number, text) for number, text in enumerate(texts, 1)]
        pairs: list[Pair] = []
        for at, one in enumerate(members):
            for before in range(at):
                found = pair((one.document_id, texts[at], one), (before + 1, texts[before], members[before]))
                kin = found[0].kinship if found else "unrelated"
                if before:
                    siblings[kin] += 1
                else:
                    by_source[(answers[at - 1]["Category"], kin)] += 1
                pairs += found
        chosen = {
            link.copy_id: link.source_id
            for link in settle(Family(members=tuple(members), pairs=tuple(pairs))).links
            if link.rank == 1
        }
        for number, row in enumerate(answers, 2):
            parent = chosen.get(number)
            parents[(row["Category"], "none" if parent is None else "source" if parent == 1 else "answer")] += 1
    return by_source, parents, siblings


def main() -> None:
    if not FOLDER.exists():
        print(f"{FOLDER} is not there: nothing to measure.")
        return
    by_source, parents, siblings = measured()
    print("| level | answers | called a copy | parent is the source | parent is another answer | no parent |")
    print("|---|---|---|---|---|---|")
    for level in LEVELS:
        count = sum(times for (one, _), times in by_source.items() if one == level)
        row = (parents[(level, "source")], parents[(level, "answer")], parents[(level, "none")])
        print(f"| {level} | {count} | {by_source[(level, 'copy')]} | " + " | ".join(map(str, row)) + " |")
    print(f"answers beside one another: {dict(siblings)}")


if __name__ == "__main__":
    main()
