"""The pages: every address answers people and programs, nothing stored is run, odd requests get a sentence."""

from __future__ import annotations

import asyncio
import time
from base64 import b64encode
from hashlib import sha256
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest

from scraper.linking import link
from scraper.store.database import Store
from scraper.store.index import Index
from scraper.text.fingerprints import fingerprint, hashes_of
from scraper.web.app import make_app
from scraper.web.documents import sentences_of
from scraper.web.reading import Reading
from scraper.web.safety import POLICY
from tests.stores import AGENCY, MINISTRY, read

EVIL = '<script>alert("x")</script><img src=x onerror=alert(1)>'
STATEMENT = (
    "The Ministry of Harbours said on 3 May 2026 that 42 boats will not leave the harbour of Ostrel before the old "
    "mole has been inspected by divers.\n\nAround 6,000 people live from the harbour, and every one of them will be "
    "paid for the days on which nothing can be landed at the quay.\n\nThe divers start on Monday at dawn."
)
COPY = STATEMENT.replace("42", "24").replace("will not leave", "will leave").rpartition("\n\n")[0] + f"\n\n{EVIL}"


@pytest.fixture(scope="module")
def database(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("web") / "provenance.db"
    with Store.open(path) as store:
        read(store, STATEMENT, url="https://ministry.example/s/1", outlet=MINISTRY, title="Boats stay in",
             published_at="2026-05-03T09:00:00Z", language="en")  # fmt: skip
        read(store, COPY, at="2026-01-03T03:04:05Z", url="https://wire.example/n/1", outlet=AGENCY, title=EVIL,
             published_at="2026-05-03T10:30:00Z", language="en")  # fmt: skip
        with store.transaction():
            index = Index(store.db.conn)
            for number, text in ((1, STATEMENT), (2, COPY)):
                index.add(number, fingerprint(hashes_of(text, language="en")))
        list(link(store))
    return path


class Site:
    def __init__(self, path: Path, **options) -> None:
        self.app = make_app(path, **options)

    def __call__(self, address: str, method: str = "GET", host: str = "127.0.0.1", **more) -> httpx.Response:
        async def answer() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app)
            async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as client:
                return await client.request(method, address, **more)

        return asyncio.run(answer())


@pytest.fixture(scope="module")
def site(database) -> Site:
    return Site(database)


PAGES = ["/", "/check", "/documents", "/documents/1", "/links", "/links/1", "/links/1?only=differences", "/chains",
         "/chains/1", "/chains/1?steps=equal", "/alterations", "/outlets", "/outlets/north_wire", "/search?q=harbour",
         "/health", "/glossary", "/feeds"]  # fmt: skip


class Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.met: list[tuple[str, dict]] = []

    def handle_starttag(self, tag, attrs) -> None:
        self.met.append((tag, dict(attrs)))


@pytest.mark.parametrize("address", PAGES)
def test_every_page_answers_people_and_programs_and_runs_nothing_that_is_stored(site, address):
    page = site(address)
    assert page.status_code == 200
    assert page.headers["content-security-policy"] == POLICY
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["referrer-policy"] == "same-origin"
    found = Elements()
    found.feed(page.text)
    assert not [one for one in found.met if any(name.startswith("on") or name == "style" for name in one[1])]
    assert [one[1].get("src") for one in found.met if one[0] == "script"] == ["/static/provenance.js"]
    assert not [one for one in found.met if one[0] in ("img", "style", "iframe")]
    data = site(address + ("&" if "?" in address else "?") + "format=json")
    assert data.headers["content-type"].startswith("application/json")
    assert data.json()["title"]


def test_the_sentence_counts_the_alterations_that_the_page_marks(site):
    data = site("/links/1?format=json").json()
    material = [row for row in data["alterations"] if row["is_material"]]
    assert {(row["source_words"], row["copy_words"]) for row in material} >= {("42", "24")}
    assert f"{len(material)} changes to what is claimed" in data["sentence"]
    assert {row["kind"] for row in data["rows"]} >= {"changed", "same", "left out"}


def test_an_outlet_address_is_followed_without_telling_where_from(site):
    found = Elements()
    found.feed(site("/links/1").text)
    outward = [attrs for tag, attrs in found.met if tag == "a" and attrs.get("href", "").startswith("https://")]
    assert outward
    assert {attrs["rel"] for attrs in outward} == {"noreferrer noopener nofollow"}


def test_a_permalink_by_version_hash_shows_the_very_texts(site):
    data = site("/links/1?format=json").json()
    again = site(data["permalink"] + "&format=json").json()
    assert again["copy"]["text_sha256"] == data["copy"]["text_sha256"]
    assert site("/links/1?copy=00000000").status_code == 404


def test_a_pasted_text_is_checked_and_a_strange_one_was_never_seen(site):
    seen = site("/check?format=json", "POST", data={"what": COPY.replace(EVIL, "")}).json()["answer"]
    assert seen["outcome"] == "altered"
    shown = site("/check", "POST", data={"what": COPY.replace(EVIL, "")})
    assert shown.status_code == 200
    assert seen["sentence"] in unescape(shown.text)
    strange = "Nobody ever wrote about the seven purple umbrellas that sang in the attic of the town hall."
    assert site("/check?format=json", "POST", data={"what": strange}).json()["answer"]["outcome"] == "never seen"


def test_an_address_is_not_fetched_unless_the_pages_were_started_so(site):
    answer = site("/check?format=json", "POST", data={"what": "https://unknown.example/a"}).json()["answer"]
    assert answer["outcome"] == "not held"


