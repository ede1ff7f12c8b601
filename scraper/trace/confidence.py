"""Inside link: from the share of a link among all possible trees to a confidence that means what it says.

The share (``tree.shares``) would be a probability if the weights of ``evidence.RULES`` were exact log-odds and told
independent stories. They are neither, so the share is bent by a logistic curve (Platt 1999) fitted on webs whose
links are known; docs/confidence.md publishes how reliable the result is.
"""

from __future__ import annotations

from math import exp, log
from typing import NamedTuple


class Curve(NamedTuple):
    """``confidence = 1 / (1 + exp(-(intercept + slope * logit(share))))``, never above ``ceiling``."""

    intercept: float
    slope: float
    ceiling: float


SEEN = Curve(intercept=0.02, slope=0.57, ceiling=0.995)
"""For a parent whose text is held: ``python -m bench.chains fit --first 101 --seeds 14`` (1,825 links of 14 webs)."""

UNSEEN = Curve(intercept=-0.5, slope=0.8, ceiling=0.85)
"""For a cited or presumed parent: the page's word is all there is (not fitted, no text can confirm it)."""

_EDGE = 1e-6


def confidence(share: float, *, is_seen: bool) -> float:
    """Confidence 0-1 of a link from its share (0-1) among all possible trees of its family."""
    curve = SEEN if is_seen else UNSEEN
    bent = curve.intercept + curve.slope * logit(share)
    return round(min(curve.ceiling, 1.0 / (1.0 + exp(-bent))), 4)


def unbent(sure: float, *, is_seen: bool) -> float:
    """The share from which ``confidence`` made a confidence, as far as the ceiling leaves it to be told."""
    curve = SEEN if is_seen else UNSEEN
    return 1.0 / (1.0 + exp(-(logit(sure) - curve.intercept) / curve.slope))


def logit(share: float) -> float:
    """Log-odds of a share, kept finite."""
    inside = min(1.0 - _EDGE, max(_EDGE, share))
    return log(inside / (1.0 - inside))
