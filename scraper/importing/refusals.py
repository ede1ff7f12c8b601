"""What could not be taken in, and the limits that say so."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

MOST_BYTES = 20_000_000
"""Bytes of one page, decompressed; a page larger than that is refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """One input, or one record of it, from which nothing could be taken; ``reason`` is one sentence."""

    path: Path
    reason: str


class Refused(Exception):
    """Raised where one page or record is read; becomes an ``Unreadable`` where the file is known."""
