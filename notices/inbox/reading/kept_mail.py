"""What is kept of a mail that came in: its words, and of its files what they are.

Providers attach pictures of what was reported; nobody may have these here. So a file
is replaced by its media type, size and SHA-256 before anything is written down, in the
form of RFC 2046, 5.2.3, and the whole mail is named by its hash in a field on top. What
is kept is again a mail, and reads as the whole one does but for the files.
"""

import re
from base64 import encodebytes
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

from notices.inbox.reading.mime import (
    MAX_HEAD,
    MimePart,
    TooMuch,
    divided,
    leaves,
    read_part,
)
from notices.inbox.reading.texts import is_attached, text_of

WHOLE = b"X-Notices-Whole"
"""The field that names the mail as it came."""
TEXT_OF = b"X-Notices-Text-Of"
"""The field that names the HTML of which a part is the text."""
EXTERNAL, NOT_KEPT = "message/external-body", "x-not-kept"
MOST_SIGNATURE = 64 * 1024
_SIGNATURES = frozenset(
    {
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
        "application/pgp-signature",
    }
)
_REPORTS = frozenset(
    {
        "message/delivery-status",
        "message/global-delivery-status",
        "message/disposition-notification",
    }
)
_FIELD_END = re.compile(rb"\r\n(?![ \t])")
_CONTENT = re.compile(rb"(content-|x-notices-)", re.IGNORECASE)
_SIZE, _HASH = re.compile(r"[0-9]{1,18}"), re.compile(r"[0-9a-f]{64}")
_END = b"\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A file that was not kept."""

    media_type: str
    """As the mail names it, in lower case; ASCII."""
    size: int
    """Octets, decoded."""
    sha256: str
    """Of them, lower-case hexadecimal."""

    def octets(self) -> bytes:
        """The part that stands in its place: header, blank line, the file's type."""
        return (
            f'Content-Type: {EXTERNAL}; access-type="{NOT_KEPT}"; size={self.size};\r\n'
            f' sha256="{self.sha256}"\r\n\r\n'
            f"Content-Type: {self.media_type}\r\n\r\n"
        ).encode()


def left_out(part: MimePart) -> LeftOut:
    """Tell what a file is: of one that was left out before, what was told of it."""
    told: Mapping[str, str] = part.parameters
    size, digest = told.get("size", ""), told.get("sha256", "")
    is_told = part.media_type == EXTERNAL and told.get("access-type") == NOT_KEPT
    if is_told and _SIZE.fullmatch(size) and _HASH.fullmatch(digest):
        inner = read_part(part.body)
        return LeftOut(media_type=inner.media_type, size=int(size), sha256=digest)
    return _measured(part)


def without_files(octets: bytes, *, is_report: bool) -> bytes:
    """Give what is kept of a mail with CRLF; one that has no file as it is.

    is_report: it tells of a delivery; then texts and mails within it stay, as they are
    what it tells of. Of a mail beyond our bounds the header stays.
    """
    try:
        parts = tuple(leaves(read_part(octets)))
    except TooMuch:
        return _named(_head_alone(octets), octets)
    keeping = _Keeping(is_report=is_report, has_words=_has_words(parts))
    if is_report and keeping.keeps(parts):
        return octets
    kept = keeping.reduced(octets, is_top=True)
    return octets if kept == octets else _named(kept, octets)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Keeping:
    is_report: bool
    has_words: bool

    def keeps(self, parts: Iterable[MimePart]) -> bool:
        """Whether nothing of them is left out."""
        return all(self._stays(part) for part in parts)

    def reduced(self, octets: bytes, *, is_top: bool = False) -> bytes:
        part = read_part(octets)
        head = octets[: len(octets) - len(part.body)]
        boundary = part.parameters.get("boundary", "")
        if part.media_type.startswith("multipart/") and boundary:
            return head + b"".join(self._inner(part.body, boundary))
        if self._stays(part):
            return octets
        fields = _without_content(head) if is_top else b""
        if part.media_type == "text/html" and not is_attached(part):
            return fields + self._text_alone(part)
        return fields + left_out(part).octets()

    def _inner(self, body: bytes, boundary: str) -> Iterator[bytes]:
        """Delimiters and parts; what stands around them is no part, and goes."""
        for line, part, ending in divided(body, boundary):
            yield line
            if part is not None:
                yield self.reduced(part)
                yield ending

    def _stays(self, part: MimePart) -> bool:
        kind = part.media_type
        if self.is_report and kind.startswith(("text/", "message/")):
            return kind != EXTERNAL
        if kind in _SIGNATURES:
            return len(part.body) <= MOST_SIGNATURE
        is_text = kind.startswith("text/") and kind != "text/html"
        return kind in _REPORTS or (is_text and not is_attached(part))

    def _text_alone(self, part: MimePart) -> bytes:
        """HTML can hold pictures: its text, where nothing else has words."""
        if self.has_words:
            return left_out(part).octets()
        told = _measured(part)
        text = encodebytes(text_of(part).encode()).replace(b"\n", _END)
        return (
            TEXT_OF
            + f": {told.media_type}; size={told.size}; sha256={told.sha256}".encode()
            + _END
            + b"Content-Type: text/plain; charset=utf-8\r\n"
            + b"Content-Transfer-Encoding: base64\r\n\r\n"
            + text
        )


def _has_words(parts: tuple[MimePart, ...]) -> bool:
    """Whether it says something in plain text."""
    return any(
        part.media_type.startswith("text/")
        and part.media_type != "text/html"
        and not is_attached(part)
        and text_of(part).strip()
        for part in parts
    )


def _measured(part: MimePart) -> LeftOut:
    content = part.whole()
    digest = sha256(content).hexdigest()
    return LeftOut(media_type=part.media_type, size=len(content), sha256=digest)


def _without_content(head: bytes) -> bytes:
    """The fields of a mail's header but those of its content; no blank line."""
    fields = _FIELD_END.split(head.removesuffix(_END).removesuffix(_END))
    kept = [each for each in fields if each and not _CONTENT.match(each)]
    return b"".join(each + _END for each in kept)


def _head_alone(octets: bytes) -> bytes:
    """The header of a mail that is read no further, and of its body the hash."""
    head, _, body = octets.partition(_END + _END)
    told = LeftOut(
        media_type="application/octet-stream",
        size=len(body),
        sha256=sha256(body).hexdigest(),
    )
    fields = _without_content(head + _END) if len(head) <= MAX_HEAD else b""
    return fields + told.octets()


def _named(kept: bytes, whole: bytes) -> bytes:
    digest = sha256(whole).hexdigest().encode()
    size = str(len(whole)).encode()
    return WHOLE + b": sha256=" + digest + b"; size=" + size + _END + kept
