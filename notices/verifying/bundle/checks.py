"""The checks on an evidence bundle, in their order.

    B01  the container
    B02  every member is covered and unchanged
    B03  encoding of the signature
    B04  one detached signer
    B05  algorithms and key
    B06  signed attributes
    B07  digest of the manifest
    B08  signature value
    B09  archive time stamps
    B10  signature time stamp
    B11  certificate path and revocation
    B12  certificate usage
    B13  expected signer
    B14  the log's key
    B15  the checkpoint's signature
    B16  the checkpoint's time stamp
    B17  every event is in the log
    B18  the record and the log agree
    B19  the documents are those of the log
    B20  the attempts are those of the log
    B21  what came in is on record
    B22  the mail, the letter and the record are one notice
    B23  judgment and notice.json agree
    B24  the moves are those of a delivery
    B25  times do not run backwards
    B26  nothing was left out
    B27  who sealed it
    B28  the letter's other shapes and notice.json agree
    B29  witnesses cosigned the checkpoint
    B30  checkpoints that others hold
    B31  the notice before, in the log
    B32  the entries agree with each other
    B33  the mail bears out what the log tells
    A01 to A08 on the approval: notices/verifying/approval/checks.py
    M01 to M25 and P01 to P17 on the mail, as of the time that the bundle proves

Accepted is ASiC-E with CAdES (ETSI EN 319 162-1) as we write it. A redacted bundle has
no mail; what it shows is checked all the same.
"""

import hashlib
from collections.abc import Sequence

from notices.messages import Text, listed
from notices.object_identifiers import (
    CONTENT_TYPE,
    DOCUMENT_SIGNING,
    EMAIL_PROTECTION,
    MESSAGE_DIGEST,
    SIGNING_CERTIFICATE_V2,
    SIGNING_TIME,
)
from notices.report import (
    CheckStatus,
    Finding,
    NoticeFacts,
    Report,
    SubIndication,
)
from notices.verifying.approval.checks import APPROVAL_CHECKS
from notices.verifying.bundle import (
    archive_timestamps,
    borne_out,
    history_checks,
    judged,
    log_checks,
)
from notices.verifying.bundle.history import DRAFTED, final_state
from notices.verifying.bundle.manifest import differences
from notices.verifying.bundle.reading import Bundle
from notices.verifying.bundle.story import whole_story
from notices.verifying.checks import (
    Check,
    NotApplicable,
    Refusal,
    malformed,
    run,
)
from notices.verifying.mail.judging import judge_message
from notices.verifying.policy import Policy
from notices.verifying.signature_checks import (
    SignatureNumbers,
    in_order,
    signature_checks,
)
from notices.verifying.zip_reader import SIGNATURE

REQUIRED = (CONTENT_TYPE, MESSAGE_DIGEST, SIGNING_TIME, SIGNING_CERTIFICATE_V2)


def _container(evidence: Bundle) -> str:
    return Text(
        "{count} bytes, {count2} members",
        count=len(evidence.data),
        count2=len(evidence.members),
    )


def _covered(evidence: Bundle) -> str:
    if evidence.manifest.signed_by != SIGNATURE:
        raise malformed(
            Text(
                "the manifest is about {signed_by}",
                signed_by=evidence.manifest.signed_by,
            )
        )
    if faults := differences(evidence.manifest, evidence.members):
        raise Refusal(SubIndication.HASH_FAILURE, listed(faults))
    archive_timestamps.check_cover(evidence.members, evidence.manifest, evidence.layers)
    return Text(
        "{count} members, {count2} renewals",
        count=len(evidence.manifest.digests),
        count2=len(evidence.layers),
    )


def _archive_stamps(evidence: Bundle) -> str:
    if not evidence.layers:
        raise NotApplicable("the bundle was not renewed")
    times = ", ".join(f"{moment:%Y-%m-%d %H:%M:%S%z}" for moment in evidence.archived)
    return Text("existed at {times}", times=times)


_SEAL: Sequence[Check[Bundle]] = in_order(
    (
        *signature_checks(
            SignatureNumbers(
                letter="B", encoding=3, time_stamp=10, path=11, expected_signer=13
            ),
            needs=("B01",),
            content="the manifest",
            attributes=REQUIRED,
            purposes=frozenset({EMAIL_PROTECTION, DOCUMENT_SIGNING}),
        ),
        Check(id="B01", name="the container", judge=_container),
        Check(
            id="B02",
            name="every member is covered and unchanged",
            judge=_covered,
            needs=("B01",),
        ),
        Check(
            id="B09", name="archive time stamps", judge=_archive_stamps, needs=("B02",)
        ),
    )
)
"""On the container and on who signed it."""

