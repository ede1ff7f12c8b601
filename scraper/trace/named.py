"""Inside link: whether words mean an outlet: a name on a page, the host of an address, a mention in running text."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from scraper.trace.family import Member

_EMPTY_WORDS = frozenset(("the", "a", "of", "and", "for", "news", "agency", "www", "com"))
_SMALL_WORDS = frozenset(("the", "a", "of", "and", "for"))
_LEAST_LETTERS = 6
"""A name of one word and fewer letters is too easily an ordinary word to be looked for in running text."""
_LEAST_INITIALS = 3


def is_named(outlet_id: str | None, name: str | None, member: Member) -> bool:
    """Whether a citation (its resolved outlet, or the name on the page) means the outlet of ``member``."""
    if outlet_id is not None and outlet_id == member.outlet_id:
        return True
    if not name or (outlet_id is not None and not _is_host(member.outlet_title)):
        return False
    return is_same_name(name, known_names(member))


def known_names(member: Member) -> tuple[str, ...]:
    """What the outlet of a member is called, its hosts among them."""
    known = (member.outlet_title, member.outlet_id.replace("_", " "), *member.outlet_names)
    return tuple(name for name in known if name)


def is_same_name(name: str, known: Iterable[str]) -> bool:
    """Whether a name is one of the ``known``, or what a host among them spells.

    >>> is_same_name("Orvan Press", ["orvan-press.example"]), is_same_name("Ministry of Ports", ["mop.example"])
    (True, True)
    """
    cited = name_key(name)
    return bool(cited) and any(cited == name_key(one) or (_is_host(one) and _spells(one, name)) for one in known)


def _is_host(name: str) -> bool:
    return "." in name and " " not in name


def _spells(host: str, name: str) -> bool:
    """Whether the first label of a host is a name run together, its words, or its initials."""
    label = host.casefold().removeprefix("www.").partition(".")[0]
    words, parts = _words(name), label.split("-")
    if name_key(label) == name_key(name) or label.replace("-", "") == "".join(words):
        return True
    if len(parts) > 1:
        return set(parts) <= set(words)
    return len(label) >= _LEAST_INITIALS and label == "".join(word[0] for word in words if word not in _SMALL_WORDS)


@lru_cache(maxsize=4096)
def name_key(name: str) -> str:
    """A name without case, punctuation, spaces and the words that outlets' names share."""
    words = _words(name)
    return "".join([word for word in words if word not in _EMPTY_WORDS] or words)


def _words(name: str) -> list[str]:
    folded = unicodedata.normalize("NFKD", name.casefold().replace("\u0131", "i").replace("\u0259", "e"))
    letters = (letter for letter in folded if not unicodedata.combining(letter))
    return "".join(letter if letter.isalnum() else " " for letter in letters).split()


def mentions(words: str, member: Member) -> bool:
    """Whether running text names the outlet of ``member``, letter for letter and as whole words."""
    return any(_holds(words, name) for name in (member.outlet_title, *member.outlet_names) if _is_telling(name))


def _is_telling(name: str) -> bool:
    return not _is_host(name) and name != name.casefold() and (" " in name or len(name) >= _LEAST_LETTERS)


def _holds(words: str, name: str) -> bool:
    at = words.find(name)
    while at >= 0:
        before, after = words[at - 1 : at], words[at + len(name) : at + len(name) + 1]
        if not before.isalnum() and not after.isalnum():
            return True
        at = words.find(name, at + len(name))
    return False
