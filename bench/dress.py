"""Cosmetic edits, frames and other copies: what must not count as a difference, and what is another kind of copy."""

# Editors share one signature; lists of words are read as sentences.
# ruff: noqa: ARG001, ARG005, SIM905, E501
from __future__ import annotations

import random
import re
import textwrap
import unicodedata
from collections.abc import Callable

Dress = Callable[[str, random.Random], str | None]
"""Gives the dressed text, or ``None`` where there is nothing to dress."""


def _changed(text: str, new: str) -> str | None:
    return new if new != text else None


def straight_quotes(text: str, rng: random.Random) -> str | None:
    return _changed(text, text.translate({0x201C: '"', 0x201D: '"', 0x2018: "'", 0x2019: "'"}))


def other_quotes(text: str, rng: random.Random) -> str | None:
    left, right = rng.choice([("«", "»"), ("„", "“"), ("‘", "’"), ("''", "''")])
    return _changed(text, re.sub("“([^“”]*)”", lambda m: left + m[1] + right, text))


def dashes(text: str, rng: random.Random) -> str | None:
    new = rng.choice(["-", "–", "—", "--"])
    return _changed(text, re.sub(r" [–—-] |—", f" {new} ", text))


def ellipsis(text: str, rng: random.Random) -> str | None:
    return _changed(text, text.replace("…", "...")) or _changed(text, text.replace("...", "…"))


def hard_spaces(text: str, rng: random.Random) -> str | None:
    return "".join("\u00a0" if c == " " and rng.random() < 0.1 else c for c in text)


def zero_width_spaces(text: str, rng: random.Random) -> str | None:
    return "".join(c + "\u200b" if c == " " and rng.random() < 0.1 else c for c in text)


def soft_hyphens(text: str, rng: random.Random) -> str | None:
    return re.sub(r"[a-z]{8,}", lambda m: m[0][:4] + "\u00ad" + m[0][4:] if rng.random() < 0.2 else m[0], text)


def narrow_lines(text: str, rng: random.Random) -> str | None:
    width = rng.randint(45, 80)
    return "\n\n".join(
        textwrap.fill(p, width, break_on_hyphens=False, break_long_words=False) for p in text.split("\n\n")
    )


def hyphenated_lines(text: str, rng: random.Random) -> str | None:
    """Lines of a narrow column, long words broken at their end as in a PDF."""
    width = rng.randint(50, 75)
    paragraphs = []
    for paragraph in text.split("\n\n"):
        lines, line = [], ""
        for word in paragraph.split():
            if len(line) + len(word) + 1 > width and word.isalpha() and word.islower() and len(word) > 7:
                cut = rng.randint(3, len(word) - 3)
                lines.append(f"{line} {word[:cut]}-".strip())
                line = word[cut:]
            elif len(line) + len(word) + 1 > width:
                lines.append(line)
                line = word
            else:
                line = f"{line} {word}".strip()
        paragraphs.append("\n".join([*lines, line]))
    return _changed(text, "\n\n".join(paragraphs))


def ligatures(text: str, rng: random.Random) -> str | None:
    return _changed(text, text.replace("ffi", "ﬃ").replace("fi", "ﬁ").replace("fl", "ﬂ"))


def decomposed(text: str, rng: random.Random) -> str | None:
    return _changed(text, unicodedata.normalize("NFD", text))


def upper_first_paragraph(text: str, rng: random.Random) -> str | None:
    first, blank, rest = text.partition("\n\n")
    return first.upper() + blank + rest if len(first) < 200 else None


def upper_sentence(text: str, rng: random.Random) -> str | None:
    match = re.search(r"(?<=[.!?] )[A-Z][a-z ]{20,90}\.", text)
    return text[: match.start()] + match[0].upper() + text[match.end() :] if match else None


def one_paragraph(text: str, rng: random.Random) -> str | None:
    return _changed(text, re.sub(r"\s*\n\s*", " ", text))


def sentence_paragraphs(text: str, rng: random.Random) -> str | None:
    return _changed(text, re.sub(r"(?<=[a-z]{3}\.) (?=[A-Z])", "\n\n", text))


def page_break(text: str, rng: random.Random) -> str | None:
    places = [m.start() for m in re.finditer(r"(?<=[a-z]) (?=[a-z])", text)]
    for at in sorted(rng.sample(places, min(2, len(places))), reverse=True):
        text = text[:at] + "\n\n" + text[at + 1 :]
    return text if places else None


def lost_spaces(text: str, rng: random.Random) -> str | None:
    places = [m.start() for m in re.finditer(r"(?<=[a-z]{4}) (?=[a-z]{4})", text)]
    for at in sorted(rng.sample(places, min(3, len(places))), reverse=True):
        text = text[:at] + text[at + 1 :]
    return text if places else None


def entities(text: str, rng: random.Random) -> str | None:
    table = {"“": "&ldquo;", "”": "&rdquo;", "’": "&rsquo;", "&": "&amp;", "–": "&ndash;", "—": "&#8212;"}
    new = "".join(table.get(c, c) for c in text)
    return _changed(text, re.sub(" ", lambda m: "&nbsp;" if rng.random() < 0.03 else " ", new))


