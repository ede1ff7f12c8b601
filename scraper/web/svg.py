"""present: drawings as SVG, built from elements whose every value is escaped; no style but classes."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from markupsafe import Markup, escape

from scraper.trace.chain import plain


def tag(name: str, /, *inside: object, **attributes: object) -> Markup:
    """One element. ``class_`` is ``class``, ``stroke_width`` is ``stroke-width``; ``None`` leaves an attribute out."""
    written = "".join([f'{_opening(key)}{_value(value)}"' for key, value in attributes.items() if value is not None])
    content = "".join([one if isinstance(one, Markup) else escape(_shown(str(one))) for one in inside])
    return Markup(f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>")  # noqa: S704 - escaped above


def joined(parts: Iterable[Markup]) -> Markup:
    """Elements one after another."""
    return Markup("").join(parts)


@cache
def _opening(key: str) -> str:
    return f' {key.rstrip("_").replace("_", "-")}="'


def _value(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.1f}".removesuffix(".0")
    return str(value) if isinstance(value, int) else escape(_shown(str(value)))


def _shown(text: str) -> str:
    return text if text.isprintable() else plain(text)
