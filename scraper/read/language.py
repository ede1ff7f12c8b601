"""Read: the language of a text, guessed from its letters and its commonest words.

Three tables, no model: a script that one language (nearly) owns decides at once; otherwise the function words of the
languages of that script are counted, and letters that a language does not have speak against it. The answer is the
same on every machine. A text without evidence gets no language.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from importlib.resources import files
from typing import NamedTuple

SAMPLE = 2_000
"""Characters looked at: the shares do not move any more beyond that."""
MIN_SHARE = 0.06
"""Share of a text's words that must be function words of the language (running text has 0.2 to 0.5)."""

SURE = 0.3
"""Share of function words from which a declared language needs no comparison with others."""
SURE_SAMPLE, SURE_WORDS = 600, 40
"""Characters looked at for that, and words that there must be."""


class _Script(NamedTuple):
    name: str
    ranges: str
    only: str | None
    """The language that is taken where no other of this script is in the tables."""


_SCRIPTS = (
    _Script("Latn", "a-zA-Z\u00c0-\u024f\u0259\u018f\u1e00-\u1eff", None),
    _Script("Cyrl", "\u0400-\u052f", None),
    _Script("Arab", "\u0600-\u06ff\u0750-\u077f", None),
    _Script("Armn", "\u0530-\u058f", "hy"),
    _Script("Geor", "\u10a0-\u10ff\u1c90-\u1cbf", "ka"),
    _Script("Grek", "\u0370-\u03ff\u1f00-\u1fff", "el"),
    _Script("Hebr", "\u0590-\u05ff", "he"),
    _Script("Kana", "\u3041-\u30ff", "ja"),
    _Script("Hang", "\uac00-\ud7af\u1100-\u11ff", "ko"),
    _Script("Hani", "\u3400-\u4dbf\u4e00-\u9fff", "zh"),
    _Script("Thai", "\u0e00-\u0e7f", "th"),
    _Script("Deva", "\u0900-\u097f", "hi"),
    _Script("Beng", "\u0980-\u09ff", "bn"),
    _Script("Guru", "\u0a00-\u0a7f", "pa"),
    _Script("Gujr", "\u0a80-\u0aff", "gu"),
    _Script("Taml", "\u0b80-\u0bff", "ta"),
    _Script("Telu", "\u0c00-\u0c7f", "te"),
    _Script("Knda", "\u0c80-\u0cff", "kn"),
    _Script("Mlym", "\u0d00-\u0d7f", "ml"),
    _Script("Sinh", "\u0d80-\u0dff", "si"),
    _Script("Mymr", "\u1000-\u109f", "my"),
    _Script("Khmr", "\u1780-\u17ff", "km"),
    _Script("Laoo", "\u0e80-\u0eff", "lo"),
    _Script("Ethi", "\u1200-\u137f", "am"),
    _Script("Tibt", "\u0f00-\u0fff", "bo"),
)
_LATIN = _SCRIPTS[0]
_LETTERS = {script.name: re.compile(f"[{script.ranges}]") for script in _SCRIPTS}


class _Tongue(NamedTuple):
    script: str
    letters: str
    """Its letters beyond a-z (Latin), beyond а-я without ё (Cyrillic), beyond the Arabic alphabet (Arabic script)."""
    words: str
    """Its commonest function words."""


_TONGUES = {
    code: _Tongue(**row)
    for code, row in tomllib.loads(files(__package__).joinpath("languages.toml").read_text("utf-8")).items()
}
_PLAIN = {
    "Latn": frozenset("abcdefghijklmnopqrstuvwxyz"),
    "Cyrl": frozenset("абвгдежзийклмнопрстуфхцчшщьюя"),
    "Arab": frozenset("ابتثجحخدذرزسشصضطظعغفقكلمنهويء"),
}
_ALPHABETS = {code: _PLAIN[t.script] | frozenset(t.letters.lower()) for code, t in _TONGUES.items()}
_WORDS = {code: frozenset(t.words.split()) for code, t in _TONGUES.items()}
_SPEAKERS = {word: [code for code, own in _WORDS.items() if word in own] for words in _WORDS.values() for word in words}
"""Function word -> languages that have it."""
_WORD = re.compile(r"[^\W\d_]+(?:['’ʻʼ][^\W\d_]+)?")
_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}(?![A-Za-z0-9])")
_MACRO = {"iw": "he", "in": "id", "nb": "no", "nn": "no", "mo": "ro", "ji": "yi"}
"""Codes that registries have replaced, and the two written Norwegians that outlets do not tell apart."""


