"""The record of a bundle, of either version, and the log that it leads to."""

from collections.abc import Mapping, Sequence

from notices.errors import InputError, LaterVersion
from notices.ledger import (
    Checkpoint,
    Cosignature,
    VerifierKey,
    parse_note,
    parse_verifier_key,
)
from notices.messages import Text
from notices.report import SubIndication
from notices.verifying.bundle import record_1, record_2
from notices.verifying.bundle.history import History
from notices.verifying.bundle.members import CHECKPOINT, LOG_KEY
from notices.verifying.bundle.parsing import parse_json
from notices.verifying.bundle.reading_record_2 import read_record_2
from notices.verifying.bundle.record_1 import Record1, read_record_1
from notices.verifying.bundle.record_2 import Record2
from notices.verifying.checkpoint import cosignatures, open_checkpoint, own_note
from notices.verifying.checks import Refusal, later, malformed, refuse_later

Record = Record1 | Record2


def read_record(data: bytes) -> Record:
    """Parse the record; Refusal if it has another form."""
    document = parse_json(data)
    schema = document["schema"]
    refuse_later("the record", schema, record_2.SCHEMA)
    if schema == record_1.SCHEMA:
        return read_record_1(document)
    if schema == record_2.SCHEMA:
        return read_record_2(data, document)
    raise malformed(Text("the record's schema is {schema!r}", schema=schema))


def read_log_key(members: Mapping[str, bytes]) -> VerifierKey:
    """The log's public key as the bundle has it."""
    try:
        return parse_verifier_key(members[LOG_KEY].decode())
    except InputError as error:
        raise malformed(
            Text("the log's key: {message}", message=error.message)
        ) from error


def read_checkpoint(members: Mapping[str, bytes], key: VerifierKey) -> Checkpoint:
    """The checkpoint, if `key` signed it."""
    try:
        return open_checkpoint(members[CHECKPOINT].decode(), key)
    except InputError as error:
        raise malformed(error.message) from error


def read_cosignatures(
    members: Mapping[str, bytes], witnesses: Sequence[VerifierKey]
) -> tuple[Cosignature, ...]:
    """The cosignatures of these witnesses. Refusal if one of them does not hold."""
    try:
        return cosignatures(parse_note(members[CHECKPOINT].decode()), witnesses)
    except InputError as error:
        raise Refusal(SubIndication.SIG_CRYPTO_FAILURE, error.message) from error


def stamped_note(members: Mapping[str, bytes], key: VerifierKey) -> bytes:
    """What the checkpoint's time stamp is about: the note without witnesses' lines."""
    note = parse_note(members[CHECKPOINT].decode())
    return str(own_note(note, key)).encode()


def prove_history(record: Record, checkpoint: Checkpoint) -> History:
    """Every event is in the checkpoint's tree (RFC 9162, 2.1.3.2). Refusal else."""
    if record.size != checkpoint.size:
        raise malformed(
            Text(
                "the proofs lead to a tree of {size}, the checkpoint has "
                "{checkpoint_size}",
                size=record.size,
                checkpoint_size=checkpoint.size,
            )
        )
    try:
        return record.history(checkpoint)
    except LaterVersion as error:
        raise later("an entry of the ledger") from error
    except InputError as error:
        raise malformed(error.message) from error
