"""Make the pictures of the documentation from the demo's web: ``python docs/pictures/make.py``.

It crawls the demo into a database of its own, serves the pages, and takes the pictures beside this file. Needs Debian's
``chromium``.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import uvicorn
from playwright.sync_api import Page, sync_playwright

from scraper.cli.app import run
from scraper.store.database import Store
from scraper.store.documents import find_document, newest_version
from scraper.store.families import links
from scraper.web.app import make_app

HERE = Path(__file__).parent
WIDTH = 1180
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync"]  # fmt: skip
COPY = "http://harbourlight.example/news/20260302-tarsk-harbour-inspection"
STATEMENT = "http://ports.velmora.example/statements/121"


class Names(NamedTuple):
    """What stands in addresses: numbers differ from one crawl to the next."""

    link: int
    copy: int
    statement: int
    text: str


class Picture(NamedTuple):
    """One picture: where it is taken, how much of the page, and what is done before."""

    name: str
    address: str
    height: int
    before: Callable[[Page, Names], None] | None = None


def pasted(page: Page, names: Names) -> None:
    """A reader pastes what she read, a figure in it mistyped by whoever wrote it."""
    page.fill("#what", names.text.replace("60,000", "6,000"))
    with page.expect_navigation():
        page.click("button.primary")


def pointed(page: Page, names: Names) -> None:
    """A reader points at a sentence that copies changed."""
    del names
    page.hover(".sentence-link.is-changed")


PICTURES = (
    Picture("front", "/", 760),
    Picture("check", "/", 900, pasted),
    Picture("comparison", "/links/{names.link}", 1290),
    Picture("chain", "/chains/{names.copy}", 700),
    Picture("document", "/documents/{names.statement}", 640, pointed),
    Picture("outlets", "/outlets", 640),
    Picture("health", "/health", 560),
)


def main() -> None:
    """All pictures."""
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "demo.db"
        run(["--db", str(database), "demo"])
        with served(database) as base, sync_playwright() as player:
            browser = player.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
            for picture in PICTURES:
                page = browser.new_page(viewport={"width": WIDTH, "height": picture.height}, color_scheme="light")
                taken(page, picture, base, names_in(database))
                page.close()
            browser.close()


def taken(page: Page, picture: Picture, base: str, names: Names) -> None:
    """One picture, written beside this file."""
    page.goto(base + picture.address.format(names=names))
    if picture.before is not None:
        picture.before(page, names)
    page.screenshot(path=HERE / f"{picture.name}.png")


def names_in(database: Path) -> Names:
    """The documents that the pictures show."""
    with Store.open(database, read_only=True) as store:
        copy, statement = find_document(store, COPY), find_document(store, STATEMENT)
        if copy is None or statement is None:
            raise SystemExit("The demo's web was not crawled as it should have been.")
        parent = links(store, copy_id=copy.id)[0]
        source = newest_version(store, parent["source_id"])
        return Names(parent["id"], copy.id, statement.id, source.text if source else "")


@contextmanager
def served(database: Path) -> Iterator[str]:
    """The pages on a free port: their address."""
    server = uvicorn.Server(uvicorn.Config(make_app(database), host="127.0.0.1", port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    [socket] = server.servers[0].sockets
    yield f"http://127.0.0.1:{socket.getsockname()[1]}"
    server.should_exit = True
    thread.join()


if __name__ == "__main__":
    main()
