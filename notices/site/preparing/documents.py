"""What is made of a notice: letter, mail, `notice.json`, and the signed message."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import uuid4

from notices import media_types
from notices.codec import notice_json, xarf_reports
from notices.judgment import JST
from notices.letters import (
    Letter,
    LetterSettings,
    MailText,
    Templates,
    write_letter,
    write_mail,
)
from notices.letters.pictures import declared
from notices.mail import Attachment, Headers, entity, message
from notices.notice import Notice
from notices.signing import (
    NO_ANSWERS,
    Clock,
    PdfLevel,
    RevocationAnswers,
    Timestamper,
    sign_pdf,
)
from notices.site.configured import fresh_token
from notices.site.signer.signer import Signer
from notices.store import Artifact


@dataclass(frozen=True, slots=True, kw_only=True)
class Documents:
    """What is made from a notice before the mail is signed."""

    letter: Letter
    """Model, text, unsigned PDF, DOCX."""
    mail: MailText
    """Subject and body."""
    signed_pdf: bytes
    """The letter with its PAdES signature, once it has one."""
    notice_json: bytes
    """The part for machines."""
    reports: Mapping[str, bytes] = field(default_factory=dict)
    """XARF reports by file name, where the recipient wants them."""


def make_documents(
    notice: Notice,
    *,
    templates: Templates,
    settings: LetterSettings,
    warnings: Collection[str] = (),
) -> Documents:
    """Letter, mail text and `notice.json`; nothing is signed yet.

    warnings: codes of what the centre was told of the judgment, and accepted.
    """
    machine = notice_json(
        notice, images=declared(templates.pictures), warnings=warnings
    )
    letter = write_letter(
        notice,
        templates=templates,
        notice_json_sha256=sha256(machine).hexdigest(),
        settings=settings,
    )
    mail = write_mail(notice, templates=templates, settings=settings)
    wants_reports = "xarf" in notice.recipient.attachments
    return Documents(
        letter=letter,
        mail=mail,
        signed_pdf=letter.pdf,
        notice_json=machine,
        reports=_xarf(machine, notice) if wants_reports else {},
    )


def sign_documents(
    documents: Documents,
    signer: Signer,
    now: datetime,
    *,
    level: PdfLevel,
    clock: Clock,
    tolerance: timedelta,
) -> Documents:
    """The same with the letter signed."""
    pdf = sign_letter(documents.letter.pdf, signer, level, now, clock, tolerance)
    return replace(documents, signed_pdf=pdf)


def sign_letter(
    pdf: bytes,
    signer: Signer,
    level: PdfLevel,
    signing_time: datetime,
    clock: Clock,
    tolerance: timedelta,
) -> bytes:
    """The letter, signed at `level`; at B-B where time stamps are missing."""
    if signer.stamping is None or level is PdfLevel.B_B:
        return sign_pdf(
            pdf, signer.key, signing_time=signing_time, revocation=signer.answers
        )

    def make(timestamper: Timestamper | None) -> bytes:
        answers = signer.answers | _authority_answers(level, timestamper)
        signed = sign(timestamper, answers)
        told = signer.stamping.answers if signer.stamping else NO_ANSWERS
        if level is PdfLevel.B_T and timestamper and answers | told != answers:
            # another authority stamped than the one that was tried
            signed = sign(timestamper, answers | told)
        return signed

    def sign(timestamper: Timestamper | None, answers: RevocationAnswers) -> bytes:
        return sign_pdf(
            pdf,
            signer.key,
            signing_time=signing_time,
            level=level if timestamper else PdfLevel.B_B,
            timestamper=timestamper,
            revocation=answers,
            trust=signer.trust,
            trust_tsa=signer.trust_tsa,
            transport=signer.transport,
            clock=clock,
            tolerance=tolerance,
        )

    return signer.stamping.or_without(make)


def _authority_answers(
    level: PdfLevel, timestamper: Timestamper | None
) -> RevocationAnswers:
    """What B-T holds on its authority, known from a trial before the signature."""
    if level is not PdfLevel.B_T or timestamper is None:
        return NO_ANSWERS
    return timestamper.stamp(sha256(fresh_token().encode()).digest()).answers


def make_headers(notice: Notice, mail: MailText, date: datetime) -> Headers:
    """The header fields of the mail; Date is the signing time, told in Japan's time."""
    center, recipient = notice.center, notice.recipient
    domain = center.mailbox.rpartition("@")[2]
    return Headers(
        from_name=center.name_en if recipient.is_abroad else center.name,
        from_mailbox=center.mailbox,
        to_name=recipient.name,
        to_mailbox=recipient.mailbox,
        subject=mail.subject,
        date=date.astimezone(JST),
        message_id=f"<{notice.number}.{fresh_token()}@{domain}>",
        references=notice.following.thread if notice.following else (),
    )


