"""Publishers: known from declarations, met on pages, or guessed from a host until somebody says who it is."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import asdict

from scraper.model import OutletFacts, OutletKind
from scraper.read.urls import host_of
from scraper.store.database import Store

_WORD = re.compile(r"[^\W_]+")
_ACCENTLESS = str.maketrans({"ı": "i", "ё": "е", "ə": "e", "ø": "o", "ł": "l", "đ": "d", "ß": "ss", "æ": "ae"})
_ALIASES_OF_HOSTS = ("www.", "m.", "amp.")
FILES = OutletFacts(id="files", title="Files without an address")
"""The outlet of an imported file until its text says whose it is."""


def name_key(name: str) -> str:
    """A name without case, accents, punctuation and a leading article, for finding it however it is written."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter)).translate(_ACCENTLESS)
    words = _WORD.findall(letters)
    while len(words) > 1 and words[0] == "the":
        words.pop(0)
    return " ".join(words)


def slug(title: str) -> str:
    """An id for an outlet that has none: its folded name with hyphens."""
    return name_key(title).replace(" ", "-")[:80] or "unnamed"


def know(store: Store, outlets: Iterable[OutletFacts]) -> None:
    """Make outlets recognisable by name and domain, before a page of theirs was seen. Written twice is written once.

    Outlets that were guessed from a host or a name become the known one, with their documents.
    """
    news = [facts for facts in outlets if _is_news(store, facts)]
    if news:
        with store.transaction():
            for facts in news:
                _remember(store, facts)
                _adopt(store, facts)


def outlet(store: Store, facts: OutletFacts) -> str:
    """Look up or insert an outlet; what is known better now is updated, what is unknown now stays. Returns its id."""
    row = store.row("SELECT title, kind, country, language, home_url FROM outlets WHERE id = ?", (facts.id,))
    if row is not None:
        _improve(store, facts, row)
    else:
        # Another process may have been quicker: its row is as good
        store.write(
            "INSERT OR IGNORE INTO outlets (id, title, kind, country, language, home_url, first_seen_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (facts.id, facts.title, facts.kind, facts.country, facts.language, facts.home_url, store.clock()),
        )
    know(store, [facts])
    return facts.id


def _improve(store: Store, facts: OutletFacts, row: dict[str, str | None]) -> None:
    is_better = facts.kind != "unknown" or row["kind"] == "unknown"
    better = {
        "title": facts.title if is_better else row["title"],
        "kind": facts.kind if facts.kind != "unknown" else row["kind"],
        "country": facts.country or row["country"],
        "language": facts.language or row["language"],
        "home_url": facts.home_url or row["home_url"],
    }
    if better != row:
        store.write(
            "UPDATE outlets SET title = :title, kind = :kind, country = :country, language = :language, "
            "home_url = :home_url WHERE id = :id",
            {**better, "id": facts.id},
        )


def outlet_facts(store: Store, outlet_id: str) -> OutletFacts | None:
    """All that is known of an outlet, names and domains included; ``None`` when nothing is."""
    known = store.value("SELECT facts FROM _known_outlets WHERE id = ?", (outlet_id,))
    if known is not None:
        return _facts(known)
    row = store.row("SELECT id, title, kind, country, language, home_url FROM outlets WHERE id = ?", (outlet_id,))
    return OutletFacts(**row) if row else None


def outlet_at(store: Store, url: str) -> OutletFacts | None:
    """The known outlet whose pages stand at this address: by its host, else by the nearest domain above it."""
    host = _plain_host(url)
    while "." in host:
        found = store.value("SELECT outlet_id FROM _outlet_domains WHERE domain = ?", (host,))
        if found is not None:
            return outlet_facts(store, found)
        host = host.partition(".")[2]
    return None


def outlet_for(store: Store, url: str) -> OutletFacts:
    """The known outlet at this address, else one named after the host (kind unknown), else ``FILES``."""
    host = _plain_host(url)
    if not host:
        return FILES
    return outlet_at(store, url) or OutletFacts(id=slug(host), title=host, domains=(host,))


def outlet_named(store: Store, name: str) -> OutletFacts | None:
    """The outlet known by this name, however it is written; ``None`` when nobody or more than one is."""
    found = store.rows("SELECT outlet_id FROM _outlet_names WHERE name = ? LIMIT 2", (name_key(name),))
    return outlet_facts(store, found[0]["outlet_id"]) if len(found) == 1 else None


def outlet_called(store: Store, name: str, kind: OutletKind = "unknown") -> OutletFacts:
    """The outlet known by this name, else a new one that is called so."""
    return outlet_named(store, name) or OutletFacts(id=slug(name), title=name, kind=kind)


def _plain_host(url: str) -> str:
    host = host_of(url)
    for alias in _ALIASES_OF_HOSTS:
        host = host.removeprefix(alias)
    return host


def _facts(stored: str) -> OutletFacts:
    values = json.loads(stored)
    return OutletFacts(**{**values, "names": tuple(values["names"]), "domains": tuple(values["domains"])})


def _is_news(store: Store, facts: OutletFacts) -> bool:
    """Whether these facts say more than what is known: a guess never overwrites a declaration."""
    known = store.value("SELECT facts FROM _known_outlets WHERE id = ?", (facts.id,))
    if known is None:
        return True
    before = _facts(known)
    return before != facts and (facts.kind != "unknown" or before.kind == "unknown")


def _remember(store: Store, facts: OutletFacts) -> None:
    store.write("DELETE FROM _known_outlets WHERE id = ?", (facts.id,))
    store.insert("_known_outlets", id=facts.id, facts=json.dumps(asdict(facts), ensure_ascii=False))
    for name in {name_key(name) for name in (facts.title, *facts.names)} - {""}:
        store.insert("_outlet_names", name=name, outlet_id=facts.id)
    home = [_plain_host(facts.home_url)] if facts.home_url else []
    for domain in {domain.lower().removeprefix("www.") for domain in (*facts.domains, *home)} - {""}:
        store.write("INSERT OR REPLACE INTO _outlet_domains (domain, outlet_id) VALUES (?, ?)", (domain, facts.id))


def _adopt(store: Store, facts: OutletFacts) -> None:
    """Documents and citations of an outlet that was only guessed become this one's."""
    if facts.kind == "unknown":
        return
    guesses = {slug(_plain_host(f"https://{domain}/")) for domain in facts.domains}
    guesses |= {slug(name) for name in (facts.title, *facts.names)}
    for guess in guesses - {facts.id}:
        if store.value("SELECT kind FROM outlets WHERE id = ?", (guess,)) == "unknown":
            outlet(store, facts)
            hand_over(store, guess, facts.id)


def hand_over(store: Store, guess: str, outlet_id: str) -> None:
    """Everything of one outlet becomes another's; the first one is forgotten."""
    store.write("UPDATE documents SET outlet_id = ? WHERE outlet_id = ?", (outlet_id, guess))
    store.write("UPDATE citations SET outlet_id = ? WHERE outlet_id = ?", (outlet_id, guess))
    store.write("UPDATE citations SET issuer_id = ? WHERE issuer_id = ?", (outlet_id, guess))
    store.write("UPDATE issues SET outlet_id = ? WHERE outlet_id = ?", (outlet_id, guess))
    store.write("DELETE FROM _known_outlets WHERE id = ?", (guess,))
    store.write("DELETE FROM outlets WHERE id = ?", (guess,))
