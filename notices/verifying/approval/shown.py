"""What a bundle shows of an approval, read when it is asked for."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from notices.approval import (
    APPROVAL_PREFIX,
    UNSIGNED_LETTER,
    Approval,
    MalformedStatement,
    read_approval,
)
from notices.ledger import EventKind, RecordedEvent
from notices.messages import Text
from notices.report import SubIndication
from notices.verifying.approval.statement import (
    FILE_NAMES,
    RelyingParty,
    SignatureKind,
    SignedStatement,
)
from notices.verifying.bundle.members import APPROVALS, DOCUMENTS, LETTER
from notices.verifying.checks import Refusal, malformed

STATEMENT_NAME = "approval.json"
_STATEMENT = f"{APPROVALS}{STATEMENT_NAME}"
_CHECKER = "checker"


@dataclass(frozen=True, kw_only=True)
class ShownApproval:
    """The approval that a notice was queued with, as far as a bundle shows it."""

    members: Mapping[str, bytes]
    """All of the bundle."""
    events: Sequence[RecordedEvent]
    """Of the notice, in the order of the log."""
    others: Sequence[RecordedEvent]
    """Of policy and people."""
    log: str
    """Origin of the ledger."""
    is_left_out: bool
    """The bundle is redacted."""
    parties: Sequence[RelyingParty]
    """Whose passkeys are expected; empty: whoever's."""
    tolerance: timedelta
    """How far clocks may differ."""
    judgment: Callable[[], Mapping[str, Any]]
    """The judgment, parsed."""
    mail_says: Callable[[], Mapping[str, str]]
    """What the mail says: number, case, recipient, mailbox, subject."""
    mail_parts: Callable[[], Sequence[bytes]]
    """The mail's text and its attachments, decoded; the first is the text."""
    is_opened: Callable[[RecordedEvent, str, bytes], bool]
    """Whether octets are what an event commits to under a name."""

    @cached_property
    def queued(self) -> RecordedEvent | None:
        """The newest event that queued it; None: it was never queued."""
        return self._last(EventKind.QUEUED)

    @cached_property
    def approved(self) -> RecordedEvent | None:
        """The newest approval before that; None: there is none."""
        until = self.queued.seq if self.queued else None
        return self._last(EventKind.APPROVED, until)

    @cached_property
    def is_wanted(self) -> bool:
        """Whether the policy that `queued` names wanted an approval."""
        if self.queued is None or self.queued.leaf is None:
            return False
        policy = self.named(self.queued, "policy")
        return policy is not None and policy.facts.get("required") == _CHECKER

    def named(self, event: RecordedEvent, chain: str) -> RecordedEvent | None:
        """The event of policy or of a person that an event names; None: none.

        Refusal if it is not shown, or is not the one.
        """
        link = event.leaf.previous.get(chain) if event.leaf else None
        if link is None:
            return None
        for other in self.others:
            if other.seq == link.seq and other.hash.hex() == link.leaf:
                return other
        raise Refusal(
            SubIndication.SIGNED_DATA_NOT_FOUND,
            Text("entry {seq} of the ledger is not shown", seq=link.seq),
        )

    @cached_property
    def signed(self) -> SignedStatement:
        """Statement and signature; Refusal unless there is one of each."""
        found = [
            (kind, self.members[f"{APPROVALS}{name}"])
            for kind, name in FILE_NAMES.items()
            if f"{APPROVALS}{name}" in self.members
        ]
        known = {_STATEMENT, *(f"{APPROVALS}{name}" for name in FILE_NAMES.values())}
        stray = {name for name in self.members if name.startswith(APPROVALS)} - known
        if _STATEMENT not in self.members or len(found) != 1 or stray:
            raise malformed("approvals/ must hold the approval and one signature")
        kind, octets = found[0]
        return SignedStatement(
            prefix=APPROVAL_PREFIX,
            octets=self.members[_STATEMENT],
            kind=SignatureKind(kind),
            signature=octets,
        )

    @cached_property
    def approval(self) -> Approval:
        """The approval; Refusal for what is read in two ways."""
        try:
            return read_approval(self.signed.octets)
        except MalformedStatement as error:
            raise malformed(error.message) from error

    @property
    def persons(self) -> tuple[str, str]:
        """Assessor and checker, as the judgment names them."""
        try:
            judgment = self.judgment()
            return judgment["assessor"]["name"], judgment["checker"]["name"]
        except (ValueError, TypeError, KeyError) as error:
            raise malformed("the judgment names no assessor and checker") from error

    def document(self, name: str, pdf_bytes: int) -> bytes:
        """The octets of an approved document; of the letter those unsigned."""
        if name == UNSIGNED_LETTER:
            return self._member(LETTER)[:pdf_bytes]
        return self._member(f"{DOCUMENTS}{name}")

    def sent(self) -> Iterator[tuple[str, str, str]]:
        """What was approved and what the mail says: name, this, that."""
        draft, mail = self.approval.draft, self.mail_says()
        yield "number", draft.number, mail["number"]
        yield "case_id", draft.case_id, mail["case_id"]
        yield "form", draft.form, mail["form"]
        yield "recipient", draft.recipient.name, mail["recipient"]
        yield "mailbox", draft.recipient.mailbox, mail["mailbox"]
        yield "subject", draft.subject, mail["subject"]
        yield from self._parts()

    def _parts(self) -> Iterator[tuple[str, str, str]]:
        """Everything in the mail was approved; the text with its own line ends."""
        documents = {
            self.document(name, self.approval.draft.pdf_bytes): name
            for name in self.approval.draft.documents
        }
        documents[self._member(LETTER)] = UNSIGNED_LETTER
        text, *attachments = self.mail_parts()
        wanted = self._member(f"{DOCUMENTS}mail.txt")
        is_same = _lines(text) == _lines(wanted)
        yield "mail.txt", "its text", "its text" if is_same else "another text"
        for content in attachments:
            name = documents.get(content)
            yield "attachment", name or "nothing like it", name or "an attachment"

    def check_commitments(self) -> None:
        """The draft is the one that `drafted` committed to. Refusal else."""
        drafted = self._last(EventKind.DRAFTED)
        if drafted is None:
            raise malformed("there was no draft")
        octets = self.approval.draft.octets()
        if not self.is_opened(drafted, "document/draft.json", octets):
            raise malformed("it is not the draft that the ledger committed to")
        letter = self.document(UNSIGNED_LETTER, self.approval.draft.pdf_bytes)
        if not self.is_opened(drafted, f"document/{UNSIGNED_LETTER}", letter):
            raise malformed("it is not the letter that the ledger committed to")

    def _last(self, kind: EventKind, until: int | None = None) -> RecordedEvent | None:
        events = [
            event
            for event in self.events
            if event.kind == kind and (until is None or event.seq < until)
        ]
        return events[-1] if events else None

    def _member(self, name: str) -> bytes:
        if name not in self.members:
            raise malformed(Text("{name} is missing", name=name))
        return self.members[name]


def _lines(text: bytes) -> bytes:
    return text.replace(b"\r\n", b"\n").rstrip(b"\n")
