"""Mail by the byte: headers, the MIME entity, the message, and taking it apart."""

from notices.mail.entity import (
    Attachment,
    Headers,
    entity,
    require_robust,
)
from notices.mail.errors import MalformedMessage
from notices.mail.headers import decode_address, decode_text
from notices.mail.leaves import MimeLeaf
from notices.mail.message import message
from notices.mail.split import SplitMessage, split
from notices.mail.written_anew import same_address

__all__ = [
    "Attachment",
    "Headers",
    "MalformedMessage",
    "MimeLeaf",
    "SplitMessage",
    "decode_address",
    "decode_text",
    "entity",
    "message",
    "require_robust",
    "same_address",
    "split",
]
