"""Inside linking, match: with which stored versions a version is to be compared, and what comparing them answers.

Nothing is written here, so that it can be done on every core at once; each answer depends on the stored texts alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from scraper.model import Comparison
from scraper.store.database import Row, Store
from scraper.store.finding import Found, find
from scraper.store.index import MEMORY, Index
from scraper.store.kin import pointed_at, publisher, sightings, texts
from scraper.store.matches import comparisons, matches_of
from scraper.trace.compare import RULES as COMPARED_BY
from scraper.trace.compare import compare
from scraper.trace.family import Kinship
from scraper.trace.glance import Glance, is_worth_comparing
from scraper.trace.kinship import Sighting, days_between, kinship

MOST_MATCHES = 30
"""Documents with which a new version is compared."""


class Pairing(NamedTuple):
    """Two versions that are to be compared: ids of the later and of the earlier one."""

    copy_id: int
    source_id: int
    stock: float = 0.0
    """Share (0-1) of the common words that are stock phrases, as the index knows it."""


class Compared(NamedTuple):
    """What came of it."""

    pairing: Pairing
    comparison: Comparison
    kinship: Kinship


class Matcher:
    """Finds and compares in one open database. ``memory``: bytes of the index that it may hold."""

    def __init__(self, store: Store, *, memory: int = MEMORY) -> None:
        self._store = store
        self._index = Index(store.db.conn, memory=memory)

    def look(self, version_ids: Sequence[int]) -> list[list[Pairing]]:
        """For each version, its pairings with those that may be kin of it: found by their words, or cited."""
        own = {row["id"]: row for row in sightings(self._store, version_ids)}
        text_of = texts(self._store, version_ids)
        return [self._look(own[one], text_of[one]) if one in own else [] for one in version_ids]

    def compare(self, pairings: Sequence[Pairing]) -> list[Compared]:
        """The pairings whose texts are still there, compared."""
        ids = {one for pairing in pairings for one in (pairing.copy_id, pairing.source_id)}
        rows = {row["id"]: row for row in sightings(self._store, ids)}
        text_of = texts(self._store, ids)
        return [
            _compared(one, rows[one.copy_id], rows[one.source_id], text_of)
            for one in pairings
            if one.copy_id in rows and one.source_id in rows
        ]

    def tell(self, pairings: Sequence[Pairing]) -> list[tuple[int, Kinship]]:
        """Matches that are stored and are something else by today's rules than is written: number and kinship."""
        matches = matches_of(self._store, {(one.copy_id, one.source_id) for one in pairings}, COMPARED_BY)
        answers = comparisons(self._store, [row["id"] for row in matches.values()])
        seen = {row["id"]: _sighting(row) for row in sightings(self._store, {one for pair in matches for one in pair})}
        told = [
            (row, kinship(answers[row["id"]], seen[copy_id], seen[source_id], stock=row["stock"]))
            for (copy_id, source_id), row in matches.items()
        ]
        return [(row["id"], now) for row, now in told if now != row["kinship"]]

    def _look(self, new: Row, text: str) -> list[Pairing]:
        found = {
            one.version_id: one
            for one in find(
                self._index,
                text,
                language=new["language"],
                limit=MOST_MATCHES,
                exclude_document=new["document_id"],
            )
        }
        cited = pointed_at(self._store, new["id"])
        pairings = []
        for other in _in_order(sightings(self._store, [*found, *cited]), [*found, *cited]):
            seen = found.get(other["id"])
            if other["document_id"] == new["document_id"]:
                continue
            if other["id"] in cited or (seen and is_worth_comparing(_glance(new, other, seen))):
                copy, source = (new, other) if _is_later(new, other) else (other, new)
                pairings.append(Pairing(copy["id"], source["id"], seen.stock if seen else 0.0))
        return pairings


def told_apart(
    store: Store, text: str, found: Sequence[Found], *, language: str | None = None, version_id: int | None = None
) -> list[Compared]:
    """What each of the texts that were found is to the text that they were found for, compared in full.

    ``version_id`` is the version that the text is, where it is stored: only then it is known whose it is and of when.
    """
    [own] = sightings(store, [version_id]) if version_id is not None else [_unknown(language)]
    rows = {row["id"]: row for row in sightings(store, [one.version_id for one in found])}
    text_of = {**texts(store, rows), own["id"]: text}
    return [_told_apart(own, rows[one.version_id], one.stock, text_of) for one in found if one.version_id in rows]


def _told_apart(own: Row, other: Row, stock: float, text_of: dict[int, str]) -> Compared:
    is_copy = own["id"] == _NOBODYS or _is_later(own, other)
    copy, source = (own, other) if is_copy else (other, own)
    return _compared(Pairing(copy["id"], source["id"], stock), copy, source, text_of)


_NOBODYS = 0
"""Stands for the id of a text that is not stored."""


def _unknown(language: str | None) -> Row:
    facts = dict.fromkeys(("title", "published_at", "first_seen_at"))
    return {"id": _NOBODYS, "document_id": _NOBODYS, "outlet_id": "", "language": language, **facts}


def _in_order(rows: Iterable[Row], ids: Iterable[int]) -> list[Row]:
    by_id = {row["id"]: row for row in rows}
    return [by_id[one] for one in dict.fromkeys(ids) if one in by_id]


def _is_later(one: Row, other: Row) -> bool:
    return (one["published_at"] or one["first_seen_at"], one["id"]) > (
        other["published_at"] or other["first_seen_at"],
        other["id"],
    )


def _glance(one: Row, other: Row, seen: Found) -> Glance:
    return Glance(
        words=seen.words,
        share=max(seen.coverage, seen.kept),
        stock=seen.stock,
        is_same_outlet=_sighting(one).outlet_id == _sighting(other).outlet_id,
        days=days_between(one["published_at"], other["published_at"]),
    )


def _compared(pairing: Pairing, copy: Row, source: Row, text_of: dict[int, str]) -> Compared:
    language = common_language(copy["language"], source["language"])
    answer = compare(text_of[pairing.copy_id], text_of[pairing.source_id], language=language)
    found = kinship(answer, _sighting(copy), _sighting(source), stock=pairing.stock)
    return Compared(pairing, answer, found)


def common_language(copy: str | None, source: str | None) -> str | None:
    """The language of two texts as far as it is known; the source's where they disagree."""
    return copy if copy and source in (copy, None) else source


def _sighting(row: Row) -> Sighting:
    return Sighting(
        outlet_id=publisher(row["outlet_id"], row["document_id"]), at=row["published_at"], title=row["title"]
    )
