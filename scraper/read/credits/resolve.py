"""From what a credit calls its issuer to the issuer's full name: ``the ministry`` is the one that was named before."""

from __future__ import annotations

import re

from scraper.model import Citation
from scraper.read.credits.letters import CAPITALS
from scraper.read.gazetteer import Gazetteer

_REACH = 4_000
"""Characters before the credit in which the full name is looked for."""
_ARTICLES = re.compile(r"(?i)^(?:the|le|la|les|l['’]|el|los|las|il|lo|der|die|das|o|a|os|as)\s?")
_SMALL = "(?:(?:of|for|and|the|de|del|della|des|du|da|do|für|und|i|ve)[ \u00a0]){0,2}"
_MORE = f"(?:[ \u00a0]{_SMALL}[{CAPITALS}][\\w’'-]{{1,30}}){{1,7}}"
_LEAD = f"(?:[{CAPITALS}][\\w’'-]{{1,30}}[ \u00a0]){{1,5}}"


def resolve_issuer(citation: Citation, text: str, gazetteer: Gazetteer) -> str | None:
    """The full name of a citation's issuer: the gazetteer's title where it is known, the fullest name in the text
    before the credit otherwise, and the citation's own words where there is no better. ``None`` without an issuer.
    """
    if citation.issuer is None:
        return None
    known = gazetteer.by_name(citation.issuer)
    if known is not None:
        return known.title
    end = citation.span.start if citation.span else len(text)
    before = text[max(0, end - _REACH) : end + (citation.span.end - end if citation.span else 0)]
    full = _fullest(citation.issuer, before)
    if full is None:
        return citation.issuer
    known = gazetteer.by_name(full)
    return known.title if known else full


def _fullest(issuer: str, before: str) -> str | None:
    """The last full name before the credit that holds the issuer's noun: ``the ministry`` -> ``The Ministry of …``."""
    noun = _ARTICLES.sub("", issuer).strip()
    if not noun or " " in noun or len(noun) < 4:
        return None
    capital = noun[0].upper() + noun[1:]
    pattern = re.compile(f"(?:The )?(?:{_LEAD})?{re.escape(capital)}(?:{_MORE})?")
    names = [match.group() for match in pattern.finditer(before) if " " in match.group().removeprefix("The ")]
    return names[-1] if names else None
