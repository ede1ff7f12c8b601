"""Typed edits on real statements: what a copyist gets wrong, what a copyist may change, and what is another text.

Each edit is a function of a text and a random source. It gives the new text and what it changed (kind, words before,
words after), or ``None`` where the text has no place for it. The words are those that were changed on the page; the
answer under test is asked to name them.
"""

# Editors share one signature; lists of words are read as sentences.
# ruff: noqa: SIM905
from __future__ import annotations

import random
import re
from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple


class Edit(NamedTuple):
    """An edited text and what was done to it."""

    text: str
    kinds: tuple[str, ...]
    """Kinds that are right for it."""
    before: str
    after: str


Editor = Callable[[str, random.Random], Edit | None]

_MONTHS = "January February March April May June July August September October November December".split()
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_FIRST = "Ana Ivo Marek Leyla Tomas Irena Pavel Sofia Emil Greta".split()
_LAST = "Reyes Kovac Lindqvist Okafor Moreau Petrov Aldana Hartwig Novak Sorel".split()
_PLACES = "Velmora Kelmar Tarsis Ostrava Lindenau Calder Moravia Sundal Porvoo Ravenna".split()
_BODIES = ["Harbour Council", "Velmora Institute", "Northern League", "Calder Commission", "Ports Authority"]


def replaced(text: str, match: re.Match[str], new: str, kinds: str, group: int = 0) -> Edit | None:
    """The text with one group of a match replaced."""
    old = match.group(group)
    if old == new:
        return None
    start, end = match.span(group)
    return Edit(text[:start] + new + text[end:], tuple(kinds.split()), old, new)


def one_of(text: str, pattern: str, rng: random.Random, *, flags: int = 0) -> re.Match[str] | None:
    """A random match of a pattern."""
    found = list(re.finditer(pattern, text, flags))
    return rng.choice(found) if found else None


# --- material -----------------------------------------------------------------------------------------------------

_NUMBER = r"(?<![\w.,/$€£-])(?!(?:19|20)\d\d\b)(\d{1,3}(?:,\d{3})+|\d{1,4})(?![\w/-]|[.,:]\d|(?:st|nd|rd|th)\b)"
_MONTH = "(?:" + "|".join(_MONTHS) + ")"


def _plain_numbers(text: str) -> list[re.Match[str]]:
    """Numbers that are no part of a date."""
    found = []
    for match in re.finditer(_NUMBER, text):
        before, after = text[max(0, match.start() - 14) : match.start()], text[match.end() : match.end() + 14]
        if re.search(rf"\b{_MONTH}\.? $", before) or re.match(rf"(?: of)? {_MONTH}", after):
            continue
        found.append(match)
    return found


def number_times_ten(text: str, rng: random.Random) -> Edit | None:
    found = _plain_numbers(text)
    if not found:
        return None
    match = rng.choice(found)
    value = int(match[1].replace(",", "")) * 10
    return replaced(text, match, f"{value:,}" if "," in match[1] else str(value), "number", 1)


def digits_swapped(text: str, rng: random.Random) -> Edit | None:
    found = [m for m in _plain_numbers(text) if len(m[1]) > 1 and len(set(m[1]) - {","}) > 1]
    if not found:
        return None
    match = rng.choice(found)
    digits = list(match[1])
    places = [i for i, c in enumerate(digits) if c.isdigit()]
    pairs = [(a, b) for a, b in pairwise(places) if digits[a] != digits[b]]
    pairs = [(a, b) for a, b in pairs if not (a == 0 and digits[b] == "0")]
    if not pairs:
        return None
    a, b = rng.choice(pairs)
    digits[a], digits[b] = digits[b], digits[a]
    return replaced(text, match, "".join(digits), "number", 1)


def decimal_point_lost(text: str, rng: random.Random) -> Edit | None:
    match = one_of(text, r"(?<![\w.,])(\d{1,3}\.\d{1,2})(?![\w.]|,\d)", rng)
    return replaced(text, match, match[1].replace(".", ""), "number", 1) if match else None


def scale_changed(text: str, rng: random.Random) -> Edit | None:
    match = one_of(text, r"\d (million|billion|thousand|trillion)\b", rng)
    if not match:
        return None
    others = [word for word in ("million", "billion", "thousand", "trillion") if word != match[1]]
    return replaced(text, match, rng.choice(others), "number", 1)


def percent_changed(text: str, rng: random.Random) -> Edit | None:
    match = one_of(text, r"(?<![\w.,])(\d+(?:\.\d+)?)( ?%| percent\b)", rng)
    if not match:
        return None
    return replaced(text, match, str(int(float(match[1])) + rng.randint(1, 9)), "number", 1)


