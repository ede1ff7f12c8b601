"""Inside link: what speaks for and against one document being the parent of another, each reason as a row.

The rules are the table ``RULES``: a kind, what it says, and its weight in log-odds. A link's weight is the plain sum of
its rows, so a person can follow it with pencil and paper.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scraper.model import Evidence
from scraper.trace.descent import Traces
from scraper.trace.family import Cited, Member, View, moment
from scraper.trace.named import is_named
from scraper.trace.roles import kind_of


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of evidence. ``weight`` is for one occurrence, ``limit`` what all occurrences may come to together."""

    kind: str
    says: str
    weight: float
    limit: float | None = None


RULES: Mapping[str, Rule] = {
    rule.kind: rule
    for rule in (
        # what the page says
        Rule("hyperlink", "the copy's source link leads to this document", 10.0),
        Rule("canonical", "the copy names this document's address as its own canonical one", 10.0),
        Rule("structured", "the copy's structured data names this document as what it is based on", 8.0),
        Rule("republication", "the copy says that it republishes this outlet", 9.0),
        Rule("credit", "a credit line of the copy names this outlet", 8.0),
        Rule("byline", "the copy's byline names this outlet", 6.0),
        Rule("dateline", "the copy's dateline names this outlet", 6.0),
        Rule("attribution", "the copy attributes its news to this outlet", 6.0),
        Rule("issuer", "the copy names this outlet as the issuer of the statement", 3.5),
        Rule("named", "words that the copy has of its own name this outlet", 5.0),
        Rule("relay", "the page that cites both says that this outlet was the source of the other", 5.0),
        Rule("second citation", "the copy cites it once more", 0.5, 1.0),
        Rule("cited date", "the date in the citation is the date of this document", 1.0),
        Rule("other date", "the date in the citation is not the date of this document", -1.5),
        Rule("relayed", "another source that the copy cites says that it has it from here: cited as the origin", -5.0),
        Rule("carried along", "the same words of citation stand in the text of a relative from before", -9.0),
        Rule("unseen", "no text of it is held: taken at the page's word", 1.0),
        Rule("not carried", "others carry the text, and of the pages of this outlet that are held none does", -12.0),
        # who they are
        Rule("against role", "an issuer does not copy its own statement from others", -6.0),
        Rule("stream", "whom outlets of this kind usually have their texts from, as log-odds", 1.0),
        Rule("habit", "share of the copy's outlet's credits that go to this outlet", 1.5),
        Rule("cited by others", "others of the family cite this document", 0.5),
        Rule("same outlet", "both pages are of one outlet", -1.5),
        # what the texts say
        Rule("translation", "it tells the same figures and names in the same order in another language", 2.0),
        Rule("coverage", "share of the smaller text that the other contains", 4.0),
        Rule("unexplained", "share of the copy's words that this one lacks", -4.5),
        Rule("left out", "share of this one's words that the copy lacks", -1.5),
        Rule("passage more", "a passage that only the copy has, of the two", -1.6, -4.8),
        Rule("passage less", "a passage that only this one has, of the two", -1.6, -4.8),
        Rule("difference of wording", "other words in the same place", -0.6, -6.0),
        Rule("difference of substance", "another number, name or negation in the same place", -1.5, -9.0),
        Rule("shared alteration", "a wording that copy and candidate have, against others", 1.5, 6.0),
        Rule("shared material alteration", "a number, name or negation that only they have", 1.5, 6.0),
        Rule("unshared alteration", "a wording that stood elsewhere before the copy, and not here", -1.2, -4.8),
        Rule("unshared material alteration", "the same for a number, name or negation", -1.5, -6.0),
        Rule("missing passage", "a passage of the copy that stood elsewhere before it, and not here", -3.5, -10.5),
        Rule("missing words", "a few words of the copy that stood elsewhere before it, and not here", -0.7, -2.1),
        Rule("headline", "they bear one headline, and others of the family another", 1.5),
        Rule("other headline", "the copy bears the headline of another from before, and this one does not", -2.0),
        Rule("typography", "other quotation marks or dashes all over the text", -1.0, -2.0),
        Rule("orphan", "having no parent at all, for a text that shares passages with others", -20.0),
        Rule("issuer without parent", "the same for an issuer", -3.0),
        # when they appeared
        Rule("lag", "so long before the copy it appeared: the logarithm of how usual that is", 1.0),
        Rule("later", "it claims to have appeared after the copy, on the same day or the next", -3.5),
        Rule("days later", "it claims to have appeared more than a day after the copy", -5.0),
        Rule("weeks later", "it claims to have appeared more than a week after the copy", -9.0),
        Rule("seen first", "the dates claimed leave it open, and it was seen before the copy", 0.1),
        # what people said, and what does not fit
        Rule("confirmed", "a person confirmed the link", 50.0),
        Rule("conflict", "the page credits another source than the one its text descends from", -1.0),
    )
}  # fmt: skip


