"""Evidence: what can be shown about one notice, years later.

Names load when they are used (PEP 562): `show` needs the record alone, without pyHanko.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from notices.evidence.auditing import Audit as Audit
    from notices.evidence.auditing import audit as audit
    from notices.evidence.bundle import History as History
    from notices.evidence.bundle import Ledger as Ledger
    from notices.evidence.bundle import members as members
    from notices.evidence.bundle import seal as seal
    from notices.evidence.recording import check_record as check_record
    from notices.evidence.recording import record as record
    from notices.evidence.renewal import renew as renew
    from notices.evidence.report_pdf import write_report as write_report
    from notices.evidence.stamps import Sources as Sources
    from notices.evidence.stamps import authority_evidence as authority_evidence
    from notices.evidence.stamps import tokens_in as tokens_in
    from notices.evidence.stamps import trial_token as trial_token

_ROOM = {
    "Audit": "auditing",
    "History": "bundle",
    "Ledger": "bundle",
    "Sources": "stamps",
    "audit": "auditing",
    "authority_evidence": "stamps",
    "check_record": "recording",
    "members": "bundle",
    "record": "recording",
    "renew": "renewal",
    "seal": "bundle",
    "tokens_in": "stamps",
    "trial_token": "stamps",
    "write_report": "report_pdf",
}

__all__ = [
    "Audit",
    "History",
    "Ledger",
    "Sources",
    "audit",
    "authority_evidence",
    "check_record",
    "members",
    "record",
    "renew",
    "seal",
    "tokens_in",
    "trial_token",
    "write_report",
]


def __getattr__(name: str) -> object:
    """Load a public name on first use."""
    if name not in _ROOM:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_ROOM[name]}"), name)
