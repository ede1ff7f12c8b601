"""Typed edits in eight languages: one material change in one sentence is named with its words and its kind.

The edits stand in ``data/typed_edits.txt``. They were written before the rules were looked at, and the rules were then
made more general where they failed.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from scraper.trace.compare import compare

_FILE = Path(__file__).parent / "data" / "typed_edits.txt"
_LINES = [line for line in _FILE.read_text("utf-8").splitlines() if not line.startswith("#")]
_ROWS = [tuple(part.strip() for part in line.split("|")) for line in _LINES]
_AROUND = {row[0]: row[2:] for row in _ROWS if row[1] == "around"}
_EDITS = [row for row in _ROWS if row[1] != "around"]


def _folded(words: str) -> str:
    return " ".join(words.lower().split()).strip(" .,;:!?\"'“”‘’«»„")


@pytest.mark.parametrize(("code", "kind", "source", "copy", "before", "after"), _EDITS, ids=[row[3] for row in _EDITS])
def test_a_material_edit_of_one_sentence_is_named(
    code: str, kind: str, source: str, copy: str, before: str, after: str
):
    before_it, behind_it = _AROUND[code]
    texts = (" ".join((before_it, sentence, behind_it)) for sentence in (copy, source))
    comparison = compare(*texts, language=code)
    assert comparison.label == "altered"
    named = [
        row.kind
        for row in comparison.alterations
        if row.is_material
        and _folded(before) in _folded(row.source_words)
        and _folded(after) in _folded(row.copy_words)
    ]
    assert kind in named, comparison.alterations
