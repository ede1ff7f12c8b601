"""A file of pages, one JSON object a line: ``{"url": …, "html": … | "text": …, "captured_at": …}``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from scraper.importing.refusals import MOST_BYTES, Refused, Unreadable
from scraper.model import Capture
from scraper.read.urls import is_web_address

LINES_TO_TELL = 5
"""So many lines at the start of a file that are all no page tell that it is no list of pages."""
MOST_BAD_LINES = 1_000
"""After so many lines that are no page, a file is taken for something else."""
_BODIES = {"html": "text/html; charset=utf-8", "text": "text/plain; charset=utf-8"}


def captures_in_list(path: Path, lines: BinaryIO, captured_at: str) -> Iterator[Capture | Unreadable]:
    """The captures of an NDJSON file; a line that is none gives an ``Unreadable`` with its number.

    A line without ``captured_at`` gets the file's own moment and status 0, as a page file does. A file whose first
    lines are all no page is refused as a whole: JSON that is laid out over many lines is no list.
    """
    found = _each_line(path, lines, captured_at)
    first: list[Capture | Unreadable] = []
    for one in found:
        first.append(one)
        if isinstance(one, Capture):
            break
        if len(first) == LINES_TO_TELL:
            reason = f"it is no list of pages, one JSON object a line: of its first lines, none is one ({one.reason})"
            yield Unreadable(path=path, reason=reason)
            return
    yield from first
    yield from found


def _each_line(path: Path, lines: BinaryIO, captured_at: str) -> Iterator[Capture | Unreadable]:
    bad = 0
    for number, line in enumerate(iter(lambda: lines.readline(MOST_BYTES + 1), b""), 1):
        if bad == MOST_BAD_LINES:
            yield Unreadable(path=path, reason=f"{bad} of its lines cannot be read; from line {number} it was left")
            return
        if len(line) > MOST_BYTES and not line.endswith(b"\n"):
            yield Unreadable(
                path=path, reason=f"line {number} is longer than {MOST_BYTES // 1_000_000} MB; it was skipped"
            )
            bad += 1
            _skip_line(lines)
        elif line.strip():
            try:
                yield _capture(line, captured_at)
            except Refused as refusal:
                bad += 1
                yield Unreadable(path=path, reason=f"line {number}: {refusal}")


def moment(claimed: Any) -> str | None:
    """A claimed moment (ISO 8601 or seconds since 1970) in UTC to the second; ``None`` when it is none."""
    try:
        if isinstance(claimed, (int, float)) and not isinstance(claimed, bool):
            at = datetime.fromtimestamp(claimed, UTC)
        else:
            at = datetime.fromisoformat(str(claimed).strip())
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return at.strftime("%Y-%m-%dT%H:%M:%SZ") if at.year >= 1000 else None


def _capture(line: bytes, fallback: str) -> Capture:
    entry = _entry(line)
    url = entry.get("url")
    if not isinstance(url, str) or not is_web_address(url.strip()):
        raise Refused('it has no web address under "url"')
    field = next((name for name in _BODIES if isinstance(entry.get(name), str) and entry[name].strip()), None)
    if field is None:
        raise Refused('it has neither "html" nor "text"')
    at = moment(entry["captured_at"]) if entry.get("captured_at") is not None else None
    if at is None and entry.get("captured_at") is not None:
        raise Refused(f'its "captured_at" is no moment: {str(entry["captured_at"])[:60]!r}')
    return Capture(
        requested_url=url.strip(),
        url=url.strip(),
        captured_at=at or fallback,
        status=200 if at else 0,
        body=entry[field].encode("utf-8", "replace"),
        headers=(("Content-Type", _BODIES[field]),),
        how="import",
    )


def _entry(line: bytes) -> dict[str, Any]:
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise Refused("it is no JSON") from error
    if not isinstance(entry, dict):
        raise Refused("it is no JSON object")
    return entry


def _skip_line(lines: BinaryIO) -> None:
    while (rest := lines.readline(MOST_BYTES)) and not rest.endswith(b"\n"):
        pass
