"""Inside linking, link: what is known of documents that hang together goes in, parents come out, and links are written.

All is read for many families at once; each is then settled by itself, and what comes of it depends on it alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from scraper.model import Comparison, Link, OutletFacts
from scraper.read.dates import claimed_date
from scraper.store import kin
from scraper.store.conclusions import presumed_document, resolve_presumed, write_links
from scraper.store.database import Row, Store
from scraper.store.families import decisions
from scraper.store.matches import comparisons, note_kinship
from scraper.store.outlets import outlet_facts, outlet_named
from scraper.trace.family import Cited, Decisions, Family, Kinship, Member, Pair
from scraper.trace.kinship import Sighting, kinship
from scraper.trace.parent import Settlement, settle
from scraper.trace.signature import signature

KnownAs = Callable[[str], OutletFacts | None]

MOST_STRANGERS = 20
"""Documents outside a family with which one of it shares a form of words, that are looked at to know it as one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is stored of some documents and their kin."""

    rows: Mapping[int, Row]
    """Document -> itself, its outlet and its newest version."""
    citations: Mapping[int, Sequence[Row]]
    """Version -> what it declares."""
    matches: Mapping[int, Sequence[Row]]
    """Document -> the matches of its versions, with whomever."""
    comparisons: Mapping[int, Comparison]
    """Match -> its answer."""


class Settler:
    """Settles families in one open database; what it looks up of outlets is looked up once."""

    def __init__(self, store: Store, decided_by: str) -> None:
        self._store = store
        self._decided_by = decided_by
        self._outlets = Outlets(store)

    def settle(self, parts: Sequence[Sequence[int]]) -> dict[int, int]:
        """Settle documents that hang together, each part by itself. Returns document -> how many links it has now."""
        known = known_of(self._store, {document_id for part in parts for document_id in part})
        decided = decisions(self._store)
        found: dict[int, int] = {}
        for part in parts:
            if len(part) > 1 or self._may_cite(known.rows[part[0]], known):
                found |= self._settle(part, known, decided)
        return found

    def _may_cite(self, row: Row, known: Known) -> bool:
        """Whether a document without kin may be linked all the same: to what it says is its source."""
        return bool(known.citations.get(row["version_id"])) or any(_signed(row, self._outlets.named))

    def _settle(self, part: Sequence[int], known: Known, decided: Decisions) -> dict[int, int]:
        rows = {document_id: known.rows[document_id] for document_id in part}
        standing = [row for row in rows.values() if row["state"] != "presumed" and not _has_moved(row, rows)]
        settlement = settle(self._family(standing, known), decided)
        names = self._real_ids(settlement)
        found: dict[int, list[Link]] = {document_id: [] for document_id in (*rows, *names.values())}
        for one in settlement.links:
            found[names.get(one.copy_id, one.copy_id)].append(_named(one, names))
        for copy_id, parents in found.items():
            write_links(self._store, copy_id, parents, self._decided_by)
        self._resolve(rows, names)
        return {copy_id: len(parents) for copy_id, parents in found.items()}

    # --- what is known --------------------------------------------------------------------------------------------

    def _family(self, rows: Sequence[Row], known: Known) -> Family:
        members = tuple(self._member(row, known) for row in rows)
        outlets = {member.outlet_id for member in members}
        return Family(
            members=members,
            pairs=tuple(self._pairs({member.document_id: member for member in members}, known)),
            held=self._outlets.held,
            habits=self._outlets.habits(outlets),
        )

    def _member(self, row: Row, known: Known) -> Member:
        facts = self._outlets.facts(row["outlet_id"])
        citations = known.citations.get(row["version_id"], ())
        return Member(
            document_id=row["id"],
            outlet_id=kin.publisher(row["outlet_id"], row["id"]),
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
            citations=(
                *(_cited(citation, self._outlets.named, row["language"]) for citation in citations),
                *_signed(row, self._outlets.named),
            ),
            is_captured=row["state"] == "captured",
        )

    def _pairs(self, members: Mapping[int, Member], known: Known) -> Iterator[Pair]:
        """The compared pairs of members, and those with others that share a form of words: it shows by them as well.

        Of several versions of two documents, the two that share most.
        """
        best: dict[tuple[int, int], Row] = {}
        for document_id in members:
            for row in known.matches.get(document_id, ()):
                ends = (min(row["copy_id"], row["source_id"]), max(row["copy_id"], row["source_id"]))
                if row["copy_id"] != row["source_id"] and (ends not in best or row["words"] > best[ends]["words"]):
                    best[ends] = row
        for row in sorted(best.values(), key=lambda row: row["id"]):
            answer = known.comparisons[row["id"]]
            kin_by_text = self._kinship(row, answer, members)
            if kin_by_text != "unrelated":
                yield Pair(copy_id=row["copy_id"], source_id=row["source_id"], comparison=answer, kinship=kin_by_text)

    def _kinship(self, row: Row, answer: Comparison, members: Mapping[int, Member]) -> Kinship:
        """What two texts are to one another by what is known now; of those outside the family, what is written."""
        copy, source = members.get(row["copy_id"]), members.get(row["source_id"])
        if copy is None or source is None:
            return "template" if row["kinship"] == "template" else "unrelated"
        found = kinship(answer, _sighting(copy), _sighting(source), stock=row["stock"])
        if found != row["kinship"]:
            note_kinship(self._store, row["id"], found)
        return found

    # --- presumed originals ---------------------------------------------------------------------------------------

    def _real_ids(self, settlement: Settlement) -> dict[int, int]:
        """Presumed originals get their rows: negative id of the settlement -> id of the document."""
        return {
            member.document_id: presumed_document(
                self._store,
                self._outlets.facts(member.outlet_id)
                or OutletFacts(id=member.outlet_id, title=member.outlet_title, kind=member.outlet_kind),
                member.presumed_by or 0,
            )
            for member in settlement.presumed
        }

    def _resolve(self, rows: Mapping[int, Row], names: Mapping[int, int]) -> None:
        """Originals presumed before and not any more: they were found, or are presumed by an earlier copy."""
        still = set(names.values())
        outlet_of = {row["id"]: row["outlet_id"] for row in kin.members(self._store, still)} if still else {}
        for row in rows.values():
            if row["state"] != "presumed" or row["id"] in still or row["resolved_to"] is not None:
                continue
            found = [one["id"] for one in rows.values() if one["outlet_id"] == row["outlet_id"] and one["url"]]
            again = [document_id for document_id in still if outlet_of[document_id] == row["outlet_id"]]
            if found or again:
                resolve_presumed(self._store, row["id"], min(found or again))


class Outlets:
    """What the linker asks about outlets many times over: looked up once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._facts: dict[str, OutletFacts | None] = {}
        self._named: dict[str, OutletFacts | None] = {}
        self._habits: dict[str, dict[tuple[str, str], float]] = {}
        self._held: frozenset[str] | None = None

    @property
    def held(self) -> frozenset[str]:
        """Outlets of which any captured document is held."""
        if self._held is None:
            self._held = kin.held_outlets(self._store)
        return self._held

    def facts(self, outlet_id: str) -> OutletFacts | None:
        if outlet_id not in self._facts:
            self._facts[outlet_id] = outlet_facts(self._store, outlet_id)
        return self._facts[outlet_id]

    def named(self, name: str) -> OutletFacts | None:
        """The outlet known by a name: it may have become known since the page was read that has it."""
        if name not in self._named:
            self._named[name] = outlet_named(self._store, name)
        return self._named[name]

    def habits(self, outlet_ids: Collection[str]) -> dict[tuple[str, str], float]:
        """(outlet, source) -> the share of its credits, for these outlets."""
        new = [one for one in outlet_ids if one not in self._habits]
        if new:
            self._habits |= {one: {} for one in new}
            for (outlet, source), share in kin.habits(self._store, new).items():
                self._habits[outlet][outlet, source] = share
        return {pair: share for one in sorted(outlet_ids) for pair, share in self._habits[one].items()}


