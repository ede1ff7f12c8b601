"""present: what is new as Atom feeds, the difference itself inside each entry."""

from __future__ import annotations

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
_TITLES = {"alterations": "Altered copies", "copies": "New copies"}


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
    title = _TITLES[name] + (f": {plain(known['title'])}" if known else "")
    own = f"{asked.base}feeds/{name}.atom" + (f"?outlet={quote(outlet, safe='')}" if outlet else "")
    xml = tag(
        "feed",
        tag("title", title),
        tag("id", own),
        tag("link", rel="self", href=own),
        tag("link", rel="alternate", href=f"{asked.base}links"),
        tag("updated", max((row["decided_at"] for row in rows), default="1970-01-01T00:00:00Z")),
        tag("author", tag("name", "provenance")),
        *(_entry(row, changed.get(row["link_id"], []), asked.base) for row in rows),
        xmlns="http://www.w3.org/2005/Atom",
    )
    text = f'<?xml version="1.0" encoding="utf-8"?>\n{xml}\n'
    return Response(text.encode("utf-8", "replace"), media_type="application/atom+xml; charset=utf-8")


def _entry(row: Row, changed: list[Row], base: str) -> object:
    headline = plain(row["copy_title"] or row["copy_outlet"])
    return tag(
        "entry",
        tag("title", f"{row['verdict']}: {plain(row['copy_outlet'])}, {headline}"),
        tag("id", f"urn:provenance-tracker:link:{row['link_id']}"),
        tag("link", rel="alternate", href=f"{base}links/{row['link_id']}"),
        tag("updated", row["decided_at"]),
        tag("category", term=row["verdict"]),
        tag("content", _difference(row, changed), type="html"),
    )


def _difference(row: Row, changed: list[Row]) -> str:
    """The entry's body as HTML in a string, which the feed escapes once more."""
    when = f" {lasted(row['hours_later'])} later" if row["hours_later"] and row["hours_later"] > 0 else ""
    parts = [
        f"<p>{escape(plain(row['copy_outlet']))} took this from {escape(plain(row['source_outlet']))}{when}; "
        f"{share(row['kept'])} of the source is kept. {escape(plain(row['reason']))}</p>"
    ]
    if changed:
        lines = "".join(
            f"<li>{one['kind']}: <del>{escape(plain(one['source_words'])) or '–'}</del> → "
            f"<ins>{escape(plain(one['copy_words'])) or '–'}</ins></li>"
            for one in changed
        )
        parts.append(f"<ul>{lines}</ul>")
    return "".join(parts)
