"""A second fictional web, by another recipe than ``bench/world.py``: what holds on one of them may be luck.

Other outlets, other habits. Wires take from issuers within the hour, papers and portals from wires, think tanks days
later; some pages say so by a link, through a redirector or with tracking parameters, by a dateline, in a note or in
structured data; a third say nothing. A wire's page may be missing while those who took from it are there. Besides the
copies stand pages that copy nobody: own subjects, forms filled in anew, the same subject in other words, statements given
out again a year later.
"""

# ruff: noqa: E501 - sentences in one piece

from __future__ import annotations

import random
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from bench.dress import COSMETIC
from bench.edits import MATERIAL
from bench.world import Outlet, Page, grammar_texts, official_texts, sentence

START = datetime(2025, 9, 1, 5, 0, tzinfo=UTC)
COPIES, PAGES = 131, 210

OUTLETS = (
    Outlet("foreign_ministry_karvia", "Ministry of Foreign Affairs of Karvia", "issuer", 0),
    Outlet("karvia_national_bank", "National Bank of Karvia", "issuer", 1),
    Outlet("health_authority", "Lund Bay Health Authority", "issuer", 2),
    Outlet("karvia_telegraph_agency", "Karvia Telegraph Agency", "agency", 3),
    Outlet("baynews", "Baynews Agency", "agency", 4),
    Outlet("continental_wire", "Continental Wire", "agency", 5),
    Outlet("the_karvian", "The Karvian", "newspaper", 1),
    Outlet("lund_bay_herald", "Lund Bay Herald", "newspaper", 3),
    Outlet("gazeta_karvia", "Gazeta Karvia", "newspaper", 5),
    Outlet("karvia24", "Karvia 24", "portal", 0),
    Outlet("bayline_online", "Bayline Online", "portal", 2),
    Outlet("worldfeed", "Worldfeed", "portal", 4),
    Outlet("centre_for_eastern_policy", "Centre for Eastern Policy", "institution", 3),
    Outlet("bay_institute", "Bay Institute", "institution", 5),
    Outlet("letters_from_lund", "Letters from Lund", "blog", 2),
)
BY_KIND = {kind: [one for one in OUTLETS if one.kind == kind] for kind in {one.kind for one in OUTLETS}}

TAKES = {
    "agency": (("issuer", 80), ("agency", 20)),
    "newspaper": (("agency", 60), ("issuer", 25), ("newspaper", 15)),
    "portal": (("agency", 45), ("newspaper", 20), ("portal", 15), ("issuer", 20)),
    "institution": (("portal", 35), ("newspaper", 20), ("agency", 25), ("issuer", 20)),
    "blog": (("portal", 50), ("newspaper", 50)),
}
HOURS = {"agency": (0.1, 1.5), "newspaper": (0.3, 9.0), "portal": (0.2, 12.0), "institution": (3.0, 90.0), "blog": (2.0, 50.0)}  # fmt: skip
"""How long after its source a copy appears."""
DAY_ONLY = {"foreign_ministry_karvia", "health_authority", "gazeta_karvia", "karvia24", "bay_institute", "letters_from_lund"}  # fmt: skip
DEEPEST = 4

CREDITS = (
    ("none", 32), ("link", 14), ("note", 8), ("tracked", 9), ("wrapped", 5), ("line", 8), ("dateline", 7),
    ("attribution", 6), ("structured", 3), ("canonical", 2), ("origin", 3), ("lost", 2), ("false", 1),
)  # fmt: skip


