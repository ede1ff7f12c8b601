"""Addresses: one page, one key; what was taken off is listed; the key of a key is the key."""

from __future__ import annotations

import csv
import json
import re
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scraper import url_key

SHARED = Path(__file__).parents[2] / "shared" / "data"
needs_shared = pytest.mark.skipif(not SHARED.exists(), reason="the shared data sets are not laid beside this checkout")


def names_removed(url: str) -> list[str]:
    return [removed.name for removed in url_key(url).removed]


@needs_shared
def test_the_worked_cases_give_the_key_and_name_what_was_removed():
    cases = [json.loads(line) for line in (SHARED / "cases" / "urls.jsonl").read_text().splitlines()]
    got = [{"url": c["url"], "key": url_key(c["url"]).url, "removed": names_removed(c["url"])} for c in cases]
    assert got == cases


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("HTTP://Gazette.EXAMPLE:80", "http://gazette.example/"),
        ("https://gazette.example:443/%7ejane/%e4", "https://gazette.example/~jane/%E4"),
        ("https://gazette.example:8443/a", "https://gazette.example:8443/a"),
        ("https://gazette.example./a/./b/%2e%2e/c", "https://gazette.example/a/c"),
        ("https://gazette.example/a?b=2&a=1&b=1", "https://gazette.example/a?a=1&b=2&b=1"),
        ("https://gazette.example/a?x=1&amp;y=2", "https://gazette.example/a?x=1&y=2"),
        ("  https://gazette.example/a b  ", "https://gazette.example/a%20b"),
        ("https://gazette.example/#!/story/7", "https://gazette.example/#!/story/7"),
        ("https://gazette.example/a#:~:text=said", "https://gazette.example/a"),
        ("https://gazette.example\\news", "https://gazette.example/news"),
    ],
)
def test_two_spellings_of_one_address_have_one_key(url, key):
    assert url_key(url).url == key


@pytest.mark.parametrize(
    ("url", "removed"),
    [
        ("https://gazette.example/a?UTM_Source=x&utm%5Fmedium=y&id=3", ["UTM_Source", "utm_medium"]),
        ("https://gazette.example/a?phpsessid=9&lang=tr", ["phpsessid"]),
        ("https://gazette.example/a?sid=0123456789abcdef0123456789abcdef", ["sid"]),
        ("https://gazette.example/a?sid=7", []),
        ("https://gazette.example/a?id=1&source=wire&ref=2&page=3&lang=en&q=utm_source", []),
        ("https://user:secret@gazette.example/a", ["userinfo"]),
    ],
)
def test_what_only_counts_visitors_goes_and_what_a_site_needs_stays(url, removed):
    assert names_removed(url) == removed


def test_a_secret_in_an_address_is_not_repeated_in_what_was_removed():
    assert "secret" not in repr(url_key("https://user:secret@gazette.example/a"))


def test_an_outlet_keeps_a_parameter_that_it_uses_for_real():
    url = "https://gazette.example/a?ocid=7&utm_source=x"
    assert url_key(url, keep=["ocid"]).url == "https://gazette.example/a?ocid=7"


def test_a_rule_for_one_site_does_not_touch_another():
    assert url_key("https://www.nytimes.com/a?smid=tw").url == "https://www.nytimes.com/a"
    assert url_key("https://gazette.example/a?smid=tw").url == "https://gazette.example/a?smid=tw"


@pytest.mark.parametrize(
    ("url", "rule"),
    [
        ("https://lm.facebook.com/l.php?u=https%3A%2F%2Fgazette.example%2Fa&h=1", "Facebook"),
        ("https://www.google.com.tr/url?q=https://gazette.example/a&sa=D", "Google"),
        ("https://www.google.com/amp/s/gazette.example/a", "Google AMP viewer"),
        ("https://gazette-example.cdn.ampproject.org/c/s/gazette.example/a", "AMP cache"),
        ("https://www.youtube.com/redirect?event=x&q=https%3A%2F%2Fgazette.example%2Fa", "YouTube"),
        ("https://duckduckgo.com/l/?uddg=https%3A%2F%2Fgazette.example%2Fa&rut=1", "DuckDuckGo"),
        ("https://vk.com/away.php?to=https%3A%2F%2Fgazette.example%2Fa", "VK"),
        ("https://t.me/iv?url=https://gazette.example/a&rhash=1", "Telegram Instant View"),
        ("https://urldefense.proofpoint.com/v2/url?u=https-3A__gazette.example_a&d=x", "URL Defense"),
        ("https://urldefense.com/v3/__https://gazette.example/a__;!!Xy!z$", "URL Defense"),
        ("https://web.archive.org/web/20240314120000id_/https://gazette.example/a", "Wayback Machine"),
        ("https://gazette-example.translate.goog/a?_x_tr_sl=tr", "Google Translate"),
    ],
)
def test_known_redirectors_are_seen_through_and_named(url, rule):
    key = url_key(url)
    assert (key.url, [step.rule for step in key.unwrapped]) == ("https://gazette.example/a", [rule])