_HISTORY: Sequence[Check[Bundle]] = (
    Check(id="B14", name="the log's key", judge=log_checks.log_key, needs=("B02",)),
    Check(
        id="B15",
        name="the checkpoint's signature",
        judge=log_checks.checkpoint,
        needs=("B02",),
    ),
    Check(
        id="B16",
        name="the checkpoint's time stamp",
        judge=log_checks.time_stamp,
        needs=("B15",),
    ),
    Check(
        id="B17",
        name="every event is in the log",
        judge=history_checks.inclusion,
        needs=("B15",),
    ),
    Check(
        id="B18",
        name="the record and the log agree",
        judge=history_checks.account,
        needs=("B17",),
    ),
    Check(
        id="B19",
        name="the documents are those of the log",
        judge=history_checks.commitments,
        needs=("B17",),
    ),
    Check(
        id="B20",
        name="the attempts are those of the log",
        judge=history_checks.delivery,
        needs=("B17",),
    ),
    Check(
        id="B21",
        name="what came in is on record",
        judge=history_checks.received,
        needs=("B17",),
    ),
    Check(
        id="B22",
        name="the mail, the letter and the record are one notice",
        judge=history_checks.one_notice,
        needs=("B18", "B19"),
    ),
    Check(
        id="B23",
        name="judgment and notice.json agree",
        judge=judged.check,
        needs=("B19",),
    ),
    Check(
        id="B24",
        name="the moves are those of a delivery",
        judge=history_checks.moves,
        needs=("B17",),
    ),
    Check(
        id="B25",
        name="times do not run backwards",
        judge=history_checks.times,
        needs=("B17",),
    ),
    Check(
        id="B26",
        name="nothing was left out",
        judge=history_checks.complete,
        needs=("B17",),
    ),
    Check(
        id="B27",
        name="who sealed it",
        judge=history_checks.sealed,
        needs=("B04", "B18"),
    ),
    Check(
        id="B28",
        name="the letter's other shapes and notice.json agree",
        judge=history_checks.other_shapes,
        needs=("B19",),
    ),
    Check(
        id="B29",
        name="witnesses cosigned the checkpoint",
        judge=log_checks.cosigned,
        needs=("B15",),
    ),
    Check(
        id="B30",
        name="checkpoints that others hold",
        judge=log_checks.agrees,
        needs=("B15",),
    ),
    Check(
        id="B31",
        name="the notice before, in the log",
        judge=history_checks.before,
        needs=("B19",),
    ),
    Check(
        id="B32",
        name="the entries agree with each other",
        judge=history_checks.agreeing,
        needs=("B26",),
    ),
    Check(
        id="B33",
        name="the mail bears out what the log tells",
        judge=borne_out.check,
        needs=("B18", "B19"),
    ),
)

CHECKS: Sequence[Check[Bundle]] = (*_SEAL, *_HISTORY, *APPROVAL_CHECKS)

MAIL_NEEDS = ("B02", "B07", "B08")
"""Without them the mail inside is anybody's, and is not looked at."""


def verify_bundle(data: bytes, policy: Policy) -> Report:
    """Judge one bundle and the mail in it."""
    evidence = Bundle(data, policy)
    findings = run(CHECKS, evidence)
    passed = {one.id for one in findings if one.status is CheckStatus.PASSED}
    trusted = passed.issuperset(MAIL_NEEDS)
    if trusted and evidence.mail is not None:
        findings += judge_message(evidence.mail)
    readable = "B04" in passed
    return Report(
        kind="bundle",
        subject_sha256=hashlib.sha256(data).hexdigest(),
        validation_time=policy.at,
        clock_tolerance=policy.clock_tolerance,
        findings=findings,
        signer=evidence.signed.identity if readable else None,
        signing_time=evidence.signed.signature.signing_time if readable else None,
        best_signature_time=evidence.signed.proven if readable else None,
        notice=_facts(evidence) if {"B18", "B19", *MAIL_NEEDS} <= passed else None,
        story=whole_story(evidence, findings) if {"B17", *MAIL_NEEDS} <= passed else (),
        delivery=_delivery(evidence, findings)
        if {"B24", *MAIL_NEEDS} <= passed
        else "",
    )


def _facts(evidence: Bundle) -> NoticeFacts:
    """Which notice it is, by what is proven; a redacted bundle does not tell all."""
    if evidence.mail is not None:
        return evidence.notice.facts
    return evidence.record.facts(evidence.history)


def _delivery(evidence: Bundle, findings: Sequence[Finding]) -> str:
    """Where the delivery stands; a number alone, or a draft, has none.

    Nor have entries that contradict each other, whatever state the last one tells.
    """
    if any(one.id == "B32" and one.status is CheckStatus.FAILED for one in findings):
        return ""
    state = final_state(evidence.history)
    return "" if state == DRAFTED else state
