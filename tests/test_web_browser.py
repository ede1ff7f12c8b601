"""The pages in a real browser: nothing goes wrong in them, nothing stored runs, and every reader can use them.

A picture of each page is kept under ``build/screenshots/``: whoever changes a page looks at it.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import CHROMIUM, Witness, asked, demonstrated, faults, launched, served
from tests.hostile import hostile

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine (Debian: apt install chromium)")

PICTURES = Path(__file__).parents[1] / "build" / "screenshots"
PORTAL = "http://harbourlight.example/news/20260302-tarsk-harbour-inspection"
PHONE, DESK = {"width": 420, "height": 900}, {"width": 1280, "height": 900}
PAGES = {
    "front": "/",
    "check": "/check",
    "checked": "/check?text=The%20northern%20quay%20of%20the%20harbour%20of%20Tarsk",
    "documents": "/documents",
    "document": "/documents/{source}",
    "document-gone": "/documents/{gone}",
    "document-changed": "/documents/{changed}",
    "versions": "/documents/{changed}/versions/2",
    "links": "/links",
    "links-filtered": "/links?verdict=altered&credit=named",
    "comparison": "/links/{link}",
    "comparison-differences": "/links/{link}?only=differences",
    "comparison-material": "/links/{link}?only=material",
    "report": "/links/{link}/report.html",
    "chains": "/chains",
    "chain": "/chains/{copy}",
    "chain-steps": "/chains/{copy}?steps=equal",
    "alterations": "/alterations",
    "outlets": "/outlets",
    "outlet": "/outlets/harbourlight",
    "search": "/search?q=harbour",
    "health": "/health",
    "glossary": "/glossary",
    "feeds": "/feeds",
}
HOSTILE = ["/", "/documents", "/documents/1", "/documents/3", "/documents/4", "/documents/1/versions/2", "/links",
           "/links/1", "/links/2", "/links/1/report.html", "/chains", "/chains/1", "/chains/2?steps=equal",
           "/alterations?material=all", "/outlets", "/outlets/evil_wire", "/outlets/mill_ministry", "/search?q=mills",
           "/search?q=%3Cscript%3Ewindow.ran%3D1", "/health", "/feeds"]  # fmt: skip


@dataclass
class Visit:
    """What was met on one page, in light and dark, at a desk and on a phone."""

    troubles: list[str]
    faults: list[str]
    dark_faults: list[str]
    backgrounds: tuple[str, str]
    wider_by: int


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as player:
        browser = launched(player)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(demonstrated(tmp_path_factory.mktemp("browser") / "demo.db")) as base:
        yield base


@pytest.fixture(scope="module")
def names(demo: str) -> dict[str, Any]:
    """The numbers that stand in addresses: the link with most changes, its two sides, a page that changed or went."""
    link = max(_data(demo, "/links?verdict=altered")["rows"], key=lambda row: (row["alterations"], -row["link_id"]))
    documents = _data(demo, "/documents")["rows"]
    gone = next(row["id"] for row in documents if row["gone_at"])
    changed = next(row["id"] for row in documents if len(_data(demo, f"/documents/{row['id']}")["versions"]) > 1)
    return {"link": link["link_id"], "copy": link["copy_id"], "source": link["source_id"], "gone": gone,
            "changed": changed}  # fmt: skip


def _data(base: str, address: str) -> Any:
    return json.loads(asked(f"{base}{address}{'&' if '?' in address else '?'}format=json"))


@pytest.fixture(scope="module")
def visit(browser: Browser, demo: str, names: dict[str, Any]) -> Iterator[Callable[[str], Visit]]:
    """One visit to each page, however many tests look at what was met there."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    context = browser.new_context(viewport=DESK, color_scheme="light", reduced_motion="reduce", bypass_csp=True)

    @functools.cache
    def made(name: str) -> Visit:
        witness = Witness(demo)
        page = witness.of(context.new_page())
        page.goto(demo + PAGES[name].format(**names))
        page.screenshot(path=PICTURES / f"{name}-light.png", full_page=True)
        light, found = _background(page), faults(page)
        page.emulate_media(color_scheme="dark")
        page.screenshot(path=PICTURES / f"{name}-dark.png", full_page=True)
        dark, found_dark = _background(page), faults(page, "color-contrast", "link-in-text-block")
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(PHONE)
        page.screenshot(path=PICTURES / f"{name}-phone.png", full_page=True)
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        page.close()
        return Visit(witness.troubles, found, found_dark, (light, dark), wider)

    yield made
    context.close()


def _background(page: Page) -> str:
    colour: str = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return colour


@pytest.fixture
def page(browser: Browser, demo: str) -> Iterator[Page]:
    """A page under the real policy; whatever goes wrong in it fails the test that used it."""
    context = browser.new_context(viewport=DESK, color_scheme="light", reduced_motion="reduce", base_url=demo)
    witness = Witness(demo)
    yield witness.of(context.new_page())
    context.close()
    assert not witness.troubles


# --- what holds for each page --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_without_an_error_and_asks_nobody_else(visit, name):
    assert visit(name).troubles == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_serious_fault_for_readers_with_other_senses(visit, name):
    assert visit(name).faults == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_in_dark_is_dark_and_its_words_stand_out(visit, name):
    met = visit(name)
    light, dark = (sum(int(part) for part in one[4:-1].split(", ")[:3]) for one in met.backgrounds)
    assert light > 600
    assert dark < 150
    assert met.dark_faults == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_on_a_phone_is_no_wider_than_the_phone(visit, name):
    assert visit(name).wider_by <= 0


# --- nothing stored runs -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def evil(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(hostile(tmp_path_factory.mktemp("hostile") / "hostile.db")) as base:
        yield base


@pytest.mark.parametrize("address", HOSTILE)
def test_nothing_that_outlets_wrote_runs_or_loads(browser, evil, address):
    witness = Witness(evil)
    context = browser.new_context(viewport=PHONE)
    page = witness.of(context.new_page())
    page.goto(evil + address)
    page.mouse.move(200, 400)
    assert page.evaluate("window.ran") is None
    assert page.locator("iframe, base, object, embed, form[action^=http], meta[http-equiv=refresh]").count() == 0
    strange = page.eval_on_selector_all("a", "all => all.map(a => a.href.baseVal ?? a.protocol)")
    assert {one for one in strange if not one.startswith(("/", "#"))} <= {"http:", "https:"}
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert page.locator("main").count() == 1
    context.close()
    assert witness.troubles == []
