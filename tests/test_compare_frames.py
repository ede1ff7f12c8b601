"""What may be set against what: an alteration needs a sentence that both texts share; names alone are none."""

from __future__ import annotations

import pytest

from scraper.trace.compare import compare

BODY = (
    "The Ministry of Ports of Velmora will keep 12 vessels out of the harbour until the quay has been inspected.\n\n"
    "Minister Ana Reyes said that the inspection follows the collapse of a crane, in which two workers were injured. "
    "The cranes of the same make have been taken out of service in all other harbours of the coast.\n\n"
    "The inspection costs 2.5 million crowns and is paid for by the harbour fund."
)
AGENCY = "TARSK, March 2 (Meridian News Agency) - A crane has fallen on the northern quay, and nobody knows why."
PAPER = "The harbour of Tarsk stays closed, Meridian News Agency reports."


def _rows(copy: str, source: str) -> list[tuple[str, str, str]]:
    return [(row.kind, row.source_words, row.copy_words) for row in compare(copy, source, language="en").alterations]


@pytest.mark.parametrize(
    ("copy", "source"),
    [(f"{PAPER}\n\n{BODY}", f"{AGENCY}\n\n{BODY}"), (f"{BODY}\n\n{PAPER}", f"{BODY}\n\n{AGENCY}")],
    ids=["in front", "behind"],
)
def test_two_leads_that_share_names_alone_are_one_left_out_and_one_added(copy: str, source: str):
    for one, other in ((copy, source), (source, copy)):
        comparison = compare(one, other, language="en")
        assert comparison.alterations == ()
        assert (len(comparison.left_out), len(comparison.added)) == (1, 1)


def test_two_leads_are_apart_beside_a_body_that_is_altered():
    copy, source = f"{PAPER}\n\n{BODY.replace('12 vessels', '21 vessels')}", f"{AGENCY}\n\n{BODY}"
    assert _rows(copy, source) == [("number", "12", "21")]


def test_a_lead_that_says_the_same_with_another_number_is_altered():
    source = f"A crane fell on 14 workers in the northern quay of Tarsk on Monday.\n\n{BODY}"
    copy = f"In Tarsk, a crane fell on 41 workers in the northern quay on Monday.\n\n{BODY}"
    assert ("number", "14", "41") in _rows(copy, source)


def test_a_signature_that_both_have_is_kept_though_it_is_names_alone():
    source = f"{BODY}\n\nAna Reyes\n\nTarsk, Velmora"
    comparison = compare(source.replace("\n\nTarsk, Velmora", ""), source, language="en")
    assert [passage.words for passage in comparison.left_out] == ["Tarsk, Velmora"]
    assert comparison.moved == ()


@pytest.mark.parametrize(
    ("source", "copy", "rows"),
    [
        (
            "The district court of Vester heard the case.",
            "The Lunde city court heard the case.",
            [("name", "district court of Vester", "Lunde city court")],
        ),
        (
            "A boat went from Halden to Orlesk at noon.",
            "A boat went from Orlesk to Halden at noon.",
            [("name", "Halden to Orlesk", "Orlesk to Halden")],
        ),
        (
            "The toll is 14 sovrans for each lorry.",
            "The toll is 14 dollars for each lorry.",
            [("number", "sovrans", "dollars")],
        ),
        (
            "The toll is 14 dollars for each lorry.",
            "The toll is 14 sovrans for each lorry.",
            [("number", "dollars", "sovrans")],
        ),
        (
            "It will cost $310 million over the years.",
            "It will cost 310 million crowns over the years.",
            [("number", "$310 million", "310 million crowns")],
        ),
    ],
)
def test_what_changed_in_two_places_at_once_is_one_row(source: str, copy: str, rows: list[tuple[str, str, str]]):
    assert _rows(f"{BODY} {copy} {PAPER}", f"{BODY} {source} {PAPER}") == rows


def test_the_order_of_a_list_of_names_says_nothing():
    source = f"{BODY} Boats of Halden and Orlesk were held back. {PAPER}"
    comparison = compare(source.replace("Halden and Orlesk", "Orlesk and Halden"), source, language="en")
    assert not any(row.is_material for row in comparison.alterations)


@pytest.mark.parametrize(
    ("source", "copy", "kind", "before", "after"),
    [
        ("They saw the 24 ships there.", "They saw the42 ships there.", "number", "24", "42"),
        ("They saw the 24 ships there.", "They saw the 42ships there.", "number", "24", "42"),
        ("They met on 14 March there.", "They met on 11March there.", "date", "14", "11"),
        ("They met on Monday there.", "They met onTuesday there.", "date", "Monday", "Tuesday"),
        ("It cost 2.5 million crowns.", "It cost 2.5billion crowns.", "number", "million", "billion"),
        ("The ship must enter the port.", "The ship mayenter the port.", "modality", "must", "may"),
        ("He was not seen in the hall.", "He wasseen in the hall.", "negation", "not", ""),
        ("We met Marta Lindholm there.", "We met GretaLindholm there.", "name", "Marta", "Greta"),
        ("We met Marta Lindholm there.", "We metGreta Lindholm there.", "name", "Marta", "Greta"),
        ("It was no table matter there.", "It was notable matter there.", "negation", "no table", "notable"),
    ],
)
def test_a_lost_space_hides_no_alteration(source: str, copy: str, kind: str, before: str, after: str):
    rows = _rows(f"{BODY} {copy} {PAPER}", f"{BODY} {source} {PAPER}")
    assert any((row[0], before in row[1], after in row[2]) == (kind, True, True) for row in rows), rows


def test_a_paragraph_that_moved_whole_has_no_hole_where_one_of_its_small_words_stood_in_order_as_well():
    paragraphs = (
        "The ministry closed the northern quay of Ostrel on Monday after a crane had fallen onto two empty barges.",
        "Fishing boats of less than fifteen metres may use the southern basin as long as the quay is closed to ships.",
        "The inspection costs two and a half million crowns and is paid for by the harbour fund of the coastal union.",
        "Nobody was hurt, said the harbour master, who had watched the crane from the window of her office at noon.",
    )
    source, copy = ("\n\n".join(paragraphs[number] for number in order) for order in ((0, 1, 2, 3), (0, 2, 3, 1)))
    found = compare(copy, source)
    assert found.alterations == ()
    assert [copy[slice(*passage.copy_span)].rstrip(".") for passage in found.moved] == [paragraphs[1].rstrip(".")]
