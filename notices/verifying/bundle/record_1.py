"""`ledger/record.json` of version 1, and whether the ledger bears it out.

It shows each event as its leaf; the PREPARED leaf commits to the documents with salts;
`delivery.json` repeats the attempts for programs.
"""

from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from notices.ledger import (
    COMMITMENT_PREFIX,
    Checkpoint,
    EventKind,
    RecordedEvent,
    commitment,
    leaf_version,
    read_entry,
    verify_inclusion,
)
from notices.messages import Text
from notices.report import NoticeFacts
from notices.signs import plain
from notices.verifying.bundle.history import History, final_state
from notices.verifying.bundle.members import DELIVERY, DOCUMENTS, RECEIVED
from notices.verifying.bundle.parsing import parse_json
from notices.verifying.checks import NotApplicable, later, malformed

SCHEMA = "urn:notices:record:1"
_TOLD = (
    "message_sha256",
    "message_id",
    "number",
    "case_id",
    "recipient",
    "mailbox",
    "form",
    "date",
)
_OF_AN_ATTEMPT = (EventKind.OUTCOME, EventKind.RECOVERED)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Record1:
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

    def history(self, checkpoint: Checkpoint) -> History:
        """The events, each proven to be in the checkpoint's tree. Refusal else."""
        events = tuple(_shown(event) for event in self.events)
        for event, told in zip(events, self.events, strict=True):
            _check_shown(event, told, self.number)
            proof = [b64decode(one, validate=True) for one in told["inclusion_proof"]]
            place, size = event.seq, checkpoint.size
            if not verify_inclusion(event.hash, place, size, proof, checkpoint.root):
                raise malformed(
                    Text("entry {place} is not in the ledger of that root", place=place)
                )
        return History(number=self.number, events=events)

    def facts(self, history: History) -> NoticeFacts:
        """Which notice it is, as far as it is proven; plain text.

        In a redacted bundle nothing bears out the day and the name.
        """
        notice = self.notice
        is_whole = not self.redacted
        name = notice["recipient"] if is_whole else notice["mailbox"]
        del history
        return NoticeFacts(
            number=plain(str(notice["number"])),
            case_id=plain(str(notice["case_id"])),
            date=date.fromisoformat(notice["date"]) if is_whole else None,
            recipient=plain(str(name)),
            form=plain(str(notice["form"])),
        )

    def check_account(self, history: History) -> str:
        """What the record says of the notice is what the ledger says."""
        facts = history.one(EventKind.PREPARED).facts
        date.fromisoformat(self.notice["date"])
        for name, fact in _SAME.items():
            if self.notice[name] != facts[fact]:
                raise malformed(
                    Text(
                        "{name} is {notice!r}, not {leaf!r}",
                        name=name,
                        notice=self.notice[name],
                        leaf=facts[fact],
                    )
                )
        for event in history.events:
            if event.kind == EventKind.ARMED and (
                event.facts["message_sha256"] != self.notice["message_sha256"]
            ):
                raise malformed("what was sent is not the message of the record")
        return ", ".join(_SAME)

    def check_documents(self, history: History, members: Mapping[str, bytes]) -> str:
        """Each document is the one that the ledger committed to, or was left out."""
        committed = {
            name.removeprefix(COMMITMENT_PREFIX): value
            for name, value in history.one(EventKind.PREPARED).facts.items()
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
            if commitment(bytes.fromhex(self.salts[name]), content) != committed[name]:
                raise malformed(
                    Text(
                        "{name} is not the document that the ledger committed to",
                        name=name,
                    )
                )
        missing = committed.keys() - shown.keys()
        if missing != self.redacted:
            raise malformed(
                Text(
                    "missing are {missing}, said to be left out {redacted}",
                    missing=", ".join(sorted(missing)) or "none",
                    redacted=", ".join(sorted(self.redacted)) or "none",
                )
            )
        left_out = (
            Text("; left out: {names}", names=", ".join(sorted(missing)))
            if missing
            else ""
        )
        return (", ".join(sorted(shown)) or "no document") + left_out

    def check_delivery(self, history: History, members: Mapping[str, bytes]) -> str:
        """`delivery.json` tells of the attempts what the ledger tells."""
        if DELIVERY not in members:
            raise malformed(Text("{name} is missing", name=DELIVERY))
        document = parse_json(members[DELIVERY])
        recorded = [one for one in history.events if one.kind in _OF_AN_ATTEMPT]
        told = document["attempts"]
        if len(told) != len(recorded):
            raise malformed(
                Text(
                    "{count} attempts are told, {recorded} on record",
                    count=len(told),
                    recorded=len(recorded),
                )
            )
        for attempt, event in zip(told, recorded, strict=True):
            _check_attempt(attempt, event)
        self._check_end(document, final_state(history))
        return Text(
            "{count} attempts, {state}", count=len(told), state=document["state"]
        )

    def _check_end(self, document: Mapping[str, Any], state: str) -> None:
        for here, there in (("state", "state"), ("forward_path", "mailbox")):
            if document[here] != self.notice[there]:
                raise malformed(
                    Text(
                        "{here} differs between delivery.json and the record", here=here
                    )
                )
        if document["state"] != state:
            raise malformed(
                Text(
                    "the state is told as {told}, the events lead to {state}",
                    told=document["state"],
                    state=state,
                )
            )

    def check_received(self, history: History, members: Mapping[str, bytes]) -> str:
        """Every mail that came in is one whose hash the ledger has."""
        known = {event.facts.get("report_sha256") for event in history.events}
        mails = {
            name: mail for name, mail in members.items() if name.startswith(RECEIVED)
        }
        for name, content in mails.items():
            if sha256(content).hexdigest() not in known:
                raise malformed(Text("{name} is not on record", name=name))
        return Text("{count} mails", count=len(mails))

    def told(self, history: History) -> dict[str, Any]:
        """What the mail must say as well, by name."""
        del history
        return {name: self.notice[name] for name in _TOLD}

    def is_opened(self, event: RecordedEvent, name: str, content: bytes) -> bool:
        """Version 1 had no drafts: nothing of it is what a draft commits to."""
        del event, name, content
        return False

    def missing(self, history: History) -> Iterator[str]:
        """What was left out: version 1 cannot tell."""
        del history
        raise NotApplicable("version 1 of the ledger cannot prove that all is shown")


def read_record_1(document: Mapping[str, Any]) -> Record1:
    """Take the members of a record of version 1; Refusal if it has another form."""
    record = Record1(
        notice=document["notice"],
        events=document["events"],
        size=document["ledger"]["size"],
        salts=document["salts"],
        redacted=frozenset(document["redacted"]),
    )
    if not record.events or not isinstance(document["redacted"], list):
        raise malformed("the record has no events, or no list of what was left out")
    return record


def _shown(event: Mapping[str, Any]) -> RecordedEvent:
    octets = b64decode(event["leaf_bytes"], validate=True)
    if leaf_version(octets) > 1:
        raise later(Text("entry {seq} of the ledger", seq=event["leaf"]["seq"]))
    return read_entry(octets)


def _check_shown(event: RecordedEvent, told: Mapping[str, Any], number: str) -> None:
    if event.flat({}) != told["leaf"] or event.number != number:
        raise malformed(
            Text("entry {seq} is shown other than it was recorded", seq=event.seq)
        )


def _check_attempt(attempt: Mapping[str, Any], event: RecordedEvent) -> None:
    for name, value in attempt.items():
        if event.facts.get(name) != value:
            raise malformed(
                Text("{name} of an attempt is {value!r}", name=name, value=value)
            )
