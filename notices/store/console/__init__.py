"""What the console adds to the database: links, holds, asked bundles, settled mails."""

from notices.store.console.stored_bundles import (
    AskedBundles,
    MadeBundle,
    StoredBundles,
)
from notices.store.console.stored_holds import EverythingHeld, StoredHolds
from notices.store.console.stored_links import PasskeyLink, StoredLinks
from notices.store.console.stored_proposals import StoredProposals, TemplateProposal
from notices.store.console.stored_settled import (
    MailDecision,
    SettledMail,
    StoredSettled,
)

__all__ = [
    "AskedBundles",
    "EverythingHeld",
    "MadeBundle",
    "MailDecision",
    "PasskeyLink",
    "SettledMail",
    "StoredBundles",
    "StoredHolds",
    "StoredLinks",
    "StoredProposals",
    "StoredSettled",
    "TemplateProposal",
]