def percent_dropped(text: str, rng: random.Random) -> Edit | None:
    match = one_of(text, r"\d( ?%| percent\b)", rng)
    return replaced(text, match, "", "number", 1) if match else None


def sign_added(text: str, rng: random.Random) -> Edit | None:
    match = one_of(text, r"(?<=\s)(\d+(?:\.\d+)?)(?= ?%| percent| degrees)", rng)
    return replaced(text, match, "-" + match[1], "number", 1) if match else None


def number_dropped(text: str, rng: random.Random) -> Edit | None:
    found = [m for m in _plain_numbers(text) if re.match(r" [a-z]{3,}", text[m.end() :]) and text[m.start() - 1] == " "]
    if not found:
        return None
    match = rng.choice(found)
    return Edit(text[: match.start()] + text[match.end() + 1 :], ("number",), match[1], "")


_WORDS = "two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty".split()


def number_word_changed(text: str, rng: random.Random) -> Edit | None:
    match = one_of(text, r"(?<![-\w])(" + "|".join(_WORDS) + r")(?![-\w])(?! (?:hundred|thousand))", rng)
    return replaced(text, match, rng.choice([w for w in _WORDS if w != match[1]]), "number", 1) if match else None


def day_changed(text: str, rng: random.Random) -> Edit | None:
    match = one_of(text, rf"\b{_MONTH} (\d{{1,2}})(?!\d|(?:st|nd|rd|th))", rng)
    if not match:
        return None
    return replaced(text, match, str(rng.choice([d for d in range(1, 29) if str(d) != match[1]])), "date", 1)


def month_changed(text: str, rng: random.Random) -> Edit | None:
    match = one_of(text, rf"\b({_MONTH})(?= \d)", rng)
    return replaced(text, match, rng.choice([m for m in _MONTHS if m != match[1]]), "date", 1) if match else None


def year_changed(text: str, rng: random.Random) -> Edit | None:
    match = one_of(text, r"(?<=[a-z,] )((?:19|20)\d\d)(?![\w-]|,\d)", rng)
    return replaced(text, match, str(int(match[1]) + rng.choice([-10, -2, -1, 1, 2])), "date", 1) if match else None


def weekday_changed(text: str, rng: random.Random) -> Edit | None:
    match = one_of(text, r"\b(" + "|".join(_DAYS) + r")\b", rng)
    return replaced(text, match, rng.choice([d for d in _DAYS if d != match[1]]), "date", 1) if match else None


_PERSON = r"(?:President|Secretary|Minister|Ambassador|Senator|Governor|Prime Minister|Mr\.|Ms\.|Dr\.) ([A-Z][a-z]{2,})"


def person_replaced(text: str, rng: random.Random) -> Edit | None:
    match = one_of(text, _PERSON, rng)
    # A speaker beside a quotation is as rightly a quotation's matter.
    return replaced(text, match, rng.choice(_LAST), "name quotation", 1) if match else None


_COUNTRIES = (
    "Ukraine Russia China Iran Iraq Israel Turkey France Germany Japan India Mexico Canada Egypt Jordan Syria Lebanon "
    "Afghanistan Pakistan Poland Colombia Brazil Kenya Nigeria Ethiopia Sudan Haiti Cuba Venezuela Belarus Armenia "
    "Azerbaijan Georgia Greece Italy Spain Texas California Florida Ohio Michigan Washington Chicago London Paris Rome"
).split()


def place_replaced(text: str, rng: random.Random) -> Edit | None:
    match = one_of(text, r"(?<=[a-z,] )(" + "|".join(_COUNTRIES) + r")\b(?! (?:State|University|Department))", rng)
    if not match:
        return None
    others = [place for place in [*_COUNTRIES, *_PLACES] if place != match[1]]
    return replaced(text, match, rng.choice(others), "name", 1)


def organisation_replaced(text: str, rng: random.Random) -> Edit | None:
    pattern = (
        r"(?<=the )((?:[A-Z][a-z]+ ){1,3}(?:Council|Agency|Department|Commission|Committee|Administration|Union|Bank|"
        r"Organization|Association|Institute|Service|Office))\b"
    )
    match = one_of(text, pattern, rng)
    return replaced(text, match, rng.choice(_BODIES), "name", 1) if match else None


