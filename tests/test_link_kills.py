"""Linking is killed in the midst of its work, again and again, and comes to what it would have come to undisturbed."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from scraper import linking
from scraper.linking import link
from scraper.matching_pool import MatchingPool
from scraper.model import Article, Citation, OutletFacts
from scraper.store.database import Store, StoreError
from scraper.store.index import Index
from scraper.store.linked import documents_to_settle, versions_to_link
from scraper.store.versions import write_article
from scraper.text.fingerprints import fingerprint, hashes_of
from tests.stores import seen

STORIES = 24
OUTLETS = ("Osmark Ministry of Locks", "North Wire", "Island Courier", "Lunde Mail", "Quay Notes", "Tarnow Post")
NOW = "2031-07-01T12:00:00Z"
WORDS = [
    *("lock", "boat", "harbour", "keeper", "ferry", "ice", "council", "barley", "winter", "bridge", "pilot", "letter"),
    *("bell", "tower", "lamp", "rope", "cargo", "flour", "market", "bench", "school", "miller", "warden", "river"),
    *("repaired", "closed", "opened", "measured", "promised", "delayed", "ordered", "counted", "painted", "refused"),
]
TABLES = ("links", "evidence", "matches", "alignments", "alterations", "verdicts", "documents", "log", "_linked")
LINKER = """
import sys
from scraper import linking
from scraper.store.database import Store
linking.ALONE, linking.AT_ONCE = int(sys.argv[2]), 6
with Store.open(sys.argv[1], clock=lambda: sys.argv[3]) as store:
    for _ in linking.link(store, everything=True):
        print("a batch", flush=True)
"""
"""Alone or not, in batches small enough that there are many moments to be killed at."""


def sentence(chance: random.Random) -> str:
    words = [chance.choice(WORDS) for _ in range(13)]
    return f"{words[0].title()} and {' '.join(words[1:9])} of {chance.randint(3, 900)} {' '.join(words[9:])}."


def fill(store: Store) -> None:
    """Stories, each in two to five outlets: whole, shortened, with another number, with or without a credit."""
    chance = random.Random(17)  # noqa: S311
    pages: list[tuple[str, int, str, Citation | None]] = []
    for number in range(STORIES):
        story = [sentence(chance) for _ in range(7)]
        day = f"2031-05-{1 + number:02}"
        pages.append((f"{day}T06:00:00Z", 0, "\n\n".join(story), None))
        for hour, outlet in enumerate(chance.sample(range(1, len(OUTLETS)), chance.randint(1, 4)), 8):
            text = [one.replace(" of ", " of about ") if chance.random() < 0.2 else one for one in story]
            named = chance.choice([None, None, *OUTLETS[:2]])
            credit = Citation(kind="credit", words=f"Source: {named}", outlet=named) if named else None
            pages.append((f"{day}T{hour:02}:00:00Z", outlet, "\n\n".join(text[: chance.randint(4, 7)]), credit))
    chance.shuffle(pages)
    index = Index(store.db.conn)
    with store.transaction():
        for number, (at, outlet, text, credit) in enumerate(pages):
            title = OUTLETS[outlet]
            facts = OutletFacts(id=title.lower().replace(" ", "-"), title=title, kind="unknown")
            written = seen(
                store, url=f"https://outlet{outlet}.example/{number}", body=text.encode(), outlet=facts, at=NOW
            )
            cited = (credit,) if credit else ()
            article = Article(title=text[:30], text=text, published_at=at, language="en", citations=cited)
            version = write_article(store, written.capture_id, article, words=len(text.split()))
            index.add(version.version_id, fingerprint(hashes_of(text, language="en")))


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("links") / "filled.db"
    with Store.open(path, clock=lambda: NOW) as store:
        fill(store)
    return path


@pytest.fixture(scope="module")
def undisturbed(filled: Path) -> dict[str, Any]:
    path = filled.with_name("undisturbed.db")
    shutil.copy(filled, path)
    with Store.open(path, clock=lambda: NOW) as store, pytest.MonkeyPatch.context() as patched:
        patched.setattr(linking, "AT_ONCE", 6)
        list(link(store))
        assert store.value("SELECT count(*) FROM links WHERE rank = 1") > STORIES
        assert store.value("SELECT count(*) FROM verdicts WHERE label = 'altered'") > 0
        return tables(store)


def tables(store: Store) -> dict[str, Any]:
    """Every row of every table that linking writes, numbers of rows included."""
    return {name: store.rows(f"SELECT * FROM {name} ORDER BY 1, 2") for name in TABLES}  # noqa: S608


def linker(path: Path, alone: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", LINKER, str(path), str(alone), NOW],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[1],
    )


def killed_after(path: Path, batches: int, pause: float, alone: int) -> bool:
    """Start linking everything and kill it some time after so many batches; whether it was still at work."""
    with linker(path, alone) as process:
        assert process.stdout is not None
        for _ in range(batches):
            process.stdout.readline()
        time.sleep(pause)
        process.kill()
    return process.returncode == -signal.SIGKILL


@pytest.mark.parametrize("alone", [10_000, 0], ids=["in one process", "on all cores"])
def test_a_linker_killed_at_any_moment_goes_on_and_comes_to_the_same_rows(filled, undisturbed, tmp_path, alone):
    path = tmp_path / "killed.db"
    shutil.copy(filled, path)
    chance = random.Random(alone)  # noqa: S311
    deaths = [killed_after(path, batches, chance.uniform(0, 0.05), alone) for batches in (chance.randint(2, 4), 7)]
    assert all(deaths)
    with linker(path, alone) as last:
        last.communicate()
    assert last.returncode == 0
    with Store.open(path, clock=lambda: NOW) as store:
        assert tables(store) == undisturbed


def test_linking_everything_again_begins_anew_only_when_it_had_come_to_the_end(filled, tmp_path):
    path = tmp_path / "again.db"
    shutil.copy(filled, path)
    with Store.open(path, clock=lambda: NOW) as store:
        total = len(versions_to_link(store, linking.METHOD))
        first = next(link(store, everything=True))
        assert sum(one.versions for one in link(store, everything=True)) == total - first.versions
        assert documents_to_settle(store, linking.METHOD) == []
        before = tables(store)
        assert sum(one.versions for one in link(store, everything=True)) == total
        assert tables(store) == before


def test_an_ended_matcher_is_replaced_and_its_question_is_asked_again(filled):
    with MatchingPool(filled, 1) as pool:
        [number] = pool.processes()
        expected = pool.look([1, 2, 3]).result()
        assert any(expected)
        kill(number)
        assert pool.look([1, 2, 3]).result() == expected
        assert pool.processes() != [number]


def kill(number: int) -> None:
    subprocess.run([sys.executable, "-c", f"import os; os.kill({number}, 9)"], check=True)


def test_a_database_that_cannot_be_read_is_said_in_a_sentence_and_not_waited_for(tmp_path):
    with MatchingPool(tmp_path / "none.db", 1) as pool, pytest.raises(StoreError, match="ended twice"):
        pool.look([1]).result()


def test_what_matchers_answer_does_not_depend_on_how_many_there_are(filled):
    ids = list(range(1, 40))
    with MatchingPool(filled, 1) as one, MatchingPool(filled, 2) as two:
        parts = [two.look(ids[at : at + 5]) for at in range(0, len(ids), 5)]
        assert [found for part in parts for found in part.result()] == one.look(ids).result()
