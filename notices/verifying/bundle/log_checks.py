"""Judging the log that a bundle leads to: B14 to B16, B29 and B30.

Each gives what it compared, or raises Refusal or NotApplicable.
"""

from notices.errors import InputError
from notices.ledger import Checkpoint
from notices.messages import Text, listed
from notices.report import SubIndication
from notices.verifying.bundle.reading import Bundle
from notices.verifying.checkpoint import open_checkpoint
from notices.verifying.checks import NotApplicable, Refusal, malformed


def log_key(evidence: Bundle) -> str:
    """The log's key is one that the auditor pinned."""
    pinned = evidence.policy.log_keys
    if not pinned:
        raise NotApplicable(
            "no --log-key was given; the key is vouched for by the bundle's signature"
        )
    if evidence.log_key not in pinned:
        raise malformed(
            Text(
                "the log's key is {log_key}, which is not pinned",
                log_key=evidence.log_key,
            )
        )
    return str(evidence.log_key)


def checkpoint(evidence: Bundle) -> str:
    """The log's key signed the checkpoint."""
    found = evidence.checkpoint
    return Text(
        "{origin}, {size} entries, root {root}",
        origin=found.origin,
        size=found.size,
        root=found.root.hex(),
    )


def time_stamp(evidence: Bundle) -> str:
    """When the checkpoint existed, by its time stamp."""
    proven = evidence.stamped_checkpoint
    if proven is None:
        raise NotApplicable("the checkpoint has no time stamp")
    return Text("existed at {proven:%Y-%m-%d %H:%M:%S%z}", proven=proven)


def cosigned(evidence: Bundle) -> str:
    """Enough of the witnesses that the auditor trusts cosigned the checkpoint."""
    policy = evidence.policy.witnesses
    if not policy.witnesses:
        raise NotApplicable(
            "no --witness-key was given: another history may have been shown to others"
        )
    found = evidence.cosignatures
    names = listed(
        [
            Text("{name} at {at:%Y-%m-%d %H:%M:%S%z}", name=one.witness.name, at=one.at)
            for one in found
        ],
        ", ",
    )
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
    return names


def agrees(evidence: Bundle) -> str:
    """No checkpoint that others hold has another root at the same size."""
    given = evidence.policy.checkpoints
    if not given:
        raise NotApplicable("no --checkpoint was given")
    own = evidence.checkpoint
    held = [_held(evidence, note) for note in given]
    for one in held:
        if one.size == own.size and one.root != own.root:
            raise Refusal(
                SubIndication.HASH_FAILURE,
                Text(
                    "the log is forked: at {size} entries somebody else was shown the "
                    "root {other}, not {root}",
                    size=own.size,
                    other=one.root.hex(),
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


def _held(evidence: Bundle, note: str) -> Checkpoint:
    try:
        return open_checkpoint(note, evidence.log_key)
    except InputError as error:
        raise Refusal(
            SubIndication.GENERIC,
            Text("one that was given: {why}", why=error.message),
        ) from error
