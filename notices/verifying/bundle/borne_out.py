"""Whether mail and documents bear out what the log tells of them: B33.

B22 compares what names the notice. Here is the rest that an entry tells of a mail:
whose certificate signed it, whether it was stamped and when, what came along.
"""

from collections.abc import Iterator
from datetime import datetime
from math import floor
from typing import Any

from notices.ledger import EventKind, RecordedEvent
from notices.media_types import DOCX
from notices.messages import Text
from notices.verifying.bundle import members
from notices.verifying.bundle.reading import Bundle
from notices.verifying.checks import NotApplicable, malformed
from notices.verifying.cms import timestamp
from notices.verifying.content.notice_json import read_json
from notices.verifying.mail.message import Message, is_xarf
from notices.verifying.zip_reader import MAX_TOTAL

WARNINGS = "documents/warnings.json"
_OF_WARNING = {"code", "path", "message"}


def check(evidence: Bundle) -> str:
    """What the entries say of the mail is what it shows. Refusal, NotApplicable."""
    mail = evidence.mail
    if mail is None:
        raise NotApplicable("the mail was left out")
    prepared = evidence.history.one(EventKind.PREPARED)
    compared = []
    for name, told, shown in _pairs(evidence, mail, prepared):
        if told is None:
            continue
        if told != shown or type(told) is not type(shown):
            raise malformed(
                Text(
                    "{name}: entry {seq} has {told}, the mail {shown}",
                    name=name,
                    seq=prepared.seq,
                    told=told,
                    shown="-" if shown is None else shown,
                )
            )
        compared.append(name)
    _check_attachments(evidence, mail)
    _check_order(evidence, mail, prepared)
    return ", ".join(compared)


def _pairs(
    evidence: Bundle, mail: Message, prepared: RecordedEvent
) -> Iterator[tuple[str, object, object]]:
    """Name, what the entry tells (None: nothing), what the mail and its parts show."""
    facts, notice = (
        prepared.facts,
        read_json(evidence.member(members.NOTICE), "notice.json", MAX_TOTAL),
    )
    certificate = mail.signed.signature.certificate.sha256.hex()
    name = "signer_certificate_sha256"
    yield name, facts.get(name), certificate
    yield "rung", facts.get("rung"), notice["recipient"]["rung"]
    yield "ordinal", facts.get("ordinal"), notice["ordinal"]
    yield "test", facts.get("test"), notice.get("test", False)
    if prepared.leaf is None:
        return
    token = mail.signed.token
    yield "timestamped", facts.get("timestamped"), token is not None
    stamped = timestamp.claimed(token).at if token else None
    told = facts.get("timestamp_time")
    yield "timestamp_time", told and _second(told), stamped and _second(stamped)
    yield "warnings", facts.get("warnings"), len(_warnings(evidence))
    for drafted in evidence.history.events:
        if drafted.kind == EventKind.DRAFTED:
            yield "language", drafted.facts.get("language"), notice["language"]


def _second(told: object) -> str:
    """To the second, in UTC: fractions are written in several ways."""
    moment = told if isinstance(told, datetime) else _read(str(told))
    return str(floor(moment.timestamp())) if moment else "-"


def _read(told: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(told)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _warnings(evidence: Bundle) -> list[Any]:
    """What the centre was told and accepted; Refusal for another form."""
    content = evidence.members.get(WARNINGS)
    if content is None:
        return []
    warnings = read_json(content, "warnings.json", MAX_TOTAL)
    is_ours = isinstance(warnings, list) and all(
        isinstance(one, dict)
        and one.keys() == _OF_WARNING
        and all(isinstance(value, str) for value in one.values())
        for one in warnings
    )
    if not is_ours:
        raise malformed("warnings.json is no list of code, path and message")
    accepted = {one["code"] for one in warnings}
    notice = read_json(evidence.member(members.NOTICE), "notice.json", MAX_TOTAL)
    lacking = sorted(set(notice.get("warnings", ())) - accepted)
    if lacking:
        raise malformed(Text("warnings.json lacks {names}", names=", ".join(lacking)))
    return list(warnings)


def _check_attachments(evidence: Bundle, mail: Message) -> None:
    """What went along besides is what the bundle shows under its name."""
    shown = evidence.members
    sent: dict[str, bytes] = {}
    for leaf in mail.split.parts:
        if leaf.media_type == DOCX:
            sent[members.LETTER_DOCX] = leaf.content
        elif is_xarf(leaf):
            sent[f"{members.DOCUMENTS}{leaf.file_name}"] = leaf.content
    for name, content in sent.items():
        if name in shown and shown[name] != content:
            raise malformed(Text("{name} is not what the mail has", name=name))
    for name in shown:
        if name.startswith(f"{members.DOCUMENTS}xarf") and name not in sent:
            raise malformed(Text("{name} is not what the mail has", name=name))


def _check_order(evidence: Bundle, mail: Message, prepared: RecordedEvent) -> None:
    """Nothing was written down, or sent, before it was there."""
    tolerance = evidence.policy.clock_tolerance
    signed, token = mail.signed.signature.signing_time, mail.signed.token
    if prepared.leaf and signed and prepared.at + tolerance < signed:
        raise _early(prepared)
    if token is None:
        return
    stamped = timestamp.claimed(token).at
    for event in evidence.history.events:
        is_armed = event.kind == EventKind.ARMED and event.leaf is not None
        if is_armed and event.at + tolerance < stamped:
            raise _early(event)


def _early(event: RecordedEvent) -> Exception:
    return malformed(
        Text(
            "entry {seq}, {kind}, was written down before the mail was signed",
            seq=event.seq,
            kind=event.kind,
        )
    )
