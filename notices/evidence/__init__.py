"""Evidence: what can be shown about one notice, years later."""
