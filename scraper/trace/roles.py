"""Inside link: what an outlet is by its name, where nobody has declared it.

Names of publishers say what they are in most languages: a ministry, an agency, a gazette. The rows are read in order
and the first that holds counts; a star stands for any ending, or any beginning. What no row tells stays ``unknown``.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from scraper.model import OutletKind
from scraper.trace.family import Member

NAMES: tuple[tuple[OutletKind, str], ...] = (
    ("agency", "news agency|press agency|wire|newswire|wires|telegraph agency|news service|press service|ajans*"),
    ("agency", "press association|press trust|press bureau|news bureau|agence|agencia de noticias|nachrichtenagentur"),
    ("agency", "presseagentur|agentur|agentliyi|agentliy|агентств*|информагентств*|агенция|وكالة|خبرگزاری|通讯社"),
    ("agency", "通信社|agenzia|agencja|agentura|*wire"),
    ("portal", "haber merkezi|newsroom|news portal|news site"),
    ("newspaper", "free press"),
    ("issuer", "ministry|ministries|ministere|ministerio|ministerium|ministero|bakanlig*|nazirliy*|министерств*"),
    ("issuer", "ministerstwo|мид|минобороны|минздрав|минфин|وزارة|وزارت|government|gov|hukumet*|foreign office"),
    ("issuer", "embass*|consulate|ambassade|embajada|botschaft|buyukelcilig*|посольств*|سفارة|سفارت|presidenc*"),
    ("issuer", "governor*|parliament|senate|congress|secretariat|mfa|mod|kremlin|white house|president*|home office"),
    ("issuer", "cumhurbaskan*|*regierung|gouvernement|gobierno|office of|municipality|mayor*|police|prosecutor*|court"),
    ("issuer", "prime minister*|chancell*|palace|royal household|attorney general|navy|army|coast guard|customs"),
    ("issuer", "permanent mission|city of|town of|county of|high commissioner*|inspectorate|reserve bank|port of"),
    ("institution", "council on|think tank|strategic|institut*|enstitu*|centre|center|centro|zentrum|merkez*"),
    ("institution", "институт*|центр|foundation|stiftung|universit*|studies|research|policy|observatory|society|vakf*"),
    ("institution", "academy|akademi*|forum|analysis|analytics"),
    ("issuer", "assembly|council|commission|committee|authority|department|treasury|federal|national bank"),
    ("issuer", "central bank|bureau of|administration|directorate|union|organization|organisation|company|board"),
    ("issuer", "agency for|agency of|state agency|national agency|statistic*|meteorolog*|railway*|airport|ports"),
    ("issuer", "environment agency|space agency|food agency|health agency|border agency|energy agency|tax agency"),
    ("issuer", "safety agency|security agency|protection agency|standards agency|development agency|water agency"),
    ("issuer", "medicines agency|maritime agency|transport agency|intelligence agency|atomic agency|drug agency"),
    ("issuer", "nuclear agency|fisheries agency|housing agency|migration agency|investment agency|aviation agency"),
    ("newspaper", "gazette|gazete*|gazeta|газет*|courier|times|herald|post|tribune|daily|beacon|ledger|journal"),
    ("newspaper", "chronicle|observer|guardian|mirror|standard|zeitung|diario|periodico|correo|правда|известия"),
    ("newspaper", "mercury|examiner|telegraph|argus|sentinel|advertiser|echo|star|sun|globe|independent|weekly"),
    ("newspaper", "lantern|bulletin|register|kurier|courrier|quotidien|record|messenger|dispatch|inquirer|evening"),
    ("blog", "blog|blogspot|wordpress|substack|diary|notebook|notes|walks|musings|my|letters from"),
    ("portal", "portal|online|today|info|infos|haber|haberler|xeber*|новости|24|net|live|hub|deck|now|digest"),
    ("portal", "*feed|*hub|*deck|*portal|*info"),
    ("agency", "agency|agencia|press|presse|*press"),
    ("issuer", "office|service"),
    ("portal", "news"),
)  # fmt: skip
"""An agency that says what it is for is an office of a state; one that bears no more than a name gathers news."""

PERSONS: tuple[str, ...] = (
    "minister secretary spokesperson spokesman spokeswoman director chairman chairwoman chief adviser advisor editor",
    "correspondent photo photographer министр президент sozcusu bakani portavoz sprecher sprecherin",
)
"""Words that make a name a person's, whatever else stands in it."""

_PHRASES = {
    tuple(one.split()): -place for place, (_, row) in reversed(list(enumerate(NAMES))) for one in row.split("|")
}
_PERSONS = frozenset(word for row in PERSONS for word in row.split())
_STEMS = tuple((one[0][:-1], place) for one, place in _PHRASES.items() if one[0].endswith("*"))
_TAILS = tuple((one[0][1:], place) for one, place in _PHRASES.items() if one[0].startswith("*"))
_LONGEST = max(map(len, _PHRASES))


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


@lru_cache(maxsize=4096)
def kind_by_name(name: str) -> OutletKind:
    """What a publisher is by its name alone.

    >>> kind_by_name("Ministry of Ports of Velmora"), kind_by_name("Meridian News Agency")
    ('issuer', 'agency')
    """
    words = _words(name)
    runs = (tuple(words[at : at + size]) for size in range(1, _LONGEST + 1) for at in range(len(words)))
    places = [_PHRASES[run] for run in runs if run in _PHRASES]
    places += [place for word in words for stem, place in _STEMS if word.startswith(stem)]
    places += [place for word in words for tail, place in _TAILS if word.endswith(tail)]
    return NAMES[-max(places)][0] if places else "unknown"


def is_publisher(name: str) -> bool:
    """Whether a name that nobody knows reads like a publisher's rather than a person's."""
    return kind_by_name(name) != "unknown" and _PERSONS.isdisjoint(_words(name))


def _words(name: str) -> list[str]:
    folded = unicodedata.normalize("NFKD", name.casefold().replace("ı", "i").replace("ə", "e"))
    letters = (letter for letter in folded if not unicodedata.combining(letter))
    return "".join(letter if letter.isalnum() else " " for letter in letters).split()
