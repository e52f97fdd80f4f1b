"""The checks on a `notice.json` alone, in their order.

    N01  its form
    N02  a signature

It is the part of the mail for machines and carries no signature of its own, so the
verdict is never better than INDETERMINATE: the mail proves it, by its SHA-256.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from notices.codec import notice_faults
from notices.messages import Text
from notices.report import CheckStatus, Report, SubIndication
from notices.verifying.checks import Check, Refusal, malformed, run
from notices.verifying.content import NoticeJson, read_notice_json
from notices.verifying.policy import Policy


@dataclass(frozen=True)
class NoticeFile:
    """The bytes of a `notice.json`."""

    data: bytes
    """As received."""

    @cached_property
    def notice(self) -> NoticeJson:
        """What it says."""
        return read_notice_json(self.data)


def _form(evidence: NoticeFile) -> str:
    statement = evidence.notice.statement
    if faults := notice_faults(evidence.data):
        raise malformed("; ".join(faults[:5]))
    return f"{statement.number}, {statement.case_id}, {statement.form}"


def _signature(evidence: NoticeFile) -> str:
    digest = hashlib.sha256(evidence.data).hexdigest()
    raise Refusal(
        SubIndication.SIGNED_DATA_NOT_FOUND,
        Text(
            "notice.json has no signature; the mail with an attachment "
            "of sha256 {digest} proves it",
            digest=digest,
        ),
    )


CHECKS: Sequence[Check[NoticeFile]] = (
    Check(id="N01", name="its form", judge=_form),
    Check(id="N02", name="a signature", judge=_signature, needs=("N01",)),
)


def verify_notice(data: bytes, policy: Policy) -> Report:
    """Judge one `notice.json`: its form and its hash, and no more."""
    evidence = NoticeFile(data)
    findings = run(CHECKS, evidence)
    readable = findings[0].status is CheckStatus.PASSED
    return Report(
        kind="notice",
        subject_sha256=hashlib.sha256(data).hexdigest(),
        validation_time=policy.at,
        clock_tolerance=policy.clock_tolerance,
        findings=findings,
        notice=evidence.notice.facts if readable else None,
    )
