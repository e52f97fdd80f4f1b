"""The MIME entity that is signed, and the message that carries its signature.

The one shape: multipart/signed at the top; part 1 multipart/mixed with a text and
its attachments, every leaf base64 at 76 columns; part 2 the signature. Pure ASCII
with CRLF: it came through Postfix (also to a 7-bit hop), Exim and OpenSMTPD byte
for byte, where 8-bit, quoted-printable and long lines did not.
"""

import binascii
import re
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from notices import media_types
from notices.errors import InputError, RefusedError
from notices.mail import headers as fields
from notices.messages import Text

MAX_BODY_LINE = 76
MAX_LINE = 998
"""Octets of any line without its CRLF (RFC 5322, 2.1.1)."""
SIGNATURE_FILE = "smime.p7s"

BOUNDARY = re.compile(r"[A-Za-z0-9_.=-]{16,70}")
"""Narrower than RFC 2046, 5.1.1: no blanks, long enough to be random."""
_NAME = r"[A-Za-z0-9!#$&^_.+-]{1,127}"
_MEDIA_TYPE = re.compile(rf"{_NAME}/{_NAME}")
_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A document that goes with the text."""

    file_name: str
    """ASCII letters, digits, `.`, `_`, `-`; at most 64."""
    media_type: str
    """Such as application/pdf; no parameters."""
    content: bytes
    """The document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Headers:
    """What the header fields say; the same outside and, protected, inside."""

    from_name: str
    """Display name of the sender; may be empty."""
    from_mailbox: str
    """The address that the signer's certificate names."""
    to_name: str
    """Display name of the recipient; may be empty."""
    to_mailbox: str
    """The one recipient."""
    subject: str
    """Any text without control characters."""
    date: datetime
    """Aware; equal to the signing time."""
    message_id: str
    """`<left@domain>`."""
    reply_to: str = ""
    """Mailbox for answers; empty: From."""
    references: tuple[str, ...] = ()
    """Message ids of earlier mails, oldest first."""


def entity(
    headers: Headers,
    text: str,
    attachments: Iterable[Attachment] = (),
    *,
    boundary: str,
) -> bytes:
    """What is signed: protected header fields, the text, the attachments.

    InputError for what cannot stand in a header, a file name or a media type.
    """
    _require_boundary(boundary)
    files = tuple(attachments)
    _require_distinct_names(files)
    # RFC 9788, 2.1.1: hp="clear" says that nothing is hidden outside; the fields
    # below it are the copies that the signature protects.
    root = f'multipart/mixed; boundary="{boundary}"; hp="clear"'
    head = fields.field("Content-Type", root) + _protected(headers)
    leaves = [_text_leaf(text), *map(_file_leaf, files)]
    result = _multipart(head, leaves, boundary).encode("ascii")
    require_robust(result)
    return result


def multipart_signed(
    headers: Headers, entity: bytes, signature: bytes, *, boundary: str, micalg: str
) -> bytes:
    """The octets of `message`, which also reads them back."""
    _require_boundary(boundary)
    if b"--" + boundary.encode() in entity:
        raise InputError(
            Text(
                "the boundary {boundary} stands in the signed part already",
                boundary=boundary,
            )
        )
    # RFC 8551, 3.5.3.2: protocol and micalg; the names are without x-.
    head = _protected(headers) + (
        "MIME-Version: 1.0\r\n"
        f'Content-Type: multipart/signed; protocol="{media_types.SIGNATURE}";\r\n'
        f' micalg={micalg}; boundary="{boundary}"\r\n'
    )
    leaf = _leaf(
        f"{media_types.SIGNATURE}; name={SIGNATURE_FILE}", SIGNATURE_FILE, signature
    )
    result = _multipart(head, [entity.decode("ascii"), leaf], boundary).encode("ascii")
    require_robust(result)
    return result


def require_robust(octets: bytes) -> None:
    """RefusedError unless any relay can carry these bytes as they are."""
    # What is left is line ends alone; in pairs, if there are as many CRLF.
    ends = octets.translate(None, _PRINTABLE)
    lines = octets.count(b"\r\n")
    if ends != b"\r\n" * lines:
        raise _fragile(_odd_octet(octets))
    if not _has_short_lines(octets):
        raise _fragile(Text("a line of more than {max_line} octets", max_line=MAX_LINE))


_PRINTABLE = bytes(range(0x20, 0x7F)) + b"\t"


