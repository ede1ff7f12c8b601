"""Letters of all scripts: what counts as one letter, which look alike, and how a word is written in its plain form.

``plain_form`` turns one token into the form that is compared, and names everything it forgave on the way. Tables
follow the Unicode character database as shipped with Python; look-alikes follow the shapes of Unicode TR 39.
"""

from __future__ import annotations

import unicodedata

# Blocks in which combining marks live; scanning all of Unicode would cost every start of the program 0.1 s.
_MARK_BLOCKS = ((0x300, 0x1E00), (0x20D0, 0x20F1), (0x302A, 0x309B), (0xA66F, 0xABEE), (0xFB1E, 0xFB1F),
                (0xFE20, 0xFE30), (0x11000, 0x11A00))  # fmt: skip


def _marks() -> str:
    """The combining marks as the inside of a character class."""
    points = [p for start, end in _MARK_BLOCKS for p in range(start, end) if unicodedata.category(chr(p))[0] == "M"]
    runs: list[list[int]] = []
    for point in points:
        if runs and runs[-1][1] == point - 1 and point != 0x34F:
            runs[-1][1] = point
        elif point != 0x34F:
            runs.append([point, point])
    return "".join(f"{chr(start)}-{chr(end)}" for start, end in runs)


MARKS = _marks()
SOFT_HYPHEN = "\u00ad"
ZERO_WIDTH = "\u200b\u200c\u200d\u2060\u2061\u2062\u2063\u2064\ufeff\u034f\u180e\ufe00-\ufe0f"
BIDI = "\u200e\u200f\u202a-\u202e\u2066-\u206f\u061c"
INVISIBLE = SOFT_HYPHEN + ZERO_WIDTH + BIDI
APOSTROPHES = "'\u2019\u2018\u02bc\u0060\u00b4\uff07\u2032"
HYPHENS = "\\-\u2010\u2011"
# Scripts written without spaces between words: each letter (with its marks) is compared as a word of its own.
NO_SPACE = (
    "\u0e01-\u0e4e\u0e80-\u0ece\u1000-\u103f\u1050-\u109d\u1780-\u17dd"  # Thai, Lao, Myanmar, Khmer
    "\u2e80-\u2fd5\u3005-\u3007\u3021-\u3029\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9d\U00020000-\U0003fffd"
)

_DROPPED = {
    **dict.fromkeys(map(ord, "\u200b\u2060\u2061\u2062\u2063\u2064\ufeff\u034f\u180e"), "zero-width"),
    **dict.fromkeys(range(0xFE00, 0xFE10), "zero-width"),
    **dict.fromkeys(map(ord, "\u200c\u200d"), "joiner"),
    **dict.fromkeys([0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x2070), 0x61C], "bidi mark"),
    0xAD: "soft hyphen",
    0x640: "tatweel",
    **dict.fromkeys([*range(0x64B, 0x653), 0x670, *range(0x6D6, 0x6DD), *range(0x591, 0x5BE), 0x5BF], "vowel marks"),
    **dict.fromkeys([0x5C1, 0x5C2, 0x5C4, 0x5C5, 0x5C7], "vowel marks"),
}
_SAME_LETTER = {0x6CC: "\u064a", 0x6A9: "\u0643", 0x6C1: "\u0647", 0x6D5: "\u0647"}  # Persian and Arabic keyboards
_WITHOUT_DOTS = str.maketrans("ёЁ", "еЕ")  # Russian prints ё or е as it likes
_TURKIC_CASE = str.maketrans({"I": "ı", "İ": "i"})
TURKIC = frozenset({"tr", "az"})
LATIN_LANGUAGES = frozenset(
    """en tr az de fr es it pt nl sv da nb no fi pl cs sk sl hr hu ro et lv lt sq
    id ms""".split()  # noqa: SIM905 (reads as a line of words)
)

# One row per script: its letters, and beside each the Latin letter of the same look.
_LOOKS = {
    "cyrillic": ("аеорсухіјѕԁһԛԝӏвкмнтАЕОРСУХІЈЅԀҺԚԜӀВКМНТЗЬ", "aeopcyxijsdhqwlBKMHTAEOPCYXIJSDhQWIBKMHT3b"),
    "greek": ("οαρυινκχγωοΑΒΕΖΗΙΚΜΝΟΡΤΥΧϲϳ", "oapuivkxywoABEZHIKMNOPTYXcj"),
    "armenian": ("օսհցոքՕՍԼ", "ouhgnpOUL"),
}
_TO_LATIN = {ord(a): b for letters, latin in _LOOKS.values() for a, b in zip(letters, latin, strict=True)}
_FROM_LATIN = {
    script: {ord(b): a for a, b in reversed(list(zip(letters, latin, strict=True)))}
    for script, (letters, latin) in _LOOKS.items()
}


