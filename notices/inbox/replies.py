"""Answers: whether a program or a person wrote, to what, and with which word."""

import re
from collections.abc import Sequence

from notices.inbox.dsn import MAX_IDS, last_message_ids, message_ids
from notices.inbox.encoded_words import decode_words, text_of
from notices.inbox.mime import MimePart
from notices.inbox.received import RecipientAnswer

_BRACKETS = re.compile(r"\[([A-Za-z0-9][A-Za-z0-9._-]{0,39})\]")
_MAX_NUMBERS = 5
_PRECEDENCES = {"auto_reply", "auto-reply", "bulk", "junk", "list"}
_MARKS = ("x-auto-response-suppress", "x-autoreply", "x-autorespond", "x-autoresponder")
_WORDS = {
    "対応済": RecipientAnswer.DONE,
    "対応済み": RecipientAnswer.DONE,
    "対応不可": RecipientAnswer.DECLINED,
    "対象外": RecipientAnswer.NOT_OURS,
    "done": RecipientAnswer.DONE,
    "declined": RecipientAnswer.DECLINED,
    "not ours": RecipientAnswer.NOT_OURS,
}
_AROUND = " \t\u3000.。!！\"'「」『』*"
_QUOTED = (">", "|", "＞", "On ")


def is_automatic(mail: MimePart) -> bool:
    """Tell whether a program wrote it (RFC 3834, 5; and the marks before it)."""
    submitted = mail.value("auto-submitted").split(";")[0].split("(")[0].strip()
    if submitted and submitted.lower() != "no":
        return True
    if mail.value("precedence").strip().lower() in _PRECEDENCES:
        return True
    return any(mail.values(name) for name in _MARKS)


def is_disposition(mail: MimePart) -> bool:
    """Tell whether it is a disposition notification (RFC 8098): shown, deleted."""
    kind = mail.parameters.get("report-type", "").lower()
    return mail.media_type == "multipart/report" and kind == "disposition-notification"


def disposed_ids(parts: Sequence[MimePart]) -> tuple[str, ...]:
    """Give the Original-Message-ID of a disposition notification (RFC 8098, 3.2.5)."""
    for part in parts:
        if part.media_type == "message/disposition-notification":
            # the part is a block of fields, which reads as the header of a mail
            match = re.search(rb"(?im)^original-message-id:([^\r\n]*)", part.content())
            if match:
                return tuple(message_ids(match[1].decode("ascii", "replace")))
    return ()


def referred_ids(mail: MimePart) -> tuple[str, ...]:
    """Give the message ids that it answers (RFC 5322, 3.6.4), the nearest first."""
    answered = [
        each for value in mail.values("in-reply-to") for each in message_ids(value)
    ]
    thread = [
        each for value in mail.values("references") for each in last_message_ids(value)
    ]
    return tuple(dict.fromkeys([*answered, *reversed(thread)]))[:MAX_IDS]


def subject_numbers(mail: MimePart) -> tuple[str, ...]:
    """Give what stands in brackets in the subject, such as R8-1-000123."""
    found = _BRACKETS.findall(decode_words(mail.value("subject"))[:1000])
    return tuple(dict.fromkeys(found))[:_MAX_NUMBERS]


def answer_in(parts: Sequence[MimePart]) -> RecipientAnswer | None:
    """Give the one-word answer, if the first line that says anything is one."""
    for part in parts:
        if part.media_type == "text/plain":
            return _answer(text_of(part)[:20_000])
    return None


def _answer(text: str) -> RecipientAnswer | None:
    for line in text.splitlines():
        words = line.strip(_AROUND)
        if words and not words.startswith(_QUOTED):
            return _WORDS.get(" ".join(words.lower().split()))
    return None
