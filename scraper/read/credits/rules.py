"""The rows by which credits are read: one TOML file per language beside this package, ``any.toml`` for all of them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any, cast

from scraper.model import CitationKind
from scraper.read.credits.anchors import TOKEN, lowered
from scraper.read.credits.forms import Form, Script, alternatives, any_case, compile_form
from scraper.read.gazetteer import fold

_FOLDER = "credit_rules"
_ANY = "any"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One way of writing a credit, or (``kind`` is ``trap``) of writing something that only looks like one."""

    kind: CitationKind | None
    at: str
    """``head`` and ``tail``: the first and last lines; ``edge``: both; ``last``: the very last; ``text``: anywhere."""
    form: Form
    needs: str | None = None
    """What the name must be: ``known`` to the gazetteer or named like a publisher, a ``code`` …"""
    issuer: str | None = None
    """``beside``: the issuer is looked for in the sentence beside the credit."""
    rank: int = 0
    """Rows before others win."""
    outranks_traps: bool = False
    is_vouched: bool = False
    """It holds only if an office declares something beside it."""
    is_near: bool = False
    """It credits the text only near its beginning; further on it says where one person said one thing."""
    is_office: bool = False
    """The issuer that the form points at must be called an office, or the form does not hold."""
    case: str | None = None
    """The case in which names stand here, where the language has forms for it."""
    is_open: bool = False
    """An issuer that the form points at need not be called an office: ``Ordo press service``."""
    says_nothing: bool = False
    """The credit is there, but it names nobody: its words are kept, outlet and issuer stay unknown."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Language:
    """Everything that is known about credits in one language. Compared by identity: there is one per code."""

    code: str
    script: Script
    lists: dict[str, tuple[str, ...]]
    rules: tuple[Rule, ...]
    subjects: tuple[Form, ...]
    """Forms of a sentence in which an issuer declares something: their ``issuer1`` is the issuer."""
    outlet_endings: re.Pattern[str] | None
    outlet_beginnings: re.Pattern[str] | None
    """What may stand before an outlet in its slot without being part of it: ``Ilse Vorn of the``."""
    issuer_endings: tuple[tuple[re.Pattern[str], str], ...]
    outlet_forms: tuple[tuple[re.Pattern[str], str], ...] = ()
    """Inflected names and what they are in the nominative: ``der Kleinen Zeitung``."""
    cases: dict[str, tuple[tuple[re.Pattern[str], str], ...]] = field(default_factory=dict)
    """The same for names that stand in a certain case."""
    has_compounds: bool = False
    """Words for offices stand at the end of longer words: ``Verkehrsministerium``."""
    is_verb_last: bool = False
    """The object stands between subject and verb, so that a subject ends with its noun."""

    word_start = r"(?<!\w)"

    def words(self, name: str) -> tuple[str, ...]:
        """A word list by its name; empty where the language has none."""
        return self.lists.get(name, ())

    @cached_property
    def nobody(self) -> frozenset[str]:
        """Folded words that stand where a name would and name nobody."""
        return frozenset(fold(word) for word in self.words("nobody"))

    @cached_property
    def issuer_cut(self) -> re.Pattern[str] | None:
        """Words at which an issuer's name is over, wherever its slot ends."""
        words = self.words("issuer_cut")
        return re.compile(f"(?i)\\s{alternatives(words)}(?!\\w).*", re.DOTALL) if words else None

    @cached_property
    def no_subject(self) -> frozenset[str]:
        """Folded words on which no subject of an active sentence ends: ``was``, ``been``."""
        return frozenset(fold(word) for word in self.words("no_subject"))

    @cached_property
    def no_first_name(self) -> frozenset[str]:
        """Folded words with a capital that stand before a name without being a first name: ``According``, ``Laut``."""
        lists = ("common", "nobody", "media", "source_labels", "months", "weekdays", "capitalised")
        return frozenset(fold(word) for name in lists for word in self.words(name)) | {"the"}

    @cached_property
    def media(self) -> frozenset[str]:
        """Folded words by which publishers name themselves: ``news``, ``agency`` …"""
        return frozenset(fold(word) for word in self.words("media"))

    @cached_property
    def issuers(self) -> re.Pattern[str]:
        """Words for offices and bodies by their beginnings, a whole word where the row ends on a full stop."""
        stems = self.words("issuers")
        if not stems:
            return re.compile(r"(?!)")
        inside = "|".join(re.escape(stem.rstrip(".")) + (r"(?!\w)" if stem.endswith(".") else "") for stem in stems)
        return re.compile(f"(?i:{'' if not self.script.cased or self.has_compounds else self.word_start}(?:{inside}))")

    @cached_property
    def date_words(self) -> frozenset[str] | None:
        """Words without which, and without a digit, nothing is a date; ``None`` where words are not parted."""
        if not self.script.spaced:
            return None
        names = (*self.words("months"), *self.words("weekdays"))
        return frozenset(token for name in names for token in TOKEN.findall(lowered(name)))

    @cached_property
    def whole_date(self) -> re.Pattern[str]:
        """A date and nothing else."""
        return re.compile(f"{self.script.dates}[.,]?(?:,? \\d{{4}})?")

    @cached_property
    def roles(self) -> frozenset[str]:
        """Folded words for what a person does: a name with one of them is no outlet."""
        return frozenset(fold(word) for word in self.words("roles"))

    @cached_property
    def offices(self) -> tuple[str, ...]:
        """How the name of an office that speaks for an issuer begins: ``press service of``."""
        return tuple(f"{fold(word)} of" for word in self.words("press"))

    @cached_property
    def syndicators(self) -> frozenset[str]:
        """Folded words by which agencies and syndicates name themselves."""
        return frozenset(fold(word) for word in self.words("syndicators"))

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """What may stand before or behind an outlet's name without being part of it, the longest first."""
        return tuple(sorted(self.words("outlet_labels"), key=len, reverse=True))


