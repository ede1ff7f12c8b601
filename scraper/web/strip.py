"""present: the coverage bar that is a map: one field per row of the page, as wide as the row is long."""

from __future__ import annotations

from markupsafe import Markup

from scraper.web.rows import Row, Table
from scraper.web.svg import joined, tag
from scraper.web.words import kind_sign, many

HEIGHT = 28.0
_GAP, _LEAST = 0.35, 0.8
"""Shares of the whole width, in percent: between two fields, and of the smallest field."""
_SAID = {
    "same": "unchanged",
    "changed": "changed",
    "left out": "left out of the copy",
    "added": "only in the copy",
    "moved": "moved",
}
_SIGNS = {"same": "=", "changed": "~", "left out": "−", "added": "+", "moved": "↕"}


def strip(table: Table, *, linked: bool = True) -> Markup:
    """The rows as fields that lead to them; patterns and signs tell them apart, colour only helps."""
    if not table.rows:
        return Markup("")
    lengths = [max(1, *(sum(one.letters for one in side) for side in (row.source, row.copy))) for row in table.rows]
    gap = min(_GAP, 15 / len(lengths))
    fields, at = [], 0.0
    for row, width in zip(table.rows, _shared(lengths, 100 - gap * (len(lengths) - 1)), strict=True):
        fields.append(_field(row, table, at, width, linked=linked))
        at += width + gap
    return tag(
        "svg", _patterns(), *fields, class_="strip", height=HEIGHT, role="group" if linked else "img",
        aria_label="Map of the comparison, in the order of the page",
    )  # fmt: skip


def _shared(lengths: list[int], free: float) -> list[float]:
    least = min(_LEAST, free / len(lengths))
    rest = free - least * len(lengths)
    total = sum(lengths)
    return [least + rest * length / total for length in lengths]


def _field(row: Row, table: Table, at: float, width: float, *, linked: bool) -> Markup:
    kind = row.kind.replace(" ", "-") + (" is-material" if row.is_material else "")
    said = f"Paragraph {row.anchor[1:]}: {_SAID[row.kind]}"
    if row.alterations:
        said += f", {many(len(row.alterations), 'difference')}"
    box = tag("rect", x=f"{at:.2f}%", y=1, width=f"{width:.2f}%", height=HEIGHT - 2, rx=2, class_=f"field {kind}")
    shapes = [tag("title", said), box]
    shown = _sign(row, table, width)
    if shown:
        middle = f"{at + width / 2:.2f}%"
        shapes.append(tag("text", shown, x=middle, y=19, text_anchor="middle", class_=f"field-sign on-{kind}"))
    if not linked:
        return joined([tag("g", *shapes)])
    return tag("a", *shapes, href=f"#{row.anchor}", class_="field-link")


def _sign(row: Row, table: Table, width: float) -> str:
    """What is written in a field: the kinds of material change where there is room, else one sign, else nothing."""
    if width < 1.6:
        return ""
    changed = [table.alterations[number - 1] for number in row.alterations]
    kinds = list(dict.fromkeys(kind_sign(one.kind) for one in changed if one.is_material))
    if not kinds:
        return _SIGNS[row.kind]
    return " ".join(kinds) if width > 1.6 + 1.2 * len(kinds) else "≠"


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
