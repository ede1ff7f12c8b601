"""Typed edits on news in seven other languages, with words of our own for each of them."""

# Editors share one signature; lists of words are read as sentences.
# ruff: noqa: ARG001, E501
from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_FILES = {"tr": "tur", "az": "aze-Latn", "ru": "rus", "de": "deu", "fr": "fra", "es": "spa", "ar": "arb",
          "uk": "ukr", "fa": "fas", "hy": "hye", "ka": "kat"}  # fmt: skip


class Tongue(NamedTuple):
    """Pairs that turn a statement: each is replaced by the other."""

    months: str
    weekdays: str
    negations: str
    modal: tuple[tuple[str, str], ...]
    names: str
    scales: str


TONGUES = {
    "tr": Tongue("Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık",
                 "Pazartesi Salı Çarşamba Perşembe Cuma Cumartesi", "değil hiç",
                 (("bütün", "bazı"), ("tüm", "bazı"), ("yaklaşık", "en az"), ("en az", "en fazla"), ("bazı", "tüm")),
                 "Demir Kaya Ankara Bakü Velmora", "milyon milyar bin"),
    "az": Tongue("yanvar fevral mart aprel may iyun iyul avqust sentyabr oktyabr noyabr dekabr",
                 "şənbə cümə", "deyil heç", (("bütün", "bəzi"), ("təxminən", "ən azı"), ("bəzi", "bütün")),
                 "Əliyev Gəncə Ankara Velmora", "milyon milyard min"),
    "ru": Tongue("января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
                 "понедельник вторник четверг", "не никогда",
                 (("все", "некоторые"), ("должны", "могут"), ("должен", "может"), ("около", "более"), ("может", "должен")),
                 "Петров Орлова Минск Вельмора", "миллионов миллиардов тысяч"),
    "de": Tongue("Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
                 "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag", "nicht nie",
                 (("alle", "einige"), ("muss", "darf"), ("müssen", "können"), ("etwa", "mindestens"), ("einige", "alle")),
                 "Lindner Wien Velmora Moskau", "Millionen Milliarden"),
    "fr": Tongue("janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
                 "lundi mardi mercredi jeudi vendredi samedi dimanche", "pas jamais",
                 (("tous", "certains"), ("doit", "peut"), ("doivent", "peuvent"), ("environ", "au moins"), ("peut", "doit")),
                 "Moreau Genève Velmora Moscou", "millions milliards"),
    "es": Tongue("enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
                 "lunes martes miércoles jueves viernes sábado domingo", "no nunca",
                 (("todos", "algunos"), ("debe", "puede"), ("deben", "pueden"), ("al menos", "como máximo"), ("puede", "debe")),
                 "Aldana Madrid Velmora Moscú", "millones miles"),
    "ar": Tongue("يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
                 "الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد", "لم لا لن",
                 (("جميع", "بعض"), ("يجب", "قد"), ("حوالي", "أكثر من"), ("بعض", "جميع")),
                 "مصر تركيا القاهرة موسكو", "مليون مليار"),
}  # fmt: skip

Made = tuple[str, str, str, str, tuple[str, ...]]
"""Name, text, words before, words after, kinds."""


def documents(folder: Path, language: str) -> list[str]:
    """Texts of at least 60 words, a paragraph for each three sentences."""
    ids = (folder / "DOCUMENT_IDS.tsv").read_text("utf-8").splitlines()
    lines = (folder / f"{_FILES[language]}.txt").read_text("utf-8").splitlines()
    by_id: dict[str, list[str]] = {}
    for name, line in zip(ids, lines, strict=True):
        by_id.setdefault(name, []).append(line)
    texts = ["\n\n".join(" ".join(d[i : i + 3]) for i in range(0, len(d), 3)) for d in by_id.values()]
    return [text for text in texts if len(text.split()) >= 60]


