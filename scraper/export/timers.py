"""present: a run by the clock, as a line for cron or units for systemd: absolute paths, an empty environment."""

from __future__ import annotations

import hashlib
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """A command that is to run every so many hours."""

    command: Sequence[str]
    """Program and arguments, all paths absolute."""
    database: Path
    hours: int = 1
    environment: Mapping[str, str] = field(default_factory=dict)
    """What the command needs of the environment that it was asked for in."""

    @property
    def minute(self) -> int:
        """An odd minute of the hour, always the same for a database: sites are not met by everybody on the hour."""
        return 2 * (self._number % 30) + 1

    @property
    def name(self) -> str:
        """Of the units: two databases on one machine have two."""
        return f"provenance-{self._number % 0x10000:04x}"

    @property
    def _number(self) -> int:
        return int.from_bytes(hashlib.sha256(str(self.database).encode("utf-8", "surrogateescape")).digest()[:4], "big")


def crontab_line(timer: Timer) -> str:
    """One line for ``crontab -e``."""
    hours = "*" if timer.hours == 1 else f"*/{timer.hours}" if timer.hours < 24 else str(timer.minute % 24)
    settings = [f"{name}={shlex.quote(value)}" for name, value in timer.environment.items()]
    # In a crontab a percent sign ends the command unless it is escaped.
    words = " ".join([*settings, *map(shlex.quote, timer.command)]).replace("%", r"\%")
    return f"{timer.minute} {hours} * * * {words}\n"


def systemd_units(timer: Timer) -> dict[str, str]:
    """File name -> content: a service that runs once, and the timer that starts it."""
    hours = "*" if timer.hours == 1 else f"0/{timer.hours}" if timer.hours < 24 else f"{timer.minute % 24}"
    settings = "".join(f"Environment={_word(f'{name}={value}')}\n" for name, value in timer.environment.items())
    service = (
        "[Unit]\n"
        f"Description=Provenance run on {_plain(str(timer.database))}\n"
        "After=network-online.target\n"
        "Wants=network-online.target\n\n"
        "[Service]\n"
        "Type=oneshot\n"
        f"{settings}"
        f"ExecStart={' '.join(_word(word, is_command=True) for word in timer.command)}\n"
        "TimeoutStopSec=15\n"
        "Nice=10\n"
    )
    clock = (
        "[Unit]\n"
        f"Description=Provenance run by the clock on {_plain(str(timer.database))}\n\n"
        "[Timer]\n"
        f"OnCalendar=*-*-* {hours}:{timer.minute:02d}:00\n"
        "Persistent=true\n\n"
        "[Install]\n"
        "WantedBy=timers.target\n"
    )
    return {f"{timer.name}.service": service, f"{timer.name}.timer": clock}


def _word(word: str, *, is_command: bool = False) -> str:
    """A word as systemd reads it: quoted, its own signs doubled (a dollar is one in commands only)."""
    safe = _plain(word).replace("\\", "\\\\").replace('"', '\\"')
    if is_command:
        safe = safe.replace("$", "$$")
    return f'"{safe}"' if any(letter in word for letter in " '\"\\;") or not word else safe


def _plain(text: str) -> str:
    return text.replace("%", "%%").replace("\n", " ")
