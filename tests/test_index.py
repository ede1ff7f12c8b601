"""The index: nothing is missed, nothing is made up, and it fits the versions whatever happens to the process."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.killed import kill_often, put_version, small_segments, words_of_version
from scraper.store.database import Store
from scraper.store.index import SCHEME, Index
from scraper.store.postings import BLOCK, Shape, decode, encode, entries_at, places_of, shape_for, widen
from scraper.store.segments import read_segments
from scraper.store.sieves import passes, sieve_part, words_for
from scraper.text.fingerprints import SHORTEST_RUN, fingerprint
from scraper.text.shingles import Hashes

AT = "2020-01-01T00:00:00Z"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "provenance.db") as store, small_segments():
        for outlet in ("tidewater", "courier", "gazette"):
            store.insert("outlets", id=outlet, title=outlet.title(), first_seen_at=AT)
        yield store


@pytest.fixture
def index(store: Store) -> Index:
    return Index(store.db.conn)


def version(store: Store, number: int, *, document_id: int | None = None, outlet_id: str = "tidewater") -> int:
    """A version of a document; the document is made if it is not there."""
    document_id = document_id or number
    if store.value("SELECT count(*) FROM documents WHERE id = ?", (document_id,)) == 0:
        store.insert(
            "documents",
            id=document_id,
            outlet_id=outlet_id,
            url=f"https://{outlet_id}.example/{document_id}",
            state="captured",
            first_seen_at=AT,
            last_seen_at=AT,
        )
    store.insert(
        "versions",
        id=number,
        document_id=document_id,
        number=number,
        text=f"text {number}",
        text_sha256=f"{number:064x}",
        words=70,
        reader="test/1",
        first_seen_at=AT,
        last_seen_at=AT,
    )
    return number


def fill(store: Store, index: Index, first: int, last: int) -> None:
    """Versions ``first`` to ``last``, each with words of its own, in one transaction."""
    with store.transaction():
        for number in range(first, last + 1):
            put_version(store, number)
        index.add_many((n, fingerprint(words_of_version(n))) for n in range(first, last + 1))


def merge(store: Store, index: Index) -> int:
    """All the merging that is due, each step in a transaction of its own; how many steps."""
    for steps in range(10_000):
        with store.transaction():
            if not index.merge_step():
                return steps
    raise AssertionError("merging does not end")


def found(index: Index, words: Hashes, **others: int) -> list[int]:
    return [one.version_id for one in index.candidates(words, **others)]


def others_words(count: int, seed: int) -> Hashes:
    return np.random.default_rng(10_000_000 + seed).integers(0, 1 << 63, count).astype(np.uint64)


# --- searching ---------------------------------------------------------------------------------------------------


def test_an_empty_index_finds_nothing_and_has_no_complaints(index: Index) -> None:
    assert index.candidates(words_of_version(1)) == []
    assert index.check() == []
    assert not index.merge_step()


@pytest.mark.parametrize("stored", [1, 23, 24, 300])
def test_every_version_is_found_by_its_own_words(store: Store, index: Index, stored: int) -> None:
    fill(store, index, 1, stored)
    assert [found(index, words_of_version(n))[:1] for n in range(1, stored + 1)] == [[n] for n in range(1, stored + 1)]


def test_a_run_of_twelve_words_is_found_wherever_it_stands(store: Store, index: Index) -> None:
    fill(store, index, 1, 100)
    words = words_of_version(42)
    for start in range(len(words) - SHORTEST_RUN + 1):
        quote = words[start : start + SHORTEST_RUN]
        article = np.concatenate((others_words(200, start), quote, others_words(150, start + 1000)))
        assert found(index, article) == [42], start


def test_the_quoting_text_may_come_first(store: Store, index: Index) -> None:
    statement = words_of_version(7)
    quoting = np.concatenate((others_words(300, 1), statement[20:34], others_words(100, 2)))
    with store.transaction():
        index.add(version(store, 1), fingerprint(quoting))
    assert found(index, statement) == [1]


def test_who_shares_more_rare_words_comes_first_and_the_older_of_equals(store: Store, index: Index) -> None:
    words = words_of_version(1)
    with store.transaction():
        index.add(version(store, 1), fingerprint(np.concatenate((words[:20], others_words(90, 1)))))
        index.add(version(store, 2, outlet_id="courier"), fingerprint(words))
        index.add(version(store, 3, outlet_id="gazette"), fingerprint(words))
    assert found(index, words) == [2, 3, 1]


def test_versions_of_the_asking_document_are_left_out(store: Store, index: Index) -> None:
    words = words_of_version(1)
    with store.transaction():
        for number in (1, 2):
            index.add(version(store, number, document_id=5), fingerprint(words))
        index.add(version(store, 3, outlet_id="courier"), fingerprint(words))
    assert found(index, words, exclude_document=5) == [3]


def test_of_a_document_with_many_versions_one_is_named(store: Store, index: Index) -> None:
    words = words_of_version(1)
    with store.transaction():
        for number in range(1, 30):
            index.add(version(store, number, document_id=5), fingerprint(words))
    assert found(index, words) == [1]


def test_a_statement_that_everybody_copied_is_found_though_none_of_its_shingles_is_rare(store: Store) -> None:
    words, index = words_of_version(1), Index(store.db.conn)
    with store.transaction():
        for number in range(1, 61):
            store.insert("outlets", id=f"paper{number}", title="Paper", first_seen_at=AT)
            index.add(version(store, number, outlet_id=f"paper{number}"), fingerprint(words))
    assert found(index, words[10:24])[:1] == [1]
    assert found(index, words, limit=60) == list(range(1, 61))


def test_a_statement_in_hundreds_of_documents_is_no_stock_phrase(store: Store, index: Index) -> None:
    words = words_of_version(1)
    with store.transaction():
        for number in range(1, 401):
            store.insert("outlets", id=f"paper{number}", title="Paper", first_seen_at=AT)
            index.add(version(store, number, outlet_id=f"paper{number}"), fingerprint(words))
    merge(store, index)
    search = index.search(np.concatenate((others_words(60, 1), words)), limit=5)
    assert [candidate.version_id for candidate in search.candidates] == [1, 2, 3, 4, 5]
    assert search.stock == []


def test_a_footer_of_one_outlet_brings_up_nothing(store: Store, index: Index) -> None:
    footer = others_words(40, 99)
    with store.transaction():
        for number in range(1, 120):
            words = np.concatenate((words_of_version(number), footer))
            index.add(version(store, number), fingerprint(words))
    search = index.search(np.concatenate((others_words(80, 5), footer)))
    assert search.candidates == []
    assert [start >= 75 for start, _ in search.stock] == [True]
    start, end = search.stock[0]
    assert end - start >= 30


def test_texts_too_short_for_a_shingle_are_in_the_index_and_never_found(store: Store, index: Index) -> None:
    with store.transaction():
        index.add(version(store, 1), fingerprint(words_of_version(1)[:4]))
    assert index.check() == []
    assert found(index, words_of_version(1)[:4]) == []


# --- merging -----------------------------------------------------------------------------------------------------


def test_merging_changes_no_answer(store: Store) -> None:
    index = Index(store.db.conn, memory=50_000)
    for first in range(1, 800, 25):
        fill(store, index, first, first + 24)
    asked = [words_of_version(n) for n in range(1, 800, 13)]
    before, segments = [index.candidates(words) for words in asked], len(read_segments(store.db.conn))
    assert merge(store, index) > 10
    assert [index.candidates(words) for words in asked] == before
    assert len(read_segments(store.db.conn)) < segments
    assert index.check() == []


def test_what_was_merged_is_cleared_away(store: Store, index: Index) -> None:
    for first in range(1, 400, 25):
        fill(store, index, first, first + 24)
    merge(store, index)
    blocks = sum(len(segment.bases) for segment in read_segments(store.db.conn))
    assert store.value("SELECT count(*) FROM _blocks") == blocks
    assert store.value("SELECT count(*) FROM _segments WHERE state <> 'live'") == 0


def test_a_shingle_in_very_many_documents_fills_many_blocks_and_survives_merging(store: Store) -> None:
    index, footer = Index(store.db.conn, memory=50_000), others_words(30, 1)
    for first in range(1, 900, 100):
        with store.transaction():
            for number in range(first, first + 100):
                version(store, number)
            batch = [(n, fingerprint(np.concatenate((words_of_version(n), footer)))) for n in range(first, first + 100)]
            index.add_many(batch)
    merge(store, index)
    assert index.check() == []
    common = fingerprint(footer)[:1]
    assert sum(len(one.entries_of(store.db.conn, common[0])) for one in read_segments(store.db.conn)) >= 850
    assert found(index, np.concatenate((words_of_version(700), footer)))[0] == 700


def test_answers_are_the_same_from_disk_and_from_memory(store: Store) -> None:
    index = Index(store.db.conn)
    fill(store, index, 1, 400)
    from_disk = Index(store.db.conn, memory=0)
    for number in range(1, 400, 7):
        assert from_disk.candidates(words_of_version(number)) == index.candidates(words_of_version(number))
    assert any(segment.rows is not None for segment in index._segments)
    assert all(segment.rows is None for segment in from_disk._segments)


# --- transactions ------------------------------------------------------------------------------------------------


def test_what_is_rolled_back_was_never_there(store: Store, index: Index) -> None:
    fill(store, index, 1, 20)
    store.db.conn.execute("BEGIN")
    put_version(store, 21)
    index.add(21, fingerprint(words_of_version(21)))
    assert found(index, words_of_version(21)) == [21]
    store.db.conn.execute("ROLLBACK")
    assert found(index, words_of_version(21)) == []
    with store.transaction():
        put_version(store, 21)
        index.add(21, fingerprint(words_of_version(1000)))
    assert found(index, words_of_version(21)) == []
    assert found(index, words_of_version(1000)) == [21]


def test_a_segment_that_is_rolled_back_was_never_there(store: Store, index: Index) -> None:
    fill(store, index, 1, 20)
    store.db.conn.execute("BEGIN")
    for number in range(21, 61):
        put_version(store, number)
        index.add(number, fingerprint(words_of_version(number)))
    assert found(index, words_of_version(30)) == [30]
    store.db.conn.execute("ROLLBACK")
    assert found(index, words_of_version(30)) == []
    assert found(index, words_of_version(11)) == [11]
    fill(store, index, 21, 100)
    assert [found(index, words_of_version(n)) for n in (11, 30, 100)] == [[11], [30], [100]]
    assert index.check() == []


def test_two_processes_see_what_the_other_wrote(store: Store, index: Index) -> None:
    with Store.open(store.path) as other:
        theirs = Index(other.db.conn)
        fill(store, index, 1, 10)
        assert found(theirs, words_of_version(5)) == [5]
        fill(other, theirs, 11, 90)
        assert found(index, words_of_version(88)) == [88]
        merge(store, index)
        assert found(theirs, words_of_version(88)) == [88]
        assert theirs.check() == []


def test_adding_twice_is_the_same_as_adding_once(store: Store, index: Index) -> None:
    fill(store, index, 1, 60)
    with store.transaction():
        index.add_many((n, fingerprint(words_of_version(n))) for n in range(1, 61))
    assert store.value("SELECT sum(entries) FROM _members") + store.value("SELECT count(*) FROM _fresh") == 60
    assert index.check() == []


def test_a_version_that_does_not_exist_cannot_be_added(store: Store, index: Index) -> None:
    with pytest.raises(LookupError, match="no version 77"), store.transaction():
        index.add(77, fingerprint(words_of_version(77)))


# --- versions that change or go -----------------------------------------------------------------------------------


@pytest.mark.parametrize("stored", [10, 100])
def test_a_version_that_is_read_again_is_found_by_its_new_words_only(store: Store, index: Index, stored: int) -> None:
    fill(store, index, 1, stored)
    with store.transaction():
        store.write("UPDATE versions SET text = 'other', text_sha256 = ? WHERE id = 3", ("ab" * 32,))
    assert index.missing() == [3]
    assert index.check() == ["1 versions are not in the index, the first is 3."]
    with store.transaction():
        index.add(3, fingerprint(words_of_version(5000)))
    assert index.missing() == []
    assert found(index, words_of_version(3)) == []
    assert found(index, words_of_version(5000)) == [3]
    for first in range(stored + 1, stored + 400, 25):
        fill(store, index, first, first + 24)
    merge(store, index)
    assert index.check() == []
    assert found(index, words_of_version(5000)) == [3]


def test_a_removed_version_is_not_found_and_may_come_back(store: Store, index: Index) -> None:
    fill(store, index, 1, 50)
    with store.transaction():
        index.remove(9)
        index.remove(9)
        index.remove(999)
    assert found(index, words_of_version(9)) == []
    assert index.missing() == [9]
    with store.transaction():
        index.add(9, fingerprint(words_of_version(9)))
    assert found(index, words_of_version(9)) == [9]
    assert index.check() == []


def test_versions_written_without_the_index_are_caught_up_with(store: Store, index: Index) -> None:
    texts = {n: " ".join(f"word{n}x{i}" for i in range(40)) for n in range(1, 70)}
    with store.transaction():
        for number, text in texts.items():
            put_version(store, number)
            store.write("UPDATE versions SET text = ? WHERE id = ?", (text, number))
    assert len(index.missing()) == 69
    rounds = 0
    while True:
        with store.transaction():
            if not index.catch_up(limit=30):
                break
        rounds += 1
    assert rounds == 3
    assert index.check(texts=True) == []


def test_entries_of_versions_that_are_gone_are_noticed_and_dropped(store: Store, index: Index) -> None:
    fill(store, index, 1, 40)
    with store.transaction():
        store.write("DELETE FROM versions WHERE id = 40")
    assert index.check() == ["1 entries of the index are of versions that are gone, the first is 40."]
    with store.transaction():
        assert index.catch_up() == 1
    assert index.check() == []


def test_an_index_of_another_scheme_finds_nothing_and_is_built_again(store: Store, index: Index) -> None:
    fill(store, index, 1, 40)
    with store.transaction():
        store.write("UPDATE _index SET scheme = 'runs of 9 words'")
    assert found(index, words_of_version(3)) == []
    assert len(index.missing()) == 40
    with store.transaction():
        index.add_many((n, fingerprint(words_of_version(n))) for n in index.missing())
    assert store.value("SELECT scheme FROM _index") == SCHEME
    assert found(index, words_of_version(3)) == [3]
    assert index.check() == []


# --- damage ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("damage", "complaint"),
    [
        ("DELETE FROM _blocks WHERE id = (SELECT max(id) FROM _blocks)", "damaged|not what was put in"),
        (
            "UPDATE _blocks SET content = zeroblob(length(content)) WHERE id % 5 = 0",
            "not what was put in|names entries",
        ),
        ("DELETE FROM _segments WHERE id = 1", "not what was put in"),
        ("DELETE FROM _members WHERE first_entry = 1", "not in the index"),
    ],
)
def test_the_check_notices_damage(store: Store, index: Index, damage: str, complaint: str) -> None:
    fill(store, index, 1, 60)
    with store.transaction():
        store.write(damage)
    with pytest.raises(AssertionError, match=complaint):
        assert Index(store.db.conn).check() == []


# --- killed ------------------------------------------------------------------------------------------------------


def test_killed_at_random_moments_it_opens_fits_the_versions_and_lacks_nothing(tmp_path: Path) -> None:
    deaths = list(kill_often(tmp_path / "provenance.db", 15, seed=3, longest=0.15))
    assert [death.complaints for death in deaths] == [[]] * 15
    assert [death.lost for death in deaths] == [[]] * 15
    assert all(death.stored >= death.acknowledged for death in deaths)
    assert deaths[-1].stored > 100


# --- blocks ------------------------------------------------------------------------------------------------------


@given(
    st.lists(st.tuples(st.integers(0, (1 << 40) - 1), st.integers(0, (1 << 16) - 1)), min_size=1, max_size=700),
    st.integers(1, 1 << 20),
    st.integers(0, 2),
)
@settings(max_examples=60, deadline=None)
def test_postings_come_back_as_they_went_in(pairs: list[tuple[int, int]], divisor: int, narrow: int) -> None:
    pairs = sorted((value // divisor, entry) for value, entry in pairs)
    hashes, entries = (np.array(column, dtype=np.uint64) for column in zip(*pairs, strict=True))
    shape = Shape(3 + narrow, 2)
    bases, content = encode(hashes, entries, shape)
    assert content.shape == (len(bases), shape.width)
    back = decode(bases, content, shape)
    assert back[0].tolist() == hashes.tolist()
    assert back[1].tolist() == entries.tolist()
    index, column = places_of(hashes[:1] - bases[:1], content[:1], shape)
    assert len(index) == min(sum(value == pairs[0][0] for value, _ in pairs), BLOCK)
    assert column.tolist() == list(range(len(column)))


def test_rows_of_different_shapes_are_searched_alike() -> None:
    hashes, entries = np.arange(7, 4000, 13, dtype=np.uint64), np.arange(308, dtype=np.uint64)
    narrow, wide = Shape(3, 2), Shape(5, 4)
    bases, content = encode(hashes, entries, narrow)
    rows = np.full((len(content), wide.width), 0xAB, dtype=np.uint8)
    widen(content, narrow, rows, wide)
    wanted = hashes[[0, 128, 256]] + np.uint64(26) - bases
    row, column = places_of(wanted, rows, wide)
    assert (row.tolist(), column.tolist()) == ([0, 1, 2], [2, 2, 2])
    assert entries_at(rows, wide, row, column).tolist() == [2, 130, 258]


def test_larger_segments_take_fewer_bytes_for_each_posting() -> None:
    shapes = [shape_for(postings, postings // 100) for postings in (10_000, 60_000, 5_000_000, 100_000_000)]
    assert [shape.offset_bytes for shape in shapes] == [5, 4, 4, 3]


def test_the_database_needs_no_other_file(store: Store, index: Index) -> None:
    fill(store, index, 1, 60)
    copy = sqlite3.connect(":memory:")
    store.db.conn.backup(copy)
    assert Index(copy).check() == []
    assert found(Index(copy), words_of_version(33)) == [33]
    copy.close()


@given(st.lists(st.integers(0, (1 << 40) - 1), min_size=1, max_size=900), st.integers(1, 1 << 30))
@settings(max_examples=60, deadline=None)
def test_a_sieve_lets_pass_all_that_is_there_and_little_else(values: list[int], divisor: int) -> None:
    hashes = np.array(sorted(value // divisor for value in values), dtype=np.uint64)
    words = words_for(len(hashes))
    sieve = np.zeros(words, dtype=np.uint64)
    for piece in np.array_split(hashes, 3):
        if len(piece):
            first, part = sieve_part(piece, words)
            sieve[first : first + len(part)] |= part
    assert passes(hashes, sieve).all()
    others = np.random.default_rng(1).integers(0, 1 << 40, 2000).astype(np.uint64)
    assert passes(others, sieve).mean() < 0.2
