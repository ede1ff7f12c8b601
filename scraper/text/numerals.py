"""Numbers written in digits: one value however it is written, and every reading where the writing is open.

``60,000``, ``60.000`` and ``60 000`` are one number, but ``60.000`` is sixty in an English table and sixty thousand
in Turkish. The language decides the first reading; the others are kept for whoever has seen the other side.
"""

from __future__ import annotations

import re

# Languages that write 60.000 for sixty thousand and 2,5 for two and a half. All others are read the English way.
COMMA_IS_DECIMAL = frozenset(
    """tr az de fr es it pt nl sv da nb nn no fi is pl cs sk sl hr sr bs mk bg ro hu et lv lt sq el ru uk be ka hy kk
    ky uz tk id vi ca gl eu""".split()  # noqa: SIM905 (reads as a line of words)
)
_GROUP_MARKS = str.maketrans("", "", " \u00a0\u2007\u2009\u202f'\u2019\u066c\u02d9")
_MINUS = "-\u2212\u2013\u2010\u2011"
_DATE_LIKE = re.compile(r"\d{4}-\d\d-\d\d")


def plain_digits(token: str) -> str:
    """``token`` with digits of every script as 0-9 and the Arabic separators as ``.`` and ``,``."""
    if token.isascii():
        return token
    return "".join(str(int(c)) if c.isdecimal() else c for c in token).replace("\u066b", ".").replace("\u066c", ",")


def readings(token: str, language: str | None = None) -> tuple[str, ...]:
    """The values that a token of digits can have, as plain decimal numbers, the likeliest in ``language`` first.

    ``"60.000"`` gives ``("60000", "60.000")`` in Turkish and ``("60.000", "60000")`` in English. What is no number
    (14.03.2024, 14:30, 3/4, 2024-03-14) gives itself. Digits are never dropped but for one leading zero of two
    (``03`` is 3); a sign stays in front.
    """
    plain = plain_digits(token)
    sign = ""
    if plain[0] in _MINUS:
        sign, plain = "-", plain[1:]
    elif plain[0] == "+":
        sign, plain = "+", plain[1:]
    if _DATE_LIKE.fullmatch(plain):
        return (sign + plain,)
    plain = plain.translate(_GROUP_MARKS)
    if plain.isdecimal():
        return (sign + (plain[1:] if len(plain) == 2 and plain[0] == "0" else plain),)
    if ":" in plain or "/" in plain:
        return (sign + plain,)
    return tuple(sign + value for value in _separated(plain, language))


def _separated(plain: str, language: str | None) -> tuple[str, ...]:
    """Readings of digits with points or commas among them."""
    marks = [c for c in plain if c in ".,"]
    parts = re.split("[.,]", plain)
    grouped = all(len(part) == 3 for part in parts[1:]) and 0 < len(parts[0]) <= 3
    if len(set(marks)) == 1 and len(marks) > 1:
        return ("".join(parts),) if grouped else (plain,)
    if len(set(marks)) == 2:
        if marks.count(marks[-1]) > 1:
            return (plain,)
        return ("".join(parts[:-1]) + "." + parts[-1],)
    decimal = (parts[0] or "0") + "." + parts[1]
    if not grouped or parts[0].startswith("0"):
        return (decimal,)
    whole = "".join(parts)
    decimal_mark = "," if language in COMMA_IS_DECIMAL else "."
    return (decimal, whole) if marks[0] == decimal_mark else (whole, decimal)
