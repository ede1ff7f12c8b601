"""Read, first step: an address becomes its canonical form, and everything taken off on the way is listed.

Parsing follows the WHATWG URL standard (ada-url), so that two spellings a browser takes for one address get one key.
On top: fragments, credentials, session ids and tracking parameters go, known redirectors are seen through, parameters
are ordered by name.
"""

from __future__ import annotations

import base64
import binascii
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from urllib.parse import unquote

from ada_url import URL

from scraper.model import Key, Removed, Unwrapped

MOST_WRAPPERS = 5
REMEMBERED_LENGTH = 500
"""Characters of an address whose canonical form is remembered for a while."""
LONGEST = 100_000
"""Characters; a longer address is left as it is: browsers stop at a fiftieth of that."""

_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_ENTITY = re.compile("(?:amp;)+")
_ESCAPE = re.compile("%([0-9a-fA-F]{2})?")
_SESSION_IN_PATH = re.compile(r";(jsessionid|phpsessid|sid)=([^/;?#]*)", re.IGNORECASE)
_COOKIELESS = re.compile(r"/\((?:[A-Z]\([^()/]*\))+\)(?=/)")
_LONG_TOKEN = re.compile(r"[0-9a-f]{32,64}", re.IGNORECASE)
_SESSION_NAMES = frozenset({"sid", "sessid", "session", "sessionid", "session_id", "s"})


def url_key(url: str, *, keep: Iterable[str] = ()) -> Key:
    """Return the canonical form of *url*, with what was taken off it and the redirectors seen through.

    *keep* names parameters that this outlet uses for real. What is no web address comes back stripped and otherwise as
    it is: this function never raises, and ``url_key(url_key(x).url).url == url_key(x).url`` for every string. More than
    five redirectors one in another are taken for an attempt to tire us out: such an address stays wrapped.
    """
    address, kept = _without_surrogates(url).strip(), frozenset(name.lower() for name in keep)
    return _key_of(address, kept) if len(address) > REMEMBERED_LENGTH else _remembered_key_of(address, kept)


def _key_of(address: str, kept: frozenset[str]) -> Key:
    parsed = _parse(address)
    if parsed is None:
        return Key(url=address)
    target, unwrapped = _unwrap(parsed)
    removed = _clean(target, kept)
    for _ in range(MOST_WRAPPERS):
        target, more = _unwrap(target)  # again: a session id taken off can bare a redirector
        if not more:
            break
        removed, unwrapped = removed + _clean(target, kept), unwrapped + more
    return Key(url=target.href, removed=removed, unwrapped=unwrapped)


# An address is met in a feed, asked for and captured in short order, and a site's pages share most of their links.
_remembered_key_of = lru_cache(maxsize=4096)(_key_of)


def is_web_address(url: str) -> bool:
    """Whether *url* is an absolute http(s) address with a host."""
    return _parse(url) is not None


def host_of(url: str) -> str:
    """The host of an address in lower case, without a leading ``www.``; empty when there is none."""
    parsed = _parse(url)
    return parsed.hostname.removeprefix("www.") if parsed else ""


def _parse(address: str) -> URL | None:
    if len(address) > LONGEST:
        return None
    try:
        parsed = URL(address)
        if parsed.hostname.endswith("."):
            parsed.hostname = parsed.hostname.rstrip(".")
    except ValueError:
        return None
    return parsed if parsed.protocol in ("http:", "https:") and parsed.hostname else None


