"""Taking a message apart: the one shape that we send, and nothing else.

General mail parsers repair what is broken, and each in its own way; that is how
one program shows what another one verified. This one repairs nothing. What is
not our shape raises MalformedMessage with the reason.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from notices import media_types
from notices.errors import RefusedError
from notices.mail.entity import (
    BOUNDARY,
    require_robust,
)
from notices.mail.errors import MalformedMessage
from notices.mail.fields import (
    Field,
    content_type_of,
    fields_of,
    head_of,
    values_of,
)
from notices.mail.leaves import MimeLeaf, leaf_of, signature_of
from notices.messages import Text

MAX_MESSAGE = 32 * 1024 * 1024
"""Octets; ours are a few hundred thousand."""
MAX_HEADER = 1_000_000
"""Octets that relays may have made of it; they write some ten thousand."""
MAX_TEXT = 4_000_000
"""Octets of the text; it says no more than `notice.json`."""
PROTECTED = ("date", "from", "to", "subject", "message-id")
"""Present exactly once, outside and in the signed part."""
OPTIONAL = ("reply-to", "in-reply-to", "references")
"""At most once; present in both places or in none."""

MICALGS = {"sha256": "sha-256", "sha384": "sha-384"}
"""Digest to micalg (RFC 8551, 3.5.3.2): the second for keys on P-384."""

_OF_HEADERS = bytes((0x09, *range(0x20, 0x7F), *range(0x80, 0x100)))
_REFUSED = re.compile(
    r"sender|cc|bcc|resent-.*"
    r"|content-(?!(?:type|language|length|transfer-encoding)$).*"
)


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
        return values_of(self.headers, name)

    def protected(self, name: str) -> str | None:
        """The value of that field in the signed part, None if there is none."""
        return next(iter(values_of(self.protected_headers, name)), None)


def split(message: bytes) -> SplitMessage:
    """The parts of a message of our shape; MalformedMessage for any other.

    Stored mail with LF throughout is read as CRLF; mixed line ends are refused.
    """
    return (_split_again if len(message) <= _USUAL else _split)(message)


_USUAL = 1_000_000
"""Octets of a mail that is read once though it is asked of twice: written, verified."""


def _split(message: bytes) -> SplitMessage:
    octets = _with_crlf(message)
    head, start = head_of(octets, "the message")
    headers = fields_of(head, "the message")
    _require_outer_fields(headers)
    boundary, digest = _signed_boundary(headers)
    parts = _between(octets, start, boundary, "the message")
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
        signature=signature_of(signature),
        parts=leaves,
    )


_split_again = lru_cache(maxsize=1)(_split)


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
    end = message.find(b"\r\n\r\n")
    head = message if end < 0 else message[:end]
    if len(head) > MAX_HEADER:
        raise MalformedMessage(
            Text("the header has more than {most} octets", most=MAX_HEADER)
        )
    if odd := head.translate(None, _OF_HEADERS).replace(b"\r\n", b""):
        if odd[:1] in (b"\r", b"\n"):
            raise MalformedMessage("the header has a line end that is not CRLF")
        raise MalformedMessage("the header has a control character")
    try:
        require_robust(message[len(head) :])
    except RefusedError as error:
        raise MalformedMessage(error.message) from error
    return message


def _require_outer_fields(headers: tuple[Field, ...]) -> None:
    for name, _ in headers:
        if _REFUSED.fullmatch(name.lower()):
            raise MalformedMessage(
                Text("the message has a field {name}, ours have none", name=name)
            )
    _require_counts(headers, (*PROTECTED, "content-type"), "the message")
    versions = values_of(headers, "mime-version")
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


def _signed_boundary(headers: tuple[Field, ...]) -> tuple[str, str]:
    """The boundary, and the digest that micalg tells."""
    media_type, parameters = content_type_of(headers, "the message")
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


def _between(octets: bytes, start: int, boundary: str, where: str) -> list[bytes]:
    """The parts of a multipart body that has nothing before, between and after.

    start: where the body begins, behind the empty line. Looked for where it lies: a
    copy of it for each step is what costs memory.
    """
    if not BOUNDARY.fullmatch(boundary):
        raise MalformedMessage(
            Text("{where} has a boundary of another kind", where=where)
        )
    # RFC 2046, 5.1.1: the CRLF before a delimiter belongs to it.
    delimiter = f"\r\n--{boundary}".encode("ascii")
    found = list(_places(octets, start - 2, delimiter))
    chunks = _chunks(octets, [at + len(delimiter) for at in found], found, where)
    if found[0] != start - 2:
        raise MalformedMessage(
            Text("{where} has text before its first part", where=where)
        )
    if octets[found[-1] + len(delimiter) + 2 :].strip(b"\r\n"):
        raise MalformedMessage(
            Text("{where} has text after its last part", where=where)
        )
    return [octets[at + 2 : end] for at, end in chunks]


def _places(octets: bytes, start: int, delimiter: bytes) -> Iterator[int]:
    at = octets.find(delimiter, start)
    while at >= 0:
        yield at
        at = octets.find(delimiter, at + len(delimiter))


def _chunks(
    octets: bytes, starts: list[int], ends: list[int], where: str
) -> list[tuple[int, int]]:
    """Where what stands between two delimiters begins and ends."""
    if not starts:
        raise MalformedMessage(
            Text("{where} has no part that its boundary begins", where=where)
        )
    if not octets.startswith(b"--", starts[-1]):
        raise MalformedMessage(
            Text("{where} does not end with its closing delimiter", where=where)
        )
    chunks = list(zip(starts[:-1], ends[1:], strict=True))
    for at, end in chunks:
        if octets.startswith(b"--", at, end):
            raise MalformedMessage(
                Text("{where} goes on after its closing delimiter", where=where)
            )
        if not octets.startswith(b"\r\n", at, end):
            raise MalformedMessage(
                Text("{where} has a line that looks like its delimiter", where=where)
            )
    return chunks


def _entity(entity: bytes) -> tuple[tuple[Field, ...], tuple[MimeLeaf, ...]]:
    head, start = head_of(entity, "the signed part")
    fields = fields_of(head, "the signed part")
    media_type, parameters = content_type_of(fields, "the signed part")
    boundary = parameters.pop("boundary", "")
    if media_type != "multipart/mixed" or not boundary or parameters != {"hp": "clear"}:
        raise MalformedMessage('the signed part is no multipart/mixed with hp="clear"')
    protected = tuple(field for field in fields if field[0].lower() != "content-type")
    _require_protected(protected)
    leaves = tuple(
        leaf_of(part) for part in _between(entity, start, boundary, "the signed part")
    )
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
    if len(leaves[0].content) > MAX_TEXT:
        raise MalformedMessage(
            Text("the text has more than {most} octets", most=MAX_TEXT)
        )
    names = [leaf.file_name.lower() for leaf in leaves[1:]]
    if not all(names) or len(set(names)) != len(names):
        raise MalformedMessage("an attachment has no name, or two have the same")
