"""The checks on a mail, in their order.

    M01  the one message shape
    M02  one sender
    M03  protected header fields
    M04  encoding of the signature
    M05  one detached signer
    M06  algorithms and key
    M07  signed attributes
    M08  digest of the signed part
    M09  signature value
    M10  Date and signing time
    M11  signature time stamp
    M12  certificate path and revocation
    M13  certificate usage
    M14  From is in the certificate
    M15  expected signer
    M16  notice.json
    M17  the recipient
    M18  the text
    M19  the attachments
    P01 to P18 on the PDF letter
    M20  letter and notice.json agree
    M21  XARF reports and notice.json agree
    M22  the DOCX and notice.json agree
    M23  the outside of the mail
    M24  what people read and notice.json agree
    M25  the notice before

Accepted is a mail as we send it (RFC 8551, 3.5.3; RFC 9788), everything else is
refused by the check that sees it first.
"""

import hashlib
from collections.abc import Sequence

from notices.codec import notice_faults
from notices.mail.leaves import MimeLeaf
from notices.mail.split import MICALGS
from notices.media_types import DOCX, JSON, PDF
from notices.messages import Text, listed
from notices.object_identifiers import (
    CONTENT_TYPE,
    EMAIL_PROTECTION,
    MESSAGE_DIGEST,
    SIGNING_CERTIFICATE_V2,
    SIGNING_TIME,
)
from notices.verifying import content, form_words, signed_content, times, words
from notices.verifying.before_bundle import notices_in
from notices.verifying.checks import Check, NotApplicable, malformed, readable
from notices.verifying.mail import before, docx, outside, xarf
from notices.verifying.mail.message import Message, is_xarf
from notices.verifying.signature_checks import (
    SignatureNumbers,
    in_order,
    signature_checks,
)
from notices.verifying.signed_content import HasSigned, normal_mailbox
from notices.verifying.times import DATE_TOLERANCE

REQUIRED = (CONTENT_TYPE, MESSAGE_DIGEST, SIGNING_TIME, SIGNING_CERTIFICATE_V2)
_ENDS = {PDF: ".pdf", DOCX: ".docx"}
COMPARED = ("From", "To", "Subject", "Date", "Message-ID")
COMPARED_IF_THERE = ("Reply-To", "In-Reply-To", "References")


def _shape(evidence: Message) -> str:
    return Text(
        "{count} bytes, {count2} leaves",
        count=len(evidence.data),
        count2=len(evidence.split.parts),
    )


def _one_sender(evidence: Message) -> str:
    return evidence.sender


def _protected(evidence: Message) -> str:
    split = evidence.split
    if wrong := evidence.outside.changed:
        raise malformed(listed(wrong))
    present = [name for name in COMPARED_IF_THERE if split.protected(name)]
    return ", ".join((*COMPARED, *present))


def _outside(evidence: Message) -> str:
    """What nobody signed: a relay may have changed it, and not all of it misleads."""
    return outside.check(evidence.outside)


def _algorithms(evidence: HasSigned) -> str:
    detail = signed_content.algorithms(evidence)
    told = evidence.split.digest if isinstance(evidence, Message) else "sha256"
    if evidence.signed.signature.digest != told:
        raise malformed(
            Text(
                "micalg is {told}, the signer used {detail}",
                told=MICALGS[told],
                detail=detail,
            )
        )
    return detail


def _date(evidence: Message) -> str:
    claimed = evidence.signed.signature.signing_time
    if claimed is None or abs(evidence.date - claimed) > DATE_TOLERANCE:
        raise malformed(
            Text(
                "Date is {date}, signingTime {claimed}",
                date=evidence.date,
                claimed=claimed,
            )
        )
    if notice := readable(lambda: evidence.notice):
        times.check_dated(notice.statement.date, claimed)
    return Text(
        "Date {date}, signingTime {claimed}", date=evidence.date, claimed=claimed
    )


def _from_in_certificate(evidence: Message) -> str:
    mailboxes = evidence.signed.mailboxes
    if normal_mailbox(evidence.sender) not in map(normal_mailbox, mailboxes):
        raise malformed(
            Text(
                "From is {sender}, the certificate is for {mailboxes}",
                sender=evidence.sender,
                mailboxes=", ".join(mailboxes) or "no mailbox",
            )
        )
    return evidence.sender


def _notice_json(evidence: Message) -> str:
    leaf, facts = evidence.attachment(JSON), evidence.notice.statement
    if leaf.file_name != "notice.json":
        raise malformed(
            Text(
                "the JSON is called {file_name}, not notice.json",
                file_name=leaf.file_name,
            )
        )
    if faults := notice_faults(leaf.content):
        raise malformed("; ".join(faults[:3]))
    form_words.check_consistent(evidence.notice)
    times.check_found(evidence.notice.found_on, facts.date)
    times.check_looked_up(evidence.notice.looked_up_at, facts.date)
    return f"{facts.number}, {facts.case_id}, {facts.date}, {facts.form}"


def _recipient(evidence: Message) -> str:
    wanted = evidence.notice.mailbox
    if normal_mailbox(evidence.addressee) != normal_mailbox(wanted):
        raise malformed(
            Text(
                "To is {addressee}, notice.json says {wanted}",
                addressee=evidence.addressee,
                wanted=wanted,
            )
        )
    return evidence.addressee


def _text(evidence: Message) -> str:
    text = evidence.split.parts[0].content.decode("utf-8")
    return content.check_text(text, evidence.notice)