def bullets(text: str, rng: random.Random) -> str | None:
    mark = rng.choice(["• ", "– ", "* ", "▪ "])
    paragraphs = text.split("\n\n")
    return "\n\n".join(mark + re.sub(r"^[-•*–] ", "", p) for p in paragraphs) if len(paragraphs) > 1 else None


def double_spaces(text: str, rng: random.Random) -> str | None:
    return re.sub(r"(?<=\.) ", "  ", text) + "\n \n"


def grouped_otherwise(text: str, rng: random.Random) -> str | None:
    mark = rng.choice([".", " ", "\u202f", ""])
    return _changed(text, re.sub(r"(?<![\d.,])(\d{1,3}),(\d{3})(?![\d,.])", rf"\g<1>{mark}\2", text))


def percent_words(text: str, rng: random.Random) -> str | None:
    new = rng.choice([" percent", " per cent", " %"])
    return _changed(text, re.sub(r"(?<=\d) ?%(?!\w)", new, text)) or _changed(
        text, re.sub(r"(?<=\d) percent\b", "%", text)
    )


_MONTHS = "January February March April May June July August September October November December".split()


def dates_otherwise(text: str, rng: random.Random) -> str | None:
    style = rng.randrange(3)

    def other(match: re.Match[str]) -> str:
        month, day, year = match[1], int(match[2]), match[3]
        number = _MONTHS.index(month) + 1
        return [f"{day} {month} {year}", f"{day:02}.{number:02}.{year}", f"{year}-{number:02}-{day:02}"][style]

    return _changed(text, re.sub(r"\b(" + "|".join(_MONTHS) + r") (\d{1,2}), (\d{4})", other, text))


def day_first(text: str, rng: random.Random) -> str | None:
    pattern = r"\b(" + "|".join(_MONTHS) + r") (\d{1,2})(?![\d,]|st|nd|rd|th)(?! \d)"
    return _changed(text, re.sub(pattern, r"\2 \1", text))


_SMALL = "zero one two three four five six seven eight nine ten eleven twelve".split()


def number_words(text: str, rng: random.Random) -> str | None:
    if rng.random() < 0.5:
        return _changed(text, re.sub(r"(?<=[a-z] )(?<!y )(?<!h )(?<!l )(?<!e )(?<!t )(?<!r )([2-9]|1[012])(?= [a-z]{3,})(?! (?:million|billion|percent))",
                                     lambda m: _SMALL[int(m[1])], text))  # fmt: skip
    return _changed(text, re.sub(r"(?<=[a-z] )(" + "|".join(_SMALL[2:]) + r")(?= [a-z]{3,})(?! (?:hundred|thousand))",
                                 lambda m: str(_SMALL.index(m[1])), text))  # fmt: skip


def bidi_marks(text: str, rng: random.Random) -> str | None:
    return re.sub(r" ", lambda m: " \u200e" if rng.random() < 0.05 else " ", text)


def full_width_digits(text: str, rng: random.Random) -> str | None:
    return _changed(text, re.sub(r"\b(\d)(?= [a-z])", lambda m: chr(ord(m[1]) + 0xFEE0), text))


COSMETIC: dict[str, Dress] = {
    "straight quotes": straight_quotes,
    "other quotes": other_quotes,
    "dashes": dashes,
    "ellipsis": ellipsis,
    "hard spaces": hard_spaces,
    "zero-width spaces": zero_width_spaces,
    "soft hyphens": soft_hyphens,
    "narrow lines": narrow_lines,
    "hyphenated lines": hyphenated_lines,
    "ligatures": ligatures,
    "decomposed accents": decomposed,
    "first paragraph in capitals": upper_first_paragraph,
    "a sentence in capitals": upper_sentence,
    "one paragraph": one_paragraph,
    "a paragraph per sentence": sentence_paragraphs,
    "page breaks": page_break,
    "lost spaces": lost_spaces,
    "entities": entities,
    "bullets": bullets,
    "double spaces": double_spaces,
    "grouping": grouped_otherwise,
    "percent": percent_words,
    "dates": dates_otherwise,
    "day first": day_first,
    "number words": number_words,
    "bidi marks": bidi_marks,
    "full-width digits": full_width_digits,
}
_TOGETHER = [
    (narrow_lines, straight_quotes, ligatures),
    (hyphenated_lines, hard_spaces, dashes),
    (one_paragraph, entities),
    (page_break, straight_quotes, grouped_otherwise, dates_otherwise),
    (bullets, soft_hyphens, other_quotes),
    (sentence_paragraphs, number_words, zero_width_spaces),
]


def several(text: str, rng: random.Random) -> str | None:
    """Several at once, as a conversion from PDF or another page does."""
    for dress in rng.choice(_TOGETHER):
        text = dress(text, rng) or text
    return text


COSMETIC["several at once"] = several

# --- frames and other copies ----------------------------------------------------------------------------------------

