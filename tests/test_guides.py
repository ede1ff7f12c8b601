"""The guides: their commands and options exist, their pictures are there. ``docs/guides/tried.py`` runs them all."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from scraper.cli.app import provenance

GUIDES = Path(__file__).parents[1] / "docs" / "guides"
EACH = pytest.mark.parametrize("guide", sorted(GUIDES.glob("*.md")), ids=lambda guide: guide.stem)


def commands(guide: Path) -> list[list[str]]:
    text = guide.read_text("utf-8")
    return [line.split() for line in re.findall(r"^\$ (?:.*&& )?provenance (.*)$", text, re.M)]


def command_of(words: list[str]) -> click.Command:
    command: click.Command = provenance
    for word in words:
        if isinstance(command, click.Group):
            command = command.get_command(click.Context(command), word) or command
    return command


@EACH
def test_every_command_of_a_guide_exists_with_its_options(guide):
    assert commands(guide)
    for words in commands(guide):
        command = command_of(words)
        assert command is not provenance, words
        known = {name for part in (*command.params, *provenance.params) for name in part.opts}
        assert {word for word in words if re.fullmatch(r"--[a-z-]+", word)} <= known, words


@EACH
def test_every_link_and_picture_of_a_guide_leads_somewhere(guide):
    for target in re.findall(r"\]\((?!https?:|#)([^)#\s]+)", guide.read_text("utf-8")):
        assert (guide.parent / target).exists(), target


def test_pictures_are_small_enough_to_be_kept_in_git():
    pictures = list((GUIDES.parent / "pictures").glob("*.png"))
    assert len(pictures) >= 5
    assert all(picture.stat().st_size < 300_000 for picture in pictures)
