"""Writes the pages of the documentation that are made from the program: run it after a change, a test compares.

python docs/generate.py
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from scraper.cli.app import provenance  # noqa: E402
from scraper.store.manual import schema_manual  # noqa: E402
from scraper.trace.compare import RULES  # noqa: E402
from scraper.trace.evidence import rules_as_table  # noqa: E402
from scraper.trace.verdict import rules  # noqa: E402

MATERIAL = {
    "number": "a value, a scale, a sign, a percentage that differs, or a number dropped from a kept sentence",
    "date": "a day, month, year or weekday that differs",
    "name": "a person, place or organisation replaced",
    "negation": "a not, no, without added, dropped or turned round",
    "modality": "must and may, around and up to, at least and at most, all and some; alleged dropped",
    "quotation": "words inside quotation marks that differ, quotation marks added, removed or moved, another speaker",
    "omission": "words left out inside a kept sentence so that it claims something else",
}
IMMATERIAL = {
    "wording": "synonyms, spelling and style outside quotation marks: reported, not material",
    "disguise": "look-alike letters of another script, or invisible characters inside a word: reported, not material",
}
MADE = "<!-- Made by docs/generate.py: do not edit. -->"


def commands() -> str:
    """The command reference, from every ``--help``."""
    parts = [MADE, "# Commands", ""]
    parts += [
        "Data goes to standard output, talk to standard error. Exit codes: 0 match or fine, 1 altered, 2 trouble.",
        "",
    ]
    for path, command in _walk(("provenance",), provenance):
        context = click.Context(
            command,
            info_name=" ".join(path),
            max_content_width=110,
            terminal_width=110,
            help_option_names=["-h", "--help"],
        )
        parts += [f"## {' '.join(path)}", "", "```text", command.get_help(context).rstrip(), "```", ""]
    return "\n".join(parts)


def _walk(path: tuple[str, ...], command: click.Command) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command, help_option_names=["-h", "--help"])
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            if below is not None:
                yield from _walk((*path, name), below)


def verdicts() -> str:
    """The glossary of verdicts: labels in the order in which their rules are tried, and the kinds of alterations."""
    parts = [MADE, "# Verdicts", ""]
    parts += [
        f"Rules `{RULES}`, tried from top to bottom: the first that holds gives the label. “Altered” describes the",
        "text, never the intent.",
        "",
        "| label | holds when |",
        "|---|---|",
        *(f"| `{label}` | {sentence} |" for label, sentence in rules()),
        "",
        "*coverage* is the share of the copy's words found in the source, *kept* the share of the source's words",
        "found in the copy. Both are reported whatever the label is.",
        "",
        "## Material alterations",
        "",
        "| kind | what |",
        "|---|---|",
        *(f"| `{kind}` | {what} |" for kind, what in MATERIAL.items()),
        "",
        "## Reported, not material",
        "",
        "| kind | what |",
        "|---|---|",
        *(f"| `{kind}` | {what} |" for kind, what in IMMATERIAL.items()),
        "",
        "## Not a difference",
        "",
        "Quotation marks and dashes of another shape, spaces, line and page breaks, hyphens at a line's end,",
        "ligatures, composed or decomposed accents, capitals of headlines, entities left over, bullets, lost spaces",
        "at inline tags, and the same value written otherwise (60,000 = 60.000 = 60 000; 5 % = 5 percent;",
        "2 April 1993 = 02.04.1993; two = 2). What was forgiven is listed in `Comparison.forgiven`.",
        "",
    ]
    return "\n".join(parts)


def links() -> str:
    """The kinds of evidence behind a link."""
    return "\n".join(
        [
            MADE,
            "# Evidence",
            "",
            "Every link carries its reasons as rows of `evidence`. Weights are log-odds; confidence is calibrated on",
            "generated webs (see [confidence.md](confidence.md)).",
            "",
            rules_as_table(),
            "",
        ]
    )


PAGES = {
    "commands.md": commands,
    "verdicts.md": verdicts,
    "evidence.md": links,
    "schema.md": schema_manual,
}


if __name__ == "__main__":
    for name, make in PAGES.items():
        (HERE / name).write_text(make(), encoding="utf-8")
        print(f"docs/{name}")
