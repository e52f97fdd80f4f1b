"""Drafts, people and approvals in the database, and the door that asks for them."""
