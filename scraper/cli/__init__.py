"""Commands: parse, call one function, print. Nothing imports this package."""

from scraper.cli.app import main

__all__ = ["main"]
