"""Delivery status notifications: RFC 3464 as written, and as servers write it."""

import re
from collections.abc import Iterable, Sequence

from notices.inbox.reading.encoded_words import decode_words, shown
from notices.inbox.reading.mime import Field, MimePart, read_fields, read_part
from notices.inbox.reading.received import Action, RecipientStatus

STATUS_TYPES = {"message/delivery-status", "message/global-delivery-status"}
_RETURNED_TYPES = {
    "message/rfc822": False,
    "message/global": False,
    "text/rfc822-headers": True,
    "message/rfc822-headers": True,  # not registered, but written
    "text/rfc822-header": True,
    "message/global-headers": True,
}
"""Types of the part that returns the message; true: its header alone."""
MAX_RECIPIENTS = 100
MAX_IDS = 50
MAX_VALUE = 20_000
"""Characters of a field that are searched for ids."""
MAX_ENVID = 200
"""Characters; RFC 3461, 4.4 allows 100."""

_BLOCKS = re.compile(rb"\r?\n[ \t]*\r?\n")
# RFC 3464, 2.1.2: `rfc822; mailbox`; the type is sometimes forgotten, and angle
# brackets are sometimes added
_ADDRESS = re.compile(
    r"(?:[A-Za-z0-9-]{1,40}\s*;\s*)?<?([^\s<>()\",;]{1,200}@[^\s<>()\",;]{1,255})>?"
    r"(?=\s|\(|\Z)"
)
_STATUS = re.compile(r"([245]\.[0-9]{1,3}\.[0-9]{1,3})\b")
_OTHER_WORDS = {"failure": "failed", "error": "failed"}
"""Words of some servers for those of RFC 3464, 2.3.3."""
_XTEXT = re.compile(r"\+([0-9A-F]{2})")
_MESSAGE_ID = re.compile(r"<[!-;=?A-~]{1,200}@[!-;=?-~]{1,200}>")


Block = tuple[Field, ...]
"""The fields between two blank lines: of the message, or of one recipient."""


def status_blocks(parts: Sequence[MimePart], *, is_report: bool) -> list[Block] | None:
    """Read the part with the fields; in a multipart/report also a mistyped one.

    None if there is none. What several such parts say is taken together, so that
    one does not win over another by its place.
    """
    typed = [part for part in parts if part.media_type in STATUS_TYPES]
    if typed:
        return [block for part in typed for block in _blocks(part)]
    for part in parts if is_report else ():
        if part.media_type == "text/plain":
            blocks = _blocks(part)
            names = {name for block in blocks for name, _ in block}
            if {"final-recipient", "action"} <= names:
                return blocks
    return None


def recipients(blocks: Iterable[Block]) -> tuple[RecipientStatus, ...]:
    """Read what is said of each recipient."""
    statuses = []
    for block in blocks:
        names = {name for name, _ in block}
        if names & {"final-recipient", "original-recipient", "action"}:
            statuses.append(_recipient(block))
    return tuple(statuses[:MAX_RECIPIENTS])


def envids(blocks: Iterable[Block]) -> frozenset[str]:
    """Give Original-Envelope-Id as it is written, and with its xtext decoded.

    RFC 3464, 2.2.1 wants it decoded; some servers leave the xtext of RFC 3461.
    Two different ones are none.
    """
    values = _all_values(blocks, "original-envelope-id")
    written = {value.strip() for value in values if value.strip()}
    if len(written) != 1:
        return frozenset()
    # ours has printable signs alone, and a NUL would be refused by the database
    return frozenset(
        shown(each, MAX_ENVID) for each in written | {unxtext(each) for each in written}
    )


def reporting_mta(blocks: Iterable[Block]) -> str:
    """Give the server that reports."""
    values = _all_values(blocks, "reporting-mta")
    return shown(values[0].partition(";")[2] or values[0]) if values else ""


