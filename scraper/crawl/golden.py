"""Saved pages of outlets: a page as it was captured, and beside it what must be read from it, field by field."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scraper.crawl.outlet import Outlet
from scraper.model import Article, Capture
from scraper.read.article import read_page
from scraper.read.recipe import recipe_for

_OF_THE_CAPTURE = frozenset({"url", "captured_at"})
_COMPARED = ("title", "byline", "published_at", "language")
_CITED = ("kind", "outlet", "issuer", "date", "url")
_EXCERPT = 80
"""Characters of the beginning and the end of the text that are saved to be found again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One field of one saved page, read again."""

    outlet: str
    page: str
    field: str
    is_same: bool
    saved: Any
    read: Any


def save_page(folder: Path, capture: Capture, article: Article) -> Path:
    """Save a captured page as a golden test under a name made from its address. Returns the file of the page."""
    folder.mkdir(parents=True, exist_ok=True)
    name = hashlib.sha256(capture.url.encode("utf-8", "replace")).hexdigest()[:12]
    page = folder / f"{name}.html"
    page.write_bytes(capture.body or b"")
    text = article.text
    expected = {
        "url": capture.url,
        "captured_at": capture.captured_at,
        **{field: getattr(article, field) for field in _COMPARED},
        "text_holds": [text[:_EXCERPT], text[-_EXCERPT:]],
        "citations": [_as_saved(citation) for citation in article.citations],
    }
    page.with_suffix(".json").write_text(json.dumps(expected, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return page


def differences(outlets: Mapping[str, type[Outlet]], folder: Path) -> Iterator[Difference]:
    """Every field of every saved page of these outlets (``folder/<outlet>/<name>.json``), read again.

    A field that the file does not name is not compared; ``null`` means that the page does not say.
    """
    for outlet_id, outlet in outlets.items():
        for path in sorted((folder / outlet_id).glob("*.json")):
            saved = json.loads(path.read_text("utf-8"))
            article = _read(path, saved, outlet)
            for field, expected in saved.items():
                if field not in _OF_THE_CAPTURE:
                    is_same, found = _compared(field, expected, article)
                    yield Difference(
                        outlet=outlet_id, page=path.stem, field=field, is_same=is_same, saved=expected, read=found
                    )


def _read(path: Path, saved: Mapping[str, Any], outlet: type[Outlet]) -> Article:
    recipe = recipe_for(outlet.recipes, saved["captured_at"])
    body = path.with_suffix(".html").read_bytes()
    return read_page(body, saved["url"], captured_at=saved["captured_at"], recipe=recipe)


def _compared(field: str, expected: Any, article: Article) -> tuple[bool, Any]:
    if field == "text_holds":
        missing = [words for words in expected if words not in article.text]
        return not missing, missing
    if field == "text_lacks":
        met = [words for words in expected if words in article.text]
        return not met, met
    if field == "citations":
        found = [_as_saved(citation) for citation in article.citations]
        return _holds(expected, found), found
    return getattr(article, field) == expected, getattr(article, field)


def _holds(expected: Sequence[Mapping[str, Any]], found: Sequence[Mapping[str, Any]]) -> bool:
    return all(any(each.items() <= one.items() for one in found) for each in expected)


def _as_saved(citation: object) -> dict[str, Any]:
    return {name: getattr(citation, name) for name in _CITED}