def build(seed: int, *, official: bool = True, lost: float = 0.08) -> list[Page]:
    """The pages of one web, 210 of them that are held, 131 copies among those.

    ``lost`` is the share of the wires' copies that are not in the file.
    """
    rng = random.Random(seed * 7919 + 3)
    texts = (official_texts(rng) if official else []) or grammar_texts(rng)
    texts = [one for one in texts if 150 <= sum(len(part.split()) for part in one[1]) <= 600]
    pages: list[Page] = []
    held = 0
    for story in range(10_000):
        wanted = min(COPIES - held, rng.choice((3, 4, 5, 5, 6, 7, 8)))
        if not wanted:
            break
        made = _story(story, texts.pop(), wanted, lost, rng)
        held += sum(one.role == "copy" and one.is_held for one in made)
        pages += made
    pages += [*_condolences(rng), *_rates(rng), *_issued_again(pages, rng), *_same_subject(pages, rng)]
    while sum(one.is_held for one in pages) < PAGES:
        title, paragraphs = texts.pop()
        at = START + timedelta(hours=rng.uniform(0, 1900))
        pages.append(Page(rng.choice(OUTLETS), "", title, paragraphs, at))
    _finish(pages, rng)
    return pages


def _story(number: int, text: tuple[str, list[str]], copies: int, lost: float, rng: random.Random) -> list[Page]:
    kind = rng.choices(("issuer", "agency", "newspaper"), (78, 14, 8))[0]
    at = START + timedelta(hours=number * 61 + rng.uniform(0, 30))
    outlet = rng.choice(BY_KIND[kind])
    pages = [Page(outlet, "", text[0], list(text[1]), at, story=number, role="original")]
    while sum(one.role == "copy" and one.is_held for one in pages) < copies:
        taker = _taker(pages, rng)
        page = _copy(_source(pages, taker, rng), taker, pages, rng)
        page.is_held = not (taker.kind == "agency" and rng.random() < lost)
        pages.append(page)
    return pages


def _taker(pages: list[Page], rng: random.Random) -> Outlet:
    """The next outlet to carry the story: mostly wires first, papers and portals next, the others last."""
    used = {one.outlet for one in pages}
    free = [one for one in OUTLETS if one not in used and one.kind != "issuer"]
    rank = {"agency": 8.0, "newspaper": 3.0, "portal": 3.0, "institution": 1.0, "blog": 0.5}
    weights = [rank[one.kind] if len(pages) < 3 else rank[one.kind] ** 0.3 for one in free]
    return rng.choices(free, weights)[0]


def _source(pages: list[Page], taker: Outlet, rng: random.Random) -> Page:
    kinds, weights = zip(*TAKES[taker.kind], strict=True)
    for kind in rng.choices(kinds, weights, k=6):
        fitting = [one for one in pages if one.outlet.kind == kind and _depth(one) < DEEPEST]
        if fitting:
            return rng.choice(fitting)
    return pages[0]


def _depth(page: Page) -> int:
    return 0 if page.parent is None else 1 + _depth(page.parent)


# --- how a desk makes its copy -----------------------------------------------------------------------------------


def _copy(parent: Page, taker: Outlet, pages: list[Page], rng: random.Random) -> Page:
    inherited = [one for one in parent.lead if len(one.split()) > 10 and rng.random() < 0.7]
    paragraphs = [*inherited, *parent.paragraphs]
    at = parent.at + timedelta(hours=rng.uniform(*HOURS[taker.kind]))
    page = Page(taker, "", parent.title, paragraphs, at, parent=parent, story=parent.story, role="copy")
    if rng.random() < 0.4:
        page.title = _title_anew(page.title, rng)
    is_cut = rng.random() < 0.35 and _cut(page.paragraphs, rng)
    credited = parent.credit_words or "\0"
    is_cut = is_cut or any(one not in inherited and credited not in one for one in parent.lead)
    if rng.random() < 0.3:
        _alter(page, rng)
    is_worded = rng.random() < 0.2 and _word_otherwise(page.paragraphs, rng)
    if rng.random() < 0.4:
        page.lead.append(_lead(taker, rng))
    credit(page, parent, pages, rng)
    if rng.random() < 0.25:
        _dress(page, rng)
    own = page.lead or page.footer
    page.label = (
        "altered" if page.changed else "edited" if is_worded else "abridged" if is_cut else "expanded" if own else "verbatim"
    )  # fmt: skip
    return page


