"""The words of facts: each a closed list (`docs/formats.md`, 6.3)."""

from enum import StrEnum


class FactKind(StrEnum):
    """The name of a fact, as its line and its leaf have it."""

    INTAKE = "intake"
    ANALYSED = "analysed"
    POLICE_REPORTED = "police_reported"
    POLICE_HOLD = "police_hold"
    POLICE_RELEASED = "police_released"
    GONE = "gone"
    NOT_REQUESTED = "not_requested"
    REQUESTED = "requested"
    LOOKED = "looked"
    ANSWERED = "answered"
    RETURNED = "returned"
    REFERRED = "referred"
    CLOSED = "closed"
    REOPENED = "reopened"
    KEPT = "kept"
    DISPOSED = "disposed"
    RETRACTED = "retracted"


class Before(StrEnum):
    """What was about to be done when the information was gone."""

    POLICE_REPORT = "police_report"
    REQUEST = "request"


class WhyNotRequested(StrEnum):
    """Why nobody is asked."""

    NO_CONTACT = "no_contact"
    DUPLICATE = "duplicate"
    POLICE_ASKED_NOT_TO = "police_asked_not_to"
    ABROAD = "abroad"
    JUDGED_AGAIN = "judged_again"
    OTHER = "other"


CSAM = frozenset({"csam-display", "2006-csam-display"})
"""Slugs of categories whose addresses are given to no provider of filters."""


class LookOutcome(StrEnum):
    """What somebody saw who looked whether it is still there."""

    REMOVED = "removed"
    BLOCKED_IN_JAPAN = "blocked_in_japan"
    ACCOUNT_GONE = "account_gone"
    SITE_GONE = "site_gone"
    MOVED = "moved"
    CHANGED = "changed"
    PARTLY = "partly"
    STILL_THERE = "still_there"
    UNREACHABLE = "unreachable"
    CANNOT_TELL = "cannot_tell"


DONE = frozenset(
    {
        LookOutcome.REMOVED,
        LookOutcome.BLOCKED_IN_JAPAN,
        LookOutcome.ACCOUNT_GONE,
        LookOutcome.SITE_GONE,
    }
)
"""Outcomes that count as 削除."""


TELLING = frozenset(LookOutcome) - {LookOutcome.UNREACHABLE, LookOutcome.CANNOT_TELL}
"""Outcomes from which something is known."""


class How(StrEnum):
    """Who or what looked; the first outweighs the second, that the third."""

    PERSON = "person"
    PROVIDER = "provider"
    PROBE = "probe"


class Answer(StrEnum):
    """What the recipient said."""

    DONE = "done"
    PARTLY = "partly"
    DECLINED = "declined"
    NOT_OURS = "not_ours"


class WhyReturned(StrEnum):
    """Why a mail came back."""

    UNKNOWN_USER = "unknown_user"
    BLOCKED = "blocked"
    OTHER = "other"


class Direction(StrEnum):
    """Which way a case was handed."""

    OUT = "out"
    IN = "in"


class Body(StrEnum):
    """To or from whom it was handed."""

    HOTLINE = "hotline"
    AUTHORITY = "authority"
    RIGHTS_HOLDER = "rights_holder"
    FILTER_PROVIDER = "filter_provider"
