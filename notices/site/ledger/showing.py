"""The records of a case: documents, events, proofs; without key and pyHanko."""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from typing import cast

from notices.errors import InputError
from notices.evidence import record
from notices.evidence.record_document import NoticeRecord
from notices.inbox.filed import InboundReport, filed_about
from notices.ledger import (
    OTHER_CHAINS,
    FactValue,
    Proving,
    RecordedEvent,
    read_entry,
)
from notices.messages import Text
from notices.site.documents import CaseRecord, InboundDocument
from notices.store import Store, StoredNotice


def records(store: Store, case_id: str) -> list[tuple[StoredNotice, NoticeRecord]]:
    """Each notice of a case, and its record with the proofs of its events."""
    notices = notices_of(store, case_id)
    tree = store.ledger.tree()
    return [(stored, record_of(store, stored, tree)) for stored in notices]


def case_records(
    store: Store,
    case_id: str,
    disposed: list[dict[str, FactValue]],
) -> Iterator[CaseRecord]:
    """Each notice of a case as `show` tells it: with what came in about it.

    disposed: what the ledger says of the disposal of the case; empty: it is there.
    """
    for stored, found in records(store, case_id):
        told = {
            **found,
            "reports": reports_json(filed_about(store.engine, stored.number)),
            **({"disposed": disposed} if disposed else {}),
        }
        yield cast("CaseRecord", told)


def reports_json(reports: Iterable[InboundReport]) -> list[InboundDocument]:
    """What came in about a notice, for its record."""
    return [
        {
            "sha256": report.sha256,
            "kind": report.kind.value,
            "proves": report.proves.value if report.proves else None,
            "reason": report.reason,
            "mailbox": report.mailbox,
            "received_at": report.received_at.isoformat(),
            "facts": dict(report.facts),
        }
        for report in reports
    ]


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
) -> NoticeRecord:
    """The record of one notice with its proofs."""
    number = stored.number
    leaves = store.ledger.events(number)
    events = [read_entry(octets) for octets in leaves]
    return record(
        stored,
        artifacts={
            name: sha256(store.artifact(number, name)).hexdigest()
            for name in store.artifact_names(number)
        },
        events=leaves,
        told=store.ledger.told(number),
        tree=tree,
        beside=store.ledger.beside(number) if with_salts else {},
        others=others_of(store, events) if with_salts else (),
    )


def others_of(store: Store, events: Sequence[RecordedEvent]) -> tuple[bytes, ...]:
    """Policy and people that these name, and every recovery before: it is loud."""
    places = set(_places_of_others(events))
    recoveries = store.ledger.recoveries() if places else ()
    end = events[-1].seq if events else 0
    return store.ledger.at(sorted(places | {seq for seq in recoveries if seq < end}))


def _places_of_others(events: Sequence[RecordedEvent]) -> list[int]:
    """Where the events of policy and people stand that these name."""
    leaves = [event.leaf for event in events if event.leaf]
    links = [leaf.previous.get(chain) for leaf in leaves for chain in OTHER_CHAINS]
    return sorted({link.seq for link in links if link})
