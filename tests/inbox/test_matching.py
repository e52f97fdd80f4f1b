"""What a mail is to us, whole: what it proves, by what, how surely, what is on record.

The words are on record and told to operators, so they are laws as well. Most
rows were mutants (`make mutants`) that no other test caught.
"""

from dataclasses import replace

import pytest

from notices.delivery import State
from notices.inbox.classifying import read_mail
from notices.inbox.known import Match
from notices.inbox.matching import match
from notices.inbox.reading.received import Kind
from notices.inbox.reading.writers import may_speak_for
from tests.inbox.sample import (
    ALL,
    ENVID,
    KNOWN,
    MESSAGE,
    MESSAGE_ID,
    NEVER_SENT,
    NUMBER,
    OTHER,
    TO,
    TRACE,
    report,
)

MTA = {"reporting_mta": "relay.test"}
STATUS = {
    "action": "delivered",
    "status": "2.0.0",
    "recipient": TO,
    "diagnostic": "",
    "remote_mta": "",
    "last_attempt": "",
}
WHO = {"from": "MAILER-DAEMON@relay.test", "subject": "report"}
OTHERS = "someone@other.example"


def matched(octets: bytes, *, known=ALL, archive: bool = False) -> Match:
    return match(read_mail(octets), octets, known, from_archive=archive)


def answer(subject: str, *headers: str) -> bytes:
    lines = ("From: Desk <abuse@provider.example>", f"Subject: {subject}", *headers)
    return "\r\n".join((*lines, "", "done", "")).encode()


@pytest.mark.parametrize(
    ("octets", "number", "proves", "reason"),
    [
        (report(), NUMBER, State.DELIVERED, "ENVID and recipient"),
        (
            report(envid=""),
            NUMBER,
            None,
            "it reports a success, and not with our envelope id",
        ),
        (
            report(envid="", action="delayed", status="4.4.1"),
            NUMBER,
            None,
            "it reports a delay, and not with our envelope id",
        ),
        (
            report(envid="", action="failed", status="5.1.1"),
            NUMBER,
            State.BOUNCED,
            "Message-ID and recipient",
        ),
        (
            report(message_id="<x@other.example>"),
            NUMBER,
            None,
            "it has our envelope id and returns another message",
        ),
        (
            report(envid="x.deadbeef"),
            NUMBER,
            None,
            "it has another envelope id than ours",
        ),
        (report(recipient=OTHERS), NUMBER, None, "it does not name our recipient"),
        (
            report(envid=NEVER_SENT.envid, message_id=NEVER_SENT.message_id),
            NEVER_SENT.number,
            None,
            "no attempt has been made",
        ),
        (
            report(action="odd", status="9.9.9"),
            NUMBER,
            None,
            "it does not say clearly what was done",
        ),
    ],
)
def test_a_report_about_one_of_ours(octets, number, proves, reason):
    made = matched(octets)
    assert made.kind is Kind.DELIVERY_STATUS
    assert (made.number, made.proves, made.reason) == (number, proves, reason)
    assert (made.is_certain, made.trace_size) == (True, None)


@pytest.mark.parametrize(
    ("octets", "reason"),
    [
        (
            report(envid=OTHER.envid),
            "it names messages of several notices",
        ),
        (
            report(envid="", message_id="<x@other.example>"),
            "it names no message of ours",
        ),
        (
            report(envid="x.deadbeef", message_id=""),
            "it names no message of ours",
        ),
        (
            report(envid="", message_id=""),
            "it names neither an envelope id nor a message",
        ),
    ],
)
def test_a_report_about_none_of_ours_is_on_record_with_what_it_says(octets, reason):
    assert matched(octets) == Match(
        kind=Kind.DELIVERY_STATUS, reason=reason, facts={**MTA, **STATUS, **WHO}
    )


