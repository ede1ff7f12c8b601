"""Bytes become text: who is believed, and what can never come out."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper.read.decoding import decoded

TURKISH = "Dışişleri Bakanlığı açıkladı: görüşmeler bu hafta ve gelecek hafta için bir karar olarak sürecek. " * 4
RUSSIAN = "Министерство заявило, что переговоры будут идти и на этой неделе, но не в столице. " * 4


@pytest.mark.parametrize(
    ("charset", "header", "head"),
    [
        ("cp1254", "text/html; charset=iso-8859-9", ""),
        ("cp1254", "text/html; charset=utf-8", '<meta charset="windows-1254">'),
        ("cp1254", "text/html; charset=utf-8", '<html lang="tr">'),
        ("cp1254", None, ""),
        ("utf-8", "text/html; charset=iso-8859-1", ""),
        ("utf-16", None, ""),
        ("utf-16-le", None, ""),
        ("utf-8-sig", "text/html; charset=windows-1251", ""),
    ],
)
def test_a_page_is_read_right_whatever_its_header_claims(charset, header, head):
    assert decoded((head + TURKISH).encode(charset), header).text == head + TURKISH


def test_a_servers_default_gives_way_to_what_the_page_says_of_itself():
    body = ('<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">' + RUSSIAN).encode("cp1251")

    assert RUSSIAN in decoded(body, "text/html; charset=ISO-8859-1").text


def test_a_legacy_page_without_any_claim_is_read_by_the_language_it_makes_sense_in():
    assert decoded(RUSSIAN.encode("cp1251")).text == RUSSIAN
    assert decoded(
        "外務省は声明を発表した。これは".encode("iso2022_jp"), "text/html; charset=iso-2022-jp"
    ).text.startswith("外務省")


def test_a_few_broken_bytes_do_not_cost_a_page_its_charset():
    result = decoded(TURKISH.encode() * 5 + b"\xff" + TURKISH.encode() * 5)

    assert result.charset == "utf-8"
    assert result.text.count("\ufffd") == 1
    assert not result.is_damaged


def test_what_can_not_be_stored_is_taken_out():
    assert decoded("a\x00b\ud800c\r\nd").text == "ab\ufffdc\nd"
    assert decoded(b"\xed\xa0\x80abc").text.encode("utf-8")


@pytest.mark.parametrize("name", ["hex", "idna", "utf-7", "nonsense", "unicode_escape", "undefined"])
def test_names_that_are_no_charsets_are_passed_over(name):
    assert "Lorne" in decoded(b"\xffLorne", f"text/html; charset={name}").text


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400), st.sampled_from([None, "text/html; charset=utf-16", "text/html; charset=euc-jp", "x"]))
def test_any_bytes_become_text_that_can_be_stored(body, header):
    decoded(body, header).text.encode("utf-8")
