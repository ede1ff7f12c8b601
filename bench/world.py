"""A fictional web of public statements whose every copy is known: the recipe behind ``bench/chains.py``.

Fifteen outlets carry two dozen statements and their own subjects. Each copy is made from its parent's page the way desks
make them: cut, led in, reworded, altered, credited well, badly, falsely or not at all. Texts come from the official
statements beside the project when they are there, and from a small grammar otherwise. The same seed gives the same web.
"""

# ruff: noqa: E501 - sentences in one piece

from __future__ import annotations

import gzip
import json
import random
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

STATEMENTS = Path(__file__).parents[2] / "shared" / "data" / "statements" / "statements.jsonl.gz"
START = datetime(2024, 1, 8, 6, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Outlet:
    id: str
    title: str
    kind: str
    design: int

    @property
    def host(self) -> str:
        return f"{self.id.replace('_', '-')}.example"


OUTLETS = (
    Outlet("ministry_of_harbours", "Ministry of Harbours of Orvania", "issuer", 0),
    Outlet("office_of_the_governor", "Office of the Governor of Selmark", "issuer", 1),
    Outlet("lakes_commission", "Eastern Lakes Commission", "issuer", 2),
    Outlet("orvan_press", "Orvan Press Agency", "agency", 3),
    Outlet("selmark_wire", "Selmark Wire", "agency", 4),
    Outlet("northline", "Northline News Agency", "agency", 5),
    Outlet("tidewater_gazette", "Tidewater Gazette", "newspaper", 0),
    Outlet("morning_beacon", "Morning Beacon", "newspaper", 1),
    Outlet("the_selmark_post", "The Selmark Post", "newspaper", 2),
    Outlet("evening_ledger", "Evening Ledger", "newspaper", 3),
    Outlet("quayside_today", "Quayside Today", "portal", 4),
    Outlet("infodeck", "Infodeck", "portal", 5),
    Outlet("institute_for_coastal_studies", "Institute for Coastal Studies", "institution", 0),
    Outlet("lakeland_policy_centre", "Lakeland Policy Centre", "institution", 1),
    Outlet("harbour_walks", "Harbour Walks", "blog", 2),
)
BY_ID = {outlet.id: outlet for outlet in OUTLETS}
TAKES_FROM = {
    "agency": ("issuer", "issuer", "agency"),
    "newspaper": ("agency", "agency", "issuer", "newspaper"),
    "portal": ("newspaper", "agency", "portal"),
    "institution": ("portal", "newspaper", "agency", "issuer"),
    "blog": ("portal", "newspaper", "institution"),
    "issuer": ("issuer",),
}


@dataclass
class Page:
    """One page of the web; ``parent`` and ``original`` are addresses, ``None`` for pages that copy nobody."""

    outlet: Outlet
    url: str
    title: str
    paragraphs: list[str]
    at: datetime
    lead: list[str] = field(default_factory=list)
    footer: list[str] = field(default_factory=list)
    claim: str = "moment"
    """moment, day or none: how the page dates itself."""
    parent: Page | None = None
    story: int | None = None
    role: str = "own"
    """original, copy, own, template or reissue."""
    label: str | None = None
    changed: list[tuple[str, str]] = field(default_factory=list)
    credit: str = "none"
    credited: Outlet | None = None
    credited_url: str | None = None
    credit_words: str | None = None
    met_url: str | None = None
    """The address of the credit as it stands on the page, where that differs from ``credited_url``."""
    is_held: bool = True
    """Whether the page is in the file; where it is not, its copies are siblings without their source."""
    seen: datetime = START

    @property
    def original(self) -> Page:
        return self if self.parent is None else self.parent.original

    @property
    def text(self) -> str:
        return "\n\n".join([*self.lead, *self.paragraphs, *self.footer])

    @property
    def published_at(self) -> str | None:
        return {
            "moment": self.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "day": self.at.strftime("%Y-%m-%d"),
            "none": None,
        }[self.claim]


# --- texts -------------------------------------------------------------------------------------------------------

_PLACES = [
    "Orvania",
    "Selmark",
    "Tarn",
    "Velling",
    "Osterby",
    "Halden",
    "Brisk",
    "Lowmere",
    "Cadria",
    "Penhallow",
    "Sundry",
    "Ferrow",
    "Ackley",
    "Morren",
]
_PEOPLE = [
    "Ilse Marrow",
    "Tomas Quill",
    "Ada Fenwick",
    "Bruno Sallow",
    "Nera Oakes",
    "Pavel Thorne",
    "Greta Moss",
    "Isak Lund",
    "Mina Crale",
]
_THINGS = [
    "ferry",
    "grain",
    "timber",
    "salmon",
    "dredging",
    "pilot",
    "lock",
    "lighthouse",
    "cable",
    "rescue",
    "customs",
    "water",
    "flood",
    "bridge",
    "dock",
    "beacon",
]
_ACTS = [
    "inspected",
    "rebuilt",
    "suspended",
    "extended",
    "licensed",
    "measured",
    "financed",
    "reopened",
    "reviewed",
    "audited",
    "widened",
    "secured",
]
_WHO = [
    "engineers",
    "inspectors",
    "families",
    "crews",
    "wardens",
    "farmers",
    "pilots",
    "traders",
    "auditors",
    "volunteers",
    "captains",
    "residents",
]
_WHEN = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_LINKS = ["after", "before", "while", "because", "although", "until", "since", "once"]


def sentence(rng: random.Random, form: int | None = None) -> str:
    """One invented sentence; its fixed parts are short, so two of them share next to nothing."""
    pick, number = rng.choice, rng.randint
    forms = (
        lambda: (
            f"{pick(_PEOPLE)} said {number(11, 990)} {pick(_WHO)} near {pick(_PLACES)} {pick(_ACTS)} the {pick(_THINGS)} station {pick(_LINKS)} {pick(_WHEN)}"
        ),
        lambda: (
            f"In {pick(_PLACES)} the {pick(_THINGS)} office {pick(_ACTS)} around {number(2, 95)},{number(100, 999)} {pick(_THINGS)} permits {pick(_LINKS)} {pick(_WHO)} objected"
        ),
        lambda: (
            f"{pick(_WHO).capitalize()} from {pick(_PLACES)} must not enter the {pick(_THINGS)} basin {pick(_LINKS)} {number(2, 29)} {pick(_WHEN)}"
        ),
        lambda: (
            f"The {pick(_THINGS)} and {pick(_THINGS)} works at {pick(_PLACES)}, {pick(_ACTS)} for {number(3, 88)} million crowns, will reopen {pick(_LINKS)} {pick(_PEOPLE)} returns"
        ),
        lambda: (
            f"At least {number(5, 70)} {pick(_WHO)} {pick(_ACTS)} the {pick(_PLACES)} {pick(_THINGS)} {pick(_LINKS)} a {pick(_THINGS)} {pick(_ACTS)} by {pick(_WHO)} failed"
        ),
        lambda: (
            f"“We {pick(_ACTS)} every {pick(_THINGS)} in {pick(_PLACES)},” {pick(_PEOPLE)} told {pick(_WHO)} on {number(1, 28)} {pick(_WHEN)}"
        ),
        lambda: (
            f"{pick(_PLACES)} has {pick(_ACTS)} {number(12, 400)} {pick(_THINGS)} boats {pick(_LINKS)} {pick(_PLACES)} {pick(_ACTS)} its {pick(_THINGS)} quota"
        ),
    )
    return (forms[form % len(forms)] if form is not None else pick(forms))() + "."


def grammar_texts(rng: random.Random) -> list[tuple[str, list[str]]]:
    """Titles and paragraphs made of invented sentences."""
    found = []
    for _ in range(140):
        paragraphs = [" ".join(sentence(rng) for _ in range(rng.randint(2, 4))) for _ in range(rng.randint(4, 8))]
        found.append((" ".join(sentence(rng).rstrip(".").split()[:9]), paragraphs))
    return found


def official_texts(rng: random.Random) -> list[tuple[str, list[str]]]:
    """Titles and paragraphs of official statements of 150 to 900 words; empty when they are not there.

    One of each series only: yearly proclamations and notices repeat one another nearly word for word.
    """
    if not STATEMENTS.exists():
        return []
    with gzip.open(STATEMENTS, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    found = []
    for row in rows:
        paragraphs = [" ".join(one.split()) for one in row["text"].split("\n\n") if len(one.split()) >= 8]
        if 150 <= sum(len(one.split()) for one in paragraphs) <= 900 and len(paragraphs) >= 3:
            found.append((" ".join(row["title"].replace("\\", " ").split())[:90], paragraphs))
    rng.shuffle(found)
    kinds: dict[str, tuple[str, list[str]]] = {}
    for title, paragraphs in found:
        kinds.setdefault(" ".join(re.findall(r"[a-z]+", title.lower())[:3]), (title, paragraphs))
    return list(kinds.values())


# --- edits -------------------------------------------------------------------------------------------------------

_SYNONYMS = {
    "said": "noted stated remarked", "announced": "declared revealed", "important": "significant weighty major",
    "support": "backing assistance aid", "large": "big sizeable", "help": "assist aid", "begin": "start commence",
    "ensure": "guarantee secure", "continue": "carry_on go_on keep_on",
    "reviewed": "examined looked_over", "rebuilt": "restored built_anew", "told": "informed", "people": "persons",
    "efforts": "endeavours exertions", "strong": "robust firm", "also": "in_addition as_well moreover",
    "families": "households", "crews": "teams", "work": "labour toil", "new": "fresh novel", "country": "nation land",
    "together": "jointly side_by_side", "provide": "supply furnish give", "make": "render", "use": "employ",
}  # fmt: skip


def reword(paragraphs: list[str], rng: random.Random, times: int) -> list[tuple[str, str]]:
    """Exchange words for others of the same meaning, in place."""
    spoken = [n for n, one in enumerate(paragraphs) if not re.search('[“”"]', one)]
    found = [(n, m) for n in spoken for m in re.finditer(r"[a-z]+", paragraphs[n])]
    places = [(n, m) for n, m in found if m.group() in _SYNONYMS]
    done = []
    for n, found in sorted(rng.sample(places, min(times, len(places))), key=lambda one: (-one[0], -one[1].start())):
        other = rng.choice(_SYNONYMS[found.group()].split()).replace("_", " ")
        paragraphs[n] = paragraphs[n][: found.start()] + other + paragraphs[n][found.end() :]
        done.append((found.group(), other))
    return done


def falsify(paragraphs: list[str], rng: random.Random) -> list[tuple[str, str]]:
    """Change what a sentence claims, in place: a number, a negation, a limit."""
    kinds = [
        (r"\b\d{2,3}\b(?![,.]\d)", lambda found: str(int(found.group()) + rng.choice((7, 30, 100)))),
        (r"\b(will|must|should|can) (?!not\b)", lambda found: f"{found.group(1)} not "),
        (r"\b(around|about|at least) (?=\d)", lambda _: "up to "),
        (r"\bnot ", lambda _: ""),
    ]
    rng.shuffle(kinds)
    for pattern, becomes in kinds:
        places = [(n, m) for n, one in enumerate(paragraphs) for m in re.finditer(pattern, one)]
        if places:
            n, found = rng.choice(places)
            after = becomes(found)
            paragraphs[n] = paragraphs[n][: found.start()] + after + paragraphs[n][found.end() :]
            return [(found.group().strip(), after.strip())]
    return []


# --- credits -----------------------------------------------------------------------------------------------------

CREDITS = (
    ("none", 36), ("link", 16), ("tracked", 12), ("line", 16), ("leading", 7), ("attribution", 8), ("lost", 3),
    ("false", 2),
)  # fmt: skip


def credit(page: Page, parent: Page, carried: set[Outlet], rng: random.Random) -> None:
    """Credit the parent the way of the page's draw; a false credit names an outlet that never carried the story."""
    kinds, weights = zip(*CREDITS, strict=True)
    page.credit = rng.choices(kinds, weights)[0]
    source = parent.outlet
    if page.credit == "false":
        source = rng.choice([one for one in OUTLETS if one.kind != "issuer" and one not in carried])
    title = source.title
    page.credited = source if page.credit not in ("none", "lost") else None
    if page.credit in ("link", "tracked"):
        page.credited_url = parent.url
        page.credit_words = f"Source: {title}"
    elif page.credit in ("line", "false"):
        page.credit_words = rng.choice((f"Source: {title}", f"({title})", f"With information from {title}."))
    elif page.credit == "leading":
        page.credit_words = f"{title} ({parent.at.strftime('%d %B %Y')})"
        page.lead.insert(0, page.credit_words)
    elif page.credit == "attribution":
        page.credit_words = f"{title} reports"
        page.lead.append(f"A statement on the matter has been published, {title} reports.")
    elif page.credit == "lost":
        page.credit_words = "Source:"
    if page.credit in ("line", "false", "lost"):
        page.footer.append(page.credit_words or "")


# --- the web -----------------------------------------------------------------------------------------------------


def build(seed: int, *, official: bool = True) -> list[Page]:
    """The pages of one web, about 210 of them, 131 copies among them."""
    rng = random.Random(seed)
    texts = (official_texts(rng) if official else []) or grammar_texts(rng)
    pages: list[Page] = []
    copies = 0
    story = 0
    while copies < 131:
        wanted = min(131 - copies, rng.choice((2, 4, 5, 6, 7, 9)))
        made = _story(story, texts.pop(), wanted, rng)
        copies += len(made) - 1
        pages += made
        story += 1
    pages += _templates(rng) + _reissues(pages, rng)
    while len(pages) < 210:
        title, paragraphs = texts.pop()
        outlet = rng.choice(OUTLETS)
        pages.append(Page(outlet, "", title, paragraphs, START + timedelta(hours=rng.uniform(0, 2000))))
    _finish(pages, rng)
    return pages


def _story(number: int, text: tuple[str, list[str]], copies: int, rng: random.Random) -> list[Page]:
    title, paragraphs = text
    at = START + timedelta(hours=number * 70 + rng.uniform(0, 40))
    kind = rng.choices(("issuer", "agency", "newspaper"), (80, 15, 5))[0]
    first = rng.choice([one for one in OUTLETS if one.kind == kind])
    pages = [Page(first, "", title, list(paragraphs), at, story=number, role="original")]
    while len(pages) <= copies:
        outlet = _next_outlet(pages, rng)
        fitting = [one for one in pages if one.outlet.kind in TAKES_FROM[outlet.kind]] or pages
        pages.append(_copy(rng.choice(fitting), outlet, {one.outlet for one in pages}, rng))
    if first.kind == "issuer" and rng.random() < 0.2:
        pages[0].at += timedelta(hours=rng.uniform(1, 20))  # the issuer is online later than those it gave the text to
    return pages


def _next_outlet(pages: list[Page], rng: random.Random) -> Outlet:
    used = {page.outlet.id for page in pages}
    free = [one for one in OUTLETS if one.id not in used and one.kind != "issuer"]
    order = ("agency", "newspaper", "portal", "institution", "blog")
    weights = [3.0 if order.index(one.kind) <= len(pages) // 2 else 0.4 for one in free]
    return rng.choices(free, weights)[0]


def _copy(parent: Page, outlet: Outlet, carried: set[Outlet], rng: random.Random) -> Page:
    paragraphs = list(parent.paragraphs)
    if parent.lead and rng.random() < 0.6:
        paragraphs = [one for one in parent.lead if len(one.split()) > 8] + paragraphs
    page = Page(outlet, "", parent.title, paragraphs, parent.at, parent=parent, story=parent.story, role="copy")
    page.at += timedelta(hours=rng.lognormvariate(1.0, 1.2))
    if rng.random() < 0.3:
        page.title = page.title.split(":")[0][:60]
    is_cut = rng.random() < 0.4 and len(paragraphs) > 2 and _cut(paragraphs, rng)
    draw = rng.random()
    if draw < 0.28:
        page.changed = falsify(paragraphs, rng)
    reworded = reword(paragraphs, rng, rng.randint(1, 4)) if 0.18 < draw < 0.5 else []
    is_led = rng.random() < 0.35
    if is_led:
        page.lead.append(sentence(rng, OUTLETS.index(outlet)))
    credit(page, parent, {outlet, *carried}, rng)
    if page.changed:
        page.label = "altered"
    elif reworded:
        page.label = "edited"
    elif is_cut or (_has_own_words(parent) and len(paragraphs) == len(parent.paragraphs)):
        page.label = "abridged"
    else:
        page.label = "expanded" if page.lead or page.footer else "verbatim"
    return page


def _has_own_words(page: Page) -> bool:
    """Whether a page leads in with more than its credit, which is no part of the statement that others leave out."""
    return any(page.credit_words is None or page.credit_words not in one for one in page.lead)


def _cut(paragraphs: list[str], rng: random.Random) -> bool:
    least = max(2, len(paragraphs) // 3)
    if rng.random() < 0.7:
        del paragraphs[rng.randint(least, len(paragraphs) - 1) :]
    else:
        del paragraphs[rng.randint(1, len(paragraphs) - 2 if len(paragraphs) > 2 else 1)]
    return True


def _templates(rng: random.Random) -> list[Page]:
    """Condolences, condemnations and weekly prices: the same words about different events, nobody's copies."""
    pages = []
    for week in range(5):
        prices = [rng.randint(200, 990) for _ in range(4)]
        text = [
            f"The weekly fuel notice for {rng.choice(_PLACES)} gives the average price of diesel as {prices[0]} crowns and that of petrol as {prices[1]} crowns per barrel.",
            f"Heating oil stands at {prices[2]} crowns and marine gas oil at {prices[3]} crowns, the notice says, taxes and harbour dues included.",
            "The next notice will be published on the first working day of the coming week at nine in the morning.",
        ]
        at = START + timedelta(days=7 * week, hours=9)
        pages.append(Page(BY_ID["tidewater_gazette"], "", f"Fuel prices, week {week + 2}", text, at, role="template"))
    for outlet in (one for one in OUTLETS if one.kind == "issuer"):
        place, person, dead = rng.choice(_PLACES), rng.choice(_PEOPLE), rng.randint(3, 60)
        text = [
            f"We have learned with deep sorrow of the loss of {dead} lives in the accident at {place}, and extend our condolences to the bereaved families and to {person}.",
            "We strongly wish the injured a speedy recovery and stand ready to give whatever help is asked of us.",
            f"The flags at our buildings will be lowered until the funeral in {rng.choice(_PLACES)} on {rng.randint(2, 28)} {rng.choice(_WHEN)}.",
        ]
        at = START + timedelta(hours=rng.uniform(0, 1800))
        pages.append(Page(outlet, "", f"On the accident at {place}", text, at, role="template"))
    return pages


def _reissues(pages: list[Page], rng: random.Random) -> list[Page]:
    """A statement given out again by its issuer a year later with that year's figures."""
    firsts = [one for one in pages if one.role == "original" and one.outlet.kind == "issuer"]
    made = []
    for first in rng.sample(firsts, min(3, len(firsts))):
        text = [re.sub(r"\b\d{2,3}\b", lambda found: str(int(found.group()) + 11), one) for one in first.paragraphs]
        reword(text, rng, 5)
        at = first.at + timedelta(days=365)
        made.append(Page(first.outlet, "", first.title, text, at, role="reissue", story=first.story))
    return made


def _finish(pages: list[Page], rng: random.Random) -> None:
    """Addresses, the precision of dates, and the order in which a crawler happened to see the pages."""
    for number, page in enumerate(pages):
        slug = "-".join(re.findall(r"[a-z0-9]+", page.title.lower())[:7])
        page.url = f"https://{page.outlet.host}/{page.at.year}/{page.at.month:02d}/{slug or 'page'}-{number}"
        habits = {"issuer": "day", "institution": "day", "blog": "day"}
        page.claim = "none" if rng.random() < 0.03 else habits.get(page.outlet.kind, "moment")
        if page.outlet.id in ("evening_ledger", "infodeck"):
            page.claim = "day"
        page.seen = max(one.at for one in pages) + timedelta(days=1, seconds=rng.randint(0, 9000))
    for page in pages:
        if page.credit in ("link", "tracked") and page.parent:
            page.credited_url = page.parent.url
