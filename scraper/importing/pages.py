"""One file that is one page: HTML, plain text, Markdown or PDF."""

from __future__ import annotations

import hashlib
import html
import re
from typing import Literal

from scraper.importing.refusals import Refused
from scraper.model import Capture
from scraper.read.urls import is_web_address

PageKind = Literal["html", "text", "markdown", "pdf"]
CONTENT_TYPES: dict[PageKind, str] = {
    "html": "text/html",
    "text": "text/plain",
    "markdown": "text/markdown",
    "pdf": "application/pdf",
}
_HEAD = 262_144  # bytes in which a page may name its own address
_SAVED_FROM = re.compile(rb"<!-- saved from url=\(\d{1,6}\)(\S{1,2000}) -->")
_TAG = re.compile(rb"<(?:link|meta)\b[^<>]{0,4000}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([\w:-]{1,40})\s{0,9}=\s{0,9}(?:"([^"]{0,2000})"|'([^']{0,2000})'|([^\s"'>]{1,2000}))""")


def page(body: bytes, kind: PageKind, captured_at: str) -> Capture:
    """The capture of a page file.

    Its address is the one that the page names as its own, else ``urn:sha256:`` and the hash of its bytes, so that the
    same file is the same page wherever it lies. Status 0 says that no server answered.

    Raises:
        Refused: the file is empty.
    """
    if not body.strip(b"\x00 \t\r\n"):
        raise Refused("it is empty")
    url = (own_address(body) if kind == "html" else None) or f"urn:sha256:{hashlib.sha256(body).hexdigest()}"
    return Capture(
        requested_url=url,
        url=url,
        captured_at=captured_at,
        status=0,
        body=body,
        headers=(("Content-Type", CONTENT_TYPES[kind]),),
        how="import",
    )


def own_address(body: bytes) -> str | None:
    """The address that an HTML page gives as its own.

    Where a browser saved it from, else ``og:url``, else ``rel=canonical``: that one comes last since a page that was
    taken over may name the address of its source there.
    """
    head = body[:_HEAD]
    saved = _SAVED_FROM.search(head)
    named: dict[str, str] = {}
    for tag in _TAG.findall(head):
        attributes = _attributes(tag.decode("utf-8", "replace"))
        if "canonical" in attributes.get("rel", "").lower().split():
            named.setdefault("canonical", attributes.get("href", ""))
        elif attributes.get("property", attributes.get("name", "")).lower() == "og:url":
            named.setdefault("og:url", attributes.get("content", ""))
    candidates = [
        saved[1].decode("utf-8", "replace") if saved else "",
        named.get("og:url", ""),
        named.get("canonical", ""),
    ]
    return next((url for url in map(str.strip, candidates) if is_web_address(url)), None)


def _attributes(tag: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(tag):
        found.setdefault(name.lower(), html.unescape(double or single or bare))
    return found
