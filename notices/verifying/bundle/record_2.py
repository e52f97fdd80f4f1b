"""`ledger/record.json` of version 2 (`docs/formats.md`, 9), and whether it holds.

Nothing is shown twice: the octets of the leaves say everything, the salts open what
lies beside them, and the chain tells whether something was left out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from notices.ledger import (
    BESIDE_DOCUMENT,
    COMMITMENT_PREFIX,
    OTHER_CHAINS,
    SALT_BYTES,
    Checkpoint,
    EventKind,
    Opening,
    RecordedEvent,
    commitment,
    own_chains,
    read_entry,
    verify_inclusion,
)
from notices.messages import Text
from notices.report import NoticeFacts
from notices.signs import plain
from notices.verifying.bundle import history as histories
from notices.verifying.bundle.history import History
from notices.verifying.bundle.members import DELIVERY, DOCUMENTS, RECEIVED
from notices.verifying.checks import NotApplicable, malformed

SCHEMA = "urn:notices:record:2"
REPORT = f"{BESIDE_DOCUMENT}report.eml"
LETTER = f"{BESIDE_DOCUMENT}letter.pdf"
UNSIGNED_LETTER = f"{BESIDE_DOCUMENT}letter.unsigned.pdf"
DRAFT = f"{BESIDE_DOCUMENT}draft.json"
_TOLD = ("number", "message_id", "recipient", "mailbox", "form")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record2:
    """The record as it was read; its events are not proven yet."""

    number: str
    """整理番号."""
    size: int
    """Leaves of the tree that the proofs lead to."""
    shown: Mapping[str, list[tuple[bytes, list[bytes]]]]
    """`notice` and `others`: leaf and inclusion proof of each event."""
    salts: Mapping[int, Mapping[str, tuple[bytes, str | None]]]
    """Place, then name, to the salt and the text; None: a document."""
    redacted: frozenset[str]
    """Documents that the centre left out."""

    def history(self, checkpoint: Checkpoint) -> History:
        """The events, each proven to be in the checkpoint's tree. Refusal else."""
        events = [_proven(one, checkpoint) for one in self.shown["notice"]]
        others = [_proven(one, checkpoint) for one in self.shown["others"]]
        places = [event.seq for event in events]
        if places != sorted(set(places)):
            raise malformed("the events are not in the order of the ledger")
        if any(event.number != self.number for event in events):
            raise malformed("one of the events is of another notice")
        for event in others:
            chains = own_chains(event.kind, None, None, event.facts)
            if not OTHER_CHAINS & chains.keys():
                raise malformed(
                    Text("entry {seq} is of no policy and no person", seq=event.seq)
                )
        return History(
            number=self.number,
            events=events,
            others=others,
            beside=self._texts((*events, *others)),
        )

    def _texts(
        self, events: tuple[RecordedEvent, ...]
    ) -> dict[int, dict[str, Opening]]:
        """What is shown of the texts, each as the leaf commits to it."""
        committed = {event.seq: event.leaf.beside for event in events if event.leaf}
        openings: dict[int, dict[str, Opening]] = {}
        for seq, names in self.salts.items():
            for name, (salt, text) in names.items():
                if text is None:
                    continue
                opening = Opening(salt=salt, octets=text.encode())
                if opening.commitment(name) != committed.get(seq, {}).get(name):
                    raise malformed(
                        Text(
                            "{name} is not the text that entry {seq} commits to",
                            name=name,
                            seq=seq,
                        )
                    )
                openings.setdefault(seq, {})[name] = opening
        return openings

    def facts(self, history: History) -> NoticeFacts:
        """Which notice it is, as far as the leaves and what opens them say."""
        told = self.told(history)
        prepared = history.one(EventKind.PREPARED)
        return NoticeFacts(
            number=plain(self.number),
            case_id=plain(prepared.case_id),
            date=None,
            recipient=plain(str(told.get("recipient") or "")),
            form=plain(str(told["form"])),
        )

    def check_account(self, history: History) -> str:
        """The texts are those that the leaves commit to, and the message is one."""
        prepared = history.one(EventKind.PREPARED)
        hashes = {
            event.facts["message_sha256"]
            for event in history.events
            if event.kind == EventKind.ARMED
        }
        if len(hashes) > 1:
            raise malformed("two messages were sent under one number")
        texts = sum(map(len, history.beside.values()))
        return Text(
            "{case_id}, {texts} texts beside the ledger",
            case_id=prepared.case_id,
            texts=texts,
        )

    def check_documents(self, history: History, members: Mapping[str, bytes]) -> str:
        """Each document is the one that the ledger committed to, or was left out."""
        committed = _committed(history)
        shown = {
            f"{BESIDE_DOCUMENT}{name.removeprefix(DOCUMENTS)}": content
            for name, content in members.items()
            if name.startswith(DOCUMENTS)
        }
        if uncommitted := shown.keys() - committed.keys():
            raise malformed(
                Text(
                    "the ledger knows no {uncommitted}", uncommitted=_names(uncommitted)
                )
            )
        for name, content in shown.items():
            if not self.is_opened(committed[name], name, content):
                raise malformed(
                    Text(
                        "{name} is not the document that the ledger committed to",
                        name=_names([name]),
                    )
                )
        missing = {
            name.removeprefix(BESIDE_DOCUMENT)
            for name in committed.keys() - shown.keys() - {DRAFT, UNSIGNED_LETTER}
        }
        stated = self.redacted - {"report.eml", "draft.json", "letter.unsigned.pdf"}
        if missing != stated:
            raise malformed(
                Text(
                    "missing are {missing}, said to be left out {redacted}",
                    missing=", ".join(sorted(missing)) or "none",
                    redacted=", ".join(sorted(stated)) or "none",
                )
            )
        left_out = (
            Text("; left out: {names}", names=", ".join(sorted(missing)))
            if missing
            else ""
        )
        return (_names(shown) or "no document") + left_out

    def check_delivery(self, history: History, members: Mapping[str, bytes]) -> str:
        """Nothing repeats what the chain says."""
        del history
        if DELIVERY in members:
            raise malformed("delivery.json has no place beside a record of version 2")
        raise NotApplicable("the events themselves tell of the attempts")

    def check_received(self, history: History, members: Mapping[str, bytes]) -> str:
        """Every mail that came in is the one that its entry commits to."""
        mails = {
            name.removeprefix(RECEIVED): mail
            for name, mail in members.items()
            if name.startswith(RECEIVED)
        }
        expected = {}
        for event in history.events:
            if event.leaf and REPORT in event.leaf.beside:
                expected[f"{event.seq}.eml"] = event
            elif digest := event.facts.get("report_sha256"):
                expected[f"{digest}.eml"] = event
        for name, content in mails.items():
            if name not in expected or not self._is_report(expected.pop(name), content):
                raise malformed(Text("{name} is not on record", name=name))
        owed = [one for one in expected.values() if one.leaf]
        if owed and "report.eml" not in self.redacted:
            raise malformed(
                Text(
                    "the mail of entry {seq} is missing, and not said to be",
                    seq=owed[0].seq,
                )
            )
        return Text("{count} mails", count=len(mails))

    def _is_report(self, event: RecordedEvent, content: bytes) -> bool:
        if event.leaf is None:
            return sha256(content).hexdigest() == event.facts["report_sha256"]
        return self.is_opened(event, REPORT, content)

    def is_opened(self, event: RecordedEvent, name: str, content: bytes) -> bool:
        """Whether these octets are what an event commits to under a name."""
        salt, _ = self.salts.get(event.seq, {}).get(name, (b"", None))
        if event.leaf is None:
            fact = COMMITMENT_PREFIX + name.removeprefix(BESIDE_DOCUMENT)
            return commitment(salt, content) == event.facts[fact]
        if len(salt) != SALT_BYTES:
            return False
        opening = Opening(salt=salt, octets=content)
        return opening.commitment(name) == event.leaf.beside.get(name)

    def told(self, history: History) -> dict[str, Any]:
        """What the mail must say as well, by name, as far as it is shown."""
        prepared = history.one(EventKind.PREPARED)
        flat = prepared.flat(history.texts(prepared))
        if prepared.leaf is None:
            flat["mailbox"] = flat.pop("recipient", None)
        told = {name: flat[name] for name in _TOLD if name in flat}
        for event in history.events:
            if event.kind == EventKind.ARMED:
                told["message_sha256"] = event.facts["message_sha256"]
        return {**told, "case_id": prepared.case_id}

    def missing(self, history: History) -> Iterator[str]:
        """What was left out, one sentence each; Refusal for what contradicts."""
        yield from histories.missing(history)
        if not self.redacted:
            yield from self._unopened(history)

    def _unopened(self, history: History) -> Iterator[str]:
        """Texts that are committed to and not shown; documents are B19 and B21."""
        for event in history.events:
            names = event.leaf.beside.keys() if event.leaf else ()
            for name in names - history.beside.get(event.seq, {}).keys():
                if not name.startswith(BESIDE_DOCUMENT):
                    yield Text("{name} of entry {seq}", name=name, seq=event.seq)


def _committed(history: History) -> dict[str, RecordedEvent]:
    """Name of each document to the newest event that commits to it."""
    committed: dict[str, RecordedEvent] = {}
    for event in history.events:
        names = event.leaf.beside if event.leaf else _of_version_1(event)
        for name in names:
            if name.startswith(BESIDE_DOCUMENT) and name != REPORT:
                committed[name] = event
    return committed


def _of_version_1(event: RecordedEvent) -> list[str]:
    return [
        f"{BESIDE_DOCUMENT}{name.removeprefix(COMMITMENT_PREFIX)}"
        for name in event.facts
        if name.startswith(COMMITMENT_PREFIX)
    ]


def _proven(shown: tuple[bytes, list[bytes]], checkpoint: Checkpoint) -> RecordedEvent:
    octets, proof = shown
    event = read_entry(octets)
    size, root = checkpoint.size, checkpoint.root
    if not verify_inclusion(event.hash, event.seq, size, proof, root):
        raise malformed(
            Text("entry {seq} is not in the ledger of that root", seq=event.seq)
        )
    return event


def _names(names: Any) -> str:
    return ", ".join(sorted(name.removeprefix(BESIDE_DOCUMENT) for name in names))