def _folder() -> Traversable:
    return resources.files("scraper.read").joinpath(_FOLDER)


@cache
def language_codes() -> tuple[str, ...]:
    """The languages that have rules, by code."""
    names = (entry.name.removesuffix(".toml") for entry in _folder().iterdir() if entry.name.endswith(".toml"))
    return tuple(sorted(name for name in names if name != _ANY))


@cache
def _table(code: str) -> dict[str, Any]:
    return tomllib.loads(_folder().joinpath(f"{code}.toml").read_text(encoding="utf-8"))


@cache
def host_lists() -> dict[str, frozenset[str]]:
    """``staging``: labels of a workshop; ``passing``: hosts on which nobody publishes in their own name."""
    lists = _table(_ANY)["hosts"]
    passing = frozenset(host for name, hosts in lists.items() if name != "staging" for host in hosts)
    return {"staging": frozenset(lists["staging"]), "passing": passing}


@cache
def label_words() -> tuple[str, ...]:
    """Words for "source" in all languages: what stands before or behind a link to one."""
    return tuple(dict.fromkeys(word for code in language_codes() for word in _label_list(code)))


def _label_list(code: str) -> list[str]:
    return list(_table(code).get("words", {}).get("source_labels", ()))


@cache
def language_marks(code: str) -> tuple[frozenset[str], frozenset[str]]:
    """A language's commonest words, in lower case, and letters that hardly any other language has."""
    words = _table(code).get("words", {})
    letters = frozenset(letter for letters in words.get("letters", ()) for letter in letters)
    return frozenset(word.casefold() for word in words.get("common", ())), letters


def language_code(tag: str | None) -> str:
    """The ISO 639-1 code of a language tag (``tr-TR`` -> ``tr``); English where there is none."""
    return (tag or "en").partition("-")[0].lower()


