"""Drafts and people for tests of the store."""

import hashlib
import json
from datetime import date

from notices.approval import (
    ENROLMENT_PREFIX,
    UNSIGNED_LETTER,
    Draft,
    DraftRecipient,
    Enrolment,
)
from notices.approval.statements import Approver
from notices.delivery import Envelope
from notices.signing.statements import public_key_of
from notices.store import (
    ApprovalRule,
    Artifact,
    CaseKey,
    DraftedNotice,
    NewKey,
    SignedDraft,
)
from notices.verifying.approval.signatures import SignatureKind
from tests.store.conftest import MESSAGE, NOW, make_number

LOG = "hotline.example/notices"
RULE = ApprovalRule(required="checker", log=LOG)


def drafted_for(store, case_id="HL-0001"):
    """A number that is reserved, and a draft for it."""
    key = CaseKey(case_id=case_id, rung="website_administrator")
    number = store.reserve_number(key, year=2026, make_number=make_number, now=NOW)
    judgment = json.dumps(
        {
            "case_id": case_id,
            "assessor": {"name": "Mihon Hanako"},
            "checker": {"name": "Reiji Taro"},
        }
    )
    letter = Artifact(
        name=UNSIGNED_LETTER, media_type="application/pdf", content=b"%PDF-1.7"
    )
    draft = Draft(
        case_id=case_id,
        number=number,
        kind="request",
        rung=key.rung,
        ordinal=1,
        form="form1",
        language="ja",
        channel="smtp",
        test=False,
        recipient=DraftRecipient(
            name="Example Board", mailbox="abuse@provider.example"
        ),
        subject="x",
        assessor="Mihon Hanako",
        documents={
            UNSIGNED_LETTER: letter.sha256,
            "judgment.json": hashlib.sha256(judgment.encode()).hexdigest(),
        },
        pdf_bytes=8,
        templates="a",
        catalogue="b",
    )
    return DraftedNotice(
        number=number,
        key=key,
        form="form1",
        recipient_name="Example Board",
        letter_date=date(2026, 3, 5),
        judgment=judgment,
        notice="{}",
        envelope=Envelope(
            reverse_path="request@hotline.example",
            forward_path="abuse@provider.example",
            envid=f"{number}=1",
        ),
        artifacts=(letter,),
        draft=draft.octets(),
        draft_sha256=draft.sha256,
        mail="{}",
        grounds="{}",
        facts={"language": "ja", "templates": "a", "catalogue": "b"},
    )


def signed_for(number):
    """What a signature would add."""
    return SignedDraft(
        number=number,
        signer_certificate_sha256="ab" * 32,
        message=MESSAGE,
        message_id=f"<{number}@hotline.example>",
        artifacts=(
            Artifact(
                name="letter.pdf", media_type="application/pdf", content=b"%PDF-1.7!"
            ),
        ),
    )


def enrol(people, card):
    """Enrol the first person by himself."""
    statement, key = enrolment(card)
    signature = card.sign(statement.octets(), ENROLMENT_PREFIX, NOW)
    people.enrol(statement, SignatureKind.CMS, signature, key, now=NOW)


def recover(people, card):
    """Make an administrator whom nobody signs for."""
    statement, key = enrolment(card)
    people.enrol(statement, None, b"", key, now=NOW)


def enrolment(card):
    """What enrols a person by himself, and his key."""
    key = NewKey(public_key=public_key_of(card.key))
    himself = Approver(
        person=card.person,
        name=card.name,
        role="administrator",
        key_sha256=hashlib.sha256(key.public_key).hexdigest(),
        enrolled=None,
    )
    statement = Enrolment(
        log=LOG,
        act="enrol",
        person=card.person,
        name=card.name,
        roles=tuple(sorted(map(str, card.roles))),
        key_kind="certificate",
        key_sha256=himself.key_sha256,
        reason="",
        by=himself,
        at=NOW,
        nonce="ab" * 32,
    )
    return statement, key
