"""A comparison as one self-contained page: printable, nothing by colour alone, nothing fetched from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from hashlib import sha256
from importlib.resources import files

from jinja2 import Environment, Template, select_autoescape

from scraper.model import Comparison
from scraper.trace.compare import RULES
from scraper.trace.pieces import Piece, Texts, paragraph_of, pieces


def comparison_page(found: Comparison, sides: Texts, *, only: frozenset[str] = frozenset()) -> str:
    """The page as HTML. ``only`` keeps alterations of these kinds (all without any). Texts from outlets are escaped."""
    whole = pieces(found, sides.copy_text, sides.source_text, only=only)
    rows = sorted(
        (row for row in found.alterations if not only or row.kind in only),
        key=lambda row: (not row.is_material, row.copy_span),
    )
    return _template().render(
        found=found,
        sides=sides,
        rules=RULES,
        rows=[(row, paragraph_of(sides.copy_text, row.copy_span.start)) for row in rows],
        paragraphs=list(_paragraphs(whole)),
        hashes={"copy": _sha256(sides.copy_text), "source": _sha256(sides.source_text)},
    )


def _paragraphs(whole: Iterable[Piece]) -> Iterable[list[Piece]]:
    """Pieces by paragraph of the copy: an equal or added piece that holds a blank line is cut there."""
    current: list[Piece] = []
    for piece in whole:
        first, *rest = piece.copy_words.split("\n\n") if piece.kind in ("same", "added") else [piece.copy_words]
        current.append(replace(piece, copy_words=first))
        for part in rest:
            yield current
            current = [replace(piece, copy_words=part)]
    yield current


def _sha256(text: str) -> str:
    return sha256(text.encode("utf-8", "replace")).hexdigest()


@cache
def _template() -> Template:
    source = files("scraper.export").joinpath("comparison.html").read_text(encoding="utf-8")
    return Environment(autoescape=select_autoescape(default_for_string=True)).from_string(source)