def test_on_record_is_what_is_said_of_our_recipient_not_of_the_first():
    """Several recipients in one report (RFC 3464, 2.3)."""
    fields = (
        f"Final-Recipient: rfc822; {OTHERS}\r\n"
        "Action: failed\r\nStatus: 5.1.1\r\n\r\n"
        "Original-Recipient: rfc822; Abuse@Provider.example\r\n"
        "Final-Recipient: rfc822; box@provider.example\r\n"
        "Action: delivered\r\nStatus: 2.0.0\r\n"
        "Diagnostic-Code: smtp; 250 ok\r\nRemote-MTA: dns; mx.provider.example\r\n"
        "Last-Attempt-Date: Thu, 5 Mar 2026 09:00:05 +0000\r\n"
    ).encode()
    octets = report().replace(
        f"Final-Recipient: rfc822; {TO}\r\nAction: delivered\r\nStatus: 2.0.0\r\n".encode(),
        fields,
    )
    made = matched(octets)
    assert made.proves is State.DELIVERED
    assert {**made.facts} == {
        **MTA,
        "action": "delivered",
        "status": "2.0.0",
        "recipient": f"{TO}, box@provider.example",
        "diagnostic": "smtp; 250 ok",
        "remote_mta": "mx.provider.example",
        "last_attempt": "Thu, 5 Mar 2026 09:00:05 +0000",
    }


@pytest.mark.parametrize(
    ("octets", "known", "archive", "reason"),
    [
        (
            TRACE + MESSAGE + b"x",
            KNOWN,
            True,
            "a copy, but its bytes are not those that we signed",
        ),
        (
            TRACE + MESSAGE,
            KNOWN,
            False,
            "a copy, but it did not lie in the archive mailbox",
        ),
    ],
)
def test_a_copy_that_proves_nothing(octets, known, archive, reason):
    made = matched(octets, known=(known,), archive=archive)
    is_ours = octets.endswith(MESSAGE)
    assert made == Match(
        kind=Kind.ARCHIVE_COPY if is_ours else Kind.UNRELATED,
        number=NUMBER,
        is_certain=True,
        reason=reason,
        trace_size=len(TRACE) if is_ours else None,
    )


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"archive_path": ""}, "a copy, but the message has no archive recipient"),
        ({"attempts": 0}, "a copy, but no attempt has been made"),
    ],
)
def test_a_copy_that_cannot_be_of_ours(changes, reason):
    known = replace(KNOWN, **changes)
    made = matched(TRACE + MESSAGE, known=(known,), archive=True)
    assert (made.proves, made.reason, made.is_certain) == (None, reason, True)


def test_a_copy_that_proves_that_it_was_sent():
    made = matched(TRACE + MESSAGE, archive=True)
    assert made == Match(
        kind=Kind.ARCHIVE_COPY,
        number=NUMBER,
        proves=State.SENT,
        reason="Message-ID and every byte",
        is_certain=True,
        trace_size=len(TRACE),
    )


@pytest.mark.parametrize(
    ("subject", "headers", "number", "is_certain", "reason", "word"),
    [
        (
            "Re: x",
            (f"In-Reply-To: {MESSAGE_ID}",),
            NUMBER,
            True,
            "it answers our Message-ID",
            {"answer": "done"},
        ),
        (
            f"Re: [{NUMBER}]",
            ("In-Reply-To: <x@other.example>",),
            NUMBER,
            False,
            "the number in its subject",
            {"answer": "done"},
        ),
        (
            f"Re: [{OTHER.number}] and [{NUMBER}]",
            ("In-Reply-To: <x@other.example>",),
            OTHER.number,
            False,
            "the first of several numbers in its subject",
            {},
        ),
    ],
)
def test_an_answer(subject, headers, number, is_certain, reason, word):
    made = matched(answer(subject, *headers))
    sender = "Desk <abuse@provider.example>"
    facts = {"from": sender, "subject": subject, **word}
    assert (made.kind, made.proves, made.trace_size) == (Kind.REPLY, None, None)
    assert (made.number, made.is_certain, made.reason) == (number, is_certain, reason)
    assert {**made.facts} == facts


@pytest.mark.parametrize(
    ("octets", "kind", "reason"),
    [
        (
            answer("Re: hello", "In-Reply-To: <x@other.example>"),
            Kind.REPLY,
            "it answers no message of ours",
        ),
        (answer("cheap"), Kind.UNRELATED, "no report and no answer"),
    ],
)
def test_what_is_nothing_to_us(octets, kind, reason):
    made = matched(octets)
    assert {*made.facts} == {"from", "subject"}, "a person finds it by these"
    assert made == Match(kind=kind, reason=reason, facts=made.facts)


