"""What a reminder, a withdrawal or a correction follows: check M25.

`notice.json` names the notice before by number, day, kind, SHA-256 of its `notice.json`
and Message-ID. Header fields, text and letter must lead to that very notice; where it
was handed over as evidence, it must be that one.
"""

import hashlib
from collections.abc import Iterator, Sequence

from notices import mail
from notices.mail import MalformedMessage
from notices.media_types import JSON
from notices.messages import Text
from notices.verifying import content
from notices.verifying.checks import NotApplicable, malformed, readable
from notices.verifying.content import FollowedStatement, NoticeJson

THREAD = ("In-Reply-To", "References")


def check(
    notice: NoticeJson,
    thread: dict[str, str],
    own_id: str,
    text: str,
    known: Sequence[bytes],
) -> str:
    """Compare what is said of the notice before with everything that is at hand.

    thread: the protected In-Reply-To and References. own_id: the protected Message-ID,
    with which References may end. known: mails or `notice.json` files that were handed
    over besides.
    """
    told = notice.follows
    if told is None:
        raise NotApplicable("it is a request, and follows no other notice")
    _check_order(notice, told)
    _check_thread(thread, own_id, told)
    _check_text(text, told)
    candidates = [one for one in known if _number_of(one) == told.number]
    for octets in candidates:
        _check_known(octets, notice, told)
    words = Text(
        "{kind} after {number} of {day}, {before}",
        kind=notice.kind,
        number=told.number,
        day=told.date,
        before=told.kind,
    )
    if candidates:
        return Text("{words}, which was compared", words=words)
    return Text("{words}; that one was not at hand (--evidence FILE)", words=words)


def _check_order(notice: NoticeJson, told: FollowedStatement) -> None:
    own = notice.statement
    if told.number == own.number:
        raise malformed(Text("{number} follows itself", number=own.number))
    if told.date > own.date:
        raise malformed(
            Text(
                "it follows {number} of {day}, and is of {own} itself",
                number=told.number,
                day=told.date,
                own=own.date,
            )
        )


def _check_thread(thread: dict[str, str], own_id: str, told: FollowedStatement) -> None:
    for name in THREAD:
        ids = thread.get(name, "").split()
        if name == "References" and ids[-1:] == [own_id]:
            ids.pop()
        if ids[-1:] != [told.message_id]:
            raise malformed(
                Text(
                    "{name} leads to {found}, notice.json follows {wanted}",
                    name=name,
                    found=" ".join(ids) or "nothing",
                    wanted=told.message_id,
                )
            )


def _check_text(text: str, told: FollowedStatement) -> None:
    """The hash may be broken over lines where a mail was written again."""
    if not content.names_number(text, told.number):
        raise malformed(Text("the text does not name {number}", number=told.number))
    if told.notice_sha256 not in "".join(text.split()):
        raise malformed(
            Text("the text does not name {sha256}", sha256=told.notice_sha256)
        )


def _check_known(octets: bytes, notice: NoticeJson, told: FollowedStatement) -> None:
    """The notice before, as it was handed over, is the one that is meant."""
    document = _notice_json(octets) or b""
    before = content.read_notice_json(document)
    pairs = {
        "notice_sha256": (told.notice_sha256, hashlib.sha256(document).hexdigest()),
        "date": (told.date, before.statement.date),
        "kind": (told.kind, before.kind),
        "case_id": (notice.statement.case_id, before.statement.case_id),
        "recipient": (notice.mailbox, before.mailbox),
        "message_id": (told.message_id, _message_id(octets) or told.message_id),
    }
    for name, (wanted, stated) in pairs.items():
        if wanted != stated:
            raise malformed(
                Text(
                    "{name} of {number}: {found}, it follows one with {wanted}",
                    name=name,
                    number=told.number,
                    found=str(stated),
                    wanted=str(wanted),
                )
            )


def _number_of(octets: bytes) -> str:
    document = _notice_json(octets)
    found = document and readable(lambda: content.read_notice_json(document))
    return found.statement.number if found else ""


def _notice_json(octets: bytes) -> bytes | None:
    """The `notice.json` of a mail, or the file itself."""
    if octets.lstrip()[:1] == b"{":
        return octets
    return next(_leaves(octets), None)


def _leaves(octets: bytes) -> Iterator[bytes]:
    try:
        parts = mail.split(octets).parts
    except MalformedMessage:
        return
    for leaf in parts:
        if leaf.media_type == JSON and leaf.file_name == "notice.json":
            yield leaf.content


def _message_id(octets: bytes) -> str:
    if octets.lstrip()[:1] == b"{":
        return ""
    return mail.split(octets).protected("Message-ID") or ""
