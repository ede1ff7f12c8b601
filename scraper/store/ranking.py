"""From shared shingles to candidates: rare ones count, stock phrases do not. Pure: arrays in, numbers out."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scraper.store.postings import I64
from scraper.text.fingerprints import SHINGLE, SHORTEST_RUN, WINDOW

F64 = NDArray[np.float64]
Flags = NDArray[np.bool_]

RARE = 100
"""A shingle in more documents than this is a common phrase, unless it is a part of a long passage."""
LONG = 24
"""Words of a passage from which on it is no common phrase, in however many documents it stands."""
FEW = 6
"""Documents from which on a shingle may be a stock phrase of one outlet or a few."""
REPEATED = 3
"""Documents for each outlet from which on a shingle is a stock phrase: what is copied stands about once in each."""
MOST_LISTED = 4096
"""Occurrences of a crowded shingle up to which they are listed."""
SAMPLES = 4
"""Crowded shingles of a stretch that are listed."""
SAMPLE_REACH = 400
"""Words from a sample within which crowded shingles are taken to be of its kind."""
THRESHOLD = 1.0
"""Sum of 1 / documents from which on shared shingles are taken for more than chance."""
AT_LEAST = 3
"""As many candidates are looked at even when none reaches the threshold: the sentence may have been copied often."""


class Candidate(NamedTuple):
    """A version that shares shingles with a text."""

    version_id: int
    document_id: int
    shared: int
    """How many of its stored shingles the text has, stock phrases left out."""
    score: float
    """Sum over them of 1 / documents that have it; about the number that only it has."""


class Search(NamedTuple):
    """What the index says of a text."""

    candidates: list[Candidate]
    """The likeliest first; one version of each document."""
    stock: list[tuple[int, int]]
    """Words of the text, as (start, end), that stand in so many documents that they say nothing of its origin."""


class Weighed(NamedTuple):
    """What each probe is worth."""

    weight: F64
    """1 / documents that have it; 0 for stock phrases, and for what no document has."""
    is_stock: Flags


class Ranked(NamedTuple):
    """Entries that may share passages, best first, with what they share."""

    entry: I64
    shared: I64
    score: F64
    run: I64
    """Words in the longest stretch of the text over which its shingles follow one another as those of a passage do."""


def weighed(probe: I64, document: I64, outlet: I64, crowd: I64, positions: I64) -> Weighed:
    """Tell stock phrases, by the documents and outlets they stand in, and weigh all other shingles.

    ``crowd`` counts further occurrences that were not listed, of which only the number is known. A closing formula or a
    footer stands in many documents of each outlet that has it, a common phrase nowhere in company; a statement that is
    copied stands about once in each outlet, all of it.
    """
    documents = _distinct(probe, document, len(crowd)) + crowd
    is_stock = documents >= FEW
    if is_stock.any():
        several = is_stock[probe]
        outlets = _distinct(probe[several], outlet[several], len(crowd))
        is_stock &= documents >= REPEATED * np.where(crowd > 0, documents, outlets)
        common = ((documents > RARE) & ~is_stock).nonzero()[0]
        is_stock[common[~_in_long_run(positions[common])]] = True
    # Of a crowded probe only those were listed that happen to stand in small segments: they would be favoured
    counts = (documents > 0) & ~is_stock & (crowd == 0)
    weight = np.divide(1.0, documents, out=np.zeros(len(crowd)), where=counts)
    return Weighed(weight, is_stock)


def samples(probe: I64, crowd: I64, positions: I64) -> I64:
    """Crowded probes that are worth listing: some of each long stretch of frequent ones, to tell what it is."""
    if not crowd.any():
        return np.empty(0, dtype=np.int64)
    frequent = np.flatnonzero(np.bincount(probe, minlength=len(crowd)) + crowd > RARE)
    frequent = frequent[np.argsort(positions[frequent])]
    chosen = [frequent[:0]]
    for run in np.split(frequent, _breaks(positions[frequent])):
        few = run[(crowd[run] > 0) & (crowd[run] <= MOST_LISTED)]
        if len(few) and positions[run[-1]] + SHINGLE - positions[run[0]] >= LONG:
            chosen.append(few[np.linspace(0, len(few) - 1, min(len(few), SAMPLES)).astype(np.int64)])
    return np.concatenate(chosen)


def as_their_samples(is_stock: Flags, crowd: I64, sampled: I64, positions: I64) -> Flags:
    """``is_stock``, crowded probes being what the nearest sample is, and stock where there is none near."""
    unlisted = crowd.nonzero()[0]
    settled = is_stock.copy()
    settled[unlisted] = True
    if len(sampled) and len(unlisted):
        apart = np.abs(positions[unlisted][:, None] - positions[sampled][None, :])
        nearest = np.argmin(apart, axis=1)
        is_near = apart[np.arange(len(unlisted)), nearest] <= SAMPLE_REACH
        settled[unlisted[is_near]] = is_stock[sampled[nearest[is_near]]]
    return settled


def stock_words(positions: I64) -> list[tuple[int, int]]:
    """Words, as (start, end), of stock phrases whose stored shingles begin at ``positions``."""
    if not len(positions):
        return []
    places = np.sort(positions)
    return [(int(run[0]), int(run[-1]) + SHINGLE) for run in np.split(places, _breaks(places))]


def ranked(probe: I64, entry: I64, weight: F64, positions: I64) -> Ranked:
    """Entries by the sum of the weights of their shingles, best first, older ones first among equals."""
    value = weight[probe]
    some = value > 0
    order = np.argsort((entry[some] << np.int64(32)) | positions[probe[some]])
    entry, place, value = entry[some][order], positions[probe[some]][order], value[some][order]
    if not len(entry):
        return Ranked(entry, entry, value, entry)
    is_first = np.ones(len(entry), dtype=bool)
    np.not_equal(entry[1:], entry[:-1], out=is_first[1:])
    starts = is_first.nonzero()[0]
    score = np.add.reduceat(value, starts)
    run = np.maximum.reduceat(_running(is_first, place), starts)
    shared = np.append(starts[1:], len(entry)) - starts
    entry = entry[starts]
    best = np.argsort(-np.round(score, 6), kind="stable")
    return Ranked(entry[best], shared[best], score[best], run[best])


def is_likely(found: Ranked) -> Flags:
    """Which entries share more than chance: enough that is rare, or a passage."""
    likely: Flags = (found.score >= THRESHOLD) | (found.run >= SHORTEST_RUN)
    return likely


def _running(is_first: Flags, position: I64) -> I64:
    """For each hit, in order of entry and position: words since the first one it hangs together with."""
    begins = is_first.copy()
    begins[1:] |= position[1:] - position[:-1] > WINDOW
    first = np.maximum.accumulate(np.where(begins, np.arange(len(position)), 0))
    return position - position[first] + SHINGLE


def _in_long_run(positions: I64) -> Flags:
    """Which of some shingles belong to a stretch of ``LONG`` words, each within a window of the one before."""
    order = np.argsort(positions)
    found = np.zeros(len(positions), dtype=bool)
    for run in np.split(order, _breaks(positions[order])):
        if len(run) and positions[run[-1]] + SHINGLE - positions[run[0]] >= LONG:
            found[run] = True
    return found


def _breaks(places: I64) -> I64:
    """Where ascending places are more than a window apart."""
    return (np.diff(places) > WINDOW).nonzero()[0] + 1


def _distinct(probe: I64, owner: I64, probes: int) -> I64:
    """How many different owners each probe has."""
    keys = np.sort((probe << np.int64(44)) | owner)
    fresh = np.ones(len(keys), dtype=bool)
    np.not_equal(keys[1:], keys[:-1], out=fresh[1:])
    return np.bincount(keys[fresh] >> np.int64(44), minlength=probes)
