"""Drafts in the database: what may follow them, and what they are without."""