def test_several_numbers_and_no_answer():
    octets = answer(f"Re: [{OTHER.number}] [{NUMBER}]", "In-Reply-To: <x@y.example>")
    made = matched(octets.replace(b"done", b"we shall look into it"))
    assert (made.number, "answer" in made.facts) == (OTHER.number, False)


def test_an_action_that_is_unknown_is_on_record_as_none():
    assert matched(report(action="odd", status="9.9.9")).facts["action"] is None


def test_a_report_that_mentions_two_of_ours_and_returns_none_is_about_neither():
    octets = (
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example\r\nSubject: failure notice\r\n"
        f"\r\n<{TO}>: 550 5.1.1 user unknown\r\n\r\n"
        f"Returned: {MESSAGE_ID} and {OTHER.message_id}\r\n"
    ).encode()
    made = matched(octets)
    assert (made.kind, made.number, made.proves) == (Kind.BOUNCE, None, None)
    assert made.reason == "it names messages of several notices"


@pytest.mark.parametrize("envid", ["", "x.deadbeef", NEVER_SENT.envid])
@pytest.mark.parametrize("action", ["delivered", "delayed", "relayed", "expanded"])
def test_without_our_envelope_id_a_message_id_settles_failures_alone(envid, action):
    """Who has seen the header has the Message-ID; only servers have both."""
    made = matched(report(envid=envid, action=action, status=""))
    assert made.proves is None


@pytest.mark.parametrize(
    "field",
    [
        f"In-Reply-To: {OTHER.message_id}\r\nReferences: <x@other.example>\r\n",
        f"References: {OTHER.message_id}\r\n <x@hotline.example>\r\nIn-Reply-To:",
        "In-Reply-To:",
    ],
)
def test_the_notice_before_has_not_failed_where_a_relay_replaced_the_id(field):
    """A reminder names the first notice; the report returns its header alone."""
    octets = report(
        envid="",
        action="failed",
        status="5.1.1",
        message_id=f"<1@relay.test>\r\n{field} {OTHER.message_id}",
    )
    assert matched(octets).proves is None


@pytest.mark.parametrize("envid", ["", ENVID])
def test_a_report_that_returns_our_header_under_another_id(envid):
    """Our mail names itself last in References, and answers nothing by that id."""
    renamed = f"<1@relay.test>\r\nReferences: {OTHER.message_id}\r\n {MESSAGE_ID}"
    renamed += f"\r\nIn-Reply-To: {OTHER.message_id}"
    made = matched(
        report(envid=envid, action="failed", status="5.1.1", message_id=renamed)
    )
    assert (made.number, made.proves) == (NUMBER, State.BOUNCED)
    made = matched(report(envid=envid, message_id=renamed))
    assert made.proves is (State.DELIVERED if envid else None)


@pytest.mark.parametrize(
    ("sender", "word"),
    [
        ("abuse@provider.example", "done"),
        ("Desk <legal@help.provider.example>", "done"),
        ("x@other.example", None),
        ("x@notprovider.example", None),
        ('"abuse@provider.example" <x@other.example>', None),
        ("abuse@provider.example <abuse@provider.example>", "done"),
        ('"Desk, Legal" <legal@provider.example> (on duty)', "done"),
        ("legal@Provider.Example (Legal Desk)", "done"),
        # what is shown last is not where it comes from
        ("<x@other.example> =?utf-8?q?=3Cabuse=40provider=2Eexample=3E?=", None),
        ("=?utf-8?q?=3Cx=40provider=2Eexample=3E?= <x@other.example>", None),
        ("x@other.example, abuse@provider.example", None),
        ("<x@other.example> (<abuse@provider.example>)", None),
        ("x@other.example\r\nFrom: abuse@provider.example", None),
        ("x@example", None),
        ("", None),
    ],
)
def test_a_number_can_be_guessed_so_only_whom_we_wrote_to_answers_by_it(sender, word):
    """Else one mail from anybody would stop the reminders of a case."""
    mail = f"From: {sender}\r\nSubject: [{NUMBER}]\r\n\r\ndone\r\n".encode()
    made = matched(mail)
    assert (made.kind, made.number) == (Kind.REPLY, NUMBER), "people see it"
    assert made.facts.get("answer") == word


