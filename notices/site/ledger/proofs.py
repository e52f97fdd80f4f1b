"""Proofs to take along, from checkpoints that were signed before: no key is needed."""

from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from notices.errors import InputError, RefusedError
from notices.ledger import Leaf, RecordedEvent, VerifierKey
from notices.messages import Text
from notices.site.ledger.showing import notices_of, record_of
from notices.store import Store
from notices.store.ledger.checkpoints import Issued


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvableEvent:
    """An entry of the ledger as a case's page lists it."""

    seq: int
    """Place in the ledger, from 0."""
    number: str
    """整理番号; empty: it is about the case."""
    kind: str
    """What happened."""
    at: datetime
    """When."""
    by: str
    """Who; empty where version 1 did not tell."""
    leaf_hash: str
    """SHA-256 of the leaf (RFC 9162), in hexadecimal."""
    is_covered: bool
    """Whether a signed checkpoint holds it, so that it can be proven."""


@dataclass(frozen=True, kw_only=True)
class ProofDesk:
    """Gives the events of a case, and proves them by the newest signed checkpoint."""

    store: Store
    """The outbox."""
    public_key: Callable[[], VerifierKey]
    """The log's key, by which checkpoints are verified."""

    def checkpoint(self) -> Issued | None:
        """The newest checkpoint that was signed; None: none was yet."""
        return self.store.ledger.newest_issued()

    def events(
        self, case_id: str, numbers: Sequence[str], issued: Issued | None
    ) -> list[ProvableEvent]:
        """Every entry about a case or one of its notices, in order.

        issued: the checkpoint that proofs rest on; None: there is none.
        """
        size = issued.size if issued else 0
        return [
            ProvableEvent(
                seq=entry.seq,
                number=entry.number,
                kind=entry.kind,
                at=entry.at,
                by=_by(entry),
                leaf_hash=entry.hash.hex(),
                is_covered=entry.seq < size,
            )
            for entry in self.store.ledger.of_case(case_id, numbers)
        ]

    def whole(self, case_id: str) -> dict[str, Any]:
        """What `notices ledger prove` writes, with the checkpoint that there is.

        RefusedError where an event of the case is in none yet.
        """
        last = max((entry.seq for entry in self._entries(case_id)), default=0)
        issued = self._covering(last)
        tree = self.store.ledger.tree(issued.size)
        return {
            "checkpoint": issued.cosigned_note,
            "log_key": str(self.public_key()),
            "records": [
                record_of(self.store, stored, tree, with_salts=True)
                for stored in notices_of(self.store, case_id)
            ],
        }

    def of_event(self, case_id: str, seq: int) -> dict[str, Any]:
        """One event with its proof of inclusion (RFC 9162, 2.1.3).

        `leaf_bytes`, `leaf_hash` and each hash of `inclusion_proof` are in base64.
        InputError for an event that is none of the case.
        """
        entry = next((one for one in self._entries(case_id) if one.seq == seq), None)
        if entry is None:
            raise InputError(
                Text("entry {seq} is none of {case_id}", seq=seq, case_id=case_id)
            )
        issued = self._covering(seq)
        tree = self.store.ledger.tree(issued.size)
        return {
            "case_id": case_id,
            "number": entry.number,
            "seq": seq,
            "leaf_bytes": _text(entry.octets),
            "leaf_hash": _text(entry.hash),
            "inclusion_proof": [_text(one) for one in tree.inclusion_proof(seq)],
            "size": issued.size,
            "root": _text(issued.root),
            "checkpoint": issued.cosigned_note,
            "log_key": str(self.public_key()),
        }

    def _entries(self, case_id: str) -> tuple[RecordedEvent, ...]:
        numbers = [stored.number for stored in self.store.find(case_id)]
        return self.store.ledger.of_case(case_id, numbers)

    def _covering(self, seq: int) -> Issued:
        issued = self.checkpoint()
        if issued is None or issued.size <= seq:
            raise RefusedError(
                Text("entry {seq} is in no signed checkpoint yet", seq=seq),
                hint="the next one holds it: asking for an evidence bundle makes one, "
                "as does notices ledger checkpoint",
            )
        return issued


def _by(entry: RecordedEvent) -> str:
    leaf: Leaf | None = entry.leaf
    return leaf.by if leaf else ""


def _text(octets: bytes) -> str:
    return b64encode(octets).decode("ascii")
