"""The leaves of a message: the text, the attachments, and the signature."""

import binascii
import re
from dataclasses import dataclass

from notices import media_types
from notices.mail.entity import MAX_BODY_LINE, SIGNATURE_FILE
from notices.mail.errors import MalformedMessage
from notices.mail.fields import (
    Field,
    content_type_of,
    fields_of,
    head_of,
    values_of,
)
from notices.messages import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class MimeLeaf:
    """The text or one attachment."""

    media_type: str
    """Such as application/pdf."""
    file_name: str
    """Empty for the text."""
    content: bytes
    """Decoded."""


def leaf_of(part: bytes) -> MimeLeaf:
    """The text or an attachment of our shape."""
    head, start = head_of(part, "a leaf")
    fields = fields_of(head, "a leaf")
    media_type, parameters = content_type_of(fields, "a leaf")
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
        media_type=media_type,
        file_name=file_name,
        content=_decoded(fields, part[start:]),
    )


def signature_of(part: bytes) -> bytes:
    """The octets of the CMS signature in its own part."""
    head, start = head_of(part, "the signature part")
    fields = fields_of(head, "the signature part")
    media_type, parameters = content_type_of(fields, "the signature part")
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
    return _decoded(fields, part[start:])


def _file_name(fields: tuple[Field, ...]) -> str:
    dispositions = values_of(fields, "content-disposition")
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
    if values_of(fields, "content-transfer-encoding") != ("base64",):
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
