"""An address that permanently redirects to another, and the page held at either: one source to the linker."""

from __future__ import annotations

from pathlib import Path

import pytest

from scraper.line import Line
from scraper.linking import link, settle_part
from scraper.model import Capture
from scraper.store.database import Store
from scraper.store.documents import find_document

NOTICE = (
    "The Harbour Council of Lunde closes the middle basin from 6 June until the dredger has passed.",
    "Masters of 14 boats were told on Monday, and their crews are paid for the days that they lie still.",
    "Fish is landed at the old stairs in the meantime, where two carts wait from five in the morning.",
)


@pytest.fixture
def store(tmp_path: Path):
    with Store.open(tmp_path / "provenance.db") as store:
        yield store


def capture(url: str, site: str, day: str, *more: str) -> Capture:
    head = f'<meta property="og:site_name" content="{site}"><meta property="article:published_time" content="{day}">'
    body = "".join(f"<p>{one}</p>" for one in (*NOTICE, *more))
    html = f"<html lang=en><head><title>Basin closed</title>{head}</head><body><article>{body}</article></body></html>"
    return Capture(
        requested_url=url,
        url=url,
        captured_at="2031-06-20T08:00:00Z",
        status=200,
        body=html.encode(),
        headers=(("Content-Type", "text/html; charset=utf-8"),),
    )


def test_a_copy_of_a_page_that_moved_is_linked_to_where_it_is_now_and_the_old_address_copies_nobody(store):
    old, new = "https://lunde.example/notice?id=4", "https://lunde.example/notices/basin-closed"
    copy = "https://island-courier.example/basin"
    source = f'Source: <a href="{old}">Harbour Council of Lunde</a>'
    pages = [
        capture(old, "Harbour Council of Lunde", "2031-06-01"),
        capture(copy, "Island Courier", "2031-06-03", source),
        capture(new, "Harbour Council of Lunde", "2031-06-01"),
    ]
    list(Line(store, {}).take_in(pages))
    ids = {url: found.id for url in (old, new, copy) if (found := find_document(store, url))}
    store.write("UPDATE documents SET moved_to = ? WHERE id = ?", (ids[new], ids[old]))
    list(link(store))
    settle_part(store, list(ids.values()))
    found = {row["copy_url"]: row["source_url"] for row in store.rows("SELECT copy_url, source_url FROM copies")}
    assert found == {copy: new}
