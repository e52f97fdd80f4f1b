"""Judging a mail: its checks, those of the letter in it, and what compares the two."""

import hashlib
from collections.abc import Collection, Sequence
from typing import Any

from notices.messages import Text
from notices.report import CheckStatus, Finding, Report
from notices.verifying.checks import Check, run
from notices.verifying.mail.checks import (
    AGREEMENT,
    BEFORE,
    BESIDES,
    CHECKS,
    LETTER_NEEDS,
    METADATA,
    OUTSIDE,
    PAGES,
    WORDS,
)
from notices.verifying.mail.message import Message
from notices.verifying.pdf import checks
from notices.verifying.policy import Policy


def verify_message(data: bytes, policy: Policy) -> Report:
    """Judge one mail and the letter in it."""
    evidence = Message(data, policy)
    findings = judge_message(evidence)
    passed = _passed(findings)
    # read without fault by that check, so this cannot fail
    told = evidence.signed if "M05" in passed else None
    return Report(
        kind="mail",
        subject_sha256=hashlib.sha256(data).hexdigest(),
        validation_time=policy.at,
        clock_tolerance=policy.clock_tolerance,
        findings=findings,
        signer=told.identity if told else None,
        signing_time=told.signature.signing_time if told else None,
        best_signature_time=told.proven if told else None,
        notice=evidence.notice.facts if "M16" in passed else None,
    )


def judge_message(evidence: Message) -> tuple[Finding, ...]:
    """Every check on a mail and on the letter in it."""
    findings = run(CHECKS, evidence)
    fine = _passed(findings)
    letter = _judge_letter(evidence, fine)
    return (
        *findings,
        *letter,
        *_judged(BESIDES, evidence, LETTER_NEEDS, fine),
        *_judged((OUTSIDE,), evidence, ("M01",), fine),
        *_judged((WORDS,), evidence, (*LETTER_NEEDS, PAGES), fine | _passed(letter)),
        *_judged((BEFORE,), evidence, LETTER_NEEDS, fine),
    )


def _judge_letter(evidence: Message, fine: set[str]) -> tuple[Finding, ...]:
    unmet = [need for need in LETTER_NEEDS if need not in fine]
    if unmet:
        return _skipped((*checks.CHECKS, AGREEMENT), unmet[0])
    findings = run(checks.CHECKS, evidence.letter)
    agreement = _judged((AGREEMENT,), evidence, (METADATA,), _passed(findings))
    return (*findings, *agreement)


def _judged(
    asked: Sequence[Check[Message]],
    evidence: Message,
    needs: Sequence[str],
    fine: Collection[str],
) -> tuple[Finding, ...]:
    """Run them if all passed that they need, of the mail or of the letter in it."""
    unmet = [need for need in needs if need not in fine]
    return _skipped(asked, unmet[0]) if unmet else run(asked, evidence)


def _skipped(asked: Sequence[Check[Any]], unmet: str) -> tuple[Finding, ...]:
    detail = Text("not checked, because {unmet} did not pass", unmet=unmet)
    return tuple(
        Finding(id=check.id, name=check.name, status=CheckStatus.SKIPPED, detail=detail)
        for check in asked
    )


def _passed(findings: Sequence[Finding]) -> set[str]:
    return {one.id for one in findings if one.status is CheckStatus.PASSED}
