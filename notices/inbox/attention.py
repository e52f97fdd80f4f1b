"""What came in about a notice and settled nothing: somebody has to look; pure."""

from collections.abc import Iterable, Iterator
from enum import StrEnum

from notices.delivery import State
from notices.inbox.archive_copies import is_altered
from notices.inbox.filed import InboundReport
from notices.inbox.reading.received import Action, Kind


class Seen(StrEnum):
    """Why somebody has to look at a notice."""

    IN_DOUBT = "in_doubt"
    """Nobody knows yet whether it arrived."""
    FAILED = "failed"
    """It was refused or given up."""
    BOUNCED = "bounced"
    """It came back."""
    BOUNCED_WITHOUT_RECIPIENT = "bounced_without_recipient"
    """Something came back that does not say clearly that ours was not delivered."""
    CONTRADICTED = "contradicted"
    """A report came that says otherwise than how the delivery stands."""
    ALTERED = "altered"
    """The copy in the archive is not what was signed: it was changed on the way."""
    ANSWERED = "answered"
    """A person wrote."""
    AUTO_ANSWERED = "auto_answered"
    """A program wrote, and no person did."""


_OF_STATES = {
    State.IN_DOUBT: Seen.IN_DOUBT,
    State.FAILED: Seen.FAILED,
    State.BOUNCED: Seen.BOUNCED,
}
_DONE = {State.WITHDRAWN}
HARMLESS = {str(Action.DELAYED), str(Action.RELAYED), str(Action.EXPANDED)}
"""What a server did that says nothing bad."""


def seen(state: State, reports: Iterable[InboundReport]) -> tuple[Seen, ...]:
    """Tell why somebody has to look at a notice; nothing of one that was taken back."""
    if state in _DONE:
        return ()
    told = set(_of_reports(state, reports))
    if Seen.ANSWERED in told:
        told.discard(Seen.AUTO_ANSWERED)
    if state in _OF_STATES:
        told.add(_OF_STATES[state])
    return tuple(each for each in Seen if each in told)


def _of_reports(state: State, reports: Iterable[InboundReport]) -> Iterator[Seen]:
    for report in reports:
        if report.kind is Kind.REPLY:
            yield Seen.ANSWERED
        elif report.kind is Kind.AUTO_REPLY:
            yield Seen.AUTO_ANSWERED
        elif report.kind is Kind.UNRELATED and is_altered(report.reason):
            yield Seen.ALTERED
        elif report.kind in (Kind.BOUNCE, Kind.DELIVERY_STATUS):
            yield from _of_report(state, report)


def _of_report(state: State, report: InboundReport) -> Iterator[Seen]:
    if report.proves is None:
        action = str(report.facts.get("action"))
        is_known = state is State.BOUNCED or (
            state is State.DELIVERED and action == Action.DELIVERED
        )
        if action not in HARMLESS and not is_known:
            yield Seen.BOUNCED_WITHOUT_RECIPIENT
    elif {report.proves, state} == {State.BOUNCED, State.DELIVERED}:
        yield Seen.CONTRADICTED
