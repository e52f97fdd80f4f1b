"""Readers of signed mail that are not ours: they judge what we have signed."""
