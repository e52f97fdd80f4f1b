"""Opening a checkpoint: a signed note of the log whose key is pinned."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from notices.errors import InputError
from notices.ledger import (
    Checkpoint,
    Note,
    VerifierKey,
    parse_checkpoint,
    parse_note,
)
from notices.messages import Text


def open_checkpoint(text: str, key: VerifierKey) -> Checkpoint:
    """Read a note's checkpoint if `key` signed it; InputError tells why not.

    Signatures of other keys, such as witnesses, are passed over (C2SP signed-note).
    """
    note = parse_note(text)
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


def _is_signed(note: Note, key: VerifierKey) -> bool:
    public = Ed25519PublicKey.from_public_bytes(key.key)
    claims = [
        each.signature
        for each in note.signatures
        if each.name == key.name and each.key_hash == key.key_hash
    ]
    if len(claims) != 1:
        return False
    try:
        public.verify(claims[0], note.text.encode())
    except InvalidSignature:
        return False
    return True
