"""Alignment: which words are which, what moved, what differs, and that every word is in exactly one place."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.planted import KINDS, STATEMENTS, planted, statements
from scraper.text.align import Aligned, align
from scraper.text.passages import heaviest_in_order
from scraper.text.words import Words, words_of

HARBOUR = (
    "The Ministry of Ports said on Monday that twelve vessels will not enter the harbour before the inspection ends. "
)
CREWS = "Crews in the western bay have begun to mend their nets while they wait for news from the capital. "
MONEY = "The programme is paid for by the national fund and its cost has not changed since last year. "
NAMES = ("Ada", "Bo", "Cyd", "Dov", "Eda", "Fay", "Gil", "Hal", "Ira", "Jon", "Kit", "Lou")
STORM = "A storm is expected on Thursday and the coast guard has asked all small boats to stay at the quay. "


def aligned(copy: str, source: str) -> tuple[Aligned, Words, Words]:
    ours, theirs = words_of(copy, language="en"), words_of(source, language="en")
    return align(ours, theirs), ours, theirs


def gaps_of(copy: str, source: str) -> list[tuple[str, str]]:
    """What differs inside passages, as (source, copy)."""
    found, ours, theirs = aligned(copy, source)
    return [
        (theirs.quote(gap.source_start, gap.source_end), ours.quote(gap.copy_start, gap.copy_end))
        for passage in found.passages
        for gap in passage.gaps
    ]


def assert_each_word_in_one_place(found: Aligned, copy: Words, source: Words) -> None:
    ours, theirs = Counter(), Counter()
    for passage in found.passages:
        for run in passage.runs:
            assert copy.keys[run.copy : run.copy + run.length] == source.keys[run.source : run.source + run.length]
            ours.update(range(run.copy, run.copy + run.length))
            theirs.update(range(run.source, run.source + run.length))
        for part in (*passage.gaps, *passage.joined):
            assert part.copy_start < part.copy_end or part.source_start < part.source_end
            assert passage.copy_start <= part.copy_start <= part.copy_end <= passage.copy_end
            assert passage.source_start <= part.source_start <= part.source_end <= passage.source_end
            ours.update(range(part.copy_start, part.copy_end))
            theirs.update(range(part.source_start, part.source_end))
    for start, end in found.added:
        ours.update(range(start, end))
    for start, end in found.left_out:
        theirs.update(range(start, end))
    assert ours == Counter(range(len(copy)))
    assert theirs == Counter(range(len(source)))
    starts = [passage.copy_start for passage in found.passages]
    assert starts == sorted(starts)


_WORDS = st.sampled_from(["the", "of", "not", "port", "ship", "12", "14", "March", "a", "b", "c", "reopens", "said"])
_TEXTS = st.lists(
    st.one_of(_WORDS, st.sampled_from(["x", "reyes", "said", "reyessaid", "\n\n", ".", "“", "”"])), max_size=80
)


@given(_TEXTS, _TEXTS)
def test_every_word_of_both_texts_is_in_exactly_one_place(copy, source):
    found, ours, theirs = aligned(" ".join(copy), " ".join(source))
    assert_each_word_in_one_place(found, ours, theirs)


@settings(max_examples=50)
@given(st.lists(st.tuples(_TEXTS, _TEXTS), max_size=6), st.randoms(use_true_random=False))
def test_so_it_is_when_whole_parts_are_shared_and_shuffled(parts, chance):
    shared = [" ".join(part) for part, _ in parts]
    chance.shuffle(shared)
    source = " ".join(" ".join(a + b) for a, b in parts)
    found, ours, theirs = aligned(" ".join(shared), source)
    assert_each_word_in_one_place(found, ours, theirs)


def test_so_it_is_when_like_lines_are_shuffled_and_edited():
    chance = random.Random(5)  # noqa: S311
    for count in range(2, 13):
        lines = [f"the old stairs of {name} harbour sell fish each day until noon ".split() for name in NAMES[:count]]
        source = [word for line in lines for word in line]
        for _ in range(40):
            some = [*chance.sample(lines, chance.randint(1, count)), chance.choice(lines)]
            copy = [word if chance.random() > 0.06 else "new" for line in some for word in line]
            assert_each_word_in_one_place(*aligned(" ".join(copy), " ".join(source)))


@given(st.lists(_WORDS, min_size=1, max_size=200))
def test_a_text_against_itself_is_one_run(words):
    found, ours, _ = aligned(" ".join(words), " ".join(words))
    (passage,) = found.passages
    assert [tuple(run) for run in passage.runs] == [(0, 0, len(ours))]
    assert not passage.gaps
    assert not passage.is_moved
    assert (found.added, found.left_out) == ((), ())


@settings(max_examples=60)
@given(st.lists(_WORDS, min_size=30, max_size=120), st.data())
def test_one_word_put_in_is_one_gap_of_one_word(words, data):
    at = data.draw(st.integers(3, len(words) - 3))
    gaps = gaps_of(" ".join([*words[:at], "unheard", *words[at:]]), " ".join(words))
    assert gaps == [("", "unheard")]


def test_words_replaced_left_out_and_put_in_are_the_gaps_of_one_passage():
    copy = HARBOUR.replace("twelve", "twenty-two").replace(" not", "").replace("ends", "finally ends")
    assert gaps_of(copy, HARBOUR) == [("twelve", "twenty-two"), ("not", ""), ("", "finally")]


def test_the_first_and_last_word_of_a_text_belong_to_its_passage():
    copy = HARBOUR.replace("The", "A").replace("ends", "begins")
    assert gaps_of(copy, HARBOUR) == [("The", "A"), ("ends", "begins")]


def test_a_changed_first_word_of_a_kept_paragraph_is_a_gap_though_its_neighbour_is_left_out():
    source = MONEY + "\n\n" + "Not all vessels will enter the harbour before the inspection ends on Friday."
    copy = STORM + "\n\n" + "All vessels will enter the harbour before the inspection ends on Friday."
    assert ("Not", "") in gaps_of(copy, source)


def test_a_moved_paragraph_is_named_moved_and_only_that():
    found, ours, _ = aligned(STORM + HARBOUR + CREWS + MONEY, HARBOUR + CREWS + MONEY + STORM)
    assert [ours.quote(p.copy_start, p.copy_end)[:7] for p in found.passages if p.is_moved] == ["A storm"]
    assert (found.added, found.left_out) == ((), ())


def test_the_fewest_words_are_called_moved():
    long = HARBOUR + CREWS + MONEY
    found, ours, _ = aligned(STORM + long, long + STORM)
    assert [ours.quote(p.copy_start, p.copy_end)[:7] for p in found.passages if p.is_moved] == ["A storm"]
    found, ours, _ = aligned(long + STORM, STORM + long)
    assert [ours.quote(p.copy_start, p.copy_end)[:7] for p in found.passages if p.is_moved] == ["A storm"]


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9)), max_size=9, unique_by=lambda item: item[0]))
def test_the_chain_that_keeps_its_order_is_the_heaviest_there_is(passages):
    places, weights = [place for place, _ in passages], [weight for _, weight in passages]
    kept = heaviest_in_order(places, weights)
    chosen = [place for place, is_kept in zip(places, kept, strict=True) if is_kept]
    assert chosen == sorted(chosen)
    best = [0] * len(places)
    for at, place in enumerate(places):
        best[at] = weights[at] + max((best[k] for k in range(at) if places[k] < place), default=0)
    assert sum(w for w, is_kept in zip(weights, kept, strict=True) if is_kept) == max(best, default=0)


def test_a_lone_quotation_is_all_that_is_aligned():
    quotation = "“We reject the accusation,” the spokesperson told reporters in Tarsis on Monday evening."
    found, ours, _ = aligned(CREWS + quotation + " " + STORM, HARBOUR + MONEY + quotation)
    (passage,) = found.passages
    assert ours.quote(passage.copy_start, passage.copy_end).startswith("We reject the accusation")
    assert passage.copy_end - passage.copy_start == 13
    assert not passage.gaps


def test_texts_of_other_words_have_nothing_aligned():
    assert not aligned(CREWS + STORM, HARBOUR + MONEY)[0].passages


def test_a_heavily_edited_sentence_without_four_words_in_a_row_is_still_aligned():
    source = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    copy = "one two three FOUR! five six other eight nine ten strange twelve thirteen fourteen new"
    assert gaps_of(copy, source) == [("seven", "other"), ("eleven", "strange"), ("fifteen", "new")]


def test_texts_shorter_than_any_anchor_are_aligned():
    assert gaps_of("ports reopen", "ports close") == [("close", "reopen")]


def test_a_lost_space_is_joined_and_a_digit_never_is():
    found, ours, theirs = aligned(HARBOUR.replace("said on", "saidon"), HARBOUR)
    (passage,) = found.passages
    (joint,) = passage.joined
    assert (ours.quote(*joint[:2]), theirs.quote(*joint[2:])) == ("saidon", "said on")
    assert not passage.gaps
    assert gaps_of(HARBOUR.replace("twelve", "120"), HARBOUR.replace("twelve", "12 0")) == [("12 0", "120")]


def test_a_sentence_left_out_is_that_sentence_though_its_neighbour_begins_alike():
    source = "The port is closed. The ships are waiting at sea. The crews are well and have all that they need."
    copy = "The port is closed. The crews are well and have all that they need."
    assert gaps_of(copy, source) == [("The ships are waiting at sea", "")]


def test_an_agency_that_two_leads_name_does_not_hold_them_together():
    body = "The Council of Ports of Orrin announced that twelve vessels stay outside until the quay has been inspected."
    source = f"ORRIN, 2 March (Gulf News Agency) - The Council of Ports of Orrin put out a statement today:\n\n{body}"
    shut = f"The northern quay stays shut, Gulf News Agency reports.\n\n{body}"
    found, ours, _ = aligned(shut.replace("twelve", "two"), source)
    (passage,) = found.passages
    assert ours.quote(passage.copy_start, passage.copy_start + 4) == "The Council of Ports"
    assert [tuple(gap) for gap in passage.gaps] == [(17, 18, 25, 26)]


def test_lines_that_differ_in_a_name_only_are_aligned_with_themselves_though_one_has_moved():
    lines = [f"{name} sells fresh fish at the old stairs of Orrin harbour each day until noon.\n" for name in NAMES]
    found, ours, theirs = aligned("".join(lines[1:] + lines[:1]), "".join(lines))
    pairs = [(r.copy + k, r.source + k) for p in found.passages for r in p.runs for k in range(r.length)]
    assert len(pairs) == len(ours)
    of_names = {ours.tokens[c]: theirs.tokens[s] for c, s in pairs if ours.tokens[c] in NAMES}
    assert of_names == {name: name for name in NAMES}
    assert all(c // 15 == (s // 15 - 1) % 12 for c, s in pairs)


def test_what_is_left_out_and_added_is_told_apart():
    fog = "Fog hid every boat near Tarsis until noon, fishermen told our reporter when she called them yesterday. "
    found, ours, theirs = aligned(HARBOUR + fog + CREWS, HARBOUR + MONEY + CREWS)
    assert [theirs.quote(*part)[:13] for part in found.left_out] == ["The programme"]
    assert [ours.quote(*part)[:7] for part in found.added] == ["Fog hid"]
    assert not any(passage.is_moved for passage in found.passages)


def test_nothing_aligns_with_an_empty_text():
    assert aligned("", HARBOUR)[0].left_out == ((0, 19),)
    assert aligned(HARBOUR, "")[0].added == ((0, 19),)
    assert aligned("", "")[0] == Aligned(passages=(), left_out=(), added=())


def test_one_word_a_hundred_thousand_times_is_aligned_with_a_variant():
    found, _, _ = aligned("word " * 100_000, "word " * 50_000 + "not " + "word " * 49_000)
    assert sum(run.length for passage in found.passages for run in passage.runs) >= 98_900
    assert sum(end - start for start, end in found.left_out) <= 100


def test_a_long_text_keeps_all_its_words_though_every_hundredth_is_another_and_its_end_stands_first():
    chance = random.Random(3)  # noqa: S311
    source = ["".join(chance.choices("aeioklmnrst", k=4)) for _ in range(12_000)]
    edited = [word if at % 100 else "other" for at, word in enumerate(source)]
    found, _, _ = aligned(" ".join(edited[-300:] + edited[:-300]), " ".join(source))
    pairs = {(r.copy + k, r.source + k) for p in found.passages for r in p.runs for k in range(r.length)}
    assert pairs >= {((at + 300) % 12_000, at) for at in range(12_000) if at % 100}
    assert [(p.copy_start, p.source_end) for p in found.passages if p.is_moved] == [(0, 12_000)]


@pytest.mark.parametrize("vocabulary", ["ab", "abcdefgh"])
def test_long_texts_of_few_words_at_random_are_no_trouble(vocabulary):
    copy, source = (" ".join(random.Random(seed).choices(vocabulary, k=20_000)) for seed in (1, 2))  # noqa: S311
    assert_each_word_in_one_place(*aligned(copy, source))


@pytest.mark.skipif(not STATEMENTS.exists(), reason="../shared/data/statements is not here")
@pytest.mark.parametrize("kind", KINDS)
def test_word_pairs_of_planted_copies_are_found(kind):
    """The floor of the project: a mean F1 of 0.99 of word pairs for every kind of edit."""
    texts, chance = statements(), random.Random(11)  # noqa: S311
    pairs = [planted(texts, kind, chance) for _ in range(8)]
    pairs += [planted(texts, kind, chance, cut_to=1000, pad_to=1500) for _ in range(8)]
    scores = []
    for pair in pairs:
        found = align(pair.copy, pair.source)
        assert_each_word_in_one_place(found, pair.copy, pair.source)
        words = {(r.copy + k, r.source + k) for p in found.passages for r in p.runs for k in range(r.length)}
        scores.append(2 * len(words & pair.pairs) / (len(words) + len(pair.pairs)))
    assert sum(scores) / len(scores) >= 0.99
