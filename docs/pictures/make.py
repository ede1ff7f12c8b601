"""Make the pictures of the documentation from the demo's database: ``python docs/pictures/make.py demo.db``."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

import uvicorn
from playwright.sync_api import sync_playwright

from scraper.store.database import Store
from scraper.store.pages import newest_altered
from scraper.web.app import make_app

HERE = Path(__file__).parent
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync"]  # fmt: skip


def main(path: str) -> None:
    """One picture of the copy with most changes, one of its chain."""
    with Store.open(path, read_only=True) as store:
        shown = max(newest_altered(store, limit=50), key=lambda row: (row["alterations"], -row["link_id"]))
    server = uvicorn.Server(uvicorn.Config(make_app(path), host="127.0.0.1", port=8947, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1300, "height": 1000}, color_scheme="light")
        for name, address in (("comparison", f"/links/{shown['link_id']}"), ("chain", f"/chains/{shown['copy_id']}")):
            page.goto(f"http://127.0.0.1:8947{address}")
            page.screenshot(path=HERE / f"{name}.png", clip={"x": 0, "y": 0, "width": 1300, "height": 1000})
        browser.close()
    server.should_exit = True
    thread.join()


if __name__ == "__main__":
    main(sys.argv[1])
