"""One address, fetched now: for ``provenance check URL`` and for archives. The same guard, the same manners."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin

import requests
from requests.exceptions import RequestException
from urllib3.exceptions import HTTPError

from scraper.crawl.frontier import Visit
from scraper.crawl.guard import Guard, Refused
from scraper.crawl.headers import as_kept
from scraper.crawl.reasons import reason
from scraper.crawl.rules import LARGEST as LARGEST_ROBOTS
from scraper.crawl.rules import origin_of, read_rules
from scraper.crawl.session import Deadline, guarded_session
from scraper.crawl.settings import (
    BOT_NAME,
    DOWNLOAD_MAXSIZE,
    DOWNLOAD_TIMEOUT,
    REDIRECT_MAX_TIMES,
)
from scraper.model import Capture, Redirect

_HOPS = frozenset({301, 302, 303, 307, 308})
_ROBOTS_HOPS = 5
_CHUNK = 65_536


class FetchError(RuntimeError):
    """An address that gave no capture; the message is one sentence."""


def fetch(
    url: str,
    *,
    guard: Guard,
    user_agent: str,
    conditional: Visit | None = None,
    obey_robots: bool = True,
    timeout: float = DOWNLOAD_TIMEOUT,
) -> Capture:
    """Fetch one address, redirects followed by hand through the guard.

    Any answer of the server is a capture, 304 and 404 included. ``conditional`` asks for a page only if it changed.
    Raises ``FetchError`` when no answer came, when it is too large, or when robots.txt forbids it; ``Refused`` when an
    address, or one that it redirects to, is not of the public web. ``timeout`` holds for the whole, in seconds.
    """
    with Deadline(timeout) as deadline, guarded_session(guard, user_agent, deadline) as session:
        return _Errand(session, guard, deadline, obey_robots=obey_robots).fetch(url, conditional)


class _Errand:
    def __init__(self, session: requests.Session, guard: Guard, deadline: Deadline, *, obey_robots: bool) -> None:
        self._session = session
        self._guard = guard
        self._deadline = deadline
        self._obey_robots = obey_robots

    def fetch(self, url: str, conditional: Visit | None) -> Capture:
        hops: list[Redirect] = []
        here = url
        while True:
            self._guard.check(here)
            if self._obey_robots:
                self._ask_robots(here)
            answer, body, peer = self._get(here, _validators(conditional), DOWNLOAD_MAXSIZE)
            following = _following(answer, here)
            if following is None:
                return _capture(url, here, answer, body, peer, tuple(hops))
            hops.append(Redirect(status=answer.status_code, url=here))
            if len(hops) > REDIRECT_MAX_TIMES:
                raise FetchError(f"{url} redirects more than {REDIRECT_MAX_TIMES} times")
            here = following

    def _ask_robots(self, url: str) -> None:
        status, body = self._robots(origin_of(url) + "/robots.txt")
        refusal = read_rules(status, body, agent=BOT_NAME).why_not(url)
        if refusal:
            raise FetchError(f"{url}: {refusal}")

    def _robots(self, here: str) -> tuple[int, bytes]:
        for _ in range(_ROBOTS_HOPS + 1):
            try:
                self._guard.check(here)
                answer, body, _ = self._get(here, {}, 2 * LARGEST_ROBOTS)
            except FetchError:
                return 0, b""
            following = _following(answer, here)
            if following is None:
                return answer.status_code, body
            here = following
        return 404, b""  # RFC 9309, 2.3.1.2: more than five hops may be taken for "not there"

    def _get(self, url: str, headers: dict[str, str], largest: int) -> tuple[requests.Response, bytes, str | None]:
        left = self._deadline.left
        if left <= 0:
            raise FetchError(f"{url} gave no answer in time")
        try:
            with self._session.get(url, headers=headers, stream=True, allow_redirects=False, timeout=left) as answer:
                peer = _peer(answer)
                return answer, b"".join(self._chunks(answer, url, largest)), peer
        except (RequestException, HTTPError, OSError) as error:
            _raise_refusal(error)
            raise FetchError(f"{url} gave no answer ({reason(error)})") from error

    def _chunks(self, answer: requests.Response, url: str, largest: int) -> Iterator[bytes]:
        unpack = _unpacker(answer.headers.get("Content-Encoding"), url)
        size = 0
        for chunk in answer.raw.stream(_CHUNK, decode_content=False):
            for piece in unpack(chunk, largest - size + 1):
                size += len(piece)
                if size > largest:
                    raise FetchError(f"{url} is larger than {largest} bytes")
                yield piece
        if self._deadline.is_over:
            raise FetchError(f"{url} gave no answer in time")


def _unpacker(encoding: str | None, url: str) -> Any:
    """A function that unpacks one chunk, giving at most so many bytes. We ask for none, and take gzip and deflate."""
    name = (encoding or "identity").strip().lower()
    if name == "identity":
        return lambda chunk, _: iter((chunk,))
    if name not in {"gzip", "x-gzip", "deflate"}:
        raise FetchError(f"{url} came packed as {name[:20]!r}, although asked not to")
    packed = zlib.decompressobj(wbits=47)  # gzip or zlib, whichever it is

    def unpack(chunk: bytes, most: int) -> Iterator[bytes]:
        try:
            yield packed.decompress(chunk, most)
        except zlib.error as error:
            raise FetchError(f"{url} came packed and cannot be unpacked") from error

    return unpack


def _following(answer: requests.Response, here: str) -> str | None:
    where = answer.headers.get("Location")
    if answer.status_code not in _HOPS or not where:
        return None
    try:
        # Header bytes are read as Latin-1; addresses outside ASCII are sent as UTF-8.
        return urljoin(here, where.encode("latin-1", "replace").decode("utf-8", "replace").strip())
    except ValueError as error:
        raise FetchError(f"{here} redirects to no address") from error


def _validators(conditional: Visit | None) -> dict[str, str]:
    if conditional is None:
        return {}
    named = {"If-None-Match": conditional.etag, "If-Modified-Since": conditional.last_modified}
    return {name: value for name, value in named.items() if value}


def _capture(
    asked: str, url: str, answer: requests.Response, body: bytes, peer: str | None, hops: tuple[Redirect, ...]
) -> Capture:
    packed = answer.headers.get("Content-Encoding", "identity").lower() != "identity"
    return Capture(
        requested_url=asked,
        url=url,
        captured_at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        status=answer.status_code,
        body=None if answer.status_code == 304 else body,
        headers=tuple(as_kept(answer.raw.headers.iteritems(), was_packed=packed)),
        redirects=hops,
        peer=peer,
        how="fetch",
    )


def _peer(answer: requests.Response) -> str | None:
    connection = getattr(answer.raw, "connection", None) or getattr(answer.raw, "_connection", None)
    sock = getattr(connection, "sock", None)
    return str(sock.getpeername()[0]) if sock is not None else None


def _raise_refusal(error: BaseException | None) -> None:
    while error is not None:
        if isinstance(error, Refused):
            raise error
        error = error.__cause__ or error.__context__
