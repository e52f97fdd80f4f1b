"""A signer: all that signing needs, judged fit to sign."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

from notices.signing import RevocationAnswers, SigningKey, Transport
from notices.site.signer.stamping import Stamping

if TYPE_CHECKING:
    from notices.signing import Timestamper


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """All that signing needs, judged fit to sign."""

    key: SigningKey
    """Signs."""
    answers: RevocationAnswers
    """Fresh answers for the path, to go along."""
    path: tuple[x509.Certificate, ...]
    """From the certificate to its pinned root."""
    trust: tuple[x509.Certificate, ...]
    """The pinned roots."""
    trust_tsa: tuple[x509.Certificate, ...]
    """Those that time-stamp authorities lead to."""
    transport: Transport
    """How authorities are asked."""
    stamping: Stamping | None
    """Asks for time stamps; None: none is wanted."""
    sign_mail: Callable[..., bytes]
    """Puts the mail's signature together."""

    @property
    def timestamper(self) -> Timestamper | None:
        """The same, for what cannot go without."""
        return self.stamping

    @property
    def certificate_sha256(self) -> str:
        """Which certificate signs, for the record."""
        return self.key.certificate.fingerprint(SHA256()).hex()

    @property
    def carries_list(self) -> bool:
        """Whether a list of the key's issuer goes along, and not an OCSP answer."""
        issuer = self.key.certificate.issuer
        lists = map(x509.load_der_x509_crl, self.answers.crls)
        return any(revoked.issuer == issuer for revoked in lists)
