"""Copies of our messages in the archive: to the byte, or under another id; pure."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from notices.delivery import State
from notices.inbox.known import Known, Match
from notices.inbox.reading.received import Kind
from notices.messages import Text

# above our first octet the archive's servers put whole fields, and nothing else
_TRACE = re.compile(rb"(?:[!-9;-~]+:[^\r\n]*\r\n(?:[ \t][^\r\n]*\r\n)*)*")
RENAMED = "every byte but the Message-ID, which a relay replaced"
"""Why a copy counts whose Message-ID is not ours."""
ALTERED = "its bytes are not those that we signed"
"""Why a copy proves nothing that something on the way changed."""
_COPY_BUT = "a copy, but {fault}"
_BOUNDARY = re.compile(rb'boundary="?([^"\r\n;]{1,70})')
_FIELD_END = re.compile(rb"\r\n(?![ \t])")


@dataclass(frozen=True, slots=True, kw_only=True)
class OddCopy:
    """A copy of ours that came into the archive otherwise than we sent it."""

    number: str
    """整理番号."""
    received_at: datetime
    """When it was recorded."""
    is_altered: bool
    """True: its bytes are changed; False: it has another Message-ID, and no more."""


def is_altered(reason: str) -> bool:
    """Tell whether a copy's `reason` says that its bytes are changed."""
    return reason == Text(_COPY_BUT, fault=ALTERED)


def compared(octets: bytes, known: Known, *, from_archive: bool) -> Match:
    """Compare a mail with our Message-ID byte by byte; above it may stand a trace."""
    trace_size = len(octets) - known.message_size
    own = octets[max(trace_size, 0) :]
    is_ours = (
        trace_size >= 0
        and sha256(own).hexdigest() == known.message_sha256
        and _TRACE.fullmatch(octets, 0, trace_size) is not None
    )
    fault = _fault_of_copy(known, is_ours=is_ours, from_archive=from_archive)
    return Match(
        kind=Kind.ARCHIVE_COPY if is_ours else Kind.UNRELATED,
        number=known.number,
        is_certain=True,
        proves=None if fault else State.SENT,
        reason=Text(_COPY_BUT, fault=fault) if fault else "Message-ID and every byte",
        trace_size=trace_size if is_ours else None,
    )


def _fault_of_copy(known: Known, *, is_ours: bool, from_archive: bool) -> str:
    """Why a copy proves nothing; empty: it does."""
    faults = {
        ALTERED: not is_ours,
        "it did not lie in the archive mailbox": not from_archive,
        "the message has no archive recipient": not known.archive_path,
        "no attempt has been made": known.attempts == 0,
    }
    return next((fault for fault, is_so in faults.items() if is_so), "")


def is_renamed(octets: bytes, known: Known) -> bool:
    """Tell whether it is our message but for the Message-ID above the signed part.

    Some relays put one of their own. The body, with the protected header (RFC 9788)
    that names ours, is the same to the byte, and so is every other field.
    """
    head, _, body = known.message.partition(b"\r\n\r\n")
    above = octets[: -len(body)] if body and octets.endswith(body) else b""
    if not above.endswith(b"\r\n\r\n") or not _TRACE.fullmatch(
        above, 0, len(above) - 2
    ):
        return False
    fields = _FIELD_END.split(head)
    kept = [each for each in fields if not each.lower().startswith(b"message-id:")]
    found = Counter(_FIELD_END.split(above[:-4]))
    return all(found[each] == 1 for each in kept)


def altered_under_another_id(octets: bytes, known: Known) -> bool:
    """Tell whether it is our message with more changed than the Message-ID above.

    The boundary of the signed mail has 96 random bits, and no answer to it has it.
    """
    ours, theirs = (
        _BOUNDARY.search(each.partition(b"\r\n\r\n")[0])
        for each in (known.message, octets)
    )
    return ours is not None and theirs is not None and ours[1] == theirs[1]


def altered(known: Known) -> Match:
    """A copy under another Message-ID that proves nothing, as its bytes are changed."""
    return Match(
        kind=Kind.UNRELATED,
        number=known.number,
        is_certain=True,
        reason=Text(_COPY_BUT, fault=ALTERED),
    )


def renamed(known: Known) -> Match:
    """What a copy proves that `is_renamed`."""
    fault = _fault_of_copy(known, is_ours=True, from_archive=True)
    return Match(
        kind=Kind.ARCHIVE_COPY,
        number=known.number,
        is_certain=True,
        proves=None if fault else State.SENT,
        reason=Text(_COPY_BUT, fault=fault) if fault else RENAMED,
    )
