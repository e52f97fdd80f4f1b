"""What the API answers, as classes: the OpenAPI document is written from them.

The answers themselves are checked against it, by `test_openapi.py` and by schemathesis.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, Literal

from notices.casework import CaseState
from notices.casework.due import DueKind
from notices.delivery import Stage, State
from notices.judgment import Rung
from notices.rules import Channel
from notices.site.access.facts import FactResult


@dataclass
class ProblemError:
    """One fault of what was handed in."""

    pointer: str
    """JSON Pointer into the body (RFC 6901); empty: the whole."""
    path: str
    """The same as the command line writes it, such as `ladder[0].mailbox`."""
    detail: str
    """What is wrong and what would be right."""


@dataclass
class Problem:
    """Why something was not done (RFC 9457)."""

    type: str
    """`urn:notices:problem:` and the code."""
    title: str
    """What it is, in every case alike."""
    status: int
    """Of the answer."""
    detail: str
    """What happened."""
    instance: str
    """Names this answer; the log of the service has the same."""
    code: str
    """The stable code; see the list of codes."""
    hint: str
    """What to do."""
    errors: tuple[ProblemError, ...]
    """Every fault of what was handed in."""


@dataclass
class ToldWarning:
    """What will be otherwise than it was written, and stops nothing."""

    code: str
    """What sort."""
    path: str
    """The field; `center.*` is of the site's configuration."""
    message: str
    """What."""


@dataclass
class CheckResult:
    """What was found in a judgment."""

    case_id: str | None
    """The case; null where the judgment has faults."""
    valid: bool
    """It can be handed in."""
    errors: tuple[ProblemError, ...]
    """Every fault."""
    on_hold: bool = False
    """It is in order, and on hold: nothing is made of it until it is released."""
    warnings: tuple[ToldWarning, ...] = ()
    """What to note."""


@dataclass
class DocumentLink:
    """Where a document is."""

    name: str
    """Its file name."""
    href: str
    """Where it is found."""


@dataclass
class NoticeSummary:
    """A notice in a list."""

    number: str
    """整理番号."""
    case_id: str
    """The case system's id."""
    state: State
    """Where the delivery stands."""
    message_id: str | None
    """Message-ID of the mail; null before it is signed."""
    sha256: str | None
    """SHA-256 of the mail; null before it is signed."""
    recipient: str
    """The forward path; empty where it does not go by mail."""
    stage: Stage | None
    """Where the last attempt ended."""
    reply: str | None
    """The server's deciding reply."""
    channel: Channel
    """How it goes out."""
    test: bool
    """Made in test mode: it goes to an address of the centre only."""
    form: Literal["form1", "form2", "form2-2006"]
    """Which form."""
    date: dt.date
    """The letter's date."""
    attempts: int
    """How often it was tried."""
    next_attempt_at: dt.datetime | None
    """When it is tried again."""
    rung: Rung
    """Who is asked."""
    created_at: dt.datetime
    """When it was prepared."""
    changed_at: dt.datetime
    """When its state last changed."""
    send_asked_at: dt.datetime | None
    """When somebody said that it is to go out; null: nobody did, or before signing."""
    href: str
    """Where it is found."""
    template: str = field(default="", kw_only=True)
    """Only of a further kind of notice: the folder of its templates."""


@dataclass
class Notice(NoticeSummary):
    """A notice, and where its documents are."""

    draft_sha256: str | None
    """Hash of the draft, as who approves it sees it; null: it began signed."""
    warnings: tuple[ToldWarning, ...]
    """What was told when it was made, and stopped nothing."""
    documents: tuple[DocumentLink, ...]
    """What is stored of it."""
    submission: dict[str, Any] | None = None
    """What to hand over by hand, where it does not go by mail."""


@dataclass
class HandedInNotice(Notice):
    """The notice of a judgment that was handed in."""

    replayed: bool = False
    """The same request came before, under the same key."""


@dataclass
class NoticePage:
    """A page of notices."""

    notices: tuple[NoticeSummary, ...]
    """The oldest first."""
    next_cursor: str | None
    """For the next page; null: this is the last."""


@dataclass
class FactAnswer:
    """What became of one fact."""

    index: int
    """Which, from 0; of JSON lines those are counted that are not blank."""
    result: FactResult
    """What became of it."""
    sha256: str | None
    """SHA-256 of its canonical line: it names the fact; null: it was refused."""
    errors: tuple[ProblemError, ...]
    """What is wrong with it; pointers lead into the fact."""


