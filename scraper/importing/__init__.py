"""Files come in: pages, archives and lists of pages on disk become captures, one bad file never stopping the rest."""

from scraper.importing.folders import captures_from
from scraper.importing.refusals import Unreadable

__all__ = ["Unreadable", "captures_from"]
