"""A real Postfix: accepted, refused, deferred, reported; the bytes stay the same."""

import asyncio

import pytest

from notices.delivery import Envelope, Stage, State
from notices.smtp import Relay, Security, Timeouts
from notices.smtp.courier import SmtpCourier
from tests.smtp.postfix import private_postfix
from tests.store.conftest import MESSAGE, NOW


@pytest.fixture(scope="module")
def postfix(authority):
    with private_postfix(authority.issue_cert("127.0.0.1")) as running:
        yield running


def deliver(postfix, authority, forward_path, *, archive="", message=MESSAGE):
    envelope = Envelope(
        reverse_path="request@hotline.test",
        forward_path=forward_path,
        archive_path=archive,
        envid="2026-00001=1",
    )

    async def stage(_):
        pass

    async def once():
        courier = SmtpCourier(
            Relay(
                host="127.0.0.1",
                port=postfix.port,
                security=Security.STARTTLS,
                ca=authority.cert_pem.bytes().decode(),
                local_hostname="hotline.test",
                timeouts=Timeouts(connect=10, command=10, body=10, end_of_data=10),
            )
        )
        attempt = await courier.deliver(
            envelope, message, on_stage=stage, clock=lambda: NOW
        )
        await courier.aclose()
        return attempt

    return asyncio.run(once())


def without_trace(mail):
    """What stands below Return-Path, X-Original-To, Delivered-To and Received.

    The Maildir has LF throughout, which is read as CRLF.
    """
    assert b"\r" not in mail
    start = mail.index(b"From: request@hotline.example")
    return mail[start:].replace(b"\n", b"\r\n")


def test_accepted_archived_and_the_same_bytes(postfix, authority):
    message = MESSAGE + b"".join(b".%d\r\n" % number for number in range(20_000))
    attempt = deliver(
        postfix,
        authority,
        "abuse@provider.test",
        archive="archive@hotline.test",
        message=message,
    )
    assert (attempt.state, attempt.stage) == (State.SENT, Stage.END_OF_DATA)
    assert attempt.reply.code == 250
    assert attempt.reply.enhanced_status == "2.0.0"
    assert attempt.tls.startswith("TLSv1.3")
    for mailbox in ("abuse", "archive"):
        (mail,) = postfix.mails(mailbox)
        assert without_trace(mail) == message


def test_the_report_that_was_asked_for_carries_our_envid(postfix, authority):
    attempt = deliver(postfix, authority, "abuse@provider.test")
    assert attempt.state is State.SENT
    report = postfix.mails("request")[-1].decode()
    assert "Original-Envelope-Id: 2026-00001=1" in report
    assert "Original-Recipient: rfc822;abuse@provider.test" in report
    assert "Action: delivered" in report


@pytest.mark.parametrize(
    ("path", "state", "reply"),
    [
        ("gone@provider.test", State.FAILED, "550 5.1.1"),
        ("later@provider.test", State.DEFERRED, "450 4.2.0"),
    ],
)
def test_refused_and_greylisted_are_told_apart(postfix, authority, path, state, reply):
    attempt = deliver(postfix, authority, path)
    assert (attempt.state, attempt.stage) == (state, Stage.RCPT)
    assert str(attempt.reply).startswith(reply)
