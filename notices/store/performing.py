"""The steps of an attempt, made for many deliveries at once.

All steps of a kind are one statement, and all that wait together are one commit
(docs/adr/0006). What is wrong with one of them is its own outcome and nobody else's.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Integer, bindparam, literal, update

from notices.approval import ApprovalRefused, NotApproved, explained
from notices.delivery import Attempt, IllegalTransition, Stage, State
from notices.errors import EvidenceBroken, NoticesError, TryLater
from notices.ledger import ArmedAttempt, EventKind, FactValue
from notices.messages import Text, listed
from notices.store import rows, shared_limits, transitions
from notices.store.approval import door
from notices.store.approval.policies import in_force_by
from notices.store.attempt_steps import (
    OUTCOMES,
    Arm,
    Claim,
    Finish,
    LostLease,
    Step,
    given_up,
)
from notices.store.casework import automatic
from notices.store.casework.claiming import asked_of
from notices.store.database.schema import deliveries
from notices.store.ledger import events
from notices.store.ledger.events import WORKER, UnplacedEvent
from notices.store.model import StoredNotice
from notices.store.transitions import Change, EndedAttempt, change_of

LEASE = timedelta(minutes=20)
"""How long a worker may take before DATA; the courier gives up after 15 minutes."""
LEASE_OF_BODY = timedelta(minutes=30)
"""From the first body byte: ten minutes to write it, ten for the reply, and slack."""

# of two attempts of one worker, where it was taken for dead in between, each its own
_IS_THAT_ATTEMPT = bindparam("ordinal", type_=Integer).in_(
    [literal(0), deliveries.c.attempts]
)
_ARM = (
    update(deliveries)
    .where(
        deliveries.c.number.in_(rows.NUMBERS),
        deliveries.c.state == str(State.SENDING),
        deliveries.c.stage == str(Stage.CONNECT),
        deliveries.c.lease_owner == bindparam("of_owner"),
        deliveries.c.lease_until > bindparam("now"),
        _IS_THAT_ATTEMPT,
    )
    .values(stage=str(Stage.DATA), lease_until=bindparam("until"))
    .returning(deliveries.c.number, deliveries.c.attempts, deliveries.c.message_sha256)
)
_FINISH = (
    update(deliveries)
    .where(
        deliveries.c.number.in_(rows.NUMBERS),
        deliveries.c.state == str(State.SENDING),
        deliveries.c.lease_owner == bindparam("of_owner"),
        _IS_THAT_ATTEMPT,
    )
    .values(
        state=bindparam("to"),
        next_attempt_at=bindparam("due"),
        changed_at=bindparam("now"),
        **dict.fromkeys(("stage", "lease_owner", "lease_until")),
    )
    .returning(deliveries.c.number, deliveries.c.attempts)
)


def perform(
    connection: Connection, steps: Sequence[Step[Any]], *, owner: str
) -> list[Any]:
    """Make the steps of one worker, no two of them of one delivery.

    Gives what each step's Result_co is, in its place; an error, a NoticesError unless
    the program is wrong, where that step was not made.

    Runs inside the caller's transaction: none of them is made before its commit.
    The latest of their clocks is the time of all: no lease is longer than it seems.
    """
    people = {step.number: step.by for step in steps if step.by}
    group = _Group(connection, owner, max(step.now for step in steps), people)
    group.claim([step for step in steps if isinstance(step, Claim)])
    group.arm([step for step in steps if isinstance(step, Arm)])
    group.finish([step for step in steps if isinstance(step, Finish)])
    group.tell_cases()
    events.append_all(connection, group.placed)
    return [group.outcomes[step.number] for step in steps]


class _Group:
    """The steps of one transaction: what becomes of each, and what is told of them."""

    def __init__(
        self,
        connection: Connection,
        owner: str,
        now: datetime,
        people: Mapping[str, str],
    ) -> None:
        self._connection = connection
        self._owner = owner
        self._now = now
        self._people = people
        self.outcomes: dict[str, Any] = {}
        self.placed: list[UnplacedEvent] = []
        self._sent: list[str] = []

    def claim(self, claims: Sequence[Claim]) -> None:
        """Take those that are due and that nobody else is taking."""
        wanted = {claim.number: claim for claim in claims}
        self.outcomes |= dict.fromkeys(wanted)
        free = [
            row
            for row in rows.free(self._connection, wanted)
            if self._is_due(row, wanted[row.number])
        ]
        asked = asked_of(self._connection, [row.number for row in free])
        # one that somebody took away must not hold up all others
        gone = [row.number for row in free if row.number not in asked]
        self.outcomes |= {number: rows.message_gone(number) for number in gone}
        kept = [row for row in free if row.number in asked]
        free = [row for row in kept if not asked[row.number].must_wait]
        limits = {one.number: one.limits for one in claims if one.limits}
        full = shared_limits.refused(self._connection, free, limits, self._now)
        self.outcomes |= full
        free = [row for row in free if row.number not in full]
        lease = self._now + LEASE
        rule = None
        if free:
            on_record = asked[free[0].number].policy_facts
            rule = in_force_by(self._connection, on_record, self._now)
        moved: list[Change] = []
        shut: list[tuple[Change, NoticesError]] = []
        for row in free:
            change = change_of(
                row, State.SENDING, self._now, owner=self._owner, lease_until=lease
            )
            facts: dict[str, FactValue] = {"attempt": change.after.attempts}
            try:
                approver = door.require_approved(
                    self._connection, row, self._now, rule=rule
                )
            except (ApprovalRefused, EvidenceBroken, NotApproved) as error:
                shut.append((change, error))
                self._tell(EventKind.ATTEMPTED, row.number, facts)
                continue
            message = rows.message_in(asked[row.number])
            if isinstance(message, EvidenceBroken):
                self.outcomes[row.number] = message  # no attempt has begun
                continue
            moved.append(change)
            self.outcomes[row.number] = change.after, message
            facts |= {"approver": approver} if approver else {}
            self._tell(EventKind.ATTEMPTED, row.number, facts)
        transitions.write(self._connection, [*moved, *(each for each, _ in shut)])
        self._hold(shut)

    def _hold(self, shut: Sequence[tuple[Change, NoticesError]]) -> None:
        """An attempt ends before it touches the network: `held`, and why."""
        changes, ended = [], []
        for begun, error in shut:
            row = begun.after
            attempt = Attempt(
                started_at=self._now,
                ended_at=self._now,
                state=State.HELD,
                stage=Stage.CONNECT,
                remote="",
                note=listed(explained(error), "; "),
            )
            changes.append(change_of(row, State.HELD, self._now))
            ended.append(
                EndedAttempt(number=row.number, ordinal=row.attempts, attempt=attempt)
            )
            facts = events.attempt_facts(row.attempts, attempt)
            self._tell(EventKind.OUTCOME, row.number, facts)
            self.outcomes[row.number] = error
        transitions.write(self._connection, changes)
        transitions.write_attempts(self._connection, ended)

    def arm(self, arms: Sequence[Arm]) -> None:
        """Commit stage `data` where the lease is still ours."""
        for number in (arm.number for arm in arms):
            lost = Text(
                "the attempt for {number} took too long and lost its lease",
                number=number,
            )
            self.outcomes[number] = TryLater(lost)
        alike: dict[int, list[str]] = {}
        for arm in arms:
            alike.setdefault(arm.ordinal, []).append(arm.number)
        for ordinal, these in alike.items():
            self._arm(ordinal, these)

    def _arm(self, ordinal: int, numbers: Sequence[str]) -> None:
        values = {
            **rows.numbers_of(numbers),
            "of_owner": self._owner,
            "ordinal": ordinal,
            "now": self._now,
            "until": self._now + LEASE_OF_BODY,
        }
        for row in self._connection.execute(_ARM, values):
            self.outcomes[row.number] = ArmedAttempt(
                number=row.number,
                attempt=row.attempts,
                message_sha256=row.message_sha256,
            )
            facts = {"attempt": row.attempts, "message_sha256": row.message_sha256}
            self._tell(EventKind.ARMED, row.number, facts)

    def finish(self, finishes: Sequence[Finish]) -> None:
        """Record outcomes of attempts that are still ours; what is alike at once."""
        ended: dict[tuple[State, datetime | None, int], dict[str, Attempt]] = {}
        for finish in finishes:
            attempt = given_up(finish.attempt, finish.next_attempt_at)
            if attempt.state not in OUTCOMES:
                wrong = IllegalTransition(
                    Text("no attempt ends as {state}", state=attempt.state)
                )
                self.outcomes[finish.number] = wrong
                continue
            due = finish.next_attempt_at if attempt.state is State.DEFERRED else None
            alike = ended.setdefault((attempt.state, due, finish.ordinal), {})
            alike[finish.number] = attempt
        for (state, due, ordinal), attempts in ended.items():
            self._end(state, due, ordinal, attempts)

    def _end(
        self,
        state: State,
        due: datetime | None,
        ordinal: int,
        attempts: Mapping[str, Attempt],
    ) -> None:
        for number in attempts:
            self.outcomes[number] = LostLease(
                Text(
                    "the attempt for {number} lost its lease and ended as {state}",
                    number=number,
                    state=state,
                ),
                hint="`notices show` tells what was made of it",
            )
        values = {
            **rows.numbers_of(attempts),
            "of_owner": self._owner,
            "ordinal": ordinal,
            "to": str(state),
            "due": due,
            "now": self._now,
        }
        written = []
        for number, which in self._connection.execute(_FINISH, values):
            attempt = attempts[number]
            self.outcomes[number] = state
            written.append(EndedAttempt(number=number, ordinal=which, attempt=attempt))
            facts = events.attempt_facts(which, attempt)
            self._tell(EventKind.OUTCOME, number, facts)
        transitions.write_attempts(self._connection, written)
        if state is State.SENT:
            self._sent += [each.number for each in written]

    def tell_cases(self) -> None:
        """Add to the cases that somebody was asked."""
        by_teller: dict[str, list[str]] = {}
        for number in self._sent:
            by_teller.setdefault(self._teller(number), []).append(number)
        for by, numbers in by_teller.items():
            automatic.add_requested(
                self._connection,
                numbers,
                now=self._now,
                by=by,
                tell=self.placed.extend,
            )

    def _teller(self, number: str) -> str:
        return self._people.get(number, WORKER)

    def _is_due(self, row: StoredNotice, claim: Claim) -> bool:
        if row.next_attempt_at is None or row.channel is not claim.channel:
            return False
        return claim.ignore_backoff or row.next_attempt_at <= self._now

    def _tell(
        self, kind: EventKind, number: str, facts: Mapping[str, FactValue]
    ) -> None:
        self.placed.append(
            UnplacedEvent(kind, number, facts, self._now, self._teller(number))
        )
