"""Inside link: reasons that lie in what else is known of a family: names, headlines, times, customs, missing texts."""

from __future__ import annotations

from dataclasses import replace

from scraper.model import Evidence
from scraper.trace.descent import stands_in
from scraper.trace.evidence import cites, own_citations, row
from scraper.trace.family import Member
from scraper.trace.named import mentions
from scraper.trace.relatives import Kin, before
from scraper.trace.timing import time_rows

Rows = list[Evidence]

_INSIDE_TEXT = ("attribution", "dateline")
_ISSUER_NAMED = 0.5
"""Pages name the issuer of a statement wherever they have it from."""
_CUT_HEADLINE = 0.75
"""Two desks may well cut a long headline at the same place."""
_SIBLINGS = 2
"""So many outlets that name one source are no false credits, even where no page of that source is held."""


def named_rows(copy: Member, candidate: Member, kin: Kin) -> Rows:
    """A name in words that the candidate lacks, and that did not come along with the text of another.

    However a page words its credit: what it says beyond its source's text names that source, or else the issuer. Of a
    candidate without a text, words count that no relative from before has.
    """
    if copy.outlet_id == candidate.outlet_id or mentions(copy.outlet_title, candidate):
        return []
    views = kin.views[copy.document_id]
    beside = [views[candidate.document_id]] if candidate.document_id in views else list(views.values())
    own = [(one.span, one.words) for view in beside for one in view.own]
    own += [(one.copy_span, one.copy_words) for view in beside for one in view.changed]
    found = [(span, words) for span, words in own if mentions(words, candidate)]
    others = [views[key] for key in before(copy, kin) if key != candidate.document_id]
    fresh = [words for span, words in found if not any(stands_in(other, span) for other in others)]
    weight = _ISSUER_NAMED if candidate.document_id in kin.issuers else 1.0
    return [row("named", fresh[0][-80:], weight)] if fresh else []


def headline_rows(copy: Member, candidate: Member, kin: Kin) -> Rows:
    """Headlines are copied with the text, and rewritten by the desk that cares to."""
    mine, its = _letters(copy.title), _letters(candidate.title)
    if not mine:
        return []
    relatives = [kin.members[key] for key in kin.views[copy.document_id]]
    if its == mine:
        others = [_letters(one.title) for one in relatives]
        is_cut = any(one != mine and one.startswith(mine) for one in others)
        weight = _CUT_HEADLINE if is_cut else 1.0
        return [row("headline", copy.title or "", weight)] if any(one != mine for one in others) else []
    earlier = (kin.members[key] for key in before(copy, kin))
    if not any(_letters(one.title) == mine for one in earlier):
        return []
    return [row("other headline", candidate.title or "(none)", _CUT_HEADLINE if its.startswith(mine) else 1.0)]


def _letters(title: str | None) -> str:
    return "".join(letter for letter in (title or "").casefold() if letter.isalnum())


def clock_rows(copy: Member, candidate: Member, kin: Kin) -> Rows:
    """What the clock says; within a day it says nothing against an issuer, whose statement was before its page."""
    is_issued = candidate.document_id in kin.issuers and copy.document_id not in kin.issuers
    return time_rows(copy, candidate, is_issued=is_issued)


def custom_rows(copy: Member, candidate: Member, kin: Kin) -> Rows:
    """What the two outlets, and the others of the family, usually do."""
    rows = []
    share = kin.habits.get((copy.outlet_id, candidate.outlet_id), 0.0)
    if share:
        rows.append(row("habit", f"{share:.0%}", share))
    others = [kin.members[one] for one in kin.cited_by[candidate.document_id] if one != copy.document_id]
    if others and candidate.is_captured:
        rows.append(
            row("cited by others", ", ".join(sorted({one.outlet_title or one.outlet_id for one in others})[:3]))
        )
    return rows


def unseen_rows(candidate: Member, kin: Kin, best: float | None = None) -> Rows:
    """A text that nobody holds is taken to explain the copy as well as the best of those that are held."""
    name = candidate.outlet_title or candidate.outlet_id
    unseen = row("unseen", candidate.url or f"{name}, address unknown")
    rows = [replace(unseen, weight=round(unseen.weight + (best or 0.0), 3))]
    is_lone = len({kin.members[one].outlet_id for one in kin.cited_by[candidate.document_id]}) < _SIBLINGS
    if best is not None and candidate.url is None and candidate.outlet_id in kin.held and is_lone:
        rows.append(row("not carried", name))
    return rows


def carried_rows(copy: Member, candidate: Member, kin: Kin) -> Rows:
    """Words of citation that came along with the text: an issuer's page has them, or an earlier one inside its text.

    Credit lines are left out of the second, since siblings of one missing source give the same one.
    """
    mine = {(cited.kind, cited.words) for cited in own_citations(copy) if cites(cited, candidate)}
    for key in sorted(before(copy, kin)):
        relative = kin.members[key]
        theirs = {(cited.kind, cited.words) for cited in relative.citations}
        shared = {one for one in mine & theirs if one[0] in _INSIDE_TEXT or key in kin.issuers}
        if mine and mine <= shared:
            return [row("carried along", relative.outlet_title or relative.outlet_id)]
    return []
