"""Evidence: what can be shown about one notice, years later."""

from notices.evidence.audit import Audit, audit
from notices.evidence.bundle import History, Ledger, members, seal
from notices.evidence.record import check_record, record
from notices.evidence.renewal import renew
from notices.evidence.stamps import (
    Sources,
    StampEvidence,
    authority_evidence,
    tokens_in,
    trial_token,
)

__all__ = [
    "Audit",
    "History",
    "Ledger",
    "Sources",
    "StampEvidence",
    "audit",
    "authority_evidence",
    "check_record",
    "members",
    "record",
    "renew",
    "seal",
    "tokens_in",
    "trial_token",
]
