"""Whether enough witnesses cosigned a checkpoint."""

from collections.abc import Sequence
from dataclasses import dataclass

from notices.errors import InputError
from notices.ledger import (
    Checkpoint,
    Cosignature,
    VerifierKey,
    parse_note,
    parse_witness_key,
)
from notices.messages import Text, listed
from notices.verifying.checkpoint import checkpoint_of, cosignatures


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessPolicy:
    """Whose cosignatures are trusted, and how many are wanted."""

    witnesses: tuple[VerifierKey, ...] = ()
    """Keys of witnesses; empty: none is asked for."""
    quorum: int = 0
    """How many of them."""

    def is_met(self, found: Sequence[Cosignature]) -> bool:
        """Tell whether these suffice."""
        return len(found) >= self.quorum


NO_WITNESSES = WitnessPolicy()


def read_witness_policy(keys: Sequence[str], quorum: int | None) -> WitnessPolicy:
    """Parse verifier keys; quorum: None means all of them. InputError for nonsense."""
    witnesses = tuple(dict.fromkeys(map(parse_witness_key, keys)))
    if len({one.key for one in witnesses}) != len(witnesses):
        raise InputError(
            "two of the witnesses have one key, and would be counted as two",
            hint="give each witness once",
        )
    wanted = len(witnesses) if quorum is None else quorum
    if not 0 <= wanted <= len(witnesses) or (witnesses and not wanted):
        raise InputError(
            Text(
                "a quorum of {quorum} of {count} witnesses is none",
                quorum=wanted,
                count=len(witnesses),
            ),
            hint="give as many keys of witnesses, or more, and a quorum of 1 or more",
        )
    return WitnessPolicy(witnesses=witnesses, quorum=wanted)


@dataclass(frozen=True, slots=True, kw_only=True)
class CosignedCheckpoint:
    """A checkpoint that the log signed, and who cosigned it."""

    note: str
    """As it was given."""
    checkpoint: Checkpoint
    """What it says."""
    cosignatures: tuple[Cosignature, ...]
    """Of the witnesses of the policy, verified."""


def open_cosigned(
    text: str, key: VerifierKey, policy: WitnessPolicy
) -> CosignedCheckpoint:
    """Open a note that the log signed; InputError if too few witnesses did as well."""
    note = parse_note(text)
    checkpoint = checkpoint_of(note, key)
    found = cosignatures(note, policy.witnesses)
    if not policy.is_met(found):
        raise InputError(
            Text(
                "the checkpoint of {size} entries has cosignatures of {names}, and "
                "{quorum} are wanted",
                size=checkpoint.size,
                names=listed([one.witness.name for one in found], ", ") or "nobody",
                quorum=policy.quorum,
            )
        )
    return CosignedCheckpoint(note=text, checkpoint=checkpoint, cosignatures=found)
