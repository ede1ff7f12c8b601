"""The command ``provenance``: the group, the database it works on, and what becomes of every way a command can end.

Exit codes: 0 match or fine, 1 altered, 2 trouble - an unexpected exception included, which Python would call 1.
"""

from __future__ import annotations

import ast
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scraper import __version__

if TYPE_CHECKING:
    from scraper.store.database import Store

FINE, ALTERED, TROUBLE = 0, 1, 2
DEBUG = "PROVENANCE_DEBUG"

_COMMANDS = {
    "backup": "keeping",
    "chain": "tracing",
    "check": "comparing",
    "crawl": "taking",
    "demo": "demo",
    "diff": "comparing",
    "doctor": "keeping",
    "export": "exporting",
    "find": "looking",
    "health": "scheduling",
    "import": "taking",
    "link": "tracing",
    "notify": "notifying",
    "originals": "tracing",
    "outlet": "outlets",
    "query": "looking",
    "report": "serving",
    "reread": "taking",
    "run": "scheduling",
    "runs": "looking",
    "schedule": "scheduling",
    "search": "looking",
    "serve": "serving",
    "show": "looking",
    "snapshot": "keeping",
    "timestamp": "keeping",
    "uncredited": "tracing",
    "verify": "keeping",
}
"""Command -> module of this package. Loaded when it is called for, so that no command waits for another's libraries."""

_TOLD = {
    "scraper.crawl.frontier": "FrontierError",
    "scraper.crawl.outlet": "DeclarationError",
    "scraper.importing.refusals": "Refused",
    "scraper.store.database": "StoreError",
}
"""Module -> its error whose words are for people. Looked up when something went wrong: then its module is loaded."""
_QUIET = ("htmldate", "trafilatura")
"""Libraries that log what the page at hand looks like; our doubts say it."""


class Trouble(click.ClickException):
    """Bad input, or something that could not be done, in one sentence; exit code 2."""

    exit_code = TROUBLE

    def show(self, file: Any = None) -> None:
        click.echo(f"provenance: {self.format_message()}", file=file or sys.stderr)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the database is."""

    path: Path

    @contextmanager
    def open(self, *, writing: bool = False) -> Iterator[Store]:
        """The database, made first when it is to be written."""
        from scraper.store.database import Store  # noqa: PLC0415 - the help needs no database

        with Store.open(self.path, read_only=not writing) as store:
            yield store


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        module = import_module(f"scraper.cli.{_COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, f"{cmd_name}_command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, read from their source: loading all of them takes seconds."""
        names = self.list_commands(ctx)
        width = formatter.width - 6 - max(map(len, names))
        with formatter.section("Commands"):
            rows = [(name, click.Command(name, help=_help_of(name)).get_short_help_str(width)) for name in names]
            formatter.write_dl(rows)


def _help_of(name: str) -> str | None:
    source = Path(__file__).with_name(f"{_COMMANDS[name]}.py").read_text("utf-8")
    functions = (node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef))
    return next((ast.get_docstring(node) for node in functions if node.name == f"{name}_command"), None)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option(
    "--db",
    type=click.Path(dir_okay=False, path_type=Path),
    envvar="PROVENANCE_DB",
    default="provenance.db",
    show_default=True,
    metavar="FILE",
    help="The database.",
)
@click.version_option(__version__, prog_name="provenance", message="%(prog)s %(version)s")
@click.pass_context
def provenance(ctx: click.Context, db: Path) -> None:
    """Who said it first, who copied it, and what was changed.

    Exit codes: 0 match or fine, 1 altered, 2 trouble. Data goes to standard output, talk to standard error.

    \b
    Examples:
      provenance demo
      provenance --db work.db import saved-pages/
    """
    ctx.obj = Place(db)


def run(arguments: list[str]) -> int:
    """Run one command line; its exit code."""
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        code = provenance.main(arguments, prog_name="provenance", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return TROUBLE
    except click.Abort:
        return _sorry("stopped.")
    except BrokenPipeError:
        # Nobody reads on. Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return TROUBLE
    except Exception as error:  # the one place that catches the rest: exit code 1 means "altered"
        if _is_told(error):
            return _sorry(str(error))
        if os.environ.get(DEBUG):
            raise
        return _sorry(f"unexpected {type(error).__name__}: {error} (set {DEBUG}=1 to see where).")
    return code if isinstance(code, int) else FINE


def _is_told(error: Exception) -> bool:
    """Whether an error is one of those that say in one sentence what a person can do."""
    loaded = ((sys.modules.get(module), name) for module, name in _TOLD.items())
    return any(module and isinstance(error, getattr(module, name)) for module, name in loaded)


def _sorry(sentence: str) -> int:
    click.echo(f"provenance: {sentence}", err=True)
    return TROUBLE


def main() -> None:
    """Entry point."""
    sys.exit(run(sys.argv[1:]))
