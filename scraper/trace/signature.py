"""Inside link: a page's last line where it may be the bare name of its source."""

from __future__ import annotations

LONGEST = 9
"""Words of a name."""
_LABELS = ("with information from", "information from", "source", "sources", "via", "from")
"""What may stand before the name, where nothing else tells that it is one."""


def signature(ending: str) -> str | None:
    """The name on the last line of a text (``ending`` is its last hundred characters or so), if it may be one.

    Whether anybody is called so is for the caller to know.

    >>> signature("The quay stays closed.\\n\\n(Harbour Courier)")
    'Harbour Courier'
    """
    before, blank, line = ending.rpartition("\n\n")
    name = line.strip(" \t\n()[].\u2013\u2014-\u2022*")
    for label in _LABELS:
        if name.casefold().startswith((f"{label} ", f"{label}:")):
            name = name[len(label) :].strip(" :.")
            break
    is_name = before and blank and name and len(name.split()) <= LONGEST
    return name if is_name else None
