"""Names as they are written in a credit, and what they are called when nothing depends on them.

Quotation marks, labels (``the newspaper …``), case endings and possessives belong to the sentence, not to the name.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from scraper.read.credits.letters import CAPITALS
from scraper.read.credits.rules import Language
from scraper.read.gazetteer import Gazetteer, fold

_EDGES = " \t\u00a0\u200b\u200e\u200f\n\r\"'“”„«»‘’‹›「」『』《》*_#>|,،、;:：·•-–—=~"
_LATER_DATE = re.compile(r"\s(?:19|20)\d\d[-./年]\d{1,2}[-./月][^\n]{0,20}$")
"""A date that stands behind a name and is no part of it."""
_ADJECTIVE = re.compile(r"(?:ск|н|зк|ьк)(?:ое|ая|ий|ый|е)$")
"""``Вельморское`` before a word for publishers is no name without it."""
_POSSESSIVE = re.compile(r"['’]s$")
_AFTER_LABEL = ' \u00a0«"“„'
_SITE = re.compile(r"(?i)^[\w-]{1,60}(?:\.[\w-]{1,60}){0,4}\.[^\W\d_]{2,12}$")
_CODE = re.compile(r"^[^\W\d_][\w.+-]{0,9}(?:[/-][^\W\d_][\w.+-]{0,9}){0,3}$")
_PARTY = re.compile(r"^[RDIL]-")
"""``(R-Texas)`` behind a name is a party, not an agency."""
_FIRST_NAME = re.compile(f"(?:^|[\\s(“\"])([{CAPITALS}][\\w’'-]{{1,20}})$")
_INTRODUCTION_REACH = 30_000
_MENTIONS = 20
"""Mentions of a name among which its first name is looked for."""
_MAX_WORDS = 9
_FIRST_AND_LAST = 2
"""Words of a person's name: the first of two is not taken for an outlet."""
_MAX_WIRE_WORDS = 6
_MAX_UNKNOWN_WORDS = 3
_SMALL = re.compile(r"[a-z]{3,4}(?:-[A-Z]{2,4})?")
_LETTERED = re.compile(r"[^\W\d_]\S*")
_LETTERS = re.compile(r"[^\W\d_].{0,3}[^\W\d_]")


def clean_outlet(words: str, language: Language) -> str | None:
    """The name of an outlet without what the sentence put on it, or ``None`` for words that name nobody."""
    name = _without_label(_LATER_DATE.sub("", words).strip(_EDGES), language)
    if language.outlet_endings and not _SITE.match(name):
        name = language.outlet_endings.sub("", name)
    name = _POSSESSIVE.sub("", name).strip(_EDGES)
    for pattern, new in language.outlet_forms:
        name = pattern.sub(new, name, count=1)
    if name.endswith(".") and name.count(".") == 1:
        name = name[:-1]
    if "://" in name or len(name) < 2 or not any(letter.isalpha() for letter in name) or len(name.split()) > _MAX_WORDS:
        return None
    return None if fold(name) in language.nobody or language.whole_date.fullmatch(name) else name


def _without_label(name: str, language: Language) -> str:
    """``the newspaper Nova`` -> ``Nova``; ``MENAR news agency`` -> ``MENAR``."""
    for label in language.labels:
        if name.startswith(label) and name[len(label) : len(label) + 1] in _AFTER_LABEL:
            return name[len(label) :].strip(_EDGES) or name
    for label in language.labels:
        if name.endswith(" " + label) and not _ADJECTIVE.search(name, 0, -len(label) - 1):
            return name[: -len(label)].strip(_EDGES)
    return name


def clean_issuer(words: str, language: Language) -> str | None:
    """The issuer in its plain form (nominative where the endings allow it), or ``None`` for words that name nobody."""
    name = words.strip(_EDGES).rstrip(".։。")
    if language.issuer_cut:
        name = language.issuer_cut.sub("", f" {name}", count=1).strip(_EDGES)
    for pattern, new in language.issuer_endings:
        changed, count = pattern.subn(new, name, count=1)
        if count:
            name = changed
            break
    name = _POSSESSIVE.sub("", name.strip(_EDGES))
    if fold(name) in language.nobody or not any(sign.isalpha() for sign in name):
        return None
    return name