def cases(folder: Path, rng: random.Random, per_kind: int) -> Iterator[tuple[object, ...]]:
    """Group, name, copy, source, label, kinds, before, after, language."""
    for language in TONGUES:
        texts = documents(folder, language)
        counts: dict[str, int] = {}
        for text in rng.sample(texts, len(texts)):
            for name, copy, before, after, kinds in _altered(text, language, rng):
                if counts.get(name, 0) < per_kind // 3 + 1:
                    counts[name] = counts.get(name, 0) + 1
                    yield f"{language} material", name, copy, text, "altered", kinds, before, after, None
        for text in rng.sample(texts, min(len(texts), per_kind)):
            for name, copy in _dressed(text, language, rng):
                yield f"{language} cosmetic", name, copy, text, "verbatim"
            paragraphs = text.split("\n\n")
            if len(paragraphs) > 3:
                yield (
                    f"{language} abridged",
                    "paragraphs",
                    "\n\n".join(paragraphs[: len(paragraphs) * 2 // 3]),
                    text,
                    "abridged",
                )
    for language in ("uk", "fa", "hy", "ka"):
        texts = documents(folder, language)
        for text in rng.sample(texts, min(len(texts), per_kind)):
            yield "more languages cosmetic", f"{language} same", text.replace("\n\n", " "), text, "verbatim"
            if edit := _number(text, rng):
                yield (
                    "more languages material",
                    f"{language} number",
                    edit[1],
                    text,
                    "altered",
                    ("number", "date"),
                    edit[2],
                    edit[3],
                )


def _swap(text: str, words: list[str], new: list[str], rng: random.Random) -> tuple[str, str, str] | None:
    pattern = r"(?<![\w'’-])(" + "|".join(sorted(map(re.escape, words), key=len, reverse=True)) + r")(?![\w'’-])"
    found = list(re.finditer(pattern, text))
    if not found:
        return None
    match = rng.choice(found)
    word = rng.choice([other for other in new if other != match[1]])
    return text[: match.start()] + word + text[match.end() :], match[1], word


def _number(text: str, rng: random.Random) -> Made | None:
    found = list(re.finditer(r"(?<![\w.,/:–-])(?<!\d\s)(\d{2,3})(?![\w/:–-]|[.,]\d|\.)", text))
    if not found:
        return None
    match = rng.choice(found)
    new = str(int(match[1]) + rng.randint(1, 60))
    return "number", text[: match.start()] + new + text[match.end() :], match[1], new, ("number", "date")


def _altered(text: str, language: str, rng: random.Random) -> Iterator[Made]:
    tongue = TONGUES[language]
    if made := _number(text, rng):
        yield made
    months = tongue.months.split()
    dated = [m for m in months if re.search(rf"\d\.? {m}\b", text)]
    if dated and (swap := _swap(text, [rf"{m}" for m in dated], months, rng)):
        yield "month", swap[0], swap[1], swap[2], ("date",)
    if swap := _swap(text, tongue.weekdays.split(), tongue.weekdays.split(), rng):
        yield "weekday", swap[0], swap[1], swap[2], ("date",)
    for word in tongue.negations.split():
        found = list(re.finditer(rf"(?<=[^\W\d_] ){word} (?=[^\W\d_])", text))
        if found:
            match = rng.choice(found)
            yield f"negation {word}", text[: match.start()] + text[match.end() :], word, "", ("negation", "modality")
    for one, other in tongue.modal:
        if swap := _swap(text, [one], [other], rng):
            yield f"modality {one}", swap[0], swap[1], swap[2], ("modality",)
    if swap := _swap(text, tongue.scales.split(), tongue.scales.split(), rng):
        yield "scale", swap[0], swap[1], swap[2], ("number",)
    yield from _verbs(text, language, rng)
    yield from _name(text, language, rng)
    yield from _quotes(text, rng)


def _verbs(text: str, language: str, rng: random.Random) -> Iterator[Made]:
    """A verb made negative by its suffix."""
    rows = {
        "tr": [(r"\b(\w{2,}[lrnkmşzç])(acak\w*)", "may"), (r"\b(\w{2,}[lrnkmşzç])(ecek\w*)", "mey"),
               (r"\b(\w{2,}[lrn])(dı|du)\b", "ma"), (r"\b(\w{2,}[lrn])(di|dü)\b", "me"), (r"\b(\w{2,}[lrnkt])([ıiuü]yor\w*)", "m")],
        "az": [(r"\b(\w{2,}[lrnkmşz])(acaq\w*)", "may"), (r"\b(\w{2,}[lrnkmşz])(əcək\w*)", "məy"),
               (r"\b(\w{2,}[lrn])(dı|du)\b", "ma"), (r"\b(\w{2,}[lrn])(di|dü)\b", "mə")],
    }  # fmt: skip
    for pattern, infix in rows.get(language, ()):
        found = list(re.finditer(pattern, text))
        if found:
            match = rng.choice(found)
            new = match[1] + infix + match[2]
            yield "verb made negative", text[: match.start()] + new + text[match.end() :], match[0], new, ("negation",)


def _name(text: str, language: str, rng: random.Random) -> Iterator[Made]:
    names = TONGUES[language].names.split()
    if language in ("de", "ar"):
        places = {"de": ["London", "Berlin", "Paris", "Deutschland", "Frankreich", "England", "Wales", "China", "Russland"],
                  "ar": ["سوريا", "العراق", "إيران", "روسيا", "الصين", "فرنسا", "بريطانيا", "لندن"]}[language]  # fmt: skip
        if swap := _swap(text, places, names, rng):
            yield "place", swap[0], swap[1], swap[2], ("name",)
        return
    found = [m for m in re.finditer(r"(?<=[^\W\d_]{3} )([^\W\d_]{4,})(?= [^\W\d_])", text)
             if m[1].istitle() and text.count(m[1]) > 1]  # fmt: skip
    if found:
        match = rng.choice(found)
        new = rng.choice(names)
        yield "name", text[: match.start()] + new + text[match.end() :], match[1], new, ("name", "quotation", "date")


def _quotes(text: str, rng: random.Random) -> Iterator[Made]:
    found = [m for m in re.finditer(r"(?<=[^\W\d_]{3} )([^\W\d_]{5,})(?= [^\W\d_])", text) if m[1] == m[1].lower()]
    if found:
        match = rng.choice(found)
        marks = rng.choice(["“”", "«»", '""', "„“"])
        new = marks[0] + match[1] + marks[1]
        yield "scare quotes", text[: match.start()] + new + text[match.end() :], match[1], new, ("quotation",)


def _dressed(text: str, language: str, rng: random.Random) -> Iterator[tuple[str, str]]:
    yield "one paragraph", text.replace("\n\n", " ")
    yield "decomposed", unicodedata.normalize("NFD", text)
    quotes = re.sub('"([^"\n]*)"', r"«\1»", text).replace("“", "«").replace("”", "»").replace("„", "«")
    yield "quotes", quotes if quotes.count("«") == quotes.count("»") else text
    if language == "tr":
        yield "capitals", text.replace("i", "İ").replace("ı", "I").upper()
    elif language in ("az",):
        yield "capitals", text.replace("i", "İ").upper()
    elif language != "ar":
        yield "capitals", text.upper()
    if language == "ar":
        yield "digits", text.translate({ord("0") + i: chr(0x660 + i) for i in range(10)})
