"""Header fields of a message or a part, as ours are written; nothing is repaired."""

import re
from collections.abc import Iterable

from notices.mail.errors import MalformedMessage
from notices.messages import Text

Field = tuple[str, str]
"""Name as it stands, value unfolded and without outer blanks."""

_FIELD = re.compile(r"([!-9;-~]+):(.*)", re.DOTALL)
_TYPE = re.compile(r"([a-z0-9-]+/[A-Za-z0-9!#$&^_.+-]+)((?:; ?.*)?)", re.IGNORECASE)
_PARAMETER = re.compile(r';[ \t]*([A-Za-z0-9-]+)=(?:"([^"\\]*)"|([^\s";=]+))')


def head_of(octets: bytes, where: str) -> tuple[str, int]:
    """The header of `where`, and where the octets after its blank line begin."""
    end = octets.find(b"\r\n\r\n")
    if end < 0:
        raise MalformedMessage(
            Text("{where} has no blank line after its header", where=where)
        )
    # what is no UTF-8 stays as it is, and is equal to nothing that was signed
    return octets[:end].decode("utf-8", "surrogateescape"), end + 4


def fields_of(head: str, where: str) -> tuple[Field, ...]:
    """The fields of a header in their order; a folded value is unfolded."""
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


def values_of(fields: Iterable[Field], name: str) -> tuple[str, ...]:
    """The values of every field of that name, case ignored."""
    wanted, size = name.lower(), len(name)
    # names are ASCII (RFC 5322, 2.2): those of another length are others
    return tuple(
        [value for key, value in fields if len(key) == size and key.lower() == wanted]
    )


def content_type_of(
    fields: tuple[Field, ...], where: str
) -> tuple[str, dict[str, str]]:
    """The media type in small letters, and its parameters by name."""
    values = values_of(fields, "content-type")
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
