"""Words: what is forgiven in a comparable word, what never is, and where each stands in the untouched text."""

from __future__ import annotations

import random
import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper.text.numerals import readings
from scraper.text.shingles import shingle_hashes, word_hashes
from scraper.text.tokens import parts_of
from scraper.text.words import words_of

SAME = {
    "curly and straight apostrophes": ("don’t", "don't", None),
    "soft hyphen": ("in\u00adspection", "inspection", None),
    "hyphenation over a line end": ("inspec-\ntion", "inspection", None),
    "hyphenation over a page end": ("inspec-\n\ntion", "inspection", None),
    "ligature": ("o\ufb03ce", "office", None),
    "decomposed accent": ("cafe\u0301", "café", None),
    "named entity in a word": ("caf&eacute;", "café", None),
    "entity written twice over": ("caf&amp;eacute;", "café", None),
    "numbered entity": ("caf&#233;", "café", None),
    "headline": ("PORT REOPENS", "port reopens", None),
    "Turkish headline": ("DIŞİŞLERİ BAKANLIĞI", "Dışişleri Bakanlığı", "tr"),
    "Azerbaijani headline": ("XARİCİ İŞLƏR", "xarici işlər", "az"),
    "sharp s": ("STRASSE", "Straße", "de"),
    "full-width letters": ("ＰＯＲＴ", "port", None),
    "Arabic digits": ("١٢", "12", "ar"),
    "Persian digits": ("۱۲", "12", "fa"),
    "tatweel": ("الـمـيناء", "الميناء", "ar"),
    "vowel marks": ("المِينَاء", "الميناء", "ar"),
    "Persian and Arabic keyboard": ("کشتی", "كشتي", "fa"),
    "zero-width joiner": ("می\u200cشود", "میشود", "fa"),
    "grouping by comma": ("60,000", "60000", "en"),
    "grouping by point": ("60.000", "60000", "tr"),
    "grouping by space": ("60 000", "60000", "fr"),
    "grouping by narrow space": ("60\u202f000", "60,000", "en"),
    "grouping by apostrophe": ("60'000", "60000", "de"),
    "decimal comma": ("2,5", "2.5", "de"),
    "both separators": ("1.234,5", "1,234.5", "de"),
    "leading zero of a day": ("03", "3", None),
    "ordinal": ("14th", "14", "en"),
    "true minus": ("−40", "-40", None),
    "percent sign with a space": ("5 %", "5%", None),
    "Arabic percent sign": ("٥٪", "5%", "ar"),
    "bullet": ("• vessels", "vessels", None),
    "dashes": ("ship–harbour — open", "ship-harbour - open", None),
    "Russian yo": ("ещё", "еще", "ru"),
    "spaces among Chinese characters": ("3 月 14 日", "3月14日", "zh"),
}


@pytest.mark.parametrize("name", SAME)
def test_the_same_word_written_otherwise_has_the_same_key(name):
    one, other, language = SAME[name]
    assert words_of(one, language=language).keys == words_of(other, language=language).keys


DIFFERENT = [
    ("12", "120"),
    ("2.5", "25"),
    (".5", "5"),
    ("40", "-40"),
    ("40", "−40"),
    ("40 %", "40"),
    ("$5", "€5"),
    ("-$5", "$5"),
    ("<5", ">5"),
    ("±5", "5"),
    ("2.50", "2.5"),
    ("1.2.3", "1.23"),
    ("10:30", "1030"),
    ("3/4", "34"),
    ("m²", "m2"),
    ("2½", "2"),
    ("not", "now"),
    ("will not", "will"),
    ("non-aggression", "aggression"),
    ("12 0", "120"),
    ("12艘船", "21艘船"),
]


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_carries_a_value_is_never_forgiven(one, other):
    assert words_of(one, language="en").keys != words_of(other, language="en").keys


@given(st.from_regex(r"[1-9][0-9]{0,2}([,. ][0-9]{3}){0,3}([.,][0-9]{1,2})?", fullmatch=True), st.data())
def test_forgiveness_never_hides_a_digit(number, data):
    places = [at for at, letter in enumerate(number) if letter.isdecimal()]
    at = data.draw(st.sampled_from(places))
    digit = data.draw(st.sampled_from([d for d in "123456789" if d != number[at]]))
    other = number[:at] + digit + number[at + 1 :]
    for language in (None, "en", "tr"):
        ours, theirs = (words_of(f"some {n} ships", language=language).keys for n in (number, other))
        assert ours != theirs


