"""present: lists with filters: copies, alterations, chains, documents, and what a search found."""

from __future__ import annotations

from collections.abc import Sequence
from io import StringIO
from typing import get_args
from urllib.parse import quote

from scraper.export.rows import write_csv, write_ndjson
from scraper.model import AlterationKind, Label
from scraper.store.database import Row, Store, StoreError
from scraper.store.documents import documents
from scraper.store.pages import changed_words, changes, listed_links, most_copied
from scraper.store.search import search
from scraper.web.asked import PER_PAGE, Asked, Odd
from scraper.web.checks import is_address
from scraper.web.page import Elsewhere, File, Page
from scraper.web.reading import Reading

_TEXT_FROM = 12
"""So many words in the search box are a text to be checked rather than a search."""
_MOST_ROWS = 100_000
_MARKS = ("\ue000", "\ue001")


def links_page(store: Store, asked: Asked) -> Page | File:
    """``/links``: copies, newest first, by verdict, outlet, credit and kind of alteration."""
    verdict = asked.word("verdict", get_args(Label))
    kind = asked.word("kind", get_args(AlterationKind))
    credit = asked.word("credit", ("named", "not-named"))
    outlet = asked.text("outlet")
    form = asked.word("format", ("json", "csv", "ndjson"))
    is_file = form in ("csv", "ndjson")
    rows = listed_links(
        store,
        verdict=verdict,
        kind=kind,
        outlet=outlet,
        is_credited=None if credit is None else credit == "named",
        limit=_MOST_ROWS if is_file else PER_PAGE,
        offset=0 if is_file else (asked.page - 1) * PER_PAGE,
    )
    if is_file:
        return _rows_file(rows, form or "csv")
    more, rows = len(rows) > PER_PAGE, rows[:PER_PAGE]
    return Page(
        template="links.html",
        title="Copies",
        data={"rows": rows, "changed": changed_words(store, [row["link_id"] for row in rows]), "page": asked.page,
              "more": more},
        shown={"chosen": {"verdict": verdict, "kind": kind, "credit": credit, "outlet": outlet}},
    )  # fmt: skip


def _rows_file(rows: Sequence[Row], form: str) -> File:
    out = StringIO()
    if form == "csv":
        write_csv(rows, out, harmless=True)
        return File(content=out.getvalue(), media_type="text/csv; charset=utf-8", name="copies.csv")
    write_ndjson(rows, out)
    return File(content=out.getvalue(), media_type="application/x-ndjson", name="copies.ndjson")


def alterations_page(store: Store, asked: Asked, reading: Reading) -> Page:
    """``/alterations``: the same change grouped over all copies that made it."""
    kind = asked.word("kind", get_args(AlterationKind))
    material = asked.word("material", ("yes", "no", "all")) or "yes"
    outlet, words = asked.text("outlet"), asked.text("words")
    found = [
        row for row in reading.remembered(store, "changes", changes) if _wanted(row, kind, material, outlet, words)
    ]
    start = (asked.page - 1) * PER_PAGE
    return Page(
        template="alterations.html",
        title="Alterations",
        data={"rows": found[start : start + PER_PAGE], "total": len(found), "page": asked.page,
              "more": len(found) > start + PER_PAGE},
        shown={"chosen": {"kind": kind, "material": material, "outlet": outlet, "words": words}},
    )  # fmt: skip


def _wanted(row: Row, kind: str | None, material: str, outlet: str | None, words: str | None) -> bool:
    if kind is not None and row["kind"] != kind:
        return False
    if material != "all" and bool(row["is_material"]) != (material == "yes"):
        return False
    if outlet is not None and f'"{outlet}"' not in row["outlet_ids"]:
        return False
    return words is None or words.casefold() in f"{row['source_words']}\n{row['copy_words']}".casefold()


def chains_page(store: Store, asked: Asked, reading: Reading) -> Page:
    """``/chains``: originals, most copied first."""
    found = reading.remembered(store, "originals", most_copied)
    start = (asked.page - 1) * PER_PAGE
    return Page(
        template="chains.html",
        title="Chains",
        data={"rows": found[start : start + PER_PAGE], "total": len(found), "page": asked.page,
              "more": len(found) > start + PER_PAGE},
    )  # fmt: skip


def documents_page(store: Store, asked: Asked) -> Page:
    """``/documents``: what is held or pointed at, newest first."""
    state = asked.word("state", ("captured", "cited", "presumed"))
    outlet = asked.text("outlet")
    rows = documents(store, state=state, outlet=outlet, limit=PER_PAGE + 1, offset=(asked.page - 1) * PER_PAGE)
    return Page(
        template="documents.html",
        title="Documents",
        data={"rows": rows[:PER_PAGE], "page": asked.page, "more": len(rows) > PER_PAGE},
        shown={"chosen": {"state": state, "outlet": outlet}},
    )


def search_page(store: Store, asked: Asked) -> Page | Elsewhere:
    """``/search``: full text. An address or a whole paragraph goes to ``/check`` instead."""
    words = (asked.query.get("q") or "").strip()
    if not words:
        return Page(template="search.html", title="Search", data={"hits": [], "q": ""})
    if is_address(words):
        return Elsewhere(f"/check?address={_quoted(words)}")
    if len(words.split()) >= _TEXT_FROM and '"' not in words:
        return Elsewhere(f"/check?text={_quoted(words)}")
    start = (asked.page - 1) * PER_PAGE
    if start > 1_000:
        raise Odd("A search shows its first thousand documents; add a word to it.")
    try:
        hits = search(store, words, limit=PER_PAGE + 1, offset=start, marks=_MARKS)
    except StoreError as error:
        raise Odd(str(error)) from error
    return Page(
        template="search.html",
        title=f"Search: {words[:60]}",
        data={"q": words, "hits": [{**hit._asdict(), "excerpt": _pieces(hit.excerpt)} for hit in hits[:PER_PAGE]],
              "page": asked.page, "more": len(hits) > PER_PAGE},
    )  # fmt: skip


def _quoted(text: str) -> str:
    return quote(text[:8_000], safe="")


def _pieces(excerpt: str) -> list[dict[str, object]]:
    """The excerpt in pieces, each found or not."""
    pieces: list[dict[str, object]] = []
    for index, part in enumerate(excerpt.split(_MARKS[0])):
        found, _, rest = part.rpartition(_MARKS[1]) if index else ("", "", part)
        pieces += [{"words": found, "is_found": True}] if found else []
        pieces += [{"words": rest, "is_found": False}] if rest else []
    return pieces
