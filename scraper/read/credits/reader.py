"""From a text to its credits: every rule is tried where it may hold, traps take their words away, the rest is named."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from scraper.model import Citation, Span
from scraper.read.credits.issuers import issuer_beside, may_issue
from scraper.read.credits.languages import languages_of
from scraper.read.credits.markup import credits_in_markup, is_markup
from scraper.read.credits.names import (
    accepts,
    clean_issuer,
    clean_outlet,
    has_issuer_noun,
    has_media_word,
    in_nominative,
    is_indefinite,
    is_like_an_outlet,
    is_person_of,
    nearest_known,
    without_place,
)
from scraper.read.credits.places import Place, places_in
from scraper.read.credits.rules import Language, Rule
from scraper.read.gazetteer import Gazetteer, fold, host_of
from scraper.read.urls import url_key

_MAX_FINDINGS = 400
_CAPITALISED = re.compile(r" [A-Z][^\W\d_]+(?![^\W_])")
_PERIOD = 10
_PERIODICAL = re.compile(r"(?<![^\W_])(?:Daily|Weekly|Sunday|Evening|Morning) $")
_LEAD = 1_500
"""Characters in which a credit that names no outlet is taken for one: further on, offices are quoted all the time."""
_MAX_TITLE_WORDS = 4
_QUOTES = tuple('"“”„«「『《‹')


@dataclass(frozen=True, slots=True)
class _Finding:
    rule: Rule
    match: re.Match[str]
    start: int
    end: int
    offset: int
    language: Language

    def group_span(self, name: str) -> Span:
        start, end = self.match.span(name)
        return Span(start + self.offset, end + self.offset)

    def groups(self, kind: str) -> Iterator[tuple[str, str]]:
        """Names of the groups of this kind that matched, with their words, in order."""
        for name, words in self.match.groupdict().items():
            if words is not None and name.rstrip("0123456789") == kind:
                yield name, words


def credits_in(text: str, *, language: str | None = None) -> list[Citation]:
    """Every credit that the text carries, in its order; the most deeply cited source of a credit comes first.

    ``language`` is an ISO 639-1 code; without it (or where the text plainly speaks another) it is told from the text.
    ``Citation.span`` holds offsets into ``text`` and ``Citation.words`` what stands there. Outlet and issuer are
    ``None`` where the page lost them or never said them. Never raises, whatever the text is.
    """
    if is_markup(text):
        return credits_in_markup(text)
    gazetteer = Gazetteer.default()
    found: list[Citation] = []
    for spoken in languages_of(text, language):
        free = _without_traps(list(_findings(text, spoken)))
        read = [(finding, list(_citations(text, finding, gazetteer))) for finding in free]
        found.extend(_without_overlaps(read))
    return _distinct(found)


def _findings(text: str, language: Language) -> Iterator[_Finding]:
    seen: set[tuple[int, int, int]] = set()
    for place in places_in(text, language):
        for finding in _in_place(place, language):
            key = (id(finding.rule), finding.start, finding.end)
            if key not in seen and len(seen) < _MAX_FINDINGS:
                seen.add(key)
                yield finding


def _in_place(place: Place, language: Language) -> Iterator[_Finding]:
    for rule, match in _matches(place):
        yield _Finding(rule, match, match.start() + place.offset, match.end() + place.offset, place.offset, language)


def _matches(place: Place) -> Iterator[tuple[Rule, re.Match[str]]]:
    for rule in place.searched:
        if not rule.form.is_at_start:
            yield from ((rule, match) for match in rule.form.pattern.finditer(place.text))
        elif found := rule.form.pattern.match(place.text):
            yield rule, found
    for rule, start in place.placed:
        if found := rule.form.pattern.match(place.text, start):
            yield rule, found


def _without_traps(findings: list[_Finding]) -> list[_Finding]:
    """Words that a trap covers are no credit."""
    traps = [finding for finding in findings if finding.rule.kind is None]
    return [
        finding
        for finding in findings
        if finding.rule.kind
        and (
            finding.rule.outranks_traps
            or not any(trap.start < finding.end and finding.start < trap.end for trap in traps)
        )
    ]


def _without_overlaps(read: list[tuple[_Finding, list[Citation]]]) -> Iterator[Citation]:
    """Of two credits over the same words the one whose row comes first stands."""
    kept: list[_Finding] = []
    for finding, citations in sorted(read, key=lambda pair: pair[0].rule.rank):
        if citations and all(finding.end <= other.start or other.end <= finding.start for other in kept):
            kept.append(finding)
            yield from citations


def _citations(text: str, finding: _Finding, gazetteer: Gazetteer) -> Iterator[Citation]:
    language, rule = finding.language, finding.rule
    if rule.is_near and finding.start > _LEAD:
        return
    outlets, issuer = _names(text, finding, gazetteer)
    if outlets is None:
        return
    if issuer is None and rule.issuer == "beside":
        issuer = issuer_beside(text, Span(finding.start, finding.end), language, gazetteer)
        if issuer in {name for name, _ in outlets} or (issuer and _is_somebody(issuer, text, language, gazetteer)):
            issuer = None
    if rule.is_vouched and (issuer is None or any(name in issuer for name, _ in outlets)):
        return
    start, end = _trimmed(text, finding.start, finding.end)
    date = next((words for _, words in finding.groups("date")), None)
    url = next((words for _, words in finding.groups("url")), None)
    if url and not outlets:
        outlets = [(host, finding.group_span("url1"))] if (host := host_of(url)) else []
    whole = Citation(
        kind=rule.kind or "credit",
        words=text[start:end],
        span=Span(start, end),
        outlet=outlets[-1][0] if outlets else None,
        issuer=issuer,
        date=date.strip() if date else None,
        url=url_key(url).url if url and "://" in url else url,
        url_as_met=url,
    )
    if not (whole.outlet or whole.issuer or whole.url or rule.says_nothing):
        return
    if whole.outlet is None and whole.url is None and start > _LEAD:
        return
    yield whole
    for name, span in outlets[:-1]:
        yield replace(whole, words=text[span.start : span.end], span=span, outlet=name, url=None, url_as_met=None)


def _is_somebody(issuer: str, text: str, language: Language, gazetteer: Gazetteer) -> bool:
    """Whether a lone name is a person's whom the text introduces: a state stands without a first name."""
    return not has_issuer_noun(issuer, language) and is_person_of(issuer, text, language, gazetteer)


