"""One address, fetched now: for ``provenance check URL`` and for archives. The same guard, the same manners."""

from __future__ import annotations

import contextlib
import socket
import threading
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from time import monotonic
from typing import Any
from urllib.parse import urljoin

import requests
from requests.adapters import HTTPAdapter
from requests.exceptions import RequestException
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError, NewConnectionError

from scraper.crawl.answer import as_kept
from scraper.crawl.frontier import Visit
from scraper.crawl.guard import Guard, Refused
from scraper.crawl.robots import LARGEST as LARGEST_ROBOTS
from scraper.crawl.robots import origin_of, read_rules
from scraper.crawl.settings import (
    BOT_NAME,
    DEFAULT_REQUEST_HEADERS,
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
    sockets: list[socket.socket] = []
    # Reading has a timeout for each piece only: a server that drips would hold us for ever.
    alarm = threading.Timer(timeout, _hang_up, [sockets])
    alarm.daemon = True
    alarm.start()
    try:
        with _session(guard, user_agent, sockets) as session:
            return _Errand(session, guard, monotonic() + timeout, obey_robots=obey_robots).fetch(url, conditional)
    finally:
        alarm.cancel()


class _Errand:
    def __init__(self, session: requests.Session, guard: Guard, end: float, *, obey_robots: bool) -> None:
        self._session = session
        self._guard = guard
        self._end = end
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
        left = self._end - monotonic()
        if left <= 0:
            raise FetchError(f"{url} gave no answer in time")
        try:
            with self._session.get(url, headers=headers, stream=True, allow_redirects=False, timeout=left) as answer:
                peer = _peer(answer)
                return answer, b"".join(self._chunks(answer, url, largest)), peer
        except (RequestException, HTTPError, OSError) as error:
            _raise_refusal(error)
            raise FetchError(f"{url} gave no answer ({_first_words(error)})") from error

    def _chunks(self, answer: requests.Response, url: str, largest: int) -> Iterator[bytes]:
        unpack = _unpacker(answer.headers.get("Content-Encoding"), url)
        size = 0
        for chunk in answer.raw.stream(_CHUNK, decode_content=False):
            for piece in unpack(chunk, largest - size + 1):
                size += len(piece)
                if size > largest:
                    raise FetchError(f"{url} is larger than {largest} bytes")
                yield piece
        if monotonic() > self._end:
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


# --- a session that connects where the guard permits -----------------------------------------------------------


def _session(guard: Guard, user_agent: str, sockets: list[socket.socket]) -> requests.Session:
    session = requests.Session()
    session.trust_env = False  # a proxy or .netrc from the environment would get round the guard
    session.headers.clear()
    session.headers.update({"User-Agent": user_agent, **DEFAULT_REQUEST_HEADERS})
    session.mount("http://", _Adapter(guard, sockets))
    session.mount("https://", _Adapter(guard, sockets))
    return session


class _Adapter(HTTPAdapter):
    def __init__(self, guard: Guard, sockets: list[socket.socket]) -> None:
        self._guard = guard
        self._sockets = sockets
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        guard, sockets = self._guard, self._sockets

        class Plain(HTTPConnection):
            def _new_conn(self) -> socket.socket:
                return _connected(self, guard)

            def connect(self) -> None:
                super().connect()
                sockets.append(self.sock)

        class Secure(HTTPSConnection):
            def _new_conn(self) -> socket.socket:
                return _connected(self, guard)

            def connect(self) -> None:
                super().connect()
                sockets.append(self.sock)

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = Secure

        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}


def _connected(connection: HTTPConnection, guard: Guard) -> socket.socket:
    """A socket to the first permitted address that answers; the name is resolved once, here."""
    last: OSError | None = None
    for address, port in guard.endpoints(connection.host, connection.port or connection.default_port):
        try:
            return _connect(address, port, connection.timeout)
        except OSError as error:
            last = error
    raise NewConnectionError(connection, f"no connection: {last}") from last


def _hang_up(sockets: list[socket.socket]) -> None:
    for sock in sockets:
        with contextlib.suppress(OSError):  # closed already
            sock.shutdown(socket.SHUT_RDWR)


def _connect(address: str, port: int, seconds: Any) -> socket.socket:
    # Not socket.create_connection: it would look the address up once more.
    sock = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
    try:
        sock.settimeout(seconds)
        sock.connect((address, port))
    except OSError:
        sock.close()
        raise
    return sock


def _peer(answer: requests.Response) -> str | None:
    connection = getattr(answer.raw, "connection", None) or getattr(answer.raw, "_connection", None)
    sock = getattr(connection, "sock", None)
    return str(sock.getpeername()[0]) if sock is not None else None


def _raise_refusal(error: BaseException | None) -> None:
    while error is not None:
        if isinstance(error, Refused):
            raise error
        error = error.__cause__ or error.__context__


def _first_words(error: Exception) -> str:
    return type(error).__name__ if len(str(error)) > 200 else str(error)