def negation_dropped(text: str, rng: random.Random) -> Edit | None:
    match = one_of(text, r"(?<=[a-z] )(not|never|no) (?=[a-z])(?!longer|more|less|fewer|only)", rng)
    return Edit(text[: match.start()] + text[match.end() :], ("negation",), match[1], "") if match else None


def negation_added(text: str, rng: random.Random) -> Edit | None:
    match = one_of(text, r"\b(?:will|is|are|was|were|has|have|must|can|should|would)( )(?=[a-z])(?!not|never|no)", rng)
    if not match:
        return None
    at = match.end()
    return Edit(text[:at] + "not " + text[at:], ("negation",), "", "not")


def without_to_with(text: str, rng: random.Random) -> Edit | None:
    match = one_of(text, r"(?<=[a-z] )(without|with)(?= [a-z])", rng)
    return replaced(text, match, {"without": "with", "with": "without"}[match[1]], "negation", 1) if match else None


def contraction_lost(text: str, rng: random.Random) -> Edit | None:
    match = one_of(text, r"\b(can|do|does|did|is|are|was|have|would|could|should)(n[’']t)\b", rng)
    if not match:
        match = one_of(text, r"\b(can)(not)\b", rng)
    return replaced(text, match, match[1], "negation") if match else None


def made_negative(text: str, rng: random.Random) -> Edit | None:
    pairs = {"able": "unable", "lawful": "unlawful", "possible": "impossible", "legal": "illegal", "fair": "unfair",
             "ruled in": "ruled out", "acceptable": "unacceptable", "necessary": "unnecessary"}  # fmt: skip
    both = {**pairs, **{b: a for a, b in pairs.items()}}
    match = one_of(text, r"(?<=[a-z] )(" + "|".join(sorted(both, key=len, reverse=True)) + r")\b", rng)
    return replaced(text, match, both[match[1]], "negation", 1) if match else None


def _swap(pattern: str, new: list[str], kinds: str = "modality") -> Editor:
    def edit(text: str, rng: random.Random) -> Edit | None:
        match = one_of(text, pattern, rng)
        others = [word for word in new if match and word.lower() != match[1].lower()]
        return replaced(text, match, rng.choice(others), kinds, 1) if match and others else None

    return edit


must_to_may = _swap(r"(?<=[a-z] )(must|shall|have to|has to)(?= [a-z])", ["may", "might", "could"])
will_to_may = _swap(r"(?<=[a-z] )(will)(?= [a-z])(?! not)", ["may", "might", "must"])
may_to_must = _swap(r"(?<=[a-z] )(may|might)(?= [a-z])", ["must", "will"])
about_to_up_to = _swap(
    r"(?<=[a-z] )(around|about|approximately|roughly|nearly|almost)(?= \$?\d)",
    ["up to", "at least", "more than", "exactly"],
)
at_least_to_at_most = _swap(r"(?<=[a-z] )(at least|more than|over)(?= \$?\d)", ["at most", "less than", "about"])
all_to_some = _swap(r"(?<=[a-z] )(all|every|each)(?= [a-z])(?! (?:of us|over|other))", ["some", "few"])
many_to_all = _swap(r"(?<=[a-z] )(many|some|several|most)(?= [a-z]{4,})(?! of)", ["all"])


def hedge_dropped(text: str, rng: random.Random) -> Edit | None:
    match = one_of(
        text, r"(?<=[a-z] )(alleged|allegedly|reportedly|about|around|approximately|nearly|likely) (?=[a-z\d$])", rng
    )
    if not match or (match[1] in ("about", "around", "likely") and not re.match(r"\$?\d", text[match.end() :])):
        return None
    return Edit(text[: match.start()] + text[match.end() :], ("modality",), match[1], "")


def said_to_added(text: str, rng: random.Random) -> Edit | None:
    match = one_of(text, r"(?<=[a-z] )(has|have)(?= [a-z]+ed )", rng)
    if not match:
        return None
    verb = "is" if match[1] == "has" else "are"
    return Edit(
        text[: match.start()] + f"{verb} said to have" + text[match.end() :], ("modality",), "", f"{verb} said to"
    )


def allegedly_added(text: str, rng: random.Random) -> Edit | None:
    match = one_of(text, r"(?<=[a-z] )(has|have|was|were)( )(?=[a-z]+ed )", rng)
    if not match:
        return None
    word = rng.choice(["allegedly", "reportedly"])
    return Edit(text[: match.end()] + word + " " + text[match.end() :], ("modality",), "", word)


