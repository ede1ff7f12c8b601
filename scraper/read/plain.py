"""Read: a saved page of plain text or Markdown becomes an article.

The frame comes off - the site's name above the first rule, the headline, the date line, rules, the links and labels at
the foot - and what it says is kept as facts. Marks of Markdown go, the words stay.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, replace

from scraper.model import Article
from scraper.read.citations import plain_citations
from scraper.read.dates import claimed_date, days_between, is_month
from scraper.read.decoding import clean
from scraper.read.language import language_of
from scraper.read.paragraphs import ends_a_sentence, rejoined
from scraper.read.statement import statement_span
from scraper.read.tree import MAX_CHARS
from scraper.read.urls import is_web_address, url_key

VERSION = "1"
MAX_TITLE = 300
WRAPPED = 50
"""Characters from which a line was broken because it was full."""
FRAME = 12
"""Blocks at the head of a page in which its frame may stand."""

_RULE = re.compile(r"[ \t]{0,3}(?:-[ \t]?){3,}[ \t]*$|[ \t]{0,3}(?:[*_=~#–—][ \t]?){3,}[ \t]*$")
_HEADING = re.compile(r"[ \t]{0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*$")
_IMAGE = re.compile(r"!\[[^\[\]\n]{0,500}\]\([^()\s]{0,2000}(?:[ \t][^()\n]{0,500})?\)")
_LINK = re.compile(r"\[([^\[\]\n]{0,1000})\]\(<?[^()\s<>]{0,2000}>?(?:[ \t][^()\n]{0,500})?\)")
_AUTOLINK = re.compile(r"<(?:https?://|mailto:)[^<>\s]{1,4000}>")
_ADDRESS = re.compile(r"https?://[^\s<>]{1,4000}")
_STRONG = re.compile(
    r"(?<![*\w])\*{1,3}(?=[^\s*])([^*\n]{0,3000}[^\s*])\*{1,3}(?![*\w])|(?<![_\w])_{1,3}(?=[^\s_])([^_\n]{0,3000}[^\s_])_{1,3}(?![_\w])"
)
_PAGE_NUMBER = re.compile(
    r"(?:page|seite|sayfa|стр\.?|p\.)?\s{0,3}[-–—]?\s{0,3}\d{1,4}(?:\s{0,3}(?:/|of|von|из)\s{0,3}\d{1,4})?\s{0,3}[-–—]?$",
    re.I,
)
_BULLET = re.compile(r"^(?:[ \t]{0,6}[-*+•·][ \t]+(?=\S)|[ \t]{0,3}>[ \t]?)", re.M)
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!>~|])")
_SOURCE = re.compile(
    r"(?:(?:kaynak|source|sources|quelle|fuente|fonte|bron|источник|джерело|mənbə|menbe|källa|kilde|lähde|źródło|المصدر|منبع"
    r"|աղբյուր|წყარო|via|link|url|original|read more|retrieved|accessed|permalink)\s{0,3}[/|,&]?\s{0,3}){1,4}[:：]?",
    re.I,
)
_FIELD = re.compile(
    r"(title|headline|date|published|author|by|source|url|site|outlet|publisher|language)[ \t]*:[ \t]*(.{1,1000})$",
    re.I,
)
_COPYRIGHT = re.compile(r"(?:©|\(c\)|copyright\b|all rights reserved)", re.I)
_BYLINE = re.compile(r"(?:by|author|yazar|yazan|müəllif|автор|autor|auteur|von|par)\s{0,2}:?\s+([^\d:.]{3,80})$", re.I)
_WORDS_OF_DATES = """
    date published posted updated on at release released for immediate tarih tarihi yayın yayınlanma
    güncelleme tarix dərc datum veröffentlicht am le publié fecha publicado de data дата опубликовано г года
    gmt utc pm saat time uhr the of monday tuesday wednesday thursday friday saturday sunday mon tue wed thu
    fri sat sun pazartesi salı çarşamba perşembe cuma cumartesi pazar montag dienstag mittwoch donnerstag
    freitag samstag sonntag lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miércoles jueves
    viernes sábado domingo понедельник вторник среда четверг пятница суббота воскресенье st nd rd th
