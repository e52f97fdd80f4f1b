"""What a proof tells beside the leaves: L07 and L08.

The log's key vouches for leaves and for what opens their commitments, and for nothing
else. So each value beside them is compared, or named as one that is only told.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from notices.ledger import EventKind, FactValue, RecordedEvent
from notices.messages import Text, listed
from notices.signs import plain
from notices.verifying.bundle.history import History, final_state
from notices.verifying.checks import NotApplicable, malformed
from notices.verifying.log.proof_file import ProofFile, is_same, unopened
from notices.verifying.log.proof_reading import ShownRecord

_BASES = (str(EventKind.NUMBERED), str(EventKind.DRAFTED), str(EventKind.PREPARED))
"""Events that say what the notice is, the later ones more."""
_OF_BASE = (
    *("case_id", "form", "rung", "ordinal", "channel", "test"),
    *("message_id", "signer_certificate_sha256", "again_reason", "rung_reason"),
    *("recipient", "mailbox"),
)
"""Members of `notice` that these events have under the same name."""
_SHA256 = re.compile(r"[0-9a-f]{64}")
MAIL: Final = "message.eml"


def texts(evidence: ProofFile) -> str:
    """L07: each text is the one that its leaf commits to."""
    open_ = [
        name
        for record, history in zip(evidence.records, evidence.histories, strict=True)
        for name in unopened(record, history)
    ]
    count = sum(
        len(openings)
        for history in evidence.histories
        for openings in history.beside.values()
    )
    if open_:
        raise NotApplicable(
            Text(
                "not proven, as no salts are shown: {names}", names=listed(open_, ", ")
            )
        )
    return Text("{count} texts", count=count)


def told(evidence: ProofFile) -> str:
    """L08: what is told of each notice is what the log says, as far as it does."""
    said = []
    for record, history in zip(evidence.records, evidence.histories, strict=True):
        known = _known(history)
        for name, value in known.items():
            if name not in record.notice or not is_same(record.notice[name], value):
                raise malformed(
                    Text(
                        "{name} of {number} is told other than the ledger has it",
                        name=name,
                        number=history.number,
                    )
                )
        only_told = sorted(_only_told(record, known))
        said.append(_said(history, only_told))
    return listed(said, "; ")


def base(history: History) -> RecordedEvent:
    """The event that says most of what the notice is; Refusal if there is none."""
    for kind in reversed(_BASES):
        if any(event.kind == kind for event in history.events):
            return history.one(EventKind(kind))
    raise malformed("no event says what the notice is")


def _known(history: History) -> dict[str, FactValue]:
    known: dict[str, FactValue] = {}
    for event in history.events:
        if event.kind in _BASES:
            flat = event.flat(history.texts(event))
            names = [name for name in _OF_BASE if name in flat]
            if event.leaf is None:
                # version 1 had the mailbox under this name, or nothing
                names = [name for name in names if name != "recipient"]
            known |= {name: flat[name] for name in names}
        if event.kind == EventKind.ARMED:
            known["message_sha256"] = event.facts.get("message_sha256")
    return known | {"number": history.number, "state": final_state(history)}


def _only_told(record: ShownRecord, known: Mapping[str, FactValue]) -> Iterator[str]:
    """Names of what nobody has proven; Refusal for what contradicts itself."""
    for name, value in record.notice.items():
        if name not in known and value not in ("", None):
            yield name
    for name, digest in record.artifacts.items():
        if not isinstance(digest, str) or not _SHA256.fullmatch(digest):
            raise malformed(Text("the hash of {name} is none", name=plain(name)))
    mail, sent = record.artifacts.get(MAIL), record.notice.get("message_sha256")
    if mail is not None and mail != sent:
        raise malformed(
            Text(
                "the mail of {number} has two hashes",
                number=plain(str(record.notice["number"])),
            )
        )
    if record.artifacts.keys() - ({MAIL} if "message_sha256" in known else set()):
        yield "artifacts"


def _said(history: History, only_told: list[str]) -> str:
    if not only_told:
        return plain(history.number)
    return Text(
        "{number}; only told, and not proven: {names}",
        number=plain(history.number),
        names=", ".join(only_told),
    )
