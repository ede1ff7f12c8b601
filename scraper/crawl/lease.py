"""One outlet, one crawler: whoever crawls an outlet holds a lease on it, and a site never meets two of us at once."""

from __future__ import annotations

import os
import socket
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from scraper.crawl.frontier import Frontier

DURATION = timedelta(minutes=10)
"""After this long without a sign of life a lease is anybody's."""


class Lease:
    """A lease on one outlet, by this process."""

    def __init__(self, frontier: Frontier, outlet_id: str) -> None:
        self._frontier = frontier
        self._outlet_id = outlet_id
        self._holder = f"{socket.gethostname()} {os.getpid()} {uuid4().hex}"

    def take(self) -> str | None:
        """Take or renew it. ``None``: it is ours; otherwise who holds it, as ``host process``.

        What a process of this machine that is no longer alive held is taken over at once.
        """
        other = self._ask()
        if other is not None and _is_dead(other):
            self._frontier.release(self._outlet_id, other)
            other = self._ask()
        return None if other is None else " ".join(other.split()[:2])

    def _ask(self) -> str | None:
        now = datetime.now(UTC)
        return self._frontier.lease(self._outlet_id, self._holder, now, until=now + DURATION)

    def give_back(self) -> None:
        """Let others have it."""
        self._frontier.release(self._outlet_id, self._holder)


def _is_dead(holder: str) -> bool:
    host, process, _ = (*holder.split(), "", "", "")[:3]
    if host != socket.gethostname() or not process.isdigit():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except PermissionError:  # somebody else's process
        return False
    return False
