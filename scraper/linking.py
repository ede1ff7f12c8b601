"""The line, second half: new versions are matched, their families settled, and each link judged.

match -> link -> judge. Every step is "what is new?", a pure function and a write on the natural key: it can be stopped
after any batch and started again with the same result, and it never touches the network.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from scraper.model import Comparison, Link, OutletFacts
from scraper.read.dates import claimed_date
from scraper.store import kin
from scraper.store.conclusions import (
    presumed_document,
    resolve_presumed,
    withdraw_verdict,
    write_links,
    write_verdict,
)
from scraper.store.database import Row, Store
from scraper.store.documents import (
    Version,
    newest_version,
    version,
    versions,
)
from scraper.store.families import decisions, links
from scraper.store.finding import find
from scraper.store.index import Index
from scraper.store.linked import all_linked, link_again, mark_linked, versions_to_link
from scraper.store.matches import comparison, match_of, write_match
from scraper.store.outlets import FILES, outlet_facts, outlet_named
from scraper.trace.compare import RULES as COMPARED_BY
from scraper.trace.compare import compare
from scraper.trace.family import Cited, Family, InForce, Member, Pair, version_in_force
from scraper.trace.kinship import Sighting, kinship
from scraper.trace.parent import Settlement, settle
from scraper.trace.signature import signature

KnownAs = Callable[[str], OutletFacts | None]

RULES = "link/1"
METHOD = f"{COMPARED_BY} {RULES}"
"""What links and verdicts are signed with; a change of it makes every version new to the linker."""
AT_ONCE = 100
"""Versions that are linked in one transaction."""
MOST_MATCHES = 30
"""Documents with which a new version is compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """What one batch came to."""

    versions: int
    matches: int
    families: int
    links: int


def link(store: Store, *, everything: bool = False) -> Iterator[Linked]:
    """Link all versions that these rules have not linked yet (``everything``: all there are), batch by batch.

    Each batch is one transaction, yielded when it is committed.

    Raises:
        StoreError: the database cannot be written.
    """
    if everything:
        link_again(store, METHOD)
    index = Index(store.db.conn)
    while batch := versions_to_link(store, METHOD, limit=AT_ONCE):
        with store.transaction():
            done = _batch(store, index, batch)
        yield done
        _merge(store, index)
    all_linked(store)


def _batch(store: Store, index: Index, batch: Sequence[int]) -> Linked:
    found = [one for one in (version(store, version_id) for version_id in batch) if one is not None]
    matches = sum(match(store, index, one) for one in found)
    parts = kin.components(store, {one.document_id for one in found})
    settled = sum(settle_part(store, part) for part in parts)
    for version_id in batch:
        mark_linked(store, version_id, METHOD)
    return Linked(versions=len(batch), matches=matches, families=len(parts), links=settled)


def _merge(store: Store, index: Index) -> None:
    is_more = True
    while is_more:
        with store.transaction():
            is_more = index.merge_step()


# --- match -------------------------------------------------------------------------------------------------------


def match(store: Store, index: Index, new: Version) -> int:
    """Compare a version with every stored one that shares passages with it or is cited; returns how many."""
    found = find(index, new.text, language=new.language, limit=MOST_MATCHES, exclude_document=new.document_id)
    stock = {one.version_id: one.stock for one in found}
    compared = 0
    for other_id in dict.fromkeys([*stock, *kin.pointed_at(store, new.id)]):
        other = version(store, other_id)
        if other is not None and other.document_id != new.document_id:
            copy, source = (new, other) if _is_later(new, other) else (other, new)
            if not _is_compared(match_of(store, copy.id, source.id)):
                compared_versions(store, copy, source, stock=stock.get(other_id, 0.0))
            compared += 1
    return compared


def _is_later(one: Version, other: Version) -> bool:
    return (one.published_at or one.first_seen_at, one.id) > (other.published_at or other.first_seen_at, other.id)


def compared_versions(
    store: Store, copy: Version, source: Version, *, stock: float | None = None
) -> tuple[int, Comparison]:
    """The match of two versions: stored, or compared now where these rules have not done so yet.

    ``stock`` is the share of the common words that are stock phrases; without it, what is stored stays.
    """
    known = match_of(store, copy.id, source.id)
    if known is not None and _is_compared(known):
        stored = comparison(store, known["id"])
        if stored is not None:
            return known["id"], stored
    answer = compare(copy.text, source.text, language=_common_language(copy, source))
    share = stock if stock is not None else known["stock"] if known is not None else 0.0
    return write_match(store, copy.id, source.id, answer, COMPARED_BY, stock=share), answer


