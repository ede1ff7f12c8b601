"""Match to present: a text is checked against what it was taken from, as linked or as found among all stored texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scraper.linking import compared_versions
from scraper.model import Comparison
from scraper.store.database import Store
from scraper.store.documents import Document, Version, document, newest_version, version
from scraper.store.families import chain
from scraper.store.finding import Found, find
from scraper.trace.compare import compare

AS_GOOD = 0.9
"""Stored texts that share at least this part of what the best one shares are as good; the earliest is taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A text and the stored version it was checked against."""

    source: Version
    document: Document
    comparison: Comparison
    link_id: int | None = None
    """The link in force between the two, where the text is a stored document's."""


def check_stored(store: Store, copy: Version) -> Checked | None:
    """Check a stored version against the parent that it is linked to; ``None`` when it has none whose text is held."""
    for step in chain(store, copy.document_id)[1:]:
        source = newest_version(store, step["document_id"])
        found = document(store, step["document_id"])
        if source is not None and found is not None:
            answer = _stored_answer(store, copy, source)
            return Checked(source=source, document=found, comparison=answer, link_id=step["link_id"])
    return None


def check_text(store: Store, text: str, *, language: str | None = None, own: int | None = None) -> Checked | None:
    """Check any text against the stored version that it shares most with; ``None`` when none shares a passage.

    ``own`` is the document that the text belongs to, if any.
    """
    found = find(store, text, language=language, exclude_document=own)
    if not found:
        return None
    best = _earliest(store, [one for one in found if one.words >= AS_GOOD * found[0].words])
    source = version(store, best.version_id)
    known = document(store, best.document_id)
    if source is None or known is None:
        return None
    return Checked(source=source, document=known, comparison=compare(text, source.text, language=language))


def _stored_answer(store: Store, copy: Version, source: Version) -> Comparison:
    if store.read_only:
        return compare(copy.text, source.text, language=copy.language)
    return compared_versions(store, copy, source)[1]


def _earliest(store: Store, found: Sequence[Found]) -> Found:
    """Of texts that are as good as one another, the one that the others go back to, else the first by date."""

    def rank(one: Found) -> tuple[int, str, int]:
        known = document(store, one.document_id)
        steps = len(chain(store, one.document_id))
        return (steps, (known.published_at or known.first_seen_at) if known else "9", one.document_id)

    return min(found, key=rank)
