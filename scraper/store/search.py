"""Full text: what a person types becomes a query that SQLite understands, and an odd one gets a sentence."""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from typing import NamedTuple

from scraper.store.database import Row, Store, StoreError

_PART = re.compile(r'"([^"]*)"|(\S+)')
_FOLDED = str.maketrans("ıёЁəƏłŁøØđĐ", "iеЕeElLoOdD")  # as in schema.sql: one letter for one letter
_MARK = "\ue000", "\ue001"  # private use: stands in no text of ours
_LONGEST = 1_000  # characters of a query
_MOST_WORDS = 64
_EXCERPT_WORDS = 24
_MOST_RANKED = 5_000  # texts: where more hold the words, the best of the newest ones are found


class Hit(NamedTuple):
    """One document that holds the words. ``excerpt`` marks them with ``[`` and ``]`` as given to ``search``."""

    document_id: int
    version_id: int
    url: str | None
    outlet: str
    title: str | None
    published_at: str | None
    language: str | None
    excerpt: str
    score: float


def search(
    store: Store, query: str, *, limit: int = 20, offset: int = 0, marks: tuple[str, str] = ("[", "]")
) -> list[Hit]:
    """Documents whose title or text holds all words of the query, best first.

    ``"quoted words"`` stand together, ``word*`` is a beginning; case and accents do not matter. Of words that more
    than 5,000 texts hold, the newest 5,000 are ranked. ``marks`` are put around the words found in the excerpt.

    Raises:
        StoreError: the query holds no word, an open quotation mark, or more than SQLite can look for.
    """
    expression = _expression(query)
    try:
        rows = _found(store, expression, limit, offset) if not _has_no_spaces(query) else []
    except sqlite3.OperationalError as error:
        raise StoreError(f"The search for {query!r} was not understood: {error}.") from error
    if not rows and _has_no_spaces(query):
        rows = _scanned(store, query, limit, offset)
    return [Hit(**{**row, "excerpt": _excerpt(store, row, marks)}) for row in rows]


def _expression(query: str) -> str:
    """The query in FTS5's language: every word quoted, so that none of them can be an operator."""
    if len(query) > _LONGEST:
        raise StoreError(f"The search is longer than {_LONGEST} characters.")
    if query.count('"') % 2:
        raise StoreError('The search has an open quotation mark: put another " at its end or take it out.')
    parts = [_term(*match.groups()) for match in _PART.finditer(query.translate(_FOLDED))]
    terms = [part for part in parts if part]
    if not terms:
        raise StoreError("The search holds no word to look for.")
    if len(terms) > _MOST_WORDS:
        raise StoreError(f"The search holds more than {_MOST_WORDS} words.")
    return " AND ".join(terms)


def _term(phrase: str | None, word: str | None) -> str:
    wanted = phrase if word is None else word
    is_beginning = word is not None and word.endswith("*")
    if not wanted or not any(unicodedata.category(letter)[0] in "LN" for letter in wanted):
        return ""
    quoted = wanted.rstrip("*").replace('"', '""').replace("\x00", " ")
    return f'"{quoted}"{" *" if is_beginning else ""}'


def _found(store: Store, expression: str, limit: int, offset: int) -> list[Row]:
    """Newest version of each document among the best ones; the excerpt is cut from few rows only."""
    return store.rows(
        """
        WITH best AS MATERIALIZED (
            SELECT version_id, score FROM (
                SELECT rowid AS version_id, rank AS score FROM _search WHERE _search MATCH :query
                ORDER BY rowid DESC LIMIT :ranked
            ) ORDER BY score LIMIT 4 * (:limit + :offset)
        ), newest AS MATERIALIZED (
            SELECT versions.document_id, max(versions.id) AS version_id, min(best.score) AS score
            FROM best JOIN versions ON versions.id = best.version_id
            GROUP BY versions.document_id ORDER BY min(best.score), versions.document_id LIMIT :limit OFFSET :offset
        )
        SELECT newest.document_id, newest.version_id, documents.url, outlets.title AS outlet,
            ifnull(versions.title, documents.title) AS title, documents.published_at, versions.language,
            (SELECT snippet(_search, 1, :on, :off, '…', :words) FROM _search
                WHERE _search MATCH :query AND rowid = newest.version_id) AS excerpt, -newest.score AS score
        FROM newest
        JOIN versions ON versions.id = newest.version_id
        JOIN documents ON documents.id = newest.document_id
        JOIN outlets ON outlets.id = documents.outlet_id
        ORDER BY newest.score, newest.document_id
        """,
        {
            "query": expression,
            "limit": limit,
            "offset": offset,
            "ranked": _MOST_RANKED,
            "on": _MARK[0],
            "off": _MARK[1],
            "words": _EXCERPT_WORDS,
        },
    )


def _has_no_spaces(query: str) -> bool:
    """Whether the query is in a script without spaces: there a word is no token of the index, and texts are scanned."""
    return any(
        unicodedata.name(letter, "").startswith(
            ("CJK UNIFIED", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR")
        )
        for letter in query
    )


def _scanned(store: Store, query: str, limit: int, offset: int) -> list[Row]:
    wanted = query.replace('"', "").strip()
    return store.rows(
        """
        SELECT documents.id AS document_id, max(versions.id) AS version_id, documents.url, outlets.title AS outlet,
            ifnull(versions.title, documents.title) AS title, documents.published_at, versions.language,
            substr(versions.text, max(instr(versions.text, :wanted) - 40, 1), 120) AS excerpt, 0.0 AS score
        FROM versions
        JOIN documents ON documents.id = versions.document_id
        JOIN outlets ON outlets.id = documents.outlet_id
        WHERE instr(versions.text, :wanted) OR instr(versions.title, :wanted)
        GROUP BY documents.id ORDER BY documents.id DESC LIMIT :limit OFFSET :offset
        """,
        {"wanted": wanted, "limit": limit, "offset": offset},
    )


def _excerpt(store: Store, row: Row, marks: tuple[str, str]) -> str:
    """The excerpt in the letters of the text: the index holds folded ones, at the same places."""
    cut: str = row["excerpt"] or ""
    plain = cut.replace(_MARK[0], "").replace(_MARK[1], "").strip("…")
    text: str = store.value("SELECT text FROM versions WHERE id = ?", (row["version_id"],)) or ""
    place = text.translate(_FOLDED).find(plain)
    letters = iter(text[place:]) if plain and place >= 0 else iter(())
    kept = {_MARK[0]: marks[0], _MARK[1]: marks[1]}
    begun, ended = len(cut) - len(cut.lstrip("…")), len(cut.rstrip("…"))
    return "".join(
        kept[letter] if letter in kept else (next(letters, letter) if begun <= index < ended else letter)
        for index, letter in enumerate(cut)
    )
