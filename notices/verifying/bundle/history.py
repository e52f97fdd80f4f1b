"""What happened to a notice, as a bundle shows it, and whether it can be so.

The moves are judged by the table of `delivery.py`, the times and the links by
`docs/formats.md`, 4.2, 4.3 and 9. Both versions of the ledger come in one shape.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from types import MappingProxyType
from typing import Final

from notices.delivery import LEGAL, State
from notices.ledger import EventKind, Opening, RecordedEvent
from notices.messages import Text
from notices.verifying.checks import malformed

DRAFTED: Final = str(State.DRAFTED)
_OUTCOMES = frozenset({EventKind.OUTCOME, EventKind.RECOVERED})
_ONLY_FROM: Mapping[str, str] = {
    str(EventKind.QUEUED): str(State.HELD),
    str(EventKind.OUTCOME): str(State.SENDING),
    str(EventKind.RECOVERED): str(State.SENDING),
    str(EventKind.RESOLVED): str(State.IN_DOUBT),
}
"""Events that may come in one state alone, whatever the table would allow."""
_DECISIONS = {"sent": State.SENT, "resend": State.QUEUED}
_MOVES = {
    DRAFTED: DRAFTED,
    str(EventKind.PREPARED): str(State.HELD),
    str(EventKind.QUEUED): str(State.QUEUED),
    str(EventKind.ATTEMPTED): str(State.SENDING),
    str(EventKind.WITHDRAWN): str(State.WITHDRAWN),
}
Beside = Mapping[int, Mapping[str, Opening]]


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The events of one notice, proven to be in the log."""

    number: str
    """整理番号."""
    events: Sequence[RecordedEvent]
    """In the order of the log."""
    others: Sequence[RecordedEvent] = ()
    """Policy and people that these name."""
    beside: Beside = field(default_factory=lambda: MappingProxyType({}))
    """What is shown of what lies beside them: place, then name."""

    def one(self, kind: EventKind) -> RecordedEvent:
        """The one event of that kind; Refusal if there is none, or another one."""
        of_kind = [event for event in self.events if event.kind == kind]
        if len(of_kind) != 1:
            raise malformed(
                Text(
                    "{count} events {kind}, must be one", count=len(of_kind), kind=kind
                )
            )
        return of_kind[0]

    def texts(self, event: RecordedEvent) -> dict[str, str]:
        """The free texts beside an event, as far as they are shown."""
        return {
            name: opening.text
            for name, opening in self.beside.get(event.seq, {}).items()
            if not name.startswith("document/")
        }


def final_state(history: History) -> str:
    """Follow every move; Refusal for a step that may not be. The state at the end."""
    delivery = _Delivery()
    for event in history.events:
        delivery.follow(event)
    return delivery.state


class _Delivery:
    """One delivery: where it stands, and which attempt is under way."""

    def __init__(self) -> None:
        self.state = ""
        self._attempts = 0
        self._is_armed = False

    def follow(self, event: RecordedEvent) -> None:
        """Make the step that an event tells."""
        if event.kind == EventKind.ATTEMPTED:
            self._attempts += 1
            self._is_armed = False
        self._check_attempt(event)
        to = self._target(event)
        if self.state != _ONLY_FROM.get(event.kind, self.state):
            raise _illegal(event, self.state, str(to))
        if to is not None and to != self.state:
            self._step(event, to)
        elif to is not None and event.kind != EventKind.EVIDENCE:
            raise _illegal(event, self.state, to)

    def _check_attempt(self, event: RecordedEvent) -> None:
        if event.kind == EventKind.ARMED:
            if self.state != State.SENDING or self._is_armed:
                raise _illegal(event, self.state, "armed")
            self._is_armed = True
        is_of_one = event.kind in {EventKind.ATTEMPTED, EventKind.ARMED, *_OUTCOMES}
        if is_of_one and event.facts.get("attempt") != self._attempts:
            raise malformed(
                Text(
                    "entry {seq} is of attempt {attempt}, it should be {expected}",
                    seq=event.seq,
                    attempt=event.facts.get("attempt"),
                    expected=self._attempts,
                )
            )

    def _target(self, event: RecordedEvent) -> str | None:
        """Where an event leads; None: it moves nothing."""
        if event.kind in _OUTCOMES or event.kind == EventKind.EVIDENCE:
            return str(event.facts.get("state"))
        if event.kind == EventKind.RESOLVED:
            decision = str(event.facts.get("decision"))
            return str(_DECISIONS.get(decision, decision))
        return _MOVES.get(event.kind)

    def _step(self, event: RecordedEvent, to: str) -> None:
        # what may be on its way is not queued again by itself
        is_doubted = self.state == State.SENDING and self._is_armed
        is_sending_again = is_doubted and to == State.QUEUED
        is_early = event.kind == EventKind.EVIDENCE and not self._attempts
        if to not in _after(self.state) or is_sending_again or is_early:
            raise _illegal(event, self.state, to)
        self.state = to


