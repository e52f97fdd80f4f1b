"""Certificates of any kind, by `cryptography`, edited and signed again where it refuses."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from asn1crypto import core
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from tests.verifying.pki import FROM, SIGNED_AT, Party, named, new_ec

DAY = timedelta(days=1)
ENCODING = Encoding.DER
EMAIL = ExtendedKeyUsageOID.EMAIL_PROTECTION
Extension = tuple[x509.ExtensionType, bool]
USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


def usage(*bits: str) -> Extension:
    return x509.KeyUsage(**{one: one in bits for one in USAGES}), True


def basic(
    *, ca: bool = True, length: int | None = None, critical: bool = True
) -> Extension:
    return x509.BasicConstraints(ca=ca, path_length=length), critical


def limits(
    *names: x509.GeneralName, excluded: bool = False, critical: bool = True
) -> Extension:
    found = list(names) or None
    made = x509.NameConstraints(
        permitted_subtrees=None if excluded else found,
        excluded_subtrees=found if excluded else None,
    )
    return made, critical


def unknown(*, critical: bool = True) -> Extension:
    name = x509.ObjectIdentifier("1.3.6.1.4.1.99999.5")
    return x509.UnrecognizedExtension(name, b"\x05\x00"), critical


def names(*found: x509.GeneralName, critical: bool = False) -> Extension:
    return x509.SubjectAlternativeName(found), critical


@dataclass(frozen=True)
class Made:
    """What one certificate is made of; `more` replaces extensions by their key."""

    name: str | x509.Name
    is_ca: bool = False
    key: Any = None
    start: datetime = SIGNED_AT - 100 * DAY
    end: datetime = SIGNED_AT + 400 * DAY
    more: dict[str, Extension | None] = field(default_factory=dict)
    digest: hashes.HashAlgorithm | None = None
    edit: Callable[[asn1.TbsCertificate], Any] | None = None
    alter: Callable[[asn1.Certificate], Any] | None = None

    def by(self, issuer: Party | None) -> Party:
        key = self.key() if callable(self.key) else self.key or new_ec()
        subject = named(self.name) if isinstance(self.name, str) else self.name
        signer = issuer.key if issuer else key
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer.certificate.subject if issuer else subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(self.start)
            .not_valid_after(self.end)
        )
        for extension in self.extensions(key, signer).values():
            if extension:
                builder = builder.add_extension(extension[0], critical=extension[1])
        made = builder.sign(signer, self.digest or hashes.SHA256())
        if self.edit or self.alter:
            made = self.edited(made, signer)
        return Party(key, made, issuer)

    def extensions(self, key: Any, signer: Any) -> dict[str, Extension | None]:
        own = key.public_key()
        made: dict[str, Extension | None] = {
            "basic": basic(ca=self.is_ca),
            "usage": usage(
                *(
                    ("key_cert_sign", "crl_sign")
                    if self.is_ca
                    else ("digital_signature",)
                )
            ),
            "ski": (x509.SubjectKeyIdentifier.from_public_key(own), False),
            "aki": (
                x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()),
                False,
            ),
        }
        if not self.is_ca:
            made["purposes"] = (x509.ExtendedKeyUsage([EMAIL]), False)
            made["names"] = names(x509.RFC822Name(FROM))
        return made | self.more

    def edited(self, made: x509.Certificate, signer: Any) -> x509.Certificate:
        """Change what is signed, or what is around it, and sign again."""
        whole = asn1.Certificate.load(made.public_bytes(ENCODING))
        content = whole["tbs_certificate"]
        if self.edit:
            self.edit(content)
            signed = content.dump(force=True)
            if isinstance(signer, ec.EllipticCurvePrivateKey):
                value = signer.sign(signed, ec.ECDSA(hashes.SHA256()))
            else:
                value = signer.sign(signed, padding.PKCS1v15(), hashes.SHA256())
            whole["signature_value"] = value
        if self.alter:
            self.alter(whole)
        return _Octets(whole.dump(force=True))


class _Octets:
    """A certificate that `cryptography` might refuse to load."""

    def __init__(self, octets: bytes) -> None:
        self._octets = octets
        self._parsed = asn1.Certificate.load(octets)

    def public_bytes(self, _: object) -> bytes:
        return self._octets

    @property
    def subject(self) -> x509.Name:
        return x509.load_der_x509_certificate(self._octets).subject

    @property
    def serial_number(self) -> int:
        return int(self._parsed.serial_number)


def twice(content: asn1.TbsCertificate) -> None:
    """An extension twice."""
    listed = content["extensions"]
    content["extensions"] = asn1.Extensions([*listed, listed[0].copy()])


def serial(number: int) -> Callable[[asn1.TbsCertificate], None]:
    def edit(content: asn1.TbsCertificate) -> None:
        content["serial_number"] = number

    return edit


def version(name: str) -> Callable[[asn1.TbsCertificate], None]:
    def edit(content: asn1.TbsCertificate) -> None:
        content["version"] = name

    return edit


def no_issuer(content: asn1.TbsCertificate) -> None:
    content["issuer"] = asn1.Name.build({})


def generalized(content: asn1.TbsCertificate) -> None:
    """A time of this century that is not written as UTCTime."""
    moment = core.GeneralizedTime(content["validity"]["not_after"].native)
    content["validity"]["not_after"] = asn1.Time({"general_time": moment})


def other_algorithm(whole: asn1.Certificate) -> None:
    whole["signature_algorithm"] = {"algorithm": "sha384_ecdsa"}


def small_rsa() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 1024)  # noqa: S505 - to be refused