def _title_anew(title: str, rng: random.Random) -> str:
    words = title.split()
    return rng.choice((" ".join(words[: max(4, len(words) // 2)]), f"Statement: {title}"[:90], title.upper()[:80]))


def _cut(paragraphs: list[str], rng: random.Random) -> bool:
    """Leave out the end, a paragraph in the midst, or the last sentences of the last paragraph."""
    way = rng.randrange(3)
    if way == 0 and len(paragraphs) > 2:
        del paragraphs[rng.randint((len(paragraphs) + 1) // 2, len(paragraphs) - 1) :]
        return True
    if way == 1 and len(paragraphs) > 3:
        del paragraphs[rng.randint(1, len(paragraphs) - 2)]
        return True
    sentences = re.split(r"(?<=[a-z]{3}\.) (?=[A-Z])", paragraphs[-1])
    if len(sentences) < 2 or len(" ".join(sentences[len(sentences) // 2 :]).split()) < 8:
        return False
    paragraphs[-1] = " ".join(sentences[: len(sentences) // 2])
    return True


def _alter(page: Page, rng: random.Random) -> None:
    """One or two changes of substance, by the editors of the comparison's bench."""
    text = "\n\n".join(page.paragraphs)
    for name in rng.sample(sorted(MATERIAL), len(MATERIAL)):
        edit = MATERIAL[name](text, rng)
        if edit is not None and edit.text.count("\n\n") == text.count("\n\n"):
            text = edit.text
            page.changed.append((edit.before, edit.after))
            if rng.random() < 0.75 or len(page.changed) > 1:
                break
    page.paragraphs[:] = text.split("\n\n")


_OTHERWISE = (
    ("announced", "made known"), ("announced", "unveiled"), ("including", "among them"), ("in order to", "so as to"),
    ("today", "this day"), ("begin", "start"), ("assistance", "help"), ("help", "assist"), ("nation", "country"),
    ("said", "declared"), ("said", "explained"), ("important", "weighty"), ("continue", "carry on"), ("regarding", "about"),
    ("together", "jointly"), ("ensure", "make sure"), ("provide", "offer"), ("across", "throughout"), ("work", "labour"),
    ("reopen", "open again"), ("objected", "protested"), ("inspected", "looked over"), ("suspended", "halted"),
)  # fmt: skip


def _word_otherwise(paragraphs: list[str], rng: random.Random) -> bool:
    places = [
        (number, found.start(), found.end(), after)
        for number, text in enumerate(paragraphs)
        if not re.search('[“”"]', text)
        for before, after in _OTHERWISE
        for found in re.finditer(rf"\b{before}\b", text)
    ]
    taken: list[tuple[int, int]] = []
    for number, start, end, after in sorted(rng.sample(places, min(len(places), rng.randint(1, 3))), reverse=True):
        if (number, start) not in taken:
            paragraphs[number] = paragraphs[number][:start] + after + paragraphs[number][end:]
            taken.append((number, start))
    return bool(taken)


def _lead(taker: Outlet, rng: random.Random) -> str:
    """A sentence or two of the desk's own; some outlets always begin them in the same way."""
    day = rng.choice(("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"))
    habits = {
        "baynews": f"Given below is the text as it reached our desk on {day}. ",
        "karvia24": f"{taker.title} has followed the affair for some weeks. ",
        "centre_for_eastern_policy": "Readers of this page have asked for the document in question. ",
    }
    return f"{habits.get(taker.id, '')}{sentence(rng)}" + (f" {sentence(rng)}" if rng.random() < 0.4 else "")


def _dress(page: Page, rng: random.Random) -> None:
    """Typography of the house: nothing that changes a word."""
    for name in rng.sample(("straight quotes", "dashes", "hard spaces", "double spaces", "entities"), 2):
        dressed = COSMETIC[name]("\n\n".join(page.paragraphs), rng) if name in COSMETIC else None
        if dressed and name != "entities":
            page.paragraphs[:] = [one for one in dressed.split("\n\n") if one.strip()]


# --- how it says whose it is -------------------------------------------------------------------------------------


def credit(page: Page, parent: Page, pages: list[Page], rng: random.Random) -> None:
    """Credit the parent in the way that was drawn: ``credited_url`` is filled in once addresses are known."""
    kinds, weights = zip(*CREDITS, strict=True)
    page.credit = rng.choices(kinds, weights)[0]
    source = parent.outlet
    if page.credit == "false":
        carried = {one.outlet for one in pages} | {page.outlet}
        source = rng.choice([one for one in OUTLETS if one.kind == "agency" and one not in carried] or [OUTLETS[5]])
    if page.credit == "origin":
        source = parent.original.outlet
    page.credited = source if page.credit not in ("none", "lost") else None
    name, day = source.title, f"{parent.at.day} {parent.at:%B %Y}"
    if page.credit in ("line", "false", "origin"):
        page.credit_words = rng.choice(
            (f"Source: {name}", f"/{name}/", f"Via {name}", f"Published with the permission of {name}.")
        )
        page.footer.append(page.credit_words)
    elif page.credit == "attribution":
        page.credit_words = rng.choice((f"{name} reports", f"according to {name}", f"as reported by {name}"))
        page.lead.append(f"A paper on the matter was made public on {day}, {page.credit_words}.")
    elif page.credit == "dateline":
        page.credit_words = f"LUND, {parent.at:%B} {parent.at.day} ({name}) –"
        page.paragraphs[0] = f"{page.credit_words} {page.paragraphs[0]}"
    elif page.credit == "lost":
        page.credit_words = "() –"
        page.paragraphs[0] = f"LUND, {parent.at:%B} {parent.at.day} {page.credit_words} {page.paragraphs[0]}"


def address(page: Page, rng: random.Random) -> str:
    """The parent's address as the page gives it: plain, with tracking parameters, or wrapped in a redirector."""
    url = page.parent.url if page.parent else ""
    if page.credit == "tracked":
        return rng.choice(
            (
                f"{url}?utm_source={page.outlet.id}&utm_medium=referral&utm_campaign=daily",
                f"{url}?fbclid=IwAR{rng.randrange(10**9)}",
                f"{url}?gclid=Cj0{rng.randrange(10**9)}&utm_content=a#comments",
            )
        )
    if page.credit == "wrapped":
        inner = quote(f"{url}?utm_source=share", safe="")
        return rng.choice(
            (
                f"https://l.facebook.com/l.php?u={inner}&h=AT{rng.randrange(10**6)}",
                f"https://www.google.com/url?sa=t&url={inner}&usg=AOv{rng.randrange(10**6)}",
                f"https://{page.outlet.host}/out?url={inner}",
                f"https://go.{page.outlet.host}/{rng.randrange(10**6)}",
            )
        )
    return url


# --- pages that copy nobody --------------------------------------------------------------------------------------

_TOWNS = ("Ostrel", "Vammer", "Hilt", "Corrow", "Bersk", "Tannay", "Odmar", "Sille")
_NAMES = ("Rolf Tannen", "Irma Vael", "Osk Lindqvist", "Dara Belm", "Petra Cole", "Jon Hauk", "Ada Roen", "Kim Ostrow")


def _condolences(rng: random.Random) -> list[Page]:
    """Seven accidents, each in a town of its own."""
    made = []
    for town, name in zip(rng.sample(_TOWNS, 7), rng.sample(_NAMES, 7), strict=True):
        text = [
            f"It is with great sadness that we have received the news of the accident in {town}, in which {rng.randint(2, 90)} people lost their lives.",
            f"On behalf of everyone who works here, we offer our heartfelt condolences to the families of the victims, to {name}, and to all who mourn in {town}.",
            "We wish those who were hurt a full and speedy recovery. Our thoughts are with the rescue teams, who have been at work since the first hour.",
        ]
        at = START + timedelta(hours=rng.uniform(0, 1800))
        outlet = rng.choice(BY_KIND["issuer"] + BY_KIND["institution"])
        made.append(Page(outlet, "", f"Condolences: {town}", text, at, role="template"))
    return made


def _rates(rng: random.Random) -> list[Page]:
    made = []
    for day in range(6):
        one, two, three = (rng.randint(1000, 1999) for _ in range(3))
        text = [
            f"The National Bank of Karvia has set the official rate of the mark at 1.{one} and that of the crown at 0.{two} for the coming day.",
            f"Compared with the day before, the mark moved by {rng.randint(1, 90)} points. The turnover of the session came to {rng.randint(20, 99)}.{three} million.",
            "The official rates are binding for customs and taxes. Commercial banks set their own rates for cash.",
        ]
        at = START + timedelta(days=9 * day, hours=10)
        made.append(Page(OUTLETS[1], "", f"Official rates, session {day + 41}", text, at, role="template"))
    return made


def _issued_again(pages: list[Page], rng: random.Random) -> list[Page]:
    firsts = [one for one in pages if one.role == "original" and one.outlet.kind == "issuer"]
    made = []
    for first in rng.sample(firsts, min(3, len(firsts))):
        text = [re.sub(r"\b\d{2}\b", lambda found: str(int(found.group()) + 13), one) for one in first.paragraphs]
        _word_otherwise(text, rng)
        made.append(
            Page(first.outlet, "", first.title, text, first.at + timedelta(days=364), role="reissue", story=first.story)
        )
    return made


def _same_subject(pages: list[Page], rng: random.Random) -> list[Page]:
    """The same subject in other words: titles, names and a figure in common, no sentence."""
    made = []
    for first in rng.sample([one for one in pages if one.role == "original"], 5):
        names = sorted(set(re.findall(r"[A-Z][a-z]{4,}", " ".join(first.paragraphs))))[:6] or ["Karvia"]
        text = [
            f"{rng.choice(names)}: {sentence(rng)} {sentence(rng)} Those who know {rng.choice(names)} will remember {rng.randint(3, 40)} earlier attempts.",
            f"{sentence(rng)} So much for {rng.choice(names)}. {sentence(rng)} {sentence(rng)}",
            f"{sentence(rng)} {sentence(rng)} What {rng.choice(_NAMES)} makes of {rng.choice(names)} is another matter.",
        ]
        outlet = rng.choice([one for one in OUTLETS if one.kind in ("newspaper", "institution", "blog")])
        made.append(
            Page(
                outlet,
                "",
                f"What to make of it: {first.title[:50]}",
                text,
                first.at + timedelta(hours=rng.uniform(-20, 60)),
            )
        )
    return made


def _finish(pages: list[Page], rng: random.Random) -> None:
    """Addresses, dates as claimed, the order of the crawl, and the credits that need an address."""
    last = max(one.at for one in pages)
    for number, page in enumerate(pages):
        slug = "-".join(re.findall(r"[a-z0-9]+", page.title.lower())[:6]) or "page"
        shapes = (
            f"/news/{slug}-{number}",
            f"/{page.at:%Y/%m/%d}/{slug}{number}",
            f"/en/article/{3000 + number}",
            f"/{slug}-{number}.html",
        )
        page.url = f"https://{page.outlet.host}{shapes[page.outlet.design % 4]}"
        page.claim = "none" if rng.random() < 0.04 else "day" if page.outlet.id in DAY_ONLY else "moment"
        page.seen = last + timedelta(days=2, seconds=rng.randint(0, 7200))
    for page in pages:
        if page.credit in ("link", "note", "tracked", "wrapped", "structured", "canonical") and page.parent:
            page.credited_url = page.parent.url
            page.met_url = address(page, rng)
            page.credit_words = f"Source: {page.parent.outlet.title}"
