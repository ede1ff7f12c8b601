"""Inside link: what two texts share may stand in many others that are no kin of either, and then it is a formula.

Orders, notices and resolutions of different subjects open and close alike. Within a family this shows by itself: texts
that contain one another nearly whole are one story, and words of one that stand in several other stories say nothing
of origin, even where the whole store is too small to count them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from scraper.model import Span
from scraper.trace.family import Family, Pair

ONE_STORY = 0.85
"""Share of either text from which two are one story."""
OTHER_STORIES = 2
"""Further stories in which shared words must stand to be a formula."""
MOSTLY = 0.7
"""Share of the common words that must be formulas."""


def without_formulas(family: Family) -> Family:
    """The family with pairs called templates that share only what also stands in other stories of it."""
    story = _stories(family.pairs)
    spans = _shared_with(family.pairs)
    pairs = tuple(
        replace(pair, kinship="template") if _is_formula(pair, story, spans) else pair for pair in family.pairs
    )
    return replace(family, pairs=pairs)


def _stories(pairs: Sequence[Pair]) -> Mapping[int, int]:
    """Document -> its story, named by one of its documents."""
    leader: dict[int, int] = {}

    def find(node: int) -> int:
        leader.setdefault(node, node)
        while leader[node] != node:
            leader[node] = leader[leader[node]]
            node = leader[node]
        return node

    for pair in pairs:
        one, other = find(pair.copy_id), find(pair.source_id)
        if pair.kinship in ("copy", "translation", "reissue") and _share(pair) >= ONE_STORY:
            leader[one] = other
    return {node: find(node) for node in list(leader)}


def _share(pair: Pair) -> float:
    return max(pair.comparison.coverage, pair.comparison.kept)


def _shared_with(pairs: Sequence[Pair]) -> Mapping[int, Mapping[int, tuple[Span, ...]]]:
    """Document -> each other document -> the passages of the first that the other has."""
    found: dict[int, dict[int, tuple[Span, ...]]] = {}
    for pair in pairs:
        rows = pair.comparison.alignments
        found.setdefault(pair.copy_id, {})[pair.source_id] = tuple(row.copy_span for row in rows)
        found.setdefault(pair.source_id, {})[pair.copy_id] = tuple(row.source_span for row in rows)
    return found


def _is_formula(pair: Pair, story: Mapping[int, int], spans: Mapping[int, Mapping[int, tuple[Span, ...]]]) -> bool:
    if pair.kinship != "copy" or _share(pair) >= ONE_STORY or story[pair.copy_id] == story[pair.source_id]:
        return False
    ends = {story[pair.copy_id], story[pair.source_id]}
    return any(
        _is_common(
            spans[one][other], [(story[key], held) for key, held in spans[one].items() if story[key] not in ends]
        )
        for one, other in ((pair.copy_id, pair.source_id), (pair.source_id, pair.copy_id))
    )


def _is_common(shared: Sequence[Span], elsewhere: Sequence[tuple[int, tuple[Span, ...]]]) -> bool:
    """Whether most of ``shared`` stands in enough other stories."""
    length = sum(span.end - span.start for span in shared)
    if not length:
        return False
    common = 0
    for span in shared:
        held: dict[int, int] = {}
        for name, theirs in elsewhere:
            held[name] = max(held.get(name, 0), _overlap(span, theirs))
        most = sorted(held.values(), reverse=True)
        common += most[OTHER_STORIES - 1] if len(most) >= OTHER_STORIES else 0
    return common >= MOSTLY * length


def _overlap(span: Span, others: Sequence[Span]) -> int:
    return sum(max(0, min(span.end, one.end) - max(span.start, one.start)) for one in others)