def language_of(text: str) -> str | None:
    """The language of a text as a BCP 47 code (``en``, ``sr-Cyrl``), or ``None`` where there is too little to go by.

    Some forty languages in Latin, Cyrillic and Arabic script; elsewhere the script names the language.
    """
    sample = text[:SAMPLE]
    script = _script_of(sample)
    if script is None:
        return None
    return script.only or _tongue_of(sample.lower(), script.name)


def is_in(text: str, tag: str) -> bool:
    """Whether the words of a text leave no doubt that it is in the language of a tag: cheap, and ``False`` in doubt."""
    tongue = _TONGUES.get(tag) or _TONGUES.get(tag.partition("-")[0])
    sample = text[:SURE_SAMPLE].lower()
    script = _script_of(sample)
    if tongue is None or script is None or script.name != tongue.script:
        return False
    words = _WORD.findall(sample)
    own = _WORDS[tag if tag in _WORDS else tag.partition("-")[0]]
    return len(words) >= SURE_WORDS and sum(word in own for word in words) > SURE * len(words)


def language_tag(value: str | None) -> str | None:
    """A declared language (``en_us``, ``EN-US``, ``tr;q=1``) in BCP 47 spelling, or ``None`` if it is none."""
    found = _TAG.match((value or "").strip())
    if found is None:
        return None
    first, *rest = found[0].replace("_", "-").split("-")
    if len(first) > 3 or first.lower() in {"und", "mul", "zxx"}:
        return None
    return "-".join([_MACRO.get(first.lower(), first.lower()), *(_subtag(part) for part in rest)])


def same_language(one: str | None, other: str | None) -> bool:
    """Whether two tags name the same language, region and script left aside."""
    return bool(one and other) and str(one).partition("-")[0] == str(other).partition("-")[0]


def _subtag(part: str) -> str:
    if len(part) == 4 and part.isalpha():
        return part.title()
    return part.upper() if len(part) == 2 else part.lower()


def _script_of(sample: str) -> _Script | None:
    if sample[:600].isascii():
        return _LATIN if len(_LETTERS["Latn"].findall(sample[:600])) >= 8 else None
    counts = {script: len(_LETTERS[script.name].findall(sample[:600])) for script in _SCRIPTS}
    counts = {script: count for script, count in counts.items() if count}
    # Chinese characters stand for more than a letter each, and a Japanese text is half of them.
    for script in counts:
        if script.name in {"Hani", "Kana", "Hang"}:
            counts[script] *= 3
    best = max(counts, key=lambda script: counts[script], default=None)
    if best is None or counts[best] < 8:
        return None
    kana = next((script for script in counts if script.name == "Kana"), None)
    return kana if best.name == "Hani" and kana and counts[kana] * 12 > counts[best] else best


def _tongue_of(sample: str, script: str) -> str | None:
    # Names in another script say nothing about the language they stand in.
    found = _WORD.findall(sample)
    words = Counter(found if sample.isascii() else (word for word in found if _LETTERS[script].match(word)))
    total = words.total()
    letters = Counter("".join(word * count for word, count in words.items()))
    letters_total = letters.total() or 1
    met: dict[str, list[int]] = {}
    for word in words.keys() & _SPEAKERS.keys():
        for code in _SPEAKERS[word]:
            met.setdefault(code, []).append(words[word])
    best, best_score = None, 0.0
    for code, tongue in _TONGUES.items():
        known = met.get(code)
        if tongue.script != script or not known:
            continue
        share = sum(known) / total
        own = sum(letters[char] for char in tongue.letters if char in letters) / letters_total
        if share + min(own, 0.05) < MIN_SHARE or (len(known) < 2 and own < 0.02 and total > 3):
            continue
        foreign = sum(letters[char] for char in letters.keys() - _ALPHABETS[code] if char.isalpha())
        score = share + min(own, 0.08) - 4 * foreign / letters_total
        if score > best_score:
            best, best_score = code, score
    return best
