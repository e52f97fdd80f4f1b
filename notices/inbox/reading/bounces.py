"""Reports of failure that are not RFC 3464: who writes them, and what they return.

A report is known by who sends it: a null reverse-path (RFC 5321, 4.5.5), though pipes,
group aliases and sendmail make another of it; a daemon's address or name; a field that
only mail servers write; or its subject. Whom it names and what was done is read from
its words (`report_text`).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from notices.inbox.reading import dsn, report_text
from notices.inbox.reading.dsn import MAX_IDS, address_in, message_ids, returned_ids
from notices.inbox.reading.encoded_words import decode_words
from notices.inbox.reading.failure_words import (
    CODE,
    action_of,
    any_of,
    says_so_itself,
)
from notices.inbox.reading.mime import MimePart, read_part
from notices.inbox.reading.received import Action, RecipientStatus
from notices.inbox.reading.replies import has_subject_of_programs
from notices.inbox.reading.texts import text_of

MAX_RECIPIENTS = 100
_DAEMON = any_of(
    r"\bmdaemon@",
    r"(?:^|[<\s\"(])(?:mailer|mail)[-._]?daemon\b",
    r"mail[. ]deliver(?:y|er)?[. ](?:sub)?system",
    r"mail delivery (?:service|agent)",
    r"internet mail delivery",
    r"^\s*<>\s*$",
    r"no-?reply@(?:sns\.)?amazonaws\.com",
    r"microsoftexchange[0-9a-f]{6,}@",
)
_POSTMASTER = any_of(
    r"\bpoo?st[-_]?master\b",
    r"mail[- ]?admin",
    r"system administrator",
    r"content-filter",
    r"mmsc ndr",
)
_SUBJECT = any_of(
    r"automatically rejected",
    r"undeliver",
    r"delivery (?:status|failure|report|notif|has failed|error)",
    r"(?:mail|message|delivery)[\w ]{0,20} (?:failed|failure|rejected|error)",
    r"failure (?:notice|delivery)",
    r"failed delivery",
    r"return(?:ed|ing) (?:mail|message)",
    r"could not be delivered",
    r"non-?deliver",
    r"mail delivery status",
    r"postmaster notify",
    r"error sending",
    r"blocked by",
    r"non remis",
    r"non recapitabil",
    r"unzustellbar",
    r"недоставлен",
    r"не доставлен",
    r"エラー(?:通知|メール)",
    r"(?:配信|送信|配送)(?:に|が)?(?:不能|失敗|エラー|でき)",
    r"(?:전송|발송|전달|배달)[^\n]{0,4}(?:실패|불가|오류|못)|반송|보내지 못",
    r"不達",
    r"配信できません",
    r"届けできません",
    r"退信",
    r"no delivery",
)
_ANSWER = re.compile(
    r"\s*(?:re|aw|sv|fw|fwd|out of office|auto\w*[ -]?\w*reply)\s*:", re.IGNORECASE
)
_DELETED = re.compile(
    r"^disposition:[ \t]*automatic-action/mdn-sent-automatically;[ \t]*deleted",
    re.IGNORECASE | re.MULTILINE,
)
_NULL_PATHS = re.compile(r"<?\s*(?:mailer-daemon(?:@[^<>\s]*)?)?\s*>?", re.IGNORECASE)
_TO_LINE = re.compile(
    r"^[>| \t]*(?:To|宛先)[ \t]*[:：].*$", re.IGNORECASE | re.MULTILINE
)
_ID_LINE = re.compile(
    r"^[>| \t]*Message-ID:[ \t]*(?:\n[>| \t]+)?(<[^<>\s]{1,400}>)",
    re.IGNORECASE | re.MULTILINE,
)


def is_from_server(mail: MimePart) -> bool:
    """Tell whether a mail server, and no person, sent it."""
    paths = mail.values("return-path")
    if paths and _NULL_PATHS.fullmatch(paths[0].strip()):
        return True
    sender = decode_words(mail.value("from"))
    has_sender = bool(mail.values("from"))
    return (
        bool(mail.values("x-failed-recipients"))
        or (has_sender and (not sender.strip() or bool(_DAEMON.search(sender))))
        or _is_status_report(mail)
    )


def may_report(mail: MimePart) -> bool:
    """Tell whether it can be a report: a postmaster is a person, too, at times."""
    subject = decode_words(mail.value("subject"))
    if _ANSWER.match(subject):
        return False
    if has_subject_of_programs(subject) and not _SUBJECT.search(subject):
        return False
    sender = decode_words(mail.value("from"))
    return bool(_POSTMASTER.search(sender) or _SUBJECT.search(subject))


def is_for_notice(mail: MimePart, parts: Sequence[MimePart]) -> bool:
    """Tell whether a server says that it did not deliver: not away, not received."""
    if not (is_from_server(mail) or may_report(mail)):
        return False
    subject = decode_words(mail.value("subject"))
    is_null_alone = not (
        _DAEMON.search(decode_words(mail.value("from"))) or may_report(mail)
    )
    if is_null_alone and not mail.values("x-failed-recipients"):
        return False
    words = report_text.own_words(mail, parts)
    if _is_of_a_person(mail, parts, words):
        return False
    return action_of(words, subject, is_sure=_is_sure(mail)) is not None


def _is_of_a_person(mail: MimePart, parts: Sequence[MimePart], words: str) -> bool:
    """Tell whether it is no report after all, as far as its words go.

    Whoever received it writes of failures, too. What no server has marked as its own
    returns what was sent, or gives the code of an answer, and does not only answer us.
    """
    is_told = says_so_itself(words)
    if is_from_server(mail):
        return not is_told and _is_from_recipient(mail, parts, words)
    has_proof = bool(returned_in(parts) or CODE.search(words))
    return not (has_proof and is_told) or _is_from_recipient(mail, parts, words)


def _is_from_recipient(mail: MimePart, parts: Sequence[MimePart], words: str) -> bool:
    """Tell whether the one it was sent to writes: whoever writes has a mailbox.

    A postmaster names himself as the one to ask.
    """
    sender = address_in(mail.value("from")) or _bare_address(mail.value("from"))
    if not sender or _POSTMASTER.search(sender):
        return False
    return sender in words.lower() or any(
        sender in line.lower()
        for part in parts
        if part.media_type in ("text/plain", "text/html")
        for line in _TO_LINE.findall(text_of(part))
    )


def _bare_address(value: str) -> str:
    found = re.search(r"<([^<>\s]{1,300}@[^<>\s]{1,255})>", value)
    return found[1].lower() if found else ""


def is_rejection(mail: MimePart, parts: Sequence[MimePart]) -> bool:
    """Tell whether a disposition notification says that nobody got it (RFC 8098).

    Dovecot answers so for a full mailbox: the mail was taken and thrown away.
    """
    told = [
        part.content().decode("ascii", "replace")
        for part in parts
        if part.media_type == "message/disposition-notification"
    ]
    is_deleted = any(_DELETED.search(each) for each in told)
    return is_deleted and _is_sure(mail) and is_for_notice(mail, parts)


def recipients(
    mail: MimePart, parts: Sequence[MimePart]
) -> tuple[RecipientStatus, ...]:
    """Read whom the report names, and what it says was done.

    Exim names in a field whom it gave up, or warns of, and nobody else.
    """
    words = report_text.own_words(mail, parts)
    subject = decode_words(mail.value("subject"))
    besides = " ".join(mail.values("to"))
    action = action_of(words, subject, is_sure=_is_sure(mail))
    named = tuple(report_text.named_recipients(words, subject, action, besides=besides))
    failed = mail.values("x-failed-recipients")
    if not failed:
        return named
    addresses = [address_in(each) for each in ", ".join(failed).split(",")]
    told = {address: each for each in named for address in each.addresses}
    # the field says that it failed, unless the words tell of a delay
    unnamed = RecipientStatus(action=action or Action.FAILED)
    return tuple(
        told.get(address, replace(unnamed, addresses=frozenset({address})))
        for address in addresses[:MAX_RECIPIENTS]
        if address
    )


def _is_sure(mail: MimePart) -> bool:
    """Tell whether sender or subject show that it is a report, and no answer."""
    subject = decode_words(mail.value("subject"))
    sender = decode_words(mail.value("from"))
    return (
        bool(_DAEMON.search(sender))
        or not sender.strip()
        or bool(mail.values("x-failed-recipients"))
        or (bool(_SUBJECT.search(subject)) and not _ANSWER.match(subject))
    )


def with_words(
    statuses: tuple[RecipientStatus, ...], mail: MimePart, parts: Sequence[MimePart]
) -> tuple[RecipientStatus, ...]:
    """Add the report's words where its fields give no diagnostic.

    A report whose fields tell of no recipient at all is read by its words alone. Fields
    may name a program, a file or a host for the recipient: then his address is in the
    words, and the fields say what was done.
    """
    if not any(each.action or each.addresses for each in statuses):
        return recipients(mail, parts)
    if len(statuses) == 1 and not statuses[0].addresses:
        return _with_address(statuses[0], mail, parts)
    if not any(map(_lacks_words, statuses)):
        return statuses
    texts = [part for part in parts if part.media_type not in dsn.STATUS_TYPES]
    told = {
        address: each for each in recipients(mail, texts) for address in each.addresses
    }
    return tuple(_with_diagnostic(each, told) for each in statuses)


def _with_address(
    status: RecipientStatus, mail: MimePart, parts: Sequence[MimePart]
) -> tuple[RecipientStatus, ...]:
    """Give those whom the words name, if they say of them what the fields say."""
    texts = [part for part in parts if part.media_type not in dsn.STATUS_TYPES]
    named = recipients(mail, texts)
    if {each.action for each in named} != {status.action}:
        return (status,)
    return tuple(
        replace(
            each,
            status=status.status or each.status,
            diagnostic=status.diagnostic or each.diagnostic,
            remote_mta=status.remote_mta,
            last_attempt=status.last_attempt,
        )
        for each in named
    )


def _lacks_words(status: RecipientStatus) -> bool:
    return status.action is Action.FAILED and not status.diagnostic


def _with_diagnostic(
    status: RecipientStatus, told: Mapping[str, RecipientStatus]
) -> RecipientStatus:
    words = next((told[each] for each in status.addresses if each in told), None)
    if words is None or not _lacks_words(status):
        return status
    return replace(status, diagnostic=words.diagnostic, cause=words.cause)


def enclosed_reports(mail: MimePart, parts: Sequence[MimePart]) -> list[MimePart]:
    """Give the reports that a gateway passed on as an enclosure, under its own cover.

    Only where the cover names itself a report, too, or a daemon sent it: a person
    forwards reports as well.
    """
    is_named = mail.parameters.get("report-type", "").lower() == "delivery-status"
    is_cover = is_named or bool(_DAEMON.search(decode_words(mail.value("from"))))
    enclosed = [
        read_part(part.content())
        for part in (parts if is_cover else ())
        if part.media_type == "message/rfc822"
    ]
    return [each for each in enclosed if _is_status_report(each)]


def returned_in(parts: Sequence[MimePart]) -> tuple[str, ...]:
    """Give the Message-ID of the returned message, from its part or from the text."""
    if found := returned_ids(parts):
        return found
    ids: list[str] = []
    for part in parts:
        if part.media_type == "text/plain":
            for line in _ID_LINE.findall(text_of(part).replace("\r\n", "\n")):
                ids += message_ids(line)
    return tuple(ids[:MAX_IDS])


def _is_status_report(mail: MimePart) -> bool:
    kind = mail.parameters.get("report-type", "").lower()
    return mail.media_type == "multipart/report" and kind == "delivery-status"
