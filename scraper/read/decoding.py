"""Read: bytes as sent become text that is always valid Unicode, whatever the header claims.

Order of belief: byte order mark, valid UTF-8, the header, the page's own ``meta``, the page's language, and last a
statistical guess (charset-normalizer). A claim is not believed when it leaves replacement characters behind.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import NamedTuple

from scraper.read.language import language_of

HEAD = 4_096
"""Bytes in which a page may declare its charset (the HTML standard asks for the first 1,024)."""
GUESS = 16_384
"""Bytes a guess is made from."""
MAX_LOST = 0.001
"""Share of replacement characters in a text above which a charset is not believed."""

_META = re.compile(rb"""charset\s{0,20}=\s{0,20}["']?\s{0,20}([\w.:-]{2,40})|encoding=["']([\w.:-]{2,40})""", re.I)
_HEADER = re.compile(r"""charset\s{0,20}=\s{0,20}["']?([A-Za-z0-9_.:-]{2,40})""", re.I)
_LANG = re.compile(rb"""<html[^>]{0,2000}?\blang=["']?([a-zA-Z]{2})""", re.I)
_MARKUP = re.compile(r"<[^<>]{0,2000}>")
_SURROGATE = re.compile("[\ud800-\udfff]")
_UNREADABLE = re.compile("[\ufffd\x80-\x9f]")

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDER = {
    "iso8859-1": "cp1252",
    "latin-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "tis-620": "cp874",
    "iso8859-11": "cp874",
}
"""What browsers read under these names (WHATWG Encoding Standard)."""
_NO_CHARSETS = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "charmap", "utf-7"})
"""Python's names for what is no charset of pages."""
_RULED_OUT = ["utf_7", "utf_16", "utf_16_be", "utf_16_le", "utf_32", "utf_32_be", "utf_32_le"]
"""What a guess must not be: their NULs or marks would have been seen."""
_BY_LANGUAGE = {
    **dict.fromkeys(("tr", "az"), "cp1254"),
    **dict.fromkeys(("ru", "uk", "be", "bg", "mk", "kk"), "cp1251"),
    **dict.fromkeys(("pl", "cs", "sk", "hu", "ro", "hr", "sl", "sq"), "cp1250"),
    **dict.fromkeys(("lt", "lv", "et"), "cp1257"),
    **dict.fromkeys(("ar", "fa", "ur"), "cp1256"),
    **dict.fromkeys(("en", "de", "fr", "es", "it", "pt", "nl", "sv", "da", "no", "fi"), "cp1252"),
    "el": "cp1253",
    "he": "cp1255",
    "vi": "cp1258",
    "ja": "cp932",
    "zh": "gb18030",
    "ko": "cp949",
    "th": "cp874",
}
"""The charset in which pages of a language were written before UTF-8, where they do not say."""


class Decoded(NamedTuple):
    """Text, the charset it was read with, and whether characters were lost."""

    text: str
    charset: str
    is_damaged: bool


def decoded(body: bytes | str, content_type: str | None = None) -> Decoded:
    """Text of a body, without NULs and lone surrogates; ``content_type`` is the header as sent. Raises nothing."""
    if isinstance(body, str):
        return Decoded(clean(body), "unicode", is_damaged=False)
    for bom, charset in _BOMS:
        if body.startswith(bom):
            return _result(body[len(bom) :], charset)
    return _result(body, _unmarked(body, content_type or ""))


def _unmarked(body: bytes, content_type: str) -> str:
    """The charset of a body without a byte order mark."""
    wide = _without_bom(body)
    if wide:
        return wide
    declared = list(_declared(body[:HEAD], content_type))
    if "iso2022_jp" not in declared and _is_utf8(body):
        return "utf-8"
    claims = (charset for charset in [*declared, "utf-8", *_hinted(body)] if not _loses(body, charset))
    return next(claims, None) or _consistent(body) or _guessed(body) or "cp1252"


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def clean(text: str) -> str:
    """Text that can be stored and sent as UTF-8: no lone surrogates, no NULs, line ends as ``\\n``."""
    text = _tidied(text)
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


def _tidied(text: str) -> str:
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.replace("\x00", "")


def _result(body: bytes, charset: str) -> Decoded:
    text = _tidied(body.decode(charset, "replace"))
    return Decoded(text, charset, is_damaged=_share_lost(text) > MAX_LOST)


def _declared(head: bytes, content_type: str) -> Iterator[str]:
    """Known charsets in the order in which they are believed."""
    header = [_known(found[1]) for found in _HEADER.finditer(content_type[:1000])]
    meta = [_known((found[1] or found[2]).decode("ascii")) for found in _META.finditer(head)]
    # Servers send Latin-1 by default: a page that names another charset for itself knows better.
    order = [*meta, *header] if "cp1252" in header else [*header, *meta]
    yield from (charset for charset in order if charset and not charset.startswith("utf-16"))


def _known(name: str) -> str | None:
    try:
        charset = codecs.lookup(name).name
        "".encode(charset)
    except (LookupError, UnicodeError):
        return None
    if charset in _NO_CHARSETS:
        return None
    return _WIDER.get(charset, charset)


def _without_bom(body: bytes) -> str | None:
    """UTF-16 that forgot its mark shows as a NUL in every other place."""
    sample = body[:2_000]
    if sample.count(0) * 3 < len(sample) or len(sample) < 8:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if max(even, odd) < 4 * min(even, odd) or even + odd > len(sample) * 0.6:
        return None
    return "utf-16-be" if even > odd else "utf-16-le"


def _loses(body: bytes, charset: str) -> bool:
    """Whether a charset leaves too much unread, against the whole text or against what is not plain ASCII in it."""
    text = body.decode(charset, "replace")
    lost = len(_UNREADABLE.findall(text))
    other = len(text) - len(text.encode("ascii", "ignore"))
    return lost > MAX_LOST * len(text) or lost > 0.1 * other


def _share_lost(text: str) -> float:
    return text.count("\ufffd") / len(text) if text else 0.0


def _hinted(body: bytes) -> Iterator[str]:
    found = _LANG.search(body[:HEAD])
    if found:
        charset = _BY_LANGUAGE.get(found[1].decode("ascii").lower())
        if charset:
            yield charset


def _consistent(body: bytes) -> str | None:
    """The charset under which the text is in a language that was written in it."""
    sample = _first_beyond_ascii(body)
    # Only the single-byte Windows charsets: under the others any bytes are letters of their script.
    for charset in sorted({name for name in _BY_LANGUAGE.values() if name.startswith("cp125")}):
        text = sample.decode(charset, "replace")
        language = language_of(_MARKUP.sub(" ", text))
        if _BY_LANGUAGE.get(language or "") == charset and not _UNREADABLE.search(text):
            return charset
    return None


def _guessed(body: bytes) -> str | None:
    from charset_normalizer import from_bytes  # noqa: PLC0415 - few pages need it, and it takes long to load

    best = from_bytes(_first_beyond_ascii(body), cp_exclusion=_RULED_OUT).best()
    return best.encoding if best else None


def _first_beyond_ascii(body: bytes) -> bytes:
    """The neighbourhood of the first bytes that the charset decides about."""
    start = next((place for place, byte in enumerate(body[: 50 * GUESS]) if byte > 127), 0)
    return body[max(0, start - 200) : start + GUESS]
