"""Two texts as rows: what belongs together stands together, every alteration is shown, and every letter once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper import compare
from scraper.model import Alignment, Alteration, Comparison, Passage, Span
from scraper.web.rows import table

SOURCE = 'The minister said "the 42 boats will stay" on Monday.'
COPY = "The minister said the 24 boats will stay on Monday."


def alteration(kind: str, source: tuple[int, int], copy: tuple[int, int], material: bool = True) -> Alteration:
    return Alteration(
        kind=kind,
        is_material=material,
        source_words=SOURCE[slice(*source)],
        copy_words=COPY[slice(*copy)],
        source_span=Span(*source),
        copy_span=Span(*copy),
    )


def found(*alterations: Alteration, left_out: tuple[Passage, ...] = ()) -> Comparison:
    whole = Alignment(source_span=Span(0, len(SOURCE)), copy_span=Span(0, len(COPY)))
    return Comparison(
        label="altered", coverage=0.9, kept=0.9, alterations=alterations, alignments=(whole,), left_out=left_out
    )


QUOTED = alteration("quotation", (18, 42), (18, 40))
NUMBER = alteration("number", (23, 25), (22, 24))


def pieces(rows, side: str):
    return [piece for row in rows.rows for paragraph in getattr(row, side) for piece in paragraph.segments]


def test_an_alteration_inside_another_is_shown_as_well():
    rows = table(found(QUOTED, NUMBER), COPY, SOURCE)
    assert [one.kind for one in rows.alterations] == ["quotation", "number"]
    assert [(one.words, one.alterations, one.ends) for one in pieces(rows, "copy") if one.alterations] == [
        ("the ", (1,), ()),
        ("24", (1, 2), (2,)),
        (" boats will stay", (1,), (1,)),
    ]
    assert rows.rows[0].alterations == (1, 2)


def test_alterations_that_overlap_by_halves_are_both_shown():
    other = alteration("wording", (36, 52), (34, 50), material=False)
    rows = table(found(QUOTED, other), COPY, SOURCE)
    assert [(one.words, one.alterations) for one in pieces(rows, "source") if one.alterations] == [
        ('"the 42 boats will', (1,)),
        (' stay"', (1, 2)),
        (" on Monday", (2,)),
    ]


def test_a_point_inside_words_that_stand_alone_is_shown_between_them():
    point = Alteration(kind="negation", is_material=True, source_words="", copy_words="24",
                       source_span=Span(30, 30), copy_span=Span(22, 24))  # fmt: skip
    rows = table(found(point, left_out=(Passage(words=SOURCE[18:42], span=Span(18, 42)),)), COPY, SOURCE)
    shown = [(one.kind, one.words) for one in pieces(rows, "source") if one.kind != "same"]
    assert shown == [("alone", SOURCE[18:30]), ("changed", ""), ("alone", SOURCE[30:42])]


WORDS = st.lists(st.sampled_from(["boats", "42", "24", "not", '"will', 'stay"', "Monday,", "harbour.\n\n", "Ostrel"]),
                 min_size=6, max_size=60)  # fmt: skip


@given(WORDS, WORDS, st.integers(0, 40))
def test_every_letter_is_shown_once_and_every_alteration_has_its_place(one, other, cut):
    source, copy = " ".join([*one, *other]), " ".join([*other[cut:], *one, *other[:cut]])
    answer = compare(copy, source)
    rows = table(answer, copy, source)
    for side, text in (("source", source), ("copy", copy)):
        told = "".join(piece.words for piece in pieces(rows, side))
        assert sorted("".join(told.split())) == sorted("".join(text.split()))
    assert sorted(rows.alterations, key=repr) == sorted(answer.alterations, key=repr)
    in_rows = {number for row in rows.rows for number in row.alterations}
    assert in_rows == set(range(1, len(rows.alterations) + 1))
    ended = [number for piece in pieces(rows, "copy") for number in piece.ends]
    assert sorted(ended) == sorted(in_rows)


PARAGRAPHS = (
    "The ministry closed the northern quay of Ostrel on Monday after a crane had fallen onto two empty barges.",
    "Fishing boats of less than fifteen metres may use the southern basin as long as the quay remains closed to ships.",
    "The inspection costs two and a half million crowns and is paid for by the harbour fund of the coastal union.",
    "Nobody was hurt, said the harbour master, who had watched the crane from the window of her office at noon.",
)


def moved(changed: bool) -> tuple[Comparison, str, str]:
    source = "\n\n".join(PARAGRAPHS)
    last = PARAGRAPHS[1].replace("fifteen", "twelve") if changed else PARAGRAPHS[1]
    copy = "\n\n".join((PARAGRAPHS[0], PARAGRAPHS[2], PARAGRAPHS[3], last))

    def passage(words: str, other: str, is_moved: bool = False) -> Alignment:
        at, there = source.index(words), copy.index(other)
        return Alignment(
            source_span=Span(at, at + len(words) - 1), copy_span=Span(there, there + len(other) - 1), is_moved=is_moved
        )

    kept = [passage(words, words) for words in (PARAGRAPHS[0], PARAGRAPHS[2], PARAGRAPHS[3])]
    here = passage(PARAGRAPHS[1], last, is_moved=True)
    at, there = source.index("fifteen"), copy.find("twelve")
    alteration = Alteration(kind="number", is_material=True, source_words="fifteen", copy_words="twelve",
                            source_span=Span(at, at + 7), copy_span=Span(there, there + 6))  # fmt: skip
    answer = Comparison(label="altered", coverage=1, kept=1, moved=(here,), alignments=(*kept, here),
                        alterations=(alteration,) if changed else ())  # fmt: skip
    return answer, copy, source


@pytest.mark.parametrize(("changed", "kind"), [(False, "moved"), (True, "changed")])
def test_a_paragraph_that_was_moved_is_shown_once_and_counted_once_also_where_it_is_changed(changed, kind):
    rows = table(*moved(changed))
    assert [row.kind for row in rows.rows] == ["same", "same", "same", kind]
    assert [row.is_moved for row in rows.rows] == [False, False, False, True]
    assert rows.count("moved") == 1
    assert [side[0].number for side in (rows.rows[-1].source, rows.rows[-1].copy)] == [2, 4]
