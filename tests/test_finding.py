"""A text goes in, the stored versions that share passages with it come out. All names are invented."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from scraper.store.database import Store
from scraper.store.finding import Found, find
from scraper.store.index import Index
from scraper.text.fingerprints import fingerprint, hashes_of
from scraper.text.words import words_of

AT = "2020-01-01T00:00:00Z"
STATEMENT = (
    "The Ministry of Tides announced on Monday that the harbour of Low Tarnow will be closed to ships of more than "
    "4,000 tonnes until the new breakwater stands. Minister Adela Quist said that the decision had been difficult but "
    "that no cargo was worth the life of one pilot. Around 60,000 crates now wait in the sheds of the upper quay.\n\n"
    "The ministry will pay the dockers for every day on which no ship comes in. A second statement will follow when "
    "the engineers have looked at the foundations, which were laid in 1871 and have been repaired eleven times since."
)
TURKISH = (
    "Gelgit Bakanlığı, Aşağı Tarnov limanının yeni dalgakıran bitene kadar büyük gemilere kapatılacağını açıkladı. "
    "Bakan Işık Deniz, kararın zor olduğunu ancak hiçbir yükün bir kılavuzun hayatına değmeyeceğini söyledi. "
    "Depolarda yaklaşık 60.000 sandık bekliyor ve işçilere gemi gelmeyen her gün için ücret ödenecek."
)
RUSSIAN = (
    "Министерство приливов объявило, что гавань Нижнего Тарнова будет закрыта для судов свыше четырёх тысяч тонн, пока "
    "не будет построен новый волнолом. Министр Адель Квист сказала, что решение было трудным, но ни один груз не стоит "
    "жизни лоцмана. На складах верхней набережной сейчас ждут около 60 000 ящиков."
)
ARABIC = (
    "أعلنت وزارة المد والجزر أن ميناء تارنو السفلى سيغلق أمام السفن الكبيرة حتى اكتمال كاسر الأمواج الجديد وقالت "
    "الوزيرة أديلا كويست إن القرار كان صعبا ولكن لا توجد حمولة تساوي حياة مرشد واحد وينتظر الآن نحو ٦٠٠٠٠ صندوق في "
    "مخازن الرصيف العلوي"
)
CHINESE = (
    "潮汐部星期一宣布,下塔尔诺港在新防波堤建成之前将不再向四千吨以上的船只开放。部长奎斯特说,这个决定十分艰难,"
    "但没有任何货物值得一名引水员付出生命。目前约有六万箱货物在上码头的仓库中等待,码头工人将照常领取工资。"
)


class Shelf:
    """A store that texts are put into as documents of outlets."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.index = Index(store.db.conn)
        self.count = 0

    def put(
        self, text: str, *, outlet: str = "ministry", document_id: int | None = None, language: str | None = "en"
    ) -> int:
        self.count += 1
        own = document_id or self.count
        with self.store.transaction():
            if not self.store.value("SELECT count(*) FROM outlets WHERE id = ?", (outlet,)):
                self.store.insert("outlets", id=outlet, title=outlet, first_seen_at=AT)
            if not self.store.value("SELECT count(*) FROM documents WHERE id = ?", (own,)):
                url = f"https://{outlet}.example/{own}"
                values = {"id": own, "outlet_id": outlet, "url": url, "state": "captured"}
                self.store.insert("documents", **values, first_seen_at=AT, last_seen_at=AT)
            self.store.insert(
                "versions",
                id=self.count,
                document_id=own,
                number=self.count,
                text=text,
                language=language,
                text_sha256=hashlib.sha256(text.encode()).hexdigest(),
                words=len(words_of(text)),
                reader="test/1",
                first_seen_at=AT,
                last_seen_at=AT,
            )
            self.index.add(self.count, fingerprint(hashes_of(text, language=language)))
        return self.count

    def find(self, text: str, **options: int | str | None) -> list[Found]:
        return find(self.index, text, **({"language": "en"} | options))  # type: ignore[arg-type]


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    with Store.open(tmp_path / "provenance.db") as store:
        shelf = Shelf(store)
        for seed in range(40):
            shelf.put(invented(120, seed), outlet=f"paper{seed % 7}")
        yield shelf


def invented(count: int, seed: int) -> str:
    """Sentences that nobody else has."""
    chance = random.Random(seed)  # noqa: S311 - invented words, no secret
    words = ["".join(chance.choices("bdfgklmnprstvz", k=2)) + chance.choice("aeiou") * 2 for _ in range(count)]
    return " ".join(words) + "."


def sentences(text: str) -> list[str]:
    return [one.strip() + "." for one in text.replace("\n\n", " ").split(". ") if one]


def test_a_verbatim_copy_is_found_with_full_coverage_both_ways(shelf: Shelf) -> None:
    version_id = shelf.put(STATEMENT)
    (found,) = shelf.find(STATEMENT)
    assert (found.version_id, found.coverage, found.kept) == (version_id, 1.0, 1.0)
    assert found.longest_run == found.words == len(words_of(STATEMENT))


