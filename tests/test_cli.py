"""Commands as a user meets them: data on standard output, one sentence on standard error, the right exit code."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from scraper.cli.app import run
from scraper.store.database import Store

SOURCE = """The Ministry of Ports of Velmora announced on 14 March 2024 that 12 vessels will not enter the harbour.

Minister Ana Reyes said that around 60,000 people had been moved and that the port must reopen within 30 days.

The programme costs 2.5 million crowns, is paid for by the national fund, and ends when the northern quay is dry.
"""
COPY = SOURCE.replace("will not enter", "will enter").replace("around 60,000", "up to 60,000")


class Provenance:
    """Runs commands in a folder of their own; keeps what they printed."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self._capsys = folder, capsys
        self.out = self.err = ""

    def __call__(self, *arguments: str) -> int:
        code = run(["--db", str(self.folder / "provenance.db"), *arguments])
        self.out, self.err = self._capsys.readouterr()
        return code

    def file(self, name: str, content: str | bytes) -> str:
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)


@pytest.fixture
def provenance(tmp_path, capsys):
    return Provenance(tmp_path, capsys)


def in_one_sentence(text: str) -> bool:
    lines = text.strip().splitlines()
    return len(lines) == 1 and lines[0].startswith("provenance: ") and "Traceback" not in text


# --- comparing -----------------------------------------------------------------------------------------------------


def test_diff_names_the_altered_words_first_and_ends_with_1(provenance):
    code = provenance("diff", provenance.file("copy.txt", COPY), provenance.file("source.txt", SOURCE))
    assert code == 1
    assert provenance.out.startswith("ALTERED")
    assert provenance.out.index("not → (nothing)") < provenance.out.index("[-not-]")


def test_equal_texts_end_with_0(provenance):
    file = provenance.file("a.txt", SOURCE)
    assert provenance("diff", file, file) == 0
    assert provenance.out.startswith("VERBATIM")


def test_diff_needs_no_database_and_makes_none(provenance):
    file = provenance.file("a.txt", SOURCE)
    provenance("diff", file, file)
    assert not (provenance.folder / "provenance.db").exists()


def test_diff_reads_standard_input(provenance, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(COPY.encode())))
    assert provenance("diff", "-", provenance.file("source.txt", SOURCE)) == 1


def test_word_diff_is_in_gits_form(provenance):
    provenance("diff", provenance.file("copy.txt", COPY), provenance.file("source.txt", SOURCE), "--word-diff")
    assert "[-around-]{+up to+} 60,000" in provenance.out
    assert "will [-not-]" in provenance.out


