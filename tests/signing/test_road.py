"""What happens to mail on its way, and whether the signature must survive it.

Each mutation is what a relay, a store or a list was seen to do. Real relays deliver
to the same judges in the tests of the outbox.
"""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from notices.errors import RefusedError
from notices.mail import Headers, MalformedMessage, message, split
from notices.signing import second_opinion, sign_entity
from tests.programs import require_program
from tests.signing.authority import NOW, Authority

Mutation = Callable[[bytes], bytes]
OUTER = "fedcba9876543210fedcba98"


@pytest.fixture(scope="module")
def genuine(authority: Authority, part: bytes, mail_headers: Headers) -> bytes:
    signature = sign_entity(
        part, authority.key("p256"), signing_time=NOW, revocation=authority.crls()
    )
    return message(mail_headers, part, signature, boundary=OUTER)


def body_lines(change: Callable[[bytes], bytes]) -> Mutation:
    """Change every line below the outer header."""

    def edit(octets: bytes) -> bytes:
        head, blank, body = octets.partition(b"\r\n\r\n")
        return head + blank + b"\r\n".join(map(change, body.split(b"\r\n")))

    return edit


def trace(octets: bytes) -> bytes:
    received = b"Received: from a.example by b.example with ESMTPS;\r\n\tnow\r\n"
    return b"Return-Path: <notice@hotline.example.jp>\r\n" + received * 3 + octets


def refolded(octets: bytes) -> bytes:
    """Outer fields on one line each, as some servers store them."""
    head, blank, body = octets.partition(b"\r\n\r\n")
    return re.sub(rb"\r\n[ \t]+", b" ", head) + blank + body


def reordered(octets: bytes) -> bytes:
    head, blank, body = octets.partition(b"\r\n\r\n")
    fields = re.split(rb"\r\n(?![ \t])", head)
    return b"\r\n".join(reversed(fields)) + blank + body


def dot_stuffed(octets: bytes) -> bytes:
    """Through SMTP and out again (RFC 5321, 4.5.2)."""
    sent = re.sub(rb"(?m)^\.", b"..", octets) + b".\r\n"
    return re.sub(rb"(?m)^\.\.", b".", sent.removesuffix(b".\r\n"))


SURVIVES: dict[str, Mutation] = {
    "nothing": lambda octets: octets,
    "trace fields above": trace,
    "stored with LF": lambda octets: octets.replace(b"\r\n", b"\n"),
    "From-mangling": body_lines(lambda line: re.sub(rb"^From ", b">From ", line)),
    "trailing blanks stripped": body_lines(lambda line: line.rstrip(b" \t")),
    "dot-stuffing": dot_stuffed,
    "8BITMIME downgrade": lambda octets: octets.decode("ascii").encode(),
    "lines cut at 998": body_lines(lambda line: line[:998]),
    "lines cut at 78": body_lines(lambda line: line[:80]),
    "tabs expanded": body_lines(lambda line: line.expandtabs()),
    "outer fields refolded": refolded,
    "outer fields reordered": reordered,
    "a blank line at the end": lambda octets: octets + b"\r\n",
    "field names in lower case": lambda octets: re.sub(
        rb"(?m)^(Subject|From|To):", lambda found: found[0].lower(), octets, count=3
    ),
    "an X- field more": lambda octets: b"X-Spam-Flag: NO\r\n" + octets,
}

MUST_NOT: dict[str, Mutation] = {
    "base64 in lines of 72": lambda octets: octets.replace(
        re.search(rb"(?m)^[A-Za-z0-9+/]{76}\r\n", octets)[0],  # type: ignore[index]
        re.search(rb"(?m)^[A-Za-z0-9+/]{76}\r\n", octets)[0][:72] + b"\r\n",  # type: ignore[index]
        1,
    ),
    "a footer in the text": lambda octets: octets.replace(
        b"Content-Type: text/plain", b"X-Footer: list\r\nContent-Type: text/plain", 1
    ),
    "an attachment taken out": lambda octets: octets.replace(
        b"application/pdf", b"text/plain", 1
    ),
}

SEEN_BY_US: dict[str, Mutation] = {
    "a footer after the last boundary": lambda octets: octets + b"-- \r\na list\r\n",
    "a virus scanner's preamble": lambda octets: octets.replace(
        b"\r\n\r\n", b"\r\n\r\nScanned.\r\n", 1
    ),
    "mixed line ends": lambda octets: octets.replace(b"\r\n", b"\n", 1),
    "a Sender added": lambda octets: b"Sender: list@list.example\r\n" + octets,
}


@pytest.mark.parametrize("name", SURVIVES)
def test_it_survives(authority: Authority, genuine: bytes, name: str) -> None:
    arrived = SURVIVES[name](genuine)
    assert split(arrived).entity == split(genuine).entity
    assert split(arrived).signature == split(genuine).signature
    second_opinion(
        arrived,
        trust=[authority.root],
        now=NOW,
        openssl=require_program("openssl"),
        check_crls=True,
    )


@pytest.mark.parametrize("name", MUST_NOT)
def test_a_change_of_the_signed_part_is_seen_by_openssl(
    authority: Authority, genuine: bytes, name: str
) -> None:
    arrived = MUST_NOT[name](genuine)
    assert arrived != genuine
    with pytest.raises(RefusedError):
        second_opinion(
            arrived,
            trust=[authority.root],
            now=NOW,
            openssl=require_program("openssl"),
        )


@pytest.mark.parametrize("name", SEEN_BY_US)
def test_text_around_the_parts_is_refused_by_name(genuine: bytes, name: str) -> None:
    """General tools accept these; what is shown around a signature is not signed."""
    arrived = SEEN_BY_US[name](genuine)
    assert arrived != genuine
    with pytest.raises(MalformedMessage):
        split(arrived)


def test_a_subject_tag_is_told_by_the_protected_copy(genuine: bytes) -> None:
    """The signature survives a list's tag; the copy inside shows the change."""
    head, blank, body = genuine.partition(b"\r\n\r\n")
    fields = re.split(rb"\r\n(?![ \t])", head)
    tagged = [
        b"Subject: [list] hello" if field.startswith(b"Subject:") else field
        for field in fields
    ]
    parts = split(b"\r\n".join(tagged) + blank + body)
    assert parts.values("subject") == ("[list] hello",)
    assert parts.protected("subject") == split(genuine).values("subject")[0]


def test_openssl_gives_back_the_very_octets_that_were_signed(
    authority: Authority, genuine: bytes, part: bytes, tmp_path: Path
) -> None:
    (tmp_path / "root.pem").write_bytes(authority.root.public_bytes(Encoding.PEM))
    done = subprocess.run(
        [
            *(require_program("openssl"), "cms", "-verify", "-CAfile", "root.pem"),
            *("-purpose", "smimesign", "-attime", str(int(NOW.timestamp()))),
        ],
        input=genuine,
        cwd=tmp_path,
        capture_output=True,
        check=True,
    )
    assert done.stdout == part
