"""Writing `ledger/record.json` of version 2 (`docs/formats.md`, 9)."""

import json
from base64 import b64encode
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from notices.ledger import (
    BESIDE_DOCUMENT,
    COMMITMENT_PREFIX,
    Proving,
    RecordedEvent,
    document_salt,
    read_entry,
)
from notices.store import Lying
from notices.verifying.bundle.record_2 import REPORT, SCHEMA


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a bundle shows of a notice's history."""

    events: Sequence[bytes]
    """All leaves of the number, in order; the last one is that of the export."""
    others: Sequence[bytes]
    """The leaves of policy and people that these name."""
    beside: Mapping[int, Mapping[str, Lying]]
    """What opens commitments: place, then name."""
    secret: bytes
    """Behind the commitments of version 1; empty: nothing of it is shown."""
    redacted: Collection[str]
    """Documents that are left out."""


def write_record(number: str, *, size: int, tree: Proving, shown: Shown) -> bytes:
    """Write the record: canonical JSON. The proofs lead to the tree of that size."""
    events = [read_entry(octets) for octets in shown.events]
    beside = {
        str(event.seq): openings
        for event in events
        if (openings := _openings(event, shown))
    }
    document = {
        "schema": SCHEMA,
        "number": number,
        "size": size,
        "notice": [_proven(event, tree, size) for event in events],
        "others": [_proven(read_entry(one), tree, size) for one in shown.others],
        "beside": beside,
        "redacted": sorted({*shown.redacted, *_reports(events, shown)}),
    }
    text = json.dumps(
        document, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    return text.encode()


def _proven(event: RecordedEvent, tree: Proving, size: int) -> dict[str, Any]:
    proof = [_text(one) for one in tree.inclusion_proof(event.seq, size)]
    return {"leaf": _text(event.octets), "proof": proof}


def _openings(event: RecordedEvent, shown: Shown) -> dict[str, dict[str, str]]:
    if event.leaf is None:
        return _of_version_1(event, shown.secret)
    return {
        name: {"salt": one.salt.hex(), **({"text": one.text} if one.text else {})}
        for name, one in shown.beside.get(event.seq, {}).items()
    }


def _of_version_1(event: RecordedEvent, secret: bytes) -> dict[str, dict[str, str]]:
    names = [
        fact.removeprefix(COMMITMENT_PREFIX)
        for fact in event.facts
        if fact.startswith(COMMITMENT_PREFIX) and secret
    ]
    return {
        f"{BESIDE_DOCUMENT}{name}": {"salt": document_salt(secret, name).hex()}
        for name in names
    }


def _reports(events: Sequence[RecordedEvent], shown: Shown) -> set[str]:
    """Where documents are left out, the mails that came in are as well."""
    came_in = any(event.leaf and REPORT in event.leaf.beside for event in events)
    is_left_out = came_in and shown.redacted
    return {REPORT.removeprefix(BESIDE_DOCUMENT)} if is_left_out else set()


def _text(octets: bytes) -> str:
    return b64encode(octets).decode("ascii")
