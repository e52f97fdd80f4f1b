"""The outside of a mail, which nobody signs: what a relay changed, by name.

Relays add trace fields, fold, tag subjects and give Message-IDs of their own (RFC 5321,
4.4 and 6.4). What they may do without misleading anybody stands in a list; whatever
clients show or act on must be as it is in the signed part. A private field that no list
has is neither (ADR 0029).
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from notices.mail.relay_fields import BY_VALUE, is_trace, is_unknown
from notices.mail.split import OPTIONAL, PROTECTED, SplitMessage
from notices.mail.written_anew import same_address, same_moment, same_words, words
from notices.messages import Text

_OURS = frozenset({*PROTECTED, *OPTIONAL, "mime-version", "content-type"})
_TAG = re.compile(r"(?:\[[^\[\]]{1,60}\] ?)+")
MAX_TAGS = 60
"""Characters of all tags together: longer ones push the subject out of sight."""
_BLANKS = re.compile(r"[ \t]+")
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,900}>")
"""One, which a relay may give; not words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """What differs outside of the signed part."""

    harmless: tuple[str, ...]
    """What changes nothing of what people see as ours."""
    changed: tuple[str, ...]
    """Fields that are signed, and told otherwise outside."""
    foreign: tuple[str, ...]
    """Fields that the signer did not write, and that clients may show or act on."""
    unknown: tuple[str, ...] = ()
    """Private fields of which nobody here knows who adds them, and what clients do."""


def judge_outside(message: SplitMessage) -> Outside:
    """Compare the outer fields with their signed copies, each by its rule."""
    compared, added = list(_compared(message)), list(_added(message))
    told = [*added, *_dropped(message), *compared]
    return Outside(
        harmless=tuple(what for is_harmless, what in told if is_harmless),
        changed=tuple(what for is_harmless, what in compared if not is_harmless),
        foreign=tuple(what for is_harmless, what in added if not is_harmless),
        unknown=tuple(_unknown(message)),
    )


_Told = Iterator[tuple[bool, str]]


def _added(message: SplitMessage) -> _Told:
    counts = Counter(name.lower() for name, _ in message.headers)
    said = _said_nothing(message)
    trace = {
        name: count for name, count in counts.items() if is_trace(name) or name in said
    }
    if trace:
        names = ", ".join(_times(name, count) for name, count in sorted(trace.items()))
        yield True, Text("trace fields were added: {names}", names=names)
    for name in sorted(counts.keys() - _OURS - trace.keys()):
        if not is_unknown(name):
            yield False, Text("a field {name} was added", name=name)
    octets = [name for name, value in message.headers if not value.isascii()]
    if octets:
        names = ", ".join(octets)
        yield True, Text("octets that are not ASCII in {names}", names=names)


def _said_nothing(message: SplitMessage) -> frozenset[str]:
    """Fields that are harmless by what stands in them, each time they are there."""
    subject = message.protected("subject") or ""
    names = frozenset(name.lower() for name, _ in message.headers)
    harmless = {
        name
        for name in names & BY_VALUE.keys()
        if all(BY_VALUE[name].fullmatch(one) for one in message.values(name))
    }
    # the name of the conversation, which Outlook shows
    topics = message.values("thread-topic")
    if topics and all(same_words(one, subject) for one in topics):
        harmless.add("thread-topic")
    return frozenset(harmless)


def _unknown(message: SplitMessage) -> Iterator[str]:
    names = {name.lower() for name, _ in message.headers} - _said_nothing(message)
    for name in sorted(names):
        if not is_trace(name) and is_unknown(name):
            yield Text("a field {name} was added that nobody here knows", name=name)


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
    if name == "message-id" and _MESSAGE_ID.fullmatch(told):
        return True, Text("Message-ID was replaced by {told}", told=told)
    if name == "date" and same_moment(told, inner):
        return True, Text("Date is told in another zone: {told}", told=told)
    if name == "subject" and (tag := _tag(told, inner)):
        return True, Text("the subject was tagged: {tag}", tag=tag)
    if (name == "subject" and same_words(told, inner)) or (
        name in ("from", "to") and same_address(told, inner)
    ):
        return True, Text("{name} was written anew, with the same words", name=name)
    wrong = Text(
        "{name} is {told}, the signed copy is {inner}",
        name=name,
        told=told,
        inner=inner,
    )
    return False, wrong


def _tag(told: str, inner: str) -> str:
    """What stands in brackets before the protected subject; empty: another one.

    Of what every client shows alike: no invisible character, none that turns the line.
    """
    shown, signed = words(told), words(inner)
    if shown is None or signed is None:
        return ""
    before, found, after = shown.rpartition(signed)
    is_tag = found and not after and _TAG.fullmatch(before)
    return before.strip() if is_tag and _is_short(before) else ""


def _is_short(tags: str) -> bool:
    return len(tags) <= MAX_TAGS and tags.isprintable()
