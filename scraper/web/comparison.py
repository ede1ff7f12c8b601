"""judge to present: the comparison page of a link, in every form: page, JSON, Markdown, references."""

from __future__ import annotations

from typing import Any

from scraper.export.references import bibtex, csl_json, ris
from scraper.store.database import Store
from scraper.trace.chain import plain
from scraper.trace.compare import RULES
from scraper.web.asked import Asked
from scraper.web.citing import citation, markdown, permalink, reference_of
from scraper.web.comparing import Compared, compared_link
from scraper.web.page import Elsewhere, File, Page
from scraper.web.strip import strip

ONLY = ("differences", "material")
_FORMS = ("json", "md", "bibtex", "ris", "csl")
_REFERENCES = {
    "bibtex": (bibtex, "application/x-bibtex", "bib"),
    "ris": (ris, "application/x-research-info-systems", "ris"),
    "csl": (csl_json, "application/vnd.citationstyles.csl+json", "json"),
}


def comparison_page(store: Store, asked: Asked) -> Page | File | Elsewhere:
    """``/links/<id>``: the two texts side by side. ``?copy=`` and ``?source=`` name versions by hash."""
    form = asked.word("format", _FORMS)
    only = asked.word("only", ONLY)
    compared = compared_link(store, asked.number("id"), asked)
    if isinstance(compared, Elsewhere):
        return compared
    if form in _REFERENCES:
        write, media_type, ending = _REFERENCES[form]
        return File(content=write(reference_of(store, compared)), media_type=media_type,
                    name=f"link-{compared.head['id']}.{ending}")  # fmt: skip
    if form == "md":
        return File(content=markdown(compared, asked.base), media_type="text/markdown; charset=utf-8")
    return Page(
        template="comparison.html",
        title=title_of(compared),
        data=data_of(compared),
        shown={
            "c": compared,
            "only": only,
            "strip": strip(compared.table),
            "citation": citation(compared, asked.base),
            "permalink": permalink(compared),
            "path": f"/links/{compared.head['id']}",
        },
    )


def title_of(compared: Compared) -> str:
    """What the browser's tab says."""
    label = compared.found.label if compared.found else "unchecked"
    return f"{label}: {plain(compared.copy.title or compared.copy.outlet)}"


def data_of(compared: Compared) -> dict[str, Any]:
    """The page as data."""
    return {
        "link_id": compared.head["id"],
        "verdict": compared.found.label if compared.found else "unchecked",
        "sentence": compared.sentence,
        "relation": compared.head["relation"],
        "standing": compared.head["standing"],
        "confidence": compared.head["confidence"],
        "is_credited": bool(compared.flat["is_credited"]) if compared.flat else None,
        "compared_with": compared.compared_with,
        "decided_by": compared.decided["decided_by"] if compared.decided else None,
        "decided_at": compared.decided["decided_at"] if compared.decided else None,
        "rules": RULES,
        "permalink": permalink(compared),
        "copy": compared.copy,
        "source": compared.source,
        "coverage": compared.found.coverage if compared.found else None,
        "kept": compared.found.kept if compared.found else None,
        "doubts": compared.found.doubts if compared.found else (),
        "alterations": compared.table.alterations,
        "rows": compared.table.rows,
        "forgiven": compared.found.forgiven if compared.found else (),
        "evidence": compared.evidence,
    }
