"""The one door: bytes, roots and a clock in, a report out."""

import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from notices.errors import NotJudgeable
from notices.messages import Text
from notices.report import CLOCK_TOLERANCE, REVOCATION_AGE, CheckStatus, Report, Verdict
from notices.verifying.bundle.checks import verify_bundle
from notices.verifying.log.proof_checks import verify_proof
from notices.verifying.log.proof_file import is_proof
from notices.verifying.mail.forwarded import attached_message
from notices.verifying.mail.judging import verify_message
from notices.verifying.notice_file import verify_notice
from notices.verifying.pdf.checks import verify_document
from notices.verifying.policy import Policy, read_policy
from notices.verifying.zip_reader import is_container

NOBODY_EXPECTED = (
    "nobody was expected as the signer: that {signer} is the centre, only you can say; "
    "compare the certificate with what the centre publishes, and name it with --signer"
)
LOG_NOT_PINNED = (
    "the log's key was not given: that its history is the one that others were shown, "
    "the signer of the bundle alone says; name the key with --log-key"
)
NOT_COMPLETE = (
    "nothing proves that all is shown: the ledger of version 1 has no chains, so a "
    "bounce or a withdrawal may have been left out"
)
ATTACHED = Text(
    "judged is the message that was attached to this mail; nothing proves the mail "
    "around it"
)
_PDF_WITHIN = 1024
"""Readers look for the header in the first 1024 bytes; so do we, to refuse it."""
_FIELD = re.compile(rb"(?:From [^\r\n]*\r?\n)?[!-9;-~]+[ \t]*:")

for _name in ("pyhanko", "pyhanko_certvalidator"):
    # A finding says it already; nothing is printed to the error output besides.
    logging.getLogger(_name).addHandler(logging.NullHandler())


def verify(
    data: bytes,
    *,
    trust: Sequence[bytes],
    at: datetime,
    signers: Sequence[str] = (),
    evidence: Sequence[bytes] = (),
    log_keys: Sequence[str] = (),
    clock_tolerance: timedelta = CLOCK_TOLERANCE,
    trust_tsa: Sequence[bytes] = (),
    revocation_age: timedelta = REVOCATION_AGE,
    witness_keys: Sequence[str] = (),
    quorum: int | None = None,
    checkpoints: Sequence[str] = (),
    approval_origins: Sequence[str] = (),
) -> Report:
    """Judge a mail, PDF, bundle or `notice.json`; offline, without key or store.

    `trust` holds root certificates (PEM or DER), `at` the aware time to judge at,
    `signers` the expected mailboxes or certificate SHA-256 digests (empty: any that
    a root vouches for), `evidence` further CRLs or OCSP responses (PEM or DER),
    `log_keys` the verifier keys of ledgers that bundles must lead to (empty: any),
    `clock_tolerance` how far other clocks may differ from `at` (10 minutes at most),
    `trust_tsa` roots for time-stamp authorities alone (empty: `trust` serves both),
    `revocation_age` how much older than the proven time an answer may be that says
    that a signer was not revoked, `witness_keys` verifier keys of witnesses of which
    `quorum` (None: all) must have cosigned the checkpoint of a bundle, `checkpoints`
    notes of the log that others hold: another root at the same size is a fork,
    `approval_origins` addresses of consoles on which passkeys approve, such as
    https://console.example.jp (empty: any, and it is told).

    Without roots only the output of `ledger prove` can be judged, by its `log_keys`.

    A bad signature is a report, not an exception. Raises NotJudgeable for what is no
    mail or PDF at all, ConfigError for an unusable root, InputError for unusable
    evidence, signers or clock.
    """
    policy = read_policy(
        trust=trust,
        at=at,
        signers=signers,
        evidence=evidence,
        log_keys=log_keys,
        clock_tolerance=clock_tolerance,
        trust_tsa=trust_tsa,
        revocation_age=revocation_age,
        witness_keys=witness_keys,
        quorum=quorum,
        checkpoints=checkpoints,
        approval_origins=approval_origins,
    )
    return judge(data, policy)


def judge(data: bytes, policy: Policy) -> Report:
    """`verify` with a policy that was read before, for many files."""
    report = _JUDGES[kind_of(data)](data, policy)
    return replace(report, conditions=tuple(_conditions(report, policy)))


def judge_with_attached(data: bytes, policy: Policy) -> Report:
    """As `judge`; of a mail that is not ours, the one message attached to it.

    So a mail can be handed on to whoever verifies it. What stands around it is no part
    of the verdict, and a condition says so.
    """
    report = judge(data, policy)
    if report.kind != "mail" or report.verdict is not Verdict.TOTAL_FAILED:
        return report
    inner = attached_message(data)
    if inner is None or not _FIELD.match(inner):
        return report
    within = judge(inner, policy)
    return replace(within, conditions=(ATTACHED, *within.conditions))


def _conditions(report: Report, policy: Policy) -> Iterator[str]:
    """What a good verdict leaves open, because the auditor did not say it."""
    findings = report.findings
    if report.verdict is not Verdict.TOTAL_PASSED or report.signer is None:
        return
    if not policy.mailboxes and not policy.certificates:
        yield Text(NOBODY_EXPECTED, signer=report.signer.mailbox or "the signer")
    if report.kind == "bundle" and not policy.log_keys:
        yield LOG_NOT_PINNED
    if any(one.id == "B26" and one.status is CheckStatus.SKIPPED for one in findings):
        yield NOT_COMPLETE


def kind_of(data: bytes) -> str:
    """`mail`, `pdf`, `bundle`, `notice` or `proof`. NotJudgeable for anything else."""
    if is_container(data):
        return "bundle"
    if data.lstrip(b" \t\r\n").startswith(b"{"):
        return "proof" if is_proof(data) else "notice"
    if b"%PDF-" in data[:_PDF_WITHIN] and not _FIELD.match(data):
        return "pdf"
    if _FIELD.match(data):
        return "mail"
    raise NotJudgeable(
        "this is neither a mail nor a PDF, evidence bundle or notice.json",
        hint="give the mail as the server delivered it (.eml), the PDF letter, or an "
        "evidence bundle (.asice)",
    )


_JUDGES: Mapping[str, Callable[[bytes, Policy], Report]] = {
    "mail": verify_message,
    "pdf": verify_document,
    "bundle": verify_bundle,
    "notice": verify_notice,
    "proof": verify_proof,
}