def test_coverage_is_the_share_of_the_text_and_kept_that_of_the_version(shelf: Shelf) -> None:
    shelf.put(STATEMENT)
    quote = sentences(STATEMENT)[1]
    (found,) = shelf.find(invented(60, 900) + " " + quote + " " + invented(40, 901))
    assert found.coverage == pytest.approx(len(words_of(quote)) / (100 + len(words_of(quote))), abs=0.02)
    assert found.kept == pytest.approx(len(words_of(quote)) / len(words_of(STATEMENT)), abs=0.02)


def test_the_words_it_names_are_the_same_in_both_texts(shelf: Shelf) -> None:
    shelf.put(STATEMENT)
    asked = "Agencies report: " + STATEMENT.replace("60,000", "50,000").replace("Monday", "Friday")
    (found,) = shelf.find(asked)
    ours, theirs = words_of(asked, language="en").keys, words_of(STATEMENT, language="en").keys
    for run in found.runs:
        assert ours[run.copy : run.copy + run.length] == theirs[run.source : run.source + run.length]
    assert "50,000" not in {ours[n] for run in found.runs for n in range(run.copy, run.copy + run.length)}


@pytest.mark.parametrize("text", [STATEMENT, TURKISH, RUSSIAN, ARABIC, CHINESE], ids=["en", "tr", "ru", "ar", "zh"])
def test_a_quoted_sentence_is_found_in_every_script_whichever_text_came_first(shelf: Shelf, text: str) -> None:
    language = {STATEMENT: "en", TURKISH: "tr", RUSSIAN: "ru", ARABIC: "ar", CHINESE: "zh"}[text]
    third = len(text) // 3
    quoting = invented(150, 800) + " " + text[third : 2 * third] + " " + invented(60, 801)
    source = shelf.put(text, language=language)
    assert [one.version_id for one in shelf.find(quoting, language=language)] == [source]
    quoter = shelf.put(quoting, language=language, outlet="courier")
    assert {one.version_id for one in shelf.find(text, language=language)} == {source, quoter}


def test_reordered_and_shortened_copies_are_found(shelf: Shelf) -> None:
    source = shelf.put(STATEMENT)
    parts = sentences(STATEMENT)
    assert shelf.find(" ".join(reversed(parts)))[0].version_id == source
    assert shelf.find(" ".join(reversed(parts)))[0].kept > 0.95
    assert shelf.find(parts[0] + " " + parts[3])[0].coverage > 0.95


def test_a_text_heavily_rewritten_is_found(shelf: Shelf) -> None:
    source = shelf.put(STATEMENT)
    words = STATEMENT.split()
    words[::6] = [invented(1, 700 + n) for n in range(len(words[::6]))]
    (found,) = shelf.find(" ".join(words))
    assert found.version_id == source
    assert 0.7 < found.coverage < 0.9


def test_who_shares_most_comes_first(shelf: Shelf) -> None:
    part = shelf.put(" ".join(sentences(STATEMENT)[:2]), outlet="courier")
    whole = shelf.put(STATEMENT)
    assert [one.version_id for one in shelf.find(STATEMENT)] == [whole, part]


def test_versions_of_the_asking_document_are_not_found(shelf: Shelf) -> None:
    first = shelf.put(STATEMENT, document_id=100)
    shelf.put(STATEMENT + " More will follow.", document_id=100)
    copy = shelf.put(STATEMENT, outlet="courier", document_id=200)
    assert [one.version_id for one in shelf.find(STATEMENT, exclude_document=100)] == [copy]
    assert {one.document_id for one in shelf.find(STATEMENT)} == {100, 200}
    assert first in {one.version_id for one in shelf.find(STATEMENT)}


def test_a_statement_carried_by_fifty_papers_is_found_in_all_of_them(shelf: Shelf) -> None:
    copies = [shelf.put(STATEMENT + " " + invented(50, 500 + n), outlet=f"carrier{n}") for n in range(50)]
    assert [one.version_id for one in shelf.find(STATEMENT, limit=50)] == copies


def test_a_closing_formula_of_one_outlet_is_no_copy(shelf: Shelf) -> None:
    formula = (
        " The Ministry of Tides has served the people of the delta since 1702. Questions are answered at the green "
        "door of the old customs house on every working day between nine and noon, in writing and free of charge."
    )
    for number in range(12):
        shelf.put(invented(100, 300 + number) + formula)
    assert shelf.find(invented(100, 400) + formula) == []


def test_nothing_is_found_for_what_nobody_wrote(shelf: Shelf) -> None:
    assert shelf.find(invented(200, 999)) == []


@pytest.mark.parametrize("text", ["", "   ", "one", "...", "\x00", "\ufffd" * 50])
def test_texts_without_words_find_nothing(shelf: Shelf, text: str) -> None:
    assert shelf.find(text) == []


def test_a_store_and_a_connection_will_do(shelf: Shelf) -> None:
    source = shelf.put(STATEMENT)
    assert [one.version_id for one in find(shelf.store, STATEMENT)] == [source]
    assert [one.version_id for one in find(shelf.store.db.conn, STATEMENT, language="en")] == [source]


def test_a_store_opened_to_read_only_can_be_searched(shelf: Shelf) -> None:
    source = shelf.put(STATEMENT)
    with Store.open(shelf.store.path, read_only=True) as store:
        assert [one.version_id for one in find(store, STATEMENT, language="en")] == [source]