def test_redirectors_in_redirectors_are_seen_through_up_to_five():
    from urllib.parse import quote

    def wrapped(times: int) -> str:
        url = "https://gazette.example/a"
        for _ in range(times):
            url = "https://l.facebook.com/l.php?u=" + quote(url, safe="")
        return url

    assert url_key(wrapped(5)).url == "https://gazette.example/a"
    assert url_key(wrapped(6)).url.startswith("https://l.facebook.com/l.php?u=")


def test_a_redirector_that_leads_nowhere_is_an_address_of_its_own():
    assert url_key("https://l.facebook.com/l.php?u=javascript:alert(1)").unwrapped == ()


@pytest.mark.parametrize("text", ["", "not an address", "mailto:a@b.example", "http://", "//host/x", "\ud800http://a"])
def test_what_is_no_web_address_comes_back_as_it_is(text):
    assert url_key(text).url == text.encode("utf-8", "replace").decode()


ADDRESSES = st.from_regex(
    re.compile(
        r"\s?https?://([a-z]{1,4}@)?(gazette\.example|b\u00fccher\.example\.?|l\.facebook\.com|web\.archive\.org|1\.2)"
        r"(:\d{1,4})?(/(web/2024|l\.php|\.\.|a;sid=1|;jsessionid=2|\(S\(x\)\)|%[0-9a-f]{2}|%25|[^\s]{0,3})){0,5}/?"
        r"(\?((amp;|utm_x|sid|u|a|%6[0-9])=(https%3A%2F%2Fgazette\.example|[^\s#]{0,6})&(amp;)?){0,4})?(\#!?.{0,4})?"
    ),
    fullmatch=True,
)


@given(st.one_of(ADDRESSES, st.text(max_size=60)))
@example("https://a.example/;sid=;sid=1=x/")
@example("https://a.example/?&amp;amp;x=1")
def test_the_key_of_a_key_is_the_key(url):
    once = url_key(url)
    again = url_key(once.url)
    assert (again.url, again.removed, again.unwrapped) == (once.url, (), ())


@needs_shared
def test_at_least_98_of_100_parameters_that_two_public_lists_agree_on_are_covered():
    agreed = names_two_lists_agree_on(SHARED / "urls")
    missed = [name for name in agreed if not names_removed(f"https://gazette.example/a?{name}=1")]
    assert len(agreed) > 150
    assert len(missed) <= 0.02 * len(agreed), missed


def names_two_lists_agree_on(folder: Path) -> list[str]:
    patterns: dict[str, set[str]] = defaultdict(set)
    clearurls = json.loads((folder / "clearurls.json").read_text())["providers"]["globalRules"]["rules"]
    patterns["clearurls"] = {rule.replace("(?:%3F)?", "") for rule in clearurls}
    for name in ("query-filter.json", "clean-urls.json"):
        for row in json.loads((folder / name).read_text()):
            if "*://*/*" in row["include"]:
                patterns[name] |= {re.escape(parameter) for parameter in row["params"]}
    with (folder / "tracking-params.csv").open() as file:
        patterns["csv"] = {re.escape(row["name"].strip()) for row in csv.DictReader(file)}
    for line in (folder / "LegitimateURLShortener.txt").read_text(encoding="utf-8").splitlines():
        if match := re.fullmatch(r"\$removeparam=([\w.%-]+)", line.strip()):
            patterns["shortener"].add(re.escape(match[1]))
    words = {re.sub(r"\\(.)", r"\1", rule) for rules in patterns.values() for rule in rules}
    plain = {word for word in words if re.fullmatch(r"[\w.%-]+", word)}
    compiled = [re.compile("|".join(f"(?:{rule})" for rule in rules)) for rules in patterns.values()]
    return sorted(name for name in plain if sum(bool(rules.fullmatch(name)) for rules in compiled) >= 2)
