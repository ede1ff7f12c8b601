"""A comparison goes in and comes out again: one row per pair of versions, with its alignments and alterations."""

# ruff: noqa: S608 - composed of our own constants; every value is bound

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from typing import cast

from scraper.model import Alignment, Alteration, Comparison, Forgiven, Label, Passage, Span
from scraper.store.database import Row, Store, in_one_sentence, storable


def write_match(
    store: Store,
    copy_version_id: int,
    source_version_id: int,
    comparison: Comparison,
    method: str,
    *,
    stock: float = 0.0,
    kinship: str = "unknown",
) -> int:
    """Write what ``compare`` answered for two versions; an older answer for the same pair is replaced. Returns its id.

    ``method`` names the rules and their version; ``stock`` is the share (0-1) of the common words that are stock
    phrases, as far as the index knows; ``kinship`` what the two are to one another (``trace.kinship``).
    """
    measures = {
        "label": comparison.label,
        "coverage": comparison.coverage,
        "kept": comparison.kept,
        "longest_run": comparison.longest_run,
        "reason": comparison.reason,
        "doubts": json.dumps(comparison.doubts, ensure_ascii=False),
        "left_out": _spans(comparison.left_out),
        "added": _spans(comparison.added),
        "forgiven": _forgiven(comparison.forgiven),
        "method": method,
        "stock": stock,
        "kinship": kinship,
    }
    with store.transaction():
        match_id = store.value(
            "SELECT id FROM matches WHERE copy_version_id = ? AND source_version_id = ?",
            (copy_version_id, source_version_id),
        )
        if match_id is None:
            match_id = store.insert(
                "matches", copy_version_id=copy_version_id, source_version_id=source_version_id, **measures
            )
        else:
            columns = ", ".join(f"{name} = :{name}" for name in measures)
            store.write(f"UPDATE matches SET {columns} WHERE id = :id", {**measures, "id": match_id})
            store.write("DELETE FROM alignments WHERE match_id = ?", (match_id,))
            store.write("DELETE FROM alterations WHERE match_id = ?", (match_id,))
        _insert_alignments(store, match_id, comparison)
        _insert_alterations(store, match_id, comparison.alterations)
        return int(match_id)


def note_kinship(store: Store, match_id: int, kinship: str) -> None:
    """What two compared versions are to one another, where it is another than was written."""
    store.write(
        "UPDATE matches SET kinship = :now WHERE id = :id AND kinship <> :now", {"id": match_id, "now": kinship}
    )


def comparison(store: Store, match_id: int) -> Comparison | None:
    """The stored answer of a match, whole again, as ``compare`` gave it; ``None`` when there is no such match."""
    return comparisons(store, [match_id]).get(match_id)


def comparisons(store: Store, match_ids: Collection[int]) -> dict[int, Comparison]:
    """Match -> its stored answer, whole again; those that there are."""
    ids = {"ids": json.dumps(sorted(match_ids))}
    rows = store.rows(f"SELECT matches.* {_OF_ASKED.format('matches', 'id')}", ids) if match_ids else []
    texts = _texts(store, rows)
    aligned, altered = _by_match(store, "alignments", ids), _by_match(store, "alterations", ids)
    return {
        row["id"]: _comparison(
            {**row, "copy_text": texts[row["copy_version_id"]], "source_text": texts[row["source_version_id"]]},
            tuple(map(_alignment, aligned.get(row["id"], ()))),
            tuple(map(_alteration, altered.get(row["id"], ()))),
        )
        for row in rows
    }


_OF_ASKED = "FROM json_each(:ids) JOIN {0} ON {0}.{1} = json_each.value"


def _texts(store: Store, rows: Iterable[Row]) -> dict[int, str]:
    """Of many matches of one version its text is read once."""
    ids = sorted({row[side] for row in rows for side in ("copy_version_id", "source_version_id")})
    found = store.rows(
        f"SELECT versions.id, versions.text {_OF_ASKED.format('versions', 'id')}", {"ids": json.dumps(ids)}
    )
    return {row["id"]: row["text"] for row in found}


