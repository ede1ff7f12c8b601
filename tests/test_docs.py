"""The documentation tells the truth: pages made from the program are fresh, and README's commands exist."""

from __future__ import annotations

import doctest
import importlib.util
import re
from pathlib import Path

import click
import pytest

from scraper.cli.app import provenance

ROOT = Path(__file__).parents[1]
_spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
generate = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(generate)


@pytest.mark.parametrize("name", generate.PAGES)
def test_a_page_that_is_made_from_the_program_is_fresh(name):
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == generate.PAGES[name](), "run docs/generate.py"


def leaves(command: click.Command, path: tuple[str, ...] = ()):
    if isinstance(command, click.Group):
        context = click.Context(command, help_option_names=["-h", "--help"])
        for name in command.list_commands(context):
            yield from leaves(command.get_command(context, name), (*path, name))
    if not isinstance(command, click.Group) or command.invoke_without_command:
        yield path, command


@pytest.mark.parametrize(
    ("path", "command"), [pytest.param(*leaf, id=" ".join(leaf[0])) for leaf in leaves(provenance)]
)
def test_every_help_has_two_examples(path, command):
    text = command.get_help(click.Context(command, info_name=" ".join(path), help_option_names=["-h", "--help"]))
    examples = [line for line in text.partition("Examples:")[2].splitlines() if line.strip().startswith("provenance ")]
    assert len(examples) >= 2


def test_every_command_in_the_readme_and_the_docs_exists():
    known = {" ".join(path) for path, _ in leaves(provenance)} | {"export", "link", "outlet"}
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    named = {
        (page.name, words)
        for page in pages
        for words in re.findall(r"^\s*(?:\$ )?provenance (?:--db \S+ )?([a-z]+)", page.read_text("utf-8"), re.M)
    }
    assert {words for _, words in named} - known == set()


def test_every_link_between_the_pages_leads_somewhere():
    for page in [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]:
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name} points at {target}"


@pytest.mark.parametrize("page", ["README.md", "docs/python.md"])
def test_the_python_examples_give_what_they_say(page):
    failed, tried = doctest.testfile(str(ROOT / page), module_relative=False, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert tried > 0
    assert failed == 0