def test_side_by_side_has_both_sides(provenance, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    provenance("diff", provenance.file("copy.txt", COPY), provenance.file("source.txt", SOURCE), "--side-by-side")
    assert "[-around-]" in provenance.out
    assert "{+up to+}" in provenance.out


def test_only_keeps_the_kinds_that_are_asked_for(provenance):
    files = provenance.file("copy.txt", COPY), provenance.file("source.txt", SOURCE)
    provenance("diff", *files, "--only", "negations")
    assert "≠ negation" in provenance.out
    assert "≠ modality" not in provenance.out
    assert provenance("diff", *files, "--only", "spelling") == 2
    assert in_one_sentence(provenance.err)


def test_json_has_every_row_with_its_offsets(provenance):
    provenance("diff", provenance.file("copy.txt", COPY), provenance.file("source.txt", SOURCE), "--json")
    found = json.loads(provenance.out)
    assert found["label"] == "altered"
    for row in found["alterations"]:
        assert SOURCE.strip()[slice(*row["source_span"])] == row["source_words"]


def test_html_is_one_page_that_asks_for_nothing_and_escapes_what_it_shows(provenance):
    hostile = COPY.replace("northern quay", "<script>alert(1)</script> quay")
    page = provenance.folder / "report.html"
    files = provenance.file("copy.txt", hostile), provenance.file("source.txt", SOURCE)
    assert provenance("diff", *files, "--html", str(page)) == 1
    text = page.read_text(encoding="utf-8")
    assert "<script" not in text
    assert "src=" not in text
    assert "<del" in text
    assert "<ins" in text


def test_colour_is_left_away_where_it_is_not_wanted(tmp_path):
    (tmp_path / "copy.txt").write_text(COPY)
    (tmp_path / "source.txt").write_text(SOURCE)
    done = subprocess.run(
        [sys.executable, "-c", "from scraper.cli import main; main()", "diff", "copy.txt", "source.txt"],
        cwd=tmp_path,
        env={**os.environ, "NO_COLOR": "1", "FORCE_COLOR": "1", "PYTHONPATH": str(Path(__file__).parents[1])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "\x1b[31m" not in done.stdout
    assert "\x1b[32m" not in done.stdout


def test_a_terminal_is_not_steered_by_a_text(provenance):
    hostile = SOURCE.replace("northern", "\x1b]0;title\x07\x1b[31mnorthern\u202e")
    provenance("diff", provenance.file("copy.txt", hostile), provenance.file("source.txt", SOURCE), "--word-diff")
    assert "\x1b" not in provenance.out
    assert "\u202e" not in provenance.out


def test_check_finds_the_source_among_the_stored_texts(provenance):
    provenance("import", provenance.file("source.txt", SOURCE))
    assert provenance("check", provenance.file("copy.txt", COPY)) == 1
    assert "around → up to" in provenance.out


def test_a_text_never_seen_is_said_to_be_so(provenance):
    provenance("import", provenance.file("source.txt", SOURCE))
    other = provenance.file("other.txt", "Gulls are counted from the bench at the ferry office, every Sunday. " * 8)
    assert provenance("check", other) == 2
    assert "Never seen here" in provenance.err


def test_an_address_that_is_not_stored_is_not_fetched_unasked(provenance):
    provenance("import", provenance.file("source.txt", SOURCE))
    assert provenance("check", "https://portal.example/news/7") == 2
    assert "--fetch" in provenance.err


def test_an_inward_address_is_refused_even_with_fetch(provenance):
    provenance("import", provenance.file("source.txt", SOURCE))
    assert provenance("check", "http://127.0.0.1:8080/admin", "--fetch") == 2
    assert in_one_sentence(provenance.err)


# --- taking in -----------------------------------------------------------------------------------------------------


def test_import_says_what_was_read_and_why_something_was_not_and_goes_on(provenance):
    good = provenance.file("b-good.txt", SOURCE)
    bad = provenance.file("a-bad.warc.gz", b"\x1f\x8bno archive")
    assert provenance("import", bad, good, "--json") == 2
    rows = json.loads(provenance.out)
    assert [row["what"] for row in rows] == ["refused", "new"]
    assert rows[0]["reason"]
    with Store.open(provenance.folder / "provenance.db", read_only=True) as store:
        assert store.value("SELECT count(*) FROM versions") == 1
        assert store.value("SELECT count(*) FROM issues") == 1


def test_import_twice_is_import_once(provenance):
    file = provenance.file("a.txt", SOURCE)
    provenance("import", file)
    before = rows_of(provenance)
    assert provenance("import", file) == 0
    assert rows_of(provenance) == before


def test_what_does_not_exist_is_said_in_one_sentence(provenance):
    assert provenance("import", str(provenance.folder / "nothing.txt")) == 2
    assert in_one_sentence(provenance.err)


def rows_of(provenance: Provenance) -> list[list[dict]]:
    with Store.open(provenance.folder / "provenance.db", read_only=True) as store:
        return [list(store.db[table].rows) for table in ("documents", "captures", "versions", "links")]


# --- looking -------------------------------------------------------------------------------------------------------


@pytest.fixture
def filled(provenance):
    provenance("import", provenance.file("source.txt", SOURCE))
    provenance("import", provenance.file("copy.txt", COPY))
    return provenance


def test_rows_come_as_json_as_lines_and_as_csv(filled):
    sql = "select label, coverage from matches"
    filled("query", sql, "--json")
    rows = json.loads(filled.out)
    assert rows[0]["label"] == "altered"
    filled("query", sql, "--nl")
    assert [json.loads(line) for line in filled.out.splitlines()] == rows
    filled("query", sql, "--csv")
    assert [row["label"] for row in csv.DictReader(io.StringIO(filled.out))] == ["altered"]


def test_a_query_cannot_write(filled):
    assert filled("query", "delete from versions") == 2
    assert in_one_sentence(filled.err)
    filled("query", "select count(*) as n from versions", "--json")
    assert json.loads(filled.out) == [{"n": 2}]


def test_a_query_that_is_none_gives_one_sentence(filled):
    assert filled("query", "selct 1") == 2
    assert in_one_sentence(filled.err)


def test_search_finds_words_and_an_odd_search_gives_one_sentence(filled):
    assert filled("search", "northern", "quay") == 0
    assert "quay" in filled.out
    assert filled("search", '"') == 2
    assert in_one_sentence(filled.err)


def test_find_ranks_the_stored_texts_that_share_passages(filled):
    filled(
        "find", "said that around 60,000 people had been moved and that the port must reopen within 30 days", "--json"
    )
    rows = json.loads(filled.out)
    assert len(rows) == 2
    assert rows[0]["coverage"] == 1
    assert [row["kinship"] for row in rows] == ["copy", "copy"]


def test_find_says_of_a_stored_text_what_others_are_to_it(filled):
    filled("find", "1", "--json")
    [row] = json.loads(filled.out)
    assert (row["document_id"], row["kinship"], row["label"], row["altered"]) == (2, "copy", "altered", 2)
    filled("find", "2", "--json")
    [row] = json.loads(filled.out)
    assert (row["document_id"], row["kinship"], row["altered"]) == (1, "copy", 2)


def test_show_knows_a_document_by_number_and_by_address(filled):
    assert filled("show", "1", "--json") == 0
    document = json.loads(filled.out)
    assert filled("show", document["url"], "--json") == 0
    assert json.loads(filled.out)["id"] == 1
    assert filled("show", "1", "--text") == 0
    assert "northern quay" in filled.out
    assert filled("show", str(filled.folder / "copy.txt"), "--json") == 0
    assert json.loads(filled.out)["id"] == 2
    assert filled("show", "99") == 2
    assert in_one_sentence(filled.err)


def test_a_person_decides_and_relinking_keeps_it(filled):
    filled("query", "select link_id, copy_id, source_id from copies", "--json")
    [before] = json.loads(filled.out)
    link_id = before["link_id"]
    assert filled("link", "reject", str(link_id), "--why", "seen on paper", "--by", "Mara") == 0
    assert filled("link", "--all") == 0
    filled("query", "select copy_id, source_id from copies", "--json")
    assert (before["copy_id"], before["source_id"]) not in {
        (r["copy_id"], r["source_id"]) for r in json.loads(filled.out)
    }
    filled(
        "query", "select standing, decided_by from links where superseded_at is null and standing <> 'found'", "--json"
    )
    assert json.loads(filled.out) == [{"standing": "rejected", "decided_by": "person: Mara"}]
    assert filled("link", "confirm", "999") == 2


def test_runs_are_listed_with_what_went_wrong(filled):
    filled("import", filled.file("bad.warc", b"nothing like an archive"))
    filled("runs", "--json")
    rows = json.loads(filled.out)
    assert rows[0]["outcome"] == "trouble"
    assert filled("runs", str(rows[0]["id"]), "--json") == 0
    assert json.loads(filled.out)[0]["kind"] == "import"


def test_exports_are_files_that_other_tools_open(filled):
    copies = filled.folder / "copies.csv"
    assert filled("export", "rows", "-o", str(copies), "--harmless") == 0
    [row] = csv.DictReader(io.StringIO(copies.read_text(encoding="utf-8")))
    assert row["verdict"] == "altered"
    filled("query", "select link_id, copy_id from copies", "--json")
    [ids] = json.loads(filled.out)
    for kind in ("graphml", "gexf", "prov-json", "prov-jsonld"):
        assert filled("export", "chain", str(ids["copy_id"]), "--format", kind) == 0
        assert filled.out.strip()
    for kind in ("bibtex", "ris", "csl"):
        assert filled("export", "reference", str(ids["link_id"]), "--format", kind) == 0
        assert filled.out.strip()
    assert filled("export", "reference", "999") == 2


# --- how it ends ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["diff", "only-one"],
        ["chain", "https://portal.example/"],
        ["show", "1"],
        ["find", "no-such-file.txt"],
        ["crawl", "nobody"],
        ["verify"],
        ["doctor"],
    ],
)
def test_trouble_is_one_sentence_and_2_never_1(provenance, arguments):
    assert provenance(*arguments) == 2
    assert provenance.err.strip()
    assert "Traceback" not in provenance.err


def test_a_file_that_is_no_database_is_left_as_it_is(provenance):
    file = provenance.folder / "provenance.db"
    file.write_text("this is a letter, not a database, and it is long enough to be taken for one by its size alone")
    assert provenance("runs") == 2
    assert in_one_sentence(provenance.err)
    assert file.read_text().startswith("this is a letter")


def test_an_unexpected_error_is_2(provenance, monkeypatch):
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the ceiling came down")

    monkeypatch.setattr("scraper.cli.looking.runs", broken)
    provenance("import", provenance.file("a.txt", SOURCE))
    assert provenance("runs") == 2
    assert "the ceiling came down" in provenance.err
