"""Words to hashes to fingerprints: fast ways that give exactly what the slow ones give."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scraper.text import pieces
from scraper.text.fingerprints import (
    ASKED,
    HASH_BITS,
    SHINGLE,
    SHORTEST_RUN,
    fingerprint,
    fingerprints,
    hashes_of,
    hashes_of_all,
    probes,
)
from scraper.text.sharing import shared
from scraper.text.shingles import Hashes, shingle_hashes, word_hashes
from scraper.text.words import words_of

LANGUAGES = (None, "en", "tr", "de", "ru", "ar", "hy", "zh", "en-GB")
WORDS = """
the of Ministry MINISTRY co-operation don't don’t rock''n 'tis fish' 60,000 60.000 60 000 300 2019 1 234 567 -2.5 +4
14:30 2024-03-14 5% % $100 -$5 £ < > = ~ & AT&T &amp; &nbsp; &lt; &#8217; &lrm R&D; ıİIi İstanbul IŞIK ß ﬁn naïve мир
рейс ёлка сор pаy Ελλάς Հայ საქართველო العَرَبية ـ شما ۱۲۳ ٦٠ 中文字 日本語 カ ไทย 😀 𝐛𝐨𝐥𝐝 U.S. e.g. . , ; : ! ? … “ ” « »
( ) [ ] — – - ‑ pre- x- -x 1- -1 12kg kg12 14th 1st a/b 3/4 http://x.example/a?b=1 @name _under_score_
"""
ODD = """cafe\u0301|so\u00adft|zero\u200bwidth|\u00a0|\u2009|\u3000|\x1c|\x0b|\t|\n|\r\n|\n\n|-\n|-\n\n |- \n|‑\r\n|
60\u00a0000|1\u202f234|<\n5|&#10;|&nbsp;5| | """
PIECES = st.sampled_from([*WORDS.split(), *ODD.split("|")])
TEXTS = st.one_of(
    st.lists(PIECES, max_size=40).map("".join), st.lists(PIECES, max_size=40).map(" ".join), st.text(max_size=60)
)


def random_words(count: int, seed: int, *, kinds: int = 1 << 62) -> Hashes:
    return np.random.default_rng(seed).integers(1, kinds, count).astype(np.uint64)


# --- hashes of words ---------------------------------------------------------------------------------------------


@given(TEXTS, st.sampled_from(LANGUAGES))
@settings(max_examples=250, deadline=None)
@example("over the exam-\nple and 60 000 more", "en")
@example("x < 5 and y <\n6", None)
@example("in 2019 200 people, in 12 345 678 others", "de")
@example("рост на 60 000 тонн- \nмиллионов", "ru")
def test_hashes_are_those_of_the_words(text: str, language: str | None) -> None:
    assert hashes_of(text, language=language).tolist() == words_of(text, language=language).hashes.tolist()


@given(st.lists(TEXTS, min_size=3, max_size=12), st.sampled_from(LANGUAGES))
@settings(max_examples=150, deadline=None)
def test_texts_side_by_side_do_not_touch_one_another(texts: list[str], language: str | None) -> None:
    expected = [words_of(text, language=language).hashes.tolist() for text in texts]
    assert [hashes.tolist() for hashes in hashes_of_all(texts, language=language)] == expected


def test_one_text_ends_where_the_next_begins() -> None:
    texts = ["exam-", "ple", "in 60", "000 more", "x <", "5", "", "&", "amp;"]
    assert [list(one) for one in hashes_of_all(texts)] == [list(words_of(text).hashes) for text in texts]


def test_a_text_longer_than_the_tables_is_read_all_the_same() -> None:
    text = "The harbour is open and 60 000 crates wait. " * 4000
    assert np.array_equal(hashes_of(text), words_of(text).hashes)


@pytest.mark.parametrize(
    "text", ["a-\n" * 300_000, "- " * 500_000, "1 " * 500_000, "' " * 500_000, "x" * 1_000_000, "é\u0301" * 500_000]
)
def test_a_megabyte_of_anything_takes_no_longer_than_a_second_or_so(text: str) -> None:
    start = time.process_time()
    assert np.array_equal(hashes_of(text[:60_000], language="en"), words_of(text[:60_000], language="en").hashes)
    hashes_of(text, language="en")
    assert time.process_time() - start < 20  # quadratic behaviour would take minutes


def test_a_flood_of_new_words_is_forgotten_again_and_changes_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "_REMEMBERED", 500)
    for start in range(0, 4000, 100):
        text = " ".join(f"crate{n} <{n} {n}" for n in range(start, start + 100))
        assert np.array_equal(hashes_of(text, language="en"), words_of(text, language="en").hashes)
    assert sum(some.letters for some in pieces._PIECES.values()) < 4_000


# --- fingerprints ------------------------------------------------------------------------------------------------


