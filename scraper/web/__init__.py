"""Pages for people; they only read."""
