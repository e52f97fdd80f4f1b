"""Our own Message-IDs, wherever in a mail they stand.

A server may return what we sent as a part, in its text, in a part of which the
delimiters are lost, or as HTML; a relay may have given it another Message-ID, and ours
is left in the protected header. An id of ours has 96 random bits, so that it is ours
and was seen by who names it, wherever it is. Left out is what stands in References and
In-Reply-To: there a notice that follows names the one before.
"""

import re
from collections.abc import Iterator, Sequence

from notices.inbox.reading.mime import MimePart

MAX_IDS = 20
"""Different ids; a mail that names more is about none of them."""
MAX_SEARCHED = 1024 * 1024
"""Octets of the mail, and of each decoded part, that are searched."""

# number, 24 hexadecimal digits, our domain; sought by what is rare in it
_RANDOM = re.compile(
    rb"\.([0-9a-f]{24})@([A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,8})"
)
_NUMBER = re.compile(rb"[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z")
_LONGEST_NUMBER = 64
_THREAD = re.compile(rb"[>| \t]*(?:references|in-reply-to)[ \t]*:", re.IGNORECASE)
_LONGEST_FIELD = 4000


def our_ids(octets: bytes, parts: Sequence[MimePart]) -> tuple[str, ...]:
    """Give the Message-IDs that have the shape of ours, with angle brackets.

    Empty where there are more than `MAX_IDS`.
    """
    ids: dict[str, None] = {}
    for text in (octets[:MAX_SEARCHED], *_decoded(parts)):
        for message_id in _in(text):
            ids[message_id] = None
            if len(ids) > MAX_IDS:
                return ()
    return tuple(ids)


def _decoded(parts: Sequence[MimePart]) -> Iterator[bytes]:
    for part in parts:
        encoding = part.value("content-transfer-encoding").strip().lower()
        if encoding in ("base64", "quoted-printable"):
            yield part.content()


def _in(text: bytes) -> Iterator[str]:
    for match in _RANDOM.finditer(text):
        before = text[max(0, match.start() - _LONGEST_NUMBER) : match.start()]
        number = _NUMBER.search(before)
        if number and not _is_of_thread(text, match.start()):
            yield f"<{(number[0] + match[0]).decode('ascii')}>"


def _is_of_thread(text: bytes, at: int) -> bool:
    """Tell whether a place lies in a field that names what was before it."""
    begin = max(0, at - _LONGEST_FIELD)
    for line in reversed(text[begin:at].split(b"\n")):
        if line[:1] not in (b" ", b"\t"):
            return _THREAD.match(line) is not None
    return False
