"""Read: what an outlet's declaration says differs from the general reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Recipe:
    """CSS selectors for the parts of an outlet's page; ``None`` leaves a part to the general reader."""

    body: str | None = None
    title: str | None = None
    date: str | None = None
    byline: str | None = None
    remove: str | None = None
    """What stands inside the body and is no part of the text (related links, share buttons)."""
    until: str | None = None
    """The last day (ISO) on which pages looked like this; ``None`` for the present layout."""


def recipe_for(recipes: Sequence[Recipe], captured_at: str | None) -> Recipe | None:
    """The recipe in force on the day of a capture: the first in time that has not ended; the newest without a day."""
    if captured_at:
        ended = sorted((recipe for recipe in recipes if recipe.until), key=lambda recipe: recipe.until or "")
        for recipe in ended:
            if captured_at[:10] <= (recipe.until or ""):
                return recipe
    return next((recipe for recipe in reversed(recipes) if recipe.until is None), None)