def _odd_octet(octets: bytes) -> str:
    if not octets.isascii():
        return "an octet that is not ASCII"
    if octets.translate(None, _PRINTABLE + b"\r\n"):
        return "a control character"
    return "a line end that is not CRLF"


def _has_short_lines(octets: bytes) -> bool:
    """Leaps from CRLF to CRLF as far as a line may reach, over shorter lines."""
    start = 0
    while len(octets) - start > MAX_LINE:
        end = octets.rfind(b"\r\n", start, start + MAX_LINE + 2)
        if end < 0:
            return False
        start = end + 2
    return True


def _fragile(what: str) -> RefusedError:
    return RefusedError(
        Text(
            "the mail holds {what} and would be rewritten on its way; it must not be"
            " signed",
            what=what,
        ),
        hint="this is a fault of the program that built the mail",
    )


@lru_cache(maxsize=8)
def _written(headers: Headers, _offset: timedelta | None) -> str:
    return "".join(_protected_fields(headers))


def _protected(headers: Headers) -> str:
    """Outside and inside of a mail the same, written once."""
    # moments are equal in all zones, the fields that tell them are not
    return _written(headers, headers.date.utcoffset())


def _protected_fields(headers: Headers) -> Iterator[str]:
    yield fields.date_field(headers.date)
    yield fields.address_field("From", headers.from_name, headers.from_mailbox)
    yield fields.address_field("To", headers.to_name, headers.to_mailbox)
    if headers.reply_to:
        yield fields.address_field("Reply-To", "", headers.reply_to)
    yield fields.text_field("Subject", headers.subject)
    yield fields.id_field("Message-ID", headers.message_id)
    if headers.references:
        yield fields.id_field("In-Reply-To", headers.references[-1])
    # our own, too: answers name it also where a relay puts another Message-ID
    yield fields.id_field("References", *headers.references, headers.message_id)


def _multipart(head: str, parts: Iterable[str], boundary: str) -> str:
    # RFC 2046, 5.1.1: the CRLF before a delimiter belongs to the delimiter.
    body = "".join(f"--{boundary}\r\n{part}\r\n" for part in parts)
    return f"{head}\r\n{body}--{boundary}--\r\n"


def _text_leaf(text: str) -> str:
    # RFC 2046, 4.1.1: the canonical line end of text is CRLF.
    canonical = "\r\n".join(text.replace("\r\n", "\n").split("\n"))
    return _leaf("text/plain; charset=utf-8", "", canonical.encode())


def _file_leaf(attachment: Attachment) -> str:
    if not _MEDIA_TYPE.fullmatch(attachment.media_type):
        raise InputError(
            Text("{media_type!r} is no media type", media_type=attachment.media_type)
        )
    return _leaf(attachment.media_type, attachment.file_name, attachment.content)


def _leaf(media_type: str, file_name: str, content: bytes) -> str:
    head = fields.field("Content-Type", media_type)
    head += fields.field("Content-Transfer-Encoding", "base64")
    if file_name:
        disposition = f'attachment; filename="{file_name}"'
        head += fields.field("Content-Disposition", disposition)
    return f"{head}\r\n{base64_lines(content)}"


def base64_lines(content: bytes) -> str:
    """Base64 in lines of 76, CRLF between them and none after the last."""
    encoded = binascii.b2a_base64(content, newline=False)
    whole = len(encoded) // _LINES.size * _LINES.size
    lines: list[bytes] = []
    for some in _LINES.iter_unpack(memoryview(encoded)[:whole]):
        lines += some
    lines += [
        encoded[start : start + MAX_BODY_LINE]
        for start in range(whole, len(encoded), MAX_BODY_LINE)
    ]
    return b"\r\n".join(lines).decode("ascii")


_LINES = struct.Struct(f"{MAX_BODY_LINE}s" * 64)
"""So many lines are cut at once."""


def _require_boundary(boundary: str) -> None:
    if not BOUNDARY.fullmatch(boundary):
        raise InputError(
            Text(
                "{boundary!r} is no boundary of 16 to 70 plain characters",
                boundary=boundary,
            )
        )


def _require_distinct_names(files: tuple[Attachment, ...]) -> None:
    for file in files:
        if not _FILE_NAME.fullmatch(file.file_name):
            raise InputError(
                Text(
                    "{file_name!r} is no file name that every mail program takes",
                    file_name=file.file_name,
                ),
                hint="ASCII letters, digits, '.', '_' and '-', at most 64",
            )
    if len({file.file_name.lower() for file in files}) != len(files):
        raise InputError("two attachments have the same file name")
