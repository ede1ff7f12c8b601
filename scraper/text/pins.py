"""Texts that repeat themselves (tables, lists of like lines, markup): aligned by the words that stand in them once.

By its equal words alone such a text may as well be aligned one repetition off: a longest common subsequence does it
as soon as that saves a line. The few words that tell the repetitions apart, a name or a number each, decide here.
"""

from __future__ import annotations

from collections import Counter

from scraper.text.gaps import equal_blocks, placed, touching_joined
from scraper.text.runs import Run

_PROBE, _PROBES = 3, 7
"""Words looked for elsewhere in their own text, and how often that is tried."""
_OFTEN = 4
"""So many times a probe stands in a text that repeats itself."""
_FEWEST_PINS = 4


def repeats_itself(text: str) -> bool:
    """Whether most of a text stands in it several times, judged by a few places."""
    step = len(text) // _PROBES
    if step < _PROBE:
        return False
    probes = [text[at : at + _PROBE] for at in range(step // 2, step * _PROBES, step)]
    if all(text.count(probe) < _OFTEN for probe in probes[::3]):
        return False
    return 2 * sum([text.count(probe) >= _OFTEN for probe in probes]) > _PROBES


def pinned_blocks(copy: str, source: str) -> list[Run]:
    """Runs of equal letters, in order: between those that stand once on either side, the longest common subsequence.

    None where there are too few of these to go by.
    """
    here, there = Counter(copy), Counter(source)
    once = {letter for letter, count in here.items() if count == 1 and there[letter] == 1}
    ours = [at for at, letter in enumerate(copy) if letter in once]
    theirs = [at for at, letter in enumerate(source) if letter in once]
    pins = [
        (ours[run.copy + step], theirs[run.source + step])
        for run in equal_blocks([copy[at] for at in ours], [source[at] for at in theirs])
        for step in range(run.length)
    ]
    if len(pins) < _FEWEST_PINS:
        return []
    found: list[Run] = []
    copy_at = source_at = 0
    for copy_pin, source_pin in [*pins, (len(copy), len(source))]:
        blocks = equal_blocks(copy[copy_at:copy_pin], source[source_at:source_pin])
        found += placed(blocks, copy_at, source_at)
        if copy_pin < len(copy):
            found.append(Run(copy_pin, source_pin, 1))
        copy_at, source_at = copy_pin + 1, source_pin + 1
    return touching_joined(found)
