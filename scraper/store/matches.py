"""A comparison goes in and comes out again: one row per pair of versions, with its alignments and alterations."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, cast

from scraper.model import Alignment, Alteration, Comparison, Forgiven, Label, Passage, Span
from scraper.store.database import Row, Store


def write_match(
    store: Store,
    copy_version_id: int,
    source_version_id: int,
    comparison: Comparison,
    method: str,
    *,
    stock: float = 0.0,
) -> int:
    """Write what ``compare`` answered for two versions; an older answer for the same pair is replaced. Returns its id.

    ``method`` names the rules and their version; ``stock`` is the share (0-1) of the common words that are stock
    phrases, as far as the index knows.
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
            store.write(f"UPDATE matches SET {columns} WHERE id = :id", {**measures, "id": match_id})  # noqa: S608
            store.write("DELETE FROM alignments WHERE match_id = ?", (match_id,))
            store.write("DELETE FROM alterations WHERE match_id = ?", (match_id,))
        _insert_alignments(store, match_id, comparison)
        _insert_alterations(store, match_id, comparison.alterations)
        return int(match_id)


def comparison(store: Store, match_id: int) -> Comparison | None:
    """The stored answer of a match, whole again, as ``compare`` gave it; ``None`` when there is no such match."""
    row = store.row(
        "SELECT matches.*, copy.text AS copy_text, source.text AS source_text FROM matches "
        "JOIN versions AS copy ON copy.id = copy_version_id JOIN versions AS source ON source.id = source_version_id "
        "WHERE matches.id = ?",
        (match_id,),
    )
    if row is None:
        return None
    alignments = tuple(
        Alignment(source_span=source, copy_span=copied, is_moved=bool(row["is_moved"]))
        for row in store.rows("SELECT * FROM alignments WHERE match_id = ? ORDER BY position", (match_id,))
        for source, copied in [_both_spans(row)]
    )
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
        alterations=alterations(store, match_id),
    )


def alterations(store: Store, match_id: int) -> tuple[Alteration, ...]:
    """The alterations of a match, in the order of the answer."""
    return tuple(
        Alteration(
            kind=row["kind"],
            is_material=bool(row["is_material"]),
            source_words=row["source_words"],
            copy_words=row["copy_words"],
            source_span=source,
            copy_span=copied,
            note=row["note"],
        )
        for row in store.rows("SELECT * FROM alterations WHERE match_id = ? ORDER BY position", (match_id,))
        for source, copied in [_both_spans(row)]
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


def _both_ways(source: Span, copied: Span) -> dict[str, Any]:
    return {
        "source_start": source.start,
        "source_end": source.end,
        "copy_start": copied.start,
        "copy_end": copied.end,
    }


def _insert_alignments(store: Store, match_id: int, answer: Comparison) -> None:
    # Moved passages may be listed among the alignments or beside them: each is written once
    apart = [moved for moved in answer.moved if moved not in answer.alignments]
    for position, one in enumerate((*answer.alignments, *apart), 1):
        store.insert(
            "alignments",
            match_id=match_id,
            position=position,
            is_moved=int(one.is_moved),
            **_both_ways(one.source_span, one.copy_span),
        )


def _insert_alterations(store: Store, match_id: int, differences: Iterable[Alteration]) -> None:
    for position, one in enumerate(differences, 1):
        store.insert(
            "alterations",
            match_id=match_id,
            position=position,
            kind=one.kind,
            is_material=int(one.is_material),
            source_words=one.source_words,
            copy_words=one.copy_words,
            note=one.note,
            **_both_ways(one.source_span, one.copy_span),
        )
