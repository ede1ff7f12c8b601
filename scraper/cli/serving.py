"""Commands that show: ``serve`` the pages, write a ``report`` of one link."""

from __future__ import annotations

import os
import socket
from contextlib import closing
from importlib import import_module
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import click

from scraper.cli.app import ALTERED, FINE, TROUBLE, Place, Trouble
from scraper.cli.output import say

_ENDS = {"altered": ALTERED, "unchecked": TROUBLE}


@click.command("serve")
@click.option("--port", type=click.IntRange(0, 65_535), default=8080, show_default=True, help="0 takes a free one.")
@click.option(
    "--host", "hosts", multiple=True, metavar="NAME", help="Another name under which the pages may be asked for."
)
@click.option("--bind", default="127.0.0.1", show_default=True, help="The network address to listen at.")
@click.option("--fetch", "may_fetch", is_flag=True, help="Let /check fetch addresses that are not stored.")
@click.pass_obj
def serve_command(place: Place, port: int, hosts: tuple[str, ...], bind: str, may_fetch: bool) -> int:
    """Show the database as pages, to this machine only. Reading only; Ctrl+C ends it.

    \b
    Examples:
      provenance serve
      provenance --db demo.db serve --port 9000 --fetch
    """
    try:
        is_local = ip_address(bind).is_loopback
    except ValueError as error:
        raise Trouble(f"{bind} is no network address.") from error
    if not is_local:
        say(f"Everybody who reaches {bind} can read {place.path}; put a server with a login in front of it.")
    names = ("127.0.0.1", "localhost", bind, *hosts)
    # by name: the architecture lets nothing import the pages, and no other command waits for their libraries
    app = import_module("scraper.web.app").make_app(place.path, may_fetch=may_fetch, hosts=names)
    uvicorn: Any = import_module("uvicorn")
    with closing(_listening(bind, port)) as listening:
        taken = listening.getsockname()[1]
        shown = f"[{bind}]" if ":" in bind else bind
        say(f"{place.path} at http://{shown}:{taken}/ (Ctrl+C ends it).")
        settings = uvicorn.Config(app, log_level="warning", server_header=False, proxy_headers=False)
        uvicorn.Server(settings).run(sockets=[listening])
    return FINE


def _listening(bind: str, port: int) -> socket.socket:
    """The port, taken before anything is promised."""
    try:
        return socket.create_server(
            (bind, port), family=socket.AF_INET6 if ":" in bind else socket.AF_INET, backlog=2048
        )
    except OSError as error:
        raise Trouble(f"Port {port} cannot be listened at: {os.strerror(error.errno or 0)}.") from error


@click.command("report")
@click.argument("link_id", type=click.IntRange(min=1), metavar="LINK")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", required=True)
@click.pass_obj
def report_command(place: Place, link_id: int, output: Path) -> int:
    """Write one link as a self-contained HTML file: both texts, changes, hashes, capture times, rules, software.

    Exit code 1 when the copy is altered, 2 when it could not be checked.

    \b
    Examples:
      provenance report 17 -o report.html
      provenance --db demo.db report 16 -o tarsk.html
    """
    comparing = import_module("scraper.web.comparing")
    with place.open() as store:
        try:
            compared = comparing.standing_link(store, link_id)
        except LookupError as error:
            raise Trouble(f"There is no link {link_id}.") from error
        page = import_module("scraper.web.report").report(compared, made_at=store.clock())
    try:
        output.write_text(page, encoding="utf-8", errors="replace")
    except OSError as error:
        raise Trouble(f"{output} cannot be written: {error.strerror}.") from error
    say(f"Wrote {output}.")
    return _ENDS.get(compared.found.label if compared.found else "unchecked", FINE)