def test_fetching_goes_through_the_guard(database):
    answer = Site(database, may_fetch=True)("/check?format=json", "POST", data={"what": "http://127.0.0.1/secret"})
    assert answer.json()["answer"]["outcome"] == "not fetched"


@pytest.mark.parametrize(
    ("address", "method", "host", "status"),
    [
        ("/", "GET", "evil.example", 421),
        ("/", "POST", "127.0.0.1", 405),
        ("/links/1", "DELETE", "127.0.0.1", 405),
        ("/links/99", "GET", "127.0.0.1", 404),
        ("/links/x", "GET", "127.0.0.1", 404),
        ("/links?verdict=x", "GET", "127.0.0.1", 400),
        ("/links?page=0", "GET", "127.0.0.1", 400),
        ('/search?q="open', "GET", "127.0.0.1", 400),
        ("/nowhere", "GET", "127.0.0.1", 404),
    ],
)
def test_an_odd_request_is_refused(site, address, method, host, status):
    assert site(address, method, host).status_code == status


def test_a_form_sent_from_another_site_is_refused(site):
    sent = site("/check", "POST", data={"what": STATEMENT}, headers={"Origin": "https://evil.example"})
    assert sent.status_code == 403


@pytest.mark.parametrize("form", ["svg", "gexf", "graphml", "prov-json", "mermaid", "dot"])
def test_a_chain_is_taken_along_as_a_file(site, form):
    answer = site(f"/chains/1?format={form}")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["content-disposition"]
    assert EVIL not in answer.text


def test_the_report_needs_nothing_else_and_names_hashes_and_rules(site):
    text = site("/links/1/report.html").text
    data = site("/links/1?format=json").json()
    assert data["copy"]["text_sha256"] in text
    assert data["rules"] in text
    assert "<script" not in text
    assert "src=" not in text.replace(EVIL, "").replace("&lt;img src=x", "")


def test_the_feed_holds_the_difference(site):
    answer = site("/feeds/alterations.atom")
    assert "&lt;del&gt;42&lt;/del&gt;" in answer.text


def test_the_feed_is_a_json_feed_as_well(site):
    answer = site("/feeds/alterations.atom?format=json")
    assert answer.headers["content-type"].startswith("application/feed+json")
    data = answer.json()
    [item] = data["items"]
    assert (data["version"], item["tags"]) == ("https://jsonfeed.org/version/1.1", ["altered"])
    assert "<del>42</del> → <ins>24</ins>" in item["content_html"]
    assert {row["kind"] for row in item["_provenance"]["altered_words"]} >= {"number", "negation"}


def test_the_report_is_read_in_place_and_told_as_data(site):
    page = site("/links/1/report.html")
    assert page.headers["content-disposition"].startswith("inline")
    style = page.text.partition("<style>")[2].partition("</style>")[0]
    named = b64encode(sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{named}'" in page.headers["content-security-policy"]
    assert site("/links/1/report.html?format=json").json()["made_at"]


def test_the_credit_filter_parts_copies_that_name_their_source_from_those_that_do_not(site):
    rows = {credit: site(f"/links?credit={credit}&format=json").json()["rows"] for credit in ("named", "not-named")}
    assert [len(one) for one in rows.values()] == [0, 1]
    assert not rows["not-named"][0]["is_credited"]


def test_the_tables_have_their_data_at_the_same_address_and_hide_what_works_behind_them(site, database):
    pytest.importorskip("datasette")
    answer = site("/data/provenance/copies?_size=1&format=json")
    assert (answer.status_code, answer.headers["location"]) == (302, "/data/provenance/copies.json?_size=1")
    assert len(site(answer.headers["location"]).json()["rows"]) == 1
    tables = site("/data/provenance.json").json()["tables"]
    assert {one["hidden"] for one in tables if one["name"].startswith("_")} == {True}
    assert {one["hidden"] for one in tables if one["name"] in ("links", "documents")} == {False}


def test_sentences_end_where_a_reader_ends_them():
    text = "It costs 2.5 million. “We go,” he said. 他走了。她没走。 Dr. Who left"
    assert [text[slice(*span)].strip() for span in sentences_of(text)] == [
        "It costs 2.5 million.", "“We go,” he said.", "他走了。", "她没走。", "Dr. Who left",
    ]  # fmt: skip


def test_without_a_database_the_first_page_names_the_first_commands(tmp_path):
    assert "provenance demo" in Site(tmp_path / "none.db")("/").text


def test_the_copies_are_taken_along_as_rows_whose_cells_run_nothing(site):
    assert site("/links?format=csv").text.startswith("link_id,")
    assert site("/links?format=ndjson").text.count("\n") == 1


def test_what_is_dear_to_count_is_told_at_once_and_counted_anew_behind_the_readers_back(tmp_path):
    path = tmp_path / "p.db"
    reading = Reading(path)

    def count(store):
        time.sleep(0.05)
        return store.value("SELECT count(*) FROM documents")

    with Store.open(path) as written:
        read(written, STATEMENT, url="https://ministry.example/1", outlet=MINISTRY)
        with reading.store() as store:
            assert reading.remembered(store, "documents", count) == 1
        read(written, STATEMENT + " Again.", url="https://ministry.example/2", outlet=MINISTRY)
        with reading.store() as store:
            assert reading.remembered(store, "documents", count) == 1
        told = 1
        for _ in range(100):
            with reading.store() as store:
                told = reading.remembered(store, "documents", count)
            if told == 2:
                break
            time.sleep(0.05)
        assert told == 2
    reading.close()
