"""Read: decoded markup becomes a tree of bounded depth and size, whatever was sent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, TypeAlias

from lxml import etree, html  # type: ignore[import-untyped, unused-ignore]

Element: TypeAlias = Any
"""An ``lxml.html.HtmlElement`` (lxml ships no types)."""

MAX_CHARS = 10_000_000
"""Markup read of one page; what lies beyond is cut off (and said in a doubt)."""
MAX_DEPTH = 200
"""libxml2 drops text below depth 256 without a word, so deeper tags are taken out and their text stays."""

MAX_ELEMENTS = 40_000
"""Elements beyond which a page is read by linear means only."""

_LONG_TAG = re.compile(r"<([a-zA-Z][a-zA-Z0-9]{0,20})[\s/][^<>]{16384,}")
_STRETCH = 8192
"""Half of that: a tag so long covers one whole stretch of the markup at least."""
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})(?=[\s/>])[^<>]{0,8192}>")


def _tags(names: str) -> frozenset[str]:
    return frozenset(names.split())


_CLOSES_ITSELF = _tags(
    "area base br col embed hr img input link meta param source track wbr p li td th tr dt dd option"
)
UNSEEN = _tags("script style noscript template svg math iframe object head select button nav footer audio video canvas")
"""Tags whose text is no part of what a reader reads."""
_BREAKS = _tags("br hr")
_BLOCKS = _tags(
    "address article aside blockquote body center dd details dialog div dl dt fieldset figcaption figure footer form "
    "h1 h2 h3 h4 h5 h6 header hgroup li main nav ol p pre section summary table tbody td tfoot th thead tr ul"
)
_RUNS_ON = _tags("a abbr acronym b big cite code em font i ins mark q s small span strike strong sub sup time tt u var")
"""Tags that part nothing."""
_CONTAINERS = _tags("article blockquote body center dd div form li main section td th")
# From the attribute to its element: libxml2 finds these in a tenth of the time that elements with a condition take.
_MARKED = etree.XPath(" | ".join(f"descendant-or-self::*/@{name}/.." for name in ("class", "itemprop", "rel")))
_CROWDED = etree.XPath("//@*[100]/..")
_ALL_ALIKE = etree.ElementDefaultClassLookup(element=html.HtmlElement)
"""lxml's own choice between classes for forms, inputs and others is made in Python, element by element."""
_NOT_LETTERS = bytes(code for code in range(128) if not chr(code).isalnum())
_LETTERS = re.compile(r"[^\W_]+")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PARTED, _LINE = "\x1e", "\x1f"


def parse(markup: str) -> Element:
    """The tree of a page's markup: never fails, never deeper than about ``MAX_DEPTH``, an empty tree for no markup."""
    # libxml2 compares each attribute of a tag with all others; what is longer than this is data or an attack.
    source = markup[:MAX_CHARS].replace("\x00", "")
    if _may_hold_long_tags(source):
        source = _LONG_TAG.sub(r"<\1 ", source)
    tree, is_stopped = _parsed(source, huge=False)
    if is_stopped:
        tree, _ = _parsed(_flattened(source) if nesting(source) > MAX_DEPTH else source, huge=True)
    if tree is None:
        return html.document_fromstring("<html><body></body></html>")
    # Readers look through all attributes of an element for each of them: no honest element has a hundred.
    for node in _CROWDED(tree):
        node.attrib.clear()
    return tree


def _may_hold_long_tags(source: str) -> bool:
    """Whether a tag may be longer than ``_LONG_TAG`` allows: told by stretches without a sign of markup in them."""
    was_bare = False
    for start in range(0, len(source) - _STRETCH + 1, _STRETCH):
        end = start + _STRETCH
        is_bare = source.find("<", start, end) < 0 and source.find(">", start, end) < 0
        if is_bare and not was_bare:
            # A script's or a style's own text is such a stretch, too; what it hangs on is no open tag.
            before = source.rfind("<", 0, start)
            if before > source.rfind(">", max(before, 0), start) and _LONG_TAG.match(source, before):
                return True
        was_bare = is_bare
    return False


def is_large(tree: Element) -> bool:
    """Whether a tree has more elements than readers that are not linear everywhere should be given."""
    return next(islice(tree.iter(), MAX_ELEMENTS, None), None) is not None