@cache
def language_rules(code: str) -> Language:
    """The rules of one language together with those that hold in all.

    A code without a file gets the common rules only.
    """
    own = _table(code) if code in language_codes() else {}
    common = _table(_ANY)
    lists = _merged_lists(own, common)
    script = _script(own, lists)
    rules = [*_rules(own, script, lists), *_rules(common, script, lists)]
    return Language(
        code=code,
        script=script,
        lists=lists,
        rules=tuple(replace(rule, rank=rank) for rank, rule in enumerate(rules)),
        subjects=tuple(compile_form(form, script, lists) for form in own.get("subjects", ())),
        outlet_beginnings=re.compile(own["outlet_beginnings"]) if "outlet_beginnings" in own else None,
        outlet_endings=re.compile(own["outlet_endings"]) if "outlet_endings" in own else None,
        issuer_endings=tuple((re.compile(old), new) for old, new in own.get("issuer_endings", ())),
        cases={
            case: tuple((re.compile(old), new) for old, new in forms) for case, forms in own.get("cases", {}).items()
        },
        has_compounds=own.get("compounds", False),
        is_verb_last=own.get("verb_last", False),
        outlet_forms=tuple((re.compile(old), new) for old, new in own.get("outlet_forms", ())),
    )


def _merged_lists(own: dict[str, Any], common: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    shared: dict[str, list[str]] = {name: list(words) for name, words in common.get("words", {}).items()}
    for code in language_codes():
        for name in common["shared"]:
            shared.setdefault(name, []).extend(_table(code).get("words", {}).get(name, ()))
    for name, words in own.get("words", {}).items():
        if name not in common["shared"]:
            shared.setdefault(name, []).extend(words)
    return {name: tuple(dict.fromkeys(words)) for name, words in shared.items() if words}


def _script(own: dict[str, Any], lists: dict[str, tuple[str, ...]]) -> Script:
    return Script(
        cased=own.get("cased", True),
        spaced=own.get("spaced", True),
        particles=lists.get("particles", ()),
        stops=lists.get("stops", ()),
        dates=_dates(lists),
        media=lists.get("lower_media", ()) if own.get("spaced", True) else lists.get("media_endings", ()),
        small=lists.get("small_agencies", ()),
        offices=lists.get("press", ()),
    )


def _dates(lists: dict[str, tuple[str, ...]]) -> str:
    month = f"{any_case(lists['months'])}\\.?"
    weekday = any_case(lists["weekdays"])
    of = r"(?:\s?de\s|\s?d['’]|\s)"
    year = r"(?:,?\s(?:de\s)?(?:19|20)\d\d(?!\d)|\s['’]?\d\d(?![\d:/.-]))"
    day = r"\d{1,2}(?:st|nd|rd|th|er|º|ª|\.)?"
    whole = (
        r"(?:19|20)\d\d年\d{1,2}月\d{1,2}日|\d{1,2}月\d{1,2}日"
        r"|(?:19|20)\d\d[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./](?:19|20)?\d\d(?!\d)"
        f"|{day}{of}{month}(?!\\w){year}?|{month}(?!\\w)\\s{day}(?!\\d){year}?"
    )
    return f"(?:(?:{weekday},?\\s)?(?:{whole})|{weekday}(?!\\w))"


def _rules(table: dict[str, Any], script: Script, lists: dict[str, tuple[str, ...]]) -> Iterator[Rule]:
    for row in table.get("rules", ()):
        if not _fits(row, script):
            continue
        for form in row["forms"]:
            needs = row.get("needs")
            kind = None if row["kind"] == "trap" else cast(CitationKind, row["kind"])
            yield Rule(
                kind=kind,
                at=row["at"],
                form=compile_form(form, script, lists),
                needs=needs,
                issuer=row.get("issuer"),
                outranks_traps=row.get("outranks_traps", False),
                is_vouched=row.get("is_vouched", False),
                is_near=row.get("is_near", False),
                is_office=row.get("is_office", False),
                case=row.get("case"),
                is_open=row.get("is_open", False),
                says_nothing=row.get("says_nothing", False),
            )


def _fits(row: dict[str, Any], script: Script) -> bool:
    return bool(row.get("cased", script.cased) == script.cased)
