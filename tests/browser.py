"""A real browser before real pages: Debian's Chromium, ``provenance serve`` in a process of its own, and a witness."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, Playwright, Request, Response

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
              "--disable-component-update", "--disable-sync"]  # fmt: skip
AXE = Path(__file__).parent / "vendor" / "axe.min.js"
_AXE_SHA256 = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
_CONSOLE = ("error", "warning")
_PROVENANCE = [sys.executable, "-c", "from scraper.cli import main; main()"]


def launched(player: Playwright) -> Browser:
    """The browser, headless, asking nobody for anything."""
    return player.chromium.launch(executable_path=CHROMIUM, args=_ARGUMENTS)


@contextmanager
def served(database: Path) -> Iterator[str]:
    """``provenance serve`` over a database, at a free port: the address of its first page, without the slash."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [*_PROVENANCE, "--db", str(database), "serve", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        base = f"http://127.0.0.1:{port}"
        try:
            _await(process, port)
            yield base
        finally:
            process.terminate()


def _await(process: subprocess.Popen[bytes], port: int) -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError(f"serve ended at once: {process.stderr.read().decode() if process.stderr else ''}")
        with socket.socket() as knock:
            if knock.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("serve does not answer")


def demonstrated(database: Path) -> Path:
    """The demo's database, made by the command in a process of its own: the browser's loop runs in this one."""
    subprocess.run([*_PROVENANCE, "--db", str(database), "demo"], check=True, capture_output=True, timeout=120)
    return database


def asked(address: str) -> bytes:
    """What an address answers, without a browser."""
    with urlopen(address, timeout=20) as answer:  # noqa: S310 - our own server
        body: bytes = answer.read()
    return body


@dataclass
class Witness:
    """What went on in a page that should not have: each list is to stay empty."""

    base: str
    console: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
    ran: list[str] = field(default_factory=list)

    def of(self, page: Page) -> Page:
        """The page, watched from now on."""
        page.on("console", lambda said: self.console.append(said.text) if said.type in _CONSOLE else None)
        page.on("pageerror", lambda error: self.console.append(str(error)))
        page.on("requestfailed", self._failed)
        page.on("response", self._answered)
        page.on("request", self._asked)
        page.on("dialog", lambda dialog: (self.ran.append(dialog.message), dialog.dismiss()))
        page.on("popup", lambda popup: self.ran.append(f"a window: {popup.url}"))
        return page

    def _failed(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # the reader went on before it came
            self.failed.append(f"{request.url}: {request.failure}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self.failed.append(f"{response.url}: {response.status}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith(self.base + "/"):
            self.elsewhere.append(request.url)

    @property
    def troubles(self) -> list[str]:
        """All of it, as a reader of a failed test wants it."""
        return [*self.console, *self.failed, *self.elsewhere, *self.ran]


def faults(page: Page, *rules: str) -> list[str]:
    """Serious and critical findings of axe-core on a page, one line each; ``rules`` narrow it down.

    The page's context must bypass the Content-Security-Policy, which would not let the tool in.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe())
    only: dict[str, Any] = {"resultTypes": ["violations"]}
    if rules:
        only["runOnly"] = {"type": "rule", "values": list(rules)}
    found = page.evaluate("options => axe.run(document, options)", only)
    return [
        f"{one['id']} ({one['impact']}): {one['help']}; {node['target']} {node.get('failureSummary', '')[:300]}"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"][:4]
    ]


def _axe() -> str:
    text = AXE.read_bytes()
    if sha256(text).hexdigest() != _AXE_SHA256:
        raise RuntimeError(f"{AXE} is not the file that tests/vendor/README.md describes")
    return text.decode()
