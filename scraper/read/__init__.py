"""A captured page becomes an article and its citations; pure."""
