"""The nouns of the project: plain frozen values that every stage hands on to the next.

Offsets are character offsets into an untouched text, end not included. Moments and dates are ISO 8601 strings
(``2019-04-03`` where only the day is known, ``2019-04-03T09:30:00Z`` otherwise), so that a claim keeps its precision.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Label = Literal[
    "verbatim", "expanded", "abridged", "excerpt", "edited", "altered", "translated", "unrelated", "unchecked"
]
AlterationKind = Literal[
    "number", "date", "name", "negation", "modality", "quotation", "omission", "wording", "disguise"
]
OutletKind = Literal["issuer", "agency", "newspaper", "portal", "institution", "blog", "unknown"]
DocumentState = Literal["captured", "cited", "presumed"]


class Span(NamedTuple):
    """Where words stand in a text."""

    start: int
    end: int


# --- addresses -------------------------------------------------------------------------------------------------


class Removed(NamedTuple):
    """One parameter that was taken off an address."""

    name: str
    rule: str
    value: str


class Unwrapped(NamedTuple):
    """One redirector that was seen through."""

    rule: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """The canonical form of an address and everything that was done to reach it."""

    url: str
    removed: tuple[Removed, ...] = ()
    unwrapped: tuple[Unwrapped, ...] = ()


# --- what was seen ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletFacts:
    """What is known of a publisher. ``id`` is the file name of its spider, or a slug of its title."""

    id: str
    title: str
    kind: OutletKind = "unknown"
    country: str | None = None
    language: str | None = None
    home_url: str | None = None
    names: tuple[str, ...] = ()
    """Other names, scripts and abbreviations under which pages cite it."""
    domains: tuple[str, ...] = ()
    """Registrable domains (or hosts) whose pages are this outlet's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirect:
    """One hop on the way to a capture."""

    status: int
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """One answer of a server at one moment (or one imported record), bytes kept as they came."""

    requested_url: str
    url: str
    captured_at: str
    status: int = 200
    body: bytes | None = None
    headers: tuple[tuple[str, str], ...] = ()
    redirects: tuple[Redirect, ...] = ()
    peer: str | None = None
    how: Literal["crawl", "fetch", "import", "archive"] = "crawl"
    outlet_id: str | None = None
    note: str | None = None

    @property
    def content_type(self) -> str | None:
        """The media type without its parameters, in lower case."""
        for name, value in self.headers:
            if name.lower() == "content-type":
                return value.partition(";")[0].strip().lower()
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One thing that went wrong in a run; never silent, never in the way of the rest."""

    kind: str
    """In one or two words: ``robots``, ``too large``, ``no answer``."""
    message: str
    """One sentence."""
    level: Literal["note", "warning", "error"] = "warning"
    url: str | None = None
    outlet_id: str | None = None


CitationKind = Literal[
    "hyperlink", "credit", "byline", "dateline", "attribution", "republication", "canonical", "structured", "copyright"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A declared pointer to a source, in the words of the page."""

    kind: CitationKind
    words: str
    span: Span | None = None
    """Where the words stand in the article's text; ``None`` for what stands in the page's markup only."""
    outlet: str | None = None
    issuer: str | None = None
    date: str | None = None
    """As claimed on the page, in its own words."""
    url: str | None = None
    """The canonical address (``url_key``)."""
    url_as_met: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """What was read from a page. Unknown stays ``None``: nothing is invented."""

    title: str | None = None
    text: str = ""
    """Paragraphs separated by one blank line."""
    byline: str | None = None
    published_at: str | None = None
    modified_at: str | None = None
    language: str | None = None
    canonical_url: str | None = None
    site_name: str | None = None
    citations: tuple[Citation, ...] = ()
    statement: Span | None = None
    """The quoted or announced statement inside the text, where the page tells it apart from its own frame."""
    doubts: tuple[str, ...] = ()
    reader: str = ""
    """Name and version of what read it, e.g. ``general/1`` or ``recipe/1``."""


# --- what was computed -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Alteration:
    """One difference inside an aligned passage. Words on one side may be empty; its span is then a point."""

    kind: AlterationKind
    is_material: bool
    source_words: str
    copy_words: str
    source_span: Span
    copy_span: Span
    note: str | None = None
    """A doubt that belongs to this row, e.g. that the value of a grouped number stays open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A run of words that stands on one side only."""

    words: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """One aligned pair of passages. ``is_moved`` when it stands elsewhere in the order of the copy."""

    source_span: Span
    copy_span: Span
    is_moved: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgiven:
    """One difference that is none: the same value or the same letters, written otherwise."""

    kind: str
    source_words: str
    copy_words: str
    source_span: Span
    copy_span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The answer of ``compare``: a label, measures both ways (shares 0-1), and the rows they were computed from."""

    label: Label
    coverage: float
    """Share of the copy's words found in the source."""
    kept: float
    """Share of the source's words found in the copy."""
    alterations: tuple[Alteration, ...] = ()
    left_out: tuple[Passage, ...] = ()
    """Passages of the source that the copy lacks."""
    added: tuple[Passage, ...] = ()
    """Passages of the copy that the source lacks."""
    moved: tuple[Alignment, ...] = ()
    forgiven: tuple[Forgiven, ...] = ()
    alignments: tuple[Alignment, ...] = ()
    longest_run: int = 0
    """Longest run of equal words, in words."""
    doubts: tuple[str, ...] = ()
    reason: str = ""


# --- what is concluded -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One reason for (weight > 0) or against (weight < 0) a link, with the words or numbers behind it."""

    kind: str
    words: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Copy -> the document it was taken from, with confidence 0-1 and the evidence for it."""

    copy_id: int
    source_id: int
    confidence: float
    relation: Literal["copy", "reissue", "translation"] = "copy"
    rank: int = 1
    """1 for the chosen parent; 2 and up for other possible ones. Two parents of rank 1 are a tie."""
    evidence: tuple[Evidence, ...] = field(default=())
