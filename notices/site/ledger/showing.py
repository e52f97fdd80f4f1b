"""The records of a case: documents, events, proofs; without key and pyHanko."""

from hashlib import sha256
from typing import Any

from notices.errors import InputError
from notices.evidence import record
from notices.ledger import Proving
from notices.messages import Text
from notices.store import Store, StoredNotice


def records(store: Store, case_id: str) -> list[tuple[StoredNotice, dict[str, Any]]]:
    """Each notice of a case, and its record with the proofs of its events."""
    notices = notices_of(store, case_id)
    tree = store.ledger.tree()
    return [(stored, record_of(store, stored, tree)) for stored in notices]


def notices_of(store: Store, case_id: str) -> tuple[StoredNotice, ...]:
    """The notices of a case; InputError if there are none."""
    notices = store.find(case_id)
    if not notices:
        raise InputError(
            Text("no notice of {case_id} has been prepared", case_id=case_id),
            hint="see `notices list`; `notices send` makes one",
        )
    return notices


def record_of(
    store: Store, stored: StoredNotice, tree: Proving, *, with_salts: bool = False
) -> dict[str, Any]:
    """The record of one notice with its proofs."""
    number = stored.number
    return record(
        stored,
        artifacts={
            name: sha256(store.artifact(number, name)).hexdigest()
            for name in store.artifact_names(number)
        },
        events=store.ledger.events(number),
        told=store.ledger.told(number),
        tree=tree,
        beside=store.ledger.beside(number) if with_salts else {},
    )
