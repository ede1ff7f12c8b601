"""judge to present: an address or a pasted text is checked against everything stored; "never seen" is an answer."""

from __future__ import annotations

from typing import Any

from scraper.checking import Checked, check_stored, check_text
from scraper.crawl.fetch import FetchError, fetch
from scraper.crawl.guard import Guard, Refused
from scraper.crawl.settings import USER_AGENT
from scraper.read.article import read_page
from scraper.read.urls import is_web_address
from scraper.store.database import Store
from scraper.store.documents import Document, Version, find_document, newest_version
from scraper.store.families import chain, links
from scraper.trace.chain import plain
from scraper.web.asked import Asked, Odd
from scraper.web.page import Elsewhere, Page
from scraper.web.rows import table
from scraper.web.strip import strip
from scraper.web.telling import Side, sentence

_LONGEST = 400_000  # characters: a long book chapter; more is no statement
_FEWEST_WORDS = 4


def check_page(store: Store, asked: Asked, *, may_fetch: bool = False) -> Page | Elsewhere:
    """``/check``: the verdict for an address (``?address=``) or a text that was sent."""
    what = (asked.form.get("what") or asked.query.get("address") or asked.query.get("text") or "").strip()
    if not what:
        return _page(asked, None, may_fetch=may_fetch)
    if len(what) > _LONGEST:
        raise Odd(
            f"A text of more than {_LONGEST:,} characters is too long for this box: use `provenance check FILE`.", 413
        )
    if is_address(what):
        return _address(store, asked, what, may_fetch=may_fetch)
    return _text(store, asked, what, may_fetch=may_fetch)


def is_address(what: str) -> bool:
    """Whether what was pasted is one address rather than a text."""
    return len(what.split()) == 1 and is_web_address(what)


def _address(store: Store, asked: Asked, url: str, *, may_fetch: bool) -> Page | Elsewhere:
    known = find_document(store, url)
    held = newest_version(store, known.id) if known else None
    if known is not None and held is not None:
        return _stored(store, asked, known, held, may_fetch=may_fetch)
    if may_fetch and asked.form:
        return _fetched(store, asked, url, may_fetch=may_fetch)
    why = "is known only because other pages point at it: its text is not held" if known else "is not in the database"
    advice = (
        "Press Check to fetch it now."
        if may_fetch
        else "Paste its text instead, or start the pages with `provenance serve --fetch`."
    )
    answer = {
        "outcome": "not held",
        "sentence": f"{plain(url)} {why}. {advice}",
        "document_id": known.id if known else None,
    }
    return _page(asked, answer, may_fetch=may_fetch)


def _stored(store: Store, asked: Asked, known: Document, held: Version, *, may_fetch: bool) -> Page | Elsewhere:
    found = check_stored(store, held)
    step = chain(store, known.id)[1:2]
    if found is not None and step and step[0]["document_id"] == found.document.id:
        return Elsewhere(f"/links/{step[0]['link_id']}" + ("?format=json" if asked.wants_json else ""))
    if found is not None:
        return _verdict(asked, found, held.text, _side_of(known, held), may_fetch=may_fetch)
    if any(one["rank"] == 1 for one in links(store, source_id=known.id)):
        return Elsewhere(f"/chains/{known.id}" + ("?format=json" if asked.wants_json else ""))
    others = check_text(store, held.text, language=held.language, own=known.id)
    if others is not None:
        return _verdict(asked, others, held.text, _side_of(known, held), may_fetch=may_fetch)
    said = "It is held here; no other stored text shares a passage with it, and no source of it is known."
    return _page(asked, {"outcome": "alone", "sentence": said, "document_id": known.id}, may_fetch=may_fetch)


def _fetched(store: Store, asked: Asked, url: str, *, may_fetch: bool) -> Page:
    try:
        capture = fetch(url, guard=Guard(), user_agent=USER_AGENT)
    except (FetchError, Refused) as error:
        return _page(asked, {"outcome": "not fetched", "sentence": f"It could not be fetched: {plain(str(error))}.",
                             "document_id": None}, may_fetch=may_fetch)  # fmt: skip
    article = read_page(capture.body or b"", capture.url, captured_at=capture.captured_at)
    if not 200 <= capture.status < 300 or not article.text.strip():
        doubt = f" ({article.doubts[0]})" if article.doubts else ""
        said = f"The address answered {capture.status}, and no text was read from it{doubt}."
        return _page(asked, {"outcome": "not read", "sentence": said, "document_id": None}, may_fetch=may_fetch)
    found = check_text(store, article.text, language=article.language)
    side = Side(outlet=article.site_name or "The page", outlet_id=None, title=article.title, url=capture.url,
                document_id=None, state="captured", published_at=article.published_at, language=article.language,
                captured_at=capture.captured_at)  # fmt: skip
    return _verdict(asked, found, article.text, side, may_fetch=may_fetch)


def _text(store: Store, asked: Asked, text: str, *, may_fetch: bool) -> Page:
    text = "\n\n".join(part.strip() for part in text.replace("\r\n", "\n").split("\n\n") if part.strip())
    if len(text.split()) < _FEWEST_WORDS and len(text) < 20:
        raise Odd("That is too short to be recognised: paste at least a sentence.")
    found = check_text(store, text)
    side = Side(outlet="Your text", outlet_id=None, title=None, url=None, document_id=None, state="captured",
                published_at=None)  # fmt: skip
    return _verdict(asked, found, text, side, may_fetch=may_fetch)


def _side_of(known: Document, held: Version) -> Side:
    return Side(
        outlet=known.outlet,
        outlet_id=known.outlet_id,
        title=held.title,
        url=known.url,
        document_id=known.id,
        state=known.state,
        published_at=held.published_at or known.published_at,
        version=held.number,
        text_sha256=held.text_sha256,
        language=held.language,
    )


def _verdict(asked: Asked, found: Checked | None, text: str, copy: Side, *, may_fetch: bool) -> Page:
    if found is None or found.comparison.label == "unrelated":
        said = (
            "Never seen here: no stored text shares a passage with it. That says nothing about the rest of the world."
        )
        return _page(asked, {"outcome": "never seen", "sentence": said, "document_id": None}, may_fetch=may_fetch)
    source = _side_of(found.document, found.source)
    rows = table(found.comparison, text, found.source.text)
    answer = {
        "outcome": found.comparison.label,
        "sentence": sentence(found.comparison, rows, copy, source),
        "document_id": found.document.id,
        "coverage": found.comparison.coverage,
        "kept": found.comparison.kept,
        "alterations": rows.alterations,
        "copy": copy,
        "source": source,
        "rows": rows.rows,
        "doubts": found.comparison.doubts,
    }
    return _page(asked, answer, may_fetch=may_fetch, rows=rows)


def _page(asked: Asked, answer: dict[str, Any] | None, *, may_fetch: bool, rows: Any = None) -> Page:
    what = asked.form.get("what") or asked.query.get("address") or asked.query.get("text") or ""
    return Page(
        template="check.html",
        title="Check" if answer is None else f"{answer['outcome']}: check",
        data={"answer": answer},
        shown={"what": what, "may_fetch": may_fetch, "table": rows, "strip": strip(rows) if rows else ""},
    )