def _after(state: str) -> frozenset[str]:
    if state == "":
        return frozenset({DRAFTED, str(State.HELD)})
    known = {str(one): legal for one, legal in LEGAL.items()}
    return frozenset(map(str, known.get(state, ())))


def _illegal(event: RecordedEvent, state: str, to: str) -> Exception:
    return malformed(
        Text(
            "entry {seq}, {kind}: a delivery that is {state} cannot become {to}",
            seq=event.seq,
            kind=event.kind,
            state=state or "not prepared",
            to=to,
        )
    )


def check_times(
    history: History,
    *,
    until: datetime | None,
    sealed: datetime | None,
    tolerance: timedelta,
) -> str:
    """Along the chain times do not run backwards, nor past what is over them.

    until: when the checkpoint over all of it existed at the latest. sealed: when the
    bundle was signed, by its signer. Version 1 told the clock of each act, so only what
    version 2 wrote is judged.
    """
    judged = [event for event in history.events if event.leaf]
    for before, event in pairwise(judged):
        if event.at < before.at:
            raise malformed(
                Text(
                    "entry {seq} was written down before entry {before}",
                    seq=event.seq,
                    before=before.seq,
                )
            )
    for event in judged:
        if until is not None and event.at > until + tolerance:
            raise malformed(
                Text(
                    "entry {seq} was written down after the checkpoint's time stamp",
                    seq=event.seq,
                )
            )
        if sealed is not None and event.at > sealed + tolerance:
            raise malformed(
                Text(
                    "entry {seq} was written down after the bundle was signed",
                    seq=event.seq,
                )
            )
    return Text("{count} times in order", count=len(judged))


def missing(history: History) -> Iterator[str]:
    """What keeps the history from being complete, one sentence each; 9.

    Raises Refusal for links that contradict what is shown.
    """
    shown = {event.seq: event for event in (*history.events, *history.others)}
    before: RecordedEvent | None = None
    for event in history.events:
        if event.leaf is not None:
            yield from _missing_before(event, before)
            yield from _missing_of_others(event, shown)
        elif before is not None and before.leaf is not None:
            raise malformed(
                Text("entry {seq} is of version 1, which had ended", seq=event.seq)
            )
        before = event
    if history.events and history.events[-1].kind != EventKind.EXPORTED:
        yield "the last entry is not that of the export"


def _missing_before(
    event: RecordedEvent, before: RecordedEvent | None
) -> Iterator[str]:
    link = event.leaf.previous.get("notice") if event.leaf else None
    if link is None:
        if before is not None:
            raise _contradicts(event, "that nothing was before it")
        return
    if before is None or link.seq > before.seq:
        yield Text("entry {seq} of the ledger", seq=link.seq)
    elif link.seq != before.seq or link.leaf != before.hash.hex():
        raise _contradicts(
            event, Text("entry {seq}, not the one before it", seq=link.seq)
        )


def _missing_of_others(
    event: RecordedEvent, shown: Mapping[int, RecordedEvent]
) -> Iterator[str]:
    if event.leaf is None:
        return
    for chain in ("policy", "person"):
        link = event.leaf.previous.get(chain)
        if link is None:
            continue
        if link.seq not in shown:
            yield Text("entry {seq} of the ledger ({chain})", seq=link.seq, chain=chain)
        elif shown[link.seq].hash.hex() != link.leaf:
            raise _contradicts(
                event, Text("another entry {seq} than is shown", seq=link.seq)
            )


def _contradicts(event: RecordedEvent, what: str) -> Exception:
    return malformed(Text("entry {seq} names {what}", seq=event.seq, what=what))
