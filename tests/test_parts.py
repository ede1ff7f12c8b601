"""Which documents are settled together: those that copied texts, citations and links join, and not too many."""

from __future__ import annotations

import pytest

from scraper.model import Comparison
from scraper.store import parts
from scraper.store.database import Store
from scraper.store.matches import write_match
from scraper.store.parts import parts_of
from tests.stores import *  # noqa: F403 - fixtures
from tests.stores import Citation, document_of, read


class Web:
    """Documents by letter, and what joins them."""

    def __init__(self, store: Store, letters: str) -> None:
        self.store = store
        self.versions = {
            letter: read(store, f"text of {letter}", url=f"https://courier.example/{letter}") for letter in letters
        }
        self.ids = {letter: document_of(store, version) for letter, version in self.versions.items()}

    def match(self, copy: str, source: str, kinship: str = "copy", label: str = "altered") -> None:
        said = Comparison(label=label, coverage=0.9, kept=0.8)  # type: ignore[arg-type]
        ids = (self.versions[copy].version_id, self.versions[source].version_id)
        write_match(self.store, *ids, said, "compare/1", kinship=kinship)

    def parts(self, letters: str, news: str = "") -> list[str]:
        names = {number: letter for letter, number in self.ids.items()}
        found = parts_of(self.store, [self.ids[one] for one in letters], {self.ids[one] for one in news})
        return ["".join(sorted(names[number] for number in part)) for part in found]


def test_copies_of_copies_hang_together_and_strangers_do_not(store: Store) -> None:
    web = Web(store, "abcdef")
    web.match("b", "a")
    web.match("c", "b")
    web.match("e", "d", "reissue")
    assert sorted(web.parts("ae")) == ["abc", "de"]
    assert web.parts("cf") == ["abc", "f"]


@pytest.mark.parametrize("kinship", ["template", "unrelated"])
def test_a_form_of_words_joins_nobody(store: Store, kinship: str) -> None:
    web = Web(store, "abcd")
    web.match("b", "a")
    web.match("c", "b", kinship)
    web.match("d", "c")
    assert web.parts("abcd") == ["ab", "cd"]


def test_texts_of_which_it_is_not_known_what_they_are_hang_together(store: Store) -> None:
    web = Web(store, "ab")
    web.match("b", "a", "unknown")
    assert web.parts("a") == ["ab"]


def test_a_citation_joins_from_either_side(store: Store) -> None:
    web = Web(store, "ab")
    cited = Citation(kind="hyperlink", words="here", url="https://courier.example/a")
    read(store, "as was said", url="https://courier.example/c", citations=(cited,))
    web.ids["c"] = int(store.value("SELECT max(id) FROM documents"))
    assert web.parts("a") == web.parts("c") == ["ac"]
    assert web.parts("b") == ["b"]


def test_of_a_part_that_is_too_large_every_document_with_news_has_one_that_holds_its_neighbours(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "MOST_KIN", 4)
    web = Web(store, "abcdefghij")
    for copy in "bcdefghij":
        web.match(copy, "a")
    found = web.parts("abcdefghij", "abcdefghij")
    assert set("".join(found)) == set("abcdefghij")
    assert all(len(part) <= 4 and "a" in part for part in found)
    assert len(found) == 3
