"""A small message of our shape."""

from datetime import datetime, timedelta, timezone

from notices.mail import Attachment, Headers, entity, message

BOUNDARY = "inner-boundary-0001"
OUTER = "outer-boundary-0001"
HEADERS = Headers(
    from_name="見本",
    from_mailbox="notice@hotline.example.jp",
    to_name="",
    to_mailbox="abuse@board.example.jp",
    subject="依頼書",
    date=datetime(2026, 11, 22, 12, 0, tzinfo=timezone(timedelta(hours=9))),
    message_id="<1@hotline.example.jp>",
)


def letter(content: bytes) -> Attachment:
    return Attachment(
        file_name="letter.pdf", media_type="application/pdf", content=content
    )


def sample() -> bytes:
    part = entity(HEADERS, "本文\n", [letter(b"%PDF" * 100)], boundary=BOUNDARY)
    return message(HEADERS, part, b"\x30\x03\x02\x01\x05", boundary=OUTER)
