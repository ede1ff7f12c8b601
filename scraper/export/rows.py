"""Rows go out: CSV for spreadsheets, one JSON object a line for programs."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TextIO

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell starts that a spreadsheet would run as a formula."""


def write_csv(
    rows: Iterable[Mapping[str, Any]], out: TextIO, *, columns: Sequence[str] | None = None, harmless: bool = False
) -> int:
    """Write rows as CSV (RFC 4180) with a line of column names. Returns how many rows were written.

    ``columns`` are those of the first row unless given. With ``harmless``, text that a spreadsheet would run as a
    formula gets an apostrophe in front; numbers stay as they are. Without it, every cell is exactly what is stored.
    """
    writer, count = None, 0
    for row in rows:
        if writer is None:
            columns = columns or list(row)
            writer = csv.writer(out)
            writer.writerow(columns)
        cells = (row[column] for column in columns or ())
        writer.writerow([_harmless(cell) for cell in cells] if harmless else list(cells))
        count += 1
    if writer is None and columns:
        csv.writer(out).writerow(columns)
    return count


def write_ndjson(rows: Iterable[Mapping[str, Any]], out: TextIO) -> int:
    """Write rows as one JSON object a line, letters of all scripts as they are. Returns how many were written."""
    count = 0
    for count, row in enumerate(rows, 1):  # noqa: B007 - the last number is the answer
        out.write(json.dumps(dict(row), ensure_ascii=False) + "\n")
    return count


def _harmless(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell
