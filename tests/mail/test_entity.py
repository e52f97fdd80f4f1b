"""Entity and message: one shape, by the byte, that the standard parser agrees with."""

import dataclasses
import email
import email.utils
from datetime import timedelta, timezone
from email import policy

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from notices.errors import InputError, RefusedError
from notices.mail import Attachment, Headers, entity, message, require_robust, split
from tests.mail.samples import BOUNDARY, HEADERS, OUTER, letter, sample


def test_the_whole_message_by_the_byte() -> None:
    part = entity(
        HEADERS, "本文です。\n二行目。", [letter(b"%PDF-1.7")], boundary=BOUNDARY
    )
    octets = message(HEADERS, part, b"\x30\x03\x02\x01\x05", boundary=OUTER)
    assert octets == (
        b"Date: Sun, 22 Nov 2026 12:00:00 +0900\r\n"
        b"From: =?utf-8?B?6KaL5pys?= <notice@hotline.example.jp>\r\n"
        b"To: abuse@board.example.jp\r\n"
        b"Subject: =?utf-8?B?5L6d6aC85pu4?=\r\n"
        b"Message-ID: <1@hotline.example.jp>\r\n"
        b"References: <1@hotline.example.jp>\r\n"
        b"MIME-Version: 1.0\r\n"
        b'Content-Type: multipart/signed; protocol="application/pkcs7-signature";\r\n'
        b' micalg=sha-256; boundary="outer-boundary-0001"\r\n'
        b"\r\n"
        b"--outer-boundary-0001\r\n"
        b'Content-Type: multipart/mixed; boundary="inner-boundary-0001"; hp="clear"\r\n'
        b"Date: Sun, 22 Nov 2026 12:00:00 +0900\r\n"
        b"From: =?utf-8?B?6KaL5pys?= <notice@hotline.example.jp>\r\n"
        b"To: abuse@board.example.jp\r\n"
        b"Subject: =?utf-8?B?5L6d6aC85pu4?=\r\n"
        b"Message-ID: <1@hotline.example.jp>\r\n"
        b"References: <1@hotline.example.jp>\r\n"
        b"\r\n"
        b"--inner-boundary-0001\r\n"
        b"Content-Type: text/plain; charset=utf-8\r\n"
        b"Content-Transfer-Encoding: base64\r\n"
        b"\r\n"
        b"5pys5paH44Gn44GZ44CCDQrkuozooYznm67jgII=\r\n"
        b"--inner-boundary-0001\r\n"
        b"Content-Type: application/pdf\r\n"
        b"Content-Transfer-Encoding: base64\r\n"
        b'Content-Disposition: attachment; filename="letter.pdf"\r\n'
        b"\r\n"
        b"JVBERi0xLjc=\r\n"
        b"--inner-boundary-0001--\r\n"
        b"\r\n"
        b"--outer-boundary-0001\r\n"
        b"Content-Type: application/pkcs7-signature; name=smime.p7s\r\n"
        b"Content-Transfer-Encoding: base64\r\n"
        b'Content-Disposition: attachment; filename="smime.p7s"\r\n'
        b"\r\n"
        b"MAMCAQU=\r\n"
        b"--outer-boundary-0001--\r\n"
    )


def test_the_standard_parser_reads_the_same() -> None:
    parsed = email.message_from_bytes(sample(), policy=policy.default)
    assert parsed.get_content_type() == "multipart/signed"
    signed, signature = parsed.iter_parts()
    text, pdf = signed.iter_parts()
    assert parsed["Subject"] == signed["Subject"] == "依頼書"
    assert text.get_content() == "本文\r\n"
    assert pdf.get_content() == b"%PDF" * 100
    assert pdf.get_filename() == "letter.pdf"
    assert signature.get_content() == b"\x30\x03\x02\x01\x05"
    assert not [defect for part in parsed.walk() for defect in part.defects]


@given(text=st.text(st.characters(codec="utf-8"), max_size=300), body=st.binary())
@settings(max_examples=50)
def test_any_text_and_any_bytes_stay_within_what_relays_leave_alone(
    text: str, body: bytes
) -> None:
    part = entity(HEADERS, text, [letter(body)], boundary=BOUNDARY)
    octets = message(HEADERS, part, body, boundary=OUTER)
    octets.decode("ascii")
    assert b"\n" not in octets.replace(b"\r\n", b"")
    body_lines = octets.split(b"\r\n\r\n", 1)[1].split(b"\r\n")
    assert max(map(len, body_lines)) <= 80  # the root's Content-Type is one line
    assert split(octets).parts[1].content == body


