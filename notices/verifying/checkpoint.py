"""Opening a checkpoint: a signed note of the log whose key is pinned."""

from collections.abc import Sequence

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from notices.errors import InputError
from notices.ledger import (
    Checkpoint,
    Cosignature,
    Note,
    NoteSignature,
    VerifierKey,
    cosigned_text,
    moment_of,
    parse_checkpoint,
    parse_note,
    split_cosignature,
)
from notices.messages import Text


def open_checkpoint(text: str, key: VerifierKey) -> Checkpoint:
    """Read a note's checkpoint if `key` signed it; InputError tells why not.

    Signatures of other keys, such as witnesses, are passed over (C2SP signed-note).
    """
    return checkpoint_of(parse_note(text), key)


def checkpoint_of(note: Note, key: VerifierKey) -> Checkpoint:
    """`open_checkpoint` of a note that was parsed before."""
    if not _is_signed(note, key):
        raise InputError(
            Text("the checkpoint is not signed by the log's key {name}", name=key.name),
            hint="compare the key with the one that the centre published",
        )
    checkpoint = parse_checkpoint(note.text)
    if checkpoint.origin != key.name:
        raise InputError(
            Text(
                "the checkpoint is of {origin!r}, the key of {name!r}",
                origin=checkpoint.origin,
                name=key.name,
            )
        )
    return checkpoint


def own_note(note: Note, key: VerifierKey) -> Note:
    """The note with the log's own signature alone, which a time stamp is about."""
    own = [each for each in note.signatures if _is_of(each, key)]
    return Note(text=note.text, signatures=tuple(own))


def cosignatures(
    note: Note, witnesses: Sequence[VerifierKey]
) -> tuple[Cosignature, ...]:
    """The cosignatures of these witnesses, in their order, at most one of each.

    InputError for a line under the name and hash of one of them that it did not make,
    or for two of them; lines of others are passed over (C2SP signed-note).
    """
    counted = []
    for witness in witnesses:
        lines = [each for each in note.signatures if _is_of(each, witness)]
        if len(lines) > 1:
            raise InputError(
                Text("the note has two lines of the witness {name}", name=witness.name)
            )
        counted += [_cosignature(note, witness, line) for line in lines]
    return tuple(counted)


def _cosignature(note: Note, witness: VerifierKey, line: NoteSignature) -> Cosignature:
    seconds, signature = split_cosignature(line)
    if not _verifies(witness, signature, cosigned_text(note.text, seconds)):
        raise InputError(
            Text("the witness {name} did not cosign this note", name=witness.name)
        )
    return Cosignature(witness=witness, at=moment_of(seconds), line=line)


def _is_signed(note: Note, key: VerifierKey) -> bool:
    claims = [each.signature for each in note.signatures if _is_of(each, key)]
    return len(claims) == 1 and _verifies(key, claims[0], note.text.encode())


def _is_of(line: NoteSignature, key: VerifierKey) -> bool:
    return line.name == key.name and line.key_hash == key.key_hash


def _verifies(key: VerifierKey, signature: bytes, octets: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key.key).verify(signature, octets)
    except InvalidSignature:
        return False
    return True
