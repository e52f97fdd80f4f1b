"""The record of one notice: what was made, what happened, and the proofs.

Each event is shown as the exact leaf of the ledger, with its inclusion proof
(RFC 9162, 2.1.3). Whoever holds an earlier root can check the record without the
database: `check_record`.
"""

from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from notices.evidence.record_document import NoticeRecord, ProvenEvent, ProvenLeaf
from notices.ledger import FactValue, Hash, Proving, check_events, read_entry
from notices.store import Lying, StoredNotice

Beside = Mapping[int, Mapping[str, Lying]]
NOTHING: Beside = MappingProxyType({})


def record(
    stored: StoredNotice,
    *,
    artifacts: Mapping[str, str],
    events: Sequence[bytes],
    told: Sequence[Mapping[str, FactValue]],
    tree: Proving,
    size: int | None = None,
    beside: Beside = NOTHING,
    others: Sequence[bytes] = (),
) -> NoticeRecord:
    """The record of `stored` as JSON values.

    artifacts: name to SHA-256 of each stored document; events: the notice's leaves
    as stored; told: the same as flat objects, free texts included; tree: the whole
    ledger; size: leaves of the checkpoint that proofs lead to, None for all. Later
    events are left out. beside: what opens the commitments of the leaves; then each
    event has its `salts`, by which its texts are proven. others: the leaves of policy
    and people that these name, if there are any.
    """
    size = len(tree) if size is None else size
    found: NoticeRecord = {
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
            "channel": stored.channel.value,
            "test": stored.is_test,
        },
        "artifacts": dict(artifacts),
        "events": list(_proven(events, told, tree, size, beside)),
        "ledger": {"size": size, "root": _text(tree.root(size))},
    }
    if shown := list(_of_others(others, tree, size)):
        found["others"] = shown
    return found


def _of_others(
    others: Sequence[bytes], tree: Proving, size: int
) -> Iterator[ProvenLeaf]:
    for octets in others:
        seq = read_entry(octets).seq
        if seq < size:
            yield {
                "leaf_bytes": _text(octets),
                "inclusion_proof": _proof(tree, seq, size),
            }


def _proof(tree: Proving, seq: int, size: int) -> list[str]:
    return [_text(sibling) for sibling in tree.inclusion_proof(seq, size)]


def _proven(
    events: Sequence[bytes],
    told: Sequence[Mapping[str, FactValue]],
    tree: Proving,
    size: int,
    beside: Beside,
) -> Iterator[ProvenEvent]:
    for event, leaf in zip(events, told, strict=True):
        seq = read_entry(event).seq
        if seq >= size:
            continue
        shown: ProvenEvent = {
            "leaf": dict(leaf),
            "leaf_bytes": _text(event),
            "inclusion_proof": _proof(tree, seq, size),
        }
        if openings := beside.get(seq):
            shown["salts"] = {name: it.salt.hex() for name, it in openings.items()}
        yield shown


def check_record(document: Mapping[str, Any], *, trusted_root: Hash) -> list[str]:
    """What does not hold in a record; empty if every event is proven.

    trusted_root: the ledger's root hash, from a source other than the record.
    """
    return check_events(
        document["events"],
        number=document["notice"]["number"],
        size=document["ledger"]["size"],
        root=trusted_root,
    )


def _text(octets: bytes) -> str:
    return b64encode(octets).decode("ascii")
