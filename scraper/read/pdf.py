"""Read: a PDF becomes an article, through pypdf (an extra).

Lines of a page are joined to paragraphs by their ends; page numbers and lines that repeat on most pages go.
"""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import replace
from typing import Any

from scraper.model import Article
from scraper.read.decoding import clean
from scraper.read.paragraphs import ends_a_sentence
from scraper.read.plain import read_text

VERSION = "1"
MAX_PAGES = 500
NEEDS_PYPDF = "reading PDF needs pypdf: install provenance-tracker[pdf]"
BROKEN = "the PDF is broken and could not be read"
ENCRYPTED = "the PDF is encrypted"
SCANNED = "the PDF holds no text: its pages may be pictures"


def is_pdf(body: bytes | str) -> bool:
    """Whether a body is a PDF, by its first bytes."""
    return isinstance(body, bytes) and b"%PDF-" in body[:1024]


def read_pdf(body: bytes | str, *, url: str | None = None, captured_at: str | None = None) -> Article:
    """The article in a PDF; what stands in the way of reading it is the article's one doubt, never an exception."""
    reader = f"pdf/{VERSION}"
    if isinstance(body, str):
        return Article(reader=reader, doubts=(BROKEN,))
    pages, about, doubt = _pages(body)
    if doubt:
        return Article(reader=reader, doubts=(doubt,))
    text = "\n\n".join(_paragraphs(page) for page in _without_running_heads(pages))
    if not text.strip():
        return Article(reader=reader, doubts=(SCANNED,))
    article = read_text(text, url=url, captured_at=captured_at)
    return replace(
        article,
        title=about.get("title") or article.title,
        byline=about.get("author") or article.byline,
        reader=reader,
    )


def _pages(body: bytes) -> tuple[list[str], dict[str, str], str | None]:
    """Text of each page, facts of the document, and what stood in the way."""
    try:
        from pypdf import PdfReader  # noqa: PLC0415 - an extra: only PDFs need it
        from pypdf.errors import FileNotDecryptedError, PyPdfError  # noqa: PLC0415
    except ImportError:
        return [], {}, NEEDS_PYPDF
    try:
        document = PdfReader(io.BytesIO(body), strict=False)
        if document.is_encrypted and not document.decrypt(""):
            return [], {}, ENCRYPTED
        pages = [clean(page.extract_text()) for page in document.pages[:MAX_PAGES]]
        return pages, _about(document.metadata), None
    except FileNotDecryptedError:
        return [], {}, ENCRYPTED
    # Broken files surface as any of these from the depth of the parser.
    except (PyPdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, OSError,
            AssertionError, OverflowError, ZeroDivisionError, NotImplementedError):  # fmt: skip
        return [], {}, BROKEN


def _about(metadata: Any) -> dict[str, str]:
    """Title and author of a document where they say something (word processors leave file names there)."""
    facts = {"title": getattr(metadata, "title", None), "author": getattr(metadata, "author", None)}
    kept = {name: " ".join(clean(str(value)).split()) for name, value in facts.items() if value}
    return {name: value for name, value in kept.items() if _says_something(value)}


def _says_something(value: str) -> bool:
    return " " in value and not value.lower().startswith("microsoft word") and "untitled" not in value.lower()


def _without_running_heads(pages: list[str]) -> list[list[str]]:
    """Lines of each page without those that stand on most pages."""
    lines = [[line.strip() for line in page.split("\n")] for page in pages]
    seen = Counter(line for page in lines for line in {line for line in page if line})
    often = {line for line, count in seen.items() if len(pages) > 2 and count > 0.6 * len(pages)}
    return [[line for line in page if line not in often] for page in lines]


def _paragraphs(lines: list[str]) -> str:
    """Lines joined to paragraphs: one ends at an empty line, or at a full stop in a line shorter than the others."""
    full = max((len(line) for line in lines), default=0)
    text = ""
    for line in lines:
        if not line:
            text += "\n\n"
            continue
        is_short = len(line) < 0.8 * full
        text += line + ("\n\n" if is_short and (ends_a_sentence(line) or len(line) < 0.5 * full) else "\n")
    return text
