"""Words as letters: equal words have one letter, different words never do, whatever the alphabets of two texts."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from scraper.text.align import align
from scraper.text.letters import UNKNOWN, Alphabet, alike, spelled
from scraper.text.words import words_of

_KEYS = st.lists(st.sampled_from(["port", "ship", "12", "not", "", "reopens", "\U0001f6a2"]), max_size=12)


@given(_KEYS, _KEYS, st.booleans())
def test_two_words_have_one_letter_when_they_are_equal_and_only_then(copy, source, is_of_one_alphabet):
    one = Alphabet()
    other = one if is_of_one_alphabet else Alphabet()
    ours, theirs = alike(spelled(copy, one), spelled(source, other), copy, source)
    assert (len(ours), len(theirs)) == (len(copy), len(source))
    for key, letter in zip(copy, ours, strict=True):
        assert [letter == theirs[at] for at in range(len(source))] == [key == other for other in source]


def test_no_letter_is_half_of_a_pair_or_one_that_parts_texts():
    letters = spelled([str(number) for number in range(60_000)], Alphabet()).letters
    assert len(set(letters)) == 60_000
    assert letters.encode("utf-32-le").decode("utf-32-le") == letters
    assert min(letters) > "\x0f"


def test_a_word_for_which_no_letter_is_left_is_equal_to_nothing():
    small, keys = Alphabet("ab"), ["ports", "reopen", "again"]
    ours, theirs = alike(spelled(keys, small), spelled(keys, small), keys, keys)
    assert ours[:2] == theirs[:2] == "ab"
    assert (ours[2], theirs[2]) == UNKNOWN


def test_texts_spelled_before_and_after_the_alphabet_was_changed_are_aligned_all_the_same():
    text = "Twelve vessels will not enter the harbour before the inspection ends on Friday."
    before = replace(words_of(text), spelling=spelled(words_of(text).keys, Alphabet()))
    (passage,) = align(words_of(text), before).passages
    assert [tuple(run) for run in passage.runs] == [(0, 0, len(before))]
