"""Takes notices in: stores what was prepared."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, insert

from notices.delivery import State
from notices.errors import RefusedError, TryLater
from notices.ledger import PROGRAM, EventKind, FactValue
from notices.messages import Text
from notices.store import numbering
from notices.store.casework.following import (
    followed_by,
    prepared_place,
    require_standing,
)
from notices.store.database.schema import artifacts, deliveries, notices
from notices.store.ledger import events
from notices.store.ledger.placing import IN_ARTIFACTS, IN_DRAFTS, IN_JUDGMENT
from notices.store.model import (
    DRAFT,
    JUDGMENT,
    MESSAGE,
    Artifact,
    SignedNotice,
    StoredNotice,
    WrittenNotice,
)
from notices.store.numbering import key_columns, key_facts

# built once: building a statement costs more than running it
_INSERT_NOTICE = insert(notices)
_INSERT_ARTIFACTS = insert(artifacts)
_INSERT_DELIVERY = insert(deliveries)


def add(
    connection: Connection,
    prepared: SignedNotice,
    *,
    now: datetime,
    by: str = PROGRAM,
) -> None:
    """Store notice, documents, message and delivery, all or nothing."""
    documents = (message_of(prepared.message), *prepared.artifacts)
    store_written(connection, prepared, documents, now)
    values = delivery_row(prepared, now) | {
        "state": str(State.HELD),
        "message_id": prepared.message_id,
        "message_sha256": documents[0].sha256,
    }
    connection.execute(_INSERT_DELIVERY, values)
    kept = {each.name: each.content for each in documents}
    facts = signed_facts(prepared, prepared.facts)
    kept[JUDGMENT] = prepared.judgment.encode()
    tell_prepared(connection, prepared, facts, kept, now=now, by=by)


def message_of(content: bytes) -> Artifact:
    """The signed message as a document."""
    return Artifact(name=MESSAGE, media_type="message/rfc822", content=content)


def store_written(
    connection: Connection,
    prepared: WrittenNotice,
    documents: tuple[Artifact, ...],
    now: datetime,
) -> None:
    """Store the notice and its documents under the number reserved for it."""
    numbering.hold(connection, prepared.number)
    if not numbering.is_reserved(connection, prepared.number, prepared.key):
        # whoever wrote it at the same moment and broke off has made the number void
        raise TryLater(
            Text(
                "{number} is not the number reserved for {key}",
                number=prepared.number,
                key=prepared.key,
            ),
            hint="nothing was kept; try again",
        )
    if used := numbering.number_of(connection, prepared.key):
        raise RefusedError(
            Text("{key} is prepared already, as {used}", key=prepared.key, used=used)
        )
    if prepared.follows:
        require_standing(connection, prepared.follows)
    connection.execute(_INSERT_NOTICE, _notice_row(prepared, now))
    rows = [artifact_row(prepared.number, each) for each in documents]
    connection.execute(_INSERT_ARTIFACTS, rows)


def tell_prepared(
    connection: Connection,
    prepared: SignedNotice | StoredNotice,
    facts: dict[str, FactValue],
    documents: Mapping[str, bytes],
    *,
    now: datetime,
    by: str,
) -> None:
    """Write that it is signed; the leaf commits to every document."""
    events.append(
        connection,
        EventKind.PREPARED,
        prepared.number,
        facts | _followed(connection, followed_by(connection, prepared.number)),
        now=now,
        by=by,
        case_id=prepared.key.case_id,
        documents=lying_documents(documents),
    )


def lying_documents(documents: Mapping[str, bytes]) -> dict[str, tuple[bytes, str]]:
    """Documents, and where the octets of each are kept."""
    return {
        name: (content, _KEPT.get(name, IN_ARTIFACTS))
        for name, content in documents.items()
    }


_KEPT = {JUDGMENT: IN_JUDGMENT, DRAFT: IN_DRAFTS}


def _notice_row(prepared: WrittenNotice, now: datetime) -> dict[str, object]:
    return {
        **key_columns(prepared.key),
        "number": prepared.number,
        "form": prepared.form,
        "recipient_name": prepared.recipient_name,
        "letter_date": prepared.letter_date.isoformat(),
        "again_reason": prepared.again_reason,
        "rung_reason": prepared.rung_reason,
        "judgment": prepared.judgment,
        "notice": prepared.notice,
        "signer_certificate_sha256": getattr(prepared, "signer_certificate_sha256", ""),
        "created_at": now,
        "salt": "",  # of version 1: one secret behind all of its commitments
    }


def artifact_row(number: str, artifact: Artifact) -> dict[str, object]:
    """The row of a document."""
    return {
        "number": number,
        "name": artifact.name,
        "media_type": artifact.media_type,
        "sha256": artifact.sha256,
        "content": artifact.content,
    }


def delivery_row(prepared: WrittenNotice, now: datetime) -> dict[str, object]:
    """The row of a delivery, without its state and message."""
    envelope = prepared.envelope
    return {
        "number": prepared.number,
        "reverse_path": envelope.reverse_path,
        "forward_path": envelope.forward_path,
        "archive_path": envelope.archive_path,
        "envid": envelope.envid,
        "attempts": 0,
        "changed_at": now,
        "channel": str(prepared.channel),
        "is_test": int(prepared.is_test),
    }


def signed_facts(
    prepared: SignedNotice | StoredNotice, facts: Mapping[str, FactValue]
) -> dict[str, FactValue]:
    """What the ledger says of a signed notice; facts: what else is to be said."""
    is_stamped = "timestamp_time" in facts
    return {
        "timestamped": is_stamped,
        "warnings": 0,
        **facts,
        **key_facts(prepared.key),
        "form": prepared.form,
        "mailbox": prepared.envelope.forward_path,
        "recipient": prepared.recipient_name,
        "message_id": prepared.message_id,
        "signer_certificate_sha256": prepared.signer_certificate_sha256,
        "again_reason": prepared.again_reason,
        "rung_reason": prepared.rung_reason,
        "channel": str(prepared.channel),
        "test": prepared.is_test,
    }


def _followed(connection: Connection, number: str) -> dict[str, FactValue]:
    """The `prepared` of the notice before (docs/formats.md, 6.2)."""
    if not number:
        return {}
    seq, leaf = prepared_place(connection, number)
    return {"follows_seq": seq, "follows_leaf": leaf}
