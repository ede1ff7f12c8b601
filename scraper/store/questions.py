"""Questions ready to be asked of the database in a table browser, and what its tables and columns mean."""

from __future__ import annotations

from typing import Any

from scraper.store.manual import _tables, _views

QUESTIONS: dict[str, tuple[str, str]] = {
    "altered_copies_newest_first": (
        "Altered copies with the reason, the newest first",
        "SELECT copy_outlet, source_outlet, copy_title, reason, hours_later, copy_url, source_url "
        "FROM altered_copies ORDER BY link_id DESC",
    ),
    "the_same_change_in_several_copies": (
        "Changes that several copies made alike",
        "SELECT kind, source_words, copy_words, copies, outlets, first_at FROM alterations_by_change "
        "WHERE is_material AND copies > 1 ORDER BY copies DESC",
    ),
    "copies_that_name_no_source": (
        "Copies that name neither the outlet nor the address they took the words from",
        "SELECT copy_outlet, source_outlet, copy_title, kept, copy_url, source_url FROM uncredited_copies "
        "ORDER BY kept DESC",
    ),
    "who_copies_whom": (
        "Pairs of outlets with the share of copies that are altered",
        "SELECT copy_outlet, source_outlet, copies, credited, altered, altered_share, mean_hours_later "
        "FROM who_copies_whom ORDER BY copies DESC",
    ),
    "walks_to_the_original": (
        "Each copy with the walk to where its words first appeared",
        "SELECT chain, steps, url, original_url FROM chains ORDER BY steps DESC",
    ),
    "pages_that_changed": (
        "Documents with more than one text",
        "SELECT outlet, url, count(*) AS versions, min(first_seen_at) AS first, max(first_seen_at) AS last "
        "FROM document_history WHERE NOT is_reread GROUP BY document_id HAVING count(*) > 1 ORDER BY last DESC",
    ),
    "copies_with_a_word": (
        "Copies whose alterations hold a word",
        "SELECT kind, source_words, copy_words, copy_url, source_url FROM altered_words "
        "WHERE source_words LIKE '%' || :word || '%' OR copy_words LIKE '%' || :word || '%'",
    ),
}
"""Name -> (what it answers, SQL)."""


def table_metadata(database: str) -> dict[str, Any]:
    """What a table browser shows beside the tables: titles, remarks, columns, questions (Datasette's metadata)."""
    parts = [*_views(), *_tables()]
    return {
        "title": "provenance: tables",
        "description": "Who said it first, who copied it, and what was changed. Ask the views first: they are flat.",
        "databases": {
            database: {
                "tables": {
                    part.name: {
                        "description": part.meaning,
                        "columns": {one.name: one.meaning for one in part.columns if one.meaning},
                    }
                    for part in parts
                },
                "queries": {
                    name: {"sql": sql, "title": title, "description": title} for name, (title, sql) in QUESTIONS.items()
                },
            }
        },
    }
