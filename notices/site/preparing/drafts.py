"""From a numbered notice to a draft: all that is approved, and nothing signed."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from notices import media_types
from notices.approval import UNSIGNED_LETTER, Draft, DraftRecipient
from notices.codec import write_judgment
from notices.delivery import Envelope
from notices.letters.template.hygiene import Remark
from notices.mail import Attachment, Headers
from notices.notice import Notice
from notices.site.manual import submission
from notices.site.preparing.documents import Documents, artifacts, attachments
from notices.site.preparing.remarks import remarks_document
from notices.store import JUDGMENT, Artifact, CaseKey, DraftedNotice

MAIL_TEXT = "mail.txt"
"""Name of the document that holds the mail's text."""
SIGNED_LETTER = "letter.pdf"
_ADDED_BY_SIGNING = ("date", "message_id")
_KINDS = {"notice": "request", "test": "request"}
"""Kinds of keys that have another word in formats (docs/formats.md, 6.3)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingMail:
    """What a mail says besides its documents, kept until it is signed."""

    headers: Mapping[str, Any]
    """Fields of `Headers` but for what the signature brings: date, message id."""
    body: str
    """Name of the document that is the mail's text."""
    attachments: tuple[Mapping[str, str], ...]
    """`file_name`, `media_type`, and `document`: whose octets they are."""

    def to_headers(self, *, date: datetime, message_id: str) -> Headers:
        """The header fields of the mail as it is signed."""
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in self.headers.items()
        }
        return Headers(**values | {"date": date, "message_id": message_id})


def write_outgoing(mail: OutgoingMail) -> str:
    """As the store keeps it."""
    return json.dumps(asdict(mail), ensure_ascii=False, sort_keys=True)


def read_outgoing(text: str) -> OutgoingMail:
    """As the store keeps it; its own writing alone."""
    value = json.loads(text)
    return OutgoingMail(
        headers=value["headers"],
        body=value["body"],
        attachments=tuple(value["attachments"]),
    )


def drafted_notice(
    notice: Notice,
    key: CaseKey,
    documents: Documents,
    headers: Headers,
    envelope: Envelope,
    *,
    grounds: Mapping[str, str],
    remarks: tuple[Remark, ...],
    facts: Mapping[str, str | int | bool | None],
) -> DraftedNotice:
    """Everything that is committed with a draft.

    grounds: hashes of what it was made of, `templates` and `catalogue` among them.
    """
    judgment = write_judgment(notice.judgment)
    kept = _documents(documents)
    draft = _draft(notice, key, documents, kept, judgment, grounds)
    beside = (*submission(notice, documents.notice_json), *remarks_document(remarks))
    return DraftedNotice(
        number=notice.number,
        key=key,
        form=notice.form.value,
        recipient_name=notice.recipient.name,
        letter_date=notice.date,
        judgment=judgment,
        notice=documents.notice_json.decode(),
        envelope=envelope,
        artifacts=(*kept, *beside),
        again_reason=notice.again_reason,
        rung_reason=notice.rung_reason,
        channel=notice.recipient.channel,
        is_test=notice.is_test,
        draft=draft.octets(),
        draft_sha256=draft.sha256,
        mail=write_outgoing(_outgoing(documents, notice, headers)),
        grounds=json.dumps({**grounds, "facts": dict(facts)}, sort_keys=True),
        facts={
            "language": draft.language,
            "templates": draft.templates,
            "catalogue": draft.catalogue,
        },
    )


def _documents(documents: Documents) -> tuple[Artifact, ...]:
    """What is approved, as it is stored; the signed letter does not exist yet."""
    unsigned = Artifact(
        name=UNSIGNED_LETTER,
        media_type=media_types.PDF,
        content=documents.letter.pdf,
    )
    text = Artifact(
        name=MAIL_TEXT,
        media_type=media_types.TEXT,
        content=documents.mail.body.encode(),
    )
    reports = (
        Artifact(name=name, media_type=media_types.JSON, content=content)
        for name, content in documents.reports.items()
    )
    others = (one for one in artifacts(documents) if one.name != SIGNED_LETTER)
    return (unsigned, *others, text, *reports)


def _draft(
    notice: Notice,
    key: CaseKey,
    documents: Documents,
    kept: tuple[Artifact, ...],
    judgment: str,
    grounds: Mapping[str, str],
) -> Draft:
    hashes = {each.name: each.sha256 for each in kept}
    hashes[JUDGMENT] = sha256(judgment.encode()).hexdigest()
    machine = json.loads(documents.notice_json)
    return Draft(
        case_id=key.case_id,
        number=notice.number,
        kind=machine.get("kind") or _KINDS.get(key.kind, key.kind),
        rung=key.rung,
        ordinal=key.ordinal,
        form=notice.form.value,
        language=machine["language"],
        channel=notice.recipient.channel.value,
        test=notice.is_test,
        recipient=DraftRecipient(
            name=notice.recipient.name, mailbox=notice.recipient.mailbox
        ),
        subject=documents.mail.subject,
        assessor=notice.judgment.assessor.name,
        documents=hashes,
        pdf_bytes=len(documents.letter.pdf),
        templates=grounds["templates"],
        catalogue=grounds["catalogue"],
    )


def _outgoing(documents: Documents, notice: Notice, headers: Headers) -> OutgoingMail:
    stored = {each.sha256: each.name for each in _documents(documents)}
    fields = {
        name: value
        for name, value in asdict(headers).items()
        if name not in _ADDED_BY_SIGNING
    }
    return OutgoingMail(
        headers=fields,
        body=MAIL_TEXT,
        attachments=tuple(
            {
                "file_name": each.file_name,
                "media_type": each.media_type,
                "document": stored[sha256(each.content).hexdigest()],
            }
            for each in attachments(documents, notice)
        ),
    )


def outgoing_files(
    mail: OutgoingMail, stored: Mapping[str, bytes], signed_letter: bytes
) -> list[Attachment]:
    """The attachments as they go out: stored octets, and the letter now signed."""
    return [
        Attachment(
            file_name=each["file_name"],
            media_type=each["media_type"],
            content=signed_letter
            if each["document"] == UNSIGNED_LETTER
            else stored[each["document"]],
        )
        for each in mail.attachments
    ]
