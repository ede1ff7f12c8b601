"""The line, second half: new versions are matched, their families settled, and each link judged.

match -> link -> judge. Every step is "what is new?", a pure function and a write on the natural key: it can be stopped
after any batch and started again with the same result, and it never touches the network. All that is new is matched
before the first family is settled, so that each family is settled once, whatever the order in which its documents came.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple, TypeVar

from scraper.judging import compared_versions, judge
from scraper.matching import Compared, Pairing
from scraper.matching_pool import Here, Matching, MatchingPool
from scraper.reading_pool import cores
from scraper.settling import Settler
from scraper.store.database import Store
from scraper.store.index import Index
from scraper.store.linked import (
    all_linked,
    documents_to_settle,
    is_indexed,
    link_again,
    mark_matched,
    mark_settled,
    versions_to_link,
)
from scraper.store.matches import last_match, matches_of, note_kinship, write_match
from scraper.store.parts import parts_of
from scraper.trace.compare import RULES as COMPARED_BY
from scraper.trace.family import Kinship

__all__ = ["METHOD", "Linked", "compared_versions", "link", "settle_part"]

RULES = "link/2"
METHOD = f"{COMPARED_BY} {RULES}"
"""What links and verdicts are signed with; a change of it makes every version new to the linker."""
AT_ONCE = 100
"""Versions that are matched, and documents that are settled, in one transaction."""
ALONE = 300
"""Versions that are matched in this process: others would take a second to start."""
AHEAD = 3
"""Batches that are looked up, and compared, ahead of the one that is written."""
MOST_PAIRS = 2_000
"""Pairs that are compared ahead at most: their answers wait in memory."""
_A_SEARCH, _A_COMPARISON = 10, 4
"""Versions, and pairs, that go to a matcher at once."""
_INDEXED_AT_ONCE = 20_000
"""Versions that are taken into the index in one transaction, where they are not in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """What one batch came to: versions and matches in the first half of linking, families and links in the second."""

    versions: int = 0
    matches: int = 0
    families: int = 0
    links: int = 0


_Item = TypeVar("_Item")


class _Looking(NamedTuple):
    """A batch of versions whose kin is being looked for."""

    version_ids: Sequence[int]
    coming: Sequence[Future[list[list[Pairing]]]]


class _Comparing(NamedTuple):
    """A batch of versions whose pairs are being compared."""

    version_ids: Sequence[int]
    found: int
    """Pairs, those that were compared before included."""
    pairs: frozenset[tuple[int, int]]
    coming: Sequence[Future[list[Compared]]]
    told: Future[list[tuple[int, Kinship]]]
    """Those that were compared before and are something else by today's rules."""


def link(store: Store, *, everything: bool = False) -> Iterator[Linked]:
    """Link all versions that these rules have not linked yet (``everything``: all there are), batch by batch.

    Each batch is one transaction, yielded when it is committed; of many versions, the next are matched on all cores in
    the meantime. When linking everything was interrupted, it goes on where it was.

    Raises:
        StoreError: the database cannot be written.
    """
    if everything:
        link_again(store, METHOD)
    _ready_index(store)
    yield from _match_all(store)
    yield from _settle_all(store)
    all_linked(store)


def _ready_index(store: Store) -> None:
    """What is not in the index is not found, and what is not merged is found slowly."""
    index = Index(store.db.conn)
    is_lacking = not is_indexed(store)
    while is_lacking:
        with store.transaction():
            is_lacking = index.catch_up(_INDEXED_AT_ONCE) > 0
    is_more = True
    while is_more:
        with store.transaction():
            is_more = index.merge_step()


# --- match -------------------------------------------------------------------------------------------------------


def _match_all(store: Store) -> Iterator[Linked]:
    waiting = len(versions_to_link(store, METHOD, limit=ALONE + 1))
    if not waiting:
        return
    with MatchingPool(store.path, cores()) if waiting > ALONE and cores() > 1 else Here(store) as matching:
        for batch in _compared(store, matching):
            # Waited for before the database is held, which others may want to write
            compared, told = [one for coming in batch.coming for one in coming.result()], batch.told.result()
            with store.transaction():
                for one in compared:
                    _write(store, one)
                for match_id, kinship in told:
                    note_kinship(store, match_id, kinship)
                mark_matched(store, batch.version_ids, METHOD)
            yield Linked(versions=len(batch.version_ids), matches=batch.found)


def _write(store: Store, one: Compared) -> None:
    pair = one.pairing
    write_match(store, pair.copy_id, pair.source_id, one.comparison, COMPARED_BY, stock=pair.stock, kinship=one.kinship)


def _compared(store: Store, matching: Matching) -> Iterator[_Comparing]:
    """Batches that are being compared, in their order; the next ones are under way when one is given."""
    comparing: deque[_Comparing] = deque()
    before = last_match(store)
    for version_ids, coming in _looked_up(store, matching):
        # A pair is found from both of its sides: what is compared is what the first of them found
        found = {(one.copy_id, one.source_id): one for one in reversed([*_each(coming)])}
        under_way = {pair for one in comparing for pair in one.pairs}
        known = matches_of(store, found.keys() - under_way, COMPARED_BY)
        new = [one for pair, one in sorted(found.items()) if pair not in under_way and pair not in known]
        older = [found[pair] for pair, row in sorted(known.items()) if row["id"] <= before]
        comparing.append(
            _Comparing(
                version_ids,
                len(found),
                frozenset((one.copy_id, one.source_id) for one in new),
                [matching.compare(some) for some in _parted(new, _A_COMPARISON)],
                matching.tell(older),
            )
        )
        while len(comparing) > AHEAD or sum(len(one.pairs) for one in comparing) > MOST_PAIRS:
            yield comparing.popleft()
    yield from comparing


def _each(coming: Sequence[Future[list[list[Pairing]]]]) -> Iterator[Pairing]:
    for one in coming:
        for pairings in one.result():
            yield from pairings


def _looked_up(store: Store, matching: Matching) -> Iterator[_Looking]:
    """Batches of versions that are new, and what is being found for them; the next ones are under way as well."""
    looking: deque[_Looking] = deque()
    last = 0
    while version_ids := versions_to_link(store, METHOD, limit=AT_ONCE, after=last):
        last = version_ids[-1]
        looking.append(_Looking(version_ids, [matching.look(some) for some in _parted(version_ids, _A_SEARCH)]))
        if len(looking) > AHEAD:
            yield looking.popleft()
    yield from looking


def _parted(items: Sequence[_Item], size: int) -> Iterator[Sequence[_Item]]:
    return (items[start : start + size] for start in range(0, len(items), size))


# --- link and judge ----------------------------------------------------------------------------------------------


def _settle_all(store: Store) -> Iterator[Linked]:
    settler = Settler(store, METHOD)
    waiting = dict.fromkeys(documents_to_settle(store, METHOD))
    while waiting:
        some = list(islice(waiting, AT_ONCE))
        with store.transaction():
            parts = parts_of(store, some, waiting.keys())
            links = settler.settle(parts)
            judge(store, links.keys(), METHOD)
            done = waiting.keys() & {document_id for part in parts for document_id in part}
            mark_settled(store, done, METHOD)
        for document_id in done:
            del waiting[document_id]
        yield Linked(families=len(parts), links=sum(links.values()))


def settle_part(store: Store, document_ids: Sequence[int]) -> int:
    """Settle documents that hang together: who is whose parent, and how faithful the copy. Returns how many links."""
    links = Settler(store, METHOD).settle([document_ids])
    judge(store, links.keys(), METHOD)
    return sum(links.values())
