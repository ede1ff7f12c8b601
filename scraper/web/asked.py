"""present: what a reader asked for in an address, read strictly: an odd request gets one sentence, never a guess."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request

MOST_PAGES = 10_000
PER_PAGE = 50
_LARGEST = 2**63 - 1


class Odd(Exception):
    """A request that cannot be answered; ``status`` and one sentence for the reader."""

    def __init__(self, sentence: str, status: int = 400) -> None:
        super().__init__(sentence)
        self.sentence, self.status = sentence, status


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request, as far as a page needs to know it."""

    path: str
    query: Mapping[str, str]
    names: Mapping[str, Any] = field(default_factory=dict)
    """Parts of the path."""
    form: Mapping[str, str] = field(default_factory=dict)
    """What was sent to ``/check``."""
    base: str = "/"
    """Scheme and host, with a slash at the end."""

    @classmethod
    def of(cls, request: Request, form: Mapping[str, str] | None = None) -> Asked:
        """The request as it came; of parameters given twice the last one counts."""
        return cls(
            path=request.url.path,
            query=dict(request.query_params),
            names=dict(request.path_params),
            form=form or {},
            base=str(request.base_url),
        )

    @property
    def wants_json(self) -> bool:
        """Whether the page is to be answered as data."""
        return self.query.get("format") == "json"

    def number(self, name: str) -> int:
        """A number in the path, small enough for the database. Raises ``Odd`` (404) otherwise."""
        text = str(self.names[name])
        if not (text.isascii() and text.isdigit()) or int(text) > _LARGEST:
            raise Odd(f"There is nothing with the number {text[:40]!r}.", 404)
        return int(text)

    def word(self, name: str, allowed: Collection[str]) -> str | None:
        """A word of the query that is one of ``allowed``; ``None`` where it is absent or empty."""
        value = self.query.get(name) or None
        if value is not None and value not in allowed:
            raise Odd(f"{name} cannot be {value[:40]!r}; it can be {', '.join(sorted(allowed))}.")
        return value

    def text(self, name: str, most: int = 200) -> str | None:
        """A short text of the query; ``None`` where it is absent or empty."""
        value = (self.query.get(name) or "").strip()
        if len(value) > most:
            raise Odd(f"{name} is longer than {most} characters.")
        return value or None

    @property
    def page(self) -> int:
        """The number of the page of a list, from 1."""
        text = self.query.get("page") or "1"
        if not (text.isascii() and text.isdigit()) or not 1 <= int(text[:9]) <= MOST_PAGES or len(text) > 9:
            raise Odd(f"page is a number from 1 to {MOST_PAGES}.")
        return int(text)
