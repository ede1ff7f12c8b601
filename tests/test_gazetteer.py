"""The gazetteer: outlets by any of their names or addresses, extended by a user's own file."""

from __future__ import annotations

import pytest

from scraper.model import OutletFacts
from scraper.read.gazetteer import Gazetteer, fold, read_outlets, registrable_domain

KNOWN = Gazetteer.default()


@pytest.mark.parametrize(
    ("name", "outlet_id"),
    [
        ("Trend News Agency", "trend"),
        ("Тренд", "trend"),
        ("AVIM", "avim"),
        ("Center for Eurasian Studies", "avim"),
        ("Avrasya İncelemeleri Merkezi", "avim"),
        ("AVRASYA İNCELEMELERİ MERKEZİ", "avim"),
        ("Azerbaijan's Foreign Ministry", "mfa_az"),
        ("Azerbaijan’s Foreign Ministry", "mfa_az"),
        ("the Associated Press", "ap"),
        ("ТАСС", "tass"),
        ("新华社", "xinhua"),
        ("رويترز", "reuters"),
        ("Ihlas Haber Ajansi", "iha"),
        ("dpa-AFX", "dpa"),
        ("UNA/EPA", "una_oic"),
    ],
)
def test_an_outlet_is_found_by_any_spelling_of_any_of_its_names(name: str, outlet_id: str) -> None:
    row = KNOWN.by_name(name)
    assert row is not None
    assert row.id == outlet_id


@pytest.mark.parametrize(
    ("url", "outlet_id"),
    [
        ("https://en.trend.az/azerbaijan/karabakh/3040168.html", "trend"),
        ("https://www.avim.org.tr/en", "avim"),
        ("https://mfa.gov.az/en/news", "mfa_az"),
        ("http://bbc.co.uk/news", "bbc"),
    ],
)
def test_an_outlet_is_found_by_an_address_on_its_domain(url: str, outlet_id: str) -> None:
    row = KNOWN.by_url(url)
    assert row is not None
    assert row.id == outlet_id


@pytest.mark.parametrize(
    "url", ["https://www.gov.uk/benefits", "https://nottrend.az/", "mailto:a@trend.az", "", "http://["]
)
def test_other_addresses_find_nobody(url: str) -> None:
    assert KNOWN.by_url(url) is None


def test_a_sentence_with_an_agency_in_it_is_no_name() -> None:
    assert KNOWN.by_name("the bridge at Port Velm is shut for good, Reuters") is None


def test_facts_are_whole_and_ids_and_names_tell_outlets_apart() -> None:
    owners: dict[str, str] = {}
    for row in KNOWN.facts:
        assert row.title
        assert row.kind in ("issuer", "agency", "newspaper", "portal", "institution", "blog")
        assert row.home_url
        for name in (row.title, *row.names):
            assert owners.setdefault(fold(name), row.id) == row.id, f"{name} is claimed twice"
    assert len(KNOWN.facts) >= 150


def test_a_users_file_adds_outlets_and_corrects_known_ones() -> None:
    own = read_outlets('[quay]\ntitle = "Quay"\nhome = "https://quay.example/"\n[trend]\ntitle = "Trend"\n')
    more = KNOWN.extended(own)
    assert more.home_of("QUAY") == "https://quay.example/"
    assert more.by_url("https://news.quay.example/a") == own[0]
    assert more.by_name("Trend News Agency") is None
    assert KNOWN.by_name("Quay") is None


def test_a_home_that_is_a_path_does_not_claim_the_host() -> None:
    rows = (OutletFacts(id="desk", title="Desk", home_url="https://portal.example/desk"),)
    assert Gazetteer.of(rows).by_url("https://portal.example/other") is None


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://a.b.bbc.co.uk/x", "bbc.co.uk"),
        ("https://en.trend.az/", "trend.az"),
        ("https://x.portal.example/", "portal.example"),
        ("nothing at all", None),
    ],
)
def test_the_registrable_domain_needs_no_network(url: str, domain: str | None) -> None:
    assert registrable_domain(url) == domain or (domain is None and " " in url)
