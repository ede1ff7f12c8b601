"""present: what every answer and every request must satisfy, whatever page it is: hosts, methods, headers."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
TABLES_POLICY = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Datasette's own pages hold inline scripts and styles; they are kept apart under ``/data/``."""
_FILE_POLICY = "default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    # "no-referrer" would make browsers send our own form with "Origin: null"; this tells nobody else anything either
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-Frame-Options": "DENY",
}
WRITES = "/check"
"""The one address that takes a POST: it computes, and stores nothing."""
TABLES = "/data"
LARGEST_FORM = 2_000_000
_READS = frozenset({"GET", "HEAD"})


def file_policy(style: str) -> str:
    """The policy of a file that stands alone: nothing but the one style sheet written into it, named by its hash."""
    return _FILE_POLICY.format(b64encode(sha256(style.encode()).digest()).decode())


class Safety:
    """ASGI middleware: hosts by list (a page elsewhere must not read ours through a name that resolves here)."""

    def __init__(self, app: ASGIApp, hosts: Sequence[str]) -> None:
        self.app = app
        self.hosts = frozenset(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        answer: ASGIApp = self.app if refusal is None else refusal
        is_table = scope["path"] == TABLES or scope["path"].startswith(TABLES + "/")

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                if "Content-Security-Policy" not in headers or is_table:
                    headers["Content-Security-Policy"] = TABLES_POLICY if is_table else POLICY
                headers.setdefault("Cache-Control", "no-cache")
            await send(message)

        await answer(scope, receive, send_with_headers)

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        headers = Headers(scope=scope)
        if _host(headers.get("host", "")) not in self.hosts:
            return PlainTextResponse("This host name is not served here.\n", 421)
        method, path = scope["method"], scope["path"]
        if method in _READS:
            return None
        if method != "POST" or path != WRITES:
            return PlainTextResponse("These pages can only be read.\n", 405, {"Allow": "GET, HEAD"})
        if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return PlainTextResponse("This form is sent from our own pages only.\n", 403)
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc.lower() != headers.get("host", "").lower():
            return PlainTextResponse("This form is sent from our own pages only.\n", 403)
        return None


def _host(header: str) -> str:
    """The name in a ``Host`` header, without its port."""
    name = header.strip().lower()
    if name.startswith("["):
        return name.partition("]")[0] + "]"
    return name.partition(":")[0]
