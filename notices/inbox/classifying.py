"""Bytes of a received mail to what it claims; pure, bounded, never raising."""

import re
from collections.abc import Sequence
from dataclasses import replace

from notices.inbox.reading import bounces, dsn, replies, tickets, writers
from notices.inbox.reading.dsn import Block, message_ids
from notices.inbox.reading.encoded_words import decode_words, shown
from notices.inbox.reading.mime import MimePart, TooMuch, leaves, read_part
from notices.inbox.reading.our_ids import our_ids
from notices.inbox.reading.received import MAX_MAIL, Kind, ReceivedMail
from notices.messages import Text

_BEFORE_HEADER = re.compile(
    rb"\A(?:>?From [^\r\n]{0,1000}\r?\n)?(?:[ \t]{0,1000}\r?\n){0,9}(?=[!-9;-~]{1,99}:)"
)
"""A line of an mbox, and blank lines that an export left above the first field."""


def read_mail(octets: bytes) -> ReceivedMail:
    """Tell what a mail claims; anything that cannot be read is `unrelated`."""
    if len(octets) > MAX_MAIL:
        return ReceivedMail(
            kind=Kind.UNRELATED,
            note=Text("more than {max_mail} octets", max_mail=MAX_MAIL),
        )
    try:
        mail = read_part(_BEFORE_HEADER.sub(b"", octets, count=1))
        return _received(octets, mail, tuple(leaves(mail)))
    except TooMuch as bound:
        return ReceivedMail(kind=Kind.UNRELATED, note=str(bound))


def _received(octets: bytes, mail: MimePart, parts: Sequence[MimePart]) -> ReceivedMail:
    """What it is; our own ids are looked for first, and wherever they are."""
    mentioned = our_ids(octets, parts)
    told = _of_server(mail, parts, mentioned)
    if told and (told.recipients or told.kind is not Kind.BOUNCE):
        return told
    for report in bounces.enclosed_reports(mail, parts):
        if enclosed := _of_server(report, tuple(leaves(report)), mentioned):
            return replace(enclosed, own_id=_own_id(mail))
    return told or _of_writer(mail, parts, mentioned)


def _of_server(
    mail: MimePart, parts: Sequence[MimePart], mentioned: tuple[str, ...]
) -> ReceivedMail | None:
    """A report on what we sent; None: it is none."""
    is_report = mail.media_type == "multipart/report"
    if replies.is_disposition(mail):
        disposed = replies.disposed_ids(parts)
        if disposed and bounces.is_rejection(mail, parts):
            return _bounce(mail, parts, disposed, mentioned)
        return _answer(mail, parts, Kind.AUTO_REPLY, disposed, mentioned)
    if mail.media_type.startswith("multipart/"):
        blocks = dsn.status_blocks(parts, is_report=is_report)
        if blocks is not None:
            return _report(mail, parts, blocks, mentioned)
    if about := _reported_ids(mail, parts, mentioned):
        return _bounce(mail, parts, about, mentioned)
    return None


def _of_writer(
    mail: MimePart, parts: Sequence[MimePart], mentioned: tuple[str, ...]
) -> ReceivedMail:
    """An answer, or what is nothing to us."""
    referred = replies.referred_ids(mail)
    if replies.is_automatic(mail):
        return _answer(mail, parts, Kind.AUTO_REPLY, referred, mentioned)
    if referred or mentioned or replies.numbers(mail, parts):
        return _answer(mail, parts, Kind.REPLY, referred, mentioned)
    return _answer(mail, parts, Kind.UNRELATED, (), ())


def _reported_ids(
    mail: MimePart, parts: Sequence[MimePart], mentioned: tuple[str, ...]
) -> tuple[str, ...]:
    """The ids that a report of failure in words is about; empty: it is none.

    A server that returns a message reports on it, whatever else it says. Where it
    returns none, it must say that it did not deliver.
    """
    returned = bounces.returned_in(parts)
    if returned and bounces.is_from_server(mail):
        return returned
    about = returned or mentioned or replies.referred_ids(mail)
    return about if about and bounces.is_for_notice(mail, parts) else ()


def _report(
    mail: MimePart,
    parts: Sequence[MimePart],
    blocks: list[Block],
    mentioned: tuple[str, ...],
) -> ReceivedMail:
    recipients = bounces.with_words(dsn.recipients(blocks), mail, parts)
    return ReceivedMail(
        kind=Kind.DELIVERY_STATUS,
        own_id=_own_id(mail),
        envids=dsn.envids(blocks),
        message_ids=dsn.returned_ids(parts),
        mentioned_ids=mentioned,
        recipients=recipients,
        reporting_mta=dsn.reporting_mta(blocks),
        sender=_line(mail, "from"),
        subject=_line(mail, "subject"),
    )


def _bounce(
    mail: MimePart,
    parts: Sequence[MimePart],
    about: tuple[str, ...],
    mentioned: tuple[str, ...],
) -> ReceivedMail:
    return ReceivedMail(
        kind=Kind.BOUNCE,
        own_id=_own_id(mail),
        message_ids=about,
        mentioned_ids=mentioned,
        recipients=bounces.recipients(mail, parts),
        sender=_line(mail, "from"),
        subject=_line(mail, "subject"),
    )


def _answer(
    mail: MimePart,
    parts: Sequence[MimePart],
    kind: Kind,
    referred: tuple[str, ...],
    mentioned: tuple[str, ...],
) -> ReceivedMail:
    return ReceivedMail(
        kind=kind,
        own_id=_own_id(mail),
        message_ids=referred,
        mentioned_ids=mentioned,
        numbers=() if kind is Kind.UNRELATED else replies.numbers(mail, parts),
        answer=replies.answer_in(parts) if kind is Kind.REPLY else None,
        reference="" if kind is Kind.UNRELATED else tickets.ticket(mail, parts),
        sender=_line(mail, "from"),
        domain=writers.domain_of(mail.values("from")),
        subject=_line(mail, "subject"),
    )


def _own_id(mail: MimePart) -> str:
    """The mail's Message-ID; two of them are none (RFC 5322, 3.6)."""
    found = [each for value in mail.values("message-id") for each in message_ids(value)]
    return found[0] if len(found) == 1 else ""


def _line(mail: MimePart, name: str) -> str:
    return shown(decode_words(mail.value(name)))
