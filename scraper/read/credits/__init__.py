"""Credits: what a text itself says about whom it was taken from, in many languages."""

from scraper.read.credits.reader import credits_in
from scraper.read.credits.resolve import resolve_issuer

__all__ = ["credits_in", "resolve_issuer"]
