"""A real HTTP server on 127.0.0.1 for tests: answers from a dictionary, remembers who asked and how many at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple


class Asked(NamedTuple):
    """One request that arrived."""

    path: str
    headers: Mapping[str, str]
    at: float
    """Seconds, monotonic."""


Answer = tuple[int, Mapping[str, str], bytes] | Callable[["BaseHTTPRequestHandler"], None]


@dataclass
class Site:
    """Paths and what the server answers; a path that is not there answers 404.

    An answer is ``(status, headers, body)``, or a function that writes to the request handler whatever it likes. A body
    is sent with its length, an ``ETag`` in the headers is honoured with 304.
    """

    pages: dict[str, Answer] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    most_at_once: int = 0
    connections: int = 0
    seconds: float = 0.0
    """How long each answer takes."""
    port: int = 0
    _now: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def paths(self) -> list[str]:
        """What was asked for, in order, robots.txt left out."""
        return [asked.path for asked in self.asked if asked.path != "/robots.txt"]

    def page(self, path: str, body: str | bytes, *, status: int = 200, **headers: str) -> None:
        """Serve HTML (or whatever ``content_type`` says) at a path."""
        named = {name.replace("_", "-").title(): value for name, value in headers.items()}
        self.pages[path] = (
            status,
            {"Content-Type": "text/html; charset=utf-8"} | named,
            body.encode() if isinstance(body, str) else body,
        )

    @property
    def address(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self.port}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    site: Site

    def setup(self) -> None:
        super().setup()
        with self.site._lock:
            self.site.connections += 1

    def do_GET(self) -> None:
        site = self.site
        with site._lock:
            site.asked.append(Asked(self.path, dict(self.headers), time.monotonic()))
            site._now += 1
            site.most_at_once = max(site.most_at_once, site._now)
        try:
            if site.seconds:
                time.sleep(site.seconds)
            self._answer(site.pages.get(self.path))
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
        finally:
            with site._lock:
                site._now -= 1

    def _answer(self, answer: Answer | None) -> None:
        if callable(answer):
            answer(self)
            return
        status, headers, body = answer or (404, {"Content-Type": "text/plain"}, b"not here")
        if status == 200 and headers.get("Etag") and self.headers.get("If-None-Match") == headers["Etag"]:
            status, body = 304, b""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Silent: what arrived is in ``Site.asked``."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are part of the tests."""


@contextmanager
def served(site: Site | None = None, *, host: str = "127.0.0.1") -> Iterator[Site]:
    """Serve a site until the end of the block."""
    site = site or Site()
    handler = type("Handler", (_Handler,), {"site": site})
    server = _Server((host, 0), handler)
    site.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
