"""A form is how newsrooms write a credit, with slots for what differs; here it becomes a regular expression.

    {outlet} <reports>[,] <citing> {outlet}

``{slot}`` is a name, a date, an address …; ``<list>`` any entry of a language's word list (``<=list>``: even where the
space before it was lost); ``[x]`` may be missing;
``(a|b)`` is either; ``~`` is a space or none; ``…`` is a gap within the sentence; ``^`` and ``$`` are the ends of the
line; a backslash takes the next sign as it stands. Words match whatever their case, names keep theirs. Every repetition
is bounded, so that the time per position is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property

from scraper.read.credits.anchors import SIGNS, Anchors, Needs
from scraper.read.credits.letters import CAPITALS

_TOKEN = re.compile(r"\{(\w+)\}|<(=?\w+)>|\\(.)|([\[\]()|^$~…])|(\s+)|([^\W_]+)|(.)")

_QUOTED = r"[\"“”„«「『《‹][^\"“”„«»「」『』《》‹›\n]{1,60}[\"”“»」』》›]"
_SITE = r"(?i:[a-z0-9а-яёա-ֆ][\w-]{0,40}+(?:\.[\w-]{1,30}+){0,3}\.[a-zа-яё]{2,12})(?![\w-])"
_URL = r"(?:https?://[^\s<>\"()]{3,400}|(?i:[a-z0-9-]{1,60}(?:\.[a-z0-9-]{1,60}){1,4}/[^\s<>\"()]{1,400})|(?i:www\.[a-z0-9.-]{3,100}))"
_SIGNED = "[’'ʼ.&+-]{1,2}[\\w]{1,40}"
"""What goes on behind a sign inside a word: ``d’accord``, ``A.B``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """What the slots of one language are made of."""

    cased: bool
    particles: tuple[str, ...]
    """Small words that may stand inside a name: ``of``, ``de la``."""
    stops: tuple[str, ...]
    """Words at which a name or an issuer without capitals ends."""
    dates: str
    """A regular expression for a date as written in the language."""
    media: tuple[str, ...] = ()
    """Words without a capital that belong to a name behind a capital: ``Эльморское агентство печати``."""
    small: tuple[str, ...] = ()
    """Agencies that write themselves without a capital: ``dpa``."""
    offices: tuple[str, ...] = ()
    """What an office that speaks for an issuer is called: ``press service``."""
    spaced: bool = True
    is_glued: bool = False
    """Whether the next word may be glued to a name, its space lost."""


