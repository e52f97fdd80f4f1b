"""The checks on a PDF letter, in their order.

    P01  a plain PDF from header to end
    P02  one PAdES signature
    P03  signed range and later additions
    P04  no active content
    P05  encoding of the signature
    P06  one detached signer
    P07  algorithms and key
    P08  signed attributes
    P09  digest of the document
    P10  signature value
    P11  signature time stamp
    P12  document time stamps
    P13  certificate path and revocation
    P14  certificate usage
    P15  the signer's mailbox
    P16  expected signer
    P17  the letter's metadata
    P18  what the pages show

Accepted is a PAdES signature (ETSI EN 319 142-1) over the whole file, followed at
most by validation data and document time stamps.
"""

import hashlib
from collections.abc import Sequence

from notices.messages import Text
from notices.object_identifiers import (
    CONTENT_TYPE,
    DOCUMENT_SIGNING,
    EMAIL_PROTECTION,
    MESSAGE_DIGEST,
    SIGNING_CERTIFICATE_V2,
)
from notices.report import Report
from notices.verifying import times, words
from notices.verifying.checks import Check, NotApplicable, malformed, readable, run
from notices.verifying.pdf import active_content, general
from notices.verifying.pdf.document import Document
from notices.verifying.pdf.shown.dates import check_dates
from notices.verifying.policy import Policy
from notices.verifying.signature_checks import (
    SignatureNumbers,
    in_order,
    signature_checks,
)
from notices.verifying.signed_content import normal_mailbox

REQUIRED = (CONTENT_TYPE, MESSAGE_DIGEST, SIGNING_CERTIFICATE_V2)
"""signingTime is not among them: a PAdES signature has it in /M (EN 319 142-1, 5.3)."""


def _file(evidence: Document) -> str:
    fast = evidence.fast
    revisions = fast.revisions if fast else evidence.reader.xrefs.total_revisions
    return Text(
        "{count} bytes, {revisions} revisions",
        count=len(evidence.data),
        revisions=revisions,
    )


def _one_signature(evidence: Document) -> str:
    if evidence.fast:
        return Text("field {field}, 0 document time stamps", field=evidence.fast.field)
    stamps = len(evidence.reader.embedded_signatures) - 1
    return Text(
        "field {field_name}, {stamps} document time stamps",
        field_name=evidence.embedded.field_name,
        stamps=stamps,
    )


def _range(evidence: Document) -> str:
    if evidence.fast:  # its ByteRange ends with the file
        return Text("all {end} bytes", end=evidence.covered.end)
    return general.check(evidence.reader, evidence.embedded, evidence.data)


def _active_content(evidence: Document) -> str:
    return active_content.check(evidence.opened)


def _document_stamps(evidence: Document) -> str:
    if evidence.archived is None:
        raise NotApplicable("no document time stamp")
    return Text("existed at {archived:%Y-%m-%d %H:%M:%S%z}", archived=evidence.archived)


def _mailbox(evidence: Document) -> str:
    mailboxes = evidence.signed.mailboxes
    if not mailboxes:
        raise malformed("the certificate names no mailbox")
    wanted = normal_mailbox(evidence.mailbox)
    if evidence.mailbox and wanted not in map(normal_mailbox, mailboxes):
        raise malformed(
            Text(
                "signed by {mailboxes}, the mail is from {wanted}",
                mailboxes=", ".join(mailboxes),
                wanted=wanted,
            )
        )
    return ", ".join(mailboxes)


def _metadata(evidence: Document) -> str:
    facts = evidence.xmp.statement
    moment = readable(lambda: evidence.signed.proven) or evidence.policy.at
    times.check_not_ahead(facts.date, moment, evidence.policy.clock_tolerance)
    return f"{facts.number}, {facts.case_id}, {facts.date}"


def _shown(evidence: Document) -> str:
    shown, facts = evidence.shown, evidence.xmp.statement
    words.check_named(shown.text, facts)
    words.check_margins(shown.margins, facts.number, shown.text)
    xmp = evidence.xmp
    check_dates(facts.date, (shown.made, *xmp.made), (shown.changed, *xmp.changed))
    words.check_beside(shown.text, shown.bookmarks, (shown.title, evidence.xmp.title))
    return Text(
        "{pages} pages, {count} characters, {pictures} pictures",
        pages=len(shown.margins),
        count=len("".join(shown.text.split())),
        pictures=len(shown.pictures),
    )


CHECKS: Sequence[Check[Document]] = in_order(
    (
        *signature_checks(
            SignatureNumbers(
                letter="P", encoding=5, time_stamp=11, path=13, expected_signer=16
            ),
            needs=("P03",),
            content="the document",
            attributes=REQUIRED,
            purposes=frozenset({EMAIL_PROTECTION, DOCUMENT_SIGNING}),
        ),
        Check(id="P01", name="a plain PDF from header to end", judge=_file),
        Check(
            id="P02", name="one PAdES signature", judge=_one_signature, needs=("P01",)
        ),
        Check(
            id="P03",
            name="signed range and later additions",
            judge=_range,
            needs=("P02",),
        ),
        Check(
            id="P04", name="no active content", judge=_active_content, needs=("P01",)
        ),
        Check(
            id="P12",
            name="document time stamps",
            judge=_document_stamps,
            needs=("P03",),
        ),
        Check(id="P15", name="the signer's mailbox", judge=_mailbox, needs=("P06",)),
        Check(id="P17", name="the letter's metadata", judge=_metadata, needs=("P02",)),
        Check(
            id="P18",
            name="what the pages show",
            judge=_shown,
            needs=("P04", "P17"),
        ),
    )
)


def verify_document(data: bytes, policy: Policy) -> Report:
    """Judge one PDF."""
    evidence = Document(data, policy)
    findings = run(CHECKS, evidence)
    passed = {finding.id for finding in findings if finding.status == "passed"}
    # read without fault by that check, so this cannot fail
    told = evidence.signed if "P06" in passed else None
    return Report(
        kind="pdf",
        subject_sha256=hashlib.sha256(data).hexdigest(),
        validation_time=policy.at,
        clock_tolerance=policy.clock_tolerance,
        findings=findings,
        signer=told.identity if told else None,
        signing_time=told.signature.signing_time if told else None,
        best_signature_time=told.proven if told else None,
        notice=evidence.xmp.statement.facts if "P17" in passed else None,
    )
