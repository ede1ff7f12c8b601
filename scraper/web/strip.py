"""present: the coverage bar that is a map: one field per row of the page, as wide as the row is long."""

from __future__ import annotations

from markupsafe import Markup

from scraper.web.rows import Row, Table
from scraper.web.svg import joined, tag
from scraper.web.words import many

WIDTH, HEIGHT, GAP = 1000.0, 26.0, 3.0
_LEAST = 7.0
_SAID = {
    "same": "unchanged",
    "changed": "changed",
    "left out": "left out of the copy",
    "added": "only in the copy",
    "moved": "moved",
}


def strip(table: Table, *, linked: bool = True) -> Markup:
    """The rows as fields that lead to them; patterns and signs tell them apart, colour only helps."""
    if not table.rows:
        return Markup("")
    lengths = [max(1, *(sum(one.letters for one in side) for side in (row.source, row.copy))) for row in table.rows]
    free = WIDTH - GAP * (len(lengths) - 1)
    widths = _shared(lengths, max(free, len(lengths) * 1.0))
    fields, at = [], 0.0
    for row, width in zip(table.rows, widths, strict=True):
        fields.append(_field(row, at, width, linked=linked))
        at += width + GAP
    return tag(
        "svg", _patterns(), *fields, class_="strip", viewBox=f"0 0 {max(WIDTH, at):.0f} {HEIGHT:.0f}",
        role="group" if linked else "img", aria_label="Map of the comparison, in the order of the page",
        preserveAspectRatio="none",
    )  # fmt: skip


def _shared(lengths: list[int], free: float) -> list[float]:
    least = min(_LEAST, free / len(lengths))
    rest = free - least * len(lengths)
    total = sum(lengths)
    return [least + rest * length / total for length in lengths]


def _field(row: Row, at: float, width: float, *, linked: bool) -> Markup:
    kind = row.kind.replace(" ", "-") + (" is-material" if row.is_material else "")
    said = f"Paragraph {row.anchor[1:]}: {_SAID[row.kind]}"
    if row.alterations:
        said += f", {many(len(row.alterations), 'difference')}"
    shapes = [tag("rect", tag("title", said), x=at, y=1.0, width=width, height=HEIGHT - 2, class_=f"field {kind}")]
    if row.is_material:
        shapes.append(tag("rect", x=at, y=HEIGHT - 8, width=width, height=7.0, class_="field-mark"))
    if not linked:
        return joined(shapes)
    return tag("a", *shapes, href=f"#{row.anchor}", aria_label=said, class_="field-link")


def _patterns() -> Markup:
    def pattern(name: str, *inside: Markup, size: int = 6, turned: str | None = None) -> Markup:
        return tag(
            "pattern", *inside, id=name, width=size, height=size, patternUnits="userSpaceOnUse", patternTransform=turned
        )

    line = tag("line", x1=0, y1=0, x2=0, y2=6, class_="pattern-line")
    return tag(
        "defs",
        pattern("gone", tag("rect", width=6, height=6, class_="pattern-ground"), line, turned="rotate(45)"),
        pattern("new", tag("rect", width=6, height=6, class_="pattern-ground"),
                tag("circle", cx=3, cy=3, r=1.3, class_="pattern-dot")),
        pattern("moved", tag("rect", width=6, height=6, class_="pattern-ground"),
                tag("line", x1=0, y1=3, x2=6, y2=3, class_="pattern-line")),
    )  # fmt: skip
