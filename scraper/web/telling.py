"""judge to present: a verdict in one sentence, counted from the very rows that a page shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scraper.model import Comparison
from scraper.trace.chain import plain
from scraper.web.rows import Table
from scraper.web.words import lasted, listed, many, share


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side of a comparison: who published it, and which text of it was held when."""

    outlet: str
    outlet_id: str | None
    title: str | None
    url: str | None
    document_id: int | None
    state: str
    published_at: str | None
    gone_at: str | None = None
    version: int | None = None
    """Number of the version."""
    version_id: int | None = None
    text_sha256: str | None = None
    words: int | None = None
    language: str | None = None
    captured_at: str | None = None
    last_captured_at: str | None = None
    captures: int = 0
    body_sha256: str | None = None


def sentence(
    found: Comparison | None, rows: Table, copy: Side, source: Side, flat: Mapping[str, Any] | None = None
) -> str:
    """The verdict in one sentence, counted from the rows that the page shows."""
    when = _when(copy, source, flat)
    if found is None:
        held = " and ".join(plain(side.outlet) for side in (source, copy) if side.text_sha256 is None)
        return f"{when}; the two cannot be compared, since no text of {held} is held."
    return f"{when}: {_measured(found, rows, 'the source', 'the copy')}"


def version_sentence(found: Comparison, rows: Table, before: int, after: int) -> str:
    """What became of a document from one version to the next, in one sentence."""
    return f"Version {after} follows version {before}: {_measured(found, rows, 'the earlier text', 'the later one')}"


def _measured(found: Comparison, rows: Table, source: str, copy: str) -> str:
    said = f"{_changes(rows)}, {share(found.kept)} of {source} is kept, {share(found.coverage)} of {copy} comes from it"
    counted = (
        (rows.count("left out"), "is left out", "are left out"),
        (rows.count("added"), "is added", "are added"),
        (rows.count("moved"), "was moved", "were moved"),
    )
    about = [f"{many(n, 'paragraph')} {one if n == 1 else more}" for n, one, more in counted if n]
    return (f"{said}; {listed(about)}" if about else said) + "."


def _when(copy: Side, source: Side, flat: Mapping[str, Any] | None) -> str:
    hours = flat["hours_later"] if flat else None
    taken = f"{plain(copy.outlet)} took this from {plain(source.outlet)}"
    if hours is None:
        return taken
    if hours == 0:
        return f"{taken} at the same time"
    return f"{taken} {lasted(hours)} {'later' if hours > 0 else 'before its date'}"


def _changes(rows: Table) -> str:
    material = Counter(one.kind for one in rows.alterations if one.is_material)
    other = sum(not one.is_material for one in rows.alterations)
    total = sum(material.values())
    if not total:
        return (
            f"no claim is changed, {many(other, 'wording')} differ{'s' if other == 1 else ''}"
            if other
            else ("not one shared word is changed")
        )
    kinds = listed(many(count, kind) for kind, count in material.most_common())
    return f"{many(total, 'change')} to what is claimed ({kinds})"
