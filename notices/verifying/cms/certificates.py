"""Certificates and keys, each parsed once: an archive names the same few throughout."""

import hashlib
import re
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache, wraps
from typing import TypeVar
from weakref import WeakKeyDictionary

from asn1crypto import core, x509
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.serialization import load_der_public_key

from notices.asn1_values import CertificateAsRead, encoding_of
from notices.messages import Text
from notices.object_identifiers import KEY_IDENTIFIER
from notices.verifying.bounded_cache import bounded_cache
from notices.verifying.cms import der, signed_data

USUAL_SIZE = 8_192
"""Octets; certificates have one to three thousand."""


_once = bounded_cache(entries=128, octets=USUAL_SIZE)


_CERTIFICATE = re.compile(rb"\x30\x30\x03")
_CONTENT = re.compile(rb"\xa0?\x02\x30{5}\x81?\x82?\xa3?")
_KEY = re.compile(rb"\x30\x03")
_EXTENSIONS = 0xA3
_EXTENSION = re.compile(rb"\x06\x01?\x04")
"""Tags of a certificate, of what is signed of it and of its key (RFC 5280, 4.1)."""
_VERSIONS = ("v1", "v2", "v3")


@_once
def parse(encoded: bytes) -> x509.Certificate:
    """The certificate in DER, read to its end; ValueError if it is none.

    Nobody may have signed one that only came along: what is broken in it is told here,
    and not by whoever happens to compare a name.
    """
    certificate = CertificateAsRead.load(encoded, strict=True)
    signed = certificate["tbs_certificate"]
    der.check_tags(encoded, _CERTIFICATE)
    der.check_tags(encoding_of(signed), _CONTENT)
    _check_names(encoding_of(signed))
    for part in ("version", "serial_number", "issuer", "validity", "subject"):
        _ = signed[part].native
    if signed["version"].native not in _VERSIONS:
        raise der.NotDER(
            Text("a certificate of version {number}", number=signed["version"].native)
        )
    for holder, name in ((signed, "signature"), (certificate, "signature_algorithm")):
        _ = holder[name]["algorithm"].native
    der.check_tags(encoding_of(signed["subject_public_key_info"]), _KEY)
    _ = signed["subject_public_key_info"]["algorithm"]["algorithm"].native
    if signed_data.contents(encoding_of(certificate["signature_value"]))[:1] != b"\0":
        raise der.NotDER("the signature is no BIT STRING of whole octets")
    return certificate


def _check_names(signed: bytes) -> None:
    """Version, issuer and subject have no field too many. NotDER."""
    fields = der.children(signed)
    if fields[0][0] == signed_data.TAG_0:
        signed_data.inside(fields.pop(0))
    _, _, issuer, _, subject, *_ = fields
    check_name(issuer)
    check_name(subject)


def check_name(name: bytes) -> None:
    """A Name has sets of a type and a value each (RFC 5280, 4.1.2.4). NotDER.

    asn1crypto passes over a field too many, in which anything may stand.
    """
    for relative in signed_data.read_fields(name):
        for one in signed_data.members(relative):
            if one[0] != signed_data.SEQUENCE or len(der.children(one)) != 2:  # noqa: PLR2004
                raise der.NotDER("a field too many")


Found = TypeVar("Found")


def kept(
    find: Callable[[x509.Certificate], Found],
) -> Callable[[x509.Certificate], Found]:
    """Find something out of a certificate once, and forget it with the certificate.

    Equal octets are one parsed certificate (`parse`), which nobody changes; so what
    was found in it stays true. Errors are found anew each time.
    """
    known: WeakKeyDictionary[x509.Certificate, Found] = WeakKeyDictionary()

    @wraps(find)
    def find_once(certificate: x509.Certificate) -> Found:
        if certificate not in known:
            known[certificate] = find(certificate)
        return known[certificate]

    return find_once


@kept
def key_octets(certificate: x509.Certificate) -> bytes:
    """Its SubjectPublicKeyInfo."""
    return encoding_of(certificate.public_key)


def public_key(certificate: x509.Certificate) -> PublicKeyTypes:
    """The certificate's key; ValueError if it cannot be read."""
    return load_key(key_octets(certificate))


@kept
def key_identifier(certificate: x509.Certificate) -> bytes | None:
    """Of its key, by its octets, each extension read to its end; NotDER."""
    content = None
    for one in _extensions(encoding_of(certificate["tbs_certificate"])):
        fields = signed_data.read_fields(one)
        der.check_tags(one, _EXTENSION)
        if content is None and signed_data.dotted(fields[0]) == KEY_IDENTIFIER:
            content = signed_data.octets(fields[-1])
    if content is None:
        return None
    der.check(content)
    return signed_data.contents(content)


