"""A database in which everything that came from outside is hostile: titles, texts, names, addresses, languages."""

from __future__ import annotations

from pathlib import Path

from scraper.linking import link
from scraper.model import Citation, OutletFacts
from scraper.store.database import Store
from scraper.store.index import Index
from scraper.text.fingerprints import fingerprint, hashes_of
from tests.stores import read

RUNS = "window.ran=1"
SCRIPT = f"<script>{RUNS}</script>"
EVENTS = (
    f"<img src=x onerror={RUNS}>",
    f'"><svg onload="{RUNS}">',
    f"'><body onfocus='{RUNS}' autofocus>",
    f'" onmouseover="{RUNS}" autofocus onfocus="{RUNS}" x="',
    f"<iframe src='javascript:{RUNS}'></iframe>",
    f"<a href='javascript:{RUNS}'>here</a>",
    "<style>@import 'http://elsewhere.example/a.css';*{background:url(http://elsewhere.example/b)}</style>",
    f"</textarea></title></script>-->{SCRIPT}",
    f"{{{{ 7 * 7 }}}}{{% raw %}}<math><mi//xlink:href='data:x,{SCRIPT}'>",
    "<link rel=stylesheet href=//elsewhere.example/c><base href=//elsewhere.example/d>",
    "<meta http-equiv=refresh content='0;url=//elsewhere.example/e'>",
)
TRICKS = (
    "\u202eylsrever nettirw\u202c",
    "\u2066isolated \u2067and never closed",
    "zero\u200bwidth\ufeff and nul\x00 and \x1b[31mred\x1b[0m and \u2028line and \ud800 alone",
    "<div><div><p><b><table><tr><td><!-- unclosed",
    "e" + "\u0301" * 400,
)
SOURCE = "\n\n".join(
    [
        "The Ministry of Mills said on 4 May 2026 that 42 mills will not be closed before the weir has been inspected.",
        *(f"Nobody at the weir wanted to say what {one} means to the 6,000 people who live by it." for one in EVENTS),
        *(f"The engineer wrote {one} on the gate and left it there for the night shift to read." for one in TRICKS),
        "Work on the weir begins on Monday and lasts until the last gate has been lifted out of the river.",
    ]
)
COPY = (
    SOURCE.replace("42 mills", f"24 {SCRIPT} mills")
    .replace("will not be", "will be")
    .replace("6,000", f"600{EVENTS[0]}")
)
LONG = "Mill " + "<b>" * 1_000 + "w" * 100_000
EVIL_OUTLET = OutletFacts(
    id="mill_ministry",
    title=f"Ministry {EVENTS[1]} \u202e of Mills",
    kind="issuer",
    country="<GB>",
    language='en" onload="x',
    home_url=f"javascript:{RUNS}",
    domains=("ministry.example",),
)
EVIL_WIRE = OutletFacts(
    id="evil_wire", title=SCRIPT, kind="agency", home_url=f"data:text/html,{SCRIPT}", domains=("wire.example",)
)
_CITED = (
    Citation(kind="hyperlink", words=EVENTS[5], url=f"javascript:{RUNS}"),
    Citation(kind="hyperlink", words=LONG[:3_000], url=f"data:text/html;base64,{'A' * 2_000}"),
    Citation(kind="credit", words=SCRIPT, outlet=EVENTS[0], issuer=TRICKS[0], date="<today>"),
)


def hostile(path: Path) -> Path:
    """The database, written to ``path``: an original of two versions, three copies of it, and what they cite."""
    wrong = f"en{EVENTS[3]}"
    pages = (
        (EVIL_OUTLET, "https://ministry.example/s/1?q=%3Cscript%3E", EVENTS[1], SOURCE, "2026-05-04T09:00:00Z", "en"),
        (EVIL_WIRE, "https://wire.example/n/'%22%3E%3Cimg%20src=x>", SCRIPT, COPY, "2026-05-04T10:00:00Z", "en"),
        (EVIL_WIRE, "https://wire.example/n/2", LONG, f"{LONG}\n\n{SOURCE}", "2026-05-05", wrong),
        (EVIL_WIRE, "https://wire.example/n/3", TRICKS[2], COPY.replace("Monday", TRICKS[0]), "<never>", wrong),
    )
    with Store.open(path) as store:
        texts = []
        for number, (outlet, url, title, text, published_at, language) in enumerate(pages):
            read(store, _storable(text), at=f"2026-05-0{number + 5}T03:04:05Z", url=url, outlet=outlet,
                 title=_storable(title), byline=_storable(EVENTS[2]), published_at=published_at, language=language,
                 citations=_CITED, doubts=(_storable(EVENTS[4]),))  # fmt: skip
            texts.append(_storable(text))
        later = texts[0].replace("Monday", f"Tuesday {SCRIPT}")
        read(store, later, at="2026-05-11T03:04:05Z", url=pages[0][1], outlet=EVIL_OUTLET, title=SCRIPT)
        with store.transaction():
            index = Index(store.db.conn)
            for number, text in enumerate([*texts, later], 1):
                index.add(number, fingerprint(hashes_of(text, language="en")))
        list(link(store))
    return path


def _storable(text: str) -> str:
    """A lone surrogate cannot be written to SQLite; reading pages never lets one through."""
    return text.encode("utf-8", "replace").decode()
