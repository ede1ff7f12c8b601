"""A WACZ bundle: a zip file with WARC files inside, looked at with care since anybody can write one."""

from __future__ import annotations

import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from scraper.importing.refusals import Refused, Unreadable
from scraper.importing.warcs import captures_in_warc
from scraper.model import Capture

MOST_MEMBERS = 10_000
MOST_UNPACKED = 20_000_000_000
"""Bytes of all members together, as declared and as found."""
MOST_RATIO = 200
"""Unpacked bytes for one packed byte; WARC files inside are packed already, so honest bundles stay near 1."""
_SMALL = 10_000_000  # bytes below which a ratio says nothing
_BLOCK = 1 << 20


def captures_in_wacz(path: Path, file: BinaryIO) -> Iterator[Capture | Unreadable]:
    """The captures of every WARC file in a bundle.

    Raises:
        Refused: it is no zip file, holds a name that leads out of it, a link, or unpacks to far more than its size.
    """
    try:
        with zipfile.ZipFile(file) as bundle:
            members = bundle.infolist()
            _look_at(members)
            warcs = [member for member in members if member.filename.lower().endswith((".warc", ".warc.gz"))]
            if not warcs:
                raise Refused("it is a zip file without a WARC file inside")
            for member in warcs:
                yield from _from_member(path, bundle, member)
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise Refused(f"it is no zip file that can be read: {error}") from error


def _look_at(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MOST_MEMBERS:
        raise Refused(f"it holds more than {MOST_MEMBERS} files")
    if sum(member.file_size for member in members) > MOST_UNPACKED:
        raise Refused(f"it unpacks to more than {MOST_UNPACKED // 1_000_000_000} GB")
    for member in members:
        name = PurePosixPath(member.filename)
        if name.is_absolute() or ".." in name.parts or "\\" in member.filename or ":" in name.parts[0:1]:
            raise Refused(f"it holds a name that leads out of it: {member.filename[:100]!r}")
        if stat.S_ISLNK(member.external_attr >> 16):
            raise Refused(f"it holds a symbolic link: {member.filename[:100]!r}")
        if member.flag_bits & 0x1:
            raise Refused("it is encrypted")
        if member.file_size > _SMALL and member.file_size > MOST_RATIO * max(member.compress_size, 1):
            raise Refused(f"{member.filename[:100]!r} unpacks to more than {MOST_RATIO} times its size")


def _from_member(path: Path, bundle: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[Capture | Unreadable]:
    # WARC records refer back to one another: a real file can be sought in, a zip member cannot (cheaply)
    with tempfile.TemporaryFile() as copy:
        try:
            with bundle.open(member) as source:
                while block := source.read(_BLOCK):
                    copy.write(block)
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            yield Unreadable(path=path, reason=f"{member.filename} is damaged: {error}")
        copy.seek(0)
        yield from captures_in_warc(path, copy)
