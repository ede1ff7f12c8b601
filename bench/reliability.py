"""How much a confidence can be trusted: the reliability table of ``bench/chains.py`` and the curve that fits one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import exp

from scraper.trace.confidence import logit

BINS = (0.0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 1.01)


def calibration(found: Sequence[tuple[float, bool]]) -> str:
    """A reliability table: links by confidence, and how many of them were right."""
    lines = ["| confidence | links | mean confidence | right |", "|---|---|---|---|"]
    for low, high in pairwise(BINS):
        inside = [one for one in found if low <= one[0] < high]
        if inside:
            mean = sum(sure for sure, _ in inside) / len(inside)
            right = sum(is_right for _, is_right in inside) / len(inside)
            lines.append(f"| {low:.2f}–{min(1.0, high):.2f} | {len(inside)} | {mean:.3f} | {right:.3f} |")
    return "\n".join(lines)


def fit(points: Sequence[tuple[float, bool]]) -> tuple[float, float]:
    """Intercept and slope of the logistic curve through (share, right) points, by Newton's method in short steps."""
    a, b = 0.0, 0.5
    for _ in range(100):
        g = [0.0, 0.0]
        h = [[1e-6, 0.0], [0.0, 1e-6]]
        for share, is_right in points:
            x = logit(share)
            p = 1 / (1 + exp(min(30.0, max(-30.0, -(a + b * x)))))
            g[0] += is_right - p
            g[1] += (is_right - p) * x
            w = p * (1 - p)
            h[0][0] += w
            h[0][1] += w * x
            h[1][1] += w * x * x
        det = h[0][0] * h[1][1] - h[0][1] ** 2
        a += _short((h[1][1] * g[0] - h[0][1] * g[1]) / det)
        b += _short((h[0][0] * g[1] - h[0][1] * g[0]) / det)
    return a, b


def _short(step: float) -> float:
    return min(0.1, max(-0.1, step))