def nearest_known(name: str, language: Language, gazetteer: Gazetteer) -> str:
    """The known outlet inside what a slot caught: ``Ilse Vorn of the Guardian``, ``Handelsblatt EPI-Chefin Vorn``."""
    if gazetteer.by_name(name) is not None:
        return name
    if language.outlet_beginnings and (rest := language.outlet_beginnings.sub("", name, count=1)) != name:
        return rest if gazetteer.by_name(rest) is not None or has_media_word(rest, language) else name
    words = name.split()
    cuts = [(0, end) for end in range(len(words) - 1, 0, -1) if end > 1 or len(words) > _FIRST_AND_LAST]
    cuts += [(begin, len(words)) for begin in range(2, len(words))]
    for begin, end in cuts:
        part = " ".join(words[begin:end])
        others = " ".join((*words[:begin], *words[end:]))
        is_name = part[:1] != part[:1].lower() and gazetteer.by_whole_name(part) is not None
        if is_name and not has_media_word(others, language):
            return part.strip(_EDGES)
    return name


def without_place(name: str, language: Language, gazetteer: Gazetteer) -> str:
    """``ELNA, Tarsk`` -> ``ELNA``; a list of agencies stays whole."""
    first, comma, rest = name.partition("+" if " + " in name else ",")
    if comma == "+":
        return first.strip()
    if not comma or not is_like_an_outlet(first.strip(), language, gazetteer):
        return name
    parts = re.split(r",|\s(?:and|und|et|y|e|ve|и)\s", rest)
    if any(is_like_an_outlet(part.strip(), language, gazetteer) for part in parts):
        return name
    return first.strip()


def in_nominative(name: str, case: str | None, language: Language) -> str:
    """A name that stands in a case, where the language has forms for that: ``Норду`` -> ``Норд``."""
    for pattern, new in language.cases.get(case or "", ()):
        name = pattern.sub(new, name, count=1)
    return name


def subject_of(words: str, language: Language) -> str:
    """The subject without the object behind it, where verbs come last: it ends with its noun or a person's name."""
    if not language.is_verb_last:
        return words
    parts = words.split()
    nouns = [number for number, part in enumerate(parts) if has_issuer_noun(part, language)]
    if not nouns:
        return words
    end = nouns[-1] + 1
    while end < len(parts) and parts[end][:1] != parts[end][:1].lower():
        end += 1
    return " ".join(parts[:end])


def is_person_of(name: str, text: str, language: Language, gazetteer: Gazetteer) -> bool:
    """Whether a lone name is the surname of somebody whom the text introduces: ``Tom Abernathy`` … ``Abernathy``."""
    if not language.script.cased or " " in name or is_code(name) or is_like_an_outlet(name, language, gazetteer):
        return False
    start = -1
    for _ in range(_MENTIONS):
        start = text.find(f" {name}", start + 1, _INTRODUCTION_REACH)
        if start < 0:
            return False
        found = _FIRST_NAME.search(text[max(0, start - 30) : start])
        if found and fold(found.group(1)) not in language.no_first_name:
            return True
    return False


def is_indefinite(words: str, language: Language) -> bool:
    """``a spokesperson`` is nobody in particular."""
    return words.casefold().startswith(tuple(f"{article} " for article in language.words("indefinite")))


def has_issuer_noun(words: str, language: Language) -> bool:
    """Whether the words speak of an office, a body or its spokesperson."""
    return bool(language.issuers.search(words))


def has_media_word(name: str, language: Language) -> bool:
    """Whether publishers name themselves so: ``… News``, ``… Agency``."""
    if not language.script.spaced:
        return name.endswith(language.words("media_endings"))
    return not language.media.isdisjoint(fold(name).split())


