"""What mail and PDF have in common: signed bytes, a signature, the proven time.

Everything is read on demand and once; a reading that is refused is refused again
for each check that asks, so that checks stay independent of their order.
"""

from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import Protocol

from asn1crypto import x509

from notices.messages import Text
from notices.report import SignerIdentity, SubIndication
from notices.signs import plain
from notices.verifying import times
from notices.verifying.checks import NotApplicable, Refusal, malformed, readable
from notices.verifying.cms import path, signer, timestamp
from notices.verifying.cms import signature as cms_signature
from notices.verifying.cms.certificates import kept, rfc4514, subject_text
from notices.verifying.cms.path import Material
from notices.verifying.cms.signer import Signature
from notices.verifying.cms.timestamp import Token
from notices.verifying.policy import Policy
from notices.verifying.revocation.answers import Revocation

SIGNING_USAGES = frozenset({"digital_signature", "non_repudiation"})


class SignedContent:
    """Bytes, their detached signature, and what proves when it existed."""

    def __init__(
        self,
        *,
        der: bytes,
        content: bytes,
        policy: Policy,
        revocation: Revocation | None = None,
        before: datetime | None = None,
    ) -> None:
        """`before` is a proven time by which the signature existed, if one is."""
        self.der = der
        self.content = content
        self.policy = policy
        self.carried = revocation or Revocation()
        self.before = before

    @cached_property
    def signature(self) -> Signature:
        """The parsed signature."""
        return signer.read(self.der)

    @cached_property
    def material(self) -> Material:
        """Roots, intermediates and revocation answers, those carried included."""
        stamp = readable(lambda: self.token)
        return path.material_of(
            self.policy,
            certificates=self.signature.others,
            revocation=self.signature.revocation
            + self.carried
            + timestamp.answers_in(stamp),
        )

    @cached_property
    def token(self) -> Token | None:
        """The signature time stamp, if there is one."""
        return timestamp.find_token(self.signature)

    @cached_property
    def stamped(self) -> datetime | None:
        """The time that the signature time stamp proves; None without one."""
        if self.token is None:
            return None
        return timestamp.prove(
            self.token, self.signature.value, self.material, self.judged_at
        )

    @property
    def judged_at(self) -> datetime:
        """When its time stamp is judged: at a proven time, else at the clock."""
        return self.before or self.policy.at

    @property
    def proven(self) -> datetime | None:
        """The earliest time at which the signature is proven to have existed."""
        return readable(lambda: self.stamped) or self.before

    def chain(self, purposes: frozenset[str]) -> tuple[x509.Certificate, ...]:
        """From the signer to the root, good at the proven time, else at the clock."""
        moment = self.proven or self.policy.at
        return path.find(self.signature.certificate, self.material, moment, purposes)

    @cached_property
    def mailboxes(self) -> tuple[str, ...]:
        """rfc822Names of the signer's subjectAltName."""
        return _mailboxes_in(self.signature.certificate)

    @property
    def identity(self) -> SignerIdentity | None:
        """Whose certificate it is, as plain text; None if that cannot be read."""
        return readable(self._read_identity)

    def _read_identity(self) -> SignerIdentity:
        return _identity_in(self.signature.certificate)


@kept
def _mailboxes_in(certificate: x509.Certificate) -> tuple[str, ...]:
    names = certificate.subject_alt_name_value or ()
    # as it was signed: asn1crypto shows an international domain in Unicode, while
    # From has it in ASCII
    return tuple(
        name.chosen.contents.decode("latin-1")
        for name in names
        if name.name == "rfc822_name"
    )


@kept
def _identity_in(certificate: x509.Certificate) -> SignerIdentity:
    mailboxes = _mailboxes_in(certificate)
    return SignerIdentity(
        subject=plain(rfc4514(certificate.subject)),
        mailbox=plain(mailboxes[0] if mailboxes else ""),
        serial=f"{certificate.serial_number:x}",
        issuer=plain(rfc4514(certificate.issuer)),
        certificate_sha256=certificate.sha256.hex(),
    )


class HasSigned(Protocol):
    """Evidence of either kind."""

    @property
    def signed(self) -> SignedContent:
        """Its signed bytes and signature."""
        ...


def encoding(evidence: HasSigned) -> str:
    """Strict DER and nothing after it."""
    return cms_signature.check_encoding(evidence.signed.der)


def one_signer(evidence: HasSigned) -> str:
    """One signer, detached, named by issuer and serial, certificate included."""
    certificate = evidence.signed.signature.certificate
    return Text(
        "one signer, certificate {serial_number:x}",
        serial_number=certificate.serial_number,
    )


