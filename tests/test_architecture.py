"""The listing is the architecture: who may import whom, what stays pure, where SQL stands."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SCRAPER = ROOT / "scraper"
MODULES = sorted(path for folder in ("scraper", "spiders") for path in (ROOT / folder).rglob("*.py"))
PURE = ("read", "text", "trace")
MAY_SEE = {
    "model": (),
    "read": ("model", "read"),
    "text": ("model", "read", "text"),
    "trace": ("model", "read", "text", "trace"),
    "store": ("model", "read", "text", "trace", "store"),
}
"""Package -> the packages of ours that it may import."""
IMPURE = {
    "asyncio", "logging", "os", "pathlib", "random", "requests", "scrapy", "secrets", "shutil", "socket", "sqlite3",
    "sqlite_utils", "subprocess", "tempfile", "threading", "time", "twisted", "urllib.request",
}  # fmt: skip
"""What a pure module has no business with: the clock, the network, the disk, the environment, a log."""
ALLOWED = {
    ("read/pdf.py", "logging"): "pypdf warns through it about every second real file",
    ("text/hashing.py", "threading"): "a lock around a table that threads share: the answer stays the same",
    ("store/frontier.py", "scraper.crawl.frontier"): "the protocol that it keeps in SQLite",
}
"""(module, import) -> why this one may."""
SQL = re.compile(
    r"\b(?:SELECT\s+[\w*(][^.]*\bFROM\b|INSERT\s+(?:OR\s+\w+\s+)?INTO\b|UPDATE\s+\w+\s+SET\b|DELETE\s+FROM\b"
    r"|CREATE\s+(?:TABLE|VIEW|INDEX))",
)


def name_of(path: Path) -> str:
    return path.relative_to(SCRAPER).as_posix() if path.is_relative_to(SCRAPER) else path.name


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: relative imports hide who sees whom"
            yield node.module or ""


def of_package(package: str) -> list[Path]:
    folder = SCRAPER / package
    return sorted(folder.rglob("*.py")) if folder.is_dir() else [SCRAPER / f"{package}.py"]


@pytest.mark.parametrize("package", MAY_SEE)
def test_a_package_imports_only_what_stands_before_it_in_the_line(package):
    for path in of_package(package):
        ours = [name for name in imports(path) if name.split(".")[0] in ("scraper", "spiders")]
        strangers = [name for name in ours if name.split(".")[1] not in MAY_SEE[package]]
        strangers = [name for name in strangers if (name_of(path), name) not in ALLOWED]
        assert strangers == [], f"{name_of(path)} may not import {strangers}"


@pytest.mark.parametrize("package", PURE)
def test_pure_modules_have_no_clock_no_network_no_disk_no_environment_and_no_log(package):
    for path in of_package(package):
        met = {name for name in imports(path) if name in IMPURE or name.split(".")[0] in IMPURE}
        left = {name for name in met if (name_of(path), name) not in ALLOWED}
        assert left == set(), f"{name_of(path)} is to be pure, but imports {sorted(left)}"
        source = path.read_text(encoding="utf-8")
        assert not re.search(r"\b(?:datetime|date)\.(?:now|today|utcnow)\(|(?<![\w.])open\(", source), name_of(path)


def test_nothing_imports_the_commands_or_the_pages():
    for path in MODULES:
        package = path.relative_to(ROOT).parts[1] if path.is_relative_to(SCRAPER) else ""
        seen = {".".join(name.split(".")[:2]) for name in imports(path)}
        for front in ("cli", "web"):
            if package != front:
                assert f"scraper.{front}" not in seen, f"{name_of(path)} imports {front}"


def test_a_spider_sees_the_outlet_base_only():
    for path in (ROOT / "spiders").glob("*.py"):
        ours = {name for name in imports(path) if name.startswith("scraper")}
        assert ours <= {"scraper.crawl.outlet"}, path.name


def test_sql_stands_in_the_store_and_nowhere_else():
    for path in MODULES:
        if path.is_relative_to(SCRAPER / "store"):
            continue
        texts = [
            node.value
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ]
        found = [text for text in texts if SQL.search(text)]
        assert found == [], f"{name_of(path)} holds SQL: {found[0][:60]!r}"


def test_every_module_says_its_place_in_its_first_line():
    for path in MODULES:
        assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), f"{name_of(path)} says nothing of itself"


def test_no_module_is_called_by_a_name_that_says_nothing():
    empty = {"utils", "helpers", "core", "common", "misc", "manager"}
    assert [path for path in MODULES if path.stem in empty] == []
