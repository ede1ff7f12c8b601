"""present: plots as SVG made here: columns, bars, delays on a scale of hours, and the matrix of copying."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import quote

from markupsafe import Markup

from scraper.store.database import Row
from scraper.trace.chain import plain
from scraper.web.svg import tag
from scraper.web.words import kind_sign, many, moment, share

_WIDTH, _HEIGHT = 520.0, 190.0
_DELAYS: tuple[tuple[str, float], ...] = (
    ("before", 0.0), ("< 10 min", 1 / 6), ("< 30 min", 0.5), ("< 1 h", 1.0), ("< 3 h", 3.0), ("< 6 h", 6.0),
    ("< 12 h", 12.0), ("< 1 day", 24.0), ("< 2 days", 48.0), ("< 1 week", 168.0), ("later", float("inf")),
)  # fmt: skip
_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")
_FEWEST_COLUMNS, _MOST_COLUMNS = 8, 36
_CELL = 46.0


def columns(counted: Sequence[tuple[str, int, int]]) -> Markup:
    """Columns over time, (month, all, of which altered); altered ones hatched at the foot."""
    known = {month: (total, part) for month, total, part in counted if _MONTH.fullmatch(month or "")}
    shown = [(month, *known.get(month, (0, 0))) for month in _months(known)]
    return _columns([(moment(month), total, part) for month, total, part in shown], "Copies by month")


def _months(known: Iterable[str]) -> list[str]:
    """Every month from the first to the last, so that gaps are seen; at least a few, at most the last three years."""
    numbers = sorted(int(month[:4]) * 12 + int(month[5:]) - 1 for month in known)
    if not numbers:
        return []
    last = numbers[-1]
    first = max(min(numbers[0], last - _FEWEST_COLUMNS + 1), last - _MOST_COLUMNS + 1)
    return [f"{number // 12:04}-{number % 12 + 1:02}" for number in range(first, last + 1)]


def delays(counted: Sequence[tuple[float, int]]) -> Markup:
    """How long after its source each copy came, in steps that grow."""
    totals = dict.fromkeys((name for name, _ in _DELAYS), 0)
    for hours, copies in counted:
        name = "before" if hours < 0 else next(name for name, most in _DELAYS[1:] if hours < most)
        totals[name] += copies
    if not any(totals.values()):
        return Markup("")
    return _columns([(name, total, 0) for name, total in totals.items()], "Delay until copied")


def _columns(shown: Sequence[tuple[str, int, int]], title: str) -> Markup:
    if not shown:
        return Markup("")
    most = max(total for _, total, _ in shown) or 1
    left, foot, top = 30.0, 46.0, 20.0
    step = min(64.0, (_WIDTH - 2 * left) / len(shown))
    tall = _HEIGHT - foot - top
    parts = [_pattern()]
    for index, (name, total, part) in enumerate(shown):
        x, width = left + index * step, max(2.0, step - 6)
        high, low = tall * total / most, tall * part / most
        said = f"{name}: {many(total, 'copy')}" + (f", {part} altered" if part else "")
        drawn = [
            tag("title", said),
            tag("rect", x=x, y=top + tall - high, width=width, height=max(high, 0.5), class_="plot-bar"),
        ]
        if part:
            drawn.append(tag("rect", x=x, y=top + tall - low, width=width, height=low, class_="plot-part"))
        if total and step > 15:
            drawn.append(tag("text", f"{total:,}", x=x + width / 2, y=top + tall - high - 5, class_="plot-figure",
                             text_anchor="middle"))  # fmt: skip
        parts.append(tag("g", *drawn))
        if len(shown) <= 12 or index % (len(shown) // 8 + 1) == 0:
            turned = f"translate({x + width / 2 + 3:.1f} {top + tall + 14:.1f}) rotate(-28)"
            parts.append(tag("text", name, class_="plot-name", text_anchor="end", transform=turned))
    parts.append(tag("line", x1=left, x2=_WIDTH - left, y1=top + tall + 0.5, y2=top + tall + 0.5, class_="plot-axis"))
    return _framed(parts, _WIDTH, _HEIGHT + 6, title)


def bars(counted: Sequence[tuple[str, int]]) -> Markup:
    """Alterations by kind, longest first, each with its sign and its number."""
    if not counted:
        return Markup("")
    most = max(total for _, total in counted)
    parts = []
    for index, (kind, total) in enumerate(counted):
        y = 10 + index * 26.0
        width = max(2.0, (_WIDTH - 190) * total / most)
        parts += [
            tag("text", f"{kind_sign(kind)} {kind}", x=8, y=y + 13, class_="plot-kind"),
            tag("rect", tag("title", f"{kind}: {total}"), x=110, y=y, width=width, height=18, rx=2, class_="plot-bar"),
            tag("text", f"{total:,}", x=110 + width + 7, y=y + 13, class_="plot-figure"),
        ]
    return _framed(parts, _WIDTH, 16 + len(counted) * 26.0, "Alterations by kind")


def credit(counted: Sequence[tuple[str, str, int, int]]) -> Markup:
    """Per outlet (id, name, copies, of which credited): filled where the source is named, hollow where it is not."""
    shown = [row for row in counted if row[2]]
    if not shown:
        return Markup("")
    most, left = max(row[2] for row in shown), 190.0
    parts: list[Markup] = []
    for index, (outlet_id, name, copies, named) in enumerate(shown):
        y, scale = 8 + index * 26.0, (_WIDTH - left - 80) / most
        said = f"{plain(name)}: {named} of {many(copies, 'copy')} name the source"
        parts += [
            _named(outlet_id, name, {"x": left - 10, "y": y + 13, "text_anchor": "end"}),
            tag("rect", tag("title", said), x=left, y=y, width=max(2.0, copies * scale), height=18, rx=2,
                class_="plot-rest"),
            tag("text", f"{named:,} of {copies:,}", x=left + max(2.0, copies * scale) + 7, y=y + 13,
                class_="plot-figure"),
        ]  # fmt: skip
        if named:
            parts.insert(
                -1, tag("rect", x=left, y=y, width=max(2.0, named * scale), height=18, rx=2, class_="plot-bar")
            )
    return _framed(parts, _WIDTH, 14 + len(shown) * 26.0, "Copies that name their source, per outlet")


def matrix(
    sources: Sequence[tuple[str, str]], copiers: Sequence[tuple[str, str]], cells: Mapping[tuple[str, str], Row]
) -> Markup:
    """Sources down, copiers across: the number of copies, darker where more of them are altered (written too)."""
    if not cells:
        return Markup("")
    left, top = 230.0, 150.0
    width = left + len(copiers) * _CELL + 130
    height = top + len(sources) * _CELL * 0.78 + 12
    parts = []
    for index, (outlet_id, name) in enumerate(copiers):
        x = left + index * _CELL + _CELL / 2
        at = f"translate({x:.1f} {top - 10:.1f}) rotate(-42)"
        parts.append(_named(outlet_id, name, {"transform": at}))
    for number, (source_id, name) in enumerate(sources):
        y = top + number * _CELL * 0.78
        parts.append(_named(source_id, name, {"x": left - 10, "y": y + 22, "text_anchor": "end"}))
        for index, (copier_id, copier) in enumerate(copiers):
            x = left + index * _CELL
            row = cells.get((source_id, copier_id))
            if row is None:
                parts.append(tag("rect", x=x, y=y, width=_CELL - 3, height=_CELL * 0.78 - 3, rx=3, class_="cell-empty"))
            else:
                parts.append(_cell(row, x, y, f"{plain(copier)} took {many(row['copies'], 'text')} from {plain(name)}"))
    return _framed(parts, width, height, "Who copies whom: sources down, copiers across")


def _named(outlet_id: str, name: str, where: Mapping[str, object]) -> Markup:
    shown = plain(name)
    shown = shown if len(shown) <= 30 else shown[:29].rstrip() + "…"
    text = tag("text", tag("title", name), shown, class_="plot-outlet", **where)
    return tag("a", text, href=f"/outlets/{quote(outlet_id, safe='')}")


def _cell(row: Row, x: float, y: float, said: str) -> Markup:
    part = (row["altered"] or 0) / row["copies"]
    level = 0 if not row["altered"] else 1 + min(3, int(part * 4))
    high = _CELL * 0.78 - 3
    said = f"{said}, {row['altered'] or 0} altered ({share(part)}), {row['credited'] or 0} credited"
    inside = [
        tag("title", said),
        tag("rect", x=x, y=y, width=_CELL - 3, height=high, rx=3, class_=f"cell level-{level}"),
        tag("text", f"{row['copies']:,}", x=x + _CELL / 2 - 2, y=y + (15 if row["altered"] else 21),
            class_=f"cell-figure level-{level}", text_anchor="middle"),
    ]  # fmt: skip
    if row["altered"]:
        inside.append(tag("text", f"≠ {row['altered']:,}", x=x + _CELL / 2 - 2, y=y + 28,
                          class_=f"cell-part level-{level}", text_anchor="middle"))  # fmt: skip
    where = f"/links?outlet={quote(row['copy_outlet_id'], safe='')}"
    return tag("a", *inside, href=where)


def _pattern() -> Markup:
    line = tag("line", x1=0, y1=0, x2=0, y2=5, class_="pattern-line")
    return tag("defs", tag("pattern", tag("rect", width=5, height=5, class_="pattern-ground"), line, id="part", width=5,
                           height=5, patternUnits="userSpaceOnUse", patternTransform="rotate(45)"))  # fmt: skip


def _framed(parts: Sequence[Markup], width: float, height: float, title: str) -> Markup:
    return tag(
        "svg", *parts, viewBox=f"0 0 {width:.0f} {height:.0f}", width=f"{width:.0f}", height=f"{height:.0f}",
        class_="plot", role="group", aria_label=title,
    )  # fmt: skip
