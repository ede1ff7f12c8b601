"""The line: a capture goes in at one end and comes out as a version that can be found.

capture -> stored -> read -> version -> index. The capture is committed before anything is read from it, so that a
reading that fails, or a process that dies in the middle, loses nothing: the next ``catch_up`` reads what was left.
"""

from __future__ import annotations

import re
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Any, Literal, Protocol

from scraper.intake import Intake, Kept, handfuls
from scraper.model import Article, Capture, Issue, Key, OutletFacts
from scraper.read.credits.resolve import resolve_issuer
from scraper.read.doubts import BROKE_OFF, CHALLENGE, CONSENT, FEW, LOGIN, NO_TEXT, NOT_FOUND, SHELL, TOO_SLOW
from scraper.read.gazetteer import Gazetteer, registrable_domain
from scraper.read.recipe import Recipe, recipe_for
from scraper.read.urls import host_of, is_web_address, url_key
from scraper.reading_pool import Digest, Page, ReadingPool, cores, digest_of, read
from scraper.store.captures import Written, body, document_of, note_unread, settle_canonical, write_capture
from scraper.store.database import Store
from scraper.store.documents import read_captures, unread_captures
from scraper.store.index import Index
from scraper.store.outlets import FILES, know, outlet_facts, outlet_for, outlet_named, slug
from scraper.store.publishing import publish
from scraper.store.runs import note_issue
from scraper.store.versions import is_read, same_text_at, seen_again, write_article

What = Literal["new", "changed", "unchanged", "reread", "held", "unread", "gone", "failed"]

NO_ARTICLE = frozenset({CONSENT, LOGIN, NOT_FOUND, SHELL, CHALLENGE, NO_TEXT, TOO_SLOW, BROKE_OFF})
"""Doubts under which a page is no text of the document: it is recorded, and never taken for a change of the text."""
GONE = (404, 410)
REPEATED = "a notice: the same undated text stands under other addresses of its host"
KINDS = {
    CONSENT: "consent wall",
    LOGIN: "login wall",
    NOT_FOUND: "soft 404",
    REPEATED: "soft 404",
    SHELL: "empty shell",
    CHALLENGE: "challenge",
    NO_TEXT: "no text",
    TOO_SLOW: "too slow",
    BROKE_OFF: "broke off",
}
"""Why nothing was read -> kind of the issue."""
MOST_REPEATED = 2
"""Other addresses of a host that may show the same short, undated text before it is taken for a notice."""

ALONE = 60
"""Pages that a line reads by itself: readers on every core take a second each to start."""


class Declaration(Protocol):
    """What the line wants to know of an outlet's declaration."""

    @property
    def keep(self) -> Sequence[str]:
        """Query parameters that the outlet uses for real."""
        ...

    @property
    def recipes(self) -> Sequence[Recipe]:
        """What the general reader does not find by itself, newest last."""
        ...

    def facts(self) -> OutletFacts:
        """Who it is."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of one capture."""

    what: What
    capture_id: int
    document_id: int
    url: str
    title: str | None = None
    version_id: int | None = None
    reason: str | None = None
    """Why nothing was read, in one sentence."""


