"""`verify --online`: fresh revocation answers for what a file carries.

Addresses are taken only from certificates that lead to a root which the caller trusts:
a file from a stranger makes nobody fetch anything. What cannot be had is left out; the
verifier then says TRY_LATER.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from cryptography import x509

from notices.errors import NoticesError
from notices.mail import split
from notices.signing import (
    Clock,
    HttpTransport,
    RevocationAnswers,
    Transport,
    certificate_path,
    certificates_in,
    fetch_answers,
    load_certificates,
)

MESSAGE_IN_BUNDLE = "documents/message.eml"
BUNDLE_SIGNATURE = "META-INF/signature.p7s"
MAX_MEMBER_BYTES = 64 << 20
_CONTENTS = re.compile(rb"/Contents\s*<([0-9A-Fa-f]{16,})>")


def fresh_answers(
    files: Iterable[bytes],
    trust: Sequence[bytes],
    at: datetime,
    transport: Transport | None = None,
    clock: Clock | None = None,
) -> list[bytes]:
    """CRLs and OCSP answers (DER) for the certificates in `files`, each fetched once.

    trust: root certificates, PEM or DER. clock: what is fetched is judged by it, and
    the next place asked if it does not hold; None: by `at`. Raises ConfigError for
    what is no root.
    """
    roots = [one for content in trust for one in load_certificates(content)]
    answers = RevocationAnswers()
    asked: set[x509.Certificate] = set()
    for data in files:
        for found in _certificates(data):
            for path in _paths(found, roots, at):
                if path[0] not in asked:
                    asked.add(path[0])
                    answers |= fetch_answers(
                        path,
                        transport or HttpTransport(),
                        clock=clock or (lambda: at),
                        known=answers,
                    )
    return [*answers.crls, *answers.ocsp]


def _paths(
    certificates: Sequence[x509.Certificate],
    roots: Sequence[x509.Certificate],
    at: datetime,
) -> Iterator[tuple[x509.Certificate, ...]]:
    """Each certificate's path to a trusted root, where it has one."""
    for certificate in certificates:
        others = [one for one in certificates if one != certificate]
        if path := certificate_path(certificate, others, roots, at):
            yield path


def _certificates(data: bytes) -> Iterator[tuple[x509.Certificate, ...]]:
    for signature in _signatures(data):
        try:
            yield certificates_in(signature)
        except NoticesError:
            continue


def _signatures(data: bytes) -> Iterator[bytes]:
    """The CMS values in a mail and its letter, in a PDF, in a bundle and its mail."""
    if data.startswith(b"PK\x03\x04"):
        for name in (BUNDLE_SIGNATURE, MESSAGE_IN_BUNDLE):
            member = _member(data, name)
            yield from [member] if name == BUNDLE_SIGNATURE else _signatures(member)
    elif data.startswith(b"%PDF-"):
        for found in _CONTENTS.finditer(data):
            yield _without_padding(bytes.fromhex(found[1].decode()))
    else:
        try:
            mail = split(data)
        except NoticesError:
            return
        yield mail.signature
        for leaf in mail.parts:
            if leaf.media_type == "application/pdf":
                yield from _signatures(leaf.content)


def _member(data: bytes, name: str) -> bytes:
    try:
        with (
            zipfile.ZipFile(io.BytesIO(data)) as container,
            container.open(name) as member,
        ):
            return member.read(MAX_MEMBER_BYTES)
    except (zipfile.BadZipFile, KeyError, OSError, RuntimeError, NotImplementedError):
        return b""


def _without_padding(padded: bytes) -> bytes:
    """A PDF reserves room: the DER value's own length says where it ends."""
    if len(padded) < 6 or padded[0] != 0x30:  # noqa: PLR2004 - SEQUENCE, long form
        return b""
    if padded[1] < 0x80:  # noqa: PLR2004 - X.690, 8.1.3: short form
        return padded[: 2 + padded[1]]
    width = padded[1] & 0x7F
    return padded[: 2 + width + int.from_bytes(padded[2 : 2 + width])]
