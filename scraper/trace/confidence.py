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


SEEN = Curve(intercept=0.07, slope=0.52, ceiling=0.995)
"""For a parent whose text is held: 1,553 links of twelve webs of two recipes, as ``import`` and ``link`` left them."""

UNSEEN = Curve(intercept=0.07, slope=0.52, ceiling=0.92)
"""For a cited or presumed parent: no text can confirm the page's word.

Of 62 such links in webs with missing pages 60 were right, all 60 whose share was above 0.95 among them; that leaves no
more than 5 % of doubt (by the rule of three), and credits on real pages are misread now and then on top of it.
"""

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
