"""Inside link: originals that nobody holds but that a page points at.

A page that credits an outlet of which the family has no document makes us presume one: outlet known, address unknown.
One is enough for all copies of the same story, so siblings of a missing agency report meet in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from scraper.trace.evidence import DECLARED, cites, cites_issuer, cites_outlet, names_another, own_citations
from scraper.trace.family import Cited, Member, place
from scraper.trace.named import is_same_name, known_names
from scraper.trace.roles import is_publisher, kind_of

SURE = frozenset({"republication", "canonical", "structured"})
"""Citations that name a source even where the name itself does not sound like one."""
STATEMENT_SHARE = 0.5
"""From this share on a page *is* the statement it announces, and an attribution names its source."""


class Named(NamedTuple):
    """An outlet as a citation names it, and the page that does."""

    outlet_id: str
    title: str
    by: Member
    is_issuer: bool


def presume(members: Sequence[Member]) -> list[Member]:
    """The originals that the captured ones of ``members`` (one family) point at and that are not among them.

    Ids are negative, from -1 down, in the order of the pages that name them; the caller gives them real ones.
    """
    known = list(members)
    made: list[Member] = []
    captured = sorted((one for one in members if one.is_captured), key=place)
    for named in (*_sources(captured), *_issuers(captured, known)):
        if any(_is_outlet(named, one) for one in (*known, *made)):
            continue
        made.append(_presumed(named, -1 - len(made)))
    return made


def is_superseded(member: Member, members: Iterable[Member]) -> bool:
    """Whether a presumed original has been found: its outlet has a document with an address in the family."""
    if member.url is not None or member.is_captured:
        return False
    return any(one.url is not None and one.outlet_id == member.outlet_id for one in members)


def _sources(captured: Sequence[Member]) -> Iterable[Named]:
    """Outlets that a page declares as where it has its text from; an issuer's page is taken to be its own source."""
    for member in captured:
        if kind_of(member) == "issuer":
            continue
        for cited in own_citations(member):
            if cited.document_id is not None or cites_outlet(cited, member):
                continue
            declared = cited.kind in DECLARED or member.statement_share >= STATEMENT_SHARE
            known = cited.outlet_id is not None or cited.kind in SURE or is_publisher(cited.outlet or "")
            if declared and known:
                yield from _named(cited.outlet_id, cited.outlet, member, is_issuer=False)


def _issuers(captured: Sequence[Member], known: Sequence[Member]) -> Iterable[Named]:
    """Issuers whose statement a page carries, or from whom a source that nobody holds is said to have it."""
    for member in captured:
        for cited in own_citations(member):
            if cites_issuer(cited, member) or not (cited.issuer or cited.issuer_id):
                continue
            direct = not (cited.outlet or cited.outlet_id) or cites_outlet(cited, member)
            announced = cited.kind in DECLARED or member.statement_share >= STATEMENT_SHARE
            relayed = not direct and not any(one.is_captured and cites_outlet(cited, one) for one in known)
            if (direct and announced) or (relayed and announced):
                yield from _named(cited.issuer_id, cited.issuer, member, is_issuer=True)


def _named(outlet_id: str | None, title: str | None, by: Member, *, is_issuer: bool) -> Iterable[Named]:
    if outlet_id is not None:
        yield Named(outlet_id, title or outlet_id, by, is_issuer)
    elif title and is_telling(title):
        yield Named(slug(title), title, by, is_issuer)


def _is_outlet(named: Named, member: Member) -> bool:
    if named.outlet_id == member.outlet_id:
        return True
    return is_same_name(named.title, known_names(member))


def _presumed(named: Named, document_id: int) -> Member:
    return Member(
        document_id=document_id,
        outlet_id=named.outlet_id,
        outlet_title=named.title,
        outlet_kind="issuer" if named.is_issuer else "unknown",
        is_captured=False,
        presumed_by=named.by.document_id,
    )


def is_telling(name: str) -> bool:
    """Whether a name is one: "the ministry" and "bakanlık" are words, "Ministry of Ports" is a name.

    Scripts without capitals are given the benefit of the doubt.
    """
    letters = [word[0] for word in name.split() if word[:1].isalpha()]
    return any(letter != letter.lower() or letter == letter.upper() for letter in letters)


def slug(title: str) -> str:
    """A name as an outlet id: lower case, words joined by hyphens, letters of any script."""
    return "-".join("".join(letter if letter.isalnum() else " " for letter in title.casefold()).split())


def relays(cited: Cited, source: Member, origin: Member) -> bool:
    """Whether a citation says that ``source`` (no text held) has it from ``origin``: "source, citing origin"."""
    return cites(cited, source) and cites_issuer(cited, origin)


def passes_by(cited: Cited, copy: Member, origin: Member) -> bool:
    """Whether a citation of ``copy`` names ``origin`` only as the source of another source."""
    return cites_issuer(cited, origin) and names_another(cited, copy, origin)
