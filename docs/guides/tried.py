"""Do what the guides say, in their order, and compare: ``python docs/guides/tried.py [GUIDE.md ...]``.

Every line after ``$`` is run in an empty folder by one shell per guide. What differs from run to run (moments, hashes,
numbers of documents) may differ; ``…`` stands for what is not shown. Exit code 1 when anything else does.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path

from scraper.demo.web import served

HERE = Path(__file__).parent
GUIDES = ("check.md", "watch.md", "analyse.md", "evidence.md")
STAYING = re.compile(r"provenance (--db \S+ )?serve\b|datasette serve|python docs/|export WEB=")
"""What does not end by itself, or is done here in its stead."""
BEFORE = {
    "watch.md": "",
    "analyse.md": "provenance --db demo.db demo >/dev/null 2>&1\n",
    "evidence.md": "provenance demo >/dev/null 2>&1\n",
}
MENDED = {
    "provenance outlet test": r"""
sed -i 's/kind = "unknown"/kind = "agency"/' spiders/meridian.py
sed -i 's/kind = "unknown"/kind = "portal"/' spiders/harbourlight.py
sed -i 's#kind = "unknown"#kind = "issuer"\n    articles = r"/statements/\\d+"#' spiders/velmora_ports.py
"""
}
"""What a guide says in words."""
VARIES = re.compile(
    r"\d{4}-\d\d-\d\dT[\d:]+Z|\b[0-9a-f]{12,64}\b|2026-11-\d\d|127\.0\.0\.1:\d+|(?<=link)\d+|\b0\.\d+"
    r"|\b\d+\b(?= {2,}| links| entries| log| captures|\.)|(?<= )\d+(?= +\w|\s*$)|^\d+ \S+ \* .*$|^(?:size|entries) .*$",
    re.M,
)


def blocks(guide: Path) -> Iterator[tuple[str, list[str]]]:
    """Commands of a guide with the lines that it shows after them."""
    command, shown = "", []
    for block in re.findall(r"```console\n(.*?)```", guide.read_text("utf-8"), re.S):
        for line in block.splitlines():
            if line.startswith("$ "):
                if command:
                    yield command, shown
                command, shown = line[2:], []
            else:
                shown.append(line)
        if command:
            yield command, shown
        command, shown = "", []


def said(guide: Path, folder: Path, web: str) -> list[str]:
    """What each command really says, both streams, talk first."""
    script = [BEFORE.get(guide.name, "")]
    for command, _ in blocks(guide):
        script.append(MENDED.get(command, ""))
        if STAYING.match(command):
            script.append("echo")
        elif command == "echo $?":
            script.append("echo $code")
        else:
            script.append(f"{{ {command}\n}} >out 2>err; code=$?; cat err out")
        script.append("printf '\\001\\n'")
    shell = f"export WEB={web} PATH={Path(sys.executable).parent}:$PATH\n" + "\n".join(script)
    done = subprocess.run(["bash", "-c", shell], cwd=folder, capture_output=True, text=True, timeout=600, check=False)  # noqa: S603, S607
    return [part.strip("\n") for part in done.stdout.split("\1\n")]


def same(shown: list[str], real: str) -> bool:
    """Whether what is shown is what was said, but for what varies and what is left out."""
    if not shown:
        return True
    parts = [_steady(part) for part in "\n".join(shown).split("…\n")]
    text, at = _steady(real), 0
    for part in (one.strip("\n… ") for one in parts):
        found = text.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return True


def _steady(text: str) -> str:
    return "\n".join(re.sub(r" +", " ", VARIES.sub("#", line)).strip() for line in text.splitlines())


def main(names: list[str]) -> int:
    """All guides, or those named."""
    wrong = 0
    for name in names or GUIDES:
        with tempfile.TemporaryDirectory() as folder, served() as web:
            _texts(Path(folder), name)
            answers = said(HERE / name, Path(folder), next(iter(web.hosts.values())))
        for (command, shown), real in zip(blocks(HERE / name), answers, strict=False):
            if not STAYING.match(command) and not same(shown, real):
                wrong += 1
                print(f"{name}: $ {command}")
                lines = [_steady(text).splitlines() for text in ("\n".join(shown), real)]
                print("\n".join(unified_diff(*lines, "shown", "said", lineterm="")))
    print(f"{wrong} of the guides' commands say something else than shown.")
    return 1 if wrong else 0


def _texts(folder: Path, name: str) -> None:
    """The files that a guide shows with ``cat``."""
    for command, shown in blocks(HERE / name):
        if command.startswith("cat "):
            (folder / command[4:]).write_text("\n".join(shown) + "\n", "utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
