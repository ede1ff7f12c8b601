"""present: notices of altered and uncredited copies, as an Atom file, by webhook and by mail; and a sign of life.

The file always shows the newest; the channels tell each notice once, and once more only when what it says changed.
"""

from __future__ import annotations

import os
import re
import smtplib
import ssl
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from contextlib import suppress
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from requests.exceptions import RequestException
from urllib3.exceptions import HTTPError

from scraper.crawl.guard import Guard, Refused
from scraper.crawl.reasons import reason
from scraper.crawl.session import Deadline, guarded_session
from scraper.crawl.settings import USER_AGENT

Row = Mapping[str, Any]

ATOM = "http://www.w3.org/2005/Atom"
MOST_ENTRIES = 100
"""Entries in an Atom file."""
PATIENCE = 20.0
"""Seconds for a webhook, a ping or a mail server."""
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class NotTold(RuntimeError):
    """A channel did not take the notices; the message is one sentence."""


# --- words ------------------------------------------------------------------------------------------------------------


def headline(row: Row) -> str:
    """A notice in one line."""
    what = "altered" if row["is_altered"] else "uncredited"
    if row["is_altered"] and row["is_uncredited"]:
        what = "altered, uncredited"
    return f"{what}: {row['copy_outlet']}, {row['copy_title'] or row['copy_url']}"


def in_words(row: Row) -> str:
    """A notice in a few lines of plain text, the changed words among them."""
    lines = [
        f"{row['copy_outlet']}: {row['copy_url']}",
        f"taken from {row['source_outlet']}: {row['source_url'] or 'an original that is not held'}",
        str(row["reason"]),
        *(f"  {one['kind']}: {one['source_words'] or '–'} → {one['copy_words'] or '–'}" for one in row["changes"]),
    ]
    if row["is_uncredited"]:
        lines.append("The copy names neither the outlet nor the address it took the words from.")
    return "\n".join(lines)


# --- Atom -------------------------------------------------------------------------------------------------------------


def atom(rows: Sequence[Row], *, title: str = "Altered and uncredited copies") -> bytes:
    """The newest notices as an Atom feed (RFC 4287), the difference inside each entry."""
    feed = ET.Element("feed", xmlns=ATOM)
    _add(feed, "title", title)
    _add(feed, "id", "urn:provenance-tracker:notices")
    _add(feed, "updated", max((row["decided_at"] for row in rows), default="1970-01-01T00:00:00Z"))
    _add(ET.SubElement(feed, "author"), "name", "provenance-tracker")
    for row in rows[:MOST_ENTRIES]:
        entry = ET.SubElement(feed, "entry")
        _add(entry, "title", headline(row))
        _add(entry, "id", f"urn:provenance-tracker:link:{row['link_id']}:{row['what'][:16]}")
        _add(entry, "updated", row["decided_at"])
        for kind in ("altered", "uncredited"):
            if row[f"is_{kind}"]:
                ET.SubElement(entry, "category", term=kind)
        if str(row["copy_url"]).startswith(("http://", "https://")):
            ET.SubElement(entry, "link", rel="alternate", href=_clean(row["copy_url"]))
        _add(entry, "content", in_words(row)).set("type", "text")
    ET.indent(feed)
    written: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _add(parent: ET.Element, name: str, text: str) -> ET.Element:
    element = ET.SubElement(parent, name)
    element.text = _clean(text)
    return element


def _clean(text: object) -> str:
    return _NOT_XML.sub("\ufffd", str(text))


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that whoever reads it meanwhile sees the old one or the new one, and never half of either.

    Raises:
        NotTold: it cannot be written; what stood there stands.
    """
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise NotTold(f"{path} cannot be written: {error.strerror}.") from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except OSError as error:
        with suppress(OSError):
            Path(name).unlink()
        raise NotTold(f"{path} cannot be written: {error.strerror}.") from error


# --- webhook and ping -------------------------------------------------------------------------------------------------


def post(url: str, rows: Sequence[Row], *, guard: Guard) -> None:
    """Send notices as JSON, ``{"notices": [...]}``, to an address. Redirects are not followed.

    Raises:
        NotTold: the address is refused by the guard, gave no answer, or another one than 2xx.
    """
    notices = [{**row, "headline": headline(row), "text": in_words(row)} for row in rows]
    _ask("POST", url, guard, json={"notices": notices})


def ping(url: str, *, guard: Guard) -> None:
    """A sign of life for a dead man's switch.

    Raises:
        NotTold: as ``post``.
    """
    _ask("GET", url, guard)


def _ask(method: str, url: str, guard: Guard, **content: Any) -> None:
    try:
        guard.check(url)
        with Deadline(PATIENCE) as deadline, guarded_session(guard, USER_AGENT, deadline) as session:
            answer = session.request(method, url, allow_redirects=False, timeout=PATIENCE, stream=True, **content)
            status = answer.status_code
            answer.close()
    except Refused as error:
        raise NotTold(f"{url} was not asked: {error} (--allow lets an inward network be).") from error
    except (RequestException, HTTPError, OSError) as error:
        raise NotTold(f"{url} gave no answer: {reason(error)}.") from error
    if not 200 <= status < 300:
        raise NotTold(f"{url} answered {status}.")


# --- mail -------------------------------------------------------------------------------------------------------------


def as_mail(rows: Sequence[Row], *, sender: str, to: str) -> EmailMessage:
    """Notices as one plain message."""
    message = EmailMessage()
    altered = sum(bool(row["is_altered"]) for row in rows)
    message["Subject"] = f"Provenance: {len(rows)} notices, {altered} of altered copies"
    message["From"], message["To"] = sender, to
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(_clean("\n\n".join(f"{headline(row)}\n{in_words(row)}" for row in rows)) + "\n")
    return message


def send_mail(message: EmailMessage, server: str, *, login: tuple[str, str] | None = None) -> None:
    """Hand a message to a mail server, ``host`` or ``host:port`` (25); encrypted where it offers that.

    Raises:
        NotTold: the server did not take it.
    """
    host, _, port = server.partition(":")
    try:
        with smtplib.SMTP(host, int(port or 25), timeout=PATIENCE) as smtp:
            smtp.ehlo()
            if smtp.has_extn("starttls"):
                smtp.starttls(context=ssl.create_default_context())
                smtp.ehlo()
            if login:
                smtp.login(*login)
            smtp.send_message(message)
    except (smtplib.SMTPException, OSError, ValueError) as error:
        raise NotTold(f"The mail server {server} did not take the message: {reason(error)}.") from error