def is_like_an_outlet(name: str, language: Language, gazetteer: Gazetteer) -> bool:
    """Known to the gazetteer, an address, an abbreviation, or named the way publishers name themselves."""
    return bool(_SITE.match(name)) or is_code(name) or has_media_word(name, language) or bool(gazetteer.by_name(name))


def is_code(name: str) -> bool:
    """An abbreviation in capitals, as agencies sign."""
    return name.lower() != name and name.upper() == name and bool(_CODE.match(name)) and bool(_LETTERS.search(name))


def accepts(needs: str | None, name: str, language: Language, gazetteer: Gazetteer) -> bool:
    """Whether a name may be an outlet where the form alone does not say so. ``needs`` is a row of ``_NEEDS``."""
    if _is_photographer(name, language, gazetteer):
        return False
    if not language.roles.isdisjoint(fold(name).split()) and gazetteer.by_name(name) is None:
        return False
    return needs is None or _NEEDS[needs](name, language, gazetteer)


def _is_photographer(name: str, language: Language, gazetteer: Gazetteer) -> bool:
    """``Ilse Vorn/AP`` signs a picture; texts are signed the other way round."""
    first, slash, last = name.partition("/")
    return (
        bool(slash)
        and " " in first.strip()
        and " " not in last.strip()
        and not is_like_an_outlet(first.strip(), language, gazetteer)
    )


def _is_listed(name: str, _: Language, gazetteer: Gazetteer) -> bool:
    return gazetteer.by_name(name) is not None


def _is_word(name: str, language: Language, gazetteer: Gazetteer) -> bool:
    return " " not in name or is_like_an_outlet(name, language, gazetteer)


def _is_code_or_known(name: str, _: Language, gazetteer: Gazetteer) -> bool:
    return is_code(name) or gazetteer.by_name(name) is not None


def _is_signature(name: str, language: Language, gazetteer: Gazetteer) -> bool:
    """What stands between brackets in a dateline: short, and with a capital or known."""
    if (
        _PARTY.match(name)
        or len(_LETTERED.findall(name)) > _MAX_WIRE_WORDS
        or sum(map(str.isdigit, name)) > len(name) // 2
    ):
        return False
    if is_like_an_outlet(name, language, gazetteer):
        return True
    first = name[:1]
    is_name = first != first.lower() or first.lower() == first.upper() or name[-1:] != name[-1:].lower()
    return is_name and len(name.replace("/", " ").split()) <= _MAX_UNKNOWN_WORDS


def _is_agency(name: str, language: Language, gazetteer: Gazetteer) -> bool:
    known = gazetteer.by_name(name)
    return (known is not None and known.kind == "agency") or bool(language.syndicators & set(fold(name).split()))


def _is_title(name: str, language: Language, gazetteer: Gazetteer) -> bool:
    """Any name but a lone first name and surname is taken where the form says that a text stood somewhere first."""
    return is_like_an_outlet(name, language, gazetteer) or not name.isdigit()


def _is_named(name: str, language: Language, gazetteer: Gazetteer) -> bool:
    return bool(_SITE.match(name)) or has_media_word(name, language) or gazetteer.by_name(name) is not None


def _is_coded(name: str, _: Language, gazetteer: Gazetteer) -> bool:
    return is_code(name.replace(" ", "-")) or gazetteer.by_name(name) is not None


def _is_small(name: str, language: Language, _: Gazetteer) -> bool:
    """An agency that signs without a capital, as ``dpa`` does."""
    return bool(_SMALL.fullmatch(name)) and fold(name) not in language.nobody


_NEEDS: dict[str, Callable[[str, Language, Gazetteer], bool]] = {
    "agency": _is_agency,
    "code": _is_code_or_known,
    "coded": _is_coded,
    "listed": _is_listed,
    "known": is_like_an_outlet,
    "named": _is_named,
    "small": _is_small,
    "title": _is_title,
    "wire": _is_signature,
    "word": _is_word,
}
