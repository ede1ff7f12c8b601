"""What may be fetched: inward addresses are refused in every spelling, by name, by redirect, and at the second look."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.crawl.fetch import FetchError, fetch
from scraper.crawl.guard import Endpoint, Guard, Refused, make_guard
from tests.loopback import Site, served

AGENT = "provenance-tracker/test (+loopback)"
LOOPBACK = make_guard(allow=("127.0.0.0/8",))

SPELLINGS = [
    "http://127.0.0.1/",
    "http://127.0.0.1./",
    "http://127.1/",
    "http://127.0.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.0.0.1/",
    "http://0177.0.0.1/",
    "http://017700000001/",
    "http://0/",
    "http://0.0.0.0/",
    "http://127.255.255.254/",
    "http://１２７.０.０.１/",
    "http://①②⑦.0.0.1/",
    "http://127。0。0。1/",
    "http://%31%32%37.0.0.1/",
    "http://[::1]/",
    "http://[::]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[64:ff9b::10.0.0.1]/",
    "http://[64:ff9b:1::1]/",
    "http://[2002:7f00:1::]/",
    "http://[2001:0:7f00:1::]/",
    "http://[fe80::1%25eth0]/",
    "http://[fe80::1]/",
    "http://[fd00:ec2::254]/",
    "http://[fc00::1]/",
    "http://[ff02::1]/",
    "http://10.0.0.1/",
    "http://172.16.0.1/",
    "http://172.31.255.255/",
    "http://192.168.1.1/",
    "http://100.64.0.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://168.63.129.16/",
    "http://192.0.0.8/",
    "http://198.18.0.1/",
    "http://224.0.0.1/",
    "http://240.0.0.1/",
    "http://255.255.255.255/",
    "http://user@93.184.216.34/",
    "http://93.184.216.34@127.0.0.1/",
    "http://user:word@harbour-courier.example/",
    "http://127.0.0.1\\@harbour-courier.example/",
    "http://harbour-courier.example\\@127.0.0.1/",
    "http://256.0.0.1/",
    "http://1.2.3.4.5/",
    "http://08.0.0.1/",
    "http://0x7f.0.0.0x/",
    "http:///path",
    "http://",
    "http://[::1",
    "http://harbour-courier.example:22/",
    "http://harbour-courier.example:8080/",
    "http://harbour-courier.example:99999/",
    "http://93.184.216.34:6379/",
    "http://harbour-courier.example/a b",
    "http://harbour-courier.example/\r\nHost: inward",
    "http://harbour-courier.example/" + "a" * 3000,
    "file:///etc/hostname",
    "ftp://harbour-courier.example/",
    "data:text/html,hello",
    "javascript:alert(1)",
    "gopher://harbour-courier.example/",
    "//harbour-courier.example/",
    "harbour-courier.example",
    "",
]


@pytest.mark.parametrize("url", SPELLINGS)
def test_what_no_page_of_the_public_web_needs_is_refused_before_anything_connects(url):
    with pytest.raises(Refused):
        Guard().check(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://harbour-courier.example/news/2031/pier",
        "https://harbour-courier.example:443/",
        "https://bücher.example/",
        "http://93.184.216.34/",
        "https://[2606:2800:220:1:248:1893:25c8:1946]/",
        "https://harbour-courier.example/?next=http://127.0.0.1/",
        "http://127.example/",
    ],
)
def test_addresses_of_the_public_web_pass(url):
    Guard().check(url)


INWARD = ["127.0.0.1", "10.1.2.3", "100.64.3.4", "169.254.169.254", "::1", "fe80::1", "fd00::1"]


@pytest.mark.parametrize("address", INWARD)
def test_a_socket_is_vetted_whatever_the_address_said(address):
    with pytest.raises(Refused):
        Guard().vet(address, 443)


def test_an_explicit_setting_allows_loopback_on_any_port_and_nothing_else():
    LOOPBACK.check("http://127.0.0.1:8123/")
    LOOPBACK.vet("127.0.0.1", 8123)
    with pytest.raises(Refused):
        LOOPBACK.vet("10.0.0.1", 80)
    with pytest.raises(Refused):
        LOOPBACK.check("http://harbour-courier.example:8123/")


def test_a_named_host_is_answered_from_this_machine_without_asking_the_dns(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", _never)
    guard = make_guard(hosts={"harbour-courier.example": "127.0.0.1:8123"})
    guard.check("http://harbour-courier.example/")
    assert guard.endpoints("harbour-courier.example", 80) == [Endpoint("127.0.0.1", 8123)]
    guard.vet("127.0.0.1", 8123)
    with pytest.raises(Refused):
        guard.vet("127.0.0.1", 8124)


def _never(*_: object, **__: object) -> None:
    raise AssertionError("the DNS was asked")


@pytest.mark.parametrize(
    ("answers", "permitted"),
    [
        (["93.184.216.34"], ["93.184.216.34"]),
        (["93.184.216.34", "127.0.0.1"], ["93.184.216.34"]),
        (["2606:2800:220:1:248:1893:25c8:1946", "fd00::1"], ["2606:2800:220:1:248:1893:25c8:1946"]),
        (["64:ff9b::5db8:d822"], ["64:ff9b::5db8:d822"]),
    ],
)
def test_of_a_name_only_public_addresses_are_left(monkeypatch, answers, permitted):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(0, 0, 0, "", (each, 80)) for each in answers])
    assert [endpoint.address for endpoint in Guard().endpoints("harbour-courier.example", 80)] == permitted


@pytest.mark.parametrize("answer", ["127.0.0.1", "10.0.0.7", "64:ff9b::7f00:1", "::ffff:10.0.0.1", "2002:a00:1::"])
def test_a_name_that_leads_inward_is_refused(monkeypatch, answer):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(0, 0, 0, "", (answer, 80))])
    with pytest.raises(Refused):
        Guard().endpoints("harbour-courier.example", 80)


@given(st.text())
def test_any_text_is_either_refused_or_an_http_address(text):
    try:
        Guard().check(text)
    except Refused:
        return
    assert text.startswith(("http://", "https://"))


@given(st.integers(0, 2**32 - 1))
def test_all_spellings_of_an_ipv4_address_get_the_same_answer(number):
    parts = [number >> shift & 255 for shift in (24, 16, 8, 0)]
    spellings = [
        ".".join(map(str, parts)),
        ".".join(map(hex, parts)),
        ".".join(f"0{part:o}" for part in parts),
        str(number),
        hex(number),
        f"{parts[0]}.{number & 0xFFFFFF}",
        ".".join(map(str, parts)) + ".",
    ]
    assert len({_is_refused(f"http://{spelling}/") for spelling in spellings}) == 1


def _is_refused(url: str) -> bool:
    try:
        Guard().check(url)
    except Refused:
        return True
    return False


# --- one address, fetched ----------------------------------------------------------------------------------------


@pytest.fixture
def inward() -> Iterator[Site]:
    """A site that nobody may reach."""
    with served() as site:
        yield site


def test_a_fetched_page_keeps_bytes_headers_hops_and_peer(site):
    site.page("/old", b"", status=301, location="/new")
    site.page("/new", "Grüße", x_first="1")
    guard = make_guard(hosts={"harbour-courier.example": site.address})
    capture = fetch("http://harbour-courier.example/old", guard=guard, user_agent=AGENT)
    assert (capture.requested_url, capture.url) == (
        "http://harbour-courier.example/old",
        "http://harbour-courier.example/new",
    )
    assert [(hop.status, hop.url) for hop in capture.redirects] == [(301, "http://harbour-courier.example/old")]
    assert (capture.status, capture.body, capture.peer) == (200, "Grüße".encode(), "127.0.0.1")
    assert ("X-First", "1") in capture.headers
    asked = site.asked[-1].headers
    assert (asked["Host"], asked["User-Agent"], asked["Accept-Encoding"]) == (
        "harbour-courier.example",
        AGENT,
        "identity",
    )


def test_a_page_that_is_not_there_is_an_answer_too(site):
    capture = fetch(f"http://{site.address}/nowhere", guard=LOOPBACK, user_agent=AGENT)
    assert (capture.status, capture.body) == (404, b"not here")


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.2:{port}/",
        "http://[::ffff:127.0.0.1]:{port}/",
        "http://2130706434:{port}/",
        "http://localhost:{port}/",
        "file:///etc/hostname",
        "ftp://harbour-courier.example/",
        "http://harbour-courier.example:{port}/",
        "\\\\127.0.0.1\\",
    ],
)
def test_a_redirect_inward_is_refused_before_it_connects(site, inward, target):
    guard = make_guard(hosts={"harbour-courier.example": site.address})
    site.page("/", b"", status=302, location=target.format(port=inward.port))
    with pytest.raises(Refused):
        fetch("http://harbour-courier.example/", guard=guard, user_agent=AGENT)
    assert inward.connections == 0


def test_a_name_that_turns_inward_at_the_second_look_is_refused(site, inward, monkeypatch):
    looks = iter(["93.184.216.34"])
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda *_, **__: [(0, 0, 0, "", (next(looks, "127.0.0.1"), inward.port))]
    )
    guard = make_guard(hosts={"harbour-courier.example": site.address})
    assert guard.endpoints("rebinding.example", 80) == [Endpoint("93.184.216.34", 80)]
    site.page("/", b"", status=302, location="http://rebinding.example/")
    with pytest.raises(Refused):
        fetch("http://harbour-courier.example/", guard=guard, user_agent=AGENT)
    assert inward.connections == 0


def test_redirects_end_after_ten(site):
    for number in range(30):
        site.page(f"/{number}", b"", status=302, location=f"/{number + 1}")
    with pytest.raises(FetchError, match="redirects more than 10 times"):
        fetch(f"http://{site.address}/0", guard=LOOPBACK, user_agent=AGENT)
    assert len(site.paths()) == 11


def test_robots_txt_keeps_a_single_fetch_away_as_well(site):
    site.page("/robots.txt", "User-agent: provenance-tracker\nDisallow: /closed", content_type="text/plain")
    site.page("/closed", "secret")
    with pytest.raises(FetchError, match="robots"):
        fetch(f"http://{site.address}/closed", guard=LOOPBACK, user_agent=AGENT)
    assert site.paths() == []


def test_a_server_that_cannot_say_its_rules_is_left_alone(site):
    site.page("/robots.txt", "", status=503)
    with pytest.raises(FetchError, match="robots"):
        fetch(f"http://{site.address}/", guard=LOOPBACK, user_agent=AGENT)


def test_a_page_over_the_limit_is_not_taken(site):
    site.page("/big", b"x" * 10_000_001)
    with pytest.raises(FetchError, match="larger than"):
        fetch(f"http://{site.address}/big", guard=LOOPBACK, user_agent=AGENT)


def test_a_slow_page_is_given_up_in_time(site):
    def drip(handler):
        handler.send_response(200)
        handler.end_headers()
        for _ in range(100):
            handler.wfile.write(b"x" * 10)
            handler.wfile.flush()
            time.sleep(0.1)

    site.pages["/slow"] = drip
    with pytest.raises(FetchError, match=r"in time|no answer"):
        fetch(f"http://{site.address}/slow", guard=LOOPBACK, user_agent=AGENT, timeout=1.0)
