"""link to present: the walk from a document to its original, and the tree of all its copies, as values and as text.

``chain`` only follows links it is given; the renderers only format what it found. Titles and names are hostile input:
each renderer escapes them for its own format.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from scraper.model import DocumentState, Label, Link, OutletKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One document of a chain, as far as it is shown."""

    document_id: int
    outlet: str
    outlet_id: str = ""
    outlet_kind: OutletKind = "unknown"
    state: DocumentState = "captured"
    url: str | None = None
    title: str | None = None
    published_at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One link of a chain with what a reader wants to know about it."""

    link: Link
    link_id: int | None = None
    label: Label | None = None
    """The verdict, where the two texts could be compared."""
    label_newest: Label | None = None
    """The verdict against the newest text of the source, where that changed after it was copied."""
    changed: tuple[tuple[str, str], ...] = ()
    """Material alterations, words of the source and words of the copy."""
    is_credited: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """The walk from ``path[0]``, the document asked for, to ``path[-1]``, its original; and the tree around it.

    ``steps[i]`` leads from ``path[i]`` to ``path[i + 1]``. ``branches`` holds every chosen link of the tree, by the
    document copied; ``others`` holds ties and other possible parents, by the copy.
    """

    document_id: int
    path: tuple[int, ...]
    steps: tuple[Step, ...]
    branches: Mapping[int, tuple[Step, ...]]
    others: Mapping[int, tuple[Step, ...]]
    nodes: Mapping[int, Node]

    @property
    def original(self) -> Node:
        """The document at the end of the walk: where the words first appeared, as far as is known."""
        return self.nodes[self.path[-1]]

    @property
    def documents(self) -> tuple[int, ...]:
        """All documents of the tree, parents before copies, copies in the order of their dates."""
        return tuple(node for node, _ in walk(self))


def chain(document_id: int, steps: Iterable[Step], nodes: Mapping[int, Node]) -> Chain:
    """Walk from a document to its original and collect the tree of copies below that original.

    ``steps`` are the links in force, at least those of the document's family; links that are no copies (reissues) are
    left out. Every ``copy_id`` and ``source_id`` must be in ``nodes``. A loop in the data ends the walk where it
    closes, so this terminates on anything.
    """
    chosen: dict[int, Step] = {}
    others: dict[int, list[Step]] = {}
    ranked = sorted(
        (step for step in steps if step.link.relation != "reissue"),
        key=lambda step: (step.link.copy_id, step.link.rank, -step.link.confidence, step.link.source_id),
    )
    for step in ranked:
        if step.link.rank == 1 and step.link.copy_id not in chosen:
            chosen[step.link.copy_id] = step
        else:
            others.setdefault(step.link.copy_id, []).append(step)
    path, walked = _walk_up(document_id, chosen)
    below: dict[int, list[Step]] = {}
    for step in chosen.values():
        below.setdefault(step.link.source_id, []).append(step)
    inside = _reached(path[-1], below)
    branches = {source: tuple(_by_date(below[source], nodes)) for source in inside if source in below}
    return Chain(
        document_id=document_id,
        path=tuple(path),
        steps=tuple(walked),
        branches=branches,
        others={copy: tuple(found) for copy, found in others.items() if copy in inside},
        nodes={one: nodes[one] for one in inside}
        | {step.link.source_id: nodes[step.link.source_id] for copy in inside for step in others.get(copy, ())},
    )


def _walk_up(document_id: int, chosen: Mapping[int, Step]) -> tuple[list[int], list[Step]]:
    path, walked, met = [document_id], [], {document_id}
    while (step := chosen.get(path[-1])) is not None and step.link.source_id not in met:
        walked.append(step)
        path.append(step.link.source_id)
        met.add(step.link.source_id)
    return path, walked


def _reached(start: int, below: Mapping[int, Sequence[Step]]) -> list[int]:
    found, ready, met = [], [start], {start}
    while ready:
        node = ready.pop()
        found.append(node)
        fresh = [step.link.copy_id for step in below.get(node, ()) if step.link.copy_id not in met]
        met.update(fresh)
        ready += fresh
    return found


def _by_date(steps: Iterable[Step], nodes: Mapping[int, Node]) -> list[Step]:
    return sorted(steps, key=lambda step: (nodes[step.link.copy_id].published_at or "9", step.link.copy_id))


def walk(found: Chain) -> Iterator[tuple[int, tuple[bool, ...]]]:
    """The tree from the original down: each document with, for every level above it, whether it is the last there."""
    ready: list[tuple[int, tuple[bool, ...]]] = [(found.path[-1], ())]
    met: set[int] = set()
    while ready:
        node, lasts = ready.pop()
        if node in met:
            continue
        met.add(node)
        yield node, lasts
        below = found.branches.get(node, ())
        for number, step in reversed(list(enumerate(below))):
            ready.append((step.link.copy_id, (*lasts, number == len(below) - 1)))


def step_to(found: Chain, document_id: int) -> Step | None:
    """The chosen link of a document of the tree; ``None`` for the original."""
    for below in found.branches.values():
        for step in below:
            if step.link.copy_id == document_id:
                return step
    return None


# --- text --------------------------------------------------------------------------------------------------------

_STATES = {"cited": "cited, not captured", "presumed": "presumed, not located"}
WORDS_SHOWN = 3
"""So many changed words are shown in a line of the tree."""


def tree(found: Chain, *, width: int = 110) -> str:
    """The tree as text lines, the original on top; ``▸`` marks the document asked for."""
    chosen = {step.link.copy_id: step for below in found.branches.values() for step in below}
    lines = []
    for node_id, lasts in walk(found):
        indent = "".join("   " if last else "│  " for last in lasts[:-1])
        fork = ("└─ " if lasts[-1] else "├─ ") if lasts else ""
        mark = "▸ " if node_id == found.document_id else ""
        lines.append(_cut(f"{indent}{fork}{mark}{_heading(found.nodes[node_id])}", width))
        under = "".join("   " if last else "│  " for last in lasts) + ("│  " if found.branches.get(node_id) else "   ")
        lines += [_cut(under + line, width) for line in _notes(found, node_id, chosen.get(node_id))]
    return "\n".join(lines)


def _heading(node: Node) -> str:
    parts = [plain(node.outlet)]
    if node.published_at:
        parts.append(node.published_at[:16].replace("T", " "))
    if node.title:
        parts.append(f"“{plain(node.title)}”")
    if node.state in _STATES:
        parts.append(f"({_STATES[node.state]})")
    return "  ".join(parts)


def _notes(found: Chain, node_id: int, step: Step | None) -> list[str]:
    node = found.nodes[node_id]
    lines = [plain(node.url)] if node.url else []
    if step is None:
        return lines
    credit = {True: ", credited", False: ", not credited", None: ""}[step.is_credited]
    newest = f" ({step.label_newest} against its newest text)" if step.label_newest else ""
    lines.append(
        f"{step.label or 'not compared'}{newest}{credit}, confidence {step.link.confidence:.2f}{_changed(step)}"
    )
    for other in found.others.get(node_id, ()):
        if other.link.rank == 1:
            tied = found.nodes[other.link.source_id]
            lines.append(f"or as well from {plain(tied.outlet)}, confidence {other.link.confidence:.2f} (a tie)")
    lines += [f"conflict: {plain(row.words)}" for row in step.link.evidence if row.kind == "conflict"]
    return lines


def _changed(step: Step) -> str:
    if not step.changed:
        return ""
    shown = [change_as_text(*words, width=40) for words in step.changed[:WORDS_SHOWN]]
    more = len(step.changed) - len(shown)
    return ": " + "; ".join(shown) + (f"; and {more} more" if more > 0 else "")


def change_as_text(before: str, after: str, *, width: int = 200) -> str:
    """One change as people read it: ``“around” → “up to”``, ``“not” → (nothing)``; words are cut at ``width``."""
    sides = (f"“{_cut(plain(words), width)}”" if words.strip() else "(nothing)" for words in (before, after))
    return " → ".join(sides)


def path_as_text(found: Chain) -> str:
    """The walk in one line: ``AVİM → Trend (cited, not captured) → Ministry (presumed, not located)``."""
    names = []
    for one in found.path:
        node = found.nodes[one]
        state = f" ({_STATES[node.state]})" if node.state in _STATES else ""
        names.append(f"{plain(node.outlet)}{state}")
    return " → ".join(names)


def plain(text: str) -> str:
    """A text in one line, without control characters, direction marks or lone surrogates (titles are hostile)."""
    if text.isprintable():
        return " ".join(text.split())
    shown = (letter if letter.isprintable() else " " for letter in text)
    return " ".join("".join(shown).split())


def _cut(line: str, width: int) -> str:
    return line if len(line) <= width else line[: max(1, width - 1)].rstrip() + "…"


# --- for other programs ------------------------------------------------------------------------------------------


def to_json(found: Chain) -> str:
    """The chain as JSON: the walk, the original, the documents and the links of the tree with their evidence."""
    links = [step for below in found.branches.values() for step in below]
    links += [step for below in found.others.values() for step in below]
    data = {
        "document_id": found.document_id,
        "original_id": found.path[-1],
        "path": list(found.path),
        "documents": [asdict(found.nodes[one]) for one in sorted(found.nodes)],
        "links": [_step_as_dict(step) for step in sorted(links, key=lambda one: (one.link.copy_id, one.link.rank))],
    }
    return json.dumps(data, ensure_ascii=False, indent=2)


def _step_as_dict(step: Step) -> dict[str, object]:
    changed = [{"source_words": before, "copy_words": after} for before, after in step.changed]
    return {
        "link_id": step.link_id,
        **asdict(step.link),
        "label": step.label,
        "label_newest": step.label_newest,
        "is_credited": step.is_credited,
        "changed": changed,
    }


def mermaid(found: Chain) -> str:
    """The tree as a Mermaid flowchart, copies pointing at what they were taken from."""
    lines = ["flowchart BT"]
    for one in found.documents:
        node = found.nodes[one]
        left, right = ("([", "])") if node.state != "captured" else ("[", "]")
        lines.append(f'  d{_id(one)}{left}"{_mermaid_text(_heading(node))}"{right}')
    for step in _drawn(found):
        arrow = "-->" if step.link.rank == 1 and _is_chosen(found, step) else "-.->"
        label = f"{step.label or 'not compared'} {step.link.confidence:.2f}"
        lines.append(f'  d{_id(step.link.copy_id)} {arrow}|"{label}"| d{_id(step.link.source_id)}')
    return "\n".join(lines)


def dot(found: Chain) -> str:
    """The tree in Graphviz' language, copies pointing at what they were taken from."""
    lines = ["digraph chain {", "  rankdir=BT;", '  node [shape=box, fontname="sans-serif"];']
    for one in found.documents:
        node = found.nodes[one]
        style = ', style="dashed"' if node.state != "captured" else ""
        lines.append(f'  d{_id(one)} [label="{_dot_text(_heading(node))}"{style}];')
    for step in _drawn(found):
        style = "" if _is_chosen(found, step) else ", style=dotted"
        label = f"{step.label or 'not compared'} {step.link.confidence:.2f}"
        lines.append(f'  d{_id(step.link.copy_id)} -> d{_id(step.link.source_id)} [label="{label}"{style}];')
    return "\n".join([*lines, "}"])


def _drawn(found: Chain) -> list[Step]:
    inside = set(found.documents)
    chosen = [step for below in found.branches.values() for step in below]
    ties = [step for below in found.others.values() for step in below if step.link.rank == 1]
    drawn = [step for step in (*chosen, *ties) if step.link.copy_id in inside and step.link.source_id in inside]
    return sorted(drawn, key=lambda step: (step.link.copy_id, step.link.source_id))


def _is_chosen(found: Chain, step: Step) -> bool:
    return step in found.branches.get(step.link.source_id, ())


def _id(document_id: int) -> str:
    return str(document_id) if document_id >= 0 else f"x{-document_id}"


def _mermaid_text(text: str) -> str:
    return "".join(letter if letter.isalnum() or letter in " .,:-“”()" else f"#{ord(letter)};" for letter in text)


def _dot_text(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