def _is_compared(known: Row | None) -> bool:
    return known is not None and known["method"] == COMPARED_BY


def _common_language(copy: Version, source: Version) -> str | None:
    return copy.language if copy.language and source.language in (copy.language, None) else source.language


# --- link --------------------------------------------------------------------------------------------------------


def settle_part(store: Store, document_ids: Sequence[int]) -> int:
    """Settle documents that hang together: who is whose parent, and how faithful the copy. Returns how many links."""
    rows = {row["id"]: row for row in kin.members(store, document_ids)}
    presumed_before = [row for row in rows.values() if row["state"] == "presumed"]
    standing = [row for row in rows.values() if row["state"] != "presumed" and not _has_moved(row, rows)]
    family = family_of(store, standing)
    settlement = settle(family, decisions(store))
    names = _real_ids(store, settlement)
    found: dict[int, list[Link]] = {document_id: [] for document_id in (*rows, *names.values())}
    for one in settlement.links:
        found[names.get(one.copy_id, one.copy_id)].append(_named(one, names))
    for copy_id, parents in found.items():
        write_links(store, copy_id, parents, METHOD)
    _resolve(store, presumed_before, rows, names)
    for copy_id in found:
        _judge(store, copy_id)
    return sum(map(len, found.values()))


def _has_moved(row: Row, rows: Mapping[int, Row]) -> bool:
    """Whether a document is held at the address that this one permanently redirects to: the two count as one."""
    there = rows.get(row["moved_to"]) if row["moved_to"] is not None else None
    return there is not None and there["state"] == "captured"


def family_of(store: Store, rows: Sequence[Row]) -> Family:
    """What the linker is to know of these documents (rows of ``kin.members``)."""
    known_as = cache(lambda name: outlet_named(store, name))
    citations: dict[int, list[Row]] = {}
    for row in kin.citations_of(store, [row["version_id"] for row in rows if row["version_id"]]):
        citations.setdefault(row["version_id"], []).append(row)
    members = tuple(_member(store, row, citations.get(row["version_id"], []), known_as) for row in rows)
    return Family(
        members=members,
        pairs=tuple(_pairs(store, {member.document_id: member for member in members})),
        held=kin.held_outlets(store),
        habits=kin.habits(store, {member.outlet_id for member in members}),
    )


def _member(store: Store, row: Row, citations: Iterable[Row], known_as: KnownAs) -> Member:
    facts = outlet_facts(store, row["outlet_id"])
    return Member(
        document_id=row["id"],
        # Files that do not say whose they are: nobody knows that they are one outlet's.
        outlet_id=row["outlet_id"] if row["outlet_id"] != FILES.id else f"{FILES.id} {row['id']}",
        outlet_title=row["outlet"],
        outlet_names=(*facts.names, *facts.domains) if facts else (),
        outlet_kind=row["outlet_kind"],
        version_id=row["version_id"],
        url=row["url"],
        title=row["title"],
        language=row["language"],
        words=row["words"] or 0,
        statement_share=row["statement_share"],
        published_at=row["published_at"],
        first_seen_at=row["first_seen_at"],
        citations=(*(_cited(citation, known_as, row["language"]) for citation in citations), *_signed(row, known_as)),
        is_captured=row["state"] == "captured",
    )


def _cited(row: Row, known_as: KnownAs, language: str | None) -> Cited:
    """A citation, its names looked up again: an outlet may have become known since the page was read."""
    outlet = known_as(row["outlet"]) if row["outlet"] and not row["outlet_id"] else None
    issuer = known_as(row["issuer"]) if row["issuer"] and not row["issuer_id"] else None
    return Cited(
        kind=row["kind"],
        words=row["words"],
        outlet=row["outlet"],
        outlet_id=row["outlet_id"] or (outlet.id if outlet else None),
        issuer=row["issuer"],
        issuer_id=row["issuer_id"] or (issuer.id if issuer else None),
        date=claimed_date(row["date"], language=language),
        url=row["url"],
        document_id=row["document_id"],
    )


def _signed(row: Row, known_as: KnownAs) -> Iterator[Cited]:
    """A last line that is the name of an outlet we know: ``(Harbour Courier)``, which only who knows it can read."""
    line = signature(row["ending"] or "")
    outlet = known_as(line) if line else None
    if line and outlet is not None and outlet.id != row["outlet_id"]:
        yield Cited(kind="credit", words=line, outlet=outlet.title, outlet_id=outlet.id)


