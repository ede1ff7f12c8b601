"""Text: what compare looks for in a language, read from ``languages/<code>.toml``, and which language a text is in.

A file is data alone: phrases, months, number words. A phrase is kept as the keys of its words, so that it meets a text
in the form in which texts are compared. A word that ends in ``*`` stands for every word that begins with it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

from scraper.read.language import language_of
from scraper.text import traits
from scraper.text.phrases import Phrases
from scraper.text.traits import Traits
from scraper.text.values import CURRENCY_CODES
from scraper.text.words import words_of

KINDS_FROM_LISTS = ("negation", "modality", "date", "number")
"""Kinds that need word lists; digits, names with capitals, quotation marks and omissions are found without."""
_SAMPLE = 400
"""Characters of a text that are looked at when its language is told by function words."""
_LATIN_WORD = re.compile(r"[^\W\d_]+")

_COUNTERS = "年月日号號"
"""What Chinese puts behind the numbers of a date."""


class Endings(NamedTuple):
    """How a word says no by its form; each pair is (negative, positive)."""

    prefixes: tuple[str, ...] = ()
    suffixes: tuple[tuple[str, str], ...] = ()
    infixes: tuple[str, ...] = ()
    """Put behind the stem of a verb (Turkish and Azerbaijani)."""
    softened: tuple[tuple[str, str], ...] = ()
    """Letters that change where an ending is added: d and t in gidecek, gitmeyecek."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """The lists of one language, as keys. ``has_lists`` is false for one that is compared without."""

    code: str
    name: str = ""
    has_lists: bool = False
    stop: frozenset[str] = frozenset()
    conditions: Phrases
    negation: Phrases
    opposites: Phrases
    """Pairs like "ruled in" and "ruled out", of which both are shown whole."""
    contraries: Phrases
    """Words that turn a claim round, each in the group of its row and side: ``7+`` against ``7-``."""
    endings: Endings
    modality: Phrases
    modal_endings: tuple[tuple[str, str], ...] = ()
    """(ending, group): must and may are endings in Turkish and Azerbaijani."""
    months: Phrases
    weekdays: Phrases
    relative_days: Phrases
    which: Phrases
    """Next, last and this before a day, a week or a year, by number."""
    day_first: bool = True
    months_have_capitals: bool = False
    date_fillers: frozenset[str] = frozenset()
    number_words: Mapping[str, int]
    scales: Phrases
    ordinals: Phrases
    fractions: Phrases
    percent: Phrases
    points: Phrases
    """Percentage points, which are not percent."""
    currencies: Phrases
    units: Phrases
    """Units of time, length and weight, each with the number of its row as group."""
    quantity_words: Phrases
    """All words that numbers and dates are made of."""
    traits: Traits
    """What each word can be the beginning of; a word in none of the lists is plain."""
    minus: frozenset[str] = frozenset()
    number_joiners: frozenset[str] = frozenset()
    number_articles: frozenset[str] = frozenset()
    """Words that stand for one before a scale: a million."""
    decimal_mark: str | None = None
    titles: Phrases
    places: Phrases
    directions: Phrases
    """Points of the compass and sides, by number."""
    before_places: frozenset[str] = frozenset()
    common_endings: tuple[str, ...] = ()
    """Endings of common nouns where all nouns have capitals."""
    articles: frozenset[str] = frozenset()
    speech: Phrases
    roles: Phrases
    credits: Phrases
    cut: Phrases


def _each(words: Iterable[str]) -> Phrases:
    """Words, each as a phrase of its own."""
    return Phrases(((word,), "said") for word in words)


def _cores(phrases: Phrases) -> Phrases:
    """The longest word of each phrase as a phrase of its own: the one that is met least often elsewhere."""
    return _each(max(phrase, key=len) for phrase, _ in phrases)


def _of_several(phrases: Phrases) -> Iterator[str]:
    """The words of those phrases that have more than one."""
    return (word for phrase, _ in phrases if len(phrase) > 1 for word in phrase)


class _Ending:
    """The words that end in one of some endings."""

    def __init__(self, endings: Iterable[Sequence[str]]) -> None:
        self._endings = tuple(ending for group in endings for ending in group)

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and key.endswith(self._endings)


def codes() -> tuple[str, ...]:
    """The languages that have a file, in alphabetical order."""
    found = (entry.name for entry in files(__package__).joinpath("languages").iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in found if name.endswith(".toml")))


@lru_cache(maxsize=64)
def lists_of(code: str | None) -> Language:
    """The lists of a language (``en``, ``tr-TR``); empty ones, with ``has_lists`` false, where there is no file."""
    primary = (code or "").partition("-")[0].lower()
    return _language(primary, _file(primary) if primary in codes() else {})


def guess(*texts: str) -> str | None:
    """The language that the texts are in together, or ``None`` where they hold too little to go by.

    Function words of the languages with lists decide where the script is Latin and one of them is well ahead; the
    slower ``read.language`` is asked for the rest.
    """
    sample = " ".join(text[:_SAMPLE] for text in texts)
    words = set(_LATIN_WORD.findall(sample.lower()))
    scores = sorted(((len(words & stop), code) for code, stop in _stop_words()), reverse=True)
    if scores[0][0] * 8 >= len(words) and scores[0][0] >= max(2, 2 * scores[1][0]):
        return scores[0][1]
    return language_of(" ".join(texts)[:6_000])


@lru_cache(maxsize=1)
def _stop_words() -> tuple[tuple[str, frozenset[str]], ...]:
    return tuple((code, frozenset(str(_file(code)["stop"]).split())) for code in codes())


@lru_cache(maxsize=64)
def _file(code: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("languages", f"{code}.toml").read_text("utf-8"))


def _keys(phrase: str, code: str) -> tuple[str, ...]:
    """The keys of a phrase's words; a star stays on the word that it ends."""
    keys: list[str] = []
    for part in phrase.split():
        own = words_of(part.rstrip("*"), language=code or None).keys
        keys += [*own[:-1], own[-1] + "*"] if part.endswith("*") and own else own
    return tuple(keys)


