"""A small fictional web, and the whole line run on it."""
