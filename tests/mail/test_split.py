"""Taking apart: our shape comes back whole, everything else is refused by name."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notices.mail import MalformedMessage, entity, split
from tests.mail.samples import BOUNDARY, HEADERS, OUTER, letter, sample

MESSAGE = sample()
INNER, OUTSIDE = f"--{BOUNDARY}".encode(), f"--{OUTER}".encode()


def test_a_message_comes_apart_into_what_it_was_made_of() -> None:
    parts = split(MESSAGE)
    whole = entity(HEADERS, "本文\n", [letter(b"%PDF" * 100)], boundary=BOUNDARY)
    assert parts.entity == whole
    assert parts.signature == b"\x30\x03\x02\x01\x05"
    text, pdf = parts.parts
    assert (text.media_type, text.file_name) == ("text/plain", "")
    assert text.content == "本文\r\n".encode()
    assert (pdf.media_type, pdf.file_name) == ("application/pdf", "letter.pdf")
    assert pdf.content == b"%PDF" * 100


def test_the_protected_fields_equal_the_outer_ones() -> None:
    parts = split(MESSAGE)
    assert [name for name, _ in parts.protected_headers] == [
        *("Date", "From", "To", "Subject", "Message-ID", "References")
    ]
    for name, value in parts.protected_headers:
        assert parts.values(name.upper()) == (value,)


def test_stored_mail_with_lf_throughout_is_read_as_crlf() -> None:
    assert split(MESSAGE.replace(b"\r\n", b"\n")) == split(MESSAGE)


def test_trace_fields_may_stand_above() -> None:
    trace = (
        b"Return-Path: <notice@hotline.example.jp>\r\nDelivered-To: abuse\r\n"
        b"Received: from a by b;\r\n\tSun, 22 Nov 2026 12:00:01 +0900\r\n"
        b"DKIM-Signature: v=1; a=rsa-sha256\r\nX-Spam-Score: 0\r\n"
    )
    parts = split(trace + MESSAGE)
    assert parts.entity == split(MESSAGE).entity
    assert parts.values("received") == (
        "from a by b;\tSun, 22 Nov 2026 12:00:01 +0900",
    )


def test_a_relay_may_fold_outer_fields_anew() -> None:
    folded = MESSAGE.replace(b"Date: Sun, 22", b"Date: Sun,\r\n 22", 1)
    assert split(folded).values("date") == split(MESSAGE).values("date")


def test_blank_lines_after_the_end_do_no_harm() -> None:
    assert split(MESSAGE + b"\r\n\r\n").entity == split(MESSAGE).entity


def once(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    def change(octets: bytes) -> bytes:
        assert old in octets
        return octets.replace(old, new, 1)

    return change


def inside(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    def change(octets: bytes) -> bytes:
        head, mark, rest = octets.partition(OUTSIDE)
        assert old in rest
        return head + mark + rest.replace(old, new, 1)

    return change


def above(line: bytes) -> Callable[[bytes], bytes]:
    return lambda octets: line + octets


def after(text: bytes) -> Callable[[bytes], bytes]:
    return lambda octets: octets + text


THIRD_PART = (
    OUTSIDE + b"\r\nContent-Type: text/plain\r\n\r\nhello\r\n" + OUTSIDE + b"--"
)
B64 = b"Content-Transfer-Encoding: base64\r\n"

FORGERIES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "empty": (lambda _: b"", "no blank line"),
    "no mail at all": (lambda _: b"%PDF-1.7\r\n", "no blank line"),
    "mixed line ends": (once(b"\r\n", b"\n"), "line end"),
    "a bare CR": (once(b"Subject", b"\rSubject"), "line end"),
    "a NUL": (once(b"Subject: ", b"Subject: \0"), "control"),
    "8 bit below the header": (once(OUTSIDE, b"\xe3\r\n" + OUTSIDE), "ASCII"),
    "a long line below the header": (
        once(OUTSIDE, b"x" * 1000 + b"\r\n" + OUTSIDE),
        "998",
    ),
    "a second From": (above(b"From: evil@example.test\r\n"), "2 from"),
    "a second From below": (
        once(b"MIME-Version", b"FROM: evil@example.test\r\nMIME-Version"),
        "2 from",
    ),
    "a blank before the colon": (once(b"From:", b"From :"), "no header field"),
    "Sender": (above(b"Sender: evil@example.test\r\n"), "Sender"),
    "Cc": (above(b"Cc: evil@example.test\r\n"), "Cc"),
    "Bcc": (above(b"Bcc: evil@example.test\r\n"), "Bcc"),
    "Resent-From": (above(b"Resent-From: evil@example.test\r\n"), "Resent-From"),
    "Content-Disposition outside": (
        above(b"Content-Disposition: inline\r\n"),
        "Content-Disposition",
    ),
    "no Subject": (once(b"Subject: =?utf-8?B?5L6d6aC85pu4?=\r\n", b""), "0 subject"),
    "a second Subject": (above(b"Subject: other\r\n"), "2 subject"),
    "a second Content-Type": (above(b"Content-Type: text/html\r\n"), "2 content-type"),
    "MIME-Version 2": (once(b"MIME-Version: 1.0", b"MIME-Version: 2.0"), "MIME-V"),
    "two MIME-Version": (above(b"MIME-Version: 1.0\r\n"), "MIME-Version"),
    "an mbox line": (above(b"From evil Sun Nov 22\r\n"), "no header field"),
    "text/plain": (once(b"multipart/signed", b"text/plain"), "not multipart/signed"),
    "multipart/mixed outside": (once(b"multipart/signed", b"multipart/mixed"), "not"),
    "protocol x-": (
        once(b"application/pkcs7-signature", b"application/x-pkcs7-signature"),
        "protocol",
    ),
    "PGP protocol": (
        once(b"application/pkcs7-signature", b"application/pgp-signature"),
        "protocol",
    ),
    "micalg sha1": (once(b"sha-256", b"sha1"), "micalg"),
    "no micalg": (once(b"micalg=sha-256; ", b""), "micalg"),
    "two boundaries": (
        once(b"; boundary=", b"; boundary=aaaabbbbccccdddd; boundary="),
        "twice",
    ),
    "a parameter more": (once(b"; boundary=", b"; x=y; boundary="), "nothing else"),
    "another boundary": (
        once(b'boundary="outer', b'boundary="other'),
        "its boundary begins",
    ),
    "preamble": (once(OUTSIDE, b"hello\r\n" + OUTSIDE), "before its first"),
    "epilogue": (after(b"a footer\r\n"), "after its last"),
    "a third part": (once(OUTSIDE + b"--", THIRD_PART), "3 parts"),
    "only one part": (
        lambda octets: (
            octets.split(b"\r\n" + OUTSIDE)[0] + b"\r\n" + OUTSIDE + b"--\r\n"
        ),
        "parts",
    ),
    "not closed": (once(OUTSIDE + b"--", b""), "closing"),
    "closed twice": (after(OUTSIDE + b"--\r\n"), "goes on after"),
    "a look-alike delimiter": (
        inside(b"\r\n" + INNER, b"\r\n" + OUTSIDE + b"x\r\n" + INNER),
        "looks like",
    ),
    "no hp": (once(b'; hp="clear"', b""), "hp"),
    "hp cipher": (once(b'hp="clear"', b'hp="cipher"'), "hp"),
    "multipart/alternative": (once(b"multipart/mixed", b"multipart/alternative"), "hp"),
    "no protected Subject": (
        inside(b"Subject: =?utf-8?B?5L6d6aC85pu4?=\r\n", b""),
        "0 subject",
    ),
    "a protected Sender": (
        inside(b"Message-ID", b"Sender: a@b.example\r\nMessage-ID"),
        "Sender",
    ),
    "HTML first": (inside(b"text/plain", b"text/html"), "begin with its text"),
    "another charset": (inside(b"charset=utf-8", b"charset=utf-7"), "parameters"),
    "a mail inside": (
        inside(b"application/pdf", b"message/rfc822"),
        "no mail in a mail",
    ),
    "quoted-printable": (inside(b"base64", b"quoted-printable"), "not base64"),
    "a comment in base64": (inside(b"\r\n5pys", b"\r\n5p!ys"), "broken"),
    "odd base64 lines": (inside(b"JVBERiVQ", b"JVBE\r\nRiVQ"), "lines of 76"),
    "loose bits in the padding": (once(b"MAMCAQU=", b"MAMCAQV="), "lines of 76"),
    "an attachment without name": (
        inside(b'Content-Disposition: attachment; filename="letter.pdf"\r\n', b""),
        "parameters",
    ),
    "an inline attachment": (inside(b"attachment; f", b"inline; f"), "of our kind"),
    "an attachment called as the signature's type": (
        once(b"name=smime.p7s", b"name=other.p7s"),
        "no application/pkcs7-signature",
    ),
    "a signature of another type": (
        once(b"application/pkcs7-signature; name", b"application/octet-stream; name"),
        "second part",
    ),
    "a leaf with more fields": (inside(B64, B64 + b"X-More: 1\r\n"), "header fields"),
    "a folded line of blanks": (once(b"\r\nTo:", b"\r\n \r\nTo:"), "blanks alone"),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_another_shape_is_refused_by_a_named_reason(name: str) -> None:
    change, reason = FORGERIES[name]
    with pytest.raises(MalformedMessage, match=reason) as caught:
        split(change(MESSAGE))
    assert caught.value.exit_code == 65


@given(st.binary(max_size=300))
def test_any_bytes_are_judged_or_refused(octets: bytes) -> None:
    with pytest.raises(MalformedMessage):
        split(octets)


@given(st.integers(0, len(MESSAGE) - 1), st.integers(0, 255))
@settings(max_examples=300)
def test_a_changed_octet_is_refused_or_seen(position: int, octet: int) -> None:
    """A mutant is refused, or differs in headers, entity or signature, or is equal."""
    mutant = MESSAGE[:position] + bytes([octet]) + MESSAGE[position + 1 :]
    try:
        parts = split(mutant)
    except MalformedMessage:
        return
    genuine = split(MESSAGE)
    if mutant != MESSAGE and parts == genuine:
        # only letters' case, a blank, or a token/quote in the outer MIME frame
        assert mutant.lower() == MESSAGE.lower() or octet in b" \t"


def test_a_very_large_input_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(MalformedMessage, match="more than"):
        split(bytes(32 * 1024 * 1024 + 1))