_LEADS = [
    "TARSIS, March 14 (Newswire One) - The office has issued a statement, Newswire One reports. The statement reads:",
    "The following statement was published on Tuesday by the press service, according to Harbour Courier.",
    "Newswire One reports, referring to the ministry, that a statement has been made on the matter. Below is its text.",
    "The head of the office spoke out on Wednesday. Northern Portal carries the words as they were released.",
]
_FOOTERS = [
    "Source: https://office.velmora.example/statements/118",
    "Read also: Crews wait for news in the western bay",
    "Follow us on our channels. All rights reserved. Harbour Courier 2024",
    "(END) Newswire One",
]
_STORY = [
    "Fishing crews in the western bay waited a third day for news, and some of them have begun to mend their nets.",
    "The cooperative asked the region for help and expects an answer in the coming week, its treasurer told us.",
    "On the quay people spoke of little else, though hardly anybody had seen the paper that the talk was about.",
    "A bakery at the corner stayed open all night and gave bread to those who had come down from the hills.",
    "Older residents remember a winter like this one, when the ice came early and the ferries stayed in port.",
    "By evening the square was empty again, and only the flags on the town hall moved in the wind.",
    "The local radio station read letters from its listeners for an hour and then played music until midnight.",
    "What will come of it nobody dares to say, but the harbour master has ordered new lamps for the pier.",
    "Two schools sent their pupils home at noon because the heating had failed, the third stayed open.",
    "In the market hall a trader counted crates of herring and shook his head at every question.",
]


def with_lead(text: str, rng: random.Random) -> str:
    return rng.choice(_LEADS) + "\n\n" + text


def expanded(text: str, rng: random.Random) -> str:
    text = with_lead(text, rng)
    return text + "\n\n" + rng.choice(_FOOTERS) if rng.random() < 0.6 else text


def abridged(text: str, rng: random.Random, *, keep: str = "") -> str | None:
    """Whole paragraphs or whole sentences left out; never the one that holds ``keep``."""
    paragraphs = [p for p in text.split("\n\n") if p.strip()]
    if len(paragraphs) >= 3:
        count = rng.randint(1, max(1, len(paragraphs) // 2))
        places = [i for i, p in enumerate(paragraphs) if not keep or keep not in p]
        gone = set(rng.sample(places, min(count, len(places))))
        kept = "\n\n".join(p for i, p in enumerate(paragraphs) if i not in gone)
    else:
        sentences = re.split(r"(?<=[a-z]{3}[.]) (?=[A-Z][a-z])", text)
        if len(sentences) < 4:
            return None
        kept = " ".join(sentences[: len(sentences) * 2 // 3])
    return kept if kept != text and len(kept.split()) >= 45 else None


def excerpt(text: str, rng: random.Random) -> str | None:
    """One to three sentences of the source inside another story."""
    sentences = [s for p in text.split("\n\n") for s in re.split(r"(?<=[a-z]{3}[.]) (?=[A-Z][a-z])", p)]
    fit = [s for s in sentences if 12 <= len(s.split()) <= 40 and s.endswith(".")]
    if not fit:
        return None
    count = rng.choice([1, 1, 2, 3])
    quoted = rng.sample(fit, min(count, len(fit)))
    story = rng.sample(_STORY, min(len(_STORY), 4 + 2 * len(quoted)))
    for sentence in quoted:
        at = rng.randint(1, len(story) - 1)
        style = rng.randrange(3)
        shown = [sentence, f"“{sentence}”", f"The statement says: “{sentence}”"][style]
        story.insert(at, shown if "“" not in sentence else sentence)
    return "\n\n".join(story)


_SYNONYMS = {
    "begin": "start", "help": "assist", "important": "significant", "support": "back", "people": "citizens",
    "continue": "carry on", "country": "nation", "big": "large", "children": "kids", "also": "likewise",
    "program": "programme", "center": "centre", "labor": "labour", "color": "colour", "honor": "honour",
    "organization": "organisation", "organizations": "organisations", "defense": "defence", "recognize": "recognise",
    "announced": "made public", "ensure": "make sure", "provide": "give", "effort": "endeavour", "efforts": "endeavours",
    "including": "among them", "strong": "robust", "commitment": "dedication", "work": "labour", "safe": "secure",
    "families": "households", "communities": "neighbourhoods", "protect": "shield", "build": "construct",
    "address": "tackle", "increase": "rise", "health": "wellbeing", "americans": "us citizens",
}  # fmt: skip


def edited(text: str, rng: random.Random) -> str | None:
    """Other words for it, outside quotation marks."""
    places = [
        m
        for m in re.finditer(r"(?<=[a-z] )([a-z]{3,})(?=[ ,.])", text)
        if m[1] in _SYNONYMS
        and text[: m.start()].count("“") <= text[: m.start()].count("”")
        and text[: m.start()].count('"') % 2 == 0
    ]
    if len(places) < 2:
        return None
    for match in sorted(rng.sample(places, min(len(places), rng.randint(2, 8))), key=lambda m: -m.start()):
        text = text[: match.start()] + _SYNONYMS[match[1]] + text[match.end() :]
    return text
