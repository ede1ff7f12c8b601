"""present: the tables themselves, for facets and SQL: Datasette under ``/data/``, where its extra is installed."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, quote, urlencode

from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from scraper.store.database import Store
from scraper.store.questions import table_metadata

BASE = "/data/"


class Mounted(NamedTuple):
    """Datasette as an application."""

    app: ASGIApp


def mount(path: Path) -> Mounted | None:
    """Datasette over the database, read only; ``None`` where the extra is not installed."""
    if find_spec("datasette") is None:
        return None
    return Mounted(_Late(path))


class _Late:
    """Datasette made when it is first asked for: it opens the file, which may not be there yet."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._made: tuple[tuple[int, int], ASGIApp] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        elsewhere = _as_json(scope)
        if elsewhere is not None:
            await RedirectResponse(elsewhere, 302)(scope, receive, send)
            return
        facts = self._path.stat()
        identity = (facts.st_dev, facts.st_ino)
        if self._made is None or self._made[0] != identity:
            self._made = (identity, _datasette(self._path))
        await self._made[1](scope, receive, send)


def _as_json(scope: Scope) -> str | None:
    """Where the data of a page stands: ``?format=json``, as on all our pages, is ``….json`` in Datasette's words."""
    asked = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    if ("format", "json") not in asked or scope["path"].endswith(".json"):
        return None
    rest = urlencode([one for one in asked if one != ("format", "json")])
    return quote(f"{scope['path']}.json") + (f"?{rest}" if rest else "")


def _datasette(path: Path) -> ASGIApp:
    metadata = {**table_metadata(path.stem), "source": "the pages over this database", "source_url": "/"}
    tables = metadata["databases"][path.stem]["tables"]
    with Store.open(path, read_only=True) as store:  # working tables are hidden, as promised in the schema
        working = [name for name in (*store.db.table_names(), *store.db.view_names()) if name.startswith("_")]
    tables.update({name: {**tables.get(name, {}), "hidden": True} for name in working})
    made: Any = import_module("datasette.app").Datasette(
        [str(path)],
        metadata=metadata,
        settings={"base_url": BASE, "default_page_size": 50, "sql_time_limit_ms": 3_000, "allow_download": False},
    )
    app: ASGIApp = made.app()
    return app
