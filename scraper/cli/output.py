"""Rows on standard output: a table for people, or JSON, JSON lines or CSV for programs. Talk goes to standard error."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, is_dataclass
from typing import Any, Literal

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

Form = Literal["table", "json", "nl", "csv"]
Row = Mapping[str, Any]
_UNSEEN = dict.fromkeys([*range(0x00, 0x09), *range(0x0B, 0x20), *range(0x7F, 0xA0)]) | dict.fromkeys(
    [0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
)
"""Control characters and directional marks: text from outlets must not steer a terminal."""


def forms(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options ``--json``, ``--nl`` and ``--csv``; the command gets ``form``."""
    for form, text in (("csv", "CSV with a header."), ("nl", "JSON, one object a line."), ("json", "JSON.")):
        command = click.option(f"--{form}", "form", flag_value=form, help=text)(command)
    return click.option("--table", "form", flag_value="table", default=True, hidden=True)(command)


def screen(*, width: int | None = None) -> Console:
    """Standard output for people. NO_COLOR is respected; in a pipe lines are as long as they need to be."""
    return Console(highlight=False, soft_wrap=True, width=width)


def say(sentence: str) -> None:
    """Talk: standard error."""
    click.echo(seen(sentence), err=True)


def seen(text: object) -> str:
    """Text from outside, made harmless for a terminal."""
    return str(text).translate(_UNSEEN)


def as_dict(row: Any) -> dict[str, Any]:
    """A row of any kind as a dictionary."""
    if is_dataclass(row) and not isinstance(row, type):
        return asdict(row)
    if hasattr(row, "_asdict"):
        return dict(row._asdict())
    return dict(row)


def show_rows(
    rows: Iterable[Any], form: Form, *, columns: Sequence[str] | None = None, nothing: str = "Nothing found."
) -> None:
    """Print rows; ``columns`` are those a table shows (the other forms show all)."""
    found = [as_dict(row) for row in rows]
    if form == "json":
        click.echo(json.dumps(found, ensure_ascii=False, indent=2, default=str))
    elif form == "nl":
        for row in found:
            click.echo(json.dumps(row, ensure_ascii=False, default=str))
    elif form == "csv":
        _csv(found)
    elif found:
        _table(found, columns)
    else:
        say(nothing)


def show_one(value: Mapping[str, Any], form: Form) -> None:
    """Print one thing: its fields one below another, or in a form for programs."""
    if form == "json":
        click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))
    elif form in ("nl", "csv"):
        show_rows([value], form)
    else:
        width = max(map(len, value), default=0)
        for name, content in value.items():
            click.echo(f"{name:<{width}}  {seen(_short(content, 4_000))}")


def _csv(rows: Sequence[Row]) -> None:
    if not rows:
        return
    names = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(sys.stdout, names, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _flat(row.get(name)) for name in names})


def _flat(value: object) -> object:
    return json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, (list, dict, tuple)) else value


def _table(rows: Sequence[Row], columns: Sequence[str] | None) -> None:
    names = list(columns or rows[0])
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in names:
        numbers = all(isinstance(row.get(name), (int, float, type(None))) for row in rows)
        table.add_column(name.replace("_", " "), justify="right" if numbers else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(seen(_short(row.get(name), 300))) for name in names))
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=200)
    console.print(table)


def _short(value: object, most: int) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.3g}"
    text = str(_flat(value))
    return text if len(text) <= most else text[: most - 1] + "…"