class Line:
    """Walks captures through reading into one open database. Used by one thread at a time."""

    def __init__(
        self,
        store: Store,
        declarations: Mapping[str, Declaration] | None = None,
        gazetteer: Gazetteer | None = None,
    ) -> None:
        self._store = store
        self._declared = dict(declarations or {})
        self._gazetteer = gazetteer or Gazetteer.default()
        self._index = Index(store.db.conn)
        self._pages_read = 0
        self._pool: ReadingPool | None = None
        know(store, [*self._gazetteer.facts, *(each.facts() for each in self._declared.values())])

    def take_in(self, captures: Iterable[Capture], *, run_id: int | None = None) -> Iterator[Taken]:
        """Store, then read, each capture; one ``Taken`` for each, in their order.

        They are drawn, stored and written in handfuls; many are read on all cores.

        Raises:
            StoreError: the database cannot be written; nothing that was yielded is lost.
        """
        intake = self.intake(run_id=run_id)
        for some in handfuls(captures):
            intake.put(some)
            yield from (taken for _, taken in intake.taken())
        yield from (taken for _, taken in intake.rest())

    def intake(self, *, run_id: int | None = None) -> Intake:
        """For whoever brings captures and does not want to wait until each is read."""
        return Intake(self._store, self, run_id)

    def warm_up(self) -> None:
        """Start readers on every core and wait until they are ready: for whoever knows that many pages come."""
        self._readers().warm_up()

    def keep(self, capture: Capture, run_id: int | None) -> Kept:
        """The first step: a capture is stored, in the caller's transaction."""
        key = self._key(capture)
        outlet = self._outlet(capture, key)
        written = write_capture(self._store, capture, key=key, outlet=outlet, run_id=run_id)
        return Kept(capture, key, written)

    def begin(self, kept: Kept) -> Kept:
        """The second step: a reader of the pool begins to read, where there is a pool and something to read."""
        capture, key, written, *_ = kept
        if not written.is_new_capture or _why_not(capture) or is_read(self._store, written.capture_id):
            return kept
        if self._pool is None and (self._pages_read < ALONE or cores() < 2):
            return kept._replace(is_ours=True)
        page = self._page(capture, key, self._outlet(capture, key))
        return kept._replace(coming=self._readers().submit(page))

    def take(self, kept: Kept, run_id: int | None) -> Taken:
        """The last step: what was read becomes a version, in the caller's transaction."""
        capture, key, written, coming, _ = kept
        # What was taken before may have moved it to the document of its canonical address.
        written = written._replace(document_id=document_of(self._store, written.capture_id))
        return self._read(capture, key, self._outlet(capture, key), written, run_id, coming=coming)

    def _readers(self) -> ReadingPool:
        if self._pool is None:
            self._pool = ReadingPool()
            weakref.finalize(self, self._pool.close)
        return self._pool

    def catch_up(self, *, run_id: int | None = None, again: bool = False) -> Iterator[Taken]:
        """Read captures that were stored but not read: a process died, a reader was mended (``again``)."""
        for row in unread_captures(self._store):
            if row["unread"] is not None and not again:
                continue
            capture = self._stored(row)
            key = self._key(capture)
            written = Written(row["id"], row["document_id"], is_new_document=False)
            with self._store.transaction():
                taken = self._read(capture, key, self._outlet(capture, key), written, run_id)
            yield taken

    def read_again(self) -> Iterator[Taken]:
        """Read every page that was read before with today's reader and today's recipes; ``what`` is ``reread`` or else.

        A text that differs now differs because we changed: it is a version marked ``reread_of``, no edit by the site.
        What today's reader would rather not read stays as it was read.
        """
        for row in read_captures(self._store):
            capture = self._stored(row)
            key = self._key(capture)
            outlet = self._outlet(capture, key)
            digest = self._digest(capture, key, outlet)
            facts = {"capture_id": row["id"], "document_id": row["document_id"], "url": key.url}
            if reason := self._why_no_text(digest.article, key, row["document_id"]):
                yield Taken(what="held", reason=f"Left as it was read: {reason}.", **facts)
                continue
            with self._store.transaction():
                taken = self._version(digest, key, outlet, facts)
            yield replace(taken, what="reread") if taken.what in {"new", "changed"} else taken

    def _stored(self, row: Mapping[str, Any]) -> Capture:
        return Capture(
            requested_url=row["url"],
            url=row["url"],
            captured_at=row["captured_at"],
            body=body(self._store, row["body_sha256"]),
            headers=row["headers"],
            outlet_id=row.get("outlet_id"),
        )

    # --- whose page -----------------------------------------------------------------------------------------------

    def _key(self, capture: Capture) -> Key:
        declared = self._declared.get(capture.outlet_id or "")
        return url_key(capture.url, keep=declared.keep if declared else ())

    def _outlet(self, capture: Capture, key: Key) -> OutletFacts:
        if capture.outlet_id is not None:
            declared = self._declared.get(capture.outlet_id)
            known = declared.facts() if declared else outlet_facts(self._store, capture.outlet_id)
            if known is not None:
                return known
        return outlet_for(self._store, key.url)

    def _settle_outlet(self, outlet: OutletFacts, article: Article, document_id: int) -> None:
        """What a page says of its own publisher, where nothing is declared: a file's frame, a site's name."""
        name = article.site_name
        if not name or outlet.kind != "unknown" or name == outlet.title:
            return
        known = self._known_as(name)
        if outlet.id == FILES.id:
            publish(self._store, document_id, known or OutletFacts(id=slug(name), title=name))
        elif known is None and outlet.title == host_of(f"https://{outlet.title}/"):
            # Believed only where the name is nobody else's: anybody can write "Reuters" into a page.
            publish(self._store, document_id, replace(outlet, title=name))

    def _known_as(self, name: str) -> OutletFacts | None:
        """The outlet of a site's name, or of one of the names that stand side by side in it (one per language)."""
        parts = (part.strip() for part in re.split(r"\s[/|–—-]\s", name))
        return next((known for one in (name, *parts) if (known := outlet_named(self._store, one))), None)

    # --- reading --------------------------------------------------------------------------------------------------

    def _read(
        self,
        capture: Capture,
        key: Key,
        outlet: OutletFacts,
        written: Written,
        run_id: int | None,
        *,
        coming: Future[Digest] | None = None,
    ) -> Taken:
        facts: dict[str, Any] = {
            "capture_id": written.capture_id,
            "document_id": written.document_id,
            "url": key.url,
        }
        if not written.is_new_capture:
            return Taken(what="held", **facts)
        if again := seen_again(self._store, written.capture_id):
            return Taken(what="unchanged", version_id=again.version_id, **facts)
        if reason := _why_not(capture):
            what: What = "gone" if capture.status in GONE else "failed"
            note_unread(self._store, written.capture_id, reason)
            return Taken(what=what, reason=reason, **facts)
        digest = self._digest(capture, key, outlet, coming=coming)
        if reason := self._why_no_text(digest.article, key, written.document_id):
            return self._unread(reason, outlet, run_id, facts)
        return self._version(digest, key, outlet, facts)

    def _page(self, capture: Capture, key: Key, outlet: OutletFacts) -> Page:
        declared = self._declared.get(outlet.id)
        types = [value for name, value in capture.headers if name.lower() == "content-type"]
        return Page(
            body=capture.body or b"",
            url=key.url,
            captured_at=capture.captured_at,
            recipe=recipe_for(declared.recipes, capture.captured_at) if declared else None,
            content_type=types[0] if types else None,
        )

    def _digest(
        self, capture: Capture, key: Key, outlet: OutletFacts, *, coming: Future[Digest] | None = None
    ) -> Digest:
        self._pages_read += 1
        digest = coming.result() if coming else digest_of(read(self._page(capture, key, outlet)))
        article = digest.article
        if not any(citation.issuer for citation in article.citations):
            return digest
        citations = tuple(
            replace(citation, issuer=resolve_issuer(citation, article.text, self._gazetteer) or citation.issuer)
            if citation.issuer
            else citation
            for citation in article.citations
        )
        return digest._replace(article=replace(article, citations=citations))

    def _why_no_text(self, article: Article, key: Key, document_id: int) -> str | None:
        """Why what was read is no text of the document: a wall, a shell, a notice; ``None`` when it is one."""
        if reason := next((doubt for doubt in article.doubts if doubt in NO_ARTICLE), None) or _empty(article):
            return reason
        if article.published_at or len(article.text) >= FEW or not is_web_address(key.url):
            return None
        others = same_text_at(self._store, article.text, host_of(key.url), other_than=document_id)
        return REPEATED if others >= MOST_REPEATED else None

    def _unread(self, reason: str, outlet: OutletFacts, run_id: int | None, facts: dict[str, Any]) -> Taken:
        sentence = f"Nothing was read: {reason}."
        note_unread(self._store, facts["capture_id"], sentence)
        issue = Issue(
            level="warning", kind=KINDS.get(reason, "unread"), message=sentence, url=facts["url"], outlet_id=outlet.id
        )
        note_issue(self._store, issue, run_id=run_id)
        return Taken(what="unread", reason=sentence, **facts)

    def _version(self, digest: Digest, key: Key, outlet: OutletFacts, facts: dict[str, Any]) -> Taken:
        article = digest.article
        if _is_own_canonical(article, key):
            canonical = url_key(str(article.canonical_url))
            facts["document_id"] = settle_canonical(self._store, facts["document_id"], canonical)
        self._settle_outlet(outlet, article, facts["document_id"])
        version = write_article(self._store, facts["capture_id"], article, words=digest.words)
        if not version.is_new:
            return Taken(what="unchanged", version_id=version.version_id, title=article.title, **facts)
        if digest.fingerprint is not None:
            self._index.add(version.version_id, digest.fingerprint)
        what: What = "new" if version.number == 1 else "changed"
        return Taken(what=what, version_id=version.version_id, title=article.title, **facts)


def _why_not(capture: Capture) -> str | None:
    """Why an answer holds no page to read, by its status alone."""
    if capture.status in GONE:
        return f"The address answered {capture.status}: the page is gone."
    if capture.status != 0 and not 200 <= capture.status < 300:
        return f"The address answered {capture.status}."
    return None if capture.body else "The answer holds no bytes."


def _empty(article: Article) -> str | None:
    return None if article.text.strip() else NO_TEXT


def _is_own_canonical(article: Article, key: Key) -> bool:
    """A canonical link is believed as a page's own address on the same site only, and not when it is the front page."""
    canonical = article.canonical_url
    if not canonical or not is_web_address(key.url) or canonical == key.url:
        return False
    path = canonical.partition("://")[2].partition("/")[2].strip("/")
    return bool(path) and registrable_domain(canonical) == registrable_domain(key.url)