def returned_ids(parts: Iterable[MimePart]) -> tuple[str, ...]:
    """Give the Message-ID of the message that is returned, whole or its header."""
    ids: list[str] = []
    for part in parts:
        is_header = _RETURNED_TYPES.get(part.media_type)
        if is_header is None:
            continue
        # below a header alone there may stand anything, so it is read as a message
        returned = read_part(part.content())
        for value in returned.values("message-id"):
            ids += message_ids(value)
        ids += _named_by_itself(returned)
    return tuple(ids[:MAX_IDS])


def _named_by_itself(returned: MimePart) -> list[str]:
    """Our Message-ID where a relay put its own: our mail names itself in References.

    It comes last there. In an answer the last one is what is answered, and stands in
    In-Reply-To, too (RFC 5322, 3.6.4).
    """
    thread = last_message_ids(returned.value("references"))[-1:]
    answered = message_ids(returned.value("in-reply-to"))
    return [each for each in thread if each not in answered]


def message_ids(value: str) -> list[str]:
    """Give the message ids in a field's value, the first ones of very many."""
    return _MESSAGE_ID.findall(value[:MAX_VALUE])[:MAX_IDS]


def last_message_ids(value: str) -> list[str]:
    """Give the message ids in a thread, the last ones of very many."""
    return _MESSAGE_ID.findall(value[-MAX_VALUE:])[-MAX_IDS:]


def address_in(value: str) -> str:
    """Give the address of a recipient field in lower case; empty if there is none."""
    match = _ADDRESS.match(decode_words(value).strip())
    return match[1].lower() if match else ""


def unxtext(value: str) -> str:
    """Decode xtext (RFC 3461, 4)."""
    return _XTEXT.sub(lambda match: chr(int(match[1], 16)), value)


def _recipient(block: tuple[Field, ...]) -> RecipientStatus:
    status = _STATUS.search(_single(block, "status"))
    return RecipientStatus(
        addresses=_addresses(block),
        action=_action(block, status[1] if status else ""),
        status=status[1] if status else "",
        diagnostic=shown(decode_words(_single(block, "diagnostic-code"))),
        remote_mta=shown(_single(block, "remote-mta").partition(";")[2]),
        last_attempt=shown(_single(block, "last-attempt-date"), 60),
    )


def _addresses(block: tuple[Field, ...]) -> frozenset[str]:
    addresses = set()
    for name in ("original-recipient", "final-recipient"):
        if address := address_in(_single(block, name)):
            addresses |= {address, unxtext(address.upper()).lower()}
    return frozenset(addresses)


def _action(block: tuple[Field, ...], status: str) -> Action | None:
    word = _single(block, "action").split("(")[0].strip().lower()
    try:
        action = Action(_OTHER_WORDS.get(word, word))
    except ValueError:
        # RFC 3464, 2.3.3 demands an action. Where it is missing, a permanent status
        # still says failure; nothing says success but the word.
        missing = not _values(block, "action")
        return Action.FAILED if missing and status[:1] == "5" else None
    if _contradicts(action, status):
        return None
    return action


def _contradicts(action: Action, status: str) -> bool:
    """`failed` may come with 4 (given up), but not with 2; the others never with 5."""
    digit = status[:1]
    if action is Action.FAILED:
        return digit == "2"
    if action is Action.DELAYED:
        return digit in ("2", "5")
    return digit in ("4", "5")


def _single(fields: Iterable[Field], name: str) -> str:
    """The value of a field; two that differ are none."""
    values = set(_values(fields, name))
    return values.pop() if len(values) == 1 else ""


def _values(fields: Iterable[Field], name: str) -> list[str]:
    return [value for key, value in fields if key == name]


def _all_values(blocks: Iterable[Block], name: str) -> list[str]:
    return [value for block in blocks for value in _values(block, name)]


def _blocks(status: MimePart) -> list[Block]:
    """The blocks of one part, the first ones of very many."""
    found = _BLOCKS.split(status.content(), MAX_RECIPIENTS + 1)[: MAX_RECIPIENTS + 1]
    return [fields for block in found if (fields := read_fields(block))]
