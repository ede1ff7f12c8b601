"""How well credits are read: attested forms by language and position, traps on real pages, time per page.

    python -m bench.credits [--list]

Reads ``../shared``; ``--list`` prints every citation found on the real pages, to be judged by eye.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scraper.model import Citation
from scraper.read.article import read_page
from scraper.read.citations import page_citations
from scraper.read.credits import credits_in
from scraper.read.decoding import decoded
from scraper.read.structured import structured_of
from scraper.read.tree import parse

SHARED = Path(__file__).parents[2] / "shared" / "data"
_ARTICLE = re.compile(r"^(?:the|le|la|el|il|o|a|der|die|das)\s+")


def alike(name: str | None) -> str | None:
    """A name without case, marks around it, and a leading article."""
    return None if name is None else _ARTICLE.sub("", name.casefold().strip(" \"'“”«».,"))


def attested() -> None:
    """Prints how many attested forms give the right outlet and issuer, by language and by position."""
    right: dict[str, Counter[str]] = defaultdict(Counter)
    total: dict[str, Counter[str]] = defaultdict(Counter)
    for line in (SHARED / "cases" / "credits.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        wanted = (alike(row["gold"]["outlet"]), alike(row["gold"]["issuer"]))
        found = [
            (alike(each.outlet), alike(each.issuer)) for each in credits_in(row["example"], language=row["language"])
        ]
        is_right = wanted in (found or [(None, None)])
        for group in ("language", "position"):
            total[group][row[group]] += 1
            right[group][row[group]] += is_right
        if not is_right:
            print(f"  not yet: {row['id']} {row['example']!r}: wanted {wanted}, found {found}")
    for group in ("language", "position"):
        rows = ", ".join(f"{name} {right[group][name]}/{count}" for name, count in total[group].most_common())
        print(f"{group}: {rows}")
    count = sum(total["language"].values())
    print(f"attested forms: {sum(right['language'].values())} of {count}")


def saved_pages() -> Iterator[tuple[Path, str | None]]:
    """Every saved page with its address, where that is known."""
    addresses: dict[str, str | None] = {}
    truth = SHARED / "extraction" / "article-extraction-benchmark" / "ground-truth.json"
    for name, facts in json.loads(truth.read_text(encoding="utf-8")).items():
        addresses[f"{name}.html.gz"] = facts.get("url")
    for info in (SHARED / "extraction" / "outlets").glob("*/meta.info"):
        for name, facts in json.loads(info.read_text(encoding="utf-8")).items():
            addresses[name] = facts.get("url") if isinstance(facts, dict) else facts
    for path in sorted((SHARED / "extraction").glob("*/*/*.html.gz")):
        yield path, addresses.get(path.name)


def of_page(path: Path, url: str | None) -> tuple[tuple[Citation, ...], float, Any]:
    """The citations of a saved page, the seconds they took, and its article."""
    body = gzip.decompress(path.read_bytes())
    markup, _, _ = decoded(body, None)
    article = read_page(body, url)
    tree = parse(markup)
    structured = structured_of(tree)
    start = time.process_time()
    found = page_citations(
        tree,
        text=article.text,
        url=url,
        language=article.language,
        site_name=article.site_name,
        structured=structured,
    )
    return found, time.process_time() - start, article


def real_pages(*, is_listed: bool) -> None:
    """Prints how many citations of which kind the real pages have, and what reading them costs."""
    kinds: Counter[str] = Counter()
    per_page: Counter[int] = Counter()
    seconds: list[float] = []
    for path, url in saved_pages():
        found, cost, _ = of_page(path, url)
        seconds.append(cost)
        per_page[min(len(found), 5)] += 1
        for row in found:
            kinds[row.kind] += 1
            if is_listed:
                where = f"{row.outlet} | {row.issuer} | {row.url or ''}"
                print(f"{path.stem[:28]:28} {row.kind:13} {where} | {row.words[:110]!r}")
    print(f"{len(seconds)} real pages; citations by kind: {dict(kinds.most_common())}")
    print("pages by number of citations (5 = five or more):", dict(sorted(per_page.items())))
    seconds.sort()
    middle, late = (seconds[len(seconds) * share // 100] * 1000 for share in (50, 95))
    print(f"milliseconds a page: middle {middle:.1f}, 95 % {late:.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--list", action="store_true", help="print every citation of the real pages")
    parser.add_argument("--forms", action="store_true", help="the attested forms only")
    chosen = parser.parse_args()
    attested()
    if not chosen.forms:
        real_pages(is_listed=chosen.list)


if __name__ == "__main__":
    main()
