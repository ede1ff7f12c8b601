"""Before anything is fetched: is this an address of the public web? Inward ones are refused, however they are spelled.

Two checks, since neither is enough alone. ``Guard.check`` reads an address before a request is made and refuses what
no page on the public web needs: other schemes and ports, user names, literal inward addresses in any spelling.
``Guard.vet`` reads the *network* address right before the socket connects to it, so that names which resolve inward (at
once, or only at the second look: "rebinding") and disagreements between parsers end there.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import NamedTuple
from urllib.parse import urlsplit

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

WEB_PORTS = frozenset({80, 443})
LONGEST_URL = 2083
"""Characters; what Scrapy and old browsers take. Longer ones are attacks or accidents."""

_INWARD = tuple(
    (IPv4Network(block), name)
    for block, name in (
        # IANA special-purpose registry (RFC 6890 and successors); the last row is a metadata service.
        ("0.0.0.0/8", "this network"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "carrier-grade NAT"),
        ("127.0.0.0/8", "loopback"),
        ("169.254.0.0/16", "link-local (cloud metadata)"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "protocol assignments"),
        ("192.0.2.0/24", "documentation"),
        ("192.88.99.0/24", "6to4 relay"),
        ("192.168.0.0/16", "private"),
        ("198.18.0.0/15", "benchmarking"),
        ("198.51.100.0/24", "documentation"),
        ("203.0.113.0/24", "documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
        ("168.63.129.16/32", "cloud metadata"),
    )
)
_GLOBAL_6 = IPv6Network("2000::/3")
_INWARD_6 = tuple(
    (IPv6Network(block), name)
    for block, name in (
        ("2001::/23", "protocol assignments (Teredo)"),
        ("2001:db8::/32", "documentation"),
        ("2002::/16", "6to4"),
        ("3fff::/20", "documentation"),
    )
)
_NAT64 = IPv6Network("64:ff9b::/96")
_BAD_CHARACTERS = re.compile(r"[\x00-\x20\x7f\\]")
_NUMBER = re.compile(r"0[xX][0-9a-fA-F]*|[0-9]+")


class Refused(PermissionError):
    """An address that must not be fetched; the message is one sentence that names the reason.

    A kind of ``OSError``, so that clients which try one network address after the other go on to the next.
    """


class Endpoint(NamedTuple):
    """Where a socket may connect to."""

    address: str
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """What may be fetched. Without arguments: http and https, ports 80 and 443, public addresses only."""

    allow: tuple[Network, ...] = ()
    """Networks allowed although they lie inward, on any port: for tests and a site of one's own."""
    hosts: Mapping[str, Endpoint] = field(default_factory=dict)
    """Names answered from here and never asked of the DNS: fictional outlets that live on this machine."""

    def check(self, url: str) -> None:
        """Raise ``Refused`` unless ``url`` looks like an address of the public web. No network is touched."""
        if len(url) > LONGEST_URL:
            raise Refused(f"an address of {len(url)} characters is refused (limit {LONGEST_URL})")
        if _BAD_CHARACTERS.search(url):
            raise Refused("an address with blanks, control characters or backslashes is refused")
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise Refused(f"not a readable address: {error}") from error
        if parts.scheme not in {"http", "https"}:
            raise Refused(f"only http and https are fetched, not {parts.scheme or 'a bare word'!r}")
        if "@" in parts.netloc:
            raise Refused("an address with a user name in it is refused")
        host = host_name(parts.hostname or "")
        if host in self.hosts:
            if port not in {None, 80}:
                raise Refused(f"{host} is answered on this machine, on port 80 only")
            return
        literal = literal_address(host)
        if literal is not None:
            self._vet(literal, port or (443 if parts.scheme == "https" else 80))
        elif port is not None and port not in WEB_PORTS:
            raise Refused(f"port {port} is refused (only 80 and 443)")

    def vet(self, address: str, port: int) -> None:
        """Raise ``Refused`` unless a socket may connect to this network address and port."""
        if Endpoint(address, port) in self.hosts.values():
            return
        try:
            found = ipaddress.ip_address(address)
        except ValueError as error:
            raise Refused(f"{address!r} is no network address") from error
        self._vet(found, port)

    def _vet(self, address: Address, port: int) -> None:
        if any(address.version == network.version and address in network for network in self.allow):
            return
        reason = why_inward(address)
        if reason:
            raise Refused(f"{address} is refused: {reason}")
        if port not in WEB_PORTS:
            raise Refused(f"port {port} is refused (only 80 and 443)")

    def endpoints(self, host: str, port: int) -> list[Endpoint]:
        """The network addresses of a name that may be connected to (asks the DNS, blocking).

        Inward ones are dropped; raises ``Refused`` when none is left, ``socket.gaierror`` when the name is unknown.
        """
        name = host_name(host)
        if name in self.hosts:
            return [self.hosts[name]]
        refusal: Refused | None = None
        permitted = []
        for _, _, _, _, found in socket.getaddrinfo(name, port, type=socket.SOCK_STREAM):
            endpoint = Endpoint(str(found[0]), port)
            try:
                self.vet(*endpoint)
            except Refused as error:
                refusal = error
            else:
                permitted.append(endpoint)
        if not permitted:
            raise refusal or Refused(f"{host} has no network address")
        return permitted