def known_of(store: Store, document_ids: Collection[int]) -> Known:
    """What is known of documents, in as many queries as for one of them."""
    rows = {row["id"]: row for row in kin.members(store, document_ids)}
    citations: dict[int, list[Row]] = {}
    for row in kin.citations_of(store, [row["version_id"] for row in rows.values() if row["version_id"]]):
        citations.setdefault(row["version_id"], []).append(row)
    matches = _matches(kin.matches_around(store, document_ids), rows.keys())
    return Known(
        rows=rows,
        citations=citations,
        matches=matches,
        comparisons=comparisons(store, {row["id"] for found in matches.values() for row in found}),
    )


def _matches(rows: Sequence[Row], asked: Collection[int]) -> dict[int, list[Row]]:
    """Document -> its matches with others of those asked about, and some with strangers that share a form of words."""
    found: dict[int, list[Row]] = {document_id: [] for document_id in asked}
    strangers = dict.fromkeys(asked, 0)
    for row in sorted(rows, key=lambda row: (-row["words"], row["id"])):
        ends = {row["copy_id"], row["source_id"]}
        for document_id in ends & found.keys():
            if ends <= found.keys():
                found[document_id].append(row)
            elif row["kinship"] == "template" and strangers[document_id] < MOST_STRANGERS:
                strangers[document_id] += 1
                found[document_id].append(row)
    return found


def _has_moved(row: Row, rows: Mapping[int, Row]) -> bool:
    """Whether a document is held at the address that this one permanently redirects to: the two count as one."""
    there = rows.get(row["moved_to"]) if row["moved_to"] is not None else None
    return there is not None and there["state"] == "captured"


def _sighting(member: Member) -> Sighting:
    """When a page without a date was seen says when we came by, not how long after another text it appeared."""
    return Sighting(outlet_id=member.outlet_id, at=member.published_at, title=member.title)


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


def _named(one: Link, names: Mapping[int, int]) -> Link:
    return replace(one, copy_id=names.get(one.copy_id, one.copy_id), source_id=names.get(one.source_id, one.source_id))
