"""What a bundle says about the notice's history, and whether the ledger bears it out.

`ledger/record.json` shows each event as its leaf; the PREPARED leaf commits to the
documents with salts; `delivery.json` repeats the attempts for programs.
"""

import json
from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from notices.errors import InputError
from notices.ledger import (
    COMMITMENT_PREFIX,
    Checkpoint,
    EventKind,
    VerifierKey,
    check_events,
    commitment,
    leaf_version,
    parse_verifier_key,
)
from notices.messages import Text
from notices.report import NoticeFacts, StoryLine
from notices.signs import plain
from notices.verifying.checkpoint import open_checkpoint
from notices.verifying.checks import later, malformed, refuse_later

DOCUMENTS = "documents/"
MESSAGE = "documents/message.eml"
NOTICE = "documents/notice.json"
JUDGMENT = "documents/judgment.json"
LETTER = "documents/letter.pdf"
RECORD = "ledger/record.json"
CHECKPOINT = "ledger/checkpoint.txt"
CHECKPOINT_STAMP = "ledger/checkpoint.tst"
LOG_KEY = "ledger/log.pub"
DELIVERY = "delivery.json"
EVIDENCE = "evidence/"
CERTIFICATES = "evidence/certificates.pem"
RECEIVED = "received/"
"""Delivery reports and replies, as they came."""
RECORD_SCHEMA = "urn:notices:record:1"