def try_mail(headers: Headers, documents: Documents, notice: Notice) -> None:
    """Put the mail together unsigned: what cannot be written shows before a number.

    Names and fields may fail; what the files hold is base64, whatever it is.
    """
    files = [replace(one, content=b"") for one in attachments(documents, notice)]
    entity(headers, documents.mail.body, files, boundary=f"=_p_{fresh_token()}")


def sign_message(
    headers: Headers,
    documents: Documents,
    notice: Notice,
    signer: Signer,
    signing_time: datetime,
) -> bytes:
    """The message as it is sent; Date and signing time are the same."""
    files = attachments(documents, notice)
    return signed_mail(headers, documents.mail.body, files, signer, signing_time)


def signed_mail(
    headers: Headers,
    text: str,
    files: Sequence[Attachment],
    signer: Signer,
    signing_time: datetime,
) -> bytes:
    """A text and its attachments in the one message shape, signed."""
    signed_part = entity(headers, text, files, boundary=f"=_p_{fresh_token()}")

    def make(timestamper: Timestamper | None) -> bytes:
        return signer.sign_mail(
            signed_part,
            signer.key,
            signing_time=signing_time,
            revocation=signer.answers,
            timestamper=timestamper,
        )

    signature = signer.stamping.or_without(make) if signer.stamping else make(None)
    return message(
        headers,
        signed_part,
        signature,
        boundary=f"=_s_{fresh_token()}",
        digest=signer.key.digest,
    )


def attachments(documents: Documents, notice: Notice) -> Sequence[Attachment]:
    """What goes along with the mail's text."""
    stem = f"{notice.form}-{notice.number}"
    files = [
        Attachment(
            file_name=f"{stem}.pdf",
            media_type=media_types.PDF,
            content=documents.signed_pdf,
        ),
        Attachment(
            file_name="notice.json",
            media_type=media_types.JSON,
            content=documents.notice_json,
        ),
    ]
    files += [
        Attachment(file_name=name, media_type=media_types.JSON, content=content)
        for name, content in documents.reports.items()
    ]
    if "docx" in notice.recipient.attachments:
        files.append(
            Attachment(
                file_name=f"{stem}.docx",
                media_type=media_types.DOCX,
                content=documents.letter.docx,
            )
        )
    return files


def _xarf(machine: bytes, notice: Notice) -> dict[str, bytes]:
    identifiers = [uuid4() for _ in notice.judgment.target.urls]
    return dict(xarf_reports(notice, machine, identifiers))


def artifacts(documents: Documents) -> tuple[Artifact, ...]:
    """What is stored besides the message."""
    return (
        Artifact(
            name="letter.pdf",
            media_type=media_types.PDF,
            content=documents.signed_pdf,
        ),
        Artifact(
            name="letter.docx",
            media_type=media_types.DOCX,
            content=documents.letter.docx,
        ),
        Artifact(
            name="letter.txt",
            media_type="text/plain; charset=utf-8",
            content=documents.letter.text.encode(),
        ),
        Artifact(
            name="notice.json",
            media_type=media_types.JSON,
            content=documents.notice_json,
        ),
    )
