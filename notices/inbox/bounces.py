"""Reports of failure that are not RFC 3464: qmail, older Exim, and the rest.

Only two of these shapes name the recipient in a place of its own, so that it can be
compared; of the rest it is recorded that something came back, and no more.
"""

import re
from collections.abc import Sequence

from notices.inbox.dsn import MAX_IDS, address_in, message_ids, returned_ids
from notices.inbox.encoded_words import shown, text_of
from notices.inbox.mime import MimePart
from notices.inbox.received import Action, RecipientStatus

MAX_RECIPIENTS = 100
_DAEMONS = re.compile(r"\b(mailer-daemon|mail-daemon|postmaster)@", re.IGNORECASE)
_PARAGRAPH = re.compile(r"\n[ \t]*\n")
# qmail-send bounce message format: the first paragraph, and one for each recipient
_QSBMF_START = "Hi. This is the"
_QSBMF_RECIPIENT = re.compile(r"<([^<>\s]{1,400})>:\s*\n?(.*)", re.DOTALL)
_STATUS = re.compile(r"[#( ](5\.[0-9]{1,3}\.[0-9]{1,3})\b")
_ID_LINE = re.compile(
    r"^Message-ID:[ \t]*(?:\n[ \t]+)?(<[^<>\s]{1,400}>)",
    re.IGNORECASE | re.MULTILINE,
)


def is_bounce(mail: MimePart) -> bool:
    """Tell whether a server, and no person, sent it (RFC 5321, 4.5.5)."""
    return_path = mail.values("return-path")
    if return_path:
        return return_path[0].strip() == "<>"
    return bool(_DAEMONS.search(mail.value("from")))


def failed_recipients(
    mail: MimePart, parts: Sequence[MimePart]
) -> tuple[RecipientStatus, ...]:
    """Read whom the report names, in the shapes that name anyone."""
    text = _first_text(parts)
    if named := mail.values("x-failed-recipients"):
        return _of_exim(", ".join(named), text)
    if text.lstrip().startswith(_QSBMF_START):
        return _of_qmail(text)
    return ()


def returned_in(parts: Sequence[MimePart]) -> tuple[str, ...]:
    """Give the Message-ID of the returned message, from its part or from the text."""
    if found := returned_ids(parts):
        return found
    ids: list[str] = []
    for line in _ID_LINE.findall(_first_text(parts)):
        ids += message_ids(line)
    return tuple(ids[:MAX_IDS])


def _of_exim(named: str, text: str) -> tuple[RecipientStatus, ...]:
    addresses = [address_in(each) for each in named.split(",")[:MAX_RECIPIENTS]]
    return tuple(
        RecipientStatus(
            addresses=frozenset({address}),
            action=Action.FAILED,
            status=_status(text),
            diagnostic=_words_after(text, address),
        )
        for address in addresses
        if address
    )


def _of_qmail(text: str) -> tuple[RecipientStatus, ...]:
    statuses = []
    for paragraph in _PARAGRAPH.split(text.strip())[1 : MAX_RECIPIENTS + 1]:
        if paragraph.startswith("-"):  # the break paragraph: below it the message
            break
        match = _QSBMF_RECIPIENT.fullmatch(paragraph.strip())
        if match and (address := address_in(match[1])):
            statuses.append(
                RecipientStatus(
                    addresses=frozenset({address}),
                    action=Action.FAILED,
                    status=_status(match[2]),
                    diagnostic=shown(match[2]),
                )
            )
    return tuple(statuses)


def _first_text(parts: Sequence[MimePart]) -> str:
    for part in parts:
        if part.media_type == "text/plain":
            return text_of(part).replace("\r\n", "\n")
    return ""


def _status(text: str) -> str:
    match = _STATUS.search(text[:5000])
    return match[1] if match else ""


def _words_after(text: str, address: str) -> str:
    """Exim writes the address on a line of its own, the reason below it."""
    match = re.search(rf"{re.escape(address)}[ \t]*\n", text[:20_000], re.IGNORECASE)
    return shown(text[match.end() :].split("\n\n", 1)[0]) if match else ""
