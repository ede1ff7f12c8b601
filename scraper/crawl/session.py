"""A requests session that connects only where the guard permits, and ends when its time is over."""

from __future__ import annotations

import contextlib
import socket
import threading
from time import monotonic
from typing import Any, Self

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError

from scraper.crawl.guard import Guard
from scraper.crawl.settings import DEFAULT_REQUEST_HEADERS


class Deadline:
    """A moment at which every socket that is watched hangs up.

    requests has a timeout for each piece of an answer only: a server that drips would hold us for ever.
    """

    def __init__(self, seconds: float) -> None:
        self._end = monotonic() + seconds
        self._sockets: list[socket.socket] = []
        self._timer = threading.Timer(seconds, self._hang_up)
        self._timer.daemon = True
        self.is_over = False

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    @property
    def left(self) -> float:
        """Seconds."""
        return self._end - monotonic()

    def watch(self, sock: socket.socket) -> None:
        self._sockets.append(sock)

    def _hang_up(self) -> None:
        self.is_over = True
        for sock in self._sockets:
            with contextlib.suppress(OSError):  # closed already
                sock.shutdown(socket.SHUT_RDWR)


def guarded_session(guard: Guard, user_agent: str, deadline: Deadline) -> requests.Session:
    session = requests.Session()
    session.trust_env = False  # a proxy or .netrc from the environment would get round the guard
    session.headers.clear()
    session.headers.update({"User-Agent": user_agent, **DEFAULT_REQUEST_HEADERS})
    session.mount("http://", _Adapter(guard, deadline))
    session.mount("https://", _Adapter(guard, deadline))
    return session


class _Adapter(HTTPAdapter):
    def __init__(self, guard: Guard, deadline: Deadline) -> None:
        self._guard = guard
        self._deadline = deadline
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        guard, deadline = self._guard, self._deadline

        class Plain(HTTPConnection):
            def _new_conn(self) -> socket.socket:
                return _connected(self, guard)

            def connect(self) -> None:
                super().connect()
                deadline.watch(self.sock)

        class Secure(HTTPSConnection):
            def _new_conn(self) -> socket.socket:
                return _connected(self, guard)

            def connect(self) -> None:
                super().connect()
                deadline.watch(self.sock)

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
