"""What happened to a notice as sentences, in order of time."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from notices.ledger import EventKind, RecordedEvent
from notices.messages import Text, cleaned, names_of
from notices.report import CheckStatus, Finding, StoryLine
from notices.signs import plain
from notices.verifying.bundle.history import History
from notices.verifying.bundle.reading import Bundle
from notices.verifying.log.watched import story_line

_LONGEST = 300
_TELLING: Mapping[str, str] = {
    EventKind.NUMBERED: "the number was reserved",
    EventKind.DRAFTED: "letter and mail were written, not signed",
    EventKind.APPROVED: "approved by {approver} at {at}",
    EventKind.REJECTED: "rejected by {approver}: {reason}",
    EventKind.PERSON_ENROLLED: "{person} was enrolled by {enrolled_by}: {roles}",
    EventKind.PERSON_REVOKED: "the key of {person} was revoked by {revoked_by}",
    EventKind.PEOPLE_RECOVERED: "WITHOUT ANOTHER PERSON, on the machine itself, "
    "{person} was made an administrator",
    EventKind.POLICY_CHANGED: "the policy of {section} changed: required {required}",
    EventKind.PREPARED: "letter and mail were made and signed",
    EventKind.QUEUED: "someone said: send",
    EventKind.ATTEMPTED: "attempt {attempt} began",
    EventKind.ARMED: "attempt {attempt}: the message was about to go over the wire",
    EventKind.OUTCOME: "attempt {attempt} to {remote} ended as {state}: {reply}",
    EventKind.RECOVERED: "attempt {attempt} was put in order, as {state}",
    EventKind.RESOLVED: "an operator decided: {decision} ({reason})",
    EventKind.EVIDENCE: "evidence came in ({report}): {state}",
    EventKind.WITHDRAWN: "taken back: {reason}",
    EventKind.EXPORTED: "an evidence bundle was asked for",
    # facts of the case that are about this notice
    "send_asked": "to be sent as soon as it is signed",
    "requested": "recorded in the case: asked ({kind})",
    "answered": "recorded in the case: the provider answered ({answer})",
    "returned": "recorded in the case: it came back ({reason})",
}


def story(history: History) -> Iterator[StoryLine]:
    """Each event as a sentence; call it only when they are proven."""
    for event in sorted((*history.others, *history.events), key=_place):
        yield StoryLine(
            at=event.at,
            text=cleaned(_sentence(history, event), lambda said: plain(said, _LONGEST)),
            source=Text("ledger entry {seq}", seq=event.seq),
        )


def _place(event: RecordedEvent) -> int:
    return event.seq


def _sentence(history: History, event: RecordedEvent) -> str:
    pattern = _TELLING.get(event.kind)
    facts = _Facts({**event.facts, **history.texts(event)})
    # a text that was left out, where the reply's code is in the leaf
    if "reply" not in facts and facts.get("reply_code") is not None:
        code, enhanced = facts["reply_code"], facts["reply_enhanced"]
        facts["reply"] = f"{code} {enhanced}" if enhanced != "-" else code
    # what is not ours is never a pattern: it could reach into values
    text = _filled(pattern, facts) if pattern else event.kind
    is_somebody = event.by and not event.by.startswith("program:")
    return Text("{text}, by {by}", text=text, by=event.by) if is_somebody else text


def _filled(pattern: str, facts: Mapping[str, Any]) -> Text:
    return Text(pattern, **{name: facts[name] for name in names_of(pattern)})


class _Facts(dict[str, Any]):
    """Facts of a leaf; one that is missing or empty reads as a dash."""

    def __missing__(self, key: str) -> str:
        return "-"

    def __getitem__(self, key: str) -> str:
        value = super().__getitem__(key) if key in self else None
        return "-" if value in (None, "") else str(value)


def whole_story(evidence: Bundle, findings: Sequence[Finding]) -> tuple[StoryLine, ...]:
    """What happened, in order of time, each with what it rests on."""
    told = list(story(evidence.history))
    passed = {
        finding.id for finding in findings if finding.status is CheckStatus.PASSED
    }
    mail = evidence.mail
    if mail is not None and "M11" in passed and mail.signed.stamped:
        told.append(_existed(mail.signed.stamped, "the signed mail"))
    if "B16" in passed and (moment := evidence.stamped_checkpoint):
        told.append(_existed(moment, "the checkpoint with all of these events"))
    if "B29" in passed:
        told += map(story_line, evidence.cosignatures)
    if "B10" in passed and evidence.signed.stamped:
        told.append(_existed(evidence.signed.stamped, "this bundle"))
    if "B09" in passed:
        told += [
            _existed(moment, "this bundle, renewed") for moment in evidence.archived
        ]
    if claimed := evidence.signed.signature.signing_time:
        text = "this bundle was signed"
        told.append(StoryLine(at=claimed, text=text, source="the signer's claim"))
    return tuple(sorted(told, key=lambda finding: finding.at))


def _existed(moment: datetime, what: str) -> StoryLine:
    return StoryLine(
        at=moment, text=Text("{what} existed", what=what), source="time stamp"
    )