def _without_surrogates(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


# --- cleaning --------------------------------------------------------------------------------------------------


def _clean(parsed: URL, keep: frozenset[str]) -> tuple[Removed, ...]:
    removed: list[Removed] = []
    if parsed.username or parsed.password:
        removed.append(Removed("userinfo", "credentials", ""))
        parsed.username = parsed.password = ""
    if not parsed.hash.startswith("#!"):
        parsed.hash = ""
    removed += _clean_path(parsed)
    pairs, taken = _sift(parsed.search.removeprefix("?"), parsed.hostname, keep)
    parsed.search = "&".join(sorted(map(_normal_escapes, pairs), key=_name_of))
    return tuple(removed + taken)


def _clean_path(parsed: URL) -> list[Removed]:
    path = parsed.pathname
    removed = [Removed(name, "session id", value) for name, value in _SESSION_IN_PATH.findall(path)]
    removed += [Removed("path", "session id", token.strip("/")) for token in _COOKIELESS.findall(path)]
    parsed.pathname = _normal_escapes(_COOKIELESS.sub("", _SESSION_IN_PATH.sub("", path)))
    return removed


def _sift(query: str, host: str, keep: frozenset[str]) -> tuple[list[str], list[Removed]]:
    pairs, removed = [], []
    for pair in _pairs(query):
        name = unquote(_name_of(pair))
        value = pair.partition("=")[2]
        rule = None if name.lower() in keep else _rule_for(name.lower(), value, host)
        if rule:
            removed.append(Removed(name, rule, unquote(value)))
        else:
            pairs.append(pair)
    return pairs, removed


def _rule_for(name: str, value: str, host: str) -> str | None:
    rules = _rules()
    if name in rules.exact:
        return rules.exact[name]
    for prefix, rule in rules.prefixes:
        if name.startswith(prefix):
            return rule
    for site in rules.sites:
        if name in site.names and any(_is_below(host, domain) for domain in site.hosts):
            return site.rule
    if name in _SESSION_NAMES and _LONG_TOKEN.fullmatch(value):
        return "session id"
    return None


def _pairs(query: str) -> Iterator[str]:
    """The parameters of a query; an ampersand left as an entity (``&amp;``) separates like any other."""
    for pair in query.split("&"):
        entity = _ENTITY.match(pair)
        if bare := pair[entity.end() :] if entity else pair:
            yield bare


def _name_of(pair: str) -> str:
    return pair.partition("=")[0]


def _normal_escapes(text: str) -> str:
    """RFC 3986 section 6.2.2: upper-case hex digits, unreserved characters plain; a stray percent sign is one."""

    def normal(match: re.Match[str]) -> str:
        if match[1] is None:
            return "%25"
        byte = int(match[1], 16)
        return chr(byte) if byte in _UNRESERVED else f"%{match[1].upper()}"

    return _ESCAPE.sub(normal, text)


def _is_below(host: str, domain: str) -> bool:
    return host == domain or host.endswith("." + domain)


# --- redirectors -----------------------------------------------------------------------------------------------


def _unwrap(parsed: URL) -> tuple[URL, tuple[Unwrapped, ...]]:
    outermost = parsed
    unwrapped: list[Unwrapped] = []
    while found := _behind(parsed):
        if len(unwrapped) == MOST_WRAPPERS:
            return outermost, ()
        rule, address = found
        unwrapped.append(Unwrapped(rule, parsed.href))
        parsed = URL(address)
    return parsed, tuple(unwrapped)


def _behind(parsed: URL) -> tuple[str, str] | None:
    """The rule and the address behind a redirector; ``None`` when it is none or leads nowhere."""
    rules = _rules()
    if rules.any_redirector.fullmatch(parsed.hostname) is None:
        return None
    for redirector in rules.redirectors:
        if redirector.hosts.fullmatch(parsed.hostname) is None:
            continue
        target = redirector.target(parsed)
        if target and is_web_address(target) and "." in host_of(target):
            return redirector.rule, target
    target = _url_defense(parsed) or _translated(parsed)
    return ("URL Defense" if "urldefense" in parsed.hostname else "Google Translate", target) if target else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Redirector:
    rule: str
    hosts: re.Pattern[str]
    at: tuple[str, ...]
    names: tuple[str, ...]
    path: re.Pattern[str] | None

    def target(self, parsed: URL) -> str | None:
        if self.path is not None:
            match = self.path.fullmatch(parsed.pathname)
            return _rebuilt(match, parsed.search) if match else None
        if self.at and parsed.pathname.rstrip("/") not in self.at:
            return None
        values = _values(parsed.search)
        return next((values[name] for name in self.names if is_web_address(values.get(name, ""))), None)


def _values(search: str) -> dict[str, str]:
    values: dict[str, str] = {}
    for pair in _pairs(search.removeprefix("?")):
        name, _, value = pair.partition("=")
        values.setdefault(unquote(name).lower(), unquote(value.replace("+", "%20")))
    return values


def _rebuilt(match: re.Match[str], search: str) -> str:
    rest = match["rest"]
    if "%3a" in rest.lower()[:10]:
        rest = unquote(rest)
    if re.match("https?:/", rest):
        rest = re.sub("^(https?):/+", r"\1://", rest)
    else:
        rest = ("https://" if match.groupdict().get("https") else "http://") + rest
    return rest + search


def _url_defense(parsed: URL) -> str | None:
    """Proofpoint's own encodings: v2 (``-`` for ``%``, ``_`` for ``/``) and v3 (``*`` for letters listed in base64)."""
    if parsed.hostname not in ("urldefense.com", "urldefense.proofpoint.com"):
        return None
    if parsed.pathname == "/v2/url":
        target = unquote(_values(parsed.search).get("u", "").replace("-", "%").replace("_", "/"))
    else:
        match = re.fullmatch(r"/v3/__(.+?)__;([^!]*)!.*", parsed.pathname + parsed.search)
        if match is None:
            return None
        target = _fill_in(re.sub("^(https?):/+", r"\1://", match[1]), match[2])
    return target if is_web_address(target) else None


def _fill_in(masked: str, letters_in_base64: str) -> str:
    try:
        letters = iter(base64.urlsafe_b64decode(letters_in_base64 + "=" * (-len(letters_in_base64) % 4)).decode())
    except (binascii.Error, ValueError):
        return ""
    return re.sub(r"\*", lambda _: next(letters, "*"), masked)


def _translated(parsed: URL) -> str | None:
    """``site--name-example.translate.goog`` stands for ``site-name.example``: a dot is one hyphen, a hyphen is two."""
    if not parsed.hostname.endswith(".translate.goog"):
        return None
    label = parsed.hostname.removesuffix(".translate.goog")
    host = "-".join(part.replace("-", ".") for part in label.split("--"))
    return f"https://{host}{parsed.pathname}{parsed.search}" if "." in host else None


# --- the rules, read once -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Site:
    hosts: tuple[str, ...]
    names: frozenset[str]
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rules:
    exact: dict[str, str]
    prefixes: tuple[tuple[str, str], ...]
    sites: tuple[_Site, ...]
    redirectors: tuple[_Redirector, ...]
    any_redirector: re.Pattern[str]


@cache
def _rules() -> _Rules:
    table = tomllib.loads(files("scraper.read").joinpath("address_rules.toml").read_text(encoding="utf-8"))
    patterns = [(pattern, rule) for rule, names in table["tracking"].items() for pattern in names]
    redirectors = tuple(_redirector(row) for row in table["redirector"])
    return _Rules(
        exact={pattern: rule for pattern, rule in patterns if not pattern.endswith("*")},
        prefixes=tuple((pattern[:-1], rule) for pattern, rule in patterns if pattern.endswith("*")),
        sites=tuple(
            _Site(hosts=tuple(site["hosts"]), names=frozenset(site["names"]), rule=site["rule"])
            for site in table["site"]
        ),
        redirectors=redirectors,
        any_redirector=re.compile("|".join([row.hosts.pattern for row in redirectors] + [r".+\.translate\.goog"])),
    )


def _redirector(row: dict[str, str | list[str]]) -> _Redirector:
    hosts = (re.escape(host).replace(r"\*", r"[a-z0-9.-]+") for host in row["hosts"])
    path = row.get("path")
    return _Redirector(
        rule=str(row["rule"]),
        hosts=re.compile("|".join(hosts)),
        at=tuple(place.rstrip("/") for place in row.get("at", ())),
        names=tuple(row.get("names", ())),
        path=re.compile(path) if isinstance(path, str) else None,
    )
