"""present: what each verdict, kind and sign means; made from the same words that the pages use."""

from __future__ import annotations

from scraper.store.database import Store
from scraper.trace.compare import RULES
from scraper.web.asked import Asked
from scraper.web.page import Page
from scraper.web.words import KINDS, LABELS

TERMS = {
    "outlet": "Who publishes: a ministry or company (an issuer), an agency, a newspaper, an institution, a blog.",
    "document": "What an outlet publishes at one address.",
    "capture": "One answer of a server at one moment, its bytes kept.",
    "version": "One different text of a document, numbered from 1. Back to an earlier text is a version again.",
    "citation": "A declared pointer to a source: a hyperlink, a credit line, a canonical address.",
    "coverage": "The share of the copy's words found in the source.",
    "kept": "The share of the source's words found in the copy.",
    "alteration": "One difference inside a passage that both texts share. Material: it changes what is claimed.",
    "link": "From a copy to the document it was taken from, with a confidence and the evidence for it.",
    "original": "The document at the end of the links: where the words first appeared, as far as is known.",
    "presumed": "An original that a copy makes us presume: the outlet is named, the document was not located.",
    "cited": "A document that other pages point at and that was never captured.",
    "confidence": "How sure it is that the copy was taken from this source, 0 to 100 %; calibrated, and still a guess.",
    "credited": "Whether the copy names the outlet or the address that it was taken from.",
}


def glossary_page(store: Store, asked: Asked) -> Page:
    """``/glossary``."""
    del store, asked
    return Page(
        template="glossary.html",
        title="Glossary",
        data={
            "verdicts": {name: said._asdict() for name, said in LABELS.items()},
            "kinds": {name: said._asdict() for name, said in KINDS.items()},
            "terms": TERMS,
            "rules": RULES,
        },
    )
