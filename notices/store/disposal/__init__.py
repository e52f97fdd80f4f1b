"""Removing what the law of retention lets go, and proving that it was removed."""

from notices.store.disposal.certificates import Certificate
from notices.store.disposal.deciding import DecidedThen
from notices.store.disposal.removing import Decided
from notices.store.disposal.stored import StoredDisposals

__all__ = ["Certificate", "Decided", "DecidedThen", "StoredDisposals"]