@dataclass(frozen=True, kw_only=True)
class Form:
    """A form as a regular expression, and the words of which one must stand in a text for it to be worth trying."""

    source: str
    expression: str
    anchors: tuple[str, ...]
    needs: Needs = field(default_factory=Needs)
    """What must stand in a stretch for the form to be worth trying there."""
    is_at_start: bool = False
    """Whether it can match at the start of a stretch only."""
    is_whole: bool = False
    """Whether it can only match a stretch from end to end."""
    begins_with_anchor: bool = False
    """Whether a match begins where one of the anchors stands."""

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Compiled when it is first needed: most forms of a language never are."""
        return _compiled(self.expression)


@cache
def _compiled(expression: str) -> re.Pattern[str]:
    """Kept beyond the few hundred that ``re`` keeps: languages share the forms that hold no slot of their own."""
    return re.compile(expression)


def alternatives(words: tuple[str, ...] | list[str]) -> str:
    """Any of the words, the longest first, spaces as any short run of white space."""
    ordered = sorted(set(words), key=lambda word: (-len(word), word))
    return "(?:" + "|".join(re.escape(word).replace(r"\ ", r"\s{1,3}") for word in ordered) + ")"


def any_case(words: Iterable[str]) -> str:
    """Any of the words whatever their case, parted by first letters: most of a long choice is then passed over."""
    by_first: dict[str, list[str]] = {}
    for word in words:
        by_first.setdefault(word[:1].lower().replace("i̇", "i"), []).append(word[1:])
    return "(?:" + "|".join(f"{_either_case(first)}(?i:{alternatives(rest)})" for first, rest in by_first.items()) + ")"


def _either_case(letter: str) -> str:
    if letter in "iı":
        return "[iIİı]"
    capital = letter.upper()
    return f"[{letter}{capital}]" if len(capital) == 1 and capital != letter else re.escape(letter)


def _word(first: str, more: str, script: Script) -> str:
    """A word with signs in it. Nobody's name ends within a run of letters, so runs are taken whole or not at all (which
    spares many tries), except where words may be glued to names.
    """
    whole = "" if script.is_glued else "+"
    return f"{first}[\\w]{{0,40}}{whole}(?:{more}{whole}){{0,3}}"


def _name(script: Script, *, is_last: bool) -> str:
    if not script.spaced:
        end = r"(?=[\s,，。:：;；、)）」』》|/]|$)" if is_last else ""
        named = f"[^\\W\\d_][\\w.·]{{0,9}}?{alternatives(script.media)}{end}|" if script.media else ""
        return f"(?:{named}[^\\W\\d_][\\w.·]{{0,11}}?{end})"
    if not script.cased:
        return _uncased(script, words=3, is_last=is_last)
    head = _word(f"[{CAPITALS}]", r"[’'ʼ.&+/-][\w]{1,40}", script)
    more = f"(?:{head}|[0-9]{{1,4}}(?![\\w]))"
    inner = alternatives(script.particles) if script.particles else "(?!)"
    head = f"(?:{head}|{alternatives(script.small)}(?!\\w))" if script.small else head
    plain = f"{head}(?:[ \u00a0](?:(?:{inner}|&)[ \u00a0])?{more}){{0,6}}"
    if not script.media:
        return plain
    inside = f"{head}(?: [\\w-]{{2,30}}){{0,2}}? {alternatives(script.media)}(?: [\\w-]{{2,30}}){{0,2}}?(?=[,.:;]|$)"
    return f"(?:{inside}|{plain})"


def _uncased(script: Script, *, words: int, is_last: bool) -> str:
    word = _word(r"[^\W_]", _SIGNED, script)
    lazy = f"{word}(?:[ \u00a0]{word}){{0,{words}}}?"
    if not is_last:
        return lazy
    stops = f"|\\s{alternatives(script.stops)}(?!\\w)" if script.stops else ""
    return f"{lazy}(?=\\s?[^\\w\\s-]|\\s*$|\\s[-‐-―]{stops})"


def _one_word(script: Script) -> str:
    """A name of a single word, where another name follows."""
    head = f"[{CAPITALS}]" if script.cased else r"[^\W\d_]"
    return _word(head, r"[’'ʼ.&+/-][\w]{1,40}", script)


def _issuer(script: Script, *, is_last: bool) -> str:
    if not script.spaced:
        return r"[^\W\d_]{1,10}?" + ("(?=[\\s,，。:：;；]|$)" if is_last else "")
    return _uncased(script, words=9, is_last=is_last)


def _person(script: Script) -> str:
    if not script.cased:
        return _uncased(script, words=2, is_last=False) if script.spaced else r"[^\W\d_]{2,4}"
    word = f"[{CAPITALS}][\\w’'-]{{0,30}}\\.?"
    return f"{word}(?: (?:(?:de|da|von|van|bin|al|el|der|di|la)[ ])?{word}){{1,3}}"


def _place(script: Script) -> str:
    word = f"[{CAPITALS}][\\w’'.-]{{0,30}}" if script.cased else r"[^\W\d_][\w’'-]{0,30}"
    run = f"{word}(?:[ /]{word}){{0,3}}" if script.spaced else r"[^\W\d_]{2,5}"
    return f"{run}(?:\\s?[,،;]\\s?{run}){{0,2}}(?:\\s?\\[[^\\]\\n]{{1,40}}\\])?"


_CITED: dict[str, Callable[..., str]] = {"outlet": _name, "issuer": _issuer}


def _slot(name: str, script: Script, *, is_last: bool) -> str:
    person = _person(script)
    bare = {
        "outlet": f"(?:{_SITE}|{_QUOTED}|{_name(script, is_last=is_last)})",
        "other": f"(?:{_SITE}|{_QUOTED}|{_name(script, is_last=is_last)})",
        "issuer": _issuer(script, is_last=is_last),
        "who": f"(?:{_QUOTED}|{_name(script, is_last=is_last)})",
        "agency": r"[^\W_][^()\n\[\]]{0,58}[\w.]",
        "word": f"(?:{_SITE}|{_QUOTED}|{_one_word(script)})",
        "wire": r"[^\W_][\w .&+-]{1,40}",
        "code": f"[{CAPITALS}][{CAPITALS}0-9]{{1,8}}(?:[-/.][{CAPITALS}][{CAPITALS}0-9]{{1,8}}){{0,2}}(?!\\w)",
        "person": person,
        "persons": f"{person}(?:(?:,| and| и| ve| y| et| und|,? -|،| /) {person}){{0,3}}",
        "place": _place(script),
        "date": script.dates,
        "site": _SITE,
        "title": _name(script, is_last=is_last),
        "name_site": f"[{CAPITALS}]{_SITE}",
        "office": f"the (?:[\\w’'-]{{1,30}} ){{1,6}}?{any_case(script.offices)}" if script.offices else "(?!)",
        "url": _URL,
        "quoted": _QUOTED,
        "mention": _QUOTED,
        "sigle": r"[a-zäöüß]{2,6}",
        "weekday": r"[^\W\d_]{2,12},?",
        "number": r"\d{1,4}",
        "year": r"(?:19|20)\d\d",
        "time": r"\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:\s?(?i:[ap])\.?(?i:m)\.?)?(?:\s[A-Z]{2,4}(?!\w))?",
        "handle": r"[\w-]{2,40}(?: [\w-]{2,30}){0,2}",
        "rest": r"[^\n]{1,200}",
        "short": r"[^\n.;()]{1,60}",
    }
    return bare[name]


_GROUPS = {
    "outlet": "outlet",
    "site": "outlet",
    "word": "outlet",
    "name_site": "outlet",
    "title": "outlet",
    "agency": "outlet",
    "wire": "outlet",
    "code": "outlet",
    "quoted": "outlet",
    "issuer": "issuer",
    "who": "issuer",
    "office": "issuer",
    "date": "date",
    "url": "url",
}


def compile_form(form: str, script: Script, lists: Mapping[str, tuple[str, ...]]) -> Form:
    """A form as a regular expression with the groups ``outlet1``, ``outlet2`` …, ``issuer1``, ``date1``, ``url1``.

    Raises ``KeyError`` for a slot or a word list that does not exist; unbalanced brackets show in ``Form.pattern``.
    """
    parts: list[str] = []
    counts: dict[str, int] = {}
    anchors = Anchors()
    tokens = list(_TOKEN.finditer(form))
    for number, token in enumerate(tokens):
        slot, words, escaped, sign, space, word, other = token.groups()
        if slot:
            anchors.add_slot(slot)
            is_last = number + 1 == len(tokens)
            following = script if is_last or tokens[number + 1].group()[:2] != "<=" else replace(script, is_glued=True)
            parts.append(_grouped(slot, following, counts, is_first=number == 0, is_last=is_last))
        elif words or word:
            chosen = lists[words.lstrip("=")] if words else (word,)
            is_glued = bool(words) and words.startswith("=")
            starts_phrase = bool(words) or not _continues_a_phrase(form, token.start())
            anchors.add(chosen, starts_phrase=starts_phrase, is_glued=is_glued)
            parts.append(_literal(chosen, script, is_glued=is_glued))
        elif sign:
            anchors.see(sign)
            parts.append(_STRUCTURE[sign])
        elif space:
            parts.append(r"[^\S\n]{1,3}")
        else:
            anchors.add_sign(escaped or other)
            parts.append(SIGNS.get(escaped or other, re.escape(escaped or other)))
    anchor, begins = anchors.best(frozenset(lists.get("common", ())))
    return Form(
        source=form,
        expression="".join(parts),
        anchors=anchor,
        needs=anchors.needs(is_spaced=script.spaced),
        is_at_start=form.startswith("^"),
        is_whole=form.startswith("^") and form.endswith("$"),
        begins_with_anchor=begins and script.spaced,
    )


def _grouped(slot: str, script: Script, counts: dict[str, int], *, is_first: bool, is_last: bool) -> str:
    """A slot as a group that is named by what it holds, numbered from 1."""
    bare = _slot(slot, script, is_last=is_last)
    group = _GROUPS.get(slot)
    if is_first and script.spaced and group in _CITED:
        # Without this a search would begin inside each word as well.
        bare = rf"(?<![^\W_]){bare}"
    if group is None:
        return f"(?:{bare})"
    counts[group] = counts.get(group, 0) + 1
    return f"(?P<{group}{counts[group]}>{bare})"


def _continues_a_phrase(form: str, start: int) -> bool:
    return start > 1 and form[start - 1] == " " and form[start - 2].isalpha()


_STRUCTURE = {
    "[": "(?:",
    "]": ")?",
    "(": "(?:",
    ")": ")",
    "|": "|",
    "^": r"^\s{0,3}[*#>_]{0,3}\s?",
    "$": r"[*_]{0,3}\s{0,3}$",
    "~": r"[^\S\n]{0,3}",
    "…": r"[^\n.!?。]{0,80}?",
}


def _literal(words: tuple[str, ...], script: Script, *, is_glued: bool) -> str:
    if not script.spaced:
        return f"(?i:{alternatives(words)})"
    before = "" if is_glued else r"(?<![^\W_])"
    return f"{before}{any_case(words)}(?![^\\W_])"
