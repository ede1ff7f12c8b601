"""Provenance of public statements: who said it first, who copied it, and what was changed.

The four functions of the public contract are importable from here; none of them needs a database or the network.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scraper.read.article import read_page
    from scraper.read.credits import credits_in
    from scraper.read.urls import url_key
    from scraper.trace.compare import compare

__version__ = "0.1.0"
__all__ = ["__version__", "compare", "credits_in", "read_page", "url_key"]

_HOMES = {
    "compare": "scraper.trace.compare",
    "credits_in": "scraper.read.credits",
    "read_page": "scraper.read.article",
    "url_key": "scraper.read.urls",
}


def __getattr__(name: str) -> Any:
    # Imported on first use: `from scraper import url_key` must not pay for the readers' libraries.
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'scraper' has no attribute {name!r}")
