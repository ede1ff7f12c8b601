"""`provenance outlet`: a declaration is proposed from a front page, and its saved page is a test from then on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scraper.cli.app import run
from scraper.crawl.run import discover
from scraper.demo.web import served


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def add(host: str, *more: str) -> int:
    with served() as web:
        return run(["outlet", "add", f"http://{host}/", "--host", f"{host}={web.hosts[host]}", *more])


def test_a_feed_that_the_front_page_announces_becomes_the_way_in(folder, capsys):
    assert add("kuzey.example") == 0
    outlet = discover(folder / "spiders")["kuzey"]
    assert outlet.title == "Kuzey Haber Ajansı"
    assert list(outlet.feeds) == ["http://kuzey.example/rss.xml"]
    assert 'title = "Kuzey Haber Ajansı"' in capsys.readouterr().out


def test_a_sitemap_is_found_where_sites_put_it(folder):
    assert add("ports.velmora.example", "--id", "velmora_ports") == 0
    assert list(discover(folder / "spiders")["velmora_ports"].sitemaps) == ["http://ports.velmora.example/sitemap.xml"]


def test_an_article_is_saved_as_a_test_that_passes(folder, capsys):
    add("meridian.example")
    [saved] = (folder / "tests" / "pages" / "meridian").glob("*.json")
    assert json.loads(saved.read_text())["title"]
    capsys.readouterr()
    assert run(["outlet", "test", "meridian", "--json"]) == 0
    assert {row["is_same"] for row in json.loads(capsys.readouterr().out)} == {True}


def test_a_field_that_comes_out_otherwise_is_named(folder, capsys):
    add("meridian.example")
    [saved] = (folder / "tests" / "pages" / "meridian").glob("*.json")
    expected = json.loads(saved.read_text())
    saved.write_text(json.dumps({**expected, "title": "Another headline"}))
    capsys.readouterr()
    assert run(["outlet", "test", "meridian", "--json"]) == 2
    wrong = [row for row in json.loads(capsys.readouterr().out) if not row["is_same"]]
    assert [(row["field"], row["saved"]) for row in wrong] == [("title", "Another headline")]


def test_a_declaration_is_never_overwritten(folder, capsys):
    add("kuzey.example")
    (folder / "spiders" / "kuzey.py").write_text("# mine\n")
    assert add("kuzey.example") == 2
    assert (folder / "spiders" / "kuzey.py").read_text() == "# mine\n"
    assert "is there already" in capsys.readouterr().err


@pytest.mark.parametrize("url", ["http://127.0.0.1/", "file:///etc/hostname", "not an address"])
def test_what_may_not_be_fetched_gives_one_sentence(folder, capsys, url):
    assert run(["outlet", "add", url]) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_a_hostile_title_cannot_become_code(folder):
    from scraper.crawl.fetch import FetchError
    from scraper.crawl.proposal import propose
    from scraper.model import Capture

    title = 'Times"""\nimport os\nclass X:\n    y = "'

    def fetch(url: str) -> Capture:
        if not url.endswith("/front"):
            raise FetchError("nothing there")
        body = f"<html><head><title>x</title><meta property='og:site_name' content='{title}'></head></html>".encode()
        return Capture(requested_url=url, url=url, captured_at="2031-01-01T00:00:00Z", body=body)

    address = 'https://times.example/"+exit()+"/front'
    made = propose(address, fetch, folder=folder / "spiders", pages=folder / "pages")
    assert discover(folder / "spiders")["times"].title == "Times import os class X: y ="
    assert discover(folder / "spiders")["times"].home == address
    assert made.article is None