def _names(text: str, finding: _Finding, gazetteer: Gazetteer) -> tuple[list[tuple[str, Span]] | None, str | None]:
    """Outlets in the order of the text and the issuer; ``None`` for outlets that the rule does not accept."""
    language, rule = finding.language, finding.rule
    outlets, issuer = _outlets(text, finding, gazetteer)
    if outlets is None:
        return None, None
    if not outlets and not issuer and "outlet1" in finding.match.groupdict() and not rule.says_nothing:
        return None, None
    if rule.is_office and not has_issuer_noun(finding.match.group("issuer1"), language):
        return None, None
    is_office = bool(issuer) and rule.needs is None
    for _, words in finding.groups("issuer"):
        name = clean_issuer(words, language)
        issuer = name if name and may_issue(name, language) else issuer
        is_office = is_office or has_issuer_noun(words, language)
    if issuer and not outlets and (is_indefinite(issuer, language) or not (rule.is_open or is_office)):
        return None, None
    return outlets, issuer


def _outlets(text: str, finding: _Finding, gazetteer: Gazetteer) -> tuple[list[tuple[str, Span]] | None, str | None]:
    """The same from the slots for outlets alone: an office that stands in one of them is the issuer."""
    language, rule = finding.language, finding.rule
    outlets: list[tuple[str, Span]] = []
    issuer: str | None = None
    around = f"{text[: finding.start]}\n{text[finding.end :]}"
    for group, words in finding.groups("outlet"):
        span = finding.group_span(group)
        begin = _beginning_of_name(text, span.start)
        name = clean_outlet(begin + words + _rest_of_name(text, span.end, language), language)
        if name is None:
            continue
        name = without_place(in_nominative(name, rule.case, language), language, gazetteer)
        if _is_issuer(name, language, gazetteer):
            if rule.is_near:
                return None, None
            issuer = issuer or clean_issuer(words, language)
            continue
        if rule.at == "text" or rule.kind == "byline":
            name = nearest_known(name, language, gazetteer)
        if is_person_of(name, around, language, gazetteer):
            return None, None
        if not _is_quoted_title(words, rule, language) and not _holds(finding, name, gazetteer):
            return None, None
        outlets.append((name, finding.group_span(group)))
    return outlets, issuer


def _beginning_of_name(text: str, start: int) -> str:
    """``Daily`` before ``Harbour``: with a capital it is no word for a kind of publisher, but part of the name."""
    before = _PERIODICAL.search(text, max(0, start - _PERIOD), start)
    return before.group() if before else ""


def _rest_of_name(text: str, end: int, language: Language) -> str:
    """``Agency`` behind ``Meridian News``: a word for publishers that is written with a capital belongs to the name."""
    following = _CAPITALISED.match(text, end)
    return following.group() if following and has_media_word(following.group().strip(), language) else ""


def _holds(finding: _Finding, name: str, gazetteer: Gazetteer) -> bool:
    """Whether the name may be an outlet; ``office``: any may, if it is an office that speaks to it."""
    if finding.rule.needs != "office":
        return accepts(finding.rule.needs, name, finding.language, gazetteer)
    speaker = finding.match.group("issuer1")
    return has_issuer_noun(speaker, finding.language) or accepts("named", name, finding.language, gazetteer)


def _is_quoted_title(words: str, rule: Rule, language: Language) -> bool:
    """Quotation marks in the middle of a sentence set off a title, unless a whole clause stands in them."""
    if words[:1] not in _QUOTES or rule.at != "text":
        return False
    inside = words.strip("".join(_QUOTES) + "”»」』》›").split()
    return len(inside) <= _MAX_TITLE_WORDS and (not language.script.cased or all(word[:1].isupper() for word in inside))


def _is_issuer(name: str, language: Language, gazetteer: Gazetteer) -> bool:
    if fold(name).startswith(language.offices):
        return True
    known = gazetteer.by_name(name)
    if known is not None:
        return known.kind == "issuer"
    return has_issuer_noun(name, language) and not is_like_an_outlet(name, language, gazetteer)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in " \t\n\r\u00a0,;":
        start += 1
    while start < end and text[end - 1] in " \t\n\r\u00a0,;:.-–—":
        end -= 1
    return start, end


def _distinct(citations: list[Citation]) -> list[Citation]:
    """In the order of the text, the enclosing credit first, each outlet and issuer once per stretch."""
    ordered = sorted(citations, key=lambda row: (row.span or (0, 0),))
    ordered.sort(key=lambda row: (row.span.start, -row.span.end) if row.span else (0, 0))
    kept: list[Citation] = []
    for row in ordered:
        if not any(_says_the_same(row, other) for other in kept):
            kept.append(row)
    return kept


def _says_the_same(row: Citation, other: Citation) -> bool:
    return (
        row.span is not None
        and other.span is not None
        and row.span.start < other.span.end
        and other.span.start < row.span.end
        and (row.outlet is None or row.outlet == other.outlet)
    )