def _pairs(store: Store, members: Mapping[int, Member]) -> Iterator[Pair]:
    """The compared pairs; of several versions of two documents, the two that share most."""
    best: dict[tuple[int, int], Row] = {}
    for row in kin.matches_among(store, members):
        ends = (min(row["copy_id"], row["source_id"]), max(row["copy_id"], row["source_id"]))
        if ends not in best or row["words"] > best[ends]["words"]:
            best[ends] = row
    for row in best.values():
        answer = comparison(store, row["id"])
        if answer is None or answer.label == "unrelated":
            continue
        copy, source = members[row["copy_id"]], members[row["source_id"]]
        kin_by_text = kinship(answer, _sighting(copy), _sighting(source), stock=row["stock"])
        if kin_by_text != "unrelated":
            yield Pair(copy_id=row["copy_id"], source_id=row["source_id"], comparison=answer, kinship=kin_by_text)


def _sighting(member: Member) -> Sighting:
    """When a page without a date was seen says when we came by, not how long after another text it appeared."""
    return Sighting(outlet_id=member.outlet_id, at=member.published_at, title=member.title)


def _real_ids(store: Store, settlement: Settlement) -> dict[int, int]:
    """Presumed originals get their rows: negative id of the settlement -> id of the document."""
    return {
        member.document_id: presumed_document(
            store,
            outlet_facts(store, member.outlet_id)
            or OutletFacts(id=member.outlet_id, title=member.outlet_title, kind=member.outlet_kind),
            member.presumed_by or 0,
        )
        for member in settlement.presumed
    }


def _named(one: Link, names: Mapping[int, int]) -> Link:
    return Link(
        copy_id=names.get(one.copy_id, one.copy_id),
        source_id=names.get(one.source_id, one.source_id),
        confidence=one.confidence,
        relation=one.relation,
        rank=one.rank,
        evidence=one.evidence,
    )


def _resolve(store: Store, presumed: Iterable[Row], rows: Mapping[int, Row], names: Mapping[int, int]) -> None:
    """Originals that were presumed before and are not any more: they were found, or are presumed by an earlier copy."""
    still = set(names.values())
    for row in presumed:
        if row["id"] in still or row["resolved_to"] is not None:
            continue
        found = [one["id"] for one in rows.values() if one["outlet_id"] == row["outlet_id"] and one["url"]]
        again = [document_id for document_id in still if _outlet_id(store, document_id) == row["outlet_id"]]
        if found or again:
            resolve_presumed(store, row["id"], min(found or again))


def _outlet_id(store: Store, document_id: int) -> str:
    return str(kin.members(store, [document_id])[0]["outlet_id"])


# --- judge -------------------------------------------------------------------------------------------------------


def _judge(store: Store, copy_id: int) -> None:
    copy = newest_version(store, copy_id)
    for row in links(store, copy_id=copy_id):
        if row["standing"] == "rejected":
            continue
        texts = versions(store, row["source_id"])
        if copy is None or not texts:
            _judge_without_text(store, row, has_copy=copy is not None)
            continue
        then = _then(copy, texts)
        _write(store, row["id"], copy, then, "then")
        newest = texts[-1]
        if newest.id == then.id:
            withdraw_verdict(store, row["id"], "newest")
        else:
            _write(store, row["id"], copy, newest, "newest")


def _then(copy: Version, texts: Sequence[Version]) -> Version:
    """The version of the source that was in force when it was copied."""
    seen = [
        InForce(
            number=one.number,
            first_seen_at=one.first_seen_at,
            modified_at=one.modified_at,
            published_at=one.published_at,
        )
        for one in texts
    ]
    number = version_in_force(seen, copy.published_at or copy.first_seen_at)
    return next(one for one in texts if one.number == number)


def _write(
    store: Store, link_id: int, copy: Version, source: Version, compared_with: Literal["then", "newest"]
) -> None:
    _, answer = compared_versions(store, copy, source)
    write_verdict(store, link_id, answer, METHOD, compared=(copy.id, source.id), compared_with=compared_with)


def _judge_without_text(store: Store, row: Row, *, has_copy: bool) -> None:
    missing = "source" if has_copy else "copy"
    reason = f"The text of the {missing} is not held, so nothing could be compared."
    nothing = Comparison(label="unchecked", coverage=0.0, kept=0.0, reason=reason)
    write_verdict(store, row["id"], nothing, METHOD)
    withdraw_verdict(store, row["id"], "newest")