@given(st.integers(0, 400), st.sampled_from([3, 50, 1 << 62]), st.integers(0, 99))
@settings(max_examples=120, deadline=None)
def test_a_fingerprint_is_a_part_of_the_probes_in_ascending_order(count: int, kinds: int, seed: int) -> None:
    words = random_words(count, seed, kinds=kinds)
    stored, asked = fingerprint(words), probes(words)
    assert set(stored.tolist()) <= set(asked.hashes.tolist())
    assert (stored[1:] > stored[:-1]).all()
    assert (asked.hashes[1:] > asked.hashes[:-1]).all()
    assert (len(stored) > 0) == (count >= SHINGLE)
    assert not (stored >> np.uint64(HASH_BITS)).any()


@given(st.lists(st.integers(0, 120), max_size=30), st.sampled_from([2, 30, 1 << 62]))
@settings(max_examples=120, deadline=None)
def test_fingerprints_side_by_side_are_the_same_as_one_at_a_time(counts: list[int], kinds: int) -> None:
    texts = [random_words(count, seed, kinds=kinds) for seed, count in enumerate(counts)]
    assert [one.tolist() for one in fingerprints(texts)] == [fingerprint(text).tolist() for text in texts]


@given(st.integers(0, 200), st.integers(0, 200), st.integers(0, 200), st.integers(0, 200), st.integers(0, 999))
@settings(max_examples=200, deadline=None)
def test_two_texts_that_share_twelve_words_in_a_row_share_a_stored_shingle(
    before: int, behind: int, other_before: int, other_behind: int, seed: int
) -> None:
    run = random_words(SHORTEST_RUN, seed)
    stored = np.concatenate((random_words(before, seed + 1), run, random_words(behind, seed + 2)))
    asked = np.concatenate((random_words(other_before, seed + 3), run, random_words(other_behind, seed + 4)))
    assert np.isin(fingerprint(stored), probes(asked).hashes).any()


def test_a_probe_knows_where_its_shingle_begins() -> None:
    words = random_words(80, 1)
    asked = probes(np.concatenate((words, words)))
    shingles = shingle_hashes(np.concatenate((words, words)), SHINGLE) & np.uint64((1 << HASH_BITS) - 1)
    assert shingles[asked.positions].tolist() == asked.hashes.tolist()
    assert asked.positions.max() < 80 + ASKED


def test_two_shingles_in_five_are_asked_for_and_one_of_any_four() -> None:
    asked = np.sort(probes(random_words(100_000, 5)).positions)
    assert 0.39 < len(asked) / 100_000 < 0.41
    assert np.diff(asked).max() <= ASKED


def test_of_the_stored_shingles_in_short_runs_most_are_asked_for() -> None:
    stored, found = 0, 0
    for seed in range(60):
        words = random_words(400, seed)
        edited = words.copy()
        edited[::7] = random_words(len(edited[::7]), seed + 1000)
        kept = np.intersect1d(fingerprint(words), shingle_hashes(edited, SHINGLE) & np.uint64((1 << HASH_BITS) - 1))
        stored += len(kept)
        found += len(np.intersect1d(kept, probes(edited).hashes))
    assert found > 0.85 * stored > 850


def test_about_two_shingles_in_nine_are_stored() -> None:
    words = random_words(100_000, 5)
    assert 0.21 < len(fingerprint(words)) / len(words) < 0.235


# --- what two texts share ------------------------------------------------------------------------------------------


def test_a_text_shares_all_of_itself() -> None:
    words = random_words(300, 1)
    assert shared(words, words).runs == ((0, 0, 300),)


def test_a_quotation_is_shared_and_nothing_around_it() -> None:
    source, own = random_words(200, 1), random_words(100, 2)
    found = shared(np.concatenate((own[:50], source[80:95], own[50:])), source)
    assert found == (((50, 80, 15),), 15, 15)


def test_a_word_replaced_leaves_two_runs_and_a_passage_moved_is_found() -> None:
    source = random_words(100, 1)
    edited = source.copy()
    edited[40] = 7
    moved = np.concatenate((edited[60:], edited[:60]))
    assert shared(edited, source).runs == ((0, 0, 40), (41, 41, 59))
    assert shared(moved, source).words == 99


def test_stock_phrases_alone_are_no_passage() -> None:
    source, own = random_words(200, 1), random_words(100, 2)
    copy = np.concatenate((own, source[150:]))
    assert shared(copy, source).words == 50
    assert shared(copy, source, stock=[(98, 150)]).words == 0


def test_half_of_a_very_short_text_is_enough() -> None:
    words = word_hashes(["the", "ferry", "to", "Low", "Tarnow", "is", "late"])
    assert shared(words, words).words == 7


@given(st.lists(st.integers(1, 6), max_size=120), st.lists(st.integers(1, 6), max_size=120))
@settings(max_examples=200, deadline=None)
def test_runs_are_equal_words_and_no_word_is_in_two(copy: list[int], source: list[int]) -> None:
    found = shared(np.array(copy, dtype=np.uint64), np.array(source, dtype=np.uint64))
    ours = [n for run in found.runs for n in range(run.copy, run.copy + run.length)]
    theirs = [n for run in found.runs for n in range(run.source, run.source + run.length)]
    assert [copy[n] for n in ours] == [source[n] for n in theirs]
    assert len(set(ours)) == len(ours) == found.words
    assert len(set(theirs)) == len(theirs)
