"""A comparison in the terminal: altered words first, then the texts. Nothing is said by colour alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from rich.console import Console
from rich.table import Table
from rich.text import Text

from scraper.cli.output import screen, seen
from scraper.model import Alteration, Comparison
from scraper.trace.pieces import Piece, Texts, paragraph_of, pieces

View = Literal["plain", "word-diff", "side-by-side"]
_STYLES = {"left out": "red", "added": "green", "changed": "bold", "same": ""}
_AROUND = 60
"""Characters of an equal stretch that are shown on both sides of a difference."""


def show_comparison(found: Comparison, sides: Texts, *, view: View, only: frozenset[str] = frozenset()) -> None:
    """Print a comparison. ``only`` keeps alterations of these kinds (all without any)."""
    console = screen()
    whole = pieces(found, sides.copy_text, sides.source_text, only=only)
    rows = [row for row in found.alterations if not only or row.kind in only]
    _verdict(console, found, sides)
    _altered_words(console, rows, sides)
    if view == "word-diff":
        console.print()
        console.print(_word_diff(whole))
    elif view == "side-by-side":
        console.print()
        console.print(_side_by_side(whole, sides))
    else:
        _differences(console, whole)


def _verdict(console: Console, found: Comparison, sides: Texts) -> None:
    console.print(Text.assemble((found.label.upper(), "bold reverse"), "  ", seen(found.reason)))
    console.print(Text(f"copy    {seen(sides.copy_name)}"))
    console.print(Text(f"source  {seen(sides.source_name)}"))
    console.print(
        Text(
            f"{found.coverage:.0%} of the copy's words stand in the source, "
            f"{found.kept:.0%} of the source's words stand in the copy."
        )
    )
    for doubt in found.doubts:
        console.print(Text(f"doubt: {seen(doubt)}"))


def _altered_words(console: Console, rows: Iterable[Alteration], sides: Texts) -> None:
    ordered = sorted(rows, key=lambda row: (not row.is_material, row.copy_span))
    if ordered:
        console.print()
    for row in ordered:
        where = paragraph_of(sides.copy_text, row.copy_span.start)
        mark = "≠" if row.is_material else "~"
        line = Text(f"{mark} {row.kind:<9} ¶{where:<3} ", style="bold" if row.is_material else "")
        line.append(_words(row.source_words), style="red")
        line.append(" → ")
        line.append(_words(row.copy_words), style="green")
        if row.note:
            line.append(f"  ({seen(row.note)})", style="italic")
        console.print(line)


def _words(words: str) -> str:
    shown = " ".join(seen(words).split())
    return shown or "(nothing)"


def _differences(console: Console, whole: list[Piece]) -> None:
    """Each difference with the words around it, equal stretches between them shortened."""
    if any(one.kind != "same" for one in whole):
        console.print()
        console.print(_word_diff(_shortened(whole)))


def _shortened(whole: list[Piece]) -> Iterator[Piece]:
    for number, one in enumerate(whole):
        words = one.copy_words
        if one.kind != "same" or len(words) <= 3 * _AROUND:
            yield one
            continue
        left = words[:_AROUND] if number else ""
        right = words[-_AROUND:] if number < len(whole) - 1 else ""
        yield Piece(
            kind="same",
            source_words="",
            copy_words=f"{left} … {right}",
            source_span=one.source_span,
            copy_span=one.copy_span,
            is_moved=one.is_moved,
        )


def _word_diff(whole: Iterable[Piece]) -> Text:
    """Both texts in one, in the form of ``git diff --word-diff``."""
    text = Text()
    for one in whole:
        if one.kind == "same":
            text.append(f"⟦moved: {seen(one.copy_words)}⟧" if one.is_moved else seen(one.copy_words))
            continue
        gone, come = seen(one.source_words), seen(one.copy_words)
        if come.strip() or not gone.strip():
            text.append(f"[-{gone}-]" if gone.strip() else "", style="red")
            text.append(f"{{+{come}+}}" if come.strip() else "", style="green")
            continue
        is_after_space = not text.plain or text.plain[-1].isspace()
        text.append("" if is_after_space else " ")
        text.append(f"[-{gone}-]", style="red")
        text.append(" " if is_after_space else "")
    return text


def _side_by_side(whole: list[Piece], sides: Texts) -> Table:
    table = Table(show_lines=True, expand=True)
    table.add_column(f"source  {seen(sides.source_name)}", ratio=1, overflow="fold")
    table.add_column(f"copy  {seen(sides.copy_name)}", ratio=1, overflow="fold")
    left, right = Text(), Text()
    for one in whole:
        if one.kind == "same":
            parts = one.copy_words.split("\n\n")
            for number, part in enumerate(parts):
                if number:
                    table.add_row(left, right)
                    left, right = Text(), Text()
                left.append(seen(part))
                right.append(seen(part))
            continue
        if one.source_words:
            left.append(f"[-{seen(one.source_words)}-]", style="red")
        if one.copy_words:
            right.append(f"{{+{seen(one.copy_words)}+}}", style="green")
    table.add_row(left, right)
    return table
