"""Taking a message apart: the one shape that we send, and nothing else.

General mail parsers repair what is broken, and each in its own way; that is how
one program shows what another one verified. This one repairs nothing. What is
not our shape raises MalformedMessage with the reason.
"""

import binascii
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from notices import media_types
from notices.errors import RefusedError
from notices.mail.entity import (
    BOUNDARY,
    MAX_BODY_LINE,
    SIGNATURE_FILE,
    require_robust,
)
from notices.mail.errors import MalformedMessage
from notices.messages import Text

Field = tuple[str, str]
"""Name as it stands, value unfolded and without outer blanks."""

MAX_MESSAGE = 64 * 1024 * 1024
"""Octets; ours are a few hundred thousand."""
PROTECTED = ("date", "from", "to", "subject", "message-id")
"""Present exactly once, outside and in the signed part."""
OPTIONAL = ("reply-to", "in-reply-to", "references")
"""At most once; present in both places or in none."""

MICALGS = {"sha256": "sha-256", "sha384": "sha-384"}
"""Digest to micalg (RFC 8551, 3.5.3.2): the second for keys on P-384."""

_OF_HEADERS = bytes((0x09, *range(0x20, 0x7F), *range(0x80, 0x100)))
_REFUSED = re.compile(r"sender|cc|bcc|resent-.*|content-(?!type$).*")
_FIELD = re.compile(r"([!-9;-~]+):(.*)", re.DOTALL)
_TYPE = re.compile(r"([a-z0-9-]+/[A-Za-z0-9!#$&^_.+-]+)((?:; ?.*)?)", re.IGNORECASE)
_PARAMETER = re.compile(r';[ \t]*([A-Za-z0-9-]+)=(?:"([^"\\]*)"|([^\s";=]+))')


