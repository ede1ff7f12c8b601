"""Which letters are capitals, as a character class: ``re`` has no name for them.

Written out instead of computed: the class stands in every form, and one of all capitals of Unicode (600 ranges) makes a
language's forms ten times slower to compile.
"""

from __future__ import annotations

_LATIN = "A-ZÀ-ÖØ-ÞĀĂĄĆĈĊČĎĐĒĔĖĘĚĜĞĠĢĤĦĨĪĬĮİĴĶĹĻĽĿŁŃŅŇŊŌŎŐŒŔŖŘŚŜŞŠŢŤŦŨŪŬŮŰŲŴŶŸŹŻŽƏƠƯȘȚẞ"
_VIETNAMESE = "ẠẢẤẦẨẮẶẸẾỀỆỊỌỐỒỘỚỜỢỤỨỪỰ"
_GREEK = "Ά-ΏΑ-Ϋ"
_CYRILLIC = "Ѐ-ЯҐҒҖҚҜҢҮҰҲҶҺӘӢӨӮ"
_ARMENIAN = "Ա-Ֆ"

CAPITALS = _LATIN + _VIETNAMESE + _GREEK + _CYRILLIC + _ARMENIAN
"""The inside of a character class that holds the capitals of the scripts that have them."""
