"""Commands that compare: ``check`` a text against its source, ``diff`` two texts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, get_args

import click

from scraper.checking import check_stored, check_text
from scraper.cli.app import ALTERED, FINE, TROUBLE, Place, Trouble
from scraper.cli.display import View, show_comparison
from scraper.cli.inputs import Given, given
from scraper.cli.output import Form, forms, say, show_one
from scraper.export.comparison_page import comparison_page
from scraper.model import AlterationKind, Comparison
from scraper.store.database import Store
from scraper.trace.compare import compare
from scraper.trace.pieces import Texts

_ENDS = {"altered": ALTERED, "unchecked": TROUBLE, "unrelated": TROUBLE}
"""Exit codes by label; every other label is fine."""
_ALIASES = {f"{kind}s": kind for kind in get_args(AlterationKind)}


def _display(command: Callable[..., Any]) -> Callable[..., Any]:
    options = [
        click.option("--word-diff", "view", flag_value="word-diff", help="One text with [-gone-] and {+come+} words."),
        click.option("--side-by-side", "view", flag_value="side-by-side", help="Two columns, paragraphs aligned."),
        click.option("--only", metavar="KINDS", help="Only these kinds, e.g. numbers,negation."),
        click.option("--html", "html_file", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE"),
        click.option("--language", metavar="CODE", help="Language of the texts (told from them by default)."),
        click.option("--fetch", "may_fetch", is_flag=True, help="Fetch addresses that are not stored."),
    ]
    for option in reversed(options):
        command = option(command)
    return forms(command)


@click.command("check")
@click.argument("what", metavar="DOCUMENT|ADDRESS|FILE|-")
@click.option("--against", metavar="SOURCE", help="The source; by default the linked or the most alike stored one.")
@_display
@click.pass_obj
def check_command(place: Place, /, what: str, against: str | None, **options: Any) -> int:
    """Check whether a republished text matches its source: the verdict, what was changed, and why.

    Exit code 0: it matches; 1: it was altered; 2: it could not be checked.

    \b
    Examples:
      provenance check https://en.trend.az/azerbaijan/karabakh/3040168.html
      provenance check copy.txt --against statement.txt --html report.html
    """
    if against is not None and not place.path.exists():
        return _compare(given(what, None, may_fetch=options["may_fetch"]), _other(against, options), options)
    with place.open() as store:
        copy = given(what, store, may_fetch=options["may_fetch"])
        if against is not None:
            return _compare(copy, given(against, store, may_fetch=options["may_fetch"]), options)
        return _check(store, copy, options)


def _other(what: str, options: dict[str, Any]) -> Given:
    return given(what, None, may_fetch=options["may_fetch"])


def _check(store: Store, copy: Given, options: dict[str, Any]) -> int:
    own = copy.document.id if copy.document else None
    found = check_stored(store, copy.version) if copy.version else None
    found = found or check_text(store, copy.text, language=options["language"] or copy.language, own=own)
    if found is None:
        if copy.document is not None:
            raise Trouble(f"No source is known of {copy.name}, and no other stored text shares a passage with it.")
        raise Trouble(f"Never seen here: no stored text shares a passage with {copy.name}.")
    source = Given(
        name=found.document.url or f"document {found.document.id}",
        text=found.source.text,
        document=found.document,
        version=found.source,
    )
    return _print(found.comparison, copy, source, options)


@click.command("diff")
@click.argument("copy", metavar="COPY")
@click.argument("source", metavar="SOURCE")
@_display
@click.pass_obj
def diff_command(place: Place, /, copy: str, source: str, **options: Any) -> int:
    """Compare two texts: files, stored documents (number or address), addresses, or - for standard input.

    \b
    Examples:
      provenance diff copy.txt source.txt --word-diff
      provenance diff 14 3 --only numbers,negation
    """
    if not place.path.exists():
        return _compare(_other(copy, options), _other(source, options), options)
    with place.open() as store:
        sides = [given(what, store, may_fetch=options["may_fetch"]) for what in (copy, source)]
    return _compare(sides[0], sides[1], options)


def _compare(copy: Given, source: Given, options: dict[str, Any]) -> int:
    return _print(compare(copy.text, source.text, language=options["language"]), copy, source, options)


def _print(found: Comparison, copy: Given, source: Given, options: dict[str, Any]) -> int:
    form: Form = options["form"]
    if options["html_file"] is not None:
        _write(options["html_file"], comparison_page(found, _sides(copy, source)))
    if form == "table":
        show_comparison(found, _sides(copy, source), view=_view(options), only=_kinds(options["only"]))
    else:
        show_one({"copy": copy.name, "source": source.name, **asdict(found)}, form)
    return _ENDS.get(found.label, FINE)


def _sides(copy: Given, source: Given) -> Texts:
    return Texts(copy_name=copy.name, copy_text=copy.text, source_name=source.name, source_text=source.text)


def _view(options: dict[str, Any]) -> View:
    return options["view"] or "plain"


def _kinds(only: str | None) -> frozenset[str]:
    if not only:
        return frozenset()
    named = [word.strip().lower() for word in only.split(",") if word.strip()]
    kinds = frozenset(_ALIASES.get(word, word) for word in named)
    unknown = sorted(kinds - set(get_args(AlterationKind)))
    if unknown:
        raise Trouble(f"There is no kind {', '.join(unknown)}; there are {', '.join(get_args(AlterationKind))}.")
    return kinds


def _write(file: Path, page: str) -> None:
    try:
        file.write_text(page, encoding="utf-8")
    except OSError as error:
        raise Trouble(f"{file} cannot be written: {error.strerror}.") from error
    say(f"Wrote {file}.")