def _by_match(store: Store, table: str, ids: dict[str, str]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {}
    query = f"SELECT {table}.* {_OF_ASKED.format(table, 'match_id')} ORDER BY match_id, position"
    for row in store.rows(query, ids):
        found.setdefault(row["match_id"], []).append(row)
    return found


def _alignment(row: Row) -> Alignment:
    source, copied = _both_spans(row)
    return Alignment(source_span=source, copy_span=copied, is_moved=bool(row["is_moved"]))


def _comparison(row: Row, alignments: tuple[Alignment, ...], altered: tuple[Alteration, ...]) -> Comparison:
    return Comparison(
        label=cast(Label, row["label"]),
        coverage=row["coverage"],
        kept=row["kept"],
        longest_run=row["longest_run"],
        reason=row["reason"],
        doubts=tuple(json.loads(row["doubts"])),
        left_out=_passages(row["left_out"], row["source_text"]),
        added=_passages(row["added"], row["copy_text"]),
        forgiven=_forgiven_again(row),
        alignments=alignments,
        moved=tuple(alignment for alignment in alignments if alignment.is_moved),
        alterations=altered,
    )


def alterations(store: Store, match_id: int) -> tuple[Alteration, ...]:
    """The alterations of a match, in the order of the answer."""
    rows = store.rows("SELECT * FROM alterations WHERE match_id = ? ORDER BY position", (match_id,))
    return tuple(map(_alteration, rows))


def _alteration(row: Row) -> Alteration:
    source, copied = _both_spans(row)
    return Alteration(
        kind=row["kind"],
        is_material=bool(row["is_material"]),
        source_words=row["source_words"],
        copy_words=row["copy_words"],
        source_span=source,
        copy_span=copied,
        note=row["note"],
    )


def material_changes(store: Store, match_ids: Iterable[int]) -> dict[int, tuple[tuple[str, str], ...]]:
    """Source words and copy words of the material alterations of many matches: match id -> pairs, in order."""
    found: dict[int, list[tuple[str, str]]] = {}
    for row in store.rows(
        "SELECT match_id, source_words, copy_words FROM json_each(?) AS wanted "
        "JOIN alterations ON match_id = wanted.value WHERE is_material ORDER BY match_id, position",
        (json.dumps(list(match_ids)),),
    ):
        found.setdefault(row["match_id"], []).append((row["source_words"], row["copy_words"]))
    return {match_id: tuple(changes) for match_id, changes in found.items()}


def match_of(store: Store, copy_version_id: int, source_version_id: int) -> Row | None:
    """The match of two versions, without its alignments; ``None`` when they were never compared."""
    return store.row(
        "SELECT * FROM matches WHERE copy_version_id = ? AND source_version_id = ?",
        (copy_version_id, source_version_id),
    )


def matches_of(store: Store, pairs: Collection[tuple[int, int]], method: str) -> dict[tuple[int, int], Row]:
    """(copy, source) versions -> what these rules found: the row, without its lists, and how many alterations."""
    rows = store.rows(
        "SELECT matches.id, copy_version_id, source_version_id, label, coverage, kept, reason, stock, kinship, "
        "(SELECT count(*) FROM alterations WHERE match_id = matches.id) AS alterations "
        "FROM json_each(:pairs) JOIN matches ON copy_version_id = json_extract(json_each.value, '$[0]') "
        "AND source_version_id = json_extract(json_each.value, '$[1]') WHERE method = :method",
        {"pairs": json.dumps(sorted(pairs)), "method": method},
    )
    return {(row["copy_version_id"], row["source_version_id"]): row for row in rows}


def last_match(store: Store) -> int:
    """The number of the newest match; 0 when there is none."""
    return int(store.value("SELECT ifnull(max(id), 0) FROM matches"))


def forget_matches(store: Store, version_id: int) -> int:
    """Delete what was computed for a version, to be computed again. Returns how many matches went."""
    return store.write("DELETE FROM matches WHERE :id IN (copy_version_id, source_version_id)", {"id": version_id})


def _both_spans(row: Row) -> tuple[Span, Span]:
    return Span(row["source_start"], row["source_end"]), Span(row["copy_start"], row["copy_end"])


def _spans(passages: Iterable[Passage]) -> str:
    return json.dumps([list(passage.span) for passage in passages])


def _passages(stored: str, text: str) -> tuple[Passage, ...]:
    return tuple(Passage(words=text[start:end], span=Span(start, end)) for start, end in json.loads(stored))


def _forgiven(differences: Iterable[Forgiven]) -> str:
    rows = [[one.kind, list(one.source_span), list(one.copy_span)] for one in differences]
    return json.dumps(rows, ensure_ascii=False)


def _forgiven_again(row: Row) -> tuple[Forgiven, ...]:
    return tuple(
        Forgiven(
            kind=kind,
            source_words=row["source_text"][slice(*source)],
            copy_words=row["copy_text"][slice(*copied)],
            source_span=Span(*source),
            copy_span=Span(*copied),
        )
        for kind, source, copied in json.loads(row["forgiven"])
    )


_ALIGNMENT = (
    "INSERT INTO alignments (match_id, position, source_start, source_end, copy_start, copy_end, is_moved) "
    "VALUES (?, ?, ?, ?, ?, ?, ?)"
)
_ALTERATION = (
    "INSERT INTO alterations (match_id, position, kind, is_material, source_words, copy_words, source_start, "
    "source_end, copy_start, copy_end, note) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def _insert_alignments(store: Store, match_id: int, answer: Comparison) -> None:
    # Moved passages may be listed among the alignments or beside them: each is written once
    apart = [moved for moved in answer.moved if moved not in answer.alignments]
    rows = [
        (match_id, position, *one.source_span, *one.copy_span, int(one.is_moved))
        for position, one in enumerate((*answer.alignments, *apart), 1)
    ]
    with in_one_sentence(store.path):
        store.db.conn.executemany(_ALIGNMENT, rows)


def _insert_alterations(store: Store, match_id: int, differences: Iterable[Alteration]) -> None:
    rows = [
        (match_id, position, one.kind, int(one.is_material), *words, *one.source_span, *one.copy_span, one.note)
        for position, one in enumerate(differences, 1)
        for words in [(storable(one.source_words), storable(one.copy_words))]
    ]
    with in_one_sentence(store.path):
        store.db.conn.executemany(_ALTERATION, rows)
