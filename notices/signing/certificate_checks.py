"""Is a certificate fit to sign this mail? One function for each question.

What is asked is RFC 8550 and the S/MIME Baseline Requirements, 7.1.2.3, without
path and revocation.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, PublicKeyAlgorithmOID

from notices.messages import Text
from notices.signing.keys.signing_key import (
    PrivateOperation,
    SigningKey,
    SoftwareKey,
)
from notices.signing.moment import Moment
from notices.signing.public_keys import (
    DIGESTS,
    PublicKey,
    digest_for,
    is_signed_by,
    names_its_curve,
    public_key,
)

REFUSE_BEFORE_END = timedelta(days=7)
"""So close to its end a certificate signs no more: mail may wait in queues."""
WARN_BEFORE_END = timedelta(days=30)
MIN_RSA_BITS, MAX_RSA_BITS = 2048, 4096
CURVES = ("secp256r1", "secp384r1")


class Level(StrEnum):
    """How bad a finding is."""

    PASSED = "passed"
    WARNING = "warning"
    REFUSED = "refused"
    """Nothing may be signed; trying again without a change will not help."""
    TRY_LATER = "try-later"
    """Nothing may be signed now: no fresh revocation answer."""
    MISCONFIGURED = "misconfigured"
    """Nothing may be signed: nobody that is configured can give a fresh answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFinding:
    """One thing that was looked at."""

    id: str
    """Stable name, such as `usage`."""
    level: Level
    """How bad."""
    detail: str
    """What was found, in a plain sentence."""
    hint: str = ""
    """What to do; empty if nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateCase:
    """What is judged."""

    key: SigningKey
    """The key with its certificate."""
    mailbox: str
    """The From of the mail."""
    moment: Moment
    """When."""


def passed(name: str, detail: str) -> CertificateFinding:
    """All is well."""
    return CertificateFinding(id=name, level=Level.PASSED, detail=detail)


def refused(name: str, detail: str, hint: str) -> CertificateFinding:
    """Nothing may be signed with it."""
    return CertificateFinding(id=name, level=Level.REFUSED, detail=detail, hint=hint)


def _judge_pair(case: CertificateCase) -> CertificateFinding:
    key = public_key(case.key.certificate)
    if key is not None and _is_half_of(case.key.operation, key):
        return passed("key-match", "The private key belongs to the certificate.")
    return refused(
        "key-match",
        "The private key does not belong to the certificate.",
        "put the key and its own certificate together in signing.key",
    )


def _is_half_of(operation: PrivateOperation, key: PublicKey) -> bool:
    """Whether it is the private half: by its numbers, or by a signature of a token."""
    if isinstance(operation, SoftwareKey):
        return operation.private_key.public_key() == key
    probe = b"notices: does the private key belong to the certificate?"
    return is_signed_by(key, operation.sign(probe), probe, DIGESTS[digest_for(key)])


def _judge_strength(case: CertificateCase) -> CertificateFinding:
    key = public_key(case.key.certificate)
    kind = case.key.certificate.public_key_algorithm_oid
    if kind == PublicKeyAlgorithmOID.RSASSA_PSS:
        # `openssl smime` and gpgsm refuse it (research: signing, 2.1)
        words, sound = "for RSASSA-PSS alone", False
    elif not names_its_curve(case.key.certificate):
        # who writes a curve out may write another generator (CVE-2020-0601)
        words, sound = "on a curve that is written out, not named", False
    elif isinstance(key, rsa.RSAPublicKey):
        words, sound = (
            f"RSA-{key.key_size}",
            MIN_RSA_BITS <= key.key_size <= MAX_RSA_BITS,
        )
    elif isinstance(key, ec.EllipticCurvePublicKey):
        words, sound = (
            Text("curve {name}", name=key.curve.name),
            key.curve.name in CURVES,
        )
    else:
        words, sound = "neither RSA nor an elliptic curve", False
    if sound:
        return passed("key-strength", Text("The key is {words}.", words=words))
    return refused(
        "key-strength",
        Text("The key is {words}; that is not what mail programs take.", words=words),
        "get a certificate for RSA-2048 to RSA-4096, P-256 or P-384",
    )


def _judge_digest(case: CertificateCase) -> CertificateFinding:
    algorithm = case.key.certificate.signature_hash_algorithm
    if isinstance(algorithm, hashes.SHA256 | hashes.SHA384 | hashes.SHA512):
        return passed(
            "digest",
            Text("The certificate is signed with {name}.", name=algorithm.name),
        )
    name = algorithm.name if algorithm else "an unknown digest"
    return refused(
        "digest",
        Text("The certificate is signed with {name}, not with SHA-2.", name=name),
        "get a certificate from an authority that signs with SHA-256 or better",
    )


def _judge_usage(case: CertificateCase) -> CertificateFinding:
    try:
        usages = case.key.certificate.extensions.get_extension_for_class(
            x509.ExtendedKeyUsage
        ).value
    except x509.ExtensionNotFound:
        usages = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE])
    # RFC 8550, 4.4.4, allows a certificate without the extension. We require it, as
    # every public authority puts it there (S/MIME BR, 7.1.2.3 f).
    if ExtendedKeyUsageOID.EMAIL_PROTECTION in usages:
        return passed("usage", "The certificate is for mail (emailProtection).")
    return refused(
        "usage",
        "The certificate is not for mail: it does not have emailProtection.",
        "get an S/MIME certificate for the centre's address",
    )


def _judge_key_usage(case: CertificateCase) -> CertificateFinding:
    try:
        usage = case.key.certificate.extensions.get_extension_for_class(
            x509.KeyUsage
        ).value
    except x509.ExtensionNotFound:
        usage = None
    if usage and (usage.digital_signature or usage.content_commitment):
        return passed("key-usage", "The key may sign (digitalSignature).")
    return refused(
        "key-usage",
        "The certificate does not say that its key may sign.",
        "get a certificate with the key usage digitalSignature",
    )


def mailboxes(certificate: x509.Certificate) -> tuple[str, ...]:
    """The rfc822Names of the subjectAltName."""
    try:
        names = certificate.extensions.get_extension_for_class(
            x509.SubjectAlternativeName
        ).value
    except x509.ExtensionNotFound:
        return ()
    return tuple(names.get_values_for_type(x509.RFC822Name))


def _same_mailbox(one: str, other: str) -> bool:
    # RFC 5280, 4.2.1.6 and 7.5: local part exactly, host name without case.
    left, _, host = one.rpartition("@")
    right, _, other_host = other.rpartition("@")
    return left == right and host.lower() == other_host.lower()


def _judge_address(case: CertificateCase) -> CertificateFinding:
    named = mailboxes(case.key.certificate)
    if any(_same_mailbox(case.mailbox, one) for one in named):
        return passed(
            "address", Text("The certificate names {mailbox}.", mailbox=case.mailbox)
        )
    return refused(
        "address",
        Text(
            "The certificate names {named}, but the mail comes from {mailbox}.",
            named=", ".join(named) or "no mailbox",
            mailbox=case.mailbox,
        ),
        "set center.mailbox to the address in the certificate, or get another one",
    )


def _judge_time(case: CertificateCase) -> CertificateFinding:
    start = case.key.certificate.not_valid_before_utc
    end = case.key.certificate.not_valid_after_utc
    now = case.moment.now
    if now < start - case.moment.tolerance:
        hint = "wait, or check this machine's clock"
        return refused(
            "time",
            Text("The certificate is not valid before {start:%F %R} UTC.", start=start),
            hint,
        )
    hint = "get the next certificate and put it into signing.key"
    if now > end:
        return refused(
            "time", Text("The certificate expired on {end:%F %R} UTC.", end=end), hint
        )
    if end - now < REFUSE_BEFORE_END:
        words = Text(
            "The certificate ends on {end:%F %R} UTC, in less than 7 days.", end=end
        )
        return refused("time", words, hint)
    if end - now < WARN_BEFORE_END:
        words = Text(
            "The certificate ends on {end:%F %R} UTC, in less than 30 days.", end=end
        )
        return CertificateFinding(
            id="time", level=Level.WARNING, detail=words, hint=hint
        )
    return passed(
        "time", Text("The certificate is valid until {end:%F %R} UTC.", end=end)
    )


JUDGES: tuple[Callable[[CertificateCase], CertificateFinding], ...] = (
    _judge_pair,
    _judge_strength,
    _judge_digest,
    _judge_usage,
    _judge_key_usage,
    _judge_address,
    _judge_time,
)