def test_answers_and_earlier_mails_are_protected_too() -> None:
    headers = Headers(
        from_name="",
        from_mailbox="a@hotline.example.jp",
        to_name="",
        to_mailbox="b@board.example.jp",
        subject="x",
        date=HEADERS.date,
        message_id="<2@hotline.example.jp>",
        reply_to="desk@hotline.example.jp",
        references=("<0@hotline.example.jp>", "<1@hotline.example.jp>"),
    )
    part = entity(headers, "", boundary=BOUNDARY)
    parts = split(message(headers, part, b"0", boundary=OUTER))
    for name in ("Reply-To", "In-Reply-To", "References"):
        assert parts.values(name) == (parts.protected(name),)
    assert parts.protected("In-Reply-To") == "<1@hotline.example.jp>"


def test_the_same_input_gives_the_same_bytes() -> None:
    assert sample() == sample()


@pytest.mark.parametrize(
    "name",
    [
        "依頼書.pdf",
        "a b.pdf",
        "../a.pdf",
        ".hidden",
        "",
        'a".pdf',
        "a\r\n.pdf",
        "x" * 65,
    ],
)
def test_a_file_name_that_not_every_program_takes_is_refused(name: str) -> None:
    bad = Attachment(file_name=name, media_type="application/pdf", content=b"")
    with pytest.raises(InputError, match="file name"):
        entity(HEADERS, "", [bad], boundary=BOUNDARY)


def test_two_attachments_of_one_name_are_refused() -> None:
    with pytest.raises(InputError, match="same file name"):
        entity(HEADERS, "", [letter(b"1"), letter(b"2")], boundary=BOUNDARY)


@pytest.mark.parametrize("kind", ["pdf", "a/b; c=d", "a/b\r\nX: y", "a/"])
def test_a_bad_media_type_is_refused(kind: str) -> None:
    bad = Attachment(file_name="a", media_type=kind, content=b"")
    with pytest.raises(InputError, match="media type"):
        entity(HEADERS, "", [bad], boundary=BOUNDARY)


@pytest.mark.parametrize("boundary", ["short", "x" * 71, 'quote"' * 5, "blank " * 5])
def test_a_bad_boundary_is_refused(boundary: str) -> None:
    with pytest.raises(InputError, match="boundary"):
        entity(HEADERS, "", boundary=boundary)


def test_the_outer_boundary_may_not_stand_inside() -> None:
    part = entity(HEADERS, "", boundary=BOUNDARY)
    with pytest.raises(InputError, match="stands in the signed part"):
        message(HEADERS, part, b"", boundary=BOUNDARY)


@pytest.mark.parametrize(
    "octets",
    [b"a\nb", b"a\rb", b"a\0b", "ä".encode(), b"x" * 999, b"a\x1bb", b"a\x7fb", b"a\r"],
)
def test_what_a_relay_would_rewrite_must_not_be_signed(octets: bytes) -> None:
    with pytest.raises(RefusedError):
        require_robust(octets)


def test_a_line_may_have_998_octets_and_no_more() -> None:
    require_robust(b"x" * 998 + b"\r\n")
    with pytest.raises(RefusedError, match="998"):
        require_robust(b"x" * 999 + b"\r\n")


def test_the_date_keeps_its_offset() -> None:
    assert HEADERS.date.tzinfo == timezone(timedelta(hours=9))
    assert b"+0900" in sample()


def test_a_message_whose_headers_are_not_those_of_the_entity_is_refused() -> None:
    part = entity(HEADERS, "", boundary=BOUNDARY)
    other = dataclasses.replace(HEADERS, subject="another")
    with pytest.raises(RefusedError, match="Subject differs between"):
        message(other, part, b"0", boundary=OUTER)


def test_a_part_that_is_no_entity_of_ours_is_refused() -> None:
    with pytest.raises(RefusedError, match="read back"):
        message(HEADERS, b"Content-Type: text/plain\r\n\r\nhi", b"0", boundary=OUTER)


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]))
)
@example("=?utf-8?q?=0D=0ABcc:_evil@example.test?=")
def test_any_subject_and_name_make_a_message_that_reads_back(text: str) -> None:
    headers = dataclasses.replace(HEADERS, subject=text, from_name=text, to_name=text)
    part = entity(headers, "", boundary=BOUNDARY)
    octets = message(headers, part, b"0", boundary=OUTER)
    parsed = email.message_from_bytes(octets, policy=policy.compat32)
    assert parsed.keys() == [
        *("Date", "From", "To", "Subject", "Message-ID", "References"),
        *("MIME-Version", "Content-Type"),
    ]


def test_the_date_is_told_in_its_own_zone_whatever_was_written_before() -> None:
    """Moments are equal in all zones, and fields that were written once were kept."""
    for hours in (0, 9, -5, 0):
        date = HEADERS.date.astimezone(timezone(timedelta(hours=hours)))
        part = entity(dataclasses.replace(HEADERS, date=date), "", boundary=BOUNDARY)
        assert f"Date: {email.utils.format_datetime(date)}\r\n".encode() in part
