"""The three steps of an attempt: claimed, armed, finished; of many deliveries at once.

All steps of a kind are one statement, and all that wait together are one commit
(docs/adr/0006). What is wrong with one of them is its own outcome and nobody else's.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, update

from notices.delivery import Attempt, IllegalTransition, Stage, State
from notices.errors import EvidenceBroken, InputError, NoticesError, TryLater
from notices.ledger import EventKind
from notices.outbox import changes, journal, rows
from notices.outbox.changes import Ended, change_of
from notices.outbox.journal import Told
from notices.outbox.records import Stored
from notices.outbox.schema import deliveries
from notices.rules import Channel

OUTCOMES = frozenset({State.SENT, State.DEFERRED, State.FAILED, State.IN_DOUBT})
"""What a courier can make of an attempt."""
LEASE = timedelta(minutes=20)
"""How long a worker may take before DATA; the courier gives up after 15 minutes."""
LEASE_OF_BODY = timedelta(minutes=30)
"""From the first body byte: ten minutes to write it, ten for the reply, and slack."""

_ARM = (
    update(deliveries)
    .where(
        deliveries.c.number.in_(bindparam("numbers", expanding=True)),
        deliveries.c.state == str(State.SENDING),
        deliveries.c.stage == str(Stage.CONNECT),
        deliveries.c.lease_owner == bindparam("of_owner"),
        deliveries.c.lease_until > bindparam("now"),
    )
    .values(stage=str(Stage.DATA), lease_until=bindparam("until"))
    .returning(deliveries.c.number, deliveries.c.attempts, deliveries.c.message_sha256)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """`queued` or `deferred` to `sending`, and the message's bytes to be sent."""

    number: str
    """整理番号."""
    now: datetime
    """The time of the step."""
    ignore_backoff: bool = False
    """True: also what is not due yet."""
    channel: Channel = Channel.SMTP
    """What the worker serves; a delivery for another one is not touched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """Commit stage `data`: from here on a loss means doubt."""

    number: str
    """整理番号."""
    now: datetime
    """The time of the step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish:
    """Record how the attempt ended; `deferred` with nothing to follow is `failed`."""

    number: str
    """整理番号."""
    now: datetime
    """The time of the step."""
    attempt: Attempt
    """How it ended."""
    next_attempt_at: datetime | None
    """When a deferred one is due again; None: it is given up."""


Taken = tuple[Stored, bytes]
"""A claimed delivery and its message."""
Step = Claim | Arm | Finish
Outcome = Taken | Stored | Exception | None
"""Of a claim: what was taken, or None if it is not due or not waiting. Of `Finish`:
what the delivery is now. Of `Arm`: None. An error, a NoticesError unless the program
is wrong: this step was not made."""


def perform(
    connection: Connection, steps: Sequence[Step], *, owner: str
) -> list[Outcome]:
    """Make the steps of one worker, no two of them of one delivery.

    Runs inside the caller's transaction: none of them is made before its commit.
    The latest of their clocks is the time of all: no lease is longer than it seems.
    """
    now = max(step.now for step in steps)
    steps = [replace(step, now=now) for step in steps]
    claims = [step for step in steps if isinstance(step, Claim)]
    arms = [step for step in steps if isinstance(step, Arm)]
    finishes = [step for step in steps if isinstance(step, Finish)]
    outcomes: dict[str, Outcome] = {}
    if claims:
        outcomes |= _claim(connection, claims, owner)
    if arms:
        outcomes |= _arm(connection, arms, owner)
    if finishes:
        outcomes |= _finish(connection, finishes, owner)
    return [outcomes[step.number] for step in steps]


def _claim(
    connection: Connection, claims: Iterable[Claim], owner: str
) -> dict[str, Outcome]:
    wanted = {claim.number: claim for claim in claims}
    free = [
        row for row in rows.free(connection, wanted) if _is_due(row, wanted[row.number])
    ]
    messages = rows.messages(connection, [row.number for row in free])
    outcomes: dict[str, Outcome] = dict.fromkeys(wanted)
    moved, told = [], []
    for row in free:
        message, now = messages[row.number], wanted[row.number].now
        if isinstance(message, EvidenceBroken):
            outcomes[row.number] = message  # no attempt has begun
            continue
        change = change_of(
            row, State.SENDING, now, owner=owner, lease_until=now + LEASE
        )
        moved.append(change)
        facts = {"attempt": change.after.attempts}
        told.append(Told(EventKind.ATTEMPTED, row.number, facts, now))
        outcomes[row.number] = change.after, message
    changes.write(connection, moved)
    journal.append_all(connection, told)
    return outcomes


def _is_due(row: Stored, claim: Claim) -> bool:
    if row.next_attempt_at is None or row.channel is not claim.channel:
        return False
    return claim.ignore_backoff or row.next_attempt_at <= claim.now


def _arm(connection: Connection, arms: Sequence[Arm], owner: str) -> dict[str, Outcome]:
    wanted = [arm.number for arm in arms]
    now = arms[0].now
    values = {
        **rows.numbers_of(wanted),
        "of_owner": owner,
        "now": now,
        "until": now + LEASE_OF_BODY,
    }
    outcomes: dict[str, Outcome] = {
        number: TryLater(f"the attempt for {number} took too long and lost its lease")
        for number in wanted
    }
    told = []
    for number, attempt, sha256 in connection.execute(_ARM, values):
        facts = {"attempt": attempt, "message_sha256": sha256}
        told.append(Told(EventKind.ARMED, number, facts, now))
        outcomes[number] = None
    journal.append_all(connection, told)
    return outcomes


def _finish(
    connection: Connection, finishes: Iterable[Finish], owner: str
) -> dict[str, Outcome]:
    wanted = {each.number: each for each in finishes}
    found = {row.number: (row, of) for row, of in rows.owned(connection, wanted)}
    outcomes: dict[str, Outcome] = {}
    moved, ended, told = [], [], []
    for number, finish in wanted.items():
        row, lease_owner = found.get(number, (None, None))
        attempt = _given_up(finish)
        if (error := _wrong(finish, row, is_ours=lease_owner == owner)) or row is None:
            outcomes[number] = error
            continue
        due = finish.next_attempt_at if attempt.state is State.DEFERRED else None
        change = change_of(row, attempt.state, finish.now, next_attempt_at=due)
        moved.append(change)
        ended.append(Ended(number=number, ordinal=row.attempts, attempt=attempt))
        facts = journal.attempt_facts(row.attempts, attempt)
        told.append(Told(EventKind.OUTCOME, number, facts, finish.now))
        outcomes[number] = change.after
    changes.write(connection, moved)
    changes.write_attempts(connection, ended)
    journal.append_all(connection, told)
    return outcomes


def _given_up(finish: Finish) -> Attempt:
    attempt = finish.attempt
    if attempt.state is not State.DEFERRED or finish.next_attempt_at is not None:
        return attempt
    note = "; ".join(part for part in (attempt.note, "given up: too old") if part)
    return replace(attempt, state=State.FAILED, note=note)


def _wrong(finish: Finish, row: Stored | None, *, is_ours: bool) -> NoticesError | None:
    """Why the outcome cannot be recorded."""
    number, state = finish.number, finish.attempt.state
    if state not in OUTCOMES:
        return IllegalTransition(f"no attempt ends as {state}")
    if row is None:
        return InputError(
            f"there is no notice {number}", hint="`notices list` shows all"
        )
    if row.state is not State.SENDING or not is_ours:
        return TryLater(
            f"the attempt for {number} lost its lease and ended as {state}",
            hint="`notices show` tells what was made of it",
        )
    return None
