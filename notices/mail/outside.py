"""The outside of a mail, which nobody signs: what a relay changed, by name.

Relays add trace fields, fold, tag subjects and give Message-IDs of their own (RFC 5321,
4.4 and 6.4). What they may do without misleading anybody stands in a list; whatever
clients show or act on must be as it is in the signed part.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.utils import parsedate_to_datetime

from notices.mail.split import OPTIONAL, PROTECTED, SplitMessage
from notices.messages import Text

_OURS = frozenset({*PROTECTED, *OPTIONAL, "mime-version", "content-type"})
_TRACE = frozenset(
    {
        "authentication-results",
        "delivered-to",
        "delivery-date",
        "domainkey-signature",
        "envelope-to",
        "lines",
        "original-recipient",
        "received",
        "received-spf",
        "return-path",
        "status",
    }
)
"""Fields by which servers and mail stores tell of the way (RFC 5321, 6376, 8601)."""
_OF_SERVERS = re.compile(r"(?:arc|dkim)-[a-z-]+|x-[a-z0-9-]+|ms-exchange-[a-z0-9-]+")
_ACTED_ON = frozenset(
    {
        "x-confirm-reading-to",
        "x-face",
        "x-image-url",
        "x-msmail-priority",
        "x-priority",
        "x-unsubscribe",
    }
)
_TAG = re.compile(r"(?:\[[^\[\]\r\n]{1,60}\] ?)+")
_BLANKS = re.compile(r"[ \t]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """What differs outside of the signed part."""

    harmless: tuple[str, ...]
    """What changes nothing of what people see as ours."""
    changed: tuple[str, ...]
    """Fields that are signed, and told otherwise outside."""
    foreign: tuple[str, ...]
    """Fields that the signer did not write, and that clients may show or act on."""


def judge_outside(message: SplitMessage) -> Outside:
    """Compare the outer fields with their signed copies, each by its rule."""
    compared, added = list(_compared(message)), list(_added(message))
    told = [*added, *_dropped(message), *compared]
    return Outside(
        harmless=tuple(what for is_harmless, what in told if is_harmless),
        changed=tuple(what for is_harmless, what in compared if not is_harmless),
        foreign=tuple(what for is_harmless, what in added if not is_harmless),
    )


_Told = Iterator[tuple[bool, str]]


def _added(message: SplitMessage) -> _Told:
    counts = Counter(name.lower() for name, _ in message.headers)
    trace = {name: count for name, count in counts.items() if _is_trace(name)}
    if trace:
        names = ", ".join(_times(name, count) for name, count in sorted(trace.items()))
        yield True, Text("trace fields were added: {names}", names=names)
    for name in sorted(counts.keys() - _OURS - trace.keys()):
        yield False, Text("a field {name} was added", name=name)
    octets = [name for name, value in message.headers if not value.isascii()]
    if octets:
        names = ", ".join(octets)
        yield True, Text("octets that are not ASCII in {names}", names=names)


def _is_trace(name: str) -> bool:
    is_of_servers = name in _TRACE or _OF_SERVERS.fullmatch(name) is not None
    return is_of_servers and name not in _ACTED_ON


def _times(name: str, count: int) -> str:
    return name if count == 1 else f"{name} ({count})"


def _dropped(message: SplitMessage) -> _Told:
    if not message.values("MIME-Version"):
        yield True, "MIME-Version was dropped"


def _compared(message: SplitMessage) -> _Told:
    for name in (*PROTECTED, *OPTIONAL):
        outer = message.values(name)
        inner = message.protected(name)
        told = outer[0] if outer else None
        if told == inner:
            continue
        if told is None or inner is None:
            what = "{name} was added" if inner is None else "{name} was dropped"
            yield False, Text(what, name=name)
        elif _BLANKS.sub(" ", told) == _BLANKS.sub(" ", inner):
            yield True, Text("{name} was folded anew", name=name)
        else:
            yield _changed(name, told, inner)


def _changed(name: str, told: str, inner: str) -> tuple[bool, str]:
    if name == "message-id":
        return True, Text("Message-ID was replaced by {told}", told=told)
    if name == "date" and _same_moment(told, inner):
        return True, Text("Date is told in another zone: {told}", told=told)
    if name == "subject" and (tag := _tag(told, inner)):
        return True, Text("the subject was tagged: {tag}", tag=tag)
    wrong = Text(
        "{name} is {told}, the signed copy is {inner}",
        name=name,
        told=told,
        inner=inner,
    )
    return False, wrong


def _same_moment(told: str, inner: str) -> bool:
    try:
        one, other = parsedate_to_datetime(told), parsedate_to_datetime(inner)
    except ValueError:
        return False
    return one.utcoffset() is not None and one == other


def _tag(told: str, inner: str) -> str:
    """What stands in brackets before the protected subject; empty: another one."""
    try:
        shown, signed = _words(told), _words(inner)
    except (HeaderParseError, LookupError, ValueError):
        return ""
    before, found, after = shown.rpartition(signed)
    return before.strip() if found and not after and _TAG.fullmatch(before) else ""


def _words(value: str) -> str:
    """As clients show it (RFC 2047), whichever way a relay wrote it."""
    return str(make_header(decode_header(value)))