def test_grouping_is_read_by_the_language_and_every_reading_is_kept():
    assert readings("60.000", "tr") == ("60000", "60.000")
    assert readings("60.000", "en") == ("60.000", "60000")
    assert readings("60,000", None) == ("60000", "60.000")
    assert readings("1.234.567", "en") == ("1234567",)
    assert readings("14.03.2024", "de") == ("14.03.2024",)
    assert readings("0.125", "en") == ("0.125",)
    assert readings("−2,5", "ru") == ("-2.5",)
    assert readings("–2024-03-14") == ("-2024-03-14",)


@given(st.text("0123456789.,:/-–+'% kgth", max_size=24), st.sampled_from((None, "en", "tr")))
def test_digits_in_whatever_order_have_keys(text, language):
    assert all(words_of(text, language=language).keys)


def test_a_range_has_no_sign_but_a_lone_number_may():
    assert words_of("10-40 and -40 or (-40)").keys == ["10", "40", "and", "-40", "or", "-40"]


def test_look_alike_letters_are_read_by_their_look_and_named():
    words = words_of("p\u0430yp\u0430l sc\u043epe", language="en")
    assert words.keys == ["paypal", "scope"]
    assert [kinds for _, kinds in words.forgiven] == [("disguise",), ("disguise",)]
    assert words_of("Cирия", language="ru").keys == words_of("Сирия", language="ru").keys


def test_zero_width_characters_inside_a_word_are_a_disguise_and_beside_it_are_not():
    words = words_of("n\u200bot \u200bnow\u200b", language="en")
    assert words.keys == ["not", "now"]
    assert words.forgiven == [(0, ("zero-width", "disguise"))]


def test_words_of_an_honest_other_script_are_left_alone():
    words = words_of("The word мир means peace, κόσμος the world", language="en")
    assert {"мир", "κόσμοσ"} <= set(words.keys)  # the final sigma is a sigma
    assert not words.forgiven


def test_each_word_quotes_the_untouched_text():
    text = "“We re\u00adject” &amp; 60\u00a0000 caf&eacute; inspec-\ntion"
    words = words_of(text)
    quoted = [words.quote(at, at + 1) for at in range(len(words))]
    assert quoted == ["We", "re\u00adject", "60\u00a0000", "caf&eacute;", "inspec-\ntion"]
    assert words.forgiven[-2:] == [(3, ("entity",)), (4, ("hyphenation",))]


def test_thai_and_japanese_are_compared_letter_by_letter_and_korean_by_the_word():
    assert len(words_of("ทะเล")) == 4
    assert words_of("港は12日に").keys == ["港", "は", "12", "日", "に"]
    assert words_of("항구는 닫혔다").keys == ["항구는", "닫혔다"]


def test_hindi_words_keep_their_vowel_signs():
    assert words_of("हिन्दी समाचार").keys == ["हिन्दी", "समाचार"]


@pytest.mark.parametrize(
    "text",
    [
        "He said “we reject it” today",
        'He said "we reject it" today',
        "He said ‘we reject it’ today",
        "He said „we reject it“ today",
        "He said «we reject it» today",
        "He said « we reject it » today",
        "He said »we reject it« today",
        "He said ”we reject it” today",
        "He said &ldquo;we reject it&rdquo; today",
        "He said 「we reject it」 today",
    ],
)
def test_quotation_marks_of_every_style_hold_the_same_words(text):
    assert words_of(text).quote_depths == [0, 0, 1, 1, 1, 0]


def test_scare_quotes_inside_a_quotation_are_one_deeper():
    assert words_of("“We reject the ‘accusation’,” he said").quote_depths == [1, 1, 1, 2, 0, 0]


def test_an_apostrophe_is_no_quotation_mark():
    assert not any(words_of("The ministers’ ships don’t leave ’til Monday, the crews' leader said").quote_depths)


def test_a_quotation_left_open_ends_with_its_paragraph_unless_the_next_goes_on():
    assert words_of("“We wait.\n\nHe left.").quote_depths == [1, 1, 0, 0]
    assert words_of("“We wait.\n\n“We hope,” he said.").quote_depths == [1, 1, 1, 1, 0, 0]
    assert words_of("“We wait\n\nand hope,” he said.").quote_depths == [1, 1, 1, 1, 0, 0]


def test_sentences_end_at_stops_and_not_after_titles_initials_and_ordinals():
    assert words_of("Dr. A. Reyes left. He was gone! 12 ships came.").sentences == [0, 0, 0, 0, 1, 1, 1, 2, 2, 2]
    assert words_of("Am 14. März kam er.").sentences == [0, 0, 0, 0, 0]
    assert words_of("before\n\nthe end\n\nNew part").sentences == [0, 0, 0, 1, 1]
    assert words_of("before\n\nthe end\n\nNew part").paragraphs == [0, 1, 1, 2, 2]


