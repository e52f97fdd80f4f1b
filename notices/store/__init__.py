"""The store: every notice, its bytes, its delivery and its history, durable.

    with Store.open("sqlite:////srv/notices/outbox.db") as store:
        store.ledger.events("R8-1-000001")

SQLite or PostgreSQL; a method that returned is on the disk.

A name loads when it is used: a command that lists need not load what approves.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from notices.delivery import Decision as Decision
    from notices.store.approval.people import NewKey as NewKey
    from notices.store.approval.policies import ApprovalRule as ApprovalRule
    from notices.store.approval.registered import KnownPerson as KnownPerson
    from notices.store.approval.stored import StoredDrafts as StoredDrafts
    from notices.store.approval.stored_approvals import DoorState as DoorState
    from notices.store.approval.stored_approvals import StoredApproval as StoredApproval
    from notices.store.approval.stored_approvals import (
        StoredApprovals as StoredApprovals,
    )
    from notices.store.approval.stored_people import StoredPeople as StoredPeople
    from notices.store.approval.values import StoredDraft as StoredDraft
    from notices.store.copying import moved_before as moved_before
    from notices.store.database.kept_engines import KeptEngines as KeptEngines
    from notices.store.ledger.checkpoints import Entry as Entry
    from notices.store.ledger.checkpoints import Issued as Issued
    from notices.store.ledger.events import attempt_facts as attempt_facts
    from notices.store.ledger.placing import IN_REPORTS as IN_REPORTS
    from notices.store.ledger.placing import Lying as Lying
    from notices.store.ledger.witnessed import Fork as Fork
    from notices.store.model import JUDGMENT as JUDGMENT
    from notices.store.model import MESSAGE as MESSAGE
    from notices.store.model import Artifact as Artifact
    from notices.store.model import CaseKey as CaseKey
    from notices.store.model import DraftedNotice as DraftedNotice
    from notices.store.model import NoticeFilter as NoticeFilter
    from notices.store.model import SignedDraft as SignedDraft
    from notices.store.model import SignedNotice as SignedNotice
    from notices.store.model import StoredNotice as StoredNotice
    from notices.store.model import key_kind as key_kind
    from notices.store.numbering import Numbering as Numbering
    from notices.store.numbering import VoidNumber as VoidNumber
    from notices.store.queries import Queries as Queries
    from notices.store.store import Store as Store
    from notices.store.store import new_identity as new_identity

_HOMES = {
    "IN_REPORTS": "notices.store.ledger.placing",
    "JUDGMENT": "notices.store.model",
    "MESSAGE": "notices.store.model",
    "ApprovalRule": "notices.store.approval.policies",
    "Artifact": "notices.store.model",
    "CaseKey": "notices.store.model",
    "Decision": "notices.delivery",
    "DoorState": "notices.store.approval.stored_approvals",
    "DraftedNotice": "notices.store.model",
    "Entry": "notices.store.ledger.checkpoints",
    "Fork": "notices.store.ledger.witnessed",
    "Issued": "notices.store.ledger.checkpoints",
    "KnownPerson": "notices.store.approval.registered",
    "Lying": "notices.store.ledger.placing",
    "KeptEngines": "notices.store.database.kept_engines",
    "NewKey": "notices.store.approval.people",
    "NoticeFilter": "notices.store.model",
    "Numbering": "notices.store.numbering",
    "Queries": "notices.store.queries",
    "SignedDraft": "notices.store.model",
    "SignedNotice": "notices.store.model",
    "Store": "notices.store.store",
    "StoredApproval": "notices.store.approval.stored_approvals",
    "StoredApprovals": "notices.store.approval.stored_approvals",
    "StoredDraft": "notices.store.approval.values",
    "StoredDrafts": "notices.store.approval.stored",
    "StoredNotice": "notices.store.model",
    "StoredPeople": "notices.store.approval.stored_people",
    "VoidNumber": "notices.store.numbering",
    "attempt_facts": "notices.store.ledger.events",
    "key_kind": "notices.store.model",
    "moved_before": "notices.store.copying",
    "new_identity": "notices.store.store",
}

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
    "KeptEngines",
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


def __getattr__(name: str) -> object:
    """Load a name on first use (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value  # found without this function from now on
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