def scare_quotes_added(text: str, rng: random.Random) -> Edit | None:
    found = [m for m in re.finditer(r"(?<=[a-z] )([a-z]{5,})(?=[ ,.])", text) if not _inside_quotes(text, m.start())]
    if not found:
        return None
    match = rng.choice(found)
    marks = rng.choice(["“”", "‘’", '""', "''"])
    return replaced(text, match, marks[0] + match[1] + marks[1], "quotation", 1)


def _inside_quotes(text: str, at: int) -> bool:
    return text[:at].count("“") > text[:at].count("”") or text[:at].count('"') % 2 == 1


def quotes_removed(text: str, rng: random.Random) -> Edit | None:
    match = one_of(text, r"“([^“”\n]{3,60})”", rng) or one_of(text, r"(?<=[a-z] )\"([A-Za-z][^\"\n=]{2,60})\"", rng)
    return replaced(text, match, match[1], "quotation") if match else None


def quote_moved(text: str, rng: random.Random) -> Edit | None:
    match = one_of(text, r"“([^“”\n]{10,300}) (\w+ \w+)([.,]?)”", rng)
    if not match:
        return None
    new = f"“{match[1]}” {match[2]}{match[3]}"
    return Edit(text[: match.start()] + new + text[match.end() :], ("quotation",), match[2], match[2])


def quoted_words_changed(text: str, rng: random.Random) -> Edit | None:
    found = [
        m
        for m in re.finditer(r"(?<=[a-z] )([a-z]{6,})(?= [a-z])", text)
        if "“" in text[max(0, m.start() - 200) : m.start()]
        and _inside_quotes(text, m.start())
        and "”" in text[m.end() : m.end() + 300]
    ]
    if not found:
        return None
    return replaced(
        text,
        rng.choice(found),
        rng.choice(["splendid", "quarrel", "gathered", "harbour"]),
        "quotation number modality",
        1,
    )


def speaker_changed(text: str, rng: random.Random) -> Edit | None:
    match = one_of(text, r"” (?:said|says|stated|added) ((?:[A-Z][a-zA-Z.]+ ?){1,4})", rng)
    if not match:
        return None
    old = match[1].rstrip(" .")
    new = f"{rng.choice(_FIRST)} {rng.choice(_LAST)}"
    start = match.start(1)
    return Edit(text[:start] + new + text[start + len(old) :], ("quotation", "name"), old, new)


def clause_omitted(text: str, rng: random.Random) -> Edit | None:
    pattern = (
        r"(,? (?:until|unless|if|before|after|except|because|although|while|when|provided that|as long as) "
        r"(?:[a-z’'-]+ ){2,12}[a-z’'-]+)(?=[.,;])"
    )
    match = one_of(text, pattern, rng)
    return Edit(text[: match.start()] + text[match.end() :], ("omission",), match[1].strip(" ,"), "") if match else None


def phrase_omitted(text: str, rng: random.Random) -> Edit | None:
    match = one_of(text, r"(, (?:[a-z’'-]+ ){4,12}[a-z’'-]+),(?= [a-z])", rng)
    return Edit(text[: match.start()] + text[match.end() :], ("omission",), match[1].strip(" ,"), "") if match else None


MATERIAL: dict[str, Editor] = {
    "number x10": number_times_ten,
    "digits swapped": digits_swapped,
    "decimal point lost": decimal_point_lost,
    "scale": scale_changed,
    "percent": percent_changed,
    "percent sign dropped": percent_dropped,
    "sign added": sign_added,
    "number dropped": number_dropped,
    "number word": number_word_changed,
    "day": day_changed,
    "month": month_changed,
    "year": year_changed,
    "weekday": weekday_changed,
    "person": person_replaced,
    "place": place_replaced,
    "organisation": organisation_replaced,
    "negation dropped": negation_dropped,
    "negation added": negation_added,
    "without / with": without_to_with,
    "contraction lost": contraction_lost,
    "un-, ruled out": made_negative,
    "must to may": must_to_may,
    "will to may": will_to_may,
    "may to must": may_to_must,
    "around to up to": about_to_up_to,
    "at least to at most": at_least_to_at_most,
    "all to some": all_to_some,
    "many to all": many_to_all,
    "hedge dropped": hedge_dropped,
    "is said to": said_to_added,
    "allegedly added": allegedly_added,
    "scare quotes added": scare_quotes_added,
    "quotes removed": quotes_removed,
    "quotation mark moved": quote_moved,
    "quoted words changed": quoted_words_changed,
    "speaker changed": speaker_changed,
    "clause omitted": clause_omitted,
    "phrase omitted": phrase_omitted,
}