@given(st.text(max_size=300))
def test_any_text_gives_words_with_rising_spans(text):
    words = words_of(text)
    assert all(keys for keys in words.keys)
    assert len(words.gaps) == len(words) + 1
    ends = 0
    for start, end in zip(words.starts, words.ends, strict=True):
        assert ends <= start < end <= len(text)
        ends = end
    assert len(words.hashes) == len(words.quote_depths) == len(words.sentences) == len(words.paragraphs) == len(words)
    if "&" not in text:
        assert [text[a:b] for a, b in zip(words.starts, words.ends, strict=True)] == words.tokens


_PIECES = st.sampled_from(
    ["ship", "co", "-", "\n\n", "\n", " ", "12", "000", "<", "“", ".", "don’t", "é", "\u00ad", "&amp;", "\t", "港", "%"]
)


@given(st.lists(_PIECES, max_size=40).map("".join))
def test_a_text_has_the_same_words_whether_its_paragraphs_were_seen_before_or_not(text):
    longer = text + "\n\n" + "ship " * 500  # too long a paragraph to be remembered
    tokens = words_of(text).tokens
    assert words_of(text).tokens == tokens
    assert "".join(parts_of(text)) == text
    if not text.rstrip().endswith("-"):
        assert words_of(longer).tokens == [*tokens, *["ship"] * 500]


@given(st.lists(_PIECES, max_size=200).map("".join), st.data())
def test_a_span_is_where_its_words_start_and_end(text, data):
    words = words_of(text)
    start = data.draw(st.integers(0, len(words)))
    end = data.draw(st.integers(start, len(words)))
    if start < end:
        assert words.span(start, end) == (words.starts[start], words.ends[end - 1])
    assert words.is_quoted(start, end) == any(words.quote_depths[start:end])


@given(st.lists(_PIECES, max_size=80).map("".join))
def test_the_words_that_open_a_sentence_are_those_at_which_its_number_rises(text):
    words = words_of(text)
    rises = {at for at in range(1, len(words)) if words.sentences[at] > words.sentences[at - 1]}
    opens = {at for at in range(1, len(words)) if words.opens_sentence(at)}
    assert rises <= opens
    assert words.opens_sentence(0)
    assert words.opens_sentence(len(words))


def test_a_lone_surrogate_and_a_nul_are_no_trouble():
    assert len(words_of("a\ud800b \x00 c").hashes) == 3


@pytest.mark.parametrize(
    "text",
    ["a" * 10**5, "a'" * 50_000, "-\n" * 50_000, "a-\n" * 30_000, "1 111" * 20_000, "1." * 50_000, "&a" * 50_000,
     "\u0301" * 10**5, "a" + "\u200b" * 10**5, '"' * 10**5, "' " * 50_000, '"a' * 30_000, "&amp;" * 20_000],
)  # fmt: skip
def test_hostile_texts_take_linear_time(text):
    short, whole = text[: len(text) // 4], text
    seconds = []
    for part in (short, whole):
        start = time.process_time()
        words = words_of(part)
        assert len(words.quote_depths) == len(words.sentences) == len(words)
        seconds.append(time.process_time() - start)
    assert seconds[1] < 8 * seconds[0] + 0.5


def test_hashes_are_the_same_in_another_process():
    code = (
        "from scraper.text.shingles import shingle_hashes, word_hashes;"
        "print(shingle_hashes(word_hashes('a ship is not a port'.split())).tolist())"
    )
    seen = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert seen.strip() == str(shingle_hashes(word_hashes(["a", "ship", "is", "not", "a", "port"])).tolist())


def test_shingles_are_equal_where_runs_of_words_are_and_nowhere_else():
    chance = random.Random(1)  # noqa: S311
    keys = [chance.choice("abc") for _ in range(400)]
    hashes = shingle_hashes(word_hashes(keys), 5).tolist()
    runs = [tuple(keys[at : at + 5]) for at in range(396)]
    assert len(hashes) == len(runs)
    assert len(set(hashes)) == len(set(runs)) == len(set(zip(hashes, runs, strict=True)))


def test_fewer_words_than_a_shingle_give_none():
    assert len(shingle_hashes(word_hashes(["one", "two"]), 5)) == 0


@settings(max_examples=30)
@given(st.lists(st.sampled_from(["Ports", "don’t", "60,000", "caf\u0301e", "14th", "港"]), max_size=30))
def test_the_words_of_a_text_are_those_of_its_parts(tokens):
    assert words_of(" ; ".join(tokens)).keys == [key for token in tokens for key in words_of(token).keys]
