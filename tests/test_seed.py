"""The first real input: a think tank's page that carries an agency's story that carries a ministry's statement."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scraper.cli.app import run
from scraper.store.database import Store
from scraper.store.documents import addresses, find_document, newest_version

SEED = Path(__file__).parents[2] / "shared" / "seed" / "000_4ee700468764bf8b.txt"
TREND = "https://en.trend.az/azerbaijan/karabakh/3040168.html"
pytestmark = pytest.mark.skipif(not SEED.exists(), reason="the seed page is not laid beside this checkout")


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("seed") / "provenance.db"
    assert run(["--db", str(path), "import", str(SEED)]) == 0
    return path


@pytest.fixture
def store(path: Path):
    with Store.open(path, read_only=True) as store:
        yield store


def test_outlet_title_date_and_language_are_read_from_the_page_and_its_frame(store):
    document = find_document(store, 1)
    version = newest_version(store, 1)
    assert (document.outlet_id, document.outlet) == ("avim", "AVİM")
    assert (version.title, version.published_at, version.language) == (
        "AZERBAIJANI MFA ISSUES STATEMENT ON ANNIVERSARY OF ARMENIAN OCCUPATION OF KALBAJAR",
        "2019-04-03",
        "en",
    )


def test_three_citations_are_read_with_their_words(store):
    rows = store.rows(
        "SELECT kind, words, citations.outlet_id, issuer_id, date, citations.url FROM citations ORDER BY position"
    )
    found = {row["kind"]: row for row in rows}
    assert len(rows) == 3
    assert found["credit"] == {
        "kind": "credit",
        "words": "Trend News Agency (02 April 2019)",
        "outlet_id": "trend",
        "issuer_id": None,
        "date": "02 April 2019",
        "url": None,
    }
    assert found["hyperlink"]["url"] == TREND
    assert found["attribution"]["words"] == "Trendreports referring to the ministry"
    assert (found["attribution"]["outlet_id"], found["attribution"]["issuer_id"]) == ("trend", "mfa_az")


def test_the_tracked_address_is_kept_as_met_and_what_was_taken_off_is_recorded(store):
    document = find_document(store, TREND)
    [met] = addresses(store, document.id)
    assert met["url"].startswith(TREND + "?fbclid=IwAR3")
    assert (met["how"], [name for name, _, _ in met["removed"]]) == ("cited", ["fbclid"])


def test_the_chain_leads_over_the_agency_to_the_ministry(store):
    assert store.rows("SELECT chain, steps FROM chains WHERE document_id = 1") == [
        {
            "chain": "AVİM → Trend News Agency (cited) → Ministry of Foreign Affairs of Azerbaijan (presumed)",
            "steps": 2,
        }
    ]


def test_the_chain_is_printed(path, capsys):
    assert run(["--db", str(path), "chain", "1"]) == 0
    out = capsys.readouterr().out
    assert (
        "AVİM → Trend News Agency (cited, not captured) → "
        "Ministry of Foreign Affairs of Azerbaijan (presumed, not located)"
    ) in out


def test_the_statement_is_told_apart_from_the_frame_and_its_torn_sentence_is_whole(store):
    version = newest_version(store, 1)
    statement = version.text[slice(*version.statement)]
    assert statement.startswith("On April 2, 1993 the Kalbajar district")
    assert statement.endswith("decisions of other international organizations.")
    assert "with a view to change demographic features of these territories." in statement
    assert "AVRASYA" not in version.text


def test_a_repeated_import_adds_nothing(path, capsys):
    with Store.open(path, read_only=True) as store:
        before = (
            store.rows("SELECT * FROM captures"),
            store.rows("SELECT * FROM versions"),
            store.rows("SELECT * FROM links"),
        )
    assert run(["--db", str(path), "import", str(SEED), "--json"]) == 0
    assert [row["what"] for row in json.loads(capsys.readouterr().out)] == ["held"]
    with Store.open(path, read_only=True) as store:
        after = (
            store.rows("SELECT * FROM captures"),
            store.rows("SELECT * FROM versions"),
            store.rows("SELECT * FROM links"),
        )
    assert after == before
