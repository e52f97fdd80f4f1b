"""Evidence: what can be shown about one notice, years later.

Names load when they are used (PEP 562): `show` needs the record alone, without pyHanko.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from notices.evidence.auditing import MAX_FAULTS as MAX_FAULTS
    from notices.evidence.auditing import Audit as Audit
    from notices.evidence.auditing import audit as audit
    from notices.evidence.bundle import Ledger as Ledger
    from notices.evidence.bundle import NoticeHistory as NoticeHistory
    from notices.evidence.bundle import members as members
    from notices.evidence.bundle import seal as seal
    from notices.evidence.own_outputs import PICTURE_MARK as PICTURE_MARK
    from notices.evidence.own_outputs import is_bundle as is_bundle
    from notices.evidence.own_outputs import is_checkpoint as is_checkpoint
    from notices.evidence.own_outputs import (
        is_consistency_proof as is_consistency_proof,
    )
    from notices.evidence.own_outputs import is_ledger_export as is_ledger_export
    from notices.evidence.own_outputs import is_ledger_proof as is_ledger_proof
    from notices.evidence.own_outputs import is_letter as is_letter
    from notices.evidence.own_outputs import is_preview as is_preview
    from notices.evidence.own_outputs import is_report as is_report
    from notices.evidence.own_outputs import is_statistics as is_statistics
    from notices.evidence.own_outputs import is_time_stamp as is_time_stamp
    from notices.evidence.proving import ResultJudge as ResultJudge
    from notices.evidence.proving import require_genuine as require_genuine
    from notices.evidence.proving import require_proven as require_proven
    from notices.evidence.proving import require_stamp as require_stamp
    from notices.evidence.recording import check_record as check_record
    from notices.evidence.recording import record as record
    from notices.evidence.renewal import renew as renew
    from notices.evidence.report_pdf import write_report as write_report
    from notices.evidence.stamps import RevocationSources as RevocationSources
    from notices.evidence.stamps import authority_evidence as authority_evidence
    from notices.evidence.stamps import tokens_in as tokens_in
    from notices.evidence.stamps import trial_token as trial_token

_ROOM = {
    "Audit": "auditing",
    "NoticeHistory": "bundle",
    "ResultJudge": "proving",
    "Ledger": "bundle",
    "PICTURE_MARK": "own_outputs",
    "RevocationSources": "stamps",
    "MAX_FAULTS": "auditing",
    "audit": "auditing",
    "authority_evidence": "stamps",
    "check_record": "recording",
    "is_bundle": "own_outputs",
    "is_checkpoint": "own_outputs",
    "is_consistency_proof": "own_outputs",
    "is_ledger_export": "own_outputs",
    "is_ledger_proof": "own_outputs",
    "is_letter": "own_outputs",
    "is_preview": "own_outputs",
    "is_report": "own_outputs",
    "is_statistics": "own_outputs",
    "is_time_stamp": "own_outputs",
    "members": "bundle",
    "record": "recording",
    "renew": "renewal",
    "require_genuine": "proving",
    "require_proven": "proving",
    "require_stamp": "proving",
    "seal": "bundle",
    "tokens_in": "stamps",
    "trial_token": "stamps",
    "write_report": "report_pdf",
}

__all__ = [
    "MAX_FAULTS",
    "PICTURE_MARK",
    "Audit",
    "Ledger",
    "NoticeHistory",
    "ResultJudge",
    "RevocationSources",
    "audit",
    "authority_evidence",
    "check_record",
    "is_bundle",
    "is_checkpoint",
    "is_consistency_proof",
    "is_ledger_export",
    "is_ledger_proof",
    "is_letter",
    "is_preview",
    "is_report",
    "is_statistics",
    "is_time_stamp",
    "members",
    "record",
    "renew",
    "require_genuine",
    "require_proven",
    "require_stamp",
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
