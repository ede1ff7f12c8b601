"""present: all pages under one roof. Each address answers people (HTML) and programs (``?format=json``) alike."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from scraper.store.database import Store, StoreError
from scraper.web.asked import Asked, Odd
from scraper.web.chains import chain_page
from scraper.web.checks import check_page
from scraper.web.comparison import comparison_page
from scraper.web.documents import document_page, text_page, version_page
from scraper.web.feeds import feed, feeds_page
from scraper.web.front import front_page, nothing_yet
from scraper.web.glossary import glossary_page
from scraper.web.health import health_page
from scraper.web.lists import alterations_page, chains_page, documents_page, links_page, search_page
from scraper.web.outlets import outlet_page, outlets_page
from scraper.web.page import Elsewhere, File, Page, as_file, as_html, as_json
from scraper.web.reading import Reading
from scraper.web.report import report_page
from scraper.web.safety import LARGEST_FORM, Safety
from scraper.web.tables import mount

Answer = Page | File | Elsewhere | Response
View = Callable[[Store, Asked], Answer]
STATIC = Path(__file__).parent / "static"


def make_app(
    path: Path | str, *, may_fetch: bool = False, hosts: Sequence[str] = ("127.0.0.1", "localhost")
) -> Starlette:
    """The pages over a database, which need not exist yet; it is only ever read.

    ``may_fetch`` lets ``/check`` fetch an address that is not stored, through the guard that crawls use. ``hosts`` are
    the names under which the pages may be asked for.
    """
    reading = Reading(Path(path), may_fetch=may_fetch)
    mounted = mount(reading.path)
    tabled = mounted is not None

    def page(address: str, view: View) -> Route:
        async def endpoint(request: Request) -> Response:
            asked = Asked.of(request, await _form(request))
            return await run_in_threadpool(_answered, reading, view, asked, tabled)

        return Route(address, endpoint, methods=["GET", "POST"] if address == "/check" else ["GET"])

    def checked(store: Store, asked: Asked) -> Answer:
        return check_page(store, asked, may_fetch=reading.may_fetch)

    def home(store: Store, asked: Asked) -> Answer:
        return front_page(store, asked, reading)

    def kept(view: Callable[[Store, Asked, Reading], Answer]) -> View:
        return lambda store, asked: view(store, asked, reading)

    routes: list[Any] = [
        page("/", home),
        page("/check", checked),
        page("/documents", documents_page),
        page("/documents/{id}", document_page),
        page("/documents/{id}/versions/{number}", version_page),
        page("/texts/{sha256}", text_page),
        page("/links", links_page),
        page("/links/{id}", comparison_page),
        page("/links/{id}/report.html", report_page),
        page("/chains", kept(chains_page)),
        page("/chains/{id}", chain_page),
        page("/alterations", kept(alterations_page)),
        page("/outlets", kept(outlets_page)),
        page("/outlets/{id}", kept(outlet_page)),
        page("/search", search_page),
        page("/health", kept(health_page)),
        page("/glossary", glossary_page),
        page("/feeds", feeds_page),
        page("/feeds/{name}.atom", feed),
        Route("/favicon.ico", _icon),
        Mount("/static", StaticFiles(directory=STATIC)),
    ]
    if mounted is not None:
        routes.append(Mount("/data", mounted.app))

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        reading.close()

    async def refused(request: Request, error: Exception) -> Response:
        return _refused(request, error, tabled)

    return Starlette(
        routes=routes,
        lifespan=lifespan,
        middleware=[Middleware(Safety, hosts=hosts)],
        exception_handlers={Odd: refused, StoreError: refused, HTTPException: refused},
    )


async def _icon(_: Request) -> Response:
    """What browsers ask for beside files that name no icon: reports, tables."""
    return FileResponse(STATIC / "icon.svg", media_type="image/svg+xml")


async def _form(request: Request) -> dict[str, str]:
    """The fields of a form, read up to a limit."""
    if request.method != "POST":
        return {}
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_FORM:
            raise Odd(f"A text of more than {LARGEST_FORM // 1_000_000} MB is too large for this form.", 413)
    try:
        return dict(parse_qsl(body.decode("utf-8", "replace"), max_num_fields=20, keep_blank_values=True))
    except ValueError as error:
        raise Odd("The form has too many fields.") from error


def _answered(reading: Reading, view: View, asked: Asked, tabled: bool) -> Response:
    if not reading.is_there:
        return _written(nothing_yet(reading), asked, tabled)
    with reading.store() as store:
        answer = view(store, asked)
    if isinstance(answer, Elsewhere):
        return RedirectResponse(answer.path, 302)
    if isinstance(answer, File):
        return as_file(answer)
    return _written(answer, asked, tabled) if isinstance(answer, Page) else answer


def _written(page: Page, asked: Asked, tabled: bool) -> Response:
    if asked.wants_json:
        return as_json(page)
    return as_html(page, here=asked.path, query=asked.query, tabled=tabled)


def _refused(request: Request, error: Exception, tabled: bool) -> Response:
    """A refusal as a page with one sentence, in the form that was asked for."""
    if isinstance(error, Odd):
        status, sentence = error.status, error.sentence
    elif isinstance(error, StoreError):
        status, sentence = 503, str(error)
    else:
        status = error.status_code if isinstance(error, HTTPException) else 500
        sentence = "There is no such page." if status == 404 else "This cannot be answered."
    page = Page(template="refused.html", title="Not answered", data={"sentence": sentence}, status=status)
    return _written(page, Asked.of(request), tabled)
