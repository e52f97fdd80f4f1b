"""What can be known of a case: one frozen line for each fact (design, section 4).

The words are those of `docs/formats.md`, 6.3. Facts are only added; a wrong one is
answered by `retracted`, which names it.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from notices.casework.words import (
    Answer,
    Before,
    Body,
    Direction,
    FactKind,
    How,
    LookOutcome,
    WhyNotRequested,
    WhyReturned,
)
from notices.judgment import Rung, Source
from notices.notice import RequestKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """Figures of the case system for reports that became no case of ours."""

    month: str
    """`YYYY-MM`."""
    received: int
    """Reports received."""
    out_of_scope: int
    """Reports analysed and found to be 対象外."""
    source: Source | None = None
    """Where the line is of one source; lines never overlap."""
    hotline_country: str | None = None
    """Which country's hotline, where the source is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysed:
    """A judgment was finalised."""

    category: str
    """Slug of the category in the catalogue."""
    found_on: date
    """The day on which the information was seen online."""
    source: Source
    """Who reported it to the centre."""
    provider_location: str | None = None
    """Country of the provider (ISO 3166-1 alpha-2); None: unknown."""
    server_location: str | None = None
    """Country of the server (ISO 3166-1 alpha-2); None: unknown."""
    hotline_country: str | None = None
    """Which country's hotline, where the source is one."""
    edition: str = ""
    """Edition of the guideline, by its first day; empty: not told."""
    urls: int | None = None
    """How many addresses; None: not told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PoliceReported:
    """The police were told."""

    reference: str = ""
    """What the police gave for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PoliceHold:
    """The police asked to wait: nothing may be sent but a withdrawal."""

    reason: str = ""
    """Why, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PoliceReleased:
    """The police gave word that it may go on."""

    reason: str = ""
    """In words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """Removed before the centre could act."""

    before: Before
    """What was about to be done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotRequested:
    """Judged, but nobody is asked."""

    reason: WhyNotRequested
    """Why not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Requested:
    """Evidence that a notice was sent; never for tests."""

    number: str
    """整理番号."""
    kind: RequestKind
    """What the notice is to the ones before it."""
    rung: Rung
    """Who was asked."""
    form: str = ""
    """`form1`, `form2`, `form2-2006`; empty: not told."""
    provider: str | None = None
    """Key of the entry in the directory; never of a person."""
    country: str | None = None
    """Where the recipient is."""
    channel: str = ""
    """`smtp`, `webform`, `outbox`; empty: not told."""
    imported: bool = False
    """True: told by another system, not seen by this program."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """Somebody or something looked whether it is still there."""

    outcome: LookOutcome
    """What was seen."""
    seen_from: str | None = field(default=None, metadata={"key": "from"})
    """Country of the looking address; None: not told."""
    how: How = How.PERSON
    """Who or what looked."""
    note: str = ""
    """In words, for the record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The recipient said something."""

    number: str
    """整理番号 of the notice that it answers."""
    answer: Answer
    """What it said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """The mail came back: the address is dead."""

    number: str
    """整理番号 of the notice."""
    reason: WhyReturned
    """Why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Referred:
    """Handed to somebody else, or by somebody else; perhaps without a case of ours."""

    direction: Direction
    """Which way."""
    body: Body
    """To or from whom."""
    country: str | None = None
    """Where; None: unknown."""
    reference: str = ""
    """What the other side gave for it."""
    category: str = ""
    """Slug, where it is no case of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """Nothing more is to be done."""

    reason: str = ""
    """In words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopened:
    """A closed case is taken up again."""

    reason: str = ""
    """In words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Disposal passes this case over."""

    reason: str = ""
    """In words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disposed:
    """The texts of the case were removed; numbers, days and facts stay."""

    rule: str
    """By what: `retention illegal_requested 1826`, `before 2026-12-31`, `again`."""
    rows: int
    """Rows of the database that were removed or emptied."""
    statement_sha256: str
    """SHA-256 over prefix and `disposal.json` (`docs/formats.md`, 5.5)."""
    approver: str | None = None
    """Ids of the people who decided, blanks between; None: nobody is enrolled."""
    backups_until: date | None = None
    """Last day on which a backup may still hold it; None: not told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retracted:
    """A fact was wrong; both stay on record."""

    of: str
    """SHA-256 of its canonical line, in hexadecimal."""
    reason: str = ""
    """In words."""


Details = (
    Intake
    | Analysed
    | PoliceReported
    | PoliceHold
    | PoliceReleased
    | Gone
    | NotRequested
    | Requested
    | Looked
    | Answered
    | Returned
    | Referred
    | Closed
    | Reopened
    | Kept
    | Disposed
    | Retracted
)
"""What belongs to a kind of fact."""

CLASSES: dict[FactKind, type[Details]] = {
    FactKind.INTAKE: Intake,
    FactKind.ANALYSED: Analysed,
    FactKind.POLICE_REPORTED: PoliceReported,
    FactKind.POLICE_HOLD: PoliceHold,
    FactKind.POLICE_RELEASED: PoliceReleased,
    FactKind.GONE: Gone,
    FactKind.NOT_REQUESTED: NotRequested,
    FactKind.REQUESTED: Requested,
    FactKind.LOOKED: Looked,
    FactKind.ANSWERED: Answered,
    FactKind.RETURNED: Returned,
    FactKind.REFERRED: Referred,
    FactKind.CLOSED: Closed,
    FactKind.REOPENED: Reopened,
    FactKind.KEPT: Kept,
    FactKind.DISPOSED: Disposed,
    FactKind.RETRACTED: Retracted,
}
"""The dataclass of each kind."""
KINDS = {cls: kind for kind, cls in CLASSES.items()}
FREE_TEXTS = {
    PoliceReported: ("reference",),
    PoliceHold: ("reason",),
    PoliceReleased: ("reason",),
    Looked: ("note",),
    Referred: ("reference",),
    Closed: ("reason",),
    Reopened: ("reason",),
    Kept: ("reason",),
    Retracted: ("reason",),
}
"""Fields that lie beside the leaf, never in it (`docs/formats.md`, 6.3)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing that is known of a case."""

    case_id: str = ""
    """The case; empty: it is about none of ours (`intake`, some of `referred`)."""
    at: datetime
    """When it happened, aware; not when it was written down."""
    by: str
    """Who did it, as told: 1 to 40 letters, digits, dots, hyphens, underscores."""
    details: Details
    """What belongs to its kind."""

    @property
    def kind(self) -> FactKind:
        """The name of the fact."""
        return KINDS[type(self.details)]
