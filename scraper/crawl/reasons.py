"""Why no answer came, in words for a person: clients wrap the reason several times over."""

from __future__ import annotations

import re
import ssl

_DEEPEST = 20
_LONGEST = 200


def reason(error: BaseException) -> str:
    """The innermost cause of an error, without the objects and addresses that clients print with it."""
    inner = error
    for _ in range(_DEEPEST):
        deeper = inner.__cause__ or inner.__context__
        if deeper is None:
            break
        inner = deeper
    if isinstance(inner, ssl.SSLCertVerificationError):
        return f"its certificate could not be verified: {inner.verify_message}"
    if isinstance(inner, TimeoutError):
        return "it took too long"
    words = (inner.strerror if isinstance(inner, OSError) else None) or str(inner)
    return words if 0 < len(words) <= _LONGEST else type(inner).__name__


def sentence(words: str) -> str:
    """Words as one sentence: on one line, of a length that can be read, with a capital and a full stop."""
    plain = re.sub(r"[\x00-\x1f]+", " ", words)[:300].strip() or "no reason given"
    return plain[0].upper() + plain[1:].rstrip(".") + "."