def _attachments(evidence: Message) -> str:
    types = [leaf.media_type for leaf in evidence.split.parts[1:] if not is_xarf(leaf)]
    for expected in (PDF, JSON):
        evidence.attachment(expected)
    others = set(types) - {PDF, JSON, DOCX}
    if others or types.count(DOCX) > 1:
        raise malformed(
            Text("attachments that ours never have: {types}", types=", ".join(types))
        )
    for leaf in evidence.split.parts[1:]:
        if leaf.media_type in _ENDS and leaf.file_name not in _names(evidence, leaf):
            raise malformed(
                Text("an attachment is called {file_name}", file_name=leaf.file_name)
            )
    return ", ".join(leaf.file_name for leaf in evidence.split.parts[1:])


def _names(evidence: Message, leaf: MimeLeaf) -> tuple[str, str]:
    """What a letter may be called: by form and number, or `letter`."""
    facts, end = evidence.notice.statement, _ENDS[leaf.media_type]
    return f"{facts.form}-{facts.number}{end}", f"letter{end}"


def _agreement(evidence: Message) -> str:
    digest = hashlib.sha256(evidence.attachment(JSON).content).hexdigest()
    return content.compare(evidence.letter.xmp, evidence.notice, digest)


def _before(evidence: Message) -> str:
    split = evidence.split
    thread = {name: split.protected(name) or "" for name in before.THREAD}
    text = split.parts[0].content.decode("utf-8")
    own_id = split.protected("Message-ID") or ""
    known = list(notices_in(evidence.policy.notices))
    return before.check(evidence.notice, thread, own_id, text, known)


def _xarf(evidence: Message) -> str:
    reports = [leaf for leaf in evidence.split.parts if is_xarf(leaf)]
    if not reports:
        raise NotApplicable("no XARF report goes along")
    digest = hashlib.sha256(evidence.attachment(JSON).content).hexdigest()
    expected = xarf.Expected(
        notice=evidence.notice, sha256=digest, sender=evidence.sender
    )
    return xarf.check(reports, expected)


def _docx(evidence: Message) -> str:
    found = [leaf for leaf in evidence.split.parts if leaf.media_type == DOCX]
    if not found:
        raise NotApplicable("no DOCX goes along")
    return docx.check(found[0].content, found[0].file_name, evidence.notice)


def _words(evidence: Message) -> str:
    """The letter's words, its pictures, and the DOCX where one goes along."""
    shown, notice = evidence.letter.shown, evidence.notice
    words.check_values(shown.text, notice)
    form_words.check_form_words(shown.text, shown.margins, notice)
    said = sorted(shown.alternatives) == sorted(notice.form.alternatives)
    if sorted(shown.pictures) != sorted(notice.images) or not said:
        raise malformed(
            Text(
                "{count} pictures in the letter, notice.json has others",
                count=len(shown.pictures),
            )
        )
    text = evidence.split.parts[0].content.decode("utf-8")
    words.check_hosts((shown.text, text), notice)
    subject = evidence.split.protected("Subject") or ""
    form_words.check_mail_words(subject, text, notice)
    words.check_author(notice, (shown.author, evidence.letter.xmp.author))
    told = Text("{count} values", count=len(notice.shown) + len(notice.urls))
    for leaf in evidence.split.parts:
        if leaf.media_type == DOCX:
            words.check_same(docx.text(leaf.content), shown.text)
    return told


CHECKS: Sequence[Check[Message]] = in_order(
    (
        *signature_checks(
            SignatureNumbers(
                letter="M", encoding=4, time_stamp=11, path=12, expected_signer=15
            ),
            needs=("M01",),
            content="the signed part",
            attributes=REQUIRED,
            purposes=frozenset({EMAIL_PROTECTION}),
            algorithms=_algorithms,
        ),
        Check(id="M01", name="the one message shape", judge=_shape),
        Check(id="M02", name="one sender", judge=_one_sender, needs=("M01",)),
        Check(
            id="M03", name="protected header fields", judge=_protected, needs=("M01",)
        ),
        Check(id="M10", name="Date and signing time", judge=_date, needs=("M07",)),
        Check(
            id="M14",
            name="From is in the certificate",
            judge=_from_in_certificate,
            needs=("M02", "M05"),
        ),
        Check(id="M16", name="notice.json", judge=_notice_json, needs=("M01",)),
        Check(id="M17", name="the recipient", judge=_recipient, needs=("M16",)),
        Check(id="M18", name="the text", judge=_text, needs=("M16",)),
        Check(id="M19", name="the attachments", judge=_attachments, needs=("M16",)),
    )
)

LETTER_NEEDS = ("M02", "M08", "M09", "M19")
"""Without them the attachments are anybody's, and are not looked at."""

AGREEMENT: Check[Message] = Check(
    id="M20", name="letter and notice.json agree", judge=_agreement
)
BESIDES: Sequence[Check[Message]] = (
    Check(id="M21", name="XARF reports and notice.json agree", judge=_xarf),
    Check(id="M22", name="the DOCX and notice.json agree", judge=_docx),
)
METADATA, PAGES = "P17", "P18"
"""Checks of the letter on which those of the mail rest."""
WORDS: Check[Message] = Check(
    id="M24", name="what people read and notice.json agree", judge=_words
)
OUTSIDE: Check[Message] = Check(
    id="M23", name="the outside of the mail", judge=_outside
)
BEFORE: Check[Message] = Check(id="M25", name="the notice before", judge=_before)
