"""Takes notices in: stores what was prepared."""

from datetime import datetime

from sqlalchemy import Connection, insert

from notices.delivery import State
from notices.errors import NoticesError, RefusedError
from notices.ledger import PROGRAM, EventKind, FactValue
from notices.messages import Text
from notices.store import numbering
from notices.store.casework.following import prepared_place, require_standing
from notices.store.database.schema import artifacts, deliveries, notices
from notices.store.ledger import events
from notices.store.ledger.placing import IN_ARTIFACTS, IN_JUDGMENT
from notices.store.model import JUDGMENT, MESSAGE, Artifact, SignedNotice
from notices.store.numbering import key_columns, key_facts


def add(
    connection: Connection,
    prepared: SignedNotice,
    *,
    now: datetime,
    by: str = PROGRAM,
) -> None:
    """Store notice, documents, message and delivery, all or nothing."""
    documents = (
        Artifact(name=MESSAGE, media_type="message/rfc822", content=prepared.message),
        *prepared.artifacts,
    )
    if not numbering.is_reserved(connection, prepared.number, prepared.key):
        raise NoticesError(
            Text(
                "{number} is not the number reserved for {key}",
                number=prepared.number,
                key=prepared.key,
            )
        )
    if used := numbering.number_of(connection, prepared.key):
        raise RefusedError(
            Text("{key} is prepared already, as {used}", key=prepared.key, used=used)
        )
    if prepared.follows:
        require_standing(connection, prepared.follows)
    connection.execute(insert(notices).values(_notice_row(prepared, now)))
    connection.execute(
        insert(artifacts), [_artifact_row(prepared.number, each) for each in documents]
    )
    connection.execute(
        insert(deliveries).values(_delivery_row(prepared, documents[0].sha256, now))
    )
    events.append(
        connection,
        EventKind.PREPARED,
        prepared.number,
        _prepared_facts(prepared) | _followed(connection, prepared.follows),
        now=now,
        by=by,
        case_id=prepared.key.case_id,
        documents=_committed(prepared, documents),
    )


def _notice_row(prepared: SignedNotice, now: datetime) -> dict[str, object]:
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
        "signer_certificate_sha256": prepared.signer_certificate_sha256,
        "created_at": now,
        "salt": "",  # of version 1: one secret behind all of its commitments
    }


def _artifact_row(number: str, artifact: Artifact) -> dict[str, object]:
    return {
        "number": number,
        "name": artifact.name,
        "media_type": artifact.media_type,
        "sha256": artifact.sha256,
        "content": artifact.content,
    }


def _delivery_row(
    prepared: SignedNotice, sha256: str, now: datetime
) -> dict[str, object]:
    envelope = prepared.envelope
    return {
        "number": prepared.number,
        "state": str(State.HELD),
        "reverse_path": envelope.reverse_path,
        "forward_path": envelope.forward_path,
        "archive_path": envelope.archive_path,
        "envid": envelope.envid,
        "message_id": prepared.message_id,
        "message_sha256": sha256,
        "attempts": 0,
        "changed_at": now,
        "channel": str(prepared.channel),
        "is_test": int(prepared.is_test),
    }


def _prepared_facts(prepared: SignedNotice) -> dict[str, FactValue]:
    is_stamped = "timestamp_time" in prepared.facts
    return {
        "timestamped": is_stamped,
        "warnings": 0,
        **prepared.facts,
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


def _committed(
    prepared: SignedNotice, documents: tuple[Artifact, ...]
) -> dict[str, tuple[bytes, str]]:
    """Every document, and where it is kept: the leaf commits to all of them."""
    kept = {each.name: (each.content, IN_ARTIFACTS) for each in documents}
    return kept | {JUDGMENT: (prepared.judgment.encode(), IN_JUDGMENT)}
