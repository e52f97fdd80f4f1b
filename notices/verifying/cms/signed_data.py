"""SignedData by its fields (RFC 5652, 5): octets in, octets out, nothing interpreted.

What is read here went through `der.check` before, or stands inside of what did. A
field that is not there, or is of another kind, is refused: NotDER.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from asn1crypto import core

from notices.messages import Text
from notices.object_identifiers import SIGNED_DATA
from notices.verifying.bounded_cache import bounded_cache
from notices.verifying.cms import der
from notices.verifying.cms.der import NotDER

INTEGER, OCTET_STRING, OID, SEQUENCE, SET = 0x02, 0x04, 0x06, 0x30, 0x31
TAG_0, TAG_1 = 0xA0, 0xA1
"""[0] and [1], constructed."""
VERSIONS = (1, 3, 4, 5)
"""Those that 5.1 knows; 1 only around id-data."""
SHORT = 32
"""Octets; the object identifiers that mean something here have less than a dozen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedData:
    """5.1: SignedData."""

    version: int
    """One of VERSIONS."""
    content_type: str
    """Object identifier of what is signed."""
    content: bytes | None
    """What is signed, where it is enclosed."""
    digest_algorithms: tuple[bytes, ...]
    """Each AlgorithmIdentifier."""
    certificates: tuple[bytes, ...]
    """Each CertificateChoices."""
    answers: tuple[bytes, ...]
    """Each RevocationInfoChoice."""
    signers: tuple[bytes, ...]
    """Each SignerInfo."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignerInfo:
    """5.3: SignerInfo whose signer is named by issuer and serial number."""

    issuer: bytes
    """Name."""
    serial: bytes
    """INTEGER."""
    digest_algorithm: bytes
    """AlgorithmIdentifier."""
    signed_attributes: bytes
    """As they are hashed: the explicit SET OF; empty if there are none."""
    signature_algorithm: bytes
    """AlgorithmIdentifier."""
    signature: bytes
    """The value, without its header."""
    unsigned_attributes: tuple[bytes, ...]
    """Each Attribute."""


class _Fields:
    """The values of a SEQUENCE, taken one after the other."""

    def __init__(self, value: bytes) -> None:
        _require(value, SEQUENCE)
        self._left = der.children(value)[::-1]

    def take(self, tag: int) -> bytes:
        """The next one, which must be of that tag."""
        if not self._left:
            raise NotDER("a field is missing")
        return _require(self._left.pop(), tag)

    def take_if(self, tag: int) -> bytes | None:
        """The next one, if it is of that tag."""
        return self._left.pop() if self._left and self._left[-1][0] == tag else None

    def end(self) -> None:
        """Nothing more may follow."""
        if self._left:
            raise NotDER("a field too many")


def content_type(data: bytes) -> str:
    """The object identifier of a ContentInfo (3)."""
    return dotted(_Fields(data).take(OID))


def read(data: bytes) -> SignedData:
    """The SignedData in a ContentInfo."""
    outer = _Fields(data)
    if dotted(outer.take(OID)) != SIGNED_DATA:
        raise NotDER("no SignedData")
    fields = _Fields(inside(outer.take(TAG_0)))
    outer.end()
    number = int.from_bytes(contents(fields.take(INTEGER)), signed=True)
    digest_algorithms = der.children(fields.take(SET))
    enclosed = _Fields(fields.take(SEQUENCE))
    certificates, answers = fields.take_if(TAG_0), fields.take_if(TAG_1)
    signers = der.children(fields.take(SET))
    fields.end()
    if number not in VERSIONS:
        raise NotDER(Text("SignedData of version {number}", number=number))
    return SignedData(
        version=number,
        content_type=dotted(enclosed.take(OID)),
        content=_enclosed(enclosed),
        digest_algorithms=tuple(digest_algorithms),
        certificates=_members(certificates),
        answers=_members(answers),
        signers=tuple(signers),
    )


def _enclosed(fields: _Fields) -> bytes | None:
    explicit = fields.take_if(TAG_0)
    fields.end()
    if explicit is None:
        return None
    return octets(inside(explicit))


def inside(explicit: bytes) -> bytes:
    """What an explicit tag is around."""
    found = der.children(explicit)
    if len(found) != 1:
        raise NotDER(Text("{count} values in an explicit tag", count=len(found)))
    return found[0]


def _members(collection: bytes | None) -> tuple[bytes, ...]:
    return () if collection is None else tuple(der.children(collection))


def members(collection: bytes) -> list[bytes]:
    """What stands in a SET OF."""
    return der.children(_require(collection, SET))


def version(signer: bytes) -> bytes:
    """The version of a SignerInfo, an INTEGER."""
    return _Fields(signer).take(INTEGER)


def read_signer(signer: bytes) -> SignerInfo:
    """A SignerInfo of version 1."""
    fields = _Fields(signer)
    fields.take(INTEGER)
    named = _Fields(fields.take(SEQUENCE))
    issuer, serial = named.take(SEQUENCE), named.take(INTEGER)
    named.end()
    digest_algorithm = fields.take(SEQUENCE)
    attributes = fields.take_if(TAG_0)
    algorithm, value = fields.take(SEQUENCE), fields.take(OCTET_STRING)
    unsigned = fields.take_if(TAG_1)
    fields.end()
    return SignerInfo(
        issuer=issuer,
        serial=serial,
        digest_algorithm=digest_algorithm,
        # 5.4: hashed as an explicit SET OF, not with the [0] of the wire; the
        # octets as they came, not out of a parser's re-encoding
        signed_attributes=b"" if attributes is None else b"\x31" + attributes[1:],
        signature_algorithm=algorithm,
        signature=contents(value),
        unsigned_attributes=_members(unsigned),
    )


def read_attribute(attribute: bytes) -> tuple[str, Sequence[bytes]]:
    """Object identifier and values of an Attribute."""
    fields = _Fields(attribute)
    name, values = dotted(fields.take(OID)), der.children(fields.take(SET))
    fields.end()
    return name, values


class Named(NamedTuple):
    """RFC 5035, 3: the certificate that an ESSCertIDv2 names."""

    algorithm: bytes
    """AlgorithmIdentifier of its digest; empty for the default, SHA-256."""
    digest: bytes
    """Of the whole certificate."""
    issuers: bytes
    """GeneralNames of its issuer; empty if that is not said."""
    serial: bytes
    """INTEGER; empty if it is not said."""


def read_named(value: bytes) -> Named:
    """The first certificate, the signer's, of a SigningCertificateV2."""
    first = _first_certificate(value)
    return _named(first, first.take_if(SEQUENCE) or b"")