@dataclass
class FactResults:
    """What became of the facts."""

    added: int
    """On record now."""
    known: int
    """On record before."""
    refused: int
    """With faults."""
    results: tuple[FactAnswer, ...]
    """Each, in the order of the request."""


@dataclass
class DueItem:
    """One thing to do."""

    kind: DueKind
    """What."""
    case_id: str
    """The case."""
    number: str
    """整理番号 of the notice that it is about; empty: of none."""
    on: dt.date
    """From which day on, in Japan."""
    derivation: str
    """How the day was counted."""
    provisional: bool
    """The holidays of that year are not known yet."""


@dataclass
class DueList:
    """What is to be done."""

    due: tuple[DueItem, ...]
    """The oldest first."""
    count: int
    """How many in all, also those that are not listed."""


@dataclass
class CaseNotice:
    """A notice of a case."""

    number: str
    """整理番号."""
    date: dt.date
    """The letter's date."""
    recipient: str
    """Whom it addresses."""
    state: State
    """Where the delivery stands."""


@dataclass
class Case:
    """The whole story of a case."""

    case_id: str
    """The case system's id."""
    state: CaseState
    """How it stands."""
    category: str
    """Slug of the category."""
    facts: tuple[dict[str, Any], ...]
    """Every fact, as its line has it."""
    notices: tuple[CaseNotice, ...]
    """The oldest first."""
    due: tuple[DueItem, ...]
    """What is to be done today."""


@dataclass
class LedgerEvent:
    """An entry of the ledger."""

    seq: int
    """Its place, from 0."""
    leaf: dict[str, Any]
    """The entry, read; its shape is told in docs/formats.md, 4."""
    leaf_bytes: str
    """The entry as it is hashed, base64."""
    inclusion_proof: tuple[str, ...]
    """Hashes that lead to `tree.root`, base64 (RFC 9162, 2.1.3)."""


@dataclass
class LedgerTree:
    """The ledger that the proofs lead to."""

    size: int
    """Entries."""
    root: str
    """Root hash, base64."""


@dataclass
class LedgerCheckpoint:
    """The newest signed checkpoint."""

    size: int
    """Entries."""
    root: str
    """Root hash, base64."""
    note: str
    """The signed note (C2SP tlog-checkpoint)."""
    issued_at: dt.datetime
    """When."""


@dataclass
class EventPage:
    """A page of the ledger."""

    events: tuple[LedgerEvent, ...]
    """Entries about your cases, in order."""
    next_after: int
    """Ask again with `after` set to this."""
    has_more: bool
    """There are more in this tree."""
    tree: LedgerTree
    """What the proofs lead to."""
    checkpoint: LedgerCheckpoint | None
    """The newest that was signed; null: none was."""
    consistency_proof: tuple[str, ...]
    """That the smaller of tree and checkpoint is the beginning of the larger, base64."""


@dataclass
class NoticeApproval:
    """What was decided about a notice, and what it waits for."""

    number: str
    """整理番号."""
    case_id: str
    """The case system's id."""
    state: State
    """Where the delivery stands."""
    draft_sha256: str
    """Hash of the draft, as who approves it sees it."""
    send_asked_at: dt.datetime | None
    """When somebody said that it is to go out; null: nobody did."""
    decision: Literal["approve", "reject"] | None
    """The newest decision; null: there is none."""
    approver: str | None
    """Id of the person who decided."""
    decided_at: dt.datetime | None
    """When the decision came in."""
    waits_for: str | None
    """The code of what stands in its way; `signature`: the centre's alone; null: none."""
    reason: str | None
    """The same in words."""
    href: str
    """Where the notice is found."""


@dataclass
class ApprovalPage:
    """A page of notices that began as drafts and are not sent."""

    required: Literal["none", "checker"]
    """Who must approve before the centre signs."""
    approvals: tuple[NoticeApproval, ...]
    """The oldest first."""
    next_cursor: str | None
    """For the next page; null: this is the last."""


@dataclass
class Health:
    """It answers."""

    status: Literal["ok"]
    """`ok`."""


SHAPES: dict[str, type] = {
    cls.__name__: cls
    for cls in (
        Problem,
        CheckResult,
        Notice,
        HandedInNotice,
        NoticePage,
        FactResults,
        DueList,
        Case,
        EventPage,
        ApprovalPage,
        Health,
    )
}
"""Components by the names that routes give."""
