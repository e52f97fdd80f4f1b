"""Who may ask over HTTP: tokens, whose cases are whose, keys of repeated requests."""

from notices.store.access.handed_in import RequestKey, StoredHandIns, remember
from notices.store.access.tokens import StoredTokens

__all__ = ["RequestKey", "StoredHandIns", "StoredTokens", "remember"]
