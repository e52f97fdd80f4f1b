"""Parsed ASN.1 values and the octets that they were read from.

`dump()` of asn1crypto is not that. It takes each length whose last octet is 0x80, as
128 or 0x0580 octets have, for the indefinite form (X.690, 8.1.3.6), and writes the
value anew. So one value in 256 has other octets than those that were signed, where
its maker strayed from DER, or cannot be written where a part is broken; and the value
is another one afterwards.
"""

from asn1crypto import core, crl, ocsp, parser, x509


def encoding_of(value: core.Asn1Value) -> bytes:
    """The octets of a parsed value, explicit tags included; DER of a built one."""
    if isinstance(value, core.Any):
        return encoding_of(value.parse())
    if not isinstance(value, core.Choice):
        return bytes(core.Asn1Value.dump(value))
    encoded = encoding_of(value.chosen)
    for class_, tag in value.explicit or ():
        encoded = parser.emit(class_, 1, tag, encoded)
    return encoded


class _AsRead:
    """Gives back what was read, to libraries too that ask for `dump()`."""

    def dump(self, force: bool = False) -> bytes:  # noqa: ARG002, FBT002 - as asn1crypto has it
        return encoding_of(self)


class CertificateAsRead(_AsRead, x509.Certificate):  # type: ignore[misc]
    """A certificate (RFC 5280, 4.1) whose digests are those of its octets."""


class ListAsRead(_AsRead, crl.CertificateList):  # type: ignore[misc]
    """A list (RFC 5280, 5.1) whose digests are those of its octets."""


class AnswerAsRead(_AsRead, ocsp.OCSPResponse):  # type: ignore[misc]
    """An answer (RFC 6960, 4.2.1) that keeps its octets."""
