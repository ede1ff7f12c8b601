"""From shared shingles to candidates: rare ones count, stock phrases hardly. Pure: arrays in, numbers out."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scraper.store.postings import I64
from scraper.text.fingerprints import SHINGLE, WINDOW

F64 = NDArray[np.float64]

RARE = 100
"""A shingle that stands in more documents than this says nothing about where a text came from."""
SAME_OUTLET = 2.0
"""Documents of one outlet that may share a shingle before it counts as the outlet's own phrase."""
STOCK = 0.02
"""A shingle of less weight belongs to a stock phrase: in over 50 documents, or in ten of one outlet."""
THRESHOLD = 1.0
"""Sum of 1 / documents from which on shared shingles are taken for more than chance."""
AT_LEAST = 3
"""As many candidates are looked at even when none reaches the threshold: the sentence may have been copied often."""


class Candidate(NamedTuple):
    """A version that shares shingles with a text."""

    version_id: int
    document_id: int
    shared: int
    """How many of its stored shingles the text has."""
    score: float
    """Sum over them of 1 / documents that have it, stock phrases damped; about the number that only it has."""


class Search(NamedTuple):
    """What the index says of a text."""

    candidates: list[Candidate]
    """The likeliest first; one version of each document."""
    stock: list[tuple[int, int]]
    """Words of the text, as (start, end), that stand in so many documents that they say nothing of its origin."""


class Ranked(NamedTuple):
    """Entries that may share passages, best first, with what they share."""

    entry: I64
    shared: I64
    score: F64


def weights(probe: I64, document: I64, outlet: I64, crowd: I64) -> F64:
    """What a shared shingle is worth, for each probe: 1 / documents, less where few outlets have it in many.

    ``crowd`` counts further occurrences that were not listed. A closing formula or a footer stands in many documents
    of one outlet; a statement that is copied stands in about one document of each.
    """
    documents = _distinct(probe, document, len(crowd))
    outlets = _distinct(probe, outlet, len(crowd))
    spread = np.minimum(1.0, SAME_OUTLET * outlets / np.maximum(documents, 1))
    return np.where(documents + crowd <= RARE, spread / np.maximum(documents, 1), 0.0)


def stock_words(positions: I64, weight: F64) -> list[tuple[int, int]]:
    """Words, as (start, end), of stock phrases: shingles at ``positions`` that stand in documents but weigh little.

    Only every fifth shingle is stored, so that two of a phrase may stand a window apart.
    """
    places = np.sort(positions[weight < STOCK])
    if not len(places):
        return []
    breaks = np.flatnonzero(np.diff(places) > WINDOW) + 1
    return [(int(run[0]), int(run[-1]) + SHINGLE) for run in np.split(places, breaks)]


def ranked(probe: I64, entry: I64, weight: F64) -> Ranked:
    """Entries by the sum of the weights of their shingles, best first, older ones first among equals."""
    worth = weight[probe]
    some = worth > 0
    entry, worth = entry[some], worth[some]
    if not len(entry):
        return Ranked(entry, entry, worth)
    order = np.argsort(entry, kind="stable")
    entry, worth = entry[order], worth[order]
    starts = np.flatnonzero(np.diff(entry, prepend=entry[0] - 1))
    score = np.add.reduceat(worth, starts)
    shared = np.diff(starts, append=len(entry))
    entry = entry[starts]
    best = np.lexsort((entry, -np.round(score, 6)))
    return Ranked(entry[best], shared[best], score[best])


def _distinct(probe: I64, owner: I64, probes: int) -> I64:
    """How many different owners each probe has."""
    keys = np.sort((probe << np.int64(44)) | owner)
    fresh = np.ones(len(keys), dtype=bool)
    np.not_equal(keys[1:], keys[:-1], out=fresh[1:])
    return np.bincount(keys[fresh] >> np.int64(44), minlength=probes)
