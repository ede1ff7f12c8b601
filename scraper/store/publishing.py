"""Whose a document is: settled once its text says so."""

from __future__ import annotations

from scraper.model import OutletFacts
from scraper.store.database import Store
from scraper.store.outlets import outlet


def publish(store: Store, document_id: int, facts: OutletFacts) -> str:
    """Give a document to the outlet that publishes it, looked up or made. Returns the outlet's id."""
    with store.transaction():
        outlet_id = outlet(store, facts)
        store.write(
            "UPDATE documents SET outlet_id = ? WHERE id = ? AND outlet_id <> ?", (outlet_id, document_id, outlet_id)
        )
        return outlet_id
