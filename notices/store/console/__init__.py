"""What the console adds to the database: links for passkeys, holds of everything."""

from notices.store.console.stored_holds import EverythingHeld, StoredHolds
from notices.store.console.stored_links import PasskeyLink, StoredLinks

__all__ = ["EverythingHeld", "PasskeyLink", "StoredHolds", "StoredLinks"]
