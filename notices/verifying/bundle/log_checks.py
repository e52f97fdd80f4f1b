"""Judging the log that a bundle leads to: B14 to B16, B29 and B30.

Each gives what it compared, or raises Refusal or NotApplicable.
"""

from notices.messages import Text
from notices.verifying.bundle.reading import Bundle
from notices.verifying.checks import NotApplicable, malformed
from notices.verifying.log import watched


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
    newest = evidence.checkpoint
    return Text(
        "{origin}, {size} entries, root {root}",
        origin=newest.origin,
        size=newest.size,
        root=newest.root.hex(),
    )


def time_stamp(evidence: Bundle) -> str:
    """When the checkpoint existed, by its time stamp."""
    proven = evidence.stamped_checkpoint
    if proven is None:
        raise NotApplicable("the checkpoint has no time stamp")
    return Text("existed at {proven:%Y-%m-%d %H:%M:%S%z}", proven=proven)


def cosigned(evidence: Bundle) -> str:
    """Enough of the witnesses that the auditor trusts cosigned the checkpoint."""
    return watched.cosigned(evidence.policy.witnesses, lambda: evidence.cosignatures)


def agrees(evidence: Bundle) -> str:
    """No checkpoint that others hold has another root at the same size."""
    return watched.agrees(
        evidence.policy.checkpoints, evidence.checkpoint, evidence.log_key
    )
