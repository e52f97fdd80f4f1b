"""Whether the entries of a notice can all be true: B32 (`docs/formats.md`, 9).

Whoever keeps the log can write what he likes into it. What he wrote must still agree:
one entry with the other, an outcome with the reply that decided it, a time with the
next.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from notices.delivery import Stage, State
from notices.ledger import EventKind, RecordedEvent, utc
from notices.messages import Text
from notices.verifying.bundle.history import History
from notices.verifying.checks import malformed

REQUESTED: Final = "requested"
_SAME = ("kind", "rung", "ordinal", "form", "channel", "test")
"""Facts of a notice that do not change."""
_OF_REQUESTED = ("rung", "form", "channel")
"""Those of them that the fact of the case tells as well."""
_OF_NOTICE = (EventKind.NUMBERED, EventKind.DRAFTED, EventKind.PREPARED)
_OUTCOMES = (EventKind.OUTCOME, EventKind.RECOVERED)
_REPLIED = ("delivery_status", "bounce")
_PROVES = {
    "delivered": str(State.DELIVERED),
    "failed": str(State.BOUNCED),
    "delayed": str(State.SENT),
    "relayed": str(State.SENT),
    "expanded": str(State.SENT),
}
"""What an action of a report proves (RFC 3464, 2.3.3)."""
_SENT = frozenset({str(State.SENT), str(State.DELIVERED), str(State.BOUNCED)})
_SMTP = "smtp"
_POSITIVE = 2
_DECISIVE = (2, 4, 5)
"""First digits of a reply to the final dot that leave no doubt (RFC 5321, 4.2.1)."""
_DATED = ("started_at", "ended_at")


def check(history: History, *, redacted: bool, tolerance: timedelta) -> str:
    """What the entries tell can all be so. Refusal for the first that cannot.

    redacted: whether documents were left out. tolerance: between clocks.
    """
    _check_beginning(history.events)
    _check_same(history.events)
    _Course(history, tolerance).follow()
    for event in history.events[-1:]:
        told = event.facts.get("redacted")
        if event.kind == EventKind.EXPORTED and told is not redacted:
            raise _not(event, "redacted", told)
    return Text("{count} entries agree", count=len(history.events))


def _check_beginning(events: Sequence[RecordedEvent]) -> None:
    """Its number comes first, and once."""
    for place, event in enumerate(events):
        is_first = place == 0 and event.leaf is not None
        has_before = is_first and event.leaf and event.leaf.previous.get("notice")
        if is_first and not has_before and event.kind != EventKind.NUMBERED:
            raise malformed(
                Text(
                    "entry {seq}, {kind}: a notice begins with its number",
                    seq=event.seq,
                    kind=event.kind,
                )
            )
        if place and event.kind == EventKind.NUMBERED:
            raise malformed(
                Text("entry {seq} gives the number a second time", seq=event.seq)
            )


def _check_same(events: Sequence[RecordedEvent]) -> None:
    """What does not change is told alike wherever it is told."""
    first: dict[str, tuple[int, object]] = {}
    for event in events:
        for name, value in _unchanging(event):
            seq, told = first.setdefault(name, (event.seq, value))
            if value != told or type(value) is not type(told):
                raise malformed(
                    Text(
                        "{name} is {value} in entry {seq}, {told} in entry {before}",
                        name=name,
                        value=value,
                        seq=event.seq,
                        told=told,
                        before=seq,
                    )
                )


def _unchanging(event: RecordedEvent) -> Iterator[tuple[str, object]]:
    if event.case_id:
        yield "case_id", event.case_id
    names: tuple[str, ...] = _SAME if event.kind in _OF_NOTICE else ()
    if event.kind == REQUESTED and event.facts.get("imported") is not True:
        names = _OF_REQUESTED
        # tests are no facts of a case: the fact's kind is that of the notice
        kind = event.facts.get("kind")
        yield "kind", "notice" if kind == "request" else kind
    for name in names:
        if event.facts.get(name) is not None:
            yield name, event.facts[name]


class _Course:
    """The attempts one after the other, and what is told of each."""

    def __init__(self, history: History, tolerance: timedelta) -> None:
        self._history = history
        self._tolerance = tolerance
        self._began: RecordedEvent | None = None
        self._is_armed = False
        self._armed_at: datetime | None = None
        self._state = ""
        channels = (event.facts.get("channel") for event in history.events)
        self._channel = next((one for one in channels if one), None)

    def follow(self) -> None:
        """Each entry of version 2: version 1 told other facts."""
        for event in self._history.events:
            self._note(event)
            if event.leaf is None:
                continue
            if event.kind in _OUTCOMES:
                self._check_outcome(event)
                self._check_times(event)
            elif event.kind == EventKind.EVIDENCE:
                self._check_evidence(event)
            elif event.kind == REQUESTED and event.facts.get("imported") is not True:
                self._check_requested(event)
            self._check_reply(event)
            self._move(event)

    def _note(self, event: RecordedEvent) -> None:
        if event.kind == EventKind.ATTEMPTED:
            self._began, self._is_armed = event, False
        elif event.kind == EventKind.ARMED:
            self._is_armed, self._armed_at = True, self._armed_at or event.at

    def _move(self, event: RecordedEvent) -> None:
        if event.kind in (*_OUTCOMES, EventKind.EVIDENCE):
            self._state = str(event.facts.get("state"))
        elif event.kind == EventKind.RESOLVED:
            self._state = str(event.facts.get("decision"))

    def _check_outcome(self, event: RecordedEvent) -> None:
        """The state is the one that the reply leads to (RFC 5321, 4.2.1)."""
        facts = event.facts
        state, stage, code = facts.get("state"), facts.get("stage"), _code(event)
        if stage not in set(map(str, Stage)):
            raise _not(event, "stage", stage)
        is_taken = stage == Stage.END_OF_DATA and code // 100 == _POSITIVE
        is_by_hand = code == 0 and self._channel not in (None, _SMTP)
        is_at_end = stage == Stage.END_OF_DATA and self._is_armed
        if state == State.SENT:
            holds = is_at_end and (is_taken or is_by_hand)
        elif state == State.IN_DOUBT:
            is_told = stage == Stage.END_OF_DATA and code // 100 in _DECISIVE
            holds = self._is_armed and not is_told
        else:
            holds = not is_taken
        if not holds:
            raise _not(event, "state", state)

    def _check_times(self, event: RecordedEvent) -> None:
        """It began after it was claimed, and ended before it was written down."""
        started, ended = (_moment(event, name) for name in _DATED)
        if started is None or ended is None:
            return
        if not started <= ended <= event.at + self._tolerance:
            raise _not(event, "ended_at", event.facts["ended_at"])
        if self._began is None or self._channel != _SMTP:
            return
        behind = sum(_behind(one) for one in (self._began, event))
        earliest = self._began.at - self._tolerance - timedelta(milliseconds=behind)
        if started < earliest:
            raise _not(event, "started_at", event.facts["started_at"])

    def _check_reply(self, event: RecordedEvent) -> None:
        """The words of a reply begin with the code that the entry tells."""
        reply = self._history.texts(event).get("reply")
        code, enhanced = _code(event), event.facts.get("reply_enhanced")
        if reply is None or not code:
            return
        begins = [str(code), *([str(enhanced)] if enhanced else [])]
        if reply.split(" ")[: len(begins)] != begins:
            raise _not(event, "reply", reply)

    def _check_evidence(self, event: RecordedEvent) -> None:
        """A report moves a delivery only where what it says leads."""
        facts = event.facts
        state, report = facts.get("state"), facts.get("report")
        if state == self._state:
            return
        if report in _REPLIED:
            holds = state == _PROVES.get(str(facts.get("action")))
            holds = holds and facts.get("proves") in (None, state)
        else:
            holds = report == "late_reply" or (
                report == "archive_copy" and state == State.SENT
            )
        if not holds:
            raise _not(event, "state", state)

    def _check_requested(self, event: RecordedEvent) -> None:
        """Somebody was asked: what was asked had been sent."""
        armed_at = self._armed_at
        if armed_at and self._state in _SENT:
            told = _moment(event, "at")
            if told and told < armed_at - self._tolerance:
                raise _not(event, "at", event.facts["at"])
            return
        raise malformed(
            Text(
                "entry {seq} says that somebody was asked, and nothing was sent",
                seq=event.seq,
            )
        )


def _code(event: RecordedEvent) -> int:
    code = event.facts.get("reply_code")
    return code if isinstance(code, int) else 0


def _behind(event: RecordedEvent) -> int:
    told = event.facts.get("clock_behind_ms")
    return told if isinstance(told, int) and not isinstance(told, bool) else 0


def _moment(event: RecordedEvent, name: str) -> datetime | None:
    """A moment of 27 characters; Refusal for another one, None for none."""
    told = event.facts.get(name)
    if told is None:
        return None
    try:
        # %z takes Z, and the shape of 27 characters is that of `utc`
        moment = datetime.strptime(str(told), "%Y-%m-%dT%H:%M:%S.%f%z")
    except ValueError as error:
        raise _not(event, name, told) from error
    if utc(moment) != told:
        raise _not(event, name, told)
    return moment


def _not(event: RecordedEvent, name: str, value: object) -> Exception:
    return malformed(
        Text(
            "entry {seq}, {kind}: {name} cannot be {value}",
            seq=event.seq,
            kind=event.kind,
            name=name,
            value="-" if value is None else value,
        )
    )