def row(kind: str, words: str, times: float = 1.0) -> Evidence:
    """An evidence row by the rule of its kind, ``times`` over and within the rule's limit."""
    rule = RULES[kind]
    weight = rule.weight * times
    if rule.limit is not None:
        weight = min(weight, rule.limit) if weight > 0 else max(weight, rule.limit)
    return Evidence(kind=kind, words=words, weight=round(weight, 3))


def total(rows: Iterable[Evidence]) -> float:
    """The weight of a link: the sum of its rows, in log-odds."""
    return sum(one.weight for one in rows)


# --- what the page says ------------------------------------------------------------------------------------------


def own_citations(member: Member) -> list[Cited]:
    """A member's citations without those that name its own outlet only: "Meridian reports" on Meridian's own page."""
    return [cited for cited in member.citations if not _names_only_itself(cited, member)]


def _names_only_itself(cited: Cited, member: Member) -> bool:
    if cited.document_id is not None:
        return cited.document_id == member.document_id
    if not cites_outlet(cited, member):
        return not (cited.outlet or cited.outlet_id or cited.issuer or cited.issuer_id)
    return not (cited.issuer or cited.issuer_id) or cites_issuer(cited, member)


def cites_outlet(cited: Cited, member: Member) -> bool:
    """Whether the citation's outlet is the member's."""
    return is_named(cited.outlet_id, cited.outlet, member)


def cites_issuer(cited: Cited, member: Member) -> bool:
    """Whether the citation's issuer is the member's outlet."""
    return is_named(cited.issuer_id, cited.issuer, member)


def cites(cited: Cited, member: Member) -> bool:
    """Whether the citation points at the member: at its address, or by the name of its outlet."""
    if cited.document_id is not None and cited.document_id == member.document_id:
        return True
    return cites_outlet(cited, member) and not (cited.url and member.url and cited.url != member.url)


def names_another(cited: Cited, copy: Member, candidate: Member) -> bool:
    """Whether a third outlet stands between: "X reports, citing the ministry" gives the copy's parent as X."""
    if not (cited.outlet or cited.outlet_id):
        return False
    return not cites_outlet(cited, copy) and not cites_outlet(cited, candidate)


DECLARED = frozenset({"hyperlink", "credit", "byline", "dateline", "republication", "canonical", "structured"})
"""Citations that declare a source by themselves; an attribution in the running text does not."""


_BY_NAME_ONLY = 0.7
"""Pages name the issuer of a statement as its source, whoever they have it from; an address is more exact."""


def citation_rows(copy: Member, candidate: Member, *, is_issuer: bool = False) -> list[Evidence]:
    """What the copy's page says about the candidate: the strongest citation in full, the others as repetitions."""
    found: list[tuple[Evidence, Cited]] = []
    for cited in own_citations(copy):
        if cites(cited, candidate):
            exact = 1.0 if cited.document_id is not None or not is_issuer else _BY_NAME_ONLY
            found.append((row(cited.kind if cited.kind in RULES else "attribution", cited.words, exact), cited))
        elif cites_issuer(cited, candidate) and not names_another(cited, copy, candidate):
            is_declared = cited.kind in DECLARED and not (cited.outlet or cited.outlet_id)
            found.append((row(cited.kind if is_declared else "issuer", cited.words), cited))
    if not found:
        return []
    found.sort(key=lambda one: -one[0].weight)
    strongest, cited = found[0]
    repeated = [row("second citation", "; ".join(one.words for one, _ in found[1:]), len(found) - 1)]
    return [strongest, *(repeated if found[1:] else []), *_date_row(cited, candidate)]


