"""present: a timestamp of the log's head by an authority (RFC 3161), asked for once and checked offline ever after.

What is stamped is the head's SHA-256 as it is printed: 64 hexadecimal letters in ASCII, so that `openssl ts -verify`
checks it as well. Nothing else needs a timestamp: without one, `verify` still finds every change, but only whoever saw
the head earlier knows how old it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from requests.exceptions import RequestException
from urllib3.exceptions import HTTPError

from scraper.crawl.guard import Guard, Refused
from scraper.crawl.reasons import reason
from scraper.crawl.session import Deadline, guarded_session
from scraper.crawl.settings import USER_AGENT
from scraper.export.extras import need

_EXTRA = "timestamps"
_PATIENCE = 30.0  # seconds
_LARGEST = 100_000  # bytes of an answer; real ones have 3,000 to 8,000
_DIGESTS = {"2.16.840.1.101.3.4.2.1": "sha256", "2.16.840.1.101.3.4.2.2": "sha384", "2.16.840.1.101.3.4.2.3": "sha512"}


class BadStamp(ValueError):
    """A timestamp that proves nothing; the message is one sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What a timestamp proves: this head of the log existed at this moment, says this authority."""

    head_sha256: str
    at: str
    """UTC."""
    authority: str
    """Name of the certificate that signed it."""


def ask_for_stamp(authority: str, head_sha256: str, *, guard: Guard) -> bytes:
    """A timestamp of a head from an authority: the answer (DER, a ``.tsr`` file), looked at but not yet trusted.

    Raises:
        BadStamp: the address is refused by the guard, gave no answer, or one that is no stamp of this head.
        MissingExtra: rfc3161-client is not installed.
    """
    library = need("rfc3161_client", "A timestamp", _EXTRA)
    asked = library.TimestampRequestBuilder(
        data=head_sha256.encode("ascii"), hash_algorithm=library.base.HashAlgorithm.SHA256
    ).build()
    content = _post(authority, asked.as_bytes(), guard)
    answer = _decoded(content)
    if answer.tst_info.message_imprint.message != asked.message_imprint.message:
        raise BadStamp(f"{authority} stamped something else than it was asked to.")
    if answer.tst_info.nonce != asked.nonce:
        raise BadStamp(f"{authority} sent the answer to another request.")
    return content


def check_stamp(content: bytes, heads: Iterable[str], roots: bytes) -> Stamp:
    """What a timestamp proves of one of these heads; ``roots`` are certificates in PEM that the reader trusts.

    The authority's certificate must have been in force at the moment that it states.

    Raises:
        BadStamp: it is damaged, of none of these heads, or not signed by an authority under one of the roots.
        MissingExtra: rfc3161-client is not installed.
    """
    library = need("rfc3161_client", "A timestamp", _EXTRA)
    answer = _decoded(content)
    head = _stamped(answer, heads)
    checked = library.VerifierBuilder(roots=_certificates(roots)).build()
    try:
        checked.verify_message(answer, head.encode("ascii"))
    except library.VerificationError as error:
        raise BadStamp(
            f"The timestamp is not signed by an authority that the given certificates vouch for: {error}."
        ) from error
    at = answer.tst_info.gen_time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Stamp(head_sha256=head, at=at, authority=_signer(answer))


def _post(authority: str, asked: bytes, guard: Guard) -> bytes:
    headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    try:
        guard.check(authority)
        with Deadline(_PATIENCE) as deadline, guarded_session(guard, USER_AGENT, deadline) as session:
            answer = session.post(
                authority, data=asked, headers=headers, allow_redirects=False, timeout=_PATIENCE, stream=True
            )
            content = answer.raw.read(_LARGEST + 1)
            status = answer.status_code
            answer.close()
    except Refused as error:
        raise BadStamp(f"{authority} was not asked: {error} (--allow lets an inward network be).") from error
    except (RequestException, HTTPError, OSError) as error:
        raise BadStamp(f"{authority} gave no answer: {reason(error)}.") from error
    if status != 200 or len(content) > _LARGEST:
        raise BadStamp(f"{authority} answered {status} with no timestamp.")
    return bytes(content)


def _decoded(content: bytes) -> Any:
    library = need("rfc3161_client", "A timestamp", _EXTRA)
    try:
        answer = library.decode_timestamp_response(content)
        if answer.status != 0:
            said = "; ".join(answer.status_string) or f"status {answer.status}"
            raise BadStamp(f"The authority refused: {said}.")
        _ = answer.tst_info.message_imprint.message
    except BadStamp:
        raise
    except ValueError as error:
        raise BadStamp(f"This is no timestamp: {error}.") from error
    return answer


def _stamped(answer: Any, heads: Iterable[str]) -> str:
    """The head that the timestamp is of."""
    imprint = answer.tst_info.message_imprint
    name = _DIGESTS.get(imprint.hash_algorithm.dotted_string)
    if name is None:
        raise BadStamp("The timestamp uses a digest that is no SHA-2.")
    for head in heads:
        if hashlib.new(name, head.encode("ascii")).digest() == imprint.message:
            return head
    raise BadStamp("The timestamp is of no entry of this log.")


def _certificates(roots: bytes) -> list[Any]:
    x509 = need("cryptography.x509", "A timestamp", _EXTRA)
    try:
        return list(x509.load_pem_x509_certificates(roots))
    except ValueError as error:
        raise BadStamp("The file of certificates holds none in PEM.") from error


def _signer(answer: Any) -> str:
    x509 = need("cryptography.x509", "A timestamp", _EXTRA)
    certificates = [x509.load_der_x509_certificate(one) for one in answer.signed_data.certificates]
    numbers = {one.serial_number for one in answer.signed_data.signer_infos}
    names = [one.subject.rfc4514_string() for one in certificates if one.serial_number in numbers]
    return names[0] if names else "unknown"
