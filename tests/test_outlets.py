"""Every saved page of every outlet, read as it was on the day of its capture, and compared field by field.

A page is ``tests/pages/<outlet>/<name>.html``; what it must give stands beside it in ``<name>.json``. A field that the
file does not name is not compared; ``null`` means that the page does not say.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from scraper.crawl.golden import Difference, differences
from scraper.crawl.outlet import DeclarationError, Outlet, Recipe
from scraper.crawl.run import discover

PAGES = Path(__file__).parent / "pages"
OUTLETS = discover()
SAVED = sorted(PAGES.glob("*/*.json"))
FIELDS = [
    pytest.param(path, field, id=f"{path.parent.name}-{path.stem}-{field}")
    for path in SAVED
    for field in json.loads(path.read_text("utf-8"))
    if field not in {"url", "captured_at"}
]


@cache
def read_again(outlet: str) -> dict[tuple[str, str], Difference]:
    """The outlet's saved pages, read once however many fields are compared."""
    found = differences({outlet: OUTLETS[outlet]}, PAGES)
    return {(each.page, each.field): each for each in found}


@pytest.mark.parametrize(("path", "field"), FIELDS)
def test_a_saved_page_reads_as_it_was_saved(path: Path, field: str):
    again = read_again(path.parent.name)[path.stem, field]
    assert again.is_same, f"saved {again.saved!r}, read {again.read!r}"


@pytest.mark.parametrize("path", SAVED, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_saved_page_lies_where_the_outlet_looks_for_articles(path: Path):
    url = json.loads(path.read_text("utf-8"))["url"]
    assert OUTLETS[path.parent.name].is_article(url, way="sitemap")


def test_every_outlet_has_a_saved_page_and_every_saved_page_an_outlet():
    assert {path.parent.name for path in SAVED} == set(OUTLETS)


def test_a_declaration_stays_small():
    for path in Path("spiders").glob("[!_]*.py"):
        assert len(path.read_text("utf-8").splitlines()) <= 30, path


# --- mistakes in declarations ----------------------------------------------------------------------------------------


def declare(**fields: Any) -> type[Outlet]:
    return type("Courier", (Outlet,), {"title": "Courier", "home": "http://courier.example/", **fields})


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"title": ""}, "`title` must say the outlet's name"),
        ({"home": "courier.example"}, "`home` must be an http"),
        ({"home": ""}, "`home` must be an http"),
        ({"kind": "paper"}, "`kind` must be one of"),
        ({"country": "gb"}, "`country` must be two capital letters"),
        ({"language": "English"}, "`language` must be a language tag"),
        ({"feeds": ["/rss.xml"]}, "`feeds` must be an http"),
        ({"feed": "http://courier.example/rss.xml"}, "'feed' is not a field of an outlet; did you mean 'feeds'"),
        ({"parse": print}, "'parse' is not a field of an outlet"),
        ({"articles": "(/news"}, "`articles` is no regular expression"),
        ({"interval": "daily"}, "`interval` must be a number of hours"),
        ({"recipes": Recipe(body="main")}, "`recipes` must be a tuple"),
        ({"names": (1,)}, "`names` must be texts"),
        ({"sitemaps": 7}, "`sitemaps` must be texts"),
    ],
)
def test_a_mistake_in_a_declaration_is_one_clear_sentence(fields, sentence):
    with pytest.raises(DeclarationError) as caught:
        declare(**fields)
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_outlet_says_what_is_different_and_inherits_the_rest():
    outlet = declare(feeds="http://courier.example/rss.xml")
    assert outlet.feeds == ("http://courier.example/rss.xml",)
    assert outlet.domains == ("courier.example",)
    assert declare().listings == ("http://courier.example/",)
    assert (outlet.facts().title, outlet.facts().kind) == ("Courier", "unknown")


@pytest.mark.parametrize(
    ("path", "is_one"),
    [
        ("2031/03/04/pier", True),
        ("news/123456.html", True),
        ("news/north-pier-closed-after-storm", True),
        ("story?id=77", True),
        ("about", False),
        ("tag/pier", False),
        ("2031/", False),
        ("contact-us", False),
    ],
)
def test_without_a_pattern_an_article_is_told_by_the_shape_of_its_address(path, is_one):
    assert declare().is_article(f"http://courier.example/{path}", way="listing") is is_one


def test_outlets_are_found_by_their_files(tmp_path):
    (tmp_path / "harbour_courier.py").write_text(
        "from scraper.crawl.outlet import Outlet\n"
        "class HarbourCourier(Outlet):\n    title = 'Harbour Courier'\n    home = 'http://harbour-courier.example/'\n"
    )
    (tmp_path / "_draft.py").write_text("raise SystemExit")
    assert list(discover(tmp_path)) == ["harbour_courier"]
    assert list(discover(tmp_path / "harbour_courier.py")) == ["harbour_courier"]
    assert list(discover(str(tmp_path), "spiders")) == sorted(["harbour_courier", *OUTLETS])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("x = 1\n", "declares no outlet"),
        ("from scraper.crawl.outlet import Outlett\n", "Outlett"),
        ("class (:\n", "invalid syntax"),
        ("from scraper.crawl.outlet import Outlet\nclass A(Outlet):\n    titel = 'A'\n", "did you mean 'title'"),
    ],
)
def test_a_file_that_declares_nothing_is_one_clear_sentence(tmp_path, text, sentence):
    (tmp_path / "broken.py").write_text(text)
    with pytest.raises(DeclarationError, match=sentence) as caught:
        discover(tmp_path)
    assert str(caught.value).startswith(f"{tmp_path / 'broken.py'}: ")


def test_a_folder_that_is_not_there_is_one_clear_sentence(tmp_path):
    with pytest.raises(DeclarationError, match="no such folder"):
        discover(tmp_path / "nowhere")