def algorithms(evidence: HasSigned) -> str:
    """Digest, key and signature algorithm."""
    return cms_signature.check_algorithms(evidence.signed.signature)


def digest(evidence: HasSigned) -> str:
    """The digest in the attributes against the content."""
    return cms_signature.check_digest(
        evidence.signed.signature, evidence.signed.content
    )


def value(evidence: HasSigned) -> str:
    """The signature value against the certificate's key."""
    return cms_signature.check_value(evidence.signed.signature)


def usage(evidence: HasSigned, purposes: frozenset[str]) -> str:
    """An end entity's certificate for signing, of the right purpose."""
    return require_usage(evidence.signed.signature.certificate, purposes)


def require_usage(certificate: x509.Certificate, purposes: frozenset[str]) -> str:
    """The purposes that the certificate shares. Refusal unless it is fit to sign."""
    purposes_told = _purposes_of_signer(certificate)
    if not purposes_told & purposes:
        raise _unfit(
            Text(
                "extendedKeyUsage has none of {names}",
                names=", ".join(sorted(purposes)),
            )
        )
    return ", ".join(sorted(purposes_told & purposes))


@kept
def _purposes_of_signer(certificate: x509.Certificate) -> frozenset[str]:
    if certificate.ca:
        raise _unfit("the signer is a certification authority")
    bits = certificate.key_usage_value
    if bits is None or not bits.native & SIGNING_USAGES:
        raise _unfit("keyUsage does not allow signatures")
    extended = certificate.extended_key_usage_value or ()
    return frozenset(purpose.dotted for purpose in extended)


def _unfit(detail: str) -> Refusal:
    return Refusal(SubIndication.CHAIN_CONSTRAINTS_FAILURE, detail)


def time_stamp(evidence: HasSigned) -> str:
    """The signature time stamp: token, imprint, authority."""
    signed = evidence.signed
    if signed.token is None:
        raise NotApplicable("no time stamp in the signature")
    proven = signed.stamped
    claimed = signed.signature.signing_time
    if proven and claimed and claimed - proven > times.DATE_TOLERANCE:
        raise Refusal(
            SubIndication.TIMESTAMP_ORDER_FAILURE,
            Text(
                "signingTime {claimed} is after the time stamp {proven}",
                claimed=claimed,
                proven=proven,
            ),
        )
    return timestamp.told(proven, signed.judged_at) if proven else ""


def chain(evidence: HasSigned, purposes: frozenset[str]) -> str:
    """The path to a trusted root, revocation included."""
    signed = evidence.signed
    path = signed.chain(purposes)
    if claimed := signed.signature.signing_time:
        tolerance = signed.policy.clock_tolerance
        times.check_signed(claimed, path[0], signed.judged_at, tolerance)
    subjects = " < ".join(plain(subject_text(one), 80) for one in path)
    moment = signed.proven or signed.policy.at
    basis = "proven time" if signed.proven else "given clock"
    return Text(
        "{subjects}, at {moment:%Y-%m-%d %H:%M:%S%z} ({basis})",
        subjects=subjects,
        moment=moment,
        basis=basis,
    )


def expected_signer(evidence: HasSigned) -> str:
    """The signer is one whom the auditor expects, where any are named."""
    policy, signed = evidence.signed.policy, evidence.signed
    if not policy.mailboxes and not policy.certificates:
        raise NotApplicable("no expected signers were given")
    fingerprint = signed.signature.certificate.sha256.hex()
    wanted = {normal_mailbox(one) for one in policy.mailboxes}
    found = {normal_mailbox(one) for one in signed.mailboxes}
    if fingerprint in policy.certificates or wanted & found:
        return f"{', '.join(signed.mailboxes)}, SHA-256 {fingerprint}"
    raise malformed(
        Text(
            "signed by {mailboxes} (SHA-256 {fingerprint}), who is not expected",
            mailboxes=", ".join(signed.mailboxes) or "no mailbox",
            fingerprint=fingerprint,
        )
    )


def normal_mailbox(mailbox: str) -> str:
    """For comparing: the domain's case means nothing (RFC 5321, 2.3.11)."""
    local, _, domain = mailbox.rpartition("@")
    return f"{local}@{domain.lower()}"


def with_revocation(
    policy: Policy,
    revocation: Revocation,
    certificates: tuple[x509.Certificate, ...] = (),
) -> Policy:
    """The policy with more revocation answers, and certificates of who made them."""
    return replace(
        policy,
        revocation=policy.revocation + revocation,
        intermediates=(*policy.intermediates, *certificates),
    )
