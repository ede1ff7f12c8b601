"""A fictional web to practise on: ``python docs/guides/practice.py`` serves the demo's sites until Ctrl+C.

Every Enter turns it into what it is some days later: one page is changed, one is gone.
"""

from __future__ import annotations

import sys

from scraper.demo.web import served


def main() -> None:
    """Serve, say where, wait."""
    with served() as web:
        [address] = set(web.hosts.values())
        print(f"The fictional web is at {address}. In another terminal:\n\n  export WEB={address}\n", flush=True)
        print("Enter: some days pass. Ctrl+C: the end.", flush=True)
        for _ in sys.stdin:
            web.turn()
            print("Some days passed: one statement was changed, one page is gone.", flush=True)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        print()
