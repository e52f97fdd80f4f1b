"""Verifying: numbered checks on mail, PDF and bundle, offline, without key or store.

verify            a report on one file
verify_isolated   the same in a process with limits, for files from anybody
IsolatedVerifier  such a process for many files
verify_many       many files in several such processes
split_mbox        the mails in an mbox file
render_text       a report for people
to_json           a report for programs
certificate_fault why no mail that a certificate signs would pass
open_checkpoint   the ledger's size and root, if the log's key signed them

    >>> from datetime import UTC, datetime
    >>> from pathlib import Path
    >>> from notices.verifying import verify
    >>> mail, root = Path("mail.eml").read_bytes(), Path("root.pem").read_bytes()
    >>> report = verify(mail, trust=[root], at=datetime.now(UTC))
    >>> report.verdict.value, [finding.id for finding in report.findings][:3]
    ('TOTAL-PASSED', ['M01', 'M02', 'M03'])

Names load when they are used (PEP 562): a checkpoint is opened without pyHanko.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from notices.verifying.certification.before_signing import (
        certificate_fault as certificate_fault,
    )
    from notices.verifying.checkpoint import open_checkpoint as open_checkpoint
    from notices.verifying.mbox import split_mbox as split_mbox
    from notices.verifying.presentation import render_text as render_text
    from notices.verifying.presentation import to_json as to_json
    from notices.verifying.process.isolation import IsolatedVerifier as IsolatedVerifier
    from notices.verifying.process.isolation import Limits as Limits
    from notices.verifying.process.isolation import verify_isolated as verify_isolated
    from notices.verifying.process.pool import Item as Item
    from notices.verifying.process.pool import Outcome as Outcome
    from notices.verifying.process.pool import Question as Question
    from notices.verifying.process.pool import verify_many as verify_many
    from notices.verifying.verifier import verify as verify

_ROOM = {
    "IsolatedVerifier": "process.isolation",
    "Item": "process.pool",
    "Limits": "process.isolation",
    "Outcome": "process.pool",
    "Question": "process.pool",
    "certificate_fault": "certification.before_signing",
    "open_checkpoint": "checkpoint",
    "render_text": "presentation",
    "split_mbox": "mbox",
    "to_json": "presentation",
    "verify": "verifier",
    "verify_isolated": "process.isolation",
    "verify_many": "process.pool",
}

__all__ = [
    "IsolatedVerifier",
    "Item",
    "Limits",
    "Outcome",
    "Question",
    "certificate_fault",
    "open_checkpoint",
    "render_text",
    "split_mbox",
    "to_json",
    "verify",
    "verify_isolated",
    "verify_many",
]


def __getattr__(name: str) -> object:
    """Load a public name on first use."""
    if name not in _ROOM:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_ROOM[name]}"), name)
