"""Between match and link: documents that share passages, as plain values to reason about.

A family is what the linker is given: its members (documents held, cited or presumed), the compared pairs among them,
and the outlets of which pages are held at all. Nothing here looks anything up.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from scraper.model import Alignment, Alteration, CitationKind, Comparison, OutletKind, Passage, Span
from scraper.read.urls import is_web_address, url_key

Kinship = Literal["copy", "translation", "reissue", "template", "unrelated"]
Decision = Literal["confirmed", "rejected"]
Decisions = Mapping[tuple[int, int], Decision]
"""What people decided, ``(copy_id, source_id)`` -> their word. It outranks every rule."""

_DAY = timedelta(days=1)
_NEVER = datetime(9999, 12, 31, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """A citation of a member's newest version, with the names on it resolved as far as the store could."""

    kind: CitationKind
    words: str
    outlet: str | None = None
    """The cited outlet as named on the page."""
    outlet_id: str | None = None
    issuer: str | None = None
    """Whose statement it is, as named on the page."""
    issuer_id: str | None = None
    date: str | None = None
    """ISO 8601 day or moment, where the page's words could be read as one."""
    url: str | None = None
    document_id: int | None = None
    """The document at the cited address, held or not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One document of a family. ``published_at`` is the outlet's claim, ``first_seen_at`` is what we know."""

    document_id: int
    outlet_id: str
    outlet_title: str = ""
    outlet_names: tuple[str, ...] = ()
    """Other names of the outlet, and its hosts: citations are matched against all of them."""
    outlet_kind: OutletKind = "unknown"
    version_id: int | None = None
    url: str | None = None
    title: str | None = None
    language: str | None = None
    words: int = 0
    """Comparable words of the version; 0 where no text is held."""
    statement_share: float = 0.0
    """Share of the text that is a quoted or announced statement (0-1), where the reader told it apart."""
    published_at: str | None = None
    first_seen_at: str | None = None
    citations: tuple[Cited, ...] = ()
    is_captured: bool = True
    presumed_by: int | None = None
    """The copy that makes us presume this original; ``None`` for every other document."""


_STROKES = {"quotation marks": "marks", "apostrophe": "marks", "dashes": "dashes", "ellipsis": "ellipsis"}
"""Kinds of forgiven differences that one stroke of an editor makes all over a text."""


class View(NamedTuple):
    """One pair as seen from one of its two members: *mine* is the text of that member."""

    kinship: Kinship
    coverage: float
    """Share of my words found in the other."""
    kept: float
    """Share of the other's words found in mine."""
    mine: tuple[Span, ...]
    """Passages of mine that the other has."""
    changed: tuple[Alteration, ...]
    """Alterations, the other side as source and mine as copy."""
    own: tuple[Passage, ...]
    """Passages of mine that the other lacks."""
    missing: tuple[Passage, ...]
    """Passages of the other that I lack."""
    typography: frozenset[str] = frozenset()
    """Kinds of differences that are none: other quotation marks, dashes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two members compared once: ``comparison`` is ``compare(text of copy_id, text of source_id)``.

    Which of the two is called the copy is of no meaning here; every measure is read from either side by ``seen_from``.
    """

    copy_id: int
    source_id: int
    comparison: Comparison
    kinship: Kinship = "copy"

    def seen_from(self, document_id: int) -> View:
        """The pair with ``document_id`` as the copy; ``KeyError`` when it is neither of the two."""
        found = self.comparison
        typography = frozenset(_STROKES[row.kind] for row in found.forgiven if row.kind in _STROKES)
        if document_id == self.copy_id:
            mine = tuple(row.copy_span for row in found.alignments)
            sides = (mine, found.alterations, found.added, found.left_out)
            return View(self.kinship, found.coverage, found.kept, *sides, typography)
        if document_id != self.source_id:
            raise KeyError(document_id)
        mine = tuple(row.source_span for row in found.alignments)
        turned = tuple(turn(row) for row in found.alterations)
        return View(self.kinship, found.kept, found.coverage, mine, turned, found.left_out, found.added, typography)


def turn(row: Alteration) -> Alteration:
    """The same alteration with its sides exchanged."""
    return Alteration(
        kind=row.kind,
        is_material=row.is_material,
        source_words=row.copy_words,
        copy_words=row.source_words,
        source_span=row.copy_span,
        copy_span=row.source_span,
        note=row.note,
    )


