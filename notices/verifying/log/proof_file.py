"""What `notices ledger prove` hands out, and what can be read from it; each once."""

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from notices.errors import InputError, LaterVersion
from notices.ledger import (
    BESIDE_DOCUMENT,
    OTHER_CHAINS,
    SALT_BYTES,
    Checkpoint,
    Cosignature,
    Opening,
    RecordedEvent,
    VerifierKey,
    own_chains,
    parse_note,
    parse_verifier_key,
    read_entry,
    read_json,
    verify_inclusion,
)
from notices.messages import Text
from notices.report import SubIndication
from notices.verifying.bundle.history import History
from notices.verifying.checkpoint import cosignatures, open_checkpoint
from notices.verifying.checks import Refusal, later, malformed
from notices.verifying.log.proof_reading import (
    ShownEvent,
    ShownRecord,
    read_shown_record,
    require_array,
    require_text,
)
from notices.verifying.policy import Policy

MEMBERS = frozenset({"checkpoint", "log_key", "records"})
_BEGINS = re.compile(rb'[ \t\r\n]*\{[ \t\r\n]*"checkpoint"[ \t\r\n]*:')
REPORT = "document/report.eml"
REPORT_FACT = "report_sha256"
"""Told for a mail that came in, beside the leaf, which has a commitment to it."""


def is_proof(data: bytes) -> bool:
    """Tell the output of `ledger prove` from other JSON, by how it begins."""
    return _BEGINS.match(data) is not None


class ProofFile:
    """The output of `ledger prove`, as an auditor has it."""

    def __init__(self, data: bytes, policy: Policy) -> None:
        self.data = data
        self.policy = policy

    @cached_property
    def document(self) -> dict[str, Any]:
        """The JSON object."""
        try:
            found: dict[str, Any] = read_json(self.data)
        except InputError as error:
            raise malformed(error.message) from error
        if found.keys() != MEMBERS:
            raise malformed(Text("it has {names}", names=", ".join(found)))
        for name in ("checkpoint", "log_key"):
            require_text(name, found[name])
        return found

    @cached_property
    def records(self) -> tuple[ShownRecord, ...]:
        """The notices that it is about."""
        return tuple(
            map(read_shown_record, require_array("records", self.document["records"]))
        )

    @cached_property
    def log_key(self) -> VerifierKey:
        """The key that it names."""
        try:
            return parse_verifier_key(self.document["log_key"])
        except InputError as error:
            raise malformed(
                Text("the log's key: {message}", message=error.message)
            ) from error

    @cached_property
    def checkpoint(self) -> Checkpoint:
        """The checkpoint, signed by the log."""
        try:
            return open_checkpoint(self.document["checkpoint"], self.log_key)
        except InputError as error:
            raise malformed(error.message) from error

    @cached_property
    def cosignatures(self) -> tuple[Cosignature, ...]:
        """Those of the witnesses that the auditor trusts, each verified."""
        note = parse_note(self.document["checkpoint"])
        try:
            return cosignatures(note, self.policy.witnesses.witnesses)
        except InputError as error:
            raise Refusal(SubIndication.SIG_CRYPTO_FAILURE, error.message) from error

    @cached_property
    def histories(self) -> tuple[History, ...]:
        """The events of each notice, proven to be in the log."""
        return tuple(_history(record, self.checkpoint) for record in self.records)


def _history(record: ShownRecord, checkpoint: Checkpoint) -> History:
    if (record.size, record.root) != (checkpoint.size, checkpoint.root):
        raise malformed("its proofs lead to another tree than that of the checkpoint")
    if not record.events:
        raise malformed("it shows no event")
    events = [_proven(shown, checkpoint) for shown in record.events]
    places = [event.seq for event in events]
    if places != sorted(set(places)):
        raise malformed("the events are not in the order of the ledger")
    number: str = record.notice["number"]
    for event, shown in zip(events, record.events, strict=True):
        _require_as_told(event, shown, number)
    others = [_proven(shown, checkpoint) for shown in record.others]
    for event in others:
        if not OTHER_CHAINS & own_chains(event.kind, None, None, event.facts).keys():
            raise malformed(
                Text("entry {seq} is of no policy and no person", seq=event.seq)
            )
    return History(
        number=number,
        events=events,
        others=others,
        beside={
            event.seq: _opened(event, shown)
            for event, shown in zip(events, record.events, strict=True)
        },
    )


def _proven(shown: ShownEvent, checkpoint: Checkpoint) -> RecordedEvent:
    try:
        event = read_entry(shown.leaf)
    except LaterVersion as error:
        raise later("an entry of the ledger") from error
    except InputError as error:
        raise malformed(error.message) from error
    size, root = checkpoint.size, checkpoint.root
    if not verify_inclusion(event.hash, event.seq, size, shown.proof, root):
        raise malformed(
            Text("entry {seq} is not in the ledger of that root", seq=event.seq)
        )
    return event


def _require_as_told(event: RecordedEvent, shown: ShownEvent, number: str) -> None:
    """What is told beside the leaf are its values; texts are another check's."""
    beside = set(event.leaf.beside) if event.leaf else set()
    if REPORT in beside:
        beside.add(REPORT_FACT)
    values = {name: one for name, one in shown.told.items() if name not in beside}
    if not is_same_object(values, event.flat({})) or event.number != number:
        raise malformed(
            Text("entry {seq} is told other than it was recorded", seq=event.seq)
        )


def is_same(told: object, known: object) -> bool:
    """Equal as JSON has it: true is not 1."""
    return type(told) is type(known) and told == known


def is_same_object(told: Mapping[str, Any], known: Mapping[str, Any]) -> bool:
    """The same names with the same values, as JSON has it."""
    return told.keys() == known.keys() and all(
        is_same(told[name], value) for name, value in known.items()
    )


def _opened(event: RecordedEvent, shown: ShownEvent) -> dict[str, Opening]:
    """The texts that are shown with their salts; Refusal for another text."""
    committed = event.leaf.beside if event.leaf else {}
    found: dict[str, Opening] = {}
    for name, salt in shown.salts.items():
        if name not in committed or len(salt) != SALT_BYTES:
            raise malformed(
                Text("entry {seq} has no salt of {name}", seq=event.seq, name=name)
            )
        if name.startswith(BESIDE_DOCUMENT) or name not in shown.told:
            continue
        text = shown.told[name]
        if not isinstance(text, str):
            raise malformed(
                Text("{name} of entry {seq} is no text", name=name, seq=event.seq)
            )
        opening = Opening(salt=salt, octets=text.encode())
        if opening.commitment(name) != committed.get(name):
            raise malformed(
                Text(
                    "{name} is not the text that entry {seq} commits to",
                    name=name,
                    seq=event.seq,
                )
            )
        found[name] = opening
    return found


def unopened(record: ShownRecord, history: History) -> Sequence[str]:
    """Texts that are told and not proven: no salt is shown for them."""
    return sorted(
        {
            name
            for event, shown in zip(history.events, record.events, strict=True)
            for name in (event.leaf.beside if event.leaf else ())
            if name in shown.told and name not in history.beside.get(event.seq, {})
        }
    )
