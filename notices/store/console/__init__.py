"""What the console adds to the database: links for passkeys, holds, asked bundles."""

from notices.store.console.stored_bundles import (
    AskedBundles,
    MadeBundle,
    StoredBundles,
)
from notices.store.console.stored_holds import EverythingHeld, StoredHolds
from notices.store.console.stored_links import PasskeyLink, StoredLinks
from notices.store.console.stored_proposals import StoredProposals, TemplateProposal

__all__ = [
    "AskedBundles",
    "EverythingHeld",
    "MadeBundle",
    "PasskeyLink",
    "StoredBundles",
    "StoredHolds",
    "StoredLinks",
    "StoredProposals",
    "TemplateProposal",
]
