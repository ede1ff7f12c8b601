"""The headers of an answer, as they are kept beside its body."""

from __future__ import annotations

from collections.abc import Iterable


def as_kept(headers: Iterable[tuple[str, str]], *, was_packed: bool) -> list[tuple[str, str]]:
    """Headers as they are kept beside the body.

    Where a server compressed although asked not to, the body is kept unpacked, and the headers that say otherwise get
    the prefix with which web archives mark that.
    """
    speak_of_packing = {"content-encoding", "content-length"} if was_packed else set()
    return [(f"X-Archive-Orig-{name}" if name.lower() in speak_of_packing else name, value) for name, value in headers]
