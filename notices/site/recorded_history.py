"""What a site has on record of a notice, as its evidence bundle holds it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

from notices.approval import APPROVE, UNSIGNED_LETTER
from notices.errors import InputError
from notices.evidence import NoticeHistory
from notices.inbox.reports import InboundReports
from notices.ledger import (
    BESIDE_DOCUMENT,
    COMMITMENT_PREFIX,
    EventKind,
    RecordedEvent,
    read_entry,
)
from notices.site.ledger.showing import others_of
from notices.store import (
    IN_REPORTS,
    JUDGMENT,
    Lying,
    Store,
    StoredApproval,
    StoredApprovals,
    StoredNotice,
)
from notices.verifying.approval.shown import STATEMENT_NAME
from notices.verifying.approval.statement import FILE_NAMES
from notices.verifying.bundle.record_2 import REPORT


def history_of(
    store: Store,
    reports: InboundReports,
    approvals: StoredApprovals,
    stored: StoredNotice,
) -> NoticeHistory:
    """All that is kept of a notice; names only, where its texts were disposed of."""
    number = stored.number
    events = _up_to_export(store.ledger.events(number))
    if judgment := store.judgment(number):
        documents = {
            name: store.artifact(number, name)
            for name in store.artifact_names(number)
            if name != UNSIGNED_LETTER  # the beginning of the signed one
        }
        documents[JUDGMENT] = judgment.encode()
    else:
        documents = dict.fromkeys(_committed(events), b"")
    beside = store.ledger.beside(number)
    return NoticeHistory(
        number=number,
        documents=documents,
        events=[event.octets for event in events],
        others=others_of(store, events),
        beside=beside,
        secret=store.secret(number),
        received=_received(reports, events, beside),
        approval=_approval(approvals.of(number)),
    )


def _approval(decisions: Sequence[StoredApproval]) -> dict[str, bytes]:
    """The newest approval, as it lies in a bundle."""
    for approval in reversed(decisions):
        if approval.decision == APPROVE:
            return {
                STATEMENT_NAME: approval.statement,
                FILE_NAMES[approval.kind]: approval.signature,
            }
    return {}


def _committed(events: Sequence[RecordedEvent]) -> Iterator[str]:
    """Names of documents that there were before the case was disposed of."""
    for event in events:
        if event.leaf is not None:
            named = [name for name in event.leaf.beside if name != REPORT]
            prefix = BESIDE_DOCUMENT
        else:
            named, prefix = list(event.facts), COMMITMENT_PREFIX
        for name in named:
            if name.startswith(prefix):
                yield name.removeprefix(prefix)


def _up_to_export(leaves: Sequence[bytes]) -> list[RecordedEvent]:
    """The events that the newest export closes; others may have come since."""
    events = [read_entry(octets) for octets in leaves]
    while events and events[-1].kind != EventKind.EXPORTED:
        events.pop()
    return events


def _received(
    reports: InboundReports,
    events: Sequence[RecordedEvent],
    beside: Mapping[int, Mapping[str, Lying]],
) -> dict[str, bytes]:
    """The mails that came in about a notice, as far as they were kept."""
    kept = {}
    for event in events:
        lying = beside.get(event.seq, {}).get(REPORT)
        in_leaf = event.facts.get("report_sha256")
        source = lying.source if lying else f"{IN_REPORTS}{in_leaf or ''}"
        if digest := source.removeprefix(IN_REPORTS):
            name = event.seq if event.leaf else digest
            with suppress(InputError):
                kept[f"{name}.eml"] = reports.raw(digest)
    return kept
