"""Approvals of a site: what is to be signed, and taking what was signed.

The signature may be made here with a person's key, or elsewhere, as by a passkey.
"""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from notices.approval import (
    APPROVAL_PREFIX,
    APPROVE,
    REJECT,
    UNSIGNED_LETTER,
    Approval,
    Approver,
    Draft,
    Expired,
    NotApproved,
    Role,
    UnknownApprover,
    read_draft,
    require_proven,
    statement_sha256,
)
from notices.delivery import State
from notices.errors import EvidenceBroken, InputError
from notices.messages import Text
from notices.site.receipts import Receipt, choose, receipt_of
from notices.store import (
    DoorState,
    KnownPerson,
    Store,
    StoredApproval,
    StoredApprovals,
    StoredDraft,
    StoredDrafts,
    StoredNotice,
    StoredPeople,
)
from notices.verifying.approval.statement import SignatureKind, SignedStatement


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalRequest:
    """What a person signs: by a key over `to_sign`, by a passkey over `challenge`."""

    number: str
    """整理番号."""
    draft_sha256: str
    """Hash of the draft, as it stands on screen and on paper."""
    octets: bytes
    """`approval.json`; it comes back with the signature."""
    credential_id: bytes = b""
    """Of the person's passkey; empty: he has a certificate."""

    @property
    def to_sign(self) -> bytes:
        """The octets that a CMS signature is over."""
        return APPROVAL_PREFIX + self.octets

    @property
    def challenge(self) -> bytes:
        """The challenge for a passkey: SHA-256 over the same."""
        return bytes.fromhex(statement_sha256(APPROVAL_PREFIX, self.octets))


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownDraft:
    """What somebody looks at before he approves."""

    stored: StoredNotice
    """The notice."""
    draft: StoredDraft
    """What is approved, as it is stored."""
    approved: Draft
    """The same, read: whom it addresses, and all that belongs to it."""
    letter: str
    """The letter as text."""
    urls: tuple[str, ...]
    """Addresses that it is about."""


@dataclass(frozen=True, kw_only=True)
class ApprovalDesk:
    """Gives what is to be signed, and takes what was signed."""

    store: Store
    """The outbox."""
    drafts: StoredDrafts
    """Its drafts."""
    approvals: StoredApprovals
    """Its approvals."""
    people: StoredPeople
    """Who is enrolled."""
    log: str
    """Origin of the ledger."""
    clock: Callable[[], datetime]
    """Tells the time, aware."""

    def find(self, case_id: str, number: str = "") -> StoredNotice:
        """The notice of a case that waits for a decision, or the one that is named."""
        return choose(
            self.store,
            case_id,
            number,
            is_fitting=lambda each: each.state in (State.DRAFTED, State.HELD),
            words="waiting for a decision",
        )

    def shown(self, number: str) -> ShownDraft:
        """What is approved, as somebody reads it; EvidenceBroken if it is another.

        Nothing is shown but what the draft has by its hash: it is that which is signed.
        """
        draft = self.drafts.get(number)
        machine = json.loads(self._document(draft, "notice.json"))
        return ShownDraft(
            stored=self.store.get(number),
            draft=draft,
            approved=read_draft(draft.draft.encode()),
            letter=self._document(draft, "letter.txt").decode(),
            urls=tuple(machine.get("urls", ())),
        )

    def marked_letter(self, number: str) -> bytes:
        """The letter as PDF, marked 見本 with the hash of the draft."""
        from notices.letters.pdf.sample_mark import marked_as_sample  # noqa: PLC0415

        draft = self.drafts.get(number)
        return marked_as_sample(self._document(draft, UNSIGNED_LETTER), draft.sha256)

    def request(
        self, number: str, person: str, *, decision: str = APPROVE, reason: str = ""
    ) -> ApprovalRequest:
        """What a person signs to approve or reject a draft.

        UnknownApprover for somebody who is not enrolled; InputError for a rejection
        without its reason, or a notice that did not begin as a draft.
        """
        if decision == REJECT and not reason.strip():
            raise InputError("a rejection needs its reason", hint="--reason TEXT")
        draft = self.drafts.get(number)
        known = self._known(person)
        approval = Approval(
            log=self.log,
            draft=read_draft(draft.draft.encode()),
            draft_sha256=draft.sha256,
            decision=decision,
            reason=reason,
            approver=Approver(
                person=person,
                name=known.name,
                role=str(Role.CHECKER),
                key_sha256=known.enrolled.key_sha256,
                enrolled=known.enrolled.enrolled,
            ),
            at=self.clock(),
            nonce=secrets.token_hex(32),
        )
        return ApprovalRequest(
            number=number,
            draft_sha256=draft.sha256,
            octets=approval.octets(),
            credential_id=known.credential_id,
        )

    def take(self, octets: bytes, kind: SignatureKind, signature: bytes) -> Receipt:
        """Take what was signed; a refusal with its own code else, nothing is queued."""
        signed = SignedStatement(
            prefix=APPROVAL_PREFIX, octets=octets, kind=kind, signature=signature
        )
        stored = self.approvals.take(signed, now=self.clock())
        newest = self.approvals.of(stored.number)[-1]
        return receipt_of(self.store, stored, _note(newest))

    def open(self) -> list[DoorState]:
        """Every notice that began as a draft and is not sent, the oldest first."""
        return list(self.approvals.open(now=self.clock()))

    def waiting_for(self, name: str) -> list[DoorState]:
        """The drafts that a person of that name may approve now, by recipient.

        What goes to one recipient comes together, the oldest first. What somebody
        changed or rejected waits for another draft, not for him.
        """
        found = [
            state
            for state in self.open()
            if state.stored.state is State.DRAFTED
            and isinstance(state.error, NotApproved | Expired)
            and state.checker in ("", name)
        ]
        return sorted(found, key=_by_recipient)

    def _document(self, draft: StoredDraft, name: str) -> bytes:
        """A document of the draft; EvidenceBroken if another lies in its place."""
        content = self.store.artifact(draft.number, name)
        wanted = read_draft(draft.draft.encode()).documents.get(name)
        if sha256(content).hexdigest() != wanted:
            raise EvidenceBroken(
                Text(
                    "{name} of notice {number} is not the one of the draft",
                    name=name,
                    number=draft.number,
                ),
                hint="nothing was approved; keep the database for inquiry",
            )
        return content

    def _known(self, person: str) -> KnownPerson:
        known = self.people.known().get(person)
        if known is None:
            raise UnknownApprover(
                Text("{person} is not enrolled", person=person),
                hint="`notices people list` tells who is",
            )
        require_proven(known.enrolled)
        return known


def _by_recipient(state: DoorState) -> tuple[str, str, datetime, str]:
    stored = state.stored
    mailbox = stored.envelope.forward_path
    return stored.recipient_name, mailbox, stored.changed_at, stored.number


def _note(newest: StoredApproval) -> str:
    if newest.decision == APPROVE:
        return Text("approved by {who}", who=newest.approver)
    return Text("rejected by {who}", who=newest.approver)