def turn_alignment(row: Alignment) -> Alignment:
    """The same aligned pair with its sides exchanged."""
    return Alignment(source_span=row.copy_span, copy_span=row.source_span, is_moved=row.is_moved)


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Members and the compared pairs among them.

    A pair that is not listed counts as sharing nothing: give every pair that the index returned and every pair in which
    one side cites the other. ``held`` are the ids of outlets of which any captured document is held. ``habits`` are
    shares (0-1), ``(outlet, source outlet)`` -> of all credits on that outlet's pages, those that go to this source.
    """

    members: tuple[Member, ...]
    pairs: tuple[Pair, ...] = ()
    held: frozenset[str] = frozenset()
    habits: Mapping[tuple[str, str], float] = field(default_factory=dict)


class When(NamedTuple):
    """The stretch of time in which a document appeared; either end may be open."""

    first: datetime | None
    last: datetime | None


def moment(text: str | None) -> datetime | None:
    """An ISO 8601 day or moment as an aware datetime (UTC where no zone is named); ``None`` for anything else."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def is_day(text: str) -> bool:
    """Whether a claim names a day only."""
    return len(text) <= 10


def appeared(member: Member) -> When:
    """When a document appeared: its outlet's claim as an interval, cut off at the moment it was first seen.

    A claim that lies after the first sight is false, and then only the sight counts. The answer depends on one document
    alone, which is what keeps comparisons of many documents free of contradictions.
    """
    seen = moment(member.first_seen_at)
    start = moment(member.published_at)
    if start is None or (seen is not None and start > seen):
        return When(None, seen)
    end = start
    if is_day(member.published_at or ""):
        end = min(start, _NEVER - _DAY) + _DAY
    return When(start, min(end, seen) if seen else end)


def place(member: Member) -> tuple[datetime, datetime, int]:
    """The key of the one total order of documents: claimed start, first sight, id."""
    when = appeared(member)
    seen = moment(member.first_seen_at) or _NEVER
    return (when.first or when.last or _NEVER, seen, member.document_id)


class InForce(NamedTuple):
    """What is needed of a version to tell whether it was the one in force at a moment."""

    number: int
    first_seen_at: str
    modified_at: str | None = None
    published_at: str | None = None


def version_in_force(versions: Sequence[InForce], at: str | None) -> int:
    """The number of the version that was in force at ``at`` (a claimed day counts to its end).

    A version is in force from the moment the outlet claims to have written it, if that lies before we saw it, and from
    the first sight otherwise. Before the first of them the first counts, and without a moment the newest.
    ``ValueError`` when there is no version at all.
    """
    if not versions:
        raise ValueError("a document without versions has none in force")
    ordered = sorted(versions, key=lambda version: version.number)
    until = moment(at)
    if until is None:
        return ordered[-1].number
    if is_day(at or ""):
        until += _DAY - timedelta(seconds=1)
    standing = [version for version in ordered if (since := _in_force_since(version)) is None or since <= until]
    return (standing[-1] if standing else ordered[0]).number


def _in_force_since(version: InForce) -> datetime | None:
    seen = moment(version.first_seen_at)
    claimed = moment(version.modified_at) or (moment(version.published_at) if version.number == 1 else None)
    if claimed and seen:
        return min(claimed, seen)
    return claimed or seen


def by_id(members: Iterable[Member]) -> dict[int, Member]:
    """Members by the id of their document."""
    return {member.document_id: member for member in members}


def seen_through(family: Family) -> Family:
    """The family with cited addresses that carry a member's address inside themselves leading to that member.

    An outlet's own redirector (``/out?url=…``) is in no list; that it wraps a page which is held tells it.
    """
    pages = {member.url: member.document_id for member in family.members if member.url and member.is_captured}
    held = set(pages.values())
    return replace(family, members=tuple(_seen_through(member, pages, held) for member in family.members))


def _seen_through(member: Member, pages: Mapping[str, int], held: Collection[int]) -> Member:
    found = {
        number: goal
        for number, cited in enumerate(member.citations)
        if cited.document_id not in held and (goal := _wrapped(cited.url, pages)) not in (None, member.document_id)
    }
    if not found:
        return member
    cited = tuple(
        replace(one, document_id=found[number], url=None) if number in found else one
        for number, one in enumerate(member.citations)
    )
    return replace(member, citations=cited)


def _wrapped(url: str | None, pages: Mapping[str, int]) -> int | None:
    """The page whose address stands in the query of another address."""
    if not url or "?" not in url:
        return None
    try:
        values = [value for _, value in parse_qsl(urlsplit(url).query, max_num_fields=50)]
    except ValueError:
        return None
    keys = (url_key(value).url for value in values if is_web_address(value))
    return next((pages[key] for key in keys if key in pages), None)
