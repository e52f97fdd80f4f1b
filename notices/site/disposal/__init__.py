"""Disposal: what the law of retention lets go, removed and proven."""
