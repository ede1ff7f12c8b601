"""present: what of a chain is drawn: one spot per document, exact copies that lead nowhere folded into one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from scraper.store.database import Row
from scraper.trace.chain import Chain, Node, Step, plain
from scraper.web.words import STATES, many, moment, share

FOLDED_FROM = 3
"""So many exact copies of one document, not copied further, are drawn as one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """One node of the drawing; ``more`` are the exact copies folded into it."""

    node: Node
    step: Step | None
    lane: str
    at: datetime | None
    is_day: bool = False
    kept: float | None = None
    material: int = 0
    versions: int = 1
    corrected_at: str | None = None
    gone_at: str | None = None
    more: tuple[int, ...] = ()
    is_asked: bool = False

    @property
    def id(self) -> int:
        return self.node.document_id


def spots(found: Chain, facts: Mapping[int, Row], kept: Mapping[int, float | None]) -> list[Spot]:
    """The nodes to draw, parents first, exact copies folded. ``facts`` by document, ``kept`` by link."""
    steps = {step.link.copy_id: step for below in found.branches.values() for step in below}
    folded = _folded(found, set(found.path))
    hidden = {one for _, rest in folded.values() for one in rest}
    made = []
    for document_id in found.documents:
        if document_id in hidden:
            continue
        node, step = found.nodes[document_id], steps.get(document_id)
        known = facts.get(document_id, {})
        at, is_day = _time(node, known)
        changed = (known.get("versions") or 1) > 1
        made.append(
            Spot(
                node=node,
                step=step,
                lane=known.get("outlet_id") or node.outlet,
                at=at,
                is_day=is_day,
                kept=kept.get(step.link_id or 0) if step else None,
                material=len(step.changed) if step else 0,
                versions=known.get("versions") or 1,
                corrected_at=known.get("last_version_at") if changed else None,
                gone_at=known.get("gone_at"),
                more=folded[document_id][1] if document_id in folded else (),
                is_asked=document_id == found.document_id,
            )
        )
    return made


def _folded(found: Chain, never: set[int]) -> dict[int, tuple[int, tuple[int, ...]]]:
    """First exact copy -> (its source, the other exact copies of that source), where there are enough of them."""
    folded = {}
    for source, below in found.branches.items():
        exact = [
            step.link.copy_id
            for step in below
            if step.label == "verbatim" and step.link.copy_id not in found.branches and step.link.copy_id not in never
        ]
        if len(exact) >= FOLDED_FROM:
            folded[exact[0]] = (source, tuple(exact[1:]))
    return folded


def _time(node: Node, known: Mapping[str, object]) -> tuple[datetime | None, bool]:
    if node.state == "presumed":
        return None, False
    text = node.published_at or (str(known.get("first_seen_at") or "") if node.state == "captured" else "")
    try:
        at = datetime.fromisoformat(text.replace("Z", "+00:00")) if text else None
    except ValueError:
        at = None
    if at is None:
        return None, False
    is_day = len(text) == 10
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return (at + timedelta(hours=12), True) if is_day else (at, False)


def told(one: Spot) -> str:
    """A node in one sentence, for those who cannot see it."""
    node, step = one.node, one.step
    parts = [plain(node.outlet), moment(node.published_at) if node.published_at else "undated"]
    if node.title:
        parts.append(f"“{plain(node.title)}”")
    if step is None:
        parts.append("the original, as far as is known" if node.state == "captured" else STATES[node.state])
    elif node.state != "captured":
        parts.append(STATES[node.state])
    else:
        parts.append(f"{step.label or 'unchecked'}, confidence {share(step.link.confidence)}")
        if one.material:
            parts.append(many(one.material, "material change"))
    if one.more:
        parts.append(f"and {len(one.more)} more exact copies")
    if one.corrected_at:
        parts.append(f"changed on {moment(one.corrected_at)}")
    if one.gone_at:
        parts.append(f"gone since {moment(one.gone_at)}")
    return ", ".join(parts)
