"""present: what is new as feeds (Atom, and JSON Feed at the same address), the difference itself inside each entry."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import quote

from markupsafe import escape
from starlette.responses import Response

from scraper.store.database import Row, Store
from scraper.store.overview import find_outlet
from scraper.store.pages import changed_words, newest_altered, newest_links
from scraper.trace.chain import plain
from scraper.web.asked import Asked, Odd
from scraper.web.page import Page
from scraper.web.svg import tag
from scraper.web.words import lasted, share

_ENTRIES = 50
_MOST_CHANGES = 40
_LONGEST_CHANGE = 400
_TITLES = {"alterations": "Altered copies", "copies": "New copies"}
_BEGINNING = "1970-01-01T00:00:00Z"


class _Entry(NamedTuple):
    row: Row
    changed: list[Row]
    base: str

    @property
    def address(self) -> str:
        return f"{self.base}links/{self.row['link_id']}"

    @property
    def id(self) -> str:
        return f"urn:provenance-tracker:link:{self.row['link_id']}"

    @property
    def title(self) -> str:
        outlet, headline = plain(self.row["copy_outlet"]), plain(self.row["copy_title"] or self.row["copy_outlet"])
        return f"{self.row['verdict']}: {outlet}, {headline[:300]}"


def feeds_page(store: Store, asked: Asked) -> Page:
    """``/feeds``: which there are."""
    del store
    rows = [{"address": f"{asked.base}feeds/{name}.atom", "title": title} for name, title in _TITLES.items()]
    return Page(template="feeds.html", title="Feeds", data={"feeds": rows})


def feed(store: Store, asked: Asked) -> Response:
    """``/feeds/alterations.atom`` or ``copies.atom``; ``?outlet=`` keeps those by or from one outlet."""
    name = str(asked.names["name"])
    if name not in _TITLES:
        raise Odd(f"There is no feed {name[:40]!r}; there are {', '.join(_TITLES)}.", 404)
    outlet = asked.text("outlet")
    known = find_outlet(store, outlet) if outlet else None
    if outlet and known is None:
        raise Odd(f"There is no outlet {outlet[:60]!r}.", 404)
    chosen = newest_altered if name == "alterations" else newest_links
    rows = chosen(store, limit=_ENTRIES, outlet=known["id"] if known else None)
    changed = changed_words(store, [row["link_id"] for row in rows])
    entries = [_Entry(row, changed.get(row["link_id"], []), asked.base) for row in rows]
    title = _TITLES[name] + (f": {plain(known['title'])}" if known else "")
    own = f"{asked.base}feeds/{name}.atom" + (f"?outlet={quote(outlet, safe='')}" if outlet else "")
    if asked.wants_json:
        return _json_feed(entries, title, f"{own}{'&' if outlet else '?'}format=json", asked.base)
    return _atom(entries, title, own, asked.base)


def _atom(entries: Sequence[_Entry], title: str, own: str, base: str) -> Response:
    """RFC 4287."""
    xml = tag(
        "feed",
        tag("title", title),
        tag("id", own),
        tag("link", rel="self", href=own),
        tag("link", rel="alternate", href=f"{base}links"),
        tag("updated", max((one.row["decided_at"] for one in entries), default=_BEGINNING)),
        tag("author", tag("name", "provenance")),
        *(
            tag(
                "entry",
                tag("title", one.title),
                tag("id", one.id),
                tag("link", rel="alternate", href=one.address),
                tag("updated", one.row["decided_at"]),
                tag("category", term=one.row["verdict"]),
                tag("content", _difference(one.row, one.changed), type="html"),
            )
            for one in entries
        ),
        xmlns="http://www.w3.org/2005/Atom",
    )
    text = f'<?xml version="1.0" encoding="utf-8"?>\n{xml}\n'
    return Response(text.encode("utf-8", "replace"), media_type="application/atom+xml; charset=utf-8")


def _json_feed(entries: Sequence[_Entry], title: str, own: str, base: str) -> Response:
    """JSON Feed 1.1; ``_provenance`` holds the row of ``copies`` and its material alterations."""
    items: list[dict[str, Any]] = [
        {
            "id": one.id,
            "url": one.address,
            "title": one.title,
            "content_html": _difference(one.row, one.changed),
            "date_modified": one.row["decided_at"],
            "tags": [one.row["verdict"]],
            "_provenance": {**one.row, "altered_words": one.changed},
        }
        for one in entries
    ]
    data = {"version": "https://jsonfeed.org/version/1.1", "title": title, "home_page_url": f"{base}links",
            "feed_url": own, "items": items}  # fmt: skip
    text = json.dumps(data, ensure_ascii=False, indent=1)
    return Response(text.encode("utf-8", "replace"), media_type="application/feed+json; charset=utf-8")


def _difference(row: Row, changed: list[Row]) -> str:
    """The entry's body as HTML in a string, which the feed escapes once more."""
    when = f" {lasted(row['hours_later'])} later" if row["hours_later"] and row["hours_later"] > 0 else ""
    parts = [
        f"<p>{escape(plain(row['copy_outlet']))} took this from {escape(plain(row['source_outlet']))}{when}; "
        f"{share(row['kept'])} of the source is kept. {escape(plain(row['reason']))}</p>"
    ]
    lines = [
        f"<li>{one['kind']}: <del>{_words(one['source_words'])}</del> → <ins>{_words(one['copy_words'])}</ins></li>"
        for one in changed[:_MOST_CHANGES]
    ]
    if len(changed) > _MOST_CHANGES:
        lines.append(f"<li>and {len(changed) - _MOST_CHANGES} more</li>")
    return "".join([*parts, *([f"<ul>{''.join(lines)}</ul>"] if lines else [])])


def _words(text: str) -> str:
    shown = plain(text)
    return escape(shown if len(shown) <= _LONGEST_CHANGE else f"{shown[:_LONGEST_CHANGE]}…") or "–"