def _extensions(signed: bytes) -> list[bytes]:
    last = der.children(signed)[-1]
    if last[0] != _EXTENSIONS:
        return []
    return signed_data.read_fields(signed_data.inside(last))


@kept
def start_of(certificate: x509.Certificate) -> datetime:
    """When its life begins."""
    start: datetime = certificate.not_valid_before
    return start


@kept
def end_of(certificate: x509.Certificate) -> datetime:
    """When its life ends."""
    end: datetime = certificate.not_valid_after
    return end


@kept
def subject_text(certificate: x509.Certificate) -> str:
    """Its subject as RFC 4514 writes it."""
    return rfc4514(certificate.subject)


@_once
def load_key(encoded: bytes) -> PublicKeyTypes:
    """The key of a SubjectPublicKeyInfo; ValueError if it cannot be read."""
    return load_der_public_key(encoded)


def is_named(encoded: bytes, issuer: bytes, serial: bytes) -> bool:
    """Whether a certificate is the one of that issuer and serial number (DER)."""
    its_issuer, its_serial = names(encoded)
    if its_serial != serial or its_issuer == issuer:
        return its_serial == serial
    check_name(issuer)
    return bool(x509.Name.load(its_issuer) == x509.Name.load(issuer, strict=True))


@_once
def names(encoded: bytes) -> tuple[bytes, bytes]:
    """Its issuer and its serial number, DER."""
    certificate = parse(encoded)
    return (
        encoding_of(certificate.issuer),
        encoding_of(core.Integer(certificate.serial_number)),
    )


def is_issuer(certificate: x509.Certificate, general_names: bytes) -> bool:
    """Whether GeneralNames hold the issuer's directory name alone (RFC 5035, 5)."""
    only = _only_directory_name(general_names)
    return only is not None and same_name(only, certificate.issuer)


@_once
def _only_directory_name(encoded: bytes) -> x509.Name | None:
    said = x509.GeneralNames.load(encoded, strict=True)
    if [one.name for one in said] != ["directory_name"]:
        return None
    check_name(signed_data.inside(signed_data.read_fields(encoded)[0]))
    name: x509.Name = said[0].chosen
    return name


def digest(certificate: x509.Certificate, algorithm: str) -> bytes:
    """The digest of its octets."""
    if algorithm == "sha256":
        return bytes(certificate.sha256)  # which it keeps
    if algorithm == "sha1":
        return bytes(certificate.sha1)
    return hashlib.new(algorithm, encoding_of(certificate)).digest()


def same_name(one: x509.Name, other: x509.Name) -> bool:
    """Equal as RFC 5280, 7.1 compares names; mostly they are so to the octet."""
    # the sequence inside: a name in a GeneralName has an explicit tag around it
    mine, theirs = encoding_of(one.chosen), encoding_of(other.chosen)
    if mine == theirs:
        return True
    is_usual = max(len(mine), len(theirs)) <= USUAL_NAME
    compare = _are_alike if is_usual else _compare
    return compare(mine, theirs)


def _compare(one: bytes, other: bytes) -> bool:
    return bool(x509.Name.load(one) == x509.Name.load(other))


_are_alike = lru_cache(maxsize=512)(_compare)
"""To search for an issuer is to compare the same few names again and again."""


_SHORT_NAMES = {
    "common_name": "CN",
    "country_name": "C",
    "organization_name": "O",
    "organizational_unit_name": "OU",
    "locality_name": "L",
    "state_or_province_name": "ST",
    "domain_component": "DC",
    "user_id": "UID",
}
_ESCAPED = frozenset(',+"\\<>;')


USUAL_NAME = 1_024
"""Octets of a name whose text is remembered."""


def rfc4514(name: x509.Name) -> str:
    """RFC 4514: the last relative name first."""
    return _text(encoding_of(name))


@bounded_cache(entries=128, octets=USUAL_NAME)
def _text(encoded: bytes) -> str:
    return ",".join(
        "+".join(_attribute(one) for one in relative)
        for relative in reversed(list(x509.Name.load(encoded).chosen))
    )


def _attribute(one: x509.NameTypeAndValue) -> str:
    key = one["type"]
    text = str(one["value"].native)
    escaped = "".join(f"\\{char}" if char in _ESCAPED else char for char in text)
    if escaped[:1] in ("#", " "):
        escaped = f"\\{escaped}"
    return f"{_SHORT_NAMES.get(key.native, key.dotted)}={escaped}"
