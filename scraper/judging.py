"""Inside linking, judge: each link that stands gets its verdict, against the source as it was then and as it is now."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Literal, NamedTuple

from scraper.matching import common_language
from scraper.model import Comparison
from scraper.store.conclusions import withdraw_verdict, write_verdict, write_verdict_of
from scraper.store.database import Row, Store
from scraper.store.documents import Version
from scraper.store.families import parents
from scraper.store.kin import histories, sightings, texts
from scraper.store.matches import comparison, match_of, matches_of, write_match
from scraper.trace.compare import RULES as COMPARED_BY
from scraper.trace.compare import compare
from scraper.trace.family import InForce, version_in_force

ComparedWith = Literal["then", "newest"]


class Case(NamedTuple):
    """A link whose texts are held, and the versions (of copy and source) that it is judged by."""

    link_id: int
    pair: tuple[int, int]
    compared_with: ComparedWith


def judge(store: Store, copy_ids: Collection[int], decided_by: str) -> None:
    """Write the verdicts of all links that stand and by which these documents are the copy; rejected ones have none."""
    rows = [row for row in parents(store, sorted(copy_ids)) if row["standing"] != "rejected"]
    texts_of = histories(store, {row[end] for row in rows for end in ("copy_id", "source_id")})
    cases: list[Case] = []
    for row in rows:
        copies, sources = texts_of.get(row["copy_id"]), texts_of.get(row["source_id"])
        new = list(_cases(row["id"], copies[-1], sources)) if copies and sources else []
        if not new:
            _judge_without_text(store, row["id"], decided_by, has_copy=bool(copies))
        if len(new) < 2:
            withdraw_verdict(store, row["id"], "newest")
        cases += new
    _judge(store, cases, decided_by)


def _cases(link_id: int, copy: Row, sources: Sequence[Row]) -> Iterator[Case]:
    then, newest = _then(copy, sources), sources[-1]
    yield Case(link_id, (copy["id"], then["id"]), "then")
    if newest["id"] != then["id"]:
        yield Case(link_id, (copy["id"], newest["id"]), "newest")


def _then(copy: Row, sources: Sequence[Row]) -> Row:
    """The version of the source that was in force when it was copied."""
    seen = [
        InForce(
            number=one["number"],
            first_seen_at=one["first_seen_at"],
            modified_at=one["modified_at"],
            published_at=one["published_at"],
        )
        for one in sources
    ]
    number = version_in_force(seen, copy["published_at"] or copy["first_seen_at"])
    return next(one for one in sources if one["number"] == number)


def _judge(store: Store, cases: Sequence[Case], decided_by: str) -> None:
    pairs = {case.pair for case in cases}
    known = matches_of(store, pairs, COMPARED_BY)
    if lacking := sorted(pairs - known.keys()):
        _compare(store, lacking)
        known |= matches_of(store, lacking, COMPARED_BY)
    for case in cases:
        write_verdict_of(store, case.link_id, known[case.pair], decided_by, compared_with=case.compared_with)


def _compare(store: Store, pairs: Sequence[tuple[int, int]]) -> None:
    """Compare texts that no search brought together in this order: a link may lead from the earlier to the later."""
    ids = {one for pair in pairs for one in pair}
    language_of = {row["id"]: row["language"] for row in sightings(store, ids)}
    text_of = texts(store, ids)
    for copy_id, source_id in pairs:
        language = common_language(language_of[copy_id], language_of[source_id])
        _write(store, copy_id, source_id, compare(text_of[copy_id], text_of[source_id], language=language))


def _write(store: Store, copy_id: int, source_id: int, answer: Comparison) -> int:
    """What other rules knew of the pair beside their answer stays."""
    known = match_of(store, copy_id, source_id)
    more = {"stock": known["stock"], "kinship": known["kinship"]} if known is not None else {}
    return write_match(store, copy_id, source_id, answer, COMPARED_BY, **more)


def compared_versions(store: Store, copy: Version, source: Version) -> tuple[int, Comparison]:
    """The match of two versions, stored, or compared now where these rules have not done so yet: its id and answer."""
    known = match_of(store, copy.id, source.id)
    if known is not None and known["method"] == COMPARED_BY:
        stored = comparison(store, known["id"])
        if stored is not None:
            return known["id"], stored
    answer = compare(copy.text, source.text, language=common_language(copy.language, source.language))
    return _write(store, copy.id, source.id, answer), answer


def _judge_without_text(store: Store, link_id: int, decided_by: str, *, has_copy: bool) -> None:
    missing = "source" if has_copy else "copy"
    reason = f"The text of the {missing} is not held, so nothing could be compared."
    write_verdict(store, link_id, Comparison(label="unchecked", coverage=0.0, kept=0.0, reason=reason), decided_by)
