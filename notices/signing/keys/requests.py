"""Asking an authority for a certificate: a new key, and a PKCS #10 request (RFC 2986).

What the request asks for is the subscriber's certificate of the S/MIME Baseline
Requirements, 7.1.2.3 and 7.1.4.2: for an organization, or for a person in it (sponsor).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from asn1crypto import cms, pem
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from notices.credentials import Secret
from notices.errors import InputError, KeyUnavailable
from notices.grammar import COUNTRIES, name_fault
from notices.messages import Text
from notices.signing.keys.signing_key import order_chain
from notices.signing.public_keys import DIGESTS, digest_for
from notices.signing.unreadable import (
    UNREADABLE,
    is_readable,
    readable_certificates,
)

KINDS = ("p256", "p384", "rsa3072", "rsa2048", "rsa4096")
"""What every mail program takes, the recommended one first (RFC 8551, 2.2)."""
_PLACE = r"[A-Z]{2}(?:\+[A-Z0-9]{1,3})?"
_IDENTIFIER = re.compile(
    rf"(?:NTR|VAT|PSD){_PLACE}-[!-~]{{1,52}}|GOV{_PLACE}(?:-[!-~]{{1,52}})?"
    r"|LEIXG-[A-Z0-9]{20}|INTXG(?:-[!-~]{1,52})?"
)
"""S/MIME BR, appendix A: the register, its country (and state), the number there."""
PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """For whom the certificate is."""

    mailbox: str
    """The address that sends; the one rfc822Name."""
    organization: str
    """Its name as it is registered."""
    country: str = "JP"
    """ISO 3166-1 alpha-2."""
    organization_identifier: str = ""
    """`NTRJP-` and the corporate number, for example; empty: the authority adds it."""
    given_name: str = ""
    """Of the person, for a sponsor-validated one; empty: organization-validated."""
    surname: str = ""
    """Of the same."""

    @property
    def is_sponsored(self) -> bool:
        """Whether a person is named."""
        return bool(self.given_name or self.surname)


def require_applicant(applicant: Applicant) -> None:
    """InputError for what no authority would take."""
    wanted = applicant.organization_identifier
    if wanted and not _IDENTIFIER.fullmatch(wanted):
        raise InputError(
            Text("{wanted!r} is no organization identifier", wanted=wanted),
            hint="such as NTRJP-1234567890123 (S/MIME Baseline Requirements, app. A)",
        )
    if applicant.country not in COUNTRIES:
        raise InputError(
            Text("{country!r} is no country code", country=applicant.country),
            hint="two capital letters (ISO 3166-1), such as JP",
        )
    if bool(applicant.given_name) != bool(applicant.surname):
        raise InputError(
            "a person has a given name and a surname",
            hint="give both for a sponsor-validated certificate, or none",
        )
    if name_fault(applicant.organization, longest=_MOST):
        raise InputError(
            "the organization's name has 1 to 64 characters, in one line",
            hint="set --organization to the registered name",
        )
    person = f"{applicant.given_name} {applicant.surname}"
    if applicant.is_sponsored and name_fault(person, longest=_MOST):
        raise InputError(
            "a person's names have 64 characters together, in one line",
            hint="set --given-name and --surname as the authority will vouch for them",
        )


_MOST = 64
"""Characters: ub-organization-name and ub-common-name (RFC 5280, appendix A)."""


def new_key(kind: str) -> PrivateKey:
    """A new private key of one of `KINDS`."""
    if kind.startswith("rsa"):
        return rsa.generate_private_key(65537, int(kind.removeprefix("rsa")))
    curve = {"p256": ec.SECP256R1(), "p384": ec.SECP384R1()}[kind]
    return ec.generate_private_key(curve)


def key_pem(key: PrivateKey, passphrase: Secret) -> bytes:
    """The key in PKCS #8, encrypted; PEM."""
    return key.private_bytes(
        Encoding.PEM,
        PrivateFormat.PKCS8,
        BestAvailableEncryption(passphrase.reveal().encode()),
    )


def certificate_request(key: PrivateKey, applicant: Applicant) -> bytes:
    """The request, signed with the key; PEM."""
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    made = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(x509.Name(list(_subject(applicant))))
        .add_extension(
            x509.SubjectAlternativeName([x509.RFC822Name(applicant.mailbox)]),
            critical=False,
        )
        .add_extension(usage, critical=True)
        .add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]),
            critical=False,
        )
        .sign(key, DIGESTS[digest_for(key.public_key())])
    )
    return made.public_bytes(Encoding.PEM)


def _subject(applicant: Applicant) -> Iterator[x509.NameAttribute[str]]:
    """7.1.4.2.2: no other attributes; a person's name only where one is vouched for."""
    yield x509.NameAttribute(NameOID.COUNTRY_NAME, applicant.country)
    yield _named(NameOID.ORGANIZATION_NAME, applicant.organization)
    if applicant.organization_identifier:
        identifier = applicant.organization_identifier
        yield _named(NameOID.ORGANIZATION_IDENTIFIER, identifier)
    if applicant.is_sponsored:
        yield _named(NameOID.SURNAME, applicant.surname)
        yield _named(NameOID.GIVEN_NAME, applicant.given_name)
        name = f"{applicant.given_name} {applicant.surname}"
        yield _named(NameOID.COMMON_NAME, name)
    else:
        yield _named(NameOID.COMMON_NAME, applicant.organization)


def _named(kind: x509.ObjectIdentifier, value: str) -> x509.NameAttribute[str]:
    # `cryptography` counts octets, of which a kanji has three; the bound is of
    # characters (RFC 5280, appendix A), and `require_applicant` has counted them
    return x509.NameAttribute(kind, value, _validate=False)


def read_answer_of_authority(content: bytes) -> tuple[x509.Certificate, ...]:
    """The certificates that an authority sent: PEM, DER or PKCS #7 (RFC 5652)."""
    for read in (x509.load_pem_x509_certificates, _one, _in_signed_data):
        with suppress(*UNREADABLE):
            if found := tuple(filter(is_readable, read(content))):
                return found
    raise InputError(
        "the file holds no certificate",
        hint="give the authority's answer as PEM, DER or .p7b",
    )


def _one(content: bytes) -> list[x509.Certificate]:
    return [x509.load_der_x509_certificate(content)]


def _in_signed_data(content: bytes) -> list[x509.Certificate]:
    """One of UNREADABLE for what is no CMS value."""
    # the order of its certificates is often not that of DER
    octets = pem.unarmor(content)[2] if pem.detect(content) else content
    signed = cms.ContentInfo.load(octets)["content"]
    return list(readable_certificates(signed["certificates"]))


def certificate_of(
    key_file: bytes, passphrase: Secret, certificates: Sequence[x509.Certificate]
) -> x509.Certificate | None:
    """The certificate that was issued for the key in the file; None if it is none.

    KeyUnavailable if the file does not open.
    """
    try:
        key = load_pem_private_key(key_file, passphrase.reveal().encode())
    except UNREADABLE as error:
        raise KeyUnavailable(
            "it is no key, or its passphrase is another one",
            hint="each .key of that folder has its .pass beside it",
        ) from error
    public = key.public_key()
    return next((one for one in certificates if one.public_key() == public), None)


def chain_pem(leaf: x509.Certificate, others: Iterable[x509.Certificate]) -> bytes:
    """The certificate and the authorities above it, PEM, the certificate first."""
    chain = (leaf, *order_chain(leaf, others))
    return b"".join(one.public_bytes(Encoding.PEM) for one in chain)
