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
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser import CHROMIUM, Witness, asked, demonstrated, faults, launched, served
from tests.hostile import COPY, hostile

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
    page = witness.of(context.new_page())
    page.set_default_timeout(15_000)
    yield page
    context.close()
    assert not witness.troubles


def follow(page: Page, selector: str) -> None:
    """Click, and wait until the next page is there."""
    with page.expect_navigation():
        page.click(selector)


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


@pytest.fixture(scope="module")
def strict(browser: Browser) -> Iterator[BrowserContext]:
    """One context under the real policy, for pages that are only looked at."""
    context = browser.new_context(viewport=PHONE)
    yield context
    context.close()


@pytest.mark.parametrize("address", HOSTILE)
def test_nothing_that_outlets_wrote_runs_or_loads(strict, evil, address):
    witness = Witness(evil)
    page = witness.of(strict.new_page())
    page.goto(evil + address)
    page.mouse.move(200, 400)
    assert page.evaluate("window.ran") is None
    assert page.locator("iframe, base, object, embed, form[action^=http], meta[http-equiv=refresh]").count() == 0
    strange = page.eval_on_selector_all("a", "all => all.map(a => a.href.baseVal ?? a.protocol)")
    assert {one for one in strange if not one.startswith(("/", "#"))} <= {"http:", "https:"}
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert page.locator("main").count() == 1
    page.close()
    assert witness.troubles == []


def test_a_hostile_text_that_is_pasted_runs_nothing_either(browser, evil):
    witness = Witness(evil)
    page = witness.of(browser.new_page(viewport=PHONE))
    page.goto(evil)
    page.fill("#what", COPY)
    follow(page, "button.primary")
    assert "took this from" in page.inner_text("[data-sentence]")
    assert page.evaluate("window.ran") is None
    page.close()
    assert witness.troubles == []


# --- a reader at work ----------------------------------------------------------------------------------------------


def test_a_reader_goes_from_the_front_to_a_comparison_its_chain_a_document_and_back(page):
    page.goto("/")
    follow(page, ".card h3 a")
    assert page.url.rpartition("/")[0].endswith("/links")
    sentence = page.inner_text("[data-sentence]")
    follow(page, ".trail >> text=Chain")
    assert "The words go back to" in page.inner_text("[data-sentence]")
    follow(page, ".chain-table .title >> nth=0")
    assert "/documents/" in page.url
    page.go_back()
    page.go_back()
    assert page.inner_text("[data-sentence]") == sentence


def test_a_spot_of_the_drawing_leads_to_its_comparison(page, names):
    page.goto(f"/chains/{names['copy']}")
    follow(page, ".spot-altered")
    assert page.url.endswith(f"/links/{names['link']}")


def test_a_text_that_is_pasted_gets_its_verdict(page, demo, names):
    text = _data(demo, f"/documents/{names['source']}")["version"]["text"]
    page.goto("/")
    page.fill("#what", text.replace("60,000", "6,000"))
    follow(page, "button.primary")
    assert page.inner_text(".verdict .badge").split() == ["≠", "ALTERED"]
    assert "60,000" in page.inner_text(".verdict .changes-list")
    page.fill("#what", "Seven purple umbrellas sang in the attic of a town hall that nobody ever saw.")
    follow(page, "button.primary")
    assert "Never seen here" in page.inner_text("[data-sentence]")


def test_an_address_that_is_pasted_leads_to_its_comparison(page, names):
    page.goto("/")
    page.fill("#what", PORTAL)
    follow(page, "button.primary")
    assert page.url.endswith(f"/links/{names['link']}")


def test_tab_reaches_everything_in_order_and_always_shows_where_it_is(page, names):
    page.goto(f"/links/{names['link']}")
    wanted = page.evaluate("""() => [...document.querySelectorAll("a[href], button, input, summary, [tabindex='0']")]
        .filter(one => one.checkVisibility({visibilityProperty: true})).length""")
    met = []
    for _ in range(wanted):
        page.keyboard.press("Tab")
        met.append(page.evaluate(_FOCUS))
    assert met[0]["text"] == "Skip to the content"
    assert len({one["place"] for one in met}) == wanted
    assert [one for one in met if not one["is_seen"]] == []


_FOCUS = """() => {
    const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect();
    const all = [...document.querySelectorAll("*")];
    return {place: all.indexOf(one), text: one.textContent.trim(), name: one.outerHTML.slice(0, 80),
            is_seen: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 && box.width > 0
                && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth};
}"""


def test_the_skip_link_leads_past_the_head_of_the_page(page):
    page.goto("/links")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_j_and_k_go_from_difference_to_difference_and_a_form_is_left_alone(page, names):
    page.goto(f"/links/{names['link']}")
    rows = page.locator("[data-change]")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.id") == rows.nth(0).get_attribute("id")
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.id") == rows.nth(2).get_attribute("id")
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.id") == rows.nth(1).get_attribute("id")
    page.keyboard.press("/")
    page.keyboard.type("jk")
    assert page.input_value("#find") == "jk"


