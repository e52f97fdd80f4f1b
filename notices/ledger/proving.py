"""Checking events that somebody shows, against a root that is trusted."""

from base64 import b64decode
from collections.abc import Mapping, Sequence
from typing import Any

from notices.errors import InputError
from notices.ledger.entry import read_entry
from notices.ledger.merkle import Hash, verify_inclusion
from notices.messages import Text

_REPORT, _REPORT_FACT = "document/report.eml", "report_sha256"
"""A mail that came in: the leaf commits to it, and its hash is told as a value."""


def check_events(
    events: Sequence[Mapping[str, Any]], *, number: str, size: int, root: Hash
) -> list[str]:
    """What does not hold; empty if each event is in the tree of `size` and `root`.

    events: objects with `leaf` (the values, in one flat object), `leaf_bytes` and
    `inclusion_proof` (both base64); number: the notice that all of them are about. Of
    version 2 free texts are among the values that the leaf only commits to: those are
    passed over. Events come in the order of the ledger and none comes twice. Raises
    ValueError, KeyError or TypeError for what has another form.
    """
    faults: list[str] = []
    last = -1
    for index, told in enumerate(events):
        try:
            event = read_entry(b64decode(told["leaf_bytes"], validate=True))
        except InputError as error:
            raise ValueError(error.message) from error
        beside = set(event.leaf.beside) if event.leaf else set()
        if _REPORT in beside:
            beside.add(_REPORT_FACT)
        values = {name: one for name, one in told["leaf"].items() if name not in beside}
        if values != event.flat({}) or event.number != number:
            faults.append(
                Text("event {index} is shown other than it was recorded", index=index)
            )
        if event.seq <= last:
            faults.append(Text("event {index} is out of order", index=index))
        last = event.seq
        proof = [b64decode(each, validate=True) for each in told["inclusion_proof"]]
        if not verify_inclusion(event.hash, last, size, proof, root):
            faults.append(
                Text("event {index} is not in the ledger of that root", index=index)
            )
    return faults
