"""What others saw of a log: checks that bundles and proofs have in common."""

from collections.abc import Callable, Sequence

from notices.errors import InputError
from notices.ledger import Checkpoint, Cosignature, VerifierKey
from notices.messages import Text, listed
from notices.report import StoryLine, SubIndication
from notices.verifying.checkpoint import open_checkpoint
from notices.verifying.checks import NotApplicable, Refusal
from notices.verifying.log.cosigned import WitnessPolicy


def cosigned(policy: WitnessPolicy, read: Callable[[], Sequence[Cosignature]]) -> str:
    """Enough of the witnesses that the auditor trusts cosigned the checkpoint."""
    if not policy.witnesses:
        raise NotApplicable(
            "no --witness-key was given: another history may have been shown to others"
        )
    found = read()
    if not policy.is_met(found):
        raise Refusal(
            SubIndication.SIGNED_DATA_NOT_FOUND,
            Text(
                "{count} of the {known} witnesses cosigned it, and {quorum} are wanted",
                count=len(found),
                known=len(policy.witnesses),
                quorum=policy.quorum,
            ),
        )
    return listed(
        [
            Text("{name} at {at:%Y-%m-%d %H:%M:%S%z}", name=one.witness.name, at=one.at)
            for one in found
        ],
        ", ",
    )


def agrees(notes: Sequence[str], own: Checkpoint, key: VerifierKey) -> str:
    """No checkpoint that others hold has another root at the same size."""
    if not notes:
        raise NotApplicable("no --checkpoint was given")
    held = [_held(note, key) for note in notes]
    for seen in held:
        if seen.size == own.size and seen.root != own.root:
            raise Refusal(
                SubIndication.HASH_FAILURE,
                Text(
                    "the log is forked: at {size} entries somebody else was shown the "
                    "root {other}, not {root}",
                    size=own.size,
                    other=seen.root.hex(),
                    root=own.root.hex(),
                ),
            )
    same = sum(one.size == own.size for one in held)
    if not same:
        raise NotApplicable(
            Text(
                "they are of {sizes} entries, this one of {size}: compare them with "
                "notices ledger consistency",
                sizes=listed([str(one.size) for one in held], ", "),
                size=own.size,
            )
        )
    return Text("{count} are the same", count=same)


def story_line(one: Cosignature) -> StoryLine:
    """What a cosignature tells in a notice's story."""
    text = Text("the checkpoint was cosigned by {name}", name=one.witness.name)
    return StoryLine(at=one.at, text=text, source="cosignature")


def _held(note: str, key: VerifierKey) -> Checkpoint:
    try:
        return open_checkpoint(note, key)
    except InputError as error:
        raise Refusal(
            SubIndication.GENERIC,
            Text("one that was given: {why}", why=error.message),
        ) from error
