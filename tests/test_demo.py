"""The whole line on the fictional web: two crawls over HTTP, what they leave, and what the commands say of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scraper.cli.app import run
from scraper.store.database import Store

PORTAL = "http://harbourlight.example/news/20260302-tarsk-harbour-inspection"
MINISTRY = "http://ports.velmora.example/statements/118"
INSTITUTE = "http://coastalstudies.example/en/notes/velmora-ministry-statement-on-harbour-inspection"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    assert run(["--db", str(path), "demo"]) == 0
    return path


@pytest.fixture
def store(path: Path):
    with Store.open(path, read_only=True) as store:
        yield store


def one(store: Store, sql: str, *values: object) -> dict:
    [row] = store.rows(sql, values)
    return row


def parent(store: Store, url: str) -> str | None:
    return one(store, "SELECT source_url FROM copies WHERE copy_url = ?", url)["source_url"]


def test_the_second_crawl_adds_one_version_for_the_changed_page_and_none_for_the_others(store):
    assert one(store, "SELECT count(*) AS n FROM versions")["n"] == 27 + 1
    assert store.rows(
        "SELECT documents.url FROM versions JOIN documents ON documents.id = document_id WHERE number = 2"
    ) == [{"url": "http://ports.velmora.example/statements/121"}]


def test_the_second_crawl_adds_a_capture_for_every_page(store):
    counts = store.rows(
        "SELECT count(*) AS n FROM captures JOIN documents ON documents.id = captures.document_id "
        "WHERE state = 'captured' GROUP BY document_id"
    )
    assert {row["n"] for row in counts} == {2}


def test_the_page_that_disappeared_is_gone_and_keeps_its_text(store):
    row = one(
        store,
        "SELECT gone_at, (SELECT count(*) FROM versions WHERE document_id = documents.id) AS versions "
        "FROM documents WHERE url = 'http://ports.velmora.example/statements/115'",
    )
    assert row["gone_at"] is not None
    assert row["versions"] == 1


def test_what_robots_txt_forbids_was_not_fetched(store):
    assert store.rows("SELECT * FROM captures WHERE url LIKE '%/drafts/%'") == []


def test_tracked_and_wrapped_addresses_lead_to_the_page_behind_them(store):
    removed = [json.loads(row["removed"]) for row in store.rows("SELECT removed FROM addresses WHERE how = 'cited'")]
    assert "fbclid" in {name for rows in removed for name, _, _ in rows}
    assert one(store, "SELECT count(*) AS n FROM documents WHERE url LIKE '%google.com%'")["n"] == 0


@pytest.mark.parametrize(
    ("copy", "source"),
    [
        ("http://meridian.example/2026/03/02/velmora-closes-northern-quay", MINISTRY),
        (PORTAL, "http://meridian.example/2026/03/02/velmora-closes-northern-quay"),
        (INSTITUTE, PORTAL),
        ("http://quaynotes.example/2026/03/04/what-the-minister-did-not-say", MINISTRY),
        (
            "http://harbourlight.example/tr/20260305-hamsi-kotasi",
            "http://kuzey.example/haber/2026/03/05/hamsi-kotasi-42-bin-ton",
        ),
        (
            "http://harbourlight.example/news/20260305-tarsis-anchovy",
            "http://meridian.example/2026/03/05/tarsis-cuts-anchovy-quota",
        ),
    ],
)
def test_every_copy_is_linked_to_what_it_was_taken_from(store, copy, source):
    assert parent(store, copy) == source


@pytest.mark.parametrize(
    "url",
    [
        MINISTRY,
        "http://ports.velmora.example/statements/117",
        "http://quaynotes.example/2026/03/01/counting-gulls",
        "http://kuzey.example/haber/2026/03/08/balik-pazarinda-ikinci-gun",
        "http://coastalstudies.example/en/analyses/who-owns-the-tide",
        "http://meridian.example/2026/03/06/storm-keeps-fleet-in-port",
    ],
)
def test_what_copies_nobody_is_linked_to_nobody(store, url):
    assert store.rows("SELECT * FROM copies WHERE copy_url = ?", (url,)) == []


def test_the_altered_words_are_named(store):
    rows = store.rows(
        "SELECT kind, source_words, copy_words FROM altered_words WHERE copy_url = ? AND is_material", (PORTAL,)
    )
    assert {(row["kind"], row["source_words"], row["copy_words"]) for row in rows} >= {
        ("modality", "around", "up to"),
        ("negation", "not", ""),
    }


def test_a_copy_of_a_text_that_was_corrected_later_is_judged_by_both_texts(store):
    row = one(
        store,
        "SELECT verdict, verdict_newest FROM copies WHERE copy_url = ?",
        "http://meridian.example/2026/03/09/tarsk-basin-to-be-dredged",
    )
    assert row == {"verdict": "expanded", "verdict_newest": "altered"}


def test_check_says_altered_and_ends_with_1(path, capsys):
    assert run(["--db", str(path), "check", PORTAL]) == 1
    out = capsys.readouterr().out
    assert out.startswith("ALTERED")
    assert "around → up to" in out


def test_chain_is_drawn_in_every_form(path, capsys):
    assert run(["--db", str(path), "chain", INSTITUTE]) == 0
    assert (
        "Center for Coastal Studies → Harbourlight → Meridian News Agency → Ministry of Ports"
        in capsys.readouterr().out
    )
    assert run(["--db", str(path), "chain", INSTITUTE, "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["path"]) == 4
    assert run(["--db", str(path), "chain", INSTITUTE, "--nl"]) == 0
    assert [json.loads(line)["step"] for line in capsys.readouterr().out.splitlines()] == [0, 1, 2, 3]
    assert run(["--db", str(path), "chain", INSTITUTE, "--csv"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 5
    assert run(["--db", str(path), "chain", INSTITUTE, "--mermaid"]) == 0
    assert capsys.readouterr().out.startswith("flowchart")


def test_the_database_passes_doctor_and_verify(path, capsys):
    assert run(["--db", str(path), "doctor"]) == 0
    assert run(["--db", str(path), "verify"]) == 0


def test_the_demo_can_be_run_again_and_touches_nobody_elses_database(path, tmp_path, capsys):
    mine = tmp_path / "mine.db"
    page = tmp_path / "page.txt"
    page.write_text("Some words of my own about the harbour.\n\nThey stand in a file of mine and nowhere else at all.")
    assert run(["--db", str(mine), "import", str(page)]) == 0
    assert run(["--db", str(mine), "demo"]) == 2
    assert "holds other documents" in capsys.readouterr().err