def _date_row(cited: Cited, candidate: Member) -> list[Evidence]:
    claimed, dated = moment(cited.date), moment(candidate.published_at)
    if claimed is None or dated is None or cited.document_id == candidate.document_id:
        return []
    apart = abs((claimed.date() - dated.date()).days)
    kind = "cited date" if apart == 0 else "other date"
    return [] if apart == 1 else [row(kind, f"{cited.date} / {candidate.published_at}")]


# --- who they are, and when --------------------------------------------------------------------------------------


_BACK = -2.0
_TAKES: Mapping[str, Mapping[str, float]] = {
    "agency": {
        "agency": -0.5, "unknown": -1.0, "newspaper": _BACK, "portal": _BACK, "institution": _BACK, "blog": _BACK,
    },
    "newspaper": {"issuer": -0.3, "portal": _BACK, "institution": _BACK, "blog": _BACK},
    "portal": {"issuer": -0.3, "newspaper": -0.3, "portal": -0.3},
    "institution": {"issuer": -0.5, "institution": -0.5},
    "blog": {"issuer": -0.5, "institution": -0.5},
}  # fmt: skip
"""Copy -> source: news runs from issuers by agencies and papers to portals, seldom past them and hardly ever back."""


def role_rows(copy: Member, candidate: Member, issuers: frozenset[int]) -> list[Evidence]:
    """An issuer's role beats the clock; ``issuers`` are the documents whose outlet is one, or is cited as one."""
    rows = []
    copy_issues, candidate_issues = copy.document_id in issuers, candidate.document_id in issuers
    if copy_issues and not candidate_issues:
        rows.append(row("against role", copy.outlet_title or copy.outlet_id))
    flows_from, flows_to = "issuer" if candidate_issues else kind_of(candidate), kind_of(copy)
    usual = 0.0 if copy_issues else _TAKES.get(flows_to, {}).get(flows_from, 0.0)
    if usual:
        rows.append(row("stream", f"{flows_from} to {flows_to}", usual))
    if copy.outlet_id == candidate.outlet_id:
        rows.append(row("same outlet", copy.outlet_title or copy.outlet_id))
    return rows


# --- what the texts say ------------------------------------------------------------------------------------------


def text_rows(candidate_id: int, view: View, traces: Traces) -> list[Evidence]:
    """How well the candidate explains the copy, beside the others of the family (``traces``, of the copy)."""
    if view.kinship == "translation":
        return [row("translation", "in another language")]
    contained = max(view.coverage, view.kept)
    rows = [row("coverage", f"{view.coverage:.0%} of the copy, {view.kept:.0%} of the source", contained)]
    rows += [row("unexplained", f"{1 - view.coverage:.0%}", 1 - view.coverage)] if view.coverage < 1 else []
    rows += [row("left out", f"{1 - view.kept:.0%}", 1 - view.kept)] if view.kept < 1 else []
    if view.typography:
        rows.append(row("typography", ", ".join(sorted(view.typography)), len(view.typography)))
    for kind, found in traces.of(candidate_id).items():
        words = "; ".join(one.words for one in found[:4]) + ("; …" if len(found) > 4 else "")
        rows.append(row(kind, words, len(found)))
    return rows


def rules_as_table() -> str:
    """The rules as a Markdown table, the way the docs print them."""
    lines = ["| kind | says | weight | at most |", "|---|---|---|---|"]
    for rule in RULES.values():
        limit = "" if rule.limit is None else f"{rule.limit:+g}"
        lines.append(f"| {rule.kind} | {rule.says} | {rule.weight:+g} | {limit} |")
    return "\n".join(lines)