def _phrases(code: str, rows: Iterable[tuple[str, str]]) -> Phrases:
    keyed = ((_keys(phrase, code), group) for phrase, group in rows)
    return Phrases((keys, group) for keys, group in keyed if keys)


def _sides(rows: Iterable[Sequence[Sequence[str]]]) -> Iterator[tuple[str, str]]:
    """The words of both sides of each row, with the number of the row and the side."""
    for number, sides in enumerate(rows):
        for sign, words in zip("+-", sides, strict=True):
            yield from ((word, f"{number}{sign}") for word in words)


def _language(code: str, file: dict[str, Any]) -> Language:
    def flat(table: str, name: str) -> Phrases:
        return _phrases(code, ((phrase, name) for phrase in file.get(table, {}).get(name, ())))

    def single(table: str, name: str) -> frozenset[str]:
        return frozenset(key for word in file.get(table, {}).get(name, ()) for key in _keys(word, code))

    def numbered(table: str, name: str, first: int) -> Phrases:
        rows = enumerate(file.get(table, {}).get(name, ()), first)
        return _phrases(code, ((form, str(number)) for number, forms in rows for form in forms))

    def valued(name: str) -> Phrases:
        return _phrases(code, ((word, str(value)) for word, value in numbers.get(name, {}).items()))

    negation, numbers, dates = file.get("negation", {}), file.get("numbers", {}), file.get("dates", {})
    months, weekdays = numbered("dates", "months", 1), numbered("dates", "weekdays", 1)
    scales, ordinals = valued("scales"), valued("ordinals")
    fractions, percent = flat("numbers", "fractions"), flat("numbers", "percent")
    points, currencies, units = flat("numbers", "points"), valued("currencies"), numbered("numbers", "units", 1)
    words, minus = valued("words"), single("numbers", "minus")
    others = (((key,), "part") for key in (*minus, *_COUNTERS))
    modality = dict(file.get("modality", {}))
    modal_endings = modality.pop("endings", {})
    modal = _phrases(code, ((phrase, group) for group, phrases in modality.items() for phrase in phrases))
    opposites = _phrases(code, ((phrase, "pair") for pair in negation.get("opposites", ()) for phrase in pair))
    contraries = _phrases(code, _sides(negation.get("contraries", ())))
    which, directions = numbered("dates", "which", 1), numbered("names", "directions", 1)
    no, relative, roles = flat("negation", "words"), flat("dates", "relative"), flat("speech", "roles")
    values = (months, weekdays, scales, ordinals, fractions, percent, points, currencies, units, words, others)
    quantity_words = Phrases(row for rows in values for row in rows)
    number_words = {_keys(word, code)[0]: value for word, value in numbers.get("words", {}).items()}
    fillers = single("dates", "fillers")
    joiners, speech = single("numbers", "joiners"), flat("speech", "verbs")
    cored = (units, currencies, no, opposites, contraries, modal, relative, which, directions, speech, roles)
    rows = (
        traits.Row(traits.QUANTITY, (quantity_words, _each(quantity_words.vocabulary)), (CURRENCY_CODES,)),
        traits.Row(traits.FILLER, words=(fillers,)),
        traits.Row(traits.MEASURE, (scales, percent, points, currencies, units), (CURRENCY_CODES,)),
        traits.Row(traits.UNIT, (_cores(currencies), _cores(units))),
        traits.Row(traits.NEGATION, (_cores(no),)),
        traits.Row(traits.OPPOSITE, (_cores(opposites),)),
        traits.Row(traits.CONTRARY, (_cores(contraries),)),
        traits.Row(traits.DIRECTION, (_cores(directions),)),
        traits.Row(traits.WHICH, (_cores(which),)),
        traits.Row(traits.MODALITY, (_cores(modal),), (_Ending(modal_endings.values()),)),
        traits.Row(traits.RELATIVE_DAY, (_cores(relative),)),
        traits.Row(traits.SPEECH, (_cores(speech),)),
        traits.Row(traits.ROLE, (_cores(roles),)),
        traits.Row(traits.PART, [_each(_of_several(table)) for table in cored]),
    )
    return Language(
        code=code,
        name=file.get("name", ""),
        has_lists=bool(file),
        stop=frozenset(key for word in file.get("stop", "").split() for key in _keys(word, code)),
        conditions=_phrases(code, ((phrase, "condition") for phrase in file.get("conditions", ()))),
        negation=no,
        opposites=opposites,
        contraries=contraries,
        endings=Endings(
            prefixes=tuple(negation.get("prefixes", ())),
            suffixes=tuple((no, yes) for no, yes in negation.get("suffixes", ())),
            infixes=tuple(negation.get("verbs", ())),
            softened=tuple((pair[0], pair[1]) for pair in negation.get("softened", ())),
        ),
        modality=modal,
        modal_endings=tuple((ending, group) for group, endings in modal_endings.items() for ending in endings),
        months=months,
        weekdays=weekdays,
        relative_days=relative,
        which=which,
        day_first=dates.get("order", "dmy") != "mdy",
        months_have_capitals=dates.get("capitals", False),
        date_fillers=fillers,
        number_words=number_words,
        scales=scales,
        ordinals=ordinals,
        fractions=fractions,
        percent=percent,
        points=points,
        currencies=currencies,
        units=units,
        quantity_words=quantity_words,
        traits=Traits(rows, reach=max(table.longest for table in cored)),
        minus=minus,
        number_joiners=joiners,
        number_articles=single("numbers", "articles"),
        decimal_mark=numbers.get("decimal"),
        titles=flat("names", "titles"),
        places=flat("names", "places"),
        directions=directions,
        before_places=single("names", "before"),
        common_endings=tuple(ending.lstrip("*") for ending in file.get("names", {}).get("common", ())),
        articles=single("names", "articles"),
        speech=speech,
        roles=roles,
        credits=flat("frame", "credits"),
        cut=flat("frame", "cut"),
    )