def test_only_differences_stands_in_the_address_and_s_switches_it(page, names):
    page.goto(f"/links/{names['link']}")
    whole = page.locator(".row").count()
    page.keyboard.press("s")
    page.wait_for_url("**?only=differences")
    assert page.locator(".row").count() < whole
    assert page.locator(".folded").count() > 0
    page.keyboard.press("s")
    page.wait_for_url(f"**/links/{names['link']}")


def test_every_paragraph_has_an_address_of_its_own(page, names):
    page.goto(f"/links/{names['link']}")
    page.locator(".row-changed .pilcrow").last.click()
    anchor = page.url.rpartition("#")[2]
    page.goto("/")
    page.goto(f"/links/{names['link']}?only=differences#{anchor}")
    box = page.locator(f"#{anchor}").bounding_box()
    assert box is not None
    assert 0 <= box["y"] < DESK["height"]


def test_the_map_leads_to_the_row_it_stands_for(page, names):
    page.goto(f"/links/{names['link']}")
    page.locator(".strip a").last.click()
    assert page.locator(".row:target").count() == 1


def test_the_citation_is_copied_with_verdict_and_permalink(browser, demo, names):
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{demo}/links/{names['link']}")
    page.keyboard.press("c")
    page.wait_for_selector("text=Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    context.close()
    assert "Verdict: altered" in copied
    assert f"/links/{names['link']}?copy=" in copied


def test_a_sentence_shows_who_carries_it_when_it_is_pointed_at_focused_or_tapped(page, names):
    page.goto(f"/documents/{names['source']}")
    sentence = page.locator(".sentence-link.is-changed").last
    sentence.hover()
    shown = page.locator(".carrier-list > li.is-shown")
    assert f"#{shown.get_attribute('id')}" == sentence.get_attribute("href")
    assert shown.locator("del").count() > 0
    first = page.locator(".sentence-link").first
    first.focus()
    assert f"#{shown.get_attribute('id')}" == first.get_attribute("href")


def test_without_script_everything_is_there_to_read(browser, demo, names):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{demo}/documents/{names['source']}")
    assert page.locator(".carrier-list > li").first.is_visible()
    page.goto(f"{demo}/links/{names['link']}")
    assert page.locator("[data-print]").is_hidden()
    assert page.locator(".row").count() > 3
    context.close()


def test_nothing_moves_for_those_who_asked_for_rest(page, names):
    page.goto(f"/links/{names['link']}")
    moving = "[...document.querySelectorAll('*')].filter(one => parseFloat(getComputedStyle(one).transitionDuration))"
    assert page.evaluate(f"{moving}.length") == 0
    page.evaluate(
        "window.asked = []; Element.prototype.scrollIntoView = how => how?.behavior && asked.push(how.behavior)"
    )
    page.keyboard.press("j")
    assert set(page.evaluate("window.asked")) == {"auto"}


@pytest.mark.parametrize("name", ["comparison", "report", "chain", "document"])
def test_a_page_is_printed_as_a_file_of_pages(page, names, name):
    page.goto(PAGES[name].format(**names))
    printed = page.pdf(path=PICTURES / f"{name}.pdf", format="A4", print_background=True)
    assert printed.startswith(b"%PDF-")
    assert len(printed) > 20_000
    page.emulate_media(media="print")
    assert page.locator(".top, .tools, .keys").filter(visible=True).count() == 0


def test_the_report_that_the_command_writes_opens_from_the_disk_and_asks_for_nothing(browser, demo, names, tmp_path):
    saved = tmp_path / "report.html"
    saved.write_bytes(asked(f"{demo}/links/{names['link']}/report.html"))
    witness = Witness("file://")
    page = witness.of(browser.new_page())
    page.goto(saved.as_uri())
    assert page.inner_text(".badge").split() == ["≠", "ALTERED"]
    assert page.evaluate("getComputedStyle(document.querySelector('.badge')).borderStyle") == "solid"
    page.close()
    assert witness.troubles == []


def test_an_empty_database_explains_the_first_three_commands(browser, tmp_path):
    with served(tmp_path / "none.db") as base:
        witness = Witness(base)
        page = witness.of(browser.new_page())
        page.goto(base)
        assert page.locator(".steps code").all_inner_texts()[0] == "provenance demo"
        assert page.locator(".steps li").count() == 3
        page.screenshot(path=PICTURES / "nothing-light.png", full_page=True)
        page.close()
    assert witness.troubles == []


def test_the_tables_open_read_only_beside_the_pages(page, demo):
    if not asked(demo).count(b'href="/data/"'):
        pytest.skip("Datasette is not installed")
    page.goto("/data/")
    follow(page, "h2 a")
    page.goto(f"{page.url}/copies")
    assert page.locator("table.rows-and-columns").count() == 1
    assert "source_outlet" in page.inner_text("table.rows-and-columns thead")
