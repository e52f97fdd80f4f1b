"""The one mailbox that a mail says it comes from, and whether it may speak for another.

From is read as servers read it that check who may use a domain (RFC 7489, 6.6.1): as
it is, not decoded, for a name in an encoded word may look like an address.
"""

import re
from collections.abc import Sequence

_MAILBOX = r"[^<>()@,;:\s\"\\]{1,64}@([^<>()@,;:\s\"\\]{1,255})"
_COMMENT = r"\s*(?:\([^()<>]*\)\s*)?"
_FROM = re.compile(
    rf"(?:\"(?:[^\"\\]|\\.)*\"\s*|[^<>\",;]*)<{_MAILBOX}>{_COMMENT}"
    rf"|{_MAILBOX}{_COMMENT}",
    re.DOTALL,
)
_OPEN_TO_ALL = re.compile(
    r"[^.]*|(?:ac|ad|co|ed|go|gr|lg|ne|or|com|edu|gov|net|org|ltd|me|plc|sch)\.[a-z]{2}"
)
"""Domains under which anybody has one: of a country, or of a kind of members there."""


def domain_of(values: Sequence[str]) -> str:
    """The domain of From in lower case; empty unless there is one with one mailbox."""
    match = _FROM.fullmatch(values[0].strip()) if len(values) == 1 else None
    return (match[1] or match[2]).lower() if match else ""


def may_speak_for(own: str, asked: str) -> bool:
    """Whether it is the domain that was asked, or one above or below it."""
    if not own or not asked:
        return False
    is_above = asked.endswith(f".{own}") and not _OPEN_TO_ALL.fullmatch(own)
    return own == asked or own.endswith(f".{asked}") or is_above
