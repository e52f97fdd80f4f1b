"""The store: every notice, its bytes, its delivery and its history, durable.

    with Store.open("sqlite:////srv/notices/outbox.db") as store:
        store.ledger.events("R8-1-000001")

SQLite or PostgreSQL; a method that returned is on the disk.
"""

from notices.delivery import Decision
from notices.store.approval.people import NewKey
from notices.store.approval.policies import ApprovalRule
from notices.store.approval.registered import KnownPerson
from notices.store.approval.stored import StoredDrafts
from notices.store.approval.stored_approvals import (
    DoorState,
    StoredApproval,
    StoredApprovals,
)
from notices.store.approval.stored_people import StoredPeople
from notices.store.approval.values import StoredDraft
from notices.store.copying import moved_before
from notices.store.ledger.checkpoints import Entry, Issued
from notices.store.ledger.events import attempt_facts
from notices.store.ledger.placing import IN_REPORTS, Lying
from notices.store.ledger.witnessed import Fork
from notices.store.model import (
    JUDGMENT,
    MESSAGE,
    Artifact,
    CaseKey,
    DraftedNotice,
    NoticeFilter,
    SignedDraft,
    SignedNotice,
    StoredNotice,
    key_kind,
)
from notices.store.numbering import Numbering, VoidNumber
from notices.store.queries import Queries
from notices.store.store import Store, new_identity

__all__ = [
    "IN_REPORTS",
    "JUDGMENT",
    "MESSAGE",
    "ApprovalRule",
    "Artifact",
    "CaseKey",
    "Decision",
    "DoorState",
    "DraftedNotice",
    "Entry",
    "Fork",
    "Issued",
    "KnownPerson",
    "Lying",
    "NewKey",
    "NoticeFilter",
    "Numbering",
    "Queries",
    "SignedDraft",
    "SignedNotice",
    "Store",
    "StoredApproval",
    "StoredApprovals",
    "StoredDraft",
    "StoredDrafts",
    "StoredNotice",
    "StoredPeople",
    "VoidNumber",
    "attempt_facts",
    "key_kind",
    "moved_before",
    "new_identity",
]
