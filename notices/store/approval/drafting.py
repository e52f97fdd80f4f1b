"""Takes drafts in, and what a signature adds to them.

All of it runs inside the caller's write transaction.
"""

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from notices.approval import UNSIGNED_LETTER
from notices.delivery import IllegalTransition, State
from notices.errors import InputError
from notices.ledger import PROGRAM, EventKind, FactValue
from notices.messages import Text
from notices.store import rows
from notices.store.adding import (
    artifact_row,
    delivery_row,
    lying_documents,
    message_of,
    signed_facts,
    store_written,
    tell_prepared,
)
from notices.store.approval.policies import in_force
from notices.store.approval.values import StoredDraft
from notices.store.casework import doors
from notices.store.database.draft_tables import drafts
from notices.store.database.postgres import OF_BYTES
from notices.store.database.schema import artifacts, deliveries, notices
from notices.store.ledger import events
from notices.store.model import DRAFT, JUDGMENT, DraftedNotice, SignedDraft

_OF_DRAFT = drafts.c
_IN_ROW = select(
    _OF_DRAFT.number,
    _OF_DRAFT.draft,
    _OF_DRAFT.sha256,
    _OF_DRAFT.mail,
    _OF_DRAFT.grounds,
    _OF_DRAFT.drafted_at,
    _OF_DRAFT.send_asked_at,
)


def add(
    connection: Connection,
    drafted: DraftedNotice,
    *,
    now: datetime,
    by: str = PROGRAM,
) -> None:
    """Store notice, documents and draft, all or nothing; no message exists yet."""
    in_force(connection, now)  # the draft names the policy
    store_written(connection, drafted, drafted.artifacts, now)
    values = delivery_row(drafted, now) | {"state": str(State.DRAFTED)}
    connection.execute(insert(deliveries).values(values))
    connection.execute(
        insert(drafts).values(
            number=drafted.number,
            draft=drafted.draft.decode(),
            sha256=drafted.draft_sha256,
            mail=drafted.mail,
            grounds=drafted.grounds,
            drafted_at=now,
        )
    )
    facts: dict[str, FactValue] = {
        **drafted.facts,
        "form": drafted.form,
        "channel": str(drafted.channel),
        "test": drafted.is_test,
        "mailbox": drafted.envelope.forward_path,
    }
    documents = {each.name: each.content for each in drafted.artifacts}
    documents |= {JUDGMENT: drafted.judgment.encode(), DRAFT: drafted.draft}
    events.append(
        connection,
        EventKind.DRAFTED,
        drafted.number,
        facts,
        now=now,
        by=by,
        case_id=drafted.key.case_id,
        documents=lying_documents(documents),
    )


def sign(
    connection: Connection,
    signed: SignedDraft,
    *,
    now: datetime,
    by: str = PROGRAM,
) -> None:
    """`drafted` to `held`: the signed documents and the message come to the draft.

    IllegalTransition if somebody was quicker.
    """
    row = rows.locked(connection, signed.number)
    if row.state is not State.DRAFTED:
        raise IllegalTransition(
            Text(
                "{number} is {state}: it is no draft",
                number=row.number,
                state=row.state,
            )
        )
    message = message_of(signed.message)
    connection.execute(
        update(notices)
        .where(notices.c.number == signed.number)
        .values(signer_certificate_sha256=signed.signer_certificate_sha256)
    )
    connection.execute(
        insert(artifacts),
        [artifact_row(signed.number, each) for each in (message, *signed.artifacts)],
    )
    connection.execute(
        update(deliveries)
        .where(deliveries.c.number == signed.number)
        .values(
            state=str(State.HELD),
            message_id=signed.message_id,
            message_sha256=message.sha256,
            changed_at=now,
        )
    )
    stored = rows.one(connection, signed.number)
    tell_prepared(
        connection,
        stored,
        signed_facts(stored, signed.facts),
        _documents(connection, signed.number),
        now=now,
        by=by,
    )


def _documents(connection: Connection, number: str) -> dict[str, bytes]:
    """All that is stored; of the unsigned letter the signed one has the octets."""
    query = (
        select(artifacts.c.name, artifacts.c.content)
        .where(artifacts.c.number == number, artifacts.c.name != UNSIGNED_LETTER)
        .execution_options(**OF_BYTES)
    )
    documents = {row.name: bytes(row.content) for row in connection.execute(query)}
    judgment: str = connection.execute(
        select(notices.c.judgment).where(notices.c.number == number)
    ).scalar_one()
    return documents | {JUDGMENT: judgment.encode()}


def ask_to_send(connection: Connection, number: str, *, now: datetime) -> None:
    """Note that a draft is to be sent as soon as it may; once is enough."""
    connection.execute(
        update(drafts)
        .where(_OF_DRAFT.number == number, _OF_DRAFT.send_asked_at.is_(None))
        .values(send_asked_at=now)
    )


def one(connection: Connection, number: str) -> StoredDraft:
    """Give the draft of a notice, also of one that is signed by now; InputError."""
    row = connection.execute(_IN_ROW.where(_OF_DRAFT.number == number)).one_or_none()
    if row is None:
        raise InputError(
            Text("{number} did not begin as a draft", number=number),
            hint="`notices list` shows which notices are drafted",
        )
    return StoredDraft(**row._mapping)  # noqa: SLF001 - a row's own mapping


def waiting(connection: Connection) -> tuple[StoredDraft, ...]:
    """Give every draft that may be signed now, the oldest first.

    One that is to be sent waits while its case, or everything, is on hold: it would be
    signed, not queued, and nobody would remember that it was to be sent.
    """
    query = (
        _IN_ROW.join(deliveries, deliveries.c.number == _OF_DRAFT.number)
        .where(deliveries.c.state == str(State.DRAFTED))
        .order_by(_OF_DRAFT.drafted_at, _OF_DRAFT.number)
    )
    drafts = tuple(
        StoredDraft(**row._mapping)  # noqa: SLF001 - a row's own mapping
        for row in connection.execute(query)
    )
    asked = [draft.number for draft in drafts if draft.send_asked_at is not None]
    shut = doors.shut_numbers(connection, asked)
    return tuple(draft for draft in drafts if draft.number not in shut)