def make_guard(*, allow: Iterable[str] = (), hosts: Mapping[str, str] | None = None) -> Guard:
    """A guard from settings as people write them: ``("127.0.0.0/8",)`` and ``{"a.example": "127.0.0.1:8123"}``."""
    return Guard(
        allow=tuple(ipaddress.ip_network(network) for network in allow),
        hosts={host_name(name): _endpoint(where) for name, where in (hosts or {}).items()},
    )


def _endpoint(where: str) -> Endpoint:
    address, _, port = where.rpartition(":")
    return Endpoint(str(ipaddress.ip_address(address.strip("[]"))), int(port))


def host_name(host: str) -> str:
    """A host in one spelling: compatibility digits and letters folded, lower case, without the trailing dot."""
    return unicodedata.normalize("NFKC", host).replace("。", ".").lower().removesuffix(".")


def literal_address(host: str) -> Address | None:
    """The network address that a host spells out, ``None`` for a name; raises ``Refused`` for what only looks like one.

    Follows the URL standard (url.spec.whatwg.org, "host parsing"): a host whose last label is a number is an IPv4
    address with one to four parts, each decimal, octal (0177) or hexadecimal (0x7f).
    """
    if not host or "%" in host:
        raise Refused(f"{host!r} is no host name")
    if ":" in host:
        try:
            return ipaddress.IPv6Address(host)
        except ValueError as error:
            raise Refused(f"{host!r} is no network address") from error
    parts = host.split(".")
    if not _NUMBER.fullmatch(parts[-1]):
        return None
    if len(parts) > 4 or not all(len(part) < 40 and _NUMBER.fullmatch(part) for part in parts):
        raise Refused(f"{host[:60]!r} is no network address")
    return _from_numbers([_number(part) for part in parts], host)


def _number(part: str) -> int:
    if part[:2].lower() == "0x":
        return int(part[2:] or "0", 16)
    try:
        return int(part, 8) if part[0] == "0" else int(part)
    except ValueError as error:
        raise Refused(f"{part!r} is no octal number") from error


def _from_numbers(numbers: list[int], host: str) -> IPv4Address:
    *front, last = numbers
    if any(number > 255 for number in front) or last >= 256 ** (5 - len(numbers)):
        raise Refused(f"{host!r} is no network address")
    value = last
    for position, number in enumerate(front):
        value += number << (8 * (3 - position))
    return IPv4Address(value)


def why_inward(address: Address) -> str | None:
    """The name of the block that keeps an address out of the public web; ``None`` when it is public."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or (IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else None)
        if inner is not None:
            return why_inward(inner)
        if address.scope_id or address not in _GLOBAL_6:
            return "loopback" if address.is_loopback else "not a public address"
    blocks = _INWARD if isinstance(address, IPv4Address) else _INWARD_6
    return next((name for block, name in blocks if address in block), None)