def read_first_named(value: bytes) -> Named:
    """The same of a SigningCertificate (RFC 2634, 5.4), whose digests are SHA-1."""
    return _named(_first_certificate(value), b"")


def _first_certificate(value: bytes) -> _Fields:
    certificates = _Fields(_Fields(value).take(SEQUENCE))
    return _Fields(certificates.take(SEQUENCE))


def _named(first: _Fields, algorithm: bytes) -> Named:
    digest = octets(first.take(OCTET_STRING))
    issuer_serial = first.take_if(SEQUENCE)
    first.end()
    if issuer_serial is None:
        return Named(algorithm, digest, b"", b"")
    fields = _Fields(issuer_serial)
    issuers, serial = fields.take(SEQUENCE), fields.take(INTEGER)
    fields.end()
    return Named(algorithm, digest, issuers, serial)


def read_imprint(info: bytes) -> tuple[bytes, bytes]:
    """RFC 3161, 2.4.2: digest algorithm and digest that a TSTInfo is about."""
    fields = _Fields(info)
    fields.take(INTEGER)
    fields.take(OID)
    imprint = _Fields(fields.take(SEQUENCE))
    algorithm, digest = imprint.take(SEQUENCE), octets(imprint.take(OCTET_STRING))
    imprint.end()
    return algorithm, digest


def algorithm_oid(identifier: bytes) -> str:
    """The object identifier of an AlgorithmIdentifier."""
    return dotted(_Fields(identifier).take(OID))


def read_fields(value: bytes) -> list[bytes]:
    """What stands in a SEQUENCE."""
    return der.children(_require(value, SEQUENCE))


def contents(value: bytes) -> bytes:
    """A value without its header."""
    return value[der.contents_start(value) :]


def octets(value: bytes) -> bytes:
    """The contents of an OCTET STRING."""
    return contents(_require(value, OCTET_STRING))


def _require(value: bytes, tag: int) -> bytes:
    if value[0] != tag:
        raise NotDER(
            Text("tag {value:02X} where {tag:02X} is expected", value=value[0], tag=tag)
        )
    return value


@bounded_cache(entries=256, octets=SHORT)
def dotted(value: bytes) -> str:
    """An OBJECT IDENTIFIER as text, such as `1.2.840.113549.1.7.1`."""
    return str(core.ObjectIdentifier.load(value, strict=True).dotted)
