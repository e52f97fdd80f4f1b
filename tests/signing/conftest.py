"""One authority for all tests of signing, and what they sign."""

import io
from collections.abc import Iterator
from datetime import datetime

import pytest
from reportlab.pdfgen.canvas import Canvas

from notices.mail import Attachment, Headers, entity
from tests.clocks import MovingClock
from tests.signing.authority import MAILBOX, NOW, Authority, start_authority


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    authority, server = start_authority(
        tmp_path_factory.mktemp("pki"), Authority, MovingClock(NOW)
    )
    yield authority
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def _clock_goes_on(authority: Authority) -> Iterator[None]:
    """What a test sets the authority's clock to is over with it."""
    kept = authority.clock
    yield
    authority.clock = kept


@pytest.fixture(scope="session")
def pdf() -> bytes:
    output = io.BytesIO()
    canvas = Canvas(output, pdfVersion=(1, 7), invariant=1)
    canvas.drawString(100, 700, "A letter")
    canvas.showPage()
    canvas.drawString(100, 700, "Its second page")
    canvas.save()
    return output.getvalue()


def headers(date: datetime = NOW) -> Headers:
    return Headers(
        from_name="見本ホットラインセンター",
        from_mailbox=MAILBOX,
        to_name="見本掲示板管理者",
        to_mailbox="abuse@board.example.jp",
        subject="送信防止措置依頼書（整理番号 2026-00001）",
        date=date,
        message_id="<0123456789abcdef@hotline.example.jp>",
    )


@pytest.fixture(scope="session")
def mail_headers() -> Headers:
    return headers()


@pytest.fixture(scope="session")
def part(pdf: bytes, mail_headers: Headers) -> bytes:
    """The entity that is signed."""
    letter = Attachment(
        file_name="letter.pdf", media_type="application/pdf", content=pdf
    )
    return entity(
        mail_headers,
        "本文です。\n二行目。",
        [letter],
        boundary="0123456789abcdef01234567",
    )
