"""judge to present: a link with its two texts, compared: as it is stored, or now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from scraper.model import Comparison
from scraper.store.conclusions import evidence
from scraper.store.database import Row, Store
from scraper.store.documents import Version, newest_version, version
from scraper.store.families import copy_row, verdicts
from scraper.store.matches import comparison, match_of
from scraper.store.pages import capture_of, link_head, version_by_hash
from scraper.trace.compare import compare
from scraper.web.asked import Asked, Odd
from scraper.web.page import Elsewhere
from scraper.web.rows import Table, table
from scraper.web.telling import Side, sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Everything that the comparison page of a link shows."""

    head: Row
    source: Side
    copy: Side
    found: Comparison | None
    """``None`` where a text is not held."""
    table: Table
    sentence: str
    decided: Row | None
    """The verdict that stands, as stored: who decided it and when."""
    flat: Row | None
    evidence: tuple[Any, ...]
    compared_with: str
    is_newer: bool
    """Whether the source has changed since it was copied, so that there is another comparison."""


def compared_link(store: Store, link_id: int, asked: Asked | None = None) -> Compared | Elsewhere:
    """A link with its two texts compared: as stored where it is, else computed now.

    Raises:
        Odd: there is no such link, or no version with the hash that was asked for.
    """
    head = link_head(store, link_id)
    if head is None:
        raise Odd(f"There is no link {link_id}.", 404)
    if head["superseded_at"] is not None and head["now_id"] is not None:
        return Elsewhere(f"/links/{head['now_id']}")
    said = verdicts(store, link_id)
    with_newest = asked is not None and asked.word("with", ("then", "newest")) == "newest"
    decided = next((row for row in said if row["compared_with"] == ("newest" if with_newest else "then")), None)
    decided = decided or next(iter(said), None)
    copy, source = (_version(store, head, side, decided, asked) for side in ("copy", "source"))
    found = _answer(store, copy, source)
    rows = table(found, copy.text, source.text) if found and copy and source else Table(rows=(), alterations=())
    sides = {side: _side(store, head, side, one) for side, one in (("copy", copy), ("source", source))}
    flat = copy_row(store, link_id)
    return Compared(
        head=head,
        copy=sides["copy"],
        source=sides["source"],
        found=found,
        table=rows,
        sentence=sentence(found, rows, sides["copy"], sides["source"], flat),
        decided=decided,
        flat=flat,
        evidence=evidence(store, link_id),
        compared_with=decided["compared_with"] if decided else "then",
        is_newer=len(said) > 1,
    )


def standing_link(store: Store, link_id: int) -> Compared:
    """A link with its two texts compared, or the one that now stands in its place.

    Raises:
        LookupError: there is no such link.
    """
    head = link_head(store, link_id)
    if head is None:
        raise LookupError(f"no link {link_id}")
    replaced = head["superseded_at"] is not None and head["now_id"] is not None
    found = compared_link(store, head["now_id"] if replaced else link_id)
    if isinstance(found, Elsewhere):
        raise LookupError(f"no link {link_id}")
    return found


def _version(store: Store, head: Row, side: str, decided: Row | None, asked: Asked | None) -> Version | None:
    wanted = asked.text(side, 64) if asked else None
    document_id = head[f"{side}_id"]
    if wanted:
        if len(wanted) < 8 or not all(letter in "0123456789abcdef" for letter in wanted):
            raise Odd(f"{side} is the SHA-256 of a text: 8 to 64 of the letters 0-9 and a-f.")
        found = version_by_hash(store, document_id, wanted)
        if found is None:
            raise Odd(f"No text of document {document_id} has a SHA-256 that begins with {wanted}.", 404)
        return found
    version_id = decided[f"{side}_version_id"] if decided else None
    if version_id is not None:
        return version(store, version_id)
    return newest_version(store, document_id)


def _answer(store: Store, copy: Version | None, source: Version | None) -> Comparison | None:
    if copy is None or source is None:
        return None
    known = match_of(store, copy.id, source.id)
    stored = comparison(store, known["id"]) if known else None
    return stored or compare(copy.text, source.text, language=copy.language)


def _side(store: Store, head: Row, side: str, one: Version | None) -> Side:
    capture = capture_of(store, one.id) if one else None
    return Side(
        outlet=head[f"{side}_outlet"],
        outlet_id=head[f"{side}_outlet_id"],
        title=(one.title if one else None) or head[f"{side}_title"],
        url=head[f"{side}_url"],
        document_id=head[f"{side}_id"],
        state=head[f"{side}_state"],
        published_at=(one.published_at if one else None) or head[f"{side}_published_at"],
        gone_at=head[f"{side}_gone_at"],
        version=one.number if one else None,
        version_id=one.id if one else None,
        text_sha256=one.text_sha256 if one else None,
        words=one.words if one else None,
        language=one.language if one else None,
        captured_at=capture["captured_at"] if capture else None,
        last_captured_at=capture["last_captured_at"] if capture else None,
        captures=capture["captures"] if capture else 0,
        body_sha256=capture["body_sha256"] if capture else None,
    )
