"""present: what a page is before it is written: data that its JSON form says as well, and what only the eye needs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, is_dataclass
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from starlette.responses import Response

from scraper import __version__
from scraper.model import Span
from scraper.read.urls import is_web_address
from scraper.trace.chain import plain
from scraper.web import words


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page in both forms. ``data`` is told to programs and people, ``shown`` to people only."""

    template: str
    title: str
    data: Mapping[str, Any] = field(default_factory=dict)
    shown: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file for another tool."""

    content: str
    media_type: str
    name: str | None = None
    """Offered to be saved under this name; shown in the browser without one."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The same thing stands at another address of ours."""

    path: str


def as_html(page: Page, **request: Any) -> Response:
    """The page for people."""
    text = environment().get_template(page.template).render({**request, **page.data, **page.shown, "title": page.title})
    return Response(text.encode("utf-8", "replace"), page.status, media_type="text/html; charset=utf-8")


def as_json(page: Page) -> Response:
    """The page for programs; letters of all scripts as they are."""
    text = json.dumps({"title": page.title, **page.data}, ensure_ascii=False, indent=1, default=_as_data)
    return Response(text.encode("utf-8", "replace"), page.status, media_type="application/json; charset=utf-8")


def as_file(file: File) -> Response:
    """The file, named in letters that every header can hold."""
    answer = Response(file.content.encode("utf-8", "replace"), media_type=file.media_type)
    if file.name is not None:
        answer.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return answer


def _as_data(value: object) -> object:
    if isinstance(value, Span):
        return list(value)
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    return str(value)


@cache
def environment() -> Environment:
    """The templates and the words they may use."""
    made = Environment(
        loader=PackageLoader("scraper.web"),
        autoescape=select_autoescape(default_for_string=True, default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        moment=words.moment, day=words.day, share=words.share, lasted=words.lasted, plain=_plain, host=_host
    )
    made.globals.update(
        LABELS=words.LABELS,
        KINDS=words.KINDS,
        STATES=words.STATES,
        sign=words.sign,
        kind_sign=words.kind_sign,
        many=words.many,
        listed=words.listed,
        linkable=_linkable,
        software=f"provenance {__version__}",
    )
    return made


def _plain(text: str | None) -> str:
    return plain(text or "")


def _host(url: str | None) -> str:
    return (url or "").partition("://")[2].partition("/")[0]


def _linkable(url: str | None) -> str | None:
    """The address, if a reader may follow it: http and https only, whatever a page called its address."""
    return url if url and url.startswith(("http://", "https://")) and is_web_address(url) else None
