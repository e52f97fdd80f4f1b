"""The record of one notice: what was made, what happened, and the proofs.

Each event is shown as the exact leaf of the ledger, with its inclusion proof
(RFC 9162, 2.1.3). Whoever holds an earlier root can check the record without the
database: `check_record`.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from typing import Any

from notices.ledger import Hash, inclusion_proof, leaf_hash, root, verify_inclusion
from notices.outbox import Stored


def record(
    stored: Stored,
    *,
    artifacts: Mapping[str, str],
    events: Sequence[bytes],
    leaves: Sequence[Hash],
) -> dict[str, Any]:
    """The record of `stored` as JSON values.

    artifacts: name to SHA-256 of each stored document; events: the notice's leaves
    as stored; leaves: the leaf hashes of the whole ledger, in order.
    """
    return {
        "notice": {
            "number": stored.number,
            "case_id": stored.key.case_id,
            "rung": stored.key.rung,
            "ordinal": stored.key.ordinal,
            "form": stored.form,
            "date": stored.letter_date.isoformat(),
            "recipient": stored.recipient_name,
            "mailbox": stored.envelope.forward_path,
            "state": stored.state.value,
            "message_id": stored.message_id,
            "message_sha256": stored.message_sha256,
            "envid": stored.envelope.envid,
            "signer_certificate_sha256": stored.signer_certificate_sha256,
            "again_reason": stored.again_reason,
            "rung_reason": stored.rung_reason,
        },
        "artifacts": dict(artifacts),
        "events": [_proven(event, leaves) for event in events],
        "ledger": {"size": len(leaves), "root": _text(root(leaves))},
    }


def _proven(event: bytes, leaves: Sequence[Hash]) -> dict[str, Any]:
    leaf = json.loads(event)
    return {
        "leaf": leaf,
        "leaf_bytes": _text(event),
        "inclusion_proof": [
            _text(sibling) for sibling in inclusion_proof(leaf["seq"], leaves)
        ],
    }


def check_record(document: Mapping[str, Any], *, trusted_root: bytes) -> list[str]:
    """What does not hold in a record; empty if every event is proven.

    trusted_root: the ledger's root hash, from a source other than the record.
    """
    size = document["ledger"]["size"]
    number = document["notice"]["number"]
    faults = []
    for index, event in enumerate(document["events"]):
        octets = b64decode(event["leaf_bytes"])
        leaf = json.loads(octets)
        if leaf != event["leaf"] or leaf.get("number") != number:
            faults.append(f"event {index} is shown other than it was recorded")
        proof = [b64decode(sibling) for sibling in event["inclusion_proof"]]
        if not verify_inclusion(
            leaf_hash(octets), leaf["seq"], size, proof, trusted_root
        ):
            faults.append(f"event {index} is not in the ledger of that root")
    return faults


def _text(octets: bytes) -> str:
    return b64encode(octets).decode("ascii")
