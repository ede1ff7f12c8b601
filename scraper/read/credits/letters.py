"""Which letters are capitals, as a character class: ``re`` has no name for them."""

from __future__ import annotations

_LAST_LETTER = 0x1_0000
"""Names are looked for in the basic plane; no living script with capitals stands wholly outside it."""


def _ranges(points: list[int]) -> str:
    parts: list[str] = []
    start = previous = points[0]
    for point in [*points[1:], -1]:
        if point == previous + 1:
            previous = point
            continue
        parts.append(f"{chr(start)}-{chr(previous)}" if previous > start else chr(start))
        start = previous = point
    return "".join(parts)


CAPITALS = _ranges([point for point in range(0x41, _LAST_LETTER) if chr(point).isupper() or chr(point).istitle()])
"""The inside of a character class that holds every capital letter."""