def _parsed(source: str, *, huge: bool) -> tuple[Element | None, bool]:
    """The tree, and whether libxml2 stopped at one of its limits: it then drops the rest of the page."""
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=huge)
    parser.set_element_class_lookup(_ALL_ALIKE)
    try:
        tree = html.document_fromstring(source.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        tree = None
    last = parser.error_log.last_error
    return tree, last is not None and last.level == etree.ErrorLevels.FATAL


def nesting(markup: str) -> int:
    """How deep the open tags of a markup pile up; tags that close themselves or one another do not count."""
    depth = deepest = 0
    for found in _TAG.finditer(markup):
        if found[2].lower() in _CLOSES_ITSELF:
            continue
        if found[1]:
            depth = max(0, depth - 1)
        else:
            depth += 1
            deepest = max(deepest, depth)
    return deepest


def _flattened(markup: str) -> str:
    """The markup without the tags that lie too deep; a space stands where they stood."""
    depth = 0

    def shallow(found: re.Match[str]) -> str:
        nonlocal depth
        if found[2].lower() in _CLOSES_ITSELF:
            return found[0] if depth < MAX_DEPTH else " "
        if found[1]:
            depth = max(0, depth - 1)
            return found[0] if depth < MAX_DEPTH else "\n"
        depth += 1
        return found[0] if depth <= MAX_DEPTH else "\n"

    return _TAG.sub(shallow, markup)


def blocks(element: Element) -> list[str]:
    """The visible text of an element, one string per paragraph.

    Blocks, list items and doubled line breaks part paragraphs; a single line break stays a line break.
    """
    if all(node.tag in _RUNS_ON for node in element.iterdescendants()):
        text = text_of(element)
        return [text] if text else []
    paragraphs = "".join(_pieces(element)).split(_PARTED)
    return [text for text in map(_tidy, paragraphs) if text]


def wrap_loose_text(tree: Element) -> None:
    """Put text that stands in a container between doubled line breaks into paragraphs of its own, in place.

    Readers look for ``p`` and lose such text, its beginning above all.
    """
    for parent in {node.getparent() for node in tree.iter("br")}:
        if parent is not None and parent.tag in _CONTAINERS and _has_double_break(parent):
            _wrap(parent)


def _allowed(text: str | None) -> str | None:
    """The text without what lxml reads from a page (``&#1;``) and refuses to write."""
    return _NOT_XML.sub(" ", text) if text else text


def _has_double_break(parent: Element) -> bool:
    return any(_is_double(node.getprevious(), node) for node in parent.iterchildren("br"))


def _is_double(before: Element | None, node: Element) -> bool:
    return before is not None and node.tag == before.tag == "br" and not (before.tail or "").strip()


def _wrap(parent: Element) -> None:
    children, loose = list(parent), _allowed(parent.text)
    for child in children:
        tail = _allowed(child.tail)
        parent.remove(child)
        child.tail = tail
    parent.text = None
    paragraph = _loose(loose)
    for child in children:
        tail, child.tail = child.tail, None
        is_block = child.tag in _BLOCKS
        if is_block or (len(paragraph) and _is_double(paragraph[-1], child)):
            _close(parent, paragraph)
            paragraph = _loose(tail)
            if is_block:
                parent.append(child)
        else:
            paragraph.append(child)
            child.tail = tail
    _close(parent, paragraph)


def _loose(text: str | None) -> Element:
    paragraph = html.Element("p")
    paragraph.text = text
    return paragraph


def _close(parent: Element, paragraph: Element) -> None:
    if text_of(paragraph) or next(paragraph.iter("img"), None) is not None:
        parent.append(paragraph)


def text_of(element: Element) -> str:
    """All text of an element on one line."""
    # Several times faster than joining ``itertext``: readers ask for the text of every link and paragraph.
    return " ".join(etree.tostring(element, method="text", encoding="unicode", with_tail=False).split())


def letters(text: str) -> str:
    """Letters and digits only, in lower case: what two printings of a text have in common."""
    # Nearly all that is no letter is ASCII and goes as bytes, at a twentieth of the time of a search.
    rest = text.lower().encode("utf-8", "surrogatepass").translate(None, _NOT_LETTERS).decode("utf-8", "surrogatepass")
    return rest if rest.isalnum() else "".join(_LETTERS.findall(rest))


def marked(tree: Element) -> list[Element]:
    """Elements with a class, an ``itemprop`` or a ``rel``, in page order: one pass for whoever looks at these."""
    return list(_MARKED(tree))


def _tidy(paragraph: str) -> str:
    return "\n".join(line for line in (" ".join(part.split()) for part in paragraph.split(_LINE)) if line)


def _pieces(element: Element) -> Iterator[str]:
    walk = etree.iterwalk(element, events=("start", "end"))
    after_break = False
    for event, node in walk:
        tag = node.tag
        if event == "end":
            if tag in _BLOCKS:
                yield _PARTED
            text = node.tail if node is not element else None
        elif tag in UNSEEN and node is not element:
            walk.skip_subtree()
            continue
        elif tag in _BREAKS:
            yield _PARTED if after_break or tag == "hr" else _LINE
            after_break = True
            continue
        else:
            if tag in _BLOCKS:
                yield _PARTED
            text = node.text
        if text:
            after_break = after_break and text.isspace()
            yield text