@dataclass(frozen=True, slots=True, kw_only=True)
class MimeLeaf:
    """The text or one attachment."""

    media_type: str
    """Such as application/pdf."""
    file_name: str
    """Empty for the text."""
    content: bytes
    """Decoded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitMessage:
    """A message of our shape, by its parts."""

    headers: tuple[Field, ...]
    """The outer fields in their order, trace fields included."""
    protected_headers: tuple[Field, ...]
    """The copies in the signed part, without Content-Type (RFC 9788)."""
    entity: bytes
    """The octets that are signed, with CRLF."""
    signature: bytes
    """The CMS signature, DER as it came."""
    parts: tuple[MimeLeaf, ...]
    """The text first, then the attachments."""
    digest: str = "sha256"
    """The digest algorithm that micalg tells: `sha256` or `sha384`."""

    def values(self, name: str) -> tuple[str, ...]:
        """The values of every outer field of that name, case ignored."""
        return _values(self.headers, name)

    def protected(self, name: str) -> str | None:
        """The value of that field in the signed part, None if there is none."""
        return next(iter(_values(self.protected_headers, name)), None)


def split(message: bytes) -> SplitMessage:
    """The parts of a message of our shape; MalformedMessage for any other.

    Stored mail with LF throughout is read as CRLF; mixed line ends are refused.
    """
    octets = _with_crlf(message)
    head, body = _head_and_body(octets, "the message")
    headers = _fields(head, "the message")
    _require_outer_fields(headers)
    boundary, digest = _signed_boundary(headers)
    parts = _between(body, boundary, "the message")
    if len(parts) != 2:  # noqa: PLR2004 - RFC 1847, 2.1: exactly two parts
        raise MalformedMessage(
            Text("multipart/signed has {count} parts, not two", count=len(parts))
        )
    entity, signature = parts
    protected, leaves = _entity(entity)
    return SplitMessage(
        headers=headers,
        digest=digest,
        protected_headers=protected,
        entity=entity,
        signature=_signature(signature),
        parts=leaves,
    )


def _with_crlf(message: bytes) -> bytes:
    """The octets with CRLF from here on; below the header ASCII, in short lines.

    Relays write long lines and other octets into fields of their own.
    """
    if len(message) > MAX_MESSAGE:
        raise MalformedMessage(
            Text(
                "the message has more than {max_message} octets",
                max_message=MAX_MESSAGE,
            )
        )
    if b"\r" not in message:
        message = message.replace(b"\n", b"\r\n")
    head, blank, body = message.partition(b"\r\n\r\n")
    if odd := head.translate(None, _OF_HEADERS).replace(b"\r\n", b""):
        if odd[:1] in (b"\r", b"\n"):
            raise MalformedMessage("the header has a line end that is not CRLF")
        raise MalformedMessage("the header has a control character")
    try:
        require_robust(blank + body)
    except RefusedError as error:
        raise MalformedMessage(error.message) from error
    return message


def _head_and_body(octets: bytes, where: str) -> tuple[str, bytes]:
    head, blank, body = octets.partition(b"\r\n\r\n")
    if not blank:
        raise MalformedMessage(
            Text("{where} has no blank line after its header", where=where)
        )
    # what is no UTF-8 stays as it is, and is equal to nothing that was signed
    return head.decode("utf-8", "surrogateescape"), body


def _fields(head: str, where: str) -> tuple[Field, ...]:
    fields = []
    # A line that begins with a blank continues the one before (RFC 5322, 2.2.3).
    for line in re.split(r"\r\n(?![ \t])", head):
        match = _FIELD.fullmatch(line)
        if match is None:
            raise MalformedMessage(
                Text(
                    "{where} has no header field in {line!r}",
                    where=where,
                    line=line[:60],
                )
            )
        if "\r\n" in line and any(not rest.strip() for rest in line.split("\r\n")):
            raise MalformedMessage(
                Text("{where} has a folded line of blanks alone", where=where)
            )
        fields.append((match[1], match[2].replace("\r\n", "").strip(" \t")))
    return tuple(fields)


def _values(fields: Iterable[Field], name: str) -> tuple[str, ...]:
    wanted = name.lower()
    return tuple(value for key, value in fields if key.lower() == wanted)


def _require_outer_fields(headers: tuple[Field, ...]) -> None:
    for name, _ in headers:
        if _REFUSED.fullmatch(name.lower()):
            raise MalformedMessage(
                Text("the message has a field {name}, ours have none", name=name)
            )
    _require_counts(headers, (*PROTECTED, "content-type"), "the message")
    versions = _values(headers, "mime-version")
    if versions not in ((), ("1.0",)):
        raise MalformedMessage("MIME-Version is not 1.0, or there twice")


def _require_counts(
    fields: tuple[Field, ...], once: tuple[str, ...], where: str
) -> None:
    """Those once, OPTIONAL at most once."""
    counts = Counter(name.lower() for name, _ in fields)
    for name in once:
        if counts[name] != 1:
            raise MalformedMessage(
                Text(
                    "{where} has {counts} {name} fields, not 1",
                    where=where,
                    counts=counts[name],
                    name=name,
                )
            )
    for name in OPTIONAL:
        if counts[name] > 1:
            raise MalformedMessage(
                Text(
                    "{where} has {counts} {name} fields, not 0 or 1",
                    where=where,
                    counts=counts[name],
                    name=name,
                )
            )


def _content_type(fields: tuple[Field, ...], where: str) -> tuple[str, dict[str, str]]:
    values = _values(fields, "content-type")
    if len(values) != 1:
        raise MalformedMessage(
            Text(
                "{where} has {count} content-type fields, not 1",
                where=where,
                count=len(values),
            )
        )
    (value,) = values
    match = _TYPE.fullmatch(value)
    if match is None:
        raise MalformedMessage(
            Text(
                "{where}: no Content-Type of our kind: {value!r}",
                where=where,
                value=value[:80],
            )
        )
    return match[1].lower(), _parameters(match[2], where)


def _parameters(text: str, where: str) -> dict[str, str]:
    parameters: dict[str, str] = {}
    position = 0
    while position < len(text):
        match = _PARAMETER.match(text, position)
        if match is None or match[1].lower() in parameters:
            raise MalformedMessage(
                Text("{where}: a parameter is broken or there twice", where=where)
            )
        parameters[match[1].lower()] = match[2] if match[3] is None else match[3]
        position = match.end()
    return parameters


def _signed_boundary(headers: tuple[Field, ...]) -> tuple[str, str]:
    """The boundary, and the digest that micalg tells."""
    media_type, parameters = _content_type(headers, "the message")
    boundary = parameters.pop("boundary", "")
    if media_type != "multipart/signed" or not boundary:
        raise MalformedMessage(
            Text(
                "the message is {media_type}, not multipart/signed",
                media_type=media_type,
            )
        )
    micalg = parameters.pop("micalg", "")
    digest = next((name for name, told in MICALGS.items() if told == micalg), "")
    if parameters != {"protocol": media_types.SIGNATURE} or not digest:
        raise MalformedMessage(
            Text(
                'multipart/signed needs protocol="{signature}" and '
                "micalg=sha-256 (or sha-384) and nothing else",
                signature=media_types.SIGNATURE,
            )
        )
    return boundary, digest


def _between(body: bytes, boundary: str, where: str) -> list[bytes]:
    """The parts of a multipart body that has nothing before, between and after."""
    if not BOUNDARY.fullmatch(boundary):
        raise MalformedMessage(
            Text("{where} has a boundary of another kind", where=where)
        )
    # RFC 2046, 5.1.1: the CRLF before a delimiter belongs to it.
    before, *parts, end = _chunks(body, boundary, where)
    if before:
        raise MalformedMessage(
            Text("{where} has text before its first part", where=where)
        )
    if end.removeprefix(b"--").strip(b"\r\n"):
        raise MalformedMessage(
            Text("{where} has text after its last part", where=where)
        )
    return [part.removeprefix(b"\r\n") for part in parts]


def _chunks(body: bytes, boundary: str, where: str) -> list[bytes]:
    """What stands before, between and after the delimiters."""
    chunks = (b"\r\n" + body).split(f"\r\n--{boundary}".encode("ascii"))
    if len(chunks) == 1:
        raise MalformedMessage(
            Text("{where} has no part that its boundary begins", where=where)
        )
    if not chunks[-1].startswith(b"--"):
        raise MalformedMessage(
            Text("{where} does not end with its closing delimiter", where=where)
        )
    for chunk in chunks[1:-1]:
        if chunk.startswith(b"--"):
            raise MalformedMessage(
                Text("{where} goes on after its closing delimiter", where=where)
            )
        if not chunk.startswith(b"\r\n"):
            raise MalformedMessage(
                Text("{where} has a line that looks like its delimiter", where=where)
            )
    return chunks


def _entity(entity: bytes) -> tuple[tuple[Field, ...], tuple[MimeLeaf, ...]]:
    head, body = _head_and_body(entity, "the signed part")
    fields = _fields(head, "the signed part")
    media_type, parameters = _content_type(fields, "the signed part")
    boundary = parameters.pop("boundary", "")
    if media_type != "multipart/mixed" or not boundary or parameters != {"hp": "clear"}:
        raise MalformedMessage('the signed part is no multipart/mixed with hp="clear"')
    protected = tuple(field for field in fields if field[0].lower() != "content-type")
    _require_protected(protected)
    leaves = tuple(_leaf(part) for part in _between(body, boundary, "the signed part"))
    _require_leaves(leaves)
    return protected, leaves


def _require_protected(fields: tuple[Field, ...]) -> None:
    _require_counts(fields, PROTECTED, "the signed part")
    for name, _ in fields:
        if name.lower() not in PROTECTED + OPTIONAL:
            raise MalformedMessage(
                Text("the signed part has a field {name}, ours none", name=name)
            )


def _require_leaves(leaves: tuple[MimeLeaf, ...]) -> None:
    if not leaves or leaves[0].file_name or leaves[0].media_type != "text/plain":
        raise MalformedMessage("the signed part does not begin with its text")
    names = [leaf.file_name.lower() for leaf in leaves[1:]]
    if not all(names) or len(set(names)) != len(names):
        raise MalformedMessage("an attachment has no name, or two have the same")


def _leaf(part: bytes) -> MimeLeaf:
    head, body = _head_and_body(part, "a leaf")
    fields = _fields(head, "a leaf")
    media_type, parameters = _content_type(fields, "a leaf")
    file_name = _file_name(fields)
    if parameters != ({} if file_name else {"charset": "utf-8"}):
        raise MalformedMessage(
            Text(
                "a leaf {media_type} has parameters that ours have not",
                media_type=media_type,
            )
        )
    if media_type.startswith(("multipart/", "message/")):
        raise MalformedMessage(
            Text(
                "a leaf is {media_type}; ours hold no mail in a mail",
                media_type=media_type,
            )
        )
    return MimeLeaf(
        media_type=media_type, file_name=file_name, content=_decoded(fields, body)
    )


def _file_name(fields: tuple[Field, ...]) -> str:
    dispositions = _values(fields, "content-disposition")
    wanted = 2 + len(dispositions)
    if len(dispositions) > 1 or len(fields) != wanted:
        raise MalformedMessage("a leaf has header fields that ours have not")
    if not dispositions:
        return ""
    match = re.fullmatch(r'attachment; filename="([A-Za-z0-9._-]+)"', dispositions[0])
    if match is None:
        raise MalformedMessage("a Content-Disposition is not of our kind")
    return match[1]


def _decoded(fields: tuple[Field, ...], body: bytes) -> bytes:
    if _values(fields, "content-transfer-encoding") != ("base64",):
        raise MalformedMessage("a leaf is not base64")
    digits = body.translate(None, b"\r\n")
    try:
        # strict: only digits, then what they need of padding, then nothing
        content = binascii.a2b_base64(digits, strict_mode=True)
    except binascii.Error as error:
        raise MalformedMessage("the base64 of a leaf is broken") from error
    # One text for each content: no odd line lengths, no loose bits in the padding.
    last = content[len(digits) // 4 * 3 - 3 :]
    is_exact = binascii.b2a_base64(last, newline=False) == digits[-4:]
    if not is_exact or not _is_in_lines(body, len(digits)):
        raise MalformedMessage("the base64 of a leaf is not in lines of 76")
    return content


def _is_in_lines(body: bytes, digits: int) -> bool:
    """Lines of 76 digits with CRLF between them and none after the last."""
    breaks = max(0, digits - 1) // MAX_BODY_LINE
    return (
        len(body) == digits + 2 * breaks
        and body[MAX_BODY_LINE :: MAX_BODY_LINE + 2] == b"\r" * breaks
        and body[MAX_BODY_LINE + 1 :: MAX_BODY_LINE + 2] == b"\n" * breaks
    )


def _signature(part: bytes) -> bytes:
    head, body = _head_and_body(part, "the signature part")
    fields = _fields(head, "the signature part")
    media_type, parameters = _content_type(fields, "the signature part")
    if media_type != media_types.SIGNATURE or parameters != {"name": SIGNATURE_FILE}:
        raise MalformedMessage(
            Text("the second part is no {signature}", signature=media_types.SIGNATURE)
        )
    if _file_name(fields) != SIGNATURE_FILE:
        raise MalformedMessage(
            Text(
                "the signature is not called {signature_file}",
                signature_file=SIGNATURE_FILE,
            )
        )
    return _decoded(fields, body)