"""
_DATE_WORDS = frozenset(_WORDS_OF_DATES.split())


@dataclass(frozen=True, slots=True)
class _Block:
    """Lines between blank lines: as written, and without marks."""

    raw: str
    text: str
    level: int = 0
    """Level of a Markdown heading; 9 for a line that is bold from end to end; 0 for running text."""
    is_rule: bool = False


def read_text(text: str, *, url: str | None = None, captured_at: str | None = None) -> Article:
    """The article on a saved page of plain text or Markdown. Raises nothing; what is not there stays ``None``."""
    raw = clean(text[:MAX_CHARS])
    fields, rest = _front_matter(raw)
    page = [block for block in _blocks(rest) if block.is_rule or block.text]
    head, page = _head(page)
    body = rejoined(block.text for block in _without_foot(page) if not block.is_rule)
    whole = "\n\n".join(body)
    language = language_of(whole) or language_of(head.title or "")
    dates = [fields.get("date") or fields.get("published"), head.date]
    published = next((day for day in (claimed_date(date, language=language) for date in dates) if day), None)
    if published and captured_at and days_between(captured_at, published) > 1:
        published = None
    return Article(
        title=fields.get("title") or fields.get("headline") or head.title,
        text=whole,
        byline=fields.get("author") or fields.get("by") or head.byline,
        published_at=published,
        language=language,
        canonical_url=_address_of(fields, url),
        site_name=fields.get("site") or fields.get("outlet") or fields.get("publisher") or head.site_name,
        citations=plain_citations(raw, text=whole, url=url, language=language),
        statement=statement_span(whole, language),
        reader=f"plain/{VERSION}",
    )


def _address_of(fields: dict[str, str], url: str | None) -> str | None:
    """The address that a saved page names in front, else the one it was saved from."""
    stated = next((fields[name] for name in ("url", "source") if is_web_address(fields.get(name, ""))), url)
    return url_key(stated).url if stated and is_web_address(stated) else None


# --- lines and blocks ------------------------------------------------------------------------------------------


def _front_matter(raw: str) -> tuple[dict[str, str], str]:
    """Fields stated in front of a page (``title: ...``), and the rest; fenced by rules or not."""
    lines = raw.lstrip("\ufeff\n \t").split("\n")
    fenced = bool(lines) and lines[0].strip() == "---"
    fields: dict[str, str] = {}
    for number, line in enumerate(lines[1 if fenced else 0 : 40], 1 if fenced else 0):
        if not line.strip() or (fenced and line.strip() in {"---", "..."}):
            enough = len(fields) >= (1 if fenced else 2)
            return (fields, "\n".join(lines[number + 1 :])) if enough else ({}, raw)
        found = _FIELD.match(line)
        if found:
            fields[found[1].lower()] = _unmarked(found[2].strip(" \"'"))
        elif not fenced:
            return {}, raw
    return {}, raw


def _blocks(raw: str) -> list[_Block]:
    """Runs of lines between blank lines, rules and headings."""
    blocks: list[_Block] = []
    run: list[str] = []

    def close(level: int = 0) -> None:
        if run:
            blocks.append(_block(run, level))
            run.clear()

    for line in [*raw.replace("\f", "\n\n").split("\n"), ""]:
        heading = _HEADING.match(line) if len(line) < 2_000 else None
        if not line.strip():
            close()
        elif len(line) < 200 and _RULE.match(line):
            underlines = line.strip()[0] in "=-" and len(run) == 1 and len(run[0]) <= MAX_TITLE
            close(2 if underlines else 0)
            blocks.append(_Block(line, "", is_rule=True))
        elif heading:
            close()
            run.append(heading[2])
            close(len(heading[1]))
        else:
            if _BULLET.match(line):
                close()
            run.append(line)
    return blocks


def _block(lines: list[str], level: int) -> _Block:
    raw = "\n".join(lines)
    text = _unmarked(_joined(lines))
    stripped = raw.strip()
    if (
        not level
        and "\n" not in stripped
        and re.match(r"(\*\*|__)\S.{0,600}\S\1$", stripped)
        and len(text) <= MAX_TITLE
    ):
        level = 9
    if _PAGE_NUMBER.match(text) or not any(char.isalnum() for char in text):
        text = ""
    return _Block(raw, text, level)


def _joined(lines: list[str]) -> str:
    """Lines of one block: wrapped ones run on, short ones and those with a hard break stay lines."""
    joined = ""
    for line in lines:
        joined += line.strip()
        joined += "\n" if len(line.rstrip()) < WRAPPED or line.endswith(("  ", "\\")) else " "
    return joined.strip()


def _unmarked(text: str) -> str:
    """The words of Markdown without its marks, images and bare links."""
    text = _IMAGE.sub("", _BULLET.sub("", text))
    text = _AUTOLINK.sub("", _LINK.sub(r"\1", text))
    for _ in range(3):
        text, changed = _STRONG.subn(lambda found: found[1] or found[2] or "", text)
        if not changed:
            break
    text = html.unescape(_ESCAPED.sub(r"\1", text))
    return "\n".join(line for line in (" ".join(line.split()) for line in text.split("\n")) if line)


# --- the frame -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Head:
    site_name: str | None = None
    title: str | None = None
    date: str | None = None
    byline: str | None = None


def _head(page: list[_Block]) -> tuple[_Head, list[_Block]]:
    """What stands above the text: names, headline, date, byline; and the blocks that are left."""
    head, page = _masthead(page)
    for _ in range(FRAME):
        if not page:
            break
        step = _step(head, page)
        if step is None:
            break
        head, page = step, page[1:]
    return head, page


def _masthead(page: list[_Block]) -> tuple[_Head, list[_Block]]:
    """The site's name: a few short lines above the first rule, with a page under it."""
    rule = next((place for place, block in enumerate(page[:4]) if block.is_rule), None)
    if not rule or len(page) < rule + 3:
        return _Head(), page
    above = page[:rule]
    lines = [line for block in above for line in block.text.split("\n")]
    is_name = all(not block.level and not ends_a_sentence(block.text) for block in above)
    if not is_name or sum(map(len, lines)) > 200 or any(_is_date_line(line) for line in lines):
        return _Head(), page
    follows = next((block for block in page[rule:] if not block.is_rule), None)
    if follows is None or not (follows.level or _is_headline(follows)):
        return _Head(), page
    return _Head(site_name=_in_two_tongues(lines)), page[rule + 1 :]


