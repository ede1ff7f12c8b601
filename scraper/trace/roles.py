"""Inside link: what an outlet is by its name, where nobody has declared it.

Names of publishers say what they are in most languages: a ministry, an agency, a gazette. The rows are read in order
and the first that holds counts; a star stands for any ending. What no row tells stays ``unknown``.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from scraper.model import OutletKind
from scraper.trace.family import Member

NAMES: tuple[tuple[OutletKind, str], ...] = (
    ("agency", "news agency|press agency|wire|newswire|wires|telegraph agency|news service|press service|ajans*"),
    ("agency", "agence|agencia de noticias|nachrichtenagentur|presseagentur|agentur|agentliyi|agentliy|агентств*"),
    ("agency", "информагентств*|агенция|وكالة|خبرگزاری|通讯社|通信社|agenzia|agencja|agentura"),
    ("issuer", "minist*|bakanlig*|nazirliy*|министерств*|минист*|мид|минобороны|وزارة|وزارت|government|gov|hukumet*"),
    ("issuer", "embass*|consulate|ambassade|embajada|botschaft|buyukelcilig*|посольств*|سفارة|سفارت|presidenc*"),
    ("issuer", "governor*|parliament|senate|congress|secretariat|mfa|mod|kremlin|white house|president*"),
    ("issuer", "cumhurbaskan*|regierung|gouvernement|gobierno|office of|municipality|mayor*|police|prosecutor*|court"),
    ("institution", "institut*|enstitu*|centre|center|centro|zentrum|merkez*|институт*|центр|foundation|stiftung"),
    ("institution", "universit*|think tank|studies|research|policy|observatory|society|vakf*|academy|akademi*|forum"),
    ("issuer", "assembly|council|commission|committee|authority|department|treasury|federal|national bank"),
    ("issuer", "central bank|agency|bureau of|administration|directorate|union|organization|organisation|company"),
    ("newspaper", "gazette|gazete*|gazeta|газет*|courier|times|herald|post|tribune|daily|beacon|ledger|journal"),
    ("newspaper", "chronicle|observer|guardian|mirror|standard|zeitung|diario|periodico|correo|правда|известия"),
    ("newspaper", "mercury|examiner|telegraph|argus|sentinel|advertiser|echo|star|sun|globe|independent|press|weekly"),
    ("blog", "blog|blogspot|wordpress|substack|diary|notebook|notes|walks|musings|my"),
    ("portal", "portal|online|today|info|infos|news|haber|haberler|xeber*|новости|24|net|live|hub|deck|now|digest"),
)  # fmt: skip

_ROWS = tuple((kind, tuple(tuple(word.split()) for word in row.split("|"))) for kind, row in NAMES)


def kind_of(member: Member) -> OutletKind:
    """What the member's outlet is: as declared, or else by its title, its other names and its host, in this order."""
    if member.outlet_kind != "unknown":
        return member.outlet_kind
    host = (member.url or "").partition("://")[2].partition("/")[0]
    for name in (member.outlet_title, *member.outlet_names, host, member.outlet_id):
        kind = kind_by_name(name)
        if kind != "unknown":
            return kind
    return "unknown"


def kind_by_name(name: str) -> OutletKind:
    """What a publisher is by its name alone.

    >>> kind_by_name("Ministry of Ports of Velmora"), kind_by_name("Meridian News Agency")
    ('issuer', 'agency')
    """
    words = _words(name)
    for kind, phrases in _ROWS:
        if any(_stands_in(phrase, words) for phrase in phrases):
            return kind
    return "unknown"


def _words(name: str) -> list[str]:
    folded = unicodedata.normalize("NFKD", name.casefold().replace("ı", "i").replace("ə", "e"))
    letters = (letter for letter in folded if not unicodedata.combining(letter))
    return "".join(letter if letter.isalnum() else " " for letter in letters).split()


def _stands_in(phrase: tuple[str, ...], words: list[str]) -> bool:
    size = len(phrase)
    return any(_fits(phrase, words[start : start + size]) for start in range(len(words) - size + 1))


def _fits(phrase: Iterable[str], words: Iterable[str]) -> bool:
    return all(
        word.startswith(wanted[:-1]) if wanted.endswith("*") else word == wanted
        for wanted, word in zip(phrase, words, strict=True)
    )
