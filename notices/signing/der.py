"""Writing DER (X.690): just what a CMS signature needs.

A signature has five small structures around bytes that are there already. Putting
them together here takes microseconds; building them as objects of an ASN.1
library and writing those out takes twenty milliseconds.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

INTEGER, OCTET_STRING, NULL, OID = 0x02, 0x04, 0x05, 0x06
UTC_TIME, GENERALIZED_TIME = 0x17, 0x18
SEQUENCE, SET = 0x30, 0x31

_LONG_LENGTH = 0x80
_UTC_TIME_END = 2050
"""RFC 5652, 11.3: UTCTime until 2049, GeneralizedTime after."""


def tlv(tag: int, *contents: bytes) -> bytes:
    """One element of that tag with its length, definite and shortest."""
    content = b"".join(contents)
    size = len(content)
    if size < _LONG_LENGTH:
        return bytes((tag, size)) + content
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, _LONG_LENGTH | len(octets))) + octets + content


def sequence(*contents: bytes) -> bytes:
    """SEQUENCE or SEQUENCE OF."""
    return tlv(SEQUENCE, *contents)


def set_of(contents: Iterable[bytes], tag: int = SET) -> bytes:
    """SET OF, in the order that DER demands (X.690, 11.6)."""
    return tlv(tag, *sorted(contents))


def explicit(number: int, *contents: bytes) -> bytes:
    """Context tag, constructed: EXPLICIT, or IMPLICIT for what has parts."""
    return tlv(0xA0 | number, *contents)


def integer(value: int) -> bytes:
    """INTEGER, not negative."""
    return tlv(INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def octet_string(value: bytes) -> bytes:
    """OCTET STRING."""
    return tlv(OCTET_STRING, value)


def oid(dotted: str) -> bytes:
    """OBJECT IDENTIFIER."""
    first, second, *rest = map(int, dotted.split("."))
    return tlv(OID, *map(_base_128, [40 * first + second, *rest]))


def time(when: datetime) -> bytes:
    """UTCTime or GeneralizedTime, to the second, in UTC (RFC 5652, 11.3)."""
    moment = when.astimezone(UTC)
    if moment.year < _UTC_TIME_END:
        return tlv(UTC_TIME, f"{moment:%y%m%d%H%M%SZ}".encode())
    return tlv(GENERALIZED_TIME, f"{moment:%Y%m%d%H%M%SZ}".encode())


def _base_128(arc: int) -> bytes:
    octets = [arc & 0x7F]
    while arc := arc >> 7:
        octets.append(0x80 | arc & 0x7F)
    return bytes(reversed(octets))
