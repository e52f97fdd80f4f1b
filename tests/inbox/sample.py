"""A message of ours, what is on record of it, and reports about it."""

from hashlib import sha256

from notices.inbox.known import Known

TO = "abuse@provider.example"
ARCHIVE = "archive@hotline.example"
NUMBER = "R8-1-000123"
ENVID = f"{NUMBER}.5f3a9c01"
MESSAGE_ID = f"<{NUMBER}.00112233445566778899aabb@hotline.example>"
MESSAGE = (
    b"Date: Thu, 05 Mar 2026 18:00:00 +0900\r\n"
    b"From: <notice@hotline.example>\r\n"
    b"To: <abuse@provider.example>\r\n"
    b"Subject: [R8-1-000123] request\r\n"
    b"Message-ID: " + MESSAGE_ID.encode() + b"\r\n"
    b"\r\n"
    b".\r\nFrom the start\r\n trailing blank \r\n\r\n"
)
TRACE = (
    b"Return-Path: <notice@hotline.example>\r\n"
    b"Delivered-To: archive@hotline.example\r\n"
    b"Received: from relay.test (relay.test [192.0.2.25])\r\n"
    b"\tby mx.hotline.example; Thu, 5 Mar 2026 09:00:05 +0000\r\n"
)


def known_of(number, message_id, envid, *, message=MESSAGE, attempts=1, archive=""):
    return Known(
        number=number,
        message_id=message_id,
        message_sha256=sha256(message).hexdigest(),
        message_size=len(message),
        envid=envid,
        forward_path=TO,
        archive_path=archive,
        attempts=attempts,
    )


KNOWN = known_of(NUMBER, MESSAGE_ID, ENVID, archive=ARCHIVE)
OTHER = known_of(
    "R8-1-000124",
    "<R8-1-000124.aaaaaaaaaaaaaaaaaaaaaaaa@hotline.example>",
    "R8-1-000124.0a0a0a0a",
)
NEVER_SENT = known_of(
    "R8-1-000125",
    "<R8-1-000125.cccccccccccccccccccccccc@hotline.example>",
    "R8-1-000125.0c0c0c0c",
    attempts=0,
)
ALL = (KNOWN, OTHER, NEVER_SENT)


def report(
    *,
    envid=ENVID,
    recipient=TO,
    action="delivered",
    status="2.0.0",
    message_id=MESSAGE_ID,
):
    """A delivery status notification as Postfix writes it."""
    own_envid = f"Original-Envelope-Id: {envid}\r\n" if envid else ""
    return (
        "Return-Path: <>\r\n"
        "From: MAILER-DAEMON@relay.test\r\n"
        "Subject: report\r\n"
        "MIME-Version: 1.0\r\n"
        "Content-Type: multipart/report; report-type=delivery-status;\r\n"
        ' boundary="B1"\r\n\r\n'
        "--B1\r\nContent-Type: text/plain\r\n\r\nsee below\r\n"
        "--B1\r\nContent-Type: message/delivery-status\r\n\r\n"
        f"Reporting-MTA: dns; relay.test\r\n{own_envid}\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\n"
        f"Action: {action}\r\nStatus: {status}\r\n\r\n"
        "--B1\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"Message-ID: {message_id}\r\n\r\n--B1--\r\n"
    ).encode()