@pytest.mark.parametrize(
    ("own", "asked", "may"),
    [
        ("provider.co.jp", "abuse.provider.co.jp", True),
        ("co.jp", "provider.co.jp", False),
        ("jp", "provider.jp", False),
        ("mihon.jp", "desk.mihon.jp", True),
    ],
)
def test_a_domain_that_is_nobodys_own_speaks_for_nobody(own, asked, may):
    """All under it would be answered for by whoever writes its name into From."""
    assert may_speak_for(own, asked) is may


def test_an_answer_to_ours_that_came_back_is_no_return_of_ours():
    """Somebody at the centre wrote to the same address, and that failed."""
    answer = (
        f"<1@desk.example>\r\nReferences: {MESSAGE_ID}\r\nIn-Reply-To: {MESSAGE_ID}"
    )
    made = matched(report(envid="", action="failed", status="5.1.1", message_id=answer))
    assert made.proves is None


SIGNED = MESSAGE.replace(
    b"Subject:", b'Content-Type: multipart/signed; boundary="=_s_0011"\r\nSubject:'
)


def test_a_copy_that_was_changed_on_the_way_is_no_answer_of_a_person():
    """Postfix's header_checks rewrite the fields of parts, too: the signature breaks."""
    head = under_another_id(SIGNED).replace(
        b"Subject:", b"References: <a@b>\r\nSubject:"
    )
    known = [replace(KNOWN, message=SIGNED)]
    made = matched(head + b"footer\r\n", known=known, archive=True)
    assert (made.kind, made.number, made.proves) == (Kind.UNRELATED, NUMBER, None)
    assert made.reason == "a copy, but its bytes are not those that we signed"
    answer = answer_to(SIGNED)
    assert matched(answer, known=known, archive=True).kind is Kind.REPLY


def answer_to(octets):
    """What a person writes, with a boundary of his own program."""
    ids = f"In-Reply-To: {MESSAGE_ID}\r\nFrom: a@provider.example\r\n".encode()
    return ids + b'Content-Type: multipart/signed; boundary="x"\r\n\r\n' + octets


RENAMED = replace(KNOWN, message=MESSAGE)


def under_another_id(octets, field="Message-ID: <0100@relay.test>"):
    """The mail as a relay leaves it that puts a Message-ID of its own."""
    head, body = octets.split(b"\r\n\r\n", 1)
    ours = f"Message-ID: {MESSAGE_ID}".encode()
    return TRACE + head.replace(ours, field.encode()) + b"\r\n\r\n" + body


@pytest.mark.parametrize("field", ["Message-ID: <0100@relay.test>", "X-Was: 1"])
def test_a_copy_in_the_archive_under_another_message_id(field):
    made = matched(under_another_id(MESSAGE, field), known=[RENAMED], archive=True)
    assert (made.kind, made.number) == (Kind.ARCHIVE_COPY, NUMBER)
    assert (made.proves, made.trace_size) == (State.SENT, None)
    assert made.reason == "every byte but the Message-ID, which a relay replaced"


@pytest.mark.parametrize(
    ("octets", "changes", "archive"),
    [
        (under_another_id(MESSAGE + b"x"), {}, True),
        (under_another_id(MESSAGE), {"message": b""}, True),
        (under_another_id(MESSAGE), {"attempts": 0}, True),
        (under_another_id(MESSAGE), {"archive_path": ""}, True),
        (under_another_id(MESSAGE), {}, False),
        (under_another_id(MESSAGE).replace(b"To: <abuse", b"To: <other"), {}, True),
        (b"no header\r\n" + under_another_id(MESSAGE), {}, True),
        (
            under_another_id(MESSAGE).replace(
                b"Date:", b"From: <x@y.example>\r\nDate:"
            ),
            {},
            False,
        ),
    ],
)
def test_a_copy_under_another_id_that_proves_nothing(octets, changes, archive):
    known = [replace(RENAMED, **changes)]
    assert matched(octets, known=known, archive=archive).proves is None
