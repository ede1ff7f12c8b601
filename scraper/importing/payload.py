"""Compressed bytes are unpacked, never beyond a limit: a small bomb must not become a large body."""

from __future__ import annotations

import zlib
from collections.abc import Callable

import brotli  # type: ignore[import-untyped]  # Scrapy's own dependency

from scraper.importing.refusals import MOST_BYTES, Refused

_GZIP = 16 + zlib.MAX_WBITS


def unpacked(raw: bytes, encodings: str, *, most: int = MOST_BYTES) -> bytes:
    """The bytes behind a Content-Encoding header, the last named coding taken off first.

    Bytes that are not packed as the header says are given back as they are: servers and archives often lie about it.

    Raises:
        Refused: the coding is unknown, or more than ``most`` bytes would come out.
    """
    for coding in reversed([name.strip().lower() for name in encodings.split(",") if name.strip()]):
        if coding not in _UNPACKERS:
            raise Refused(f"its content encoding {coding!r} is unknown")
        raw = _UNPACKERS[coding](raw, most)
    return raw


def gunzipped(raw: bytes, most: int = MOST_BYTES) -> bytes:
    """All members of a gzip file, or the bytes as they are when they are no gzip."""
    parts, size, rest = [], 0, raw
    while rest[:2] == b"\x1f\x8b":
        unpacker = zlib.decompressobj(_GZIP)
        try:
            part = unpacker.decompress(rest, most + 1 - size)
        except zlib.error:
            break
        parts.append(part)
        size += len(part)
        if size > most:
            raise _too_large(most)
        rest = unpacker.unused_data
    return b"".join(parts) if parts else raw


def _inflated(raw: bytes, most: int) -> bytes:
    for window in (zlib.MAX_WBITS, -zlib.MAX_WBITS):  # with the zlib header that the standard asks for, or without
        try:
            data = zlib.decompressobj(window).decompress(raw, most + 1)
        except zlib.error:
            continue
        if len(data) > most:
            raise _too_large(most)
        return data
    return raw


def _unbrotlied(raw: bytes, most: int) -> bytes:
    unpacker, parts, size = brotli.Decompressor(), [], 0
    try:
        part = unpacker.process(raw, output_buffer_limit=65_536)
        while part or not unpacker.can_accept_more_data():
            parts.append(part)
            size += len(part)
            if size > most:
                raise _too_large(most)
            part = unpacker.process(b"", output_buffer_limit=65_536)
    except brotli.error:
        return b"".join(parts) or raw
    return b"".join(parts)


def _as_it_is(raw: bytes, _most: int) -> bytes:
    return raw


def _too_large(most: int) -> Refused:
    return Refused(f"it unpacks to more than {most // 1_000_000} MB")


_UNPACKERS: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": gunzipped,
    "x-gzip": gunzipped,
    "deflate": _inflated,
    "br": _unbrotlied,
    "identity": _as_it_is,
    "none": _as_it_is,
    "utf-8": _as_it_is,
}
