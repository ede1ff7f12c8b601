"""What is concluded goes in: links, verdicts, presumed originals. Nothing is rewritten: what changes is superseded."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Literal

from scraper.model import Comparison, Evidence, Link, OutletFacts
from scraper.store.database import Row, Store
from scraper.store.log import record_row
from scraper.store.outlets import outlet as write_outlet

Standing = Literal["found", "confirmed", "rejected"]
PERSON = "person: "
"""How ``decided_by`` starts where a person decided."""
_SAME = 1e-9  # two confidences or weights closer than this are one


def write_links(store: Store, copy_id: int, links: Sequence[Link], decided_by: str) -> list[int]:
    """Write the parents that the rules now find for a copy. Returns the ids of the links that stand, in that order.

    A link that says the same as before stays as it is; one that changed is superseded by a new row, one that is no
    longer found is superseded. What a person confirmed or rejected stands whatever the rules say: a confirmed parent
    pushes the rules' own choice to rank 2.
    """
    with store.transaction():
        standing = {row["source_id"]: row for row in _standing(store, copy_id)}
        decided = {source_id for source_id, row in standing.items() if row["standing"] != "found"}
        is_confirmed = any(row["standing"] == "confirmed" for row in standing.values())
        ids = [row["id"] for row in standing.values() if row["standing"] == "confirmed"]
        found = {link.source_id for link in links}
        for source_id, row in standing.items():
            if source_id not in found | decided:
                _supersede(store, "link", row["id"])
        for link in links:
            if link.source_id in decided:
                continue
            rank = max(link.rank, 2) if is_confirmed else link.rank
            ids.append(_write_link(store, link, rank, standing.get(link.source_id), decided_by))
        return ids


def decide_link(store: Store, link_id: int, standing: Standing, person: str, why: str = "") -> int:
    """A person confirms or rejects a link (or hands it back to the rules: ``found``). Returns the new link's id.

    Raises:
        LookupError: there is no such link.
    """
    with store.transaction():
        row = store.row("SELECT * FROM links WHERE id = ?", (link_id,))
        if row is None:
            raise LookupError(f"no link {link_id}")
        current = store.row(
            "SELECT * FROM links WHERE copy_id = ? AND source_id = ? AND superseded_at IS NULL",
            (row["copy_id"], row["source_id"]),
        )
        if current is not None and current["standing"] == standing:
            return int(current["id"])
        kept = evidence(store, link_id)
        if current is not None:
            _supersede(store, "link", current["id"])
        decision = Evidence(kind="decision", words=why or f"{standing} by {person}", weight=_WEIGHTS[standing])
        link = Link(
            copy_id=row["copy_id"],
            source_id=row["source_id"],
            relation=row["relation"],
            rank=1 if standing == "confirmed" else row["rank"],
            confidence=_CONFIDENCE[standing] if standing in _CONFIDENCE else row["confidence"],
            evidence=(decision, *(reason for reason in kept if reason.kind != "decision")),
        )
        new_id = _insert_link(store, link, link.rank, standing, PERSON + person)
        _keep_verdicts(store, link_id, new_id)
        return new_id


_WEIGHTS: dict[Standing, float] = {"confirmed": 1.0, "rejected": -1.0, "found": 0.0}
_CONFIDENCE: dict[Standing, float] = {"confirmed": 1.0, "rejected": 0.0}


def evidence(store: Store, link_id: int) -> tuple[Evidence, ...]:
    """The reasons for and against a link, in order."""
    return tuple(
        Evidence(**row)
        for row in store.rows(
            "SELECT kind, words, weight FROM evidence WHERE link_id = ? ORDER BY position", (link_id,)
        )
    )


def evidence_of(store: Store, link_ids: Iterable[int]) -> dict[int, tuple[Evidence, ...]]:
    """The reasons of many links, each in order: link id -> reasons."""
    found: dict[int, list[Evidence]] = {}
    for row in store.rows(
        "SELECT evidence.* FROM json_each(?) AS wanted JOIN evidence ON link_id = wanted.value "
        "ORDER BY link_id, position",
        (json.dumps(list(link_ids)),),
    ):
        found.setdefault(row["link_id"], []).append(
            Evidence(kind=row["kind"], words=row["words"], weight=row["weight"])
        )
    return {link_id: tuple(reasons) for link_id, reasons in found.items()}


def write_verdict(
    store: Store,
    link_id: int,
    comparison: Comparison,
    decided_by: str,
    *,
    compared: tuple[int, int] | None = None,
    compared_with: Literal["then", "newest"] = "then",
) -> int:
    """Write the label of a link and the reason for it. Returns the id of the verdict in force.

    The same verdict on the same texts stays as it is, a different one supersedes it; a person's verdict
    (``decided_by`` starts with ``person: ``) is superseded by a person's only. ``compared`` are the version ids of copy
    and source (none: nothing could be compared, and no measures are kept); ``compared_with`` says whether the source's
    is the one in force when it was copied or the newest.
    """
    said: Row = {
        "copy_version_id": compared[0] if compared else None,
        "source_version_id": compared[1] if compared else None,
        "label": comparison.label,
        "coverage": comparison.coverage if compared else None,
        "kept": comparison.kept if compared else None,
        "alterations": len(comparison.alterations) if compared else None,
        "reason": comparison.reason,
    }
    return _conclude(store, link_id, said, decided_by, compared_with)


def write_verdict_of(
    store: Store, link_id: int, match: Row, decided_by: str, *, compared_with: Literal["then", "newest"] = "then"
) -> int:
    """``write_verdict`` from a match that is stored (a row of ``matches_of``), without reading all of it again."""
    return _conclude(store, link_id, {name: match[name] for name in _SAID}, decided_by, compared_with)


def _conclude(store: Store, link_id: int, said: Row, decided_by: str, compared_with: str) -> int:
    with store.transaction():
        current = store.row(
            "SELECT * FROM verdicts WHERE link_id = ? AND compared_with = ? AND superseded_at IS NULL",
            (link_id, compared_with),
        )
        if current is not None:
            by_person = current["decided_by"].startswith(PERSON)
            if all(current[name] == value for name, value in said.items()) or (
                by_person and not decided_by.startswith(PERSON)
            ):
                return int(current["id"])
            _supersede(store, "verdict", current["id"])
        return _insert_verdict(store, link_id, compared_with, said, decided_by)


def withdraw_verdict(store: Store, link_id: int, compared_with: Literal["then", "newest"]) -> None:
    """No verdict of this sort stands any longer, e.g. none against the newest text where the source never changed."""
    with store.transaction():
        for row in store.rows(
            "SELECT id FROM verdicts WHERE link_id = ? AND compared_with = ? AND superseded_at IS NULL "
            "AND decided_by NOT LIKE 'person: %'",
            (link_id, compared_with),
        ):
            _supersede(store, "verdict", row["id"])


def presumed_document(store: Store, outlet: OutletFacts, presumed_by: int) -> int:
    """The original that a copy makes us presume at an outlet: looked up or made. Once resolved, the document found."""
    with store.transaction():
        outlet_id = write_outlet(store, outlet)
        known = store.row(
            "SELECT id, resolved_to FROM documents WHERE outlet_id = ? AND presumed_by = ?", (outlet_id, presumed_by)
        )
        if known is not None:
            return int(known["resolved_to"] or known["id"])
        at = store.value("SELECT first_seen_at FROM documents WHERE id = ?", (presumed_by,))
        return store.insert(
            "documents",
            outlet_id=outlet_id,
            state="presumed",
            presumed_by=presumed_by,
            first_seen_at=at,
            last_seen_at=at,
        )


def resolve_presumed(store: Store, presumed_id: int, document_id: int) -> None:
    """A presumed original was found: its links now lead to that document, with the same evidence and author.

    Raises:
        LookupError: there is no such presumed document.
    """
    with store.transaction():
        known = store.row("SELECT state, resolved_to FROM documents WHERE id = ?", (presumed_id,))
        if known is None or known["state"] != "presumed":
            raise LookupError(f"no presumed document {presumed_id}")
        store.write("UPDATE documents SET resolved_to = ? WHERE id = ?", (document_id, presumed_id))
        for row in store.rows(
            "SELECT * FROM links WHERE source_id = ? AND superseded_at IS NULL ORDER BY id", (presumed_id,)
        ):
            _lead_to(store, row, document_id)


def _lead_to(store: Store, row: Row, document_id: int) -> None:
    reasons = evidence(store, row["id"])
    _supersede(store, "link", row["id"])
    is_known = store.value(
        "SELECT 1 FROM links WHERE copy_id = ? AND source_id = ? AND superseded_at IS NULL",
        (row["copy_id"], document_id),
    )
    if is_known or row["copy_id"] == document_id:
        return
    link = Link(
        copy_id=row["copy_id"],
        source_id=document_id,
        relation=row["relation"],
        confidence=row["confidence"],
        evidence=reasons,
    )
    _insert_link(store, link, row["rank"], row["standing"], row["decided_by"])


def _standing(store: Store, copy_id: int) -> list[Row]:
    return store.rows("SELECT * FROM links WHERE copy_id = ? AND superseded_at IS NULL ORDER BY id", (copy_id,))


def _write_link(store: Store, link: Link, rank: int, current: Row | None, decided_by: str) -> int:
    if current is not None:
        if _says_the_same(store, current, link, rank):
            return int(current["id"])
        _supersede(store, "link", current["id"])
    new_id = _insert_link(store, link, rank, "found", decided_by)
    if current is not None:
        _keep_verdicts(store, current["id"], new_id)
    return new_id


def _says_the_same(store: Store, current: Row, link: Link, rank: int) -> bool:
    if (current["relation"], current["rank"]) != (link.relation, rank):
        return False
    if abs(current["confidence"] - link.confidence) > _SAME:
        return False
    before = evidence(store, current["id"])
    return len(before) == len(link.evidence) and all(
        old.kind == new.kind and old.words == new.words and abs(old.weight - new.weight) <= _SAME
        for old, new in zip(before, link.evidence, strict=True)
    )


def _insert_link(store: Store, link: Link, rank: int, standing: str, decided_by: str) -> int:
    link_id = store.insert(
        "links",
        copy_id=link.copy_id,
        source_id=link.source_id,
        relation=link.relation,
        rank=rank,
        confidence=link.confidence,
        standing=standing,
        decided_by=decided_by,
        decided_at=store.clock(),
    )
    for position, reason in enumerate(link.evidence, 1):
        store.insert(
            "evidence", link_id=link_id, position=position, kind=reason.kind, words=reason.words, weight=reason.weight
        )
    record_row(store, "link", link_id)
    return link_id


def _insert_verdict(store: Store, link_id: int, compared_with: str, said: Row, decided_by: str) -> int:
    verdict_id = store.insert(
        "verdicts",
        link_id=link_id,
        compared_with=compared_with,
        decided_by=decided_by,
        decided_at=store.clock(),
        **said,
    )
    record_row(store, "verdict", verdict_id)
    return verdict_id


def _keep_verdicts(store: Store, old_link_id: int, new_link_id: int) -> None:
    """A link that is concluded anew between the same documents keeps what was said of their texts."""
    for row in store.rows(
        "SELECT * FROM verdicts WHERE link_id = ? AND superseded_at IS NULL ORDER BY id", (old_link_id,)
    ):
        _supersede(store, "verdict", row["id"])
        _insert_verdict(
            store, new_link_id, row["compared_with"], {name: row[name] for name in _SAID}, row["decided_by"]
        )


_SAID = ("copy_version_id", "source_version_id", "label", "coverage", "kept", "alterations", "reason")


def _supersede(store: Store, what: Literal["link", "verdict"], row_id: int) -> None:
    store.write(f"UPDATE {what}s SET superseded_at = ? WHERE id = ?", (store.clock(), row_id))  # noqa: S608
    record_row(store, f"superseded {what}", row_id)
