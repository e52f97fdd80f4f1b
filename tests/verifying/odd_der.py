"""One place of a DER value made otherwise, and every length around it made to fit."""

from collections.abc import Callable

from notices.verifying.cms import der

Change = Callable[[bytes], bytes]


def encoded(tag: int, body: bytes) -> bytes:
    """A value with its header."""
    size = len(body)
    if size < 0x80:
        return bytes([tag, size]) + body
    octets = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes([tag, 0x80 | len(octets)]) + octets + body


def changed(value: bytes, *place: int, change: Change) -> bytes:
    """The value with that child of a child changed; negative places count back."""
    if not place:
        return change(value)
    children = der.children(value)
    at = place[0]
    children[at] = changed(children[at], *place[1:], change=change)
    return encoded(value[0], b"".join(children))


def twice(value: bytes) -> bytes:
    """It stands there once more."""
    return value * 2


def gone(value: bytes) -> bytes:
    """It is not there."""
    return b""


def flipped(value: bytes) -> bytes:
    """Its last octet is another."""
    return value[:-1] + bytes([value[-1] ^ 1])


def becomes(other: bytes) -> Change:
    """It is this instead."""
    return lambda value: other  # noqa: ARG005 - whatever it was