_OF_AN_ATTEMPT = (EventKind.OUTCOME, EventKind.RECOVERED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """`ledger/record.json` as far as it is checked."""

    notice: Mapping[str, Any]
    """What the record says the notice is."""
    events: Sequence[Mapping[str, Any]]
    """Each with `leaf`, `leaf_bytes`, `inclusion_proof`."""
    size: int
    """Leaves of the tree that the proofs lead to."""
    salts: Mapping[str, str]
    """Salt of each document that is shown."""
    redacted: frozenset[str]
    """Documents that the centre left out."""

    @property
    def number(self) -> str:
        """整理番号."""
        return str(self.notice["number"])

    @property
    def leaves(self) -> list[Mapping[str, Any]]:
        """What was written into the ledger, in order."""
        return [event["leaf"] for event in self.events]

    def leaf(self, kind: EventKind) -> Mapping[str, Any]:
        """The one event of that kind."""
        found = [leaf for leaf in self.leaves if leaf["event"] == kind]
        if len(found) != 1:
            raise malformed(
                Text("{count} events {kind}, must be one", count=len(found), kind=kind)
            )
        return found[0]


def read_record(data: bytes) -> Record:
    """Parse the record; Refusal if it has another form."""
    document = json.loads(data, object_pairs_hook=_no_repeats)
    refuse_later("the record", document["schema"], RECORD_SCHEMA)
    if document["schema"] != RECORD_SCHEMA:
        raise malformed(
            Text("the record's schema is {document!r}", document=document["schema"])
        )
    record = Record(
        notice=document["notice"],
        events=document["events"],
        size=document["ledger"]["size"],
        salts=document["salts"],
        redacted=frozenset(document["redacted"]),
    )
    if not record.events or not isinstance(document["redacted"], list):
        raise malformed("the record has no events, or no list of what was left out")
    return record


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise malformed("a key stands twice in one object")
    return found


def facts(record: Record) -> NoticeFacts:
    """Which notice it is, for the report; plain text."""
    notice = record.notice
    return NoticeFacts(
        number=plain(str(notice["number"])),
        case_id=plain(str(notice["case_id"])),
        date=date.fromisoformat(notice["date"]),
        recipient=plain(str(notice["recipient"])),
        form=plain(str(notice["form"])),
    )


def read_log_key(members: Mapping[str, bytes]) -> VerifierKey:
    """The log's public key as the bundle has it."""
    try:
        return parse_verifier_key(members[LOG_KEY].decode())
    except InputError as error:
        raise malformed(
            Text("the log's key: {message}", message=error.message)
        ) from error


def read_checkpoint(members: Mapping[str, bytes], key: VerifierKey) -> Checkpoint:
    """The checkpoint, if `key` signed it."""
    try:
        return open_checkpoint(members[CHECKPOINT].decode(), key)
    except InputError as error:
        raise malformed(error.message) from error


def check_inclusion(record: Record, checkpoint: Checkpoint) -> str:
    """Every event is in the checkpoint's tree (RFC 9162, 2.1.3.2)."""
    if record.size != checkpoint.size:
        raise malformed(
            Text(
                "the proofs lead to a tree of {size}, the checkpoint has "
                "{checkpoint_size}",
                size=record.size,
                checkpoint_size=checkpoint.size,
            )
        )
    for event in record.events:
        if leaf_version(b64decode(event["leaf_bytes"], validate=True)) > 1:
            raise later(f"entry {event['leaf']['seq']} of the ledger")
    faults = check_events(
        record.events,
        number=record.number,
        size=checkpoint.size,
        root=checkpoint.root,
    )
    if faults:
        raise malformed("; ".join(faults))
    list(story(record))  # it can be told: what it says has the types that it should
    return f"{len(record.events)} events in a log of {checkpoint.size}"


_SAME = {
    "case_id": "case_id",
    "rung": "rung",
    "ordinal": "ordinal",
    "form": "form",
    "mailbox": "recipient",
    "message_id": "message_id",
    "signer_certificate_sha256": "signer_certificate_sha256",
    "again_reason": "again_reason",
    "rung_reason": "rung_reason",
}
"""Key of the record's notice, and of the fact in the leaf."""


def check_account(record: Record) -> str:
    """What the record says of the notice is what the ledger says."""
    leaf = record.leaf(EventKind.PREPARED)
    facts(record)
    for name, fact in _SAME.items():
        if record.notice[name] != leaf[fact]:
            raise malformed(
                Text(
                    "{name} is {notice!r}, not {leaf!r}",
                    name=name,
                    notice=record.notice[name],
                    leaf=leaf[fact],
                )
            )
    for armed in record.leaves:
        if armed["event"] == EventKind.ARMED and (
            armed["message_sha256"] != record.notice["message_sha256"]
        ):
            raise malformed("what was sent is not the message of the record")
    return ", ".join(_SAME)


def check_commitments(record: Record, members: Mapping[str, bytes]) -> str:
    """Each document is the one that the ledger committed to, or was left out."""
    leaf = record.leaf(EventKind.PREPARED)
    committed = {
        name.removeprefix(COMMITMENT_PREFIX): value
        for name, value in leaf.items()
        if name.startswith(COMMITMENT_PREFIX)
    }
    shown = {
        name.removeprefix(DOCUMENTS): content
        for name, content in members.items()
        if name.startswith(DOCUMENTS)
    }
    if uncommitted := shown.keys() - committed.keys():
        raise malformed(
            Text(
                "the ledger knows no {uncommitted}",
                uncommitted=", ".join(sorted(uncommitted)),
            )
        )
    for name, content in shown.items():
        if commitment(bytes.fromhex(record.salts[name]), content) != committed[name]:
            raise malformed(
                Text(
                    "{name} is not the document that the ledger committed to", name=name
                )
            )
    missing = committed.keys() - shown.keys()
    if missing != record.redacted:
        raise malformed(
            Text(
                "missing are {missing}, said to be left out {redacted}",
                missing=", ".join(sorted(missing)) or "none",
                redacted=", ".join(sorted(record.redacted)) or "none",
            )
        )
    left_out = f"; left out: {', '.join(sorted(missing))}" if missing else ""
    return (", ".join(sorted(shown)) or "no document") + left_out


def check_delivery(record: Record, members: Mapping[str, bytes]) -> str:
    """`delivery.json` tells of the attempts what the ledger tells."""
    document = json.loads(members[DELIVERY], object_pairs_hook=_no_repeats)
    recorded = [leaf for leaf in record.leaves if leaf["event"] in _OF_AN_ATTEMPT]
    told = document["attempts"]
    if len(told) != len(recorded):
        raise malformed(
            Text(
                "{count} attempts are told, {recorded} on record",
                count=len(told),
                recorded=len(recorded),
            )
        )
    for attempt, leaf in zip(told, recorded, strict=True):
        for name, value in attempt.items():
            if leaf.get(name) != value:
                raise malformed(
                    Text("{name} of an attempt is {value!r}", name=name, value=value)
                )
    for here, there in (("state", "state"), ("forward_path", "mailbox")):
        if document[here] != record.notice[there]:
            raise malformed(
                Text("{here} differs between delivery.json and the record", here=here)
            )
    return f"{len(told)} attempts, {document['state']}"


def check_received(record: Record, members: Mapping[str, bytes]) -> str:
    """Every mail that came in is one whose hash the ledger has."""
    known = {leaf.get("report_sha256") for leaf in record.leaves}
    mails = {name: mail for name, mail in members.items() if name.startswith(RECEIVED)}
    for name, content in mails.items():
        if sha256(content).hexdigest() not in known:
            raise malformed(Text("{name} is not on record", name=name))
    return f"{len(mails)} mails"


_TELLING: Mapping[str, str] = {
    EventKind.NUMBERED: "the number was reserved",
    EventKind.PREPARED: "letter and mail were made and signed",
    EventKind.QUEUED: "someone said: send",
    EventKind.ATTEMPTED: "attempt {attempt} began",
    EventKind.ARMED: "attempt {attempt}: the message was about to go over the wire",
    EventKind.OUTCOME: "attempt {attempt} to {remote} ended as {state}: {reply}",
    EventKind.RECOVERED: "attempt {attempt} was put in order, as {state}",
    EventKind.RESOLVED: "an operator decided: {decision} ({reason})",
    EventKind.EVIDENCE: "evidence came in ({report}): {state}",
    EventKind.WITHDRAWN: "taken back: {reason}",
}


def story(record: Record) -> Iterator[StoryLine]:
    """Each event as a sentence; call it only when they are proven."""
    for leaf in record.leaves:
        kind = str(leaf["event"])
        pattern = _TELLING.get(kind)
        # what is not ours is never a pattern: it could reach into values
        text = pattern.format_map(_Facts(leaf)) if pattern else kind
        at = datetime.fromisoformat(leaf["at"])
        if at.utcoffset() is None:
            raise malformed(
                Text("entry {leaf} has a time without a zone", leaf=leaf["seq"])
            )
        yield StoryLine(
            at=at,
            text=plain(text, 300),
            source=f"ledger entry {leaf['seq']}",
        )


class _Facts(dict[str, Any]):
    """Facts of a leaf; one that is missing or empty reads as a dash."""

    def __missing__(self, key: str) -> str:
        return "-"

    def __getitem__(self, key: str) -> str:
        value = super().__getitem__(key) if key in self else None
        return "-" if value in (None, "") else str(value)
