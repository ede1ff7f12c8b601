"""Who copied whom, and how faithfully; pure."""