def script_of(letter: str) -> str:
    """The script of a letter, for the four whose letters pass for one another; ``other`` for the rest."""
    point = ord(letter)
    if point < 0x250 or 0x1E00 <= point < 0x1F00:
        return "latin" if letter.isalpha() else "other"
    if 0x370 <= point < 0x400 or 0x1F00 <= point < 0x2000:
        return "greek"
    if 0x400 <= point < 0x530:
        return "cyrillic"
    return "armenian" if 0x531 <= point < 0x588 else "other"


def skeleton(word: str) -> str:
    """``word`` with every letter that looks like a Latin one written as that Latin letter."""
    return word.translate(_TO_LATIN)


def undisguised(word: str, language: str | None = None) -> str:
    """``word`` with look-alike letters of another script replaced by those of its own; unchanged if there are none.

    A word is taken to be of the script that most of its letters belong to. A word made of nothing but look-alikes is
    read as Latin where the language is written in Latin letters.
    """
    counts: dict[str, int] = {}
    for letter in word:
        script = script_of(letter)
        if script != "other":
            counts[script] = counts.get(script, 0) + 1
    if len(counts) == 1:
        if language in LATIN_LANGUAGES and "latin" not in counts and (latin := skeleton(word)).isascii():
            return latin
        return word
    if len(counts) < 2:
        return word
    own = max(counts, key=lambda script: (counts[script], script == "latin"))
    latin = skeleton(word)
    if own == "latin" or latin.isascii():
        return latin
    table = _FROM_LATIN[own]
    return "".join(
        a if script_of(a) in (own, "other") else b.translate(table) for a, b in zip(word, latin, strict=True)
    )


def plain_letters(word: str, language: str | None = None) -> tuple[str, tuple[str, ...]]:
    """``word`` composed, without invisible characters and presentation forms, and the kinds of what was forgiven.

    Case is left as it is. Kinds: ``accents`` (decomposed), ``ligature``, ``letter form``, ``letter variant``,
    ``soft hyphen``, ``zero-width``, ``joiner``, ``bidi mark``, ``tatweel``, ``vowel marks``, ``disguise``.
    """
    kinds: list[str] = []
    letters: list[str] = []
    for letter in word:
        point = ord(letter)
        if kind := _DROPPED.get(point):
            kinds.append(kind)
        elif point in _SAME_LETTER:
            letters.append(_SAME_LETTER[point])
            kinds.append("letter variant")
        elif 0xFB00 <= point <= 0xFDFB or 0xFE70 <= point <= 0xFEFC or 0xFF01 <= point <= 0xFF9D or point >= 0x1D400:
            plain = unicodedata.normalize("NFKC", letter)
            letters.append(plain)
            if plain != letter:
                kinds.append("ligature" if len(plain) > 1 else "letter form")
        else:
            letters.append(letter)
    joined = "".join(letters)
    plain = unicodedata.normalize("NFC", joined)
    if plain != joined:
        kinds.append("accents")
    if language == "ru" and plain != (dotless := plain.translate(_WITHOUT_DOTS)):
        plain = dotless
        kinds.append("letter variant")
    if plain != (honest := undisguised(plain, language)):
        plain = honest
        kinds.append("disguise")
    if "zero-width" in kinds:
        kinds.append("disguise")
    return plain, tuple(dict.fromkeys(kinds))


def lower(word: str, language: str | None = None) -> str:
    """``word`` in lower case by the rules of its language (Turkish and Azerbaijani I is ı; ß is ss everywhere)."""
    if language in TURKIC:
        return word.translate(_TURKIC_CASE).casefold()
    return word.replace("İ", "i").casefold()


def casing_of(text: str, language: str | None) -> str | None:
    """The language whose case rules hold: the one given, or Turkish where one letter in a hundred is a dotless i."""
    if language is not None:
        return language.partition("-")[0].lower()
    return "tr" if text.count("ı") * 100 > len(text) else None
