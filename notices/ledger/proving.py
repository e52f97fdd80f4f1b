"""Checking events that somebody shows, against a root that is trusted."""

import json
from base64 import b64decode
from collections.abc import Mapping, Sequence
from typing import Any

from notices.ledger.merkle import Hash, leaf_hash, verify_inclusion


def check_events(
    events: Sequence[Mapping[str, Any]], *, number: str, size: int, root: Hash
) -> list[str]:
    """What does not hold; empty if each event is in the tree of `size` and `root`.

    events: objects with `leaf` (the values), `leaf_bytes` and `inclusion_proof` (both
    base64); number: the notice that all of them are about. Events come in the order
    of the ledger and none comes twice. Raises ValueError, KeyError or TypeError for
    what has another form.
    """
    faults = []
    last = -1
    for index, event in enumerate(events):
        octets = b64decode(event["leaf_bytes"], validate=True)
        leaf = json.loads(octets)
        if leaf != event["leaf"] or leaf.get("number") != number:
            faults.append(f"event {index} is shown other than it was recorded")
        place = leaf["seq"]
        if not isinstance(place, int) or isinstance(place, bool):
            raise TypeError("the place of an event is a whole number")
        if place <= last:
            faults.append(f"event {index} is out of order")
        last = place
        proof = [b64decode(each, validate=True) for each in event["inclusion_proof"]]
        if not verify_inclusion(leaf_hash(octets), place, size, proof, root):
            faults.append(f"event {index} is not in the ledger of that root")
    return faults
