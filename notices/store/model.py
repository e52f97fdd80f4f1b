"""The values that go into the store and come out of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256

from notices.delivery import Envelope, Stage, State
from notices.ledger import FactValue
from notices.notice import RequestKind
from notices.rules import Channel

MESSAGE = "message.eml"
"""Name of the artifact that is sent: the signed message."""
DRAFT = "draft.json"
"""Name of the draft where documents are committed to."""
JUDGMENT = "judgment.json"
"""Name of the frozen judgment where documents are listed."""

_REQUEST, _TEST = "notice", "test"


def key_kind(kind: RequestKind, *, is_test: bool = False) -> str:
    """Kind of the key of such a notice: tests have keys of their own."""
    if kind is RequestKind.REQUEST:
        return _TEST if is_test else _REQUEST
    return f"{_TEST}-{kind}" if is_test else kind.value


_TEST_KINDS = {key_kind(kind, is_test=True): kind for kind in RequestKind}
_REQUEST_KINDS = {**_TEST_KINDS, **{key_kind(kind): kind for kind in RequestKind}}


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseKey:
    """What a number is reserved for, and what must not be prepared twice."""

    case_id: str
    """The case system's id."""
    rung: str
    """Rung of the recipient ladder."""
    kind: str = "notice"
    """What sort of mail; `notice` for a request, see `key_kind`."""
    ordinal: int = 1
    """1 for the first; asking again counts on."""

    @property
    def request_kind(self) -> RequestKind:
        """What the notice is to the ones before it, also in test mode."""
        return _REQUEST_KINDS.get(self.kind, RequestKind.REQUEST)

    @property
    def is_test(self) -> bool:
        """Whether it was reserved in test mode."""
        return self.kind in _TEST_KINDS

    def __str__(self) -> str:
        return f"{self.case_id}, {self.rung}, {self.kind} {self.ordinal}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """A document of a notice, as bytes."""

    name: str
    """File name, such as `letter.pdf`."""
    media_type: str
    """Such as `application/pdf`."""
    content: bytes
    """The bytes, as signed."""

    @property
    def sha256(self) -> str:
        """SHA-256 of the bytes, lower-case hexadecimal."""
        return sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenNotice:
    """A notice whose documents are written: what is committed with it in any case."""

    number: str
    """整理番号, reserved for `key` before."""
    key: CaseKey
    """Case, rung, kind, ordinal."""
    form: str
    """`form1`, `form2` or `form2-2006`."""
    recipient_name: str
    """Whom the letter addresses."""
    letter_date: date
    """The letter's date."""
    judgment: str
    """The frozen judgment as JSON."""
    notice: str
    """The notice as JSON."""
    envelope: Envelope
    """What the relay is told."""
    artifacts: tuple[Artifact, ...] = ()
    """The documents beside the message."""
    again_reason: str = ""
    """Why it is asked again."""
    rung_reason: str = ""
    """Why another rung."""
    channel: Channel = Channel.SMTP
    """How it goes out."""
    is_test: bool = False
    """True: made in test mode, never to be sent for real."""
    follows: str = ""
    """整理番号 of the notice that it follows; empty: it is a request."""
    facts: Mapping[str, FactValue] = field(default_factory=dict)
    """What else the ledger says of how it was made, such as its time stamp."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeFilter:
    """Which notices a list shows; what is empty does not narrow it."""

    states: Collection[State] = ()
    """In one of these states."""
    kinds: Collection[RequestKind] = ()
    """Of one of these kinds."""
    since: date | None = None
    """Dated that day or later."""
    category: str = ""
    """Slug of the case's category."""
    mailboxes: Collection[str] = ()
    """Sent to one of these."""
    due_by: date | None = None
    """Of cases with something to be done by the close of that day."""
    after: str = ""
    """Only what stands after this number in the list: the cursor of the next page."""
    limit: int | None = None
    """At most so many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedNotice(WrittenNotice):
    """A notice that is ready to be sent: it is stored as `held`."""

    signer_certificate_sha256: str
    """SHA-256 of the signer's certificate in DER, lower-case hexadecimal."""
    message: bytes
    """The signed message: ASCII, CRLF."""
    message_id: str
    """Its Message-ID with angle brackets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftedNotice(WrittenNotice):
    """A notice that nobody has signed: it is stored as `drafted`."""

    draft: bytes
    """What may be approved: canonical JSON (docs/formats.md, 5.1)."""
    draft_sha256: str
    """Hash of the draft."""
    mail: str
    """What the mail will say besides its documents, as JSON."""
    grounds: str
    """Hashes of what it was made of, as JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedDraft:
    """What a signature adds to a draft."""

    number: str
    """整理番号."""
    signer_certificate_sha256: str
    """SHA-256 of the signer's certificate in DER, lower-case hexadecimal."""
    message: bytes
    """The signed message: ASCII, CRLF."""
    message_id: str
    """Its Message-ID with angle brackets."""
    artifacts: tuple[Artifact, ...] = ()
    """What was made with the signature: the signed letter."""
    facts: Mapping[str, FactValue] = field(default_factory=dict)
    """What else the ledger says of how it was made, such as its time stamp."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredNotice:
    """A notice in the store and where its delivery stands."""

    number: str
    """整理番号."""
    key: CaseKey
    """Case, rung, kind, ordinal."""
    form: str
    """`form1`, `form2` or `form2-2006`."""
    recipient_name: str
    """Whom the letter addresses."""
    letter_date: date
    """The letter's date."""
    again_reason: str
    """Why it was asked again."""
    rung_reason: str
    """Why another rung."""
    signer_certificate_sha256: str
    """Who signed; empty: nobody did."""
    created_at: datetime
    """When it was prepared."""
    state: State
    """Where the delivery stands."""
    stage: Stage | None
    """While `sending`: `connect`, or `data` once body bytes may be on their way."""
    envelope: Envelope
    """What the relay is told."""
    message_id: str
    """Message-ID of the message; empty: a draft has none."""
    message_sha256: str
    """SHA-256 of the message, lower-case hexadecimal; empty: a draft has none."""
    attempts: int
    """How many attempts have begun."""
    queued_at: datetime | None
    """When `send` was said; after `resend`: again."""
    next_attempt_at: datetime | None
    """When it is due; None: not waiting."""
    lease_until: datetime | None
    """While `sending`: until when its worker is believed to live."""
    changed_at: datetime
    """When the state last changed."""
    channel: Channel = Channel.SMTP
    """How it goes out; only `smtp` is for the worker."""
    is_test: bool = False
    """True: made in test mode, never to be sent for real."""