def _step(head: _Head, page: list[_Block]) -> _Head | None:
    """The head with the next block taken in, or ``None`` where the text begins."""
    block = page[0]
    if block.is_rule:
        return head
    if head.date is None and _is_date_line(block.text):
        return replace(head, date=block.text)
    byline = _BYLINE.match(block.text)
    if byline and head.title and head.byline is None:
        return replace(head, byline=byline[1].strip())
    if head.title is None and (block.level or _is_headline(block)) and len(page) > 1:
        return replace(head, title=" ".join(block.text.split()))
    return None


def _is_headline(block: _Block) -> bool:
    """A short line of its own that is no sentence and names no date (that would be a credit)."""
    return len(block.text) <= 200 and not ends_a_sentence(block.text) and claimed_date(block.text) is None


def _is_date_line(text: str) -> bool:
    """A line of nothing but a date and words that belong to one."""
    if len(text) > 80 or claimed_date(text) is None:
        return False
    words = [word.lower() for word in re.findall(r"[^\W\d_]+", text)]
    return all(word in _DATE_WORDS or is_month(word) for word in words)


def _in_two_tongues(lines: list[str]) -> str:
    """A name over several lines; where it is given in a language with letters of its own and again in plain ones, the
    two are parted by a slash."""
    own = [not line.isascii() for line in lines]
    if any(own) and not all(own):
        last = len(own) - 1 - own[::-1].index(True)
        if last + 1 < len(lines):
            return f"{' '.join(lines[: last + 1])} / {' '.join(lines[last + 1 :])}"
    return " ".join(lines)


def _without_foot(page: list[_Block]) -> list[_Block]:
    """The blocks without rules, source labels, bare links and notices at the end."""
    end = len(page)
    while end and _is_foot(page[end - 1]):
        end -= 1
    return page[:end]


def _is_foot(block: _Block) -> bool:
    if block.is_rule:
        return True
    words = _ADDRESS.sub("", _AUTOLINK.sub("", _LINK.sub("", block.raw)))
    words = _unmarked(words).strip(" \n:/|-–—•")
    return not words or bool(_SOURCE.fullmatch(words)) or (len(words) < 200 and bool(_COPYRIGHT.match(words)))
