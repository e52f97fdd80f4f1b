"""Takes notices in: stores what was prepared."""

from datetime import datetime

from sqlalchemy import Connection, insert

from notices.delivery import State
from notices.errors import NoticesError, RefusedError
from notices.ledger import (
    COMMITMENT_PREFIX,
    EventKind,
    FactValue,
    commitment,
    document_salt,
)
from notices.messages import Text
from notices.store import events, numbering
from notices.store.database.schema import artifacts, deliveries, notices
from notices.store.model import JUDGMENT, MESSAGE, Artifact, SignedNotice
from notices.store.numbering import key_facts


def add(
    connection: Connection, prepared: SignedNotice, *, secret: bytes, now: datetime
) -> None:
    """Store notice, documents, message and delivery, all or nothing.

    secret: 32 random bytes behind the commitments in the ledger.
    """
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
    connection.execute(insert(notices).values(_notice_row(prepared, secret, now)))
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
        _prepared_facts(prepared, documents, secret),
        now=now,
    )


def _notice_row(
    prepared: SignedNotice, secret: bytes, now: datetime
) -> dict[str, object]:
    return {
        **key_facts(prepared.key),
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
        "salt": secret.hex(),
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


def _prepared_facts(
    prepared: SignedNotice, documents: tuple[Artifact, ...], secret: bytes
) -> dict[str, FactValue]:
    """Hashes with a salt: a short text could be guessed from its plain hash."""
    contents = {each.name: each.content for each in documents}
    contents[JUDGMENT] = prepared.judgment.encode()
    return {
        **prepared.facts,
        **key_facts(prepared.key),
        "form": prepared.form,
        "recipient": prepared.envelope.forward_path,
        "message_id": prepared.message_id,
        "signer_certificate_sha256": prepared.signer_certificate_sha256,
        "again_reason": prepared.again_reason,
        "rung_reason": prepared.rung_reason,
        "channel": str(prepared.channel),
        "test": prepared.is_test,
        **{
            f"{COMMITMENT_PREFIX}{name}": commitment(
                document_salt(secret, name), content
            )
            for name, content in contents.items()
        },
    }
