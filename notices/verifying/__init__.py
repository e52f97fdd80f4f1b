"""Verifying: numbered checks on mail, PDF and bundle, offline, without key or store.

verify            a report on one file
verify_isolated   the same in a process with limits, for files from anybody
IsolatedVerifier  such a process for many files
verify_many       many files in several such processes
split_mbox        the mails in an mbox file
render_text       a report for people
to_json           a report for programs
open_checkpoint   the ledger's size and root, if the log's key signed them

    >>> from datetime import UTC, datetime
    >>> from pathlib import Path
    >>> from notices.verifying import verify
    >>> mail, root = Path("mail.eml").read_bytes(), Path("root.pem").read_bytes()
    >>> report = verify(mail, trust=[root], at=datetime.now(UTC))
    >>> report.verdict.value, [finding.id for finding in report.findings][:3]
    ('TOTAL-PASSED', ['M01', 'M02', 'M03'])
"""

from notices.verifying.checkpoint import open_checkpoint
from notices.verifying.mbox import split_mbox
from notices.verifying.presentation import render_text, to_json
from notices.verifying.process.isolation import (
    IsolatedVerifier,
    Limits,
    verify_isolated,
)
from notices.verifying.process.pool import Item, Outcome, Question, verify_many
from notices.verifying.verifier import verify

__all__ = [
    "IsolatedVerifier",
    "Item",
    "Limits",
    "Outcome",
    "Question",
    "open_checkpoint",
    "render_text",
    "split_mbox",
    "to_json",
    "verify",
    "verify_isolated",
    "verify_many",
]
